"""The own store of ``configs/article.yaml`` once more, path by path, order by order; shares no code with the package.

Everything is drawn with NumPy's own samplers; delays, returns and prices are drawn for each order on its own. Freezes
are left out (both sides switch them off). Slow on purpose: it is here to be believed, not to be used.
"""

from dataclasses import dataclass, field
from math import exp, floor, log, sqrt

import numpy as np

DAYS = 240
RETURN_COST, SALVAGE = 8.0, 0.5
FEE, FIXED_FEE = 0.029, 0.30
WEEKDAY = (1.11, 1.10, 1.05, 1.05, 0.99, 0.82, 0.89)  # 2026-09-07 is a Monday

NAMES = ("cpc", "ctr", "social", "organic_rate", "value", "returns", "organic", "repeat", "chargeback")
CORRELATIONS = {
    ("cpc", "ctr"): -0.50,
    ("cpc", "social"): 0.15,
    ("cpc", "value"): 0.25,
    ("ctr", "social"): -0.20,
    ("ctr", "value"): -0.10,
    ("social", "organic_rate"): 0.70,
    ("social", "value"): -0.45,
    ("organic_rate", "value"): -0.32,
    ("social", "returns"): -0.10,
    ("social", "organic"): 0.20,
    ("social", "repeat"): 0.25,
    ("social", "chargeback"): -0.10,
    ("value", "returns"): 0.20,
    ("value", "repeat"): -0.15,
    ("value", "chargeback"): 0.15,
    ("returns", "organic"): -0.10,
    ("returns", "repeat"): -0.20,
    ("returns", "chargeback"): 0.40,
    ("organic", "repeat"): 0.30,
    ("organic", "chargeback"): -0.10,
    ("repeat", "chargeback"): -0.20,
}


def draw_worlds(rng, count):
    """Draw the uncertain numbers of so many worlds as a list of dicts."""
    from scipy import stats

    matrix = np.eye(len(NAMES))
    for (a, b), value in CORRELATIONS.items():
        i, j = NAMES.index(a), NAMES.index(b)
        matrix[i, j] = matrix[j, i] = value
    normals = rng.multivariate_normal(np.zeros(len(NAMES)), matrix, size=count, method="eigh")
    z = dict(zip(NAMES, normals.T, strict=True))

    def beta(normal, mean, sd):
        total = mean * (1 - mean) / sd**2 - 1
        return stats.beta.ppf(stats.norm.cdf(normal), mean * total, (1 - mean) * total)

    cpc_sd = log(3 / 0.5) / 2 / 1.6448536269514722
    dhl = 14 * np.exp(0.15 * stats.truncnorm.rvs(log(12 / 14) / 0.15, np.inf, size=count, random_state=rng))
    columns = {
        "cpc": sqrt(0.5 * 3) * np.exp(cpc_sd * z["cpc"]),
        "social": 0.0165 * np.exp(0.40 * z["social"]),
        "organic_rate": 0.0165 * np.exp(0.40 * z["organic_rate"]),
        "value": 160 * np.exp(0.25 * z["value"]),
        "returns": beta(z["returns"], 0.22, 0.045),
        "organic": np.maximum(0.50 + 0.10 * z["organic"], 0),
        "repeat": beta(z["repeat"], 0.30, 0.05),
        "chargeback": 0.005 * np.exp(0.6 * z["chargeback"]),
        "gain": 1.3 * np.exp(0.3 * rng.standard_normal(count)),
        "learning": np.maximum(220 * np.exp(0.35 * rng.standard_normal(count)), 1),
        "exponent": beta(rng.standard_normal(count), 0.85, 0.05),
        "completion": beta(rng.standard_normal(count), 0.30, 0.08),
        "click_k": np.maximum(30 * np.exp(0.6 * rng.standard_normal(count)), 0.1),
        "order_k": np.maximum(15 * np.exp(0.6 * rng.standard_normal(count)), 0.1),
        "margin": 0.52 + 0.015 * rng.standard_normal(count),
        "dhl": dhl,
        "dispute_fee": rng.uniform(15, 20, count),
        "win": beta(rng.standard_normal(count), 0.35, 0.12),
        "opens": np.rint(rng.uniform(3, 5, count)) + 2,
    }
    return [{name: float(values[k]) for name, values in columns.items()} for k in range(count)]


