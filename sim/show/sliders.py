"""Sliders for a notebook: `explore` shows how the chance of profit moves with a number.

Every answer comes from the same 1,024 paths (the same worlds and the same luck), so the picture moves smoothly and a
difference is an effect, not noise. A slider pins a number that was uncertain; at rest it stands at its median and
counts as not pinned.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from html import escape
from typing import TYPE_CHECKING, Any

from sim.results.run import run
from sim.scenario.scenario import Scenario, check_scenario
from sim.text import numbers
from sim.text.labels import catalogue, label, speaker
from sim.text.messages import as_list

if TYPE_CHECKING:
    from sim.results.result import Result

SLIDER_WORLDS, SLIDER_REPLICATES = 256, 4

MATTER = (
    *("wallet.capital", "store.prices.mean_value", "store.goods.gross_margin", "store.funnel.start_conversion_social"),
    *("store.meta.cpc", "store.budget.first_budget", "store.returns.return_rate"),
    *("aliexpress.prices.mean_value", "aliexpress.goods.gross_margin", "aliexpress.p4p.daily_budget"),
    *("alibaba.orders.orders_per_inquiry", "alibaba.goods.gross_margin"),
)
"""Numbers a seller can change or find out, the ones that move the answer most; those the scenario has are shown."""

MAX_SLIDERS = 7

SMALL_SHARE, WHOLE = 0.1, 200.0
"""Below the one a share has two decimals, from the other on a number has none."""


class ExploreError(ValueError):
    """Sliders that cannot be shown."""


class Explorer:
    """A scenario with some numbers pinned, answered again and again on the same paths.

    Parameters
    ----------
    strategy : str
        The one that is simulated; one answers several times as fast as four.
    keys : tuple of str
        Dotted names of numbers.
    """

    def __init__(self, scenario: Scenario, strategy: str, keys: tuple[str, ...]) -> None:
        if strategy not in scenario.strategies:
            raise ExploreError(f"no strategy '{strategy}'; there are: {', '.join(scenario.strategies)}")
        self.strategy = strategy
        self.scenario = scenario.with_({"strategies": {strategy: list(scenario.strategies[strategy])}})
        numbers = self.scenario.numbers()
        unknown = [key for key in keys if key not in numbers]
        if unknown:
            raise ExploreError(f"no number '{unknown[0]}' in this strategy; `sim explain` lists them")
        self.ranges = {key: limits(numbers[key]) for key in keys}

    def answer(self, pinned: Mapping[str, float]) -> Result:
        """Simulate with these numbers pinned; the others stay as uncertain as they are."""
        return run(self.scenario.with_(dict(pinned)), worlds=SLIDER_WORLDS, replicates=SLIDER_REPLICATES, n_jobs=1)


def limits(distribution: Any) -> tuple[float, float, float]:
    """Return the ends of a slider and where it rests: 1%, 99% and the median; a known number from half to double."""
    import numpy as np

    low, middle, high = (float(distribution.ppf(np.array(q))) for q in (0.01, 0.5, 0.99))
    if low == high:
        low, high = (middle / 2.0, middle * 2.0) if middle else (0.0, 1.0)
    return low, middle, high


def default_keys(scenario: Scenario, strategy: str) -> tuple[str, ...]:
    """Return the numbers that matter and that this strategy has."""
    channels = (*scenario.strategies.get(strategy, ()), "wallet", "market")
    numbers = scenario.numbers()
    return tuple(key for key in MATTER if key in numbers and key.split(".")[0] in channels)[:MAX_SLIDERS]


def explore(scenario: Scenario, strategy: str = "", keys: tuple[str, ...] = (), language: str = "en") -> Any:
    """Show sliders and the chance of profit by month; needs the extra ``notebook``.

    Parameters
    ----------
    strategy : str
        The first one by default.
    keys : tuple of str
        Numbers to move; by default the handful that matters.

    Returns
    -------
    ipywidgets.VBox
    """
    check_scenario(scenario)
    catalogue(language)  # refuses a language that there is not
    try:
        import ipywidgets as widgets  # type: ignore[import-not-found,import-untyped,unused-ignore]
    except ImportError as error:
        raise ExploreError('sliders need ipywidgets: pip install "seller-sim[notebook]"') from error
    keys = tuple(as_list(keys))
    strategy = strategy or next(iter(scenario.strategies))
    explorer = Explorer(scenario, strategy, keys or default_keys(scenario, strategy))
    out = widgets.HTML()
    sliders = {
        key: widgets.FloatSlider(
            value=middle, min=low, max=high, step=(high - low) / 100, description=name_of(explorer, key, language),
            continuous_update=False, style={"description_width": "22rem"}, layout={"width": "44rem"},
            readout_format=readout(key, high),
        )
        for key, (low, middle, high) in explorer.ranges.items()
    }  # fmt: skip
    show = painter(explorer, sliders, out, language)
    for slider in sliders.values():
        slider.observe(show, names="value")
    show(None)
    return widgets.VBox([*sliders.values(), out])


def name_of(explorer: Explorer, key: str, language: str) -> str:
    """Return what a slider moves, in words, with the unit of its value."""
    from sim.scenario.meanings import told_apart, unit_of

    unit = unit_of(key, language, explorer.scenario.currency)
    name = told_apart(key, language, explorer.scenario.strategies[explorer.strategy])
    return f"{name} [{unit}]" if unit else name


def readout(key: str, high: float) -> str:
    """Return how a slider writes its value: shares in per cent, sums with thousands, small numbers with digits."""
    from sim.scenario.meanings import in_percent

    if in_percent(key):
        return ".1%" if high >= SMALL_SHARE else ".2%"
    return ",.0f" if high >= WHOLE else ",.2f" if high >= 1.0 else ".3f"


def painter(explorer: Explorer, sliders: Mapping[str, Any], out: Any, language: str) -> Callable[[Any], None]:
    """Return what happens at a move: simulate, draw, put the picture into the output."""
    from sim.scenario.meanings import in_percent, number
    from sim.show.plots import probability_of_profit
    from sim.show.plots.svg import alone

    def show(_change: Any) -> None:
        rest = {key: middle for key, (_, middle, _) in explorer.ranges.items()}
        pinned = {key: slider.value for key, slider in sliders.items() if slider.value != rest[key]}
        result = explorer.answer(pinned)
        chance = result.estimate_profit(explorer.strategy)[-1]
        moved = (
            f"{name_of(explorer, key, language)} = {number(value, in_percent(key))}" for key, value in pinned.items()
        )
        words = "; ".join(moved) or label("sliders_at_rest", language)
        title = numbers.with_error(chance.to_dict(), speaker(language))
        said = f"<p><b>{title}</b> {escape(words)}</p>"
        out.value = said + alone("explore", title, words, partial(probability_of_profit, result, language=language))

    return show
