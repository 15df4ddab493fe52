"""Registered pictures of a result and sections of its page: each is one function, of this package or of another.

`picture` makes a function a method of ``result.plot``. `section` puts what a function returns, a `PageSection`, on the
page of a run, after the section it names. Both take effect when the function's module is imported. No drawing library
is loaded here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Picture = TypeVar("Picture", bound="Callable[..., Axes]")
SectionCell = str | tuple[str, float]
"""Of a table: a text, or a text and the number it is sorted by."""

PICTURES: dict[str, Callable[..., Axes]] = {}
"""By name: functions of a result, and of ``ax`` and ``language``."""

PLACES = (
    *("answer", "strategies", "doubt", "cash", "statements", "drivers", "assumptions", "sources", "facts"),
    "not-modelled",
)
"""Sections of the page of a run, in its order; facts are there for the article alone."""


@dataclass(frozen=True)
class PageSection:
    """What a section of the page shows, as plain data; a part that is empty is left out.

    Parameters
    ----------
    heading : str
    paragraphs : sequence of str
    columns : sequence of str
        Heads of a table.
    rows : sequence of sequences of str or (str, float)
        The table: as many cells a row as there are columns, the first of which names the row.
    picture : str
        Name of a registered picture. A run that keeps no paths has no pictures.
    strategies : sequence of str
        What the picture is given after the result.
    description : str
        What the picture shows, in words.
    """

    heading: str
    paragraphs: Sequence[str] = ()
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[SectionCell]] = ()
    picture: str = ""
    strategies: Sequence[str] = ()
    description: str = ""

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"section '{self.heading}': a row has as many cells as there are columns")


Content = Callable[[Any, dict[str, Any], str], PageSection | None]
"""Of a result, its summary and a language."""

PAGE_SECTIONS: dict[str, tuple[str, Content]] = {}
"""By name: the place after which a section stands, and its function."""


def picture(draw: Picture) -> Picture:
    """Register a function as a picture: ``result.plot`` has it under its name.

    Parameters
    ----------
    draw : callable
        Takes a result, then what it likes; for the page ``ax`` and ``language`` too. Returns the axes.
    """
    _check_free(draw, PICTURES.get(draw.__name__))
    PICTURES[draw.__name__] = draw
    return draw


def section(after: str) -> Callable[[Content], Content]:
    """Register a function as a section of the page of a run.

    Parameters
    ----------
    after : str
        One of `PLACES`; several sections after the same one stand in the order of their registration.

    Returns
    -------
    decorator
        Of a function of a result, its summary and a language ("en" or "zh"), which returns a `PageSection`, or None
        for a result that has nothing to show.
    """
    if after not in PLACES:
        raise ValueError(f"no place '{after}' on the page; there are: {', '.join(PLACES)}")

    def register(content: Content) -> Content:
        _check_free(content, PAGE_SECTIONS.get(content.__name__, ("", None))[1])
        PAGE_SECTIONS[content.__name__] = after, content
        return content

    return register


def is_extended() -> bool:
    """Whether a package outside has registered a picture or a section: other processes do not know of it."""
    functions = (*PICTURES.values(), *(content for _, content in PAGE_SECTIONS.values()))
    return any(function.__module__.partition(".")[0] != "sim" for function in functions)


def _check_free(function: Callable[..., Any], known: Callable[..., Any] | None) -> None:
    """Refuse the name of another module's function; a cell of a notebook may be run again."""
    if known is not None and known.__module__ != function.__module__:
        raise ValueError(f"'{function.__name__}' is registered already, by {known.__module__}")
