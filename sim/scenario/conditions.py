"""Conditions on the first months of a path: what the seller has already seen, in a small language.

:func:`parse_condition` reads one into clauses, :func:`agreeing` tells which paths they hold on.

``independent.acos[1] between 0.35 and 0.50`` keeps the paths on which the own store's advertising cost in month 1 was
35 to 50% of the sales it brought. The whole grammar::

    condition  = clause { "and" clause }
    clause     = strategy "." figure "[" months "]" test
    months     = month | month ".." month          totals over the months, from 1; of cash, the last
    test       = "between" number "and" number     both ends count
               | ("<" | "<=" | ">" | ">=" | "=") number
    number     = 0.35 | 35% | 1200

A strategy whose name holds spaces or points stands in double quotes. A ratio without a denominator (ACoS without
sales) is infinite. Nothing is evaluated: a text that does not match is refused with the place where it stops.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.scenario.problems import Problem
from sim.text.messages import shortened, suggest

Mask = NDArray[np.bool_]
Monthly = Mapping[str, NDArray[Any]]

FLOWS = {
    "orders": "orders",
    "paid_orders": "paid_orders",
    "clicks": "clicks",
    "impressions": "impressions",
    "carts": "carts",
    "inquiries": "inquiries",
    "ad_spend": "ad_spend",
    "sales": "gross_sales",
    "returns": "returns",
    "refunds": "refunds",
    "chargebacks": "chargebacks",
    "operating_profit": "operating_profit",
}
"""Figures that add up over months, and the monthly table each is kept in."""

RATIOS = {
    "acos": ("ad_spend", "paid_sales"),
    "cpc": ("ad_spend", "clicks"),
    "ctr": ("clicks", "impressions"),
    "conversion": ("orders", "clicks"),
    "add_to_cart": ("carts", "clicks"),
    "order_value": ("gross_sales", "orders"),
    "return_rate": ("returns", "decided_orders"),
}
"""Ratios of totals: above, below."""

LEVELS = ("cash", "cumulative_profit", "settled_profit")
"""Figures read at the end of the last month."""

QUANTITIES = (*FLOWS, *RATIOS, *LEVELS)

TESTS: dict[str, Callable[[Any, float], Any]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
    "=": operator.eq,
}

NUMBER = r"(?P<{0}>[+-]?\d{{1,16}}(?:\.\d{{1,17}})?)(?P<{0}_percent>%?)"
CLAUSE = re.compile(
    r"\.(?P<figure>[a-z_]{1,30})\[(?P<first>\d{1,3})(?:\.\.(?P<last>\d{1,3}))?\]\s*"
    rf"(?:between\s+{NUMBER.format('low')}\s+and\s+{NUMBER.format('high')}"
    rf"|(?P<test><=|>=|<|>|=)\s*{NUMBER.format('value')})"
)
JOINT = re.compile(r"\s+and\s+")
PLAIN = re.compile(r"[\w-]+")
"""Names that need no quotes."""

MAX_SHOWN = 100
"""Characters of a text that cannot be read, for the message."""


class ConditionError(ValueError):
    """A condition that cannot be read, or that leaves too few paths to answer from."""


@dataclass(frozen=True)
class Clause:
    """One figure of one strategy, and what it has to be.

    Parameters
    ----------
    months : (int, int)
        First and last month, from 1.
    test : str
        ``between`` or a comparison.
    low, high : float
        The ends of ``between``; a comparison takes ``low``.
    """

    strategy: str
    figure: str
    months: tuple[int, int]
    test: str
    low: float
    high: float

    def __str__(self) -> str:
        months = "..".join(str(month) for month in dict.fromkeys(self.months))
        low, high = (np.format_float_positional(number, trim="-") for number in (self.low, self.high))
        test = f"between {low} and {high}" if self.test == "between" else f"{self.test} {low}"
        name = self.strategy if PLAIN.fullmatch(self.strategy) else f'"{self.strategy}"'
        return f"{name}.{self.figure}[{months}] {test}"

    def holds(self, monthly: Monthly) -> Mask:
        """(n_paths,) whether the strategy's monthly tables, each (n_months, n_paths), agree."""
        values = figure_of(self.figure, monthly, slice(self.months[0] - 1, self.months[1]))
        if self.test == "between":
            return np.asarray((values >= self.low) & (values <= self.high))
        return np.asarray(TESTS[self.test](values, self.low))


