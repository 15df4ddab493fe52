"""What a sweep's folder holds: its estimates as a frame (`read_sweep`), and how far it is (`sweep_status`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.results.files import frame_of
from sim.studies.sweeps.lock import holder
from sim.studies.sweeps.store import Store
from sim.text.shown import Shown

if TYPE_CHECKING:
    import pandas as pd


def read_sweep(directory: str | Path, *, headlines: bool = False) -> pd.DataFrame:
    """Read a sweep, finished or not.

    Parameters
    ----------
    headlines : bool
        One row a cell of the design and strategy with the figures at the horizon, as in ``index.parquet``; a cell that
        is not finished has the ``status`` ``missing`` and no figures. Else one row an estimate of a finished cell.

    Returns
    -------
    DataFrame
        The axes by their dotted keys; then ``strategy, month, figure, reading, estimate, low, high, level, method, n``.

    Raises
    ------
    StorageError
        If the folder is no sweep's, nothing is finished yet, or a cell's file is damaged.
    """
    store = Store(Path(directory))
    return frame_of(store.index() if headlines else store.estimates())


@dataclass(frozen=True, repr=False)
class Status(Shown):
    """How far a sweep is.

    Parameters
    ----------
    failed, damaged : dict of str to str
        By run hash: the message.
    values : dict of str to dict
        By run hash: the cell's values.
    working : str or None
        Who is working on it now.
    seconds_a_cell : float or None
        Mean of the cells in the log.
    seconds_left : float or None
        Of the sweep that is under way, at the pace since it was started.
    """

    directory: Path
    name: str
    cells: int
    finished: int
    failed: dict[str, str]
    damaged: dict[str, str]
    values: dict[str, dict[str, object]]
    working: str | None
    seconds_a_cell: float | None
    seconds_left: float | None

    def _told(self) -> tuple[str, Iterable[str]]:
        wrong = {"failed": self.failed, "damaged": self.damaged}
        lines = [f"{cell[:8]} {what}: {why}" for what, cells in wrong.items() for cell, why in cells.items()]
        return f"Status of {self.name}: {self.finished} of {self.cells} cells finished", lines

    @property
    def to_do(self) -> int:
        """Cells without a sound file; those that failed are tried again."""
        return self.cells - self.finished


def sweep_status(directory: str | Path) -> Status:
    """Return how far a sweep is; every file is held against its checksum."""
    store = Store(Path(directory))
    design = store.design()
    finished, damaged = store.survey(design.cells)
    events = list(store.events())
    seconds = [event["seconds"] for event in events if event["event"] == "finished"]
    failed = {event["cell"]: event["message"] for event in events if event["event"] == "failed"}
    still = {cell: why for cell, why in failed.items() if cell in design.cells and cell not in set(finished)}
    mean = sum(seconds) / len(seconds) if seconds else None
    working = holder(store.directory)
    left = time_left(events, len(design.cells) - len(finished)) if working else None
    return Status(
        store.directory,
        design.name,
        len(design.cells),
        len(finished),
        still,
        damaged,
        design.cells,
        working,
        mean,
        left,
    )


def time_left(events: list[dict[str, Any]], to_do: int, now: datetime | None = None) -> float | None:
    """Return the seconds that so many cells take at the pace since the last start; None before the first has ended."""
    starts = [place for place, event in enumerate(events) if event["event"] == "start"]
    if not starts or not to_do:
        return None
    done = sum(event["event"] == "finished" for event in events[starts[-1] :])
    if not done:
        return None
    try:
        elapsed = (now or datetime.now(UTC)) - datetime.fromisoformat(events[starts[-1]]["time"])
    except (ValueError, TypeError):  # a time that is none, or of no zone: the line was changed by hand
        return None
    return float(to_do * elapsed.total_seconds() / done)
