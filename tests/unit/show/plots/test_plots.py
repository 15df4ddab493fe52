"""Pictures: their labels, the figures in their bands, both themes, and what they refuse."""

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

import sim
from sim.estimates import fan, simultaneous_fan
from sim.show import plots
from sim.show.plots import PlotError, style
from sim.show.plots.activity import group_means
from sim.show.plots.style import THEMES
from sim.simulation.journal import journal
from sim.simulation.plan import Plan


@pytest.fixture(scope="module")
def result():
    scenario = sim.load("configs/article.yaml", ["horizon_days=120", "store.paypal_freeze.annual_probability=0.6"])
    return sim.run(scenario, worlds=512, replicates=4)


@pytest.fixture(scope="module")
def entries(result):
    return list(journal(result.scenario, Plan(1, 1, 4), "independent", 0))


CURVE = [
    {
        "capital": c,
        "ruin": r,
        "ruin_low": r / 2,
        "ruin_high": r * 1.2,
        "profit": p,
        "profit_low": p / 2,
        "profit_high": p,
    }
    for c, r, p in ((1000, 0.6, 0.1), (4000, 0.2, 0.2), (16000, 0.01, 0.25))
]
EVERY = {
    "probability_of_profit": lambda result, ax: plots.probability_of_profit(result, ax=ax),
    "profit_fan": lambda result, ax: plots.profit_fan(result, "dual", ax=ax),
    "cash_fan": lambda result, ax: plots.cash_fan(result, ax=ax),
    "final_profit": lambda result, ax: plots.final_profit(result, ax=ax),
    "paired_difference": lambda result, ax: plots.paired_difference(result, "aliexpress", "independent", ax=ax),
    "profit_and_loss": lambda result, ax: plots.profit_and_loss(result, "aliexpress", ax=ax),
    "time_to_profit": lambda result, ax: plots.time_to_profit(result, ax=ax),
    "capital_against_ruin": lambda result, ax: plots.capital_against_ruin(CURVE, "USD", 0.05, ax=ax),
    "funnel": lambda result, ax: plots.funnel(result, ax=ax),
    "freezes": lambda result, ax: plots.freezes(result, ax=ax),
    "drivers": lambda result, ax: plots.drivers(result, "dual", ax=ax),
    "per_order": lambda result, ax: plots.per_order(result, "aliexpress", ax=ax),
}


def new_axes():
    return Figure(figsize=(6, 4)).add_subplot()


def texts(ax):
    return " | ".join([ax.get_title(loc="left"), ax.get_xlabel(), ax.get_ylabel(), *(t.get_text() for t in ax.texts)])


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("theme", THEMES)
def test_every_picture_draws_on_the_axes_it_is_given_and_names_itself(result, name, theme):
    with plots.theme(theme):
        ax = new_axes()
        assert EVERY[name](result, ax) is ax
        assert ax.get_title(loc="left")
        assert ax.get_xlabel() or ax.get_ylabel()
        ax.figure.canvas.draw()
        assert to_hex(ax.xaxis.label.get_color()) == THEMES[theme]["ink"]


@pytest.mark.parametrize("name", EVERY)
def test_without_axes_a_picture_makes_its_own(result, name):
    assert EVERY[name](result, None).figure is not None


def test_chances_and_their_bands_are_the_estimators(result):
    ax = plots.probability_of_profit(result, ["aliexpress"], ax=new_axes())
    band = result.sample.band(result.profitable("aliexpress"))
    np.testing.assert_allclose(ax.lines[0].get_ydata(), [e.estimate for e in band])
    [thin] = ax.collections
    edges = thin.get_paths()[0].vertices
    for month, estimate in enumerate(band, 1):
        at = edges[np.isclose(edges[:, 0], month), 1]
        assert (at.min(), at.max()) == pytest.approx((estimate.low, estimate.high), abs=1e-12)
    assert f"AliExpress {100 * band[-1].estimate:.0f}%" in texts(ax)
    assert ax.get_ylim() == (0.0, 1.0), "no chance lies beyond"


