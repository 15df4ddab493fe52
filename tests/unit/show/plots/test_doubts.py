"""The picture of model doubt: bars where the figures are, in both themes."""

import pytest

from sim.show import plots
from sim.show.plots.doubts import drawn_of, limits, size_for
from tests import builders


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.filterwarnings("ignore:no font with Chinese")
def test_bars_are_as_long_as_the_differences(theme, language):
    with plots.theme(theme):
        ax = plots.model_doubt(builders.model_doubt(), language=language)
    assert [bar.get_width() for bar in ax.patches if bar.get_width()] == pytest.approx([12.0, -4.0])
    names = [text.get_text() for text in ax.texts]
    assert "aliexpress.deposit.amount = 1200" in names
    assert len(ax.get_legend().get_texts()) == 2


def test_all_intervals_and_nothing_lie_within():
    low, high = limits(builders.model_doubt()["tried"])
    assert low < -5.0 < 15.0 < high
    without = builders.model_doubt()["tried"][:1]
    assert limits(without)[0] < 0.0


def test_an_interval_that_is_not_there_is_not_drawn():
    found = builders.model_doubt()
    shown = [segment for bars in plots.model_doubt(found).collections for segment in bars.get_segments()]
    assert all(abs(start[0] - end[0]) > 0.1 for start, end in shown)
    found["tried"][0]["strategies"]["independent"]["chance_difference"] |= {"low": None, "high": None}
    left = [segment for bars in plots.model_doubt(found).collections for segment in bars.get_segments()]
    assert [abs(start[0] - end[0]) > 0.1 for start, end in left].count(False) == 1


def test_the_most_are_drawn_and_the_rest_is_counted():
    found = builders.model_doubt()
    found["tried"] *= 6
    ax = plots.model_doubt(found, most=3)
    assert sum(bar.get_width() != 0 for bar in ax.patches) == 3
    assert any("and 9 more that move it less" in " ".join(text.get_text().split()) for text in ax.texts)
    assert size_for(drawn_of(found))[1] > size_for(drawn_of(found, 3))[1]


def test_nothing_to_draw_is_said():
    with pytest.raises(plots.PlotError, match="No reading is open"):
        plots.model_doubt(builders.model_doubt() | {"tried": []})
