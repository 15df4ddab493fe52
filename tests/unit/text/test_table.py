import io
import re
from dataclasses import replace

import numpy as np
import pytest
from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

import sim
from sim.cli.sweep_screen import failures_table
from sim.cli.sweeps import query as query_command
from sim.results.screen import screen
from sim.studies.article import Fact, facts_table
from sim.studies.capital import CapitalReport
from sim.studies.capital_screen import capital_screen
from sim.studies.compare_screen import comparing_screen
from sim.studies.learn_screen import learning_screen
from sim.studies.need_screen import need_screen
from sim.studies.sweeps import query as question
from sim.text import table as home
from sim.text.labels import LANGUAGES
from sim.text.table import (
    FIGURE,
    NAME,
    SOFT,
    WORDS,
    Cell,
    Column,
    Layout,
    Table,
    balanced_groups,
    fold,
    fold_evenly,
    spread,
)
from tests.unit.studies.test_capital import grid_about, needing, search

WIDTHS = (60, 80, 100, 110, 140)
PAGES = ("screen", "compare", "learn", "cash", "facts")
NONE, ENDLESS = float("nan"), float("inf")
FACTS = [
    Fact("F8", "days from the order to the money, Alibaba.com", "7–15", 10.5, 11.0, 11.5, 11.0, True, "median"),
    Fact(
        "F17", "ACoS of the test phase (no sales: infinite)", "35–50%", 0.163, 0.476, ENDLESS, 0.4, False, "median", "%"
    ),
    Fact("F21", "stable by month 3, share of paths", "–", NONE, NONE, NONE, 0.037, None, "shown", "%"),
    Fact("F21", "months to stable profit, of the 0% stable by month 8", "6–8", NONE, NONE, NONE, NONE, False, "median"),
    Fact("F23", "month 1 all in: site, ads, ERP", "¥3,000 = 429", 420.0, 420.0, 1420.0, 420.0, True, "mean", "USD"),
    Fact(
        "F27", "sales in month 8, both over the platform alone", "1.47 / 1.29 = 1.14", 0.3, 3.1, 9.8, 3.6, None, "shown"
    ),
]


@pytest.fixture(scope="module")
def pages():
    article = sim.load("configs/article.yaml")
    result = sim.run(article, worlds=256, replicates=2)
    first = article.with_({"strategies": {"alibaba": ["alibaba"], "dual": ["alibaba", "store"]}})
    other = first.with_({"store.meta.cpc": 1.25, "wallet.capital": 9000.0})
    compared = sim.compare({"article": first, "dearer clicks": other}, worlds=16, replicates=2)
    grid = grid_about(4000.0)
    answers = [
        replace(search(needing(np.arange(800) * 7919 % 800 * 8.125), grid, 0.05), strategy=name)
        for name in ("store", "dual")
    ]
    needed = sim.need(article.with_({"horizon_days": 60}), 0.3, strategy="dual", keys=["price", "returns"], worlds=16)
    cash = CapitalReport("toy", "USD", 240, 800, 1, 1, 200, tuple(answers), {"store.stop_loss.largest_loss": 6000.0})
    summary, learned = result.summary(), sim.learn(result)
    return {
        "screen": lambda language: screen(article.title, summary, language),
        "compare": lambda language: comparing_screen(compared.to_dict(), language),
        "learn": lambda language: learning_screen(learned.to_dict(), language),
        "cash": lambda language: capital_screen(cash.to_dict(), language),
        "need": lambda language: need_screen(needed.to_dict(), language),
        "facts": lambda language: facts_table(FACTS),
    }


def printed(page, width):
    console = Console(file=io.StringIO(), width=width)
    console.print(page, highlight=False)
    return console.file.getvalue()


def figures(text):
    return set(re.findall(r"[<>≥±+−]*\d[\d,.]*[%x]?(?: / [−\d,.]+)*", text))


