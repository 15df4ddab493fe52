"""Pydantic models of a scenario, made from what mechanisms declare: unknown keys are errors, defaults are filled in.

:func:`scenario_model` returns the model for the channels registered now, :class:`Head` what does not depend on them;
:func:`problems_of` puts what pydantic finds into words for the seller.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
    create_model,
)

from sim.business.channels import Channel, channel, channel_names
from sim.business.channels.base import Part
from sim.business.parameters import Parameter, parameters_of
from sim.randomness.world_sampling import Sampling
from sim.scenario.declarations import COMMON
from sim.scenario.doubts import MAX_DOUBTS
from sim.scenario.former import why_gone
from sim.scenario.problems import NAME_IN_WORDS, Path, Problem
from sim.scenario.values import MOST_WORDS, Dollars, Leaf, Reader, read_leaf
from sim.text.messages import shortened, suggest, wide_colon


def _leaf_type(parameter: Parameter) -> Any:
    def validate(value: Any, info: ValidationInfo) -> Leaf:
        reader = info.context if isinstance(info.context, Reader) else Reader()
        if isinstance(value, Dollars):
            value = reader.in_currency(value)
        return read_leaf(parameter, value, reader)

    return Annotated[Any, BeforeValidator(validate), WithJsonSchema(_leaf_schema(parameter))]


FORMATS: dict[str, dict[str, Any]] = {"words": {"maxLength": MOST_WORDS}, "day": {"format": "date"}}


def _leaf_schema(parameter: Parameter) -> dict[str, Any]:
    """Return the JSON Schema of one field; `sim.scenario.json_schema` adds that numbers may be distributions."""
    if parameter.form == "switch":
        return {"type": "boolean", "description": parameter.meaning}
    if parameter.form == "choice":
        return {"enum": list(parameter.options), "description": parameter.meaning}
    if parameter.form in ("words", "day"):
        return {"type": "string", "description": parameter.meaning} | FORMATS[parameter.form]
    ends = {"minimum": parameter.low, "maximum": parameter.high}
    number = {"type": "number"} | {name: end for name, end in ends.items() if math.isfinite(end)}
    description = f"{parameter.meaning} Unit: {parameter.unit}. Source: {parameter.source}"
    return {"anyOf": [number, {"type": "string"}], "description": description}


def _fields(parameters: Mapping[str, Parameter]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, parameter in parameters.items():
        if parameter.entry is not None:
            fields[name] = _entries(name, parameter)
            continue
        if parameter.default is None:
            fields[name] = _leaf_type(parameter), ...
            continue
        default = Dollars(parameter.default) if "money" in parameter.unit else parameter.default
        fields[name] = (_leaf_type(parameter), Field(default=default, validate_default=True))
    return fields


EntryName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,60}$")]
"""Of a trade rule: it names its numbers and their streams, and keys are written with points between them."""


def _entries(name: str, parameter: Parameter) -> Any:
    """Return the field of a mapping of names to entries."""
    assert parameter.entry is not None
    entry = _closed_model(name, _fields(parameters_of(parameter.entry)), parameter.meaning)
    return dict[EntryName, entry], Field(default={}, description=parameter.meaning)  # type: ignore[valid-type]


def _closed_model(name: str, fields: dict[str, Any], does: str | None = None) -> type[BaseModel]:
    """Return a model that refuses other keys; all its fields have defaults."""
    return create_model(name, __config__=ConfigDict(extra="forbid"), __doc__=does, **fields)


def _whole(model: type[BaseModel]) -> Any:
    """Return the field that holds such a model: left out, it is validated as an empty mapping."""
    return model, Field(default_factory=dict, validate_default=True)


def _must_stay(part: Part) -> Callable[[bool], bool]:
    def check(value: bool) -> bool:
        if not value and part.part_of:
            raise ValueError(f"cannot be switched off by itself: switch off '{part.part_of}', which it is part of")
        if not value:
            raise ValueError("cannot be switched off: the channel would have no meaning without it")
        return value

    return check


def section_model(part: Part) -> type[BaseModel]:
    """Return the pydantic model of one section of a channel."""
    switch: Any = Annotated[bool, Field(strict=True)]
    if part.required:
        switch = Annotated[switch, AfterValidator(_must_stay(part)), WithJsonSchema({"const": True})]
    return _closed_model(
        part.section, {"enabled": (switch, part.enabled), **_fields(part.parameters)}, part.mechanism.does
    )


def channel_model(of: Channel) -> type[BaseModel]:
    """Return the pydantic model of a channel."""
    return _closed_model(of.name, {part.section: _whole(section_model(part)) for part in of.parts})


Correlation = Annotated[
    float, Field(strict=True, allow_inf_nan=False, json_schema_extra={"minimum": -1.0, "maximum": 1.0})
]
"""Its ends are held by `check_correlations`, which names both parameters."""


CNY_PER_USD = 7.0
"""Rate of a scenario in dollars or yuan that names none; defaults are stated in dollars, some in yuan."""


class Head(BaseModel):
    """The keys of a scenario beside its market, its wallet and its channels."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$",
        description="Names the run and its folder: letters, digits, point, underline, hyphen.",
    )
    title: str = Field(default="", max_length=200, description="For people.")
    currency: str = Field(
        default="USD",
        pattern=r"^[A-Z]{3}$",
        description="Of every plain amount. Defaults are in dollars and are not converted: with another currency, "
        "state every amount.",
    )
    language: Annotated[Literal["en", "zh"] | None, WithJsonSchema({"enum": ["en", "zh"]})] = Field(
        default=None, description="Of screens, pages and files; left out, the system's. It changes no result."
    )
    display_currency: Annotated[str | None, WithJsonSchema({"type": "string", "pattern": "^[A-Z]{3}$"})] = Field(
        default=None,
        pattern=r"^[A-Z]{3}$",
        description="In which amounts are shown, at the file's exchange rates; left out, the scenario's own. "
        "What is simulated and kept stays in the scenario's own.",
    )
    start_date: date = Field(default=date(2026, 9, 7), description="Day 0, YYYY-MM-DD.")
    horizon_days: int = Field(
        default=240, ge=30, le=1095, strict=True, description="Days simulated; a month is 30 days."
    )
    counts: Literal["random", "expected"] = Field(
        default="random", description="expected: every count is its mean, no noise."
    )
    stable_months: int = Field(
        default=3,
        ge=1,
        le=24,
        strict=True,
        description="Months in a row with an operating profit that count as stable.",
    )
    exchange_rates: dict[str, Annotated[float, Field(gt=0, allow_inf_nan=False)]] = Field(
        default={"CNY": CNY_PER_USD},
        description="Units of each currency for one unit of the scenario's, for amounts such as 50000 CNY.",
    )
    strategies: Annotated[
        dict[Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f-\x9f]{1,60}$")], list[str]],
        WithJsonSchema({"type": "object", "minProperties": 1}),
    ] = Field(min_length=1, description="Name to channels, which share one wallet.")
    correlations: list[tuple[str, str, Correlation]] = Field(
        default_factory=list,
        description="Rows of two parameters, by dotted name, and their correlation on the normal scale.",
    )
    readings: dict[str, str] = Field(
        default_factory=dict,
        description="What the sources leave open, as named choices; `sim explain readings`.",
    )
    doubts: list[tuple[str, Any, Any]] = Field(
        default_factory=list,
        max_length=MAX_DOUBTS,
        description="Rows of a key and two values it might have as well: judgements that `sim readings` tries.",
    )
    sampling: Sampling = Field(
        default="random",
        description="How worlds are spread over the uncertain numbers; sobol and latin_hypercube need 4,096 worlds.",
    )
    condition: list[Annotated[str, Field(max_length=300)]] = Field(
        default=[],
        max_length=20,
        description="Seen so far, as independent.acos[1] between 0.35 and 0.50: only paths that agree count.",
    )


