"""The sections of a scenario's channels: one mechanism's numbers each, and what they must agree on."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sim.business.channels import channel
from sim.business.parameters import parameters_of
from sim.randomness.copula import CorrelationError, check_positive_definite
from sim.randomness.distributions import Distribution
from sim.scenario.declarations import declared
from sim.scenario.problems import Path, Problem
from sim.scenario.values import Leaf
from sim.text.messages import shortened, suggest


class FrozenDict(dict[Any, Any]):
    """A mapping that stays as it is: what was simulated with it would otherwise be told with other numbers."""

    def _refuse(self, *_arguments: Any, **_named: Any) -> Any:
        raise TypeError('a scenario does not change; make another: scenario.with_({"wallet.capital": 5000})')

    __setitem__ = __delitem__ = __ior__ = update = setdefault = pop = popitem = clear = _refuse

    def __reduce__(self) -> tuple[type[FrozenDict], tuple[dict[Any, Any]]]:
        return FrozenDict, (dict(self),)


def frozen(value: Any) -> Any:
    """Return mappings within mappings as frozen ones, lists as tuples, other values as they are."""
    if isinstance(value, dict):
        return FrozenDict({key: frozen(inner) for key, inner in value.items()})
    return tuple(value) if isinstance(value, list) else value


@dataclass(frozen=True)
class Section:
    """One mechanism's numbers in a scenario.

    Parameters
    ----------
    enabled : bool
        Whether it takes part: its own switch, and that of the section it is part of.
    switch : bool
        Its own switch.
    """

    enabled: bool
    values: dict[str, Leaf]
    switch: bool

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", frozen(self.values))


def sections_of(name: str, model: Any) -> dict[str, Section]:
    """Return the sections of a channel, by their names, from its validated model."""
    found = {}
    for part in channel(name).parts:
        values = dict(getattr(model, part.section))
        switch = values.pop("enabled")
        served = getattr(model, part.part_of).enabled if part.part_of else True
        found[part.section] = Section(switch and served, values, switch)
    return found


def fields_of(model: Any) -> dict[str, Any]:
    """Return a validated model's values by name; entries of it as mappings, too."""
    return {name: _inner(value) for name, value in dict(model).items()}


def _inner(value: Any) -> Any:
    return {name: fields_of(entry) for name, entry in value.items()} if isinstance(value, dict) else value


def plain(value: Any) -> Any:
    """Return a value of a scenario, or a mapping or tuple of them, as YAML holds it."""
    if isinstance(value, Distribution):
        return value.to_mapping()
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple):
        return list(value)
    return value.isoformat() if isinstance(value, date) else value


def pairs_of(rows: Sequence[tuple[str, str, float]]) -> dict[tuple[str, str], float]:
    """Return correlations by pair of names, each pair in alphabetical order."""
    return {(min(a, b), max(a, b)): value for a, b, value in rows}


def check_correlations(rows: Sequence[tuple[str, str, float]], active: Mapping[str, Distribution]) -> list[Problem]:
    """Return names that do not exist, values that cannot be, and a matrix that no distribution has.

    Rows come as written; `active` holds the numbers of the sections that take part, by dotted name.
    """
    # Of every known channel: `extends` may leave correlations of a channel that no strategy uses.
    numbers = {key for key, parameter, _ in declared() if parameter.form == "number"}
    problems = []
    given: dict[frozenset[str], float] = {}
    for position, (a, b, value) in enumerate(rows):
        path: Path = ("correlations", position)
        for name in (a, b):
            if name not in numbers:
                near = difflib.get_close_matches(name, list(active), n=5, cutoff=0.3)
                problems.append(Problem(path, repr(name), suggest(name, near, "no such number")))
        if not -1 <= value <= 1:
            allowed = f"the correlation of {a} and {b} must lie between -1 and 1"
            problems.append(Problem(path, f"{value:g}", allowed))
        if a == b:
            problems.append(Problem(path, repr(a), "a number cannot be correlated with itself"))
        if given.setdefault(frozenset((a, b)), value) != value:
            twice = f"the correlation of {a} and {b} is given twice; keep one of them"
            problems.append(Problem(path, f"{value:g} after {given[frozenset((a, b))]:g}", twice))
    if problems:
        return problems
    return list(_contradiction(rows))


def _contradiction(rows: Sequence[tuple[str, str, float]]) -> Iterator[Problem]:
    """Yield the last row of those that no joint distribution has: what was written before it had stood alone.

    Numbers that are fixed, or that nothing uses, count: they keep their normal scores.
    """
    try:
        check_positive_definite(pairs_of(rows))
    except CorrelationError as error:
        clashing = [position for position, row in enumerate(rows) if {*row[:2]} <= {*error.clash}]
        position = max(clashing or range(len(rows)))
        a, b, value = rows[position]
        yield Problem(("correlations", position), f"{value:g} for {a} and {b}", str(error))


def check_sections(channels: Mapping[str, Mapping[str, Section]]) -> Iterator[Problem]:
    """Ask every mechanism about its own numbers, and hold against each other what sections must agree on."""
    for name, sections in channels.items():
        for part in channel(name).parts:
            check = getattr(part.mechanism, "check", None)
            if check is not None and sections[part.section].enabled:
                for field, message in check(sections[part.section].values):
                    leaf = plain(sections[part.section].values[field])
                    yield Problem((name, part.section, field), shortened(leaf), message)
        yield from _check_shares(name, sections)


def _check_shares(name: str, sections: Mapping[str, Section]) -> Iterator[Problem]:
    """Processors' shares, and ad sources' shares, are shares of one whole."""
    for field, what in (("share", "the payment processors' shares"), ("budget_share", "the ad sources' shares")):
        sharing = [part.section for part in channel(name).parts if field in parameters_of(part.mechanism)]
        found = {
            section: leaf.mean
            for section in sharing
            if sections[section].enabled and isinstance(leaf := sections[section].values[field], Distribution)
        }
        if field == "share" and sharing and not found:
            yield Problem((name, sharing[0], "enabled"), "false", f"one of {', '.join(sharing)} must take the payments")
        if found and abs(sum(found.values()) - 1.0) > 1e-6:
            parts = " + ".join(f"{section} {share:g}" for section, share in found.items())
            yield Problem((name, next(iter(found)), field), parts, f"{what} must sum to 1")