@dataclass
class Account:
    """A payment account: what is paid out when, and what refunds took ahead of it."""

    due: dict = field(default_factory=dict)
    taken: float = 0.0

    def balance(self):
        return sum(self.due.values()) - self.taken

    def pay_out(self, day):
        amount = self.due.pop(day, 0.0)
        short = min(amount, self.taken)
        self.taken -= short
        return amount - short

    def draw(self, amount):
        got = min(amount, max(self.balance(), 0.0))
        self.taken += got
        return got

    def put(self, day, amount):
        self.due[day] = self.due.get(day, 0.0) + amount


def whole_days(days, shortest):
    """Round to whole days, not below the shortest."""
    return max(floor(days + 0.5), shortest)


def one_path(world, rng):  # noqa: PLR0912, PLR0915 - one day after the other, to be read from top to bottom
    """Live one path; return its monthly settled profit, cash, orders and ad spend."""
    w = world
    cash, books = 10_000.0, 0.0  # books: all income less all costs so far
    variable, variable_then, budget_level = 0.0, 0.0, 50.0
    paypal, paypal_held, stripe = Account(), Account(), Account()
    decisions, disputes = {}, {}  # day -> orders (price, cost, first)
    pool, active_days, insolvent = 0.0, 0, False
    out = {"settled": [], "cash": [], "orders": np.zeros(8), "ads": np.zeros(8)}
    repeat_ever = min(w["repeat"] / (1 - exp(-365 / 90)), 1) * 1.3
    for day in range(DAYS):
        month, age = day // 30, day - w["opens"]
        demand = WEEKDAY[day % 7]
        trading = age >= 0 and not insolvent
        cash += paypal.pay_out(day) + paypal_held.pay_out(day) + stripe.pay_out(day)
        if day == 0:
            cash, books = cash - 80, books - 80
        refunds = 0.0
        kept = []
        for price, cost, first in decisions.pop(day, []):
            if rng.random() < w["returns"]:
                refunds += price
                delta = SALVAGE * cost - RETURN_COST
                cash, books, variable = cash + delta, books - price + delta, variable - price + delta
            else:
                kept.append(price)
                pool += first * repeat_ever
        for price in disputes.pop(day, []):
            if rng.random() < w["chargeback"]:
                lost = 0.0 if rng.random() < w["win"] else price
                refunds += lost
                cash -= w["dispute_fee"]
                books, variable = books - lost - w["dispute_fee"], variable - lost - w["dispute_fee"]
        for price in kept:
            decided = whole_days(rng.uniform(3, 7), 1) + whole_days(12 * exp(0.8 * rng.standard_normal()), 0)
            total = whole_days(45 * exp(0.5 * rng.standard_normal()), 1)
            disputes.setdefault(day + max(total - decided, 1), []).append(price)
        left = refunds
        got = paypal.draw(refunds * 0.6)
        got += paypal_held.draw(refunds * 0.6 - got)
        left -= got
        left -= stripe.draw(min(refunds * 0.4, left))
        cash -= left
        if day % 30 == 0 and not insolvent:
            bill = 130 + (100 if month >= 1 else 0)
            cash, books = cash - bill, books - bill
        # advertising
        if day % 7 == 0:
            open_sum = [(p, c) for orders in decisions.values() for p, c, _ in orders]
            waiting = [p for prices in disputes.values() for p in prices]
            now = variable - provisions(w, open_sum, waiting)
            if age >= 25 + 7:
                step = 1.15 if now > variable_then else 0.95
                budget_level = min(max(budget_level * step, 30), 150)
            variable_then = now
        spend = 0.0
        if trading:
            spend = 30.0 if age < 7 else 0.0 if age < 25 else budget_level
            spend = min(spend, max(cash - 1000, 0.0))
        cash, books, variable = cash - spend, books - spend, variable - spend
        lift = 1 + w["gain"] * (1 - exp(-active_days / w["learning"]))
        clicks = organic_clicks = 0
        if spend > 0:
            s2 = log(1 + 1 / w["click_k"])
            noise = exp(sqrt(s2) * rng.standard_normal() - s2 / 2)
            clicks = rng.poisson(30 / w["cpc"] * (spend / 30) ** w["exponent"] * noise)
        if trading:
            reached = 1 / (1 + exp(-(age - 165) / 20))
            organic_clicks = rng.poisson(w["organic"] * reached * 30 / w["cpc"] * w["social"] / w["organic_rate"])
        active_days += spend > 0
        s2 = log(1 + 1 / w["order_k"])
        level = lift * demand * exp(sqrt(s2) * rng.standard_normal() - s2 / 2)
        free, paid = (
            rng.binomial(rng.binomial(n, min(c * level / w["completion"], 1)), w["completion"])
            for n, c in ((organic_clicks, w["organic_rate"]), (clicks, w["social"]))
        )
        back = pool * (1 - exp(-1 / 90))
        pool -= back
        repeats = rng.poisson(back * demand) if trading else 0
        room = floor(max(cash, 0) / (w["value"] * (1 - w["margin"]) + w["dhl"])) if trading else 0
        repeats = min(repeats, room)
        free = min(free, room - repeats)
        paid = min(paid, room - repeats - free)
        orders = []
        for k in range(repeats + free + paid):
            price = w["value"] * exp(0.3 * rng.standard_normal() - 0.045)
            orders.append((price, price * (1 - w["margin"]), 0.0 if k < repeats else 1.0))
        sales, cost = sum(o[0] for o in orders), sum(o[1] for o in orders)
        fees = FEE * sales + FIXED_FEE * len(orders)
        outlay = cost + w["dhl"] * len(orders)
        cash -= outlay
        books, variable = books + sales - fees - outlay, variable + sales - fees - outlay
        money = sales - fees
        if age < 90:
            paypal_held.put(day + 21, 0.6 * money)
        else:
            paypal.put(day + 2, 0.6 * money)
        stripe.put(day + (10 if age < 14 else 4), 0.4 * money)
        for order in orders:
            wait = whole_days(rng.uniform(3, 7), 1) + whole_days(12 * exp(0.8 * rng.standard_normal()), 0)
            decisions.setdefault(day + wait, []).append(order)
        insolvent = insolvent or cash < 0
        out["orders"][month] += len(orders)
        out["ads"][month] += spend
        if (day + 1) % 30 == 0:
            open_sum = [(p, c) for waiting in decisions.values() for p, c, _ in waiting]
            waiting = [p for prices in disputes.values() for p in prices]
            out["settled"].append(books - provisions(w, open_sum, waiting))
            out["cash"].append(max(cash, 0.0))
    return out


def provisions(w, open_orders, waiting):
    """Expected cost of open orders' returns and of all chargebacks to come."""
    price, cost = sum(p for p, _ in open_orders), sum(c for _, c in open_orders)
    returns = w["returns"] * (price + RETURN_COST * len(open_orders) - SALVAGE * cost)
    stay = 1 - w["returns"]
    at_risk, count = sum(waiting) + stay * price, len(waiting) + stay * len(open_orders)
    return returns + w["chargeback"] * (at_risk * (1 - w["win"]) + count * w["dispute_fee"])


def simulate(n_paths, seed):
    """Return readings by name: (8, n_paths) each."""
    rng = np.random.default_rng(seed)
    paths = [one_path(world, rng) for world in draw_worlds(rng, n_paths)]
    return {name: np.array([path[name] for path in paths]).T for name in ("settled", "cash", "orders", "ads")}
