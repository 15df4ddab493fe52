"""The reading of what is typed in `sim init`: numbers, intervals, amounts of money, shares, ways of selling, months.

Each reader takes one answer and returns it as YAML holds it, or raises :class:`AnswerError` with what can be given.
:func:`tidy` comes first, :func:`parts` where an answer may hold a figure for each channel.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace

from sim.business.calendar import DAYS_A_MONTH
from sim.business.parameters import Parameter
from sim.cli import init_template as template
from sim.cli.init_answers import CURRENCY, AnswerError, Money
from sim.randomness.distributions import Constant, Distribution, DistributionError
from sim.randomness.distributions.notation import MAX_LENGTH, CountedInThousands, Written, narrow, written
from sim.scenario.json_schema import HEAD
from sim.scenario.resolution import is_code
from sim.scenario.values import is_fraction, read_leaf
from sim.text.labels import label

MAX_ANSWER = MAX_LENGTH
MAX_NUMBER = 1e9
"""No shop has more of anything; beyond it a typing error is more likely."""

MIN_MONTHS, MAX_MONTHS = (HEAD["horizon_days"][end] // DAYS_A_MONTH for end in ("minimum", "maximum"))

SAME = {"元": "CNY", "RMB": "CNY", "$": "USD", "US$": "USD", "€": "EUR", "£": "GBP"}
"""Signs and words that mean one currency to somebody who sells across borders."""

NAMED = {"美元": "USD", "美金": "USD", "人民币": "CNY", "欧元": "EUR"}
"""Currencies by their Chinese names."""

YUAN_OR_YEN = {"¥": "CNY"}
"""A sign that may mean several currencies, and which is most likely meant."""

AT_A_RATE = re.compile(r"(.*?)\s*(?:\bat\b|@|汇率)\s*([0-9]+(?:\.[0-9]+)?)", re.ASCII | re.IGNORECASE)

DOLLARS = Money()


def tidy(typed: str, language: str = "en", most: int = MAX_ANSWER) -> str:
    """Return an answer in plain characters: full-width digits and signs become usual ones."""
    if len(typed) > most:
        raise AnswerError(label("init_too_long", language, most=most))
    plain = narrow(typed).strip()
    for word, code in NAMED.items():
        plain = plain.replace(word, f" {code}")
    if not plain.isprintable():
        raise AnswerError(label("init_no_text", language))
    return plain


def parts(typed: str, names: Sequence[str], language: str = "en", *, each: bool = False) -> list[str]:
    """Return what an answer says for each of the channels: one figure for all, or one each, between semicolons.

    Parameters
    ----------
    each : bool
        One figure is not enough for several channels; spaces and commas may stand between the figures too.
    """
    if len(names) == 1:
        return [typed]
    found = [part.strip() for part in typed.split(";")]
    if each and len(found) == 1:
        found = re.split(r"[,、]?\s+(?=[^a-z元])|、", typed, flags=re.IGNORECASE)
    if len(found) == 1 and not each:
        found *= len(names)
    if len(found) != len(names) or not all(found):
        raise AnswerError(label("init_one_each", language, count=len(names), channels=listed(names, language)))
    return found


def listed(names: Sequence[str], language: str) -> str:
    """Return names as a sentence lists them."""
    first = label("init_comma", language).join(names[:-1])
    return f"{first}{label('init_and', language)}{names[-1]}" if first else names[-1]


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


def read_money(typed: str, parameter: Parameter, language: str = "en") -> tuple[Money, float | str | None]:
    """Return the currency and the amount of ``10000``, ``70000 CNY``, ``CNY``, ``20000 EUR at 0.92``.

    The rate is that of one dollar; the amount is None where there is none.
    """
    rated = AT_A_RATE.fullmatch(typed)
    given, rate = (rated[1], float(rated[2])) if rated else (typed, 0.0)
    alone = SAME.get(given.upper(), given.upper())
    if is_code(alone):
        return _money(alone, rate, f"{alone} at 0.92", language), None
    unit = _written(given, language, percent=False).unit
    code = SAME.get(unit.upper(), unit.upper()) or CURRENCY
    if unit in YUAN_OR_YEN or not is_code(code):  # refused by the reader of numbers, in its words
        code = CURRENCY
    money = _money(code, rate, f"{given} at 0.92", language)
    return money, read_number(given, parameter, money, language)


def _money(code: str, rate: float, example: str, language: str) -> Money:
    if code == CURRENCY:
        return DOLLARS
    rates = dict(DOLLARS.rates)
    if rate > 0.0:
        rates[code] = rate
    if code not in rates:
        raise AnswerError(label("init_no_rate", language, code=code, example=example))
    return Money(code, rates)


def read_number(typed: str, parameter: Parameter, money: Money = DOLLARS, language: str = "en") -> float | str:
    """Return a number, or text as ``30 to 60``, ``5000 CNY`` or ``400 to 600 CNY``, as YAML holds it.

    A fraction may be given in percent. What has none of these forms or lies outside the parameter's range is refused.
    """
    fraction = is_fraction(parameter)
    found = _written(typed, language, percent=fraction)
    if "money" in parameter.unit:
        found = _in_money(found, money, language)
    if max(found.ends) > MAX_NUMBER:
        raise AnswerError(label("init_too_large", language, most=f"{MAX_NUMBER:,.0f}"))
    if len(found.ends) > 1 and not found.ends[0] < found.ends[1]:
        raise AnswerError(label("init_reversed", language))
    no_form = AnswerError(_no_form(language, percent=fraction))
    try:
        rate = money.reader.divisor(found, parameter)
        if not all(parameter.low <= end / rate <= parameter.high for end in found.ends):
            allowed = reach(parameter, rate, language, found.unit)
            raise AnswerError(label("init_outside", language, reach=allowed))
        value = str(found) if found.unit or len(found.ends) > 1 else found.ends[0]
        read_leaf(parameter, value, money.reader)
    except AnswerError:
        raise
    except ValueError as error:
        raise AnswerError(label("init_too_wide", language)) if len(found.ends) > 1 else no_form from error
    return value


def read_amount(typed: str, parameter: Parameter, money: Money = DOLLARS, language: str = "en") -> float | str:
    """Return one amount rounded to cents, with its currency where that is not the file's; intervals are refused."""
    value = read_number(typed, parameter, money, language)
    if not isinstance(read_leaf(parameter, value, money.reader), Constant):
        raise AnswerError(label("init_one_number", language))
    if not isinstance(value, str):
        return round(value, 2)
    found = written(value)
    return str(replace(found, ends=(round(found.ends[0], 2),)))


