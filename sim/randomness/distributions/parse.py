"""Distributions read from YAML values: numbers, text such as ``0.5 to 3``, and one-family mappings."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from scipy.special import ndtri

from sim.randomness.distributions import families
from sim.randomness.distributions.base import Distribution, DistributionError, Truncated, finite
from sim.randomness.distributions.discrete import Choice, Empirical, Mixture
from sim.randomness.distributions.interval import Interval
from sim.randomness.distributions.notation import Written, as_a_number, written

ReadColumn = Callable[[str, str], Any]
"""Reads a column of a data file; owned by the configuration, which knows which files may be read."""

Divisor = Callable[[Written], float]
"""How many of the unit that was written make one of the field's; owned by who knows field and exchange rates."""

Constructor = Callable[..., Distribution]

ANYWHERE = (-math.inf, math.inf)

_QUANTILE = re.compile(r"^p(\d{1,2}(?:\.\d+)?)$")


def unitless(value: Written) -> float:
    """Refuse a value with a unit, where no field says what it is worth."""
    if value.unit:
        raise DistributionError(f"'{value}' has a unit where a plain number must stand")
    return 1.0


MAX_CUT = 1e-12
"""Share of the usual distribution of an interval that a field's range may cut off: its ends stay what was written."""


def from_text(text: str, divisor: Divisor = unitless, within: tuple[float, float] = ANYWHERE) -> Distribution:
    """Return the distribution of a text: lognormal for an interval whose ends are both positive, else normal.

    Where more than its remotest tail would lie outside the range it must lie ``within``, it is an :class:`Interval`.
    """
    found = written(text)
    ends = [end / divisor(found) for end in found.ends]
    if len(ends) == 1:
        if not found.unit:
            raise DistributionError(f"'{text}' is text: write {found}, without quotes")
        return families.Constant(ends[0])
    low, high = ends
    if not low < high:
        raise DistributionError(f"the interval '{text}' is reversed or empty: write the smaller number first")
    usual = lognormal(p5=low, p95=high) if low > 0 else normal(p5=low, p95=high)
    if not within[0] <= low < high <= within[1]:
        return usual
    cut = usual.truncated(*within)
    fits = not isinstance(cut, Truncated) or cut.probability >= 1.0 - MAX_CUT
    return usual if fits else Interval(low, high, *within)


def _quantiles(given: Mapping[str, Any]) -> list[tuple[float, float]]:
    """Return [(normal score, value)] of keys such as p5 and p95, in order."""
    out = []
    for key, value in given.items():
        match = _QUANTILE.match(key)
        if match is None or not 0 < float(match.group(1)) < 100:
            raise DistributionError(f"'{key}' is not a quantile such as p5, p50 or p95")
        out.append((float(ndtri(float(match.group(1)) / 100.0)), finite(key, value)))
    out.sort()
    if len(out) != 2:
        raise DistributionError("give two quantiles, such as p5 and p95")
    if not out[0][1] < out[1][1]:
        raise DistributionError("the lower quantile must be below the higher one")
    return out


def normal(**given: Any) -> Distribution:
    """Return a normal from mean and sd, or from two quantiles."""
    if set(given) == {"mean", "sd"}:
        return _or_constant(given["mean"], given["sd"]) or families.Normal(given["mean"], given["sd"])
    (z1, x1), (z2, x2) = _quantiles(given)
    sd = (x2 - x1) / (z2 - z1)
    return families.Normal(x1 - z1 * sd, sd)


def _or_constant(value: Any, spread: Any) -> families.Constant | None:
    """Return a constant where the spread is exactly zero."""
    return families.Constant(finite("mean", value)) if finite("the spread", spread) == 0 else None


def lognormal(**given: Any) -> Distribution:
    """Lognormal from median and log_sd, mean and sd, or two quantiles."""
    if set(given) == {"median", "log_sd"}:
        return _or_constant(given["median"], given["log_sd"]) or families.LogNormal(given["median"], given["log_sd"])
    if set(given) == {"mean", "sd"}:
        mean, sd = finite("mean", given["mean"]), finite("sd", given["sd"])
        if mean <= 0 or sd < 0:
            raise DistributionError("a lognormal needs mean above 0 and sd of at least 0")
        if sd == 0:
            return families.Constant(mean)
        variance = math.log1p((sd / mean) ** 2)
        return families.LogNormal(mean * math.exp(-0.5 * variance), math.sqrt(variance))
    (z1, x1), (z2, x2) = _quantiles(given)
    if x1 <= 0:
        raise DistributionError("the quantiles of a lognormal must be above 0")
    log_sd = math.log(x2 / x1) / (z2 - z1)
    return families.LogNormal(math.exp(math.log(x1) - z1 * log_sd), log_sd)


