"""The own store once more: one path at a time, one order after the other. Shares no code with the package.

Written from the model's description, to be read from top to bottom and believed, not to be fast. Everything is drawn
with NumPy's own samplers: counts by ``rng.poisson`` and ``rng.binomial``, and for every single order its price,
delivery, decision, return and chargeback. Freezes, the market's season, two ad sources, fatigue, the test gate, import
charges and lost parcels are in. With ``each=True`` the coupon, the destination, the payment account and whether goods
come back are drawn an order too, where the model takes shares of a day's sales.
"""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from math import exp, floor, log, sqrt

import numpy as np
from scipy import stats

START = date(2026, 9, 7)
WEEKDAY = (1.11, 1.10, 1.05, 1.05, 0.99, 0.82, 0.89)
AD_SEASON = {11: "november", 12: "december", 1: "january"}
DEMAND_SEASON = {11: 1.30, 12: 1.20}
CAPITAL, AD_RESERVE, GRACE_DAYS = 10_000.0, 1_000.0, 15
MIN_BUDGET, FIRST_BUDGET, MAX_BUDGET = 30.0, 50.0, 150.0
FORFEITED = 0.30


@dataclass(frozen=True)
class Rules:
    """What is fixed in a scenario; the defaults are those of the market."""

    each: bool = False
    season: bool = True
    ad_volatility: float = 0.10
    yuan: bool = True
    set_up: float = 200.0
    bills: float = 149.0
    improvement_from: int = 0
    owner_pay: float = 1000.0
    stop_loss: float = 6000.0
    gate: bool = True
    review_days: int = 0
    sources: tuple = (("meta", "social", 0.6), ("google", "search", 0.4))
    fatigue: bool = True
    word_of_mouth: float = 0.05
    midpoint: float = 150.0
    gap: float = 110.0
    price_log_sd: float = 0.74
    coupons: bool = True
    imports: bool = True
    delivery: tuple = (8, 15)
    proof: float = 0.7
    without_return: float = 0.6
    fees: tuple = ((0.064, 0.30), (0.054, 0.50))
    withdrawal: float = 35.0
    freezes: tuple = (True, True)
    reserves: bool = True
    covers_costs: bool = True
    asked: float = 0.25
    first_year: bool = False
    handling_days: tuple = ("gamma", 17.5, 6.0)
    held_when_lost: int = 180 - 18


MARKET = Rules()
ARTICLE = Rules(
    season=False,
    ad_volatility=0.0,
    yuan=False,
    set_up=80.0,
    bills=130.0,
    improvement_from=1,
    owner_pay=0.0,
    stop_loss=np.inf,
    gate=False,
    review_days=18,
    sources=(("meta", "social", 1.0),),
    fatigue=False,
    word_of_mouth=0.0,
    midpoint=165.0,
    gap=90.0,
    price_log_sd=0.30,
    coupons=False,
    imports=False,
    delivery=(3, 7),
    proof=1.0,
    without_return=0.0,
    fees=((0.029, 0.30), (0.029, 0.30)),
    withdrawal=0.0,
    freezes=(True, False),
    reserves=False,
    covers_costs=False,
    first_year=True,
    handling_days=("uniform", 14, 21),
    held_when_lost=0,
)

NAMES = ["cpm", "cpc", "ctr", "social", "search", "visitors", "value", "returns", "organic", "repeat", "chargeback"]
PAIRS = """
    cpm ctr .50, cpm value .15, cpm social -.05, ctr social -.20, ctr value -.10, social search .70,
    social visitors .70, search visitors .70, social value -.45, search value -.32, visitors value -.32,
    social returns -.10, social organic .20, social repeat .25, social chargeback -.10, value returns .20,
    value repeat -.15, value chargeback .15, returns organic -.10, returns repeat -.20, returns chargeback .40,
    organic repeat .30, organic chargeback -.10, repeat chargeback -.20
"""
CPC_PAIRS = ", cpc ctr -.50, cpc social .15, cpc value .25"


