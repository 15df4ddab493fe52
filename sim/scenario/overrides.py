"""Overrides of the command line, ``--set a.b.c=value``: read as YAML, and named instead of a line in errors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.scenario.yaml_reader import ConfigError, Document, KeyPath, parse_value

MAX_LENGTH_SHOWN = 100


def lay_overrides(document: Document, overrides: Sequence[str]) -> list[tuple[str, Any]]:
    """Return the overrides as (dotted key, value), and note in the document where these keys now come from."""
    return [_read(document, override) for override in overrides]


def _read(document: Document, override: str) -> tuple[str, Any]:
    name = f"--set {_shortened(override)}"
    key, separator, text = override.partition("=")
    path: KeyPath = tuple(part.strip() for part in key.split("."))
    if not separator or not all(str(part) and str(part).isprintable() for part in path):
        raise ConfigError(f"{name}: write it as key.key=value")
    value = parse_value(text, name)
    for known in [place for place in document.lines if place[: len(path)] == path]:
        del document.lines[known]
    document.lines[path] = (name, None)
    _name_parents(document, path, name)
    return ".".join(map(str, path)), value


def _name_parents(document: Document, path: KeyPath, name: str) -> None:
    """Let keys that the override makes, or whose value it replaces by a mapping, name it too."""
    inner: Any = document.data
    for length, key in enumerate(path[:-1], 1):
        inner = inner.get(key) if isinstance(inner, dict) else None
        if not isinstance(inner, dict):
            document.lines[path[:length]] = (name, None)


def _shortened(text: str) -> str:
    shown = text.encode("unicode_escape").decode() if not text.isprintable() else text
    return shown if len(shown) <= MAX_LENGTH_SHOWN else shown[:MAX_LENGTH_SHOWN] + "..."
