"""Every number that is drawn once a world, held against SciPy's own distributions, written out here by hand.

Tolerances: a Kolmogorov-Smirnov p-value of at least 1e-5 for each of some fifty numbers; a stated correlation within
4 standard errors, and one that is not stated within 5 (there are about a thousand such pairs).
"""

import numpy as np
import pytest
from scipy import stats

import sim
from sim.simulation.worlds import draw_worlds

WORLDS = 20_000


def ln(median, log_sd):
    return stats.lognorm(log_sd, scale=median)


def beta(mean, sd):
    both = mean * (1 - mean) / sd**2 - 1
    return stats.beta(mean * both, (1 - mean) * both)


def uniform(low, high):
    return stats.uniform(low, high - low)


class Above:
    """A lognormal given that it lies above a floor."""

    def __init__(self, whole, floor):
        self.whole, self.floor = whole, floor

    def cdf(self, x):
        kept = 1 - self.whole.cdf(self.floor)
        return np.clip((self.whole.cdf(x) - self.whole.cdf(self.floor)) / kept, 0, 1)


DHL = Above(ln(14, 0.15), 12)
CPC = stats.lognorm(np.log(3 / 0.5) / (stats.norm.ppf(0.95) - stats.norm.ppf(0.05)), scale=np.sqrt(0.5 * 3))

BOTH = {  # as the two scenarios share them
    "market.ad_price_november": uniform(1.3, 1.6),
    "market.ad_price_december": uniform(0.9, 1.35),
    "market.ad_price_january": uniform(0.6, 0.9),
    "market.trade_rules.us_2025.duty": uniform(0.10, 0.25),
    "market.yuan_start": uniform(6.65, 7.2),
    "market.yuan_volatility": ln(0.035, 0.3),
    "store.opening.setup_days": uniform(3, 5),
    "store.returns.return_rate": beta(0.22, 0.045),
    "store.chargebacks.chargeback_rate": ln(0.005, 0.6),
    "store.chargebacks.fee": uniform(15, 20),
    "store.chargebacks.win_rate": beta(0.35, 0.12),
    "store.paypal_freeze.frozen_share": beta(0.80, 0.15),
    "store.fixed_costs.magento_hosting": uniform(60, 100),
    "store.paypal_freeze.ratio_threshold": uniform(0.0075, 0.012),
    "store.pricing.elasticity": uniform(1.5, 2.5),
    "store.meta.cpm": ln(14, 0.50),
    "store.meta.cpc": CPC,
    "store.meta.ctr": ln(0.011, 0.40),
    "store.meta.half_life": ln(20, 0.8),
    "store.meta.click_dispersion": ln(30, 0.6),
    "store.funnel.cart_completion": beta(0.30, 0.08),
    "store.funnel.order_dispersion": ln(15, 0.6),
    "store.freight.packet_cost": ln(5.5, 0.25),
    "store.freight.dhl_cost": DHL,
    "alibaba.opening.setup_days": uniform(7, 10),
    "alibaba.disputes.return_rate": beta(0.02, 0.01),
    "alibaba.deposit.amount": uniform(1000, 2000),
    "alibaba.p4p.cpc": ln(0.57, 0.35),
    "alibaba.p4p.click_dispersion": ln(30, 0.6),
    "alibaba.p4p.spend_exponent": beta(0.80, 0.06),
    "alibaba.prices.mean_value": ln(800, 0.6),
    "alibaba.pricing.elasticity": uniform(2, 3),
    "alibaba.reorders.rate_within_year": beta(0.30, 0.10),
    "alibaba.reorders.order_size": ln(1.2, 0.3),
    "alibaba.visits.free_share": beta(0.60, 0.12),
    "alibaba.inquiries.inquiries_per_visit": beta(0.05, 0.02),
    "alibaba.inquiries.inquiry_dispersion": ln(15, 0.6),
    "alibaba.orders.orders_per_inquiry": beta(0.03, 0.015),
    "alibaba.goods.gross_margin": beta(0.25, 0.07),
    "aliexpress.opening.setup_days": uniform(7, 10),
    "aliexpress.returns.return_rate": beta(0.08, 0.035),
    "aliexpress.returns.handling_cost": ln(9, 0.45),
    "aliexpress.returns.salvage": beta(0.45, 0.20),
    "aliexpress.deposit.amount": uniform(1000, 2000),
    "aliexpress.p4p.cpc": ln(0.30, 0.35),
    "aliexpress.p4p.click_dispersion": ln(30, 0.6),
    "aliexpress.p4p.spend_exponent": beta(0.80, 0.06),
    "aliexpress.pricing.elasticity": uniform(2, 3),
    "aliexpress.reorders.rate_within_year": beta(0.10, 0.04),
    "aliexpress.visits.free_share": beta(0.65, 0.12),
    "aliexpress.orders.conversion_rate": beta(0.02, 0.008),
    "aliexpress.orders.order_dispersion": ln(15, 0.6),
    "aliexpress.prices.mean_value": ln(60, 0.45),
    "aliexpress.goods.gross_margin": beta(0.35, 0.08),
    "aliexpress.freight.packet_cost": ln(5.5, 0.25),
    "aliexpress.freight.dhl_cost": DHL,
    "aliexpress.commission.commission_rate": stats.triang(0.5, 0.05, 0.03),
}
ARTICLE = BOTH | {
    "store.meta.spend_exponent": beta(0.85, 0.05),
    "store.organic.orders_per_paid_order": stats.norm(0.50, 0.10),
    "store.improvement.gain": ln(1.3, 0.3),
    "store.improvement.learning_days": ln(120, 0.35),
    "store.funnel.start_conversion_social": ln(0.0165, 0.40),
    "store.funnel.start_conversion_search": ln(0.0165, 0.40),
    "store.funnel.start_conversion_organic": ln(0.0165, 0.40),
    "store.repeat.rate_within_year": beta(0.30, 0.05),
    "store.prices.mean_value": ln(180, 0.25),
    "store.goods.gross_margin": stats.norm(0.52, 0.015),
    "alibaba.commission.commission_rate": uniform(0.05, 0.08),
}
MARKET = BOTH | {
    "market.ad_price_drift": stats.norm(0.10, 0.08),
    "store.paypal_payouts.conversion_fee": uniform(0.01, 0.03),
    "store.stripe_payouts.conversion_fee": uniform(0.01, 0.03),
    "store.returns.handling_cost": ln(9, 0.45),
    "store.returns.salvage": beta(0.45, 0.20),
    "store.paypal_freeze.annual_probability": beta(0.15, 0.07),
    "store.paypal_freeze.won": beta(0.65, 0.10),
    "store.stripe_freeze.annual_probability": beta(0.15, 0.07),
    "store.stripe_freeze.frozen_share": beta(0.80, 0.15),
    "store.stripe_freeze.won": beta(0.65, 0.10),
    "store.stripe_freeze.ratio_threshold": uniform(0.0075, 0.012),
    "store.paypal_reserve.ratio_threshold": uniform(0.0075, 0.012),
    "store.stripe_reserve.ratio_threshold": uniform(0.0075, 0.012),
    "store.meta.spend_exponent": beta(0.80, 0.06),
    "store.google.cpm": ln(14, 0.50),
    "store.google.cpc": ln(0.75, 0.40),
    "store.google.ctr": ln(0.010, 0.35),
    "store.google.spend_exponent": beta(0.80, 0.06),
    "store.google.half_life": ln(20, 0.8),
    "store.google.click_dispersion": ln(30, 0.6),
    "store.organic.orders_per_paid_order": ln(0.33, 0.4),
    "store.improvement.gain": ln(0.7, 0.5),
    "store.improvement.learning_days": ln(60, 0.45),
    "store.funnel.start_conversion_social": ln(0.008, 0.70),
    "store.funnel.start_conversion_search": ln(0.015, 0.60),
    "store.funnel.start_conversion_organic": ln(0.020, 0.50),
    "store.repeat.rate_within_year": beta(0.19, 0.07),
    "store.prices.mean_value": ln(75, 0.45),
    "store.goods.gross_margin": beta(0.45, 0.08),
    "store.lost_parcels.loss_rate": beta(0.02, 0.01),
    "alibaba.membership.annual_fee": ln(4200, 0.3),
    "aliexpress.lost_parcels.loss_rate": beta(0.02, 0.01),
}

