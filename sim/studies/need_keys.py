"""The numbers that are asked what they would have to be: `Move` is one of them, `moves_of` chooses them.

A move knows its range, its scale, what is likely and where the scenario stands. What is likely (a benchmark) is the
5-95% of the declaration's default. The range is four times as wide to either side, within what the declaration allows;
rates and the cost of freight begin at 0.

The price is asked as ``<channel>.pricing.sell_at``: the same goods, which cost what they cost, at another price with
today's demand, under either rule of pricing. A stated ``mean_value`` would be of other goods, at the same margin, and
under ``cover_costs`` it would be charged only where it covers.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from sim.business.parameters import Parameter
from sim.randomness.distributions import Constant, Distribution
from sim.results.result import Result
from sim.scenario.declarations import COMMON, declared
from sim.scenario.effects import without_effect
from sim.scenario.problems import ScenarioError
from sim.scenario.scenario import Scenario
from sim.scenario.values import Dollars, Reader, is_fraction, read_leaf
from sim.simulation.plan import PlanError
from sim.text.messages import suggest

SELL_AT = "pricing.sell_at"

ROLES = {
    "price": (SELL_AT,),
    "margin": ("goods.gross_margin",),
    "click_price": ("meta.cpc", "google.cpc", "p4p.cpc"),
    "view_price": ("meta.cpm", "google.cpm"),
    "conversion": (
        *("funnel.start_conversion_social", "funnel.start_conversion_search"),
        *("orders.orders_per_inquiry", "orders.conversion_rate"),
    ),
    "returns": ("returns.return_rate", "disputes.return_rate"),
    "freight": ("freight.packet_cost", "freight.dhl_cost", "freight.share_of_value"),
    "repeat": ("repeat.rate_within_year", "reorders.rate_within_year"),
    "capital": ("wallet.capital",),
    "first_budget": ("budget.first_budget", "p4p.daily_budget"),
}
"""What is asked if nothing else is: by what it is called, the fields of channels that hold it."""

WIDER = 4.0
"""Times above and below what is likely, or known, that values are tried."""

BEYOND = {"capital": 16.0}
"""The same for what can be had in any amount."""

STEPS = 5
"""Values of a first survey, beside the one of today."""

Ends = tuple[float, float, float]
"""The 5, 50 and 95% points of something."""


@dataclass(frozen=True)
class Move:
    """A number of the scenario that is set to a value.

    Parameters
    ----------
    role : str
        What it is called in ``ROLES``, else its key.
    key : str
        Dotted, as ``--set`` takes it.
    parameter : Parameter
        Its declaration.
    now : (float, float, float)
        The 5, 50 and 95% points of what the scenario has.
    likely : (float, float, float), optional
        Those of the benchmark; None where the declaration states one number only.
    ends : (float, float)
        Least and greatest value that is tried.
    """

    role: str
    key: str
    parameter: Parameter
    now: Ends
    likely: Ends | None
    ends: tuple[float, float]

    @property
    def channel(self) -> str:
        """Whose number it is; empty for the wallet's."""
        owner = self.key.split(".", 1)[0]
        return "" if owner == "wallet" else owner

    @cached_property
    def bend(self) -> float:
        """What is added to a value before its logarithm is the place: a range may begin at 0."""
        return 0.0 if self.ends[0] > 0.0 else max(self.now[1], self.ends[1] / 20.0) / 2.0

    @property
    def is_share_of_price(self) -> bool:
        """Whether the scale is even: of what is left of a price every point counts alike."""
        return self.role == "margin"

    def place(self, value: float) -> float:
        """Return a value's place on the scale of the search."""
        return value if self.is_share_of_price else math.log(value + self.bend)

    def value(self, place: float) -> float:
        """Return the value at a place, within the ends."""
        found = place if self.is_share_of_price else math.exp(place) - self.bend
        return float(min(max(found, self.ends[0]), self.ends[1]))

    def changes(self, place: float) -> dict[str, Any]:
        """Return the settings at a place."""
        return {self.key: self.value(place)}

    def survey(self) -> tuple[float, ...]:
        """Return the places of a first survey, rising: evenly over the range, and where the scenario stands."""
        low, high = (self.place(end) for end in self.ends)
        even = np.linspace(low, high, STEPS)
        now = float(np.clip(self.place(self.now[1]), low, high))
        gap = 0.25 * (high - low) / (STEPS - 1)
        return (*sorted([now, *(float(place) for place in even if abs(place - now) > gap or place in (low, high))]),)

    def is_within_reach(self, value: float, upwards: bool) -> bool | None:
        """Return whether a value is no better than the good end of what is likely; None without a benchmark."""
        if self.likely is None:
            return None
        return value <= self.likely[2] if upwards else value >= self.likely[0]

    def part_way(self, part: float, upwards: bool) -> float:
        """Return the place a part of the way from where the scenario stands to the good end of what is likely."""
        assert self.likely is not None
        now, good = self.place(self.now[1]), self.place(self.likely[2 if upwards else 0])
        return now + part * (good - now)

    def can_move(self, upwards: bool) -> bool:
        """Whether there is a way to the good end of what is likely."""
        if self.likely is None:
            return False
        return self.likely[2] > self.now[1] if upwards else self.likely[0] < self.now[1]


