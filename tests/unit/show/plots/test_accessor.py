"""Pictures of a package outside as methods of a result."""

import io

import pytest
from matplotlib.figure import Figure

import sim
from sim.show import plots, registry
from sim.show.plots import PlotError


@pytest.fixture(scope="module")
def result():
    return sim.run(sim.load("configs/article.yaml", ["horizon_days=60"]), worlds=16, replicates=2)


def test_a_picture_of_a_package_outside_is_a_method_of_a_result(result, outside):
    assert "days_of_cash" in dir(result.plot)
    ax = Figure().add_subplot()
    assert result.plot.days_of_cash("dual", ax=ax, language="zh") is ax
    assert ax.get_title() == "期末现金"
    assert result.plot.days_of_cash.__doc__ == outside.days_of_cash.__doc__


def test_what_is_not_registered_is_no_method(result):
    assert "days_of_cash" not in dir(result.plot)
    with pytest.raises(AttributeError, match="no picture 'days_of_cash'; there are: cash_fan, "):
        result.plot.days_of_cash()


def drawn(figure):
    buffer = io.BytesIO()
    figure.savefig(buffer, dpi=60)
    return buffer.getvalue()


def test_a_theme_stays_with_its_picture(result):
    ours = result.plot.funnel("dual", theme="dark").figure
    with plots.theme("dark"):
        within = drawn(result.plot.funnel("dual").figure)
    assert drawn(ours) == within, "saved after the theme has ended"
    assert drawn(result.plot.funnel("dual", theme="light").figure) != within
    plain = drawn(result.plot.funnel("dual").figure)
    with plots.theme("light"):
        assert drawn(result.plot.funnel("dual").figure) != plain, "without one it is drawn as is set"


def test_what_cannot_be_drawn_is_refused_before_anything_is(result, monkeypatch):
    def draws(*_asked, **_named):
        raise AssertionError("drawn")

    monkeypatch.setitem(registry.PICTURES, "path_calendar", draws)
    with pytest.raises(ValueError, match="language: found 'de'; give one of: en, zh"):
        result.plot.path_calendar(1, language="de")
    with pytest.raises(PlotError, match=r"make them within sim\.plots\.theme\('dark'\)"):
        result.plot.path_calendar(1, ax=Figure().add_subplot(), theme="dark")
    with pytest.raises(PlotError, match="no theme 'pink'; there are: light, dark"):
        result.plot.path_calendar(1, theme="pink")
