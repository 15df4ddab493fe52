"""Shares of paths in whole percent."""

import pytest

from sim.text import numbers
from sim.text.labels import speaker


@pytest.mark.parametrize(
    ("share", "shown"), [(0.0, "0%"), (0.001, "<1%"), (0.26, "26%"), (0.999, ">99%"), (1.0, "100%")]
)
def test_a_share_is_none_or_all_only_where_it_is(share, shown):
    assert numbers.whole_percent(share) == shown


def test_what_is_sold_below_cost_is_said_once_a_channel():
    figures = {"store.pricing.below_cost": 0.83, "store.pricing.not_covered": 0.0, "store.pricing.price": 60.0}
    summary = {
        "strategies": {
            "mine": {"figures": figures},
            "same": {"figures": figures},
            "other": {"figures": {"x.pricing.not_covered": 0.002}},
        }
    }
    assert numbers.price_lines(summary, speaker("en")) == [
        "own store: in 83% of the histories an order costs more than it brings, before any ads.",
        "x: in <1% of the histories no price covers an order; it is then sold at the stated one.",
    ]
