"""Words that people read, in English and Chinese.

`label` returns the words of a key, `speaker` does so in one language, `register` adds words from outside the package.

The words stand in ``en.toml`` and ``zh.toml``, in tables by where they are read. A language's file is read once, when
its first word is asked for. A text that is declared in English elsewhere (what a number means, a unit, an account, a
line of a statement) is its own key, and only its Chinese stands in a file. A text without Chinese shows in English; a
name without words, such as that of a seller's own strategy, shows as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache, partial

LANGUAGES = ("en", "zh")

Say = Callable[..., str]
"""From a key, and what fills its blanks, to words."""

ONE = re.compile(r"(?<![\d.,])1 (day|month|year|world|path)s\b")
"""A single thing said in the plural."""


def label(key: str, language: str = "en", **values: object) -> str:
    """Return the words of a key, its blanks filled with values; a key that has none stands for itself."""
    text = catalogue(language).get(key) or catalogue("en").get(key, key)
    return ONE.sub(r"1 \1", text.format(**values)) if values else text


def speaker(language: str) -> Say:
    """Return :func:`label` in one language."""
    return partial(label, language=language)


def language_of(say: Say) -> str:
    """Return the language that a speaker speaks."""
    return say.keywords["language"] if isinstance(say, partial) else "en"


def register(language: str, words: Mapping[str, str]) -> None:
    """Add words to a language, as a package does that brings a mechanism, a channel or a picture of its own.

    Parameters
    ----------
    language : str
        One of ``LANGUAGES``.
    words : mapping of str to str
        By key. The Chinese of a text that the package declares in English, such as what a number means, has that text
        as its key.

    Raises
    ------
    ValueError
        If a key has other words already; nothing is added then.
    """
    known = catalogue(language)
    taken = [key for key, text in words.items() if known.get(key, text) != text]
    if taken:
        raise ValueError(f"words of {language}: {', '.join(map(repr, taken))} say something else already")
    known.update(words)


def are_extended() -> bool:
    """Whether words were registered, which other processes do not know of."""
    return any(len(catalogue(language)) > len(_in_file(language)) for language in LANGUAGES)


def is_reserved(name: str) -> bool:
    """Whether a strategy of this name would be shown by words of the program that mean something else."""
    return any(name in words for table, words in tables("en").items() if table != "strategies")


@cache
def catalogue(language: str) -> dict[str, str]:
    """Return all words of a language by key: those of its file, and those that were registered."""
    return _in_file(language)


def _in_file(language: str) -> dict[str, str]:
    return {key: text for words in tables(language).values() for key, text in words.items()}


@cache
def tables(language: str) -> dict[str, dict[str, str]]:
    """Return a language's file: its tables by name, in each the words by key."""
    import tomllib
    from importlib import resources

    if language not in LANGUAGES:
        raise ValueError(f"language: found {language!r}; give one of: {', '.join(LANGUAGES)}")
    return tomllib.loads((resources.files(__name__) / f"{language}.toml").read_text(encoding="utf-8"))


@cache
def refusals() -> dict[str, str]:
    """Return the Chinese of refusals and remarks by their English, whose values are blanks."""
    return _by_english("zh_refusals.toml")


def helps() -> dict[str, str]:
    """Return the Chinese of what `--help` prints by its English on one line."""
    return _by_english("zh_help.toml")


def _by_english(file: str) -> dict[str, str]:
    import tomllib
    from importlib import resources

    text = (resources.files(__name__) / file).read_text(encoding="utf-8")
    return {english: chinese for words in tomllib.loads(text).values() for english, chinese in words.items()}
