"""What states charge on a parcel that crosses a border, by destination and date: a calendar of rules.

:class:`TradeRule` declares one rule; :class:`TradeCalendar` knows which hold today. From its day on a rule is all that
holds for its destination: what it leaves out is 0, and what held before, the channel's own numbers too, is over. A
proposed rule comes in a share of the worlds; one of a named regime where the scenario chooses that regime.

Ignored: duty by product beyond one rate a destination, quotas, refunds of duty on returns, customs delays.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date

import numpy as np

from sim.business.parameters import Number, calendar_day, choice, needs, number, rate, wording

DESTINATIONS = ("us", "eu", "other")

SURE = ("in_force", "passed", "proposed", "regime")

CHECKOUT = "checkout_price"
"""What duty is on, where it is not on the price paid to the factory."""


@dataclass(frozen=True)
class Charges:
    """What holds for one destination: rates, and money a parcel or an item kind, (n_paths,) or one number."""

    vat: Number = 0.0
    duty: Number = 0.0
    parcel_fee: Number = 0.0
    item_kind_fee: Number = 0.0
    handling_fee: Number = 0.0


CHARGED = tuple(item.name for item in fields(Charges))


@dataclass(frozen=True, kw_only=True)
class TradeRule:
    """One rule of the calendar.

    Parameters
    ----------
    comes : (n_paths,) float or float
        1 where it comes; of a proposed rule drawn once a world.
    """

    starts: date = calendar_day(meaning="First day on which it holds.")  # noqa: RUF009 - as every declaration
    destination: str = choice(None, DESTINATIONS, meaning="Where the parcels go.")
    vat: Number = rate(0.0, meaning="VAT rate inside the price.", source="")
    duty: Number = number(
        0.0,
        unit="fraction of the customs value",
        high=10.0,
        meaning="Duty, on what market.duty_on says.",
        source="",
    )
    parcel_fee: Number = number(0.0, unit="money a parcel", meaning="Fee or flat duty a parcel.", source="")
    item_kind_fee: Number = number(
        0.0, unit="money an item kind", meaning="Fee or flat duty a tariff category in the parcel.", source=""
    )
    handling_fee: Number = number(0.0, unit="money a parcel", meaning="What handling the duty costs.", source="")
    sure: str = choice("in_force", SURE, meaning="How sure it is.")
    probability: Number = rate(
        1.0, meaning="Chance that a proposed rule comes.", source="", used_when=needs("sure", "proposed")
    )
    regime: str = wording("", meaning="Of market.trade_regime: the regime it belongs to.")
    source: str = wording("", meaning="Who says so.")
    comes: Number = 1.0

    def over(self, before: Charges) -> Charges:
        """Return what holds once this rule is due: its own charges where it comes, what held before elsewhere."""
        own = {name: getattr(self, name) for name in CHARGED}
        if np.ndim(self.comes) == 0 and self.comes == 1.0:
            return Charges(**own)
        return Charges(**{name: np.where(self.comes, own[name], getattr(before, name)) for name in CHARGED})


class TradeCalendar:
    """The rules of a run, and how many of them are due today.

    Attributes
    ----------
    due : int
        Rules whose day has come: what holds changes when it does, and on no other day.
    """

    def __init__(self, rules: Mapping[str, TradeRule], regime: str = "", duty_on: str = "factory_price") -> None:
        self.duty_on = duty_on
        self._rules = sorted(chosen(rules, regime), key=lambda rule: rule.starts)
        self._days = [rule.starts for rule in self._rules]
        self.due = 0

    def move_to(self, today: date) -> None:
        """Let the rules come whose day it is."""
        self.due = bisect_right(self._days, today)

    def charges(self, destination: str, own: Charges) -> Charges:
        """Return what holds today: the channel's own charges until a rule comes."""
        for rule in self._rules[: self.due]:
            if rule.destination == destination:
                own = rule.over(own)
        return own


def chosen(rules: Mapping[str, TradeRule], regime: str) -> list[TradeRule]:
    """Return the rules that belong to no regime, or to the chosen one."""
    return [rule for rule in rules.values() if rule.sure != "regime" or rule.regime == regime]
