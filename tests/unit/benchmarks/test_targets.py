"""`benchmarks/targets.py`: turns, judging and table with measurements made up; what fails is said, nothing is left."""

import importlib
import inspect
import json
import math
import statistics
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

MODULES = ("jobs", "measure", "race", "rows", "table", "turns", "versions")


@pytest.fixture
def of(monkeypatch):
    """The modules of the benchmark by name."""
    monkeypatch.syspath_prepend("benchmarks")
    parts = {name: importlib.import_module(f"measuring.{name}") for name in MODULES}
    return SimpleNamespace(**parts, targets=importlib.import_module("targets"))


@pytest.fixture
def here(of, tmp_path):
    return of.turns.Place("here", Path(sys.executable), tmp_path)


def line(of, before, after, target=None, **why):
    readings = [of.table.Reading(tuple(values), why.get(side, "")) for side, values in (("b", before), ("a", after))]
    return of.table.Line("span", "s", *readings, target, 0.5)


# Turns


def places(of):
    return [of.turns.Place(side, Path(side), Path()) for side in ("before", "after")]


def test_both_sides_take_turns_and_the_order_is_turned_every_round(of):
    done = []

    def perform(place, job):
        done.append(f"{place.side} {job.arguments[0]}")
        return {"seconds": float(len(done))}

    short, long = of.turns.Job(("short",)), of.turns.Job(("long",), warm_up=False)
    points = [(place, job) for place in places(of) for job in (short, long)]
    found = of.turns.take_turns(points, 2, perform)
    there = ["before short", "before long", "after short", "after long"]
    assert done == ["after short", "before short", *there, *reversed(there)]
    seconds = {
        f"{place.side} {job.arguments[0]}": [each["seconds"] for each in found[place, job]] for place, job in found
    }
    assert seconds == {name: [3.0 + number, 10.0 - number] for number, name in enumerate(there)}


def test_a_job_that_fails_once_has_no_figures_and_the_others_go_on(of):
    calls = []

    def perform(place, job):
        calls.append(place.side)
        if calls.count("before") == 2 and place.side == "before":
            raise of.turns.NotMeasured("out of memory")
        return {"seconds": 1.0}

    points = [(place, of.turns.Job(("job",), warm_up=False)) for place in places(of)]
    found = of.turns.take_turns(points, 4, perform)
    assert str(found[points[0]]) == "out of memory"
    assert len(found[points[1]]) == 4
    assert calls.count("before") == 2, "it is not tried again"


# A job


def test_a_job_tells_its_own_figures_over_those_of_the_system(of, here, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    program = (
        "import json, os, sys; print('answer', flush=True)\n"
        "led = '' in sys.path or 'elsewhere' in sys.path or 'PYTHONPATH' in os.environ\n"
        "print(json.dumps({'processor': 7, 'led_astray': led}))"
    )
    figures = of.turns.perform(here, of.turns.Job(("-c", program)))
    assert figures["processor"] == 7
    assert not figures["led_astray"]
    assert figures["answer"] + figures["writing"] == pytest.approx(figures["seconds"])
    assert min(figures["answer"], figures["writing"]) > 0.0


def test_the_largest_process_may_be_a_helper():
    helper = "held = bytearray(200 * 2**20)"
    program = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {helper!r}], check=True)"
    # In a process of its own: where a large one starts another, its own size counts as that of the other.
    measurer = (
        "import pathlib, sys; sys.path.insert(0, 'benchmarks'); from measuring.turns import Job, Place, perform\n"
        f"place = Place('here', pathlib.Path(sys.executable), pathlib.Path())\n"
        f"print(perform(place, Job(('-c', {program!r})))['megabytes'])"
    )
    told = subprocess.run([sys.executable, "-c", measurer], capture_output=True, text=True, check=True).stdout
    assert 200 < float(told) < 300


def test_a_job_that_fails_is_said_with_its_last_word(of, here):
    program = "print('{\"seconds\": 1}'); raise ValueError('no such key')"
    with pytest.raises(of.turns.NotMeasured, match="exit status 1: ValueError: no such key"):
        of.turns.perform(here, of.turns.Job(("-c", program)))


def test_without_any_output_there_is_no_time_to_the_answer(of, here):
    figures = of.turns.perform(here, of.turns.Job(("-c", "pass")))
    assert figures["seconds"] > 0.0
    for figure in ("answer", "writing"):
        with pytest.raises(of.turns.NotMeasured, match=f"told nan as its {figure}"):
            of.turns.number(figures, figure)


