"""Pictures of a sweep: where the lines lie, what is hatched, how axes are named, and what is refused."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection, QuadMesh
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

import sim
from sim.scenario.meanings import described, in_percent, number
from sim.show import plots
from sim.show.plots import PlotError
from sim.show.plots.sweeps.axes import AT_LEAST_MARK
from sim.show.plots.sweeps.frames import Axis, axis_groups, find_axis
from sim.show.plots.sweeps.maps import edges
from tests.builders import write_sweep

CPC, RATE, CARRIER = "store.meta.cpc", "store.returns.return_rate", "store.freight.carrier"
MARGIN = "store.goods.gross_margin"


def plane(columns, chance, strategies=("independent",)):
    """Return a frame over a full grid, with the chance a function of the axes' values and its interval ±.05."""
    mesh = np.meshgrid(*columns.values(), indexing="ij")
    axes = {key: values.ravel() for key, values in zip(columns, mesh, strict=True)}
    parts = []
    for shift, strategy in enumerate(strategies):
        found = np.asarray(chance(*axes.values()), dtype=float) - 0.1 * shift
        cells = [f"c{place}" for place in range(found.size)]
        figures = {"chance": found, "chance_low": found - 0.05, "chance_high": found + 0.05}
        figures |= {"by_inputs_low": found - 0.2, "by_inputs_high": found + 0.2}
        for figure, scale in (("ruin", 0.01), ("profit_p50", 1000.0)):
            values = scale * (found - 0.5) if scale > 1 else scale * found
            figures |= {figure: values, f"{figure}_low": values - 0.1 * scale, f"{figure}_high": values + 0.1 * scale}
        parts.append(pd.DataFrame({"cell": cells, **axes, "strategy": strategy, "month": 6, **figures}))
    return pd.concat(parts, ignore_index=True)


@pytest.fixture
def flat():
    """Return the plane chance = 0.1 + x / 4 + y, with 11 values of each axis."""
    return plane({CPC: np.linspace(0, 2, 11), RATE: np.linspace(0, 0.4, 11)}, lambda x, y: 0.1 + x / 4 + y)


def texts(ax):
    return " | ".join([ax.get_title(loc="left"), ax.get_xlabel(), ax.get_ylabel(), *(t.get_text() for t in ax.texts)])


def contours(ax):
    return list(ax.lines)


def points_of(line):
    points = line.get_xydata()
    return points[~np.isnan(points).any(axis=1)]


def tiles(ax):
    (mesh,) = [found for found in ax.collections if isinstance(found, QuadMesh)]
    return mesh


def new_axes():
    return Figure(figsize=(5.8, 3.7), layout="constrained").add_subplot()


def test_contours_lie_where_the_plane_and_the_ends_of_its_interval_have_the_level(flat):
    ax = plots.sweep_map(flat, CPC, RATE)
    wanted = [0.5, 0.5, 0.5, 0.8, 0.8, 0.8]
    offsets = [-0.05, 0.05, 0.0] * 2
    found = contours(ax)
    assert len(found) == len(wanted)
    for lines, level, offset in zip(found, wanted, offsets, strict=True):
        points = points_of(lines)
        assert len(points) > 3
        np.testing.assert_allclose(0.1 + points[:, 0] / 4 + points[:, 1] + offset, level, atol=1e-9)
    widths = [lines.get_linewidth() for lines in found]
    assert widths[2] == widths[5] > max(widths[0], widths[1], widths[3], widths[4])


def test_contours_are_labelled_on_their_line_and_the_note_says_what_is_dashed(flat):
    ax = plots.sweep_map(flat, CPC, RATE)
    labels = {text.get_text(): text.xy for text in ax.texts if len(text.get_text()) == 3}
    assert set(labels) == {"50%", "80%"}
    for level, (x, y) in labels.items():
        assert 0.1 + x / 4 + y == pytest.approx(float(level[:-1]) / 100)
    assert "where the chance is 50%, 80%; dashed, dotted: the same" in texts(ax)


