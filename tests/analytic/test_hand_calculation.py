"""Books without risk against pencil and paper, to 1e-9; and the chance of ruin against an exact recursion."""

import numpy as np
import pytest
from scipy import stats

import sim
from sim.business.ledger import CASH, PROFIT_KINDS
from sim.simulation.engine import prepare
from sim.simulation.plan import Plan
from sim.simulation.recorder import BOOKED

CAPITAL, SET_UP, BILL, IMPROVEMENT, ADS = 10_000.0, 80.0, 39.0 + 60 + 30 + 20, 100.0, 30.0
ORDERS = 30 * 0.02  # clicks at $1, converting at 2%
PRICE, COST, FREIGHT = 100.0, 50.0, 12.0
SALES = ORDERS * PRICE
NET = SALES - 0.029 * SALES - 0.30 * ORDERS  # what processors owe for a day's orders
FIRST = 4 + 2  # day of the first orders
DECIDED = 5 + 12  # days from the order to the buyer's decision
DISPUTED = 45  # days from the order to the chargeback
RETURNED = ORDERS * 0.2
CHARGED_BACK = ORDERS * 0.8 * 0.01


def cohorts(day, lag, first=FIRST, last=10_000):
    """Count the days' cohorts, ordered on ``first`` to ``last``, whose lag has passed by ``day``."""
    return max(0, min(day - lag, last) - first + 1)


def refunds(day):
    """Refunds of returns and of lost chargebacks, to date."""
    lost = CHARGED_BACK * 0.65 * PRICE
    return cohorts(day, DECIDED) * RETURNED * PRICE + cohorts(day, DISPUTED) * lost


def received(day):
    """What PayPal and Stripe paid out to date: less refunds, which are drawn after the day's payout."""
    held, later = cohorts(day, 21, last=FIRST + 89), cohorts(day, 2, first=FIRST + 90)
    paypal = 0.6 * NET * (held + later) - 0.6 * refunds(day - 1)
    new, usual = cohorts(day, 10, last=FIRST + 13), cohorts(day, 4, first=FIRST + 14)
    stripe = 0.4 * NET * (0.9 * (new + usual) + 0.1 * cohorts(day, 90)) - 0.4 * refunds(day - 1)
    return paypal, stripe


def handling(day):
    """Handling of returns less salvage, and fees of chargebacks, to date."""
    return cohorts(day, DECIDED) * RETURNED * (8 - 0.5 * COST) + cohorts(day, DISPUTED) * CHARGED_BACK * 15


