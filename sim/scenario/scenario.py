"""A scenario: the full, validated, frozen description of what is simulated.

Everything is derived from what mechanisms declare: pydantic models of the sections (unknown keys are errors), defaults,
ranges, and the names of the parameters. YAML is read elsewhere; this module takes plain data.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from pydantic import BaseModel, ValidationError

from sim.business.calendar import DAYS_A_MONTH
from sim.business.channels import Channel, channel, channel_names
from sim.business.market import Market
from sim.business.parameters import Parameter, parameters_of
from sim.business.solvency import Solvency
from sim.randomness.distributions import Distribution
from sim.scenario.article_readings import READINGS, patch_of
from sim.scenario.conditions import condition_problems
from sim.scenario.model import Head, problems_of, scenario_model
from sim.scenario.problems import Path, Problem, ScenarioError
from sim.scenario.sections import Section, check_correlations, check_sections, fixed, pairs_of, plain, section_of
from sim.scenario.values import Leaf, Reader, as_python, json_copy, put
from sim.text.labels import is_reserved
from sim.text.messages import shortened, suggest

Overrides = Iterable[tuple[str, Any]]
"""(dotted key, value), in the order given."""

CNY_PER_USD = 7.0
"""Rate of a scenario in dollars or yuan that names none; defaults are stated in dollars, some in yuan."""

READINGS_APPLIED = "readings_applied"
"""In a resolved mapping: the values already carry its readings."""

YEARS = (2000, 2100)


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
    sampling : str
        How worlds are spread over the uncertain numbers.
    condition : tuple of str
        What the seller has seen so far; only paths that agree with it count.
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
    sampling: str
    condition: tuple[str, ...]

    def __post_init__(self) -> None:
        for field in fields(self):
            object.__setattr__(self, field.name, fixed(getattr(self, field.name)))

    @property
    def n_months(self) -> int:
        """Full months of 30 days."""
        return self.horizon_days // DAYS_A_MONTH

    @classmethod
    def from_mapping(
        cls, mapping: Mapping[str, Any], reader: Reader | None = None, overrides: Overrides = ()
    ) -> Scenario:
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
            model: Any = _model().model_validate(known, context=reader)
        except ValidationError as error:
            raise ScenarioError(problems_of(error, _model())) from error
        rows = list(model.correlations)
        scenario = _assemble(cls, model)
        problems = [
            *_check_dates(scenario),
            *check_correlations(rows, scenario.numbers()),
            *check_sections(scenario.channels),
        ]
        problems += condition_problems(scenario.condition, scenario.strategies, scenario.n_months)
        if scenario.condition and scenario.sampling != "random":
            problems += [
                Problem(("sampling",), scenario.sampling, "must be random: a condition keeps some worlds only")
            ]
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
        # Values changed after a reading was applied must survive being read back.
        applied = {READINGS_APPLIED: True} if self.readings else {}
        return (
            applied
            | {
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
                "sampling": self.sampling,
                "condition": list(self.condition),
            }
            | {
                name: {
                    section: {"enabled": found.switch, **{key: plain(leaf) for key, leaf in found.values.items()}}
                    for section, found in sections.items()
                }
                for name, sections in self.channels.items()
            }
        )

    def _repr_html_(self) -> str:
        """Show in a notebook what is simulated."""
        from sim.text.html import scenario_html

        return scenario_html(self.to_mapping())

    @property
    def sha256(self) -> str:
        """Hash of the resolved scenario."""
        text = json.dumps(self.to_mapping(), sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def with_(self, overrides: Mapping[str, Any]) -> Scenario:
        """Return a scenario with some values changed, by dotted key: ``{"store.prices.mean_value": 80}``.

        A changed reading is applied; what is changed by its own key wins over it.
        """
        if not isinstance(overrides, Mapping):
            change = 'give values by dotted key, as {"store.prices.mean_value": 80}'
            raise TypeError(f"found {shortened(overrides)}: {change}")
        changes = [(key, as_python(value)) for key, value in overrides.items()]
        return Scenario.from_mapping(self.to_mapping(), overrides=changes)


def resolve(mapping: Mapping[str, Any], overrides: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the mapping with its overrides, and below them the values its readings set."""
    out = json_copy(mapping)
    before = dict(out.get("readings") or {}) if out.pop(READINGS_APPLIED, False) is True else {}
    currency = out.get("currency", "USD")
    for key, value in overrides:
        if key == "currency" and value != currency:
            change = (
                f"the amounts are in {currency} and would be read as others; state them anew in a file of their own"
            )
            raise ScenarioError([Problem(("currency",), shortened(value), change)])
        put(out, key.split("."), value)
    readings = out.get("readings")
    if not isinstance(readings, Mapping):
        return out
    _check_readings(readings)
    chosen = {name: option for name, option in readings.items() if before.get(name) != option}
    for key, value in patch_of(chosen).items():
        if key.split(".")[0] in channel_names():
            put(out, key.split("."), value, replace=False)
    # Once more: a value asked for by hand, or by a sweep, is never lost to a reading.
    for key, value in overrides:
        put(out, key.split("."), value)
    return out