SHORT = {
    "cpm": "store.meta.cpm",
    "cpc": "store.meta.cpc",
    "ctr": "store.meta.ctr",
    "social": "store.funnel.start_conversion_social",
    "search": "store.funnel.start_conversion_search",
    "visitors": "store.funnel.start_conversion_organic",
    "value": "store.prices.mean_value",
    "returns": "store.returns.return_rate",
    "organic": "store.organic.orders_per_paid_order",
    "repeat": "store.repeat.rate_within_year",
    "chargeback": "store.chargebacks.chargeback_rate",
    "alibaba value": "alibaba.prices.mean_value",
    "aliexpress value": "aliexpress.prices.mean_value",
    "margin": "store.goods.gross_margin",
    "alibaba margin": "alibaba.goods.gross_margin",
    "aliexpress margin": "aliexpress.goods.gross_margin",
    "alibaba returns": "alibaba.disputes.return_rate",
    "aliexpress returns": "aliexpress.returns.return_rate",
    "alibaba quality": "alibaba.inquiries.inquiries_per_visit",
    "aliexpress quality": "aliexpress.orders.conversion_rate",
}
KINDS = ("social", "search", "visitors")
PAIRS = {
    **{("cpm", "ctr"): 0.50, ("cpm", "value"): 0.15, ("cpm", "social"): -0.05},
    **{("ctr", "social"): -0.20, ("ctr", "value"): -0.10},
    **{("social", "search"): 0.70, ("social", "visitors"): 0.70, ("search", "visitors"): 0.70},
    **{("social", "value"): -0.45, ("search", "value"): -0.32, ("visitors", "value"): -0.32},
    **{("social", "returns"): -0.10, ("social", "organic"): 0.20, ("social", "repeat"): 0.25},
    **{("social", "chargeback"): -0.10, ("value", "returns"): 0.20, ("value", "repeat"): -0.15},
    **{("value", "chargeback"): 0.15, ("returns", "organic"): -0.10, ("returns", "repeat"): -0.20},
    **{("returns", "chargeback"): 0.40, ("organic", "repeat"): 0.30, ("organic", "chargeback"): -0.10},
    ("repeat", "chargeback"): -0.20,
}
ONE_PRODUCT = {
    **{("value", "alibaba value"): 0.6, ("value", "aliexpress value"): 0.6, ("alibaba value", "aliexpress value"): 0.6},
    **{("margin", "alibaba margin"): 0.6, ("margin", "aliexpress margin"): 0.6},
    ("alibaba margin", "aliexpress margin"): 0.6,
    **{("returns", "alibaba returns"): 0.5, ("returns", "aliexpress returns"): 0.5},
    ("alibaba returns", "aliexpress returns"): 0.5,
    **{(visitor, f"{shop} quality"): 0.4 for visitor in KINDS for shop in ("alibaba", "aliexpress")},
    ("alibaba quality", "aliexpress quality"): 0.4,
}
PAIRS |= ONE_PRODUCT
WHERE_THE_CPC_IS_GIVEN = {("cpc", "ctr"): -0.50, ("cpc", "social"): 0.15, ("cpc", "value"): 0.25}

