"""Registered sections on the page of a run.

`added_sections` makes them ready for the template, which escapes their texts; `contents` lists them with its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from sim.show.plots.svg import Figure
from sim.show.registry import PLACES, SECTIONS, Section
from sim.show.report.pictures import draw_registered
from sim.text.labels import Say
from sim.text.table import Cell, Table

if TYPE_CHECKING:
    from sim.results.result import CountedResult, Result


@dataclass(frozen=True)
class AddedSection:
    """A section ready for the template: its address on the page, what it stands after, its table and its picture."""

    anchor: str
    after: str
    content: Section
    table: Table | None
    figures: list[tuple[Figure, Markup]]


def added_sections(
    result: Result | CountedResult, summary: dict[str, Any], language: str, *, pictures: bool
) -> list[AddedSection]:
    """Return the registered sections that have something to show, in the order of their registration."""
    added = []
    for key, (after, function) in SECTIONS.items():
        anchor, content = f"section-{key}", function(result, summary, language)
        if content is not None:
            figures = [figure_of(result, anchor, content, language)] if pictures and content.picture else []
            added.append(AddedSection(anchor, after, content, table_of(content) if content.rows else None, figures))
    return added


def figure_of(result: Any, anchor: str, content: Section, language: str) -> tuple[Figure, Markup]:
    """Return a section's picture."""
    key, named = f"{anchor}-picture", (content.picture, content.strategies)
    drawn = draw_registered(key, content.heading, content.description, result, *named, language)
    return drawn, Markup(drawn.svg)


def table_of(content: Section) -> Table:
    """Return a section's table; a cell is sorted by its number where it has one, else by its text."""
    rows = [tuple(cell if isinstance(cell, str) else Cell(*cell) for cell in row) for row in content.rows]
    return Table(content.heading, tuple(content.columns), rows)


def contents(added: list[AddedSection], say: Say, *, facts: bool) -> list[tuple[str, str]]:
    """Return the anchor and the name of every section below the answer, in the page's order."""
    found = []
    for place in PLACES:
        if place != "answer" and (place != "facts" or facts):
            found.append((place, say(f"report_{place.replace('-', '_')}")))
        found += [(section.anchor, section.content.heading) for section in added if section.after == place]
    return [*found, ("provenance", say("report_provenance"))]
