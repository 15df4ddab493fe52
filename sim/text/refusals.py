"""Refusals and remarks in Chinese: `refusal_in` finds the Chinese of a sentence that was made in English.

Where something is refused the sentence is written in English, as the code reads; ``labels/zh_refusals.toml`` has its
Chinese under the same words, with a blank for each value. A message is held against these sentences, the longest
first; what fills a blank may be such a sentence itself. What has no Chinese shows as it is.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import count

from sim.text.labels import label, refusals, tables

BLANK = re.compile(r"\{(\d*)\}")
VALUES = ("{", "[")
"""How mappings and lists begin, which a message shows as they stand in a file."""

DECLARED = ("units", "descriptions")
"""Tables of what is told within a message; names, which are typed as they stand, are in none of them."""

MOST_LAYERS = 8
"""Of a message within a message; deeper ones, which only hostile text has, show as they are."""


def refusal_in(message: str, language: str) -> str:
    """Return a refusal or remark, which is made in English, in a language."""
    return message if language == "en" else "\n".join(map(in_chinese, message.split("\n")))


def said_in(text: str, language: str) -> str:
    """Return what is declared in English in a language: a word of the catalogue, or a sentence made of such."""
    found = label(text, language)
    return found if found != text else refusal_in(text, language)


def in_chinese(text: str, layers: int = MOST_LAYERS) -> str:
    """Return the Chinese of one line, or of what fills a blank of it."""
    known = refusals()
    if text in known:
        return known[text]
    if any(text in tables("zh")[table] for table in DECLARED):
        return label(text, "zh")
    if layers and " " in text and not text.startswith(VALUES):
        for pieces, chinese in _sentences():
            if (values := taken_apart(text, pieces)) is not None:
                return filled(chinese, [in_chinese(value, layers - 1) for value in values])
    return text


@cache
def _sentences() -> list[tuple[list[str], str]]:
    """Return the English between the blanks of each sentence that has some, and its Chinese; the longest first."""
    found = [(english.split("{}"), chinese) for english, chinese in refusals().items() if "{}" in english]
    return sorted(found, key=lambda sentence: -sum(map(len, sentence[0])))


def taken_apart(text: str, pieces: list[str]) -> list[str] | None:
    """Return what stands between pieces of a text, each as short as can be; None where they are not in it."""
    first, *inner, last = pieces
    if not text.startswith(first) or len(text) < len(first) + len(last):
        return None
    values, begin, end = [], len(first), len(text) - len(last)
    for piece in inner:
        found = text.find(piece, begin, end)
        if found < 0:
            return None
        values.append(text[begin:found])
        begin = found + len(piece)
    return [*values, text[begin:end]] if begin <= end and text.endswith(last) else None


def filled(chinese: str, values: list[str]) -> str:
    """Return a sentence with its blanks filled, in order or by number."""
    position = count()

    def value(blank: re.Match[str]) -> str:
        return values[int(blank[1]) if blank[1] else next(position)]

    return BLANK.sub(value, chinese)
