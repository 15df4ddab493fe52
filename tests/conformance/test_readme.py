"""What the README says can be done, can be done."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

import sim
from sim.cli.app import app
from sim.scenario import explain, loads
from sim.text.labels import catalogue
from tests.builders import command

README = Path("README.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def test_the_two_set_up_commands_stand_word_for_word():
    start = "python3 -m venv .venv && . .venv/bin/activate && "
    assert start + "pip install -e . && sim run configs/article.yaml" in README
    assert start + 'pip install -e ".[test]" && pytest' in README


def test_python_examples_run(capsys):
    assert blocks("python")
    for code in blocks("python"):
        exec(compile(code, "README.md", "exec"), {"__name__": "readme"})
    assert "independent" in capsys.readouterr().out


def test_yaml_examples_are_valid_scenarios():
    assert blocks("yaml")
    for text in blocks("yaml"):
        scenario = loads(text, "README.md")
        assert scenario.section("store", "goods").values["gross_margin"].mean == 0.5


def commands():
    return [line.strip() for block in blocks("sh") for line in block.splitlines() if line.startswith("sim ")]


@pytest.mark.parametrize("line", commands())
def test_shell_examples_name_real_commands_options_and_files(line):
    words = line.split()[1:]
    command = get_command(app).commands[words[0]]
    options = {option for parameter in command.params for option in parameter.opts}
    for word in words[1:]:
        if word.startswith("--"):
            assert word in options
        if word.endswith(".yaml"):
            (sim.load_sweep if words[0] == "sweep" else sim.load)(word)
    if words[0] == "explain":
        assert explain(words[1])


def shown(monkeypatch, capsys, tmp_path, *size):
    words = ("run", "configs/article.yaml", *size, "--out", tmp_path / "run")
    return command(monkeypatch, capsys, *words).out


@pytest.mark.slow
def test_the_screen_shown_has_the_headings_of_the_screen(monkeypatch, capsys, tmp_path):
    screen = shown(monkeypatch, capsys, tmp_path, "--worlds", "16", "--jobs", "1")
    there = {" ".join(line.split()) for line in screen.splitlines()}
    starts = ("The", "After 8", "One order", "price", "returns", "nothing", "Next")
    headings = [line for line in blocks("text")[0].splitlines() if line.strip().startswith(starts)]
    assert len(headings) >= 7
    for line in headings:
        words = " ".join(line.split()[:2])
        assert any(found.startswith(words) for found in there), line
    meant = README.split("| on the screen | what it means |")[1].split("\n\n")[0]
    for words in re.findall(r"^\| ([^|-]+) \|", meant, flags=re.MULTILINE):
        for word in words.split(", "):
            assert any(word.lower() in text.lower() for text in catalogue("en").values()), word


@pytest.mark.slow
def test_the_chances_shown_are_those_of_the_default_run(monkeypatch, capsys, tmp_path):
    def chances(text):
        return {name: float(share) for name, share in re.findall(r"^([^\d\n]+?) +(\S+)% ±", text, re.MULTILINE)}

    claimed = chances(blocks("text")[0])
    found = chances(shown(monkeypatch, capsys, tmp_path))
    assert len(claimed) == 4
    assert claimed.keys() == found.keys()
    for name, share in claimed.items():
        assert abs(found[name] - share) <= 1, f"{name}: run python -m tests.conformance.renew_readme"
