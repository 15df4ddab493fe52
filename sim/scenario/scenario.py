"""A scenario: the full, validated, frozen description of what is simulated.

:meth:`Scenario.from_mapping` takes plain data; YAML is read by `sim.scenario.loading`. Everything is derived from what
mechanisms declare: pydantic models of the sections (unknown keys are errors), defaults, ranges, names.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, ClassVar

import numpy as np
from pydantic import ValidationError

from sim.business.calendar import DAYS_A_MONTH, reading_times
from sim.business.channels import channel, channel_names
from sim.business.parameters import parameters_of
from sim.randomness.distributions import Distribution
from sim.scenario.conditions import condition_problems
from sim.scenario.declarations import COMMON
from sim.scenario.doubts import Doubts, read_doubts, rows_of
from sim.scenario.model import Head, problems_of, scenario_model
from sim.scenario.problems import Path, Problem, ScenarioError
from sim.scenario.resolution import READINGS_APPLIED, exchange_rates, resolve
from sim.scenario.sections import (
    Section,
    check_correlations,
    check_sections,
    fields_of,
    frozen,
    pairs_of,
    plain,
    sections_of,
)
from sim.scenario.trade_calendar import check_calendar, numbers_of_entries
from sim.scenario.values import MAX_YEAR, MIN_YEAR, Leaf, Reader
from sim.text.labels import is_reserved
from sim.text.messages import shortened, suggest
from sim.text.shown import Shown, scenario_lines

Overrides = Iterable[tuple[str, Any]]
"""(dotted key, value), in the order given."""

FOR_READERS = ("language", "display_currency")
"""Keys that say how a scenario's answer is read."""


