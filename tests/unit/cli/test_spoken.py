"""Which language a command speaks: as asked for, else as its scenario or run says, else as the system does."""

import json

import pytest
from typer.main import get_command

import sim
from sim.cli import spoken
from sim.cli.app import COMMANDS, app
from sim.cli.options import LanguageChoice
from tests.builders import command

SHOP = "name: shop\nstrategies: {shop: [store]}\nhorizon_days: 30\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "en.yaml").write_text(SHOP, encoding="utf-8")
    (tmp_path / "zh.yaml").write_text(SHOP + "language: zh  # for me\n", encoding="utf-8")
    (tmp_path / "child.yaml").write_text("extends: zh.yaml\nname: child\n", encoding="utf-8")
    (tmp_path / "bad.yaml").write_text(SHOP + "language: zh\nhorizon_days: x\n", encoding="utf-8")
    return tmp_path


def test_every_command_can_be_asked_and_decides_for_itself_otherwise():
    commands = get_command(app).commands
    assert len(commands) >= len(COMMANDS) + 3
    for name, each in commands.items():
        found = [parameter for parameter in each.params if spoken.OPTION in parameter.opts]
        assert len(found) == 1, name
        assert found[0].default == LanguageChoice.AUTO, name


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "en_US", "LC_ALL": "zh_TW"}, "zh"),
        ({"LC_ALL": "", "LANG": "zh"}, "zh"),
    ],
)
def test_the_system_speaks_chinese_where_its_locale_begins_so(environment, language):
    assert spoken.language_of_system(environment) == language


def test_windows_says_it_elsewhere(monkeypatch):
    monkeypatch.setattr(spoken.os, "name", "nt")
    monkeypatch.setattr(spoken.locale, "getlocale", lambda: ("Chinese (Simplified)_China", "936"))
    assert spoken.language_of_system({}) == "zh"


@pytest.mark.parametrize(
    ("words", "locale", "chinese"),
    [
        (["en.yaml"], "", False),
        (["en.yaml"], "zh_CN.UTF-8", True),
        (["en.yaml", "--language", "en"], "zh_CN.UTF-8", False),
        (["en.yaml", "--language", "auto"], "zh_CN.UTF-8", True),
        (["zh.yaml"], "", True),
        (["child.yaml"], "", True),
        (["zh.yaml", "--language=en"], "", False),
        (["zh.yaml", "--set", "language=en"], "", False),
        (["en.yaml", "--set", "language=zh"], "", True),
        (["bad.yaml"], "", True),
        (["nowhere.yaml"], "zh_CN.UTF-8", True),
        (["en.yaml", "--bogus", "--language", "zh"], "", True),
        (["en.yaml", "--bogus"], "", False),
    ],
)
def test_what_is_asked_for_comes_before_the_scenario_and_that_before_the_system(
    folder, monkeypatch, capsys, words, locale, chinese
):
    monkeypatch.setenv("LC_ALL", locale)
    ended = command(monkeypatch, capsys, "validate", *words)
    said = ended.out + ended.err
    assert any("\u4e00" <= sign <= "\u9fff" for sign in said) == chinese, said


def test_one_command_after_another_forgets_the_language(folder, monkeypatch, capsys):
    assert "有效" in command(monkeypatch, capsys, "validate", "zh.yaml").out
    assert command(monkeypatch, capsys, "nonsense").err.startswith("Usage")


@pytest.mark.parametrize("text", ["language: fr", "language: 中文", "language: true", "language: [zh]"])
def test_another_language_is_refused(folder, monkeypatch, capsys, text):
    (folder / "fr.yaml").write_text(SHOP + text + "\n", encoding="utf-8")
    ended = command(monkeypatch, capsys, "validate", "fr.yaml")
    assert ended.status == 2
    assert "must be one of: 'en' or 'zh'" in ended.err


def test_the_language_changes_no_hash_and_a_manifest_repeats_in_it(folder, monkeypatch, capsys):
    chinese, english = sim.load("zh.yaml"), sim.load("en.yaml")
    assert chinese.sha256 == english.sha256
    assert chinese.to_mapping() == english.to_mapping() | {"language": "zh"}
    words = ("--worlds", "16", "--replicates", "1", "--jobs", "1", "--out", "run")
    assert "建议" in command(monkeypatch, capsys, "run", "zh.yaml", *words).out
    manifest = json.loads((folder / "run" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["scenario"]["language"] == "zh"
    assert spoken.language_in(folder / "run") == spoken.language_in(folder / "run" / "manifest.json") == "zh"
    again = command(monkeypatch, capsys, "run", "en.yaml", *words)
    assert "was there already" in again.out, "the same run, whatever language it is read in"
    assert "有效" in command(monkeypatch, capsys, "validate", "run/manifest.json").out


def test_what_is_no_text_says_no_language(folder):
    (folder / "a.json").write_text('{"scenario": {"language": "xx"}}', encoding="utf-8")
    (folder / "b.json").write_text("{[", encoding="utf-8")
    (folder / "round.yaml").write_text("extends: round.yaml\n", encoding="utf-8")
    (folder / "lost.yaml").write_text("extends: lost-too.yaml\n", encoding="utf-8")
    for name in ("a.json", "b.json", "round.yaml", "lost.yaml", "", "x\0y"):
        assert spoken.language_in(folder / name) is None


def test_a_sweep_says_its_language_or_its_base_does(folder, monkeypatch, capsys):
    (folder / "sweep.yaml").write_text(
        "name: s\nbase: zh.yaml\nworlds: 16\nreplicates: 1\naxes: {wallet.capital: [1000, 9000]}\n", encoding="utf-8"
    )
    assert spoken.language_in(folder / "sweep.yaml") == "zh"
    text = (folder / "sweep.yaml").read_text(encoding="utf-8")
    (folder / "english.yaml").write_text(text + "language: en\n", encoding="utf-8")
    assert spoken.language_in(folder / "english.yaml") == "en"
    assert sim.load_sweep("english.yaml").cells
    (folder / "other.yaml").write_text(text + "language: de\n", encoding="utf-8")
    with pytest.raises(sim.ConfigError, match=r"other.yaml:6: language: found 'de'; must be one of: en, zh"):
        sim.load_sweep("other.yaml")