def test_shops_like_yours_stand_at_the_last_month_in_three_shades_that_fill_the_whole(result):
    ax = plots.probability_of_profit(result, ax=new_axes())
    summary = result.summary()
    columns = [ax.patches[start : start + 3] for start in range(0, len(ax.patches), 3)]
    assert len(columns) == len(result.strategies)
    for name, bars in zip(result.strategies, columns, strict=True):
        shops = summary["strategies"][name]["shops"]
        assert [bar.get_height() for bar in bars] == pytest.approx([shops[kind] for kind in ("win", "open", "lose")])
        assert sum(bar.get_height() for bar in bars) == pytest.approx(1.0)
        assert bars[0].get_y() == 0.0
        assert len({bar.get_x() for bar in bars}) == 1
        assert bars[0].get_x() > result.months[-1]
        strengths = [bar.get_alpha() for bar in bars]
        assert strengths == sorted(strengths, reverse=True), "told apart in grey print"
    assert "shops\nlike yours" in [text.get_text() for text in ax.texts]


def test_a_fan_holds_the_percentiles_week_by_week(result):
    ax = plots.profit_fan(result, "independent", ax=new_axes())
    values = result.record("independent").weekly["settled_profit"]
    assert len(values) == 120 // 7
    expected, whole = fan(values), simultaneous_fan(values)
    bands = [collection.get_paths()[0].vertices[:, 1] for collection in ax.collections]
    for vertices, (low, high) in zip(bands, (whole.lines, expected.lines[[0, 4]], expected.lines[[1, 3]]), strict=True):
        assert vertices.min() == pytest.approx(low.min(), rel=1e-6)
        assert vertices.max() == pytest.approx(high.max(), rel=1e-6)
    np.testing.assert_allclose(ax.lines[0].get_ydata(), expected.lines[2])
    assert "range of outcomes" in texts(ax)
    assert ax.get_ylabel() == "USD"


def test_final_profit_draws_each_strategys_percentiles(result):
    ax = plots.final_profit(result, ax=new_axes())
    for position, name in enumerate(reversed(result.strategies)):
        values = result.record(name).monthly["settled_profit"][-1].astype(float)
        lines = [line for line in ax.lines if np.ndim(line.get_ydata()) and list(line.get_ydata())[:1] == [position]]
        drawn = sorted({round(float(x), 3) for line in lines for x in line.get_xdata()})
        assert drawn == sorted(
            round(float(x), 3) for x in np.percentile(values, (5, 25, 50, 75, 95), method="inverted_cdf")
        )


def test_where_the_money_went_ends_at_the_mean_profit(result):
    ax = plots.profit_and_loss(result, "aliexpress", ax=new_axes())
    last = ax.patches[-1]
    mean = result.record("aliexpress").monthly["profit_after_owner_pay"][-1].mean(dtype=float)
    assert last.get_width() == pytest.approx(mean, rel=1e-3, abs=0.5)
    assert "cost of goods" in [label.get_text() for label in ax.get_yticklabels()]


def test_the_share_in_profit_and_the_ruined_never_overlap(result):
    changes = ["wallet.capital=8000", "alibaba.goods.gross_margin=0.75"]  # some run out, and some gain
    poor = sim.load("configs/market.yaml", ["horizon_days=120", "strategies={x: [alibaba, store]}", *changes])
    found = sim.run(poor, worlds=256, replicates=4)
    ax = plots.time_to_profit(found, ax=new_axes())
    reached = ax.collections[0].get_paths()[0].vertices[:, 1].max()
    lost = 1.0 - ax.collections[1].get_paths()[0].vertices[:, 1].min()
    assert lost == pytest.approx(np.isfinite(found.record("x").paths["ruin_day"]).mean(), abs=0.05)
    assert lost > 0.05
    assert reached > 0.0
    assert reached + lost <= 1.0
    assert "out of cash first" in texts(ax)


def hits_by_world(result, name):
    return result.profitable(name)[-1].reshape(-1, result.plan.replicates).mean(axis=1)


