"""A reader of untrusted YAML: plain data, and the line of every key.

:func:`parse` reads a file's text into a :class:`Document`, :func:`parse_value` one value of the command line; what
cannot be read raises :class:`ConfigError`, which names file, line and key.

Size, depth, and the number and length of values after alias expansion are limited before anything is built; tags and
directives are refused, so no object is ever constructed and a word means the same in every file.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from sim.randomness.distributions import DistributionError
from sim.randomness.distributions.notation import written
from sim.text.messages import WIDE_COLON, wide_colon

KeyPath = tuple[str | int, ...]

MAX_FILE = 1_000_000
"""Bytes. A scenario written by hand has twenty thousand."""

MAX_NODES = 50_000
MAX_CHARACTERS = 4_000_000
"""Text after alias expansion: an alias to a long text costs nothing until somebody prints the list of them."""

MAX_DEPTH = 30
MAX_KEY_LENGTH = 100

_WIDE_KEY = re.compile(rf"\s*(?:- )?[\w.-]+\s*{WIDE_COLON}")
_NUMBER_LIKE = re.compile(r"[-+$¥€£]?[0-9.]")
_UNDERSCORED = re.compile(r"[-+]?[0-9._]*[0-9][0-9._]*(?:e[-+]?[0-9_]+)?", re.IGNORECASE)
_GROUPED = re.compile(r"[-+]?[0-9]{1,3}(?:_[0-9]{3})+(?:\.[0-9]+)?")
"""Underscores group thousands; anywhere else one is a slip, which YAML would read over."""

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class ConfigError(ValueError):
    """Something is wrong with the input; the message names file, line and key where there is one."""


def key_prefix(path: KeyPath) -> str:
    """Return ``key.of.keys: ``, shortened as a message is; nothing for the top of a document."""
    return f"{'.'.join(map(str, path))[:MAX_KEY_LENGTH]}: " if path else ""


@dataclass
class Document:
    """Plain data and where it stands.

    Parameters
    ----------
    places : dict of tuple to str
        By path of keys: ``file:line``, or ``--set`` and what follows it.
    numbered : bool
        Whether lines mean anything; not in a value of the command line.
    """

    name: str
    data: dict[str, Any] = field(default_factory=dict)
    places: dict[KeyPath, str] = field(default_factory=dict)
    numbered: bool = True

    def at(self, line: int | None) -> str:
        """Return ``file:line``, or the name alone."""
        return f"{self.name}:{line}" if self.numbered and line is not None else self.name

    def at_node(self, node: Node) -> str:
        """Return ``file:line`` of a node."""
        return self.at(node.start_mark.line + 1)

    def place(self, path: KeyPath) -> str:
        """Return ``file:line`` of the nearest key that stands in a file."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.places:
                return self.places[path[:length]]
        return self.name


def read_text(path: Path, largest: int = MAX_FILE) -> str:
    """Return a file's text, refusing by size before reading."""
    try:
        if path.is_dir():
            raise ConfigError(_about_folder(path))
        size = path.stat().st_size
        if size > largest:
            raise ConfigError(f"{path}: {size:,} bytes is too large for a scenario (at most {largest:,})")
        if not path.is_file():
            raise ConfigError(f"{path}: is not a file")
        content = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{str(path)[:200]}: cannot be read ({error.strerror})") from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        guess = "UTF-16" if content.startswith(_UTF_16) else "GBK or another one"
        message = f"is not UTF-8 text (its encoding may be {guess}); save it as UTF-8"
        raise ConfigError(f"{path}:{line}: {message}") from error


def _about_folder(path: Path) -> str:
    manifest = path / "manifest.json"
    if manifest.is_file():
        return f"{path}: is the folder of a run; to repeat it, name {manifest}"
    return f"{path}: is a folder; name a YAML file in it"


class _RefusedError(Exception):
    """A node that is not even composed: its line, and why."""


