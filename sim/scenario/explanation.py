"""Pages on the keys of a scenario, by :func:`explain`: meaning, unit, range, default, source, value in a scenario."""

from __future__ import annotations

import difflib
import fnmatch
import json
import math
from collections.abc import Iterator
from typing import Any

from sim.business.channels import channel_names
from sim.business.parameters import Parameter
from sim.randomness.distributions import FAMILIES
from sim.scenario.article_readings import all_readings
from sim.scenario.declarations import COMMON, declared
from sim.scenario.distribution_forms import distributions_page, family_page
from sim.scenario.effects import without_effect
from sim.scenario.json_schema import HEAD
from sim.scenario.questions import column_in_words, data_of
from sim.scenario.scenario import Scenario
from sim.scenario.sections import plain
from sim.scenario.trade_calendar import RULES
from sim.scenario.values import Leaf
from sim.scenario.yaml_reader import ConfigError
from sim.text.messages import suggest

DISTRIBUTIONS = ("distributions", "distribution")

WORDED = {"words": "text", "day": "a date, YYYY-MM-DD", "entries": "names, and what each stands for"}
"""By form: what is written where there are neither options nor a range."""

RULE = "<name>"
"""Stands for the name of a trade rule."""


def explain(key: str, scenario: Scenario | None = None, language: str = "en") -> str:
    """Return a page on a key, a table on a section, or what was probably meant.

    Parameters
    ----------
    key : str
        ``store.meta.cpm``, a section such as ``store.meta``, a pattern such as ``*.fee_rate``, ``readings``,
        ``distributions``, or the name of a family of them.
    scenario : Scenario, optional
        Its values are told: on a page beside the defaults, in a table in their place.
    language : {"en", "zh"}
    """
    if key in FAMILIES or key in DISTRIBUTIONS:
        return distributions_page(language) if key in DISTRIBUTIONS else family_page(key, language)
    if key.split(".", maxsplit=1)[0] == "readings":
        return _readings(key)
    if key in HEAD:
        return _head(key, HEAD[key], scenario)
    everything = list(declared([RULE] if scenario is None else [RULE, *scenario.market["trade_rules"]]))
    found = [row for row in everything if row[0] == key]
    if key == RULES:
        return "\n".join([_page(*found[0], scenario), *_entries(everything, scenario)])
    if found:
        return _page(*found[0], scenario)
    below = [row for row in everything if row[0].startswith(f"{key}.") or fnmatch.fnmatchcase(row[0], key)]
    if below:
        width = max(len(name) for name, _, _ in below)
        values = [_value(name, scenario) if scenario else text(default) for name, _, default in below]
        shown = zip(below, values, strict=True)
        return "\n".join(f"{name:<{width}}  {value:<44}  {p.meaning}" for (name, p, _), value in shown)
    raise ConfigError(suggest(key, _closest(key, everything), f"there is no key '{key}'"))


def _closest(key: str, everything: list[tuple[str, Parameter, object]]) -> list[str]:
    """Return the keys of the same section, else keys of the same name elsewhere, else the nearest sections."""
    section, _, last = key.rpartition(".")
    names = [name for name, _, _ in everything]
    beside = [name for name in names if section and name.startswith(f"{section}.")]
    alike = [name for name in names if last and last in name]
    sections = sorted({name.rpartition(".")[0] for name in names})
    tops = [*HEAD, *COMMON, *channel_names()]
    known = list(dict.fromkeys([*tops, *sections]))  # the market is both
    return beside or alike[:12] or difflib.get_close_matches(key, known, n=8, cutoff=0.0)


def text(value: object) -> str:
    """Return a value as YAML writes it on one line."""
    return json.dumps(value, ensure_ascii=False).replace('"', "")


def _page(name: str, parameter: Parameter, default: object, scenario: Scenario | None) -> str:
    rows = [("key", name), ("meaning", parameter.meaning)]
    if parameter.form == "choice":
        rows.append(("options", ", ".join(parameter.options)))
    elif parameter.form == "switch":
        rows.append(("options", "true, false"))
    elif parameter.form not in WORDED:
        open_end = math.isinf(parameter.high)
        reach = f"at least {parameter.low:g}" if open_end else f"{parameter.low:g} to {parameter.high:g}"
        rows += [("unit", parameter.unit), ("range", reach)]
        rows.append(("drawn", "once a world" if parameter.form == "number" else "between orders or events"))
    else:
        rows.append(("written", WORDED[parameter.form]))
    in_dollars = " (in dollars, whatever the scenario's currency)" if "money" in parameter.unit else ""
    rows += [("default", text(default) + in_dollars), ("source", parameter.source or "[j] judgement")]
    if scenario is not None:
        rows.append((f"in {scenario.name}", _value(name, scenario)))
        if why := without_effect(scenario, name):
            rows.append(("but", f"without effect, because {why}"))
    return "\n".join(f"{label + ':':<12} {value}" for label, value in rows)


def _value(name: str, scenario: Scenario) -> str:
    owner, *section, field = name.split(".")
    if section and owner in COMMON:
        return _of_rule(section[-1], field, scenario)
    if not section:
        return _leaf(getattr(scenario, owner)[field])
    if owner not in scenario.channels:
        return "channel not used"
    found = scenario.section(owner, section[0])
    if field == "enabled":
        return text(found.enabled)
    return _leaf(found.values[field]) if found.enabled else "switched off"


def _of_rule(name: str, field: str, scenario: Scenario) -> str:
    rule = scenario.market["trade_rules"].get(name)
    if rule is None:
        return "no rule of this name"
    return _leaf(rule[field]) if field in rule else "drawn once a world"


def _entries(everything: list[tuple[str, Parameter, object]], scenario: Scenario | None) -> Iterator[str]:
    """Yield what a rule of the calendar holds, and the rules of a scenario, a line each."""
    for name, parameter, _ in everything:
        if name.startswith(f"{RULES}.{RULE}.") and not name.endswith(".comes"):
            options = f" ({', '.join(parameter.options)})" if parameter.options else ""
            yield f"  {name.rpartition('.')[2]:<14} {parameter.meaning}{options}"
    for name, rule in scenario.market["trade_rules"].items() if scenario else ():
        why = without_effect(scenario, f"{RULES}.{name}") if scenario else ""
        yield f"{name}: {text(plain(rule))}" + (f" but {why}" if why else "")


def _leaf(value: Leaf) -> str:
    """Return a value as YAML writes it; of data, what was read."""
    data = data_of(value)
    return text(plain(value)) if data is None else column_in_words(data)


def _head(key: str, found: dict[str, Any], scenario: Scenario | None) -> str:
    rows = [("key", key), ("meaning", str(found.get("description", "")))]
    if "enum" in found:
        rows.append(("options", ", ".join(found["enum"])))
    if "minimum" in found:
        rows.append(("range", f"{found['minimum']} to {found['maximum']}"))
    if "default" in found:
        rows.append(("default", text(found["default"])))
    if scenario is not None and key in (mapping := scenario.to_mapping()):
        rows.append((f"in {scenario.name}", text(mapping[key])))
    return "\n".join(f"{label + ':':<12} {value}" for label, value in rows)


def _readings(key: str) -> str:
    readings, parts = all_readings(), key.split(".")
    if len(parts) > 1 and parts[1] not in readings:
        raise ConfigError(suggest(parts[1], readings, f"there is no reading '{parts[1]}'"))
    names = list(readings) if len(parts) == 1 else [parts[1]]
    return "\n".join(f"{name}: {', '.join(readings[name].options)}\n    {readings[name].text}" for name in names)
