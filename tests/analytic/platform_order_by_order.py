"""A platform once more: one path at a time, one order after the other. Shares no code with the package.

Written from the model's description, to be read from top to bottom and believed, not to be fast. Counts are drawn by
NumPy's ``rng.poisson`` and ``rng.binomial``; every single order has its own price, talks, production, delivery,
decision, return, loss and release. Coupons, destinations and affiliates are shares of each order, as in the model.
The numbers of a world are drawn here (`draw_worlds`) or told, so that the engine and this loop can be compared in the
same worlds.
"""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from math import exp, floor, log, sqrt

import numpy as np

START = date(2026, 9, 7)
WEEKDAY = (1.11, 1.10, 1.05, 1.05, 0.99, 0.82, 0.89)
DEMAND_SEASON = {11: 1.30, 12: 1.20}
ORDER_RESERVE, GRACE_DAYS = 500.0, 15
SET_UP, BILLS = 100.0, 30.0
REFERENCE, LOWEST, HIGHEST, DRIFT = 20.0, 20.0, 150.0, 0.18
WEEK, TRAILING, RETRY, PAUSE = 7, 28, 30, 30


@dataclass(frozen=True)
class Rules:
    """What is fixed in a scenario; the defaults are those of AliExpress in the market."""

    business: bool = False
    capital: float = 10_000.0
    ad_reserve: float = 500.0
    answer_weight: float = 1.0
    first_look: int = 30
    first_trailing: int = 30
    largest_loss: float = 6000.0
    half_life: float = 30.0
    base_share: float = 0.30
    new_listing: float = 0.5
    halfway: float = 30.0
    gap: float = 90.0
    price_log_sd: float = 0.74
    covers_costs: bool = True
    asked: float = 0.25
    coupons: float = 0.35
    without_return: float = 0.6
    affiliates: float = 0.2 * 0.05
    freight_share: float = 0.0
    down: float = 0.0
    delivery: tuple = (8, 15)
    release: tuple = (7, 21, 45)


CONSUMERS = Rules()
BUSINESSES = Rules(
    business=True,
    ad_reserve=2000.0,
    answer_weight=1.2,
    first_look=90,
    first_trailing=60,
    largest_loss=8000.0,
    base_share=0.10,
    halfway=5.0,
    gap=75.0,
    price_log_sd=1.0,
    coupons=0.0,
    without_return=1.0,
    affiliates=0.0,
    freight_share=0.06,
    down=0.3,
    delivery=(5, 10),
    release=(7, 11, 15),
)


def draw_worlds(rng, count, business):
    """Draw the uncertain numbers of so many worlds: a list of dicts, by the names of the numbers."""

    def lognormal(median, log_sd):
        return median * np.exp(log_sd * rng.standard_normal(count))

    def beta(mean, sd):
        both = mean * (1 - mean) / sd**2 - 1
        return rng.beta(mean * both, (1 - mean) * both, count)

    def uniform(low, high):
        return rng.uniform(low, high, count)

    both = {
        "market.yuan_volatility": lognormal(0.035, 0.3),
        "opening.setup_days": uniform(7, 10),
        "deposit.amount": uniform(1000, 2000),
        "p4p.spend_exponent": beta(0.80, 0.06),
        "p4p.click_dispersion": lognormal(30, 0.6),
        "pricing.elasticity": uniform(2, 3),
    }
    own = {
        "p4p.cpc": lognormal(0.57, 0.35),
        "visits.free_share": beta(0.60, 0.12),
        "inquiries.inquiries_per_visit": beta(0.05, 0.02),
        "inquiries.inquiry_dispersion": lognormal(15, 0.6),
        "orders.orders_per_inquiry": beta(0.03, 0.015),
        "membership.annual_fee": lognormal(4200, 0.3),
        "prices.mean_value": lognormal(800, 0.6),
        "goods.gross_margin": beta(0.25, 0.07),
        "reorders.rate_within_year": beta(0.30, 0.10),
        "reorders.order_size": lognormal(1.2, 0.3),
        "disputes.return_rate": beta(0.02, 0.01),
    }
    if not business:
        own = {
            "p4p.cpc": lognormal(0.30, 0.35),
            "visits.free_share": beta(0.65, 0.12),
            "orders.conversion_rate": beta(0.02, 0.008),
            "orders.order_dispersion": lognormal(15, 0.6),
            "prices.mean_value": lognormal(60, 0.45),
            "goods.gross_margin": beta(0.35, 0.08),
            "reorders.rate_within_year": beta(0.10, 0.04),
            "freight.packet_cost": lognormal(5.5, 0.25),
            "lost_parcels.loss_rate": beta(0.02, 0.01),
            "returns.return_rate": beta(0.08, 0.035),
            "returns.handling_cost": lognormal(9, 0.45),
            "returns.salvage": beta(0.45, 0.20),
            "commission.commission_rate": rng.triangular(0.05, 0.065, 0.08, count),
        }
    worlds = both | own
    return [{name: float(values[k]) for name, values in worlds.items()} for k in range(count)]


