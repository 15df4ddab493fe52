"""The screen of a run, 80 columns by 50 lines: the decision first, then how likely, why, and how sure.

`screen` shows a summary (``summary.json``) and nothing else: a saved run looks as it did when it was made.
"""

from __future__ import annotations

from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from sim.text.break_even import break_even_line
from sim.text.decision import decision
from sim.text.doubts import doubt_lines
from sim.text.labels import Say, speaker
from sim.text.messages import paragraph
from sim.text.numbers import horizon, proviso_lines
from sim.text.order_table import orders_table
from sim.text.remarks import remark_lines
from sim.text.summary_tables import ways_table
from sim.text.table import Prose
from sim.text.why import why_lines


def screen(title: str, summary: dict[str, Any], language: str = "en", file: str = "") -> RenderableType:
    """Return the answer as something a terminal can print, under the scenario's title.

    ``file`` is what further commands would be given; by default the scenario's name with ``.yaml``.
    """
    say = speaker(language)
    file = file or f"{summary['scenario']}.yaml"
    parts: list[RenderableType | None] = [
        Group(heading(title, summary, say), advised(summary, say)),
        ways_table(summary, say),
        orders_table(summary, say),
        prose([paragraph(remark_lines(summary, say))]),
        prose([*doubt_lines(summary, say, file), say("next_steps", file=file)], style="dim"),
    ]
    shown = [part for part in parts if part is not None]
    return Group(*[piece for part in shown for piece in (part, Text(""))][:-1])


def heading(title: str, summary: dict[str, Any], say: Say) -> Prose:
    """Return what was simulated, for how long, in which money, how often."""
    n_paths = summary["worlds"] * summary["replicates"]
    words = {"title": title, "span": horizon(summary["months"], say), "currency": summary["currency"]}
    return Prose(say("heading", **words, paths=f"{n_paths:,}"), style="bold")


def advised(summary: dict[str, Any], say: Say) -> Group:
    """Return the decision, why it is so, and what would have to be true."""
    found = decision(summary, say)
    paragraphs = (
        found.lines,
        why_lines(summary, say),
        break_even_line(summary, say),
    )
    lines = [paragraph(sentences) for sentences in paragraphs if sentences]
    lines += proviso_lines(summary, say)
    return Group(Prose(found.headline, style="bold cyan"), Prose("\n".join(lines)))


def prose(lines: list[str], style: str = "") -> Prose | None:
    """Return texts, each from a line of its own; None where they are empty."""
    shown = [line for line in lines if line]
    return Prose("\n".join(shown), style=style) if shown else None
