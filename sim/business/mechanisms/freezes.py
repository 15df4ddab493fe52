"""Account freezes: when they come, what they lock, how they end.

:class:`DisputeMonitor` keeps what processors look at, :class:`Freeze` locks one account.

Ignored: a freeze that spreads from one processor to another; a processor that changes its rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sim.business.calendar import DAYS_A_YEAR
from sim.business.delays import RollingSum
from sim.business.ledger import CASH, Account, Book, Kind
from sim.business.market import Environment
from sim.business.mechanisms.base import Mechanism, Phase, bring_to
from sim.business.mechanisms.shared import ChannelHistory, dispute_factor
from sim.business.parameters import Needs, Number, choice, delay, needs, number, rate, switch
from sim.business.state import NEVER, Days, Processor, State, Today, processor_accounts
from sim.business.statement import Part
from sim.randomness.distributions import Distribution
from sim.randomness.luck import Luck
from sim.randomness.streams import Array

FROZEN_WRITE_OFF = Account("frozen money written off", Kind.EXPENSE, part=Part.LOSSES)
EXPECTED_FROZEN_LOSS = Account("expected loss on frozen money", Kind.EXPECTED, part=Part.LOSSES)

MIN_SALES = 0.005
"""Sales of 30 days, money, that count as some: half a cent. Rolling sums of nothing are nothing only up to rounding."""

CERTAIN = 0.999
"""Largest chance of a freeze in a year: no hazard makes one certain."""

HAZARD = needs("reading", "annual_event_probability", "share_of_balance")
"""What makes the hazard of a freeze a chance a year times factors."""

WATCHED = HAZARD + needs("dispute_monitor.enabled", True)
"""Where factors follow what the monitor has seen."""

MAX_FREEZES = 16
"""Thresholds drawn a path and account on day 0; one freeze more is an error, never a silent miss."""


class TooManyFreezes(ValueError):
    """A hazard under which one account is frozen again and again."""


def on_paths(value: Number, paths: Days, n_paths: int) -> Array:
    """Return a number's values on some paths, whether it differs between paths or not."""
    return np.broadcast_to(np.asarray(value, dtype=float), (n_paths,))[paths]


