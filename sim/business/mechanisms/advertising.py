"""Paid traffic: what a day's budget buys on one source.

Ignored: auctions, audiences, learning phases of the ad system, attribution windows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sim.business.accounts import ADVERTISING
from sim.business.ledger import CASH, Account, Book, Kind
from sim.business.market import Environment
from sim.business.mechanisms.base import Mechanism
from sim.business.mechanisms.shared import ReferenceTraffic
from sim.business.order_flow import OrderFlow
from sim.business.parameters import Number, choice, dispersion, needs, number, rate, switch
from sim.business.state import State, Today, Visits
from sim.business.statement import Part
from sim.randomness.luck import Luck
from sim.randomness.streams import Array

CREATIVES = Account("ad creatives", Kind.EXPENSE, variable=True, part=Part.ADS)


@dataclass
class Creative:
    """Memory of one source: days the current creative has run."""

    age: Array


@dataclass(frozen=True, kw_only=True)
class AdSource(Mechanism):
    """Buy clicks on one source.

    ``impressions = 1000 spend / (CPM price) (spend / reference)^(beta - 1)``, clicks in the mean ``impressions CTR``:
    they grow as ``spend^beta``, and the stated price holds at the reference spend.

    When in the day: after the budget, before the funnel. Posts: advertising, ad creatives, cash. Assumes: saturation
    raises the price of an impression, fatigue lowers the click-through rate. Source: superads.ai,
    10100.com/article/1971696, digitalpointllc.com, F4.
    """

    does: ClassVar[str] = "spend its share of the budget; impressions and clicks"
    streams: ClassVar[tuple[str, ...]] = ("noise",)
    posts: ClassVar[tuple[Account, ...]] = (ADVERTISING, CREATIVES)

    kind: str = choice("social", ("social", "search"), meaning="Decides how well its visitors convert.")
    budget_share: Number = rate(0.6, meaning="Share of the daily budget.")
    price_basis: str = choice("cpm", ("cpm", "cpc"), meaning="Which price is given; the other follows from the CTR.")
    cpm: Number = number(
        {"lognormal": {"median": 14, "log_sd": 0.50}},
        unit="money per 1,000 impressions",
        meaning="Price of impressions.",
        source="superads.ai, November 2026: e-commerce average 14-20 by year less a cold-traffic discount",
        low=0.001,
        used_when=needs("price_basis", "cpm"),
    )
    cpc: Number = number(
        {"lognormal": {"p5": 0.5, "p95": 3.0}},
        unit="money per click",
        meaning="Price of a click.",
        source="F4",
        low=0.0001,
        used_when=needs("price_basis", "cpc"),
    )
    ctr: Number = rate(
        {"lognormal": {"median": 0.011, "log_sd": 0.40}},
        meaning="Clicks per impression.",
        source="10100.com/article/1971696: 0.8-1.5%, median 1.03%",
        low=1e-6,
    )
    spend_exponent: Number = number(
        {"beta": {"mean": 0.80, "sd": 0.06}},
        unit="exponent",
        high=1.0,
        meaning="Clicks grow as spend to this power.",
        source=".72-.85",
    )
    reference_budget: Number = number(
        30.0, unit="money a day", low=0.01, meaning="Daily budget, all sources, at which the stated price holds."
    )
    fatigue: bool = switch(True, meaning="The creative wears out.")
    half_life: Number = number(
        {"lognormal": {"median": 20, "log_sd": 0.8}},
        unit="days",
        low=0.5,
        meaning="Days in which a creative loses half its click-through.",
        source="median 11 days in 1,047 campaigns (deepsolv.ai); others 18-60",
        used_when=needs("fatigue", True),
    )
    renew_below: Number = rate(
        0.6,
        meaning="A new creative is bought when this share of the click-through is left.",
        used_when=needs("fatigue", True),
    )
    renewal_cost: Number = number(
        50.0, unit="money", meaning="Price of a new creative.", used_when=needs("fatigue", True)
    )
    click_dispersion: Number = dispersion(
        30,
        meaning="Daily clicks vary beyond chance with relative variance 1/k.",
        source="Facebook 2017 clicks 69; Conjura brands 2.75",
    )
    noise: bool = switch(True, meaning="Daily clicks vary beyond chance.", used_when=needs("counts", "random"))

    @property
    def cost_per_mille(self) -> Number:
        """Stated price of 1,000 impressions."""
        return self.cpm if self.price_basis == "cpm" else self.cpc * self.ctr * 1000.0

    @property
    def at_reference(self) -> Number:
        """Clicks a day that the reference budget buys at the stated price."""
        return self.reference_budget * self.budget_share * self.ctr * 1000.0 / self.cost_per_mille

    def foretell(self, flow: OrderFlow) -> None:
        """Say what its share of the budget buys on an average day of a creative's life."""
        spend = np.asarray(flow.budget * self.budget_share)
        reference = self.reference_budget * np.maximum(self.budget_share, 1e-9)
        saturation = np.power(np.maximum(spend, 1e-9) / reference, self.spend_exponent - 1.0)
        clicks = spend * saturation * self.ctr * 1000.0 / self.cost_per_mille
        days, fresh = self._life_of_a_creative() if self.fatigue else (np.inf, 1.0)
        renewal = np.where(spend > 0, self.renewal_cost, 0.0) / days
        flow.buy(self.kind, clicks * fresh, self.at_reference, spend + renewal)

    def _life_of_a_creative(self) -> tuple[Number, Number]:
        """Days until a creative is renewed, and the share of its click-through that is left over these in the mean."""
        kept = np.exp2(-1.0 / np.asarray(self.half_life))
        least = np.maximum(np.asarray(self.renew_below, dtype=float), 1e-12)
        # The first whole day on which less than that is left; a tie is not less.
        days = np.maximum(np.floor(np.log2(least) * -self.half_life + 1e-12) + 1.0, 1.0)
        return days, -np.expm1(days * np.log(kept)) / -np.expm1(np.log(kept)) / days

    def begin(self, state: State, luck: Luck) -> None:
        """Start with a fresh creative; note what the reference budget buys, for organic traffic."""
        state.keep(Creative(np.zeros(state.n_paths)), self.section)
        if not state.has(ReferenceTraffic):
            state.keep(ReferenceTraffic({}))
        clicks = state.recall(ReferenceTraffic).clicks
        clicks[self.kind] = clicks.get(self.kind, 0.0) + self.at_reference
        state.lowest_ads = state.lowest_ads + state.lowest_budget * self.budget_share

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Spend, and say how many to expect."""
        spend = np.asarray(today.budget * self.budget_share)
        reference = self.reference_budget * np.maximum(self.budget_share, 1e-9)
        saturation = np.power(np.maximum(spend, 1e-9) / reference, self.spend_exponent - 1.0)
        impressions = spend * saturation * (1000.0 / self.cost_per_mille) / environment.ad_price
        response = self._freshness(state, spend, ledger) * self.ctr
        if self.noise:
            response = response * luck.noise("noise", self.click_dispersion)
        today.sources[self.section] = Visits(self.kind, paid=True, clicks=impressions * response)
        today.ad_spend = today.ad_spend + spend
        today.impressions = today.impressions + impressions
        ledger.post(spend, debit=ADVERTISING, credit=CASH)

    def _freshness(self, state: State, spend: Array, ledger: Book) -> Array | float:
        if not self.fatigue:
            return 1.0
        memory = state.recall(Creative, self.section)
        left = np.exp2(-memory.age / self.half_life)
        worn = (left < self.renew_below) & (spend > 0)
        if worn.any():
            ledger.post(np.where(worn, self.renewal_cost, 0.0), debit=CREATIVES, credit=CASH)
            memory.age[worn] = 0.0
            left[worn] = 1.0
        memory.age += spend > 0
        return left
