"""A few mechanisms by themselves: own books and state, a luck without chance, one day after the other."""

from datetime import date, timedelta

import numpy as np

from sim.business.ledger import CAPITAL, CASH, Ledger
from sim.business.market import Environment
from sim.business.order_terms import Price
from sim.business.parameters import parameters_of
from sim.business.state import State, Today, Wallet
from tests.unit.business.mechanisms.platform_harness import bind

START = date(2026, 9, 7)


class Means:
    """Expected counts for any number of paths; with a ``fixed_uniform`` it is all that is drawn before day 0."""

    def __init__(self, n_paths, fixed_uniform=None):
        self.n_paths, self.fixed_uniform = n_paths, fixed_uniform
        self.expected = fixed_uniform is None

    def poisson(self, stream, mean):
        return np.broadcast_to(np.asarray(mean, dtype=float), (self.n_paths,)).copy()

    def binomial(self, stream, number, probability):
        return self.poisson(stream, number) * probability

    def noise(self, stream, dispersion):
        return 1.0

    def sum_of(self, stream, number, mean, relative_variance):
        return number * mean

    def split(self, stream):
        return None

    def fixed(self, stream, count):
        return np.full((count, self.n_paths), self.fixed_uniform)


class Lone:
    """Mechanisms, (section, type, values) each, that run in this order; more accounts may be named."""

    def __init__(self, *parts, accounts=(), n_paths=2, channels=("store",), capital=1e6, luck=None, brings=None):
        for section, mechanism, values in parts:
            assert values.keys() <= parameters_of(mechanism).keys(), section
        self.mechanisms = [bind(mechanism, section, values) for section, mechanism, values in parts]
        if brings is not None:  # an order, before ads
            price = Price(brings, 1.0, 1.0, brings)
            self.mechanisms = [mechanism.at_price(price) for mechanism in self.mechanisms]
        chart = [*accounts, *(account for mechanism in self.mechanisms for account in mechanism.accounts)]
        self.ledger = Ledger(dict.fromkeys(channels, chart), n_paths)
        self.wallet = Wallet(tuple(channels), self.ledger.books[""], n_paths)
        self.book = self.ledger.books[channels[0]]
        self.state = State(channels[0], self.wallet, n_paths)
        self.luck = luck or Means(n_paths)
        self.book.post(capital, debit=CASH, credit=CAPITAL)
        self.environment = Environment(None, START, None)  # a market that stands still
        self.n_paths = n_paths
        self.begun = False

    def begin(self):
        """Let all begin, once; what the tests put into the state before is there already."""
        for mechanism in self.mechanisms:
            mechanism.begin(self.state, self.luck)
        self.begun = True
        return self

    def today(self, **flows):
        """Live one day, without moving the calendar, with these flows; return them as they are in the evening."""
        sources = dict(flows.get("sources", {}))
        today = Today(trading=self.state.trading(self.environment.day), **(flows | {"sources": sources}))
        for mechanism in self.mechanisms:
            mechanism.step(self.state, today, self.book, self.environment, self.luck)
        for mechanism in self.mechanisms:
            mechanism.accrue(self.state, self.book)
        return today

    def live(self, n_days=1, **flows):
        """Live the next days with these flows; return the last one's."""
        if not self.begun:
            self.begin()
        for _ in range(n_days):
            self.environment.day += 1
            self.environment.date = START + timedelta(days=self.environment.day)
            today = self.today(**flows)
        return today

    def balance(self, account):
        """(n_paths,) balance, debit-positive."""
        return self.book.balance(account)

    @property
    def cash(self):
        return self.wallet.cash
