"""The screens of ``sim compare``, ``sim cash`` and ``sim learn`` on answers made by hand: every figure in its place."""

import io
import json
from dataclasses import replace
from functools import partial

import pytest
from rich.console import Console

from sim.estimates import Estimate, Importance
from sim.results.paired import AfterPay, PairedComparison
from sim.simulation.plan import Plan
from sim.studies import capital_screen, compare_screen, learn_screen
from sim.studies.capital import CapitalReport
from sim.studies.capital_search import FOUND, NONE_ENOUGH, SMALLEST_ENOUGH, CapitalNeeded, Trial
from sim.studies.compare import Comparison, Rival, Setting
from sim.studies.learn import NOT_STARTING, Learning, Worth
from sim.text.labels import label
from tests import builders

EN = partial(label, language="en")


def estimate(value, half=0.01):
    return Estimate(value, value - half, value + half, 0.95, "", 1000)


def heads(sheet):
    return [column.header for column in sheet.columns]


# ----- plans compared -----


def gap_of(months=2):
    """Return a gap in which no two figures are alike; by the end of month m the chances are m points apart."""
    return PairedComparison(
        a="aliexpress",
        b="aliexpress",
        chance_a=estimate(0.64),
        chance_b=estimate(0.41),
        probability=[estimate(month / 100, 0.004) for month in range(1, months + 1)],
        money=[estimate(1000.0 * month, 50.0) for month in range(1, months + 1)],
        beats=estimate(0.77),
        beats_other_luck=estimate(0.58),
        gain_probability=3.1,
        gain_money=7.2,
        differs=("settled_profit",),
    )


ADVICE = {"plan": builders.advised(None, reason="loss", expected=-900.0), "cheaper": builders.advised()}


def compared(*gaps, months=2, settings=()):
    rival = Rival("cheaper", list(settings), list(gaps), [])
    return Comparison("plan", "USD", tuple(range(1, months + 1)), Plan(1, 64, 4), [], [rival], ADVICE).to_dict()


def test_at_the_end_stands_first_the_plan_one_has():
    table = compare_screen.horizon_table(compared(gap_of()), EN)
    assert heads(table)[1:] == ["first", "other", "chance of profit", "mean profit"]
    chance, money = "+2.0 [+1.6, +2.4] pp", "+2,000 [+1,950, +2,050]"
    assert table.rows == [("cheaper: AliExpress", "41%", "64%", chance, money)]


def test_the_sentence_says_what_was_and_what_is():
    found = compare_screen.sentence(gap_of().to_dict(), "x", EN)
    assert found == "x: chance of profit 64% instead of 41%; mean profit +2,000 against the first."
    paid = replace(gap_of(), after_pay=AfterPay(estimate(0.33), estimate(0.22), estimate(-700.0)))
    after = "After owner's pay: chance of profit 33% instead of 22%; mean profit −700 against the first."
    assert compare_screen.sentence(paid.to_dict(), "x", EN) == f"{found} {after}"


def test_who_ends_ahead_and_what_pairing_saved():
    table = compare_screen.luck_table(compared(gap_of()), EN)
    assert heads(table)[1:] == ["same luck", "luck drawn anew", "times fewer histories: chance / profit"]
    assert table.rows == [("cheaper: AliExpress", "77%", "58%", "3.1x / 7.2x")]
    sure = replace(gap_of(), gain_money=float("inf"), beats_other_luck="too few replicates")
    assert compare_screen.luck_table(compared(sure), EN).rows[0][2:] == ("–", "3.1x / –")


@pytest.mark.parametrize(
    ("months", "shown"), [(2, [1, 2]), (8, list(range(1, 9))), (12, [2, 4, 6, 8, 10, 12]), (17, [2, 5, 8, 11, 14, 17])]
)
def test_months_are_chosen_evenly_up_to_the_last_with_half_their_interval(months, shown):
    table = compare_screen.monthly_table(compared(gap_of(months), months=months), EN)
    assert heads(table)[1:] == [str(month) for month in shown]
    assert table.rows[0][1:] == tuple(f"+{month:.1f} ±0.4" for month in shown)


@pytest.mark.parametrize(("count", "note"), [(12, ""), (13, "and 1 more: --json lists all")])
def test_settings_beyond_twelve_are_counted(count, note):
    found = compared(gap_of(), settings=[Setting(f"key_{place}", 1, 2) for place in range(count)])
    table = compare_screen.settings_table(found, found["compared"][0], EN)
    assert heads(table) == ["", "plan", "cheaper"]
    assert table.rows[0] == ("key_0", "1", "2")
    assert (len(table.rows), table.note) == (12, note)


