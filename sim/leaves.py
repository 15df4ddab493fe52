"""One value of a scenario: read, converted, held against its declaration. And what is said when it does not fit."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sim.distributions import Constant, Distribution, DistributionError, Truncated, from_leaf
from sim.parameters import Parameter

Leaf = Distribution | str | bool
Path = tuple[str | int, ...]

MOST_OUTSIDE = 0.05
"""Share of a distribution that may lie outside its field's range (it is cut off); more is a mistake."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a scenario.

    Parameters
    ----------
    path : tuple
        Keys from the top to the value.
    found : str
        What stands there.
    message : str
        What is allowed, or what to do.
    """

    path: Path
    found: str
    message: str

    @property
    def key(self) -> str:
        """The dotted key."""
        return ".".join(str(part) for part in self.path)


class ScenarioError(ValueError):
    """A scenario that cannot be; ``problems`` lists everything that is wrong."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(f"{p.key}: found {p.found}; {p.message}" for p in self.problems))


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

    def money(self, text: str, parameter: Parameter) -> float | None:
        """Return the amount of ``"50000 CNY"`` in the scenario's currency; None if the text is no such thing."""
        words = text.split()
        if len(words) != 2 or not (len(words[1]) == 3 and words[1].isalpha() and words[1].isupper()):
            return None
        try:
            amount = float(words[0].replace(",", ""))
        except ValueError:
            return None
        if "money" not in parameter.unit:
            raise DistributionError(f"is no amount of money but counted in {parameter.unit}; leave the currency away")
        rates = self._rates
        if words[1] not in rates:
            raise DistributionError(
                f"unknown currency {words[1]}; add it under exchange_rates (units for one {self.currency})"
            )
        return amount / rates[words[1]]

    def in_currency(self, default: Dollars) -> Any:
        """Return a default as it would be written in the scenario's currency."""
        rate = self._rates["USD"]
        return default.value if rate == 1.0 else scaled(default.value, 1.0 / rate)

    @property
    def _rates(self) -> dict[str, float]:
        return {self.currency: 1.0, **(self.exchange_rates or {})}


SHAPES = ("log_sd", "shape", "alpha", "beta", "degrees_of_freedom", "weights")
"""What a distribution is described by besides amounts."""


def scaled(value: Any, factor: float) -> Any:
    """Return an amount or a distribution of amounts, as YAML holds it, times a factor; text names its own currency."""
    if isinstance(value, Mapping):
        plain = {key: inner for key, inner in value.items() if key in SHAPES and not isinstance(inner, Mapping)}
        return {key: scaled(inner, factor) for key, inner in value.items()} | plain
    if isinstance(value, list | tuple):
        return [scaled(inner, factor) for inner in value]
    return value if value is None or isinstance(value, str) else value * factor


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
    amount = reader.money(value, parameter) if isinstance(value, str) else None
    found = (
        value if isinstance(value, Distribution) else from_leaf(value if amount is None else amount, reader.read_column)
    )
    return within_range(parameter, found)


def within_range(parameter: Parameter, found: Distribution) -> Distribution:
    """Return the distribution cut to the field's range; refuse what lies outside by more than its tails."""
    allowed = f"must lie between {parameter.low:g} and {parameter.high:g}"
    if parameter.high == float("inf"):
        allowed = f"must be at least {parameter.low:g}"
    allowed += f" ({parameter.unit})"
    if isinstance(found, Constant):
        if not parameter.low <= found.value <= parameter.high:
            raise ValueError(allowed)
        return found
    cut = found.truncated(parameter.low, parameter.high)
    inner = found.inner if isinstance(found, Truncated) else found
    if cut is not found:
        whole = found.probability if isinstance(found, Truncated) else 1.0
        low, high = cut.support
        kept = inner.truncated(low, high)
        share = kept.probability / whole if isinstance(kept, Truncated) else 1.0
        if share < 1.0 - MOST_OUTSIDE:
            raise ValueError(f"{allowed}; {100 * (1 - share):.0f}% of this distribution lies outside")
    return cut


def suggest(name: str, allowed: Iterable[str], sentence: str) -> str:
    """Return a sentence that names what was probably meant, and what there is."""
    names = list(allowed)
    near = difflib.get_close_matches(name, names, n=1)
    hint = f"; did you mean '{near[0]}'?" if near else ""
    return f"{sentence}{hint} (there are: {', '.join(names)})"


def short(value: Any) -> str:
    """Return a value as an error message shows it."""
    text = repr(dict(value)) if isinstance(value, Mapping) else repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


def put(mapping: dict[str, Any], path: list[str], value: Any, *, replace: bool = True) -> None:
    """Set a nested value, making the mappings on the way.

    Parameters
    ----------
    replace : bool
        Whether something on the way that is no mapping gives way; if not, it is left for validation to report.
    """
    for key in path[:-1]:
        inner = mapping.get(key)
        if not isinstance(inner, dict):
            if key in mapping and not replace:
                return
            inner = mapping[key] = {}
        mapping = inner
    mapping[path[-1]] = json_copy(value) if isinstance(value, Mapping) else value


def json_copy(mapping: Mapping[str, Any]) -> dict[str, Any]:
    """Return nested mappings copied, leaves shared."""
    return {key: json_copy(value) if isinstance(value, Mapping) else value for key, value in mapping.items()}
