"""The own store as a channel: ads, page, payments, freezes.

The order of its parts is the order of its day.
"""

from __future__ import annotations

from sim.business.channels.base import Channel, Part, register
from sim.business.mechanisms.advertising import AdSource
from sim.business.mechanisms.costs import FixedCosts, Opening, OwnerPay
from sim.business.mechanisms.demand import Funnel, OrganicTraffic, PageImprovement
from sim.business.mechanisms.freezes import DisputeMonitor, Freeze
from sim.business.mechanisms.fulfilment import Arrivals, Delivery, Freight, Goods, LostParcels, Stock
from sim.business.mechanisms.import_charges import ImportCharges
from sim.business.mechanisms.orders import Acceptance, Coupons, OrderValue
from sim.business.mechanisms.payments import Checkout, Payment, Payouts
from sim.business.mechanisms.policy import Budget, StopLoss, TestGate
from sim.business.mechanisms.pricing import Pricing
from sim.business.mechanisms.reserves import Reserve
from sim.business.mechanisms.retention import RepeatOrders
from sim.business.mechanisms.returns import Chargebacks, Refunds, Returns
from sim.business.mechanisms.violations import DivertedOrders

GOOGLE = (
    ("kind", "search", "[j] Google Shopping answers a search"),
    ("budget_share", 0.4),
    ("price_basis", "cpc", "[j] benchmarks give prices of a click"),
    ("cpc", {"lognormal": {"median": 0.75, "log_sd": 0.40}}, "digitalpointllc.com: 0.50-1.20"),
    ("ctr", {"lognormal": {"median": 0.010, "log_sd": 0.35}}, "digitalpointllc.com: 0.8-1.5%"),
    ("fatigue", False, "[j] shopping ads show the product itself"),
)
OUTSIDE_GATEWAY = "shopify.com: 2% on outside gateways"
PAYPAL = (
    ("share", 0.6),
    ("fee_rate", 0.044, "paypal.cn: 4.4% + 0.30"),
    ("extra_fee_rate", 0.02, OUTSIDE_GATEWAY),
    ("payout_days", 2),
    ("first_payout_days", 2),
    ("hold_for", 90, "[j] of an account's age; paypal.com names holds of at most 21 days"),
)
STRIPE = (
    ("share", 0.4),
    ("fee_rate", 0.034, "stripe.com, Hong Kong: 3.4% + 0.50"),
    ("fixed_fee", 0.50, "stripe.com, Hong Kong: 3.4% + 0.50"),
    ("extra_fee_rate", 0.02, OUTSIDE_GATEWAY),
    ("payout_days", 4),
    ("first_payout_days", 10),
)
PAYPAL_PAYOUTS = (
    ("conversion_fee", {"uniform": {"low": 0.01, "high": 0.03}}, "paypal.cn: 1-3%"),
    ("withdrawal_fee", 35, "paypal.cn"),
)
STRIPE_PAYOUTS = (("conversion_fee", {"uniform": {"low": 0.01, "high": 0.03}}, "stripe.com: 1-3%"),)

TO_WRITE = (
    "pricing.rule pricing.contribution",
    "prices.mean_value prices.log_sd goods.gross_margin",
    "budget.test_days budget.test_budget budget.first_budget budget.lowest budget.highest budget.cash_reserve",
    "test_gate.enabled meta.budget_share meta.cpm meta.ctr google.budget_share google.cpc",
    "funnel.start_conversion_social funnel.start_conversion_search funnel.start_conversion_organic",
    "improvement.gain improvement.learning_days improvement.monthly_cost organic.orders_per_paid_order",
    "repeat.rate_within_year coupons.share_of_orders coupons.depth returns.return_rate returns.salvage",
    "chargebacks.chargeback_rate freight.carrier freight.packet_cost freight.dhl_cost",
    "import_charges.us_share import_charges.eu_share",
    "paypal.share paypal.fee_rate stripe.share stripe.fee_rate",
    "paypal_freeze.annual_probability stripe_freeze.annual_probability",
    "opening.setup_cost fixed_costs.shopify_fee fixed_costs.apps fixed_costs.erp fixed_costs.staff",
    "owner_pay.monthly_pay stop_loss.largest_loss",
)

STORE = register(
    Channel(
        name="store",
        title="Own store",
        strategy="independent",
        parts=(
            Part("opening", Opening, required=True),
            Part("paypal_payouts", Payouts, required=True, defaults=PAYPAL_PAYOUTS, part_of="paypal"),
            Part("stripe_payouts", Payouts, required=True, defaults=STRIPE_PAYOUTS, part_of="stripe"),
            Part("arrivals", Arrivals, required=True),
            Part("returns", Returns),
            Part("chargebacks", Chargebacks),
            Part("refunds", Refunds, required=True),
            Part("paypal_freeze", Freeze, part_of="paypal"),
            Part("stripe_freeze", Freeze, part_of="stripe"),
            Part("paypal_reserve", Reserve, part_of="paypal"),
            Part("stripe_reserve", Reserve, part_of="stripe"),
            Part("fixed_costs", FixedCosts),
            Part("owner_pay", OwnerPay),
            Part("stop_loss", StopLoss),
            Part("budget", Budget, required=True),
            Part("meta", AdSource),
            Part("google", AdSource, defaults=GOOGLE),
            Part("organic", OrganicTraffic),
            Part("improvement", PageImprovement),
            Part("funnel", Funnel, required=True),
            Part("test_gate", TestGate),
            Part("repeat", RepeatOrders),
            Part("diverted", DivertedOrders),
            Part("stock", Stock, enabled=False),
            Part("checkout", Checkout, required=True),
            Part("pricing", Pricing, required=True),
            Part("prices", OrderValue, required=True),
            Part("acceptance", Acceptance, required=True),
            Part("coupons", Coupons),
            Part("goods", Goods),
            Part("freight", Freight),
            Part("import_charges", ImportCharges),
            Part("lost_parcels", LostParcels),
            Part("delivery", Delivery, required=True),
            Part("paypal", Payment, defaults=PAYPAL),
            Part("stripe", Payment, defaults=STRIPE),
            Part("dispute_monitor", DisputeMonitor),
        ),
        to_write=TO_WRITE,
    )
)
