"""The base of all mechanisms: one thing that happens in a business, its numbers, accounts and streams declared.

A mechanism holds parameters only. It reads and writes the channel's :class:`~sim.business.state.State` and
:class:`~sim.business.state.Today`, moves money through the :class:`~sim.business.ledger.Book`, and takes its chance
from :class:`~sim.randomness.luck.Luck`. It never calls another mechanism; the channel's tuple is the day's order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, ClassVar, Self

import numpy as np

from sim.business.ledger import Account, Book
from sim.business.market import Environment
from sim.business.order_flow import OrderFlow
from sim.business.order_terms import OrderTerms, Price
from sim.business.parameters import Needs, Number
from sim.business.state import State, Today
from sim.randomness.distributions import Distribution
from sim.randomness.luck import Luck
from sim.randomness.streams import Array


class Phase(IntEnum):
    """Part of the day; every channel of a strategy ends one before the next begins."""

    RECEIPTS = 0
    TRADING = 1
    CLOSING = 2


@dataclass(frozen=True, kw_only=True)
class Mechanism:
    """Base of all mechanisms.

    Parameters
    ----------
    section : str
        Name in the channel and in YAML; makes the names of streams and of per-instance accounts.
    stated : mapping of str to Distribution, str or bool
        What the scenario states of its numbers, by name, before worlds are drawn.

    Attributes
    ----------
    phase : Phase
        Part of the day in which it steps.
    does : str
        One line for the table of the channel's day.
    streams : tuple of str
        Names of the streams it draws from.
    posts : tuple of Account
        Accounts it posts to, cash and other shared ones aside; where they depend on the section, ``accounts`` is
        overridden.
    used_when : tuple of Needs
        All that must be so for any of its numbers to have an effect.
    """

    phase: ClassVar[Phase] = Phase.TRADING
    does: ClassVar[str] = ""
    streams: ClassVar[tuple[str, ...]] = ()
    posts: ClassVar[tuple[Account, ...]] = ()
    used_when: ClassVar[tuple[Needs, ...]] = ()

    section: str
    stated: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def accounts(self) -> tuple[Account, ...]:
        """Accounts this mechanism posts to: ``posts``, and those that bear its section's name."""
        return self.posts

    def expected(self, name: str) -> Number:
        """Return what a seller who has not started expects of a number: the mean of what the scenario states."""
        leaf = self.stated.get(name)
        value: Number = leaf.mean if isinstance(leaf, Distribution) else getattr(self, name)
        return value

    def tell(self, terms: OrderTerms, environment: Environment) -> None:
        """Say what this mechanism has to do with an order's price, before the first day."""

    def foretell(self, flow: OrderFlow) -> None:
        """Say what this mechanism has to do with how many orders a day's ads bring, before the first day."""

    def at_price(self, price: Price) -> Self:
        """Return this mechanism at the price its seller set."""
        return self

    def begin(self, state: State, luck: Luck) -> None:
        """Set up what must persist, before day 0."""

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Do today's part."""

    def accrue(self, state: State, ledger: Book) -> None:
        """Bring this mechanism's provisions to their target, at closing."""

    def figures(self, state: State) -> Iterator[tuple[str, Array]]:
        """Yield (name, (n_paths,) figure) of the whole run, for the table of paths."""
        yield from ()

    def reconcile(self, state: State) -> Iterator[tuple[Account, Array]]:
        """Yield (account, balance it must have, debit-positive) from sources outside the ledger."""
        yield from ()


def bring_to(ledger: Book, target: Array | float, *, provision: Account, expense: Account) -> None:
    """Post what moves a provision (credit balance) to its target, against its accrual account.

    Parameters
    ----------
    target : (n_paths,) float
        Expected loss still to come, scenario currency.
    """
    ledger.post(np.asarray(target + ledger.balance(provision)), debit=expense, credit=provision)
