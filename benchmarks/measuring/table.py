"""The table: medians and ranges of both sides, and whether a target is reached."""

from __future__ import annotations

import json
import os
import platform
import statistics
from dataclasses import dataclass
from pathlib import Path

from measuring.rows import AFTER, Target

HEAD = "| | unit | before | after | after / before | target | | load |\n|---|---|--:|--:|--:|---|---|--:|"


@dataclass(frozen=True)
class Reading:
    """The values of the rounds, or why there are none."""

    values: tuple[float, ...] = ()
    why: str = ""

    def __str__(self) -> str:
        """Return median and range; a dash where nothing was measured."""
        if not self.values:
            return "–"
        middle, low, high = (f"{of(self.values):.3g}" for of in (statistics.median, min, max))
        return middle if len(self.values) == 1 else f"{middle} ({low}-{high})"


@dataclass(frozen=True)
class Line:
    """What one row came to.

    Parameters
    ----------
    name, unit : str
    before, after : Reading
    target : Target or None
    load : float
        The machine's load of the last minute at the end.
    """

    name: str
    unit: str
    before: Reading
    after: Reading
    target: Target | None
    load: float

    @property
    def ratio(self) -> Reading:
        """After / before, round by round."""
        if not (self.before.values and self.after.values):
            return Reading(why=self.after.why or self.before.why)
        return Reading(tuple(b / a for a, b in zip(self.before.values, self.after.values, strict=True)))

    @property
    def verdict(self) -> str:
        """Whether the target is reached by the median; what could not be measured is said with its reason."""
        judged = self.after if self.target is None or self.target.of == AFTER else self.ratio
        if judged.why:
            return f"not measured here: {judged.why}"
        beside = f"; before not measured: {self.before.why}" if self.before.why else ""
        if self.target is None:
            return beside.removeprefix("; ")
        return ("reached" if self.target.reached(statistics.median(judged.values)) else "**not reached**") + beside

    def markdown(self) -> str:
        """Return the row of the table."""
        verdict = self.verdict.replace("|", "/")
        return (
            f"| {self.name} | {self.unit} | {self.before} | {self.after} | {self.ratio} | {self.target or ''} "
            f"| {verdict} | {self.load:.1f} |"
        )

    def content(self) -> dict[str, object]:
        """Return it as plain data."""
        return {
            "name": self.name,
            "unit": self.unit,
            "before": list(self.before.values),
            "after": list(self.after.values),
            "target": str(self.target or ""),
            "verdict": self.verdict,
            "load": self.load,
        }


def machine() -> dict[str, str]:
    """Return what the figures were measured on."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text(encoding="utf-8").splitlines() if told.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return {"machine": f"{(models or [platform.machine()])[0]}, {cores()} cores", "Python": platform.python_version()}


def cores() -> int:
    """Return the cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def write_json(file: Path, told: dict[str, str], lines: list[Line]) -> None:
    """Write all values, whole or not at all."""
    partial = file.with_name(file.name + ".partial")
    partial.write_text(json.dumps(told | {"rows": [line.content() for line in lines]}, indent=1) + "\n", "utf-8")
    partial.replace(file)
