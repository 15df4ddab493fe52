"""The page of a run, `report_page`: one file, no network, light and dark, in English or Chinese."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.results.shown import shown_summary
from sim.results.statement import STATEMENTS
from sim.scenario.questions import questions_of
from sim.show.report.answer import answer, ranked
from sim.show.report.assumptions import assumptions, sources
from sim.show.report.doubt import doubts
from sim.show.report.pictures import OF_OTHERS, drives, pictures
from sim.show.report.sections import added_sections, contents
from sim.show.report.tables import facts, is_of_article, not_modelled, statement
from sim.show.report.templates import render
from sim.text.labels import Say, speaker
from sim.text.numbers import currency_in_words, horizon, proviso_lines
from sim.text.order_table import orders_table
from sim.text.remarks import remark_lines
from sim.text.summary_tables import comparison_table, monthly_table, ways_table
from sim.text.table import Table

if TYPE_CHECKING:
    from sim.results.result import CountedResult, Result
    from sim.scenario.scenario import Scenario

DIFFERENCES = ("chance_of_profit", "mean_profit", "report_compared_a_beats_b")
"""How one strategy differs from another."""

OF_CASH = ("cash-fan", "time", "freezes")
"""Pictures of the section on cash."""


def report_page(
    result: Result | CountedResult,
    summary: dict[str, Any],
    manifest: dict[str, Any],
    language: str = "en",
    *,
    figures: bool = True,
    n_jobs: int = 1,
) -> str:
    """Return the whole page as HTML.

    Parameters
    ----------
    summary, manifest : dict
        The content of ``summary.json`` and ``manifest.json``.
    language : {"en", "zh"}
    figures : bool
        Whether pictures are drawn; they take most of the time. A run of which counts were kept has none.
    n_jobs : int
        Processes that draw at once, this one counted; never changes the page.
    """
    say, file = speaker(language), file_of(manifest, summary)
    paths = result if result.keep == "paths" else None  # counts have no pictures and no facts
    drawing = figures and paths is not None
    added = added_sections(result, summary, language, pictures=drawing)
    held_against = facts(paths, say) if paths is not None and is_of_article(result.scenario) else None
    result, summary = result.shown(), shown_summary(summary)
    paths = result if result.keep == "paths" else None
    drawn = pictures(paths, summary, say, language, n_jobs) if figures and paths is not None else {}
    rest, unsourced = sources(result.scenario, say)
    return render(
        "page.html.jinja",
        language,
        title=say(result.scenario.title or result.scenario.name),
        question=say("question", span=horizon(result.months, say)),
        answer=answer(summary, say, file),
        provisos="\n".join([*proviso_lines(summary, say), *asked(result.scenario, language)]),
        contents=contents(added, say, facts=held_against is not None),
        added=added,
        drawn=drawn,
        kept=paths is not None,
        tables=main_tables(summary, say),
        more_tables=more_tables(summary, say),
        remarks=remark_lines(summary, say),
        doubts=doubts(summary, drawn, language, file, pictures=drawing),
        of_orders=[figure for key, figure in drawn.items() if key.startswith(OF_OTHERS)],
        of_cash=[drawn[key] for key in OF_CASH if key in drawn],
        nothing_drives=nothing_drives(paths, summary, say),
        statements=[statement(result, name, kind, say) for name in ranked(summary) for kind in STATEMENTS],
        assumptions=assumptions(result.scenario, say),
        sources=rest,
        unsourced=unsourced,
        facts=held_against,
        not_modelled=not_modelled(say),
        provenance=provenance(manifest, say),
        currency=currency_in_words(summary, say),
    )


def file_of(manifest: dict[str, Any], summary: dict[str, Any]) -> str:
    """Return what the scenario was read from, as it was typed; where a run does not know, as far as its name tells."""
    known = manifest.get("file")
    return known if known and isinstance(known, str) else f"{summary['scenario']}.yaml"


def main_tables(summary: dict[str, Any], say: Say) -> list[Table]:
    """Return the ways of selling side by side, and one order of each: the screen's tables."""
    orders = orders_table(summary, say)
    return [ways_table(summary, say), *([] if orders is None else [orders])]


def more_tables(summary: dict[str, Any], say: Say) -> list[Table]:
    """Return chances by month, and every way against every other."""
    compared = [comparison_table(summary, say, DIFFERENCES, say("strategy"))] if summary["comparisons"] else []
    readings = (("settled_profit", "chance_by_month"), ("operating_profit", "chance_of_good_month"))
    return [*(monthly_table(summary, say, reading, title) for reading, title in readings), *compared]


def nothing_drives(result: Result | None, summary: dict[str, Any], say: Say) -> str:
    """Return that no number stands out, where the run could tell; else nothing."""
    name = ranked(summary)[0]
    if result is None or not result.worlds or result.clauses or drives(result, name):
        return ""
    return say("report_drivers_none", name=say(name))


def write_report(
    folder: Path,
    result: Result | CountedResult,
    summary: dict[str, Any],
    manifest: dict[str, Any],
    language: str = "en",
    n_jobs: int = 1,
) -> None:
    """Write ``report.html`` into the folder of a run; ``n_jobs`` processes draw its pictures."""
    page = report_page(result, summary, manifest, language, n_jobs=n_jobs)
    (folder / "report.html").write_text(page, encoding="utf-8")


def provenance(manifest: dict[str, Any], say: Say) -> list[tuple[str, str]]:
    """Return what is needed to repeat and to trust the run."""
    keys = ("run_hash", "scenario_sha256", "result_sha256", "seed", "worlds", "replicates", "git_commit")
    rows = [(say(f"provenance_{key}"), str(manifest[key])) for key in keys if manifest.get(key) is not None]
    versions = ", ".join(f"{name} {version}" for name, version in manifest["versions"].items())
    return [*rows, (say("provenance_versions"), versions)]


def asked(scenario: Scenario, language: str) -> list[str]:
    """Return the questions that the scenario raises, a line each."""
    return [question.sentence(language) for question in questions_of(scenario)]
