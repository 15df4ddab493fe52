"""The glossary of the screen: `glossary_table` puts its words and what each means side by side, a line each.

Words and meanings are the table ``[glossary]`` of each language: ``word_NAME`` and ``what_NAME``.
"""

from __future__ import annotations

from sim.text.labels import label, speaker, tables
from sim.text.table import NAME, WORDS, Column, Table

WORD = "word_"


def glossary(language: str = "en") -> dict[str, str]:
    """Return what each word of the screen means."""
    say = speaker(language)
    names = [key.removeprefix(WORD) for key in tables("en")["glossary"] if key.startswith(WORD)]
    return {say(f"word_{name}"): say(f"what_{name}") for name in names}


def glossary_table(language: str = "en") -> Table:
    """Return the words of the screen as `sim explain words` prints them."""
    table = Table(label("glossary_title", language), [Column("", NAME), Column("", WORDS)])
    for word, meaning in glossary(language).items():
        table.add_row(word, meaning)
    return table
