"""Whatever reads a command's output: a code page that lacks signs, nobody, or a full disk."""

import io
import json
import os
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from sim.cli.streams import NEAREST, SIGNS, prepare_streams
from tests.builders import command, write_sweep

PAGES = ("gbk", "cp1252", "cp437", "big5", "shift_jis", "latin-1", "ascii", "utf-8")
FEW = ("--worlds", "8", "--replicates", "4", "--jobs", "1", "--set", "horizon_days=60")
ARTICLE = "configs/article.yaml"
COMMANDS = {
    "run": ("run", ARTICLE, *FEW, "--out", "RUN"),
    "run in Chinese": ("run", ARTICLE, *FEW, "--out", "RUN", "--language", "zh"),
    "run as JSON": ("run", ARTICLE, *FEW, "--out", "RUN", "--json"),
    "compare": ("compare", ARTICLE, *FEW),
    "facts": ("facts", ARTICLE, "--worlds", "64", "--jobs", "1"),
    "explain": ("explain", "readings"),
    "schema": ("schema",),
    "learn": ("learn", ARTICLE, *FEW, "--worlds", "256"),
    "cash": ("cash", ARTICLE, *FEW, "--strategy", "alibaba", "--ruin", "0.5", "--language", "zh"),
    "path": ("path", ARTICLE, "0", "--strategy", "dual", "--set", "horizon_days=30"),
    "validate": ("validate", ARTICLE),
    "help": ("run", "--help"),
    "refused": ("validate", "没有.yaml"),
    "sweep": ("sweep", "SWEEP", "--jobs", "1", "--out", "STORE", "--language", "zh"),
    "status": ("status", "STORE", "--language", "zh"),
    "query": ("query", "STORE", "SELECT '−…' AS \"利润\", * FROM cells"),
}
NEEDED = {"query": "duckdb"}
COSTLY = {"facts", "cash", "learn"}
"""They take seconds a page, and their tables are the others': shown on the poorest pages and the richest."""
posix = pytest.mark.skipif(sys.platform == "win32", reason="a shell of POSIX")


@pytest.fixture(autouse=True)
def ours(monkeypatch):
    monkeypatch.setattr(sys, "stdout", sys.stdout)
    monkeypatch.setattr(sys, "stderr", sys.stderr)


@pytest.fixture
def stream(monkeypatch):
    """Return a maker of standard outputs with a code page, and of what arrived there."""

    def make(page):
        arrived = io.BytesIO()
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(arrived, encoding=page, newline="\n"))
        prepare_streams()
        return arrived

    return make


@pytest.mark.parametrize(
    ("page", "text", "shown"),
    [
        ("gbk", "利润 −5…", "利润 -5…"),
        ("ascii", "−5 … ±1.2 – café ≥ 3 ½", "-5 ... +-1.2 - cafe >= 3 12"),
        ("cp1252", "−5 ± … 利", "-5 ± … ??"),
        ("latin-1", "1 − 2 × 3", "1 - 2 × 3"),
        ("utf-8", "−5 利润 \udce9", "−5 利润 ?"),
    ],
)
def test_a_sign_that_a_code_page_lacks_is_written_as_the_nearest(stream, page, text, shown):
    arrived = stream(page)
    print(text, flush=True)
    assert arrived.getvalue().decode(page) == f"{shown}\n"


def test_what_stands_for_a_sign_is_held_by_every_code_page():
    assert all(shown.isascii() for shown in SIGNS.values())
    assert {len(sign) for sign in SIGNS} == {1}


@pytest.mark.parametrize("page", PAGES)
def test_json_loses_no_sign(stream, page):
    from sim.cli.output import print_json

    arrived = stream(page)
    print_json({"name": "−…利润"})
    sys.stdout.flush()
    assert json.loads(arrived.getvalue().decode(page)) == {"name": "−…利润"}


def test_a_run_is_saved_whatever_the_screen_does(tmp_path, monkeypatch, capsys):
    from sim.results import screen

    def broken(*_):
        raise UnicodeError("no such sign")

    monkeypatch.setattr(screen, "screen", broken)
    with pytest.raises(UnicodeError, match="no such sign"):
        command(monkeypatch, capsys, "run", ARTICLE, *FEW, "--out", tmp_path / "run")
    assert (tmp_path / "run" / "report.html").is_file()


EVERY_PAGE = """
import io, sys
from pathlib import Path
from sim.cli.app import main
for page in {pages}:
    place = Path({folder!r}) / page
    opened = [io.TextIOWrapper(open(f"{{place}}.{{n}}", "wb"), encoding=page) for n in (1, 2)]
    sys.stdout, sys.stderr = opened
    try:
        main()
    except SystemExit as end:
        Path(f"{{place}}.status").write_text(str(end.code or 0))
    sys.stdout.flush()
    sys.stderr.flush()
    sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
"""
"""One process for a command on all pages: most of its seconds are the imports."""