def draw_worlds(rng, count, article):
    """Draw the uncertain numbers of so many worlds: a list of dicts."""
    matrix = np.eye(len(NAMES))
    for pair in (PAIRS + (CPC_PAIRS if article else "")).split(","):
        a, b, value = pair.split()
        matrix[NAMES.index(a), NAMES.index(b)] = matrix[NAMES.index(b), NAMES.index(a)] = float(value)
    coupled = rng.multivariate_normal(np.zeros(len(NAMES)), matrix, size=count, method="eigh")
    z = dict(zip(NAMES, coupled.T, strict=True))

    def lognormal(median, log_sd, name=None):
        return median * np.exp(log_sd * (z[name] if name else rng.standard_normal(count)))

    def beta(mean, sd, name=None):
        both = mean * (1 - mean) / sd**2 - 1
        a, b = mean * both, (1 - mean) * both
        return stats.beta.ppf(stats.norm.cdf(z[name]), a, b) if name else rng.beta(a, b, count)

    def always(value):
        return np.full(count, value)

    worlds = {
        "opens": np.rint(rng.uniform(3, 5, count)) + 2,
        "ctr_meta": lognormal(0.011, 0.40, "ctr"),
        "completion": beta(0.30, 0.08),
        "order_k": lognormal(15, 0.6),
        "click_k_meta": lognormal(30, 0.6),
        "returns": beta(0.22, 0.045, "returns"),
        "chargeback": np.minimum(lognormal(0.005, 0.6, "chargeback"), 1),
        "dispute_fee": rng.uniform(15, 20, count),
        "win": beta(0.35, 0.12),
        "frozen_share_0": beta(0.80, 0.15),
        **{"threshold_0": rng.uniform(0.0075, 0.012, count), "threshold_1": rng.uniform(0.0075, 0.012, count)},
    }
    if article:
        cpc = lognormal(sqrt(0.5 * 3), log(3 / 0.5) / (2 * stats.norm.ppf(0.95)), "cpc")
        above_floor = stats.truncnorm.rvs(log(12 / 14) / 0.15, np.inf, size=count, random_state=rng)
        worlds |= {
            "cpm_meta": cpc * worlds["ctr_meta"] * 1000,
            "exponent_meta": beta(0.85, 0.05),
            "organic": np.maximum(0.50 + 0.10 * z["organic"], 0),
            "gain": lognormal(1.3, 0.3),
            "learning": lognormal(120, 0.35),
            **{kind: lognormal(0.0165, 0.40, kind) for kind in ("social", "search", "visitors")},
            "repeat": beta(0.30, 0.05, "repeat"),
            "value": lognormal(175, 0.25, "value"),
            "margin": rng.normal(0.52, 0.015, count),
            "freight": 14 * np.exp(0.15 * above_floor),
            **{"lost": always(0.0), "handling": always(8.0), "salvage": always(0.5)},
            **{"yearly_0": always(0.12), "won_0": always(0.65), "drift": always(0.0), "yuan": always(0.0)},
            **{"exchange_0": always(0.0), "exchange_1": always(0.0)},
        }
    else:
        ctr_google = lognormal(0.010, 0.35)
        worlds |= {
            "cpm_meta": lognormal(14, 0.50, "cpm"),
            "ctr_google": ctr_google,
            "cpm_google": lognormal(0.75, 0.40) * ctr_google * 1000,
            **{"exponent_meta": beta(0.80, 0.06), "exponent_google": beta(0.80, 0.06)},
            "click_k_google": lognormal(30, 0.6),
            "half_life": np.maximum(lognormal(20, 0.8), 0.5),
            "organic": lognormal(0.33, 0.4, "organic"),
            "gain": lognormal(0.7, 0.5),
            "learning": lognormal(60, 0.45),
            "social": lognormal(0.008, 0.70, "social"),
            "search": lognormal(0.015, 0.60, "search"),
            "visitors": lognormal(0.020, 0.50, "visitors"),
            "repeat": beta(0.19, 0.07, "repeat"),
            "value": lognormal(75, 0.45, "value"),
            "margin": beta(0.45, 0.08),
            "freight": lognormal(5.5, 0.25),
            "lost": beta(0.02, 0.01),
            "handling": lognormal(9, 0.45),
            "salvage": beta(0.45, 0.20),
            **{"yearly_0": beta(0.15, 0.07), "yearly_1": beta(0.15, 0.07)},
            **{"won_0": beta(0.65, 0.10), "won_1": beta(0.65, 0.10), "frozen_share_1": beta(0.80, 0.15)},
            **{"exchange_0": rng.uniform(0.01, 0.03, count), "exchange_1": rng.uniform(0.01, 0.03, count)},
            "drift": rng.normal(0.10, 0.08, count),
            "yuan": lognormal(0.035, 0.3),
            "november": rng.uniform(1.3, 1.6, count),
            "december": rng.uniform(0.9, 1.35, count),
            "january": rng.uniform(0.6, 0.9, count),
            "elasticity": rng.uniform(1.5, 2.5, count),
            **{f"reserve_threshold_{k}": rng.uniform(0.0075, 0.012, count) for k in (0, 1)},
        }
    return [{name: float(values[k]) for name, values in worlds.items()} for k in range(count)]


