"""A small day loop for the platforms' tests: channels as shipped, daily audit, history of flows.

It stands on its own so that these tests fail for the mechanisms' sake alone, not for the engine's or the
YAML's.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
from scipy import stats

from sim.business.channels import channel
from sim.business.channels.base import Part
from sim.business.ledger import Ledger
from sim.business.market import Environment, Market
from sim.business.mechanisms.base import Phase
from sim.business.mechanisms.pricing import priced
from sim.business.parameters import parameters_of
from sim.business.solvency import Solvency
from sim.business.state import State, Today, Wallet
from sim.randomness.luck import Luck, SpanLuck

N = 1024
START = date(2026, 9, 7)
ROUNDING = 1e-9


def lognormal(p):
    """Return a lognormal from median and log-sd, or from its 5th and 95th percentiles."""
    if "median" in p:
        return stats.lognorm(p["log_sd"], scale=p["median"])
    middle, half = np.log(p["p5"] * p["p95"]) / 2, np.log(p["p95"] / p["p5"]) / 2
    return stats.lognorm(half / stats.norm.ppf(0.95), scale=np.exp(middle))


def beta(p):
    """Return a beta from its mean and sd."""
    total = p["mean"] * (1 - p["mean"]) / p["sd"] ** 2 - 1
    return stats.beta(p["mean"] * total, (1 - p["mean"]) * total)


def pert(p):
    """Return a PERT from low, mode and high."""
    width = p["high"] - p["low"]
    shape = 4 * (p["mode"] - p["low"]) / width
    return stats.beta(1 + shape, 5 - shape, p["low"], width)


FAMILIES = {
    "lognormal": lognormal,
    "beta": beta,
    "pert": pert,
    "uniform": lambda p: stats.uniform(p["low"], p["high"] - p["low"]),
    "triangular": lambda p: stats.triang(
        (p["mode"] - p["low"]) / (p["high"] - p["low"]), p["low"], p["high"] - p["low"]
    ),
    "gamma": lambda p: stats.gamma((p["mean"] / p["sd"]) ** 2, scale=p["sd"] ** 2 / p["mean"]),
    "normal": lambda p: stats.norm(p["mean"], p["sd"]),
}


def frozen(spec):
    """Return a scipy distribution for a declaration's default; truncation is left to the declared range."""
    [(family, values)] = [(key, value) for key, value in spec.items() if key != "truncate"]
    return FAMILIES[family](values)


@dataclass(frozen=True)
class Spread:
    """What a mechanism needs of a distribution: cdf, ppf, mean."""

    spec: str

    def __getattr__(self, name):
        distribution = frozen(ast.literal_eval(self.spec))
        return distribution.mean() if name == "mean" else getattr(distribution, name)


def days(low, high):
    """Return a spread between whole days ``low`` and ``high``, both included."""
    return {"uniform": {"low": low - 0.499, "high": high + 0.499}}


def bind(mechanism, section, values, worlds=None):
    """Make a mechanism: medians of its declared defaults, or random worlds."""
    bound = {}
    for name, parameter in parameters_of(mechanism).items():
        value = values.get(name, parameter.default)
        if isinstance(value, str) and parameter.form == "number":
            value = float(value.removesuffix(" CNY")) / 7.0
        if isinstance(value, dict):
            if parameter.form == "delay":
                value = Spread(repr(value))
            else:
                uniform = 0.5 if worlds is None else worlds.random(N)
                value = np.clip(frozen(value).ppf(uniform), parameter.low, parameter.high)
        elif isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        bound[name] = value
    return mechanism(section=section, **bound)


@dataclass
class Shop:
    """One channel, running."""

    name: str
    steps: list
    state: State
    book: object
    today: Today | None = None
    history: list[Today] = field(default_factory=list)

    def total(self, flow):
        """(n_paths,) a flow summed over the days so far."""
        return sum((np.asarray(getattr(today, flow)) for today in self.history), np.zeros(N))

    def figures(self):
        """Return the figures of the run by ``section.name``."""
        return {f"{m.section}.{name}": value for m, _ in self.steps for name, value in m.figures(self.state)}


