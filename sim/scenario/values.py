"""Values of a scenario's fields: read as YAML holds them, converted, held against their declarations.

:func:`read_leaf` returns a field's value or refuses it in one sentence that says what is allowed; :class:`Reader` knows
currencies and data files; :func:`scaled` converts a default amount. A distribution is cut to its field's range, and
refused where more than a tail would be cut off.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import numpy as np

from sim.business.parameters import Parameter
from sim.randomness.distributions import (
    FAMILIES,
    Constant,
    Distribution,
    DistributionError,
    Truncated,
    from_leaf,
    from_text,
)
from sim.randomness.distributions.notation import Written, narrow, not_understood

Leaf = Distribution | str | bool | date

MIN_YEAR, MAX_YEAR = 2000, 2100
"""Of every date."""

MOST_WORDS = 300
"""Characters of a name or a sentence."""

MAX_OUTSIDE = 0.05
"""Share of a distribution that may lie outside its field's range (it is cut off); more is a mistake."""

MOST = 1e12
"""Largest amount, and largest number of any other unit, where a declaration leaves its upper end open: more than any
seller has in any currency, and little enough that sums and squares of it are counted without a loss."""

REMOTE = 1.0 - 1e-9
"""Quantile of a distribution that is held against it; without an upper end, none has a largest value."""

CODES = {"RMB": "CNY", "¥": "CNY", "元": "CNY", "$": "USD", "US$": "USD", "€": "EUR", "£": "GBP"}
"""What stands for a currency without being its code: a sign may mean several, so it is asked for."""


@dataclass(frozen=True)
class Dollars:
    """A default amount, or distribution of amounts: stated in US dollars whatever the scenario's currency."""

    value: Any


@dataclass(frozen=True)
class Reader:
    """What a leaf may refer to besides itself: exchange rates and data files."""

    currency: str = "USD"
    exchange_rates: Mapping[str, float] | None = None
    read_column: Callable[[str, str], Any] | None = None

    def divisor(self, value: Written, parameter: Parameter) -> float:
        """Return how many of the unit that was written make one of the field's: 100 for %, 7 for CNY in dollars."""
        if value.unit == "%":
            if is_fraction(parameter):
                return 100.0
            plain = replace(value, ends=tuple(end / 100.0 for end in value.ends), unit="")
            raise DistributionError(
                f"a percentage is taken for a fraction only, and this is counted in {parameter.unit}: "
                f"write a plain number ({value} is {plain})"
            )
        return self._rate(value, parameter) if value.unit else 1.0

    def _rate(self, value: Written, parameter: Parameter) -> float:
        """Return the units of the currency that was written for one of the scenario's."""
        unit, code = value.unit, value.unit.upper()
        rates = self._rates
        if code not in rates and code not in CODES and not unit.isupper():
            raise not_understood(str(value))  # three small letters such as `day`
        if "money" not in parameter.unit:
            raise DistributionError(f"is no amount of money but counted in {parameter.unit}; leave the currency away")
        if code in CODES:
            raise DistributionError(f"{unit}: write {replace(value, unit=CODES[code])}")
        if code not in rates:
            raise DistributionError(
                f"unknown currency {unit}; add it under exchange_rates (units for one {self.currency})"
            )
        return rates[code]

    def in_currency(self, default: Dollars) -> Any:
        """Return a default as it would be written in the scenario's currency."""
        rate = self._rates["USD"]
        return default.value if rate == 1.0 else scaled(default.value, 1.0 / rate)

    @property
    def _rates(self) -> dict[str, float]:
        return {self.currency: 1.0, **(self.exchange_rates or {})}