@dataclass(eq=False)
class Order:
    """One order; ``paid_by`` is its part in each payment account."""

    day: int
    price: float
    cost: float
    vat: float
    paid_by: tuple
    first: bool


@dataclass
class Account:
    """One payment account: sales by the day they are paid out, refunds taken ahead of that, frozen money.

    ``kept`` is what reserves keep back of sales, by the day it is paid out; ``reserve``: the open one's share and days.
    """

    share: float
    threshold: float
    reserve_threshold: float
    kept: dict = field(default_factory=dict)
    reserve_hazard: float = 0.0
    reserve: tuple = ()
    reserve_ends: int = -1
    pending: dict = field(default_factory=dict)
    held: dict = field(default_factory=dict)
    taken: dict = field(default_factory=lambda: {"pending": 0.0, "held": 0.0})
    frozen: float = 0.0
    lost_held: float = 0.0
    open: bool = True
    hazard: float = 0.0
    decided_on: int = -1
    releases: dict = field(default_factory=dict)
    freezes: int = 0

    def pay_out(self, day):
        """Pay what is due, less what refunds already took."""
        paid = self.kept.pop(day, 0.0)
        for name in ("pending", "held"):
            due = getattr(self, name).pop(day, 0.0)
            short = min(due, self.taken[name])
            self.taken[name] -= short
            paid += due - short
        return paid

    def take(self, amount):
        """Draw up to an amount for refunds."""
        got = 0.0
        for name in ("pending", "held"):
            there = max(sum(getattr(self, name).values()) - self.taken[name], 0.0)
            drawn = min(amount - got, there)
            self.taken[name] += drawn
            got += drawn
        return got

    def lock(self, share):
        """Freeze a share of all that waits."""
        for name in ("pending", "held"):
            line = getattr(self, name)
            self.frozen += share * (sum(line.values()) - self.taken[name])
            for day in line:
                line[day] *= 1 - share
            self.taken[name] *= 1 - share
        self.frozen += share * sum(self.kept.values())
        for day in self.kept:
            self.kept[day] *= 1 - share


def whole(days, shortest=1, longest=365):
    """Round a delay to whole days."""
    return min(max(floor(days + 0.5), shortest), longest)


def extra_noise(rng, k):
    """Lognormal factor with mean one and variance 1 / k."""
    log_variance = log(1 + 1 / k)
    return exp(sqrt(log_variance) * rng.standard_normal() - log_variance / 2)


