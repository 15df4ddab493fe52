"""Progress: what a terminal shows while one waits, and that nobody else gets anything."""

import pytest

from sim.cli import progress
from sim.cli.progress import answer_bar, cells_bar, progress_bar, seconds_left, status


@pytest.fixture
def terminal(monkeypatch):
    monkeypatch.setattr(progress, "is_hidden", lambda silent: silent)
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "120")


@pytest.mark.usefixtures("terminal")
def test_a_bar_says_what_it_counts_and_how_far_it_is(capsys):
    with progress_bar(False, "simulations") as on_progress:
        on_progress(3, 7)
    shown = capsys.readouterr()
    assert shown.out == ""
    for part in ("simulations", "3/7"):
        assert part in shown.err


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize(("language", "words"), [("en", ("cells", "2 failed")), ("zh", ("单元", "2 个失败"))])
def test_the_bar_of_a_sweep_names_failed_cells(language, words, capsys):
    with cells_bar(False, language) as on_progress:
        on_progress(3, 7, 2)
    shown = capsys.readouterr().err
    for part in ("3/7", *words):
        assert part in shown


@pytest.mark.usefixtures("terminal")
def test_a_sweep_without_a_failure_says_nothing_of_failures(capsys):
    with cells_bar(False, "en") as on_progress:
        on_progress(3, 7, 0)
    assert "failed" not in capsys.readouterr().err


def test_pipes_and_silent_commands_get_nothing(capsys):
    for bar, nothing in (
        (progress_bar(False), None),
        (progress_bar(True), None),
        (cells_bar(False, "en"), None),
        (answer_bar(False, "en"), (None, None)),
    ):
        with bar as told:
            assert told == nothing
    with status(False, "writing"):
        pass
    assert capsys.readouterr() == ("", "")


def test_the_time_left_is_at_the_pace_of_all_cells_and_runs_down_between_two():
    assert seconds_left(0, 10, 30.0, 0.0) is None
    assert seconds_left(2, 10, None, 0.0) is None
    assert seconds_left(2, 10, 120.0, 120.0) == 480.0
    assert seconds_left(2, 10, 150.0, 120.0) == 450.0
    assert seconds_left(9, 10, 5000.0, 900.0) == 0.0


@pytest.mark.usefixtures("terminal")
def test_the_bar_of_a_sweep_says_the_time_left_once_a_cell_is_done(capsys):
    with cells_bar(False, "en") as on_progress:
        on_progress(0, 7, 0)
    assert "-:--:--" in capsys.readouterr().err
    with cells_bar(False, "en") as on_progress:
        on_progress(0, 7, 0)
        on_progress(3, 7, 0)
    last = capsys.readouterr().err.rpartition("3/7")[2]
    assert "0:00:0" in last
    assert "-:--:--" not in last
