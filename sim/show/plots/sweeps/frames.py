"""The frame of a sweep as pictures read it: its axes, which of them move together, its columns, and their names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib import rcParams
from numpy.typing import ArrayLike, NDArray

from sim.scenario.meanings import described
from sim.show.plots.style import PlotError
from sim.text.labels import label

if TYPE_CHECKING:
    import pandas as pd

MEASURES = {
    **dict.fromkeys(("chance", "chance_after_owner_pay", "ruin"), "share"),
    **dict.fromkeys(("profit_p5", "profit_p50", "profit_p95", "cash_needed_p50", "cash_needed_p95"), "money"),
}
"""Columns that can be drawn, and what they are: shares within 0 and 1, or sums of money."""

AT_LEAST = {"cash_needed_p50": 0.5, "cash_needed_p95": 0.05}
"""Share of histories held back by want of cash (``cash_at_least``) above which an outcome is a lower bound for certain:
one of them lies at or below it. Under that share it may be one too: a sweep keeps the share, not which histories.
"""

LEVELS = (0.5, 0.8)
"""Chances of profit at which a map draws its contours."""

MIN_RATIO = 10.0
"""An axis that spans at least this much may be drawn on a log scale."""


@dataclass(frozen=True)
class Axis:
    """An axis of a sweep, ready to be drawn.

    Parameters
    ----------
    key : str
        Its column.
    values : ndarray
        The different values, rising; numbers, or else text.
    together : tuple of str
        Other columns that move in step with it.
    """

    key: str
    values: NDArray[Any]
    together: tuple[str, ...] = ()

    @property
    def numeric(self) -> bool:
        """Whether its values are numbers."""
        return self.values.dtype.kind == "f"

    @property
    def logarithmic(self) -> bool:
        """Whether it spans a decade or more in steps that are more even as ratios than as differences."""
        if not self.numeric or len(self.values) < 3 or self.values[0] <= 0.0:
            return False
        wide = self.values[-1] / self.values[0] >= MIN_RATIO * (1.0 - 1e-9)
        return bool(wide and uneven(np.log(self.values)) < uneven(self.values))

    @property
    def scale(self) -> str:
        """What matplotlib calls its scale."""
        return "log" if self.logarithmic else "linear"

    @property
    def scaled(self) -> NDArray[np.float64]:
        """Its values where they are even: on a log scale their logarithms."""
        return np.log(self.values) if self.logarithmic else self.values

    def unscaled(self, at: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the values at places between those of `scaled`."""
        return np.exp(at) if self.logarithmic else at

    @property
    def places(self) -> NDArray[np.float64]:
        """Where its values stand along a picture: numbers where they are, words one step apart."""
        return self.values if self.numeric else np.arange(len(self.values), dtype=float)

    def places_of(self, rows: pd.DataFrame) -> NDArray[np.float64]:
        """Return (n_rows,) the place of each row, all of which have a value."""
        if self.numeric:
            return rows[self.key].to_numpy(dtype=float)
        order = dict(zip(self.values, self.places, strict=True))
        return np.array([order[str(value)] for value in rows[self.key]])

    def shifted(self, at: ArrayLike, share: float) -> NDArray[np.float64]:
        """Return places moved along by a share of its length; on a log scale of its ratio."""
        first, last = self.places[[0, -1]]
        moved = np.multiply(at, (last / first) ** share) if self.logarithmic else np.add(at, share * (last - first))
        return np.asarray(moved, dtype=np.float64)


def uneven(values: NDArray[np.float64]) -> float:
    """Return how far steps differ, for their mean: 0 for a regular axis."""
    steps = np.diff(values)
    return float(steps.std() / steps.mean())


def axis_columns(frame: pd.DataFrame) -> list[str]:
    """Return the dotted keys that a sweep's frame has columns for."""
    columns = list(frame.columns)
    if "cell" not in columns or "strategy" not in columns:
        raise PlotError("no frame of a sweep: use sim.read_sweep(folder, headlines=True)")
    if "figure" in columns:
        raise PlotError("a frame with one row an estimate: use sim.read_sweep(folder, headlines=True)")
    if not len(frame):
        raise PlotError("this frame of a sweep has no rows: nothing to draw")
    return columns[columns.index("cell") + 1 : columns.index("strategy")]


def is_numeric(frame: pd.DataFrame, key: str) -> bool:
    """Return whether a column holds numbers; true and false are words."""
    return frame[key].dtype.kind in "if"


def values_of(frame: pd.DataFrame, key: str) -> NDArray[Any]:
    """Return the different values of a column, rising: numbers, or else text in the order in which it first stands."""
    known = frame[key].dropna()
    if is_numeric(frame, key):
        return np.unique(known.to_numpy(dtype=float))
    return np.array(list(dict.fromkeys(str(value) for value in known)), dtype=object)


def axis_groups(frame: pd.DataFrame) -> list[Axis]:
    """Return the axes that vary; what moves in step with an earlier one is part of it."""
    groups: list[list[str]] = []
    for key in axis_columns(frame):
        if len(values_of(frame, key)) < 2:
            continue
        for group in groups:
            if in_step(frame, group[0], key):
                group.append(key)
                break
        else:
            groups.append([key])
    return [Axis(group[0], values_of(frame, group[0]), tuple(group[1:])) for group in groups]


