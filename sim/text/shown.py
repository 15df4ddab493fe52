"""Objects as Python's prompt shows them: `Shown`, whose repr is a few lines and whose dir() is what is documented."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from sim.text.messages import in_words

MAX_LINES = 15

MAX_WIDTH = 96
"""Characters of a line; so many lines of them are fewer than 1,500."""


TOLD = ("strategies", "readings", "correlations", "doubts", "exchange_rates")
"""Of a scenario's head: told in lines of their own, or not as values."""


def told(head: str, lines: Iterable[str] = ()) -> str:
    """Return a head in angle brackets and what follows it, one thing a line; lines there is no room for are counted."""
    below = [_cut(f"  {' '.join(line.splitlines())}") for line in lines]
    if len(below) > MAX_LINES - 1:
        below = [*below[: MAX_LINES - 2], f"  … and {len(below) - MAX_LINES + 2} more"]
    return "\n".join([f"<{_cut(' '.join(head.split()), MAX_WIDTH - 2)}>", *below])


def listed(names: Iterable[str], most: int = 4) -> str:
    """Return the first of some names, and how many more there are."""
    names = list(names)
    rest = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + rest


def _cut(line: str, width: int = MAX_WIDTH) -> str:
    return line if len(line) <= width else line[: width - 1] + "…"


def scenario_lines(mapping: Mapping[str, Any], defaults: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a scenario simulates, from its plain data and those of one that says nothing but its strategies."""
    days, start, currency = (mapping[key] for key in ("horizon_days", "start_date", "currency"))
    yield f"{days} days from {start}; starting money {written(mapping['wallet']['capital'])} {currency}"
    for name, used in mapping["strategies"].items():
        yield f"{name}: {' + '.join(used)}"
    yield from mapping["condition"]
    yield from (f"{name}: {option}" for name, option in mapping["readings"].items())
    for key in ("correlations", "doubts"):
        if mapping[key]:
            yield f"{key}: {len(mapping[key])}"
    ours, theirs = (flat({key: said[key] for key in said if key not in TOLD}) for said in (mapping, defaults))
    other = {key: value for key, value in ours.items() if "." in key and theirs.get(key) != value}
    if other:
        yield f"other than by default ({len(other)}):"
    for key in sorted(other, key=lambda key: key.startswith("market.")):
        yield f"  {key}: {written(other[key])}"


def flat(mapping: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    """Return mappings within mappings as one of dotted keys; a distribution stays whole."""
    found: dict[str, Any] = {}
    for key, value in mapping.items():
        nested = isinstance(value, Mapping) and before.count(".") < 2
        found |= flat(value, f"{before}{key}.") if nested else {f"{before}{key}": value}
    return found


def written(value: Any) -> str:
    """Return a value of a scenario in a few words."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {written(inner)}" for name, inner in value.items())
    if isinstance(value, list):
        return " to ".join(map(written, value))
    return f"{value:.4g}" if isinstance(value, float) and abs(value) < 1000 else in_words(value)


class Shown:
    """What an object says of itself at Python's prompt.

    `_told` gives the head of the repr and its lines. `_inner` holds the public names that are there for the package's
    own modules: dir(), and so a notebook's completion, leaves them out, as it does names that begin with an underscore.
    """

    _inner: ClassVar[frozenset[str]] = frozenset({"line", "lines"})

    def _told(self) -> tuple[str, Iterable[str]]:
        """Return the head of the repr, and its lines."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return told(*self._told())

    def __dir__(self) -> list[str]:
        return sorted(name for name in super().__dir__() if not name.startswith("_") and name not in self._inner)