class World:
    """Some channels on one wallet."""

    def __init__(self, channels, *, settings=None, expected=False, worlds=None, seed=1, market=None, **solvency):
        settings = settings or {}
        self.luck = SpanLuck(seed, range(1), expected)
        draws = np.random.default_rng(worlds) if worlds is not None else None
        parts = {name: chosen(name, settings.get(name, {})) for name in channels}
        mechanisms = {
            name: [bind(part.mechanism, part.section, part.values, draws) for part in chosen_parts]
            for name, chosen_parts in parts.items()
        }
        charts = {name: [a for m in made for a in m.accounts] for name, made in mechanisms.items()}
        self.ledger = Ledger(charts, N)
        self.wallet = Wallet(tuple(channels), self.ledger.books[""], N)
        values = {name: p.default for name, p in parameters_of(Solvency).items()} | solvency
        self.solvency = Solvency(**values)
        self.solvency.begin(self.ledger.books[""])
        calm = {"season": False, "weekdays": False, "yuan_moves": False}
        still = {"ad_price_drift": 0.0, "ad_price_volatility": 0.0, "ad_price_persistence": 0.9}
        defaults = {name: p.default for name, p in parameters_of(Market).items()}
        seasons = {f"ad_price_{month}": 1.0 for month in ("november", "december", "january")}
        quiet = calm | still | seasons | {"yuan_start": 7.0, "yuan_volatility": 0.0}
        self.environment = Environment(
            Market(**(defaults | quiet | (market or {}))), START, Luck(self.luck, "market", Market.streams)
        )
        self.shops = {}
        for name, bound in mechanisms.items():
            made = priced(bound, self.environment)
            state = State(name, self.wallet, N)
            steps = [(m, Luck(self.luck, f"{name}.{m.section}", m.streams)) for m in made]
            for mechanism, luck in steps:
                mechanism.begin(state, luck)
            self.shops[name] = Shop(name, steps, state, self.ledger.books[name])
        self.day = -1

    def run(self, n_days, *, audit=True):
        """Live through some days; every reconciliation holds on each of them."""
        for _ in range(n_days):
            self.day += 1
            self.luck.day = self.day
            self.environment.step(self.day)
            for shop in self.shops.values():
                shop.today = Today(trading=shop.state.trading(self.day))
                shop.history.append(shop.today)
            for phase in Phase:
                for shop in self.shops.values():
                    for mechanism, luck in shop.steps:
                        if mechanism.phase is phase:
                            mechanism.step(shop.state, shop.today, shop.book, self.environment, luck)
            self.solvency.close(self.day, self.wallet, self.ledger.books[""])
            for shop in self.shops.values():
                for mechanism, _ in shop.steps:
                    mechanism.accrue(shop.state, shop.book)
            if audit:
                self.audit()
        return self

    def audit(self):
        """Check the sum, cash against its statement, and every declared reconciliation."""
        tolerance = ROUNDING * (1.0 + self.ledger.gross())
        assert np.isfinite(self.ledger.balances).all()
        assert (np.abs(self.ledger.balances.sum(axis=0)) <= tolerance).all()
        assert (np.abs(self.ledger.cash_flows.sum(axis=0) - self.wallet.cash) <= tolerance).all()
        for shop in self.shops.values():
            for mechanism, _ in shop.steps:
                for account, balance in mechanism.reconcile(shop.state):
                    gap = np.abs(balance - shop.book.balance(account))
                    assert (gap <= tolerance).all(), (shop.name, mechanism.section, account.name, self.day)


def chosen(name, settings):
    """Return the channel's parts that are on, with the settings laid over their defaults.

    A section set to False is off, to a mapping on with these values.
    """
    sections = {part.section for part in channel(name).parts}
    assert settings.keys() <= sections, settings.keys() - sections
    parts: list[Part] = []
    for part in channel(name).parts:
        setting = settings.get(part.section)
        on = part.enabled if setting is None else setting is not False
        on = on and settings.get(part.part_of) is not False
        if on:
            values = part.values | (setting or {})
            parts.append(replace(part, defaults=tuple(values.items())))
    return parts
