"""An ordered parallel map in which the calling process works too.

`ordered_map(work, pieces, n_jobs)` yields results in the order of `pieces`. On two cores one process is started, not
two; it takes its first piece when it is there, and nobody waits for it. `helpers_called` starts processes before the
work is known, `begin_worker` is how each begins. A worker that dies raises `HelperEnded`.
"""

from __future__ import annotations

import atexit
import gc
import os
import signal
import threading
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from importlib import import_module
from multiprocessing import parent_process, resource_tracker
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

from sim.simulation.interrupts import interrupts_held_back
from sim.simulation.parcels import packed, unpacked

Piece = TypeVar("Piece")
Done = TypeVar("Done")

BACKENDS = ("auto", "loky", "threading")

WATCH_SECONDS = 1.0

IDLE_SECONDS = 300
"""How long helper processes wait for the next run, in a notebook."""

SAFE_PATH = "PYTHONSAFEPATH"
"""Keeps Python from importing what lies in the working folder, where anybody's ``random.py`` may lie."""

HELPERS_HAVE = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1") | {SAFE_PATH: "1"}
"""Environment of helpers. One thread, as Dask's workers have it: the processes are the parallel part."""


class HelperEnded(RuntimeError):
    """A process that helped was killed, or ran out of memory."""


class Task(Generic[Piece, Done]):
    """A piece of the work, and what will come of it."""

    def __init__(self, piece: Piece) -> None:
        self.piece = piece
        self.result: Future[Done] = Future()

    def compute(self, work: Callable[[Piece], Done]) -> None:
        """Do it; an error is kept for whoever asks for the result, and what ends a program is passed on too."""
        try:
            self.result.set_result(work(self.piece))
        except BaseException as error:
            self.result.set_exception(error)
            if not isinstance(error, Exception):
                raise


def ordered_map(
    work: Callable[[Piece], Done],
    pieces: Sequence[Piece],
    n_jobs: int = 1,
    backend: str = "auto",
    ours: Callable[[Piece], Done] | None = None,
) -> Iterator[Done]:
    """Yield ``work(piece)`` of every piece, in their order, whoever computes it.

    Parameters
    ----------
    work : callable
        Can be sent to another process.
    n_jobs : int
        Who computes at once, this process counted; -1 for all cores.
    backend : {"auto", "loky", "threading"}
        Whether the helpers are processes (``auto`` too) or threads.
    ours : callable, optional
        What this process does instead of ``work``, to the same result: it may tell how far it is.

    Raises
    ------
    HelperEnded
        Where a helper's process died.
    Exception
        What a piece failed with, at its turn; pieces that nobody has begun are left alone then.
    """
    ours = ours or work
    together = min(cores(n_jobs), len(pieces))
    if together < 2:
        yield from map(ours, pieces)
        return
    tasks: deque[Task[Piece, Done]] = deque(Task(piece) for piece in pieces)
    waiting: SimpleQueue[Task[Piece, Done]] = SimpleQueue()
    for task in tasks:
        waiting.put(task)
    first = waiting.get()  # ours: the helpers are not there yet
    with _helpers(together - 1, backend, work, waiting):
        try:
            first.compute(ours)
            del first
            while tasks:
                while not tasks[0].result.done() and _one_of(waiting, ours):
                    pass
                yield tasks.popleft().result.result()  # and nothing of it is held here
        finally:
            with suppress(Empty):  # leave nothing to begin
                while True:
                    waiting.get_nowait()


def cores(n_jobs: int) -> int:
    """Return how many compute at once; -1 for all cores this process may use.

    A process that another one started beside itself, to share the cores, has one: all of them would have all.
    """
    if n_jobs > 0:
        return n_jobs
    if parent_process() is not None:
        return 1
    from joblib import cpu_count

    return int(cpu_count())


def _one_of(waiting: SimpleQueue[Task[Piece, Done]], work: Callable[[Piece], Done]) -> bool:
    """Compute the next piece; False where none is left."""
    try:
        task = waiting.get_nowait()
    except Empty:
        return False
    task.compute(work)
    return True


