"""Faults that are known, each with a case that shows it.

A finding that an entry covers does not fail a round. An entry whose own case no longer shows the fault fails a test, so
the list cannot outlive what it lists, and no judgement is weakened for its sake.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.fuzz import mutations, places
from tests.fuzz.case import HEAD, SMALL, Case, Surroundings, shipped, written
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
    case : str
        A regular expression that the description of the case matches.
    specimen : callable
        Lays out, in an empty folder, a case that shows it.
    """

    name: str
    rule: str
    detail: str
    specimen: Callable[[Path], Case]
    case: str = ""

    def covers(self, case: Case, finding: Finding) -> bool:
        """Tell whether a finding is this fault."""
        said = re.search(self.detail, finding.detail, re.DOTALL) and re.search(self.case, case.description)
        return finding.rule == self.rule and said is not None


class InTheFile(Random):
    """Draws what writes a value into the file."""

    def random(self) -> float:
        """Return what is not below any share."""
        return 0.999


def value(key: str, text: str) -> Callable[[Path], Case]:
    """Return what lays out a scenario with one value."""
    return lambda folder: mutations.on_one_key(folder, key, text, "", InTheFile())


def in_a_loop(folder: Path) -> Case:
    """Lay out a run into a loop of links."""
    out = folder / "out"
    places.loop(out)
    words = ("run", str(written(folder, HEAD)), *SMALL, "--keep", "summary", "--out", str(out))
    return Case("a loop of links", [words], out=out)


def on_a_screen(encoding: str) -> Callable[[Path], Case]:
    """Return what lays out a run on a screen of a code page."""

    def specimen(folder: Path) -> Case:
        words = ("run", str(written(folder, HEAD)), *SMALL, "--keep", "summary", "--out", str(folder / "run"))
        return Case(f"on {encoding}", [words], out=folder / "run", around=Surroundings(encoding=encoding))

    return specimen


def unread(folder: Path) -> Case:
    """Lay out a journal that nobody reads to its end."""
    words = ("path", str(written(folder, HEAD)), "1", "--strategy", "independent")
    return Case("unread", [words], around=Surroundings(apart=True, standard_output="unread"))


def onto(make: Callable[[Path], object]) -> Callable[[Path], Case]:
    """Return what lays out a journal written onto something that is no plain file."""

    def specimen(folder: Path) -> Case:
        out = folder / "out"
        make(out)
        words = ("path", str(written(folder, HEAD)), "1", "--strategy", "independent", "--out", str(out))
        return Case("onto what is no file", [words], out=out, pipe=out if make is os.mkfifo else None)

    return specimen


def many_dots(folder: Path) -> Case:
    """Lay out a key of thousands of parts."""
    return Case("a.a.a", [("validate", str(written(folder, HEAD)), "--set", f"a{2000 * '.a'}=1")])


def folder_not_flushed(folder: Path) -> Case:
    """Lay out a journal whose folder, after the file has its name, cannot be flushed."""
    out = folder / "out"
    words = ("path", str(written(folder, HEAD)), "1", "--strategy", "independent", "--out", str(out))
    return Case("call 1 of os.fsync", [words], out=out, around=Surroundings(fails=("fsync", 1)))


def replicates_of_a_sweep(folder: Path) -> Case:
    """Lay out a sweep with replicates that do not divide 1,024."""
    file = shipped(folder) / "sweeps" / "returns_margin.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("replicates: 4", "replicates: 99"), encoding="utf-8")
    return Case("replicates: 99", [("sweep", str(file))], around=Surroundings(sweep_is_read_only=True))


def currency_of_two_lines(folder: Path) -> Case:
    """Lay out a scenario whose currency ends a line, which the refusal then does, too."""
    return Case("currency: |", [("validate", str(written(folder, f"{HEAD}currency: |\n    3\n")))])


KNOWN = (
    Known("a screen lacks a sign and the run is lost", "traceback", "^UnicodeEncodeError", on_a_screen("gbk")),
    Known("a reader that left ends a journal with 1", "status", "^1: $", unread),
    Known("a loop of links", "traceback", "^RuntimeError: Symlink loop", in_a_loop),
    Known("a FIFO is replaced", "replaced", "of kind p", onto(os.mkfifo)),
    Known("a socket is replaced", "replaced", "of kind s", onto(places.bound_socket)),
    Known("a link is replaced", "replaced", "of kind l", onto(places.TARGETS["a link to nothing"])),
    Known("a device is replaced", "replaced", "of kind [cl]", onto(places.device)),  # a link, where none may be made
    Known(
        "a file is there though the command failed",
        "half-written",
        "^out(.yaml)?, ",
        folder_not_flushed,
        case="of os.fsync",
    ),
    Known(
        "a sweep's size is refused without file and line",
        "message",
        ": replicates must divide 1024",
        replicates_of_a_sweep,
    ),
    Known(
        "a bad currency is not refused as one", "message", ": : defaults are stated in dollars", currency_of_two_lines
    ),
    Known("a key of thousands of parts", "traceback", "^RecursionError: .*messages.py", many_dots),
    Known(
        "amounts without bound: the books do not reconcile",
        "traceback",
        "^LedgerError: .* the books say (nan|-?inf)",
        value("store.stripe.fixed_fee", "1.7976931348623157e+308"),
    ),
    Known(
        "amounts without bound: a summary holds infinities",
        "traceback",
        "^ValueError: Out of range float values are not JSON compliant",
        value("aliexpress.visits.rfq_weight", "3e+37"),
    ),
    Known(
        "amounts without bound: infinities on the screen",
        "no number on the screen",
        r"\binf\b",
        value("aliexpress.visits.rfq_weight", "3e+37"),
    ),
    Known(
        "amounts without bound: raw warnings of numpy",
        "warning",
        "^RuntimeWarning: (overflow|invalid value|divide by zero) ",
        value("store.improvement.gain", "1e308"),
    ),
    Known(
        "amounts without bound: a refusal without a place",
        "message",
        "a histogram needs finite amounts",
        value("store.owner_pay.monthly_pay", "4e144"),
    ),
)


def known_by(case: Case, finding: Finding) -> Known | None:
    """Return the entry that a finding belongs to; None where it is new."""
    return next((entry for entry in KNOWN if entry.covers(case, finding)), None)
