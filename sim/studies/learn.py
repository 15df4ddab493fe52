"""What to find out first: the unknowns that drive the result, and what knowing them is worth in money.

`learn` gives two answers from the same paths. The *share* of an input is by how much the variance of an outcome would
fall once it is known: of P(profit) and of money, by month, beside the noise floor of a dummy input and the part that is
luck. The *worth* is what knowing it would add, on average, to the choice between the strategies, of which not to start
at all is one. An input may drive the result and still be worth nothing: when it changes no choice.

Reference: the estimators' own, ``sim.estimates.importance`` and ``sim.estimates.value_of_information``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from sim.estimates import (
    Estimate,
    EstimateRefused,
    Importance,
    evpi_from_replicates,
    evppi,
    evppi_noise_floor,
    first_order_shares,
)
from sim.estimates.importance import MIN_WORLDS
from sim.randomness.streams import Array
from sim.results.outcomes import AFTER_PAY
from sim.results.result import Result
from sim.results.shown import display_of
from sim.simulation.plan import Plan
from sim.simulation.spans import OnProgress
from sim.text.messages import shortened
from sim.text.numbers import money
from sim.text.shown import Shown, listed

if TYPE_CHECKING:
    import pandas as pd

MAX_TOGETHER = 3
"""Numbers of a section that are found out together: the value of a set takes a regression on every subset."""

NOT_STARTING = "do_not_start"
"""The choice that costs and brings nothing."""


@dataclass(frozen=True, repr=False)
class Worth(Shown):
    """What knowing something is worth for the choice between the strategies.

    Parameters
    ----------
    inputs : tuple of str
        One number, or several found out together.
    gain : Estimate
        Expected gain, scenario currency.
    noise_floor : float
        What the lower end of the luckiest of as many dummy inputs as were looked at stays below.
    """

    inputs: tuple[str, ...]
    gain: Estimate
    noise_floor: float

    @property
    def worth_knowing(self) -> bool:
        """Whether even the lower end of what it brings stands out from noise."""
        return self.gain.low > self.noise_floor

    def line(self) -> str:
        """Return it in one line."""
        kept = "" if self.worth_knowing else ", not told from noise"
        ends = f"[{money(self.gain.low)}, {money(self.gain.high)}]"
        return f"{listed(self.inputs)}: worth {money(self.gain.estimate)} {ends}{kept}"

    def _told(self) -> tuple[str, Iterable[str]]:
        return f"Worth of knowing {self.line()}", ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        found = {"inputs": list(self.inputs), **self.gain.to_dict()}
        return found | {"noise_floor": self.noise_floor, "worth_knowing": self.worth_knowing}


@dataclass(frozen=True, repr=False)
class Learning(Shown):
    """What drives the result, and what is worth finding out.

    Parameters
    ----------
    months : tuple of float
        When the books were read.
    chance, money : dict of str to Importance
        By strategy: shares of the variance of "a settled profit by the end of month ..." and of settled profit; the
        tuples run over months.
    choices : tuple of (str, float)
        Mean profit after owner's pay of every strategy at the horizon, not starting included.
    recommendation : dict
        Which strategy to take without finding out more, or none: ``sim.results.recommendation``.
    everything : (float, float)
        Lower and upper figure of what knowing the whole world is worth (EVPI).
    single : tuple of Worth
        Every uncertain number, the most valuable first.
    sections : dict of str to Worth
        Numbers of one section found out together; of many, the three that are worth most alone.
    display : dict, optional
        In which currency screens show its amounts: ``sim.results.shown``.
    """

    currency: str
    months: tuple[float, ...]
    chance: dict[str, Importance]
    money: dict[str, Importance]
    choices: tuple[tuple[str, float], ...]
    recommendation: dict[str, Any]
    everything: tuple[float, float]
    single: tuple[Worth, ...]
    sections: dict[str, Worth]
    display: dict[str, Any] | None = None

    @property
    def first(self) -> Worth | None:
        """The number to find out first; None where none stands out from noise."""
        return next((worth for worth in self.single if worth.worth_knowing), None)

    @property
    def best(self) -> str:
        """The strategy to take without finding out more, or not to start."""
        return self.recommendation["strategy"] or NOT_STARTING

    def _told(self) -> tuple[str, Iterable[str]]:
        head = f"Learning over {len(self.single)} uncertain numbers, amounts in {self.currency}"
        choice = f"without finding out more: {self.best}"
        everything = f"knowing everything: worth {' to '.join(money(end) for end in self.everything)}"
        return head, [choice, everything, *(worth.line() for worth in self.single)]

    def to_frame(self, table: Literal["worth", "shares", "choices"] = "worth") -> pd.DataFrame:
        """Return a tidy frame.

        Parameters
        ----------
        table : {"worth", "shares", "choices"}
            ``worth``: one row a number, or numbers of a section found out together, with what knowing it is worth in
            money. ``shares``: one row a strategy, outcome (``chance`` or ``money``), month and number, with its share
            of the outcome's variance. ``choices``: one row a choice, with its mean profit after owner's pay.

        Returns
        -------
        DataFrame
            ``worth``: ``input, together`` (how many numbers), ``worth, worth_low, worth_high, noise_floor,
            worth_knowing``. ``shares``: ``strategy, outcome, month, input, share, share_low, share_high, noise_floor``.
            ``choices``: ``choice, expected``.
        """
        import pandas as pd

        rows = {"worth": self._worths, "shares": self._shares, "choices": self._choices}
        if table not in rows:
            raise ValueError(f"no table {table!r}; there are: {', '.join(rows)}")
        return pd.DataFrame(list(rows[table]()))

    def _worths(self) -> Iterator[dict[str, Any]]:
        for worth in (*self.single, *self.sections.values()):
            row: dict[str, Any] = {"input": ", ".join(worth.inputs), "together": len(worth.inputs)}
            row |= worth.gain.columns("worth")
            yield row | {"noise_floor": worth.noise_floor, "worth_knowing": worth.worth_knowing}

    def _shares(self) -> Iterator[dict[str, Any]]:
        for outcome, by_strategy in (("chance", self.chance), ("money", self.money)):
            for strategy, found in by_strategy.items():
                for name, by_month in found.shares.items():
                    for month, share, floor in zip(self.months, by_month, found.noise_floor, strict=True):
                        named = {"strategy": strategy, "outcome": outcome, "month": month, "input": name}
                        yield {**named, **share.columns("share"), "noise_floor": floor}

    def _choices(self) -> Iterator[dict[str, Any]]:
        for choice, expected in self.choices:
            yield {"choice": choice, "expected": expected}

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "currency": self.currency,
            "display": self.display,
            "choices": dict(self.choices),
            "best_choice": self.best,
            "recommendation": self.recommendation,
            "knowing_everything": {"low": self.everything[0], "high": self.everything[1]},
            "worth_of_knowing": [worth.to_dict() for worth in self.single],
            "worth_of_sections": {name: worth.to_dict() for name, worth in self.sections.items()},
            "share_of_chance": {name: shares(found) for name, found in self.chance.items()},
            "share_of_money": {name: shares(found) for name, found in self.money.items()},
        }

    def _repr_html_(self) -> str:
        """Show the answer in a notebook."""
        from sim.studies.learn_screen import learning_screen
        from sim.text.table import as_html

        return as_html(learning_screen(self.to_dict()))


def shares(found: Importance) -> dict[str, Any]:
    """Return shares of variance as plain data, by month."""
    return {
        "noise_floor": list(found.noise_floor),
        "luck": None if found.luck is None else list(found.luck),
        "inputs": {name: [estimate.to_dict() for estimate in months] for name, months in found.shares.items()},
    }


def learn(result: Result, on_progress: OnProgress | None = None) -> Learning:
    """Find out what to find out; ``on_progress`` is called with (steps done, steps in all).

    Raises
    ------
    EstimateRefused
        Where nothing is uncertain, a condition holds, or there are too few worlds or replicates.
    """
    if not isinstance(result, Result):
        raise TypeError(f"found {shortened(result)}: give a result, as sim.run(scenario) returns it")
    check_size(result.plan, under_condition=bool(result.clauses))
    if not result.worlds:
        raise EstimateRefused("nothing is uncertain in this scenario: there is nothing to find out")
    m, steps = result.plan.replicates, 2 * len(result.strategies) + 2
    report = on_progress or (lambda done, total: None)
    chance, money = {}, {}
    for position, strategy in enumerate(result.strategies):
        chance[strategy] = first_order_shares(result.profitable(strategy), result.worlds, m)
        report(2 * position + 1, steps)
        settled = result.record(strategy).monthly["settled_profit"]
        money[strategy] = first_order_shares(settled, result.worlds, m)
        report(2 * position + 2, steps)
    payoffs = payoffs_of(result)
    everything = evpi_from_replicates(payoffs, m)
    worlds = payoffs.reshape(len(payoffs), -1, m).mean(axis=2)
    even = result.sample.even
    single = worth_of_each(worlds, result.worlds, even)
    report(steps - 1, steps)
    sections = worth_of_sections(worlds, result.worlds, single, even)
    report(steps, steps)
    names = (*result.strategies, NOT_STARTING)
    choices = tuple(zip(names, worlds.mean(axis=1).tolist(), strict=True))
    about, advised = (result.scenario.currency, result.months), result.recommendation()
    shown = display_of(result.scenario)
    return Learning(*about, chance, money, choices, advised, everything, single, sections, shown)


def check_size(plan: Plan, *, under_condition: bool) -> None:
    """Refuse, before anything is simulated, a run that nothing could be learned from."""
    if under_condition:
        # Shares and regressions need every world.
        raise EstimateRefused("what to find out first is asked of all worlds: leave the condition out")
    if plan.replicates < 2:
        raise EstimateRefused("what knowing everything is worth needs 2 replicates a world or more: run with 4")
    if plan.worlds < MIN_WORLDS:
        raise EstimateRefused(f"shares of variance need {MIN_WORLDS} worlds (found {plan.worlds}): run with more")


def payoffs_of(result: Result) -> Array:
    """(n_choices, n_paths) profit after owner's pay at the horizon of every strategy, and nothing for not starting.

    It is what the recommendation rests on.
    """
    rows = [np.asarray(result.record(s).monthly[AFTER_PAY][-1], dtype=float) for s in result.strategies]
    return np.stack([*rows, np.zeros(result.plan.n_paths)])


def worth_of_each(worlds: Array, inputs: dict[str, Array], even: bool = False) -> tuple[Worth, ...]:
    """Return what each number alone is worth, best first, by the (n_choices, n_worlds) mean money of choices."""
    floor = evppi_noise_floor(worlds, tries=len(inputs))
    return _best_first(Worth((name,), evppi(worlds, column, even), floor) for name, column in inputs.items())


def worth_of_sections(
    worlds: Array, inputs: dict[str, Array], single: tuple[Worth, ...], even: bool = False
) -> dict[str, Worth]:
    """Return what knowing the numbers of one section together is worth, for sections with several."""
    groups: dict[str, list[str]] = {}
    for worth in single:
        [name] = worth.inputs
        groups.setdefault(name.rpartition(".")[0], []).append(name)
    chosen_of = {section: names[:MAX_TOGETHER] for section, names in groups.items() if len(names) > 1}
    sizes = {len(chosen) for chosen in chosen_of.values()}
    floors = {size: evppi_noise_floor(worlds, size, tries=len(chosen_of)) for size in sizes}
    found = (
        Worth(tuple(chosen), evppi(worlds, np.stack([inputs[name] for name in chosen]), even), floors[len(chosen)])
        for chosen in chosen_of.values()
    )
    return {worth.inputs[0].rpartition(".")[0]: worth for worth in _best_first(found)}


def _best_first(found: Iterable[Worth]) -> tuple[Worth, ...]:
    """Return the most valuable first; of those worth nothing the one that could still be worth most."""
    return tuple(sorted(found, key=lambda worth: (-worth.gain.estimate, -worth.gain.high)))
