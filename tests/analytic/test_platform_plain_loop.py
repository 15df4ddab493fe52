"""A platform once more, one path in plain numbers, from the model's text: visits, reviews, reorders, P4P's policy.

Expected counts, delays of whole days, cash without limit. Every day of the engine's run is compared with the loop's.
"""

import math
from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
import pytest

from sim.business.mechanisms.shared import KeywordAds, Standing, order_book
from sim.scenario import Scenario
from sim.simulation.engine import prepare
from sim.simulation.plan import Plan

N_DAYS = 300


def exactly(n_days):
    return {"uniform": {"low": n_days - 0.4, "high": n_days + 0.4}}


@dataclass
class Numbers:
    """What the loop and the engine are told; rates of Alibaba.com are inquiries and orders in one."""

    conversion: float
    budget: float = 20.0
    cpc: float = 0.4
    drift: float = 0.18
    exponent: float = 0.8
    share: float = 0.6
    half_life: float = 30.0
    base_share: float = 0.3
    ramp: float = 90.0
    start: float = 0.5
    halfway: float = 30.0
    reorder: float = 0.2
    gap: float = 60.0
    size: float = 1.3
    returned: float = 0.1
    price: float = 60.0
    margin: float = 0.5
    commission: float = 0.06
    first_look: int = 30
    first_trailing: int = 30
    talks: int = 0
    until_decided: int = 15
    weight: float = 1.0


@dataclass
class Loop:
    """The plain loop; day by day what it found."""

    numbers: Numbers
    opens: int
    contribution: float
    days: list = field(default_factory=list)

    def run(self):
        n = self.numbers
        budget, mean_paid, completed, pool = n.budget, 0.0, 0.0, 0.0
        ordering, deciding = defaultdict(lambda: [0.0, 0.0]), defaultdict(float)
        earned, advertised, next_look, looks, pauses, resumes = [], 0, n.first_look, 0, 0, None
        ratio = n.share / (1 - n.share)
        for day in range(N_DAYS):
            if day == resumes:
                budget = 20.0
            selling = day >= self.opens
            kept = deciding[day] * (1 - n.returned)
            spend = budget if selling and budget >= 20 else 0.0
            price = n.cpc * (1 + n.drift) ** (day / 365)
            paid = 20 / price * (spend / 20) ** n.exponent
            mean_paid += (1 - 0.5 ** (1 / n.half_life)) * (paid - mean_paid)
            brought = ratio * mean_paid * n.weight
            age = max(day - self.opens, 0) + 1
            base = n.base_share * ratio * n.weight * 20 / n.cpc * (1 - math.exp(-3 * age / n.ramp))
            free = brought + base if selling else 0.0
            factor = (n.start * n.halfway + completed) / (n.halfway + completed)
            completed += kept
            won = ordering[day + n.talks]
            won[0] += paid * n.conversion * factor
            won[1] += free * n.conversion * factor
            of_paid, of_free = ordering[day] if selling else (0.0, 0.0)
            pool += kept * n.reorder / (1 - math.exp(-365 / n.gap))
            again = pool * (1 - math.exp(-1 / n.gap))
            pool -= again
            again = again if selling else 0.0
            orders = of_paid + of_free + again
            deciding[day + n.until_decided] += orders
            value = n.price * (of_paid + of_free + n.size * again)
            self.days.append((spend, paid, free, factor, orders, value))
            # The evening's look.
            owed = of_paid + of_free * (brought / (brought + base))
            earned.append(owed * self.contribution - spend)
            advertised += spend > 0
            if advertised >= next_look:
                window = n.first_trailing if looks == 0 else 28
                looks += 1
                next_look += 7
                if sum(earned[-window:]) > 0:
                    budget = min(budget * 1.1, 150.0)
                elif budget > 20:
                    budget = max(budget * 0.9, 20.0)
                else:
                    budget, advertised, next_look = 0.0, 0, 30
                    resumes = day + 1 + 30 * 2**pauses
                    pauses += 1
        return np.array(self.days)


OFF = ("owner_pay", "stop_loss", "co_advertising", "deposit", "monthly_costs")


def consumers(n):
    """AliExpress: orders at once, 10 days of delivery and 5 of thought."""
    return {
        "coupons.enabled": False,
        "import_charges.enabled": False,
        "lost_parcels.enabled": False,
        "affiliates.enabled": False,
        "acceptance.limit_by_cash": False,
        "orders.conversion_rate": n.conversion,
        "freight.packet_cost": 4.0,
        "freight.packet_days": exactly(10),
        "prices.mean_value": n.price,
        "returns.return_rate": n.returned,
        "returns.refunded_without_return": 1.0,
        "returns.decision_days": exactly(5),
    }


