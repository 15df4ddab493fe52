"""Declarations of a mechanism's numbers: unit, range, default, source.

A mechanism is a frozen dataclass whose fields are made by :func:`number`, :func:`rate`, :func:`dispersion`,
:func:`delay`, :func:`choice` and :func:`switch`. The declaration is the one place from which validation, the JSON
Schema, ``sim explain`` and the binding to paths are derived; :func:`parameters_of` reads it.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass, field
from typing import Any

from sim.randomness.streams import Array

Number = float | Array
"""A parameter as a mechanism sees it: one number, or (n_paths,) of them."""


@dataclass(frozen=True)
class Parameter:
    """What is known about one field.

    Parameters
    ----------
    form : {"number", "delay", "choice", "switch"}
        A number is drawn once a world; a delay is a distribution between orders or events, never drawn a world.
    default : Any
        As it would stand in YAML: a number, a distribution, text or a truth value.
    low, high : float
        Allowed range; a distribution is truncated to it.
    source : str
        Where the default comes from; ``[j]`` marks a judgement without a source.
    meaning : str
        One sentence for the seller.
    options : tuple of str
        Of a choice.
    """

    form: str
    default: Any
    unit: str = ""
    low: float = -math.inf
    high: float = math.inf
    source: str = ""
    meaning: str = ""
    options: tuple[str, ...] = ()


def number(
    default: Any, *, unit: str, meaning: str, source: str = "[j]", low: float = 0.0, high: float = math.inf
) -> Any:
    """Declare a number that is fixed within a world; in YAML a number or a distribution."""
    return _declare(Parameter("number", default, unit, low, high, source, meaning))


def rate(default: Any, *, meaning: str, source: str = "[j]", unit: str = "fraction") -> Any:
    """Declare a number between 0 and 1."""
    return number(default, unit=unit, meaning=meaning, source=source, low=0.0, high=1.0)


def dispersion(median: float, *, meaning: str, source: str = "[j]") -> Any:
    """Declare k of a negative binomial: a daily count varies beyond chance with relative variance 1/k."""
    spread = {"lognormal": {"median": median, "log_sd": 0.6}}
    return number(spread, unit="k of a negative binomial", meaning=meaning, source=source, low=0.1)


def delay(
    default: Any, *, meaning: str, source: str = "[j]", unit: str = "days", low: float = 0.0, high: float = 730.0
) -> Any:
    """Declare a spread between orders or events; the mechanism receives the distribution itself."""
    return _declare(Parameter("delay", default, unit, low, high, source, meaning))


def choice(default: str, options: tuple[str, ...], *, meaning: str, source: str = "") -> Any:
    """Declare one of several named options."""
    return _declare(Parameter("choice", default, options=options, source=source, meaning=meaning))


def switch(default: bool, *, meaning: str, source: str = "") -> Any:
    """Declare a yes or no."""
    return _declare(Parameter("switch", default, source=source, meaning=meaning))


def _declare(parameter: Parameter) -> Any:
    # Bound values always come from the scenario; the default is only carried along for it.
    return field(metadata={"parameter": parameter}, kw_only=True)


def parameters_of(owner: type) -> dict[str, Parameter]:
    """Return the declared parameters of a dataclass, in order of declaration."""
    return {item.name: item.metadata["parameter"] for item in dataclasses.fields(owner) if "parameter" in item.metadata}