@dataclass(frozen=True, kw_only=True)
class DisputeMonitor(Mechanism):
    """Keep the rolling sums that processors look at.

    When in the day: last of trading. Posts: nothing.
    """

    does: ClassVar[str] = "rolling orders, disputes and sales that processors look at"
    used_when: ClassVar[tuple[Needs, ...]] = needs("*.ratio_slope") + needs("counts", "random")

    def begin(self, state: State, luck: Luck) -> None:
        """Start with an empty history."""
        state.keep(ChannelHistory(*(RollingSum(state.n_paths, days) for days in (90, 90, 30, 60))))

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Drop the oldest day, add today."""
        history, day = state.recall(ChannelHistory), environment.day
        history.orders.add(day, today.orders)
        history.disputes.add(day, today.chargebacks + today.lost_and_refunded)
        history.month.add(day, today.gross_sales)
        history.two_months.add(day, today.gross_sales)


@dataclass
class FreezeRecord:
    """Memory of one account: hazard a day and so far, thresholds, the open freeze, what was lost.

    Lost money, (losses, n_paths), waits until it ``pays_on``: one loss a path, or two where an account is reopened.
    """

    base_hazard: Number
    thresholds: Array
    pays_on: Days
    waiting: Array
    threshold: Array
    count: Days
    started_on: Days
    decided_on: Days
    certain_loss_on: Days
    hazard: Array
    lost_held: Array
    frozen_days: Array
    locked: Array
    forfeited: Array
    decided: Array
    handled_days: Array
    appeals_won: Array


@dataclass(frozen=True, kw_only=True)
class Freeze(Mechanism):
    """Freeze one payment account.

    ``hazard = base (1 + k max(ratio / threshold - 1, 0)) new-account factor volume-jump factor``; a freeze comes when
    the summed hazard passes a unit exponential drawn on day 0, so scenarios stay coupled.

    When in the day: after refunds were paid. Posts: the processor's accounts, cash, frozen money written off; at
    closing the provision for frozen money. Assumes: one open freeze an account at a time; a lost one closes it.
    Source: F12, F25; "12.7% of merchants", "17% a year" (10100.com); k and factors [j].
    """

    phase: ClassVar[Phase] = Phase.RECEIPTS
    does: ClassVar[str] = "account freezes begin, are decided, are paid out or lost"
    used_when: ClassVar[tuple[Needs, ...]] = needs("counts", "random")
    streams: ClassVar[tuple[str, ...]] = ("threshold", "handling", "outcome")

    reading: str = choice(
        "annual_event_probability",
        ("annual_event_probability", "share_of_volume", "share_of_balance"),
        meaning="What the article's 12% is: chance of a freeze, share of volume passing through one, share of balance.",
        source="F12",
    )
    figure: Number = rate(
        0.12,
        meaning="The figure, where the reading is not a chance of a freeze.",
        source="F12",
        used_when=needs("reading", "share_of_volume", "share_of_balance"),
    )
    annual_probability: Number = rate(
        {"beta": {"mean": 0.15, "sd": 0.07}},
        meaning="Chance of a freeze in a year.",
        source='"12.7%", "17% a year"',
        used_when=HAZARD,
    )
    covers: str = choice(
        "base",
        ("base", "first_year"),
        meaning="Whether that chance is before the factors, or holds for the first year with all of them.",
        used_when=HAZARD,
    )
    other_factors: Number = number(
        1.0,
        unit="factor",
        low=0.01,
        meaning="Mean of ratio and jump factors in the first year (covers: first_year).",
        used_when=HAZARD + needs("covers", "first_year"),
    )
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
    new_account_factor: Number = number(
        2.0, unit="factor", low=0.01, meaning="Hazard of a new account.", used_when=HAZARD
    )
    new_account_days: Number = number(
        90.0,
        unit="days",
        meaning="Age up to which an account is new.",
        used_when=HAZARD + needs("new_account_factor", unlike=1.0),
    )
    jump_factor: Number = number(
        1.5, unit="factor", low=0.01, meaning="Hazard after a jump of volume.", used_when=WATCHED
    )
    jump_ratio: Number = number(
        3.0,
        unit="ratio",
        low=1.0,
        meaning="30 days over the 30 before that count as a jump.",
        used_when=WATCHED + needs("jump_factor", unlike=1.0),
    )
    frozen_share: Number = rate(
        {"beta": {"mean": 0.80, "sd": 0.15}},
        meaning="Share of what the processor holds.",
        used_when=needs("reading", "annual_event_probability", "share_of_volume"),
    )
    handling_days: Distribution = delay(
        {"gamma": {"mean": 17.5, "sd": 6.0}}, meaning="Days until a freeze is decided.", source="F25: 14-21 days"
    )
    won: Number = rate(
        {"beta": {"mean": 0.65, "sd": 0.10}}, meaning="Appeals won with tracked, signed parcels.", source="F25"
    )
    forfeited: Number = rate(0.30, meaning="Share of the frozen money that a lost appeal costs.")
    lost_funds: str = choice(
        "hold_of_lost_funds",
        ("hold_of_lost_funds", "evidence_window"),
        meaning="The 180 days: lost money is held that long; or a window for evidence, and it follows the decision.",
        source="F25",
    )
    hold_days: Number = number(
        180.0,
        unit="days",
        low=1.0,
        high=365,
        meaning="Days lost money is held.",
        source="F25",
        used_when=needs("lost_funds", "hold_of_lost_funds"),
    )
    new_sales: str = choice(
        "other_processor",
        ("other_processor", "frozen_account", "stop"),
        meaning="Where sales go while the account is frozen.",
    )
    reopen: bool = switch(False, meaning="Open a new account after a lost freeze: it is linked and banned (F25).")
    linked_ban_days: Number = number(
        30.0, unit="days", low=1.0, meaning="Days until a reopened account is banned.", used_when=needs("reopen", True)
    )

    @property
    def accounts(self) -> tuple[Account, ...]:
        """Accounts posted to."""
        return (*processor_accounts(self.processor), FROZEN_WRITE_OFF, self.provision, EXPECTED_FROZEN_LOSS)

    @property
    def provision(self) -> Account:
        """Provision of this account alone: two freezes must not overwrite each other's."""
        return Account(f"provision for frozen {self.processor} money", Kind.LIABILITY)

    @property
    def processor(self) -> str:
        """Name of the processor: the section is ``<processor>_freeze``."""
        return self.section.removesuffix("_freeze")

    def begin(self, state: State, luck: Luck) -> None:
        """Draw the thresholds."""
        n = state.n_paths
        thresholds = np.cumsum(-np.log(luck.fixed("threshold", MAX_FREEZES)), axis=0)
        if luck.expected:
            thresholds[:] = np.inf
        count, no_day, nothing = np.zeros(n, dtype=np.int64), np.full((3, n), NEVER), np.zeros((8, n))
        losses = (2 if self.reopen else 1, n)
        whole = self.base_hazard(), thresholds, np.full(losses, NEVER), np.zeros(losses)
        state.keep(FreezeRecord(*whole, thresholds[0].copy(), count, *no_day, *nothing), self.section)

    def base_hazard(self) -> Number:
        """Hazard a day before the factors."""
        if self.reading == "share_of_volume":
            # Each freeze takes the volume of its handling time; so many a year take the figure's share.
            return self.figure / max(self.handling_days.mean, 1.0)
        yearly = -np.log1p(-np.minimum(self.annual_probability, CERTAIN))
        days: Number = DAYS_A_YEAR
        if self.covers == "first_year":
            new = np.minimum(self.new_account_days, DAYS_A_YEAR)
            days = (DAYS_A_YEAR + (self.new_account_factor - 1.0) * new) * self.other_factors
        return np.asarray(yearly / days)

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Decide, release, freeze."""
        record, day = state.recall(FreezeRecord, self.section), environment.day
        account = state.processors[self.processor]
        self._release_lost(record, account, ledger, day)
        due = np.nonzero(record.decided_on == day)[0]
        if due.size:
            self._decide(state, record, account, ledger, luck, day, due)
        exposed = (record.decided_on == NEVER) & account.open & (state.opens <= day)
        record.hazard += np.where(exposed, record.base_hazard * self._factors(state, day), 0.0)
        passed = record.hazard > record.threshold
        banned = exposed & (record.certain_loss_on <= day)
        starting = np.nonzero(exposed & (passed | banned))[0]
        if starting.size:
            self._freeze(state, record, account, ledger, luck, day, starting)
        record.frozen_days += record.decided_on != NEVER

    def _factors(self, state: State, day: int) -> Array | float:
        if self.reading == "share_of_volume":
            return 1.0
        factor = np.where(state.age(day) < self.new_account_days, self.new_account_factor, 1.0)
        if not state.has(ChannelHistory):
            return factor
        factor *= dispute_factor(state, self.ratio_slope, self.ratio_threshold, self.least_sales)
        history = state.recall(ChannelHistory)
        month = history.month.total
        before = history.two_months.total - month
        return np.asarray(
            np.where((month > self.jump_ratio * before) & (before > MIN_SALES), factor * self.jump_factor, factor)
        )

    def _freeze(
        self, state: State, record: FreezeRecord, account: Processor, ledger: Book, luck: Luck, day: int, paths: Days
    ) -> None:
        share = self.figure if self.reading == "share_of_balance" else self.frozen_share
        share = on_paths(share, paths, state.n_paths)
        for bucket in account.in_use:
            locked = np.zeros(state.n_paths)
            locked[paths] = bucket.lock(paths, share)
            ledger.post(locked, debit=account.frozen_account, credit=bucket.account)
            account.frozen += locked
            record.locked += locked
        handling = luck.fixed("handling", MAX_FREEZES)[record.count[paths], paths]
        record.started_on[paths] = day
        record.decided_on[paths] = day + np.maximum(np.rint(self.handling_days.ppf(handling)), 1).astype(np.int64)
        into_frozen = self.new_sales == "frozen_account" or self.reading == "share_of_volume"
        account.to_frozen[paths] = into_frozen
        account.open[paths] = into_frozen
        account.stops[paths] = self.new_sales == "stop"

    def _decide(
        self, state: State, record: FreezeRecord, account: Processor, ledger: Book, luck: Luck, day: int, paths: Days
    ) -> None:
        undecided = (account.frozen - record.lost_held)[paths]
        chance = on_paths(self.won * np.asarray(state.proof_of_delivery), paths, state.n_paths)
        linked = record.certain_loss_on[paths] <= day
        wins = (luck.fixed("outcome", MAX_FREEZES)[record.count[paths], paths] < chance) & ~linked
        record.count[paths] += 1
        if (record.count[paths] >= MAX_FREEZES).any():
            found = f"{state.channel}.{self.section}: more than {MAX_FREEZES} freezes of one account on a path"
            raise TooManyFreezes(f"{found}; lower annual_probability, figure or the factors, or raise handling_days")
        record.threshold[paths] = record.thresholds[record.count[paths], paths]
        record.decided[paths] += 1.0
        record.handled_days[paths] += day - record.started_on[paths]
        record.appeals_won[paths[wins]] += 1.0
        record.decided_on[paths] = NEVER
        account.to_frozen[paths] = False
        account.stops[paths] = False
        account.open[paths] = wins
        self._pay(record, account, ledger, paths[wins], undecided[wins], 0.0)
        lost, amount = paths[~wins], undecided[~wins]
        if self.reopen:
            first_loss = lost[record.certain_loss_on[lost] == NEVER]
            account.open[first_loss] = True
            banned_after = np.rint(on_paths(self.linked_ban_days, first_loss, state.n_paths))
            record.certain_loss_on[first_loss] = day + banned_after.astype(np.int64)
        if self.lost_funds == "evidence_window":
            forfeited = on_paths(self.forfeited, lost, state.n_paths)
            self._pay(record, account, ledger, lost, amount, forfeited)
            return
        record.lost_held[lost] += amount
        waits = np.rint(on_paths(self.hold_days, lost, state.n_paths)) - round(self.handling_days.mean)
        due = day + np.maximum(waits, 1.0).astype(np.int64)
        for pays_on, waiting in zip(record.pays_on, record.waiting, strict=True):
            free = pays_on[lost] == NEVER  # what an earlier loss left still waits on the other paths
            pays_on[lost[free]], waiting[lost[free]] = due[free], amount[free]
            lost, due, amount = lost[~free], due[~free], amount[~free]

    def _release_lost(self, record: FreezeRecord, account: Processor, ledger: Book, day: int) -> None:
        for pays_on, waiting in zip(record.pays_on, record.waiting, strict=True):
            paths = np.nonzero(pays_on == day)[0]
            if paths.size:
                amount = waiting[paths]
                pays_on[paths] = NEVER
                record.lost_held[paths] -= amount
                self._pay(record, account, ledger, paths, amount, on_paths(self.forfeited, paths, account.frozen.size))

    @staticmethod
    def _pay(
        record: FreezeRecord, account: Processor, ledger: Book, paths: Days, amount: Array, forfeited: Number
    ) -> None:
        if not paths.size:
            return
        released, lost = np.zeros((2, account.frozen.size))
        released[paths] = amount * (1.0 - forfeited)
        lost[paths] = amount * forfeited
        ledger.post(released, debit=CASH, credit=account.frozen_account)
        ledger.post(lost, debit=FROZEN_WRITE_OFF, credit=account.frozen_account)
        account.frozen[paths] -= amount
        record.forfeited += lost

    def accrue(self, state: State, ledger: Book) -> None:
        """Provide for the money that will be forfeited."""
        record, account = state.recall(FreezeRecord, self.section), state.processors[self.processor]
        if not account.frozen.any() and not ledger.balance(self.provision).any():
            return
        undecided = account.frozen - record.lost_held
        lost = undecided * (1.0 - self.won * state.proof_of_delivery) + record.lost_held
        target = self.forfeited * lost
        bring_to(ledger, target, provision=self.provision, expense=EXPECTED_FROZEN_LOSS)

    def figures(self, state: State) -> Iterator[tuple[str, Array]]:
        """How often, how long, how much."""
        record = state.recall(FreezeRecord, self.section)
        yield "freezes", record.count + (record.decided_on != NEVER)
        yield "frozen_days", record.frozen_days
        yield "frozen_money", record.locked
        yield "forfeited", record.forfeited
        yield "decided", record.decided
        yield "handled_days", record.handled_days
        yield "appeals_won", record.appeals_won

    def reconcile(self, state: State) -> Iterator[tuple[Account, Array]]:
        """Frozen = sum of open freezes."""
        account = state.processors[self.processor]
        yield account.frozen_account, account.frozen
