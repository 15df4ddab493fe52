"""Every message of the package has its Chinese, whole, and no Chinese stands for a message that is not there."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

from sim.text.refusals import filled, in_chinese, refusal_in
from tests.conformance.messages import template, templates

FILE = Path("sim/text/labels/zh_refusals.toml")
TABLES = tomllib.loads(FILE.read_text(encoding="utf-8"))
FROM_BELOW = ("joints", "others")
"""Tables of what holds messages together, and of what other packages say."""

BLANK = re.compile(r"\{(?:\d|[a-z_]*)\}")
AS_THEY_ARE = {
    *("--set {}", "\\bmoney\\b(?! but)", "Value error, ", "{}.orders[1..2] >= 20", "{}.acos[1] between 0.35 and 0.50"),
    *("{} has {} '{}' ({})", " with {}: {}", " with {}", " of {}", "and {} more"),
}
"""Templates without words of their own: patterns, examples, and pieces that join others."""

SENTENCES = sorted(templates())


def with_values(text):
    """Return a template with a mark in each blank, and the marks."""
    marks = [f"⟨{position}⟩" for position, _ in enumerate(BLANK.findall(text))]
    left = iter(marks)
    return BLANK.sub(lambda _: next(left), text), marks


MADE_OF_PIECES = 20
"""Shorter words may be put together of several texts."""


def strings_of(file):
    """Return all texts of a module, a line each, values as blanks."""
    nodes = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    return "\n".join(text for node in nodes if (text := template(node)) is not None)


def is_chinese(text):
    return any("\u4e00" <= sign <= "\u9fff" for sign in text)


def test_hundreds_of_messages_are_found():
    assert len(SENTENCES) > 350


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_message_has_its_chinese_with_all_its_values(sentence):
    english, marks = with_values(sentence)
    chinese = refusal_in(english, "zh")
    assert [mark for mark in marks if mark not in chinese] == []
    if sentence in AS_THEY_ARE:
        return
    assert is_chinese(chinese), chinese
    quoted = re.sub(r"[\"'`“(][^\"'`”)]*[\"'`”)]|sim\.\w+\(.*\)", "", chinese)
    assert re.findall(r"(?<![-\w.])[a-z]{2,} [a-z]{2,} [a-z]{2,}", quoted) == [], chinese


def test_no_chinese_stands_for_a_message_that_is_gone():
    source = "\n".join(strings_of(file) for file in Path("sim").rglob("*.py"))
    gone = []
    for table, words in TABLES.items():
        for english in words if table not in FROM_BELOW else ():
            literals = [piece.strip(" ;,") for piece in re.split(r"\{\}\.?", english)]
            if not all(piece in source for piece in literals if len(piece) > MADE_OF_PIECES):
                gone.append(english)
    assert gone == []


def test_both_have_the_same_blanks():
    for words in TABLES.values():
        for english, chinese in words.items():
            n_blanks = english.count("{}")
            numbers = [int(number) for number in re.findall(r"\{(\d)\}", chinese)]
            assert sorted(numbers) == list(range(n_blanks)) if numbers else chinese.count("{}") == n_blanks, english


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("a.yaml:3: store.meta.cpm: found -3; must be at least 0.001 (money per 1,000 impressions)",
         "a.yaml:3：store.meta.cpm：现为 -3；不得小于 0.001（金额/千次展示）"),
        ("sd 2 is not possible for a beta with mean 0.5", "均值为 0.5 的 beta 分布，标准差不可能是 2"),
        ("x: found 1; no such key; did you mean 'y'? (there are: y, z)",
         "x：现为 1；没有这个键；是不是想写“y”？（可选：y, z）"),
        ("one: found 1; must be text\ntwo: found 2; must be text", "one：现为 1；必须是文字\ntwo：现为 2；必须是文字"),
        ("what nobody has translated", "what nobody has translated"),
        ("days", "天"),
        ("store", "store"),
        ("{'cpm': 3}", "{'cpm': 3}"),
    ],
)  # fmt: skip
def test_a_message_is_taken_apart(english, chinese):
    assert refusal_in(english, "zh") == chinese
    assert refusal_in(english, "en") == english


def test_hostile_text_takes_no_time():
    assert in_chinese(": found ; " * 5_000)
    assert filled("{1} {0} {1}", ["a", "b"]) == "b a b"