@dataclass(frozen=True, repr=False)
class Scenario(Shown):
    """What is simulated. Made by :meth:`from_mapping`; every declared field is present.

    Parameters
    ----------
    language : str, optional
        Of what people read; it changes no result, and no hash.
    display_currency : str, optional
        In which people read amounts; one of ``exchange_rates``.
    strategies : dict of str to tuple of str
        Name to channels, in the order of their day.
    channels : dict of str to dict of str to Section
        By channel and section, for every channel a strategy uses.
    correlations : dict of (str, str) to float
        By dotted parameter names.
    doubts : dict of str to (Leaf, Leaf)
        By dotted key, two values it might have as well; they change no run.
    sampling : str
        How worlds are spread over the uncertain numbers.
    condition : tuple of str
        What the seller has seen so far; only paths that agree with it count.
    """

    name: str
    title: str
    currency: str
    language: str | None
    display_currency: str | None
    start_date: date
    horizon_days: int
    counts: str
    stable_months: int
    exchange_rates: dict[str, float]
    strategies: dict[str, tuple[str, ...]]
    market: dict[str, Any]
    wallet: dict[str, Leaf]
    channels: dict[str, dict[str, Section]]
    correlations: dict[tuple[str, str], float]
    readings: dict[str, str]
    doubts: Doubts
    sampling: str
    condition: tuple[str, ...]

    _inner: ClassVar[frozenset[str]] = frozenset({"counts", "identity", "shown_currency", "shown_rate"})

    def __post_init__(self) -> None:
        for field in fields(self):
            object.__setattr__(self, field.name, frozen(getattr(self, field.name)))

    @property
    def n_months(self) -> int:
        """Full months of 30 days."""
        return self.horizon_days // DAYS_A_MONTH

    @property
    def months(self) -> tuple[float, ...]:
        """When the books are read, in months: at the end of each full month, and on the last day."""
        return reading_times(self.horizon_days)

    @property
    def shown_currency(self) -> str:
        """The currency in which people read amounts."""
        return self.display_currency or self.currency

    @property
    def shown_rate(self) -> float:
        """Units of the currency that people read for one of the scenario's own."""
        return 1.0 if self.shown_currency == self.currency else self.exchange_rates[self.shown_currency]

    @staticmethod
    def from_mapping(mapping: Mapping[str, Any], reader: Reader | None = None, overrides: Overrides = ()) -> Scenario:
        """Validate plain data, as YAML holds it.

        Parameters
        ----------
        overrides : iterable of (str, Any)
            Dotted keys and values, laid over the mapping and over what its readings set.

        Raises
        ------
        ScenarioError
            With every problem that was found.
        """
        known = resolve(mapping, list(overrides))
        known["exchange_rates"] = rates = exchange_rates(known)
        reader = Reader(str(known.get("currency", "USD")), rates, reader.read_column if reader else None)
        try:
            model: Any = scenario_model().model_validate(known, context=reader)
        except ValidationError as error:
            raise ScenarioError(problems_of(error, scenario_model())) from error
        doubts, wrong = read_doubts(model.doubts, reader)
        scenario = _assemble(model, doubts)
        if problems := [*_problems(scenario, model.correlations), *wrong]:
            raise ScenarioError(problems)
        return scenario

    def section(self, channel_name: str, section: str) -> Section:
        """Return a section of a channel."""
        return self.channels[channel_name][section]

    def numbers(self) -> dict[str, Distribution]:
        """Return every number that is fixed within a world, by dotted name; switched-off sections left out."""
        owners = [(name, kind, getattr(self, name)) for name, kind in COMMON.items()]
        for name, sections in self.channels.items():
            for part in channel(name).parts:
                if sections[part.section].enabled:
                    owners.append((f"{name}.{part.section}", part.mechanism, sections[part.section].values))
        return {
            f"{owner}.{name}": values[name]
            for owner, kind, values in owners
            for name, parameter in parameters_of(kind).items()
            if parameter.form == "number"
        } | numbers_of_entries(self.market["trade_rules"])

    def to_mapping(self) -> dict[str, Any]:
        """Return the resolved scenario as plain data that :meth:`from_mapping` reads back to the same."""
        # Values changed after a reading was applied must survive being read back.
        out: dict[str, Any] = {READINGS_APPLIED: True} if self.readings else {}
        out |= {field.name: plain(getattr(self, field.name)) for field in fields(self) if field.name != "channels"}
        for name in [name for name in FOR_READERS if out[name] is None]:
            del out[name]
        out["doubts"] = rows_of(self.doubts)
        out["correlations"] = [[*pair, value] for pair, value in self.correlations.items()]
        for name, sections in self.channels.items():
            out[name] = {key: {"enabled": found.switch, **plain(found.values)} for key, found in sections.items()}
        return out

    def _told(self) -> tuple[str, Iterable[str]]:
        used = {name: list(channels) for name, channels in self.strategies.items()}
        said = {"name": self.name, "currency": self.currency, "exchange_rates": dict(self.exchange_rates)}
        try:
            defaults = Scenario.from_mapping(said | {"strategies": used}).to_mapping()
        except ScenarioError:  # a channel from outside may have numbers that must be given: all of its values are said
            defaults = {}
        titled = f": {self.title}" if self.title else ""
        return f"Scenario {self.name}{titled}", scenario_lines(self.to_mapping(), defaults)

    def _repr_html_(self) -> str:
        """Show in a notebook what is simulated."""
        from sim.text.html import scenario_html

        return scenario_html(self.to_mapping())

    def identity(self) -> dict[str, Any]:
        """Return the resolved scenario without the language it is read in: what hashes are of."""
        out = self.to_mapping()
        out.pop("language", None)
        return out

    @property
    def sha256(self) -> str:
        """Hash of the resolved scenario, whatever language it is read in."""
        text = json.dumps(self.identity(), sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def with_(self, overrides: Mapping[str, Any]) -> Scenario:
        """Return a scenario with some values changed, by dotted key: ``{"store.prices.mean_value": 80}``.

        A changed reading is applied; what is changed by its own key wins over it.
        """
        if not isinstance(overrides, Mapping):
            change = 'give values by dotted key, as {"store.prices.mean_value": 80}'
            raise TypeError(f"found {shortened(overrides)}: {change}")
        changes = [(key, _as_python(value)) for key, value in overrides.items()]
        return Scenario.from_mapping(self.to_mapping(), overrides=changes)


def _assemble(model: Any, doubts: Doubts) -> Scenario:
    _check_strategies(model.strategies)
    values = {name: getattr(model, name) for name in Head.model_fields}
    values |= {"correlations": pairs_of(model.correlations), "doubts": doubts}
    values |= {owner: fields_of(getattr(model, owner)) for owner in COMMON}
    used = dict.fromkeys(name for channels in model.strategies.values() for name in channels)
    return Scenario(**values, channels={name: sections_of(name, getattr(model, name)) for name in used})


def _check_strategies(strategies: Mapping[str, list[str]]) -> None:
    problems = []
    for name, channels in strategies.items():
        path: Path = ("strategies", name)
        if is_reserved(name):
            problems.append(
                Problem(path, repr(name), "the program has this word for something else; choose another name")
            )
        if not channels:
            problems.append(Problem(path, "[]", "a strategy needs at least one channel"))
        if len(set(channels)) != len(channels):
            problems.append(Problem(path, repr(channels), "a channel stands twice"))
        for unknown in [c for c in channels if c not in channel_names()]:
            problems.append(Problem(path, repr(unknown), suggest(unknown, channel_names(), "no such channel")))
    if problems:
        raise ScenarioError(problems)


def _problems(scenario: Scenario, correlations: list[tuple[str, str, float]]) -> Iterator[Problem]:
    if not MIN_YEAR <= scenario.start_date.year <= MAX_YEAR:
        found = scenario.start_date.isoformat()
        yield Problem(("start_date",), found, f"must lie in the years {MIN_YEAR} to {MAX_YEAR}")
    shown = scenario.display_currency
    if shown is not None and shown != scenario.currency and shown not in scenario.exchange_rates:
        wanted = f"is without a rate: add {shown}, units for one {scenario.currency}, to exchange_rates"
        yield Problem(("display_currency",), shown, wanted)
    yield from check_correlations(correlations, scenario.numbers())
    yield from check_sections(scenario.channels)
    yield from check_calendar(scenario.market["trade_rules"], scenario.market["trade_regime"])
    yield from condition_problems(scenario.condition, scenario.strategies, scenario.n_months)
    if scenario.condition and scenario.sampling != "random":
        yield Problem(("sampling",), scenario.sampling, "must be random: a condition keeps some worlds only")


def check_scenario(found: object) -> None:
    """Refuse what is no scenario, such as the name of its file, by a TypeError."""
    if not isinstance(found, Scenario):
        raise TypeError(f'found {shortened(found)}: give a scenario, as sim.load("configs/article.yaml") returns it')


def _as_python(value: Any) -> Any:
    """Return numbers of numpy, alone or within lists and mappings, as Python's own: what a scenario is written with."""
    if isinstance(value, Mapping):
        return {key: _as_python(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_as_python(inner) for inner in value]
    return value.tolist() if isinstance(value, np.generic | np.ndarray) else value
