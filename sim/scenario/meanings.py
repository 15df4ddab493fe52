"""Keys and values of a scenario in words: what a dotted key means, with its unit, and a value as people write it."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from sim.randomness.distributions import FAMILIES
from sim.scenario.declarations import declared
from sim.text.labels import label
from sim.text.messages import shortened
from sim.text.numbers import money

OTHER_UNITS = frozenset(name for family in FAMILIES.values() for name in family.kind.shapes)
"""Names within a distribution whose unit is another than that of the number itself."""


def described(key: str, language: str, currency: str = "", *, with_unit: bool = True) -> str:
    """Return the meaning of a dotted key, and its unit in square brackets, as far as it is declared; else the key.

    ``store.meta.cpc.lognormal.median`` becomes ``Price of a click, median [money per click]``.
    """
    text, unit, inner = reached(key)
    meaning = re.split(r"[.:;] |[：；。]", label(text, language))[0].rstrip(".")
    name = f"{meaning}{label('plot_sweep_part', language, part=inner.replace('_', ' '))}" if inner else meaning
    unit = label(unit, language)
    unit = unit.replace(label("money", language), currency) if currency else unit
    return f"{name} [{unit}]" if with_unit and unit and not in_percent(key) else name


def in_percent(key: str) -> bool:
    """Return whether the values of a key are shares, which people read in per cent."""
    return reached(key)[1] == "fraction"


@cache
def reached(key: str) -> tuple[str, str, str]:
    """Return the declaration that a dotted key reaches: meaning, unit of its values, and its name within the number.

    A key that is not declared means itself.
    """
    for known, parameter, _ in declared():
        if key == known or key.startswith(f"{known}."):
            inner = key[len(known) + 1 :].rpartition(".")[2]
            return parameter.meaning, parameter.unit if inner not in OTHER_UNITS else "", inner
    return key, "", ""


def number(value: float, share: bool = False) -> str:
    """Return a number as short as it can be told, with thousands; a share in per cent."""
    if share:
        return f"{number(100 * value)}%"
    return money(value) if abs(value) >= 1000 else f"{value:.4g}".replace("-", "−")


def value_in_words(value: Any, key: str) -> str:
    """Return a value of a dotted key as people write it: a share in per cent, true and false as in a scenario."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return number(float(value), in_percent(key))
    return value if isinstance(value, str) else shortened(value)