def test_a_driver_is_drawn_as_the_means_of_its_tenths(result):
    values, column = np.arange(100.0), np.arange(100.0)[::-1]
    np.testing.assert_allclose(group_means(values, column), np.arange(94.5, 0, -10))
    ax = plots.drivers(result, "aliexpress", ax=new_axes(), count=2)
    assert len(ax.lines) == 2
    assert len(ax.collections) == 1, "the band of a dummy input"
    named = [" ".join(text.get_text().split()) for text in ax.texts[-2:]]
    assert not [name for name in named if "_" in name or "aliexpress." in name], "words, no keys"
    best = max(
        result.worlds, key=lambda key: group_means(hits_by_world(result, "aliexpress"), result.worlds[key]).var()
    )
    np.testing.assert_allclose(
        ax.lines[0].get_ydata(), group_means(hits_by_world(result, "aliexpress"), result.worlds[best])
    )


def test_a_calendar_ends_with_the_cash_of_its_history(result, entries):
    ax = plots.path_calendar(entries, "USD", ax=new_axes())
    cash = result.record("independent").monthly["cash"][-1][0]
    assert ax.lines[0].get_ydata()[-1] == pytest.approx(cash, abs=1.0)


def test_chinese_words_and_a_word_where_they_cannot_be_shown(result, monkeypatch):
    monkeypatch.setattr(style, "installed_fonts", tuple)
    with pytest.warns(UserWarning, match="no font with Chinese letters is installed"):
        ax = plots.probability_of_profit(result, ax=new_axes(), language="zh")
    assert "速卖通" in texts(ax)
    assert "月" in ax.get_xlabel()
    monkeypatch.setattr(style, "installed_fonts", lambda: ("Noto Sans CJK SC",))
    with pytest.warns(UserWarning, match="draw within sim.show.plots.theme"):
        plots.profit_fan(result, ax=new_axes(), language="zh")
    with plots.theme("light"):
        plots.profit_fan(result, ax=new_axes(), language="zh")
    with mpl.rc_context({"svg.fonttype": "none"}):
        plots.profit_fan(result, ax=new_axes(), language="zh")


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda r: plots.profit_fan(r, "nowhere"), "no strategy 'nowhere' in this result; there are: independent"),
        (lambda r: plots.probability_of_profit(r, ["x"]), "no strategy 'x'"),
        (lambda r: plots.freezes(r, "aliexpress"), "no account that can be frozen"),
        (lambda r: plots.capital_against_ruin([{"capital": 1}]), r"missing: profit, profit_high"),
        (lambda r: plots.capital_against_ruin([]), "needs rows"),
        (lambda r: plots.capital_against_ruin(CURVE[:1]), "found 1 rows, needs two"),
        (lambda r: plots.capital_against_ruin(CURVE[::-1]), "each row more than the one before"),
        (lambda r: plots.capital_against_ruin([{**row, "ruin_low": 0.9} for row in CURVE]), "ruin_low <= ruin"),
        (lambda r: plots.time_to_profit(r, event="never"), "no event 'never'; there are: profit, stable"),
        (lambda r: plots.drivers(r, outcome="fame"), "no outcome 'fame'"),
        (lambda r: plots.paired_difference(r, "dual", "dual"), "both are 'dual'"),
        (lambda r: plots.path_calendar([]), "a calendar needs a journal's rows"),
        (lambda r: plots.drivers(r.given("independent.orders[1] >= 0")), "leave the condition out"),
    ],
)
def test_wrong_input_is_refused(result, draw, message):
    with pytest.raises(PlotError, match=message):
        draw(result)


def test_a_theme_that_is_not_there_is_refused_and_settings_are_put_back():
    before = dict(mpl.rcParams)
    with pytest.raises(PlotError, match="light, dark"), plots.theme("pink"):
        pass
    with plots.theme("dark"):
        pass
    assert dict(mpl.rcParams) == before


def test_a_result_opens_the_doors_to_its_pictures(result):
    assert set(dir(result.plot)) == {*EVERY, "path_calendar"} - {"capital_against_ruin"}
    ax = new_axes()
    assert result.plot.cash_fan("dual", ax=ax) is ax
    assert result.plot.path_calendar(3, "independent").lines
    with pytest.raises(AttributeError, match=r"no picture 'pie'; there are: .*cash_fan"):
        result.plot.pie()
    with pytest.raises(PlotError, match="paths run from 0 to 2047"):
        result.plot.path_calendar(10**6)
