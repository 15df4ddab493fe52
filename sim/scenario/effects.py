"""Which keys of a scenario change nothing, and why: the one place that says so.

:func:`without_effect` asks what mechanisms declare (`sim.business.parameters.needs`) and which sections take part;
:func:`idle_correlations` tells the rows that couple nothing, by the number to blame. A scenario may hold such keys on
purpose: what was inherited, and alternatives that stand ready. They are remarked on where somebody sets one, and
refused as axes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from sim.business.channels import channel, channel_names
from sim.business.parameters import Needs, parameters_of
from sim.randomness.distributions import Constant, Distribution
from sim.scenario.declarations import COMMON
from sim.scenario.sections import Section
from sim.scenario.trade_calendar import RULES, Seen, seen_by
from sim.text.messages import in_words

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

OF_THE_CALENDAR = {
    "months": "the run has no day in the months it is about",
    "own_charges": "market.trade_rules say what holds for {0}",
    "charged": "no rule of market.trade_rules charges an item kind",
}
"""Why nothing is met where a need is about days."""

SECTION_AND_FIELD = 2
"""Parts of a channel's key, below the channel."""


def without_effect(scenario: Scenario, key: str) -> str:
    """Return why a dotted key changes nothing in this scenario, or nothing where it has an effect.

    Parameters
    ----------
    key : str
        Of a number, choice or switch; a longer one, into a distribution, is taken for the key it belongs to. What is
        no such key, as one of the head, has an effect.
    """
    owner, *rest = key.split(".")
    if owner in COMMON and rest:
        declared = parameters_of(COMMON[owner]).get(rest[0])
        why = "" if declared is None else _unmet(scenario, "", owner, declared.used_when)
        return why or (_of_rule(scenario, rest[1]) if key.startswith(f"{RULES}.") else "")
    if len(rest) < SECTION_AND_FIELD or owner not in channel_names():
        return ""
    return _of_channel(scenario, owner, rest[0], rest[1])


def _of_rule(scenario: Scenario, name: str) -> str:
    if name not in scenario.market["trade_rules"] or name in _seen(scenario).rules:
        return ""
    return "the rule holds on no day of the run: it begins later, was replaced before, or is of another regime"


def _seen(scenario: Scenario) -> Seen:
    return seen_by(scenario.market, scenario.start_date, scenario.horizon_days)


def _of_channel(scenario: Scenario, owner: str, section: str, field: str) -> str:
    if owner not in scenario.channels:
        return f"no strategy sells by {owner}"
    part = next((part for part in channel(owner).parts if part.section == section), None)
    if part is None:
        return ""
    if part.part_of and not scenario.section(owner, part.part_of).enabled:
        return f"{owner}.{part.part_of} is switched off"
    if field != "enabled" and not scenario.section(owner, section).enabled:
        return f"{owner}.{section} is switched off"
    declared = parameters_of(part.mechanism).get(field)
    wanted = part.mechanism.used_when + (() if declared is None else declared.used_when)
    return _unmet(scenario, owner, section, wanted)


def _unmet(scenario: Scenario, owner: str, section: str, wanted: Iterable[Needs]) -> str:
    """Return why the first of the needs that is not met is not."""
    for declared in wanted:
        if not declared.keys:
            return str(declared.values[0])
        found = [value for key in declared.keys for value in _values(scenario, owner, section, key)]
        each = _with_number(scenario, owner, section, declared)
        absent = not found and each.values == (False,)  # what a channel does not have is as good as switched off
        if not absent and not any(_as_wanted(value, each) for value in found):
            return _reason(owner or section, section if owner else "", each, found)
    return ""


def _with_number(scenario: Scenario, owner: str, section: str, wanted: Needs) -> Needs:
    """Return needs whose ``above`` is a number: of what is named there, the least that it may be."""
    if not isinstance(wanted.above, str):
        return wanted
    (other,) = _values(scenario, owner, section, wanted.above)
    return replace(wanted, above=float(other.ppf(2.0**-53)))


