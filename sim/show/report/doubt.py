"""The section of the page on how sure the answer is (`doubts`): simulation, what is not known, luck, readings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from sim.results.finished_run import MODEL_DOUBT
from sim.show.plots.doubts import drawn_of, model_doubt, size_for
from sim.show.plots.style import NARROWEST
from sim.show.plots.svg import Figure, draw
from sim.show.report.answer import chance, ranked
from sim.studies.readings_screen import left_out_lines, moves_table
from sim.text.doubts import shops
from sim.text.labels import Say, speaker
from sim.text.numbers import error, horizon, money
from sim.text.table import Cell, Table
from sim.text.variants import doubt_sentences

ANCHOR = "model-doubt"


class Doubt(NamedTuple):
    """One kind of doubt: its address on the page, what it is called, its sentences, its picture and its table."""

    anchor: str
    heading: str
    paragraphs: Sequence[str]
    figure: Figure | None
    table: Table | None = None


def doubts(
    summary: dict[str, Any], figures: Mapping[str, Figure], language: str, file: str, *, pictures: bool
) -> list[Doubt]:
    """Return the four kinds of doubt, what they come to for the strategy that leads, each with its picture."""
    say, name = speaker(language), ranked(summary)[0]
    best = summary["strategies"][name]
    return [
        Doubt("simulation", say("page_doubt_simulation"), [of_simulation(summary, best, say)], figures.get("error")),
        Doubt("not-known", say("page_doubt_not_known"), [of_shops(best, say(name), say)], figures.get("shops")),
        Doubt("luck", say("page_doubt_luck"), [of_luck(summary, best, say(name), say)], figures.get("final")),
        of_readings(summary, language, file, pictures=pictures),
    ]


def of_simulation(summary: dict[str, Any], best: dict[str, Any], say: Say) -> str:
    """Return what simulating as often as this leaves open."""
    paths = f"{summary['worlds'] * summary['replicates']:,}"
    return say("page_simulation_words", paths=paths, error=error(chance(best)))


def of_shops(best: dict[str, Any], name: str, say: Say) -> str:
    """Return how many of the shops that fit what the seller told lose, are open, win."""
    found = shops(best)
    if found is None:
        return say("page_not_known_refused")
    return say("page_not_known_words", name=name, **dict(zip(("lose", "open", "win"), found, strict=True)))


def of_luck(summary: dict[str, Any], best: dict[str, Any], name: str, say: Say) -> str:
    """Return how differently histories end."""
    points = {word: money(best["settled_profit"][p]["estimate"]) for word, p in
              (("bad", "p5"), ("middle", "p50"), ("good", "p95"))}  # fmt: skip
    return say("page_luck_words", name=name, span=horizon(summary["months"], say), currency=summary["currency"],
               **points)  # fmt: skip


def of_readings(summary: dict[str, Any], language: str, file: str, *, pictures: bool) -> Doubt:
    """Return what other readings of the sources come to, by what the summary holds of ``sim readings``."""
    say, found = speaker(language), summary[MODEL_DOUBT]
    heading = say("readings_heading")
    if not found or not found["tried"]:
        words = doubt_sentences(found, say) if found else [say("readings_not_run", name=file)]
        return Doubt(ANCHOR, heading, words, None)
    chances, expected = (moves_table(found, say, figure) for figure in ("chance", "expected"))
    table = Table(heading, [column.header for column in chances.columns])
    for ours, theirs in zip(chances.rows, expected.rows, strict=True):
        table.add_row(*ours[:2], *map(_both, ours[2:], theirs[2:]))
    note = f"{chances.title} / {expected.title}. {say('readings_note')}"
    paragraphs = [*doubt_sentences(found, say), note, *left_out_lines(found, say)]
    return Doubt(ANCHOR, heading, paragraphs, _picture(found, language) if pictures else None, table)


def _both(chance: Cell, money: Cell) -> Cell:
    """Return how far a strategy moves in one cell, sorted by its chance."""
    return chance if chance.order is None else Cell(f"{chance} / {money}", float(chance.order))


def _picture(found: dict[str, Any], language: str) -> Figure:
    say, shown = speaker(language), drawn_of(found)
    width, height = size_for(shown)
    words = " ".join(doubt_sentences(found, say))
    plot = partial(model_doubt, found, language=language)
    sizes = (width, height), (NARROWEST, height + 0.5)
    return draw(f"{ANCHOR}-picture", say("readings_plot_title"), words, plot, sizes=sizes)