# ----- starting capital -----


def trial(capital, ruin, profit, expected=700.0, ads=50.0):
    return Trial(capital, estimate(ruin), estimate(profit), estimate(expected, 90.0), ads)


GRID = (trial(1000.0, 0.31, 0.21), trial(4000.0, 0.16, 0.23, 800.0), trial(16_000.0, 0.12, 0.25, -900.0, 60.0))


AT = trial(5200.0, 0.15, 0.24)


def needed(status=FOUND, at=AT, low=4876.0, high=5432.0, rise=None, grid=GRID):
    return CapitalNeeded("aliexpress", 0.15, status, at and 5123.0, low, high, at, grid, rise, 9)


LOSING = tuple(replace(each, expected=estimate(-each.capital, 90.0)) for each in GRID)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (needed(), "with 5,130 (4,870–5,440) of starting money, at most 15% of such shops run out of cash within 2 m"),
        (needed(), "2 months; 24% of them make a profit."),
        (needed(low=None), "5,130 (<1,000–5,440)"),
        (needed(high=None), "5,130 (4,870–>16,000)"),
        (needed(SMALLEST_ENOUGH), "even 1,000, the least that was tried, is enough: 31% run out of cash"),
        (needed(NONE_ENOUGH, at=None), "not even 16,000, the most that was tried, is enough: 12% still run out"),
        (needed(rise=(4000.0, 16_000.0)), "With more money more is advertised, and lost: with 16,000 more of them run"),
        (needed(rise=(1000.0, 4000.0)), "With 4,000 more of them run out of cash than with 1,000."),
        (needed(at=None, status=NONE_ENOUGH, grid=LOSING), "at best, with 1,000, −1,000 [−1,090, −910] on average"),
    ],
)
def test_the_capital_is_rounded_up_and_its_interval_outwards(answer, words):
    assert words in capital_screen.sentence(answer.to_dict(), "2 months", EN)


def test_ruin_and_profit_over_capital_each_on_their_line():
    table = capital_screen.curve_table(needed().to_dict(), EN)
    assert heads(table)[1:] == ["1,000", "4,000", "16,000"]
    assert table.rows == [
        ("out of cash", "31%", "16%", "12%"),
        ("chance of profit", "21%", "23%", "25%"),
        ("mean profit", "700", "800", "−900"),
    ]


def test_what_no_amount_pays_is_said_only_where_none_does():
    assert "makes it pay" not in capital_screen.sentence(needed().to_dict(), "2 months", EN)
    unsure = tuple(replace(each, expected=estimate(10.0, 90.0)) for each in GRID)
    told = capital_screen.sentence(needed(at=None, status=NONE_ENOUGH, grid=unsure).to_dict(), "2 months", EN)
    assert "With no amount tried is it sure to pay on average: at best, with 1,000, +10 [−80, +100]" in told


# ----- what to find out first -----

PRICE, CLICK, MARGIN = "aliexpress.prices.mean_value", "aliexpress.p4p.cpc", "aliexpress.goods.gross_margin"
SINGLE = (
    Worth((PRICE,), estimate(321.0, 20.0), 40.0),
    Worth((CLICK,), estimate(60.0, 25.0), 40.0),
    Worth((MARGIN,), Estimate(0.0, 0.0, 7.0, 0.95, "", 1000), 40.0),
)
MEANINGS = {PRICE: "price", CLICK: "click", MARGIN: "margin"}


def importance(shares, luck):
    """Return an importance over two months of which the last one counts; a share of 5% is noise."""
    found = {name: (estimate(0.99), estimate(value)) for name, value in shares.items()}
    return Importance(found, (0.0, 0.05), (0.98, luck))


def learning(**changes):
    found = Learning(
        currency="USD",
        months=(1, 2),
        chance={"aliexpress": importance({PRICE: 0.21, CLICK: 0.04, MARGIN: 0.03}, 0.5)},
        money={"aliexpress": importance({PRICE: 0.32, CLICK: 0.43, MARGIN: 0.02}, 0.17)},
        choices=((NOT_STARTING, 0.0), ("aliexpress", 900.0)),
        recommendation=builders.advised(among=1),
        everything=(555.0, 777.0),
        single=SINGLE,
        sections={
            "aliexpress.goods": Worth((PRICE, MARGIN), estimate(444.0, 30.0), 40.0),
            "aliexpress.p4p": Worth((CLICK,), estimate(41.0, 3.0), 40.0),
        },
    )
    return replace(found, **changes).to_dict()