def beta(**given: Any) -> Distribution:
    """Beta from mean and sd, alpha and beta, or two quantiles."""
    if set(given) == {"alpha", "beta"}:
        return families.Beta(given["alpha"], given["beta"])
    if set(given) == {"mean", "sd"}:
        mean, sd = finite("mean", given["mean"]), finite("sd", given["sd"])
        if not 0 < mean < 1:
            raise DistributionError(f"the mean of a beta lies between 0 and 1 (found {mean:g})")
        if sd == 0:
            return families.Constant(mean)
        if sd < 0 or sd * sd >= mean * (1.0 - mean):
            raise DistributionError(f"sd {sd:g} is not possible for a beta with mean {mean:g}")
        total = mean * (1.0 - mean) / (sd * sd) - 1.0
        return families.Beta(mean * total, (1.0 - mean) * total)
    return _fitted(families.Beta, _quantiles(given), (0.0, 1.0))


def gamma(**given: Any) -> Distribution:
    """Gamma from mean and sd, shape and scale, or two quantiles."""
    if set(given) == {"shape", "scale"}:
        return families.Gamma(given["shape"], given["scale"])
    if set(given) == {"mean", "sd"}:
        mean, sd = finite("mean", given["mean"]), finite("sd", given["sd"])
        if mean <= 0 or sd < 0:
            raise DistributionError("a gamma needs mean above 0 and sd of at least 0")
        return families.Constant(mean) if sd == 0 else families.Gamma((mean / sd) ** 2, sd * sd / mean)
    return _fitted(families.Gamma, _quantiles(given), (0.0, math.inf))


def _fitted(
    family: Callable[[float, float], Distribution], quantiles: list[tuple[float, float]], support: tuple[float, float]
) -> Distribution:
    """Solve for two positive parameters that give two quantiles."""
    from scipy.optimize import root
    from scipy.special import ndtr

    (z1, x1), (z2, x2) = quantiles
    if not support[0] < x1 < x2 < support[1]:
        raise DistributionError(f"the quantiles must lie between {support[0]:g} and {support[1]:g}")

    def gap(logs: Any) -> list[float]:
        candidate = family(math.exp(logs[0]), math.exp(logs[1]))
        return [float(candidate.cdf(x1) - ndtr(z1)), float(candidate.cdf(x2) - ndtr(z2))]

    middle, spread = 0.5 * (x1 + x2), (x2 - x1) / (z2 - z1)
    if math.isinf(support[1]):
        start = (2.0 * math.log(middle / spread), math.log(spread * spread / middle))
    else:
        total = max(middle * (1.0 - middle) / spread**2 - 1.0, 0.5)
        start = (math.log(middle * total), math.log((1.0 - middle) * total))
    found = root(gap, start, tol=1e-13)
    if max(abs(g) for g in gap(found.x)) > 1e-8:
        raise DistributionError("no distribution of this family has these two quantiles")
    return family(math.exp(found.x[0]), math.exp(found.x[1]))


def interval(p5: Any, p95: Any, low: Any = None, high: Any = None) -> Distribution:
    """Return an interval's distribution within a range, whose open ends are left out."""
    ends = (-math.inf if low is None else finite("low", low), math.inf if high is None else finite("high", high))
    return Interval(finite("p5", p5), finite("p95", p95), *ends)


def choice(values: Any, weights: Any = ()) -> Distribution:
    """One of several values."""
    if not isinstance(values, (list, tuple)) or not isinstance(weights, (list, tuple)):
        raise DistributionError("choice needs lists: values and, if not all alike, weights")
    return Choice(tuple(values), tuple(weights))


