"""Judge what a case left behind: every rule that it breaks is a `Finding`.

No traceback and no raw warning; status 0 or 2 (1 of a sweep whose cells failed, 130 of Ctrl-C); no nan or inf in
tables, JSON, page and screen; what was asked for whole, or everything as it was before; a message that names file, line
and key, or says why there is none.
"""

from __future__ import annotations

import json
import re
import stat
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from sim.results.files import read_summary
from tests.builders import Ended
from tests.fuzz.case import REPOSITORY, Case
from tests.fuzz.harness import Left

NO_NUMBER = re.compile(r"(?<![\w.-])-?(nan|inf|infinity)(?![\w-])", re.IGNORECASE)

PLACED = re.compile(r"^\S.*?:\d+: \S")
"""File and line, then a key or a reason."""

OPTION = re.compile(r"^--[a-z-]+\b")

KEY = re.compile(r"\b[a-z_]+(\.[a-z_0-9]+)+\b")

KEY_ALONE = re.compile(r"[a-z_.0-9]+: found ")
"""What stands after the file where a key is missing from it, or has its default: no line holds it."""

WITHOUT_LINE = (
    "; name a file",  # of what stands in the place of an output
    "; choose another file",
    "is empty",
    "is required",
    "is not a file",
    "is a folder",
    "is a sweep",
    "is a scenario",
    "cannot be read",
    "cannot write there",
    "too large",
    "not valid JSON",
    "not the manifest of a run",
    "is no name of a file",
    "no readable manifest.json",
    "no readable summary.json",
    "no permission",
    "Permission denied",
    "holds files that are not a run",
    "there is no folder",
    "writing failed",
    "nothing was kept",
    "whole numbers",
    "is given twice",
    "is missing: add it",
    "No space left on device",
    "extends itself",
    "is there already",
    "name a file that ends in",
    "文件名须以",
    "已存在",
    "is this the folder of a sweep",
)
"""Why a message names a file but no line in it: what is wrong is the file as a whole."""

LAST = re.compile(r"^\w+Error: .*", re.MULTILINE)
"""What a traceback ends with."""

USAGE = re.compile(r"Usage: (python -m )?sim")
"""Typer's own refusal of an option, which names it."""

FILES_OF_A_RUN = {"manifest.json", "summary.json", "statements.csv", "report.html"}


@dataclass(frozen=True)
class Finding:
    """A rule that a case breaks."""

    rule: str
    detail: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.detail}"


