"""Renew the stored baseline after a change that is meant to move results: ``python tests/golden/renew.py``."""

import json
from pathlib import Path

import sim
from sim.simulation.engine import simulate
from sim.simulation.plan import Plan

BASELINE = Path(__file__).with_name("baseline.json")
READINGS = ("settled_profit", "operating_profit", "cash", "orders", "gross_sales", "ad_spend", "returns")


def measure() -> dict[str, dict[str, list[float]]]:
    """Mean of each reading by month, one strategy a channel, market figures."""
    overrides = ["strategies={store: [store], alibaba: [alibaba], aliexpress: [aliexpress]}", "horizon_days=120"]
    run = simulate(sim.load("configs/market.yaml", overrides), Plan(seed=11, worlds=128, replicates=8))
    return {
        strategy: {name: record.monthly[name].mean(axis=1, dtype=float).tolist() for name in READINGS}
        for strategy, record in run.records.items()
    }


if __name__ == "__main__":
    BASELINE.write_text(json.dumps(measure(), indent=1) + "\n", encoding="utf-8")
