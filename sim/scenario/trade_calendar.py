"""The calendar of trade rules within a scenario: what is wrong with it, what of it holds, its numbers.

`check_calendar` refuses rules that contradict each other; `numbers_of_entries` names what is drawn a world;
`seen_by` what a run sees of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from typing import Any

from sim.business.trade_rules import CHARGED, DESTINATIONS
from sim.randomness.distributions import Constant, Distribution
from sim.randomness.distributions.discrete import Choice
from sim.scenario.problems import Path, Problem
from sim.text.messages import shortened, suggest

Entry = Mapping[str, Any]

RULES = "market.trade_rules"


def is_open(rule: Entry) -> bool:
    """Whether chance decides, world by world, if a rule comes."""
    return bool(rule["sure"] == "proposed" and 0.0 < rule["probability"].mean < 1.0)


def numbers_of_entries(rules: Mapping[str, Entry]) -> dict[str, Distribution]:
    """Return what is fixed within a world, by dotted name: charges, and whether a proposed rule comes."""
    found = {f"{RULES}.{name}.{field}": rule[field] for name, rule in rules.items() for field in CHARGED}
    for name, rule in rules.items():
        if is_open(rule):
            chance = rule["probability"].mean
            found[f"{RULES}.{name}.comes"] = Choice((0.0, 1.0), (1.0 - chance, chance))
    return found


def check_calendar(rules: Mapping[str, Entry], regime: str) -> Iterator[Problem]:
    """Yield rules that are incomplete, that contradict each other, and a regime that no rule is of."""
    for name, rule in rules.items():
        yield from _check_rule((*RULES.split("."), name), rule)
    for (one, first), (other, second) in combinations(rules.items(), 2):
        if _clash(first, second):
            path = (*RULES.split("."), other, "starts")
            what = f"{first['destination']} has another rule from this day on, {one}"
            yield Problem(path, second["starts"].isoformat(), f"{what}: leave one out, or give them two regimes")
    regimes = sorted({rule["regime"] for rule in rules.values()} - {""})
    if regimes and not regime:
        yield Problem(("market", "trade_regime"), "nothing", f"choose one of the rules' regimes: {', '.join(regimes)}")
    elif regime and regime not in regimes:
        known = suggest(regime, regimes, "no trade rule is of this regime") if regimes else "no trade rule has a regime"
        yield Problem(("market", "trade_regime"), shortened(regime), known)


def _check_rule(path: Path, rule: Entry) -> Iterator[Problem]:
    sure, chance = rule["sure"], rule["probability"]
    if sure == "proposed" and not isinstance(chance, Constant):
        yield Problem((*path, "probability"), shortened(chance.to_mapping()), "must be one number, not a distribution")
    if sure != "proposed" and chance != Constant(1.0):
        yield Problem((*path, "probability"), shortened(chance.to_mapping()), "belongs to a proposed rule (sure)")
    if sure == "regime" and not rule["regime"]:
        yield Problem((*path, "regime"), "nothing", "name the regime this rule belongs to")
    if sure != "regime" and rule["regime"]:
        yield Problem((*path, "regime"), shortened(rule["regime"]), "belongs to a rule with sure: regime")


def _clash(one: Entry, other: Entry) -> bool:
    """Whether two rules of a destination may begin on the same day of the same run."""
    same = all(one[field] == other[field] for field in ("destination", "starts"))
    apart = one["sure"] == other["sure"] == "regime" and one["regime"] != other["regime"]
    return same and not apart


@dataclass(frozen=True)
class Seen:
    """What a run sees of the calendar.

    Parameters
    ----------
    rules : those that hold on some day: of the chosen regime, begun in time, not replaced before.
    """

    start: date
    rules: dict[str, Entry]

    @property
    def own_charges(self) -> list[str]:
        """The destinations for which the channels' own numbers hold on some day."""
        sure = {rule["destination"] for rule in self.rules.values() if rule["starts"] <= self.start and is_sure(rule)}
        return [destination for destination in DESTINATIONS if destination not in sure]

    @property
    def charged(self) -> list[str]:
        """What the rules charge, as ``eu.item_kind_fee``."""
        pairs = ((rule, field) for rule in self.rules.values() for field in CHARGED)
        return [f"{rule['destination']}.{field}" for rule, field in pairs if rule[field] != Constant(0.0)]


def seen_by(market: Mapping[str, Any], start: date, n_days: int) -> Seen:
    """Return what a run of so many days sees of a market's calendar."""
    last = start + timedelta(days=n_days - 1)
    rules = {
        name: rule for name, rule in market["trade_rules"].items() if rule["regime"] in ("", market["trade_regime"])
    }

    def holds(rule: Entry) -> bool:
        replaced = any(_replaces(found, rule) and found["starts"] <= start for found in rules.values())
        return rule["starts"] <= last and not replaced

    return Seen(start, {name: rule for name, rule in rules.items() if holds(rule)})


def is_sure(rule: Entry) -> bool:
    """Whether a rule comes in every world."""
    return bool(rule["sure"] != "proposed" or rule["probability"].mean == 1.0)


def _replaces(later: Entry, rule: Entry) -> bool:
    """Whether a rule is sure to end another one."""
    return bool(later["destination"] == rule["destination"] and later["starts"] > rule["starts"] and is_sure(later))
