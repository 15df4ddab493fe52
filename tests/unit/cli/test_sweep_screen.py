"""Screens of a sweep: its answer within 80 columns and 50 lines, chances of its cells, and what failed."""

import io
from itertools import product

import pytest
from rich.console import Console

import sim
from sim.cli.sweep_screen import SCREEN_LINES, answer_parts, chances_table, failures_table, lasting, shown_chance
from sim.studies.sweeps.rows import HEADLINES, estimate_rows
from sim.studies.sweeps.sealed_files import encode_cell
from sim.studies.sweeps.store import Design, Store
from sim.text.table import SOFT
from tests import builders
from tests.builders import write_sweep


def test_a_table_of_chances_has_a_row_a_cell_and_a_column_a_strategy(tmp_path):
    sweep = sim.load_sweep(write_sweep(tmp_path, "axes: {wallet.capital: [5000, 6000]}\n"))
    store = Store(tmp_path / "s")
    store.prepare()
    store.begin(sweep)
    first = sweep.cells[0].run_hash
    store.write(store.cell_file(first), encode_cell(estimate_rows(builders.summary()), {"run_hash": first}))
    table = chances_table(store.design(), store.index().to_pylist(), "en")
    assert [column.header.replace(SOFT, "") for column in table.columns] == [
        "wallet.capital",
        "own store",
        "AliExpress",
    ]
    assert table.rows == [("5000", "41% ±1.0", "53% ±1.0"), ("6000", "–", "–")]


def test_a_chance_is_told_with_half_its_interval():
    assert shown_chance({"chance": 0.41, "chance_low": 0.398, "chance_high": 0.422}) == "41% ±1.2"
    assert shown_chance({"chance": 0.0, "chance_low": 0.0, "chance_high": 0.012}) == "none\xa0seen"
    assert shown_chance({"chance": None, "chance_low": None, "chance_high": None}) == shown_chance(None) == "–"


@pytest.mark.parametrize(("count", "shown", "note"), [(20, 20, ""), (1021, 20, "and 1,001 more: see log.jsonl")])
def test_failures_beyond_twenty_are_counted(count, shown, note):
    messages = {f"{place:064d}": f"message {place}" for place in range(count)}
    table = failures_table(messages, {f"{0:064d}": "wallet.capital=1"}, "en")
    assert (len(table.rows), table.note) == (shown, note)
    assert table.rows[0] == ("00000000", "wallet.capital=1", "message 0")


def rows_of(cells, strategies, expected):
    """Return the rows of an index: of every cell and strategy the same chance, and what is expected."""
    out = []
    for cell, values in cells.items():
        for strategy in strategies:
            found = {"expected_after_owner_pay": expected(values), "chance": 0.4, "chance_after_owner_pay": 0.4}
            row = {name: found.get(name) for name in HEADLINES}
            for name, value in found.items():
                row |= {f"{name}_low": value - 0.01, f"{name}_high": value + 0.01}
            out.append({"cell": cell, "strategy": strategy} | dict.fromkeys(design_of(cells).axes) | values | row)
    return out


def design_of(cells, title="A sweep"):
    axes = tuple(dict.fromkeys(key for values in cells.values() for key in values))
    return Design("s", title, axes, cells, {"worlds": 64, "replicates": 4, "seed": 1}, "USD", {})


def printed(cells, strategies, expected, language="en", title="A sweep"):
    """Return the lines of the answer on a screen of 80 columns."""
    out = Console(file=io.StringIO(), width=80)
    for part in answer_parts(design_of(cells, title), rows_of(cells, strategies, expected), language, out):
        out.print(part, highlight=False)
    return out.file.getvalue().splitlines()


def cells_of(**axes):
    points = product(*axes.values())
    return {f"{n:064d}": dict(zip(axes, point, strict=True)) for n, point in enumerate(points)}


RATES = {"store.returns.return_rate": [k / 100 for k in range(5, 35)]}
MARGINS = {"store.goods.gross_margin": [k / 100 for k in range(30, 60)]}
FEW = {"store.returns.return_rate": [0.1, 0.2, 0.3]}


def test_a_large_sweep_has_its_answer_and_no_table_of_cells():
    lines = printed(cells_of(**RATES, **MARGINS), ["store"], lambda v: 1000 * (0.2 - v["store.returns.return_rate"]))
    text = " ".join("\n".join(lines).split())
    assert text.startswith("A sweep · 900 cells · 256 histories each Start with own store in 450 of 900 cells;")
    assert "the expected gain turns to a loss at about 20%" in text
    assert "Best: own store, +150" in text
    assert "chance of profit" not in text.split("Where the answer turns")[1]


def test_a_small_sweep_has_its_table_below_the_answer():
    lines = printed(cells_of(**FEW), ["store", "dual"], lambda v: -1)
    assert sum(line.count("40% ±1.0") == 2 for line in lines) == 3
    assert lines[2].startswith("Do not start in any of the 3 cells")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("n_axes", [1, 3, 8])
def test_however_large_the_answer_fits_the_screen(n_axes, language):
    keys = list(dict.fromkeys(key for key in sim.load("configs/article.yaml").numbers() if key.startswith("store.")))
    cells = cells_of(**{key: [1.0, 2.0] for key in keys[:n_axes]})
    strategies = [f"a strategy with a name as long as it may be, number {n}" for n in range(5)]
    lines = printed(cells, strategies, lambda v: sum(v.values()) - 1.5 * n_axes + 0.2, language, "title " * 30)
    assert max(map(len, lines)) <= 80
    assert len(lines) <= SCREEN_LINES - 3
    assert ("answer()" in "".join(lines)) == (n_axes == 8)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.42, "0.4 s"),
        (9.96, "10 s"),
        (89, "89 s"),
        (90, "2 min"),
        (5300, "88 min"),
        (5400, "1 h 30 min"),
        (9e4, "25 h 0 min"),
    ],
)
def test_times_are_said_as_people_do(seconds, said):
    assert lasting(seconds, "en") == said
