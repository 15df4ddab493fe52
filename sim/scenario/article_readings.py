"""Readings of the article: figures that its text leaves open, as named choices, each a patch of the configuration.

:func:`all_readings` returns them all, from ``article_readings.toml``; :func:`patch_of` what chosen ones set. A
reading that a scenario names is applied before validation and wins over the sections it touches. Readings without a
patch decide only how `sim facts` compares.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

Patch = dict[str, Any]


@dataclass(frozen=True)
class Reading:
    """Words of the source, and by the name of each reading, the default first, what it sets by dotted key."""

    text: str
    options: dict[str, Patch]


@cache
def all_readings() -> dict[str, Reading]:
    """Return the readings by the name of what is open."""
    import tomllib
    from importlib import resources

    text = (resources.files(__package__) / "article_readings.toml").read_text(encoding="utf-8")
    return {name: Reading(**found) for name, found in tomllib.loads(text).items()}


def patch_of(chosen: dict[str, str]) -> Patch:
    """Return the values that the chosen readings set, by dotted key."""
    patch: Patch = {}
    for name, option in chosen.items():
        patch |= all_readings()[name].options[option]
    return patch
