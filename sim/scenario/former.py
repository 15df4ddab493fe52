"""Scenarios as earlier versions saved them: keys that are gone are passed over, and what came since is off.

A run or a manifest of an earlier version is read in the model it was simulated with, as far as today's has it. In a
file that somebody writes a key that is gone stays an error, which says why it is gone.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

GONE = {
    "owner_pay.keep_cash": "is gone: owner's pay is owed and never drawn, so that it takes no cash; leave the key out",
}
"""By section and key: why it is gone."""

OFF_ON_PLATFORMS = {
    "p4p.spend_exponent": 1,
    "p4p_policy.enabled": False,
    "visits.reading": "independent",
    "reviews.enabled": False,
    "reorders.enabled": False,
    "commission.given_back": False,
}
OFF: dict[str, object] = {
    "wallet.grace_days": 0,
    "store.budget.weeks": "calendar",
    **{f"alibaba.{key}": value for key, value in OFF_ON_PLATFORMS.items()},
    **{f"aliexpress.{key}": value for key, value in OFF_ON_PLATFORMS.items()},
}
"""By dotted key, what came since version 0.2.0: the value without effect."""


def why_gone(path: tuple[Any, ...]) -> str | None:
    """Return why a key of a channel's section is gone; None for a key that never was."""
    return GONE.get(".".join(map(str, path[1:])))


def as_saved(scenario: Mapping[str, Any]) -> dict[str, Any]:
    """Return the scenario of a manifest as today's model reads it; a warning names keys that are passed over."""
    out: dict[str, Any] = {owner: _copied(values) for owner, values in scenario.items()}
    gone = [f"{owner}.{key}" for owner in out for key in GONE if _take(out, [owner, *key.split(".")])]
    rows = out.get("correlations")
    if isinstance(rows, list):
        out["correlations"] = [row for row in rows if not (isinstance(row, list) and set(gone) & set(map(str, row)))]
    for key, value in OFF.items():
        owner, *path = key.split(".")
        if isinstance(out.get(owner), dict):
            _set_default(out[owner], path, value)
    if gone:
        found = "saved by an earlier version; today's model has no such key, and it is passed over"
        warnings.warn(f"{', '.join(gone)}: {found}", stacklevel=3)
    return out


def _copied(values: Any) -> Any:
    return {key: _copied(inner) for key, inner in values.items()} if isinstance(values, Mapping) else values


def _inner(mapping: dict[str, Any], path: list[str]) -> dict[str, Any] | None:
    inner: Any = mapping
    for key in path:
        inner = inner.get(key) if isinstance(inner, dict) else None
    return inner if isinstance(inner, dict) else None


def _set_default(mapping: dict[str, Any], path: list[str], value: object) -> None:
    """Set a key where it is missing, and the sections above it."""
    for key in path[:-1]:
        mapping = mapping.setdefault(key, {})
        if not isinstance(mapping, dict):
            return
    mapping.setdefault(path[-1], value)


def _take(mapping: dict[str, Any], path: list[str]) -> bool:
    """Take a key out; whether it was there."""
    inner = _inner(mapping, path[:-1])
    return inner is not None and inner.pop(path[-1], inner) is not inner