class _Composer(Composer):
    """Compose no more than a scenario may hold: the recursion and the nodes are counted on the way."""

    nodes = 0

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.path: list[Any] = []

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Compose a node; `index` is the node of its key, its number in a list, or nothing."""
        event = self.parser.peek_event()
        line = event.start_mark.line + 1
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise _RefusedError(line, f"more than {MAX_NODES:,} values")
        if len(self.path) > MAX_DEPTH:
            raise _RefusedError(line, f"nested too deeply (at most {MAX_DEPTH} levels)")
        self.path.append(index.value if isinstance(index, ScalarNode) else index)
        tag = getattr(event, "ctag", None)
        if tag is not None:
            keys = key_prefix(tuple(step for step in self.path if str(step).isprintable() and step is not None))
            message = f"{keys}tag '{tag}' is not allowed; write plain numbers, text, lists and mappings"
            raise _RefusedError(line, message)
        try:
            return super().compose_node(parent, index)
        finally:
            self.path.pop()


def compose(text: str, document: Document) -> Node | None:
    """Return the root node of a YAML text; nothing is constructed.

    Raises
    ------
    ConfigError
        On a syntax error, a tag, a directive, or a structure too large or too deep.
    """
    loader = YAML(typ="safe", pure=True)
    loader.Composer = _Composer

    def refuse(line: int | None, message: str) -> ConfigError:
        return ConfigError(f"{document.at(line)}: {message}")

    if directive := _directive_line(text):
        # %YAML 1.1 would read `yes` and 1:30 as something else than every other scenario does.
        raise refuse(directive, "directives (%YAML, %TAG) are not allowed; remove this line")
    try:
        root: Node | None = loader.compose(text)
    except _RefusedError as error:
        raise refuse(*error.args) from error
    except RecursionError as error:
        raise refuse(None, f"nested too deeply (at most {MAX_DEPTH} levels)") from error
    except (YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        line = mark.line + 1 if mark is not None else None
        if line is None and isinstance(position := getattr(error, "position", None), int):
            line = text.count("\n", 0, position) + 1
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        line, problem = _cause(text, line, problem)
        raise refuse(line, f"not valid YAML: {problem}") from error
    return root


def _cause(text: str, line: int | None, problem: str) -> tuple[int | None, str]:
    """Return line and words of what probably caused a syntax error, which is often noticed some lines later."""
    if "'\\t'" in problem:
        return line, "a tab stands here; indent with spaces"
    lines = text.split("\n")[:line]
    for number in range(len(lines), 0, -1):
        if _WIDE_KEY.match(lines[number - 1]):
            return number, f"the colon of this line is the full-width '{WIDE_COLON}'; write ':' and a space"
    return line, problem


def _directive_line(text: str) -> int | None:
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("%"):
            return number
        if line.strip() and not line.lstrip().startswith("#"):
            break
    return None


def parse(text: str, name: str) -> Document:
    """Return the document of a YAML text.

    Raises
    ------
    ConfigError
        Naming the line, if the text is no mapping of plain data.
    """
    document = Document(name)
    root = compose(text, document)
    if root is None:
        raise ConfigError(f"{name}: is empty; a scenario needs at least name and strategies")
    if not isinstance(root, MappingNode):
        wide = wide_colon(root.value if isinstance(root, ScalarNode) else "")
        raise ConfigError(f"{document.at_node(root)}: must be a mapping of keys to values at the top{wide}")
    document.data = _Builder(document).mapping(root, (), 0)
    return document


def parse_value(text: str, name: str) -> Any:
    """Return one value written on the command line as in YAML."""
    document = Document(name, numbered=False)
    root = compose(text, document)
    return None if root is None else _Builder(document).value(root, (), 0)


class _Builder:
    """Turn nodes into plain data, counting them as aliases are expanded."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.nodes = 0
        self.characters = 0

    def value(self, node: Node, path: KeyPath, depth: int) -> Any:
        self.nodes += 1
        where = self.document.at_node(node)
        if self.nodes > MAX_NODES:
            raise ConfigError(f"{where}: more than {MAX_NODES:,} values once aliases are expanded")
        if depth > MAX_DEPTH:
            raise ConfigError(f"{where}: nested too deeply (at most {MAX_DEPTH} levels)")
        self.document.places.setdefault(path, where)
        if isinstance(node, MappingNode):
            return self.mapping(node, path, depth)
        if isinstance(node, SequenceNode):
            return [self.value(item, (*path, k), depth + 1) for k, item in enumerate(node.value)]
        assert isinstance(node, ScalarNode)
        self.characters += len(node.value)
        if self.characters > MAX_CHARACTERS:
            raise ConfigError(f"{where}: more than {MAX_CHARACTERS:,} characters once aliases are expanded")
        if "_" in node.value and _UNDERSCORED.fullmatch(node.value) and not _GROUPED.fullmatch(node.value):
            key = key_prefix(path) or "the value: "
            plain = node.value.replace("_", "")
            raise ConfigError(f"{where}: {key}found {node.value[:40]}; write {plain[:40]} without '_', or as 10_000")
        return scalar(str(node.tag).rsplit(":", 1)[-1], node.value, f"{where}: {key_prefix(path)}".removesuffix(": "))

    def mapping(self, node: MappingNode, path: KeyPath, depth: int) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for key_node, value_node in node.value:
            where = self.document.at_node(key_node)
            key = self.key(key_node, path, where)
            if node.flow_style and out and key[0].isdigit() and value_node.value == "":
                self.refuse_comma((*path, list(out)[-1]), node, key, where)
            if key in out:
                raise ConfigError(f"{where}: {'.'.join(map(str, (*path, key)))}: stands twice; keep one of them")
            self.document.places[(*path, key)] = where
            out[key] = self.value(value_node, (*path, key), depth + 1)
        return out

    @staticmethod
    def refuse_comma(path: KeyPath, node: MappingNode, key: str, where: str) -> None:
        """Refuse ``{gross_margin: 0,45}``, which YAML reads as a margin of 0 and a key 45 without a value."""
        keys = [key_node.value for key_node, _ in node.value]
        before = node.value[keys.index(key) - 1][1]
        if not isinstance(before, ScalarNode) or not _NUMBER_LIKE.match(before.value):
            return
        found = f"{before.value[:40]},{key}"
        try:
            written(found)
            remedy = f'put it in quotes: "{found}"'
        except DistributionError as error:
            remedy = str(error)
        raise ConfigError(f"{where}: {'.'.join(map(str, path))}: found {found}; a comma ends a value here: {remedy}")

    @staticmethod
    def key(node: Node, path: KeyPath, where: str) -> str:
        if not isinstance(node, ScalarNode):
            remedy = "a text with braces or brackets goes in quotes"
            raise ConfigError(f"{where}: {key_prefix(path)}a key must be plain text; {remedy}")
        key = str(node.value)
        if key == "<<":
            raise ConfigError(
                f"{where}: {key_prefix(path)}merge keys (<<) are not read; repeat the values, or use extends"
            )
        if not 0 < len(key) <= MAX_KEY_LENGTH or not key.isprintable():
            demand = f"a key must be 1 to {MAX_KEY_LENGTH} printable characters"
            raise ConfigError(f"{where}: {key_prefix(path)}{demand} (found {key[:40]!r})")
        return key