def test_levels_that_are_nowhere_or_everywhere_are_said_in_words(flat):
    low = flat.assign(chance=flat["chance"] * 0.3, chance_low=0.0, chance_high=0.31)
    ax = plots.sweep_map(low, CPC, RATE)
    assert contours(ax) == []
    assert "50% is reached nowhere" in texts(ax)
    ax = plots.sweep_map(flat.assign(chance=flat["chance"] * 0.79), CPC, RATE)
    assert "80% is reached nowhere" in texts(ax)
    assert "where the chance is 50%;" in texts(ax)
    ax = plots.sweep_map(flat.assign(chance=0.9 + flat["chance"] / 100), CPC, RATE)
    assert "80% or more everywhere" in texts(ax)
    with mpl.rc_context({"svg.fonttype": "none"}):  # letters are left to the reader's fonts: none is needed here
        assert "没有任何一处达到 50%" in texts(plots.sweep_map(low, CPC, RATE, language="zh"))


@pytest.mark.parametrize("upright", [False, True])
def test_contours_cross_a_log_axis_where_the_logarithm_is_in_proportion(upright):
    def chance(x, y):
        return 0.1 + 0.3 * np.log10(x / 1e3)

    frame = plane({CPC: [1e3, 1e4, 1e5], RATE: [0.1, 0.2]}, chance)
    x, y = (RATE, CPC) if upright else (CPC, RATE)
    ax = plots.sweep_map(frame.drop(columns=["chance_low", "chance_high"]), x, y)
    (line,) = contours(ax)
    np.testing.assert_allclose(points_of(line)[:, int(upright)], 21_544.35, rtol=1e-6)
    (label,) = [text for text in ax.texts if text.get_text() == "50%"]
    assert label.xy[int(upright)] == pytest.approx(21_544.35, rel=1e-6)


def test_a_plateau_that_just_has_the_level_has_its_line_at_its_edge():
    columns = {CPC: [1.0, 2.0, 3.0, 4.0], RATE: [0.1, 0.2, 0.3]}
    ax = plots.sweep_map(plane(columns, lambda x, y: np.where(x < 2, 0.2, 0.5)), CPC, RATE)
    np.testing.assert_allclose(points_of(contours(ax)[-1])[:, 0], 2.0, atol=1e-6)
    assert "where the chance is 50%;" in texts(ax)
    ax = plots.sweep_map(plane(columns, lambda x, y: np.where(x < 2, 0.7, 0.5)), CPC, RATE)
    assert "50% or more everywhere" in texts(ax)
    assert "80% is reached nowhere" in texts(ax)


def test_lines_beside_a_level_that_is_not_reached_are_explained(flat):
    frame = flat.assign(chance=0.4 + flat[CPC] * 0.0475)
    frame = frame.assign(chance_low=frame["chance"] - 0.02, chance_high=frame["chance"] + 0.02)
    ax = plots.sweep_map(frame, CPC, RATE)
    assert len(contours(ax)) == 1
    assert "50% is reached nowhere; dashed: beyond it the upper end of the simulation error, 95%, reaches 50%" in (
        texts(ax).replace("\n", " ")
    )
    frame = frame.assign(chance=0.81, chance_low=0.79 + flat[CPC] * 0.01, chance_high=0.83)
    said = texts(plots.sweep_map(frame, CPC, RATE)).replace("\n", " ")
    assert "80% or more everywhere; dotted: beyond it the lower end of the simulation error, 95%, is below 80%" in said