def businesses(n):
    """Alibaba.com: 12 days of talks, 20 of production, 7 of delivery and 4 of thought."""
    return {
        "membership.enabled": False,
        "acceptance.limit_by_cash": False,
        "inquiries.inquiries_per_visit": 0.1,
        "orders.orders_per_inquiry": n.conversion / 0.1,
        "orders.order_days": exactly(12),
        "production.production_days": exactly(20),
        "freight.share_of_value": 0.06,
        "freight.delivery_days": exactly(7),
        "prices.mean_value": n.price,
        "prices.log_sd": 0.0,
        "disputes.return_rate": n.returned,
        "disputes.decision_days": exactly(4),
        "visits.rfq_weight": 1.25,
    }


def scenario(channel, n, own):
    both = {
        **{f"{section}.enabled": False for section in OFF},
        "p4p.daily_budget": n.budget,
        "p4p.limit_by_cash": False,
        "p4p.cpc": n.cpc,
        "p4p.spend_exponent": n.exponent,
        "visits.free_share": n.share,
        "visits.half_life": n.half_life,
        "visits.base_share": n.base_share,
        "reviews.start": n.start,
        "reviews.halfway": n.halfway,
        "reorders.rate_within_year": n.reorder,
        "reorders.gap": n.gap,
        "reorders.order_size": n.size,
        "goods.gross_margin": n.margin,
        "commission.commission_rate": n.commission,
        "opening.setup_days": exactly(8),
    }
    head = {"name": "plain", "counts": "expected", "horizon_days": N_DAYS, "strategies": {"it": [channel]}}
    market = {"market.season": False, "market.weekdays": False, "market.yuan_moves": False, "wallet.capital": 1e7}
    overrides = [*market.items(), *((f"{channel}.{key}", value) for key, value in (both | own).items())]
    return Scenario.from_mapping(head, overrides=overrides)


def engine(channel, described):
    """Return the opening day and, day by day, what the engine found on the first path."""
    environment, (strategy,), luck = prepare(described, Plan(seed=1, worlds=1024, replicates=1), range(1))
    (shop,) = strategy.channels
    days = []
    for day in range(N_DAYS):
        luck.day = day
        environment.step(day)
        strategy.live(environment)
        today, state = shop.today, shop.state
        orders, value = today.orders, today.list_sales
        if channel == "alibaba":
            orders, value = order_book(state).taken.orders, order_book(state).taken.value
        sources = today.sources
        found = (today.ad_spend, sources["p4p"].clicks, sources["free"].clicks, state.recall(Standing).factor)
        days.append([float(np.asarray(figure)[0]) for figure in (*found, orders, value)])
    assert state.recall(KeywordAds).budget.shape == (1024,)
    return int(state.opens[0]), np.array(days)


CASES = {
    # What an order brings: 60 (1 - .1 - .06 (1 - .1)) - 30 - 4 = 16.76; 800 (1 - .02 - .02 x .98) - 600 - 48 = 120.32.
    "consumers who pay": ("aliexpress", Numbers(conversion=0.03), 16.76),
    "consumers who do not": ("aliexpress", Numbers(conversion=0.006), 16.76),
    "consumers, a budget too high": ("aliexpress", Numbers(conversion=0.015, budget=70.0, size=1.0), 16.76),
    "businesses who pay": ("alibaba", 1.0, 120.32),
    "businesses who do not": ("alibaba", 0.2, 120.32),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_the_engine_finds_what_a_plain_loop_finds(case):
    channel, told, contribution = CASES[case]
    if channel == "alibaba":
        business = {
            "returned": 0.02,
            "price": 800.0,
            "margin": 0.25,
            "commission": 0.02,
            "halfway": 5.0,
            "weight": 1.25,
        }
        days = {"first_look": 90, "first_trailing": 60, "talks": 12, "until_decided": 31}
        told = Numbers(conversion=0.005 * told, **business, **days)
    own = businesses(told) if channel == "alibaba" else consumers(told)
    opens, found = engine(channel, scenario(channel, told, own))
    expected = Loop(told, opens, contribution).run()
    for column, name in enumerate(("spend", "paid visits", "free visits", "reviews", "orders", "value")):
        np.testing.assert_allclose(found[:, column], expected[:, column], rtol=1e-9, atol=1e-9, err_msg=name)


def test_the_cases_see_rises_falls_and_pauses():
    """What the loop is for: budgets that rise, that fall from above the lowest, that pause and are tried again."""
    spends = {}
    for case in ("consumers who pay", "consumers who do not", "consumers, a budget too high"):
        _, told, contribution = CASES[case]
        spends[case] = Loop(told, 9, contribution).run()[:, 0]
    assert spends["consumers who pay"][-1] > 40
    stopped = spends["consumers who do not"]
    assert np.count_nonzero(np.diff(stopped) < 0) >= 2
    assert stopped.max() == 20
    high = spends["consumers, a budget too high"]
    assert np.count_nonzero(np.diff(high) < 0) >= 3
    assert high[60] < 70
