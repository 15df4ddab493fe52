"""What is said beside an answer, on standard error: keys without effect, and questions that a scenario raises."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario
    from sim.studies.compare import Comparison
    from sim.studies.sweeps.design import Sweep


def tell(scenario: Scenario, overrides: Sequence[str] = (), language: str = "en") -> None:
    """Say which overrides are without effect, and what the scenario should be asked."""
    from sim.scenario.questions import questions_of

    tell_idle(scenario, [override.partition("=")[0].strip() for override in overrides], language)
    _say(question.sentence(language) for question in questions_of(scenario))


def tell_idle(scenario: Scenario, keys: Sequence[str], language: str = "en") -> None:
    """Say which of these keys change nothing, and why."""
    from sim.scenario.effects import remarks
    from sim.text.refusals import refusal_in

    _say(refusal_in(remark, language) for remark in remarks(scenario, keys))


def tell_of_cells(sweep: Sweep, language: str = "en") -> None:
    """Say which settings change nothing in any cell; what the first cell should be asked, and the axes' values."""
    from sim.scenario.effects import without_effect
    from sim.scenario.questions import questions_of

    for key in sweep.fixed:
        if all(without_effect(cell.scenario, key) for cell in sweep.cells):
            tell_idle(sweep.cells[0].scenario, [key], language)
    found = questions_of(sweep.cells[0].scenario)
    found += [question for cell in sweep.cells[1:] for question in questions_of(cell.scenario, sweep.axes)]
    _say(dict.fromkeys(question.sentence(language) for question in found))


def tell_of_settings(comparison: Comparison, scenarios: dict[str, Scenario], language: str = "en") -> None:
    """Say which of the settings that differ change nothing in the plan that has them."""
    for rival in comparison.rivals:
        if rival.name in scenarios:
            tell_idle(scenarios[rival.name], [setting.key for setting in rival.settings], language)


def _say(sentences: Iterable[str]) -> None:
    for sentence in sentences:
        print(sentence, file=sys.stderr)