def distribution_of(value: object, parameter: Parameter, money: Money) -> Distribution:
    """Return what a value of the file stands for, in the file's currency."""
    leaf = read_leaf(parameter, value, money.reader)
    assert isinstance(leaf, Distribution)
    return leaf


def _written(typed: str, language: str, *, percent: bool) -> Written:
    """Return the number or interval typed, none of it negative; a percentage as the fraction it is."""
    no_form = AnswerError(_no_form(language, percent=percent))
    try:
        found = written(typed, thousands=True)
    except CountedInThousands as error:
        raise AnswerError(label("init_write", language, value=error.meant)) from error
    except DistributionError as error:
        raise no_form from error
    if min(found.ends) < 0 or (found.unit == "%") > percent:
        raise no_form
    if found.unit == "%":
        # Rounded, since 7% is not 0.07000000000000001.
        return replace(found, ends=tuple(round(end / 100.0, 12) for end in found.ends), unit="")
    if found.unit and percent:
        raise no_form
    return found


def _in_money(found: Written, money: Money, language: str) -> Written:
    """Return an amount without a unit where it is in the file's currency, else with the code of its own."""
    if found.unit in YUAN_OR_YEN:
        meant = replace(found, unit=YUAN_OR_YEN[found.unit])
        raise AnswerError(label("init_currency", language, sign=found.unit, value=meant))
    code = SAME.get(found.unit.upper(), found.unit.upper()) or money.currency
    known = [CURRENCY, *money.rates]
    if code not in known:
        raise AnswerError(label("init_other_currency", language, known=", ".join(known)))
    return replace(found, unit="" if code == CURRENCY else code)


def _no_form(language: str, *, percent: bool) -> str:
    return label("init_no_fraction" if percent else "init_no_number", language)


def reach(parameter: Parameter, rate: float, language: str, unit: str = "") -> str:
    """Return what is allowed of a number, in a currency of which a dollar is worth so much."""
    low, high = (f"{end * rate:g} {unit}".strip() for end in (parameter.low, parameter.high))
    if math.isinf(parameter.high):
        return label("init_at_least", language, low=low)
    return label("init_between", language, low=low, high=high)
