"""Self-contained pages that tell the whole story of a run, or of a sweep."""

from sim.show.report.page import report_page, write_report
from sim.show.report.sweep.page import sweep_page, write_sweep_report

__all__ = ["report_page", "sweep_page", "write_report", "write_sweep_report"]
