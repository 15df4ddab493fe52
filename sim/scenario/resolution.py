"""The mapping that is validated: what a file holds, the values its readings set, and above both what is overridden.

:func:`resolve` lays them over each other; :func:`exchange_rates` checks and completes the rates, without which no
amount can be read. Errors name the key; everything else is validated afterwards, by the models.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from sim.business.channels import channel_names
from sim.scenario.article_readings import all_readings, patch_of
from sim.scenario.declarations import COMMON
from sim.scenario.model import CNY_PER_USD
from sim.scenario.problems import Path, Problem, ScenarioError
from sim.text.messages import shortened, suggest

READINGS_APPLIED = "readings_applied"
"""In a resolved mapping: the values already carry its readings."""


def resolve(mapping: Mapping[str, Any], overrides: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the mapping with its overrides, and below them the values its readings set."""
    out = _copied(mapping)
    before = dict(out.get("readings") or {}) if out.pop(READINGS_APPLIED, False) is True else {}
    currency = out.get("currency", "USD")
    for key, value in overrides:
        if key == "currency" and value != currency:
            change = (
                f"the amounts are in {currency} and would be read as others; state them anew in a file of their own"
            )
            raise ScenarioError([Problem(("currency",), shortened(value), change)])
        _put(out, key.split("."), value)
    readings = out.get("readings")
    if not isinstance(readings, Mapping):
        return out
    _check_readings(readings)
    chosen = {name: option for name, option in readings.items() if before.get(name) != option}
    for key, value in patch_of(chosen).items():
        if key.split(".")[0] in (*COMMON, *channel_names()):
            _put(out, key.split("."), value, replace=False)
    # Once more: a value asked for by hand, or by a sweep, is never lost to a reading.
    for key, value in overrides:
        _put(out, key.split("."), value)
    return out


def _check_readings(readings: Mapping[Any, Any]) -> None:
    known, problems = all_readings(), []
    for name, option in readings.items():
        path: Path = ("readings", str(name))
        if name not in known:
            problems.append(Problem(path, shortened(option), suggest(str(name), known, "no such reading")))
        elif not isinstance(option, str) or option not in known[name].options:
            allowed = ", ".join(known[name].options)
            problems.append(Problem(path, shortened(option), f"must be one of: {allowed}"))
    if problems:
        raise ScenarioError(problems)


def is_code(found: Any) -> bool:
    """Whether this is the code of a currency."""
    return isinstance(found, str) and len(found) == 3 and found.isascii() and found.isalpha() and found.isupper()


def exchange_rates(mapping: Mapping[str, Any]) -> dict[str, float]:
    """Return the units of each currency for one of the scenario's; checked first, since money is read with them."""
    currency = mapping.get("currency", "USD")
    if not is_code(currency):
        raise ScenarioError([Problem(("currency",), shortened(currency), "must be three capital letters, as USD")])
    given = mapping.get("exchange_rates", {})
    path: Path = ("exchange_rates",)
    if not isinstance(given, Mapping):
        raise ScenarioError([Problem(path, shortened(given), "must be a mapping such as {CNY: 7.0}")])
    problems = []
    for code, value in given.items():
        if not is_code(code):
            problems.append(Problem((*path, str(code)), shortened(code), "a currency is three capital letters, as CNY"))
        elif isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < math.inf:
            allowed = f"must be a number above 0: units of {code} for one {currency}"
            problems.append(Problem((*path, code), shortened(value), allowed))
        elif code == currency and value != 1:
            problems.append(Problem((*path, code), shortened(value), "is the scenario's own currency; leave it out"))
    missing = [code for code in ("USD", "CNY") if currency not in ("USD", "CNY") and code not in given]
    if missing:
        wanted = f"add {' and '.join(missing)}, units for one {currency}: defaults are stated in dollars and yuan"
        problems.append(Problem(path, shortened(dict(given)), wanted))
    if problems:
        raise ScenarioError(problems)
    usual = {"USD": {"CNY": CNY_PER_USD}, "CNY": {"USD": 1.0 / CNY_PER_USD}}
    default: dict[str, float] = usual.get(str(currency), {})
    return default | {code: float(value) for code, value in given.items()}


def _put(mapping: dict[str, Any], path: list[str], value: Any, *, replace: bool = True) -> None:
    """Set a nested value, making the mappings on the way.

    What stands there and is no mapping gives way (`replace`), or is left for validation to report.
    """
    for key in path[:-1]:
        inner = mapping.get(key)
        if not isinstance(inner, dict):
            if key in mapping and not replace:
                return
            inner = mapping[key] = {}
        mapping = inner
    mapping[path[-1]] = _copied(value) if isinstance(value, Mapping) else value


def _copied(mapping: Mapping[str, Any]) -> dict[str, Any]:
    """Return nested mappings copied, leaves shared."""
    return {key: _copied(value) if isinstance(value, Mapping) else value for key, value in mapping.items()}