def scalar(tag: str, text: str, where: str) -> Any:
    """Return a scalar's value; dates stay text."""
    if tag == "null":
        return None
    if tag == "bool":
        return text.lower() == "true"
    if tag in ("int", "float"):
        return _number(tag, text.replace("_", "").lower(), where)
    check_text(text, where)
    return text


def check_text(text: str, where: str) -> None:
    """Refuse control characters: escape sequences would reach the terminal and file names."""
    if any(unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\t" for character in text):
        raise ConfigError(f"{where}: control characters are not allowed in text (found {text[:40]!r})")


def check_texts(content: Any, where: str) -> None:
    """Refuse control characters in every text that JSON holds, keys included."""
    waiting = [content]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            check_text(value, where)
        elif isinstance(value, dict):
            waiting += [*value, *value.values()]
        elif isinstance(value, list):
            waiting += value


def _number(tag: str, text: str, where: str) -> float:
    """Return a number as YAML 1.2 writes it; a whole number beyond 64 bits is infinite, to be refused with its key."""
    if tag == "float":
        if text.lstrip("+-") in (".inf", ".nan"):
            return math.nan if "nan" in text else math.inf
        return float(text)
    try:
        number = int(text, 0) if text.lstrip("+-")[:2] in ("0x", "0o", "0b") else int(text)
    except ValueError:
        return math.inf
    return number if abs(number) < 2**63 else math.inf
