"""One word for one thing in Chinese: what docs/glossary.zh.md says is not written stands nowhere that people read."""

import re
from pathlib import Path

import pytest

GLOSSARY = Path("docs/glossary.zh.md")
HEADING = "## 一个概念，一个词"
KEY = re.compile(r'^"(?:[^"\\]|\\.)*" = ')
"""The English that a Chinese text stands for; the article's own words may be quoted there."""

BEFORE, LIST = GLOSSARY.read_text(encoding="utf-8").split(HEADING)
RULES = re.findall(r"^\* ([^，（]+).*?——不写：(.+)$", LIST, re.MULTILINE)
ABANDONED = {word: instead for instead, words in RULES for word in words.split("、")}
FILES = [*sorted(Path("sim").rglob("*.toml")), *sorted(Path("sim/show").rglob("*.j*")), Path("README.zh.md")]
TEXTS = {str(file): file.read_text(encoding="utf-8") for file in FILES} | {str(GLOSSARY): BEFORE}
PYTHON = {str(file): file.read_text(encoding="utf-8") for file in Path("sim").rglob("*.py")}


def read_by_people(text):
    return "\n".join(KEY.sub("", line) for line in text.splitlines())


def test_the_list_is_found_and_each_word_has_one_entry():
    assert len(RULES) == LIST.count("\n* ") > 15
    assert len({word for word, _ in RULES}) == len(RULES)
    assert not set(ABANDONED) & {word for word, _ in RULES}
    assert len(TEXTS) > 5


@pytest.mark.parametrize("word", ABANDONED)
def test_a_word_that_was_given_up_stands_nowhere(word):
    found = {name: text for name, text in (TEXTS | PYTHON).items() if word in read_by_people(text)}
    assert list(found) == [], f"write {ABANDONED[word]}"


@pytest.mark.parametrize("word", [word for word, _ in RULES])
def test_the_one_word_is_used(word):
    assert word in TEXTS["sim/text/labels/zh.toml"]
