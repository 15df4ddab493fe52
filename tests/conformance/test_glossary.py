"""The glossary's words are the ones that the command line, the page and the Python interface use, each in one sense."""

import ast
import inspect
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from typer.main import get_command

import sim
from sim.cli.app import app
from sim.text.glossary import glossary
from sim.text.labels import LANGUAGES, catalogue
from tests.builders import command

FILES = {"en": Path("docs/glossary.md"), "zh": Path("docs/glossary.zh.md")}
HEADS = ("| word ", "| 英文 ")


def rows_of(language):
    """Return the cells of a glossary's table."""
    lines = FILES[language].read_text(encoding="utf-8").splitlines()
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in lines
        if line.startswith("| ") and not line.startswith(HEADS)
    ]


ROWS = rows_of("en")
CHINESE = [[row[0], row[2], row[3], row[4], "–"] for row in rows_of("zh")]
"""In the order of the English columns; what is shown is Chinese."""

WORDS = [row[0] for row in ROWS]
DASH = "–"


def test_some_twenty_words_each_once_in_five_columns():
    assert 20 <= len(WORDS) <= 30
    assert len(set(WORDS)) == len(WORDS)
    assert {len(row) for row in ROWS} == {5}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_of_the_screen_stand_in_the_catalogue_the_docs_and_on_the_terminal(language, monkeypatch, capsys):
    said = glossary(language)
    assert len(said) > 20
    colon = {"en": ": ", "zh": "："}[language]
    listed = re.findall(rf"^- \*\*(.+?)\*\*{colon}(.+)$", FILES[language].read_text(encoding="utf-8"), re.MULTILINE)
    assert dict(listed) == said
    assert len(listed) == len(said)
    screen = command(monkeypatch, capsys, "explain", "words", "--language", language).out
    flat = re.sub(r"\s", "", screen)
    for word, meaning in said.items():
        assert word in screen
        assert re.sub(r"\s", "", meaning)[:20] in flat


def test_the_chinese_glossary_has_the_english_words_with_the_same_commands_and_names():
    english = {row[0]: row[2:4] for row in ROWS}
    assert len(CHINESE) >= 20
    for word, _, on_the_command_line, python, _ in CHINESE:
        assert [on_the_command_line, python] == english[word], word
    chinese = [row[1] for row in rows_of("zh")]
    assert len(set(chinese)) == len(chinese), "one word, one meaning"


@pytest.mark.parametrize("row", ROWS, ids=WORDS)
def test_what_the_command_line_says(row):
    if row[2] == DASH:
        return
    _, command, *options = row[2].strip("`").split()
    known = get_command(app).commands[command]
    offered = {flag for parameter in known.params for flag in parameter.opts}
    assert set(options) <= offered


@pytest.mark.parametrize("row", ROWS, ids=WORDS)
def test_what_python_says(row):
    if row[3] == DASH:
        return
    owner, name, parameter = re.fullmatch(r"`(\w+)\.(\w+)(?:\((\w+)\))?`", row[3]).groups()
    home = sim if owner == "sim" else getattr(sim, owner)
    fields = getattr(home, "__dataclass_fields__", {})
    assert hasattr(home, name) or name in fields
    if parameter:
        assert parameter in inspect.signature(getattr(home, name)).parameters


@pytest.mark.parametrize("row", ROWS, ids=WORDS)
def test_what_people_read(row):
    if row[4] == DASH:
        return
    shown = re.compile(rf"(?<!\w){re.escape(row[4])}(?!\w)")
    assert any(shown.search(text) for text in catalogue("en").values())


@cache
def defined_names():
    """Return how often each class and constant stands at the top of a module of the package."""
    return Counter(_defined_names())


def _defined_names():
    for file in sorted(Path("sim").rglob("*.py")):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                yield node.name
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                yield from (name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name))


def spelled(word):
    """Return a word as it names a class, a constant, and several of them."""
    parts = word.split()
    singular = "".join(part.capitalize() for part in parts), "_".join(part.upper() for part in parts)
    return {*singular, singular[0] + "s", singular[1] + "S"}


@pytest.mark.parametrize("word", WORDS)
def test_a_word_names_one_class_or_constant_at_most(word):
    found = {name: count for name, count in defined_names().items() if name in spelled(word)}
    assert all(count == 1 for count in found.values()), found
    classes = [name for name in found if not name.isupper()]
    constants = [name for name in found if name.isupper()]
    assert len(classes) <= 1, classes
    assert len(constants) <= 1, constants