def test_what_is_worth_most_stands_first_and_the_rest_is_counted():
    table = learn_screen.worth_table(learning(), MEANINGS, EN)
    assert heads(table) == ["number", "worth knowing", "AliExpress"]
    assert table.rows == [
        (f"{PRICE}\n  price", "321\n[301, 341]", "21% / 32%"),
        (f"{CLICK}\n  click", "at most 85", "– / 43%"),
    ]
    assert table.note == "1 further numbers make no difference that could be seen"


def test_among_numbers_worth_nothing_the_one_that_drives_the_result_stands_first():
    unknown = tuple(replace(worth, gain=estimate(0.0)) for worth in SINGLE)
    rows = learn_screen.worth_table(learning(single=unknown), MEANINGS, EN).rows
    assert [row[0].split("\n")[0] for row in rows] == [CLICK, PRICE]


def test_the_first_thing_to_find_out_and_the_luck_of_the_last_month():
    first = learn_screen.first_sentence(learning(), MEANINGS, EN).text
    assert first.startswith(f"Find out first: {PRICE} (price).")
    assert "is worth 321 [301, 341] USD on average; knowing everything 555 to 777." in first
    assert learn_screen.luck_sentence(learning(), EN).text.endswith("find out beforehand: AliExpress 17%.")
    nothing = learning(single=SINGLE[1:])
    said = learn_screen.first_sentence(nothing, MEANINGS, EN).text
    assert said.startswith("No single number changes that choice")
    assert "at most 777 USD" in said


def test_learning_begins_with_what_to_take():
    assert printed(learn_screen.learning_screen(learning())).startswith("Take: AliExpress.")
    nothing = learning(recommendation=builders.advised(None, reason="loss", among=1))
    assert nothing["best_choice"] == NOT_STARTING
    assert printed(learn_screen.learning_screen(nothing)).startswith("Do nothing: AliExpress is expected")


def test_a_comparison_says_what_to_take_under_every_plan():
    first, second = compare_screen.advised(compared(gap_of()), EN)
    assert first.startswith(
        "plan: Do nothing: the nearest of 2 to a profit, AliExpress, is expected to bring −900 [−1,000, −800] USD"
    )
    assert second.startswith("cheaper: Take: AliExpress. It is expected to bring +800 [+700, +900] USD")
    alone = compared(gap_of()) | {"recommendations": {"plan": builders.advised()}}
    assert compare_screen.advised(alone, EN)[0].startswith("Take:")


def test_what_knowing_is_worth_is_written_with_its_interval():
    price, click, _ = learning()["worth_of_knowing"]
    assert price == {
        "inputs": [PRICE],
        **{"estimate": 321.0, "low": 301.0, "high": 341.0, "level": 0.95, "method": "", "n": 1000},
        **{"noise_floor": 40.0, "worth_knowing": True},
    }
    assert not click["worth_knowing"], "its estimate is above the floor, its lower end is not"
    assert not learning(single=(Worth((PRICE,), estimate(60.0, 20.0), 40.0),))["worth_of_knowing"][0]["worth_knowing"]


@pytest.mark.parametrize(("high", "shown"), [(0.2, "at most 1"), (1234.0, "at most 1,234"), (0.0, "–")])
def test_the_most_that_knowing_could_be_worth_is_rounded_up(high, shown):
    worth = Worth((PRICE,), Estimate(0.0, 0.0, high, 0.95, "", 1000), 0.0)
    assert learn_screen.amount(worth.to_dict(), EN) == shown


def test_sections_name_their_numbers_and_what_they_are_worth_together():
    assert learn_screen.sections_table(learning(), EN).rows == [
        ("aliexpress.goods: mean_value, gross_margin", "444 [414, 474]"),
        ("aliexpress.p4p: cpc", "at most 44"),
    ]


# ----- files that --json wrote -----


def printed(screen):
    console = Console(file=io.StringIO(), width=110)
    console.print(screen)
    return console.file.getvalue()


@pytest.mark.parametrize(
    ("screen", "answer", "more"),
    [
        (compare_screen.comparing_screen, compared(gap_of(), settings=[Setting("wallet.capital", 1.0, None)]), ()),
        (
            capital_screen.capital_screen,
            CapitalReport("toy", "USD", 75, 8, 1, 1, 8, (needed(),), {"wallet.credit_limit": 9.0}).to_dict(),
            (),
        ),
        (learn_screen.learning_screen, learning(), ()),
    ],
)
def test_an_answer_that_was_written_is_shown_again(screen, answer, more):
    kept = json.loads(json.dumps(answer, allow_nan=False))
    shown = printed(screen(answer, *more))
    assert len(shown.splitlines()) > 5
    assert printed(screen(kept, *more)) == shown
