"""Ctrl-C ends a sweep also where it landed in a callback that drops exceptions."""

import os
import signal
import threading

import pytest

from sim.simulation.interrupts import remembered_interrupts
from sim.studies.sweeps.runner import Queue


@pytest.fixture(autouse=True)
def python_listens():
    """Let Python handle Ctrl-C: a suite started in the background of a shell inherits that nobody does."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def swallowed_interrupt(*_):
    """Press Ctrl-C in a place that throws exceptions away, as a garbage collector's callback does."""
    try:
        os.kill(os.getpid(), signal.SIGINT)
    except KeyboardInterrupt:
        return


def test_a_swallowed_interrupt_is_raised_by_the_check():
    with remembered_interrupts() as check:
        check()
        swallowed_interrupt()
        with pytest.raises(KeyboardInterrupt):
            check()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_elsewhere_it_still_lands_at_once():
    with remembered_interrupts(), pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGINT)


def test_a_handler_of_the_callers_own_is_left_alone():
    def own(number, frame):
        pass

    before = signal.signal(signal.SIGINT, own)
    try:
        with remembered_interrupts() as check:
            assert signal.getsignal(signal.SIGINT) is own
            os.kill(os.getpid(), signal.SIGINT)
            check()
    finally:
        signal.signal(signal.SIGINT, before)


def test_in_another_thread_nothing_is_changed():
    seen = []

    def look():
        with remembered_interrupts():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [signal.default_int_handler]


class Cell:
    run_hash = "0"
    scenario = values = None


class Pool:
    """Ends every cell at once."""

    def slots(self):
        return 1

    def submit(self, work, plan, tasks):
        return object()

    def wait(self, futures):
        return set(futures)

    def result_of(self, future):
        return [(b"", 0.0)]


class Store:
    def cell_file(self, run_hash):
        return run_hash

    def write(self, file, content):
        pass

    def log(self, *words, **more):
        pass


def test_the_queue_stops_at_the_next_cell():
    told = []

    def tell(done, total, failed):
        told.append(done)
        if done == 2:
            swallowed_interrupt()

    with pytest.raises(KeyboardInterrupt), remembered_interrupts() as check:
        Queue(Store(), Pool(), None, None, tell, check).compute([Cell()] * 9)
    assert told == [0, 1, 2]
