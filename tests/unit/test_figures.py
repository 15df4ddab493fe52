"""Pictures inside a page are whole whatever this machine has."""

from sim.plots import style
from sim.report.figures import draw


def test_letters_that_no_font_here_has_are_left_to_the_reader(monkeypatch):
    monkeypatch.setattr(style, "installed_fonts", lambda: ())
    picture = draw("chance", "盈利概率", "无", lambda ax: ax.set_title("每次点击成本"))
    assert ">每次点击成本</text>" in picture.svg
