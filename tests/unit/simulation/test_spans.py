"""Spans: every block once, nobody idle, no span without need."""

import pytest

import sim
from sim.simulation import spans


def test_spans_cover_every_block_once_whether_looked_at_early_or_not():
    for blocks in (1, 2, 3, 8, 9, 16, 17):
        for early in (False, True):
            for first in range(blocks):
                found = spans.spans(blocks, 8, first, early=early)
                assert [block for span in found for block in span] == list(range(first, blocks))
                assert all(0 < len(span) <= 8 + spans.HEAD_START * early for span in found)
                assert not early or len(found[0]) == 1


@pytest.mark.parametrize(
    ("blocks", "n_jobs", "size"), [(16, 1, 8), (16, 2, 8), (16, 4, 4), (16, 5, 4), (16, 64, 2), (1, 2, 2), (1000, 4, 8)]
)
def test_everybody_has_a_span_as_long_as_it_pays(blocks, n_jobs, size):
    assert spans.span_size(blocks, n_jobs) == size


def test_helpers_are_as_many_as_have_something_to_do(monkeypatch):
    monkeypatch.setattr(spans, "cores", lambda n_jobs: n_jobs if n_jobs > 0 else 64)
    assert [spans.helpers_for(paths, 2) for paths in (1, 1024, 1025, 2048, 16_384, 10**18)] == [0, 0, 1, 1, 1, 1]
    assert spans.helpers_for(16_384, 1) == 0
    assert spans.helpers_for(16_384, 64) == 7
    assert spans.helpers_for(10**18, 64) == 63
    assert spans.helpers_for(10**18, 10**6) == 0, "more than the machine has cores are left to the run"


def paced(n_paths, together, known=0):
    told = []
    return told, spans.Pace(lambda done, most: told.append((done, most)), n_paths, 9, together, known)


def test_days_lived_here_count_for_the_helpers_too():
    told, pace = paced(16_384, 2)
    for day in range(9):
        pace.finished_day(8192, day)
    assert told == [(16_384 * (day + 1) // 10, 16_384) for day in range(9)]
    pace.is_at(8192)
    assert told[-1][0] < 16_384, "the other span is not back yet"
    pace.is_at(16_384)
    assert told[-1] == (16_384, 16_384)


def test_progress_never_falls_nor_passes_the_end():
    told, pace = paced(3000, 4, known=1024)
    pace.finished_day(1024, 0)
    pace.is_at(2048)
    for day in range(9):
        pace.finished_day(952, day)
    pace.is_at(3072)
    done = [paths for paths, _ in told]
    assert done == sorted(set(done))
    assert done[0] > 1024
    assert done[-1] == 3000
    spans.Pace(None, 3000, 9, 1).is_at(3000)  # nobody listens


def test_a_run_tells_its_progress_day_by_day():
    told = []
    scenario = sim.load("configs/article.yaml", ["strategies={only: [store]}", "horizon_days=30"])
    sim.run(scenario, worlds=256, on_progress=lambda done, most: told.append(done))
    assert len(told) == 31
    assert told == sorted(set(told))
    assert told[-1] == 1024
