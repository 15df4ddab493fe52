"""What the pictures say in figures and where they write it: estimators' numbers, nothing clipped, nothing covered."""

import itertools
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.text import Text

import sim
from sim.estimates import outcomes_at
from sim.show import plots
from sim.show.plots import PlotError, money, style
from sim.show.plots.activity import daily_balances, freezes_of, group_means, noise_of_a_dummy
from sim.show.plots.chance import round_amounts
from sim.show.plots.money import statement_bars
from sim.show.plots.style import DARK_PALETTE, THEMES, apart, wrapped
from sim.text.labels import label
from sim.text.numbers import money as amount
from sim.text.numbers import three

CURVE = [
    {
        "capital": c,
        "ruin": r,
        "ruin_low": r / 2,
        "ruin_high": 1.2 * r,
        "profit": 0.2,
        "profit_low": 0.1,
        "profit_high": 0.3,
    }
    for c, r in ((1000, 0.6), (4000, 0.2), (16000, 0.01))
]
DRAWN = {
    "probability_of_profit": lambda result, ax: plots.probability_of_profit(result, ax=ax),
    "profit_fan": lambda result, ax: plots.profit_fan(result, "dual", ax=ax),
    "final_profit": lambda result, ax: plots.final_profit(result, ax=ax),
    "paired_difference": lambda result, ax: plots.paired_difference(result, "aliexpress", "independent", ax=ax),
    "profit_and_loss": lambda result, ax: plots.profit_and_loss(result, "dual", ax=ax),
    "time_to_profit": lambda result, ax: plots.time_to_profit(result, "dual", ax=ax, event="stable"),
    "capital_against_ruin": lambda result, ax: plots.capital_against_ruin(CURVE, "USD", 0.05, ax=ax),
    "funnel": lambda result, ax: plots.funnel(result, ax=ax),
    "freezes": lambda result, ax: plots.freezes(result, ax=ax),
    "drivers": lambda result, ax: plots.drivers(result, "aliexpress", ax=ax, outcome="money"),
    "per_order": lambda result, ax: plots.per_order(result, "independent", ax=ax),
    "path_calendar": lambda result, ax: result.plot.path_calendar(3, "independent", ax=ax),
}


@pytest.fixture(scope="module")
def result():
    scenario = sim.load("configs/article.yaml", ["horizon_days=120", "store.paypal_freeze.annual_probability=0.6"])
    return sim.run(scenario, worlds=256, replicates=4)


def canvas(width=9.0, height=5.5):
    figure = Figure(figsize=(width, height), dpi=100, layout="constrained")
    FigureCanvasAgg(figure)
    return figure.add_subplot()


def boxes(ax):
    """Return (text, box in pixels) of all that is written."""
    ax.figure.canvas.draw()
    inside = ax.get_window_extent()
    found = []
    for text in (ax._left_title, ax.xaxis.label, ax.yaxis.label, *ax.texts):
        found.append((text, Text.get_window_extent(text)))  # of an annotation without its arrow
    for axis, ends in ((ax.xaxis, (inside.x0, inside.x1)), (ax.yaxis, (inside.y0, inside.y1))):
        for tick in axis.get_ticklabels():  # those beyond the ends are not drawn
            box = tick.get_window_extent()
            centre = (box.x0 + box.x1) / 2 if axis is ax.xaxis else (box.y0 + box.y1) / 2
            if ends[0] - 2 <= centre <= ends[1] + 2:
                found.append((tick, box))
    return [(text, box) for text, box in found if text.get_text() and text.get_visible()]