def _check_readings(readings: Mapping[Any, Any]) -> None:
    problems = []
    for name, option in readings.items():
        path: Path = ("readings", str(name))
        if name not in READINGS:
            problems.append(Problem(path, shortened(option), suggest(str(name), READINGS, "no such reading")))
        elif not isinstance(option, str) or option not in READINGS[name].options:
            allowed = ", ".join(READINGS[name].options)
            problems.append(Problem(path, shortened(option), f"must be one of: {allowed}"))
    if problems:
        raise ScenarioError(problems)


def exchange_rates(mapping: Mapping[str, Any]) -> dict[str, float]:
    """Return the units of each currency for one of the scenario's; checked first, since money is read with them."""
    currency = mapping.get("currency", "USD")
    given = mapping.get("exchange_rates", {})
    path: Path = ("exchange_rates",)
    if not isinstance(given, Mapping):
        raise ScenarioError([Problem(path, shortened(given), "must be a mapping such as {CNY: 7.0}")])
    problems = []
    for code, value in given.items():
        if not (isinstance(code, str) and len(code) == 3 and code.isascii() and code.isalpha() and code.isupper()):
            problems.append(Problem((*path, str(code)), shortened(code), "a currency is three capital letters, as CNY"))
        elif isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < math.inf:
            allowed = f"must be a number above 0: units of {code} for one {currency}"
            problems.append(Problem((*path, code), shortened(value), allowed))
        elif code == currency and value != 1:
            problems.append(Problem((*path, code), shortened(value), "is the scenario's own currency; leave it out"))
    missing = [code for code in ("USD", "CNY") if currency not in ("USD", "CNY") and code not in given]
    if missing:
        wanted = f"add {' and '.join(missing)}, units for one {currency}: defaults are stated in dollars and yuan"
        problems.append(Problem(path, shortened(dict(given)), wanted))
    if problems:
        raise ScenarioError(problems)
    usual = {"USD": {"CNY": CNY_PER_USD}, "CNY": {"USD": 1.0 / CNY_PER_USD}}
    default: dict[str, float] = usual.get(str(currency), {})
    return default | {code: float(value) for code, value in given.items()}


_made: tuple[tuple[Channel, ...], type[BaseModel]] | None = None


def _model() -> type[BaseModel]:
    """Return the pydantic model, made once for the channels registered now: a sweep validates thousands of times."""
    global _made  # noqa: PLW0603 - a cache of one
    channels = tuple(channel(name) for name in channel_names())
    if (
        _made is None
        or len(_made[0]) != len(channels)
        or any(a is not b for a, b in zip(_made[0], channels, strict=True))
    ):
        _made = channels, scenario_model()
    return _made[1]


def _assemble(cls: type[Scenario], model: BaseModel) -> Scenario:
    head = {name: getattr(model, name) for name in Head.model_fields}
    used = dict.fromkeys(name for channels in head["strategies"].values() for name in channels)
    _check_strategies(head["strategies"])
    channels = {}
    for name in used:
        sections = getattr(model, name)
        channels[name] = {part.section: section_of(sections, part) for part in channel(name).parts}
    head["strategies"] = {name: tuple(c) for name, c in head["strategies"].items()}
    head["correlations"] = pairs_of(head["correlations"])
    head["condition"] = tuple(head["condition"])
    market: Any = getattr(model, "market")  # noqa: B009 - made by create_model
    wallet: Any = getattr(model, "wallet")  # noqa: B009
    return cls(
        **head,
        market={name: getattr(market, name) for name in parameters_of(Market)},
        wallet={name: getattr(wallet, name) for name in parameters_of(Solvency)},
        channels=channels,
    )


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


def _check_dates(scenario: Scenario) -> Iterator[Problem]:
    if not YEARS[0] <= scenario.start_date.year <= YEARS[1]:
        found = scenario.start_date.isoformat()
        yield Problem(("start_date",), found, f"must lie in the years {YEARS[0]} to {YEARS[1]}")


def check_scenario(found: object) -> None:
    """Refuse what is no scenario, such as the name of its file.

    Raises
    ------
    TypeError
    """
    if not isinstance(found, Scenario):
        raise TypeError(f'found {shortened(found)}: give a scenario, as sim.load("configs/article.yaml") returns it')