class Path:
    """One path, lived day by day."""

    def __init__(self, world, rules, rng):
        self.w, self.rules, self.rng = world, rules, rng
        self.cash, self.books, self.contribution, self.vat = CAPITAL, 0.0, 0.0, 0.0
        self.pay, self.owed = 0.0, []
        self.accounts = [Account(share, rng.exponential(), rng.exponential()) for share in (0.6, 0.4)]
        self.decisions, self.disputes, self.refunds_due = {}, {}, []
        self.to_withdraw = 0.0
        self.open_orders, self.kept_orders = set(), set()
        self.pool, self.kept_customers, self.active_days, self.creative_age = 0.0, 0.0, 0, 0
        self.level, self.contribution_then, self.ad_days = FIRST_BUDGET, 0.0, 0
        self.insolvent = self.closed = self.stopped_at_test = self.no_checkout = False
        self.tested = np.zeros(3)
        self.ad_shock, self.log_yuan = 0.0, 0.0
        self.history = []  # orders, disputes, sales by day
        self.set_price()
        self.months = {name: [] for name in ("settled", "cash", "orders", "ads", "after_pay")}

    def set_price(self):
        """Price that leaves the asked share, at the benchmarks' means of returns, losses, salvage and chargebacks."""
        w, rules = self.w, self.rules
        self.price, self.unit_cost, self.answer = w["value"], w["value"] * (1 - w["margin"]), 1.0
        if not rules.covers_costs:
            return
        returned, lost, salvage, charged_back, won = 0.22, 0.02, 0.45, 0.005 * exp(0.6**2 / 2), 0.35 * rules.proof
        refunded = lost / 2 + returned * (1 - lost / 2)
        back = returned * (1 - lost / 2) * (1 - rules.without_return)
        fee, fixed = 0.0, 0.0
        for number, share in enumerate((0.6, 0.4)):
            rate, each = rules.fees[number]
            payout = w[f"exchange_{number}"]
            fee += share * (rate + payout * (1 - rate))
            fixed += share * each * (1 - payout)
        kept = (1 - 0.30 * 0.21 / 1.21) * (1 - refunded) - fee - charged_back * (1 - refunded) * (1 - won)
        a = (1 - 0.35 * 0.10) * kept
        b = self.unit_cost * (1 + 0.55 * 0.20 + lost / 2 - back * salvage) + w["freight"] * (1 + lost / 2)
        b += 0.55 * 3.0 + 0.30 * 3.3 + back * 9 * exp(0.45**2 / 2) + fixed + charged_back * (1 - refunded) * 17.5
        if a > rules.asked:
            self.price = max(w["value"], b / (a - rules.asked))
        self.answer = (self.price / w["value"]) ** -w["elasticity"]

    def book(self, amount, variable=True, paid=True):
        """Income (or cost, negative): into the books, and into cash at once unless it comes later."""
        self.books += amount
        self.contribution += amount if variable else 0.0
        if paid and amount > 0:
            self.take_in(amount)
        elif paid:
            self.cash += amount

    def take_in(self, amount):
        """Money that comes in pays the oldest bill first."""
        while self.owed and amount > 0:
            now = min(self.owed[0][1], amount)
            self.owed[0][1] -= now
            amount -= now
            if self.owed[0][1] < 0.005:
                self.owed.pop(0)
        self.cash += amount

    def put_off(self):
        """What could not be paid today waits; a bill that waits too long is the end."""
        if self.cash < -1e-9:
            self.owed.append([self.day, -self.cash])
            self.cash = 0.0
        self.insolvent = self.insolvent or bool(self.owed and self.owed[0][0] <= self.day - GRACE_DAYS)

    def live(self, days):
        """Live so many days."""
        for day in range(days):
            self.day = day
            self.age = day - self.w["opens"]
            self.trades = self.age >= 0 and not self.closed and not self.insolvent
            self.new_disputes = 0
            self.meet_the_market()
            self.receive()
            self.trades = self.trades and not self.owed
            self.pay_bills()
            spend = self.advertise()
            orders = self.sell(spend)
            self.no_checkout = not any(account.open for account in self.accounts)
            self.put_off()
            self.count(orders, spend)
        return self

    def meet_the_market(self):
        """Season, weekday, ad prices and the yuan of today."""
        today, rules, w = START + timedelta(days=self.day), self.rules, self.w
        self.month_of_year = today.month
        self.europe_parcel = 5.5 if today >= date(2026, 11, 1) else 3.3
        self.demand = WEEKDAY[today.weekday()] * (DEMAND_SEASON.get(today.month, 1) if rules.season else 1)
        self.ad_price = (w.get(AD_SEASON.get(today.month), 1) if rules.season else 1) * (1 + w["drift"]) ** (
            self.day / 365
        )
        if rules.ad_volatility:
            keep = 0.9 if self.day else 0.0
            self.ad_shock = keep * self.ad_shock + sqrt(1 - keep**2) * rules.ad_volatility * self.rng.standard_normal()
            self.ad_price *= exp(self.ad_shock - rules.ad_volatility**2 / 2)
        if rules.yuan:
            self.log_yuan += w["yuan"] / sqrt(365) * self.rng.standard_t(3) / sqrt(3)
        self.goods_price = exp(-self.log_yuan)

    def withdraw(self, paid):
        """One withdrawal a month, once more than its fee is waiting."""
        self.to_withdraw += paid
        if self.day % 30 == 0 and self.to_withdraw > self.rules.withdrawal:
            self.book(-self.rules.withdrawal)
            self.to_withdraw = 0.0

    def receive(self):
        """Payouts, then buyers' decisions and disputes, refunds, freezes."""
        w, rng, rules = self.w, self.rng, self.rules
        if self.day == 0:
            self.book(-rules.set_up, variable=False)
        for number, account in enumerate(self.accounts):
            paid = account.pay_out(self.day)
            self.take_in(paid)
            self.book(-paid * w[f"exchange_{number}"])
            if number == 0:
                self.withdraw(paid)
        refunds, self.refunds_due = self.refunds_due, []
        for order in self.decisions.pop(self.day, []):
            self.open_orders.discard(order)
            if rng.random() < w["returns"]:
                refunds.append(order)
                self.refund(order)
                back = float(rng.random() >= rules.without_return) if rules.each else 1 - rules.without_return
                self.book(back * (w["salvage"] * order.cost - w["handling"]))
            else:
                self.keep(order)
        for order in self.disputes.pop(self.day, []):
            self.kept_orders.discard(order)
            if rng.random() < w["chargeback"]:
                self.new_disputes += 1
                self.book(-w["dispute_fee"])
                if rng.random() >= w["win"] * rules.proof:
                    refunds.append(order)
                    self.book(-order.price, paid=False)
        for number, account in enumerate(self.accounts):
            owed = sum(order.price * (order.paid_by[number] if rules.each else account.share) for order in refunds)
            self.cash -= owed - account.take(owed)
        self.watch_accounts()

    def watch_accounts(self):
        """Freezes and reserves of today."""
        rules, w = self.rules, self.w
        for number, account in enumerate(self.accounts):
            if rules.freezes[number]:
                self.freeze(account, w[f"yearly_{number}"], w[f"won_{number}"], w[f"frozen_share_{number}"], number)
        if rules.reserves:
            for number, account in enumerate(self.accounts):
                self.keep_back(account, w[f"reserve_threshold_{number}"])

    def refund(self, order):
        """Give back a price that held VAT; the money itself leaves with the day's refunds."""
        self.book(-(order.price - order.vat), paid=False)
        self.vat -= order.vat

    def keep(self, order):
        """Let a buyer keep the goods: perhaps to come back, perhaps to dispute."""
        if order.first:
            self.pool += min(self.w["repeat"] / (1 - exp(-365 / self.rules.gap)), 1) * 1.3
            self.kept_customers += 1
        self.kept_orders.add(order)
        due = max(order.day + whole(45 * exp(0.5 * self.rng.standard_normal())), self.day + 1)
        self.disputes.setdefault(due, []).append(order)

    def keep_back(self, account, ratio):
        """End or begin a reserve on one payment account: 10% a year before the factors, until it is reviewed."""
        rng = self.rng
        if account.reserve_ends == self.day:
            account.reserve, account.reserve_ends = (), -1
        if account.reserve or not account.open or self.age < 0:
            return
        account.reserve_hazard += -log(1 - 0.10) / 365 * self.new_and_disputed(ratio)
        if account.reserve_hazard > account.reserve_threshold:
            account.reserve_threshold += rng.exponential()
            account.reserve = (rng.uniform(0.10, 0.25), round(rng.uniform(90, 180)))
            account.reserve_ends = self.day + round(rng.uniform(90, 180))

    def freeze(self, account, yearly, won, share, number):
        """Release, decide, freeze: one payment account today."""
        rules, rng, day = self.rules, self.rng, self.day
        self.unfreeze(account, account.lost_held if day in account.releases else 0.0, FORFEITED)
        account.lost_held -= account.releases.pop(day, 0.0)
        if account.decided_on == day:
            account.decided_on = -1
            amount = account.frozen - account.lost_held
            account.open = rng.random() < won * rules.proof
            if account.open or not rules.held_when_lost:
                self.unfreeze(account, amount, 0.0 if account.open else FORFEITED)
            else:
                account.lost_held += amount
                account.releases[day + rules.held_when_lost] = amount
        if account.decided_on >= 0 or not account.open or self.age < 0:
            return
        account.hazard += -log(1 - yearly) / (365 + 90 * rules.first_year) * self.freeze_factors(number)
        if account.hazard > account.threshold:
            account.threshold += rng.exponential()
            account.freezes += 1
            account.lock(share)
            account.open = False
            kind, a, b = rules.handling_days
            handled = rng.uniform(a, b) if kind == "uniform" else rng.gamma((a / b) ** 2, b * b / a)
            account.decided_on = day + max(round(handled), 1)

    def unfreeze(self, account, amount, forfeited):
        """Pay out frozen money, less what is forfeited."""
        account.frozen -= amount
        self.take_in(amount * (1 - forfeited))
        self.book(-amount * forfeited, variable=False, paid=False)

    def new_and_disputed(self, ratio):
        """New account, disputes of 90 days."""
        factor = 2.0 if self.age < 90 else 1.0
        quarter = self.history[-90:]
        orders, disputes = (sum(row[k] for row in quarter) for k in (0, 1))
        if orders >= 100:
            factor *= 1 + 1.5 * max(disputes / orders / ratio - 1, 0)
        return factor

    def freeze_factors(self, number):
        """New account, disputes, jump of volume."""
        factor = self.new_and_disputed(self.w[f"threshold_{number}"])
        month, before = (sum(row[2] for row in rows) for rows in (self.history[-30:], self.history[-60:-30]))
        return factor * (1.5 if month > 3 * before > 0 else 1.0)

    def pay_bills(self):
        """Monthly bills, the owner's pay, and the look at the loss so far."""
        rules, runs = self.rules, not self.closed and not self.insolvent
        if self.day % 30 == 0 and runs:
            self.book(-rules.bills, variable=False)
        if self.day % 30 == 29:
            self.pay += rules.owner_pay * runs
        if self.day % 7 == 0 and self.settled() < -rules.stop_loss:
            self.closed = True
            runs = False
        self.improves = self.day % 30 == 0 and runs and self.day // 30 >= rules.improvement_from

    def free_cash(self):
        """Cash that is not set aside for VAT."""
        return self.cash - max(self.vat, 0)

    def advertise(self):
        """Set the budget, spend it, and note the clicks by source."""
        rules, w, rng = self.rules, self.w, self.rng
        selling_from = 7 + rules.review_days
        if self.ad_days == 7:
            self.ad_days = 0
            now = self.contribution - self.provisions()
            if self.age >= selling_from + 7:
                self.level *= 1.15 if now > self.contribution_then else 0.95
                self.level = min(max(self.level, MIN_BUDGET), MAX_BUDGET)
            self.contribution_then = now
        budget = 30.0 if self.age < 7 else 0.0 if self.age < selling_from else self.level
        buys = self.trades and not self.closed and not self.no_checkout
        budget = min(budget, max(self.free_cash() - AD_RESERVE, 0)) if buys else 0.0
        self.ad_days += budget > 0
        self.clicks = []
        for name, kind, share in rules.sources:
            spend, fresh = budget * share, 1.0
            if spend <= 0:
                continue
            if name == "meta" and rules.fatigue:
                fresh = 0.5 ** (self.creative_age / w["half_life"])
                if fresh < 0.6:
                    self.book(-50.0)
                    fresh, self.creative_age = 1.0, 0
                self.creative_age += 1
            impressions = 1000 * spend / (w[f"cpm_{name}"] * self.ad_price)
            impressions *= (spend / (30 * share)) ** (w[f"exponent_{name}"] - 1)
            mean = impressions * w[f"ctr_{name}"] * fresh * extra_noise(rng, w[f"click_k_{name}"])
            self.clicks.append((kind, impressions, rng.poisson(mean)))
            self.book(-spend)
        return budget

    def sell(self, spend):
        """From clicks to orders; returns the orders taken."""
        rules, w, rng = self.rules, self.w, self.rng
        lift = 1 + w["gain"] * (1 - exp(-self.active_days / w["learning"]))
        visits = 0
        if self.trades:
            paid = sum(
                30 * share / w[f"cpm_{name}"] * 1000 * w[f"ctr_{name}"] * w[kind] for name, kind, share in rules.sources
            )
            organic = w["organic"] / (1 + exp(-(self.age - rules.midpoint) / 20)) * paid
            organic += rules.word_of_mouth / 365 * self.kept_customers / lift / self.answer
            visits = rng.poisson(organic / w["visitors"])
        self.active_days += spend > 0
        if self.improves:
            self.book(-100.0, variable=False)
        level = lift * self.demand * self.answer * extra_noise(rng, w["order_k"])
        bought = 0
        for kind, impressions, clicks in self.clicks:
            carts = rng.binomial(clicks, min(w[kind] * level / w["completion"], 1))
            bought += rng.binomial(carts, w["completion"])
            if 0 <= self.age < 7:
                self.tested += impressions, clicks, carts
        carts = rng.binomial(visits, min(w["visitors"] * level / w["completion"], 1))
        free = rng.binomial(carts, w["completion"])
        back = self.pool * (1 - exp(-1 / rules.gap))
        self.pool -= back
        repeats = rng.poisson(back * self.demand) if self.trades else 0
        if rules.gate and self.age == 6 and not self.closed:
            impressions, clicks, carts = self.tested
            fails = clicks == 0 or clicks < 0.008 * impressions or carts < 0.025 * clicks
            self.closed = self.stopped_at_test = bool(fails)
        if self.day % 30 == 0:
            self.cash -= self.vat
            self.vat = 0.0
        orders = []
        for first in [False] * repeats + [True] * (free + bought):
            order = self.take_order(first)
            if order is None:
                break
            orders.append(order)
        return orders

    def take_order(self, first):
        """Take one order if somebody takes its payment and its goods, freight and duty can be paid."""
        rules, w, rng = self.rules, self.w, self.rng
        weights = [account.share * account.open for account in self.accounts]
        if not sum(weights):
            return None
        factor = exp(rules.price_log_sd * rng.standard_normal() - rules.price_log_sd**2 / 2)
        cost = self.unit_cost * factor * self.goods_price
        price = self.price * factor * (1 - self.coupon())
        duty, vat_share = self.destination(cost)
        vat = price * vat_share
        if self.free_cash() < cost + w["freight"] + duty:
            return None
        paid_by = tuple(weight / sum(weights) for weight in weights)
        if rules.each:
            paid_by = (1, 0) if rng.random() < paid_by[0] else (0, 1)
        order = Order(self.day, price, cost, vat, paid_by, first)
        self.book(-(cost + w["freight"] + duty))
        self.book(price - vat, paid=False)
        self.vat += vat
        for number, part in enumerate(paid_by):
            rate, fixed = rules.fees[number]
            self.book(-part * (rate * price + fixed), paid=False)
            self.pay_in(number, part * (price - rate * price - fixed))
        if rng.random() >= w["lost"]:
            self.send(order)
        elif rng.random() < 0.5:
            self.book(-(cost + w["freight"]))
            self.send(order)
        else:
            self.new_disputes += 1
            self.refund(order)
            self.refunds_due.append(order)
        return order

    def coupon(self):
        """Discount: 35% of the orders use one."""
        if not self.rules.coupons:
            return 0.0
        uses = float(self.rng.random() < 0.35) if self.rules.each else 0.35
        return uses * (0.15 if self.month_of_year in (11, 12) else 0.10)

    def destination(self, cost):
        """Duty and the share of VAT in the price: 55% United States, 30% European Union."""
        if not self.rules.imports:
            return 0.0, 0.0
        if not self.rules.each:
            return 0.55 * (0.20 * cost + 3.0) + 0.30 * self.europe_parcel, 0.30 * 0.21 / 1.21
        place = self.rng.random()
        return (
            (0.20 * cost + 3.0, 0.0)
            if place < 0.55
            else (self.europe_parcel, 0.21 / 1.21)
            if place < 0.85
            else (0.0, 0.0)
        )

    def pay_in(self, number, money):
        """Let the money of a sale wait where it waits."""
        new = self.age < 90
        account = self.accounts[number]
        if account.reserve:
            share, days = account.reserve
            account.kept[self.day + days] = account.kept.get(self.day + days, 0.0) + share * money
            money *= 1 - share
        line = self.accounts[number].held if number == 0 and new else self.accounts[number].pending
        wait = (21 if new else 2) if number == 0 else (10 if self.age < 14 else 4)
        line[self.day + wait] = line.get(self.day + wait, 0.0) + money

    def send(self, order):
        """Send the parcel; some days after its delivery the buyer decides."""
        wait = whole(self.rng.uniform(*self.rules.delivery)) + whole(12 * exp(0.8 * self.rng.standard_normal()), 0, 120)
        self.decisions.setdefault(self.day + wait, []).append(order)
        self.open_orders.add(order)

    def provisions(self):
        """Expected cost of returns and chargebacks still to come."""
        w, rules = self.w, self.rules
        back, stays, total = 1 - rules.without_return, 1 - w["returns"], 0.0
        for order in self.open_orders:
            total += w["returns"] * (order.price - order.vat + back * (w["handling"] - w["salvage"] * order.cost))
        at_risk = sum(o.price for o in self.kept_orders) + stays * sum(o.price for o in self.open_orders)
        count = len(self.kept_orders) + stays * len(self.open_orders)
        return total + w["chargeback"] * (at_risk * (1 - w["win"] * rules.proof) + count * w["dispute_fee"])

    def settled(self):
        """Profit with all that is still to come of sales already made."""
        profit = self.books - self.provisions()
        for number, account in enumerate(self.accounts):
            if self.rules.freezes[number]:
                undecided = account.frozen - account.lost_held
                lost = undecided * (1 - self.w[f"won_{number}"] * self.rules.proof) + account.lost_held
                profit -= FORFEITED * lost
        return profit

    def count(self, orders, spend):
        """Add the day to what processors look at and to the month."""
        self.history.append((len(orders), self.new_disputes, sum(o.price for o in orders)))
        if self.day % 30 == 0:
            self.months["orders"].append(0)
            self.months["ads"].append(0.0)
        self.months["orders"][-1] += len(orders)
        self.months["ads"][-1] += spend
        if self.day % 30 == 29:
            settled = self.settled()
            self.months["settled"].append(settled)
            self.months["after_pay"].append(settled - self.pay)
            self.months["cash"].append(max(self.cash, 0.0))


def simulate(n_paths, seed, article=True, days=240, **changed):
    """Return readings by name, (n_months, n_paths) each, and figures of the whole path, (n_paths,) each."""
    rng = np.random.default_rng(seed)
    rules = replace(ARTICLE if article else MARKET, **changed)
    paths = [Path(world, rules, rng).live(days) for world in draw_worlds(rng, n_paths, article)]
    monthly = {name: np.array([path.months[name] for path in paths], dtype=float).T for name in paths[0].months}
    figures = {
        "ruined": np.array([path.insolvent for path in paths], dtype=float),
        "stopped": np.array([path.stopped_at_test for path in paths], dtype=float),
        "paypal_freezes": np.array([path.accounts[0].freezes for path in paths], dtype=float),
        "stripe_freezes": np.array([path.accounts[1].freezes for path in paths], dtype=float),
    }
    return monthly | figures
