"""The accessor ``plot`` of a sweep that was run: its pictures as methods, over its frame and in its currency."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.show.plots.sweeps import lines, maps
from sim.show.plots.themed import Language, Theme, themed

if TYPE_CHECKING:
    import pandas as pd


class SweepPlots:
    """Every picture of one sweep.

    ``x``, ``y``, ``over`` and ``by`` are dotted keys that vary; ``figure`` is what is drawn: ``chance``, ``ruin``,
    ``profit_p50``, ``cash_needed_p95`` or another column of the frame. All methods take ``language`` and ``theme`` as
    those of a result do.

    Parameters
    ----------
    frame : DataFrame
        One row a cell and strategy.
    currency : str
        Written at sums of money.
    """

    def __init__(self, frame: pd.DataFrame, currency: str = "") -> None:
        self._frame = frame
        self._currency = currency

    def map(
        self, x: str, y: str, strategy: str | None = None, *, figure: str = "chance",
        limits: tuple[float, float] | None = None, ax: Axes | None = None, language: Language = "en",
        theme: Theme | None = None,
    ) -> Axes:  # fmt: skip
        """Draw a figure over two axes as a map, with the lines at which a profit begins.

        Parameters
        ----------
        limits : (low, high), optional
            Ends of the colours, for several maps on one scale.
        """
        draw = partial(
            maps.sweep_map, self._frame, x, y, strategy, figure, ax=ax, language=language, currency=self._currency,
            limits=limits,
        )  # fmt: skip
        return themed(draw, theme, ax, language)

    def lines(
        self, x: str, strategies: Sequence[str] | None = None, *, figure: str = "chance", by: str | None = None,
        ax: Axes | None = None, language: Language = "en", theme: Theme | None = None,
    ) -> Axes:  # fmt: skip
        """Draw a figure along one axis: a line for each strategy, or for each value of a second axis, ``by``."""
        draw = partial(lines.sweep_lines, self._frame, x, strategies, figure, by, ax, language, currency=self._currency)
        return themed(draw, theme, ax, language)

    def panels(
        self, x: str, y: str | None, over: str, strategy: str | None = None, *, figure: str = "chance",
        figure_size: tuple[float, float] | None = None, canvas: Figure | None = None, language: Language = "en",
        theme: Theme | None = None,
    ) -> Figure:  # fmt: skip
        """Draw a map for each value of a third axis, on one scale; lines where ``y`` is None.

        Parameters
        ----------
        figure_size : (width, height), optional
            Inches.
        canvas : Figure, optional
            An empty figure to draw on.
        """
        draw = partial(
            maps.sweep_panels, self._frame, x, y, over, strategy, figure, figure_size, language,
            currency=self._currency, canvas=canvas,
        )  # fmt: skip
        return themed(draw, theme, canvas, language)

    def scatter(
        self, x: str, strategy: str | None = None, *, figure: str = "chance", ax: Axes | None = None,
        language: Language = "en", theme: Theme | None = None,
    ) -> Axes:  # fmt: skip
        """Draw every cell as a dot over one axis, whatever else varies: for points that are no grid."""
        draw = partial(lines.sweep_scatter, self._frame, x, strategy, figure, ax, language, currency=self._currency)
        return themed(draw, theme, ax, language)

    def __repr__(self) -> str:
        return f"<Pictures of a sweep with {len(self._frame)} rows: {', '.join(dir(self))}>"

    def __dir__(self) -> list[str]:
        return [name for name in vars(type(self)) if not name.startswith("_")]
