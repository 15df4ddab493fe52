"""`sim configs` lists what comes with the package and copies it, and replaces nothing unasked; `--version`."""

import subprocess
import sys
from importlib import metadata

import sim
from tests.builders import command


def test_all_are_listed_with_their_titles(monkeypatch, capsys):
    listed = command(monkeypatch, capsys, "configs")
    assert listed.status == 0
    assert "The article's figures" in next(line for line in listed.out.splitlines() if line.startswith("article "))


def test_a_copy_is_printed_or_written(tmp_path, monkeypatch, capsys):
    printed = command(monkeypatch, capsys, "configs", "article")
    assert "\nextends: market\n" in printed.out
    file = tmp_path / "article.yaml"
    assert command(monkeypatch, capsys, "configs", "article", "--out", file).status == 0
    assert file.read_text(encoding="utf-8") == printed.out
    file.write_text("mine", encoding="utf-8")
    refused = command(monkeypatch, capsys, "configs", "dual", "--out", file)
    assert (refused.status, file.read_text(encoding="utf-8")) == (2, "mine")
    assert "is there already" in refused.err
    assert command(monkeypatch, capsys, "configs", "dual", "--out", file, "--force").status == 0
    assert file.read_text(encoding="utf-8") != "mine"


def test_a_name_that_there_is_not(monkeypatch, capsys):
    refused = command(monkeypatch, capsys, "configs", "markt")
    assert refused.status == 2
    assert "did you mean 'market'" in refused.err
    assert command(monkeypatch, capsys, "configs", "--out", "x.yaml").status == 2


def test_the_version_is_told_without_anything_heavy(monkeypatch, capsys):
    assert command(monkeypatch, capsys, "--version").out == f"sim {metadata.version('seller-sim')}\n"
    code = "import sim, sys; assert sim.__version__; print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
    assert sim.__version__ == metadata.version("seller-sim")
