"""How a distribution is written in a scenario: the page of `sim explain distributions`, a part of the JSON Schema.

:func:`distributions_page` and :func:`distribution_schema` read the registry, so that a family of another package is in
both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sim.randomness.distributions import FAMILIES
from sim.randomness.distributions.parse import QUANTILES, Family
from sim.text.labels import label

DISTRIBUTION = "#/$defs/distribution"

QUANTILE_NAME = "^p[0-9]{1,2}(\\.[0-9]+)?$"

INTERVALS = ("30 to 60", "15% to 30%", "400 to 600 CNY")
"""Short forms, as they are shown."""

TRUNCATED = "{normal: {mean: 0.1, sd: 0.08}, truncate: [0, null]}"


def distributions_page(language: str = "en") -> str:
    """Return every registered family with its arguments, an example of each way to give them, and the short forms."""
    lines = [label("distributions_intro", language), "", label("distributions_short", language)]
    lines += [f"  {text}" for text in INTERVALS]
    lines += ["", label("distributions_families", language)]
    lines += [family_page(name, language) for name in FAMILIES]
    lines += ["", label("distributions_truncate", language), f"  {TRUNCATED}"]
    lines += ["", label("distributions_where", language)]
    return "\n".join(lines)


def family_page(name: str, language: str = "en") -> str:
    """Return what a family is, and an example of each way to give its numbers."""
    family = FAMILIES[name]
    ways = zip(family.ways(), family.forms, strict=True)
    lines = [f"  {way}{_remark(family, form, language)}" for way, form in ways]
    return "\n".join([f"{name}: {_about(name, family, language)}", *lines])


def _about(name: str, family: Family, language: str) -> str:
    """Return what a family is; of one from outside the first sentence of its class."""
    key = f"family_{name}"
    found = label(key, language)
    return (family.kind.__doc__ or name).strip().split("\n")[0] if found == key else found


def _remark(family: Family, form: Mapping[str, Any], language: str) -> str:
    """Return what is to be known of a form beside its example."""
    if tuple(form) == QUANTILES:
        return "   " + label("distributions_quantiles", language)
    left_out = [name for name in family.optional if name in form]
    return "   " + label("distributions_optional", language, names=", ".join(left_out)) if left_out else ""


def distribution_schema() -> dict[str, Any]:
    """Return the schema of a mapping with one family, its arguments, and an optional truncation."""
    families = {name: {"anyOf": list(_forms(family))} for name, family in FAMILIES.items()}
    end = {"type": ["number", "null"]}
    truncate = {"type": "array", "items": end, "minItems": 2, "maxItems": 2}
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {**families, "truncate": truncate},
        "minProperties": 1,
        "maxProperties": 2,
    }


def _forms(family: Family) -> Iterator[dict[str, Any]]:
    for form in family.forms:
        if tuple(form) == QUANTILES:
            quantiles = {QUANTILE_NAME: {"type": "number"}}
            size = {"minProperties": 2, "maxProperties": 2}
            yield {"type": "object", "patternProperties": quantiles, "additionalProperties": False, **size}
            continue
        yield {
            "type": "object",
            "properties": {name: _type_of(name, value) for name, value in form.items()},
            "required": [name for name in form if name not in family.optional],
            "additionalProperties": False,
        }


def _type_of(name: str, example: Any) -> dict[str, Any]:
    """Return the schema of an argument, by the value it has in its example."""
    if isinstance(example, (list, tuple)):
        any_value = {"anyOf": [{"type": ["number", "string"]}, {"$ref": DISTRIBUTION}]}
        return {"type": "array", "items": any_value if name == "components" else {"type": "number"}}
    return {"type": "string"} if name in ("file", "column") else {"type": "number"}