def moves_of(base: Result, strategy: str, keys: Sequence[str] = ()) -> list[Move]:
    """Return the numbers to ask of a strategy, those that have an effect.

    Parameters
    ----------
    base : Result
        The scenario as it stands: what it sells at under ``cover_costs`` is known from its worlds.
    keys : sequence of str
        Names in ``ROLES``, or dotted keys; all roles by default.
    """
    scenario, found = base.scenario, []
    for role, key in chosen(scenario, strategy, keys):
        now = as_points(scenario.numbers()[key])
        if key.endswith(SELL_AT) and not now[2] > 0.0:
            now = prices_now(base, strategy, key.split(".")[0])
        found.append(move(scenario, role, key, now))
    return found


def chosen(scenario: Scenario, strategy: str, keys: Sequence[str] = ()) -> list[tuple[str, str]]:
    """Return (role, key) of what to ask.

    Raises
    ------
    PlanError
        For a key that is none, is no number, or changes nothing here.
    """
    channels = scenario.strategies[strategy]
    roles = {key: role for role, key in _of_roles(channels) if _is_used(scenario, key)}
    found: list[tuple[str, str]] = []
    for name in keys or ROLES:
        if name in ROLES:
            found += [(role, key) for key, role in roles.items() if role == name]
            continue
        check_key(scenario, name)
        owner = name.split(".", 1)[0]
        if owner in scenario.channels and owner not in channels:
            raise PlanError(f"--keys: {name}: {strategy} does not sell by {owner}")
        found.append((roles.get(name, name), name))
    if not found:
        raise PlanError(f"--keys: {', '.join(keys)}: {strategy} has none of these")
    return list(dict.fromkeys(found))


def _of_roles(channels: Sequence[str]) -> Iterator[tuple[str, str]]:
    for role, fields in ROLES.items():
        for channel in channels:
            yield from ((role, field if field.startswith("wallet.") else f"{channel}.{field}") for field in fields)


def check_key(scenario: Scenario, key: str) -> None:
    """Refuse what is neither a name nor the key of a number that has an effect."""
    if key in ROLES:
        return
    if key not in scenario.numbers():
        raise PlanError("--keys: " + suggest(key, [*ROLES], f"'{key}' is no number of this scenario and no name"))
    if why := without_effect(scenario, key):
        raise PlanError(f"--keys: {key} changes nothing, because {why}")


def has_any(scenario: Scenario, strategy: str, keys: Sequence[str]) -> bool:
    """Whether a strategy has one of the numbers."""
    owners = (*scenario.strategies[strategy], *COMMON)
    held = [role for role, key in _of_roles(scenario.strategies[strategy]) if _is_used(scenario, key)]
    return any(key in held or key.split(".", 1)[0] in owners for key in keys)


def _is_used(scenario: Scenario, key: str) -> bool:
    return key in scenario.numbers() and not without_effect(scenario, key)


def move(scenario: Scenario, role: str, key: str, now: Ends) -> Move:
    """Return a number with its range and its benchmark."""
    parameter, default = declaration(scenario, key)
    benchmark = key.replace(SELL_AT, "prices.mean_value") if key.endswith(SELL_AT) else key
    stated = default if benchmark == key else declaration(scenario, benchmark)[1]
    likely = None if stated is None or isinstance(stated, Constant) else as_points(stated)
    known = [*now, *(likely or ())]
    wider = BEYOND.get(role, WIDER)
    from_zero = parameter.low <= 0.0 and (is_fraction(parameter) or role == "freight")
    low = 0.0 if from_zero else max(parameter.low, min(known) / wider)
    high = min(parameter.high, max(known) * wider)
    if not low < high:
        raise PlanError(f"--keys: {key} is {now[1]:g}: there is no range to try; state another number first")
    return with_allowed_ends(scenario, Move(role, key, parameter, now, likely, (low, high)))


def with_allowed_ends(scenario: Scenario, found: Move) -> Move:
    """Return a move whose ends the scenario takes: some values contradict others, as more orders than carts."""
    ends, known = list(found.ends), [*found.now, *(found.likely or ())]
    for side, nearest in ((0, min(known)), (1, max(known))):
        for _ in range(6):
            try:
                scenario.with_({found.key: ends[side]})
                break
            except ScenarioError:
                ends[side] = (ends[side] + nearest) / 2.0
        else:
            ends[side] = found.now[1]
    return replace(found, ends=(ends[0], ends[1]))


def declaration(scenario: Scenario, key: str) -> tuple[Parameter, Distribution | None]:
    """Return the declaration of a number and its default, in the scenario's currency; None without a default."""
    parameter, default = next((p, d) for name, p, d in declared(scenario.market["trade_rules"]) if name == key)
    reader = Reader(scenario.currency, scenario.exchange_rates)
    if default is None:
        return parameter, None
    stated = reader.in_currency(Dollars(default)) if "money" in parameter.unit else default
    leaf = read_leaf(parameter, stated, reader)
    assert isinstance(leaf, Distribution)
    return parameter, leaf


def as_points(found: Distribution) -> Ends:
    """Return the 5, 50 and 95% points of a distribution."""
    low, middle, high = (float(point) for point in found.ppf([0.05, 0.5, 0.95]))
    return low, middle, high


def prices_now(base: Result, strategy: str, channel: str) -> Ends:
    """Return the 5, 50 and 95% points of the price that a channel sells at as the scenario stands."""
    price = np.asarray(base.record(strategy).paths[f"{channel}.pricing.price"], dtype=float)
    low, middle, high = (float(point) for point in np.quantile(base.sample.chosen(price), [0.05, 0.5, 0.95]))
    return low, middle, high
