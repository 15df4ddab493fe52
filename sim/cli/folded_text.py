"""A text of a help that folds as the tables of the program do: `FoldedText`.

rich folds at spaces only. Chinese has none: what is longer than a column it cuts off with an ellipsis.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from rich.console import Console
from rich.containers import Lines
from rich.text import Text

from sim.text.table import fold


class FoldedText(Text):
    """A text, folded between Chinese characters too."""

    def wrap(self, console: Console, width: int, **_: Any) -> Lines:
        """Return the lines."""
        lines, end = Lines(), 0
        for line in fold(self.plain, width):
            start = self.plain.index(line, end)
            end = start + len(line)
            lines.append(self[start:end])
        return lines


def folding(make: Callable[..., Any]) -> Callable[..., Any]:
    """Return a maker of texts whose texts fold; what it makes beside texts stays as it is."""

    @wraps(make)
    def made(*arguments: Any, **named: Any) -> Any:
        text = make(*arguments, **named)
        return FoldedText(text.plain, text.style, spans=text.spans) if isinstance(text, Text) else text

    return made
