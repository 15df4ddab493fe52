"""``result.plot.<name>(...)``: the pictures as methods of a result."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes

from sim.show import plots
from sim.show.plots.style import PlotError, chosen, words
from sim.simulation.journal import journal

if TYPE_CHECKING:
    from sim.results.result import Result

OF_A_RESULT = (
    *("probability_of_profit", "time_to_profit", "profit_fan", "cash_fan", "final_profit", "paired_difference"),
    *("profit_and_loss", "funnel", "freezes", "drivers"),
)


class PlotAccessor:
    """Every picture of one result.

    Parameters
    ----------
    result : Result
    """

    def __init__(self, result: Result) -> None:
        self._result = result

    def __getattr__(self, name: str) -> Callable[..., Axes]:
        if name not in OF_A_RESULT:
            raise AttributeError(f"no picture '{name}'; there are: {', '.join(dir(self))}")
        picture: Callable[..., Axes] = getattr(plots, name)

        def draw(*arguments: Any, **named: Any) -> Axes:
            return picture(self._result, *arguments, **named)

        draw.__doc__ = picture.__doc__
        return draw

    def __dir__(self) -> list[str]:
        return [*OF_A_RESULT, "path_calendar"]

    def path_calendar(
        self, path: int, strategy: str | None = None, ax: Axes | None = None, language: str = "en"
    ) -> Axes:
        """Draw one path day by day; its history is simulated again, posting by posting."""
        result, name = self._result, chosen(self._result, strategy)
        if path not in range(result.plan.n_paths):
            raise PlotError(f"paths run from 0 to {result.plan.n_paths - 1} (found {path})")
        entries = journal(result.scenario, result.plan, name, int(path))
        return plots.path_calendar(entries, result.scenario.currency, ax, language, words(name, language))
