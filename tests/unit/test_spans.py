"""Spans: every block once, nobody idle, no span without need."""

import pytest

from sim import spans


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


def test_helpers_are_as_many_as_have_something_to_do():
    assert [spans.helpers_for(paths, 2) for paths in (1, 1024, 2048, 2049, 16_384, 10**18)] == [0, 0, 0, 1, 1, 1]
    assert spans.helpers_for(16_384, 1) == 0
    assert spans.helpers_for(16_384, 64) == 7
    assert spans.helpers_for(10**18, 64) == 63
