"""A platform's visits: keyword advertising (P4P), and the free visits that follow it.

Ignored: the platform's ranking beyond ads, age and answer rate, rivals' bids.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sim.business.accounts import ADVERTISING
from sim.business.calendar import DAYS_A_YEAR
from sim.business.ledger import CASH, Account, Book
from sim.business.market import Environment
from sim.business.mechanisms.base import Mechanism
from sim.business.mechanisms.shared import KeywordAds, ReferenceTraffic, note_refused_ads, share_of
from sim.business.order_flow import OrderFlow
from sim.business.parameters import Number, choice, dispersion, needs, number, rate, switch
from sim.business.state import State, Today, Visits
from sim.randomness.luck import Luck
from sim.randomness.streams import Array

VISIT = "visit"
"""Kind of every visitor of a platform, bought or not: they convert alike."""

P4P = "p4p"
"""Name of the platform's paid visits, among a day's sources and in the reference traffic."""


@dataclass
class Saturation:
    """Memory of P4P: the spend that the factor on clicks was last computed for, and that factor."""

    spend: Array
    factor: Array

    def at(self, spend: Array, reference: Number, exponent: Number) -> Array:
        """Return clicks per unit of money relative to the reference; a power is dear, and most spend is yesterday's."""
        changed = (spend != self.spend).nonzero()[0]
        if changed.size:
            relative, power = spend / reference, np.broadcast_to(np.asarray(exponent) - 1.0, spend.shape)
            self.factor[changed] = np.power(np.maximum(relative[changed], 1e-9), power[changed])
            self.spend[changed] = spend[changed]
        return self.factor


