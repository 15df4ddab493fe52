"""Pydantic models of a scenario, made from what mechanisms declare: unknown keys are errors, defaults are filled in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    create_model,
)

from sim.business.channels import Channel, channel, channel_names
from sim.business.channels.base import Part
from sim.business.market import Market
from sim.business.parameters import Parameter, parameters_of
from sim.business.solvency import Solvency
from sim.randomness.world_sampling import Sampling
from sim.scenario.problems import NAME_IN_WORDS, Path, Problem
from sim.scenario.values import Dollars, Leaf, Reader, read_leaf
from sim.text.messages import shortened, suggest, wide_colon


def _leaf_type(parameter: Parameter) -> Any:
    def validate(value: Any, info: ValidationInfo) -> Leaf:
        reader = info.context if isinstance(info.context, Reader) else Reader()
        if isinstance(value, Dollars):
            value = reader.in_currency(value)
        return read_leaf(parameter, value, reader)

    return Annotated[Any, BeforeValidator(validate)]


def _fields(parameters: Mapping[str, Parameter]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, parameter in parameters.items():
        default = Dollars(parameter.default) if "money" in parameter.unit else parameter.default
        fields[name] = (_leaf_type(parameter), Field(default=default, validate_default=True))
    return fields


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
    switch: Any = (
        Annotated[bool, Field(strict=True), AfterValidator(_must_stay(part))]
        if part.required
        else Annotated[bool, Field(strict=True)]
    )
    fields = {"enabled": (switch, part.enabled), **_fields(part.parameters)}
    return create_model(part.section, __config__=ConfigDict(extra="forbid"), **fields)


def channel_model(of: Channel) -> type[BaseModel]:
    """Return the pydantic model of a channel."""
    fields: dict[str, Any] = {}
    for part in of.parts:
        model = section_model(part)
        fields[part.section] = (model, Field(default={}, validate_default=True))
    return create_model(of.name, __config__=ConfigDict(extra="forbid"), **fields)


class Head(BaseModel):
    """What stands beside markets and channels."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$")
    title: str = Field(default="", max_length=200)
    currency: str = Field(default="USD", pattern=r"^[A-Z]{3}$")
    start_date: date = date(2026, 9, 7)
    horizon_days: int = Field(default=240, ge=30, le=1095, strict=True)
    counts: Literal["random", "expected"] = "random"
    stable_months: int = Field(default=3, ge=1, le=24, strict=True)
    exchange_rates: dict[str, Annotated[float, Field(gt=0, allow_inf_nan=False)]] = Field(default={"CNY": 7.0})
    strategies: dict[Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f-\x9f]{1,60}$")], list[str]] = Field(min_length=1)
    correlations: list[tuple[str, str, Annotated[float, Field(strict=True, allow_inf_nan=False)]]] = []
    readings: dict[str, str] = {}
    sampling: Sampling = "random"
    condition: list[Annotated[str, Field(max_length=300)]] = Field(default=[], max_length=20)


def scenario_model() -> type[BaseModel]:
    """Return the pydantic model of a whole scenario, for the channels registered now."""
    fields: dict[str, Any] = {}
    for name, owner in (("market", Market), ("wallet", Solvency)):
        model = create_model(name, __config__=ConfigDict(extra="forbid"), **_fields(parameters_of(owner)))
        fields[name] = (model, Field(default={}, validate_default=True))
    for name in channel_names():
        fields[name] = (channel_model(channel(name)), Field(default={}, validate_default=True))
    return create_model("scenario", __base__=Head, **fields)


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
    ("horizon_days", "greater_than_equal"): "must be at least {ge} days; 8 months = 240",
    ("horizon_days", "less_than_equal"): "must be at most {le} days",
    ("horizon_days", "int_type"): "must be a whole number of days; 8 months = 240",
}
"""By key of the head and pydantic's name of the error: where the general words leave the remedy open."""


def problems_of(error: ValidationError, model: type[BaseModel]) -> list[Problem]:
    """Return what pydantic found, in words for the seller."""
    out = []
    for position, item in enumerate(error.errors()):
        path = tuple(part for part in item["loc"])
        message = item["msg"].removeprefix("Value error, ")
        words = IN_PLACE.get((str(path[0]), item["type"])) if len(path) == 1 else None
        if item["type"] == "extra_forbidden" and position < MAX_SUGGESTIONS:
            message = suggest(str(path[-1]), siblings(path[:-1], model), "unknown key") + wide_colon(path[-1])
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
        field = model.model_fields.get(str(part))
        if field is None or not (isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)):
            return []
        model = field.annotation
    return list(model.model_fields)