@dataclass(frozen=True)
class Family:
    """A family as YAML writes it.

    Parameters
    ----------
    kind : type of Distribution
        Its class, which declares its name and which of its numbers are no amounts.
    read : callable
        From the numbers by name to the distribution.
    nested : bool
        Whether ``read`` takes the mapping as it stands, how a data column is read and what units are worth.
    examples : tuple of mappings
        One for each way to give its numbers; none: by the fields of its class. ``p5`` and ``p95`` stand for any two
        quantiles.
    optional : tuple of str
        Names of the examples that may be left out.
    """

    kind: type[Distribution]
    read: Constructor
    nested: bool = False
    examples: tuple[Mapping[str, Any], ...] = ()
    optional: tuple[str, ...] = ()

    @property
    def forms(self) -> tuple[Mapping[str, Any], ...]:
        """Return an example of each way to give its numbers; … where the value of a number is not known."""
        return self.examples or (dict.fromkeys((item.name for item in fields(self.kind)), "…"),)

    def fits(self, names: Iterable[str]) -> bool:
        """Whether numbers of these names are one of the ways, as far as names can tell."""
        given = set(names)
        by_name = any(set(form) - set(self.optional) <= given <= set(form) for form in self.forms)
        return by_name or (QUANTILES in map(tuple, self.forms) and all(map(_QUANTILE.match, given)))

    def ways(self) -> list[str]:
        """Return its forms as YAML writes them on one line."""
        return [_one_line({self.kind.family: form}) for form in self.forms]


QUANTILES = ("p5", "p95")
"""Names of an example that stand for any two quantiles."""


def _one_line(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_one_line(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_one_line, value)) + "]"
    return str(value)


FAMILIES: dict[str, Family] = {}
"""By name in YAML: every family that is known."""


def register(
    kind: type[Distribution],
    read: Constructor | None = None,
    *examples: Mapping[str, Any],
    optional: tuple[str, ...] = (),
) -> type[Distribution]:
    """Make a family known to YAML by its ``family`` name; also as a decorator of its class.

    Parameters
    ----------
    read : callable, optional
        From the numbers by name to the distribution; without it they are the fields of the class.
    examples : mappings
        One for each way to give its numbers, as ``sim explain distributions`` shows it.
    optional : tuple of str
        Names of the examples that may be left out.
    """

    def by_field(**given: Any) -> Distribution:
        kind(**given)  # refuses a name that is missing or unknown before any number is looked at
        return kind(**{name: finite(name, value) for name, value in given.items()})

    FAMILIES[kind.family] = Family(kind, read or by_field, examples=examples, optional=optional)
    return kind


register(families.Uniform, None, {"low": 8, "high": 15})
register(families.Normal, normal, {"mean": 0.1, "sd": 0.08}, {"p5": -0.05, "p95": 0.25})
register(families.LogNormal, lognormal, {"median": 14, "log_sd": 0.4}, {"mean": 15, "sd": 6}, {"p5": 0.5, "p95": 3})
register(families.Beta, beta, {"mean": 0.22, "sd": 0.045}, {"alpha": 5, "beta": 400}, {"p5": 0.15, "p95": 0.3})
register(families.Gamma, gamma, {"mean": 17.5, "sd": 6}, {"shape": 8, "scale": 2.2}, {"p5": 9, "p95": 28})
register(families.Triangular, None, {"low": 7, "mode": 21, "high": 45})
register(families.Pert, None, {"low": 10, "mode": 20, "high": 35})
register(families.StudentT, None, {"location": 0.1, "scale": 0.05, "degrees_of_freedom": 4})
register(Interval, interval, {"p5": 0.05, "p95": 0.4, "low": 0, "high": 1}, optional=("low", "high"))
register(Choice, choice, {"values": [10, 20, 30], "weights": [0.5, 0.3, 0.2]}, optional=("weights",))


def is_distribution(value: Any) -> bool:
    """Whether a value of YAML is a distribution rather than a group of keys."""
    return isinstance(value, Mapping) and any(key in FAMILIES for key in value)


