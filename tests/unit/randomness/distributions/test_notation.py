"""How people write a value: what is taken, and what is said of the rest."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.randomness.distributions import DistributionError
from sim.randomness.distributions.notation import MAX_LENGTH, Written, as_a_number, written


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("45", Written((45,))),
        ("-.5e1", Written((-5,))),
        ("45%", Written((45,), "%")),
        ("４５％", Written((45,), "%")),
        ("60 to 90", Written((60, 90))),
        ("-5 to 3", Written((-5, 3))),
        ("−5 to 3", Written((-5, 3))),
        ("60-90", Written((60, 90))),
        ("60 – 90", Written((60, 90))),
        ("60～90", Written((60, 90))),
        ("60至90", Written((60, 90))),
        ("1e-5-2e-5", Written((1e-5, 2e-5))),
        ("0.5-0.9", Written((0.5, 0.9))),
        ("0-1", Written((0, 1))),
        ("20% to 30%", Written((20, 30), "%")),
        ("20-30%", Written((20, 30), "%")),
        ("50000 CNY", Written((50000,), "CNY")),
        ("1,250.50 cny", Written((1250.5,), "cny")),
        ("400 to 600 CNY", Written((400, 600), "CNY")),
        ("400 CNY - 600 CNY", Written((400, 600), "CNY")),
        ("¥400-600", Written((400, 600), "¥")),
        ("$30 - $60", Written((30, 60), "$")),
    ],
)
def test_what_is_taken(text, value):
    assert written(text) == value


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("0,45", "write 0.45 with a decimal point"),
        ("0,450", "write 0.450 with a decimal point"),
        ("0，45", "write 0.45 with a decimal point"),
        ("0,2 to 0,3", "write 0.2 with a decimal point"),
        ("20,000", "write 20000 without a comma"),
        ("1,234,567.5", "write 1234567.5 without a comma"),
        ("20,000 to 30,000", "write 20000 without a comma"),
        ("0,45 CNY", "write 0.45 with a decimal point"),
        ("-10-5", "two ways: write an interval as '-5 to 3'"),
        ("-10--5", "two ways"),
        ("2026-09", "two ways"),
        ("400 CNY to 600 USD", "different units"),
        ("400 CNY to 600", "different units"),
        ("20% to 30 CNY", "different units"),
        ("20% to 30", "different units"),
        ("2026-09-07", "neither a number nor an interval"),
        ("1.2.3", "neither"),
        ("1,2,3", "neither"),
        (",", "neither"),
        ("0x10", "neither"),
        ("4_5", "neither"),
        ("1 to 2 to 3", "neither"),
        ("٤٥", "neither"),
        ("5²", "neither"),
        ("five", "neither"),
        ("1e999", "finite"),
        ("9" * 10_000, "neither"),
    ],
)
def test_what_is_refused_says_how_to_write_it(text, remedy):
    with pytest.raises(DistributionError, match=remedy) as caught:
        written(text)
    assert len(str(caught.value)) < 150


def test_thousands_are_taken_where_asked_for():
    assert written("20,000", thousands=True) == Written((20000,))


@pytest.mark.parametrize(
    "text", ["45", "0.45 to 0.5", "45%", "400 to 600 CNY", "¥5000", "$5 to 9", "-0.000123", "1e+20"]
)
def test_a_value_is_shown_as_it_would_be_read_again(text):
    assert str(written(text)) == text


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("2%", "write 0.02"),
        ("0,02", "write 0.02 with a decimal point"),
        ("0.02", "write 0.02"),
        ("1 to 2", "write one number"),
        ("60 CNY", "write a plain number, without a unit"),
        ("5 day", "write a plain number, without a unit"),
        ("two", "write a plain number"),
    ],
)
def test_where_one_number_must_stand(text, remedy):
    assert as_a_number(text).startswith(remedy)


@pytest.mark.parametrize("text", ["£0%", "$5 USD", "$5 USD to 7", "5 to $7 USD"])
def test_a_number_has_one_unit(text):
    with pytest.raises(DistributionError, match="two units at one number"):
        written(text)


PATIENCE = 30.0
"""Seconds for what takes some milliseconds, and took for ever if it were read by trial and error."""


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=MAX_LENGTH + 5) | st.text("0123456789.,%- +etocnyCNY$¥元~", max_size=MAX_LENGTH))
def test_any_text_is_refused_or_comes_back(text):
    started = time.perf_counter()
    try:
        found = written(text)
    except DistributionError as error:
        assert len(str(error)) < 300  # noqa: PT017
    else:
        again = written(str(found))
        assert again.unit == found.unit
        assert again.ends == pytest.approx(found.ends, rel=1e-14)
    assert time.perf_counter() - started < PATIENCE
