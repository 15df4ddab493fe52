"""A Dask cluster that computes a sweep's cells on other machines: `ClusterPool`, on a scheduler that is running.

The cluster only computes: files come back as bytes and are written here, so no shared folder is needed and a worker
that dies half-way loses nothing but the seconds of its cell, which the scheduler gives to another. A cell that has
killed more workers than the scheduler allows (``distributed.scheduler.allowed-failures``) comes back as killed.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from concurrent.futures import CancelledError
from typing import Any

from sim.results.atomic_writes import StorageError
from sim.studies.sweeps.local_pool import Ended, Work
from sim.studies.sweeps.store import RESUME

PATIENCE_SECONDS = 60.0
"""How long a cluster may be without a single worker: nannies replace a dead one within seconds."""

CONNECT_SECONDS = 20
CLOSE_SECONDS = 10
LOOK_SECONDS = 0.5
"""How often the number of workers is looked at while cells run."""

POLL_SECONDS = 0.02

FINAL = ("finished", "error", "cancelled")
"""States of a future that has ended."""


class ClusterPool:
    """The workers of a Dask scheduler."""

    def __init__(self, address: str) -> None:
        try:
            import distributed
        except ImportError as error:
            raise StorageError('--backend dask needs Dask: pip install "seller-sim[cluster]"') from error
        as_completed: Any = distributed.as_completed
        connect: Any = distributed.Client
        self.death: type[BaseException] = distributed.KilledWorker
        self.address = address
        try:
            self.client: Any = connect(address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError) as error:
            raise StorageError(f"--scheduler {address}: no Dask scheduler answers there ({error})") from error
        self._ended = as_completed(loop=self.client.loop)
        self._alive = time.monotonic()

    def slots(self) -> int:
        """Return the threads of all workers, now; one while there is none: a cell waits for the first to come."""
        return max(1, sum(self._threads().values()))

    def submit(self, work: Work, *arguments: Any) -> Any:
        """Start some cells on some worker; never taken from an earlier result, and an error is not tried again."""
        future = self.client.submit(work, *arguments, pure=False, retries=0)
        self._ended.add(future)
        return future

    def wait(self, futures: Iterable[Any]) -> set[Any]:
        """Return those that have ended; none after half a second, and an error when the workers stay away."""
        until = time.monotonic() + LOOK_SECONDS
        while time.monotonic() < until:
            ended = {future for future in self._ended.next_batch(block=False) if self._sure(future)}
            if ended:
                return ended
            time.sleep(POLL_SECONDS)
        now = time.monotonic()
        if self._threads():
            self._alive = now
        elif now - self._alive > PATIENCE_SECONDS:
            raise StorageError(f"{self.address}: no worker for {PATIENCE_SECONDS:.0f} s; start workers; {RESUME}")
        return set()

    def result_of(self, future: Any) -> Ended | BaseException:
        """Return what a future ended with, and let the cluster forget it."""
        try:
            done: Ended = future.result()
            return done
        except CancelledError as error:
            raise self._lost("the cell was cancelled") from error
        except Exception as error:  # whatever the cell raised, or that its workers died
            return error
        finally:
            future.release()

    def close(self) -> None:
        """Leave; what is still under way for us is cancelled, the cluster stays."""
        self.client.close(timeout=CLOSE_SECONDS)

    def _sure(self, future: Any) -> bool:
        """Whether a future that ended has not been lost since: a worker that died took its result along."""
        if future.status in FINAL:
            return True
        self._ended.add(future)  # the scheduler has it computed again
        return False

    def _threads(self) -> dict[str, int]:
        try:
            found: dict[str, int] = self.client.nthreads()
        except OSError as error:
            raise self._lost(error) from error
        return found

    def _lost(self, why: object) -> StorageError:
        return StorageError(f"{self.address}: the scheduler does not answer any more ({why}); {RESUME}")
