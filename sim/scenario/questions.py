"""Questions that a scenario raises: values that may not mean what they say. Nothing is refused for them.

:func:`questions_of` asks about a number far outside its key's benchmark, which is the distribution that its declaration
has as its default, and about orders' values where a mean belongs. They follow from the scenario alone, so that a file,
`--set`, `with_`, a sweep's axis and a manifest raise the same. :func:`columns_read` says what was read from data.

Never asked about: 0, which switches something off on purpose; what is without effect; keys whose default is one number.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.business.parameters import Parameter
from sim.randomness.distributions import Distribution, Truncated, from_leaf
from sim.randomness.distributions.discrete import Empirical
from sim.scenario.declarations import COMMON, declared
from sim.scenario.effects import without_effect
from sim.scenario.values import Leaf, is_fraction
from sim.text.labels import label
from sim.text.refusals import refusal_in

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

FAR = 5.0
"""Factor beyond the benchmark's remote points. Sellers of furniture or of phone cases have order values and parcels of
a third or three times what a benchmark's 0.1 and 99.9% points are; a percent without its sign is a hundred times, and
yuan taken for dollars are seven times, what was meant."""

REMOTE = (0.001, 0.5, 0.999)
"""Points of a benchmark: its remote ends and its middle."""


@dataclass(frozen=True)
class Question:
    """A value that may not mean what it says.

    Parameters
    ----------
    value : str
        What stands there: a number, the middle of a distribution, or a column of data.
    benchmark, source : str
        What is usual, and who says so; empty where the question is about the kind of number.
    remedy : str
        How to write what was probably meant; may be empty.
    label : str
        Of the sentence in `sim.text.labels`.
    """

    key: str
    value: str
    benchmark: str
    source: str
    remedy: str
    label: str = "far_from_benchmark"

    def sentence(self, language: str = "en") -> str:
        """Return the question in words."""
        told = {"name": self.key, "value": refusal_in(self.value, language), "benchmark": self.benchmark}
        told |= {"source": label(self.source, language)}
        said = label(self.label, language, **told)
        meant = "question_meant" if self.remedy else "question_stands"
        return f"{said} {label(meant, language, remedy=self.remedy)}"

    def __str__(self) -> str:
        return self.sentence()


def questions_of(scenario: Scenario, keys: Sequence[str] | None = None) -> list[Question]:
    """Return what a scenario should be asked, of all its numbers or of those that these keys belong to."""
    numbers = scenario.numbers()
    wanted = numbers if keys is None else [name for name in numbers if any(_belongs(key, name) for key in keys)]
    known = {key: (parameter, default) for key, parameter, default in declared(scenario.market["trade_rules"])}
    found = (question for name in wanted for question in _about(scenario, name, numbers[name], *known[name]))
    return [question for question in found if not without_effect(scenario, question.key)]


def _belongs(key: str, name: str) -> bool:
    """Whether a key is a number's, reaches into its distribution, or is the section it stands in."""
    return f"{key}.".startswith(f"{name}.") or name.startswith(f"{key}.")


def _about(scenario: Scenario, key: str, leaf: Distribution, parameter: Parameter, default: Any) -> Iterator[Question]:
    data = data_of(leaf)
    if data is not None and parameter.spread:
        yield _one_mean(key, data, parameter)
    if not isinstance(default, dict):
        return
    value = float(leaf.ppf(np.array(0.5)))
    factor = dollar(scenario) if "money" in parameter.unit else 1.0
    low, middle, high = (factor * point for point in _points(json.dumps(default)))
    # Below 0 there are no factors: what lies so many times as far from the middle is far.
    least = low / FAR if low > 0 else middle - FAR * (middle - low)
    most = high * FAR if low > 0 else middle + FAR * (high - middle)
    if value == 0 or least <= value <= most:
        return
    shown = column_in_words(data) if data is not None else _as_written(value, parameter)
    usual = f"{low:.3g} to {high:.3g}"
    remedy = _remedy(scenario, value, parameter, (least, most))
    kind = "column_far_from_benchmark" if data is not None else "far_from_benchmark"
    yield Question(key, shown, usual, parameter.source, remedy, kind)


@lru_cache(maxsize=1024)
def _points(default: str) -> tuple[float, ...]:
    """Return the remote points and the middle of a default, known by its text: the same for every scenario."""
    return tuple(map(float, from_leaf(json.loads(default)).ppf(np.array(REMOTE))))


def dollar(scenario: Scenario) -> float:
    """Return what a dollar, in which defaults are stated, is worth in the scenario's currency."""
    return 1.0 if scenario.currency == "USD" else 1.0 / scenario.exchange_rates["USD"]


def _as_written(value: float, parameter: Parameter) -> str:
    return f"{value:.4g} ({100.0 * value:.4g}%)" if is_fraction(parameter) else f"{value:.4g}"


def _remedy(scenario: Scenario, value: float, parameter: Parameter, within: tuple[float, float]) -> str:
    """Return how to write what was probably meant, where a unit that was left away explains the distance."""
    if is_fraction(parameter) and within[0] <= value / 100.0 <= within[1]:
        return f"{value:.4g}%"
    if "money" in parameter.unit:
        for code, rate in scenario.exchange_rates.items():
            if code != scenario.currency and within[0] <= value / rate <= within[1]:
                return f"{value:.6g} {code}"
    return ""


def data_of(leaf: Leaf) -> Empirical | None:
    """Return the data that a value was read from."""
    inner = leaf.inner if isinstance(leaf, Truncated) else leaf
    return inner if isinstance(inner, Empirical) else None


def column_in_words(data: Empirical) -> str:
    """Return a column in words: where it stands, how many values, from the least to the most."""
    values = np.array(data.values)
    where = f" of {data.origin}" if data.origin else ""
    median = f"{np.median(values):.4g}"
    return f"{len(values):,} values{where} (least {values[0]:.4g}, median {median}, most {values[-1]:.4g})"


def _one_mean(key: str, data: Empirical, parameter: Parameter) -> Question:
    """Ask whether values of single orders stand where a number is drawn once a world."""
    section, _, field = key.rpartition(".")
    values = np.array(data.values)
    middle = np.median(values) if field.startswith("median") else np.mean(values)
    spread = f"{np.std(np.log(values[values > 0])):.2g}"
    remedy = f"{field}: {middle:.4g}, {section}.{parameter.spread}: {spread}"
    return Question(key, column_in_words(data), f"{section}.{parameter.spread}", "", remedy, "orders_for_a_mean")


def columns_read(scenario: Scenario) -> dict[str, str]:
    """Return what was read from data, by dotted key: how many values, the least, the median and the most."""
    owners = {name: {"": getattr(scenario, name)} for name in COMMON}
    owners |= {name: {key: found.values for key, found in of.items()} for name, of in scenario.channels.items()}
    leaves = {
        ".".join(filter(None, (owner, section, field))): leaf
        for owner, sections in owners.items()
        for section, values in sections.items()
        for field, leaf in values.items()
    }
    read = {key: data_of(leaf) for key, leaf in leaves.items()}
    return {key: column_in_words(data) for key, data in read.items() if data is not None}
