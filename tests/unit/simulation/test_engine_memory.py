"""What a span leaves behind: its record and nothing else, without waiting for Python to look for cycles."""

import gc
import weakref

import sim
from sim.business.delays import DelayLine
from sim.business.ledger import Ledger
from sim.randomness.luck import SpanLuck
from sim.randomness.streams import BLOCK
from sim.simulation.engine import simulate_parts, simulate_span
from sim.simulation.plan import Plan

OF_A_SPAN = (DelayLine, Ledger, SpanLuck)


def held():
    return sum(isinstance(found, OF_A_SPAN) for found in gc.get_objects())


def test_a_span_leaves_nothing_but_its_record():
    scenario = sim.load("configs/article.yaml", ["horizon_days=30"])
    during = []
    gc.collect()
    gc.disable()  # which would find what holds itself
    try:
        before = held()
        record = simulate_span(scenario, Plan(), range(1), lambda day: during.append(held()) if day == 0 else None)
        assert during[0] > before + 20
        assert held() == before
    finally:
        gc.enable()
    assert record


def test_what_is_kept_of_a_span_is_not_held_while_the_next_is_computed():
    scenario = sim.load("configs/article.yaml", ["horizon_days=30", "strategies={independent: [store]}"])
    plan, kept, told = Plan(worlds=2 * BLOCK, replicates=1), [], []

    def look(done, _):
        told.append(done)
        assert not any(earlier() for earlier in kept)

    for part in simulate_parts(scenario, plan, lambda found: found["independent"], span_blocks=1, on_progress=look):
        kept.append(weakref.ref(part))
        del part
    assert len(kept) == 2
    assert told[-1] == plan.n_paths