def _values(scenario: Scenario, owner: str, section: str, key: str) -> Iterator[Any]:
    """Yield what stands at a key, as it is written in :class:`Needs`."""
    before, _, field = key.rpartition(".")
    if key == "counts":
        yield scenario.counts
    elif key in ("own_charges", "charged"):
        yield from getattr(_seen(scenario), key)
    elif key == "months":
        yield from _months(scenario)
    elif key == "alongside":
        for channels in scenario.strategies.values():
            yield from (other for other in channels if owner in channels and other != owner)
    elif before == "anywhere":
        for sections in scenario.channels.values():
            yield from _fields(sections, "*", field)
    elif not owner and not before:
        yield getattr(scenario, section)[field]
    else:
        for name in [owner] if owner else scenario.channels:
            yield from _fields(scenario.channels[name], before or section, field)


def _fields(sections: dict[str, Section], pattern: str, field: str) -> Iterator[Any]:
    for name, section in sections.items():
        if not fnmatchcase(name, pattern):
            continue
        if field == "enabled":
            yield section.enabled
        elif section.enabled and field in section.values:
            yield section.values[field]


def _months(scenario: Scenario) -> Iterator[int]:
    """Yield the months of the calendar that a run lives through."""
    days = range(scenario.horizon_days)
    yield from dict.fromkeys((scenario.start_date + timedelta(days=day)).month for day in days)


def _as_wanted(value: Any, wanted: Needs) -> bool:
    if isinstance(value, Distribution):
        if wanted.unlike is not None:
            return not (isinstance(value, Constant) and value.value == wanted.unlike)
        if wanted.above is not None:
            return float(value.ppf(1.0 - 2.0**-53)) > float(wanted.above)
    return not wanted.values or value in wanted.values


def _reason(owner: str, section: str, wanted: Needs, found: list[Any]) -> str:
    key = wanted.keys[0]
    if key in OF_THE_CALENDAR:
        return OF_THE_CALENDAR[key].format(*wanted.values)
    if key == "alongside":
        others = f" and {wanted.values[0]}" if wanted.values else " and another channel"
        return f"no strategy sells by {owner}{others}"
    if key.startswith(("*", "anywhere")):
        field = key.rpartition(".")[2]
        what = f" with {field}: {wanted.values[0]}" if wanted.values else f" with {field}"
        return f"no section{what} takes part"
    full = key if key == "counts" else ".".join(filter(None, (owner, section if "." not in key else "", key)))
    if not found:
        return f"{full.rpartition('.')[0]} is switched off" if "." in key else f"there is no {full}"
    if key.endswith(".enabled"):
        return f"{full.removesuffix('.enabled')} {'takes part' if found[0] else 'is switched off'}"
    value = found[0].mean if isinstance(found[0], Distribution) else found[0]
    not_above = f", not above {float(wanted.above):g}" if wanted.above is not None else ""
    return f"{full} is {in_words(value)}{not_above}"


def idle_correlations(scenario: Scenario) -> dict[str, tuple[int, str]]:
    """Return, by the name that is to blame, how many correlations couple nothing, and why."""
    numbers = scenario.numbers()
    found: dict[str, tuple[int, str]] = {}
    for pair in scenario.correlations:
        for name in pair:
            why = without_effect(scenario, name)
            if not why and isinstance(numbers[name], Constant):
                why = "it is one fixed number"
            if why:
                found[name] = found.get(name, (0, why))[0] + 1, why
                break
    return found


def _or_its_rule(scenario: Scenario, key: str) -> str:
    """Return the trade rule that a key is of, where the whole rule has no effect; else the key."""
    before, _, rest = key.partition(f"{RULES}.")
    if before or not rest:
        return key
    name = rest.partition(".")[0]
    return f"{RULES}.{name}" if _of_rule(scenario, name) else key


def remarks(scenario: Scenario, keys: Iterable[str]) -> list[str]:
    """Return a sentence for each of these keys that is without effect."""
    keys = list(dict.fromkeys(_or_its_rule(scenario, key) for key in keys))
    found = [(key, without_effect(scenario, key)) for key in keys]
    told = [f"{key} is without effect, because {why}" for key, why in found if why]
    if any(key.startswith("correlations") for key in keys):
        for name, (count, why) in idle_correlations(scenario).items():
            rows = f"{count} correlations of {name} are" if count > 1 else f"a correlation of {name} is"
            told.append(f"{rows} without effect, because {why}")
    return told
