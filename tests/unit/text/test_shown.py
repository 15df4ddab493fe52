"""A few short lines for Python's prompt, and dir() without inner things."""

from typing import ClassVar

from sim.text.shown import MAX_LINES, MAX_WIDTH, Shown, flat, listed, scenario_lines, told, written


def test_whatever_is_told_has_few_short_lines():
    text = told("head " * 99, [f"{number} {'long ' * 99}" for number in range(99)])
    lines = text.splitlines()
    assert len(lines) == MAX_LINES
    assert max(map(len, lines)) == MAX_WIDTH
    assert len(text) <= 1500
    assert lines[0].endswith("…>")
    assert lines[-1] == "  … and 86 more"
    assert told("a", map(str, range(MAX_LINES - 1))).endswith("\n  13"), "what has room is told"
    assert told("a\n b", ["c\nd"]) == "<a b>\n  c d"


def test_lists_and_values_come_in_few_words():
    assert listed(["a", "b"]) == "a, b"
    assert listed("abcdef", 4) == "a, b, c, d and 2 more"
    assert written({"normal": {"mean": 0.52, "sd": 0.015}}) == "normal mean 0.52, sd 0.015"
    assert written([0.25, None]) == "0.25 to None"
    assert written(1_234_567.0) == "1.23457e+06"
    assert written(value=True) == "true"


def test_mappings_become_dotted_keys_down_to_the_fields():
    nested = {"store": {"goods": {"gross_margin": {"normal": {"mean": 0.5}}}}, "name": "x"}
    assert flat(nested) == {"store.goods.gross_margin": {"normal": {"mean": 0.5}}, "name": "x"}


def test_a_scenario_without_known_defaults_tells_all_values():
    head = {"horizon_days": 30, "start_date": "2026-01-01", "currency": "USD", "strategies": {"own": ["store"]}}
    empty = {"condition": ["own.orders[1] > 0"], "readings": {"margin": "x"}, "correlations": [], "doubts": [1]}
    mapping = head | empty | {"wallet": {"capital": 5.0}, "market": {"season": True}}
    assert list(scenario_lines(mapping, {})) == [
        "30 days from 2026-01-01; starting money 5 USD",
        "own: store",
        "own.orders[1] > 0",
        "margin: x",
        "doubts: 1",
        "other than by default (2):",
        "  wallet.capital: 5",
        "  market.season: true",
    ]


class Thing(Shown):
    _inner: ClassVar[frozenset[str]] = frozenset({"for_the_house"})

    outside = 1
    for_the_house = 2
    _hidden = 3

    def _told(self):
        return "Thing", ["one line"]


def test_dir_leaves_inner_things_out():
    assert dir(Thing()) == ["outside"]
    assert repr(Thing()) == "<Thing>\n  one line"
