"""Output of the commands: the screen of an answer, JSON, pages and files.

Pipes get 110 columns, terminals their own width. A file is whole or absent, and a link to it stays a link; a pipe and a
device are written through, what can be neither is refused before anything is computed.
"""

from __future__ import annotations

import errno
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from rich.console import Console, RenderableType

import sim
from sim.cli.progress import status
from sim.results.atomic_writes import StorageError, clear_leftovers, kind_of, real_path, write_whole
from sim.results.files import read_summary, save
from sim.results.result import CountedResult, Result
from sim.scenario.scenario import Scenario
from sim.text.labels import label

PAGE = "report.html"

SWEEP = "sweep.json"
"""What a sweep's folder has and a run's has not."""

PATIENCE_SECONDS, LOOK_SECONDS = 5.0, 0.05
"""How long somebody may take to begin to read a pipe, and how often that is looked at."""

PIPE_COLUMNS = 110
"""Of a screen that no terminal shows."""

RUN_COLUMNS = 80
"""Of the screen of a run there, which is laid out for so many."""


def console(columns: int = PIPE_COLUMNS, *, stderr: bool = False) -> Console:
    """Return a console on standard output or error; into a pipe it writes so many columns."""
    stream = sys.stderr if stderr else sys.stdout
    return Console(stderr=stderr, width=None if stream.isatty() else columns)


def print_screen(scenario: Scenario, summary: dict[str, Any], language: str, file: str) -> Exception | None:
    """Print a run's one screen, at once also into a pipe.

    What goes wrong with it is returned: the run is worth keeping all the same.
    """
    from sim.results.screen import screen
    from sim.results.shown import shown_summary

    try:
        out = console(RUN_COLUMNS)
        title = label(scenario.title or scenario.name, language)
        out.print(screen(title, shown_summary(summary), language, file))
        sys.stdout.flush()
    except Exception as error:  # raised once the run is saved
        return error
    return None


def print_answer(
    content: dict[str, Any], picture: Callable[[], RenderableType], as_json: bool, out: Path | None, language: str
) -> None:
    """Print a study's answer, as JSON or for people, and write it to a file if one was named."""
    if out is not None:
        write_text(out, json_text(content))
    if as_json:
        print_json(content)
        return
    screen = console()
    screen.print(picture(), highlight=False)
    if out is not None:
        screen.print(f"{label('written', language)} {out}", style="dim", highlight=False)


def print_json(content: dict[str, Any]) -> None:
    """Print JSON and nothing else; where the code page lacks a sign, every sign beyond ASCII is escaped."""
    text = json_text(content)
    try:
        text.encode(sys.stdout.encoding)
    except UnicodeEncodeError:
        text = json_text(content, ensure_ascii=True)
    sys.stdout.write(text)


def json_text(content: dict[str, Any], *, ensure_ascii: bool = False) -> str:
    """Return JSON as commands print and write it; infinities and NaN are refused."""
    return json.dumps(content, indent=1, ensure_ascii=ensure_ascii, allow_nan=False) + "\n"


def save_with_page(
    result: Result | CountedResult,
    directory: Path,
    summary: dict[str, Any],
    language: str,
    silent: bool,
    helpers: int,
    file: str,
) -> None:
    """Write a run's files and its page, all or none. That takes seconds: the answer is on the screen before.

    Parameters
    ----------
    helpers : int
        Processes that draw pictures beside this one.
    file : str
        What the scenario was read from, as it was typed: the page names it in commands, as the screen does.
    """

    def page(folder: Path, manifest: dict[str, Any]) -> None:
        from sim.show.report import write_report

        write_report(folder, result, summary, manifest, language, 1 + helpers)

    with status(silent, label("writing", language)):
        save(result, directory, summary, page, language, file)


def refresh_page(directory: Path, language: str) -> None:
    """Write a run's page again unless it is there in this language."""
    page = directory / PAGE
    if page.is_file():
        with page.open(encoding="utf-8", errors="replace") as file:
            if f'<html lang="{language}' in file.read(200):
                return
    write_page(directory, page, language)


def write_page(directory: Path, target: Path, language: str) -> None:
    """Write the page of a finished run, or of a sweep."""
    from sim.show.report import report_page, sweep_page

    if (directory / SWEEP).is_file():
        write_text(target, sweep_page(directory, language))
        return
    result = sim.read(directory)
    _, manifest = read_summary(directory)
    write_text(target, report_page(result, result.summary(), manifest, language))


def write_text(path: Path, text: str, encoding: str = "utf-8") -> None:
    """Write a text file whole or not at all; into a pipe, a terminal or standard output it is written through."""
    check_target(path)
    content = text.encode(encoding, "replace")  # names of files need not be text
    try:
        if stream := streaming(path):
            with stream as out:
                out.write(content)
        else:
            clear_leftovers(path)
            write_whole(path, content)
    except OSError as error:
        raise StorageError(f"{path}: writing failed ({error.strerror}); nothing was kept") from error


def check_target(path: Path | None) -> None:
    """Refuse, before anything is computed, a file that cannot be written; None, where none was asked for, is fine."""
    if path is None:
        return
    try:
        parent = real_path(path).parent
    except OSError as error:
        raise StorageError(f"{path}: cannot be written ({error.strerror}); choose another file") from error
    if path.exists() and not path.is_file() and not is_stream(path):
        kind = "a folder" if path.is_dir() else kind_of(path)
        raise StorageError(f"{path}: is {kind}; name a file")
    if is_stream(path):
        return
    if not parent.is_dir():
        raise StorageError(f"{path}: there is no folder {parent if path.is_symlink() else path.parent}")
    if not os.access(parent, os.W_OK):
        raise StorageError(f"{path}: no permission to write into {parent}")


def is_stream(path: Path) -> bool:
    """Whether bytes are written into what stands there, rather than in its place."""
    return path.is_fifo() or path.is_char_device() or _standard(path) is not None


def streaming(path: Path) -> AbstractContextManager[BinaryIO] | None:
    """Open a pipe or a device, or take the standard stream it is; None for a file.

    A pipe that nobody reads is refused.
    """
    standard = _standard(path)
    if standard is not None:
        standard.flush()
        return _flushed(standard.buffer)
    if not is_stream(path):
        return None
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            handle = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
        except OSError as error:
            if error.errno != errno.ENXIO:
                raise
            if time.monotonic() > until:
                raise StorageError(f"{path}: nobody reads this pipe; begin to read it first") from error
            time.sleep(LOOK_SECONDS)
            continue
        os.set_blocking(handle, True)
        return os.fdopen(handle, "wb")


@contextmanager
def _flushed(stream: BinaryIO) -> Iterator[BinaryIO]:
    yield stream
    stream.flush()


def _standard(path: Path) -> Any:
    """Return the standard stream that a path is, as ``/dev/stdout``, whatever stands behind it."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # nothing is there; or no file stands behind the stream
            if os.path.samestat(path.stat(), os.fstat(stream.fileno())):
                return stream
    return None
