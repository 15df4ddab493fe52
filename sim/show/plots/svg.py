"""SVG drawings inside a page: text as text, colours that follow the page's theme, a description for the ear.

`draw` makes a picture for a page, `alone` one for a notebook.
"""

from __future__ import annotations

import html
import io
import re
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure as Canvas

from sim.show.plots.style import INKED, MISSING_LETTER, NARROWEST, PALETTE, PlotError, theme

INK, FAINT, PAPER = "#010203", "#0a0b0c", "#0d0e0f"
"""Stand-ins in the drawing for the page's text colour, for its lines and for what it is written on."""

Size = tuple[float, float]

SIZE: Size = (5.8, 3.7)
"""Inches."""

NARROW: Size = (NARROWEST, 3.4)
"""Inches of the same picture for a phone, whose letters would be too small to read in the other one."""


@dataclass(frozen=True)
class Figure:
    """A picture ready for the page: its anchor there, what it is called, what it shows in words, and how it looks.

    It is one drawing, or two of which the page shows the one that fits the screen.
    """

    key: str
    title: str
    description: str
    svg: str


def draw(
    key: str, title: str, description: str, plot: Callable[..., object], whole: Size | None = None, *,
    sizes: Sequence[Size] = (SIZE, NARROW),
) -> Figure:  # fmt: skip
    """Draw one picture; where it cannot be drawn, say why in its place.

    Parameters
    ----------
    plot : callable
        Draws on the axes it is given as ``ax``; is called once for each size.
    whole : (width, height), optional
        Inches of a picture with several axes: ``plot`` draws on the empty figure it is given as ``canvas``, once, for
        every screen.
    sizes : sequence of (width, height)
        Inches for a wide screen and for a phone, or one size for both.
    """
    drawn = (lambda canvas: plot(canvas=canvas)) if whole else (lambda canvas: plot(ax=canvas.add_subplot()))
    wanted = [whole] if whole else sizes
    try:
        if len(wanted) == 1:
            svg = svg_of(key, title, description, drawn, wanted[0])
        else:
            svg = svg_of(key, title, description, drawn, wanted[0], "wide")
            svg += svg_of(f"{key}-narrow", title, description, drawn, wanted[1], "narrow")
    except PlotError as reason:
        return Figure(key, title, str(reason), "")
    return Figure(key, title, description, svg)


def on_axes(key: str, title: str, description: str, plot: Callable[..., object], size: Size, screen: str = "") -> str:
    """Return one drawing of a picture that draws on the axes it is given as ``ax``."""
    return svg_of(key, title, description, lambda canvas: plot(ax=canvas.add_subplot()), size, screen)


def svg_of(
    key: str, title: str, description: str, plot: Callable[[Canvas], object], size: Size, screen: str = ""
) -> str:
    """Return one drawing as an element of a page.

    Parameters
    ----------
    plot : callable
        Draws on the empty figure it is given.
    screen : {"", "wide", "narrow"}
        Which screens it is shown on; all by default.
    """
    # parse_math: a dollar sign in a scenario's words is a dollar sign.
    mine: Any = {"svg.fonttype": "none", "svg.hashsalt": key, "savefig.transparent": True, "text.parse_math": False}
    mine |= dict.fromkeys(INKED, INK) | {"axes.edgecolor": FAINT, "grid.color": FAINT, "figure.facecolor": PAPER}
    out = io.StringIO()
    with theme("light"), mpl.rc_context(mine), warnings.catch_warnings():
        # Text stays text: the reader's browser has the letters that a font of this machine may lack.
        warnings.filterwarnings("ignore", MISSING_LETTER, UserWarning)
        canvas = Canvas(figsize=size, layout="constrained")
        plot(canvas)
        lay_out(canvas)
        canvas.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return inline(out.getvalue(), key, title, description, screen)


def lay_out(canvas: Canvas) -> None:
    """Lay the picture out, once and for all: for its layout alone, saving would draw all of it a first time, unseen."""
    FigureCanvasSVG(canvas)  # letters are as wide as in the file
    engine = canvas.get_layout_engine()
    if engine is not None and canvas.axes:
        engine.execute(canvas)
    canvas.set_layout_engine(None)


def alone(key: str, title: str, description: str, plot: Callable[..., object]) -> str:
    """Return one drawing as HTML that brings its colours along, for a notebook: there is no page about it.

    Text has the colour of the notebook's own; lines and paper are JupyterLab's, in its light theme and its dark one.
    """
    colours = {f"--c{position}": colour for position, colour in enumerate(PALETTE, 1)}
    colours |= {"--line": "var(--jp-border-color1, #c3ccd5)", "--paper": "var(--jp-layout-color0, #ffffff)"}
    style = "; ".join(f"{name}: {value}" for name, value in colours.items())
    svg = on_axes(key, title, description, plot, SIZE)
    return f'<div style="max-width: 46rem; {style}">{svg}</div>'


def inline(svg: str, key: str, title: str, description: str, screen: str = "") -> str:
    """Return an SVG file as an element of a page: names of its own, described, in the page's colours."""
    body = svg[svg.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    body = re.sub(r'\bid="([^"]+)"', rf'id="{key}-\1"', body)
    body = re.sub(r'(xlink:href|href)="#([^"]+)"', rf'\1="#{key}-\2"', body)
    body = re.sub(r"url\(#([^)]+)\)", rf"url(#{key}-\1)", body)
    for position, colour in enumerate(PALETTE, 1):
        body = body.replace(colour, f"var(--c{position})")
    body = body.replace(INK, "currentColor").replace(FAINT, "var(--line)").replace(PAPER, "var(--paper)")
    head, rest = body.split(">", 1)
    head = re.sub(r'\s(?:width|height)="[^"]*"', "", head)
    shown = f' class="{screen}"' if screen else ""
    named = f'{head}{shown} role="img" aria-labelledby="{key}-title {key}-words">'
    words = (
        f'<title id="{key}-title">{html.escape(title)}</title><desc id="{key}-words">{html.escape(description)}</desc>'
    )
    return named + words + rest
