"""Pictures of a horizon that ends within a month: their months go on to the last day, and that is the last point."""

import numpy as np
import pytest

import sim
from sim.show import plots


@pytest.fixture(scope="module")
def result():
    scenario = sim.load("configs/article.yaml", ["horizon_days=75", "strategies={independent: [store]}"])
    return sim.run(scenario, worlds=64, replicates=4)


@pytest.fixture(scope="module")
def again(result, tmp_path_factory):
    return sim.read(result.save(tmp_path_factory.mktemp("last_day") / "run"))


def points(ax):
    if not ax.containers or not hasattr(ax.containers[0], "lines"):
        return ax.lines[0].get_xdata().tolist()
    return ax.containers[0].lines[0].get_xdata().tolist()


@pytest.mark.parametrize(("language", "words"), [("en", "month (up to day 75)"), ("zh", "月（至第 75 天）")])
@pytest.mark.filterwarnings("ignore:no font with Chinese", "ignore:Chinese letters need a font")
def test_the_axis_of_months_goes_on_to_the_last_day(result, language, words):
    for draw in (plots.time_to_profit, plots.profit_fan, plots.cash_fan):
        ax = draw(result, language=language)
        assert ax.get_xlim() == (0.0, 2.5)
        assert ax.get_xticks().tolist() == [1, 2]
        assert ax.get_xlabel() == words
    first, last = plots.probability_of_profit(result, language=language).get_xlim()
    assert (first, last) == (0.5, pytest.approx(2.5 + 2.0 * (0.06 + 0.055))), "the last month, and a column"


def test_the_last_point_is_that_of_the_last_day(result, again):
    for found in (result, again):
        assert points(plots.probability_of_profit(found)) == [1, 2, 2.5]
        for event in ("profit", "stable"):
            assert points(plots.time_to_profit(found, event=event)) == [1, 2, 2.5]
        assert plots.final_profit(found).get_title(loc="left") == "Settled profit after 75 days"
    fan = plots.profit_fan(again)  # month by month
    assert fan.lines[0].get_xdata().tolist() == [1, 2, 2.5]
    middle = np.percentile(again.record("independent").monthly["settled_profit"][-1], 50, method="inverted_cdf")
    assert fan.lines[0].get_ydata()[-1] == pytest.approx(middle)
