"""A table that fits the terminal: a figure stands there whole, or in the next block, and is never cut.

How wide the terminal is becomes known only when the table is printed. Where all columns fit, each is as wide as what
stands in it. Where they do not, headers fold, then words and names, or columns go into further blocks below, each with
the names again: whichever takes the fewest lines. On terminals so narrow that one figure does not fit beside the names,
figures fold too, at spaces first: nothing is lost.
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
from rich.table import Table
from rich.text import Text

NAME, FIGURE, WORDS = "name", "figure", "words"
"""What a column holds: names stand in every block, figures are whole, words fold at spaces."""

SOFT = "\u200b"
"""Where a long header may fold though no space is there; it is not printed."""

HANGING = 2
"""Blanks before the further lines of a name."""

PADDING = 2
"""Blanks of a column beside what stands in it."""

ALL_WHOLE, NAMES_FOLD, FIGURES_FOLD, ALL_FOLD, ANYHOW = range(5)
"""How much has to give way; at last whether it fits at all."""

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


@dataclass(frozen=True)
class Block:
    """Some columns, folded.

    Parameters
    ----------
    columns : list of int
        Positions of the columns, those of the names first.
    headers : list of list of str
        Lines of each column's header.
    rows : list of list of list of str
        Lines of each cell, by row and column.
    """

    columns: list[int]
    headers: list[list[str]]
    rows: list[list[list[str]]]

    @property
    def n_lines(self) -> int:
        """Return how many lines it takes."""
        return sum(max(map(len, row)) for row in (self.headers, *self.rows))

    def n_further(self, names: int) -> int:
        """Return how many of them only go on with a name."""
        return sum(max(map(len, row[:names]), default=1) - 1 for row in self.rows)


class Sheet:
    """A table of names and figures that is laid out when it is printed.

    Parameters
    ----------
    columns : sequence of Column
        Those with the role "name" come first.
    ruled : bool
        A line under the headers.
    note : str
        What stands below the last block.
    """

    def __init__(self, title: str, columns: Sequence[Column], ruled: bool = False, note: str = "") -> None:
        self.title, self.columns, self.ruled, self.note = title, tuple(columns), ruled, note
        self.rows: list[tuple[str, ...]] = []

    def add_row(self, *cells: str) -> None:
        """Add a row; text is shown as it stands, it is not markup."""
        if len(cells) != len(self.columns):
            raise ValueError(f"a row of {len(cells)} cells in a table of {len(self.columns)} columns")
        self.rows.append(cells)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the blocks below each other, an empty line between them."""
        for position, block in enumerate(Layout(self, options.max_width).best()):
            if position:
                yield Text("")
            yield self.table(block, self.title if position == 0 else "")
        if self.note:
            yield Text(self.note)

    def table(self, block: Block, title: str) -> Table:
        """Return a block as a table of rich, which has nothing left to decide."""
        style = "table.title" if self.ruled else "bold"
        table = Table(title=Text(title, style=style) if title else None, title_justify="left", show_edge=False)
        table.box = box.SIMPLE_HEAD if self.ruled else None
        table.padding = (0, 1) if self.ruled else (0, PADDING, 0, 0)
        for position, header in zip(block.columns, block.headers, strict=True):
            table.add_column(Text("\n".join(header)), justify=self.columns[position].side, overflow="fold")
        for row in block.rows:
            table.add_row(*(Text("\n".join(cell)) for cell in row))
        return table


def sheet(title: str, headers: Sequence[str]) -> Sheet:
    """Return an empty table: a name, then figures."""
    return Sheet(title, [Column(header, FIGURE if place else NAME) for place, header in enumerate(headers)])


