"""One order as it is expected before any run: what it brings, what ads it takes, where it breaks even.

`expected_orders` draws a run's own worlds, lets each channel's mechanisms say what an order costs (`OrderTerms`) and
how many of them a day's ads bring (`OrderFlow`), and adds up: no day is lived, so it takes milliseconds.

Means are totals over totals, each world counting by its orders a day once grown, as in a run where a shop that sells
more has more orders to look at; 5, 50 and 95% are over worlds, each counting once. The ads of an order are given at two
stages: *at the start* nothing has grown, *once grown* all that grows has: between them lies what a run of some months
comes to, unless its budgets, its cash or the season move it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.business.break_even import Told, break_even, conversion_of, weighted
from sim.business.calendar import DAYS_A_MONTH
from sim.business.customers import cost_of_winning, customer_value
from sim.business.market import Environment, Market
from sim.business.mechanisms.base import Mechanism
from sim.business.mechanisms.pricing import priced
from sim.business.order_flow import OrderFlow
from sim.business.order_terms import OrderTerms
from sim.randomness.luck import Luck, SpanLuck
from sim.randomness.streams import Array
from sim.scenario.scenario import Scenario, check_scenario
from sim.simulation.engine import bind, mechanisms_of
from sim.simulation.worlds import draw_worlds

if TYPE_CHECKING:
    import pandas as pd

Plain = dict[str, Any]

POINTS = (5, 50, 95)


@dataclass(frozen=True)
class ExpectedOrder:
    """One order of a channel in each of some worlds.

    Parameters
    ----------
    terms : OrderTerms
        As they are in each world, at the price its seller set.
    grown, start : OrderFlow
        A day's ads and orders at either stage.
    lines : dict of str to (n_worlds,) float
        Money an order: the terms' lines, and ``before_ads``, ``ads`` and ``after_ads`` once grown; nan without orders.
    ads_at_start : (n_worlds,) float
        Money an order at the start, negative.
    """

    terms: OrderTerms
    grown: OrderFlow
    start: OrderFlow
    lines: dict[str, Array]
    ads_at_start: Array

    @property
    def orders(self) -> Array:
        """(n_worlds,) orders a day once grown."""
        return np.broadcast_to(np.asarray(self.grown.orders, dtype=float), self.ads_at_start.shape)


def expected_orders(scenario: Scenario, worlds: int = 1024, seed: int = 1) -> dict[str, Plain]:
    """Return what an order of each channel is expected to bring and to cost, before any run.

    Parameters
    ----------
    worlds : int
        How many to draw: the first ones of a run with this seed.

    Returns
    -------
    dict of str to dict
        By ``<strategy>/<channel>``: ``strategy``, ``channel``, ``orders_a_month`` (mean, once grown),
        ``worlds_without_orders``, ``lines``, ``ads_at_start``, ``break_even``, ``customer``; as plain data.
    """
    drawn = draw_worlds(scenario, seed, 0, worlds)
    found = {}
    for strategy, channels in scenario.strategies.items():
        for channel in channels:
            order = expected_order(scenario, channel, drawn, worlds, len(channels) > 1)
            if order is not None:
                told = {"strategy": strategy, "channel": channel} | as_plain(order, scenario.horizon_days)
                found[f"{strategy}/{channel}"] = told
    return found


def customers(scenario: Scenario, worlds: int = 256) -> dict[str, Plain | None]:
    """Return what a customer of each strategy is worth once grown; None where nobody comes back, or channels differ."""
    drawn, found = draw_worlds(scenario, 1, 0, worlds), {}
    for strategy, channels in scenario.strategies.items():
        order = expected_order(scenario, channels[0], drawn, worlds) if len(channels) == 1 else None
        found[strategy] = None if order is None else customer(order, scenario.horizon_days)
    return found


def expected_order(
    scenario: Scenario, channel: str, worlds: Mapping[str, Array], n_worlds: int, alongside: bool = False
) -> ExpectedOrder | None:
    """Return one order of a channel in each of these worlds; None of a channel of which no mechanism tells a price.

    Parameters
    ----------
    worlds : mapping of str to (n_worlds,) float
        Values by dotted name; numbers that are not there have the middle of what the scenario states.
    alongside : bool
        The strategy sells by other channels too.
    """
    values = dict(worlds)
    market = Market(**bind("market", Market, scenario.market, values))
    environment = Environment(market, scenario.start_date, Luck(SpanLuck(1, range(1)), "market", Market.streams))
    mechanisms = priced(mechanisms_of(scenario, channel, values), environment)
    terms = as_they_are(mechanisms, environment)
    grown, start = (flow_of(mechanisms, terms, alongside, stage) for stage in (True, False))
    if terms.price is None:
        return None
    lines = {name: spread(value, n_worlds) for name, value in terms.lines(terms.price).items()}
    lines["before_ads"] = spread(sum(lines.values()), n_worlds)
    lines["ads"] = -ads_of_an_order(grown, n_worlds)
    lines["after_ads"] = lines["before_ads"] + lines["ads"]
    return ExpectedOrder(terms, grown, start, lines, -ads_of_an_order(start, n_worlds))


def as_they_are(mechanisms: Sequence[Mechanism], environment: Environment) -> OrderTerms:
    """Return an order's terms in each world as it is, where its seller could only expect the mean."""
    terms = OrderTerms()
    for mechanism in mechanisms:
        replace(mechanism, stated={}).tell(terms, environment)
    return terms


