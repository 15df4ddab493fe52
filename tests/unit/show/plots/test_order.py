"""Pictures of one order: bars that end where the means say, the line of what ads may cost, and what is said."""

import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from sim.show import plots
from sim.show.plots import PlotError, style
from tests.builders import an_order

STORE = an_order(35.35, goods=-20.24, freight=-9.1, duty=-1.38, fees=-5.19, returns=-7.8, losses=-0.61, ads=-61.2)
ALIBABA = an_order(612.0, goods=-459.0, freight=-24.0, fees=-12.2, returns=-6.8, ads=-74.0)


def canvas(width=5.8, height=3.7):
    return Figure(figsize=(width, height), layout="constrained").add_subplot()


def said(ax):
    return " ".join(" ".join(text.get_text() for text in (ax._left_title, *ax.texts)).split())


def ends(ax):
    """Return where each bar begins and ends, by the name of its line."""
    names = [label.get_text() for label in ax.get_yticklabels()]
    bars = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in ax.patches]
    return dict(zip(names, bars, strict=True))


def test_each_cost_begins_where_the_line_above_it_ended_and_sums_begin_at_zero():
    bars = ends(plots.order_waterfall(STORE, "USD", "own store", ax=canvas()))
    assert list(bars) == [
        *("price paid", "goods", "freight", "duty", "fees", "returns, disputes", "losses"),
        *("before ads", "ads", "after ads"),
    ]
    assert bars["price paid"] == (0.0, 35.35)
    assert bars["goods"] == pytest.approx((35.35, 15.11))
    assert bars["losses"][1] == pytest.approx(bars["before ads"][1]) == pytest.approx(-8.97)
    assert bars["before ads"][0] == 0.0
    assert bars["ads"] == pytest.approx((-8.97, -70.17))
    assert bars["after ads"] == pytest.approx((0.0, -70.17))


def test_what_an_order_has_not_is_no_line_and_figures_stand_beside_the_bars():
    ax = plots.order_waterfall(ALIBABA, "USD", "Alibaba.com", ax=canvas())
    assert "duty" not in ends(ax)
    figures = [text.get_text() for text in ax.texts]
    assert {"612.00", "−459.00", "110.00", "−74.00", "36.00"} <= set(figures)
    dear = plots.order_waterfall(an_order(612_000.0, goods=-459_000.4, ads=-374.2), "USD", "x", ax=canvas())
    assert "−459,000" in [text.get_text() for text in dear.texts], "nobody counts these cents"


def test_what_ads_may_cost_is_a_line_from_nothing_beside_their_bar():
    ax = plots.order_waterfall(ALIBABA, "USD", "Alibaba.com", ax=canvas())
    place = list(ends(ax)).index("ads")
    [line] = [found for found in ax.lines if found.get_linewidth() == 2.0]
    assert list(line.get_xdata()) == [0.0, 110.0]
    assert place - 0.5 < line.get_ydata()[0] < place
    assert "they may cost up to 110.00 USD an order" in said(ax)


def test_where_no_ad_cost_is_low_enough_it_says_so_and_draws_no_line():
    ax = plots.order_waterfall(STORE, "USD", "own store", ax=canvas())
    assert not [found for found in ax.lines if found.get_linewidth() == 2.0]
    assert "it loses before any ad" in said(ax)


def test_zero_is_marked_and_on_the_axis_and_a_loss_has_its_colour():
    for found in (STORE, ALIBABA, an_order(10.0, goods=-50.0, ads=-1.0)):
        ax = plots.order_waterfall(found, "USD", "x", ax=canvas())
        assert 0.0 in ax.get_xticks()
        assert [line for line in ax.lines if list(line.get_xdata()) == [0.0, 0.0] and line.get_linewidth() > 1.0]
        last = ax.patches[-1]
        assert to_hex(last.get_facecolor()) == style.colour(0 if last.get_width() >= 0 else 1)


def test_shops_without_an_order_are_counted_apart():
    some = an_order(35.0, goods=-20.0, ads=-5.0) | {"worlds_without_orders": 0.03}
    assert "3% of shops like yours take no order" in said(plots.order_waterfall(some, "USD", "x", ax=canvas()))
    assert "take no order" not in said(plots.order_waterfall(STORE, "USD", "x", ax=canvas()))
    with pytest.raises(PlotError, match="own store: no history took an order"):
        plots.order_waterfall(None, "USD", "own store")


def test_chinese_words_of_every_line():
    with plots.theme("light"):
        style.mpl.rcParams["svg.fonttype"] = "none"
        ax = plots.order_waterfall(STORE, "USD", "独立站", ax=canvas(), language="zh")
    assert list(ends(ax))[:2] == ["买家实付", "货款"]
    assert not [name for name in ends(ax) if name.isascii()]