def from_mapping(
    mapping: Mapping[str, Any], read_column: ReadColumn | None = None, divisor: Divisor = unitless
) -> Distribution:
    """Return the distribution of a mapping with one family key and, if wanted, ``truncate: [low, high]``."""
    keys = [key for key in mapping if key != "truncate"]
    if len(keys) != 1:
        raise DistributionError(f"give exactly one distribution (found {', '.join(map(str, keys)) or 'none'})")
    family, given = keys[0], mapping[keys[0]]
    if family not in FAMILIES:
        near = difflib.get_close_matches(str(family), FAMILIES, n=1)
        hint = f"did you mean '{near[0]}'? " if near else ""
        raise DistributionError(f"unknown distribution '{family}'; {hint}there are: {', '.join(FAMILIES)}")
    if not isinstance(given, Mapping):
        raise DistributionError(f"{family} needs its numbers by name, such as {_as_meant(family, given)}")
    known = FAMILIES[family]
    found = known.read(given, read_column, divisor) if known.nested else _plain(known, given)
    if "truncate" not in mapping:
        return found
    ends = mapping["truncate"]
    if not isinstance(ends, (list, tuple)) or len(ends) != 2:
        raise DistributionError("truncate needs two ends, [low, high]; null leaves one open")
    low, high = (None if end is None else finite("an end of truncate", end) for end in ends)
    return found.truncated(-math.inf if low is None else low, math.inf if high is None else high)


def _as_meant(family: str, given: Any) -> str:
    """Return the form of a family in which what was given could stand: a file's name, a list, or neither."""
    forms = FAMILIES[family].forms
    wanted = "file" if isinstance(given, str) else "values"
    meant = dict(next((form for form in forms if wanted in form), forms[0]))
    if "file" in meant and isinstance(given, str):
        meant |= {"file": given if given.isprintable() else "…", "column": "…"}
    return _one_line({family: meant})


def _plain(family: Family, given: Mapping[str, Any]) -> Distribution:
    for key, value in given.items():
        if isinstance(value, str):
            raise DistributionError(f"{key} must be a number (found {value!r}): {as_a_number(value)}")
    if family.examples and not family.fits(map(str, given)):
        names = ", ".join(map(str, given))[:60] or "nothing"
        raise DistributionError(f"{family.kind.family} has {names}: write it as {' or '.join(family.ways())}")
    try:
        return family.read(**{str(key): value for key, value in given.items()})
    except TypeError as error:
        raise DistributionError(f"{family.kind.family}: {str(error).split('()')[-1].strip()}") from error


def _mixture(given: Mapping[str, Any], read_column: ReadColumn | None, divisor: Divisor) -> Distribution:
    if set(given) != {"components", "weights"} or not all(isinstance(v, (list, tuple)) for v in given.values()):
        raise DistributionError("mixture needs two lists: components and weights")
    components = tuple(from_leaf(component, read_column, divisor) for component in given["components"])
    return Mixture(components, tuple(given["weights"]))


def _empirical(given: Mapping[str, Any], read_column: ReadColumn | None, divisor: Divisor) -> Distribution:
    if set(given) == {"values"} and isinstance(given["values"], (list, tuple)):
        return Empirical(tuple(given["values"]))
    if set(given) != {"file", "column"}:
        raise DistributionError("empirical needs file and column, or values")
    if read_column is None:
        raise DistributionError("empirical: no data file can be read here; give values")
    file, column = str(given["file"]), str(given["column"])
    values = tuple(_cell(cell, divisor) for cell in read_column(file, column))
    return Empirical(values, f"{file}, column {column}")


def _cell(cell: Any, divisor: Divisor) -> Any:
    """Return a cell of a column in the field's unit; a plain number as it is."""
    if not isinstance(cell, Written):
        return cell
    try:
        return cell.ends[0] / divisor(cell)
    except DistributionError as error:
        raise DistributionError(f"{cell.where}: {error}") from error


FAMILIES["mixture"] = Family(
    Mixture, _mixture, nested=True, examples=({"components": ["20 to 30", "60 to 90"], "weights": [0.7, 0.3]},)
)
FAMILIES["empirical"] = Family(
    Empirical,
    _empirical,
    nested=True,
    examples=({"file": "orders.csv", "column": "value"}, {"values": [31, 35, 39, 52]}),
)


def from_leaf(value: Any, read_column: ReadColumn | None = None, divisor: Divisor = unitless) -> Distribution:
    """Return the distribution of any numeric leaf: a number, a number or interval in words, a mapping."""
    if isinstance(value, Mapping):
        try:
            return from_mapping(value, read_column, divisor)
        except ArithmeticError as error:
            raise DistributionError("its numbers are too large, or too small, to be counted with") from error
    if isinstance(value, str):
        return from_text(value, divisor)
    return families.Constant(finite("the value", value))
