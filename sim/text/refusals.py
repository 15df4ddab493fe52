"""Refusals and remarks in Chinese: `refusal_in` finds the Chinese of a sentence that was made in English.

Where something is refused the sentence is written in English, as the code reads; ``labels/zh_refusals.toml`` has its
Chinese under the same words, with a blank for each value. A message is held against these sentences, the longest
first; what fills a blank may be such a sentence itself. What has no Chinese shows as it is.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import count

from sim.text.labels import label, refusals

BLANK = re.compile(r"\{(\d*)\}")
VALUES = ("{", "[")
"""How mappings and lists begin, which a message shows as they stand in a file."""

MOST_LAYERS = 8
"""Of a message within a message; deeper ones, which only hostile text has, show as they are."""

MOST_SIGNS = 4_000
"""Of a line that is taken apart."""


def refusal_in(message: str, language: str) -> str:
    """Return a refusal or remark, which is made in English, in a language."""
    if language == "en":
        return message
    return "\n".join(_in_chinese(line) if len(line) <= MOST_SIGNS else line for line in message.split("\n"))


def _in_chinese(text: str, layers: int = MOST_LAYERS) -> str:
    known = refusals()
    if text in known:
        return known[text]
    if layers and " " in text and not text.startswith(VALUES):
        for pattern, chinese in _patterns():
            if found := pattern.fullmatch(text):
                return filled(chinese, [_in_chinese(value, layers - 1) for value in found.groups()])
    return _unit(text)


def _unit(text: str) -> str:
    """Return the Chinese of a number's unit, as a refusal names it; of anything else the text itself."""
    from sim.text.labels import tables

    return label(text, "zh") if text in tables("zh")["units"] else text


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """Return what the English of each sentence with blanks looks like, and its Chinese; the longest words first."""
    with_blanks = [(english, chinese) for english, chinese in refusals().items() if "{}" in english]
    with_blanks.sort(key=lambda pair: -len(pair[0].replace("{}", "")))
    return [(pattern_of(english), chinese) for english, chinese in with_blanks]


def pattern_of(english: str) -> re.Pattern[str]:
    """Return what a sentence looks like whatever fills its blanks, which are as short as they can be."""
    return re.compile("(.*?)".join(map(re.escape, english.split("{}"))))


def filled(chinese: str, values: list[str]) -> str:
    """Return a sentence with its blanks filled, in order or by number."""
    position = count()

    def value(blank: re.Match[str]) -> str:
        return values[int(blank[1]) if blank[1] else next(position)]

    return BLANK.sub(value, chinese)
