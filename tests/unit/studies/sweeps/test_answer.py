"""The answer of a sweep: best and worst the right way round, turns at the right place, the one rule in every cell."""

import math

import pytest

from sim.studies.sweeps.answer import answer_of, number_or_none
from sim.studies.sweeps.answer_words import decision, extremes, separating, turning, turns_nowhere
from sim.text.labels import speaker

RATE, MARGIN, CARRIER = "store.returns.return_rate", "store.goods.gross_margin", "store.freight.carrier"
SAY = speaker("en")


def row(cell, strategy, expected, chance=0.4, half=10.0):
    """Return a row of the index, as far as the answer reads it."""
    figures = {"expected_after_owner_pay": (expected, half), "chance_after_owner_pay": (chance, 0.01)}
    ends = {}
    for name, (value, error) in figures.items():
        there = value is not None and error is not None
        ends |= {name: value, f"{name}_low": value - error if there else None}
        ends |= {f"{name}_high": value + error if there else None}
    return {"cell": cell, "strategy": strategy} | ends


def along_rate(expected, chances=None, values=(0.04, 0.08, 0.12, 0.16)):
    """Return the answer of a line of cells of one strategy."""
    cells = {f"c{place}": {RATE: value} for place, value in enumerate(values)}
    chances = chances or [0.4] * len(values)
    rows = [row(cell, "store", *found) for cell, found in zip(cells, zip(expected, chances, strict=True), strict=True)]
    return answer_of(cells, [RATE], rows)


def test_the_best_is_where_most_is_expected_and_the_worst_where_least():
    found = along_rate([60, 90, -20, -40])
    assert (found["best"]["values"], found["best"]["expected"]["estimate"]) == ({RATE: 0.08}, 90)
    assert (found["worst"]["values"], found["worst"]["expected"]["estimate"]) == ({RATE: 0.16}, -40)
    (best, at_best), (worst, at_worst) = extremes(found | {"currency": "USD"}, SAY, "en")
    assert best == "Best: own store, +90 [+80, +100] USD expected after owner's pay; a profit in 40% ±1.0 of histories."
    assert at_best == "Where: Orders returned = 8%."
    assert worst.startswith("Worst: own store, −40 [−50, −30] USD")
    assert at_worst == "Where: Orders returned = 16%."


def test_a_crossing_lies_on_the_straight_line_between_neighbours():
    found = along_rate([-20, 60, 80, 90], values=(0.08, 0.12, 0.2, 0.3))
    (axis,) = found["axes"]
    turn = axis["turns"][0]
    assert (turn["what"], turn["before"], turn["after"]) == ("expected", False, True)
    assert turn["between"] == [0.08, 0.12]
    assert turn["places"][0] == pytest.approx(0.09)
    (words,) = turning(found, SAY, "en")
    assert words.name == "Orders returned"
    assert words.turns == ["the expected loss turns to a gain between 8% and 12%, at about 9%"]


def test_gain_turns_to_loss_where_the_axis_rises_whatever_the_order_of_the_cells():
    found = along_rate([-40, 60, -20, 90], values=(0.16, 0.08, 0.12, 0.04))
    (words,) = turning(found, SAY, "en")
    assert words.turns == ["the expected gain turns to a loss between 8% and 12%, at about 11%"]


def test_the_chance_crosses_one_half_at_a_place_of_its_own():
    found = along_rate([60, 50, 40, 30], [0.7, 0.6, 0.5, 0.2])
    (words,) = turning(found, SAY, "en")
    assert words.turns == [
        "a gain is expected at every value",
        "a profit becomes less likely than not between 8% and 12%, at about 12%",
    ]
    exactly = along_rate([60, 50, 40, 30], [0.51, 0.52, 0.53, 0.54])
    assert [turn["what"] for turn in exactly["axes"][0]["turns"]] == []


def test_a_sign_that_changes_back_is_two_turns():
    found = along_rate([-10, 10, -10, 10])
    kinds = [(turn["before"], turn["lines"], len(turn["crossings"])) for turn in found["axes"][0]["turns"][:2]]
    assert kinds == [(False, 1, 2), (True, 1, 1)]


def test_in_every_cell_the_one_rule_decides():
    cells = {name: {RATE: value} for name, value in (("a", 0.1), ("b", 0.2), ("c", 0.3), ("d", 0.4))}
    rows = [row("a", "store", 50), row("a", "dual", 90), row("b", "store", 60), row("b", "dual", 20)]
    rows += [row("c", "store", 5), row("c", "dual", -9), row("d", "store", -50), row("d", "dual", -30)]
    found = answer_of(cells, [RATE], rows)
    assert found["recommended"] == [
        {"strategy": "dual", "cells": 1},
        {"strategy": "store", "cells": 1},
        {"strategy": None, "cells": 2},
    ]
    assert found["not_told_from_nothing"] == 1
    assert decision(found, SAY) == (
        "Start with Alibaba.com + own store in 1, own store in 1 of 4 cells; in 2 do not start. "
        "In 1 of those the best way cannot be told from doing nothing at this size."
    )
    (words,) = turning(found, SAY, "en")
    assert words.turns[1:] == [
        "Alibaba.com + own store gives way to own store between 10% and 20%",
        "own store gives way to do nothing between 20% and 30%",
    ]
    assert found["best"]["leading"] == "dual"


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        ([50, 60], "Start with own store, in all 2 cells."),
        ([-50, -60], "Do not start in any of the 2 cells: no way is sure to pay on average."),
        ([50, None], "So far 1 of 2 cells are there; the answer is of those. Start with own store, in all 1 cells."),
        ([None, None], "None of the cells has the figures that a recommendation needs; compute them anew."),
        (
            [50, math.nan],
            "So far 1 of 2 cells are there; the answer is of those. Start with own store, in all 1 cells.",
        ),
    ],
)
def test_the_decision_comes_first(expected, said):
    assert decision(along_rate(expected, values=(0.1, 0.2)), SAY) == said


