"""What would have to be true: the value of each number at which the chance of a profit is the one asked for.

`need` fixes one number at a value, with all else as drawn, on the same market and luck, and searches the value at which
the chance of a settled profit at the horizon, without ruin, is the one asked for; then the best two numbers together.
It returns a `NeedReport`. Beside each value stands what is likely (the 5-95% of the declaration's default): is it
within reach? How it is searched, and how its interval is made, stands in :mod:`sim.studies.crossing`; what a price
means in :mod:`sim.studies.need_keys`.

Under a condition the paths that agree with it in the scenario as it stands count, whatever value is tried: what was
seen was seen there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING, Any

from sim.business.calendar import reading_times
from sim.estimates import Estimate
from sim.randomness.streams import REPLICATES, SEED, WORLDS
from sim.results.shown import display_of
from sim.scenario.scenario import Scenario, check_scenario
from sim.simulation.plan import Plan, PlanError
from sim.simulation.spans import OnProgress
from sim.simulation.worlds import other_worlds, uncertain_numbers
from sim.studies.crossing import Crossing
from sim.studies.crossing_line import Look
from sim.studies.need_keys import Move, check_key, chosen, has_any, moves_of
from sim.studies.need_search import Finding, NeedSearch, PairFinding
from sim.studies.trials import Trials, Work, as_it_stands, whole_weight
from sim.text.messages import as_list, suggest
from sim.text.numbers import with_error
from sim.text.shown import Shown

if TYPE_CHECKING:
    import pandas as pd

ALL = "all"
"""Asks of every strategy."""

MORE = 0.10
"""By how much the chance asked for exceeds today's, if none is asked for; less where today's is above .90."""

SMALL_LOOKS, WHOLE_LOOKS, OF_THE_PAIR = 7, 3, 20
"""Looks that a number takes, about, and what a pair takes in small ones beside three whole ones: for the progress."""

Plain = dict[str, Any]


@dataclass(frozen=True, repr=False)
class Needed(Shown):
    """The answer for one strategy.

    Parameters
    ----------
    today : Estimate
        Chance of a settled profit at the horizon, without ruin, as the scenario stands.
    asked : float
        The chance asked for.
    singles : tuple of Finding
        Every number alone.
    pair : PairFinding, optional
        The best two together.
    """

    strategy: str
    today: Estimate
    asked: float
    singles: tuple[Finding, ...]
    pair: PairFinding | None

    def lines(self) -> Iterator[str]:
        """Yield the answer, a number a line."""
        from sim.studies.need_screen import answer_lines

        yield from answer_lines(self.to_dict())

    def _told(self) -> tuple[str, Iterable[str]]:
        today = with_error(self.today.to_dict())
        return f"Needed of {self.strategy}: a profit in {today}, asked for {self.asked:.2g}", self.lines()

    def to_dict(self) -> Plain:
        """Return plain data."""
        return {
            "today": self.today.to_dict(),
            "asked": self.asked,
            "keys": [single(finding) for finding in self.singles],
            "pair": None if self.pair is None else together(self.pair),
        }


def single(finding: Finding) -> Plain:
    """Return what was found of one number as plain data."""
    move, crossing = finding.move, finding.crossing
    value, *ends = (None if p is None else move.value(p) for p in (crossing.place, *interval(crossing)))
    best = crossing.best
    return {
        "role": move.role,
        "key": move.key,
        "channel": move.channel,
        "unit": move.parameter.unit,
        "meaning": move.parameter.meaning,
        "status": crossing.status,
        "value": value,
        "low": ends[0],
        "high": ends[1],
        "or": "more" if crossing.upwards else "less",
        "now": points(move.now),
        "likely": None if move.likely is None else points(move.likely),
        "within_reach": None if value is None else move.is_within_reach(value, crossing.upwards),
        "range": list(move.ends),
        "monotone": crossing.turn is None,
        "worse_between": None if crossing.turn is None else [move.value(place) for place in crossing.turn],
        "best": {"value": move.value(best.place), "chance": best.chance.to_dict()},
        "curve": [at(move.value(look.place), look) for look in crossing.survey],
    }


def at(value: float, look: Look) -> Plain:
    """Return the chance at a value."""
    return {"value": value, "chance": look.chance.to_dict()}


def points(found: tuple[float, float, float]) -> Plain:
    """Return three points of a distribution by name."""
    return dict(zip(("p5", "p50", "p95"), found, strict=True))


def interval(crossing: Crossing) -> tuple[float | None, float | None]:
    """Return the ends of a crossing's interval, the lower first."""
    ends = crossing.not_enough, crossing.enough
    return ends if crossing.upwards else ends[::-1]


