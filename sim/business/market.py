"""The market that all strategies of a path share: ad prices, demand, season, weekdays, the yuan, trade rules.

:class:`Market` holds its numbers, :class:`Environment` is its state on one day and knows the calendar.

Ignored: shocks to demand that last (a recession), competitors that answer, and a feedback of one seller on prices.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

import numpy as np

from sim.business.calendar import DAYS_A_MONTH, DAYS_A_YEAR
from sim.business.parameters import Number, choice, entries, needs, never, number, switch, wording
from sim.business.trade_rules import CHECKOUT, TradeCalendar, TradeRule
from sim.randomness.luck import Luck
from sim.randomness.streams import Array

SEASON = {1: "january", 11: "november", 12: "december"}
"""Months with a season, as the names of their numbers end."""

WEEKDAY = (1.11, 1.10, 1.05, 1.05, 0.99, 0.82, 0.89)
"""Orders by weekday, Monday first, relative to their mean; eBay paid search."""

STUDENT_T3_VARIANCE = 3.0


@dataclass(frozen=True, kw_only=True)
class Market:
    """The market's numbers. Source: European Central Bank reference rates 2015-2026 for the yuan."""

    streams: ClassVar[tuple[str, ...]] = ("ad_price", "yuan")

    ad_price_drift: Number = number(
        {"normal": {"mean": 0.10, "sd": 0.08}},
        unit="per year",
        low=-0.9,
        meaning="Yearly rise of ad prices.",
        source="search +10-11% a year",
        used_when=needs("*.price_basis"),
    )
    ad_price_volatility: Number = number(
        0.10,
        unit="log-sd",
        meaning="Spread of the shared daily shock to ad prices around its mean.",
        high=2.0,
        used_when=needs("*.price_basis"),
    )
    ad_price_persistence: Number = number(
        0.90,
        unit="per day",
        meaning="Share of an ad-price shock that is left a day later.",
        high=0.999,
        used_when=needs("*.price_basis") + needs("counts", "random") + needs("ad_price_volatility", unlike=0.0),
    )
    season: bool = switch(
        True,
        meaning="November and December sell more and cost more to advertise in.",
        used_when=needs("months", *SEASON),
    )
    ad_price_november: Number = number(
        {"uniform": {"low": 1.3, "high": 1.6}},
        unit="factor",
        low=0.01,
        meaning="Ad prices in November.",
        source="varos.io: Black Friday CPC +35%",
        used_when=needs("season", True) + needs("months", 11) + needs("*.price_basis"),
    )
    ad_price_december: Number = number(
        {"uniform": {"low": 0.9, "high": 1.35}},
        unit="factor",
        low=0.01,
        meaning="Ad prices in December.",
        used_when=needs("season", True) + needs("months", 12) + needs("*.price_basis"),
    )
    ad_price_january: Number = number(
        {"uniform": {"low": 0.6, "high": 0.9}},
        unit="factor",
        low=0.01,
        meaning="Ad prices in January.",
        used_when=needs("season", True) + needs("months", 1) + needs("*.price_basis"),
    )
    demand_november: Number = number(
        1.30,
        unit="factor",
        meaning="Conversion in November.",
        source="varos.io: Black Friday conversion +60%",
        used_when=needs("season", True) + needs("months", 11),
    )
    demand_december: Number = number(
        1.20,
        unit="factor",
        meaning="Conversion in December.",
        used_when=needs("season", True) + needs("months", 12),
    )
    weekdays: bool = switch(True, meaning="Orders follow the weekday.")
    yuan_start: Number = number(
        {"uniform": {"low": 6.65, "high": 7.2}},
        unit="CNY per USD",
        low=0.1,
        meaning="Exchange rate on day 0.",
        source="ECB 2015-2026",
        used_when=never("goods cost dollars on day 0, and follow the yuan from there on"),
    )
    yuan_volatility: Number = number(
        {"lognormal": {"median": 0.035, "log_sd": 0.3}},
        unit="per year",
        meaning="Yearly volatility of the yuan (Student t, 3 degrees of freedom).",
        high=1.0,
        source="ECB 2015-2026",
        used_when=needs("yuan_moves", True) + needs("counts", "random"),
    )
    yuan_moves: bool = switch(
        True, meaning="The yuan moves, and with it the cost of goods in dollars.", used_when=needs("counts", "random")
    )
    trade_rules: Mapping[str, TradeRule] = entries(
        TradeRule,
        meaning="Calendar of VAT, duty and fees by destination; without a rule the channels' own numbers hold.",
        used_when=needs("*.us_duty"),
    )
    trade_regime: str = wording(
        "",
        meaning="The regime among those that trade_rules name; rules of others do not come.",
        used_when=needs("*.us_duty"),
    )
    duty_on: str = choice(
        "factory_price",
        ("factory_price", CHECKOUT),
        meaning="What duty is on: the price paid to the factory, or the price the buyer pays.",
        used_when=needs("*.us_duty"),
    )


