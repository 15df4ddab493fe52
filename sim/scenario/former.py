"""Scenarios as earlier versions saved them: keys that are gone are passed over, and what came since is off.

A run or a manifest of an earlier version is read in the model it was simulated with, as far as today's has it. In a
file that somebody writes a key that is gone stays an error, which says why it is gone.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping
from typing import Any

GONE = {
    "owner_pay.keep_cash": "is gone: owner's pay is owed and never drawn, so that it takes no cash; leave the key out",
    "prices.median_value": "is gone: state mean_value, which is the median times exp(log_sd * log_sd / 2)",
}
"""By section and key: why it is gone."""

PASSED_OVER = ("owner_pay.keep_cash",)
"""Those that say nothing of what today's model does: a warning names them."""

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
    "market.ad_price_november": 1.30,
    "market.ad_price_december": 1.35,
    "market.ad_price_january": 0.90,
    "market.demand_november": 1.30,
    "market.demand_december": 1.20,
    "store.paypal_reserve.enabled": False,
    "store.stripe_reserve.enabled": False,
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
    gone = [f"{owner}.{key}" for owner in out for key in PASSED_OVER if _take(out, [owner, *key.split(".")])]
    rows = out.get("correlations")
    if isinstance(rows, list):
        out["correlations"] = [row for row in rows if not (isinstance(row, list) and set(gone) & set(map(str, row)))]
    _state_mean(_inner(out, ["alibaba", "prices"]))
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


def _state_mean(prices: dict[str, Any] | None) -> None:
    """State the mean order value for the median, where both are plain numbers; else the key stays, to be refused."""
    if prices is None:
        return
    median, log_sd = prices.get("median_value"), prices.get("log_sd")
    if isinstance(median, int | float) and isinstance(log_sd, int | float):
        prices["mean_value"] = prices.pop("median_value") * math.exp(log_sd**2 / 2)


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