def in_step(frame: pd.DataFrame, first: str, second: str) -> bool:
    """Return whether two columns move together: each value of one with one of the other, numbers rising or falling.

    Points spread over two ranges pair every value once too, but keep no order.
    """
    pairs = frame[[first, second]].dropna().drop_duplicates()
    n = len(pairs)
    if n != len(values_of(frame, first)) or n != len(values_of(frame, second)):
        return False
    if not (is_numeric(frame, first) and is_numeric(frame, second)):
        return True
    steps = np.diff(pairs.sort_values(first)[second].to_numpy(dtype=float))
    return bool((steps > 0).all() or (steps < 0).all())


def find_axis(frame: pd.DataFrame, key: str, *, numeric: bool = False) -> Axis:
    """Return the axis of a key, or say what is wrong with it."""
    keys = axis_columns(frame)
    if key not in keys:
        raise PlotError(f"no axis '{key}' in this sweep; there are: {', '.join(keys)}")
    values = values_of(frame, key)
    if len(values) < 2:
        found = f"only the value {values[0]}" if len(values) else "no value"
        raise PlotError(f"the axis '{key}' has {found}: it needs two to be drawn along")
    if numeric and not is_numeric(frame, key):
        raise PlotError(f"the axis '{key}' is not of numbers: a map cannot be drawn along it; use sweep_lines with by=")
    others = [other for other in keys if other != key and len(values_of(frame, other)) > 1]
    return Axis(key, values, tuple(other for other in others if in_step(frame, key, other)))


def check_figure(frame: pd.DataFrame, figure: str) -> None:
    """Refuse what is no outcome of a sweep, or not in this frame."""
    if figure not in MEASURES or figure not in frame.columns:
        there = ", ".join(name for name in MEASURES if name in frame.columns)
        raise PlotError(f"no figure '{figure}'; there are: {there}")


def check_known(values: NDArray[np.float64], figure: str) -> None:
    """Refuse a column that no cell has."""
    if np.isnan(values).all():
        raise PlotError(f"no cell has a figure for '{figure}': nothing to draw")


def check_others_fixed(frame: pd.DataFrame, drawn: Sequence[Axis]) -> None:
    """Refuse a frame in which an axis varies that is not drawn: one place would hold several cells."""
    covered = {key for axis in drawn for key in (axis.key, *axis.together)}
    for key in axis_columns(frame):
        values = values_of(frame, key)
        if key not in covered and len(values) > 1:
            shown = repr(values[0]) if isinstance(values[0], str) else f"{values[0]:g}"
            raise PlotError(
                f"the axis '{key}' varies too ({len(values)} values): choose one, as "
                f'frame[frame["{key}"] == {shown}]; or, if it moves with another, drop its column'
            )


def of_strategy(frame: pd.DataFrame, strategy: str | None) -> tuple[str, pd.DataFrame]:
    """Return a strategy (the one asked for, or the first) and its rows."""
    axis_columns(frame)
    names = strategies_of(frame)
    name = strategy or names[0]
    if name not in names:
        raise PlotError(f"no strategy '{name}' in this sweep; there are: {', '.join(names)}")
    return name, frame[frame["strategy"] == name]


def strategies_of(frame: pd.DataFrame) -> list[str]:
    """Return the strategies, in the frame's order."""
    return list(dict.fromkeys(frame["strategy"].dropna()))


def where(frame: pd.DataFrame, key: str, value: Any) -> pd.DataFrame:
    """Return the rows that have a value of an axis."""
    return frame[frame[key].astype(str) == value] if isinstance(value, str) else frame[frame[key] == value]


def grid(frame: pd.DataFrame, x: Axis, y: Axis, column: str) -> NDArray[np.float64]:
    """Return (n_y, n_x) an outcome at every crossing of two axes, not a number where a cell is missing."""
    known = frame.dropna(subset=[x.key, y.key])
    columns, rows = (np.searchsorted(axis.places, axis.places_of(known)) for axis in (x, y))
    places = rows * len(x.values) + columns
    if len(np.unique(places)) < len(places):
        raise PlotError(f"several cells at one place of '{x.key}' and '{y.key}': keep one of each")
    if len(places) > 3 and len(places) <= max(len(x.values), len(y.values)):
        raise PlotError(f"the cells are no grid over '{x.key}' and '{y.key}': use sweep_scatter")
    out = np.full((len(y.values), len(x.values)), np.nan)
    out.flat[places] = known[column].to_numpy(dtype=float)
    return out


def at_least(frame: pd.DataFrame, figure: str) -> NDArray[np.bool_]:
    """Return (n_rows,) whether an outcome is only a lower bound; never where it is missing."""
    if figure not in AT_LEAST or "cash_at_least" not in frame.columns:
        return np.zeros(len(frame), dtype=bool)
    ran_out = frame["cash_at_least"].to_numpy(dtype=float) > AT_LEAST[figure]
    return np.asarray(ran_out & frame[figure].notna().to_numpy(), dtype=bool)


def literal(text: str) -> str:
    """Return a text that is drawn as it stands: a dollar sign would begin a formula."""
    return text.replace("$", r"\$") if rcParams["text.parse_math"] else text


def axis_label(axis: Axis, language: str, currency: str = "") -> str:
    """Return what an axis is, from the declaration its key reaches; else the key itself."""
    name = described(axis.key, language, currency)
    if axis.together:
        name += label("plot_sweep_together", language, count=len(axis.together))
    return literal(name)