def together(found: PairFinding) -> Plain:
    """Return what was found of two numbers as plain data."""
    pair, crossing = found.pair, found.crossing
    values = None if crossing.place is None else pair.values(crossing.place)
    ends = [None if part is None else pair.values(part) for part in interval(crossing)]
    best = pair.values(crossing.best.place)
    return {
        "status": crossing.status,
        "part_of_the_way": crossing.place,
        "low": crossing.not_enough,
        "high": crossing.enough,
        "keys": [
            {
                "role": move.role,
                "key": move.key,
                "channel": move.channel,
                "unit": move.parameter.unit,
                "value": None if values is None else values[side],
                "ends": [None if end is None else end[side] for end in ends],
                "or": "more" if upwards else "less",
                "now": points(move.now),
                "likely": None if move.likely is None else points(move.likely),
                "best": best[side],
            }
            for side, (move, upwards) in enumerate(zip(pair.moves, pair.upwards, strict=True))
        ],
        "monotone": crossing.turn is None,
        "best": {"part_of_the_way": crossing.best.place, "chance": crossing.best.chance.to_dict()},
    }


@dataclass(frozen=True, repr=False)
class NeedReport(Shown):
    """The answers for the strategies asked about.

    Parameters
    ----------
    days : int
        The horizon, at whose end profit is read.
    chosen_as : str
        Why this strategy: ``recommended``, ``nearest`` to a profit (none is recommended) or ``asked``.
    display : dict, optional
        In which currency screens show its amounts: ``sim.results.shown``.
    """

    scenario: str
    currency: str
    days: int
    plan: Plan
    condition: tuple[str, ...]
    chosen_as: str
    answers: tuple[Needed, ...]
    display: Plain | None = None

    def to_dict(self) -> Plain:
        """Return plain data."""
        return {
            "scenario": self.scenario,
            "currency": self.currency,
            "display": self.display,
            "month": reading_times(self.days)[-1],
            **self.plan.size,
            "condition": list(self.condition),
            "chosen_as": self.chosen_as,
            "strategies": {answer.strategy: answer.to_dict() for answer in self.answers},
        }

    def to_frame(self) -> pd.DataFrame:
        """Tidy frame: one row a strategy and number; the best two together have rows of their own, ``with`` the other.

        Amounts in scenario currency, rates as fractions; where there is no value, ``best_chance`` is the greatest that
        was seen.
        """
        import pandas as pd

        return pd.DataFrame(list(self._rows()))

    def _rows(self) -> Iterator[Plain]:
        for answer in self.answers:
            found = answer.to_dict()
            head = {"strategy": answer.strategy, "chance_today": answer.today.estimate, "chance_asked": answer.asked}
            for each in found["keys"]:
                likely = each["likely"] or dict.fromkeys(("p5", "p50", "p95"))
                yield head | {
                    **{name: each[name] for name in ("key", "role")},
                    "with": "",
                    **{name: each[name] for name in ("status", "value", "low", "high", "or")},
                    "now": each["now"]["p50"],
                    "likely_p5": likely["p5"],
                    "likely_p95": likely["p95"],
                    **{name: each[name] for name in ("within_reach", "monotone")},
                    "best_chance": each["best"]["chance"]["estimate"],
                }
            yield from (head | row for row in pair_rows(found["pair"]))

    def _told(self) -> tuple[str, Iterable[str]]:
        lines = [line for answer in self.answers for line in (f"{answer.strategy}:", *answer.lines())]
        if len(self.answers) > 1:
            return f"NeedReport of {self.scenario}, {self.currency}", lines
        (answer,) = self.answers
        return f"NeedReport of {self.scenario}, {self.currency}: {answer._told()[0]}", answer.lines()

    def _repr_html_(self) -> str:
        """Show the answer in a notebook."""
        from sim.studies.need_screen import need_screen
        from sim.text.table import as_html

        return as_html(need_screen(self.to_dict()))


def pair_rows(pair: Plain | None) -> Iterator[Plain]:
    """Yield a row of the frame for each of the two numbers that move together."""
    for each, other in zip(pair["keys"], pair["keys"][::-1], strict=True) if pair else ():
        likely, (low, high) = each["likely"], sorted(each["ends"], key=lambda end: (end is None, end))
        yield {
            "key": each["key"],
            "role": each["role"],
            "with": other["key"],
            "status": pair["status"] if pair else "",
            "value": each["value"],
            "low": low,
            "high": high,
            "or": each["or"],
            "now": each["now"]["p50"],
            "likely_p5": likely["p5"],
            "likely_p95": likely["p95"],
            "within_reach": each["value"] is not None,
            "monotone": pair["monotone"] if pair else True,
            "best_chance": pair["best"]["chance"]["estimate"] if pair else None,
        }


