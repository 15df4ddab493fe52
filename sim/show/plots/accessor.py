"""The accessor ``result.plot``: every picture as a method of a result, those of packages outside by their names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from types import MethodType
from typing import TYPE_CHECKING, Any, Literal

from matplotlib.axes import Axes

from sim.show.plots import activity
from sim.show.plots.style import PlotError, chosen
from sim.show.plots.themed import Language, Theme, themed
from sim.show.registry import PICTURES, picture
from sim.simulation.journal import journal
from sim.text.labels import label

if TYPE_CHECKING:
    from sim.results.result import Result


class PlotAccessor:
    """Every picture of one result; each method draws and returns matplotlib's axes.

    All of them take, by name:

    ax : Axes, optional
        To draw on; by default axes of a new figure, ``.figure`` of what is returned.
    language : {"en", "zh"}
    theme : {"light", "dark"}, optional
        The look of a new figure; by default whatever is set.
    """

    def __init__(self, result: Result) -> None:
        self._result = result

    def probability_of_profit(
        self, strategies: Sequence[str] = (), *, ax: Axes | None = None, language: Language = "en",
        theme: Theme | None = None,
    ) -> Axes:  # fmt: skip
        """Draw the chance of a settled profit by month with its simulation error, and what shops like yours meet.

        Parameters
        ----------
        strategies : sequence of str
            All by default.
        """
        return self._draw("probability_of_profit", strategies, ax=ax, language=language, theme=theme)

    def time_to_profit(
        self, strategy: str | None = None, *, event: Literal["profit", "stable"] = "profit", ax: Axes | None = None,
        language: Language = "en", theme: Theme | None = None,
    ) -> Axes:  # fmt: skip
        """Draw the running share of all paths that have seen a profit, and above it those ruined before one.

        Parameters
        ----------
        strategy : str, optional
            The first one by default.
        event : {"profit", "stable"}
            The first month whose end sees a settled profit, or the first that ends a run of profitable months.
        """
        return self._draw("time_to_profit", strategy, event=event, ax=ax, language=language, theme=theme)

    def profit_fan(
        self, strategy: str | None = None, *, ax: Axes | None = None, language: Language = "en",
        theme: Theme | None = None,
    ) -> Axes:  # fmt: skip
        """Draw the range of outcomes of settled profit over time."""
        return self._draw("profit_fan", strategy, ax=ax, language=language, theme=theme)

    def cash_fan(
        self, strategy: str | None = None, *, ax: Axes | None = None, language: Language = "en",
        theme: Theme | None = None,
    ) -> Axes:  # fmt: skip
        """Draw the range of outcomes of cash over time."""
        return self._draw("cash_fan", strategy, ax=ax, language=language, theme=theme)

    def final_profit(
        self, strategies: Sequence[str] = (), *, ax: Axes | None = None, language: Language = "en",
        theme: Theme | None = None,
    ) -> Axes:  # fmt: skip
        """Draw how settled profit at the end is spread by strategy: half of the paths in the box, 90% in the line.

        Parameters
        ----------
        strategies : sequence of str
            All by default.
        """
        return self._draw("final_profit", strategies, ax=ax, language=language, theme=theme)

    def paired_difference(
        self, a: str, b: str, *, ax: Axes | None = None, language: Language = "en", theme: Theme | None = None
    ) -> Axes:
        """Draw how much more A ends with than B, path by path on the same market and luck."""
        return self._draw("paired_difference", a, b, ax=ax, language=language, theme=theme)

    def per_order(
        self, strategy: str | None = None, *, ax: Axes | None = None, language: Language = "en",
        theme: Theme | None = None,
    ) -> Axes:  # fmt: skip
        """Draw one order on average, from the price paid to what is left after ads."""
        return self._draw("per_order", strategy, ax=ax, language=language, theme=theme)

    def profit_and_loss(
        self, strategy: str | None = None, *, ax: Axes | None = None, language: Language = "en",
        theme: Theme | None = None,
    ) -> Axes:  # fmt: skip
        """Draw where the money went: the mean of every line over all months in the order of the statement."""
        return self._draw("profit_and_loss", strategy, ax=ax, language=language, theme=theme)

    def funnel(
        self, strategy: str | None = None, *, ax: Axes | None = None, language: Language = "en",
        theme: Theme | None = None,
    ) -> Axes:  # fmt: skip
        """Draw traffic and orders over the whole time, on a log scale, with the rate from one stage to the next."""
        return self._draw("funnel", strategy, ax=ax, language=language, theme=theme)

    def freezes(
        self, strategy: str | None = None, *, ax: Axes | None = None, language: Language = "en",
        theme: Theme | None = None,
    ) -> Axes:  # fmt: skip
        """Draw, of the histories in which money was locked, how long it was and how much: one point each."""
        return self._draw("freezes", strategy, ax=ax, language=language, theme=theme)

    def drivers(
        self, strategy: str | None = None, *, count: int = 4, outcome: Literal["chance", "money"] = "chance",
        ax: Axes | None = None, language: Language = "en", theme: Theme | None = None,
    ) -> Axes:  # fmt: skip
        """Draw how the outcome changes with the numbers that drive it most: its mean in each tenth of worlds.

        Parameters
        ----------
        count : int
            Inputs that are drawn, at most.
        outcome : {"chance", "money"}
            A profit at the horizon, or settled profit there.
        """
        asked: dict[str, Any] = {"count": count, "outcome": outcome}
        return self._draw("drivers", strategy, **asked, ax=ax, language=language, theme=theme)

    def path_calendar(
        self, path: int, strategy: str | None = None, *, ax: Axes | None = None, language: Language = "en",
        theme: Theme | None = None,
    ) -> Axes:  # fmt: skip
        """Draw one path day by day; its history is simulated again, posting by posting.

        Parameters
        ----------
        path : int
            From 0; column ``path`` of the result's frames.
        """
        return self._draw("path_calendar", path, strategy, ax=ax, language=language, theme=theme)

    def _draw(self, name: str, *asked: Any, ax: Axes | None, language: str, theme: str | None, **further: Any) -> Axes:
        draw = partial(PICTURES[name], self._result, *asked, **further, ax=ax, language=language)
        return themed(draw, theme, ax, language)

    def __getattr__(self, name: str) -> Callable[..., Axes]:
        # Asked for what is no method: a picture that another package has registered.
        if name not in PICTURES:
            raise AttributeError(f"no picture '{name}'; there are: {', '.join(dir(self))}")
        return MethodType(PICTURES[name], self._result)

    def __dir__(self) -> list[str]:
        return sorted(PICTURES)

    def __repr__(self) -> str:
        return f"<Pictures of {self._result.scenario.name}: {', '.join(dir(self))}>"


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