def _all_of(waiting: SimpleQueue[Task[Piece, Done]], work: Callable[[Piece], Done]) -> None:
    while _one_of(waiting, work):
        pass


@contextmanager
def _helpers(
    number: int, backend: str, work: Callable[[Piece], Done], waiting: SimpleQueue[Task[Piece, Done]]
) -> Iterator[None]:
    """Have so many helpers take pieces, a thread for each: it computes them, or has its process compute them."""
    with ThreadPoolExecutor(number) as foremen:
        if backend == "threading":
            for _ in range(number):
                foremen.submit(_all_of, waiting, work)
            yield
            return
        with _processes(number) as processes:
            there, over = processes.submit(_unpack, work), Future[None]()

            def have_computed() -> None:
                wait((there, over), return_when=FIRST_COMPLETED)
                # One that died before it took anything is not missed; work that cannot be sent fails where it is asked.
                if there.done() and not isinstance(there.exception(), BrokenProcessPool):
                    _all_of(waiting, lambda piece: unpacked(processes.submit(packed, work, piece).result()))

            try:
                for _ in range(number):
                    foremen.submit(have_computed)
                yield
            except BrokenProcessPool as error:
                raise HelperEnded(
                    "a process that computed a part of this was killed, perhaps for want of memory; try fewer --jobs"
                ) from error
            finally:
                over.set_result(None)


@contextmanager
def helpers_called(number: int, backend: str, needed: str) -> Iterator[None]:
    """Have helpers start, and import a module, while this process reads what there is to do; then let them go."""
    if number < 1 or backend == "threading":
        yield
        return
    with _processes(number) as processes:
        try:
            for _ in range(number):
                processes.submit(_import, needed)
            yield
        finally:
            processes.shutdown(wait=False)


@contextmanager
def _processes(number: int) -> Iterator[Any]:
    """Start helper processes, or take those of the last run; Ctrl-C ends them at whatever moment it comes."""
    from joblib.externals.loky import get_reusable_executor

    processes = None
    try:
        try:
            start_tracker()
            with interrupts_held_back():
                processes = get_reusable_executor(
                    number, timeout=IDLE_SECONDS, initializer=begin_worker, initargs=(os.getpid(),), env=HELPERS_HAVE
                )
                processes.submit(_import, __name__)
        except (OSError, RuntimeError) as error:
            if processes is not None:
                processes.shutdown(wait=False, kill_workers=True)
            raise HelperEnded(f"no further process can be started here ({error}); try --jobs 1") from error
        yield processes
    except KeyboardInterrupt:
        if processes is not None:
            processes.shutdown(wait=True, kill_workers=True)
        raise


def start_tracker() -> None:
    """Start what clears up after helpers, which loky would start later, and from the working folder.

    Starting it lets signals through again, so that it comes before Ctrl-C is held back; and it inherits the
    environment of this process, the helpers' own does not reach it.
    """
    if os.name != "posix":
        return
    from joblib.externals.loky.backend import resource_tracker as of_loky

    before = os.environ.get(SAFE_PATH)
    os.environ[SAFE_PATH] = "1"
    try:
        resource_tracker.ensure_running()
        of_loky.ensure_running()
    finally:
        if before is None:
            del os.environ[SAFE_PATH]
        else:
            os.environ[SAFE_PATH] = before


def _import(module: str) -> None:
    import_module(module)


def _unpack(work: object) -> None:
    """Do nothing: to have arrived, the work was unpacked and what it needs was imported."""


def begin_worker(parent: int) -> None:
    """Leave Ctrl-C and warnings of arithmetic to the parent, which computes the like; end at once when it is gone."""
    atexit.register(gc.freeze)  # its memory goes with it: nobody waits until it has been looked through for cycles
    warnings.simplefilter("ignore", RuntimeWarning)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if os.name == "posix":
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(WATCH_SECONDS)
    # Nobody is left to compute for.
    os._exit(1)
