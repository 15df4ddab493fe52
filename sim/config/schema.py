"""A JSON Schema of the scenario, so that editors complete and check while one types."""

from __future__ import annotations

from typing import Any

from sim.channels import channel, channel_names
from sim.distributions import FAMILIES
from sim.environment import Market
from sim.mechanisms.solvency import Solvency
from sim.parameters import Parameter, parameters_of
from sim.readings import READINGS


def schema() -> dict[str, Any]:
    """Return the schema (draft 2020-12) for the channels registered now."""
    properties: dict[str, Any] = {
        "extends": {"type": "string", "description": "Another scenario file that this one changes."},
        "name": {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$"},
        "title": {"type": "string", "maxLength": 200},
        "currency": {"type": "string", "pattern": "^[A-Z]{3}$", "default": "USD"},
        "start_date": {"type": "string", "description": "Day 0, YYYY-MM-DD."},
        "horizon_days": {"type": "integer", "minimum": 30, "maximum": 1095, "default": 240},
        "counts": {"enum": ["random", "expected"], "description": "expected: every count is its mean, no noise."},
        "stable_months": {"type": "integer", "minimum": 1, "maximum": 24, "default": 3},
        "exchange_rates": {"type": "object", "additionalProperties": {"type": "number", "exclusiveMinimum": 0}},
        "strategies": {
            "type": "object",
            "additionalProperties": {"type": "array", "items": {"enum": list(channel_names())}, "minItems": 1},
        },
        "correlations": {
            "type": "array",
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
        "readings": {
            "type": "object",
            "additionalProperties": False,
            "properties": {n: {"enum": list(r.options), "description": r.text} for n, r in READINGS.items()},
        },
        "market": group({name: leaf(p) for name, p in parameters_of(Market).items()}),
        "wallet": group({name: leaf(p) for name, p in parameters_of(Solvency).items()}),
    }
    for name in channel_names():
        sections = {}
        for part in channel(name).parts:
            fields = {field: leaf(p) for field, p in parameters_of(part.mechanism).items()}
            sections[part.section] = group({"enabled": {"type": "boolean", "default": part.enabled}, **fields})
            sections[part.section]["description"] = part.mechanism.does
        properties[name] = group(sections)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "seller-sim scenario",
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "$defs": {"numeric": numeric(), "distribution": distribution()},
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
    return {"$ref": "#/$defs/numeric", "default": parameter.default, "description": description}


def numeric() -> dict[str, Any]:
    """Return a number, text such as ``0.5 to 3`` or ``500 CNY``, or a distribution."""
    return {"anyOf": [{"type": "number"}, {"type": "string"}, {"$ref": "#/$defs/distribution"}]}


def distribution() -> dict[str, Any]:
    """Return a mapping with one family and an optional truncation."""
    families = {name: {"type": "object"} for name in (*FAMILIES, "mixture", "empirical")}
    end = {"type": ["number", "null"]}
    truncate = {"type": "array", "items": end, "minItems": 2, "maxItems": 2}
    return group({**families, "truncate": truncate}) | {"minProperties": 1, "maxProperties": 2}
