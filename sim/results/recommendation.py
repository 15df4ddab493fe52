"""Which strategy to take, or none: one rule for the screen, the page, `learn`, `compare`, `readings` and sweeps.

The strategy that leads has the greatest expected settled profit after owner's pay at the last reading of the books. It
is recommended if the 95% interval of that lies above 0; else doing nothing is, which costs and brings nothing. Ruined
paths count with the money they ended with, since losing it is what the expectation is about. Its chance is that of a
profit after owner's pay without ruin. Of strategies that are equal the first leads.

Where even that one loses, the strategy that is *named* is the one nearest to a profit before owner's pay: a shop that
soon gives up loses least, and its story helps nobody. Whatever shows one strategy of several shows the named one.

Which one leads is not tested against the others: who wants to know how sure that is compares them. The greatest of
several estimates is a little too high, by less than its simulation error.

Worked number: 300 [100, 500] and 400 [-50, 850] recommend nothing, for the second leads and may as well lose; with
400 [50, 750] it is recommended.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sim.estimates import Sample
from sim.results.evidence import Evidence
from sim.results.from_paths import PathEvidence
from sim.results.outcomes import AFTER_PAY
from sim.simulation.recorder import Record

Plain = dict[str, Any]

GAIN, LOSS, OPEN, NO_INTERVAL = "gain", "loss", "not_told_from_nothing", "no_interval"
"""Reasons: where the interval of the leading strategy's expected profit lies."""


class Candidate(NamedTuple):
    """What the rule looks at of a strategy, as plain estimates at the horizon, after owner's pay.

    ``before_pay`` is its mean profit before that pay; None where it is not known.
    """

    expected: Plain
    chance: Plain
    before_pay: float | None = None


def recommend(candidates: Mapping[str, Candidate]) -> Plain:
    """Return what to take, as ``summary.json`` holds it.

    Returns
    -------
    dict
        ``strategy`` (None: doing nothing), ``leading`` (the best of them), ``among`` how many it leads, ``reason``,
        and of the leading one ``expected`` and ``chance``. ``named`` is the one that is shown and told of: the leading
        one, or where that loses the one nearest to a profit before owner's pay; ``of_named`` are its ``expected`` and
        ``chance``.
    """
    leading = by_expectation(candidates)[0]
    expected, chance = candidates[leading].expected, candidates[leading].chance
    reason = reason_of(expected)
    named = nearest(candidates, leading) if reason == LOSS else leading
    return {
        "strategy": leading if reason == GAIN else None,
        "leading": leading,
        "named": named,
        "of_named": {"expected": candidates[named].expected, "chance": candidates[named].chance},
        "among": len(candidates),
        "reason": reason,
        "expected": expected,
        "chance": chance,
    }


def by_expectation(candidates: Mapping[str, Candidate]) -> list[str]:
    """Return the strategies, the one with the greatest expected profit first."""
    return sorted(candidates, key=lambda name: -candidates[name].expected["estimate"])


def nearest(candidates: Mapping[str, Candidate], leading: str) -> str:
    """Return the strategy that is expected to bring most before owner's pay; the leading one where none knows that."""
    known = {name: found.before_pay for name, found in candidates.items() if found.before_pay is not None}
    return max(known, key=known.__getitem__) if len(known) == len(candidates) else leading


def reason_of(expected: Plain) -> str:
    """Return where the interval of an expected profit lies."""
    low, high = expected["low"], expected["high"]
    if low is None or high is None:
        return NO_INTERVAL
    if low > 0.0:
        return GAIN
    return LOSS if high < 0.0 else OPEN


def recommend_over(records: Mapping[str, Record], sample: Sample) -> Plain:
    """Return what to take by the records of strategies, over the paths of a sample that count."""
    return recommend({name: candidate(PathEvidence(record, sample)) for name, record in records.items()})


def candidate(evidence: Evidence) -> Candidate:
    """Return what the rule looks at, from the evidence on a strategy."""
    chance = evidence.pointwise(f"profit.{AFTER_PAY}")[-1].to_dict()
    return Candidate(evidence.mean(AFTER_PAY).to_dict(), chance, evidence.mean("settled_profit").estimate)


def candidates_in(strategies: Mapping[str, Plain]) -> dict[str, Candidate]:
    """Return what the rule looks at, by the ``strategies`` of a summary."""
    return {
        name: Candidate(
            found[AFTER_PAY]["mean"],
            found["probability_of_profit"][AFTER_PAY]["pointwise"][-1],
            found["settled_profit"].get("mean", {}).get("estimate"),
        )
        for name, found in strategies.items()
    }