@pytest.mark.parametrize(("figure", "point"), [("profit_p5", "5% point"), ("profit_p50", "median")])
def test_a_point_of_the_outcomes_is_not_taken_for_all_of_them(flat, figure, point):
    for shift, words in ((-9.0, f"{point} below zero everywhere"), (9.0, f"{point} not below zero anywhere")):
        ax = plots.sweep_map(flat.assign(**{figure: shift + flat["chance"]}), CPC, RATE, figure=figure)
        assert words in texts(ax)
        assert "profit everywhere" not in texts(ax)
        assert "loss everywhere" not in texts(ax)


def test_a_line_that_missing_cells_hide_is_spoken_of():
    frame = plane({CPC: [1.0, 2.0, 3.0], RATE: [0.1, 0.2]}, lambda x, y: np.where(x < 3, 0.2, 0.6))
    frame.loc[frame[CPC] == 2.0, "chance"] = np.nan
    ax = plots.sweep_map(frame.drop(columns=["chance_low", "chance_high"]), CPC, RATE)
    assert contours(ax) == []
    assert "the line at 50% is hidden by missing cells" in texts(ax)


@pytest.mark.parametrize("how", ["rows left out", "figures not there"])
def test_missing_cells_are_hatched_and_counted_never_filled_in(flat, how):
    gone = flat.index[[13, 60, 61]]
    if how == "rows left out":
        frame = flat.drop(index=gone)
    else:
        frame = flat.copy()
        frame.loc[gone, "chance"] = np.nan
    ax = plots.sweep_map(frame, CPC, RATE)
    hatched = [patch for patch in ax.patches if isinstance(patch, Rectangle) and patch.get_hatch()]
    centres = {(round(p.get_x() + p.get_width() / 2, 6), round(p.get_y() + p.get_height() / 2, 6)) for p in hatched}
    assert centres == {(round(flat[CPC][i], 6), round(flat[RATE][i], 6)) for i in gone}
    assert "hatched: 3 cells not computed" in texts(ax)
    drawn = tiles(ax).get_array()
    assert drawn.mask.sum() == 3
    assert drawn.count() == 118


def test_the_line_of_a_profit_is_zero_and_other_figures_have_no_lines(flat):
    ax = plots.sweep_map(flat, CPC, RATE, figure="profit_p50", currency="USD")
    points = points_of(contours(ax)[-1])
    np.testing.assert_allclose(0.1 + points[:, 0] / 4 + points[:, 1], 0.5, atol=1e-9)
    assert "line: where it is zero" in texts(ax)
    ax = plots.sweep_map(flat, CPC, RATE, figure="ruin")
    assert contours(ax) == []
    assert tiles(ax).get_clim() == (0.0, 0.1), "small chances are told apart"


def bounded(columns):
    """Return a frame of cash needed of which every other cell is a lower bound."""
    frame = plane(columns, lambda *values: 0.5 + 0.1 * values[0])
    ruined = frame.index % 2 == 0
    figures = {f"cash_needed_p95{end}": 9000.0 + 500.0 * frame.index for end in ("", "_low", "_high")}
    return frame.assign(ruin=0.0, cash_at_least=np.where(ruined, 0.051, 0.05), **figures), ruined


def marks(ax):
    """Return the places of every ≥, in the order of the cells."""
    places = [line.get_xydata() for line in ax.lines if line.get_marker() is AT_LEAST_MARK]
    return sorted(map(tuple, np.concatenate(places))) if places else []


def test_cash_that_more_was_needed_than_is_marked_at_least():
    frame, ruined = bounded({CPC: [1.0, 2.0, 3.0], RATE: [0.1, 0.2, 0.3]})
    note = "≥: at least that, as more than 5% of histories were held back by want of cash"
    ax = plots.sweep_map(frame, CPC, RATE, figure="cash_needed_p95")
    assert marks(ax) == sorted(map(tuple, frame.loc[ruined, [CPC, RATE]].to_numpy()))
    assert note in texts(ax).replace("\n", " ")
    lower = frame.assign(cash_at_least=0.05)
    assert "≥" not in texts(plots.sweep_map(lower, CPC, RATE, figure="cash_needed_p95"))
    assert marks(plots.sweep_map(frame, CPC, RATE, figure="ruin")) == []
    assert marks(plots.sweep_map(frame.assign(cash_needed_p50=1.0), CPC, RATE, figure="cash_needed_p50")) == []


