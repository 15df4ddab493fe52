"""The language a command speaks: as asked for, else as its scenario or run says, else that of the system.

`language_of_command` decides when a command's options are read; `language_now` is asked where a refusal is shown, which
may be before that. Nothing heavy is imported at the top: `sim --help` reads this file.
"""

from __future__ import annotations

import json
import locale
import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

OPTION = "--language"
ENGLISH, CHINESE = "en", "zh"
LOCALE_NAMES = ("LC_ALL", "LC_MESSAGES", "LANG")
"""What the environment says of the language of messages, the first that is set."""

SAID = re.compile(r"""^language:[ \t]*["']?(en|zh)["']?[ \t]*(?:#.*)?$""", re.MULTILINE)
RESTS_ON = re.compile(r"""^(?:extends|base):[ \t]*["']?([^"'#\r\n]+?)["']?[ \t]*(?:#.*)?$""", re.MULTILINE)
MAX_LOOKS, MAX_SIZE = 8, 2_000_000
"""How many files that rest on each other are looked at, and how large one may be."""

_decided: dict[str, str] = {}
"""What the command that runs has decided; empty before."""


def language_of_command(asked: str | None, files: Iterable[Path], overrides: Sequence[str]) -> str:
    """Return the language of a command, and keep it for :func:`language_now`.

    Parameters
    ----------
    asked : str, optional
        By ``--language``.
    files : iterable of Path
        The scenarios, sweeps, manifests or folders that the command is about; the first decides.
    overrides : sequence of str
        Of ``--set``.
    """
    told = asked or language_set(overrides) or next((language_in(file) for file in files), None)
    _decided["language"] = told or language_of_system(os.environ)
    return _decided["language"]


def language_now() -> str:
    """Return the language decided; before that the one that stands on the command line, else the system's."""
    return _decided.get("language") or asked_in(sys.argv) or language_of_system(os.environ)


def begin() -> None:
    """Forget what an earlier command in this process has decided."""
    _decided.clear()


def asked_in(words: Sequence[str]) -> str | None:
    """Return the language that words of a command line ask for."""
    for word, following in zip(words, (*words[1:], ""), strict=True):
        option, equals, value = word.partition("=")
        if option == OPTION and (found := value if equals else following) in (ENGLISH, CHINESE):
            return found
    return None


def language_of_system(environment: Mapping[str, str]) -> str:
    """Return Chinese where the system speaks it, else English."""
    named = next((environment[name] for name in LOCALE_NAMES if environment.get(name)), None)
    if named is None and os.name == "nt":  # Windows says it elsewhere, as Chinese (Simplified)_China
        named = locale.getlocale()[0]
    return CHINESE if (named or "").lower().startswith((CHINESE, "chinese")) else ENGLISH


def language_set(overrides: Sequence[str]) -> str | None:
    """Return the language that the last of some changes of values names."""
    said = [value.strip() for key, _, value in (text.partition("=") for text in overrides) if key.strip() == "language"]
    return said[-1] if said and said[-1] in (ENGLISH, CHINESE) else None


def language_in(file: Path) -> str | None:
    """Return the language that a file, or the manifest of a folder, says; what it rests on is looked at after it.

    A look, not a reading: what is wrong with a file is told when it is read, in the language found here.
    """
    for _ in range(MAX_LOOKS):
        text = _text(file / "manifest.json" if file.is_dir() else file)
        if text.lstrip().startswith("{"):
            return _language_in_json(text)
        if said := SAID.search(text):
            return said[1]
        if not (rests_on := RESTS_ON.search(text)):
            return None
        from sim.scenario.shipped import named_beside

        base = named_beside(file.parent, rests_on[1])
        if base is None:
            return None
        file = base
    return None


def _text(file: Path) -> str:
    try:
        if not file.is_file() or file.stat().st_size > MAX_SIZE:
            return ""
        return file.read_text(encoding="utf-8", errors="replace")
    except (OSError, ValueError):  # cannot be read, or is no name of a file
        return ""


def _language_in_json(text: str) -> str | None:
    try:
        content: Any = json.loads(text)
        found = content["scenario"]["language"]
    except (ValueError, RecursionError, LookupError, TypeError):
        return None
    return found if found in (ENGLISH, CHINESE) else None