@pytest.mark.slow
@pytest.mark.parametrize("name", DRAWN)
@pytest.mark.parametrize("size", [(9.0, 5.5), (3.75, 3.0)])
def test_nothing_written_is_clipped_or_written_over_at_either_width(result, name, size):
    with plots.theme("light"):
        ax = DRAWN[name](result, canvas(*size))
        found = boxes(ax)
    width, height = 100 * size[0], 100 * size[1]
    for text, box in found:
        assert box.x0 >= -1, text.get_text()
        assert box.x1 <= width + 1, text.get_text()
        assert box.y0 >= -1, text.get_text()
        assert box.y1 <= height + 1, text.get_text()
    assert ax.get_position().width > (0.58 if size[0] > 5 else 0.42), "words must not squeeze the picture"
    for (one, a), (other, b) in itertools.combinations(found, 2):
        across = min(a.x1, b.x1) - max(a.x0, b.x0)
        along = min(a.y1, b.y1) - max(a.y0, b.y0)
        assert min(across, along) < 3, f"{one.get_text()!r} covers {other.get_text()!r}"


def test_a_picture_says_the_same_figures_as_the_screen(result):
    ax = plots.final_profit(result, ax=canvas())
    written = {text.get_text() for text in ax.texts}
    for name, found in result.summary()["strategies"].items():
        assert f"{label(name)}: {three(found['settled_profit'])}" in written
    lost = plots.profit_and_loss(result, "aliexpress", ax=canvas())
    p5, _, p95 = three(result.summary()["strategies"]["aliexpress"]["settled_profit"]).split(" / ")
    assert any(text.get_text().endswith(f"({p5} / {p95})") for text in lost.texts), "nothing is drawn by the owner"


@pytest.mark.parametrize("size", [(9.0, 5.5), (3.9, 3.4)])
def test_no_line_runs_through_the_figures_at_the_end(result, size):
    with plots.theme("light"):
        ax = plots.final_profit(result, ax=canvas(*size))
        ax.figure.canvas.draw()
    [zero] = [lines for lines in ax.collections if isinstance(lines, LineCollection)]
    pieces = [ax.transData.transform(piece)[:, 1] for piece in zero.get_segments()]
    figures = [text for text in ax.texts if "/" in text.get_text() and text.get_bbox_patch()]
    assert len(pieces) == len(figures) == len(result.strategies)
    for text in figures:
        box = Text.get_window_extent(text)
        assert not [piece for piece in pieces if piece.min() < box.y1 - 1 and piece.max() > box.y0 + 1]
        assert to_hex(text.get_bbox_patch().get_facecolor()) == THEMES["light"]["paper"], "the grid is covered"


def test_the_band_of_whole_paths_is_seen_whole_or_said_to_go_on(result, monkeypatch):
    for draw in (plots.profit_fan, plots.cash_fan):
        ax = draw(result, "aliexpress", ax=canvas())
        band = ax.collections[0].get_paths()[0].vertices[:, 1]
        assert ax.get_ylim()[0] < band.min()
        assert ax.get_ylim()[1] > band.max()
        assert "go on to" not in " ".join(ax.texts[0].get_text().split())
    monkeypatch.setattr(money, "FURTHEST", 0.01)
    ax = plots.profit_fan(result, "aliexpress", ax=canvas())
    assert ax.get_ylim()[1] < band.max()
    band = ax.collections[0].get_paths()[0].vertices[:, 1]
    said = " ".join(ax.texts[0].get_text().split())
    assert f"whole histories go on to {amount(band.min())} / {amount(band.max())}" in said


def test_a_calendar_in_chinese_names_accounts_as_the_statements_do(result):
    with mpl.rc_context({"svg.fonttype": "none"}):  # no word about fonts of this machine
        ax = result.plot.path_calendar(7, "independent", ax=canvas(), language="zh")
    assert re.search(r"\d −[\d,]+: ", ax.get_xlabel())
    assert not re.search("[a-z]", ax.get_xlabel().replace("PayPal", "")), ax.get_xlabel()


def test_what_rounds_to_zero_has_no_minus():
    assert [amount(value) for value in (-0.3, 0.3, -0.6)] == ["0", "0", "−1"]