def test_lines_and_dots_mark_lower_bounds_too():
    frame, ruined = bounded({CPC: [1.0, 2.0, 3.0]})
    for draw in (plots.sweep_lines, plots.sweep_scatter):
        ax = draw(frame, CPC, figure="cash_needed_p95")
        np.testing.assert_allclose(marks(ax), frame.loc[ruined, [CPC, "cash_needed_p95"]])
        assert "≥: at least that" in texts(ax)
    both, _ = bounded({CPC: [1.0, 2.0, 3.0], RATE: [0.1, 0.2], MARGIN: [0.5, 0.6, 0.7]})
    maps = plots.sweep_panels(both, CPC, RATE, MARGIN, figure="cash_needed_p95")
    assert "≥: at least that" in maps.get_suptitle().replace("\n", " ")
    lines = plots.sweep_panels(both[both[RATE] == 0.1], CPC, None, MARGIN, figure="cash_needed_p95")
    assert "≥: at least that" in lines.get_suptitle().replace("\n", " ")


def test_colours_grow_lighter_all_the_way():
    colours = mpl.colormaps[tiles_name()](np.linspace(0, 1, 256))[:, :3]
    linear = np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)
    assert (np.diff(linear @ [0.2126, 0.7152, 0.0722]) > -1e-3).all()


def tiles_name():
    frame = plane({CPC: [1.0, 2.0], RATE: [0.1, 0.2]}, lambda x, y: 0.1 * x + y)
    return tiles(plots.sweep_map(frame, CPC, RATE)).get_cmap().name


def test_uneven_axes_are_drawn_at_their_values_and_even_ratios_on_a_log_scale():
    frame = plane({CPC: np.geomspace(0.1, 10, 5), RATE: [0.1, 0.2, 0.4]}, lambda x, y: 0.2 + x / 50 + y)
    ax = plots.sweep_map(frame, CPC, RATE)
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "linear")
    np.testing.assert_allclose(
        tiles(ax).get_coordinates()[0, :, 0], 10 ** np.array([-1.25, -0.75, -0.25, 0.25, 0.75, 1.25])
    )
    np.testing.assert_allclose(tiles(ax).get_coordinates()[:, 0, 1], [0.05, 0.15, 0.3, 0.5])
    np.testing.assert_allclose(edges(Axis("k", np.array([1.0, 2.0, 4.0]))), [0.5, 1.5, 3.0, 5.0])
    assert not Axis("k", np.linspace(1, 100, 7)).logarithmic
    assert not Axis("k", np.geomspace(1, 8, 4)).logarithmic, "less than a decade"


def test_axes_are_named_by_what_their_key_means(flat):
    ax = plots.sweep_map(flat, CPC, RATE, currency="EUR")
    assert ax.get_xlabel() == "Price of a click [EUR per click]"
    ax.figure.canvas.draw()
    assert ax.get_yticklabels()[1].get_text().endswith("%"), "a rate is read in per cent"
    assert described("store.meta.cpc.lognormal.median", "en") == "Price of a click, median [money per click]"
    assert described("store.meta.cpc.lognormal.log_sd", "en") == "Price of a click, log sd"
    assert described("no.such.key", "en") == "no.such.key"
    assert in_percent("store.returns.return_rate")
    assert in_percent("store.returns.return_rate.beta.mean")
    assert not in_percent("store.returns.return_rate.beta.alpha")
    assert [number(value) for value in (12345.0, 0.02, -3.0)] == ["12,345", "0.02", "−3"]