@pytest.mark.parametrize("value", [math.nan, math.inf, 0.0, -1.0, None])
def test_what_is_no_measurement_is_refused(of, value):
    with pytest.raises(of.turns.NotMeasured):
        of.turns.number({} if value is None else {"seconds": value}, "seconds")


def test_an_interrupt_ends_the_job_and_its_helpers(of, here, monkeypatch, tmp_path):
    helper = "import time; time.sleep(60)"
    program = (
        f"import subprocess, sys; started = subprocess.Popen([sys.executable, '-c', {helper!r}])\n"
        "print(started.pid, flush=True); started.wait()"
    )
    seen = []

    class Interrupted(subprocess.Popen):
        def __init__(self, *args, **how):
            super().__init__(*args, **how)
            seen.append((self.pid, int(self.stdout.readline())))
            self.stdout.close()  # reading on fails, as in the middle of Ctrl-C

    monkeypatch.setattr(subprocess, "Popen", Interrupted)
    with pytest.raises(ValueError, match="closed file"):
        of.turns.perform(here, of.turns.Job(("-c", program)))
    wait_for_end = time.monotonic() + 30.0
    while any(map(runs, seen[0])):
        assert time.monotonic() < wait_for_end, "a process runs on"
        time.sleep(0.01)


def runs(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state.rpartition(")")[2].split()[0] not in "ZX"


# Judging and the table


def test_the_median_of_the_rounds_is_judged(of):
    most, least = of.rows.Target("after", 2.0), of.rows.Target("after", 2.0, least=True)
    values = [1.0, 1.5, 90.0]  # the mean is on the other side
    assert line(of, [1.0] * 3, values, most).verdict == "reached"
    assert line(of, [1.0] * 3, values, least).verdict == "**not reached**"
    assert line(of, [1.0] * 3, [2.0] * 3, most).verdict == "reached", "the limit itself is reached"


def test_ratios_are_taken_round_by_round(of):
    target = of.rows.Target("after / before", 0.85)
    found = line(of, [10.0, 20.0, 40.0], [8.0, 18.0, 20.0], target)
    assert found.ratio.values == (0.8, 0.9, 0.5)
    assert found.verdict == "reached"
    assert statistics.median([8.0, 18.0, 20.0]) / statistics.median([10.0, 20.0, 40.0]) > 0.85, "of medians it is not"
    assert line(of, [10.0], [9.0], target).verdict == "**not reached**"


def test_the_row_of_the_table(of):
    found = line(of, [10.0, 20.0], [8.0, 16.0], of.rows.Target("after / before", 0.85))
    row = "| span | s | 15 (10-20) | 12 (8-16) | 0.8 (0.8-0.8) | after / before at most 0.85 | reached | 0.5 |"
    assert found.markdown() == row
    assert row.count("|") == of.table.HEAD.splitlines()[0].count("|") == of.table.HEAD.splitlines()[1].count("|")


def test_a_side_that_failed_is_said_and_no_number_is_shown(of):
    ratio, absolute = of.rows.Target("after / before", 0.85), of.rows.Target("after", 2.0)
    lost = line(of, [], [1.0], ratio, b="no such command")
    assert lost.markdown() == (
        "| span | s | – | 1 | – | after / before at most 0.85 | not measured here: no such command | 0.5 |"
    )
    assert line(of, [], [1.0], absolute, b="no command").verdict == "reached; before not measured: no command"
    assert line(of, [], [1.0], None, b="no command").verdict == "before not measured: no command"
    for target in (ratio, absolute, None):
        failed = line(of, [1.0], [], target, a="killed | by 9")
        assert failed.verdict == "not measured here: killed | by 9"
        assert " – | – |" in failed.markdown()
        assert failed.markdown().count("|") == 9, "what failed cannot break the table"


def test_all_values_are_written_whole(of, tmp_path):
    lines = [line(of, [1.0, 2.0], [1.5, 2.5], of.rows.Target("after", 2.0)), line(of, [], [1.0], b="why")]
    of.table.write_json(tmp_path / "found.json", {"Python": "3"}, lines)
    found = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))
    assert found["Python"] == "3"
    assert [row["after"] for row in found["rows"]] == [[1.5, 2.5], [1.0]]
    assert found["rows"][1]["verdict"] == "before not measured: why"
    assert [file.name for file in tmp_path.iterdir()] == ["found.json"]


# From rows to lines


class Installed:
    """A version that needs no installation."""

    def __init__(self, of, name, extras=()):
        self.name, self.folder, self.extras, self.of = name, Path(name), extras, of

    def python(self, *extras):
        if set(extras) - set(self.extras):
            raise self.of.turns.NotMeasured("this version has no extra")
        return Path("python", *extras)


