"""The section of the page on model doubt (`doubt_section`): the answer under other readings, or that nobody asked."""

from __future__ import annotations

from typing import Any

from matplotlib.figure import Figure as Canvas

from sim.results.finished_run import MODEL_DOUBT
from sim.show.plots.doubts import drawn_of, model_doubt, size_for
from sim.show.plots.svg import Figure, draw
from sim.show.registry import PageSection
from sim.show.report.sections import AddedSection, table_of
from sim.studies.readings_screen import left_out_lines, moves_table
from sim.text.labels import speaker
from sim.text.table import Cell
from sim.text.variants import doubt_sentences

ANCHOR = "model-doubt"


def doubt_section(summary: dict[str, Any], language: str, *, pictures: bool) -> AddedSection:
    """Return the section, by what the summary holds of ``sim readings``."""
    say, found = speaker(language), summary[MODEL_DOUBT]
    heading = say("readings_heading")
    if not found or not found["tried"]:
        words = doubt_sentences(found, say) if found else [say("readings_not_run", name=summary["scenario"])]
        content = PageSection(heading, words)
        return AddedSection(ANCHOR, content, table_of(content), None)
    chance, expected = (moves_table(found, say, figure) for figure in ("chance", "expected"))
    rows = [
        (*ours[:2], *map(_both, ours[2:], theirs[2:])) for ours, theirs in zip(chance.rows, expected.rows, strict=True)
    ]
    note = f"{chance.title} / {expected.title}. {say('readings_note')}"
    paragraphs = [*doubt_sentences(found, say), note, *left_out_lines(found, say)]
    content = PageSection(heading, paragraphs, [column.header for column in chance.columns], rows)
    return AddedSection(ANCHOR, content, table_of(content), _picture(found, language) if pictures else None)


def _both(chance: Cell, money: Cell) -> str | tuple[str, float]:
    """Return how far a strategy moves in one cell, sorted by its chance."""
    return chance if chance.order is None else (f"{chance} / {money}", float(chance.order))


def _picture(found: dict[str, Any], language: str) -> Figure:
    say, shown = speaker(language), drawn_of(found)

    def plot(canvas: Canvas) -> None:
        model_doubt(found, canvas.add_subplot(), language)

    words = " ".join(doubt_sentences(found, say))
    return draw(f"{ANCHOR}-picture", say("readings_plot_title"), words, plot, size_for(shown))
