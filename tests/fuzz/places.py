"""Mutations of where results go: devices, links, FIFOs, full disks, missing rights, screens of other code pages."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable
from pathlib import Path
from random import Random

from tests.fuzz.case import HEAD, Case, Surroundings, written

CODE_PAGES = ("utf-8", "gbk", "cp1252", "cp437", "latin-1", "shift_jis", "big5", "ascii")


def device(target: Path) -> None:
    """Make a device like /dev/null, where this user may; else a link to a copy of nothing."""
    try:
        os.mknod(target, 0o666 | 0o020000, os.makedev(1, 3))
    except PermissionError:
        target.symlink_to(target.parent / "elsewhere")


def bound_socket(target: Path) -> None:
    """Leave a socket behind, by a short name: its path may have 107 characters only."""
    here = Path.cwd()
    os.chdir(target.parent)
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(target.name)
    finally:
        os.chdir(here)


def something_else(target: Path) -> None:
    target.mkdir()
    (target / "diary.txt").write_text("mine", encoding="utf-8")


def linked_file(target: Path) -> None:
    (target.parent / "elsewhere").write_text("before", encoding="utf-8")
    target.symlink_to(target.parent / "elsewhere")


def linked_folder(target: Path) -> None:
    (target.parent / "elsewhere").mkdir()
    target.symlink_to(target.parent / "elsewhere")


def loop(target: Path) -> None:
    (target.parent / "round").symlink_to(target)
    target.symlink_to(target.parent / "round")


TARGETS: dict[str, Callable[[Path], object]] = {
    "nothing": lambda target: None,
    "a file": lambda target: target.write_text("before", encoding="utf-8"),
    "an empty folder": lambda target: target.mkdir(),
    "a folder of something else": something_else,
    "a device": device,
    "a FIFO": os.mkfifo,
    "a socket": bound_socket,
    "a link to a file": linked_file,
    "a link to a folder": linked_folder,
    "a link to nothing": lambda target: target.symlink_to(target.parent / "elsewhere"),
    "a loop of links": loop,
    "a file as its folder": lambda target: None,
    "a folder that is missing": lambda target: None,
}


def writing(draw: Random, folder: Path, out: Path) -> tuple[str, ...]:
    """Return a command that writes to ``out``: a folder of a run, or one file."""
    file = str(written(folder, HEAD))
    sized = ("--worlds", "16", "--jobs", "1")
    commands = (
        ("run", file, *sized, "--keep", "summary", "--out", str(out)),
        ("run", file, *sized, "--keep", "summary", "--quiet", "--force", "--out", str(out)),
        ("path", file, "3", "--strategy", "independent", "--out", str(out)),
        ("compare", file, *sized, "--set", "strategies={a: [store], b: [alibaba]}", "--out", str(out)),
        ("init", str(out), "--yes", "--force"),
        ("init", str(out), "--yes", "--language", "zh"),
    )
    return draw.choice(commands)


def output_target(draw: Random, folder: Path) -> Case:
    """Write to what is no plain file or folder."""
    what = draw.choice(sorted(TARGETS))
    out = folder / "out.yaml"
    if what == "a file as its folder":
        out.write_text("before", encoding="utf-8")
        out = out / "run"
    elif what == "a folder that is missing":
        out = folder / "none" / "run"
    else:
        TARGETS[what](out)
    words = writing(draw, folder, out)
    shown = " ".join(words).replace(str(folder), ".")
    return Case(f"out is {what}: {shown}", [words], None, out, out if what == "a FIFO" else None)


def full_disk(draw: Random, folder: Path) -> Case:
    """Let no file grow beyond so many bytes, or let one call of the system find the disk full; half of the time over
    what a former command wrote."""
    out = folder / "out.yaml"
    words = writing(draw, folder, out)
    around = Surroundings()
    if draw.random() < 0.5:
        around.largest_file = draw.choice((0, 1, 100, 4096, 20_000, 200_000, draw.randrange(60_000)))
        what = f"files of {around.largest_file} bytes at most"
    else:
        around.fails = draw.choice(("fsync", "rename", "replace", "mkdir")), draw.randrange(4)
        what = f"call {around.fails[1]} of os.{around.fails[0]} finds the disk full"
    if draw.random() < 0.3 and words[0] in ("path", "compare", "init"):
        out.write_text("before", encoding="utf-8")
    shown = " ".join(words).replace(str(folder), ".")
    return Case(f"{what}: {shown}", [words], None, out, around=around)


def no_rights(draw: Random, folder: Path) -> Case:
    """Write where one may not."""
    kept = folder / "kept"
    kept.mkdir()
    out = kept / "out.yaml"
    if draw.random() < 0.5:
        out.write_text("before", encoding="utf-8")
        out.chmod(0o000)
    words = writing(draw, folder, out)
    around = Surroundings(apart=True, bound_by_rights=True)
    kept.chmod(draw.choice((0o555, 0o000, 0o444)))
    return Case(f"no rights: {' '.join(words).replace(str(folder), '.')}", [words], None, out, around=around)


def showing(draw: Random, file: str, folder: Path) -> tuple[str, ...]:
    """Return a command that prints."""
    sized = ("--worlds", "16", "--jobs", "1")
    commands = (
        ("run", file, *sized, "--keep", "summary", "--out", str(folder / "out"), "--language", "zh"),
        ("run", file, *sized, "--keep", "summary", "--out", str(folder / "out")),
        ("run", file, *sized, "--keep", "summary", "--json", "--out", str(folder / "out")),
        ("compare", file, *sized, "--set", "strategies={a: [store], b: [alibaba]}", "--language", "zh"),
        ("validate", file),
        ("explain", "store.meta.cpm"),
        ("explain", "*.fee_rate"),
        ("explain", "退货率"),
        ("schema",),
        ("facts", str(Path(file).parent / "configs" / "article.yaml"), "--worlds", "16", "--jobs", "1"),
        ("path", file, "1", "--strategy", "independent"),
        ("--help",),
    )
    return draw.choice(commands)


def screen(draw: Random, folder: Path) -> Case:
    """Print to a screen of another code page, on which a title of many alphabets may not stand."""
    shutil.copytree(Path("configs"), folder / "configs")
    file = str(written(folder, HEAD + "title: 我的店 − café £5 ショップ ✓\n"))
    words = showing(draw, file, folder)
    code_page = draw.choice(CODE_PAGES)
    out = folder / "out" if words[0] == "run" else None
    shown = " ".join(words).replace(str(folder), ".")
    return Case(f"on {code_page}: {shown}", [words], None, out, around=Surroundings(encoding=code_page))


def screen_of_a_process(draw: Random, folder: Path) -> Case:
    """The same in a process of its own, whose screen is closed, full, or not read to its end."""
    case = screen(draw, folder)
    case.around.apart = True
    case.around.standard_output = draw.choice(("pipe", "pipe", "closed", "full", "unread"))
    case.description = f"standard output {case.around.standard_output}, {case.description}"
    return case
