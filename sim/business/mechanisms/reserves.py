"""Reserves that a payment processor lays on an account: when they come, what they keep back, how they end.

Ignored: a reserve of a fixed amount, one that spreads to another processor, one that is lifted early on request.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sim.business.calendar import DAYS_A_YEAR
from sim.business.ledger import Account, Book
from sim.business.market import Environment
from sim.business.mechanisms.base import Mechanism, Phase
from sim.business.mechanisms.shared import KeptBack, dispute_factor
from sim.business.parameters import Needs, Number, delay, needs, number, rate
from sim.business.state import NEVER, Days, State, Today, processor_accounts
from sim.randomness.distributions import Distribution
from sim.randomness.luck import Luck
from sim.randomness.streams import Array

CERTAIN = 0.999
"""Largest chance of a reserve in a year: no hazard makes one certain."""

SHORTEST_REVIEW = 30.0
"""Days a reserve lasts at least."""

MAX_RESERVES = 37
"""Of one account on a path: as many as fit, one after the other, into the longest run of 1,095 days."""

WATCHED = needs("dispute_monitor.enabled", True)


@dataclass
class ReserveRecord:
    """Memory of one account: thresholds, the next one, hazard and reserves so far, end of the open one, days in it."""

    thresholds: Array
    threshold: Array
    hazard: Array
    count: Days
    ends_on: Days
    days: Array


@dataclass(frozen=True, kw_only=True)
class Reserve(Mechanism):
    """Keep back a share of new sales for a while.

    ``hazard = base (1 + k max(ratio / threshold - 1, 0)) new-account factor``; a reserve comes when the summed hazard
    passes a unit exponential drawn on day 0, so scenarios stay coupled. While it is open, a share of each day's money
    is kept for some days; it ends when the account is reviewed, and what was kept by then waits for its own day.

    When in the day: after freezes, before the sales of the day. Posts: nothing; the payments of the processor move the
    money into its reserve account. Assumes: one open reserve an account at a time; share, hold and review differ
    between events, not between the sales of one; nothing is lost. Source: [j]; a Stripe balance shows such money as
    reserve_hold and reserve_release since 2026-01.
    """

    phase: ClassVar[Phase] = Phase.RECEIPTS
    does: ClassVar[str] = "the processor begins, or ends, to keep back a share of new sales"
    used_when: ClassVar[tuple[Needs, ...]] = needs("counts", "random")
    streams: ClassVar[tuple[str, ...]] = ("threshold", "share", "hold", "review")

    annual_probability: Number = rate(0.10, meaning="Chance of a reserve in a year, before the factors.")
    ratio_threshold: Number = number(
        {"uniform": {"low": 0.0075, "high": 0.012}},
        unit="fraction",
        low=1e-4,
        meaning="Dispute ratio that processors accept.",
        source="paypal.com: below 1%",
        used_when=WATCHED + needs("ratio_slope", unlike=0.0),
    )
    ratio_slope: Number = number(
        1.5, unit="per multiple", meaning="k: rise of the hazard above the threshold.", used_when=WATCHED
    )
    least_sales: Number = number(
        100.0,
        unit="orders in 90 days",
        meaning="Below this a ratio is not looked at.",
        used_when=WATCHED + needs("ratio_slope", unlike=0.0),
    )
    new_account_factor: Number = number(2.0, unit="factor", low=0.01, meaning="Hazard of a new account.")
    new_account_days: Number = number(
        90.0,
        unit="days",
        meaning="Age up to which an account is new.",
        used_when=needs("new_account_factor", unlike=1.0),
    )
    kept_share: Distribution = delay(
        {"uniform": {"low": 0.10, "high": 0.25}},
        unit="fraction",
        high=1.0,
        meaning="Share of new sales that a reserve keeps back.",
    )
    hold_days: Distribution = delay(
        {"uniform": {"low": 90, "high": 180}}, low=1.0, high=365.0, meaning="Days it keeps the money of a sale."
    )
    review_days: Distribution = delay(
        {"uniform": {"low": 90, "high": 180}}, low=SHORTEST_REVIEW, meaning="Days until a reserve is reviewed and ends."
    )

    @property
    def accounts(self) -> tuple[Account, ...]:
        """Accounts whose money it steers."""
        return processor_accounts(self.processor)

    @property
    def processor(self) -> str:
        """Name of the processor: the section is ``<processor>_reserve``."""
        return self.section.removesuffix("_reserve")

    def begin(self, state: State, luck: Luck) -> None:
        """Draw the thresholds; say how long money may be kept."""
        n = state.n_paths
        thresholds = np.cumsum(-np.log(luck.fixed("threshold", MAX_RESERVES)), axis=0)
        if luck.expected:
            thresholds[:] = np.inf
        record = ReserveRecord(
            thresholds, thresholds[0].copy(), np.zeros(n), np.zeros(n, dtype=np.int64), np.full(n, NEVER), np.zeros(n)
        )
        state.keep(record, self.section)
        longest = int(np.rint(self.hold_days.ppf(1.0 - 2.0**-53)))
        state.keep(KeptBack(max(longest, 1), np.zeros(n), np.ones(n, dtype=np.int64)), self.processor)

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """End what is reviewed today, begin what is due."""
        record, day = state.recall(ReserveRecord, self.section), environment.day
        account = state.processors[self.processor]
        kept = state.recall(KeptBack, self.processor)
        ended = record.ends_on == day
        record.ends_on[ended] = NEVER
        kept.share[ended] = 0.0
        exposed = (record.ends_on == NEVER) & account.open & (state.opens <= day)
        record.hazard += np.where(exposed, self._hazard(state, day), 0.0)
        begun = np.nonzero(exposed & (record.hazard > record.threshold))[0]
        if begun.size:
            self._begin(record, kept, luck, day, begun)
        record.days += record.ends_on != NEVER

    def _hazard(self, state: State, day: int) -> Array:
        base = -np.log1p(-np.minimum(self.annual_probability, CERTAIN)) / DAYS_A_YEAR
        new = np.where(state.age(day) < self.new_account_days, self.new_account_factor, 1.0)
        factor = dispute_factor(state, self.ratio_slope, self.ratio_threshold, self.least_sales)
        return np.asarray(base * new * factor)

    def _begin(self, record: ReserveRecord, kept: KeptBack, luck: Luck, day: int, paths: Days) -> None:
        """Say to the processor's payments on what terms, and when the reserve ends."""
        event = record.count[paths]
        review, hold, share = (luck.fixed(what, MAX_RESERVES)[event, paths] for what in ("review", "hold", "share"))
        record.ends_on[paths] = day + np.rint(self.review_days.ppf(review)).astype(np.int64)
        kept.share[paths] = self.kept_share.ppf(share)
        kept.days[paths] = np.maximum(np.rint(self.hold_days.ppf(hold)), 1).astype(np.int64)
        record.count[paths] += 1
        record.threshold[paths] = record.thresholds[np.minimum(record.count[paths], MAX_RESERVES - 1), paths]

    def figures(self, state: State) -> Iterator[tuple[str, Array]]:
        """How often, and on how many days."""
        record = state.recall(ReserveRecord, self.section)
        yield "reserves", record.count.astype(float)
        yield "reserve_days", record.days
