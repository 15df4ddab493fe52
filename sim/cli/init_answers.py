"""What was answered in `sim init`, from which the file is made: :class:`Answers`.

Nothing of what was typed stands in it but numbers that were read and checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sim.scenario.json_schema import HEAD
from sim.scenario.resolution import exchange_rates
from sim.scenario.values import Reader

CURRENCY = str(HEAD["currency"]["default"])
"""In which the file counts, whatever the seller counts in: platforms pay in it, and benchmarks are stated in it."""


Row = tuple[str, str, float]
"""Two numbers by dotted key, and their correlation."""


class AnswerError(ValueError):
    """An answer that cannot be taken; the message says why and what can."""


@dataclass(frozen=True)
class Money:
    """The currency in which a seller counts, and what one dollar is worth.

    Parameters
    ----------
    rates : mapping of str to float
        Units of each other currency for one dollar.
    """

    currency: str = CURRENCY
    rates: Mapping[str, float] = field(default_factory=lambda: exchange_rates({}))

    @property
    def reader(self) -> Reader:
        """Return what reads amounts of the file."""
        return Reader(CURRENCY, self.rates)

    @property
    def rate(self) -> float:
        """Return the units of the seller's currency for one dollar."""
        return 1.0 if self.currency == CURRENCY else self.rates[self.currency]


@dataclass(frozen=True)
class Told:
    """A number of the file that an answer sets.

    Parameters
    ----------
    value : Any
        As YAML holds it.
    words : str
        What it was made from, where it is not the answer itself.
    benchmark : bool
        Whether the declared default is what the answer replaces.
    """

    value: Any
    words: str = ""
    benchmark: bool = True


@dataclass
class Answers:
    """All answers; what is missing stays at its benchmark.

    Parameters
    ----------
    strategies : tuple of str
        Names of the ways of selling; none: all.
    months : int or None
    told : dict of str to Told
        By dotted key.
    instead : dict of str to tuple of str
        Numbers that stand in the place of another, which then is not in the file.
    cost_shares : dict of str to float
        By the key of a margin that was told as a cost in money: how far the price alone decides it, 0 to 1.
    """

    strategies: tuple[str, ...] = ()
    money: Money = field(default_factory=Money)
    months: int | None = None
    told: dict[str, Told] = field(default_factory=dict)
    instead: dict[str, tuple[str, ...]] = field(default_factory=dict)
    cost_shares: dict[str, float] = field(default_factory=dict)
