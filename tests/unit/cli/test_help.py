"""The help of every command in Chinese: whole, nothing cut off, and none of it left behind for the next command."""

import os
import re
import subprocess
import sys

import pytest
from typer import rich_utils
from typer.main import get_command

from sim.cli.app import app
from sim.cli.help import AROUND, IN_USAGE, TEXT_MAKERS, chinese_of
from sim.text.labels import helps
from tests.builders import command

SHOWN_BY_TYPER = "Show this message and exit."
THREE_WORDS = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,} [A-Za-z]{2,}")


def declared():
    """Yield every help of the command tree, each with where it stands."""
    tree = get_command(app)
    yield "sim", tree.help
    for name, each in {"sim": tree, **tree.commands}.items():
        yield name, each.help
        yield from ((f"{name}.{part.name}", part.help) for part in each.params)


HELPS = dict(declared())
NAMES = sorted(get_command(app).commands)


def shown(*words, **environment):
    """Return what the program prints in another process, whose locale may be another."""
    return subprocess.run(
        [sys.executable, "-m", "sim", *words],
        capture_output=True,
        encoding="utf-8",
        check=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment},
    ).stdout


@pytest.mark.parametrize("where", HELPS)
def test_a_help_is_declared_and_has_its_chinese(where):
    english = HELPS[where]
    assert english, where
    assert any("\u4e00" <= sign <= "\u9fff" or sign in "、，。" for sign in chinese_of(english)), english


def test_no_chinese_stands_for_a_help_that_is_gone():
    there = {" ".join(text.split()) for text in HELPS.values()}
    assert [english for english in helps() if english not in there | {SHOWN_BY_TYPER, *around_a_help()}] == []


def test_typer_has_what_is_laid_over():
    assert [name for name in AROUND if not hasattr(rich_utils, name)] == []
    assert any(hasattr(rich_utils, name) for name in TEXT_MAKERS)
    assert [english for english in around_a_help() if english not in helps()] == []


def around_a_help():
    return (*IN_USAGE, *(getattr(rich_utils, name) for name in AROUND))


@pytest.mark.parametrize("name", ["", *NAMES])
def test_a_help_in_chinese_has_no_english_sentence_and_is_whole(name, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "80")
    out = command(monkeypatch, capsys, *name.split(), "--help", "--language", "zh").out
    assert "用法：" in out
    assert "选项" in out
    assert "…" not in out.replace("readings …", "")
    assert THREE_WORDS.findall(out) == []
    monkeypatch.setenv("COLUMNS", "300")
    wide = command(monkeypatch, capsys, *name.split(), "--help", "--language", "zh").out
    for english in (text for where, text in HELPS.items() if where.split(".")[0] == (name or "sim")):
        assert chinese_of(english).split("\n")[0] in wide, english


@pytest.mark.parametrize("words", [("--help",), ("run", "--help"), ()])
def test_the_system_s_language_decides(words, monkeypatch, capsys):
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert "用法：" in command(monkeypatch, capsys, *words).out
    assert "Usage:" in command(monkeypatch, capsys, *words, "--language", "en", "--help").out
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    english = command(monkeypatch, capsys, *words).out
    assert "Usage:" in english
    assert not re.search("[\u4e00-\u9fff]", english)


def test_the_program_helps_in_chinese_where_the_system_speaks_it():
    out = shown("run", "--help", LC_ALL="zh_CN.UTF-8")
    assert "模拟一个方案" in out
    assert THREE_WORDS.findall(out) == []


def test_a_default_in_brackets_is_not_taken_for_a_style(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "200")
    out = command(monkeypatch, capsys, "need", "--help").out
    for where, text in HELPS.items():
        if where.startswith("need."):
            assert text in out, where


def test_what_is_wrong_with_words_before_a_command_is_told_in_chinese(monkeypatch, capsys):
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    ended = command(monkeypatch, capsys, "--bogus")
    assert (ended.status, ended.err) == (2, "错误：没有选项 --bogus\n")


def test_a_language_before_the_command_is_the_command_s(monkeypatch, capsys):
    assert "退货率与毛利率" in command(monkeypatch, capsys, "--language", "zh", "configs").out
    assert "退货率与毛利率" not in command(monkeypatch, capsys, "--language", "zh", "configs", "--language", "en").out
