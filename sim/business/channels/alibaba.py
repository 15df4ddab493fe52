"""The Alibaba.com channel: business buyers, membership, P4P, inquiries, Trade Assurance.

The order of its parts is the order of its day.
"""

from __future__ import annotations

from sim.business.channels.base import Channel, Part, register
from sim.business.mechanisms import inquiries, platform, wholesale
from sim.business.mechanisms.costs import Opening, OwnerPay
from sim.business.mechanisms.escrow import Commission, EscrowReleases, TradeAssurance
from sim.business.mechanisms.fulfilment import Arrivals, Delivery
from sim.business.mechanisms.p4p_policy import P4PPolicy
from sim.business.mechanisms.policy import StopLoss
from sim.business.mechanisms.pricing import Pricing
from sim.business.mechanisms.retention import Reorders
from sim.business.mechanisms.returns import Refunds, Returns
from sim.business.mechanisms.reviews import Reviews
from sim.business.mechanisms.violations import ProfileLink, Violations
from sim.business.mechanisms.visits import FreeVisits, PayForPerformance
from sim.business.mechanisms.warehouse import CoAdvertising, Warehouse

ADMISSION = (
    ("setup_days", {"uniform": {"low": 7, "high": 10}}, "F14: admission in 7-10 days"),
    ("review_days", 1, "F14: listing within 24 h"),
    ("setup_cost", 100),
)
NO_GOODS_BACK = "[j] bulk goods are not sent back"
DISPUTES = (
    ("return_rate", {"beta": {"mean": 0.02, "sd": 0.01}}),
    ("decision_days", {"uniform": {"low": 1, "high": 7}}),
    ("refunded_without_return", 1.0, NO_GOODS_BACK),
    ("handling_cost", 0, NO_GOODS_BACK),
    ("salvage", 0, NO_GOODS_BACK),
)
P4P = (("cash_reserve", 2000, "[j] clicks are worth nothing when the orders they bring cannot be paid"),)
POLICY = (
    ("first_look", 90, "[j] talks and production take 41 days"),
    ("first_trailing", 60, "[j] orders come weeks after the visit"),
)
REVIEWS = (("halfway", 5, "[j] 3 to 10: business orders are few and large"),)
PRICING = (("elasticity", {"uniform": {"low": 2.0, "high": 3.0}}, "[j] business buyers ask several sellers (F31)"),)
STOP_LOSS = (("largest_loss", 8000, "[j] the membership is lost on day 0, in settled profit"),)

TO_WRITE = (
    "pricing.rule pricing.contribution",
    "prices.mean_value prices.log_sd goods.gross_margin goods.supplier_down_payment",
    "p4p.daily_budget p4p.threshold p4p.cpc p4p.spend_exponent visits.free_share",
    "visits.half_life visits.base_share reviews.start reviews.halfway reorders.rate_within_year",
    "inquiries.inquiries_per_visit orders.orders_per_inquiry orders.order_days",
    "production.production_days production.buyer_deposit",
    "freight.share_of_value disputes.return_rate commission.commission_rate escrow.release_days",
    "membership.annual_fee deposit.amount opening.setup_cost monthly_costs.erp monthly_costs.staff",
    "owner_pay.monthly_pay stop_loss.largest_loss",
)

ALIBABA = register(
    Channel(
        name="alibaba",
        title="Alibaba.com",
        parts=(
            Part("opening", Opening, required=True, defaults=ADMISSION),
            Part("escrow_releases", EscrowReleases, required=True),
            Part("arrivals", Arrivals, required=True),
            Part("disputes", Returns, defaults=DISPUTES),
            Part("refunds", Refunds, required=True),
            Part("membership", platform.Membership),
            Part("deposit", platform.Deposit),
            Part("monthly_costs", platform.SellerCosts),
            Part("owner_pay", OwnerPay),
            Part("stop_loss", StopLoss, defaults=STOP_LOSS),
            Part("p4p", PayForPerformance, defaults=P4P),
            Part("visits", FreeVisits),
            Part("co_advertising", CoAdvertising),
            Part("product_selection", platform.ProductSelection, enabled=False),
            Part("reviews", Reviews, defaults=REVIEWS),
            Part("inquiries", inquiries.Inquiries, required=True),
            Part("orders", inquiries.WholesaleOrders, required=True),
            Part("violations", Violations, enabled=False),
            Part("reorders", Reorders),
            Part("pricing", Pricing, required=True, defaults=PRICING),
            Part("prices", wholesale.WholesalePrices, required=True),
            Part("acceptance", wholesale.WholesaleAcceptance, required=True),
            Part("p4p_policy", P4PPolicy, defaults=POLICY, part_of="p4p"),
            Part("production", wholesale.Production),
            Part("shipment", wholesale.Shipment, required=True),
            Part("goods", wholesale.WholesaleGoods),
            Part("freight", wholesale.WholesaleFreight),
            Part("warehouse", Warehouse, enabled=False),
            Part("delivery", Delivery, required=True),
            Part("commission", Commission),
            Part("escrow", TradeAssurance, required=True),
            Part("profile_link", ProfileLink),
        ),
        to_write=TO_WRITE,
    )
)
