"""What a run assumed, in words, and the sources that this run rests on: `assumptions` and `sources`.

A number that is not known is told by what it is likely to be, 5 to 95%, and its middle. A source is named where a value
is the toolkit's own; of a value that the scenario sets, the scenario's file knows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.business.parameters import Parameter
from sim.randomness.distributions import Constant, Distribution
from sim.scenario.declarations import declared
from sim.scenario.meanings import number
from sim.scenario.questions import column_in_words, data_of
from sim.scenario.sections import plain
from sim.scenario.values import Dollars, Leaf, Reader, read_leaf
from sim.text.labels import Say, catalogue
from sim.text.table import Table

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

JUDGED, SET = "[j]", "report_set_here"

ARTICLE = re.compile(r"\bF\d+")
"""A figure of the article."""

NAMED = (
    *("CDNOW", "Conjura", "ECB", "Facebook", "Littledata", "Online Retail II"),
    *("PayPal", "Shopify", "stripe", "vatupdate"),
)
"""Publishers that a source may name without an address."""

ADDRESS = re.compile(r"\b[a-z0-9-]+\.(?:com|cn|io|ai|eu|org|gov)(?:/[\w/.-]*\w)?(?: \d{6,})?")
"""An address, or a site and the number of its page."""

RESEARCHED, PUBLISHED = "2026-11", "2025-12-05"
"""When the benchmarks were looked up, and when the article appeared."""


class Assumed(NamedTuple):
    """A number or choice in force: its dotted key, its declaration, its value, and where that comes from."""

    key: str
    parameter: Parameter
    value: Any
    source: str


def in_force(scenario: Scenario) -> Iterator[Assumed]:
    """Yield every number and choice that the run used, in the order of their declaration."""
    reader = Reader(scenario.currency, scenario.exchange_rates)
    rules: dict[str, Any] = scenario.market["trade_rules"]
    for key, parameter, default in declared(rules):
        owner, *rest = key.split(".")
        if parameter.entry is not None:
            yield Assumed(key, parameter, ", ".join(rules) or "–", "")
        elif owner == "market" and len(rest) > 1:
            rule = rules[rest[1]]
            if rest[2] in rule and rest[2] != "source":
                yield Assumed(key, parameter, rule[rest[2]], rule["source"])
        elif len(rest) == 1:
            value = (scenario.market if owner == "market" else scenario.wallet)[rest[0]]
            yield Assumed(key, parameter, value, source_of(parameter, default, value, reader))
        elif owner in scenario.channels and rest[1] != "enabled" and scenario.section(owner, rest[0]).enabled:
            value = scenario.section(owner, rest[0]).values[rest[1]]
            yield Assumed(key, parameter, value, source_of(parameter, default, value, reader))


def source_of(parameter: Parameter, default: object, value: Leaf, reader: Reader) -> str:
    """Return where a value comes from: the declared source is that of the declared default, and of no other value.

    Parameters
    ----------
    default : object
        Of the channel, as YAML holds it; amounts in dollars.
    value : Leaf
        In force.
    reader : Reader
        Of the scenario, whose currency amounts are in.
    """
    stated = reader.in_currency(Dollars(default)) if "money" in parameter.unit else default
    try:
        kept = plain(read_leaf(parameter, stated, reader)) == plain(value)
    except ValueError:  # a default that is no value on its own: whatever is in force was set
        kept = False
    return (parameter.source or JUDGED) if kept else SET


def assumptions(scenario: Scenario, say: Say) -> list[Table]:
    """Return what was assumed, a table for what the scenario sets and one for each part of the business.

    Columns: what it means, its value with its unit, where it comes from, and what it is called for `--set`.
    """
    columns = [say(f"report_{column}") for column in ("meaning", "value", "source", "key")]
    found = list(in_force(scenario))
    parts: dict[str, list[Assumed]] = {say("report_set_title"): [one for one in found if one.source == SET]}
    for one in found:
        if one.source != SET:
            parts.setdefault(part_of(one.key, say), []).append(one)
    tables = []
    for title, rows in parts.items():
        table = Table(title, columns)
        for one in rows:
            meaning = _with_part(one.key, one.parameter, say) if title == say("report_set_title") else None
            table.add_row(
                meaning or say(one.parameter.meaning), value_words(one.value, one.parameter, scenario.currency, say),
                say(one.source), one.key,
            )  # fmt: skip
        if table.rows:
            tables.append(table)
    return tables


def part_of(key: str, say: Say) -> str:
    """Return what part of the business a key belongs to: a channel, the market, the wallet."""
    owner = key.partition(".")[0]
    return say(f"report_part_{owner}" if owner in ("market", "wallet") else owner)


def _with_part(key: str, parameter: Parameter, say: Say) -> str:
    return f"{part_of(key, say)}: {say(parameter.meaning)}"


def value_words(value: Any, parameter: Parameter, currency: str, say: Say) -> str:
    """Return a value as people write it: a number with its unit, what it is likely to be, yes or no, a choice."""
    if not isinstance(value, Distribution):
        return choice_words(value, say)
    if (data := data_of(value)) is not None:
        return column_in_words(data)
    if isinstance(value, Constant):
        return with_unit(float(value.value), parameter, currency, say)
    low, middle, high = (float(value.ppf(np.array(share))) for share in (0.05, 0.5, 0.95))
    ends = {"low": digits(low, parameter), "middle": digits(middle, parameter)}
    return say("report_between", **ends, high=with_unit(high, parameter, currency, say))


def choice_words(value: Any, say: Say) -> str:
    """Return what is no number: yes or no, a day, a choice or a name."""
    if isinstance(value, bool):
        return say("report_yes" if value else "report_no")
    worded = f"option_{value}"
    return say(worded) if worded in catalogue("en") else str(value).replace("_", " ")


def digits(value: float, parameter: Parameter) -> str:
    """Return a number with three figures; a share in per cent."""
    share = parameter.unit == "fraction" or parameter.unit.startswith("fraction of")
    rounded = float(f"{100.0 * value if share else value:.4g}")
    return f"{number(rounded)}%" if share else number(rounded)


def with_unit(value: float, parameter: Parameter, currency: str, say: Say) -> str:
    """Return a number and what it counts: `30 USD a day`."""
    if parameter.unit in ("", "fraction"):
        return digits(value, parameter)
    unit = say(parameter.unit)
    if "money" in parameter.unit:
        unit = unit.replace(say("money"), currency)
    if parameter.unit.startswith("fraction of"):
        unit = unit.removeprefix("fraction ")
    return f"{digits(value, parameter)} {unit}"


def sources(scenario: Scenario, say: Say) -> tuple[Table, str]:
    """Return the sources that the values in force rest on, and how many values rest on none.

    A row a source: who published it, when it was looked up, and which numbers are from it.
    """
    found = list(in_force(scenario))
    by_source: dict[str, list[Assumed]] = {}
    for one in found:
        for name in named_in(one.source):
            by_source.setdefault(name, []).append(one)
    table = Table(say("report_sources"), [say(f"report_{column}") for column in ("source", "accessed", "numbers")])
    for name, rows in sorted(by_source.items()):
        of_article = ARTICLE.fullmatch(name) is not None
        what = dict.fromkeys(f"{part_of(one.key, say)}: {short(say(one.parameter.meaning))}" for one in rows)
        when = say("report_published", day=PUBLISHED) if of_article else say("report_accessed_in", month=RESEARCHED)
        table.add_row(say("report_article_figure", number=name) if of_article else name, when, "; ".join(what))
    own = sum(one.source == SET for one in found)
    judged = sum(not named_in(one.source) for one in found) - own
    return table, say("report_sources_rest", own=own, judged=judged)


def short(meaning: str) -> str:
    """Return the first clause of a meaning."""
    return re.split(r"[.:;,] |[：；。，]", meaning)[0].rstrip(".。")


def named_in(source: str) -> list[str]:
    """Return who is named in a source: figures of the article, addresses, publishers; none in a judgement.

    Worked example: ``F1: 5-8%; Alibaba.com 2% [j]`` names F1, for a bare name of a channel is no source.
    """
    found = ARTICLE.findall(source) + ADDRESS.findall(source)
    rest = ADDRESS.sub(" ", source)
    return list(dict.fromkeys([*found, *(name for name in NAMED if re.search(rf"\b{name}\b", rest))]))