class Layout:
    """How the columns of a table are laid out on a terminal so many cells wide."""

    def __init__(self, sheet: Sheet, width: int) -> None:
        self.sheet, self.width = sheet, width
        roles = [column.role for column in sheet.columns]
        self.roles, self.names = roles, [place for place, role in enumerate(roles) if role == NAME]
        self.others = [place for place, role in enumerate(roles) if role != NAME]
        self.most = max(1, len(self.others))
        self.whole, self.least, self.header, self.shortest_header = [], [], [], []
        for place, column in enumerate(sheet.columns):
            cells = [row[place] for row in sheet.rows]
            self.whole.append(max(map(extent, cells), default=0))
            self.least.append(max((longest(cell, column.hanging) for cell in cells), default=0))
            self.header.append(extent(column.header))
            self.shortest_header.append(longest(column.header))
        self.ideal = [max(sizes) for sizes in zip(self.whole, self.header, strict=True)]

    def best(self) -> list[Block]:
        """Return the blocks that take the fewest lines, with as little folded as may be."""
        found: list[list[Block]] = []
        whole = None
        for parts in range(1, self.most + 1):
            whole = self.laid_out(parts, ALL_WHOLE)
            found += [blocks for blocks in (whole, self.laid_out(parts, NAMES_FOLD)) if blocks]
            if whole:
                break
        # Where names can stay whole, a line that goes on with a name counts double: it parts the rows.
        names = len(self.names) if whole else 0
        if found:
            return min(found, key=lambda blocks: sum(block.n_lines + 1 + block.n_further(names) for block in blocks))
        hard = [(parts, grade) for grade in (FIGURES_FOLD, ALL_FOLD) for parts in range(1, self.most + 1)]
        return next(blocks for blocks in (self.laid_out(*each) for each in (*hard, (self.most, ANYHOW))) if blocks)

    def laid_out(self, parts: int, grade: int) -> list[Block] | None:
        """Return the columns in so many blocks; None where they do not fit."""
        floors = [self.floor(place, grade) for place in range(len(self.roles))]
        groups = balanced_groups([floors[place] + PADDING for place in self.others], parts)
        blocks = [[*self.names, *(self.others[place] for place in group)] for group in groups]
        too_wide = any(sum(floors[place] for place in block) > self.room(block) for block in blocks)
        if too_wide and grade < ANYHOW:
            return None
        # The names are as wide in every block as in the one that leaves them the least room.
        widths = [self.widths(block, floors) for block in blocks]
        for place in self.names:
            floors[place] = min(found[place] for found in widths)
        widths = [self.widths(block, floors, fixed=self.names) for block in blocks]
        return [
            self.block(block, [found[place] for place in block]) for block, found in zip(blocks, widths, strict=True)
        ]

    def room(self, block: Sequence[int]) -> int:
        """Return how many cells there are for what stands in the columns of a block."""
        return self.width - PADDING * len(block) - (len(block) - 1) * self.sheet.ruled

    def floor(self, place: int, grade: int) -> int:
        """Return the least width of a column."""
        role = self.roles[place]
        whole = grade == ALL_WHOLE if role == NAME else role == FIGURE and grade < FIGURES_FOLD
        least = max(self.whole[place] if whole else self.least[place], self.shortest_header[place])
        if grade < ALL_FOLD:
            return least
        half = self.width // 2 if role != NAME else self.width // 2 // len(self.names)
        return max(1, min(least, half - PADDING - 1))

    def widths(self, block: Sequence[int], floors: Sequence[int], fixed: Iterable[int] = ()) -> dict[int, int]:
        """Return the width of each column: names and words take what figures leave, headers what is left then."""
        found = {place: floors[place] for place in block}
        supple = [place for place in block if self.roles[place] != FIGURE and place not in fixed]
        for places in (supple, [place for place in block if self.roles[place] == FIGURE]):
            room = self.room(block) - sum(width for place, width in found.items() if place not in places)
            ideals = [max(self.ideal[place], floors[place]) for place in places]
            found |= zip(places, spread([floors[place] for place in places], ideals, room), strict=True)
        return found

    def block(self, places: list[int], widths: Sequence[int]) -> Block:
        """Return columns, folded to their widths."""
        columns = [self.sheet.columns[place] for place in places]
        headers = [fold_evenly(column.header, width) for column, width in zip(columns, widths, strict=True)]
        rows = [
            [
                fold(row[place], width, column.hanging)
                for place, column, width in zip(places, columns, widths, strict=True)
            ]
            for row in self.sheet.rows
        ]
        return Block(places, headers, rows)


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


def as_html(screen: RenderableType) -> str:
    """Return what a terminal would show, for a notebook; every text is escaped."""
    console = Console(file=StringIO(), record=True, width=NOTEBOOK_WIDTH, force_jupyter=False, force_terminal=True)
    console.print(screen)
    return console.export_html(inline_styles=True, code_format=NOTEBOOK_PRE)
