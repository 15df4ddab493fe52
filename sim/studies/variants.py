"""What `readings` tries on a scenario, one change at a time: `variants_of`.

A *reading* of the sources is open in a scenario that follows one of its options, or names one: every other option is
tried. Where a scenario has numbers of its own, the reading is answered and not open. A *doubt* of the scenario is a key
with two values that it might have as well: each that it does not have is tried.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from sim.scenario.article_readings import Reading, all_readings
from sim.scenario.effects import without_effect
from sim.scenario.problems import ScenarioError
from sim.scenario.scenario import Scenario
from sim.scenario.sections import plain
from sim.simulation.worlds import other_worlds, worlds_apart
from sim.studies.compare import differing_settings
from sim.text.shown import Shown, written

READING, DOUBT = "reading", "doubt"

MOST_SHOWN = 24
"""Characters of an option in the line of a variant."""


@dataclass(frozen=True, repr=False)
class Variant(Shown):
    """A scenario in which one thing is read, or judged, otherwise.

    Parameters
    ----------
    kind : {"reading", "doubt"}
    name : str
        Of the reading, or the dotted key.
    option : Any
        The reading's option, or the value as YAML holds it.
    scenario : Scenario or None
        None: it cannot be tried, ``why`` says for what reason.
    keys : tuple of str
        The settings that differ.
    """

    kind: str
    name: str
    option: Any
    scenario: Scenario | None
    keys: tuple[str, ...] = ()
    why: str = ""

    _inner: ClassVar[frozenset[str]] = frozenset({"line", "written"})

    @property
    def written(self) -> str | float:
        """The option as a cell of a table holds it: a number, or words."""
        is_number = isinstance(self.option, int | float) and not isinstance(self.option, bool)
        return self.option if is_number else written(self.option)

    def line(self) -> str:
        """Return it in one line."""
        option = written(self.option)
        return f"{self.kind} {self.name} = {option if len(option) <= MOST_SHOWN else option[: MOST_SHOWN - 1] + '…'}"

    def _told(self) -> tuple[str, Iterable[str]]:
        if self.scenario is None:
            return f"Variant, not tried: {self.line()}", [self.why]
        return f"Variant: {self.line()}", self.keys


def variants_of(scenario: Scenario) -> list[Variant]:
    """Return what is tried on a scenario, and what cannot be."""
    return [*_of_readings(scenario), *_of_doubts(scenario)]


def _of_readings(scenario: Scenario) -> Iterator[Variant]:
    for name, reading in all_readings().items():
        tried = [_changed(scenario, READING, name, option) for option in reading.options]
        if not is_open(scenario, name, reading, tried):
            continue
        chosen = scenario.readings.get(name)
        yield from (found for found in tried if found.option != chosen and (found.keys or found.why))


def is_open(scenario: Scenario, name: str, reading: Reading, tried: list[Variant]) -> bool:
    """Whether a scenario names one of a reading's options or has its values; not if the reading sets nothing of it."""
    keys = {key for patch in reading.options.values() for key in patch}
    if not any(key.split(".")[0] in scenario.channels for key in keys):
        return False
    followed = [found for found in tried if not found.keys and not found.why]
    return name in scenario.readings or bool(followed)


def _of_doubts(scenario: Scenario) -> Iterator[Variant]:
    for key, values in scenario.doubts.items():
        idle = without_effect(scenario, key)
        for value in map(plain, values):
            found = Variant(DOUBT, key, value, None, (), idle) if idle else _changed(scenario, DOUBT, key, value)
            if found.keys or found.why:
                yield found


def _changed(scenario: Scenario, kind: str, name: str, option: Any) -> Variant:
    """Return a scenario with one change, the settings that differ, or why it cannot be."""
    try:
        other = scenario.with_({f"readings.{name}" if kind == READING else name: option})
    except ScenarioError as error:
        return Variant(kind, name, option, None, (), str(error))
    differing = (setting.key for setting in differing_settings(scenario, other))
    keys = tuple(key for key in differing if not key.startswith("readings."))
    idle = [without_effect(other, key) for key in keys]
    if keys and all(idle):
        return Variant(kind, name, option, None, (), idle[0])
    if apart := worlds_apart(scenario, other):
        return Variant(kind, name, option, None, (), other_worlds(apart))
    return Variant(kind, name, option, other, keys)
