"""The file of statements, CSV for spreadsheets: `write_statements` writes it, `read_statements` reads it back.

A strategy's statement stands month by month and then over all months, each as it is read: lines in order, subtotals
among them, the means rounded so that every subtotal is the sum of the lines above it. In UTF-8 with a byte-order mark,
which Excel asks for, and in the language of the run.
"""

from __future__ import annotations

import csv
import itertools
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.results.shown import AMOUNT_COLUMNS
from sim.results.statement import STATEMENTS, in_cents
from sim.text.labels import LANGUAGES, Say, catalogue, label, speaker, tables

if TYPE_CHECKING:
    import pandas as pd

    from sim.results.finished_run import FinishedRun

COLUMNS = ("strategy", "statement", "month", "line", "subtotal", "mean", "p5", "p50", "p95")
IN_CURRENCY = re.compile(r" [A-Z]{3}$")
"""After the head of an amount: the currency, where the file is not in the scenario's own."""

FORMER = ("strategy", "statement", "line", "month", "mean", "p5", "p50", "p95")
ALL_MONTHS, SUBTOTAL = "sheet_all_months", "sheet_yes"

FORMULA = re.compile(r"'*[=+@\t\r-]")
"""How a text begins that a spreadsheet takes for a formula, or that would be taken for one that is guarded."""


def write_statements(result: FinishedRun, path: Path, language: str = "en") -> None:
    """Write P&L and cash flow of every strategy, by month and over all months."""
    say = speaker(language)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        heads = [say(f"sheet_{column}") for column in COLUMNS]
        if result.currency != result.scenario.currency:
            named = zip(COLUMNS, heads, strict=True)
            heads = [f"{head} {result.currency}" if column in AMOUNT_COLUMNS else head for column, head in named]
        writer.writerow(heads)
        for strategy, kind in itertools.product(result.strategies, STATEMENTS):
            for total in (False, True):
                for row in printed(result.statement_rows(strategy, kind, total)):
                    writer.writerow(map(cell, _in_words(row, total, say)))


def printed(rows: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield a statement's rows with means in cents that add up, month by month."""
    for _, month in itertools.groupby(rows, lambda row: row["month"]):
        of_month = list(month)
        for row, mean in zip(of_month, in_cents(of_month), strict=True):
            yield {**row, "mean": mean}


def _in_words(row: Mapping[str, Any], total: bool, say: Say) -> list[Any]:
    words = {
        "strategy": _strategy(row["strategy"], say),
        "statement": say(f"sheet_{row['statement']}"),
        "month": say(ALL_MONTHS) if total else f"{row['month']:g}",
        "line": say(row["line"]),
        "subtotal": say(SUBTOTAL) if row["subtotal"] else "",
    }
    return [words.get(column, row[column]) for column in COLUMNS]


def _strategy(name: str, say: Say) -> str:
    # In English by its key, which `sim run` and Python take; in Chinese by its name.
    return name if say("sheet_strategy") == "strategy" else say(name)


def _former(frame: pd.DataFrame) -> pd.DataFrame:
    """Return what a version before subtotals wrote: lines in no order, none over all months."""
    import pandas as pd

    for column in FORMER[FORMER.index("month") :]:
        frame[column] = pd.to_numeric(frame[column])
    texts = {column: frame[column].map(unguarded) for column in ("strategy", "line")}
    return frame.assign(**texts, subtotal=False)[list(COLUMNS)].sort_values("month", kind="stable")


def _keys_of(words: Mapping[str, str]) -> dict[str, str]:
    return {text: key for key, text in words.items()}


def cell(value: object) -> object:
    """Return a value as it stands in a spreadsheet's file: money to the cent, nothing where there is no number."""
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:.2f}"
    return guard(value)


def guard(value: object) -> object:
    """Keep a spreadsheet from reading text of a scenario as a formula."""
    return f"'{value}" if isinstance(value, str) and FORMULA.match(value) else value


def unguarded(text: str) -> str:
    """Return a guarded text as it was."""
    return text[1:] if text.startswith("'") and FORMULA.match(text) else text


def read_statements(path: Path, strategies: Sequence[str], rate: float = 1.0) -> pd.DataFrame:
    """Return the statements of a file in any language, by the names that the program has for them.

    Parameters
    ----------
    rate : float
        Units of the currency the file is in for one of that the amounts are returned in.

    Returns
    -------
    DataFrame
        The columns of the file; ``month`` is NaN over all months, ``subtotal`` a truth value.

    Raises
    ------
    ValueError
        If the file has other columns.
    """
    import pandas as pd

    # Names are text whatever they look like: a strategy may be called 007, or NA; no number is an empty cell.
    frame = pd.read_csv(path, encoding="utf-8-sig", dtype=str, keep_default_na=False)
    found = [IN_CURRENCY.sub("", str(column)) for column in frame.columns]
    heads = {language: [label(f"sheet_{column}", language) for column in COLUMNS] for language in LANGUAGES}
    language = next((language for language, known in heads.items() if found == known), None)
    if found == list(FORMER):
        return _former(frame)
    if language is None:
        raise ValueError(f"{path.name} has the columns {', '.join(found)}")
    say = speaker(language)
    frame.columns = pd.Index(COLUMNS)
    names = {_strategy(name, say): name for name in strategies}
    kinds = {say(f"sheet_{kind}"): kind for kind in STATEMENTS}
    lines = {} if language == "en" else _keys_of(catalogue(language)) | _keys_of(tables(language)["lines"])
    frame["strategy"] = [names[unguarded(text)] for text in frame["strategy"]]
    frame["statement"] = [kinds[text] for text in frame["statement"]]
    frame["line"] = [lines.get(unguarded(text), unguarded(text)) for text in frame["line"]]
    frame["subtotal"] = frame["subtotal"] == say(SUBTOTAL)
    frame["month"] = pd.to_numeric(frame["month"].where(frame["month"] != say(ALL_MONTHS), ""))
    for column in COLUMNS[COLUMNS.index("mean") :]:
        frame[column] = pd.to_numeric(frame[column]) / rate
    return frame