def test_without_an_interval_nothing_is_recommended():
    found = answer_of({"a": {RATE: 0.1}}, [RATE], [row("a", "store", 50, half=None)])
    assert found["recommended"] == [{"strategy": None, "cells": 1}]
    assert number_or_none(math.nan) is number_or_none(None) is None


def grid(expected):
    """Return the answer of a grid of return rates and margins."""
    cells = {f"{rate}/{margin}": {RATE: rate, MARGIN: margin} for rate in (0.1, 0.2, 0.3) for margin in (0.4, 0.5, 0.6)}
    rows = [row(cell, "store", expected(values[RATE], values[MARGIN])) for cell, values in cells.items()]
    return answer_of(cells, [RATE, MARGIN], rows)


def test_on_a_plane_each_axis_says_between_which_places_it_turns_and_on_how_many_lines():
    found = grid(lambda rate, margin: 1000 * (margin - 0.35 - rate))
    by_rate, by_margin = found["axes"]
    assert by_rate["always"] == by_margin["always"] == {"gain": 0, "loss": 1}
    assert by_rate["turns"][0]["places"] == pytest.approx([0.15, 0.25])
    assert by_margin["turns"][0]["places"] == pytest.approx([0.45, 0.55])
    others = {crossing["others"][RATE]: crossing["place"] for crossing in by_margin["turns"][0]["crossings"]}
    assert others == {0.1: pytest.approx(0.45), 0.2: pytest.approx(0.55)}
    words = {axis.name: axis.turns for axis in turning(found, SAY, "en")}
    assert words["Orders returned"] == [
        "the expected gain turns to a loss between 15% and 25%, by what the rest is (in 2 of its 3 settings); "
        "in its other settings always a gain (0) or always a loss (1)",
    ]


def test_no_axis_is_said_to_turn_what_is_a_loss_everywhere():
    found = grid(lambda rate, margin: -100 * rate - margin)
    assert turns_nowhere(found, SAY) == (
        "No axis turns a loss into a gain or a gain into a loss: it is a loss in every cell."
    )
    assert turns_nowhere(grid(lambda rate, margin: 1000 * (margin - 0.35 - rate)), SAY) is None


def test_an_axis_that_turns_nothing_is_told_from_one_that_does():
    found = grid(lambda rate, margin: 1000 * (margin - 0.45))
    by_margin, by_rate = turning(found, SAY, "en")
    assert by_margin.turns == [
        "the expected loss turns to a gain at about 45%, whatever the rest is (in 3 of its 3 settings)"
    ]
    assert by_rate.turns == [
        "turns nothing by itself: always a gain in 2 of 3 settings of the rest, always a loss in 1"
    ]


def test_words_have_no_place_between_them():
    cells = {f"{rate}{carrier}": {RATE: rate, CARRIER: carrier} for rate in (0.1, 0.2) for carrier in ("dhl", "packet")}
    rows = [row(cell, "store", 5 if values[CARRIER] == "packet" else -5) for cell, values in cells.items()]
    found = answer_of(cells, [RATE, CARRIER], rows)
    words = {axis.name: axis.turns for axis in turning(found, SAY, "en")}
    assert ["a gain in 0 of 2 with dhl, 2 of 2 with packet cells"] in words.values()


def spread(expected, n=20):
    cells = {f"c{k}": {RATE: 0.01 * k, MARGIN: 0.3 + 0.01 * ((7 * k) % n)} for k in range(n)}
    rows = [row(cell, "store", expected(values[RATE], values[MARGIN])) for cell, values in cells.items()]
    return answer_of(cells, [RATE, MARGIN], rows)


def test_points_that_are_spread_have_no_crossings_but_what_separates_them():
    found = spread(lambda rate, margin: -100 * rate + 0.001 * margin)
    assert all(axis["lines"] == 0 and axis["turns"] == [] for axis in found["axes"])
    first = found["separates"][0]
    assert (first["keys"], first["correlation"]) == ([RATE], pytest.approx(-1.0))
    assert separating(found, SAY, "en").endswith(
        "is Orders returned: the expected profit falls with it (rank correlation −1.00, 20 cells)."
    )
    assert turning(found, SAY, "en") == []
    rising = spread(lambda rate, margin: 100 * margin)
    assert "before freight: the expected profit rises with it (rank correlation +1.00" in separating(rising, SAY, "en")


def test_nothing_is_said_to_separate_what_chance_alone_orders():
    found = spread(lambda rate, margin: math.sin(1e5 * (rate + margin)))
    assert separating(found, SAY, "en").startswith("Points are spread, so no axis moves alone, and none separates")
    assert spread(lambda rate, margin: rate, n=4)["separates"] == []


def test_an_axis_of_a_grid_has_lines_also_across_points_that_are_spread():
    cells = {
        f"{k}{m}": {RATE: 0.01 * k, MARGIN: 0.3 + 0.01 * ((3 * k) % 8), "m.x": m} for k in range(8) for m in (1, 2)
    }
    rows = [row(cell, "store", values["m.x"] - 1.5) for cell, values in cells.items()]
    found = answer_of(cells, [RATE, MARGIN, "m.x"], rows)
    assert [axis["lines"] for axis in found["axes"]] == [0, 0, 8]
    assert found["axes"][2]["turns"][0]["places"] == pytest.approx([1.5, 1.5])