_made: tuple[tuple[Channel, ...], type[BaseModel]] | None = None


def scenario_model() -> type[BaseModel]:
    """Return the pydantic model of a whole scenario, for the channels registered now.

    Made once for the same channels: a sweep validates thousands of times.
    """
    global _made  # noqa: PLW0603 - a cache of one
    channels = tuple(channel(name) for name in channel_names())
    if _made is None or list(map(id, _made[0])) != list(map(id, channels)):
        fields = {name: _whole(_closed_model(name, _fields(parameters_of(kind)))) for name, kind in COMMON.items()}
        fields |= {each.name: _whole(channel_model(each)) for each in channels}
        _made = channels, create_model("scenario", __base__=Head, **fields)
    return _made[1]


MAX_SUGGESTIONS = 100
"""Unknown keys for which the nearest one is looked up; nobody reads more, and a hostile file may hold 20,000."""

IN_WORDS = {
    "model_type": "must be a mapping of keys to values",
    "dict_type": "must be a mapping of keys to values",
    "list_type": "must be a list",
    "tuple_type": "must be a list",
    "string_type": "must be text",
    "bool_type": "must be true or false",
    "float_type": "must be a number",
    "finite_number": "must be a finite number",
    "int_type": "must be a whole number",
    "missing": "is required: add it",
    "literal_error": "must be one of: {expected}",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "too_long": "must hold at most {max_length}",
    "too_short": "must hold at least {min_length}",
    "date_from_datetime_parsing": "must be a date, YYYY-MM-DD ({error})",
    "date_from_datetime_inexact": "must be a date, YYYY-MM-DD",
}
"""By pydantic's name of the error; any other keeps pydantic's own sentence."""