def need(
    scenario: Scenario,
    chance: float | None = None,
    *,
    strategy: str | Sequence[str] | None = None,
    keys: Sequence[str] = (),
    worlds: int = WORLDS,
    replicates: int = REPLICATES,
    seed: int = SEED,
    n_jobs: int = -1,
    on_progress: OnProgress | None = None,
) -> NeedReport:
    """Find what would have to be true for a chance of a profit, one number at a time and the best two together.

    Parameters
    ----------
    chance : float, optional
        Chance of a settled profit at the horizon, without ruin, that is asked for, within (0, 1); by default today's
        and .10 more; where today's is above .90, .10 less: how far a number may fall.
    strategy : str or sequence of str, optional
        By default the one that is recommended, else the one nearest to a profit; ``"all"`` for all.
    keys : sequence of str
        Names (``price``, ``margin``, ``click_price``, ``view_price``, ``conversion``, ``returns``, ``freight``,
        ``repeat``, ``capital``, ``first_budget``) or dotted keys of numbers; by default all names.
    worlds, replicates, seed, n_jobs
        As for ``sim.run``.
    on_progress : callable, optional
        Called with (work done, work expected).

    Raises
    ------
    PlanError
        Where the question cannot be asked: a chance outside (0, 1), an unknown strategy or key, ``sampling: sobol``.
    """
    check_scenario(scenario)
    names, keys = as_list(strategy), as_list(keys)
    check_question(scenario, chance, names, keys)
    plan = Plan(seed, worlds, replicates)
    asked = list(scenario.strategies) if names == [ALL] else names
    work = Work(on_progress)
    base = as_it_stands(scenario, asked or list(scenario.strategies), plan, n_jobs, work.of_base())
    chosen_as = "asked"
    if not asked:
        advice = base.recommendation()
        asked = [advice["named"]]
        chosen_as = "recommended" if advice["strategy"] else "nearest"
    answers = []
    for position, name in enumerate(asked):
        trials = Trials(base, name, n_jobs)
        moves = moves_of(base, name, keys)
        whole = whole_weight(trials)
        expected = len(moves) * (SMALL_LOOKS + WHOLE_LOOKS * whole) + OF_THE_PAIR + WHOLE_LOOKS * whole
        work.begins(expected, len(asked) - position)
        answers.append(answer(trials, moves, chance, work.add))
    work.end()
    about = (scenario.name, scenario.currency, scenario.horizon_days, base.plan)
    clauses = tuple(str(clause) for clause in base.clauses)
    return NeedReport(*about, clauses, chosen_as, tuple(answers), display_of(scenario))


def answer(trials: Trials, moves: Sequence[Move], chance: float | None, on_work: Callable[[float], None]) -> Needed:
    """Answer for one strategy."""
    today = trials.sample.probability(trials.lived.profitable)
    asked = usual(today.estimate) if chance is None else float(chance)
    search = NeedSearch(trials, asked, on_work)
    singles = search.singles(moves)
    return Needed(trials.strategy, today, asked, tuple(singles), search.best_pair(singles))


def usual(today: float) -> float:
    """Return the chance that is asked for if none is, in whole per cent: more than today's, or less where it must."""
    more = round(today + MORE, 2)
    return more if more < 1.0 else round(today - MORE, 2)


def check_question(scenario: Scenario, chance: float | None, strategies: Sequence[str], keys: Sequence[str]) -> None:
    """Refuse a question without an answer, before anything is simulated."""
    is_number = isinstance(chance, Real) and not isinstance(chance, bool)
    if chance is not None and not (is_number and 0.0 < chance < 1.0):
        raise PlanError(f"--chance: found {chance!r}; give a share between 0 and 1, as 0.5 for every second history")
    for name in strategies:
        if name not in scenario.strategies and strategies != [ALL]:
            known = [*scenario.strategies, ALL]
            raise PlanError(suggest(str(name), known, f"--strategy: there is no strategy '{name}'"))
    if not all(isinstance(key, str) for key in keys):
        raise PlanError(f"--keys: found {keys!r}; give names or dotted keys, as price")
    if scenario.sampling == "sobol":
        raise PlanError(other_worlds(sorted(uncertain_numbers(scenario))))
    for key in keys:
        check_key(scenario, key)
    asked = [name for name in strategies if name != ALL]
    for name in asked if keys else ():
        chosen(scenario, name, keys)
    if keys and not asked and not any(has_any(scenario, name, keys) for name in scenario.strategies):
        raise PlanError(f"--keys: no strategy has {', '.join(keys)}")