class Environment:
    """The market's state on one day.

    Attributes
    ----------
    ad_price : (n_paths,) float or float
        Factor on the stated CPM and CPC.
    demand : (n_paths,) float or float
        Factor on conversion: season times weekday.
    goods_price : (n_paths,) float or float
        Factor on the dollar cost of goods bought in yuan, relative to day 0.
    trade : TradeCalendar
        What states charge on a parcel.
    """

    def __init__(self, market: Market, start: date, luck: Luck, n_days: int | None = None) -> None:
        self.market = market
        self.start = start
        self.luck = luck
        self.last_day = None if n_days is None else n_days - 1
        self.day = -1
        self.date = start
        self.ad_price: Number = 1.0
        self.demand: Number = 1.0
        self.goods_price: Number = 1.0
        rules = (market.trade_rules, market.trade_regime, market.duty_on) if market else ({},)
        self.trade = TradeCalendar(*rules)
        self.trade.move_to(start)
        self._ad_shock: Number = 0.0
        self._log_yuan: Number = 0.0

    @property
    def starts_month(self) -> bool:
        """Whether today is the first day of a month of bills, from day 0."""
        return self.day % DAYS_A_MONTH == 0

    @property
    def ends_period(self) -> bool:
        """Whether today is the last day of a month of bills, or of the horizon: what is counted by then is counted."""
        return (self.day + 1) % DAYS_A_MONTH == 0 or self.day == self.last_day

    @property
    def month_so_far(self) -> float:
        """Part of the month of bills that is over when today is: 1 on its last day."""
        return (self.day % DAYS_A_MONTH + 1) / DAYS_A_MONTH

    def step(self, day: int) -> None:
        """Move to ``day``."""
        self.day = day
        self.date = self.start + timedelta(days=day)
        self.trade.move_to(self.date)
        self.demand = self._demand()
        self.ad_price = self._ad_price()
        if self.market.yuan_moves:
            self._move_yuan()

    def _in_season(self, what: str) -> Number:
        """Return this month's factor; 1 in a month without a season."""
        month = SEASON.get(self.date.month)
        factor: Number = getattr(self.market, f"{what}_{month}", 1.0) if month and self.market.season else 1.0
        return factor

    def _demand(self) -> Number:
        season = self._in_season("demand")
        weekday = WEEKDAY[self.date.weekday()] if self.market.weekdays else 1.0
        return season * weekday

    def _ad_price(self) -> Number:
        market = self.market
        level = self._in_season("ad_price")
        drift = (1.0 + market.ad_price_drift) ** (self.day / DAYS_A_YEAR)
        if np.ndim(market.ad_price_volatility) == 0 and market.ad_price_volatility == 0.0:
            return level * drift
        shock = self.luck.normal("ad_price") * market.ad_price_volatility
        keep = market.ad_price_persistence if self.day else 0.0
        # Stationary from day 0: the variance of keep * old + sqrt(1 - keep^2) * new stays volatility^2.
        self._ad_shock = keep * self._ad_shock + np.sqrt(1.0 - np.square(keep)) * shock
        centre = 0.0 if self.luck.expected else 0.5 * np.square(market.ad_price_volatility)
        return level * drift * np.exp(self._ad_shock - centre)

    def _move_yuan(self) -> None:
        daily = self.market.yuan_volatility / np.sqrt(DAYS_A_YEAR * STUDENT_T3_VARIANCE)
        if self.luck.expected:
            return
        self._log_yuan = self._log_yuan + daily * student_t3(self.luck.uniform("yuan"))
        self.goods_price = np.exp(-self._log_yuan)


def student_t3(uniform: Array) -> Array:
    """Return quantiles of Student's t with 3 degrees of freedom.

    Solves ``F(t) = 1/2 + (theta + sin(theta) cos(theta)) / pi`` with ``t = sqrt(3) tan(theta)``: three Newton steps on
    ``2 theta + sin(2 theta) = 2 pi (u - 1/2)`` from a start that is exact in the middle and in the tails.
    """
    target = np.pi * (np.clip(uniform, 1e-12, 1 - 1e-12) - 0.5)
    # In the tail theta = pi/2 - e with (2/3) e^3 = pi/2 - |target|.
    gap = 0.5 * np.pi - np.abs(target)
    tail = 0.5 * np.pi - np.cbrt(1.5 * gap)
    angle = np.where(gap < 0.6, tail, 0.5 * np.abs(target))
    for _ in range(6):
        sine, cosine = np.sin(angle), np.cos(angle)
        angle = angle - (angle + sine * cosine - np.abs(target)) / np.maximum(2.0 * cosine * cosine, 1e-12)
    return np.asarray(np.sqrt(3.0) * np.tan(angle) * np.sign(target))
