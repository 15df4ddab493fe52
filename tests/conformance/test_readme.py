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
from tests.conformance.latin import runs_of

README = Path("README.md").read_text(encoding="utf-8")
CHINESE = Path("README.zh.md").read_text(encoding="utf-8")
BOTH = pytest.mark.parametrize("page", [README, CHINESE], ids=["en", "zh"])


def blocks(language, page=README):
    return re.findall(rf"```{language}\n(.*?)```", page, flags=re.DOTALL)


def test_the_two_set_up_commands_stand_word_for_word():
    start = "python3 -m venv .venv && . .venv/bin/activate && "
    assert start + "pip install -e . && sim run configs/article.yaml" in README
    assert start + 'pip install -e ".[test]" && pytest' in README


def test_the_two_pages_lead_to_each_other_and_the_chinese_one_is_whole():
    assert "[中文](README.zh.md)" in README
    assert "[English](README.md)" in CHINESE
    assert README.count("\n## ") == CHINESE.count("\n## ")
    assert '&& pip install -e ".[test]" && pytest' in CHINESE
    for known in (
        r"`[\w./-]+\.(?:json|csv|parquet|html)`|configs/[\w/]+\.yaml",
        r"(?<=[ `])--[a-z-]+",
        r"^sim \w+",
        r"result\.\w+",
    ):
        english, chinese = (set(re.findall(known, page, re.MULTILINE)) for page in (README, CHINESE))
        assert english - chinese == set(), known


def test_the_chinese_page_is_chinese():
    prose = re.sub(r"```.*?```|`[^`]*`|\]\([^)]*\)", " ・ ", CHINESE, flags=re.DOTALL)
    assert runs_of(prose) == []


@BOTH
def test_python_examples_run(page, capsys):
    assert blocks("python", page)
    for code in blocks("python", page):
        exec(compile(code, "README.md", "exec"), {"__name__": "readme"})
    assert "independent" in capsys.readouterr().out


@BOTH
def test_yaml_examples_are_valid_scenarios(page):
    assert blocks("yaml", page)
    for text in blocks("yaml", page):
        scenario = loads(text, "README.md")
        assert scenario.section("store", "goods").values["gross_margin"].mean == 0.5


def commands():
    shell = [*blocks("sh"), *blocks("sh", CHINESE)]
    lines = [line.strip() for block in shell for line in block.splitlines() if line.startswith("sim ")]
    return sorted({line.partition("#")[0].strip() for line in lines})


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
    if words[0] == "explain" and words[1] != "words":
        assert explain(words[1])


def shown(monkeypatch, capsys, tmp_path, *size):
    words = ("run", "configs/article.yaml", *size, "--out", tmp_path / "run")
    return command(monkeypatch, capsys, *words).out


@pytest.mark.slow
def test_the_screen_shown_has_the_headings_of_the_screen(monkeypatch, capsys, tmp_path):
    screen = shown(monkeypatch, capsys, tmp_path, "--worlds", "16", "--jobs", "1")
    there = {" ".join(line.split()) for line in screen.splitlines()}
    starts = ("The", "After 8", "One order", "price", "returns", "do nothing", "times", "Next")
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
def test_the_chinese_screen_shown_has_the_lines_and_words_of_the_screen(monkeypatch, capsys, tmp_path):
    words = (
        "run",
        "configs/article.yaml",
        "--worlds",
        "16",
        "--jobs",
        "1",
        "--language",
        "zh",
        "--out",
        tmp_path / "run",
    )
    screen = re.sub(r"\s", "", command(monkeypatch, capsys, *words).out)
    (page,) = blocks("text", CHINESE)
    for word in (
        "文章中的数据",
        "盈利概率",
        "较差",
        "一般",
        "较好",
        "平均一单的账",
        "买家实付",
        "广告前毛利",
        "有多可靠",
    ):
        assert word in page
        assert word in screen
    said = " ".join(catalogue("zh").values())
    table = CHINESE.split("| 屏幕上的词 |")[1].split("\n\n")[0]
    for words in re.findall(r"^\| ([^|-]+) \|", table, re.MULTILINE):
        assert [word for word in re.split(r"[：/]", words) if word.strip() not in said] == []


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
