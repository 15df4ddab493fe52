"""What is measured, by the public interface alone, so that any version can be asked: ``python -I jobs.py NAME SIZE``.

The process is run by the version's own Python in its own folder. What it tells as JSON leaves out start and reading;
a short run before has imported everything.
"""

from __future__ import annotations

import inspect
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sim

ARTICLE = "configs/article.yaml"
SMALL_MODEL = "benchmarks/peers/common.yaml"
STORE = "strategies={independent: [store]}"
MOVES = 5


def article(worlds: int) -> dict[str, float]:
    """Simulate the whole article scenario in one process, four paths a world."""
    scenario = loaded(ARTICLE)
    return timed(lambda: sim.run(scenario, worlds=worlds, replicates=4, n_jobs=1))


def small_model(paths: int) -> dict[str, float]:
    """Simulate the model of the peers' race, as `benchmarks/peers/toolkit.py` does."""
    scenario = loaded(SMALL_MODEL)
    return timed(lambda: sim.run(scenario, worlds=paths, replicates=1, n_jobs=1))


def workers(processes: int, worlds: int) -> dict[str, float]:
    """Simulate the article's store in so many processes, their start included."""
    scenario = loaded(ARTICLE, STORE)
    return timed(lambda: sim.run(scenario, worlds=worlds, replicates=4, n_jobs=processes))


def counted(paths: int) -> dict[str, float]:
    """Count 30 days of the article's store; how large the process grew is asked of the system."""
    scenario = loaded(ARTICLE, STORE, "horizon_days=30")
    if "keep" in inspect.signature(sim.run).parameters:
        return timed(lambda: sim.run(scenario, worlds=paths // 4, replicates=4, n_jobs=1, keep="summary"))
    return timed(lambda: sim.count(scenario, worlds=paths // 4, replicates=4, n_jobs=1))


def slider(strategies: int) -> dict[str, float]:
    """Answer moves of a slider, as `sim.explore` does: 1,024 paths of the article's first strategies; median move."""
    whole = loaded(ARTICLE)
    names = list(whole.strategies)[:strategies]
    scenario = whole.with_({"strategies": {name: list(whole.strategies[name]) for name in names}})

    def move(cpc: float) -> dict[str, float]:
        pinned = scenario.with_({"store.meta.cpc": cpc})
        return timed(lambda: sim.run(pinned, worlds=256, replicates=4).estimate_profit(names[0]))

    moves = [move(1.0 + 0.1 * number) for number in range(MOVES)]
    return {figure: statistics.median(each[figure] for each in moves) for figure in moves[0]}


def sweep(a_side: int, worlds: int = 4096) -> dict[str, float]:
    """Simulate the map of click price and conversion on two cores with so many cells a side, without its page."""
    text = Path("configs/sweeps/cpc_conversion.yaml").read_text(encoding="utf-8")
    assert text.count("n: 21}") == 4, "the axes of the map are written in another way"
    assert text.count("worlds: 4096") == 1, "the map has another size"
    text = (
        text.replace("worlds: 4096", f"worlds: {worlds}")
        .replace("n: 21}", f"n: {a_side}}}")
        .replace("../article.yaml", str(Path(ARTICLE).resolve()))
    )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "sweep.yaml"
        file.write_text(text, encoding="utf-8")

        def compute() -> None:
            done = sim.run_sweep(sim.load_sweep(file), Path(folder) / "out", n_jobs=2)
            if done.computed != a_side**2:
                why = next(iter(done.failed.values()), "no reason is given")
                raise RuntimeError(f"{done.computed} of {a_side**2} cells were computed: {why}")

        return {"seconds": timed(compute)["seconds"]}  # helpers compute: the system tells of their processor time


def first_answer(worlds: int) -> dict[str, float]:
    """From nothing to a first answer; timed from outside."""
    result = sim.run(sim.load(ARTICLE), worlds=worlds, replicates=4)
    for strategy in result.strategies:
        result.estimate_profit(strategy)
    return {}


def loaded(config: str, *overrides: str) -> Any:
    """Return a scenario, after a month of it that import and prepare whatever a run does."""
    sim.run(sim.load(config, [*overrides, "horizon_days=30"]), worlds=1, replicates=1)
    return sim.load(config, overrides)


def timed(work: Callable[[], object]) -> dict[str, float]:
    """Return wall and processor seconds of this process."""
    started, busy = time.perf_counter(), time.process_time()
    work()
    return {"seconds": time.perf_counter() - started, "processor": time.process_time() - busy}


JOBS: dict[str, Callable[..., dict[str, float]]] = {
    job.__name__: job for job in (article, small_model, workers, counted, slider, sweep, first_answer)
}

if __name__ == "__main__":
    print(json.dumps(JOBS[sys.argv[1]](*map(int, sys.argv[2:]))))
