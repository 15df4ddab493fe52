"""Why an order leaves what it leaves: its largest term after goods, and the number that moves it most, as `reasons`.

A number is moved from the 5% to the 95% point of its benchmark, the distribution that its declaration has as its
default in this channel, while all others stay at the means of what the scenario states. What an order then leaves after
ads, once grown, follows in closed form (`sim.results.expected_order`): all moves at once, in milliseconds, no run.
Not moved: what the scenario states as one number, for its seller knows it; what an order is worth (another price is
another product), numbers whose benchmark is one number, and those of the market.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from sim.business.channels import channel as registered_channel
from sim.business.parameters import Parameter
from sim.randomness.distributions import Constant, from_leaf
from sim.randomness.streams import Array
from sim.results.expected_order import ExpectedOrder, expected_order, expected_orders
from sim.scenario.questions import dollar
from sim.scenario.scenario import Scenario

Plain = dict[str, Any]
Move = tuple[str, Parameter, float, float]
"""Dotted key, its declaration, and the ends of its benchmark."""

ENDS = (0.05, 0.95)

KNOWN = Constant(0.0)
"""Stands for a number that the scenario does not have."""

TERMS = ("freight", "duty", "fees", "returns", "losses", "ads")
"""What an order costs beside its goods."""


def reasons(scenario: Scenario, per_order: Mapping[str, Plain | None] | None = None) -> dict[str, Plain]:
    """Return why an order of each strategy leaves what it leaves.

    Parameters
    ----------
    per_order : mapping of str to dict or None, optional
        Lines of a run, by strategy, as a summary's ``per_order`` has them, where it has any; by default they are the
        expected ones.

    Returns
    -------
    dict of str to dict
        By strategy: ``largest_term`` (``line``, ``amount``, ``share_of_price``) and ``moves_most`` (``key``,
        ``meaning``, ``unit``, ``low``, ``high``, ``contribution_low``, ``contribution_high``); each may be None.
    """
    lines = lines_of_strategies(scenario) if per_order is None else {}
    for name, order in (per_order or {}).items():
        lines[name] = {line["line"]: line["mean"] for line in (order or {}).get("lines", ())}
    return {
        name: {"largest_term": largest_term(lines.get(name, {})), "moves_most": moves_most(scenario, channels)}
        for name, channels in scenario.strategies.items()
    }


def lines_of_strategies(scenario: Scenario) -> dict[str, dict[str, float]]:
    """Return the expected lines of an order of each strategy: of its channels, by the orders each brings."""
    found: dict[str, list[Plain]] = {name: [] for name in scenario.strategies}
    for order in expected_orders(scenario).values():
        found[order["strategy"]].append(order)
    return {name: _mixed(orders) for name, orders in found.items() if orders}


def _mixed(orders: Sequence[Plain]) -> dict[str, float]:
    weights = np.array([order["orders_a_month"] for order in orders])
    weights = weights if weights.any() else np.ones_like(weights)
    means = [{line["line"]: line["mean"] for line in order["lines"]} for order in orders]
    return {name: float(np.average([each[name] for each in means], weights=weights)) for name in means[0]}


def largest_term(lines: Mapping[str, float]) -> Plain | None:
    """Return the line after goods that costs most; None where there is no order, or none costs anything."""
    costs = {name: lines[name] for name in TERMS if lines.get(name, 0.0) < 0.0}
    if not costs:
        return None
    line = min(costs, key=costs.__getitem__)
    share = -costs[line] / lines["price"] if lines["price"] > 0 else None
    return {"line": line, "amount": costs[line], "share_of_price": share}


def moves_most(scenario: Scenario, channels: Sequence[str]) -> Plain | None:
    """Return the number whose move within its benchmark changes most what an order leaves after ads."""
    moves = moves_of(scenario, channels)
    left = left_after_ads(scenario, channels, moves)
    if left is None:
        return None
    swings = np.nan_to_num(np.abs(left[1::2] - left[::2]))
    if not swings.any():
        return None
    place = int(np.argmax(swings))
    key, parameter, low, high = moves[place]
    said = {"key": key, "meaning": parameter.meaning, "unit": parameter.unit, "low": low, "high": high}
    return said | {"contribution_low": float(left[2 * place]), "contribution_high": float(left[2 * place + 1])}


def _has_benchmark(parameter: Parameter) -> bool:
    return isinstance(parameter.default, Mapping) and not parameter.spread


def moves_of(scenario: Scenario, channels: Sequence[str]) -> list[Move]:
    """Return the numbers of some channels that have a benchmark, and its ends in the scenario's currency."""
    numbers = scenario.numbers()
    found = []
    for channel in channels:
        for part in registered_channel(channel).parts:
            for name, parameter in part.parameters.items():
                key = f"{channel}.{part.section}.{name}"
                if not isinstance(numbers.get(key, KNOWN), Constant) and _has_benchmark(parameter):
                    factor = dollar(scenario) if "money" in parameter.unit else 1.0
                    low, high = (factor * end for end in _ends(json.dumps(parameter.default)))
                    found.append((key, parameter, max(low, parameter.low), min(high, parameter.high)))
    return found


@lru_cache(maxsize=1024)
def _ends(default: str) -> tuple[float, ...]:
    """Return both ends of a benchmark, known by its text: the same for every scenario."""
    return tuple(map(float, from_leaf(json.loads(default)).ppf(np.array(ENDS))))


def left_after_ads(scenario: Scenario, channels: Sequence[str], moves: Sequence[Move]) -> Array | None:
    """(2 n_moves,) money that an order leaves after ads once grown, at the low and the high end of each number.

    None where a channel tells no price.
    """
    cases = 2 * len(moves)
    means = {
        key: np.full(cases, leaf.mean)
        for key, leaf in scenario.numbers().items()
        if key.startswith(tuple(f"{channel}." for channel in channels))
    }
    for place, (key, _, low, high) in enumerate(moves):
        means[key][2 * place], means[key][2 * place + 1] = low, high
    orders = [expected_order(scenario, channel, means, cases, len(channels) > 1) for channel in channels]
    priced = [order for order in orders if order is not None]
    return _together(priced) if len(priced) == len(channels) else None


def _together(orders: Sequence[ExpectedOrder]) -> Array:
    """(n,) what an order of some channels together leaves: that of one, or by the orders and the ads of each."""
    if len(orders) == 1:
        return orders[0].lines["after_ads"]
    count = np.sum([order.orders for order in orders], axis=0)
    brought = np.sum([order.orders * order.lines["before_ads"] - order.grown.spend for order in orders], axis=0)
    left: Array = np.divide(brought, count, out=np.full(count.shape, np.nan), where=count > 0)
    return left
