"""Declarations of a mechanism's numbers: unit, range, default, source.

A mechanism is a frozen dataclass whose fields are made by :func:`number`, :func:`rate`, :func:`dispersion`,
:func:`delay`, :func:`choice` and :func:`switch`; entries of a mapping (:func:`entries`) also by :func:`wording` and
:func:`calendar_day`. The declaration is the one place from which validation, the JSON Schema, ``sim explain``, the
binding to paths and what is without effect (:func:`needs`) are derived; :func:`parameters_of` reads it.
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
class Needs:
    """What must be so for a number, or a whole section, to have an effect; made by :func:`needs`.

    Parameters
    ----------
    keys : tuple of str
        One of them must be as wanted. ``noise`` is a field of the same section, or a key of the scenario's head;
        ``repeat.enabled`` whether a section of the same channel takes part; ``*.kind`` a field of any section that
        takes part (of all channels, for what belongs to none); ``anywhere.kind`` one of any channel; ``months`` those
        of the run; ``alongside`` a channel of the same strategy; ``own_charges`` and ``charged`` what the calendar of
        trade rules leaves to a channel's own numbers, and what it charges.
    values : tuple
        It is one of these; empty: there is such a key.
    unlike, above : float or None
        A number that may differ from this one, or exceed it; ``above`` may also name a number of the same section.
    """

    keys: tuple[str, ...]
    values: tuple[Any, ...] = ()
    unlike: float | None = None
    above: float | str | None = None


def needs(
    keys: str | tuple[str, ...], *values: Any, unlike: float | None = None, above: float | str | None = None
) -> tuple[Needs, ...]:
    """Return, for ``used_when``, what must be so; several are added to each other."""
    return (Needs((keys,) if isinstance(keys, str) else keys, values, unlike, above),)


def never(why: str) -> tuple[Needs, ...]:
    """Return, for ``used_when``, why no figure depends on a number, which is told for its meaning alone."""
    return (Needs((), (why,)),)


@dataclass(frozen=True)
class Parameter:
    """What is known about one field.

    Parameters
    ----------
    form : {"number", "delay", "choice", "switch", "words", "day", "entries"}
        A number is drawn once a world; a delay is a distribution between orders or events, never drawn a world;
        entries are a mapping of names to what ``entry`` declares.
    default : Any
        As it would stand in YAML: a number, a distribution, text or a truth value; None: it has to be given.
    low, high : float
        Allowed range; a distribution is truncated to it.
    source : str
        Where the default comes from; ``[j]`` marks a judgement without a source.
    meaning : str
        One sentence for the seller.
    options : tuple of str
        Of a choice.
    used_when : tuple of Needs
        All that must be so for it to have an effect: it stands where the choice is read.
    spread : str
        Of a mean: the field of its section that holds the spread between orders.
    """

    form: str
    default: Any
    unit: str = ""
    low: float = -math.inf
    high: float = math.inf
    source: str = ""
    meaning: str = ""
    options: tuple[str, ...] = ()
    used_when: tuple[Needs, ...] = ()
    spread: str = ""
    entry: type | None = None


def number(
    default: Any,
    *,
    unit: str,
    meaning: str,
    source: str = "[j]",
    low: float = 0.0,
    high: float = math.inf,
    used_when: tuple[Needs, ...] = (),
    spread: str = "",
) -> Any:
    """Declare a number that is fixed within a world; in YAML a number or a distribution."""
    return _declare(Parameter("number", default, unit, low, high, source, meaning, (), used_when, spread))


def rate(
    default: Any,
    *,
    meaning: str,
    source: str = "[j]",
    unit: str = "fraction",
    low: float = 0.0,
    used_when: tuple[Needs, ...] = (),
) -> Any:
    """Declare a number between 0 and 1."""
    return number(default, unit=unit, meaning=meaning, source=source, low=low, high=1.0, used_when=used_when)


def dispersion(median: float, *, meaning: str, source: str = "[j]") -> Any:
    """Declare k of a negative binomial: a daily count varies beyond chance with relative variance 1/k.

    It stands beside a switch ``noise``, without which it is not looked at.
    """
    spread = {"lognormal": {"median": median, "log_sd": 0.6}}
    unit, used_when = "k of a negative binomial", needs("noise", True) + needs("counts", "random")
    return number(spread, unit=unit, meaning=meaning, source=source, low=0.1, used_when=used_when)


def delay(
    default: Any,
    *,
    meaning: str,
    source: str = "[j]",
    unit: str = "days",
    low: float = 0.0,
    high: float = 730.0,
    used_when: tuple[Needs, ...] = (),
) -> Any:
    """Declare a spread between orders or events; the mechanism receives the distribution itself."""
    return _declare(Parameter("delay", default, unit, low, high, source, meaning, (), used_when))


def choice(
    default: str | None, options: tuple[str, ...], *, meaning: str, source: str = "", used_when: tuple[Needs, ...] = ()
) -> Any:
    """Declare one of several named options; without a default it has to be given."""
    return _declare(Parameter("choice", default, options=options, source=source, meaning=meaning, used_when=used_when))


def switch(default: bool, *, meaning: str, source: str = "", used_when: tuple[Needs, ...] = ()) -> Any:
    """Declare a yes or no."""
    return _declare(Parameter("switch", default, source=source, meaning=meaning, used_when=used_when))


def wording(default: str, *, meaning: str, used_when: tuple[Needs, ...] = ()) -> Any:
    """Declare a name or a sentence."""
    return _declare(Parameter("words", default, meaning=meaning, used_when=used_when))


def calendar_day(*, meaning: str) -> Any:
    """Declare a day of the calendar; it has no default."""
    return _declare(Parameter("day", None, meaning=meaning))


def entries(of: type, *, meaning: str, source: str = "", used_when: tuple[Needs, ...] = ()) -> Any:
    """Declare a mapping of names to entries, none by default; what an entry holds is declared by this dataclass."""
    return _declare(Parameter("entries", {}, meaning=meaning, source=source, used_when=used_when, entry=of))


def _declare(parameter: Parameter) -> Any:
    # Bound values always come from the scenario; the default is only carried along for it.
    return field(metadata={"parameter": parameter}, kw_only=True)


def parameters_of(owner: type) -> dict[str, Parameter]:
    """Return the declared parameters of a dataclass, in order of declaration."""
    return {item.name: item.metadata["parameter"] for item in dataclasses.fields(owner) if "parameter" in item.metadata}
