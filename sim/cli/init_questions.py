"""The questions of `sim init`, and what counts as an answer to them.

`ask_all` asks six: the ways of selling, the cash, the price and the margin of an order (each twice where both consumers
and business buyers are sold to), the advertising money, the months. An answer is read into a number, an interval or an
amount of money and held against the declaration of the number it sets; nothing else of it is kept.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from sim.business.calendar import DAYS_A_MONTH
from sim.business.parameters import Parameter
from sim.cli import init_template as template
from sim.randomness.distributions import Constant, DistributionError
from sim.randomness.distributions.notation import MAX_LENGTH, narrow, written
from sim.scenario.json_schema import HEAD
from sim.scenario.resolution import exchange_rates
from sim.scenario.values import CODES, Reader, is_fraction, read_leaf
from sim.scenario.yaml_reader import ConfigError
from sim.text.labels import label

N_QUESTIONS = 6
SUFFIXES = (".yaml", ".yml")
"""A scenario in .json is taken for the manifest of a run."""

READER = Reader(template.CURRENCY, exchange_rates({}))
MAX_ANSWER = MAX_LENGTH
MAX_NUMBER = 1e9
"""No shop has more of anything; beyond it a typing error is more likely."""

MIN_MONTHS, MAX_MONTHS = (HEAD["horizon_days"][end] // DAYS_A_MONTH for end in ("minimum", "maximum"))
POSITIONS = {"capital": 2, "price": 3, "margin": 4, "advertising": 5}

Ask = Callable[[str], str]
Show = Callable[[str], None]


class AnswerError(ValueError):
    """An answer that cannot be taken; the message says why and what can."""


class Question(NamedTuple):
    """One thing that is asked: a name, a text with what Enter means, the reading of what was typed.

    ``read`` raises :class:`AnswerError`.
    """

    name: str
    text: str
    read: Callable[[str], Any]


def check_file(file: Path, force: bool, language: str = "en") -> None:
    """Refuse a file that is there, unless forced, and a name that no scenario can have."""
    shown = str(file) if str(file).isprintable() else repr(str(file))
    if file.suffix.lower() not in SUFFIXES or not str(file).isprintable():
        raise ConfigError(label("init_bad_file", language, file=shown[:200]))
    # lexists: a link that leads nowhere is something of the seller's too; a name too long to exist is no error here.
    if os.path.lexists(file) and (not force or file.is_dir()):
        raise ConfigError(label("init_exists", language, file=shown))


def ask_all(ask: Ask, show: Show, language: str = "en") -> dict[str, Any]:
    """Ask until every question has an answer, as :func:`sim.cli.init_template.starter` takes them.

    ``ask`` turns a prompt into the line typed, and raises EOFError where there are no more. Enter alone keeps the
    benchmark.
    """
    answers: dict[str, Any] = {}
    show(label("init_welcome", language))
    _ask_one(_strategies_question(language), answers, ask, show, language)
    strategies = answers.get("strategies", tuple(template.offered()))
    for question in questions(strategies, language):
        _ask_one(question, answers, ask, show, language)
    if note := _note(strategies, answers, language):
        show(note)
    return answers


def _ask_one(question: Question, answers: dict[str, Any], ask: Ask, show: Show, language: str) -> None:
    show("")
    show(question.text)
    while True:
        try:
            if typed := tidy(ask("> "), language):
                answers[question.name] = question.read(typed)
            return
        except AnswerError as error:
            show(label("init_again", language, reason=error))
        except UnicodeDecodeError:
            show(label("init_again", language, reason=label("init_no_text", language)))
        except EOFError as error:
            raise ConfigError(label("init_stopped", language)) from error


def tidy(typed: str, language: str = "en") -> str:
    """Return an answer in plain characters: full-width digits and signs become usual ones."""
    if len(typed) > MAX_ANSWER:
        raise AnswerError(label("init_too_long", language, most=MAX_ANSWER))
    plain = narrow(typed).strip()
    if not plain.isprintable():
        raise AnswerError(label("init_no_text", language))
    return plain


def questions(strategies: tuple[str, ...], language: str = "en") -> Iterator[Question]:
    """Yield the questions that follow the first, for these ways of selling."""
    used = template.channels_of(strategies)
    for name, answered in template.ANSWERED.items():
        if keys := [key for key in answered if key.split(".")[0] in (*used, "wallet")]:
            yield _number_question(name, keys, language)
    ends = {"low": MIN_MONTHS, "high": MAX_MONTHS}
    text = _numbered(N_QUESTIONS, "init_months", template.DEFAULT_MONTHS, language, **ends)
    yield Question("months", text, lambda typed: read_months(typed, language))


def _numbered(position: int, key: str, default: object, language: str, **words: object) -> str:
    question = label(key, language, currency=template.CURRENCY, **words)
    enter = label("init_enter", language, default=default)
    return f"{position}/{N_QUESTIONS}  {question}\n     {enter}"


def _number_question(name: str, keys: list[str], language: str) -> Question:
    known = template.declarations()
    parameter = known[keys[0]]
    titles = {key: template.channel_title(key.split(".")[0], language) for key in keys if not key.startswith("wallet")}
    kept = {key: template.usual(known[key].default) for key in keys}
    default = "; ".join(f"{titles[key]} {value}" if len(kept) > 1 else value for key, value in kept.items())
    words = label("init_and", language).join(dict.fromkeys(titles.values()))
    text = _numbered(POSITIONS[name.rpartition("_")[2]], f"init_{name}", default, language, channels=words)
    read = read_amount if name == "advertising" else read_number
    return Question(name, text, lambda typed: read(typed, parameter, language))


def _strategies_question(language: str) -> Question:
    choices = "\n".join(
        f"       {position} {template.title_of(name, language)}" for position, name in enumerate(template.offered(), 1)
    )
    text = _numbered(1, "init_strategies", label("init_all", language), language, choices=choices)
    return Question("strategies", text, lambda typed: read_strategies(typed, language))


def read_strategies(typed: str, language: str = "en") -> tuple[str, ...]:
    """Return strategies of numbers or names such as ``1 3``, ``alibaba, dual`` or ``all``; each once."""
    words: dict[str, tuple[str, ...]] = {str(position): (name,) for position, name in enumerate(template.offered(), 1)}
    words |= {name: (name,) for name in template.offered()}
    words |= {"store": ("independent",), "both": ("dual",)} | dict.fromkeys(("all", "全部"), tuple(template.offered()))
    given = [word for word in re.split(r"[\s,;、]+", typed.lower()) if word]
    if not given or any(word not in words for word in given):
        raise AnswerError(label("init_no_strategy", language, last=len(template.offered())))
    chosen = {name for word in given for name in words[word]}
    return tuple(name for name in template.offered() if name in chosen)


def read_months(typed: str, language: str = "en") -> int:
    """Return a whole number of months that the horizon allows."""
    months = int(typed) if re.fullmatch(r"[0-9]{1,4}", typed) else 0
    if not MIN_MONTHS <= months <= MAX_MONTHS:
        raise AnswerError(label("init_no_months", language, low=MIN_MONTHS, high=MAX_MONTHS))
    return months


def read_number(typed: str, parameter: Parameter, language: str = "en") -> float | str:
    """Return a number, or text as ``30 to 60``, ``5000 CNY`` or ``400 to 600 CNY``, as YAML holds it.

    A fraction may be given in percent. What has none of these forms or lies outside the parameter's range is refused.
    """
    value = _form(typed, parameter, language)
    try:
        read_leaf(parameter, value, READER)
    except ValueError as error:
        raise AnswerError(re.sub(r"\bmoney\b(?! but)", template.CURRENCY, str(error))) from error
    return value


def read_amount(typed: str, parameter: Parameter, language: str = "en") -> float:
    """Return one amount in the scenario's currency, rounded to cents; intervals are refused."""
    leaf = read_leaf(parameter, read_number(typed, parameter, language), READER)
    if not isinstance(leaf, Constant):
        raise AnswerError(label("init_one_number", language))
    return round(leaf.value, 2)


