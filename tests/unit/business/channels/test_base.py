"""A channel refuses a day that makes no sense: trading before receipts, a name twice, a part of a part."""

import pytest

from sim.business.channels.base import Channel, Part
from sim.business.mechanisms.base import Mechanism, Phase


class Receives(Mechanism):
    phase = Phase.RECEIPTS


class Trades(Mechanism):
    pass


def channel(*parts):
    return Channel("kiosk", "Kiosk", parts)


def test_receipts_stand_before_trading():
    assert [row[1:3] for row in channel(Part("till", Receives), Part("sales", Trades)).plan()] == [
        ("receipts", "till"),
        ("trading", "sales"),
    ]
    with pytest.raises(ValueError, match="'kiosk': receipts must stand before trading"):
        channel(Part("sales", Trades), Part("till", Receives))


def test_a_section_name_stands_once():
    with pytest.raises(ValueError, match="a section name stands twice"):
        channel(Part("sales", Trades), Part("sales", Trades))


def test_a_part_has_no_parts_of_its_own():
    sales, ads = Part("sales", Trades), Part("ads", Trades, part_of="sales")
    assert channel(ads, sales).part("ads").part_of == "sales"
    with pytest.raises(ValueError, match="'clicks' is part of 'ads', which cannot be"):
        channel(sales, ads, Part("clicks", Trades, part_of="ads"))
