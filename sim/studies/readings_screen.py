"""Screen of ``sim readings`` (`readings_screen`): what comes first under each reading, and how far the answer moves."""

from __future__ import annotations

from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from sim.results.shown import OF_READINGS, shown_answer
from sim.text.advice import advice, taken
from sim.text.labels import Say, speaker
from sim.text.numbers import as_written_note, horizon, rate_note
from sim.text.table import NAME, WORDS, Cell, Column, Prose, Table
from sim.text.variants import difference_with_error, doubt_sentences, variant_name

Plain = dict[str, Any]


def readings_screen(found: Plain, language: str = "en") -> RenderableType:
    """Return the answer that ``sim readings --json`` writes as something a terminal can print."""
    say, found = speaker(language), shown_answer(found, OF_READINGS)
    title = say("readings_title", name=found["scenario"], span=horizon(found["months"], say))
    parts: list[RenderableType] = [
        Prose(title, style="bold"),
        Prose(advice(found["recommendation"], found["currency"], say)),
        Prose("\n".join(doubt_sentences(found, say))),
    ]
    if found["tried"]:
        parts += [moves_table(found, say, "chance"), moves_table(found, say, "expected")]
    notes = [*left_out_lines(found, say), say("readings_note"), *rate_note(found, say), *as_written_note(found, say)]
    parts.append(Prose("\n".join(notes), style="dim"))
    return Group(*(piece for part in parts for piece in (part, Text(""))))


def moves_table(found: Plain, say: Say, figure: str) -> Table:
    """Return how far each strategy moves under each variant.

    Parameters
    ----------
    figure : {"chance", "expected"}
        The chance of a profit in points, or the expected profit after owner's pay.
    """
    scale, digits, title = (100.0, 1, "readings_by_chance") if figure == "chance" else (1.0, 0, "readings_by_money")
    names = found["strategies"]
    head: list[Column | str] = [
        Column(say("readings_what"), NAME),
        Column(say("readings_taken"), WORDS),
        *map(say, names),
    ]
    table = Table(say(title, currency=found["currency"]), head)
    for tried in found["tried"]:
        shifts = [tried["strategies"].get(name) for name in names]
        cells = [
            Cell("–", None)
            if shift is None
            else Cell(
                difference_with_error(shift[f"{figure}_difference"], scale, digits),
                shift[f"{figure}_difference"]["estimate"],
            )
            for shift in shifts
        ]
        table.add_row(variant_name(tried, say), taken(tried["recommendation"], say), *cells)
    return table


def left_out_lines(found: Plain, say: Say) -> list[str]:
    """Return what was not tried, and why."""
    return [say("readings_left_out", variant=variant_name(each, say), why=each["why"]) for each in found["left_out"]]
