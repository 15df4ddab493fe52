"""The screen of a run: its answer in sentences and tables, for a terminal.

`screen` shows a summary (``summary.json``) and nothing else: a saved run looks as it did when it was made.
"""

from __future__ import annotations

from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from sim.text.advice import advice
from sim.text.labels import Say, speaker
from sim.text.numbers import currency_in_words, ends, error, horizon, no_spread, percent, proviso_lines
from sim.text.summary_tables import comparison_table, monthly_table, strategies_table, unseen
from sim.text.table import Prose
from sim.text.variants import doubt_sentences

ANSWER = ("chance_of_profit", "parameter_band", "after_owner_pay", "stable_profit")
"""How likely, how sure, and by when."""

MONEY = ("range_of_outcomes", "cash_needed", "ruin", "freezes")
"""What may come out, what it takes, and what may go wrong."""

TRAFFIC = ("clicks", "orders", "conversion", "cpc", "acos", "stopped_at_test")
"""Where the orders came from."""

DIFFERENCES = ("chance_of_profit", "mean_profit")
"""How one strategy differs from another."""


def screen(title: str, summary: dict[str, Any], language: str = "en") -> RenderableType:
    """Return the answer as something a terminal can print, under the scenario's title."""
    say = speaker(language)
    head = Text(f"{title}\n", style="bold")
    head.append(say("question", span=horizon(summary["months"], say)), style="bold cyan")
    notes = say("reading_note"), unseen(summary, say), say("currency_note", currency=currency_in_words(summary, say))
    note = Prose(" ".join(filter(None, notes)), style="dim")
    parts = [
        head,
        advised(summary, say),
        sentences(summary, say),
        provisos(summary, say),
        strategies_table(summary, say, ANSWER),
        strategies_table(summary, say, MONEY),
        monthly_table(summary, say, "settled_profit", "chance_by_month"),
        monthly_table(summary, say, "operating_profit", "chance_of_good_month"),
        strategies_table(summary, say, TRAFFIC, say("funnel")),
        comparison_table(summary, say, DIFFERENCES) if summary["comparisons"] else None,
        doubt(summary, say),
        note,
    ]
    shown = [part for part in parts if part is not None]
    return Group(*(piece for part in shown for piece in (part, Text(""))))


def advised(summary: dict[str, Any], say: Say) -> Prose | None:
    """Return which strategy to take, or none; a summary of an earlier version does not say."""
    found = summary.get("recommendation")
    return Prose(advice(found, summary["currency"], say), style="bold") if found else None


def sentences(summary: dict[str, Any], say: Say) -> Prose:
    """Return the three numbers of each strategy in one sentence: how likely, how sure, and what it depends on."""
    lines = []
    for name, strategy in summary["strategies"].items():
        profit = strategy["probability_of_profit"]["settled_profit"]
        chance, bands = profit["pointwise"][-1], profit["parameter_band"]
        words = {"name": say(name), "chance": percent(chance, say), "error": error(chance)}
        if isinstance(bands, dict):
            lines.append(say("sentence_without_band", **words))
        elif no_spread(bands[-1]):
            lines.append(say("sentence_no_spread", **words))
        else:
            low, high = ends(bands[-1]["low"], bands[-1]["high"])
            lines.append(say("sentence", **words, low=low, high=high))
    return Prose("\n".join(lines))


def doubt(summary: dict[str, Any], say: Say) -> Prose:
    """Return under how many readings each strategy comes first, or that this was not asked."""
    found = summary.get("model_doubt")
    return Prose("\n".join(doubt_sentences(found, say)) if found else say("readings_not_run", name=summary["scenario"]))


def provisos(summary: dict[str, Any], say: Say) -> Prose | None:
    """Return what the figures rest on beyond the plain run: a condition, a precision that was or was not reached."""
    lines = proviso_lines(summary, say)
    return Prose("\n".join(lines)) if lines else None
