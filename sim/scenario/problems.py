"""Problems of a scenario: `Problem` says where, what stands there and what to do; `ScenarioError` lists all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

Path = tuple[str | int, ...]

NAME_IN_WORDS = (
    "must be 1 to 80 letters, digits, '.', '_' or '-', the first a letter or digit: it names a folder; "
    "Chinese and spaces go into title"
)


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a scenario: the keys down to a value, what stands there, and what is allowed or to do."""

    path: Path
    found: str
    message: str

    @property
    def key(self) -> str:
        """The dotted key."""
        return ".".join(str(part) for part in self.path)

    def __str__(self) -> str:
        return f"{self.key}: found {self.found}; {self.message}"


class ScenarioError(ValueError):
    """A scenario that cannot be; ``problems`` lists everything that is wrong."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(map(str, self.problems)))
