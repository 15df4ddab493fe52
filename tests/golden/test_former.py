"""Folders written by version 0.1.0, before the package was moved into ten folders: they are read, and never mixed.

``former/run`` is ``sim run shop.yaml --worlds 8 --replicates 2``, ``former/sweep`` is ``sim sweep sweep.yaml``, without
their pages. They are not made anew when results move: what was written once must stay readable.
"""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim

FORMER = Path(__file__).with_name("former")


GONE = "store.owner_pay.keep_cash"
"""A key of the former model, told of and passed over."""


def leaves(mapping, above=()):
    """Yield values by their keys, but where distributions are cut: a field's range may have become narrower since."""
    for key, value in mapping.items():
        if isinstance(value, dict):
            yield from leaves(value, (*above, key))
        elif key != "truncate":
            yield (*above, key), value


def summary_of(folder):
    return json.loads((folder / "summary.json").read_text(encoding="utf-8"))


def what_was_asked(now, then):
    """Leave away what is answered today and was not asked then."""
    if not isinstance(then, dict):
        return now
    return {key: what_was_asked(value, then[key]) for key, value in now.items() if key in then}


def test_a_former_run_is_read_and_answers_as_it_did():
    with pytest.warns(UserWarning, match=f"^{GONE}: saved by an earlier version"):
        result = sim.read(FORMER / "run")
    manifest = json.loads((FORMER / "run" / "manifest.json").read_text(encoding="utf-8"))
    assert result.sha256 == manifest["result_sha256"]
    assert GONE not in result.scenario.numbers()
    then, now = (dict(leaves(json.loads(json.dumps(m)))) for m in (manifest["scenario"], result.scenario.to_mapping()))
    assert then.pop(tuple(GONE.split("."))) == 1000.0
    assert then.items() <= now.items(), "what the scenario said it says, beside what came since"
    assert now["wallet", "grace_days"] == 0, "and what came since is off"
    assert what_was_asked(result.summary(), then := summary_of(FORMER / "run")) == then
    table = pd.read_parquet(FORMER / "run" / "monthly.parquet")
    for name in ("settled_profit", "cash", "orders"):
        np.testing.assert_array_equal(result.monthly[name], table[name])
    assert result.statement("independent").query("line == 'sales'")["mean"].gt(0).all()


def test_a_former_sweep_is_read_and_its_cells_are_no_cells_of_this_version(tmp_path):
    """Version 0.2.0 counts visitors in another way: another result of the same law."""
    folder = shutil.copytree(FORMER / "sweep", tmp_path / "sweep")
    estimates, headlines = sim.read_sweep(folder), sim.read_sweep(folder, headlines=True)
    assert headlines["wallet.capital"].tolist() == [5000, 6000, 7000]
    gone, *kept = sorted((folder / "cells").glob("*.parquet"))
    known = {file: file.read_bytes() for file in kept}
    gone.unlink()
    assert len(sim.read_sweep(folder)) == len(estimates) * 2 / 3
    done = sim.run_sweep(sim.load_sweep(FORMER / "sweep.yaml"), folder, n_jobs=1)
    assert (done.computed, done.reused, done.failed, done.damaged) == (3, 0, {}, {})
    assert {file: file.read_bytes() for file in kept} == known
    after = sim.read_sweep(folder)
    assert list(after.columns) == list(estimates.columns)
    keys = ["wallet.capital", "strategy", "month", "figure", "reading"]
    asked = after[after["figure"].isin(estimates["figure"])].reset_index(drop=True)  # today's cells answer more
    pd.testing.assert_frame_equal(asked[keys], estimates[keys])
