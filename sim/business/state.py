"""State of a channel and its strategy: what persists, what flows today, where the money of a sale waits.

:class:`Wallet` and :class:`State` persist, :class:`Today` is fresh every day, a :class:`Processor` holds money in
buckets. Mechanisms keep no state of their own. What one alone needs lives in a small dataclass it puts into
:class:`State` with ``state.keep(...)`` and finds again by its type; what several meet over is named here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.business.arrears import Arrears
from sim.business.delays import DelayLine
from sim.business.ledger import CASH, Account, Book, Kind
from sim.business.statement import Part
from sim.randomness.streams import Array

Mask = NDArray[np.bool_]
Days = NDArray[np.int64]
Memory = TypeVar("Memory")

NEVER = np.int64(1) << 40


class Wallet:
    """What the channels of one strategy share besides cash.

    Attributes
    ----------
    insolvent_since : (n_paths,) int
        Day on which a bill left unpaid had become older than the grace, the day of ruin; NEVER if none.
    arrears : Arrears, optional
        Bills left unpaid; None until there is one on any path.
    in_arrears : (n_paths,) bool
        Some bill is left unpaid: no ads and no new orders.
    held_back : (n_paths,) bool
        Want of cash has cut ads, orders, stock or a bill at some time: with more capital the path would be another.
    at_work : (n_paths,) bool
        The month that ended last was one of a shop at work (:mod:`sim.business.activity`).
    profile_visits : (n_paths,) float or float
        Mean visits that reach the store today through the platform's company profile.
    diverted_orders : (n_paths,) float or float
        Platform buyers led to the store today.
    commitments : dict of str to (n_paths,) float
        Cash spoken for by who will need it: goods in production, tax set aside.
    """

    def __init__(self, channels: tuple[str, ...], book: Book, n_paths: int) -> None:
        self.channels = channels
        self.book = book
        self.insolvent_since: Days = np.full(n_paths, NEVER)
        self.arrears: Arrears | None = None
        self.in_arrears: Mask = np.zeros(n_paths, dtype=bool)
        self.held_back: Mask = np.zeros(n_paths, dtype=bool)
        self.at_work: Mask = np.ones(n_paths, dtype=bool)
        self.profile_visits: Array | float = 0.0
        self.diverted_orders: Array | float = 0.0
        self.commitments: dict[str, Array | float] = {}

    @property
    def cash(self) -> Array:
        """(n_paths,) cash, scenario currency: a view of the ledger."""
        return self.book.balance(CASH)

    @property
    def free_cash(self) -> Array:
        """(n_paths,) cash that is not spoken for: what advertising, orders and the owner may use."""
        return np.asarray(self.cash - sum(self.commitments.values()))


class State:
    """What persists in one channel of one strategy.

    Attributes
    ----------
    opens : (n_paths,) int
        First day on which the channel can sell.
    closed : (n_paths,) bool
        Given up by policy, or shut by the platform: no ads and no new orders, what is under way still settles.
    halted : (n_paths,) bool
        No checkout today (every payment account is frozen or closed).
    lowest_budget : (n_paths,) float or float
        Daily ad money below which the seller's rule does not go while selling; 0 where no such rule sets it.
    lowest_ads : (n_paths,) float or float
        What the ad sources spend of it.
    processors : dict of str to Processor
        Where the money of sales waits, by payment processor or escrow.
    proof_of_delivery : float or (n_paths,) float
        Factor on the chance to win a dispute that rests on proof of delivery.
    vat_share : float or (n_paths,) float
        Share of the price that is collected VAT.
    """

    def __init__(self, channel: str, wallet: Wallet, n_paths: int) -> None:
        self.channel = channel
        self.wallet = wallet
        self.n_paths = n_paths
        self.opens: Days = np.zeros(n_paths, dtype=np.int64)
        self.closed: Mask = np.zeros(n_paths, dtype=bool)
        self.halted: Mask = np.zeros(n_paths, dtype=bool)
        self.lowest_budget: Array | float = 0.0
        self.lowest_ads: Array | float = 0.0
        self.processors: dict[str, Processor] = {}
        self.proof_of_delivery: Array | float = 1.0
        self.vat_share: Array | float = 0.0
        self._memory: dict[tuple[type, str], object] = {}

    def keep(self, memory: object, key: str = "") -> None:
        """Store a mechanism's memory, to be found again by its type and key."""
        self._memory[type(memory), key] = memory

    def recall(self, kind: type[Memory], key: str = "") -> Memory:
        """Return the memory of this type and key."""
        memory = self._memory[kind, key]
        assert isinstance(memory, kind)
        return memory

    def has(self, kind: type, key: str = "") -> bool:
        """Whether a mechanism of this channel keeps such a memory (it may be switched off)."""
        return (kind, key) in self._memory

    def age(self, day: int) -> Days:
        """(n_paths,) days since opening; negative before."""
        return day - self.opens

    def trading(self, day: int) -> Mask:
        """(n_paths,) whether the channel may advertise and take orders today."""
        return (self.opens <= day) & ~self.closed & (self.wallet.insolvent_since > day)


