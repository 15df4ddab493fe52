"""A JSON Schema of the scenario, so that editors complete and check while one types."""

from __future__ import annotations

import math
from typing import Any

from sim.business.channels import channel, channel_names
from sim.business.market import Market
from sim.business.parameters import Parameter, parameters_of
from sim.business.solvency import Solvency
from sim.randomness.distributions import FAMILIES
from sim.randomness.world_sampling import SAMPLINGS
from sim.scenario.article_readings import READINGS
from sim.scenario.scenario import CNY_PER_USD

HEAD: dict[str, Any] = {
    "extends": {"type": "string", "description": "Another scenario file that this one changes."},
    "name": {
        "type": "string",
        "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$",
        "description": "Names the run and its folder: letters, digits, point, underline, hyphen.",
    },
    "title": {"type": "string", "maxLength": 200, "default": "", "description": "For people."},
    "currency": {
        "type": "string",
        "pattern": "^[A-Z]{3}$",
        "default": "USD",
        "description": "Of every plain amount. Defaults are in dollars and are not converted: with another "
        "currency, state every amount.",
    },
    "start_date": {
        "type": "string",
        "format": "date",
        "default": "2026-09-07",
        "description": "Day 0, YYYY-MM-DD.",
    },
    "horizon_days": {
        "type": "integer",
        "minimum": 30,
        "maximum": 1095,
        "default": 240,
        "description": "Days simulated; a month is 30 days.",
    },
    "sampling": {
        "enum": list(SAMPLINGS),
        "default": "random",
        "description": "How worlds are spread over the uncertain numbers; sobol and latin_hypercube need 8,192 worlds.",
    },
    "condition": {
        "type": "array",
        "items": {"type": "string"},
        "default": [],
        "description": "Seen so far, as independent.acos[1] between 0.35 and 0.50: only paths that agree count.",
    },
    "counts": {
        "enum": ["random", "expected"],
        "default": "random",
        "description": "expected: every count is its mean, no noise.",
    },
    "stable_months": {
        "type": "integer",
        "minimum": 1,
        "maximum": 24,
        "default": 3,
        "description": "Months in a row with an operating profit that count as stable.",
    },
    "exchange_rates": {
        "type": "object",
        "additionalProperties": {"type": "number", "exclusiveMinimum": 0},
        "default": {"CNY": CNY_PER_USD},
        "description": "Units of each currency for one unit of the scenario's, for amounts such as 50000 CNY.",
    },
    "readings_applied": {
        "type": "boolean",
        "description": "Written by manifests: the values already carry the readings.",
    },
    "correlations": {
        "type": "array",
        "description": "Rows of two parameters, by dotted name, and their correlation on the normal scale.",
        "items": {
            "type": "array",
            "prefixItems": [
                {"type": "string"},
                {"type": "string"},
                {"type": "number", "minimum": -1, "maximum": 1},
            ],
            "minItems": 3,
            "maxItems": 3,
        },
    },
}
"""What stands beside market, wallet and channels and does not depend on them."""


def schema() -> dict[str, Any]:
    """Return the schema (draft 2020-12) for the channels registered now."""
    properties: dict[str, Any] = {
        **HEAD,
        "strategies": {
            "type": "object",
            "description": "Name to channels, which share one wallet.",
            "additionalProperties": {"type": "array", "items": {"enum": list(channel_names())}, "minItems": 1},
        },
        "readings": {
            "type": "object",
            "description": "What the sources leave open, as named choices; `sim explain readings`.",
            "additionalProperties": False,
            "properties": {n: {"enum": list(r.options), "description": r.text} for n, r in READINGS.items()},
        },
        "market": group({name: leaf(p) for name, p in parameters_of(Market).items()}),
        "wallet": group({name: leaf(p) for name, p in parameters_of(Solvency).items()}),
    }
    for name in channel_names():
        sections = {}
        for part in channel(name).parts:
            fields = {field: leaf(parameter) for field, parameter in part.parameters.items()}
            switch = {"const": True} if part.required else {"type": "boolean"}
            sections[part.section] = group({"enabled": {**switch, "default": part.enabled}, **fields})
            sections[part.section]["description"] = part.mechanism.does
        properties[name] = group(sections)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "seller-sim scenario",
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "$defs": {"distribution": distribution()},
    }


def group(properties: dict[str, Any]) -> dict[str, Any]:
    """Return a mapping that allows these keys alone."""
    return {"type": "object", "additionalProperties": False, "properties": properties}


def leaf(parameter: Parameter) -> dict[str, Any]:
    """Return the schema of one field."""
    description = f"{parameter.meaning} Unit: {parameter.unit}. Source: {parameter.source}"
    if parameter.form == "switch":
        return {"type": "boolean", "default": parameter.default, "description": parameter.meaning}
    if parameter.form == "choice":
        return {"enum": list(parameter.options), "default": parameter.default, "description": parameter.meaning}
    ends = {"minimum": parameter.low, "maximum": parameter.high}
    number = {"type": "number"} | {name: end for name, end in ends.items() if math.isfinite(end)}
    others = [{"type": "string"}, {"$ref": "#/$defs/distribution"}]
    return {"anyOf": [number, *others], "default": parameter.default, "description": description}


def distribution() -> dict[str, Any]:
    """Return a mapping with one family and an optional truncation."""
    families = {name: {"type": "object"} for name in (*FAMILIES, "mixture", "empirical")}
    end = {"type": ["number", "null"]}
    truncate = {"type": "array", "items": end, "minItems": 2, "maxItems": 2}
    return group({**families, "truncate": truncate}) | {"minProperties": 1, "maxProperties": 2}