IN_PLACE = {
    ("name", "string_pattern_mismatch"): NAME_IN_WORDS,
    ("currency", "string_pattern_mismatch"): "must be three capital letters, as USD",
    ("display_currency", "string_pattern_mismatch"): "must be three capital letters, as CNY",
    ("horizon_days", "greater_than_equal"): "must be at least {ge} days; 8 months = 240",
    ("horizon_days", "less_than_equal"): "must be at most {le} days",
    ("horizon_days", "int_type"): "must be a whole number of days; 8 months = 240",
}
"""By key of the head and pydantic's name of the error: where the general words leave the remedy open."""


OF_A_NAME = {
    "strategies": "a name must be 1 to 60 characters, none of them a control character",
    "market": "a name must be 1 to 60 letters, digits, hyphens or underscores",
}
"""By the head's key: what the names below it may be."""

THE_KEY_ITSELF = "[key]"
"""Last step of pydantic's path where a key of a mapping is wrong rather than its value."""


def problems_of(error: ValidationError, model: type[BaseModel]) -> list[Problem]:
    """Return what pydantic found, in words for the seller."""
    out = []
    for position, item in enumerate(error.errors()):
        path = tuple(part for part in item["loc"])
        message = item["msg"].removeprefix("Value error, ")
        if path[-1:] == (THE_KEY_ITSELF,):
            path, message = path[:-1], OF_A_NAME.get(str(path[0]), message)
        words = IN_PLACE.get((str(path[0]), item["type"])) if len(path) == 1 else None
        if item["type"] == "extra_forbidden" and position < MAX_SUGGESTIONS:
            unknown = suggest(str(path[-1]), siblings(path[:-1], model), "unknown key") + wide_colon(path[-1])
            message = why_gone(path) or unknown
        elif words := words or IN_WORDS.get(item["type"]):
            message = words.format_map(item.get("ctx", {}))
        if item["type"] in ("model_type", "dict_type"):
            message += wide_colon(item["input"])
        found = "nothing" if item["type"] == "missing" else shortened(item["input"])
        out.append(Problem(path, found, message))
    return out


def siblings(path: Path, model: Any) -> list[str]:
    """Return the keys that may stand at a place of the model."""
    for part in path:
        if get_origin(model) is dict:  # of entries, whose names are anyone's
            model = get_args(model)[1]
            continue
        field = model.model_fields.get(str(part))
        model = None if field is None else field.annotation
        if get_origin(model) is not dict and not (isinstance(model, type) and issubclass(model, BaseModel)):
            return []
    return list(getattr(model, "model_fields", ()))
