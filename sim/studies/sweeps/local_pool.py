"""Processes of this machine that compute a sweep's cells: `LocalPool`, and `Pool`, which every pool follows.

Each slot is a process of its own: when it dies, the few cells it was at are concerned and no others.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any, Protocol

from sim.simulation.processes import HELPERS_HAVE, begin_worker, cores, start_tracker

Finished = tuple[bytes, float]
"""A cell's file, and the seconds it took."""

Ended = list[Finished | str]
"""Of some cells: their files, or why there is none."""

Work = Callable[..., Ended]
"""Computes some cells, in one process."""


class Pool(Protocol):
    """Where cells are computed, a few at a time by one process on its own.

    Parameters
    ----------
    death : type
        Of the error that says that the process died, rather than that the cell failed.
    """

    death: type[BaseException]

    def slots(self) -> int:
        """Return how many processes may be at work at once, now."""

    def submit(self, work: Work, *arguments: Any) -> Any:
        """Start some cells; returns their future."""

    def wait(self, futures: Iterable[Any]) -> set[Any]:
        """Return those that have ended; may be none after a while."""

    def result_of(self, future: Any) -> Ended | BaseException:
        """Return what a future ended with."""

    def close(self) -> None:
        """End every process, whatever it is doing."""


class LocalPool:
    """Processes of this machine, each in a pool of its own; a dead one is replaced by the next submission."""

    death: type[BaseException] = BrokenProcessPool

    def __init__(self, n_jobs: int) -> None:
        self.n_jobs = cores(n_jobs)
        self._idle: list[Any] = []
        self._busy: dict[Future[Ended], Any] = {}

    def slots(self) -> int:
        """Return the number of processes."""
        return self.n_jobs

    def submit(self, work: Work, *arguments: Any) -> Future[Ended]:
        """Start some cells in an idle process, or in a new one; an idle one that was killed meanwhile is replaced."""
        while True:
            executor = self._idle.pop() if self._idle else self._new()
            try:
                future: Future[Ended] = executor.submit(work, *arguments)
            except BrokenProcessPool:
                executor.shutdown(wait=False, kill_workers=True)
                continue
            self._busy[future] = executor
            return future

    def wait(self, futures: Iterable[Future[Ended]]) -> set[Future[Ended]]:
        """Return those that have ended, at least one."""
        return wait(list(futures), return_when=FIRST_COMPLETED).done

    def result_of(self, future: Future[Ended]) -> Ended | BaseException:
        """Return what a future ended with, and keep its process if it lives."""
        executor = self._busy.pop(future)
        error = future.exception()
        if isinstance(error, self.death):
            executor.shutdown(wait=False, kill_workers=True)
        else:
            self._idle.append(executor)
        return future.result() if error is None else error

    def close(self) -> None:
        """End every process."""
        for executor in [*self._idle, *self._busy.values()]:
            executor.shutdown(wait=True, kill_workers=True)
        self._idle, self._busy = [], {}

    @staticmethod
    def _new() -> Any:
        from joblib.externals.loky.process_executor import ProcessPoolExecutor

        start_tracker()
        return ProcessPoolExecutor(max_workers=1, initializer=begin_worker, initargs=(os.getpid(),), env=HELPERS_HAVE)