@dataclass
class Visits:
    """Visitors of one source today: means, the day's noise included, which luck makes counts of later in the day.

    Parameters
    ----------
    kind : str
        ``social``, ``search`` or ``organic``: decides the conversion rate.
    paid : bool
        Whether they were bought.
    clicks, carts, inquiries, orders : (n_paths,) float
        Mean number that gets so far.
    """

    kind: str
    paid: bool = False
    clicks: Array | float = 0.0
    carts: Array | float = 0.0
    inquiries: Array | float = 0.0
    orders: Array | float = 0.0


@dataclass
class Today:
    """The flows of one channel on one day, fresh every day. Counts and scenario currency, (n_paths,) or 0.0.

    ``sources`` holds the means of visitors by source. ``clicks``, ``carts`` and ``inquiries``, and those of them that
    were paid for, are counted on some days only (:mod:`sim.business.visitors`), then for all days since the last one.
    ``in_arrears`` is where the channel would trade if no bill were left unpaid. ``refused_ads`` and ``refused_orders``
    are the money of ads and orders that want of cash cut, ``refused_order_count`` such orders; ``orders_taken`` differs
    from ``orders`` where an order is counted on the day it is shipped.
    ``other`` is for flows of mechanisms outside the package.
    """

    trading: Mask
    in_arrears: Mask | None = None
    budget: Array | float = 0.0
    ad_spend: Array | float = 0.0
    impressions: Array | float = 0.0
    clicks: Array | float = 0.0
    carts: Array | float = 0.0
    inquiries: Array | float = 0.0
    paid_clicks: Array | float = 0.0
    paid_carts: Array | float = 0.0
    paid_orders: Array | float = 0.0
    free_orders: Array | float = 0.0
    repeat_orders: Array | float = 0.0
    orders: Array | float = 0.0
    orders_taken: Array | float = 0.0
    refused_ads: Array | float = 0.0
    refused_orders: Array | float = 0.0
    refused_order_count: Array | float = 0.0
    list_sales: Array | float = 0.0
    gross_sales: Array | float = 0.0
    paid_sales: Array | float = 0.0
    cost_of_goods: Array | float = 0.0
    freight: Array | float = 0.0
    platform_fees: Array | float = 0.0
    parcels: Array | float = 0.0
    lost_and_refunded: Array | float = 0.0
    decided_orders: Array | float = 0.0
    decided_sales: Array | float = 0.0
    decided_cost: Array | float = 0.0
    returns: Array | float = 0.0
    kept_orders: Array | float = 0.0
    kept_sales: Array | float = 0.0
    kept_customers: Array | float = 0.0
    refunds: Array | float = 0.0
    chargebacks: Array | float = 0.0
    sources: dict[str, Visits] = field(default_factory=dict)
    other: dict[str, Array | float] = field(default_factory=dict)

    @property
    def wanted(self) -> Mask:
        """(n_paths,) whether the channel would advertise and take orders today if no bill were left unpaid."""
        return self.trading if self.in_arrears is None else self.trading | self.in_arrears

    def hold_back(self, in_arrears: Mask) -> None:
        """Neither ads nor orders where a bill is left unpaid."""
        self.in_arrears = self.trading & in_arrears
        self.trading = self.trading & ~in_arrears