def cells_of(text):
    """Return what stands between two blanks or more: names, headers and figures as they were given."""
    return {
        cell
        for line in text.splitlines()
        for cell in re.split(r"\s{2,}", line.strip())
        if re.search(r"\d|none|all", cell)
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_cut_on_any_terminal(pages, name, language):
    page = pages[name](language)
    wide = printed(page, 400)
    for width in WIDTHS:
        narrow = printed(page, width)
        assert "…" not in narrow, width
        assert max(map(cell_len, narrow.splitlines())) <= width
        assert figures(wide) - figures(narrow) == set(), width


@pytest.mark.parametrize("name", ["screen", "cash"])
def test_ranges_and_intervals_stay_on_one_line(pages, name):
    assert tables(pages[name]("en"))
    for table in tables(pages[name]("en")):
        whole = {cell for row in table.rows for cell in row[1:]}
        for width in (60, 80, 100, 110, 140):
            assert whole - {"–"} <= cells_of(printed(table, width)), width


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_on_absurd_terminals_nothing_is_lost(pages, name, language):
    page = pages[name](language)
    for width in (20, 30, 45):
        assert max(map(cell_len, printed(page, width).splitlines())) <= width
    for width in (1, 2, 7):
        assert printed(page, width)
    for table in tables(page):
        for width in (1, 2, 7, *range(10, 150, 7)):
            for column, cells in laid_out(table, width).items():
                assert cells == [bare(row[column]) for row in table.rows], width


def tables(page):
    return [part for part in getattr(page, "renderables", [page]) if isinstance(part, Table)]


def bare(text):
    return re.sub(r"\s", "", text)


def folded(table, column, width):
    """Return the lines of each cell of a column, as the table folds them."""
    return [fold(row[column], width, table.columns[column].hanging) for row in table.rows]


def laid_out(table, width):
    """Return the cells of each column without blanks, from whatever blocks they stand in."""
    found = {}
    for widths in Layout(table, width).blocks():
        for column, room in widths.items():
            cells = [bare("".join(lines)) for lines in folded(table, column, room)]
            assert found.setdefault(column, cells) == cells
    assert sorted(found) == list(range(len(table.columns)))
    return found


def test_keys_to_paste_are_whole(pages):
    page = printed(pages["learn"]("en"), 80)
    table, _ = tables(pages["learn"]("en"))
    for key, meaning in (row[0].split("\n") for row in table.rows):
        assert any(line.split()[:1] == [key] for line in page.splitlines())
        assert meaning.split()[0] in page


def test_where_everything_fits_it_is_the_plain_table_of_rich(pages):
    for ours in tables(pages["screen"]("en")):
        plain = RichTable(title=ours.title, title_justify="left", title_style="bold", box=None, padding=(0, 2, 0, 0))
        for column in ours.columns:
            plain.add_column(column.header, justify=column.side, no_wrap=True)
        for row in ours.rows:
            plain.add_row(*row)
        assert printed(ours, 130) == printed(plain, 130)


def test_a_ruled_table_is_that_of_rich_too():
    ours = Table("Title", [Column("a", NAME), Column("b", WORDS)], ruled=True)
    plain = RichTable(title="Title", title_justify="left", box=box.SIMPLE_HEAD, show_edge=False)
    plain.add_column("a")
    plain.add_column("b")
    for table in (ours, plain):
        table.add_row("one", "two three")
    assert printed(ours, 60) == printed(plain, 60)


def test_the_test_sees_what_plain_tables_cut(pages, monkeypatch):
    def plain(table, console, options):
        cut = RichTable(title=table.title, box=None, padding=(0, 2, 0, 0))
        for column in table.columns:
            cut.add_column(column.header, justify=column.side, no_wrap=True)
        for row in table.rows:
            cut.add_row(*map(Text, row))
        yield cut

    monkeypatch.setattr(Table, "__rich_console__", plain)
    for name in PAGES:
        with pytest.raises(AssertionError):
            test_nothing_is_cut_on_any_terminal(pages, name, "en")


def months(n_months):
    table = Table("By month", ["strategy", *map(str, range(1, n_months + 1))])
    table.add_row("own store", *["−12.3 ±1.1"] * n_months)
    return table


def test_months_are_split_evenly_and_names_stand_again():
    page = printed(months(8), 70).splitlines()
    heads = [line.split() for line in page if line.startswith("strategy")]
    assert heads == [["strategy", "1", "2", "3", "4"], ["strategy", "5", "6", "7", "8"]]
    assert sum(line.startswith("own store") for line in page) == 2
    assert [len(group) for group in balanced_groups([12] * 7, 3)] in ([3, 2, 2], [2, 3, 2], [2, 2, 3])
    assert balanced_groups([24, 21, 8, 6], 2) == [range(1), range(1, 4)]
    assert balanced_groups([], 1) == [range(0)]


def first_row(table, widths):
    """Return the lines of each cell of the first row of a block."""
    return [folded(table, column, width)[0] for column, width in widths.items()]


def test_headers_fold_before_names_and_names_before_figures():
    table = Table("", ["strategy", "chance of a profit", "cash needed, 5 / 50 / 95%"])
    table.add_row("Alibaba.com + own store", "24% ±1.2", "3,591 / 5,053 / 7,408")
    for name in ("own store", "Alibaba.com", "AliExpress"):
        table.add_row(name, "24% ±1.2", "–")
    [widths] = Layout(table, 70).blocks()
    assert fold_evenly(table.columns[2].header, widths[2]) == ["cash needed,", "5 / 50 / 95%"]
    assert first_row(table, widths) == [["Alibaba.com + own store"], ["24% ±1.2"], ["3,591 / 5,053 / 7,408"]]
    [widths] = Layout(table, 52).blocks()
    assert first_row(table, widths) == [["Alibaba.com + own", "  store"], ["24% ±1.2"], ["3,591 / 5,053 / 7,408"]]
    first, second = Layout(table, 40).blocks()
    assert (list(first), list(second)) == ([0, 1], [0, 2])
    assert first_row(table, second)[1] == ["3,591 / 5,053 / 7,408"]


def test_lines_fold_at_spaces_between_chinese_characters_and_else_anywhere():
    assert fold("Alibaba.com + own store", 14, 2) == ["Alibaba.com +", "  own store"]
    assert fold("key\n  its meaning", 9, 2) == ["key", "  its", "  meaning"]
    assert fold("盈利概率，大约", 8) == ["盈利概", "率，大约"]
    assert fold_evenly("扣除店主报酬后", 12) == ["扣除店主", "报酬后"]
    assert fold(f"store.{SOFT}meta.{SOFT}cpm", 11) == ["store.meta.", "cpm"]
    assert fold(f"store.{SOFT}meta", 40) == ["store.meta"]
    assert fold("store.funnel.start_conversion", 16) == ["store.funnel.", "start_conversion"]
    assert fold("0123456789", 4, 2) == ["012", " 345", " 678", " 9"]
    assert fold("", 4) == [""]


def test_room_is_taken_from_the_widest():
    assert spread([1, 1, 1], [5, 20, 30], 25) == [5, 10, 10]
    assert spread([1, 12, 1], [5, 20, 30], 25) == [5, 12, 8]
    assert spread([3, 3], [9, 9], 2) == [3, 3]
    assert spread([], [], 9) == []


def test_text_is_no_markup_wherever_it_stands():
    table = Table("[red]title[/red]", [Column("[b]a[/b]", NAME), Column(":smile:")], note="[i]note[/i]")
    table.add_row("[red]shop[/red]", "1")
    page = printed(table, 60)
    for text in ("[red]title[/red]", "[b]a[/b]", ":smile:", "[red]shop[/red]", "[i]note[/i]"):
        assert text in page


def test_a_row_has_a_cell_a_column():
    with pytest.raises(ValueError, match="2 cells in a table of 3"):
        months(2).add_row("a", "b")
    assert home.Column("x").role == FIGURE


def test_headers_alone_are_those_of_a_name_and_of_figures():
    assert [column.role for column in Table("", ["strategy", "1", "2"]).columns] == [NAME, FIGURE, FIGURE]
    mixed = Table("", [Column("key", NAME), Column("why", WORDS, "right")])
    assert [column.side for column in mixed.columns] == ["left", "right"]


def test_a_cell_is_its_text_and_knows_its_order():
    table = Table("", ["strategy", "chance"], [("own store", Cell("41%", 0.41)), ("AliExpress", Cell("–", None))])
    assert table.rows == [("own store", "41%"), ("AliExpress", "–")]
    assert [[cell.order for cell in row] for row in table.rows] == [["own store", 0.41], ["AliExpress", None]]


def test_a_wide_answer_to_a_query_is_whole(monkeypatch, capsys, tmp_path):
    columns = ["strategy", *(f"store.returns.return_rate_{place}" for place in range(9))]
    rows = [("independent", *[0.1234567] * 9), ("a message of many words that go on and on " * 4, *[None] * 9)]
    monkeypatch.setattr(question, "query", lambda directory, sql: (columns, rows))
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    query_command(tmp_path, "select", csv=False)
    page = capsys.readouterr().out
    assert page.count("0.123457") == 9
    assert max(map(cell_len, page.splitlines())) <= 80
    assert "…" not in page


def test_failed_cells_are_counted_where_they_are_many():
    page = printed(failures_table({f"{place:08d}": "it broke" for place in range(25)}, {}, "en"), 80)
    assert page.count("it broke") == 20
    assert "and 5 more: see log.jsonl" in page
    assert "…" not in page


def test_facts_have_a_dash_where_there_is_no_range(pages):
    page = printed(pages["facts"]("en"), 150)
    assert not set("·`") & set(page)
    assert "– – –" not in page
