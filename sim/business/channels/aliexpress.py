"""The AliExpress channel: consumers, paid visits, commission, escrow.

The order of its parts is the order of its day.
"""

from __future__ import annotations

from sim.business.channels.base import Channel, Part, register
from sim.business.mechanisms import platform
from sim.business.mechanisms.costs import Opening, OwnerPay
from sim.business.mechanisms.escrow import Affiliates, Commission, Escrow, EscrowReleases
from sim.business.mechanisms.fulfilment import Arrivals, Delivery, Freight, Goods, LostParcels
from sim.business.mechanisms.import_charges import ImportCharges
from sim.business.mechanisms.orders import Acceptance, Coupons, OrderValue
from sim.business.mechanisms.p4p_policy import P4PPolicy
from sim.business.mechanisms.policy import StopLoss
from sim.business.mechanisms.pricing import Pricing
from sim.business.mechanisms.retention import Reorders
from sim.business.mechanisms.returns import Refunds, Returns
from sim.business.mechanisms.reviews import Reviews
from sim.business.mechanisms.violations import Violations
from sim.business.mechanisms.visits import FreeVisits, PayForPerformance
from sim.business.mechanisms.warehouse import CoAdvertising, Warehouse

ADMISSION = (
    ("setup_days", {"uniform": {"low": 7, "high": 10}}, "F14: admission in 7-10 days"),
    ("review_days", 1, "F14: listing within 24 h"),
    ("setup_cost", 100),
)
RETURNS = (("return_rate", {"beta": {"mean": 0.08, "sd": 0.035}}, "shipped direct by Chinese sellers: 8-12%"),)
P4P = (("cpc", {"lognormal": {"median": 0.30, "log_sd": 0.35}}),)
VISITS = (
    ("free_share", {"beta": {"mean": 0.65, "sd": 0.12}}),
    ("reference_clicks", 67, "[j] 20 a day at a CPC of 0.30"),
    ("rfq_weight", 1.0, "[j] consumers send no requests for quotation"),
    ("base_share", 0.30, "[j] 20% to 40%: consumers browse"),
)
REORDERS = (
    ("rate_within_year", {"beta": {"mean": 0.10, "sd": 0.04}}),
    ("gap", 90),
    ("order_size", 1, "[j] consumers buy one piece again"),
)
PRICES = (("mean_value", {"lognormal": {"median": 60, "log_sd": 0.45}}, "[j] the own store's less a discount"),)
PRICING = (("elasticity", {"uniform": {"low": 2.0, "high": 3.0}}, "[j] buyers compare sellers on one page"),)
RESERVE = (("cash_reserve", 500),)
GOODS = (
    (
        "gross_margin",
        {"beta": {"mean": 0.35, "sd": 0.08}},
        "Chinese sellers: 35% on average (10100.com 65691324); below the own store's (F31)",
    ),
)
COMMISSION = (("commission_rate", {"triangular": {"low": 0.05, "mode": 0.065, "high": 0.08}}, "F1: 5-8%"),)
PAYOUT = (("release_days", {"triangular": {"low": 7, "mode": 21, "high": 45}}), ("release_counts_from", "order"))

TO_WRITE = (
    "pricing.rule pricing.contribution",
    "prices.mean_value prices.log_sd goods.gross_margin p4p.daily_budget p4p.threshold p4p.cpc",
    "p4p.spend_exponent visits.free_share visits.half_life visits.base_share reviews.start reviews.halfway",
    "orders.conversion_rate reorders.rate_within_year coupons.share_of_orders coupons.depth returns.return_rate",
    "returns.salvage freight.carrier freight.packet_cost import_charges.us_share",
    "import_charges.eu_share commission.commission_rate affiliates.share_of_orders affiliates.affiliate_rate",
    "escrow.release_days deposit.amount opening.setup_cost monthly_costs.erp monthly_costs.staff",
    "owner_pay.monthly_pay stop_loss.largest_loss",
)

ALIEXPRESS = register(
    Channel(
        name="aliexpress",
        title="AliExpress",
        parts=(
            Part("opening", Opening, required=True, defaults=ADMISSION),
            Part("escrow_releases", EscrowReleases, required=True),
            Part("arrivals", Arrivals, required=True),
            Part("returns", Returns, defaults=RETURNS),
            Part("refunds", Refunds, required=True),
            Part("deposit", platform.Deposit),
            Part("monthly_costs", platform.SellerCosts),
            Part("owner_pay", OwnerPay),
            Part("stop_loss", StopLoss),
            Part("p4p", PayForPerformance, defaults=P4P),
            Part("visits", FreeVisits, defaults=VISITS),
            Part("co_advertising", CoAdvertising),
            Part("product_selection", platform.ProductSelection, enabled=False),
            Part("reviews", Reviews),
            Part("orders", platform.RetailOrders, required=True),
            Part("violations", Violations, enabled=False),
            Part("reorders", Reorders, defaults=REORDERS),
            Part("pricing", Pricing, required=True, defaults=PRICING),
            Part("prices", OrderValue, required=True, defaults=PRICES),
            Part("acceptance", Acceptance, required=True, defaults=RESERVE),
            Part("p4p_policy", P4PPolicy, part_of="p4p"),
            Part("coupons", Coupons),
            Part("goods", Goods, defaults=GOODS),
            Part("freight", Freight),
            Part("warehouse", Warehouse, enabled=False),
            Part("import_charges", ImportCharges),
            Part("lost_parcels", LostParcels),
            Part("delivery", Delivery, required=True),
            Part("commission", Commission, defaults=COMMISSION),
            Part("affiliates", Affiliates),
            Part("escrow", Escrow, required=True, defaults=PAYOUT),
        ),
        to_write=TO_WRITE,
    )
)
