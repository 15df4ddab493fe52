"""Files and options made to break the reader: a message with the place, quickly, and never anything else."""

import os
import string
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.scenario import ConfigError, load, loads
from sim.scenario.scenario import Scenario
from sim.scenario.yaml_reader import MAX_FILE, parse

HEAD = "name: shop\nstrategies: {independent: [store]}\n"
PATIENCE = 30.0
"""Seconds. What is refused takes under two; these took minutes or gigabytes before they were."""


def refused(text):
    started = time.perf_counter()
    with pytest.raises(ConfigError) as error:
        loads(text, "s.yaml")
    assert time.perf_counter() - started < PATIENCE
    message = str(error.value)
    assert message.startswith("s.yaml")
    assert len(message) < 40_000
    return message


def doubling(levels, width, start="[x, x, x]"):
    lines = [f"a0: &a0 {start}"]
    lines += [f"a{k}: &a{k} [{', '.join([f'*a{k - 1}'] * width)}]" for k in range(1, levels)]
    return "\n".join(lines) + "\n"


BOMBS = {
    "lists": (doubling(12, 9), "once aliases are expanded"),
    "mappings": (
        "a0: &a0 {x: 1, y: 2}\n" + "".join(f"a{k}: &a{k} {{x: *a{k - 1}, y: *a{k - 1}}}\n" for k in range(1, 25)),
        "once aliases are expanded",
    ),
    "long text": ("a: &a " + 400_000 * "x" + "\nb: [" + ", ".join(["*a"] * 5000) + "]\n", "characters once aliases"),
    "an alias in itself": ("store: &a\n  meta: *a\n", "nested too deeply"),
    "many values": ("title: [" + 60_000 * "1, " + "1]\n", "more than 50,000 values"),
    "deep lists": ("title: " + 5000 * "[" + 5000 * "]" + "\n", "nested too deeply"),
    "deep mappings": ("title: " + 3000 * "{a: " + 3000 * "}" + "\n", "nested too deeply"),
    "deep blocks": ("".join("  " * k + "a:\n" for k in range(400)), "nested too deeply"),
    "open brackets": ("title: " + 100_000 * "[", "nested too deeply"),
    "open text": ('title: "' + 500_000 * "a", "not valid YAML"),
    "dashes": ("title:\n" + 100_000 * "- ", "nested too deeply"),
    "questions": (100_000 * "? ", "nested too deeply"),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_bombs_are_refused_with_their_line(bomb):
    text, message = BOMBS[bomb]
    found = refused(HEAD + text if bomb != "questions" else text)
    assert message in found
    assert found.startswith("s.yaml:")


@pytest.mark.slow
@pytest.mark.parametrize("text", ["store: {meta: {%s}}", "%s"])
def test_thousands_of_unknown_keys_are_refused_quickly(text):
    # A model was made for every one of them: 0.2 s each.
    keys = [f"k{number}: 1" for number in range(10_000)]
    found = refused(HEAD + (text % ", ".join(keys) if "{" in text else "\n".join(keys)) + "\n")
    assert found.endswith("and 9980 more")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("store: 5", "store: found 5; must be a mapping of keys to values"),
        ("correlations: 3", "correlations: found 3; must be a list"),
        ("correlations: [[store.meta.cpm, store.meta.ctr, true]]", "must be a number"),
        ("correlations: [[store.meta.cpm, store.meta.ctr, '0.5']]", "must be a number"),
        ("correlations: [[store.meta.cpm, store.meta.ctr]]", "is required"),
        ("horizon_days: '60'", "must be a whole number"),
        ("horizon_days: 20", "must be at least 30"),
        ("counts: none", "must be one of: 'random' or 'expected'"),
        ("store: {google: {enabled: 1}}", "must be true or false"),
        ("start_date: 2026-13-45", "must be a date, YYYY-MM-DD"),
    ],
)
def test_the_head_is_strict_and_says_so_in_plain_words(line, message):
    assert message in refused(f"{HEAD}{line}\n")


TAGS = [
    "!!python/object/apply:os.system [id]",
    "!!bool yes",
    "!!float abc",
    "!!int 08",
    "!!str {a: 1}",
    "!own 1",
    "! 1",
]


@pytest.mark.parametrize("value", [*TAGS, "!!binary aGk=", "!!set {a}", "!!omap [a: 1]", "!!null 3", "!!map 3"])
def test_tags_are_refused(value):
    assert refused(HEAD + f"title: {value}\n").startswith("s.yaml:3: title: tag '")


