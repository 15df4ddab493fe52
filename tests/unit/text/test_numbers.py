"""Shares in words: in whole percent, and where none was seen, or nothing else."""

import pytest

from sim.text import numbers
from sim.text.labels import speaker
from sim.text.numbers import none_seen_note, percent, share_in_words


@pytest.mark.parametrize(
    ("share", "shown"), [(0.0, "0%"), (0.001, "<1%"), (0.26, "26%"), (0.999, ">99%"), (1.0, "100%")]
)
def test_a_share_is_none_or_all_only_where_it_is(share, shown):
    assert numbers.whole_percent(share) == shown


def unsure(estimate, low, high):
    return {"estimate": estimate, "low": low, "high": high}


@pytest.mark.parametrize(
    ("estimate", "english", "chinese"),
    [
        (unsure(0.0, 0.0, 0.00073), "fewer than 8 in 10,000", "不到 10,000 分之 8"),
        (unsure(0.0, 0.0, 0.0029), "fewer than 3 in 1,000", "不到 1,000 分之 3"),
        (unsure(0.0, 0.0, 0.001), "fewer than 1 in 1,000", "不到 1,000 分之 1"),
        (unsure(0.0, 0.0, 0.64), "fewer than 7 in 10", "不到 10 分之 7"),
        (unsure(1.0, 0.9971, 1.0), "more than 997 in 1,000", "超过 1,000 分之 997"),
        (unsure(0.0, 0.0, 0.0), "fewer than 1 in 1,000,000,000", "不到 1,000,000,000 分之 1"),
        (unsure(0.41, 0.40, 0.42), "41%", "41%"),
    ],
)
def test_how_few_there_may_be_is_said_in_words_and_never_fewer_than_the_interval_says(estimate, english, chinese):
    assert share_in_words(estimate) == english
    assert share_in_words(estimate, speaker("zh")) == chinese


def test_a_table_says_once_how_few_there_may_be_where_none_was_seen():
    some, none, wider = unsure(0.2, 0.1, 0.3), unsure(0.0, 0.0, 0.00073), unsure(0.0, 0.0, 0.0029)
    assert percent(none) == percent(wider) == "none\xa0seen"
    assert percent(none, speaker("zh")) == "模拟中未出现"
    assert percent(unsure(1.0, 0.99, 1.0), speaker("zh")) == "全部"
    assert none_seen_note([some], speaker("en")) == ""
    assert none_seen_note([none, wider, some], speaker("en")) == "None seen: fewer than 3 in 1,000."
    assert none_seen_note([none], speaker("zh")) == "模拟中未出现：不到 10,000 分之 8。"
