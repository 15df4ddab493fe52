"""Pages on the keys of a scenario, by :func:`explain`: meaning, unit, range, default, source, value in a scenario."""

from __future__ import annotations

import difflib
import fnmatch
import json
import math
from collections.abc import Iterable, Iterator
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
from sim.text.labels import Say, language_of, speaker
from sim.text.messages import padded, suggest
from sim.text.refusals import refusal_in, said_in

DISTRIBUTIONS = ("distributions", "distribution")

WORDED = {"words": "explain_text", "day": "explain_date", "entries": "explain_entries"}
"""By form: what is written where there are neither options nor a range."""

LABEL_CELLS = 12
"""How wide the names of a page's rows are on a terminal."""

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
    say = speaker(language)
    if key in FAMILIES or key in DISTRIBUTIONS:
        return distributions_page(language) if key in DISTRIBUTIONS else family_page(key, language)
    if key.split(".", maxsplit=1)[0] == "readings":
        return _readings(key, say)
    if key in HEAD:
        return _head(key, HEAD[key], scenario, say)
    everything = list(declared([RULE] if scenario is None else [RULE, *scenario.market["trade_rules"]]))
    found = [row for row in everything if row[0] == key]
    if key == RULES:
        return "\n".join([_page(*found[0], scenario, say), *_entries(everything, scenario, say)])
    if found:
        return _page(*found[0], scenario, say)
    below = [row for row in everything if row[0].startswith(f"{key}.") or fnmatch.fnmatchcase(row[0], key)]
    if below:
        width = max(len(name) for name, _, _ in below)
        values = [_value(name, scenario, say) if scenario else text(default) for name, _, default in below]
        shown = zip(below, values, strict=True)
        return "\n".join(
            f"{name:<{width}}  {value:<44}  {said_in(p.meaning, language)}" for (name, p, _), value in shown
        )
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


def _page(name: str, parameter: Parameter, default: object, scenario: Scenario | None, say: Say) -> str:
    rows = [("explain_key", name), ("explain_meaning", said_in(parameter.meaning, language_of(say)))]
    if parameter.form == "choice":
        rows.append(("explain_options", ", ".join(parameter.options)))
    elif parameter.form == "switch":
        rows.append(("explain_options", "true, false"))
    elif parameter.form not in WORDED:
        rows += [("explain_unit", say(parameter.unit)), ("explain_range", _reach(parameter, say))]
        drawn = "explain_once_a_world" if parameter.form == "number" else "explain_between_orders"
        rows.append(("explain_drawn", say(drawn)))
    else:
        rows.append(("explain_written", say(WORDED[parameter.form])))
    in_dollars = say("explain_in_dollars") if "money" in parameter.unit else ""
    rows.append(("explain_default", text(default) + in_dollars))
    rows.append(("explain_source", say(parameter.source) if parameter.source else say("explain_judgement")))
    rows = [(say(key), value) for key, value in rows]
    if scenario is not None:
        rows.append((say("explain_in", name=scenario.name), _value(name, scenario, say)))
        if why := without_effect(scenario, name):
            rows.append((say("explain_but"), say("explain_without_effect", why=refusal_in(why, language_of(say)))))
    return in_lines(rows, say)


def _reach(parameter: Parameter, say: Say) -> str:
    if math.isinf(parameter.high):
        return say("explain_at_least", low=f"{parameter.low:g}")
    return say("explain_from_to", low=f"{parameter.low:g}", high=f"{parameter.high:g}")


def in_lines(rows: Iterable[tuple[str, str]], say: Say) -> str:
    """Return what a page says, a line a row, its values below each other."""
    colon = say("explain_colon")
    return "\n".join(f"{padded(name + colon, LABEL_CELLS)} {value}" for name, value in rows)


def _value(name: str, scenario: Scenario, say: Say) -> str:
    owner, *section, field = name.split(".")
    if section and owner in COMMON:
        return _of_rule(section[-1], field, scenario, say)
    if not section:
        return _leaf(getattr(scenario, owner)[field], say)
    if owner not in scenario.channels:
        return say("explain_channel_not_used")
    found = scenario.section(owner, section[0])
    if field == "enabled":
        return text(found.enabled)
    return _leaf(found.values[field], say) if found.enabled else say("explain_switched_off")


def _of_rule(name: str, field: str, scenario: Scenario, say: Say) -> str:
    rule = scenario.market["trade_rules"].get(name)
    if rule is None:
        return say("explain_no_rule")
    return _leaf(rule[field], say) if field in rule else say("explain_once_a_world")


def _entries(everything: list[tuple[str, Parameter, object]], scenario: Scenario | None, say: Say) -> Iterator[str]:
    """Yield what a rule of the calendar holds, and the rules of a scenario, a line each."""
    for name, parameter, _ in everything:
        if name.startswith(f"{RULES}.{RULE}.") and not name.endswith(".comes"):
            options = f" ({', '.join(parameter.options)})" if parameter.options else ""
            yield f"  {name.rpartition('.')[2]:<14} {say(parameter.meaning)}{options}"
    for name, rule in scenario.market["trade_rules"].items() if scenario else ():
        why = without_effect(scenario, f"{RULES}.{name}") if scenario else ""
        but = f" {say('explain_but')} {refusal_in(why, language_of(say))}" if why else ""
        yield f"{name}: {text(plain(rule))}{but}"


def _leaf(value: Leaf, say: Say) -> str:
    """Return a value as YAML writes it; of data, what was read."""
    data = data_of(value)
    return text(plain(value)) if data is None else refusal_in(column_in_words(data), language_of(say))


def _head(key: str, found: dict[str, Any], scenario: Scenario | None, say: Say) -> str:
    rows = [("explain_key", key), ("explain_meaning", say(str(found.get("description", ""))))]
    if "enum" in found:
        rows.append(("explain_options", ", ".join(found["enum"])))
    if "minimum" in found:
        rows.append(("explain_range", say("explain_from_to", low=found["minimum"], high=found["maximum"])))
    if found.get("default") is not None:
        rows.append(("explain_default", text(found["default"])))
    rows = [(say(key), value) for key, value in rows]
    if scenario is not None and key in (mapping := scenario.to_mapping()):
        rows.append((say("explain_in", name=scenario.name), text(mapping[key])))
    return in_lines(rows, say)


def _readings(key: str, say: Say) -> str:
    readings, parts = all_readings(), key.split(".")
    if len(parts) > 1 and parts[1] not in readings:
        raise ConfigError(suggest(parts[1], readings, f"there is no reading '{parts[1]}'"))
    names = list(readings) if len(parts) == 1 else [parts[1]]
    return "\n".join(f"{name}: {', '.join(readings[name].options)}\n    {say(readings[name].text)}" for name in names)