def bills(day):
    return SET_UP + BILL * (day // 30 + 1) + IMPROVEMENT * (day // 30)


def cash(day):
    paypal, stripe = received(day)
    selling_days = cohorts(day, 0)
    spent = selling_days * (ADS + ORDERS * (COST + FREIGHT)) + bills(day)
    return CAPITAL - spent + paypal + 0.99 * stripe - handling(day)


def booked_profit(day):
    margin = NET - ADS - ORDERS * (COST + FREIGHT)
    fee_of_conversion = 0.01 * received(day)[1]
    return cohorts(day, 0) * margin - bills(day) - refunds(day) - handling(day) - fee_of_conversion


def settled_profit(day):
    """Every order with all that it will cost: its returns and chargebacks too."""
    returns, disputes = RETURNED * (PRICE + 8 - 0.5 * COST), CHARGED_BACK * (0.65 * PRICE + 15)
    margin = NET - ADS - ORDERS * (COST + FREIGHT) - returns - disputes
    return cohorts(day, 0) * margin - bills(day) - 0.01 * received(day)[1]


DAYS = (0, 5, 6, 15, 16, 22, 23, 27, 29, 30, 51, 60, 96, 98, 116, 117, 119, 180, 239)


def test_cash_and_profit_on_given_days_equal_the_hand_calculation():
    scenario = sim.load("tests/analytic/scenarios/by_hand.yaml")
    environment, (strategy,), luck = prepare(scenario, Plan(worlds=2, replicates=1), range(1))
    book = strategy.ledger.books[""]
    for day in range(240):
        luck.day = day
        environment.step(day)
        strategy.live(environment)
        if day in DAYS:
            found = [book.balance(CASH), strategy.ledger.profit(BOOKED), strategy.ledger.profit(PROFIT_KINDS)]
            expected = [cash(day), booked_profit(day), settled_profit(day)]
            for what, a, b in zip(("cash", "booked profit", "settled profit"), found, expected, strict=True):
                np.testing.assert_allclose(a, b, rtol=0, atol=1e-9, err_msg=f"{what} on day {day}")


def test_the_profit_and_loss_of_eight_months_line_by_line():
    """Kept as float32: to 1e-6 of the line."""
    scenario = sim.load("tests/analytic/scenarios/by_hand.yaml")
    result = sim.run(scenario, worlds=1, replicates=1)
    lines = result.record("store").profit_and_loss
    ends = [30 * month - 1 for month in range(9)]

    def by_month(to_date):
        totals = [to_date(day) if day >= 0 else 0.0 for day in ends]
        return np.diff(totals)

    expected = {
        "sales": by_month(lambda day: cohorts(day, 0) * SALES),
        "advertising": -by_month(lambda day: cohorts(day, 0) * ADS),
        "cost of goods": -by_month(lambda day: cohorts(day, 0) * ORDERS * COST),
        "freight": -by_month(lambda day: cohorts(day, 0) * ORDERS * FREIGHT),
        "payment fees": -by_month(lambda day: cohorts(day, 0) * (SALES - NET) + 0.01 * received(day)[1]),
        "refunds": -by_month(lambda day: cohorts(day, DECIDED) * RETURNED * PRICE),
        "return handling": -by_month(lambda day: cohorts(day, DECIDED) * RETURNED * 8),
        "salvage of returns": by_month(lambda day: cohorts(day, DECIDED) * RETURNED * 0.5 * COST),
        "chargebacks": -by_month(lambda day: cohorts(day, DISPUTED) * CHARGED_BACK * (0.65 * PRICE + 15)),
        "subscriptions": np.full(8, -(39.0 + 20)),
        "tools": np.full(8, -(60.0 + 30)),
        "page improvement": np.array([0.0] + [-100.0] * 7),
        "set-up": np.array([-80.0] + [0.0] * 7),
        "owner's pay": np.full(8, -300.0),
    }
    for line, months in expected.items():
        np.testing.assert_allclose(lines[line][:, 0], months, rtol=1e-6, atol=1e-6, err_msg=line)
    settled = result.record("store").monthly["settled_profit"][:, 0]
    np.testing.assert_allclose(settled, [settled_profit(day) for day in ends[1:]], rtol=1e-6)
    assert set(name for name, table in lines.items() if table.any()) - set(expected) == {
        "expected returns",
        "expected chargebacks",
    }


@pytest.mark.parametrize(("grace", "ruin", "bills"), [(0, 180, 7), (15, 195, 7), (45, 225, 8)])
def test_bills_alone_ruin_when_they_have_waited_out_the_grace(grace, ruin, bills):
    """$1,000 pays six bills of $149; the seventh, on day 180, is short by $43 and has to be paid within the grace."""
    overrides = [
        *("wallet.capital=1000", "wallet.insolvency=true", "horizon_days=240", "store.fixed_costs.enabled=true"),
        *("store.budget.first_budget=0", f"wallet.grace_days={grace}"),
    ]
    scenario = sim.load("tests/analytic/scenarios/bare.yaml", [*overrides, "store.budget.lowest=0"])
    result = sim.run(scenario, worlds=1, replicates=1)
    assert result.record("store").paths["ruin_day"][0] == ruin
    assert result.record("store").paths["lowest_cash"][0] == pytest.approx(1000 - bills * 149)
    assert not result.profitable("store").any()


@pytest.mark.parametrize(("capital", "mean_orders"), [(320, 15.0), (520, 12.0), (180, 16.5)])
def test_ruin_is_that_of_a_gambler(capital, mean_orders, seed):
    """Each month brings $10 a Poisson order and takes $149; ruin is the first bill that cash does not cover.

    Advertising costs next to nothing (a tenth of a dollar a month, counted), goods and freight nothing at all; an
    order is paid out a day later, so a month's orders are there when the bill of the next is due.
    """
    months, bill, each, budget = 8, 149.0, 10.0, 0.003
    overrides = [
        *(f"wallet.capital={capital}", "wallet.insolvency=true", f"horizon_days={30 * months + 1}"),
        "wallet.grace_days=0",
        *("store.fixed_costs.enabled=true", f"store.budget.first_budget={budget}", "store.budget.lowest=0"),
        *("store.meta.cpc=0.0001", f"store.funnel.start_conversion_social={mean_orders / 30 / 30}"),
        *("store.goods.gross_margin=1", "store.freight.dhl_cost=0", "store.prices.mean_value=10"),
        *("store.paypal.fee_rate=0", "store.paypal.fixed_fee=0", "store.stripe.fee_rate=0"),
        *("store.stripe.fixed_fee=0", "store.paypal.payout_days=1", "store.paypal.first_payout_days=1"),
        *("store.paypal.hold_for=0", "store.stripe.payout_days=1", "store.stripe.first_payout_days=1"),
    ]
    scenario = sim.load("tests/analytic/scenarios/bare.yaml", overrides)
    n = 8192
    ruin_day = sim.run(scenario, worlds=n, replicates=1, seed=seed).record("store").paths["ruin_day"]
    assert set(np.unique(ruin_day[np.isfinite(ruin_day)])) <= {30.0 * month for month in range(1, months + 1)}
    most = 600
    alive = np.zeros(most)  # chance to be alive with so many orders so far
    alive[0] = 1.0
    arrivals = stats.poisson.pmf(np.arange(most), mean_orders)
    ruined = 0.0
    for month in range(1, months + 1):
        alive = np.convolve(alive, arrivals)[:most]
        cash_then = capital + each * np.arange(most) - bill * (month + 1) - 30 * month * budget
        ruined += alive[cash_then < 0].sum()
        alive[cash_then < 0] = 0.0
        found = (ruin_day <= 30 * month).mean()
        assert abs(found - ruined) <= 4 * np.sqrt(max(ruined * (1 - ruined), 1e-6) / n), f"month {month}"
    assert 0.05 < ruined < 0.95
