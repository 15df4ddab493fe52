"""Pictures inside a page are whole whatever this machine has."""

import warnings

import pytest
from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from sim.show import plots
from sim.show.plots import style, svg
from sim.show.plots.svg import draw


class Fonts:
    """A machine whose font was installed after matplotlib made its list."""

    def __init__(self, monkeypatch, files):
        self.known, self.looked = ["DejaVu Sans"], 0
        monkeypatch.setattr(font_manager, "get_font_names", lambda: self.known)
        monkeypatch.setattr(font_manager, "findSystemFonts", lambda: self.look() or files)
        monkeypatch.setattr(font_manager.fontManager, "addfont", self.add)
        style.installed_fonts.cache_clear()

    def look(self):
        self.looked += 1

    def add(self, file):
        if "Broken" in file:
            raise RuntimeError("no font")
        self.known = [*self.known, "Noto Sans CJK SC"]


@pytest.fixture(autouse=True)
def _forget_the_fonts():
    remember = style.installed_fonts
    yield
    remember.cache_clear()


def test_a_font_that_was_installed_since_is_found_on_the_disk_with_one_look(monkeypatch):
    files = ["/f/DejaVuSans.ttf", "/f/BrokenNotoSansCJK.ttc", "/f/NotoSansCJK-Regular.ttc"]
    machine = Fonts(monkeypatch, files)
    for _ in range(3):
        assert style.installed_fonts() == ("Noto Sans CJK SC",)
    assert machine.looked == 1


def test_fonts_without_chinese_letters_are_not_taken_for_one(monkeypatch):
    machine = Fonts(monkeypatch, ["/f/DejaVuSans.ttf", "/f/NotoSerif.ttf"])
    assert style.installed_fonts() == style.installed_fonts() == ()
    assert machine.looked == 1


def test_without_a_font_it_is_said_once_and_no_letter_complains(monkeypatch):
    monkeypatch.setattr(style, "installed_fonts", lambda: ())
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("default")
        with plots.theme("light"):
            figure = Figure()
            FigureCanvasAgg(figure)
            style.head(figure.add_subplot(), "每次点击成本")
            figure.canvas.draw()
    assert [str(one.message)[:39] for one in heard] == ["no font with Chinese letters is install"]


def test_letters_that_no_font_here_has_are_left_to_the_reader(monkeypatch):
    monkeypatch.setattr(style, "installed_fonts", lambda: ())
    picture = draw("chance", "盈利概率", "无", lambda ax: ax.set_title("每次点击成本"))
    assert ">每次点击成本</text>" in picture.svg


def test_a_picture_is_drawn_for_wide_screens_and_for_phones():
    picture = draw("chance", "title", "words", lambda ax: ax.set_title("head"))
    assert [name in picture.svg for name in ('class="wide"', 'class="narrow"')] == [True, True]
    ids = [part.split('"')[0] for part in picture.svg.split(' id="')[1:]]
    assert len(ids) == len(set(ids))


def test_figures_stand_on_the_pages_own_paper():
    picture = draw("a", "t", "w", lambda ax: ax.text(0, 0, "x", bbox={"facecolor": style.paper()}))
    assert "fill: var(--paper)" in picture.svg


@pytest.mark.parametrize("rows", [1, 2])
def test_a_picture_laid_out_beforehand_is_the_one_that_saving_lays_out(monkeypatch, rows):
    def plot(canvas):
        for number, ax in enumerate(canvas.subplots(rows, 2).flat):
            ax.scatter(range(40), range(40), rasterized=True)  # at the canvas's own resolution
            ax.set_ylabel(f"amount {10**number:,}")
            ax.annotate("an end beside the axes", (39, 39), xytext=(45, 20), annotation_clip=False)
            ax.set_title("a title\nof two lines", pad=17)

    def drawn():
        return draw("two", "Title", "Words", plot, (5.8, 3.7)).svg

    once = drawn()
    monkeypatch.setattr(svg, "lay_out", lambda canvas: None)
    assert once == drawn()


def test_a_picture_is_drawn_once(monkeypatch):
    calls = []

    class Watched(svg.Canvas):
        def draw(self, renderer):
            calls.append(renderer)
            super().draw(renderer)

    monkeypatch.setattr(svg, "Canvas", Watched)
    draw("one", "Title", "Words", lambda ax: ax.plot([1, 2]))
    assert len(calls) == 2, "for a wide screen and for a phone"
