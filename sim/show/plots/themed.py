"""Pictures in a theme of their own, whatever is drawn about them: `themed`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeVar

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.show.plots import style
from sim.text.labels import catalogue

Language = Literal["en", "zh"]
Theme = Literal["light", "dark"]

Drawing = TypeVar("Drawing", Axes, Figure)


def themed(draw: Callable[[], Drawing], theme: str | None, given: object, language: str) -> Drawing:
    """Draw a picture in a theme, so that it stays in it wherever it is shown or saved.

    Parameters
    ----------
    draw : callable
        Draws, and returns the axes or the figure.
    theme : {"light", "dark"}, optional
        None: whatever is set, by ``with sim.plots.theme(...)`` or by matplotlib's own settings.
    given : object
        Axes or a figure to draw on, None for new ones. Those given have the look they were made in.
    language : {"en", "zh"}
        Refused at once if there is none of this name.
    """
    catalogue(language)
    if theme is None:
        return draw()
    if given is not None:
        raise style.PlotError(
            f"theme={theme!r} is for a new figure; axes that are given have a look already: make them within "
            f"sim.plots.theme({theme!r})"
        )
    with style.theme(theme):
        drawn = draw()
        _settle(drawn if isinstance(drawn, Figure) else drawn.get_figure(root=True))
    return drawn


def _settle(figure: Figure | None) -> None:
    """Give ticks that are made when the picture is shown, after the theme has ended, the theme's look."""
    settings = mpl.rcParams
    for ax in figure.axes if figure is not None else ():
        for axis, colour in ((ax.xaxis, settings["xtick.color"]), (ax.yaxis, settings["ytick.color"])):
            axis.set_tick_params(
                which="both", color=colour, labelcolor=colour, labelfontfamily=settings["font.family"],
                grid_color=settings["grid.color"], grid_linewidth=settings["grid.linewidth"],
            )  # fmt: skip
