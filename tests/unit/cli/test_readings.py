"""``sim readings`` and ``sim run --readings``."""

import json

from tests.builders import command

SMALL = ("--worlds", 16, "--replicates", 1, "--jobs", 1)
SET = ("--set", "horizon_days=30", "--set", "strategies={mine: [alibaba]}")


def test_the_answer_as_json_and_as_a_file(monkeypatch, capsys, tmp_path):
    file = tmp_path / "found.json"
    ended = command(monkeypatch, capsys, "readings", "configs/article.yaml", *SMALL, *SET, "--json", "--out", file)
    assert ended.status == 0
    found = json.loads(ended.out)
    assert found == json.loads(file.read_text(encoding="utf-8"))
    assert {"average_revenue", "commission"} <= {tried["name"] for tried in found["tried"]}
    shown = command(monkeypatch, capsys, "readings", "configs/article.yaml", *SMALL, *SET, "--language", "zh")
    assert "模型疑问" in shown.out


def test_a_doubt_that_is_none_ends_with_status_2(monkeypatch, capsys):
    words = ("--set", "doubts=[[store.nothing, 1, 2]]")
    ended = command(monkeypatch, capsys, "readings", "configs/article.yaml", *SMALL, *words)
    assert ended.status == 2
    assert "no such key" in ended.err
    assert ended.out == ""


def test_a_run_keeps_them_and_is_made_again_only_where_it_has_none(monkeypatch, capsys, tmp_path):
    words = ("run", "configs/article.yaml", *SMALL, *SET, "--out", tmp_path / "run")
    plain = command(monkeypatch, capsys, *words)
    assert "sim readings configs/article.yaml" in " ".join(plain.out.split())
    asked = command(monkeypatch, capsys, *words, "--readings")
    assert "was there already" not in asked.out
    assert "readings and judgements, one at a time" in " ".join(asked.out.split())
    summary = json.loads((tmp_path / "run" / "summary.json").read_text(encoding="utf-8"))
    assert summary["model_doubt"]["tried"]
    again = command(monkeypatch, capsys, *words, "--readings")
    assert "was there already" in again.out
    assert "readings and judgements, one at a time" in again.out
    page = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    assert "model-doubt-picture" in page
    made = command(monkeypatch, capsys, "report", tmp_path / "run", "--out", tmp_path / "page.html")
    assert made.status == 0
    assert "model-doubt-picture" in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_counts_have_no_readings(monkeypatch, capsys, tmp_path):
    words = ("run", "configs/article.yaml", *SMALL, *SET, "--out", tmp_path / "run", "--keep", "summary", "--readings")
    ended = command(monkeypatch, capsys, *words)
    assert ended.status == 2
    assert "--keep paths" in ended.err
    assert not (tmp_path / "run").exists()