class Bucket:
    """Money on its way: a delay line, and what was drawn from it ahead of time for refunds.

    ``account`` always holds ``line total - drawn``. ``money`` is the place of money among the line's quantities.
    """

    money: ClassVar[int] = 0

    def __init__(self, account: Account, n_paths: int, longest: int) -> None:
        self.account = account
        self.line = DelayLine(n_paths, longest)
        self.drawn: Array = np.zeros(n_paths)

    @property
    def available(self) -> Array:
        """(n_paths,) what can still be drawn or locked."""
        return np.asarray(self.line.total[self.money] - self.drawn)

    def draw(self, amount: Array) -> Array:
        """Take up to ``amount`` now; the next releases are short by it. Returns what was taken."""
        taken = np.minimum(amount, np.maximum(self.available, 0.0))
        self.drawn += taken
        return taken

    def release(self, day: int) -> Array:
        """Return what is paid out today, (n_paths,)."""
        due = self.line.due(day)[self.money]
        short = np.minimum(due, self.drawn)
        self.drawn -= short
        return np.asarray(due - short)

    def lock(self, paths: Days, share: Array | float) -> Array:
        """Cancel this share of all that is on the way on some paths; returns the (paths,) money taken out."""
        locked = share * self.available[paths]
        self.line.scale(paths, 1.0 - share)
        self.drawn[paths] *= 1.0 - share
        return np.asarray(locked)


class Processor:
    """One payment account or escrow: every unit of money of a sale is in exactly one of its buckets.

    Attributes
    ----------
    pending, held, reserve : Bucket
        On the usual payout lag; under a new seller's hold; rolling reserve.
    frozen : (n_paths,) float
        Locked by freezes and not yet decided or released.
    share : float or (n_paths,) float
        Share of sales it handles while every account is open.
    open : (n_paths,) bool
        Takes new sales.
    to_frozen : (n_paths,) bool
        New sales go straight into the frozen bucket.
    stops : (n_paths,) bool
        The seller stops selling altogether while this account is frozen.
    """

    def __init__(self, name: str, n_paths: int, share: Array | float, longest: tuple[int, int, int]) -> None:
        self.name = name
        self.share = share
        accounts = processor_accounts(name)
        self.pending = Bucket(accounts[0], n_paths, longest[0])
        self.held = Bucket(accounts[1], n_paths, longest[1])
        self.reserve = Bucket(accounts[2], n_paths, longest[2])
        self.frozen_account = accounts[3]
        self.frozen: Array = np.zeros(n_paths)
        self.open: Mask = np.ones(n_paths, dtype=bool)
        self.to_frozen: Mask = np.zeros(n_paths, dtype=bool)
        self.stops: Mask = np.zeros(n_paths, dtype=bool)
        self.weight: Array | float = share

    @property
    def buckets(self) -> tuple[Bucket, Bucket, Bucket]:
        """The three buckets that money leaves by the calendar."""
        return self.pending, self.held, self.reserve

    @property
    def in_use(self) -> list[Bucket]:
        """Those of them that anything was ever put into; the others have nothing to release, to draw or to lock."""
        return [bucket for bucket in self.buckets if bucket.line.used]


def processor_accounts(name: str) -> tuple[Account, Account, Account, Account]:
    """Return the asset accounts of a processor: pending, held, reserve, frozen."""
    line = f"received from {name}"
    return (
        Account(f"{name} pending", Kind.ASSET, cash_line=line, part=Part.SALES),
        Account(f"{name} held", Kind.ASSET, cash_line=line, part=Part.SALES),
        Account(f"{name} reserve", Kind.ASSET, cash_line=line, part=Part.SALES),
        Account(f"{name} frozen", Kind.ASSET, cash_line=line, part=Part.SALES),
    )