SCENARIOS = {"article": (ARTICLE, PAIRS | WHERE_THE_CPC_IS_GIVEN), "market": (MARKET, PAIRS)}


@pytest.fixture(scope="module", params=SCENARIOS)
def worlds(request, seed):
    expected, pairs = SCENARIOS[request.param]
    drawn = draw_worlds(sim.load(f"configs/{request.param}.yaml"), seed, 0, WORLDS)
    stated = {frozenset((SHORT[a], SHORT[b])): value for (a, b), value in pairs.items()}
    return drawn, expected, stated


def test_every_number_has_its_stated_distribution(worlds):
    drawn, expected, _ = worlds
    assert sorted(drawn) == sorted(expected)
    for name, values in drawn.items():
        assert stats.kstest(values, expected[name].cdf).pvalue > 1e-5, name


def test_normal_scores_have_the_stated_correlations_and_no_others(worlds):
    drawn, expected, stated = worlds
    names = sorted(drawn)
    scores = np.array([stats.norm.ppf(np.clip(expected[name].cdf(drawn[name]), 1e-12, 1 - 1e-12)) for name in names])
    found = np.corrcoef(scores)
    for i, a in enumerate(names):
        for j, b in enumerate(names[:i]):
            correlation = stated.get(frozenset((a, b)), 0.0)
            error = (1 - correlation**2) / np.sqrt(WORLDS)
            width = 4 if frozenset((a, b)) in stated else 5
            assert abs(found[i, j] - correlation) < width * error, f"{a} and {b}"


def test_a_slip_of_one_place_in_the_copula_would_be_seen(worlds):
    """Planted: two coupled numbers' scores swapped; the marginals still hold, the correlations must not."""
    drawn, _, stated = worlds
    ranks = {name: stats.rankdata(values) for name, values in drawn.items()}
    names = sorted({name for pair in stated for name in pair})
    slipped = dict(zip(names, names[1:] + names[:1], strict=True))
    gaps = [
        abs(np.corrcoef(ranks[slipped[a]], ranks[slipped[b]])[0, 1] - value)
        for (a, b), value in ((tuple(pair), value) for pair, value in stated.items())
    ]
    assert max(gaps) > 5 * 5 / np.sqrt(WORLDS)


def test_the_cost_of_a_click_implied_by_impressions_and_clicks(worlds):
    """CPC = CPM / (1000 CTR): median 1.27, and with a CTR correlated at .5 its 5-95% is about .60 to 2.70."""
    drawn, _, _ = worlds
    cpc = drawn["store.meta.cpm"] / (1000 * drawn["store.meta.ctr"])
    log_sd = np.sqrt(0.50**2 + 0.40**2 - 2 * 0.5 * 0.50 * 0.40)
    correlation = (0.5 * 0.50 * 0.40 - 0.40**2) / (log_sd * 0.40)  # -.33
    assert abs(np.log(cpc).mean() - np.log(14 / 11)) < 4 * log_sd / np.sqrt(WORLDS)
    assert abs(np.log(cpc).std() - log_sd) < 4 * log_sd / np.sqrt(2 * WORLDS)
    scores = np.corrcoef(np.log(cpc), np.log(drawn["store.meta.ctr"]))[0, 1]
    assert abs(scores - correlation) < 4 * (1 - correlation**2) / np.sqrt(WORLDS)
