"""Registered sections on the page of a run.

`added_sections` makes them ready for the template, which escapes their texts; `contents` lists them with its own.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sim.show.plots.svg import NARROW, SIZE, Figure
from sim.show.registry import PAGE_SECTIONS, PLACES, PageSection
from sim.show.report.drawing import Wanted, draw_wanted
from sim.text.labels import Say
from sim.text.table import Cell, Table

HEADINGS = {"drivers": "report_what_drives"}
"""Keys of headings that are not made of the section's name."""


class AddedSection(NamedTuple):
    """A section ready for the template: its address on the page, its texts, its table and its picture."""

    anchor: str
    content: PageSection
    table: Table
    figure: Figure | None


def added_sections(
    result: Any, summary: dict[str, Any], language: str, *, pictures: bool
) -> dict[str, list[AddedSection]]:
    """Return the registered sections that have something to show, by the place after which they stand."""
    added: dict[str, list[AddedSection]] = {place: [] for place in PLACES}
    for key, (place, function) in PAGE_SECTIONS.items():
        content, anchor = function(result, summary, language), f"section-{key}"
        if content is None:
            continue
        figure = None
        if pictures and content.picture:
            texts = f"{anchor}-picture", content.heading, content.description
            wanted = Wanted(*texts, content.picture, content.strategies, (SIZE, NARROW))
            figure = draw_wanted(wanted, result, language)
        added[place].append(AddedSection(anchor, content, table_of(content), figure))
    return added


def table_of(content: PageSection) -> Table:
    """Return a section's table; a cell is sorted by its number where it has one, else by its text."""
    rows = [tuple(cell if isinstance(cell, str) else Cell(*cell) for cell in row) for row in content.rows]
    return Table(content.heading, tuple(content.columns), rows)


def contents(added: dict[str, list[AddedSection]], say: Say, *, facts: bool) -> list[tuple[str, str]]:
    """Return the anchor and the name of every section below the answer, in the page's order."""
    found = []
    for place in PLACES:
        if place != "answer" and (place != "facts" or facts):
            found.append((place, say(HEADINGS.get(place, f"report_{place.replace('-', '_')}"))))
        found += [(section.anchor, section.content.heading) for section in added[place]]
    return [*found, ("provenance", say("report_provenance"))]