def on_pages(pages, words, folder):
    """Yield each page, with the status and what a command wrote on it."""
    program = EVERY_PAGE.format(pages=pages, folder=str(folder))
    done = subprocess.run([sys.executable, "-c", program, *words], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    for page in pages:
        status = int((folder / f"{page}.status").read_text())
        yield page, status, *((folder / f"{page}.{n}").read_bytes() for n in (1, 2))


def called(words, page="utf-8", end="", **more):
    program = f"{sys.executable} -c 'from sim.cli.app import main; main()'"
    line = f"{program} {' '.join(words)} {end}"
    environment = os.environ | {"PYTHONIOENCODING": page}
    return subprocess.run(["bash", "-c", line], capture_output=True, check=False, env=environment, **more)


@posix
@pytest.mark.parametrize("words", [("validate", ARTICLE), ("schema",), ("explain", "store"), ("--help",)])
@pytest.mark.parametrize(("end", "status"), [("| true; exit ${PIPESTATUS[0]}", 0), ("> /dev/full", 2)])
def test_short_commands_that_nobody_reads(words, end, status):
    done = called(words, end=end)
    assert done.returncode == status
    told = [line for line in done.stderr.decode().splitlines() if "without effect" not in line]
    assert told == ([] if status == 0 else ["error: this machine: No space left on device"])


@posix
def test_a_question_takes_the_signs_that_its_stream_has(tmp_path):
    scenario = tmp_path / "s.yaml"
    scenario.write_text("name: s\nextends: market\nstore: {meta: {ctr: 0.9}}\n", encoding="utf-8")
    small = ["--worlds", "16", "--jobs", "1", "--set", "horizon_days=30", "--keep", "summary"]
    done = called(["run", str(scenario), *small, "--language", "zh", "--out", str(tmp_path / "run")], page="ascii")
    assert done.returncode == 0
    told = done.stderr.decode("ascii")  # every byte is one of the page's
    assert "store.meta.ctr:0.9" in told


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    places = {"RUN": folder / "run", "STORE": folder / "sweep", "SWEEP": write_sweep(folder)}
    done = called([str(places.get(word, word)) for word in COMMANDS["sweep"]])
    assert done.returncode == 0, done.stderr
    return places


@posix
@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_on_every_code_page(name, places, tmp_path):
    pytest.importorskip(NEEDED.get(name, "sim"))
    plain = [str(places.get(word, word)) for word in COMMANDS[name]]
    words = ["'" + word.replace("'", "'\\''") + "'" for word in plain]
    pages = ("gbk", "ascii", "utf-8") if name in COSTLY else PAGES
    expected = 2 if name == "refused" else 0
    for page, status, out, err in on_pages(pages, plain, tmp_path):
        assert status == expected, (page, err)
        assert b"Traceback" not in err
        assert "�" not in out.decode(page)
        if name == "run in Chinese" and page in ("gbk", "utf-8"):
            assert "盈利" in out.decode(page)
        if "JSON" in name or name == "schema":
            json.loads(out.decode(page))
    left = called(words, end="| true; exit ${PIPESTATUS[0]}")
    assert (left.returncode, b"Traceback" in left.stderr) == (expected, False)
    head = called(words, end="2>&1 | head -c 1; exit ${PIPESTATUS[0]}")
    assert (head.returncode, len(head.stdout)) == (expected, 1)


@posix
@pytest.mark.slow
def test_a_run_on_a_poor_code_page_is_saved(tmp_path):
    done = called(["run", ARTICLE, *FEW, "--out", str(tmp_path / "run")], "gbk")
    assert done.returncode == 0
    assert Path(tmp_path / "run" / "report.html").is_file()


def test_the_handler_is_known_by_its_name():
    prepare_streams()
    assert "−".encode("ascii", NEAREST) == b"-"


def test_warnings_of_arithmetic_are_one_sentence(stream, capsys):
    stream("utf-8")
    with warnings.catch_warnings():
        prepare_streams()
        warnings.simplefilter("always")
        for what in ("overflow encountered in multiply", "invalid value encountered in add"):
            warnings.warn(what, RuntimeWarning, stacklevel=1)
    told = capsys.readouterr().err
    assert told == "warning: overflow encountered in multiply: look for a value that is far too large, or too small\n"


def test_too_little_memory_is_one_message(tmp_path, monkeypatch, capsys):
    def starved(*_, **__):
        raise MemoryError("Unable to allocate 9 TiB")

    monkeypatch.setattr("sim.results.run.run", starved)
    ended = command(monkeypatch, capsys, "run", ARTICLE, *FEW, "--out", tmp_path / "run")
    assert ended.status == 2
    assert ended.err == (
        "error: this machine has too little memory (Unable to allocate 9 TiB); "
        "try fewer --worlds, fewer --jobs, or --keep summary\n"
    )
    assert not (tmp_path / "run").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are bytes")
def test_names_that_are_not_utf_8(tmp_path, monkeypatch, capsys):
    name = os.fsdecode(b"caf\xe9")
    scenario = tmp_path / f"{name}.yaml"
    scenario.write_text("name: a\nstrategies: {a: [alibaba], b: [aliexpress]}\n", encoding="utf-8")
    assert called(["validate", f"'{scenario}'"]).stdout.startswith(str(tmp_path).encode())
    refused = command(monkeypatch, capsys, "run", scenario, *FEW, "--out", tmp_path / name)
    assert (refused.status, "is not a name in UTF-8" in refused.err) == (2, True)
    for words in (("report", name), ("status", name), ("init", f"{name}.yaml", "--yes"), ("validate", name)):
        ended = command(monkeypatch, capsys, *words)
        assert (ended.status, "Traceback" in ended.err) == (2, False)
    written = command(monkeypatch, capsys, "compare", scenario, *FEW, "--out", tmp_path / f"{name}.json")
    assert (written.status, (tmp_path / f"{name}.json").is_file()) == (0, True)
