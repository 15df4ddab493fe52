"""Pictures of a package outside as methods of a result."""

import inspect

import pytest
from matplotlib.figure import Figure

import sim
from sim.show import plots


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


def test_a_method_asks_for_what_its_picture_asks_for(result):
    asked = list(inspect.signature(result.plot.time_to_profit).parameters)
    assert ["result", *asked] == list(inspect.signature(plots.time_to_profit).parameters)