def test_labels_are_moved_apart_as_little_as_can_be():
    assert apart([5.0, 5.0], [2.0, 2.0]) == [4.0, 6.0]
    assert apart([0.0, 10.0], [2.0, 2.0]) == [0.0, 10.0]
    assert apart([], []) == []
    assert apart([5.0, 5.0], [2.0, 2.0], highest=6.0) == [3.0, 5.0]
    assert apart([5.0, 5.0], [2.0, 2.0], lowest=5.0) == [6.0, 8.0]
    assert apart([5.0, 5.0], [2.0, 2.0], lowest=4.0, highest=6.0) == [5.0, 7.0]
    wanted, heights = [1.0, 1.2, 1.3, 9.0], [1.0, 2.0, 1.0, 1.0]
    places = apart(wanted, heights)
    for position in range(3):
        assert places[position + 1] - places[position] >= (heights[position] + heights[position + 1]) / 2 - 1e-12
    assert np.mean(places[:3]) == pytest.approx(np.mean(wanted[:3]))
    assert places[3] == 9.0


def test_lines_are_broken_by_the_width_of_their_letters():
    assert wrapped("one two three four", 60.0, 10.0) == ["one two", "three four"]
    assert max(len(line) for line in wrapped("结果范围方框内占一半线上占九成", 100.0, 10.0)) <= 10
    assert amount(-1234567.4) == "−1,234,567"


def test_figures_of_an_axis_that_would_be_cut_off_are_left_out():
    ax = canvas(3.75, 3.0)
    ax.set_xlim(-20_100, 30_000)
    style.money_axis(ax, "USD", axis="x")
    assert list(ax.get_xticks()) == [0, 20_000]
    assert ax.get_xlim() == (-20_100, 30_000)


def test_a_small_chance_is_told_in_figures_on_an_axis_of_all_chances(result):
    poor = sim.run(result.scenario.with_({"store.goods.gross_margin": 0.05}), worlds=128, replicates=4)
    ax = plots.probability_of_profit(poor, ["independent"], ax=canvas())
    assert ax.get_ylim() == (0.0, 1.0)
    assert "own store none seen" in " ".join(text.get_text() for text in ax.texts).replace("\xa0", " ")
    assert all(collection.get_paths()[0].vertices[:, 1].max() <= 0.05 for collection in ax.collections), "no slab"


def test_dark_pictures_keep_their_colours_after_the_theme_was_left(result):
    with plots.theme("dark"):
        ax = plots.probability_of_profit(result, ["dual"], ax=canvas())
    ax.figure.canvas.draw()
    assert to_hex(ax.get_xticklabels()[0].get_color()) == THEMES["dark"]["ink"]
    assert to_hex(ax.get_yticklabels()[0].get_color()) == THEMES["dark"]["ink"]
    assert ax.lines[0].get_color() == DARK_PALETTE[0]


def test_one_history_a_shop_cannot_tell_it_from_its_luck(result):
    one = sim.run(result.scenario, worlds=64, replicates=1)
    alone = plots.probability_of_profit(one, ax=canvas())
    assert not alone.patches
    said = " ".join(text.get_text() for text in alone.texts)
    assert "shops" not in said
    assert "simulation error" in said


def test_steady_profit_and_its_bars_are_the_estimators(result):
    ax = plots.time_to_profit(result, "aliexpress", ax=canvas(), event="stable")
    record = result.record("aliexpress")
    ruin = np.floor(record.paths["ruin_day"].astype(float) / 30) + 1
    bands = result.sample.incidence(record.paths["first_stable_month"], 4, ruin).bands
    line, _, [bars] = ax.containers[0].lines
    np.testing.assert_allclose(line.get_ydata(), [e.estimate for e in bands])
    drawn = [segment[:, 1] for segment in bars.get_segments()]
    np.testing.assert_allclose(drawn, [[e.low, e.high] for e in bands], atol=1e-12)
    assert bands[-1].estimate > 0.1


