"""What a condition's figure is: every one by hand over two months of one path, no two tables alike."""

import numpy as np
import pytest

from sim.scenario.conditions import QUANTITIES, figure_of

SHOP = {
    "impressions": (1000, 3000),
    "clicks": (50, 150),
    "carts": (20, 20),
    "inquiries": (7, 9),
    "orders": (3, 5),
    "paid_orders": (2, 4),
    "decided_orders": (1, 4),
    "returns": (0, 1),
    "chargebacks": (1, 2),
    "ad_spend": (30, 90),
    "gross_sales": (400, 600),
    "paid_sales": (200, 280),
    "refunds": (90, 110),
    "operating_profit": (-40, 15),
    "cash": (900, 800),
    "cumulative_profit": (-60, -70),
    "settled_profit": (-55, -45),
}
SUMS = {
    "orders": 8,
    "paid_orders": 6,
    "clicks": 200,
    "impressions": 4000,
    "carts": 40,
    "inquiries": 16,
    "ad_spend": 120,
    "sales": 1000,
    "returns": 1,
    "refunds": 200,
    "chargebacks": 3,
    "operating_profit": -25,
}
RATIOS = {
    "acos": 120 / 480,
    "cpc": 120 / 200,
    "ctr": 200 / 4000,
    "conversion": 8 / 200,
    "add_to_cart": 40 / 200,
    "order_value": 1000 / 8,
    "return_rate": 1 / 5,
}
LAST = {"cash": 800, "cumulative_profit": -70, "settled_profit": -45}


@pytest.mark.parametrize(("figure", "value"), (SUMS | RATIOS | LAST).items())
def test_every_figure_over_two_months(figure, value):
    monthly = {name: np.array(table, dtype=float)[:, None] for name, table in SHOP.items()}
    assert figure_of(figure, monthly, slice(0, 2)).tolist() == [value]


def test_no_figure_is_left_out():
    assert set(SUMS | RATIOS | LAST) == set(QUANTITIES)
