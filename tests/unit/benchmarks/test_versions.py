"""The versions that `benchmarks/targets.py` compares: the right files, whole environments, nothing left behind."""

import importlib
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest


@pytest.fixture
def versions(monkeypatch):
    monkeypatch.syspath_prepend("benchmarks")
    return importlib.import_module("measuring.versions")


@pytest.fixture
def repository(versions, monkeypatch, tmp_path):
    """A project with one commit, a change that is not committed, a new file and one that git ignores."""
    folder = tmp_path / "project"
    (folder / "sim").mkdir(parents=True)
    (folder / "pyproject.toml").write_text('[project]\nname = "p"\noptional-dependencies = {bench = []}\n')
    (folder / "constraints.txt").write_text("")
    (folder / ".gitignore").write_text("*.log\n")
    (folder / "sim" / "day.py").write_text("old")
    (folder / "sim" / "gone.py").write_text("old")
    for command in (("init", "-q"), ("add", "."), ("-c", "user.name=n", "-c", "user.email=e", "commit", "-qm", "one")):
        subprocess.run(["git", "-C", folder, *command], check=True)
    (folder / "sim" / "day.py").write_text("new")
    (folder / "sim" / "gone.py").unlink()
    (folder / "sim" / "more.py").write_text("new")
    (folder / "run.log").write_text("")
    monkeypatch.setattr(versions, "REPOSITORY", folder)
    return folder


def files(folder):
    return {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}


COMMITTED = {"pyproject.toml", "constraints.txt", ".gitignore", "sim/day.py", "sim/gone.py"}


@pytest.mark.usefixtures("repository")
def test_a_commit_and_the_working_tree_lie_side_by_side(versions, tmp_path):
    before = versions.former("HEAD", tmp_path / "before", tmp_path)
    after = versions.present(tmp_path / "after", tmp_path)
    assert files(before.folder) == COMMITTED
    assert (before.folder / "sim" / "day.py").read_text() == "old"
    assert files(after.folder) == COMMITTED - {"sim/gone.py"} | {"sim/more.py"}
    assert (after.folder / "sim" / "day.py").read_text() == "new"
    assert after.name.endswith("-dirty")
    assert before.digest() != after.digest()


@pytest.mark.usefixtures("repository")
def test_a_commit_that_is_not_there_ends_the_program_in_words(versions, tmp_path):
    with pytest.raises(SystemExit, match=r"git rev-parse: .*Needed a single revision"):
        versions.former("nowhere", tmp_path / "before", tmp_path)


def installing(version, monkeypatch, versions):
    """Return the list of what is installed, in place of pip."""
    done = []

    def install(_self, environment, extras):
        assert not environment.exists(), "what was half made is thrown away"
        environment.mkdir(parents=True)
        done.append(extras)

    monkeypatch.setattr(versions.Version, "_install", install)
    return done


@pytest.mark.usefixtures("repository")
def test_an_environment_is_made_once_and_anew_if_it_was_not_finished(versions, monkeypatch, tmp_path):
    version = versions.present(tmp_path / "after", tmp_path / "environments")
    done = installing(version, monkeypatch, versions)
    assert version.python() == version.python()
    assert done == [()]
    assert version.python("bench") != version.python()
    assert done == [(), ("bench",)]
    (version.python().parents[1] / versions.COMPLETE).unlink()
    version.python()
    assert done == [(), ("bench",), ()]
    (version.folder / "sim" / "day.py").write_text("newer")
    version.python()
    assert len(done) == 4, "what is measured is what was installed"
    with pytest.raises(versions.NotMeasured, match="this version has no extra `fast`"):
        version.python("bench", "fast")


@pytest.mark.usefixtures("repository")
def test_an_installation_that_fails_is_said(versions, tmp_path):
    version = versions.present(tmp_path / "after", tmp_path)
    with pytest.raises(versions.NotMeasured, match="no environment could be made: boom"):
        versions.run([sys.executable, "-c", "raise SystemExit('boom')"], version.folder)


@pytest.mark.usefixtures("repository")
@pytest.mark.parametrize(
    ("stop", "end"),
    [
        (lambda: None, None),
        (lambda: os.kill(os.getpid(), signal.SIGINT), KeyboardInterrupt),
        (lambda: os.kill(os.getpid(), signal.SIGTERM), SystemExit),
        (lambda: 1 / 0, ZeroDivisionError),
    ],
)
def test_checkouts_are_removed_however_it_ends(versions, monkeypatch, tmp_path, capsys, stop, end):
    targets = importlib.import_module("targets")
    seen = []

    def measure(_rows, before, after, _rounds):
        seen.extend([before.folder, after.folder])
        assert all((version.folder / "sim" / "day.py").exists() for version in (before, after))
        stop()
        return []

    installing(None, monkeypatch, versions)
    monkeypatch.setattr(targets, "measure", measure)
    monkeypatch.setattr(sys, "argv", ["targets.py", "--before", "HEAD", "--only", "small"])
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    formerly = signal.getsignal(signal.SIGTERM)
    try:
        if end is None:
            targets.main()
        else:
            with pytest.raises(end):
                targets.main()
    finally:
        signal.signal(signal.SIGTERM, formerly)
    assert len(seen) == 2
    assert [file.name for file in tmp_path.iterdir()] == ["project"]
    assert "| versions | before, " in capsys.readouterr().out


RACER = """
import json, pathlib, sys
pathlib.Path(sys.argv[sys.argv.index("--json") + 1]).write_text(json.dumps(
    {"toolkit": [2.0, 3.0, 4.0], "plain_numpy": [4.0, 5.0, 5.0], "with_numba": [8.0, 8.0, 8.0]}))
print("| its own table |")
"""


@pytest.mark.parametrize("extra", ["", "fast"])
def test_the_race_is_shown_as_it_is_and_judged_round_by_round(versions, tmp_path, extra):
    race = importlib.import_module("measuring.race")
    version = SimpleNamespace(name="after", folder=tmp_path, python=lambda *_extras: Path(sys.executable))
    (tmp_path / "benchmarks" / "peers").mkdir(parents=True)
    program = tmp_path / "benchmarks" / "peers" / "run.py"
    program.write_text(RACER)
    lines, printed = race.race(version, extra, quick=True)
    assert printed == "| its own table |\n"
    assert [line.after.values for line in lines] == [(0.5, 0.6, 0.8), (0.25, 0.375, 0.5), ()]
    if extra:
        assert [line.verdict for line in lines[:2]] == ["**not reached**"] * 2
    else:
        assert [line.verdict for line in lines[:2]] == ["reached", ""]
    assert lines[0].ratio.values == ()
    assert lines[2].verdict == "not measured here: not installed"
    program.write_text("raise SystemExit('The versions do not simulate the same model')")
    lines, printed = race.race(version, extra, quick=False)
    assert printed == ""
    assert {line.verdict for line in lines} == {"not measured here: The versions do not simulate the same model"}
    assert not any(line.after.values for line in lines)