def scaled(value: Any, factor: float) -> Any:
    """Return an amount or a distribution of amounts, as YAML holds it, times a factor.

    What a family declares to be no amount stays, and so does text, which names its own currency.
    """
    if isinstance(value, Mapping):
        return {key: _scaled_numbers(key, inner, factor) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [scaled(inner, factor) for inner in value]
    return value if value is None or isinstance(value, str) else value * factor


def _scaled_numbers(key: str, given: Any, factor: float) -> Any:
    if key not in FAMILIES:  # the ends of a truncation
        return scaled(given, factor)
    shapes = FAMILIES[key].kind.shapes
    return {name: inner if name in shapes else scaled(inner, factor) for name, inner in given.items()}


def read_leaf(parameter: Parameter, value: Any, reader: Reader) -> Leaf:
    """Return the validated value of a field.

    Raises
    ------
    ValueError
        In one sentence: what is allowed.
    """
    if parameter.form == "switch":
        if not isinstance(value, bool):
            raise ValueError("must be true or false")
        return value
    if parameter.form == "choice":
        if value not in parameter.options:
            raise ValueError(f"must be one of: {', '.join(parameter.options)}")
        return str(value)
    if parameter.form == "words":
        return _words(value)
    if parameter.form == "day":
        return _day(value)
    written_in_percent = isinstance(value, str) and "%" in narrow(value)
    if isinstance(value, str):
        value = from_text(value, lambda found: reader.divisor(found, parameter), (parameter.low, parameter.high))
    elif not isinstance(value, Distribution):
        value = from_leaf(value, reader.read_column, lambda found: reader.divisor(found, parameter))
    return within_range(parameter, value, in_percent=written_in_percent)


def _words(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("must be text")
    if len(value) > MOST_WORDS or not value.isprintable():
        raise ValueError(f"must be at most {MOST_WORDS} printable characters, on one line")
    return value


def _day(value: Any) -> date:
    """Return a date; YAML has dates of its own, a manifest has them as text."""
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value)
        except ValueError as error:
            raise ValueError("must be a date, YYYY-MM-DD") from error
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError("must be a date, YYYY-MM-DD")
    if not MIN_YEAR <= value.year <= MAX_YEAR:
        raise ValueError(f"must lie in the years {MIN_YEAR} to {MAX_YEAR}")
    return value


def is_fraction(parameter: Parameter) -> bool:
    """Whether a field is a share of something, so that a percentage can be meant."""
    return parameter.unit.startswith("fraction")


def within_range(parameter: Parameter, found: Distribution, *, in_percent: bool = False) -> Distribution:
    """Return the distribution cut to the field's range; refuse what lies outside by more than its tails.

    What was written ``in_percent`` was not meant in percent once more.
    """
    hint = _as_percent if not in_percent else lambda *_: ""
    allowed = f"must lie between {parameter.low:g} and {parameter.high:g}"
    if parameter.high == math.inf:
        allowed = f"must be at least {parameter.low:g}"
    allowed += f" ({parameter.unit})"
    if isinstance(found, Constant):
        if not parameter.low <= found.value <= parameter.high:
            raise ValueError(allowed + hint(parameter, found.value))
        return _not_beyond(parameter, found)
    with np.errstate(all="ignore"):  # what overflows is beyond any range
        share = _share_within(found, parameter.low, parameter.high)
        if not share >= 1.0 - MAX_OUTSIDE:
            outside = f"{allowed}; {100 * (1 - share):.0f}% of this distribution lies outside"
            raise ValueError(outside + hint(parameter, *map(float, found.ppf([0.05, 0.95]))))
        return _not_beyond(parameter, found.truncated(parameter.low, parameter.high))


def _not_beyond(parameter: Parameter, found: Distribution) -> Distribution:
    """Refuse what is, or reaches, beyond any amount."""
    largest = found.support[1]
    if math.isinf(largest):
        largest = float(found.ppf(REMOTE))
    if not largest <= MOST:
        reaches = "" if isinstance(found, Constant) else "; this distribution reaches beyond"
        raise ValueError(f"must be at most {MOST:g} ({parameter.unit}){reaches}")
    return found


def _share_within(found: Distribution, low: float, high: float) -> float:
    try:
        cut = found.truncated(low, high)
    except DistributionError:  # nothing is left
        return 0.0
    whole = found.probability if isinstance(found, Truncated) else 1.0
    return cut.probability / whole if isinstance(cut, Truncated) and cut is not found else 1.0


def _as_percent(parameter: Parameter, *ends: float) -> str:
    """Return a hint where numbers beyond a fraction's range were probably meant in percent."""
    meant = [end / 100.0 for end in ends]
    if not is_fraction(parameter) or max(ends) <= parameter.high:
        return ""
    if not parameter.low <= min(meant) <= max(meant) <= parameter.high:
        return ""
    return f"; did you mean {' to '.join(f'{end:.4g}' for end in meant)}?"
