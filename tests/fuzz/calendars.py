"""Mutations of what a scenario holds beside its numbers: rules of the trade calendar, doubts."""

from __future__ import annotations

from pathlib import Path
from random import Random

from tests.fuzz.case import HEAD, Case, looked_at_and_run, numbers, settings, shipped, written
from tests.fuzz.mutations import ODD_VALUES, amount

STARTS = (
    "2026-01-01",
    "2026-09-20",
    "2026-10-01",
    "2026-10-01",
    "2031-01-01",
    "2026-02-30",
    "0001-01-01",
    "9999-12-31",
)
SURE = ("in_force", "passed", "proposed", "regime", "maybe")
CHARGES = ("vat", "duty", "parcel_fee", "item_kind_fee", "handling_fee")


def trade_rules(draw: Random, folder: Path) -> Case:
    """Write a calendar of one to four rules, good ones and odd ones, over the market or over none."""
    rows = []
    for number in range(draw.randint(1, 4)):
        odd = draw.random() < 0.2
        rule = {"starts": draw.choice(STARTS[: None if odd else 4]), "destination": draw.choice(("us", "eu", "other"))}
        for name in draw.sample(CHARGES, draw.randint(0, 3)):
            rule[name] = draw.choice(
                ("0.1", "{uniform: {low: 0.1, high: 0.25}}", "0.1 to 0.2", amount(draw))[: 4 if odd else 3]
            )
        if draw.random() < 0.3:
            rule["sure"] = draw.choice(SURE)
            rule[draw.choice(("probability", "regime"))] = draw.choice(("0.5", "high", "1", "0", "''", "2"))
        if odd:
            rule[draw.choice((*rule, "source", "x", "comes"))] = draw.choice(ODD_VALUES)
        name = draw.choice(("r0", "us_2025", "a.b", "名", "1")) if odd else f"r{number}"
        rows.append(f"    {name}: {{{', '.join(f'{key}: {value}' for key, value in rule.items())}}}")
    further = [f"  trade_regime: {draw.choice(('high', 'us_20', '', '5'))}"] if draw.random() < 0.4 else []
    further += [f"  duty_on: {draw.choice(('checkout_price', 'factory_price', 'x'))}"] if draw.random() < 0.3 else []
    head = HEAD
    if draw.random() < 0.3:
        shipped(folder)
        head = "name: shop\nextends: configs/market.yaml\n"
    file = written(folder, head + "\n".join(["market:", "  trade_rules:", *rows, *further, ""]))
    out = folder / "run"
    return Case(" ".join(row.strip() for row in rows)[:200], looked_at_and_run(file, out), None, out)


def doubts(draw: Random, folder: Path) -> Case:
    """Doubt some keys, each with two values, good ones and odd ones, and try them."""
    rows = []
    for _ in range(draw.randint(1, 3)):
        keys = *draw.sample(sorted(numbers()), 8), *draw.sample(sorted(settings()), 1), "store.meta"
        key = draw.choice(keys)
        odd = draw.random() < 0.3
        values = [draw.choice((amount(draw), *draw.sample(ODD_VALUES, 3)) if odd else ("0.5", "0.4")) for _ in range(2)]
        rows.append(f"  - [{', '.join([key, *values][: draw.choice((3, 2)) if odd else 3])}]")
    file = written(folder, HEAD + "\n".join(["doubts:", *rows, ""]))
    out = folder / "doubt.json"
    tried = ("readings", str(file), "--worlds", "8", "--replicates", "4", "--jobs", "1", "--set", "horizon_days=30")
    commands = [("validate", str(file)), (*tried, "--out", str(out))]
    return Case(" ".join(row.strip() for row in rows)[:200], commands, None, out)
