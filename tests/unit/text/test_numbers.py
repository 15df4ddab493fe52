"""Shares of paths in whole percent."""

import pytest

from sim.text import numbers


@pytest.mark.parametrize(
    ("share", "shown"), [(0.0, "0%"), (0.001, "<1%"), (0.26, "26%"), (0.999, ">99%"), (1.0, "100%")]
)
def test_a_share_is_none_or_all_only_where_it_is(share, shown):
    assert numbers.whole_percent(share) == shown
