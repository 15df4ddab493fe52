"""What a span leaves behind: its record and nothing else, without waiting for Python to look for cycles."""

import gc

import sim
from sim.business.delays import DelayLine
from sim.business.ledger import Ledger
from sim.randomness.luck import SpanLuck
from sim.simulation.engine import simulate_span
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