class Words(HTMLParser):
    """The texts of a page and the attributes of its pictures, without scripts and styles."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.silent = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent = tag in ("script", "style")
        self.texts += [value for name, value in attrs if value and name in ("d", "x", "y", "transform", "points")]

    def handle_endtag(self, _tag: str) -> None:
        self.silent = False

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.texts.append(data)


def findings(case: Case, left: Left, folder: Path) -> list[Finding]:
    """Return every rule that a case breaks."""
    found = [Finding("traceback", error) for error in left.errors]
    for words, ended in left.ended:
        if "Traceback (most recent call last)" in ended.err:
            last = (LAST.findall(ended.err) or [""])[-1]
            found.append(Finding("traceback", f"{last}\n{ended.err[-1500:]}"))
        elif not left.errors:
            found += of_the_status(words, ended)
        if case.around.encoding == "utf-8" and NO_NUMBER.search(ended.out) and words[0] != "schema":
            found.append(Finding("no number on the screen", line_of(ended.out)))
    found += [Finding("warning", warning) for warning in sorted(set(left.warned))]
    return found + of_the_files(case, left, folder)


def of_the_status(words: tuple[str, ...], ended: Ended) -> list[Finding]:
    """Judge the status, and the message where there is one."""
    if ended.status not in ((0, 1, 2, 130) if words[0] == "sweep" else (0, 2, 130)):
        return [Finding("status", f"{ended.status}: {ended.err[-500:]}")]
    if ended.status == 2:
        return of_the_message(ended.err)
    return [Finding("noise", ended.err[-500:])] if "Warning" in ended.err else []


def of_the_message(told: str) -> list[Finding]:
    """Judge whether each line of a refusal says where, or why it cannot say."""
    if USAGE.search(told):
        return [] if "Invalid value" in told or "option" in told or "argument" in told else [Finding("message", told)]
    start = told.find("error: ")
    if start < 0:
        return [Finding("message", f"status 2 without a word: {told[-500:]!r}")]
    if len(told) > 40_000:
        return [Finding("message", f"{len(told)} characters")]
    lines = told[start + len("error: ") :].rstrip("\n").split("\n")
    return [Finding("message", f"says no place and no reason: {line[:300]}") for line in lines if not says_where(line)]


def says_where(line: str) -> bool:
    """Tell whether a line of a refusal names file and line or an option, or a reason for naming neither."""
    if PLACED.match(line) or OPTION.match(line) or re.fullmatch(r"and [\d,]+ more", line):
        return True
    named = re.split(": |：", line, maxsplit=1)
    if line.startswith("there is no key"):
        return True
    return len(named) == 2 and (any(reason in line for reason in WITHOUT_LINE) or bool(KEY_ALONE.match(named[1])))


def names_its_key(case: Case, left: Left) -> list[Finding]:
    """Judge whether a refusal of one mutated key names it, or another that it does not go with."""
    told = f"\n{left.ended[-1][1].err}".partition("\nerror: ")[2]
    if case.key is None or left.status != 2 or USAGE.search(told):
        return []
    named = [line for line in told.splitlines() if f" {case.key}: found" in line]
    if astray := [line for line in named if not PLACED.match(line) and not OPTION.match(line)]:
        return [Finding("message", f"names no line of {case.key}: {astray[0][:300]}")]
    if case.key in told:
        return []
    syntax = "not valid YAML" in told or "nested too deeply" in told or "another document" in told
    anywhere = any(KEY.search(line.split(": ", maxsplit=1)[-1]) for line in told.splitlines())
    whole = any(reason in told for reason in WITHOUT_LINE)
    return [] if syntax or anywhere or whole else [Finding("message", f"does not name {case.key}: {told[:300]}")]


def of_the_files(case: Case, left: Left, folder: Path) -> list[Finding]:
    """Judge what lies in the folder: whole or as before, of the kind it was, and with numbers only."""
    hidden = [name for name in left.after if Path(name).name.startswith(".") and name not in left.before]
    found = [Finding("left behind", name) for name in hidden]
    found += [
        Finding("replaced", f"{name} was of kind {stat.filemode(kind)[0]}")
        for name, (kind, _) in left.before.items()
        if not stat.S_ISREG(kind) and left.after.get(name, (0, ""))[0] != kind
    ]
    # Where the answer cannot be shown, the run is there all the same: it was saved before.
    kept = case.around.standard_output == "full" and case.out is not None and case.out.is_dir()
    if (left.status == 2 and not kept) or left.errors:
        changed = {name for name in left.before | left.after if left.before.get(name) != left.after.get(name)}
        found += [Finding("half-written", f"{name}, though the command failed") for name in sorted(changed - {*hidden})]
    elif case.out is not None and (left.status == 0 or kept):
        found += of_what_was_written(case.out)
    return found + names_its_key(case, left)


def of_what_was_written(out: Path) -> list[Finding]:
    """Judge a run's folder or a file that a command says it wrote."""
    if out.is_dir():
        missing = FILES_OF_A_RUN - {file.name for file in out.iterdir()}
        if missing:
            return [Finding("half-written", f"without {', '.join(sorted(missing))}")]
        read_summary(out)
        return [finding for file in sorted(out.iterdir()) for finding in of_a_text(file)]
    if out.is_file():
        return of_a_text(out) if out.stat().st_size else [Finding("half-written", f"{out.name} is empty")]
    return [] if out.exists() else [Finding("half-written", f"status 0 and no {out.name}")]


def of_a_text(file: Path) -> list[Finding]:
    """Judge whether a text holds numbers where numbers belong."""
    if file.suffix == ".parquet":
        return []
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".html":
        text = "\n".join(Words(text).texts)
    elif file.suffix == ".json" and file.name != "manifest.json":
        json.loads(text, parse_constant=lambda name: name)
    elif file.name == "manifest.json":
        return []  # it quotes the scenario
    return [Finding("no number", f"{file.name}: {line_of(text)}")] if NO_NUMBER.search(text) else []


def line_of(text: str) -> str:
    """Return the first line of a text that holds no number where one belongs."""
    found = NO_NUMBER.search(text)
    assert found is not None
    start, end = text.rfind("\n", 0, found.start()) + 1, text.find("\n", found.end())
    return text[start : end if end >= 0 else None][:300]


def shown(finding: Finding, folder: Path) -> Finding:
    """Return a finding without the folder's own name, so that two rounds say the same."""
    detail = finding.detail.replace(str(folder), ".").replace(str(REPOSITORY), "")
    return Finding(finding.rule, detail)