def _form(typed: str, parameter: Parameter, language: str) -> float | str:
    fraction = is_fraction(parameter)
    no_form = AnswerError(label("init_no_fraction" if fraction else "init_no_number", language))
    try:
        found = written(typed, thousands=True)
    except DistributionError as error:
        raise no_form from error
    if min(found.ends) < 0 or (found.unit == "%" and not fraction):
        raise no_form
    if max(found.ends) > MAX_NUMBER:
        raise AnswerError(label("init_too_large", language, most=f"{MAX_NUMBER:,.0f}"))
    if found.unit == "%":
        # Rounded, since 7% is not 0.07000000000000001.
        found = replace(found, ends=tuple(round(end / 100.0, 12) for end in found.ends), unit="")
    elif CODES.get(found.unit) == template.CURRENCY:
        found = replace(found, unit="")
    elif found.unit in CODES:
        meant = replace(found, unit=CODES[found.unit])
        raise AnswerError(label("init_currency", language, sign=found.unit, value=meant))
    if found.unit or len(found.ends) > 1:
        return str(replace(found, unit=found.unit.upper()))
    return found.ends[0]


def _note(strategies: tuple[str, ...], answers: dict[str, Any], language: str) -> str:
    """Return what a seller should know about the advertising money just given; nothing where there is nothing."""
    if "advertising" not in answers:
        return ""
    known, used = template.declarations(), template.channels_of(strategies)
    budgets = {key.split(".")[0]: key for key in template.ANSWERED["advertising"] if key != template.FIRST_BUDGET}
    least = {name: known[key.replace("daily_budget", "threshold")].default for name, key in budgets.items()}
    idle = [
        template.channel_title(name, language)
        for name in least
        if name in used and answers["advertising"] < least[name]
    ]
    if not idle:
        return ""
    threshold = template.usual(known["alibaba.p4p.threshold"].default)
    channels = label("init_and", language).join(idle)
    return "\n" + label("init_p4p_idle", language, threshold=threshold, currency=template.CURRENCY, channels=channels)
