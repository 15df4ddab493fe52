"""The JSON Schema of a scenario (draft 2020-12), with which editors complete and check while one types.

:func:`schema` prints the pydantic models of `sim.scenario.model` and adds what they do not know: the keys taken out
before validation (``extends``, ``readings_applied``), the names of channels and readings, and that a number may also be
a distribution. ``HEAD`` holds what does not depend on the channels. No key is required: a file may extend another one.
"""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from sim.business.channels import channel_names
from sim.scenario.article_readings import all_readings
from sim.scenario.distribution_forms import DISTRIBUTION, distribution_schema
from sim.scenario.model import Head, scenario_model
from sim.scenario.values import Dollars
from sim.text.labels import Say, speaker

OF_A_NUMBER = re.compile(r"(?P<meaning>.*) Unit: (?P<unit>.*)\. Source: (?P<source>.*)", re.DOTALL)
"""How a number is described by `sim.scenario.model`."""


class _Generator(GenerateJsonSchema):
    """Fields without titles; a default amount as it stands in its declaration."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def encode_default(self, dft: Any) -> Any:
        return dft.value if isinstance(dft, Dollars) else super().encode_default(dft)


HEAD: dict[str, Any] = {
    "extends": {"type": "string", "description": "Another scenario file that this one changes."},
    **Head.model_json_schema(schema_generator=_Generator)["properties"],
    "readings_applied": {
        "type": "boolean",
        "description": "Written by manifests: the values already carry the readings.",
    },
}
"""By key: what stands beside market, wallet and channels."""


def schema(language: str = "en") -> dict[str, Any]:
    """Return the schema for the channels registered now, its descriptions in a language."""
    made = scenario_model().model_json_schema(schema_generator=_Generator)
    channels = {"type": "array", "items": {"enum": list(channel_names())}, "minItems": 1}
    readings = all_readings().items()
    options = {name: {"enum": list(reading.options), "description": reading.text} for name, reading in readings}
    properties = deepcopy(HEAD) | _in_place(made["properties"], made["$defs"])
    properties["strategies"]["additionalProperties"] = channels
    properties["readings"] |= {"additionalProperties": False, "properties": options}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "seller-sim scenario",
        "type": "object",
        "additionalProperties": False,
        "properties": in_language(properties, speaker(language)),
        "$defs": {"distribution": distribution_schema()},
    }


def in_language(part: Any, say: Say) -> Any:
    """Return a part of the schema with its descriptions in a language."""
    if isinstance(part, list):
        return [in_language(inner, say) for inner in part]
    if not isinstance(part, dict):
        return part
    found = {key: in_language(inner, say) for key, inner in part.items()}
    if isinstance(said := part.get("description"), str):
        number = OF_A_NUMBER.fullmatch(said)
        words = {name: say(text) for name, text in number.groupdict().items()} if number else {}
        found["description"] = say("schema_number", **words) if number else say(said)
    return found


def _in_place(part: Any, models: dict[str, Any]) -> Any:
    """Return a part of the schema with every model where it is referred to, and distributions among the numbers."""
    if isinstance(part, list):
        return [_in_place(inner, models) for inner in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        model = models[part["$ref"].rpartition("/")[2]]
        part = {key: inner for key, inner in model.items() if key != "title"}
    found = {key: _in_place(inner, models) for key, inner in part.items()}
    if "anyOf" in found:
        # Not earlier: pydantic looks every reference up among its models.
        found["anyOf"] = [*found["anyOf"], {"$ref": DISTRIBUTION}]
    return found