@dataclass(eq=False)
class Order:
    """One order."""

    price: float
    cost: float
    freight: float
    duty: float
    vat: float
    commission: float


@dataclass
class Escrow:
    """Buyers' money by the day of its release; what refunds took comes off what is released first."""

    due: dict = field(default_factory=dict)
    balance: float = 0.0
    taken: float = 0.0

    def put(self, day, money):
        """Hold money until a day."""
        self.due[day] = self.due.get(day, 0.0) + money
        self.balance += money

    def pay_out(self, day):
        """Return what is released today."""
        money = self.due.pop(day, 0.0)
        short = min(money, self.taken)
        self.taken -= short
        self.balance -= money - short
        return money - short

    def take(self, amount):
        """Draw up to an amount for a refund."""
        got = min(amount, self.balance)
        self.balance -= got
        self.taken += got
        return got


def whole(days, shortest=1):
    """Round a delay to whole days."""
    return max(floor(days + 0.5), shortest)


def extra_noise(rng, k):
    """Lognormal factor with mean one and variance 1 / k."""
    log_variance = log(1 + 1 / k)
    return exp(sqrt(log_variance) * rng.standard_normal() - log_variance / 2)


class Path:
    """One path, lived day by day."""

    def __init__(self, world, rules, rng):
        self.w, self.rules, self.rng = world, rules, rng
        self.opens = whole(world["opening.setup_days"]) + 1
        self.cash, self.books, self.vat, self.owed = rules.capital, 0.0, 0.0, []
        self.escrow = Escrow()
        self.talks, self.shipments, self.decisions = {}, {}, {}
        self.open_orders, self.promised = set(), 0.0
        self.paid_mean, self.completed, self.pool = 0.0, 0, 0.0
        self.budget, self.earned = REFERENCE, []
        self.advertised, self.next_look, self.looks, self.pauses, self.resumes = 0, rules.first_look, 0, 0, -1
        self.closed = self.insolvent = False
        self.log_yuan = 0.0
        self.refused = 0
        self.months = {name: [] for name in ("settled", "cash", "orders", "ads")}
        self.spread = rules.price_log_sd
        self.return_rate = world["disputes.return_rate" if rules.business else "returns.return_rate"]
        self.loss_rate = world.get("lost_parcels.loss_rate", 0.0)
        self.commission = world.get("commission.commission_rate", 0.02)
        self.handling, self.salvage = world.get("returns.handling_cost", 0.0), world.get("returns.salvage", 0.0)
        self.ratio = world["visits.free_share"] / (1 - world["visits.free_share"])
        self.set_price()

    def set_price(self):
        """Price that covers costs under day 0's rules, at the benchmarks' means of returns, losses and salvage."""
        stated = self.w["prices.mean_value"]
        self.unit_cost = stated * (1 - self.w["goods.gross_margin"])
        self.unit_freight = self.w.get("freight.packet_cost", self.rules.freight_share * stated)
        self.price, self.today = stated, START
        a, b = self.terms()
        if self.rules.covers_costs and a > self.rules.asked:
            self.price = max(stated, b / (a - self.rules.asked))
        self.answer = (self.price / stated) ** -self.w["pricing.elasticity"]
        self.expected = a * self.price - b

    def terms(self):
        """What an order is expected to leave before ads: its list price times the first, less the second."""
        rules, cost, freight = self.rules, self.unit_cost, self.unit_freight
        returned, lost, salvage, handling = (
            (0.02, 0, 0, 0) if rules.business else (0.08, 0.02, 0.45, 9 * exp(0.45**2 / 2))
        )
        refunded = lost / 2 + returned * (1 - lost / 2)
        vat = 0.0 if rules.business else 0.30 * 0.21 / 1.21
        duty_rate, parcel = self.duty()
        kept = (1 - vat) * (1 - refunded) - self.commission * (1 - refunded) - rules.affiliates
        a = (1 - self.discount()) * kept
        back = returned * (1 - lost / 2) * (1 - rules.without_return)
        b = cost * (1 + duty_rate + lost / 2 - back * salvage) + freight * (1 + lost / 2) + parcel + back * handling
        return a, b

    def duty(self):
        """Duty of an average order: 55% United States (20% and $3), 30% Europe ($3.3, from November 2.2 more)."""
        if self.rules.business:
            return 0.0, 0.0
        europe = 5.5 if self.today >= date(2026, 11, 1) else 3.3
        return 0.55 * 0.20, 0.55 * 3.0 + 0.30 * europe

    def discount(self):
        """Average discount: 35% of the orders use a coupon."""
        return self.rules.coupons * (0.15 if self.today.month in (11, 12) else 0.10)

    def take_in(self, amount):
        """Money that comes in pays the oldest bill first."""
        while self.owed and amount > 0:
            now = min(self.owed[0][1], amount)
            self.owed[0][1] -= now
            amount -= now
            if self.owed[0][1] < 0.005:
                self.owed.pop(0)
        self.cash += amount

    def pay(self, amount):
        """Pay a cost and expense it."""
        self.cash -= amount
        self.books -= amount

    def live(self, days):
        """Live so many days."""
        for day in range(days):
            self.day, self.today = day, START + timedelta(days=day)
            self.meet_the_market()
            self.receive()
            self.sells = day >= self.opens and not self.closed and not self.insolvent and not self.owed
            self.pay_bills()
            spend = self.advertise()
            self.sell()
            self.judge_the_ads(spend)
            sent = self.ship()
            self.put_off()
            self.record(sent, spend)
        return self

    def meet_the_market(self):
        """Season, weekday and the yuan of today; keywords have a drift of their own and no season."""
        self.demand = WEEKDAY[self.today.weekday()] * DEMAND_SEASON.get(self.today.month, 1)
        self.click_price = self.w["p4p.cpc"] * (1 + DRIFT) ** (self.day / 365)
        self.log_yuan += self.w["market.yuan_volatility"] / sqrt(365) * self.rng.standard_t(3) / sqrt(3)

    def receive(self):
        """Releases, then buyers' decisions."""
        w, rng, rules = self.w, self.rng, self.rules
        if self.day == 0:
            self.pay(SET_UP)
        self.take_in(self.escrow.pay_out(self.day))
        self.kept_today = 0
        for order in self.decisions.pop(self.day, []):
            self.open_orders.discard(order)
            if rng.random() >= self.return_rate:
                self.kept_today += 1
                continue
            self.refund(order)
            if rng.random() >= rules.without_return:
                self.pay(self.handling - self.salvage * order.cost)
        rate = w["reorders.rate_within_year"]
        self.pool += self.kept_today * rate / (1 - exp(-365 / rules.gap))

    def refund(self, order):
        """Give the price back, from the escrow first; the commission comes back."""
        self.books -= order.price - order.vat - order.commission
        self.vat -= order.vat
        self.cash -= order.price - self.escrow.take(order.price)
        self.take_in(order.commission)

    def pay_bills(self):
        """Membership and deposit, monthly bills, and the weekly look at the loss so far."""
        if self.day == 0:
            self.pay(self.w.get("membership.annual_fee", 0.0))
            self.cash -= self.w["deposit.amount"]
        runs = not self.closed and not self.insolvent
        if self.day % 30 == 0 and runs:
            self.pay(BILLS)
        if self.day % 7 == 0 and self.settled() < -self.rules.largest_loss:
            self.closed, self.sells = True, False

    def free_cash(self):
        """Cash that is not set aside for VAT and for goods in production."""
        return self.cash - max(self.vat, 0.0) - self.promised

    def advertise(self):
        """Buy clicks with the day's budget; the mean of visits, paid and free."""
        w, rng = self.w, self.rng
        if self.day == self.resumes:
            self.budget = LOWEST
        spend = min(self.budget, max(self.free_cash() - self.rules.ad_reserve, 0.0)) if self.sells else 0.0
        if spend < REFERENCE:
            spend = 0.0
        noise = extra_noise(rng, w["p4p.click_dispersion"])
        self.paid = REFERENCE / self.click_price * (spend / REFERENCE) ** w["p4p.spend_exponent"] * noise
        self.paid_mean += (1 - 0.5 ** (1 / self.rules.half_life)) * (self.paid - self.paid_mean)
        age = self.day - self.opens
        ramp = 1 - exp(-3 * (age + 1) / 90) if age >= 0 else 0.0
        self.brought = self.ratio * self.paid_mean * self.rules.answer_weight
        at_maturity = self.ratio * REFERENCE / w["p4p.cpc"] * self.rules.answer_weight
        self.base = self.rules.base_share * at_maturity * ramp
        self.pay(spend)
        self.advertised += spend > 0
        return spend

    def sell(self):
        """From visits to orders."""
        rules, w, rng = self.rules, self.w, self.rng
        n0, n1 = rules.new_listing * rules.halfway, rules.halfway
        reviews = (n0 + self.completed) / (n1 + self.completed)
        self.completed += self.kept_today
        visits = [rng.poisson(mean) if self.sells else 0 for mean in (self.paid, self.brought + self.base)]
        if rules.business:
            level = (
                w["inquiries.inquiries_per_visit"] * self.demand * extra_noise(rng, w["inquiries.inquiry_dispersion"])
            )
            for paid, count in zip((True, False), visits, strict=True):
                inquiries = rng.binomial(count, min(level, 1.0))
                rate = min(w["orders.orders_per_inquiry"] * reviews * self.answer, 1.0)
                for _ in range(rng.binomial(inquiries, rate)):
                    on = self.day + whole(14 * exp(0.8 * rng.standard_normal()), 0)
                    self.talks.setdefault(on, []).append(paid)
            ready = self.talks.pop(self.day, [])
            bought, free = sum(ready), len(ready) - sum(ready)
        else:
            level = w["orders.conversion_rate"] * reviews * self.answer
            level *= self.demand * extra_noise(rng, w["orders.order_dispersion"])
            bought, free = (rng.binomial(count, min(level, 1.0)) for count in visits)
        back = self.pool * (1 - exp(-1 / rules.gap))
        self.pool -= back
        again = rng.poisson(back * self.demand)
        if self.day % 30 == 0:
            self.cash -= self.vat
            self.vat = 0.0
        self.owed_to_ads = 0.0
        if self.sells:
            self.take_orders(["again"] * again + ["free"] * free + ["paid"] * bought)

    def take_orders(self, wanted):
        """Take orders while their goods, freight and duty can be paid."""
        total = self.brought + self.base
        ads_share = {"again": 0.0, "free": self.brought / total if total else 0.0, "paid": 1.0}
        for number, source in enumerate(wanted):
            size = self.w.get("reorders.order_size", 1.0) if source == "again" else 1.0
            if not self.take_order(size):
                self.refused += len(wanted) - number
                return
            self.owed_to_ads += ads_share[source] * self.expected

    def take_order(self, size):
        """Take one order if its goods, freight and duty can be paid."""
        rules, rng = self.rules, self.rng
        factor = size * exp(self.spread * rng.standard_normal() - self.spread**2 / 2)
        price = self.price * factor * (1 - self.discount())
        cost = self.unit_cost * factor * exp(-self.log_yuan)
        duty_rate, parcel = self.duty()
        freight = self.unit_freight * (factor if rules.business else 1.0)
        order = Order(price, cost, freight, duty_rate * cost + parcel, 0.0, self.commission * price)
        if not rules.business:
            order.vat = price * 0.30 * 0.21 / 1.21
        if self.free_cash() < cost + freight + order.duty + ORDER_RESERVE:
            return False
        if rules.business:
            self.cash -= rules.down * cost
            self.promised += (1 - rules.down) * cost + freight
            wait = whole(10 + 25 * rng.beta(1 + 4 * 10 / 25, 1 + 4 * 15 / 25))
            self.shipments.setdefault(self.day + wait, []).append(order)
        else:
            self.shipments.setdefault(self.day, []).append(order)
        if not rules.business:
            self.pay_for(order)
        return True

    def pay_for(self, order):
        """Pay goods, freight and duty; the sale is made."""
        down = self.rules.down * order.cost
        self.cash -= order.cost - down + order.freight + order.duty
        kept_back = order.commission + self.rules.affiliates * order.price
        self.books += order.price - order.vat - kept_back - order.cost - order.freight - order.duty
        self.vat += order.vat

    def ship(self):
        """Send the goods that are ready; the buyer's money waits in the escrow. Returns how many orders went out."""
        rules, rng = self.rules, self.rng
        ready = self.shipments.pop(self.day, [])
        for order in ready:
            if rules.business:
                self.promised -= (1 - rules.down) * order.cost + order.freight
                self.pay_for(order)
            low, mode, high = rules.release
            delivery = whole(rng.uniform(*rules.delivery))
            if rules.business:
                shape = 4 * (mode - low) / (high - low)
                wait = delivery + whole(low + (high - low) * rng.beta(1 + shape, 5 - shape))
                decision = delivery + whole(rng.uniform(1, 7), 0)
            else:
                wait = whole(rng.triangular(low, mode, high))
                decision = delivery + whole(12 * exp(0.8 * rng.standard_normal()), 0)
            self.escrow.put(self.day + wait, order.price - order.commission - rules.affiliates * order.price)
            if rng.random() < self.loss_rate:
                if rng.random() < 0.5:
                    self.refund(order)
                    continue
                self.pay(order.cost + order.freight)
            self.open_orders.add(order)
            self.decisions.setdefault(self.day + decision, []).append(order)
        return len(ready)

    def judge_the_ads(self, spend):
        """Weekly, once the ads have run long enough: up or down by a tenth, or a pause."""
        self.earned.append(self.owed_to_ads - spend)
        if self.advertised < self.next_look or not self.sells:
            return
        window = self.rules.first_trailing if self.looks == 0 else TRAILING
        self.looks += 1
        self.next_look += WEEK
        if sum(self.earned[-window:]) > 0:
            self.budget = min(self.budget * 1.1, HIGHEST)
        elif self.budget > LOWEST:
            self.budget = max(self.budget * 0.9, LOWEST)
        else:
            self.budget, self.advertised, self.next_look = 0.0, 0, RETRY
            self.resumes = self.day + 1 + PAUSE * 2**self.pauses
            self.pauses += 1

    def put_off(self):
        """What could not be paid today waits; a bill that waits too long is the end."""
        if self.cash < -1e-9:
            self.owed.append([self.day, -self.cash])
            self.cash = 0.0
        self.insolvent = self.insolvent or bool(self.owed and self.owed[0][0] <= self.day - GRACE_DAYS)

    def settled(self):
        """Profit with the returns of orders still undecided."""
        lost, back = 0.0, 1 - self.rules.without_return
        for order in self.open_orders:
            lost += order.price - order.vat - order.commission + back * (self.handling - self.salvage * order.cost)
        return self.books - self.return_rate * lost

    def record(self, sent, spend):
        """Add the day to the month."""
        if self.day % 30 == 0:
            self.months["orders"].append(0)
            self.months["ads"].append(0.0)
        self.months["orders"][-1] += sent
        self.months["ads"][-1] += spend
        if self.day % 30 == 29:
            self.months["settled"].append(self.settled())
            self.months["cash"].append(max(self.cash, 0.0))


def simulate(worlds, seed, business, days=240, **changed):
    """Return readings by name, (n_months, n_paths) each, and figures of the whole path, (n_paths,) each."""
    rng = np.random.default_rng(seed)
    rules = replace(BUSINESSES if business else CONSUMERS, **changed)
    paths = [Path(world, rules, rng).live(days) for world in worlds]
    monthly = {name: np.array([path.months[name] for path in paths], dtype=float).T for name in paths[0].months}
    figures = {
        "ruined": np.array([path.insolvent for path in paths], dtype=float),
        "pauses": np.array([path.pauses for path in paths], dtype=float),
    }
    return monthly | figures
