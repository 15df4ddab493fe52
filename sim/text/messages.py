"""Pieces of error messages: the value that was found, the name that was probably meant.

`shortened` shows a value, `suggest` names what there is and the nearest of it, `as_list` takes one name for a list,
`in_words` writes a value as a scenario does, `padded` fills a text up.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

WIDE_COLON = "："
WIDE_STOP = "。"


def suggest(name: str, allowed: Iterable[str], sentence: str) -> str:
    """Return a sentence that names what was probably meant, and what there is."""
    names = list(allowed)
    near = difflib.get_close_matches(name, names, n=1)
    hint = f"; did you mean '{near[0]}'?" if near else ""
    return f"{sentence}{hint} (there are: {', '.join(names)})"


def wide_colon(found: object) -> str:
    """Return a hint where text holds a full-width colon, which YAML takes for a letter."""
    is_there = isinstance(found, str) and WIDE_COLON in found
    return f"; its colon is the full-width '{WIDE_COLON}': write ':' and a space" if is_there else ""


def padded(text: str, cells: int) -> str:
    """Return a text filled up with blanks to so many cells of a terminal, on which a Chinese sign takes two."""
    wide = sum(unicodedata.east_asian_width(sign) in "WF" for sign in text)
    return text + " " * (cells - len(text) - wide)


def as_list(names: Sequence[str] | None) -> list[str]:
    """Return names as a list; a single one may come as it is."""
    return [names] if isinstance(names, str) else list(names or ())


def paragraph(sentences: Iterable[str]) -> str:
    """Return sentences as one text: a blank between them, none after a full-width stop."""
    text = ""
    for sentence in filter(None, sentences):
        text += sentence if not text or text.endswith(WIDE_STOP) else f" {sentence}"
    return text


def shortened(value: Any) -> str:
    """Return a value as an error message shows it."""
    text = repr(dict(value)) if isinstance(value, Mapping) else repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


def in_words(value: Any) -> str:
    """Return a switch, choice or number as a scenario writes it."""
    return str(value).lower() if isinstance(value, bool) else f"{value:.6g}" if isinstance(value, float) else str(value)