def test_axes_that_move_together_are_one_and_it_says_so(flat):
    zipped = flat.assign(**{MARGIN: 0.9 - flat[RATE]})
    zipped = zipped[["cell", CPC, RATE, MARGIN, *flat.columns[3:]]]
    assert [(axis.key, axis.together) for axis in axis_groups(zipped)] == [(CPC, ()), (RATE, (MARGIN,))]
    assert "moves together with 1 others" in plots.sweep_map(zipped, CPC, RATE).get_ylabel().replace("\n", " ")
    scattered = plane({CPC: np.arange(8.0)}, lambda x: x / 10)
    scattered.insert(2, RATE, [0.3, 0.1, 0.4, 0.2, 0.8, 0.5, 0.7, 0.6])
    assert len(axis_groups(scattered)) == 2, "points spread over two ranges are no pair that moves together"


def test_lines_show_estimate_bars_and_band(flat):
    one = flat[flat[RATE] == 0.0]
    ax = plots.sweep_lines(one, CPC)
    line = ax.containers[0]
    np.testing.assert_allclose(line.lines[0].get_xydata(), one[[CPC, "chance"]].to_numpy())
    (bars,) = line.lines[2]
    np.testing.assert_allclose([s[:, 1] for s in bars.get_segments()], one[["chance_low", "chance_high"]].to_numpy())
    (band,) = [c for c in ax.collections if not isinstance(c, LineCollection)]
    inside = band.get_paths()[0].vertices[:, 1]
    assert (inside.min(), inside.max()) == pytest.approx((one["by_inputs_low"].min(), one["by_inputs_high"].max()))
    assert "bars: simulation error, 95%; pale:" in texts(ax)
    assert plots.sweep_lines(one.drop(index=one.index[3]), CPC)
    gap = one.copy()
    gap.loc[gap.index[4], ["chance", "chance_low", "chance_high"]] = np.nan
    assert "1 cells not computed, not drawn" in texts(plots.sweep_lines(gap, CPC))
    gap.loc[gap.index[4], ["by_inputs_low", "by_inputs_high"]] = np.nan
    assert "pale:" in texts(plots.sweep_lines(gap, CPC)), "a missing cell takes no band from the others"


def test_lines_of_strategies_and_of_a_second_axis_are_named_at_their_ends():
    frame = plane({CPC: np.linspace(0.5, 2, 4)}, lambda x: 0.6 + x / 10, ("independent", "aliexpress"))
    ax = plots.sweep_lines(frame, CPC)
    assert {"own store", "AliExpress"} <= {text.get_text() for text in ax.texts}
    both = plane({CPC: [0.5, 1.0, 2.0], RATE: [0.1, 0.3]}, lambda x, y: 0.6 - y + x / 10)
    ax = plots.sweep_lines(both, CPC, by=RATE)
    assert {"10%", "30%"} <= {text.get_text() for text in ax.texts}
    words = plane({CPC: [0.5, 1.0, 2.0]}, lambda x: x / 10).rename(columns={CPC: CARRIER})
    words[CARRIER] = ["dhl", "packet", "$\\frac{"]
    ax = plots.sweep_lines(words, CARRIER)
    assert [label.get_text() for label in ax.get_xticklabels()][:2] == ["dhl", "packet"]
    ax.figure.canvas.draw()


def test_panels_share_scales_and_one_colour_bar(flat):
    frame = plane(
        {CPC: [0.5, 1, 1.5], RATE: [0.1, 0.2, 0.3], MARGIN: [0.1, 0.3, 0.7]}, lambda x, y, z: (x * y + z) / 1.2
    )
    figure = plots.sweep_panels(frame, CPC, RATE, MARGIN)
    shown = [ax for ax in figure.axes if ax.get_visible()]
    assert [ax.get_title(loc="left").split(";")[0] for ax in shown[:3]] == ["10%", "30%", "70%"]
    assert len(shown) == 4, "three maps and one bar"
    assert {tiles(ax).get_clim() for ax in shown[:3]} == {(0.0, 1.0)}
    assert len({ax.get_xlim() for ax in shown[:3]}) == 1
    np.testing.assert_allclose(tiles(shown[1]).get_array().ravel()[0], (0.5 * 0.1 + 0.3) / 1.2)
    lines = plots.sweep_panels(frame[frame[RATE] == 0.1], CPC, None, MARGIN)
    assert len([ax for ax in lines.axes if ax.get_visible()]) == 3