def test_bars_of_a_difference_are_shares_and_none_counts_for_both_sides(result):
    ax = plots.paired_difference(result, "aliexpress", "independent", ax=canvas())
    gap = np.subtract(
        *(result.record(s).monthly["settled_profit"][-1].astype(float) for s in ("aliexpress", "independent"))
    )
    left = [bar for bar in ax.patches if bar.get_hatch()]
    right = [bar for bar in ax.patches if bar.get_facecolor()[:3] == ax.containers[0][0].get_facecolor()[:3]]
    assert all(bar.get_x() + bar.get_width() <= 1e-6 for bar in left)
    assert all(bar.get_x() >= -1e-6 for bar in right)
    assert sum(bar.get_height() for bar in right) == pytest.approx((gap > 0).mean(), abs=0.02)
    mean = result.compare("aliexpress", "independent")["money"]
    assert f"{mean.estimate:+,.0f}".replace("-", "−") in " ".join(t.get_text() for t in ax.texts).replace("\n", " ")
    range_of_outcomes = next(line for line in ax.lines if len(line.get_xdata()) == 2 and line.get_marker() == "|")
    np.testing.assert_allclose(range_of_outcomes.get_xdata(), outcomes_at(gap, (0.05, 0.95)))


def test_a_statement_that_was_read_back_is_drawn_as_it_was(result, tmp_path):
    fresh = plots.profit_and_loss(result, "aliexpress", ax=canvas())
    again = plots.profit_and_loss(sim.read(result.save(tmp_path / "run")), "aliexpress", ax=canvas())
    widths = [[bar.get_width() for bar in ax.patches] for ax in (fresh, again)]
    assert widths[0] == widths[1]
    names = [[tick.get_text() for tick in ax.get_yticklabels()] for ax in (fresh, again)]
    assert names[0] == names[1]
    lines = result.record("aliexpress").profit_and_loss
    low, high = outcomes_at(lines["cost of goods"].sum(axis=0, dtype=float), (0.05, 0.95))
    for ax in (fresh, again):
        assert any(f"({amount(low)} / {amount(high)})" in text.get_text() for text in ax.texts)
    small = plots.profit_and_loss(result, "aliexpress", ax=canvas(3.75, 3.0))
    assert "in parentheses" in " ".join(text.get_text() for text in fresh.texts)
    assert "in parentheses" not in " ".join(text.get_text() for text in small.texts), "there is no room for any"


def test_the_figures_of_where_the_money_went_add_up_as_they_are_printed(result):
    rows = result.statement_rows("dual", total=True)
    bars = statement_bars(rows, "en")
    at = 0
    for bar in bars:
        if bar.subtotal:
            assert bar.mean == at, bar.name
        else:
            at += bar.mean
    assert [bar.name for bar in bars if bar.subtotal][:2] == ["net sales", "contribution before ads"]
    assert sum("smaller lines" in bar.name for bar in bars) >= 1
    assert sum(not row["subtotal"] for row in rows) > sum(not bar.subtotal for bar in bars)
    ax = plots.profit_and_loss(result, "dual", ax=canvas())
    starts = {tick.get_text(): bar.get_x() for tick, bar in zip(ax.get_yticklabels(), ax.patches, strict=True)}
    assert starts["net sales"] == starts["operating profit"] == 0.0
    assert starts["cost of goods"] == next(bar.mean for bar in bars if bar.name == "net sales")


def test_a_funnel_writes_means_and_ratios_of_means(result):
    ax = plots.funnel(result, "independent", ax=canvas())
    monthly = result.record("independent").monthly
    clicks, impressions = (monthly[name].sum(axis=0, dtype=float).mean() for name in ("clicks", "impressions"))
    carts, orders = (monthly[name].sum(axis=0, dtype=float).mean() for name in ("carts", "orders"))
    for upper, lower in ((impressions, clicks), (clicks, carts), (carts, orders)):
        assert f"{lower:,.0f}  ({100 * lower / upper:.2g}%)" in [text.get_text() for text in ax.texts]
    whisker = ax.lines[0].get_xdata()
    np.testing.assert_allclose(whisker, outcomes_at(monthly["impressions"].sum(axis=0, dtype=float), (0.05, 0.95)))


def test_a_funnel_without_traffic_is_refused(result):
    record = result.record("independent")
    silent = {name: np.zeros_like(table) for name, table in record.monthly.items()}
    nothing = replace(result, records={"independent": replace(record, monthly=silent)})
    with pytest.raises(PlotError, match="'independent' had no traffic"):
        plots.funnel(nothing, "independent")


