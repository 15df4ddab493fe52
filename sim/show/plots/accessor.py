"""The accessor ``result.plot``: every registered picture as a method of a result."""

from __future__ import annotations

from collections.abc import Callable
from types import MethodType
from typing import TYPE_CHECKING

from matplotlib.axes import Axes

from sim.show.plots import activity
from sim.show.plots.style import PlotError, chosen
from sim.show.registry import PICTURES, picture
from sim.simulation.journal import journal
from sim.text.labels import label

if TYPE_CHECKING:
    from sim.results.result import Result


class PlotAccessor:
    """Every picture of one result."""

    def __init__(self, result: Result) -> None:
        self._result = result

    def __getattr__(self, name: str) -> Callable[..., Axes]:
        if name not in PICTURES:
            raise AttributeError(f"no picture '{name}'; there are: {', '.join(dir(self))}")
        return MethodType(PICTURES[name], self._result)

    def __dir__(self) -> list[str]:
        return list(PICTURES)


@picture
def path_calendar(
    result: Result, path: int, strategy: str | None = None, ax: Axes | None = None, language: str = "en"
) -> Axes:
    """Draw one path day by day; its history is simulated again, posting by posting."""
    name = chosen(result, strategy)
    if path not in range(result.plan.n_paths):
        raise PlotError(f"paths run from 0 to {result.plan.n_paths - 1} (found {path})")
    entries = journal(result.scenario, result.plan, name, int(path))
    return activity.path_calendar(entries, result.currency, ax, language, label(name, language))
