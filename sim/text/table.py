"""Tables of texts and figures, and how a terminal shows them.

`Table` holds a `Column` for each header and rows of `Cell`. A rich console prints it on a terminal,
`sim.text.html.table_html` shows it in a notebook, ``table.html.jinja`` on a page. `as_html` shows a whole screen in a
notebook.

The width of a terminal is known only when a table is printed. A figure stands there whole, or in the next block, and is
never cut: where not all columns fit, headers fold, then words and names, and columns go into further blocks below, each
with the names again. On terminals so narrow that one figure does not fit beside the names, figures fold too, at spaces
first: nothing is lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from io import StringIO
from itertools import accumulate

from rich import box
from rich.cells import cell_len, chop_cells
from rich.console import Console, ConsoleOptions, JustifyMethod, RenderableType, RenderResult
from rich.table import Table as RichTable
from rich.text import Text

NAME, FIGURE, WORDS = "name", "figure", "words"
"""What a column holds: names stand in every block, figures are whole, words fold at spaces."""

SOFT = "\u200b"
"""Where a long header may fold though no space is there; it is not printed."""

HANGING = 2
"""Blanks before the further lines of a name."""

PADDING = 2
"""Blanks of a column beside what stands in it."""

_CLOSING = "，。：；、！？）》」』"
_WIDE = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60"
ATOM = re.compile(f"( *){SOFT}?([（《「『]*(?:[^ {SOFT}{_WIDE}]+|[{_WIDE}])[{_CLOSING}]*)")
"""Blanks, then what stays on one line: a word, or a Chinese character with its punctuation."""

JOINT = re.compile("(?<=[._])(?=[a-z])")
"""Where a key may be parted if it must."""

NOTEBOOK_WIDTH = 110
NOTEBOOK_PRE = (
    "<pre style='white-space: pre; overflow-x: auto; line-height: normal; font-family: monospace'>{code}</pre>"
)


class Cell(str):
    """A text that knows what its row is sorted by.

    Parameters
    ----------
    order : str or float, optional
        A number sorts as one, a text by its letters; what has None stands last either way.
    """

    order: str | float | None

    def __new__(cls, shown: str, order: str | float | None) -> Cell:
        """Return the text with its place in the order."""
        cell = super().__new__(cls, shown)
        cell.order = order
        return cell


@dataclass(frozen=True)
class Column:
    """What a column is called and holds.

    Parameters
    ----------
    role : {"name", "figure", "words"}
    justify : {"left", "right"}, optional
        By default figures stand right, all else left.
    """

    header: str
    role: str = FIGURE
    justify: JustifyMethod | None = None

    @property
    def side(self) -> JustifyMethod:
        """Where its cells stand."""
        return self.justify or ("right" if self.role == FIGURE else "left")

    @property
    def hanging(self) -> int:
        """Blanks before the further lines of a cell."""
        return HANGING if self.role == NAME else 0


class Table:
    """A table of names and figures that is laid out when it is printed.

    Parameters
    ----------
    columns : sequence of Column or str
        Those with the role "name" come first. Headers alone are those of a name, then of figures.
    rows : iterable of sequence of str
        As `add_row` takes them.
    ruled : bool
        On a terminal, a line under the headers.
    note : str
        What stands below the last block.
    """

    def __init__(
        self,
        title: str,
        columns: Sequence[Column | str],
        rows: Iterable[Sequence[str]] = (),
        *,
        ruled: bool = False,
        note: str = "",
    ) -> None:
        self.title, self.ruled, self.note = title, ruled, note
        self.columns = tuple(
            Column(column, FIGURE if place else NAME) if isinstance(column, str) else column
            for place, column in enumerate(columns)
        )
        self.rows: list[tuple[Cell, ...]] = []
        for row in rows:
            self.add_row(*row)

    def add_row(self, *cells: str) -> None:
        """Add a row; text is shown as it stands, it is not markup, and sorted by its letters unless it is a `Cell`."""
        if len(cells) != len(self.columns):
            raise ValueError(f"a row of {len(cells)} cells in a table of {len(self.columns)} columns")
        self.rows.append(tuple(cell if isinstance(cell, Cell) else Cell(cell, cell) for cell in cells))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the blocks below each other, an empty line between them."""
        for position, widths in enumerate(Layout(self, options.max_width).blocks()):
            if position:
                yield Text("")
            yield self.block(widths, "" if position else self.title)
        if self.note:
            yield Text(self.note)

    def block(self, widths: dict[int, int], title: str) -> RichTable:
        """Return columns, by position, folded to their widths: a table of rich that has nothing left to decide."""
        style = "table.title" if self.ruled else "bold"
        table = RichTable(title=Text(title, style=style) if title else None, title_justify="left", show_edge=False)
        table.box = box.SIMPLE_HEAD if self.ruled else None
        table.padding = (0, 1) if self.ruled else (0, PADDING, 0, 0)
        header, *rows = self.folded(widths)
        for place, lines in zip(widths, header, strict=True):
            table.add_column(Text("\n".join(lines)), justify=self.columns[place].side, overflow="fold")
        for row in rows:
            table.add_row(*(Text("\n".join(lines)) for lines in row))
        return table

    def folded(self, widths: dict[int, int]) -> list[list[list[str]]]:
        """Return the lines of each header, then of each row's cells, in the columns of a block."""
        columns = [(place, self.columns[place], width) for place, width in widths.items()]
        header = [fold_evenly(column.header, width) for _, column, width in columns]
        return [header] + [
            [fold(row[place], width, column.hanging) for place, column, width in columns] for row in self.rows
        ]