def test_freezes_are_one_point_a_history_with_money_locked_and_their_share_is_named(result):
    ax = plots.freezes(result, "independent", ax=canvas())
    count, days, money = freezes_of(result, "independent")
    hit = money > 0
    assert hit.sum() < (count > 0).sum(), "an empty account was frozen, too"
    points = np.asarray(ax.collections[0].get_offsets())
    assert len(points) == hit.sum() > 20
    np.testing.assert_allclose(points[:, 1], money[hit])
    assert np.abs(points[:, 0] - days[hit]).max() <= 0.35
    assert f"{100 * hit.mean():.0f}%" in ax.get_title(loc="left")
    empty = 100 * ((count > 0) & ~hit).mean()
    assert f"in {empty:.0f}% more" in " ".join(" ".join(text.get_text() for text in ax.texts).split())
    assert ax.get_ylim()[0] == 0.0, "nobody has less than nothing locked"


def test_where_no_money_was_locked_there_are_no_axes_but_words(result):
    record = result.record("independent")
    spared = {name: np.zeros_like(row) if "frozen_money" in name else row for name, row in record.paths.items()}
    ax = plots.freezes(
        replace(result, records={"independent": replace(record, paths=spared)}), "independent", ax=canvas()
    )
    assert not ax.axison
    assert re.search(r": fewer than \d in [\d,]+$", ax.get_title(loc="left").replace("\n", " "))
    assert "frozen with nothing on it" in " ".join(ax.texts[0].get_text().split())


def test_where_nothing_drives_a_result_no_axis_says_otherwise(result):
    never = sim.run(result.scenario.with_({"store.goods.gross_margin": 0.05}), worlds=128, replicates=4)
    assert never.estimate_profit("independent")[-1].estimate == 0.0
    ax = plots.drivers(never, "independent", ax=canvas())
    assert not ax.axison
    assert not ax.lines
    assert "Nothing seen" in ax.texts[0].get_text()


@pytest.mark.parametrize("draw", ["final_profit", "paired_difference"])
def test_an_axis_of_money_has_its_zero_wherever_the_outcomes_lie(result, draw):
    for shift in (-1e6, 0.0, 1e6):
        records = {}
        for name in ("aliexpress", "independent"):
            record = result.record(name)
            gone = shift if name == "aliexpress" else shift / 2
            records[name] = replace(
                record, monthly=record.monthly | {"settled_profit": record.monthly["settled_profit"] + gone}
            )
        moved = replace(result, records=result.records | records)
        ax = getattr(plots, draw)(
            moved,
            *(("aliexpress", "independent") if draw == "paired_difference" else (["aliexpress", "independent"],)),
            ax=canvas(),
        )
        low, high = ax.get_xlim()
        assert low < 0.0 < high
        assert 0.0 in ax.get_xticks()


@pytest.mark.parametrize("shift", [-1e6, 1e6])
def test_money_that_drives_has_its_zero_too(result, shift):
    record = result.record("aliexpress")
    monthly = record.monthly | {"settled_profit": record.monthly["settled_profit"] + shift}
    moved = replace(result, records=result.records | {"aliexpress": replace(record, monthly=monthly)})
    ax = plots.drivers(moved, "aliexpress", ax=canvas(), outcome="money")
    assert ax.get_ylim()[0] < 0.0 < ax.get_ylim()[1]
    assert any(np.all(np.asarray(line.get_ydata()) == 0.0) for line in ax.lines), "the line of zero"


def test_a_dummy_input_stays_within_its_band_and_below_its_floor():
    rng = np.random.default_rng(7)
    means = rng.random(500) ** 3
    reach, floor = noise_of_a_dummy(means, 1)
    drawn = np.array([group_means(means, rng.random(500)) for _ in range(4000)])
    inside = (np.abs(drawn - means.mean()) <= reach).mean()
    assert inside == pytest.approx(0.95, abs=0.01)
    assert (drawn.var(axis=1) > floor).mean() == pytest.approx(0.05, abs=0.015)
    assert noise_of_a_dummy(means, 40)[1] > floor


