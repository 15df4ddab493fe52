"""The page of a sweep: its first screen, what is missing, hostile words, and the same page for the same content."""

import json
import re
import sys
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim
from sim.results.atomic_writes import StorageError
from sim.show import plots
from sim.show.plots.sweeps.frames import Axis, axis_groups
from sim.show.report import sweep_page, write_sweep_report
from sim.show.report.sweep.answer import box, means_of_thirds, sweep_answer
from sim.show.report.sweep.page import outcome_cells, page_of
from sim.show.report.sweep.pictures import ends
from sim.show.report.sweep.snapshot import read_snapshot
from sim.studies.sweeps.sealed_files import encode
from sim.studies.sweeps.store import Store
from sim.text.labels import speaker
from tests import builders
from tests.builders import command, write_sweep

HOSTILE = "</style></script><script>window.broken=1</script><img src=x onerror=window.broken=2> $\\frac{$"
GRID = "axes: {wallet.capital: [5000, 8000], store.returns.return_rate: [0.1, 0.2, 0.3]}\n"
RANGES = "{wallet.capital: {from: 4000, to: 9000}, store.returns.return_rate: {from: 0.1, to: 0.3}}"
LATIN = f"latin_hypercube: {{n: 5, ranges: {RANGES}}}\n"
THIRD = "store.freight.carrier: [dhl, packet]"
PANELS = f"axes: {{wallet.capital: [5000, 8000], store.returns.return_rate: [0.1, 0.2], {THIRD}}}\n"


