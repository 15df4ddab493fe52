"""Who draws the page of a run, and what it calls the scenario's file."""

import re

import pytest

import sim
from sim.cli import run
from sim.cli.output import write_page
from sim.randomness.streams import BLOCK
from sim.simulation import processes
from tests.builders import command

FEW = ("--worlds", "64", "--replicates", "4", "--set", "horizon_days=30", "--quiet")


class Finished:
    """A run of a size."""

    def __init__(self, keep, n_paths):
        self.keep, self.plan = keep, type("Size", (), {"n_paths": n_paths})


@pytest.mark.parametrize(
    ("keep", "n_paths", "jobs", "backend", "number"),
    [
        ("paths", 16 * BLOCK, 2, "auto", 1),
        ("paths", 16 * BLOCK, 2, "loky", 1),
        ("paths", 16 * BLOCK, 1, "auto", 0),
        ("paths", 16 * BLOCK, 2, "threading", 0),
        ("paths", BLOCK, 2, "auto", 0),
        ("summary", 16 * BLOCK, 2, "auto", 0),
    ],
)
def test_processes_that_computed_a_run_draw_its_page(monkeypatch, keep, n_paths, jobs, backend, number):
    monkeypatch.setattr("sim.simulation.spans.cores", lambda n_jobs: n_jobs if n_jobs > 0 else 2)  # of this machine
    called = []
    monkeypatch.setattr(processes, "helpers_called", lambda *asked: called.append(asked) or run.ExitStack())
    with run.helpers_to_draw(Finished(keep, n_paths), jobs, run.options.RunBackend(backend)) as found:
        assert found == number
    assert called == [(number, backend, "sim.show.report.drawing")]


@pytest.mark.parametrize("helpers", [0, 1])
def test_the_page_is_drawn_by_as_many(tmp_path, monkeypatch, capsys, helpers):
    drawn = []
    monkeypatch.setattr("sim.show.report.page.pictures", lambda *asked: drawn.append(asked[-1]) or {})
    stack = run.contextmanager(lambda *asked: iter([helpers]))
    monkeypatch.setattr(run, "helpers_to_draw", stack)
    assert command(monkeypatch, capsys, "run", "configs/article.yaml", *FEW, "--out", tmp_path / "run").status == 0
    assert drawn == [1 + helpers]
    assert sim.read(tmp_path / "run").n_months == 1


def test_an_account_that_is_frozen_again_and_again_is_refused_by_its_section(tmp_path, monkeypatch, capsys):
    freeze = "{reading: share_of_volume, figure: 1, handling_days: 1, won: 1}"
    text = f"name: f\nstrategies: {{shop: [store]}}\nhorizon_days: 60\nstore: {{paypal_freeze: {freeze}}}\n"
    (tmp_path / "f.yaml").write_text(text, encoding="utf-8")
    words = ("run", tmp_path / "f.yaml", "--worlds", "64", "--jobs", "1", "--out", tmp_path / "o")
    ended = command(monkeypatch, capsys, *words)
    assert ended.status == 2
    assert "error: store.paypal_freeze: more than 16 freezes of one account" in ended.err
    assert not (tmp_path / "o").exists()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_names_the_scenario_s_file_as_the_screen_does(language, tmp_path, monkeypatch, capsys):
    folder = tmp_path / "run"
    few = ("--worlds", "64", "--replicates", "2", "--jobs", "1", "--set", "horizon_days=60")
    shown = command(monkeypatch, capsys, "run", "configs/dual.yaml", *few, "--out", folder, "--language", language)
    again = (folder / "report.html").read_text(encoding="utf-8")
    command(monkeypatch, capsys, "report", folder, "--language", language)
    for text in (" ".join(shown.out.split()), again, (folder / "report.html").read_text(encoding="utf-8")):
        asked = set(re.findall(r"sim (?:need|learn|readings) ([^\s<（(·]+)", text))
        assert asked == {"configs/dual.yaml"}


def test_a_page_of_a_run_whose_file_is_not_known_names_it_by_the_scenario(tmp_path):
    scenario = sim.load("configs/dual.yaml", ["horizon_days=60"])
    result = sim.run(scenario, worlds=64, replicates=2)
    result.save(tmp_path / "run")
    page = tmp_path / "page.html"
    write_page(tmp_path / "run", page, "en")
    assert "sim learn dual.yaml" in page.read_text(encoding="utf-8")