class Layout:
    """How wide the columns of a table are, and in which block each stands, on a terminal so many cells wide."""

    def __init__(self, table: Table, width: int) -> None:
        self.table, self.width = table, width
        self.roles = [column.role for column in table.columns]
        self.names = [place for place, role in enumerate(self.roles) if role == NAME]
        self.others = [place for place, role in enumerate(self.roles) if role != NAME]
        self.whole, self.least, self.ideal = [], [], []
        for place, column in enumerate(table.columns):
            cells, narrowest = [row[place] for row in table.rows], longest(column.header)
            self.whole.append(max([narrowest, *map(extent, cells)]))
            self.least.append(max([narrowest, *(longest(cell, column.hanging) for cell in cells)]))
            self.ideal.append(max(self.whole[-1], extent(column.header)))

    def blocks(self) -> list[dict[int, int]]:
        """Return the width of each column by its position, block by block: those that take the fewest lines."""
        found, n_names = [], 0
        numbers = range(1, max(1, len(self.others)) + 1)
        for parts in numbers:
            whole, names_fold = (self.laid_out(self.floors(roles), parts) for roles in ((NAME, FIGURE), (FIGURE,)))
            found += [blocks for blocks in (whole, names_fold) if self.fits(blocks)]
            if self.fits(whole):
                n_names = len(self.names)
                break
        if found:
            return min(found, key=lambda blocks: self.n_lines(blocks, n_names))
        floors = self.floors(()), self.capped(self.floors(()))
        hard = [self.laid_out(least, parts) for least in floors for parts in numbers]
        return next(filter(self.fits, hard), hard[-1])

    def n_lines(self, blocks: list[dict[int, int]], n_names: int) -> int:
        """Return how many lines blocks take.

        Where names could stay whole, a line that goes on with one counts double: it parts the rows.
        """
        n_lines = len(blocks)
        for widths in blocks:
            header, *rows = ([len(lines) for lines in row] for row in self.table.folded(widths))
            n_lines += max(header) + sum(max(row) + max(row[:n_names], default=1) - 1 for row in rows)
        return n_lines

    def floors(self, whole: Sequence[str]) -> list[int]:
        """Return the least width of each column, where those of some roles stay whole."""
        sizes = zip(self.roles, self.whole, self.least, strict=True)
        return [widest if role in whole else least for role, widest, least in sizes]

    def capped(self, floors: Sequence[int]) -> list[int]:
        """Return least widths, of which one column has at most half the terminal, and all names together as much."""
        half = self.width // 2
        shares = [half // len(self.names) if role == NAME else half for role in self.roles]
        return [max(1, min(floor, share - PADDING - 1)) for floor, share in zip(floors, shares, strict=True)]

    def laid_out(self, floors: list[int], parts: int) -> list[dict[int, int]]:
        """Return the widths of the columns in so many blocks, none below its floor, whether they fit or not."""
        groups = balanced_groups([floors[place] + PADDING for place in self.others], parts)
        blocks = [[*self.names, *(self.others[place] for place in group)] for group in groups]
        ideals = [max(pair) for pair in zip(self.ideal, floors, strict=True)]
        widths = [self.widths(block, floors, ideals) for block in blocks]
        # The names are as wide in every block as in the one that leaves them the least room.
        for place in self.names:
            floors[place] = ideals[place] = min(found[place] for found in widths)
        return [self.widths(block, floors, ideals) for block in blocks]

    def fits(self, blocks: list[dict[int, int]]) -> bool:
        """Whether every block fits the terminal."""
        return all(sum(widths.values()) <= self.room(len(widths)) for widths in blocks)

    def room(self, n_columns: int) -> int:
        """Return how many cells there are for what stands in the columns of a block."""
        return self.width - PADDING * n_columns - (n_columns - 1) * self.table.ruled

    def widths(self, block: Sequence[int], floors: Sequence[int], ideals: Sequence[int]) -> dict[int, int]:
        """Return the width of each column: names and words take what figures leave, headers what is left then."""
        found = {place: floors[place] for place in block}
        for is_figure in (False, True):
            places = [place for place in block if (self.roles[place] == FIGURE) == is_figure]
            room = self.room(len(block)) - sum(width for place, width in found.items() if place not in places)
            sizes = spread([floors[place] for place in places], [ideals[place] for place in places], room)
            found |= zip(places, sizes, strict=True)
        return found


def spread(floors: Sequence[int], ideals: Sequence[int], room: int) -> list[int]:
    """Return widths that fit into the room: the widest columns give way first, none below its floor."""
    for level in range(max(ideals, default=0), 0, -1):
        widths = [max(floor, min(ideal, level)) for floor, ideal in zip(floors, ideals, strict=True)]
        if sum(widths) <= room:
            return widths
    return list(floors)


def balanced_groups(widths: Sequence[int], parts: int) -> list[range]:
    """Return columns in so many groups of neighbours, of widths as even as may be (least sum of squares)."""
    before = [0, *accumulate(widths)]

    @cache
    def split(end: int, groups: int) -> tuple[int, tuple[int, ...]]:
        if groups == 1:
            return before[end] ** 2, (0,)
        found = []
        for start in range(end - 1, groups - 2, -1):
            squares, starts = split(start, groups - 1)
            found.append((squares + (before[end] - before[start]) ** 2, (*starts, start)))
        return min(found, key=lambda candidate: candidate[0])

    starts = split(len(widths), parts)[1]
    return [range(*ends) for ends in zip(starts, (*starts[1:], len(widths)), strict=True)]


def extent(text: str) -> int:
    """Return how many cells wide a text is, its own line breaks kept."""
    return max(cell_len(line) for line in text.replace(SOFT, "").split("\n"))


def longest(text: str, hanging: int = 0) -> int:
    """Return the least width at which no word of a text is cut."""
    widest = 0
    for line in text.split("\n"):
        lead = len(line) - len(line.lstrip(" "))
        for place, (_, atom) in enumerate(ATOM.findall(line)):
            widest = max(widest, cell_len(atom) + (lead or (hanging if place else 0)))
    return widest


def fold(text: str, width: int, hanging: int = 0) -> list[str]:
    """Return the lines of a text so many cells wide: folded at spaces, between Chinese characters, else anywhere.

    Parameters
    ----------
    hanging : int
        Blanks before further lines; a line that begins with blanks goes on below them.
    """
    lines: list[str] = []
    for line in text.split("\n"):
        lead = len(line) - len(line.lstrip(" "))
        plain = line.replace(SOFT, "")
        lines += [plain] if cell_len(plain) <= width else folded(line, width, min(lead or hanging, width // 3))
    return lines


def folded(line: str, width: int, margin: int) -> list[str]:
    """Return the lines of one that is too long, further ones behind a margin."""
    lines, further = [""], " " * margin
    for blanks, word in ATOM.findall(line):
        begun = lines[-1] + blanks
        if lines[-1].strip() and cell_len(begun + word) > width:
            lines.append("")
            begun = further
        fits = cell_len(begun + word) <= width
        first, *rest = [word] if fits else chopped(word, max(2, width - margin))
        lines[-1] = begun + first
        lines += [further + piece for piece in rest]
    return lines


def chopped(word: str, room: int) -> list[str]:
    """Return the pieces of a word that is longer than a line; a key is parted at its dots and underscores."""
    lines = [""]
    for part in JOINT.split(word):
        for piece in chop_cells(part, room):
            if cell_len(lines[-1] + piece) > room:
                lines.append("")
            lines[-1] += piece
    return lines


def fold_evenly(text: str, width: int) -> list[str]:
    """Return the lines of a header: as few as the width allows, of lengths as even as may be."""
    fewest = fold(text, width)
    for narrower in range(longest(text), width):
        found = fold(text, narrower)
        if len(found) == len(fewest):
            return found
    return fewest


class Prose:
    """Sentences on a terminal, folded as cells are: no figure is cut where Chinese has no spaces.

    Parameters
    ----------
    text : str
    style : str
        As rich knows it.
    """

    def __init__(self, text: str, style: str = "") -> None:
        self.text, self.style = text, style

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the lines."""
        yield Text("\n".join(fold(self.text, options.max_width)), style=self.style)


def as_html(screen: RenderableType) -> str:
    """Return what a terminal would show, for a notebook; every text is escaped."""
    console = Console(file=StringIO(), record=True, width=NOTEBOOK_WIDTH, force_jupyter=False, force_terminal=True)
    console.print(screen)
    return console.export_html(inline_styles=True, code_format=NOTEBOOK_PRE)
