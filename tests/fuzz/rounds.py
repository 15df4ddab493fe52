"""A round: so many cases of one seed, each run and judged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz import calendars, mutations, places, texts
from tests.fuzz.case import Case, drawn
from tests.fuzz.harness import run, workshop
from tests.fuzz.judging import Finding, findings, shown

WEIGHTS = {
    mutations.key_at_an_end: 20,
    mutations.key_of_any_size: 10,
    mutations.key_with_a_distribution: 12,
    mutations.interval: 6,
    mutations.odd_value: 14,
    mutations.odd_top: 6,
    mutations.set_words: 6,
    mutations.correlations: 3,
    mutations.condition: 3,
    mutations.data_column: 8,
    mutations.two_keys: 3,
    calendars.trade_rules: 8,
    calendars.doubts: 4,
    texts.encoding: 5,
    texts.stray_bytes: 8,
    texts.truncated: 4,
    texts.spliced: 6,
    texts.line_changed: 6,
    texts.number_changed: 6,
    texts.yaml_oddity: 8,
    texts.taken_for_another: 4,
    texts.sweep_axes: 5,
    places.output_target: 8,
    places.full_disk: 6,
    places.screen: 5,
    places.no_rights: 1,
    places.screen_of_a_process: 1,
}
"""How often each mutation is drawn; those of processes of their own seldom, for they take seconds."""


@dataclass
class Judged:
    """A case with what it broke."""

    case: Case
    broke: list[Finding]

    def __str__(self) -> str:
        told = "\n".join(f"  {finding}" for finding in self.broke)
        return f"{self.case}\n  {self.case.repeated_by}\n{told}"


def judge(case: Case, folder: Path) -> Judged:
    """Run a case and judge it."""
    left = run(case, folder)
    return Judged(case, [shown(finding, folder) for finding in findings(case, left, folder)])


def one(seed: int, number: int, kept: Path | None = None) -> Judged:
    """Draw, run and judge one case of a round."""
    with workshop(kept) as folder:
        return judge(drawn(seed, number, folder, WEIGHTS), folder)


def judged(seed: int, cases: range) -> Iterator[Judged]:
    """Yield the cases of a round, each judged."""
    for number in cases:
        yield one(seed, number)
