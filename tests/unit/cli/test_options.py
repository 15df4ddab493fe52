"""Options: their choices are those that the layers below take, and an unknown one is refused with the known."""

import pytest

from sim.cli.options import KeepChoice, LanguageChoice, RunBackend, SweepBackend
from sim.simulation.processes import BACKENDS
from sim.studies.sweeps import runner
from sim.text.labels import LANGUAGES
from tests.builders import command


def test_choices_are_those_of_the_layers_below():
    assert tuple(LanguageChoice) == (*LANGUAGES, "auto")
    assert tuple(RunBackend) == BACKENDS
    assert tuple(SweepBackend) == runner.BACKENDS


@pytest.mark.parametrize(
    ("option", "choices"), [("--language", LanguageChoice), ("--backend", RunBackend), ("--keep", KeepChoice)]
)
def test_an_unknown_choice_is_named_with_the_known_ones_and_nothing_written(
    option, choices, tmp_path, monkeypatch, capsys
):
    words = ("run", "configs/article.yaml", option, "magic", "--out", tmp_path / "run")
    outcome = command(monkeypatch, capsys, *words)
    assert (outcome.status, outcome.out) == (2, "")
    said = " ".join(outcome.err.replace("│", " ").split())
    for part in (f"Invalid value for '{option}'", "'magic' is not one of", *(f"'{choice}'" for choice in choices)):
        assert part in said
    assert not (tmp_path / "run").exists()


def test_processes_are_checked_before_a_file_is_read(monkeypatch, capsys):
    outcome = command(monkeypatch, capsys, "run", "nowhere.yaml", "--jobs", "0")
    assert (outcome.status, outcome.err) == (2, "error: --jobs: found 0; give 1 and up, or -1 for all cores\n")
