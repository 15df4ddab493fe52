"""The page: one file, no network, light and dark, in English or Chinese."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from sim.show.plots.svg import Figure
from sim.show.report.answer import answer
from sim.show.report.pictures import pictures
from sim.show.report.rendering import render
from sim.show.report.tables import (
    Sheet,
    assumptions,
    comparisons,
    facts_sheet,
    months,
    not_modelled,
    statements,
    strategies,
)
from sim.text.labels import Say, speaker

if TYPE_CHECKING:
    from sim.results.finished_run import FinishedRun
    from sim.results.result import CountedResult, Result


def report_page(
    result: Result | CountedResult,
    summary: dict[str, Any],
    manifest: dict[str, Any],
    language: str = "en",
    *,
    figures: bool = True,
) -> str:
    """Return the whole page as HTML.

    Parameters
    ----------
    summary, manifest : dict
        The content of ``summary.json`` and ``manifest.json``.
    language : {"en", "zh"}
    figures : bool
        Whether pictures are drawn; they take most of the time. A run of which counts were kept has none.
    """
    say = speaker(language)
    return render(
        "page.html.jinja",
        language,
        title=result.scenario.title or result.scenario.name,
        question=say("question", months=result.n_months),
        answer=answer(summary, result.scenario.numbers()["wallet.capital"].mean, say),
        provisos=provisos(summary, say),
        sheets=[
            strategies(summary, say),
            months(summary, say, "settled_profit", "chance_by_month"),
            months(summary, say, "operating_profit", "chance_of_good_month"),
            *([comparisons(summary, say)] if summary["comparisons"] else []),
        ],
        figures=drawn(result, summary, say, language) if figures and result.keep == "paths" else [],
        statements=all_statements(result, say),
        assumptions=assumptions(result.scenario, say),
        facts=facts_sheet(result, say) if result.keep == "paths" else None,
        not_modelled=not_modelled(say),
        provenance=provenance(manifest, say),
        currency=summary["currency"],
    )


def provisos(summary: dict[str, Any], say: Say) -> str:
    """Return what the figures rest on beyond the plain run."""
    from sim.results.screen import provisos as of_screen

    found = of_screen(summary, say)
    return "" if found is None else found.plain


def drawn(result: Result, summary: dict[str, Any], say: Say, language: str) -> list[tuple[Figure, Markup]]:
    """Return the pictures with their SVG marked as safe: drawn here, every text in it escaped by the drawing."""
    return [(picture, Markup(picture.svg)) for picture in pictures(result, summary, say, language)]


def all_statements(result: FinishedRun, say: Say) -> list[Sheet]:
    """Return both statements of every strategy."""
    return [
        statements(result, strategy, kind, say)
        for strategy in result.strategies
        for kind in ("profit_and_loss", "cash_flow")
    ]


def provenance(manifest: dict[str, Any], say: Say) -> list[tuple[str, str]]:
    """Return what is needed to repeat and to trust the run."""
    keys = ("run_hash", "scenario_sha256", "result_sha256", "seed", "worlds", "replicates", "git_commit")
    rows = [(say(f"provenance_{key}"), str(manifest[key])) for key in keys if manifest.get(key) is not None]
    versions = ", ".join(f"{name} {version}" for name, version in manifest["versions"].items())
    return [*rows, (say("provenance_versions"), versions)]