@pytest.mark.parametrize("line", ["%YAML 1.1", "%YAML 3.0", "%TAG ! tag:x,2000:", "# comment\n%YAML 1.1"])
def test_directives_are_refused_since_they_change_what_words_mean(line):
    # Under YAML 1.1 `yes` is a truth value; read by the rules of 1.2 it switched a section off.
    found = refused(f"{line}\n---\n{HEAD}store: {{google: {{enabled: yes}}}}\n")
    assert "directives" in found
    assert found.startswith(f"s.yaml:{line.count(chr(10)) + 1}:")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("? [a, b]\n: 3", "a key must be plain text"),
        ("'': 3", "printable"),
        ('"a\\nb": 3', "printable"),
        ('"\\e[31m": 3', "printable"),
        ("k" * 200 + ": 3", "1 to 100"),
        ("x: &x {a: 1}\nstore: {<<: *x}", "merge keys"),
        ("name: again", "stands twice"),
        ("store: {meta: {cpm: 1, cpm: 2}}", "store.meta.cpm: stands twice"),
        ('title: "\\e[31m"', "control characters"),
        ('title: "\\0"', "control characters"),
        ('title: "\\ud800"', "control characters"),
        ("store: {meta: {cpm: {{ x }}}}", "store.meta.cpm: a key must be plain text"),
        ("store: {? {a: 1} : 2}", "store: a key must be plain text"),
        ('store: {meta: {cpm: "\\ud800"}}', "store.meta.cpm: control characters"),
        ('"\\e[31m": !x 3', ":3: tag '!x'"),
        ("strategies: {a: [store, !x alibaba]}", "strategies.a.1: tag '!x' is not allowed"),
        ("title: *nothing", "undefined alias"),
        ("---\nname: second", "another document"),
        ("store:\n\tmeta: {}", "not valid YAML"),
        ("title: \x07", "not valid YAML"),
        ("title: \x00", "not valid YAML"),
    ],
)
def test_keys_and_text_that_are_refused(line, message):
    found = refused(f"{HEAD}{line}\n")
    assert message in found
    assert found.split(":")[1].isdigit()


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n", "~\n", "---\n", "hello\n", "- 1\n", "5\n", "{}\n"])
def test_a_file_without_a_scenario(text):
    refused(text)


@pytest.mark.parametrize("text", [HEAD.replace("\n", "\r\n"), "\n" + HEAD, "---\n" + HEAD, HEAD + "...\n"])
def test_harmless_forms_are_read(text):
    assert loads(text).name == "shop"


@pytest.mark.parametrize(
    "value", ["", "~", "3", "[1]", "text", "true", "[[a]]", "[[a, b]]", "[[a, b, c]]", "{a: {b: c}}"]
)
@pytest.mark.parametrize(
    "key", ["store", "market", "wallet", "correlations", "readings", "exchange_rates", "strategies", "extends", "name"]
)
def test_any_value_anywhere_is_read_or_refused(key, value):
    head = {"name": "name: shop", "strategies": "strategies: {independent: [store]}"}
    head.pop(key, None)
    text = "\n".join([*head.values(), f"{key}: {value}", ""])
    try:
        loads(text)
    except ConfigError as error:
        assert str(error).startswith("<text>")  # noqa: PT017 - some of these are valid


@pytest.mark.parametrize(
    "name", ["http://example.org/x.yaml", "x" * 5000 + ".yaml", "'a\tb'", "..", ".", "no.yaml", "[a]", "3", "{a: 1}"]
)
def test_extends_names_a_file(name):
    found = refused(f"{HEAD}extends: {name}\n")
    assert "s.yaml:3: extends: found" in found
    assert len(found) < 500


def test_extends_ends(tmp_path):
    for number in range(12):
        (tmp_path / f"{number}.yaml").write_text(f"{HEAD}extends: {number + 1}.yaml\n", encoding="utf-8")
    (tmp_path / "12.yaml").write_text(HEAD, encoding="utf-8")
    with pytest.raises(ConfigError, match="more than 8 files"):
        load(tmp_path / "0.yaml")
    (tmp_path / "3.yaml").write_text(HEAD + "extends: 1.yaml\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"extends itself \(1.yaml -> 2.yaml -> 3.yaml -> 1.yaml\)"):
        load(tmp_path / "1.yaml")


def test_size_is_looked_at_before_reading(tmp_path):
    with (tmp_path / "s.yaml").open("wb") as handle:
        handle.truncate(50_000_000)
    with pytest.raises(ConfigError, match="too large"):
        load(tmp_path / "s.yaml")


def test_a_file_just_small_enough_is_read(tmp_path):
    (tmp_path / "s.yaml").write_text(HEAD + "#" * (MAX_FILE - len(HEAD)), encoding="utf-8")
    assert load(tmp_path / "s.yaml").name == "shop"


@pytest.mark.parametrize("path", ["", ".", "\0", "no/such/file.yaml", "x" * 5000, "/dev/null"])
def test_paths_that_are_no_scenario(path):
    with pytest.raises(ConfigError):
        load(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with a name")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "s.yaml")
    with pytest.raises(ConfigError, match="is not a file"):
        load(tmp_path / "s.yaml")


words = st.text(string.printable, max_size=12) | st.sampled_from(["store", "meta", "cpm", "0.5 to 3", "5 CNY", "<<"])
leaves = st.none() | st.booleans() | st.integers() | st.floats() | words
trees = st.recursive(leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(st.sampled_from(string.printable + "é—中\u2028\ufeff\x00"), max_size=60))
def test_any_text_is_read_or_refused(text):
    try:
        parse(text, "s.yaml")
    except ConfigError as error:
        assert str(error).startswith("s.yaml")  # noqa: PT017


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(["store.meta.cpm", "store.meta", "store", "market.season", "correlations", "readings"]), trees)
def test_any_tree_anywhere_is_read_or_refused(key, value):
    from sim.scenario.problems import ScenarioError

    head = {"name": "shop", "strategies": {"independent": ["store"]}}
    try:
        found = Scenario.from_mapping(head, overrides=[(key, value)])
    except ScenarioError:
        return
    assert Scenario.from_mapping(found.to_mapping()) == found
