"""Values as people write them: ``45%``, ``60 to 90``, ``60-90``, ``5000 CNY``, ``400 to 600 CNY``.

The one reader of such text, for scenarios and for the answers of ``sim init``. What a unit is worth is not known here:
whoever reads a value for a field says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from sim.randomness.distributions.base import DistributionError, finite

MAX_LENGTH = 100
"""Characters; nobody writes a longer value."""

SIGNS = ("$", "US$", "¥", "€", "£")
"""What stands before an amount."""

_NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {
    0x3000: " ",
    0xA0: " ",
    0x2212: "-",  # the minus sign that the screen prints
    0xFFE1: "£",
    0xFFE5: "¥",
}

_VALUE = r"(US\$|[$¥€£])?\s*([-+]?[0-9.,]+(?:e[-+]?[0-9]+)?)\s*(%|元|[a-z]{3})?"
_WORD = "to|到|至"
_ONE = re.compile(_VALUE, re.ASCII | re.IGNORECASE)
_INTERVAL = re.compile(rf"{_VALUE}\s*({_WORD}|[-–—~])\s*{_VALUE}", re.ASCII | re.IGNORECASE)

_SCALES = {"k": 1e3, "千": 1e3, "w": 1e4, "万": 1e4, "萬": 1e4, "m": 1e6, "百万": 1e6, "亿": 1e8, "億": 1e8}
_SCALED = re.compile(
    rf"([0-9]+(?:\.[0-9]+)?)\s*({'|'.join(sorted(_SCALES, key=len, reverse=True))})(?![a-z])", re.IGNORECASE
)
"""How people count thousands: read by nobody in the same way, so told how to write it."""

_PLAIN = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[-+]?[0-9]+)?", re.IGNORECASE)
_THOUSANDS = re.compile(r"[-+]?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_DECIMAL_COMMA = re.compile(r"[-+]?[0-9]+,[0-9]+")
_SIGNED_OR_DATE = re.compile(r"[-+]|0[0-9]")


@dataclass(frozen=True)
class Written:
    """A value as it was written.

    Parameters
    ----------
    ends : tuple of float
        One number, or the two ends of a 90% interval.
    unit : str
        ``%``, three letters or a sign for a currency, or nothing.
    where : str
        File and line, of a cell of a data file.
    """

    ends: tuple[float, ...]
    unit: str = ""
    where: str = field(default="", compare=False)

    def __str__(self) -> str:
        """Return the value in the form that scenarios hold."""
        numbers = " to ".join(f"{end:.15g}" for end in self.ends)
        if self.unit in SIGNS:
            return self.unit + numbers
        return numbers + self.unit if self.unit == "%" else f"{numbers} {self.unit}".rstrip()


def narrow(text: str) -> str:
    """Return text with full-width letters, digits and signs as usual ones."""
    return text.translate(_NARROW)


def written(text: str, *, thousands: bool = False) -> Written:
    """Return the number or interval that a text is.

    Parameters
    ----------
    thousands : bool
        Whether ``20,000`` is taken; amounts with a currency may always be written so.

    Raises
    ------
    DistributionError
        Saying how to write it, where that can be guessed.
    """
    plain = narrow(text).strip() if len(text) <= MAX_LENGTH else ""
    if match := _ONE.fullmatch(plain):
        before, number, behind = match.groups()
        units, numbers = [_unit_of(before, behind, text)], [number]
    elif match := _INTERVAL.fullmatch(plain):
        before, low, behind, between, before_high, high, behind_high = match.groups()
        units = [_unit_of(before, behind, text), _unit_of(before_high, behind_high, text)]
        numbers = [low, high]
        if not re.fullmatch(_WORD, between, re.IGNORECASE) and any(map(_SIGNED_OR_DATE.match, numbers)):
            raise DistributionError(f"{_shown(text)} may be read in two ways: write an interval as '-5 to 3'")
    else:
        raise not_understood(text)
    unit = _common_unit(units, text)
    thousands = thousands or unit not in ("", "%")
    return Written(tuple(_number(number, text, thousands) for number in numbers), unit)


def _unit_of(before: str | None, behind: str | None, text: str) -> str:
    """Return the unit of one number: a sign before it or a unit behind it, not both."""
    if before and behind:
        raise DistributionError(f"{_shown(text)} has two units at one number: leave {before} or {behind} away")
    return before or behind or ""


def _common_unit(units: list[str], text: str) -> str:
    """Return the unit of an interval: at both ends, or behind the whole, or as a sign before it."""
    first, last = units[0], units[-1]
    if first == last or not first:
        return last
    if not last and first in SIGNS:
        return first
    raise DistributionError(f"{_shown(text)} has different units at its ends: name one, behind the second number")


def _number(digits: str, text: str, thousands: bool) -> float:
    if _THOUSANDS.fullmatch(digits):
        if not thousands:
            raise DistributionError(f"write {digits.replace(',', '')} without a comma")
        digits = digits.replace(",", "")
    elif _DECIMAL_COMMA.fullmatch(digits):
        raise DistributionError(f"write {digits.replace(',', '.')} with a decimal point")
    if not _PLAIN.fullmatch(digits):
        raise not_understood(text)
    return finite("what is written", float(digits))


class CountedInThousands(DistributionError):
    """A number with a word or letter for its size, such as ``5k`` or ``7万``; ``meant`` is how to write it."""

    def __init__(self, message: str, meant: str) -> None:
        super().__init__(message)
        self.meant = meant


def not_understood(text: str) -> DistributionError:
    """Return the refusal of a text that is no value; a count of thousands has its remedy."""
    plain = narrow(text[:MAX_LENGTH]).replace("元", " CNY")
    counted = _SCALED.sub(lambda match: f"{float(match[1]) * _SCALES[match[2].lower()]:.15g}", plain)
    if counted != plain and _ONE.fullmatch(counted.strip()):
        return CountedInThousands(f"{_shown(text)} is no number: write {counted.strip()}", counted.strip())
    return DistributionError(f"{_shown(text)} is neither a number nor an interval such as '0.5 to 3'")


def as_a_number(text: str) -> str:
    """Return how to write a text where a plain number must stand."""
    try:
        found = written(text)
    except DistributionError as error:
        remedy = str(error)
        return remedy if remedy.startswith("write") else "write a plain number, as 0.02"
    if len(found.ends) > 1:
        return "write one number"
    if found.unit not in ("", "%"):
        return "write a plain number, without a unit"
    return f"write {found.ends[0] / (100.0 if found.unit == '%' else 1.0):.15g}"


def _shown(text: str) -> str:
    shown = text if len(text) <= 40 else text[:40] + "..."
    return f"'{shown}'" if shown.isprintable() else repr(shown)
