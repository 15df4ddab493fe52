"""The page of a run, `report_page`: one file, no network, light and dark, in English or Chinese."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.results.shown import shown_summary
from sim.scenario.questions import questions_of
from sim.show.report.answer import answer
from sim.show.report.doubt import doubt_section
from sim.show.report.pictures import pictures
from sim.show.report.sections import added_sections, contents
from sim.show.report.tables import assumptions, facts, not_modelled, statements
from sim.show.report.templates import render
from sim.text.labels import Say, speaker
from sim.text.numbers import currency_in_words, horizon, proviso_lines
from sim.text.summary_tables import HEADLINES, comparison_table, monthly_table, strategies_table

if TYPE_CHECKING:
    from sim.results.result import CountedResult, Result
    from sim.scenario.scenario import Scenario

DIFFERENCES = ("chance_of_profit", "mean_profit", "report_compared_a_beats_b")
"""How one strategy differs from another."""


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
    say = speaker(language)
    paths = result if result.keep == "paths" else None  # counts have no pictures and no facts
    added = added_sections(result, summary, language, pictures=figures and paths is not None)
    added["strategies"].insert(0, doubt_section(summary, language, pictures=figures and paths is not None))
    held_against = facts(paths, say) if paths is not None else None
    result, summary = result.shown(), shown_summary(summary)
    paths = result if result.keep == "paths" else None
    return render(
        "page.html.jinja",
        language,
        title=say(result.scenario.title or result.scenario.name),
        question=say("question", span=horizon(result.months, say)),
        answer=answer(summary, result.shown_at * result.scenario.numbers()["wallet.capital"].mean, say),
        provisos="\n".join([*proviso_lines(summary, say), *asked(result.scenario, language)]),
        contents=contents(added, say, facts=held_against is not None),
        added=added,
        tables=[
            strategies_table(summary, say, HEADLINES, say("report_strategies")),
            monthly_table(summary, say, "settled_profit", "chance_by_month"),
            monthly_table(summary, say, "operating_profit", "chance_of_good_month"),
            *([comparison_table(summary, say, DIFFERENCES, say("strategy"))] if summary["comparisons"] else []),
        ],
        figures=pictures(paths, summary, say, language, n_jobs) if figures and paths is not None else [],
        statements=[
            statements(result, strategy, kind, say)
            for strategy in result.strategies
            for kind in ("profit_and_loss", "cash_flow")
        ],
        assumptions=assumptions(result.scenario, say),
        facts=held_against,
        not_modelled=not_modelled(say),
        provenance=provenance(manifest, say),
        currency=currency_in_words(summary, say),
    )


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
