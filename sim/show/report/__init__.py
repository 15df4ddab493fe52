"""One self-contained page that tells the whole story of a run, or of a sweep."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.show.report.page import report_page
from sim.show.report.sweep.page import sweep_page, write_sweep_report

if TYPE_CHECKING:
    from sim.results.result import CountedResult, Result

__all__ = ["report_page", "sweep_page", "write_report", "write_sweep_report"]


def write_report(
    folder: Path,
    result: Result | CountedResult,
    summary: dict[str, Any],
    manifest: dict[str, Any],
    language: str = "en",
) -> None:
    """Write ``report.html`` into the folder of a run."""
    page = report_page(result, summary, manifest, language)
    (folder / "report.html").write_text(page, encoding="utf-8")
