"""Standard output and error that no reader can break: `prepare_streams` is called before a command begins.

A sign that the stream's code page lacks is written as the nearest that it has (− as -, … as ..., others as ?). A reader
that has left, as `head` does, is no fault: the rest goes nowhere, and the command ends as it would have ended. Warnings
of arithmetic, which extreme inputs cause by the dozen, become one sentence.
"""

from __future__ import annotations

import codecs
import io
import os
import sys
import unicodedata
import warnings
from pathlib import Path
from typing import Any

NEAREST = "sim.nearest"
"""Name of the error handler."""

SIGNS = {
    **dict.fromkeys("−–—‐‑‒―─━═", "-"),
    **dict.fromkeys("│┃║", "|"),
    **dict.fromkeys("┌┐└┘├┤┬┴┼╭╮╯╰╒╕╘╛╞╡", "+"),
    **dict.fromkeys("█▇▆▅▄▃▂▁▉▊▋▌▍▎▏▐░▒▓■▪", "#"),
    **dict.fromkeys("‘’‚′", "'"),
    **dict.fromkeys("“”„″", '"'),
    **dict.fromkeys("·•∙・", "*"),
    **dict.fromkeys("\u00ad\u200b\u2060\ufeff", ""),
    **{"…": "...", "×": "x", "÷": "/", "±": "+-", "≈": "~", "≥": ">=", "≤": "<=", "≠": "!=", "→": "->", "←": "<-"},
    **{"€": "EUR ", "£": "GBP ", "↑": "^", "↓": "v", "°": " deg", "✓": "+", "✗": "x", "√": "sqrt"},
}
"""What is written where a code page lacks a sign; letters lose their accents first."""


def nearest(error: UnicodeError) -> tuple[str, int]:
    """Return what stands for signs that cannot be encoded, and where to go on: an error handler of ``codecs``."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_plain, error.object[error.start : error.end])), error.end


def _plain(sign: str) -> str:
    if sign in SIGNS:
        return SIGNS[sign]
    columns = 2 if unicodedata.east_asian_width(sign) in "WF" else 1  # so that tables keep their columns
    return unicodedata.normalize("NFKD", sign).encode("ascii", "ignore").decode() or "?" * columns


class Output(io.FileIO):
    """A file handle that goes on without its reader once that has left."""

    def write(self, content: Any) -> int:
        """Write bytes; nowhere, where nobody reads them any more."""
        try:
            return super().write(content)
        except OSError as error:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)
            if not isinstance(error, BrokenPipeError):
                raise  # once: a full disk is told of, and not again when Python ends
            return super().write(content)


class Teller:
    """What Python calls with every warning: it tells once of numbers that arithmetic cannot hold, and of others all."""

    def __init__(self) -> None:
        self.told = False
        self.others = warnings.showwarning

    def __call__(self, message: Warning | str, category: type[Warning], *where: Any, **more: Any) -> None:
        """Tell of a warning."""
        if category is UserWarning:  # meant for who reads the answer, not for who reads the code
            print(f"warning: {message}", file=sys.stderr)
        elif not issubclass(category, RuntimeWarning):
            self.others(message, category, *where, **more)
        elif not self.told:
            self.told = True
            print(f"warning: {message}: look for a value that is far too large, or too small", file=sys.stderr)


def prepare_streams() -> None:
    """Make standard output and error streams that take every sign and outlive their readers."""
    codecs.register_error(NEAREST, nearest)
    warnings.showwarning = Teller()
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed by whoever started this
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - until the end
        elif isinstance(stream, io.TextIOWrapper):
            setattr(sys, name, _prepared(stream))


def _prepared(stream: io.TextIOWrapper) -> io.TextIOWrapper:
    stream.flush()
    handle = getattr(stream.buffer, "raw", stream.buffer)
    if type(handle) is not io.FileIO:  # of a test, or of a console that is no file
        stream.reconfigure(errors=NEAREST)
        return stream
    return io.TextIOWrapper(
        io.BufferedWriter(Output(handle.fileno(), "wb", closefd=False)),
        encoding=stream.encoding,
        errors=NEAREST,
        newline=None,
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )
