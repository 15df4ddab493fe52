"""The words of the dialogue of `sim init`: a question with its benchmark, what more is told of it, remarks.

`question_of` and `question_about` make a question, `more_on` and `more_about` what is shown for "?", `made_of_test` and
`idle_ads` remarks, `in_words` a benchmark as people read it, `wrapped` lines that fit a terminal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from sim.business.parameters import Parameter
from sim.cli import init_template as template
from sim.cli.init_answers import Answers, Money, Told
from sim.cli.init_reading import distribution_of, listed, reach
from sim.cli.init_seen import meta_click_price
from sim.randomness.distributions import Distribution, from_leaf
from sim.scenario.values import is_fraction
from sim.text.labels import label

FAR = 0.005
"""Share of the benchmark beyond the middle of what a test made of it: rather a slip, or another currency."""

COLUMNS, INDENT = 80, " " * 6


def wrapped(text: str, first: str = INDENT) -> str:
    """Return text in lines that fit a terminal, all but the first indented; a Chinese sign takes two columns."""
    console = Console(width=COLUMNS)
    lines = (piece for line in text.split("\n") for piece in Text(line).wrap(console, COLUMNS - len(INDENT)))
    return first + f"\n{INDENT}".join(line.plain.rstrip() for line in lines)


def question_of(key: str, language: str, default: object, **words: object) -> str:
    """Return a question, and what Enter keeps, which the seller chooses."""
    return f"{label(key, language, **words)}\n{label('init_enter', language, default=default)}"


def question_about(name: str, keys: Sequence[str], answers: Answers, language: str, *, chosen: bool = False) -> str:
    """Return a question about numbers of channels, and their benchmarks: of what is chosen, or of what is not known."""
    titles = titles_of(keys, language)
    question = label(f"init_{name}", language, currency=answers.money.currency)
    if len(titles) > 1:
        one = "init_figure_each" if name == "advertising" else "init_one_or_each"
        question += "\n" + label(one, language, channels="; ".join(titles))
    usual = of_each(keys, answers, language)
    if chosen:
        return f"{question}\n{label('init_enter', language, default=usual)}"
    likely, unknown = label("init_likely", language, default=usual), label("init_unknown", language)
    apart = "   " if cell_len(likely + unknown) + 3 <= COLUMNS - len(INDENT) else "\n"
    return f"{question}\n{likely}{apart}{unknown}"


def of_each(keys: Sequence[str], answers: Answers, language: str) -> str:
    """Return the values of numbers as people read them, each with its channel where there are several."""
    known = template.declarations()
    said = [in_words(known[key], value_of(key, answers), answers) for key in keys]
    if len(keys) == 1:
        return said[0]
    return "; ".join(f"{title} {words}" for title, words in zip(titles_of(keys, language), said, strict=True))


def titles_of(keys: Sequence[str], language: str) -> list[str]:
    """Return the name of each number's channel."""
    return [template.channel_title(key.split(".")[0], language) for key in keys]


def more_on(name: str, language: str) -> tuple[str, ...]:
    """Return what "?" shows of a question, line by line."""
    return tuple(label(f"init_more_{name}", language).split("\n"))


def more_about(name: str, keys: Sequence[str], answers: Answers, language: str) -> tuple[str, ...]:
    """Return what the answer is used for, and of each number its meaning, benchmark, range and source."""
    each = [
        about(title if len(keys) > 1 else "", key, answers, language)
        for key, title in zip(keys, titles_of(keys, language), strict=True)
    ]
    return (*more_on(name, language), *each)


def about(title: str, key: str, answers: Answers, language: str) -> str:
    """Return a number's meaning, benchmark with its unit, allowed range and source."""
    parameter = template.declarations()[key]
    default = from_leaf(parameter.default)
    unit = label(parameter.unit, language).replace(label("money", language), answers.money.currency)
    usual = in_words(parameter, default, answers) + ("" if is_fraction(parameter) else f" {unit}")
    words = {"meaning": label(parameter.meaning, language), "usual": usual, "source": parameter.source}
    words["reach"] = reach(parameter, answers.money.rate if "money" in parameter.unit else 1.0, language)
    said = label("init_more_certain" if default.sd == 0 else "init_more_likely", language, **words)
    return label("init_of", language, channel=title, said=said) if title else said


def value_of(key: str, answers: Answers) -> Distribution:
    """Return what the file says of a number so far."""
    parameter = template.declarations()[key]
    told = answers.told.get(key)
    return distribution_of(parameter.default if told is None else told.value, parameter, answers.money)


def made_of_test(told: dict[str, Told], answers: Answers, language: str) -> Iterator[str]:
    """Yield, for each number that a test moves, where it lay and lies now."""
    known = template.declarations()
    for key, new in told.items():
        if key.endswith("price_basis"):
            continue
        before = meta_click_price() if key == "store.meta.cpc" else from_leaf(known[key].default)
        now = distribution_of(new.value, known[key], answers.money)
        words = {"now": in_words(known[key], now, answers), "before": in_words(known[key], before, answers)}
        title = template.channel_title(key.split(".")[0], language)
        meaning = label(known[key].meaning, language).rstrip(".。")
        meaning = re.split("[:：]", meaning)[0]
        yield label("init_moved", language, channel=title, meaning=meaning, **words)
        if key.endswith(".cpc") and not before.cdf(now.ppf(0.5)) > FAR < before.sf(now.ppf(0.5)):
            yield label("init_far", language)


def in_words(parameter: Parameter, found: Distribution, answers: Answers) -> str:
    """Return the 5 and 95% points as people read them: shares in percent, amounts in the seller's currency."""
    ends = [float(end) for end in found.ppf([0.05, 0.95])]
    if is_fraction(parameter):
        return " – ".join(dict.fromkeys(f"{100 * end:.2g}%" if end < 0.1 else f"{end:.0%}" for end in ends))
    rate = answers.money.rate if "money" in parameter.unit else 1.0
    said = (f"{end * rate:,.0f}" if end * rate >= 10 else f"{end * rate:.2g}" for end in ends)
    return " – ".join(dict.fromkeys(said))


def in_sellers_currency(orders: Mapping[str, Mapping[str, Any]], money: Money) -> dict[str, dict[str, Any]]:
    """Return expected orders, which count in the file's currency, with the means that are shown in the seller's."""

    def at_rate(line: Mapping[str, Any]) -> dict[str, Any]:
        return {**line, "mean": line["mean"] * money.rate}

    return {
        name: {
            **order,
            "lines": [at_rate(line) for line in order["lines"]],
            "ads_at_start": at_rate(order["ads_at_start"]),
        }
        for name, order in orders.items()
    }


def idle_ads(keys: Mapping[str, str], answers: Answers, language: str) -> str:
    """Return what a seller should know about advertising money too small to buy anything; else nothing."""
    known, money = template.declarations(), answers.money
    least = {name: known[f"{name}.p4p.threshold"].default for name in keys if f"{name}.p4p.threshold" in known}
    idle = [name for name, threshold in least.items() if value_of(keys[name], answers).mean < threshold]
    if not idle:
        return ""
    titles = listed([template.channel_title(name, language) for name in idle], language)
    threshold = f"{least[idle[0]] * money.rate:,.4g}"
    return label("init_p4p_idle", language, threshold=threshold, currency=money.currency, channels=titles)