def test_dots_show_every_cell_of_points_that_are_no_grid(flat):
    frame = plane({CPC: np.arange(8.0)}, lambda x: x / 10)
    frame.insert(2, RATE, [0.3, 0.1, 0.4, 0.2, 0.8, 0.5, 0.7, 0.6])
    ax = plots.sweep_scatter(frame, RATE)
    np.testing.assert_allclose(ax.containers[0].lines[0].get_xydata(), frame[[RATE, "chance"]].to_numpy())
    with pytest.raises(PlotError, match="no grid"):
        plots.sweep_map(frame, CPC, RATE)


REFUSED = {
    "no axis 'nothing'": lambda f: plots.sweep_map(f, "nothing", RATE),
    "only the value": lambda f: plots.sweep_map(f[f[CPC] == 0.0], CPC, RATE),
    "found 'store.meta.cpc' twice": lambda f: plots.sweep_map(f, CPC, CPC),
    "no figure 'luck'": lambda f: plots.sweep_map(f, CPC, RATE, figure="luck"),
    "no strategy 'dual'": lambda f: plots.sweep_map(f, CPC, RATE, "dual"),
    "has no rows": lambda f: plots.sweep_map(f[:0], CPC, RATE),
    "not of numbers": lambda f: plots.sweep_map(f.assign(**{CPC: f[CPC].astype(str)}), CPC, RATE),
    r'frame\[frame\["store.returns.return_rate"\] == 0\]': lambda f: plots.sweep_lines(f, CPC),
    "several cells at one place": lambda f: plots.sweep_map(pd.concat([f, f]), CPC, RATE),
    "lines cannot be told apart": lambda f: plots.sweep_lines(f, CPC, by=RATE),
    "no frame of a sweep": lambda f: plots.sweep_map(f.drop(columns="cell"), CPC, RATE),
    "one row an estimate": lambda f: plots.sweep_lines(f.assign(figure="ruin"), CPC),
    "no cell has a figure": lambda f: plots.sweep_map(f.assign(chance=np.nan), CPC, RATE),
    "by= draws one strategy": lambda f: plots.sweep_lines(f, CPC, ["independent", "dual"], by=RATE),
}


@pytest.mark.parametrize("message", REFUSED)
def test_wrong_input_is_refused_with_what_to_do(flat, message):
    with pytest.raises(PlotError, match=message):
        REFUSED[message](flat)


@pytest.mark.slow
def test_a_real_sweep_is_drawn_on_the_axes_it_is_given(tmp_path):
    body = "axes: {wallet.capital: [5000, 8000], store.returns.return_rate: [0.1, 0.2, 0.3]}\n"
    sim.run_sweep(sim.load_sweep(write_sweep(tmp_path, body)), tmp_path / "s", n_jobs=1)
    frame = sim.read_sweep(tmp_path / "s", headlines=True)
    for theme in ("light", "dark"):
        with plots.theme(theme):
            ax = new_axes()
            assert plots.sweep_map(frame, "wallet.capital", RATE, ax=ax) is ax
            ax.figure.canvas.draw()
            np.testing.assert_allclose(
                tiles(ax).get_array().ravel(), frame.sort_values([RATE, "wallet.capital"])["chance"]
            )
            assert plots.sweep_lines(frame, "wallet.capital", by=RATE, ax=(lines := new_axes())) is lines
    assert find_axis(frame, "wallet.capital").values.tolist() == [5000.0, 8000.0]