class Reader(HTMLParser):
    """What a page is made of: its elements, its words by section, and its ids."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.ids, self.words, self.inside = [], [], {}, []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        found = dict(attributes).get("id")
        if found:
            self.ids.append(found)
        if tag in ("section", "footer"):
            self.inside.append(found)

    def handle_endtag(self, tag):
        if tag in ("section", "footer"):
            self.inside.pop()

    def handle_data(self, text):
        key = self.inside[-1] if self.inside else "head"
        self.words[key] = self.words.get(key, "") + text


def swept(folder, body, head=builders.HEAD):
    sim.run_sweep(sim.load_sweep(write_sweep(folder, body, head)), folder / "s", n_jobs=1)
    return folder / "s"


@pytest.fixture(scope="module")
def grid(tmp_path_factory):
    return swept(tmp_path_factory.mktemp("grid"), GRID)


def test_the_first_screen_says_where_how_likely_how_sure_and_what_matters(grid):
    frame = sim.read_sweep(grid, headlines=True)
    words = Reader(sweep_page(grid)).words["answer"]
    assert "Of 6 scenarios a profit with own store is likeliest where Cash the seller starts with" in words
    best = frame.loc[frame["chance"].idxmax()]
    assert f"simulation ±{50 * (best['chance_high'] - best['chance_low']):.1f} points" in words
    n50 = int((frame["chance"] >= 0.5).sum())
    assert re.search(rf"reaches 50% in {n50}( \(\d+–\d+\))? of 6 cells", words)
    assert ("What matters most is: " in words) != ("None of these axes moves" in words)
    assert "Unfinished" not in words
    chinese = Reader(sweep_page(grid, "zh")).words["answer"]
    assert "在 6 个方案中" in chinese


def test_counts_and_the_axis_that_matters_most_on_a_known_plane(grid):
    found = read_snapshot(grid)
    rate = found.frame["store.returns.return_rate"]
    chance = 0.85 - 2.0 * (rate - 0.1) + 0.01 * (found.frame["wallet.capital"] == 8000)
    frame = found.frame.assign(chance=chance, chance_low=chance - 0.065, chance_high=chance + 0.065)
    known = type(found)(found.design, frame, {}, found.values, 6, "")
    sentences = " ".join(sweep_answer(known, speaker("en"), "en").sentences)
    assert (
        "is likeliest where Cash the seller starts with, each strategy = 8,000; Orders returned = 10%: 86%" in sentences
    )
    assert "reaches 50% in 4 (4–6) of 6 cells (67%), and 80% in 2 (0–2) (33%)" in sentences
    assert "is: Orders returned. Along it the mean chance goes from 46% (at 30%) to 86% (at 10%)" in sentences
    assert "1 other figures lie within its simulation error" in sentences


def said_of(found, chance, half=0.02):
    """Return the sentences on a sweep with other chances, by cell, and as many cells as have one."""
    frame = found.frame.assign(chance=chance, chance_low=chance - half, chance_high=chance + half)
    known = type(found)(found.design, frame, {}, found.values, int(chance.notna().sum()), "")
    return " ".join(sweep_answer(known, speaker("en"), "en").sentences)


def test_figures_whose_intervals_overlap_are_not_within_the_error_of_the_likeliest(grid):
    found = read_snapshot(grid)
    chance = pd.Series([0.5, 0.47, 0.47, 0.3, 0.3, 0.3])
    assert "lie within its simulation error" not in said_of(found, chance)
    assert "1 other figures lie within its simulation error" in said_of(found, chance.replace(0.3, 0.2) + [0, 0.02] * 3)


def test_a_chance_that_just_has_a_level_reaches_it(grid):
    chance = pd.Series([0.5, 0.8, 0.4999, 0.3, float("nan"), 0.2])
    assert "reaches 50% in 2 of 5 cells (40%), and 80% in 1 (20%)" in said_of(read_snapshot(grid), chance, half=0.0)


def test_a_strategy_in_figures_is_its_likeliest_cell_and_how_many_reach_one_half():
    chance = pd.Series([0.6, 0.75, 0.3, float("nan")])
    rows = pd.DataFrame({"chance": chance, "chance_low": chance - 0.01, "chance_high": chance + 0.01})
    assert box(rows) == {"chance": "75% ±1.0", "n50": "2", "cells": "3"}
    assert box(rows[3:]) == {"chance": "–", "n50": "–", "cells": "0"}


def test_thirds_of_an_axis_are_told_by_their_ends_and_their_means():
    rows = pd.DataFrame({"k": [6.0, 1.0, 2.0, 3.0, 4.0, 5.0], "chance": [0.9, 0.1, 0.2, 0.3, 0.4, 0.5]})
    found = means_of_thirds(rows, Axis("k", np.arange(1.0, 7.0)))
    assert [ends for ends, _ in found] == ["1–2", "3–4", "5–6"]
    assert [mean for _, mean in found] == pytest.approx([0.15, 0.35, 0.7])


def test_cash_needed_is_marked_at_least_where_the_capital_was_too_small(grid):
    found = read_snapshot(grid)
    frame = found.frame.assign(cash_at_least=[0.051, 0.05, 0.0] * 2, cash_needed_p95=[9000.0, 8000, 7000] * 2)
    reader = Reader(page_of(type(found)(found.design, frame, {}, found.values, 6, ""), "en"))
    assert reader.words["cells"].count("≥ ") == reader.words["cells"].count("≥ 9,000") == 2
    assert re.search(r"to ≥ 9,000 \(", reader.words["pictures"])
    assert "≥: at least that" in reader.words["cells"]


def test_an_axis_that_changes_nothing_is_not_blamed_for_the_cells_that_are_missing(grid):
    found = read_snapshot(grid)
    capital, rate = found.frame["wallet.capital"], found.frame["store.returns.return_rate"]
    chance = 0.9 - 2.0 * (rate - 0.1)
    assert "is: Orders returned. Along it" in said_of(found, chance)
    gone = said_of(found, chance.where((capital == 8000) | (rate == 0.1)))
    assert "Cash the seller starts with" not in gone.partition("For own store")[2]
    assert "along 0 of 2 axes: what matters most cannot be said yet" in gone
    some = said_of(found, chance.where((capital == 8000) | (rate < 0.3)))
    assert "Along the axis (Orders returned) the mean chance goes from 70% (at 20%) to 90% (at 10%)" in some
    assert "along 1 of 2 axes" in some
    assert "matters most is" not in some
    assert "None of these axes" not in some
    most = said_of(found, chance.where(rate < 0.3))
    assert "along 1 of 2 axes" in most, "no capital has all its cells"


@pytest.mark.slow
def test_values_left_out_are_spoken_of(tmp_path):
    body = "axes: {wallet.capital: [5000, 6000, 8000], store.returns.return_rate: [0.1, 0.2, 0.3]}\n"
    found = read_snapshot(swept(tmp_path, body))
    capital, rate = found.frame["wallet.capital"], found.frame["store.returns.return_rate"]
    chance = 0.9 - 2.0 * (rate - 0.1)
    assert "Only values all of whose cells are there" not in said_of(found, chance)
    said = said_of(found, chance.where((capital != 6000) | (rate != 0.2)))
    assert "from 50% (at 30%) to 90% (at 10%). Only values all of whose cells are there are compared." in said


def test_axes_that_move_nothing_are_not_named(grid):
    found = read_snapshot(grid)
    chance = 0.2 + 0.02 * (found.frame["wallet.capital"] == 8000)
    frame = found.frame.assign(chance=chance, chance_low=chance - 0.03, chance_high=chance + 0.03)
    sentences = " ".join(
        sweep_answer(type(found)(found.design, frame, {}, found.values, 6, ""), speaker("en"), "en").sentences
    )
    assert "None of these axes moves the chance by more than the simulation error of a cell, ±3.0 points." in sentences
    assert "matters most" not in sentences


def test_all_parts_are_there_and_nothing_is_asked_of_the_network(grid):
    page = sweep_page(grid)
    reader = Reader(page)
    for section in ("answer", "pictures", "cells", "design", "provenance"):
        assert reader.words[section].strip(), section
    assert "failed" not in reader.ids
    assert len(reader.ids) == len(set(reader.ids)), "an id stands twice"
    assert not re.search(r'(?:src|href)="(?!#|data:)', page)
    maps = [key for key in reader.ids if re.fullmatch(r"map-\d", key)]
    assert len(maps) == 4
    numbers = [a["data-kind"] for tag, a in reader.tags if tag in ("th", "td") and "data-kind" in a]
    assert numbers[0] == "number", "the first column sorts by value"
    assert json.loads((grid / "sweep.json").read_text())["sweep_hash"] in reader.words["provenance"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("body", "key", "count"),
    [
        ("axes: {wallet.capital: [5000, 8000]}\n", "lines-", 4),
        ("axes: {wallet.capital: [5000, 8000], store.freight.carrier: [dhl, packet]}\n", "lines-", 4),
        (PANELS, "panels-", 4),
        (LATIN, "dots-", 2),
        ("cells: [{}, {wallet.capital: 8000}, {store.returns.return_rate: 0.3}]\n", "dots-", 0),
    ],
)
def test_pictures_fit_the_axes(tmp_path, body, key, count):
    folder = swept(tmp_path, body)
    reader = Reader(sweep_page(folder))
    assert len([found for found in reader.ids if re.fullmatch(rf"{key}[\w]+", found) and "title" not in found]) == count
    assert "–" in reader.words["cells"]


def part_of(whole, folder, keep):
    """Return a folder with the same design and the cells whose values are to be kept."""
    (folder / "cells").mkdir(parents=True)
    for name in ("sweep.json", "log.jsonl"):
        (folder / name).write_bytes((whole / name).read_bytes())
    for run_hash, values in Store(whole).design().cells.items():
        if keep(values["wallet.capital"], values["store.returns.return_rate"]):
            file = Store(folder).cell_file(run_hash)
            file.write_bytes(Store(whole).cell_file(run_hash).read_bytes())
    return folder


def test_axis_values_without_any_finished_cell_are_hatched_and_counted(grid, tmp_path):
    folder = part_of(grid, tmp_path / "s", lambda capital, rate: rate != 0.2)
    frame = sim.read_sweep(folder, headlines=True)
    assert list(frame["status"]) == ["finished", "missing", "finished"] * 2
    assert list(frame["chance"].isna()) == [False, True, False] * 2
    assert list(frame["cell"]) == list(Store(grid).design().cells)
    ax = plots.sweep_map(frame, "wallet.capital", "store.returns.return_rate")
    assert sum(bool(patch.get_hatch()) for patch in ax.patches) == 2
    assert "hatched: 2 cells not computed" in " ".join(text.get_text() for text in ax.texts)
    assert "hatched: 2 cells not computed" in Reader(sweep_page(folder)).words["pictures"]


def test_a_diagonal_of_finished_cells_leaves_two_axes(grid, tmp_path):
    folder = part_of(grid, tmp_path / "s", lambda capital, rate: (capital, rate) in ((5000, 0.1), (8000, 0.3)))
    groups = axis_groups(sim.read_sweep(folder, headlines=True))
    assert [(axis.key, len(axis.values), axis.together) for axis in groups] == [
        ("wallet.capital", 2, ()),
        ("store.returns.return_rate", 3, ()),
    ]


@pytest.mark.slow
def test_an_index_of_another_progress_is_made_anew(grid, tmp_path):
    folder = part_of(grid, tmp_path / "s", lambda capital, rate: capital == 5000)
    Store(folder).write_index()
    assert (read_snapshot(folder).finished, read_snapshot(folder).cells) == (3, 6)
    for file in (grid / "cells").iterdir():
        (folder / "cells" / file.name).write_bytes(file.read_bytes())
    assert read_snapshot(folder).frame["chance"].notna().all()
    assert sweep_page(folder) == sweep_page(grid)


def test_an_unfinished_sweep_says_so_first_and_hatches(grid, tmp_path):
    folder = part_of(grid, tmp_path / "s", lambda capital, rate: False)
    with pytest.raises(StorageError, match="no cell is finished"):
        sweep_page(folder)
    for file in sorted((grid / "cells").iterdir())[:4]:
        (folder / "cells" / file.name).write_bytes(file.read_bytes())
    reader = Reader(sweep_page(folder))
    assert reader.words["answer"].strip().startswith("Unfinished: 2 of 6 cells are missing (0 failed)")
    assert "hatched: 2 cells not computed" in reader.words["pictures"]
    assert reader.words["cells"].count("own store") == 6, "a missing cell keeps its row"


@pytest.mark.slow
def test_failed_cells_are_listed_with_their_message_as_text(tmp_path):
    def fails(scenario, plan, run_hash, values):
        if values["wallet.capital"] == 6000:
            raise ZeroDivisionError(HOSTILE)
        return builders.simulate_cell(scenario, plan, run_hash, values)

    sweep = sim.load_sweep(write_sweep(tmp_path))
    sim.run_sweep(sweep, tmp_path / "s", n_jobs=1, work=fails)
    page = sweep_page(tmp_path / "s")
    reader = Reader(page)
    assert "1 of 4 cells are missing (1 failed)" in reader.words["answer"]
    assert "wallet.capital=6000" in reader.words["failed"]
    assert f"ZeroDivisionError: {HOSTILE}" in reader.words["failed"]
    assert [tag for tag, _ in reader.tags].count("script") == 1


def test_hostile_words_stay_words(grid):
    found = read_snapshot(grid)
    keys = list(found.design["axes"])
    bad = f"{keys[1]}.{HOSTILE}"
    frame = found.frame.rename(columns={keys[1]: bad}).assign(strategy=HOSTILE, **{keys[0]: [HOSTILE, "b"] * 3})
    design = found.design | {"title": HOSTILE, "name": HOSTILE, "axes": [keys[0], bad]}
    reader = Reader(page_of(type(found)(design, frame, {}, found.values, 6, "0"), "en"))
    assert [tag for tag, _ in reader.tags].count("script") == 1
    assert "img" not in [tag for tag, _ in reader.tags]
    assert not [name for _, attributes in reader.tags for name in attributes if name.startswith("on")]
    assert HOSTILE in reader.words["head"]


def row_of(**changes):
    """Return the row of a cell in which no two figures are alike."""
    row = {"by_inputs_low": 0.11, "by_inputs_high": 0.72, "cash_at_least": 0.06}
    for column, value, half in (("chance", 0.41, 0.012), ("ruin", 0.08, 0.01), ("cash_needed_p95", 4500.0, 50.0)):
        row |= {column: value, f"{column}_low": value - half, f"{column}_high": value + half}
    return row | {"profit_p5": -6000.0, "profit_p50": -700.0, "profit_p95": 9000.0} | changes


def test_every_figure_of_a_cell_stands_in_its_column_and_is_sorted_by_its_value():
    cells = outcome_cells(row_of())
    assert cells == ["41% ±1.2", "11–72%", "8.0%", "−6,000", "−700", "9,000", "≥ 4,500"]
    assert [cell.order for cell in cells] == pytest.approx([0.41, 0.61, 0.08, -6000, -700, 9000, 4500])
    nothing = outcome_cells(dict.fromkeys(row_of(), float("nan")))
    assert nothing == ["–"] * 7


def test_rows_beyond_the_table_are_counted(grid, monkeypatch):
    monkeypatch.setattr(sys.modules[outcome_cells.__module__], "MAX_ROWS", 4)
    words = Reader(sweep_page(grid)).words["cells"]
    assert words.count("own store") == 4
    assert "2 more rows are in index.parquet." in words


def test_a_picture_tells_the_ear_where_a_figure_is_least_and_where_greatest(grid):
    found = read_snapshot(grid)
    ruin = 0.5 - found.frame["store.returns.return_rate"]
    frame = found.frame.assign(ruin=ruin, ruin_low=ruin - 0.01, ruin_high=ruin + 0.01)
    known = type(found)(found.design, frame, {}, found.values, 6, "")
    said = ends(known, "independent", "ruin", speaker("en"), "en")
    assert said.index("20%") < said.index("Orders returned = 30%") < said.index("40%") < said.index("returned = 10%")


@pytest.mark.slow
def test_the_same_content_gives_the_same_bytes_and_a_page_that_is_true_stays(grid, tmp_path):
    assert sweep_page(grid) == sweep_page(grid)
    write_sweep_report(grid)
    page = grid / "report.html"
    first = page.read_bytes()
    assert first.decode() == sweep_page(grid)
    write_sweep_report(grid, "zh")
    assert page.read_bytes() == first
    page.write_bytes(first[: len(first) // 2].replace(b"made-of", b"made_of"))
    write_sweep_report(grid)
    assert page.read_bytes() == first
    (grid / "index.parquet").write_bytes(b"cut")
    assert sweep_page(grid).encode() == first, "a damaged index is made anew from the cells"
    Store(grid).write_index()
    page.unlink()


@pytest.mark.slow
def test_the_commands_write_it(tmp_path, monkeypatch, capsys):
    file = write_sweep(tmp_path, "axes: {wallet.capital: [5000, 8000]}\n")
    outcome = command(monkeypatch, capsys, "sweep", file, "--jobs", "1", "--out", tmp_path / "s", "--quiet")
    assert (outcome.status, outcome.err) == (0, "")
    made = (tmp_path / "s" / "report.html").read_text(encoding="utf-8")
    assert made == sweep_page(tmp_path / "s")
    assert not list(Path(tmp_path / "s").rglob("*.partial"))
    target = tmp_path / "zh.html"
    assert command(monkeypatch, capsys, "report", tmp_path / "s", "--out", target, "--language", "zh").status == 0
    assert target.read_text(encoding="utf-8") == sweep_page(tmp_path / "s", "zh")
    assert command(monkeypatch, capsys, "report", tmp_path, "--out", target).status == 2


@pytest.mark.slow
def test_means_along_an_axis_leave_out_values_with_missing_cells(tmp_path):
    body = (
        "axes: {wallet.capital: [5000, 8000], store.returns.return_rate: [0.1, 0.2], "
        "store.goods.gross_margin: [0.5, 0.6], store.freight.carrier: [dhl, packet]}\n"
    )
    folder = swept(tmp_path, body)
    found = read_snapshot(folder)
    assert found.is_grid
    page = page_of(found, "en")
    assert len([key for key in Reader(page).ids if re.fullmatch(r"mean-\d", key)]) == 4
    chance = np.where(found.frame["wallet.capital"] == 5000, np.nan, found.frame["chance"])
    gone = type(found)(found.design, found.frame.assign(chance=chance), {}, found.values, 8, "")
    assert "1 cells not computed, not drawn" in Reader(page_of(gone, "en")).words["pictures"]


@pytest.mark.slow
def test_cash_that_ran_out_after_the_last_full_month_is_ruin_and_a_lower_bound(tmp_path):
    head = builders.HEAD.replace("horizon_days: 30", "horizon_days: 75, wallet.grace_days: 0")
    folder = swept(tmp_path, "axes: {wallet.capital: [600, 60000]}\n", head)
    frame = sim.read_sweep(folder, headlines=True)
    assert list(frame["month"]) == [2.5, 2.5]
    assert list(frame["ruin"]) == [1.0, 0.0]
    assert list(frame["cash_at_least"]) == [1.0, 0.0]
    page = sweep_page(folder)
    assert Reader(page).words["cells"].count("≥ ") == 1
    store = Store(folder)
    old = store.index().drop_columns(["cash_at_least", "cash_at_least_low", "cash_at_least_high"])
    store.write(folder / "index.parquet", encode(old, {"content": "index"}))
    assert sweep_page(folder) == page, "an index of fewer columns is made anew"
