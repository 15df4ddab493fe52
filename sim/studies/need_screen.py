"""Screen of ``sim need`` (`need_screen`), and a repr's lines: what each number would have to be, and two together."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from sim.business.calendar import day_of
from sim.results.shown import convert, shown_answer
from sim.studies.crossing import ALWAYS, FOUND, NEVER, NO_EFFECT
from sim.text.labels import Say, speaker
from sim.text.numbers import currency_in_words, percent, span, with_error
from sim.text.table import FIGURE, NAME, WORDS, Column, Prose, Table

DIGITS = 3
"""Figures of a value that are shown."""

OF_A_NUMBER = ("value", "low", "high", "now", "likely", "range", "worse_between", "best.value", "curve.*.value")
OF_A_PAIR = ("value", "ends", "now", "likely", "best")
"""Where amounts stand in what was found of a number, and of one of two that move together, if it is one of money."""

Plain = dict[str, Any]


def need_screen(report: Plain, language: str = "en") -> RenderableType:
    """Return the answer that ``sim need --json`` writes as something a terminal can print."""
    say, own, report = speaker(language), report, in_shown_currency(report)
    parts: list[RenderableType] = [Prose(say("need_title", name=report["scenario"]), style="bold")]
    for name, answer in report["strategies"].items():
        parts.append(Prose(today(report, name, answer, say)))
        if any(each["status"] == FOUND for each in answer["keys"]):
            parts.append(table(answer, say))
        lines = [line for status in (NEVER, ALWAYS, NO_EFFECT) for line in others_line(answer, status, say)]
        parts.append(Prose("\n".join([*lines, *pair_lines(answer, say), *turn_lines(answer, say)])))
    parts.append(Prose("\n".join(notes(report, own, say)), style="dim"))
    return Group(*(piece for part in parts for piece in (part, Text(""))))


def in_shown_currency(report: Plain) -> Plain:
    """Return a report with what is money in the currency in which it is shown."""
    shown = shown_answer(report, ())
    if shown is report:
        return report
    for answer in shown["strategies"].values():
        pair = answer["pair"] or {"keys": []}
        for numbers, places in ((answer["keys"], OF_A_NUMBER), (pair["keys"], OF_A_PAIR)):
            for each in numbers:
                for place in places if "money" in each["unit"] else ():
                    convert(each, place.split("."), report["display"]["rate"])
    return shown


def answer_lines(answer: Plain) -> Iterator[str]:
    """Yield the answer for one strategy in English: a number a line, then the best two together."""
    say = speaker("en")
    for name, each in zip(names_of(answer["keys"], say), answer["keys"], strict=True):
        yield f"{name}: {wanted(each, say)}"
    yield from pair_lines(answer, say)


def today(report: Plain, name: str, answer: Plain, say: Say) -> str:
    """Return how likely a profit is as the scenario stands, and how likely it shall be."""
    words = {"name": say(name), "span": span(day_of(report["month"]), say), "asked": share(answer["asked"])}
    text = say("need_today", **words, today=with_error(answer["today"], say))
    if report["chosen_as"] == "nearest":
        text += " " + say("need_nearest")
    if report["condition"]:
        text += " " + say("need_given", clauses=", ".join(report["condition"]))
    return text


def table(answer: Plain, say: Say) -> Table:
    """Return what each number would have to be, alone."""
    columns = [
        Column("", NAME),
        Column(say("need_value"), WORDS),
        *(Column(say(f"need_{name}"), FIGURE) for name in ("interval", "now", "likely", "reach")),
    ]
    found = Table(say("need_alone"), columns)
    for label, each in zip(names_of(answer["keys"], say), answer["keys"], strict=True):
        if each["status"] != FOUND:
            continue
        reach = {True: say("need_yes"), False: say("need_no"), None: "–"}[each["within_reach"]]
        likely = each["likely"]
        found.add_row(
            label,
            wanted(each, say),
            ends(each),
            amount(each["now"]["p50"], each["unit"]),
            "–" if likely is None else range_of(likely["p5"], likely["p95"], each["unit"]),
            reach,
        )
    return found


def names_of(keys: list[Plain], say: Say) -> list[str]:
    """Return what numbers are called: with their channel where there are several, and what tells two alike apart."""
    channels = {each["channel"] for each in keys} - {""}
    alike = [(each["role"], each["channel"]) for each in keys]
    names = []
    for each in keys:
        name = role(each, say)
        if len(channels) > 1 and each["channel"]:
            name = say("need_of_channel", what=name, channel=say(each["channel"]))
        if alike.count((each["role"], each["channel"])) > 1:
            name = say("need_which", what=name, which=say(f"need_which_{apart(each['key'])}"))
        names.append(name)
    return names


def role(each: Plain, say: Say) -> str:
    """Return what a number is called; a key that is none of the usual ones stands for itself."""
    return each["key"] if each["role"] == each["key"] else say(f"need_role_{each['role']}")


def apart(key: str) -> str:
    """Return what tells a number from another that is called the same: its section, or the last word of its field."""
    _, section, field = key.split(".")
    return field.rpartition("_")[2] if section == "funnel" else section


def wanted(each: Plain, say: Say) -> str:
    """Return what a number would have to be, rounded to the safe side."""
    if each["status"] == FOUND:
        return say(f"need_or_{each['or']}", value=amount(each["value"], each["unit"], up=each["or"] == "more"))
    if each["status"] == ALWAYS:
        return say("need_always")
    if each["status"] != NEVER:
        return say("need_no_effect")
    return say("need_never", chance=percent(each["best"]["chance"], say), value=best_value(each))


def ends(each: Plain) -> str:
    """Return the interval of a value, rounded outwards; an end outside the range is said to lie there."""
    if each["status"] != FOUND:
        return "–"
    low = "" if each["low"] is None else amount(each["low"], each["unit"], up=False)
    high = "" if each["high"] is None else amount(each["high"], each["unit"], up=True)
    if not low or not high:
        return f"≥{low}" if low else f"≤{high}" if high else "–"
    return joined(low, high)


def range_of(low: float, high: float, unit: str) -> str:
    """Return two values as a range."""
    return joined(amount(low, unit), amount(high, unit))


def joined(low: str, high: str) -> str:
    """Return two values as a range, with one sign of per cent."""
    return f"{low.removesuffix('%')}–{high}"


def others_line(answer: Plain, status: str, say: Say) -> list[str]:
    """Return in one line the numbers that have no value of their own, for one reason."""
    pairs = zip(names_of(answer["keys"], say), answer["keys"], strict=True)
    named = [(name, each) for name, each in pairs if each["status"] == status]
    if not named:
        return []
    if status == NEVER:
        words = [
            say("need_at_best", name=name, chance=percent(each["best"]["chance"], say), value=best_value(each))
            for name, each in named
        ]
    else:
        words = [name for name, _ in named]
    return [say(f"need_{status}_line", names=say("need_join").join(words))]


def best_value(each: Plain) -> str:
    """Return the value at which the chance was greatest."""
    return amount(each["best"]["value"], each["unit"])


def amount(value: float, unit: str, up: bool | None = None) -> str:
    """Return a value in its unit, with three figures; ``up``: rounded up or down, else to the nearest."""
    in_percent = unit.startswith("fraction")
    scaled = 100.0 * value if in_percent else value
    if scaled == 0.0:
        return "0%" if in_percent else "0"
    decimals = DIGITS - 1 - math.floor(math.log10(abs(scaled)))
    step = 10.0**-decimals
    if up is not None:
        scaled = (math.ceil(scaled / step - 1e-9) if up else math.floor(scaled / step + 1e-9)) * step
    text = f"{round(scaled, decimals):,.{max(decimals, 0)}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return f"{text}%" if in_percent else text


def share(value: float) -> str:
    """Return a chance that was asked for."""
    return f"{100.0 * value:.4g}%"


def pair_lines(answer: Plain, say: Say) -> list[str]:
    """Return what the best two numbers would have to be together."""
    pair = answer["pair"]
    if pair is None:
        return []
    names = names_of(pair["keys"], say)
    if pair["status"] == FOUND:
        values = [
            say(f"need_or_{e['or']}", value=amount(e["value"], e["unit"], e["or"] == "more")) for e in pair["keys"]
        ]
        words = {"part": f"{100.0 * pair['part_of_the_way']:.0f}"}
    else:
        values = [amount(each["best"], each["unit"]) for each in pair["keys"]]
        words = {"chance": percent(pair["best"]["chance"], say)}
    first, second = (say("need_is", what=name, value=value) for name, value in zip(names, values, strict=True))
    return [say("need_pair" if pair["status"] == FOUND else "need_pair_never", first=first, second=second, **words)]


def turn_lines(answer: Plain, say: Say) -> list[str]:
    """Return where better is not always better."""
    lines = []
    for name, each in zip(names_of(answer["keys"], say), answer["keys"], strict=True):
        if each["worse_between"] is not None:
            one, other = (amount(value, each["unit"]) for value in each["worse_between"])
            lines.append(say(f"need_turns_{each['or']}", name=name, one=one, other=other))
    return lines


def notes(report: Plain, own: Plain, say: Say) -> list[str]:
    """Return how the figures are to be read; what is put back into the file is in the file's ``own`` currency."""
    answers = own["strategies"].values()
    lines = [say("need_note"), say("currency_note", currency=currency_in_words(report, say))]
    keys = [each for answer in answers for each in answer["keys"]]
    if any(each["role"] == "price" for each in keys):
        lines.append(say("need_price_note"))
    if found := next((each for each in keys if each["status"] == FOUND), None):
        digits = f"{found['value']:.4g}"
        other = "money" in found["unit"] and report["currency"] != own["currency"]
        key = "need_put_back_in" if other else "need_put_back"
        lines.append(say(key, setting=found["key"], value=digits, currency=own["currency"]))
    return lines