def measured(of, monkeypatch, together, perform, extras=(), rounds=3):
    take_turns = of.turns.take_turns
    monkeypatch.setattr(of.measure, "take_turns", lambda points, rounds: take_turns(points, rounds, perform))
    versions = Installed(of, "before"), Installed(of, "after", extras)
    return of.measure.measure(together, *versions, rounds)


def test_growth_is_one_job_over_the_other_and_jobs_of_several_rows_are_done_once(of, monkeypatch):
    few, many = of.turns.Job(("few",), warm_up=False), of.turns.Job(("many",), warm_up=False)
    small = of.rows.Row("counted", "few", "MB", few, "megabytes", most_rounds=2)
    growth = of.rows.Row("counted", "growth", "x", many, "megabytes", few, of.rows.Target("after", 1.05), most_rounds=2)
    done = []

    def perform(place, job):
        done.append((place.side, job))
        grown = {"before": 1.25, "after": 1.04}[place.side] if job is many else 1.0
        return {"seconds": 1.0, "megabytes": 200.0 * grown}

    lines = measured(of, monkeypatch, [small, growth], perform)
    assert lines[0].after.values == (200.0, 200.0), "two rounds at most"
    assert (lines[1].before.values, lines[1].after.values) == ((1.25, 1.25), (1.04, 1.04))
    assert lines[1].verdict == "reached"
    assert len(done) == 2 * 2 * 2


def test_a_row_without_its_extra_or_cores_says_so_and_is_not_run(of, monkeypatch):
    plain = of.rows.Row("run", "answer", "s", of.turns.Job(("run",)), "seconds", target=of.rows.Target("after", 4.5))
    fast = of.rows.with_fast(plain, 3.0)
    seen = []

    def perform(place, _job):
        seen.append((place.side, place.python.name))
        return {"seconds": 4.0 if place.python.name == "python" else 2.5}

    lines = measured(of, monkeypatch, [plain, fast], perform)
    assert [each.verdict for each in lines] == ["reached", "not measured here: this version has no extra"]
    assert set(seen) == {("before", "python"), ("after", "python")}
    with_extra = measured(of, monkeypatch, [plain, fast], perform, extras=("fast",))
    assert [each.after.values[0] for each in with_extra] == [4.0, 2.5]
    assert with_extra[1].verdict == "reached"
    assert ("before", "fast") not in seen
    monkeypatch.setattr(of.measure, "cores", lambda: 1)
    two = of.rows.Row("run", "answer", "s", plain.job, "seconds", target=plain.target, cores=2)
    assert (
        measured(of, monkeypatch, [two], perform)[0].verdict
        == "not measured here: needs 2 cores, this process may use 1"
    )


@pytest.mark.parametrize("how", [{}, {"quick": True}, {"full_sweep": True}])
def test_every_row_asks_for_a_job_that_there_is(of, how):
    found = of.rows.rows(**how)
    assert len({row.name for row in found}) == len(found)
    for job in {job for row in found for job in row.jobs if job.arguments[0] == of.rows.SCRIPT}:
        _, name, *sizes = job.arguments
        inspect.signature(of.jobs.JOBS[name]).bind(*map(int, sizes))


def test_the_page_shows_the_rows_of_the_command(of):
    table = Path("benchmarks/README.md").read_text(encoding="utf-8").partition(of.table.HEAD)[2]
    shown = [tuple(cell.strip() for cell in line.split("|")[1:7:5]) for line in table.strip().splitlines()]
    expected = [(row.name, str(row.target or "")) for row in of.rows.rows()]
    assert shown[: len(expected)] == expected


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "sizes"),
    [
        ("article", (1,)),
        ("small_model", (16,)),
        ("workers", (2, 1)),
        ("counted", (1024,)),
        ("slider", (2,)),
    ],
)
def test_the_jobs_do_what_they_measure(of, name, sizes):
    told = of.jobs.JOBS[name](*sizes)
    assert told["seconds"] > 0.0 < told["processor"]


def test_the_map_is_cut_to_fewer_cells_and_cells_that_failed_measured_nothing(of, monkeypatch):
    failed = {}

    def compute(sweep, _directory, n_jobs):
        assert (len(sweep.cells), n_jobs) == (9, 2)
        return SimpleNamespace(computed=9 - len(failed), failed=failed)

    monkeypatch.setattr(of.jobs.sim, "run_sweep", compute, raising=False)
    assert of.jobs.sweep(3)["seconds"] > 0.0
    failed["hash"] = "the disk is full"
    with pytest.raises(RuntimeError, match="8 of 9 cells were computed: the disk is full"):
        of.jobs.sweep(3)