def figure_of(figure: str, monthly: Monthly, months: slice) -> NDArray[np.float64]:
    """(n_paths,) a figure over some months; a ratio without a denominator is infinite."""

    def total(name: str) -> NDArray[np.float64]:
        return np.asarray(monthly[name][months].sum(axis=0, dtype=float))

    if figure in LEVELS:
        return np.asarray(monthly[figure][months][-1], dtype=float)
    if figure in FLOWS:
        return total(FLOWS[figure])
    above, below = (total(name) for name in RATIOS[figure])
    return np.where(below > 0, above / np.where(below > 0, below, 1.0), np.inf)


def parse_condition(text: str, strategies: Iterable[str], n_months: int) -> list[Clause]:
    """Read a condition on strategies of these names, within the months that are simulated.

    Raises
    ------
    ConditionError
        Saying where the text stops making sense, or which name or month there is not.
    """
    names, at, clauses = list(strategies), 0, []
    rest = text.strip()

    def unreadable(remedy: str) -> ConditionError:
        return ConditionError(f"cannot be read from {shortened(rest[at : at + MAX_SHOWN])}; {remedy}")

    while True:
        strategy, at = _strategy(rest, at, names)
        found = CLAUSE.match(rest, at)
        if found is None:
            first, second = f"{names[0]}.acos[1] between 0.35 and 0.50", f"{names[0]}.orders[1..2] >= 20"
            raise unreadable(f"write it as '{first}' or '{second}'")
        clauses.append(_clause(strategy, found, n_months))
        at = found.end()
        if at == len(rest):
            return clauses
        joint = JOINT.match(rest, at)
        if joint is None:
            raise unreadable("join two conditions by 'and'")
        at = joint.end()


def _strategy(text: str, at: int, names: list[str]) -> tuple[str, int]:
    longest_first = sorted(names, key=len, reverse=True)
    for quote in ('"', ""):  # quotes first: a name may itself begin and end with them
        for name in longest_first:
            written = f"{quote}{name}{quote}"
            if text.startswith(f"{written}.", at):
                return name, at + len(written)
    found = text[at : at + MAX_SHOWN].split(".", 1)[0]
    raise ConditionError(suggest(found, names, f"no strategy {shortened(found)}"))


def _clause(strategy: str, found: re.Match[str], n_months: int) -> Clause:
    figure = found["figure"]
    if figure not in QUANTITIES:
        raise ConditionError(suggest(figure, QUANTITIES, f"no figure '{figure}'"))
    first, last = int(found["first"]), int(found["last"] or found["first"])
    if not 1 <= first <= last <= n_months:
        raise ConditionError(f"months run from 1 to {n_months} (found [{first}..{last}])")
    if found["test"]:
        value = _number(found, "value")
        return Clause(strategy, figure, (first, last), found["test"], value, value)
    low, high = _number(found, "low"), _number(found, "high")
    if low > high:
        raise ConditionError(f"nothing lies between {low:g} and {high:g}: the smaller one first")
    return Clause(strategy, figure, (first, last), "between", low, high)


def _number(found: re.Match[str], name: str) -> float:
    power = "e-2" if found[f"{name}_percent"] else ""
    return float(found[name] + power)  # 33.3% is .333 to the last bit, as if typed so


def agreeing(clauses: Sequence[Clause], monthly: Mapping[str, Monthly]) -> Mask:
    """(n_paths,) whether every clause holds, by the strategies' monthly tables; the same paths for all strategies."""
    return np.asarray(np.logical_and.reduce([clause.holds(monthly[clause.strategy]) for clause in clauses]))


def why_none_agrees(clauses: Sequence[Clause], monthly: Mapping[str, Monthly]) -> str:
    """Say why no path agrees: the clause that holds on none, and what its figure is on the paths there are."""
    for clause in clauses:
        tables = monthly[clause.strategy]
        if not clause.holds(tables).any():
            values = figure_of(clause.figure, tables, slice(clause.months[0] - 1, clause.months[1]))
            known = values[np.isfinite(values)]
            ends = f"between {known.min():.6g} and {known.max():.6g}" if known.size else "without a finite value"
            return f"no path agrees with {clause}: there it is {ends}; ask for what lies in that range"
    both = " and ".join(map(str, clauses))
    return f"no path agrees with {both}: each holds on some paths, all together on none; leave one out, or run more"


def condition_problems(texts: Sequence[str], strategies: Collection[str], n_months: int) -> Iterator[Problem]:
    """Yield what is wrong with a scenario's conditions."""
    for position, text in enumerate(texts):
        try:
            parse_condition(text, strategies, n_months)
        except ConditionError as error:
            yield Problem(("condition", position), shortened(text), str(error))
