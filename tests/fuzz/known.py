"""Faults that are known, each with a case that shows it; an entry that no longer fails is to be removed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz.case import Case
from tests.fuzz.judging import Finding


@dataclass(frozen=True)
class Known:
    """A fault that is known.

    Parameters
    ----------
    name : str
        What is wrong.
    rule, detail : str
        The finding: its rule, and a regular expression that its detail matches.
    specimen : callable
        Lays out, in an empty folder, a case that shows it.
    """

    name: str
    rule: str
    detail: str
    specimen: Callable[[Path], Case]

    def covers(self, finding: Finding) -> bool:
        """Tell whether a finding is this fault."""
        return finding.rule == self.rule and re.search(self.detail, finding.detail, re.DOTALL) is not None


KNOWN: tuple[Known, ...] = ()


def known_by(_case: Case, finding: Finding) -> Known | None:
    """Return the entry that a finding belongs to; None where it is new."""
    return next((entry for entry in KNOWN if entry.covers(finding)), None)