def flow_of(mechanisms: Sequence[Mechanism], terms: OrderTerms, alongside: bool, grown: bool) -> OrderFlow:
    """Return what a day's ads bring at a stage, as the mechanisms foretell it."""
    flow = OrderFlow(grown=grown, alongside=alongside, kept=terms.kept)
    for mechanism in mechanisms:
        mechanism.foretell(flow)
    return flow


def ads_of_an_order(flow: OrderFlow, n_worlds: int) -> Array:
    """(n_worlds,) money for ads an order: 0 where nothing is spent, nan where money brings no order."""
    spend, orders = spread(flow.spend, n_worlds), spread(flow.orders, n_worlds)
    cost = np.divide(spend, orders, out=np.full(n_worlds, np.nan), where=orders > 0)
    return np.where((spend == 0) & (orders == 0), 0.0, cost)


def spread(value: Any, n_worlds: int) -> Array:
    """Return a number, or one a world, as (n_worlds,) numbers."""
    return np.broadcast_to(np.asarray(value, dtype=float), (n_worlds,)).copy()


def as_plain(order: ExpectedOrder, horizon_days: int) -> Plain:
    """Return an order of all worlds as plain data: means, percentiles, break-even points, what a customer is worth."""
    counted, weights = np.isfinite(order.lines["ads"]), weights_of(order)
    lines = {name: told(value, weights, counted) for name, value in order.lines.items()}
    means = {name: found["mean"] for name, found in lines.items()}
    at_start = np.where(np.isfinite(order.ads_at_start), spread(order.start.orders, len(weights)), 0.0)
    return {
        "orders_a_month": float(order.orders.mean() * DAYS_A_MONTH),
        "worlds_without_orders": float(np.mean(order.orders <= 0)),
        "lines": [{"line": name} | found for name, found in lines.items()],
        "ads_at_start": told(order.ads_at_start, at_start if at_start.any() else weights, at_start > 0),
        "break_even": break_even(means, conversion_of(order.grown), Told.by(order.terms, weights)),
        "customer": customer(order, horizon_days),
    }


def customer(order: ExpectedOrder, horizon_days: int) -> Plain | None:
    """Return what a customer is worth over the horizon, once grown; None where nobody comes back."""
    grown = order.grown
    found = customer_value(order.terms, grown, horizon_days, weights_of(order), cost_of_winning(grown))
    return found and {"first_orders": float(np.mean(grown.first_orders) * DAYS_A_MONTH)} | found


def weights_of(order: ExpectedOrder) -> Array:
    """(n_worlds,) how much each world counts: its orders, where money brings any; all alike where none does."""
    weights = np.where(np.isfinite(order.lines["ads"]), order.orders, 0.0)
    return weights if weights.any() else np.ones_like(weights)


def told(values: Array, weights: Array, counted: NDArray[np.bool_]) -> dict[str, float]:
    """Return the mean over worlds by their weights, and the points over those that count; nothing where none does."""
    if not counted.any():
        return {"mean": 0.0} | {f"p{point}": 0.0 for point in POINTS}
    points = np.percentile(values[counted], POINTS)
    found = {f"p{point}": float(value) for point, value in zip(POINTS, points, strict=True)}
    return {"mean": weighted(np.where(counted, values, 0.0), np.where(counted, weights, 0.0))} | found


def per_order(scenario: Scenario, worlds: int = 1024, seed: int = 1) -> pd.DataFrame:
    """Return what an order is expected to bring and to cost: one row a strategy, channel and line, before any run."""
    import pandas as pd

    check_scenario(scenario)
    found = expected_orders(scenario, worlds, seed).values()
    heads = ({"strategy": order["strategy"], "channel": order["channel"]} for order in found)
    return pd.DataFrame([head | line for head, order in zip(heads, found, strict=True) for line in order["lines"]])
