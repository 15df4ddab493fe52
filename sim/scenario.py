"""A scenario: the full, validated, frozen description of what is simulated.

Everything is derived from what mechanisms declare: pydantic models of the sections (unknown keys are errors), defaults,
ranges, and the names of the parameters. YAML is read elsewhere; this module takes plain data.
"""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import BaseModel, ValidationError

from sim.channels import channel, channel_names
from sim.copula import CorrelationError, check_positive_definite
from sim.distributions import Distribution
from sim.environment import Market
from sim.leaves import Leaf, Path, Problem, Reader, ScenarioError, short, suggest
from sim.mechanisms.solvency import Solvency
from sim.parameters import Parameter, parameters_of
from sim.readings import READINGS, patch_of
from sim.scenario_model import Head, problems_of, scenario_model


@dataclass(frozen=True)
class Section:
    """One mechanism's numbers in a scenario."""

    enabled: bool
    values: dict[str, Leaf]


@dataclass(frozen=True)
class Scenario:
    """What is simulated. Made by :meth:`from_mapping`; every declared field is present.

    Parameters
    ----------
    strategies : dict of str to tuple of str
        Name to channels, in the order of their day.
    market, wallet : dict of str to Leaf
    channels : dict of str to dict of str to Section
        By channel and section, for every channel a strategy uses.
    correlations : dict of (str, str) to float
        By dotted parameter names.
    """

    name: str
    title: str
    currency: str
    start_date: date
    horizon_days: int
    counts: str
    stable_months: int
    exchange_rates: dict[str, float]
    strategies: dict[str, tuple[str, ...]]
    market: dict[str, Leaf]
    wallet: dict[str, Leaf]
    channels: dict[str, dict[str, Section]]
    correlations: dict[tuple[str, str], float]
    readings: dict[str, str]

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any], reader: Reader | None = None) -> Scenario:
        """Validate plain data, as YAML holds it.

        Raises
        ------
        ScenarioError
            With every problem that was found.
        """
        patched = apply_readings(mapping)
        known = dict(patched)
        reader = Reader(str(known.get("currency", "USD")), _rates(known), reader.read_column if reader else None)
        try:
            model = scenario_model().model_validate(known, context=reader)
        except ValidationError as error:
            raise ScenarioError(problems_of(error)) from error
        scenario = _assemble(cls, model)
        problems = list(_cross_checks(scenario))
        if problems:
            raise ScenarioError(problems)
        return scenario

    def section(self, channel_name: str, section: str) -> Section:
        """Return a section of a channel."""
        return self.channels[channel_name][section]

    def numbers(self) -> dict[str, Distribution]:
        """Return every number that is fixed within a world, by dotted name; switched-off sections left out."""
        return {
            f"{owner}.{name}": leaf
            for owner, declared, values in self._owners()
            for name, parameter in declared.items()
            if parameter.form == "number" and isinstance(leaf := values[name], Distribution)
        }

    def _owners(self) -> Iterator[tuple[str, dict[str, Parameter], dict[str, Leaf]]]:
        yield "market", parameters_of(Market), self.market
        yield "wallet", parameters_of(Solvency), self.wallet
        for name, sections in self.channels.items():
            for part in channel(name).parts:
                if sections[part.section].enabled:
                    yield f"{name}.{part.section}", parameters_of(part.mechanism), sections[part.section].values

    def to_mapping(self) -> dict[str, Any]:
        """Return the resolved scenario as plain data that :meth:`from_mapping` reads back to the same."""
        return {
            "name": self.name,
            "title": self.title,
            "currency": self.currency,
            "start_date": self.start_date.isoformat(),
            "horizon_days": self.horizon_days,
            "counts": self.counts,
            "stable_months": self.stable_months,
            "exchange_rates": dict(self.exchange_rates),
            "strategies": {name: list(channels) for name, channels in self.strategies.items()},
            "market": {name: plain(leaf) for name, leaf in self.market.items()},
            "wallet": {name: plain(leaf) for name, leaf in self.wallet.items()},
            "correlations": [[a, b, value] for (a, b), value in self.correlations.items()],
            "readings": dict(self.readings),
        } | {
            name: {
                section: {"enabled": found.enabled, **{key: plain(leaf) for key, leaf in found.values.items()}}
                for section, found in sections.items()
            }
            for name, sections in self.channels.items()
        }

    @property
    def sha256(self) -> str:
        """Hash of the resolved scenario."""
        text = json.dumps(self.to_mapping(), sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def with_(self, overrides: Mapping[str, Any]) -> Scenario:
        """Return a scenario with some values changed, by dotted key: ``{"store.prices.mean_value": 80}``."""
        changed = self.to_mapping()
        for key, value in overrides.items():
            put(changed, key.split("."), value)
        return Scenario.from_mapping(changed)


def plain(leaf: Leaf) -> Any:
    """Return a leaf as YAML holds it."""
    return leaf.to_mapping() if isinstance(leaf, Distribution) else leaf


def put(mapping: dict[str, Any], path: list[str], value: Any) -> None:
    """Set a nested value, making the mappings on the way."""
    for key in path[:-1]:
        inner = mapping.get(key)
        if not isinstance(inner, dict):
            inner = mapping[key] = {}
        mapping = inner
    mapping[path[-1]] = value


def apply_readings(mapping: Mapping[str, Any]) -> dict[str, Any]:
    """Return the mapping with the values its readings set."""
    readings = mapping.get("readings") or {}
    out = json_copy(mapping)
    if not isinstance(readings, Mapping):
        return out
    problems = []
    for name, option in readings.items():
        if name not in READINGS:
            problems.append(
                Problem(("readings", str(name)), repr(option), suggest(str(name), READINGS, "no such reading"))
            )
        elif option not in READINGS[name].options:
            allowed = ", ".join(READINGS[name].options)
            problems.append(Problem(("readings", str(name)), repr(option), f"must be one of: {allowed}"))
    if problems:
        raise ScenarioError(problems)
    for key, value in patch_of(dict(readings)).items():
        if key.split(".")[0] in channel_names():
            put(out, key.split("."), value)
    return out


def json_copy(mapping: Mapping[str, Any]) -> dict[str, Any]:
    """Return nested mappings copied, leaves shared."""
    return {key: json_copy(value) if isinstance(value, Mapping) else value for key, value in mapping.items()}


def _rates(mapping: Mapping[str, Any]) -> dict[str, float]:
    rates = mapping.get("exchange_rates", {"CNY": 7.0})
    if not isinstance(rates, Mapping):
        return {}
    return {str(k): float(v) for k, v in rates.items() if isinstance(v, (int, float)) and v > 0}


def _assemble(cls: type[Scenario], model: BaseModel) -> Scenario:
    head = {name: getattr(model, name) for name in Head.model_fields}
    used = dict.fromkeys(name for channels in head["strategies"].values() for name in channels)
    _check_strategies(head["strategies"])
    channels = {}
    for name in used:
        sections = getattr(model, name)
        channels[name] = {
            part.section: _section(getattr(sections, part.section), part.mechanism) for part in channel(name).parts
        }
    head["strategies"] = {name: tuple(c) for name, c in head["strategies"].items()}
    head["correlations"] = _pairs(head["correlations"])
    market: Any = getattr(model, "market")  # noqa: B009 - made by create_model
    wallet: Any = getattr(model, "wallet")  # noqa: B009
    return cls(
        **head,
        market={name: getattr(market, name) for name in parameters_of(Market)},
        wallet={name: getattr(wallet, name) for name in parameters_of(Solvency)},
        channels=channels,
    )


def _section(model: Any, owner: type) -> Section:
    return Section(model.enabled, {name: getattr(model, name) for name in parameters_of(owner)})


def _check_strategies(strategies: Mapping[str, list[str]]) -> None:
    problems = []
    for name, channels in strategies.items():
        path: Path = ("strategies", name)
        if not channels:
            problems.append(Problem(path, "[]", "a strategy needs at least one channel"))
        if len(set(channels)) != len(channels):
            problems.append(Problem(path, repr(channels), "a channel stands twice"))
        for unknown in [c for c in channels if c not in channel_names()]:
            problems.append(Problem(path, repr(unknown), suggest(unknown, channel_names(), "no such channel")))
    if problems:
        raise ScenarioError(problems)


def _pairs(triples: list[tuple[str, str, float]]) -> dict[tuple[str, str], float]:
    pairs: dict[tuple[str, str], float] = {}
    for a, b, value in triples:
        # A later row replaces an earlier one of the same pair: that is how `extends` overrides.
        first, second = sorted((a, b))
        pairs[first, second] = value
    return pairs


def _cross_checks(scenario: Scenario) -> Iterator[Problem]:
    declared = _all_number_names(scenario)
    active = scenario.numbers()
    for (a, b), value in scenario.correlations.items():
        if not -1 <= value <= 1:
            yield Problem(("correlations",), f"{value:g}", f"the correlation of {a} and {b} must lie between -1 and 1")
        for name in (a, b):
            if name not in declared and name.split(".")[0] in ("market", "wallet", *scenario.channels):
                yield Problem(("correlations",), repr(name), suggest(name, _near(name, active), "no such number"))
    try:
        check_positive_definite(
            {pair: value for pair, value in scenario.correlations.items() if all(n in active for n in pair)}
        )
    except CorrelationError as error:
        yield Problem(("correlations",), "these correlations", str(error))
    for name, sections in scenario.channels.items():
        for part in channel(name).parts:
            check = getattr(part.mechanism, "check", None)
            if check is not None and sections[part.section].enabled:
                for field, message in check(sections[part.section].values):
                    leaf = plain(sections[part.section].values[field])
                    yield Problem((name, part.section, field), short(leaf), message)
        yield from _check_shares(name, sections)


def _check_shares(name: str, sections: dict[str, Section]) -> Iterator[Problem]:
    """Processors' shares, and ad sources' shares, are shares of one whole."""
    for field, what in (("share", "the payment processors' shares"), ("budget_share", "the ad sources' shares")):
        found = {
            part.section: leaf.mean
            for part in channel(name).parts
            if field in parameters_of(part.mechanism)
            and sections[part.section].enabled
            and isinstance(leaf := sections[part.section].values[field], Distribution)
        }
        if found and abs(sum(found.values()) - 1.0) > 1e-6:
            parts = " + ".join(f"{section} {share:g}" for section, share in found.items())
            yield Problem((name, next(iter(found)), field), parts, f"{what} must sum to 1")


def _all_number_names(scenario: Scenario) -> set[str]:
    names = {f"market.{n}" for n in parameters_of(Market)} | {f"wallet.{n}" for n in parameters_of(Solvency)}
    for name in scenario.channels:
        for part in channel(name).parts:
            names |= {
                f"{name}.{part.section}.{n}" for n, p in parameters_of(part.mechanism).items() if p.form == "number"
            }
    return names


def _near(name: str, names: Iterable[str]) -> list[str]:
    return difflib.get_close_matches(name, list(names), n=5, cutoff=0.3)