def test_inputs_that_do_not_stand_out_are_not_drawn(result):
    ax = plots.drivers(result, "aliexpress", ax=canvas(), count=99)
    means = result.profitable("aliexpress")[-1].reshape(-1, 4).mean(axis=1)
    _, floor = noise_of_a_dummy(means, len(result.worlds))
    above = [key for key, column in result.worlds.items() if group_means(means, column).var() > floor]
    assert 0 < len(ax.lines) == len(above) < len(result.worlds)
    with pytest.raises(PlotError, match="need 50 worlds"):
        plots.drivers(sim.run(result.scenario, worlds=32), "aliexpress")


def test_balances_of_a_calendar_by_hand():
    rows = [
        (0, "", "wallet", "opening balance", "cash", "capital", "100.00"),
        (1, "", "store", "freeze", "PayPal frozen", "PayPal balance", "30.00"),
        (2, "", "store", "freeze", "cash", "PayPal frozen", "30.00"),
        (2, "", "store", "costs", "rent", "cash", "80.00"),
    ]
    cash, frozen = daily_balances(rows)
    np.testing.assert_allclose(cash, [100, 100, 50])
    np.testing.assert_allclose(frozen, [0, 30, 0])
    ax = plots.path_calendar(rows, "USD", ax=canvas())
    assert ax.get_xlabel() == "day\n1 account frozen; 2 −50: rent"


def test_a_curve_may_be_a_frame_or_come_from_the_answer_to_how_much_money():
    nested = [
        {"capital": row["capital"]}
        | {k: {"estimate": row[k], "low": row[f"{k}_low"], "high": row[f"{k}_high"]} for k in ("ruin", "profit")}
        for row in CURVE
    ]
    assert plots.curve_rows(nested) == CURVE
    trials = [SimpleNamespace(to_dict=lambda trial=trial: trial) for trial in nested]
    assert plots.curve_rows(trials) == CURVE, "of an answer in Python"
    one, other = (plots.capital_against_ruin(rows, ax=canvas()) for rows in (CURVE, pd.DataFrame(CURVE)))
    np.testing.assert_array_equal(one.lines[0].get_ydata(), other.lines[0].get_ydata())
    np.testing.assert_array_equal(one.lines[0].get_ydata(), [row["ruin"] for row in CURVE])
    assert round_amounts(900.0, 32_000.0, 500.0) == [1000, 2000, 5000, 10_000, 20_000]
    assert round_amounts(900.0, 32_000.0, 60.0) == [1000, 10_000]


def test_what_is_no_axes_is_not_drawn_on(result):
    for ax in ("shop", canvas().figure):
        with pytest.raises(PlotError, match=r"ax: found .*; give axes"):
            plots.final_profit(result, (), ax)


@pytest.mark.slow
def test_pictures_can_be_drawn_side_by_side(result):
    def draw(name):
        ax = DRAWN[name](result, canvas())
        ax.figure.canvas.draw()
        return ax.get_title(loc="left")

    names = [name for name in DRAWN if name != "path_calendar"]
    alone = [draw(name) for name in names]
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(draw, names)) == alone


def test_matplotlib_is_not_loaded_before_a_picture_is_asked_for():
    code = (
        "import sys, sim; r = sim.run(sim.load('configs/article.yaml', ['horizon_days=30']), worlds=8); r.summary();"
        "before = 'matplotlib' in sys.modules; r.plot; print(before, 'matplotlib.pyplot' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False False"


@pytest.mark.slow
def test_the_page_on_pictures_does_what_it_says(tmp_path, monkeypatch):
    text = Path("docs/pictures.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    configs = Path("configs").resolve()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "configs").symlink_to(configs)
    space: dict[str, object] = {}
    for block in blocks:
        exec(block, space)
    assert (tmp_path / "chance.png").stat().st_size > 10_000
    assert (tmp_path / "fans.png").stat().st_size > 10_000
    named = set(re.findall(r"`([a-z_]+)\(", text.split("|---|---|---|")[1].partition("\n\n")[0]))
    assert named == set(dir(space["result"].plot))