@dataclass(frozen=True, kw_only=True)
class PayForPerformance(Mechanism):
    """Buy visits from the platform's keyword auction (P4P).

    In the mean ``reference / CPC * (spend / reference)^beta`` clicks a day: the stated CPC holds at the reference
    budget, and more is bought dearer. The CPC drifts by its own yearly rate, which stands for the rivals' bids.

    When in the day: before free visits. Posts: advertising, cash. Assumes: below the threshold nothing is
    bought and nothing spent; the platform's keyword price does not follow the open market's ad prices.
    Source: F15; .38-.85 a click (10100.com); .72-.85 for the exponent.
    """

    does: ClassVar[str] = "P4P: spend the daily budget on keyword clicks; no effect below the threshold"
    streams: ClassVar[tuple[str, ...]] = ("noise",)
    posts: ClassVar[tuple[Account, ...]] = (ADVERTISING,)

    daily_budget: Number = number(
        20.0, unit="money a day", meaning="Daily P4P budget, the first one where a policy moves it.", source="F15"
    )
    reference_budget: Number = number(
        20.0,
        unit="money a day",
        low=0.01,
        meaning="P4P budget at which the stated price holds and to which the share of free visits refers.",
        used_when=needs(("spend_exponent", "*.free_share"), unlike=1.0),
    )
    threshold: Number = number(20.0, unit="money a day", meaning="Budget below which P4P has no effect.", source="F15")
    cpc: Number = number(
        {"lognormal": {"median": 0.57, "log_sd": 0.35}},
        unit="money per click",
        low=0.01,
        meaning="Price of a click on day 0.",
        source=".38-.85 (10100.com)",
    )
    cpc_drift: Number = number(0.18, unit="per year", low=-0.9, meaning="Yearly rise of the CPC.", source="F15")
    spend_exponent: Number = number(
        {"beta": {"mean": 0.80, "sd": 0.06}},
        unit="exponent",
        high=1.0,
        meaning="Clicks grow as spend to this power.",
        source=".72-.85",
    )
    cash_reserve: Number = number(
        500.0, unit="money", meaning="Cash that is never spent on P4P.", used_when=needs("limit_by_cash", True)
    )
    limit_by_cash: bool = switch(True, meaning="Spend on P4P only the cash above the reserve.")
    click_dispersion: Number = dispersion(
        30,
        meaning="Daily clicks vary beyond chance with relative variance 1/k.",
        source="Facebook 2017 clicks 69; Conjura brands 2.75",
    )
    noise: bool = switch(True, meaning="Daily clicks vary beyond chance.", used_when=needs("counts", "random"))

    def foretell(self, flow: OrderFlow) -> None:
        """Say what the daily budget buys on day 0."""
        spend = np.where(np.greater_equal(self.daily_budget, self.threshold), self.daily_budget, 0.0)
        relative = np.maximum(spend / self.reference_budget, 1e-9)
        clicks = spend / self.cpc * np.power(relative, np.asarray(self.spend_exponent) - 1.0)
        flow.buy(VISIT, clicks, self.reference_budget / self.cpc, spend)

    def begin(self, state: State, luck: Luck) -> None:
        """Start at the daily budget; note what the reference budget buys on day 0, for free visits."""
        budget = np.broadcast_to(np.asarray(self.daily_budget, dtype=float), (state.n_paths,))
        state.keep(KeywordAds(budget.copy()))
        state.keep(Saturation(*np.ones((2, state.n_paths)) * self.reference_budget))
        state.recall(Saturation).factor[:] = 1.0
        if not state.has(ReferenceTraffic):
            state.keep(ReferenceTraffic({}))
        state.recall(ReferenceTraffic).clicks[P4P] = self.reference_budget / self.cpc

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Spend, and say how many to expect."""
        budget = state.recall(KeywordAds).budget
        wanted = np.where(today.wanted & (budget >= self.threshold), budget, 0.0)
        spend = np.where(today.trading, wanted, 0.0)
        if self.limit_by_cash:
            spend = np.minimum(spend, np.maximum(state.wallet.free_cash - self.cash_reserve, 0.0))
        spend = np.where(spend >= self.threshold, spend, 0.0)
        price = self.cpc * np.power(1.0 + self.cpc_drift, environment.day / DAYS_A_YEAR)
        mean = spend / price
        mean *= state.recall(Saturation).at(spend, self.reference_budget, self.spend_exponent)
        if self.noise:
            mean *= luck.noise("noise", self.click_dispersion)
        today.sources[P4P] = Visits(P4P, paid=True, clicks=mean)
        today.budget = spend
        note_refused_ads(state, today, wanted)
        today.ad_spend = today.ad_spend + spend
        ledger.post(spend, debit=ADVERTISING, credit=CASH)


@dataclass
class Following:
    """Memory of the free visits: the running mean of bought visits a day, and what does not change.

    Parameters
    ----------
    mean_paid : (n_paths,) float
        Exponentially weighted mean of the shop's own bought visits a day, today's included.
    mature : (n_paths,) float
        Free visits a day at maturity, at the reference budget, the weight of answers in them.
    per_paid : (n_paths,) float
        Free visits that follow a mean of one bought visit a day, the weight of answers in them.
    """

    mean_paid: Array
    mature: Array
    per_paid: Array


@dataclass(frozen=True, kw_only=True)
class FreeVisits(Mechanism):
    """Visits the platform sends for nothing: search rank and requests for quotation.

    ``ratio M weight + base``. ``M`` is the exponentially weighted mean of the shop's own bought visits a day, and
    ``ratio = s / (1 - s)``, so that with steady ads free visits are the stated share ``s`` of all. The base is what a
    listing has that nobody advertises: a share of ``ratio weight reference``, where the reference is what P4P's
    reference budget buys on day 0, ramping up as ``1 - exp(-3 age / ramp)``: 95% after the ramp's days. Read as
    ``independent`` of the ads, all of ``ratio weight reference`` comes and ramps up, whatever is spent.

    ``M`` follows *expected* visits, the day's noise included, not counted ones: how many came is counted a piece of
    the calendar at a time, and counts that hung on counts would no longer be monotone in their rates. Today's visits
    are in it; it runs on, and falls, while the shop does not sell. The joint advertising's extra visits are nobody's
    own and are not in it, but they, as the visits of the profile link, are shares of all visits, and follow.

    When in the day: after P4P. Posts: nothing. Source: F15; share implied by published CAC and CPC; F26 (answer rate
    above 80% earns weight); half-life, base, ramp and weight [j].
    """

    does: ClassVar[str] = "free visits: they follow the ads over a base; more for answering requests for quotation"

    free_share: Number = number(
        {"beta": {"mean": 0.60, "sd": 0.12}},
        unit="fraction",
        high=0.99,
        meaning="Free visits among all visits at maturity.",
        source="implied by published CAC and CPC",
    )
    reading: str = choice(
        "follows_ads",
        ("follows_ads", "independent"),
        meaning="Whether free visits follow the shop's own ads, or come whatever is spent.",
        source="F15: traffic depends on P4P",
    )
    half_life: Number = number(
        30.0,
        unit="days",
        low=0.5,
        meaning="Days in which free visits lose half of what ads brought, once they stop.",
        source="[j] 14 to 45",
        used_when=needs("reading", "follows_ads") + needs("p4p.enabled", True),
    )
    base_share: Number = rate(
        0.10,
        meaning="Free visits of a listing that nobody advertises, of those at maturity.",
        source="[j] 5% to 20% where buyers search, 20% to 40% where they browse",
        used_when=needs("reading", "follows_ads"),
    )
    ramp_days: Number = number(
        90.0, unit="days", low=1.0, meaning="Days until 95% of the free visits that need no ads come."
    )
    reference_clicks: Number = number(
        35.0,
        unit="clicks a day",
        meaning="Paid clicks that the share refers to where P4P is switched off: 20 / .57.",
        used_when=needs("p4p.enabled", False),
    )
    rfq_answer_rate: Number = rate(
        0.85, meaning="Requests for quotation that the seller answers.", used_when=needs("rfq_weight", unlike=1.0)
    )
    rfq_threshold: Number = rate(
        0.80,
        meaning="Answer rate above which the platform gives more weight.",
        source="F26",
        used_when=needs("rfq_weight", unlike=1.0),
    )
    rfq_weight: Number = number(1.2, unit="factor", meaning="Free visits above that rate, relative to below.")

    @property
    def weight(self) -> Array:
        """What answering requests for quotation does to free visits."""
        return np.where(np.greater(self.rfq_answer_rate, self.rfq_threshold), self.rfq_weight, 1.0)

    def foretell(self, flow: OrderFlow) -> None:
        """Say how many come once grown: with the ads and without."""
        if not flow.grown:
            return
        ratio = self.free_share / (1.0 - self.free_share) * self.weight
        mature = flow.reference.get(VISIT, self.reference_clicks) * ratio
        follows = self.reading == "follows_ads"
        flow.free_per_bought = ratio if follows else 0.0
        flow.free_base = mature * self.base_share if follows else mature

    def begin(self, state: State, luck: Luck) -> None:
        """Start unknown; work out what does not change."""
        reference = self.reference_clicks
        if state.has(ReferenceTraffic):
            reference = state.recall(ReferenceTraffic).clicks[P4P]
        mature = reference * self.free_share / (1.0 - self.free_share) * self.weight
        per_paid = self.free_share / (1.0 - self.free_share) * self.weight
        state.keep(Following(np.zeros(state.n_paths), np.asarray(mature), np.asarray(per_paid)))

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Say how many free visits to expect."""
        memory = state.recall(Following)
        ramp = -np.expm1(-3.0 * (np.maximum(state.age(environment.day), 0) + 1.0) / self.ramp_days)
        mean = memory.mature * ramp
        if self.reading == "follows_ads":
            mean *= self.base_share
            mean = self._follow(state, today, memory, mean)
        today.sources["free"] = Visits("free", clicks=np.where(today.trading, mean, 0.0))

    def _follow(self, state: State, today: Today, memory: Following, base: Array) -> Array:
        """Take today's ads into the running mean; return all free visits, and note how many of them ads brought."""
        if P4P not in today.sources:
            return base
        arrives = -np.expm1(-np.log(2.0) / self.half_life)
        memory.mean_paid += (today.sources[P4P].clicks - memory.mean_paid) * arrives
        brought = memory.mean_paid * memory.per_paid
        both = base + brought
        state.recall(KeywordAds).share_of_free = share_of(brought, both)
        return both
