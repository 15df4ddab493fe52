"""What stands beside the lines and below the titles: each name at its own line, each figure that of what it names."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

import sim
from sim.show import plots
from sim.show.plots.activity import freezes_of


@pytest.fixture(scope="module")
def result():
    scenario = sim.load("configs/article.yaml", ["horizon_days=90", "store.paypal_freeze.annual_probability=0.9"])
    return sim.run(scenario, worlds=128, replicates=4)


def canvas():
    return Figure(figsize=(9.0, 5.5), layout="constrained").add_subplot()


def said(ax):
    """Return all that is written on a picture, on one line."""
    return " ".join(" ".join(text.get_text() for text in (ax._left_title, *ax.texts)).split())


def points_at(ax, name):
    """Return the height to which the thread of a name leads."""
    [label] = [text for text in ax.texts if " ".join(text.get_text().split()) == name]
    return label.xy[1]


def test_ruin_and_profit_are_named_at_their_own_lines_over_capital():
    ends = {"ruin_low": 0.1, "ruin_high": 0.7, "profit_low": 0.05, "profit_high": 0.9}
    rows = [{"capital": c, "ruin": r, "profit": p, **ends} for c, r, p in ((1000, 0.6, 0.1), (9000, 0.2, 0.7))]
    ax = plots.capital_against_ruin(rows, "USD", 0.05, ax=canvas())
    assert (points_at(ax, "out of cash"), points_at(ax, "chance of profit")) == (0.2, 0.7)
    bands = [band.get_paths()[0].vertices[:, 1] for band in ax.collections]
    assert [(band.min(), band.max()) for band in bands] == [(0.1, 0.7), (0.05, 0.9)]
    assert "dotted: 5% run out of cash" in said(ax)
    assert [0.05, 0.05] in [list(line.get_ydata()) for line in ax.lines]


def test_the_ruined_are_named_within_their_part_of_the_picture():
    poor = sim.load("configs/market.yaml", ["horizon_days=120", "strategies={x: [alibaba, store]}"])
    found = sim.run(poor, worlds=64, replicates=4)
    ax = plots.time_to_profit(found, ax=canvas())
    told = found.summary()["strategies"]["x"]
    reached, lost = (told[key]["incidence"][-1]["estimate"] for key in ("time_to_profit", "ruined_first"))
    assert points_at(ax, "out of cash first") == pytest.approx(1.0 - lost / 2.0)
    assert points_at(ax, "has made a profit") == pytest.approx(reached)


def test_a_week_is_seven_days_of_a_month_of_thirty(result):
    ax = plots.cash_fan(result, "independent", ax=canvas())
    assert list(ax.lines[0].get_xdata()) == pytest.approx([7.0 * week / 30.0 for week in range(1, 13)])


def test_half_of_the_frozen_and_those_frozen_again_are_counted_among_the_frozen(result):
    ax = plots.freezes(result, "independent", ax=canvas())
    count, days, money = freezes_of(result, "independent")
    hit = money > 0
    again = 100 * (count[hit] > 1).mean()
    assert 1 < again < 99
    assert f"{again:.0f}%" in said(ax)
    assert f"{np.percentile(days[hit], 50, method='inverted_cdf'):.0f} days" in said(ax)


def test_who_ends_ahead_is_the_first_and_the_mean_has_its_interval(result):
    ax = plots.paired_difference(result, "aliexpress", "independent", ax=canvas())
    first, second = (result.record(name).monthly["settled_profit"][-1] for name in ("aliexpress", "independent"))
    ahead = 100 * (first > second).mean()
    assert abs(ahead - 50) > 2
    assert f"{ahead:.0f}% [" in said(ax)
    mean = result.compare("aliexpress", "independent")["money"]
    [span] = [patch for patch in ax.patches if patch.get_alpha() == 0.22]
    assert (span.get_x(), span.get_x() + span.get_width()) == pytest.approx((mean.low, mean.high))


def test_a_calendar_names_what_decided_a_history_by_hand():
    rows = [
        (0, "", "wallet", "opening balance", "cash", "capital", "1000"),
        (1, "", "store", "costs", "rent", "cash", "100"),
        (1, "", "store", "costs", "apps", "cash", "50"),
        (2, "", "store", "freeze", "PayPal frozen", "PayPal balance", "30"),
        (3, "", "store", "costs", "rent", "unpaid bills", "20"),
        (4, "", "store", "costs", "apps", "cash", "60"),
        (4, "", "store", "ads", "advertising", "cash", "340"),
        (5, "", "store", "freeze", "cash", "PayPal frozen", "30"),
        (6, "", "store", "freeze", "PayPal frozen", "PayPal balance", "10"),
        (7, "", "store", "costs", "rent", "unpaid bills", "20"),
    ]
    ax = plots.path_calendar(rows, "USD", ax=canvas())
    events = " ".join(ax.get_xlabel().split()).removeprefix("day 1 ")
    assert events.split("; ") == [
        "−150: rent",
        "2 account frozen",
        "3 bills unpaid",
        "4 −400: advertising",
        "5 account frozen",
    ]
    marked = sorted(line.get_xdata()[0] for line in ax.lines if line.get_linestyle() == ":")
    assert marked == [1, 2, 3, 4, 6]


@pytest.mark.parametrize("draw", [plots.sweep_lines, plots.sweep_scatter])
def test_bars_of_a_sweep_reach_from_the_low_to_the_high_end(draw):
    figures = {"chance": [0.3, 0.5], "chance_low": [0.28, 0.47], "chance_high": [0.35, 0.56]}
    bands = {"by_inputs_low": [0.1, 0.2], "by_inputs_high": [0.6, 0.8]}
    axes = {"cell": ["a", "b"], "store.meta.cpc": [1.0, 2.0], "strategy": "independent", "month": 6}
    ax = draw(pd.DataFrame(axes | figures | bands), "store.meta.cpc", ax=canvas())
    _, _, [bars] = ax.containers[0].lines
    drawn = [segment[:, 1] for segment in bars.get_segments()]
    np.testing.assert_allclose(drawn, [[0.28, 0.35], [0.47, 0.56]])
