"""Tables of a sweep: chances of its cells, and what failed."""

import pytest

import sim
from sim.cli.sweep_screen import chances_table, failures_table, shown_chance
from sim.studies.sweeps.rows import estimate_rows
from sim.studies.sweeps.runner import SweepRun
from sim.studies.sweeps.sealed_files import encode_cell
from sim.studies.sweeps.store import Store
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
    table = chances_table(SweepRun(sweep, store.directory, 1, 0, {}, {}, 1.0), "en")
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
