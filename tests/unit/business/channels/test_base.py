"""A channel refuses a day that makes no sense: trading before receipts, a name twice, a part of a part."""

from dataclasses import dataclass

import pytest

import sim.business.channels.base as registry
from sim.business.channels import channel as registered
from sim.business.channels import channel_names, register, single_channel_strategies
from sim.business.channels.base import Channel, Part
from sim.business.mechanisms.base import Mechanism, Phase
from sim.business.parameters import number


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


@dataclass(frozen=True, kw_only=True)
class Sells(Mechanism):
    price: float = number(10.0, unit="money", meaning="Price of a piece.")
    fee: float = number(1.0, unit="money", meaning="Fee of a sale.")


def test_a_channel_says_which_keys_a_file_of_it_holds():
    parts = (Part("till", Receives), Part("sales", Sells), Part("more", Sells))
    assert channel(*parts).keys_to_write() == ["sales.price", "sales.fee", "more.price", "more.fee"]
    some = Channel("kiosk", "Kiosk", parts, to_write=("sales.price more.price", "more.fee"))
    assert some.keys_to_write() == ["sales.price", "more.price", "more.fee"]


def test_every_key_that_a_shipped_channel_writes_is_declared():
    for name in channel_names():
        parts = {part.section: {*part.parameters, "enabled"} for part in registered(name).parts}
        keys = [key.split(".") for key in registered(name).keys_to_write()]
        assert keys
        assert [key for key in keys if key[1] not in parts[key[0]]] == []


def test_a_registered_channel_is_a_strategy_of_its_own(monkeypatch):
    monkeypatch.setattr(registry, "_CHANNELS", dict(registry._CHANNELS))
    register(channel(Part("sales", Sells)))
    register(Channel("stall", "Market stall", (Part("sales", Sells),), strategy="fair"))
    assert single_channel_strategies() == {
        "alibaba": ("alibaba",),
        "aliexpress": ("aliexpress",),
        "independent": ("store",),
        "kiosk": ("kiosk",),
        "fair": ("stall",),
    }
