"""Untrusted YAML to plain data with the line of every key.

Size, depth and the number of nodes after alias expansion are limited before anything is built; tags are refused, so no
object is ever constructed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

KeyPath = tuple[str | int, ...]

LARGEST_FILE = 1_000_000
"""Bytes. A scenario written by hand has twenty thousand."""

MOST_NODES = 50_000
DEEPEST = 30

PLAIN_TAGS = ("null", "bool", "int", "float", "str", "map", "seq", "timestamp")


class ConfigError(ValueError):
    """Something is wrong with the input; the message names file, line and key where there is one."""


@dataclass
class Document:
    """Plain data and where it stands.

    Parameters
    ----------
    data : dict
    lines : dict of tuple to (str, int or None)
        By path of keys: the file, or ``--set``, and the line.
    """

    name: str
    data: dict[str, Any] = field(default_factory=dict)
    lines: dict[KeyPath, tuple[str, int | None]] = field(default_factory=dict)

    def place(self, path: KeyPath) -> str:
        """Return ``file:line`` of the nearest key that stands in a file."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.lines:
                name, line = self.lines[path[:length]]
                return name if line is None else f"{name}:{line}"
        return self.name


def read_text(path: Path) -> str:
    """Return a file's text, refusing by size before reading."""
    try:
        if path.is_dir():
            raise ConfigError(f"{path}: is a folder; name a YAML file in it")
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise ConfigError(f"{path}: {size:,} bytes is too large for a scenario (at most {LARGEST_FILE:,})")
        if not path.is_file():
            raise ConfigError(f"{path}: is not a file")
        content = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is not UTF-8 text (byte {error.start})") from error


def parse(text: str, name: str) -> Document:
    """Return the document of a YAML text.

    Raises
    ------
    ConfigError
        On a syntax error, a tag, a duplicate key, or a structure too large or too deep.
    """
    loader = YAML(typ="safe", pure=True)
    try:
        root = loader.compose(text)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        line = f":{mark.line + 1}" if mark is not None else ""
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise ConfigError(f"{name}{line}: not valid YAML: {problem}") from error
    except RecursionError as error:
        raise ConfigError(f"{name}: nested too deeply (at most {DEEPEST} levels)") from error
    except ValueError as error:
        raise ConfigError(f"{name}: not valid YAML: {error}") from error
    if root is None:
        raise ConfigError(f"{name}: is empty; a scenario needs at least name and strategies")
    if not isinstance(root, MappingNode):
        raise ConfigError(f"{name}:{root.start_mark.line + 1}: must be a mapping of keys to values at the top")
    document = Document(name)
    document.data = _Builder(document).mapping(root, (), 0)
    return document


class _Builder:
    """Turn nodes into plain data, counting them as they are expanded."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.nodes = 0

    def value(self, node: Node, path: KeyPath, depth: int) -> Any:
        self.nodes += 1
        line = node.start_mark.line + 1
        where = f"{self.document.name}:{line}"
        if self.nodes > MOST_NODES:
            raise ConfigError(f"{where}: more than {MOST_NODES:,} values once aliases are expanded")
        if depth > DEEPEST:
            raise ConfigError(f"{where}: nested too deeply (at most {DEEPEST} levels)")
        tag = str(node.tag).rsplit(":", 1)[-1]
        if tag not in PLAIN_TAGS or not str(node.tag).startswith("tag:yaml.org,2002:"):
            raise ConfigError(
                f"{where}: tag '{node.tag}' is not allowed; write plain numbers, text, lists and mappings"
            )
        self.document.lines.setdefault(path, (self.document.name, line))
        if isinstance(node, MappingNode):
            return self.mapping(node, path, depth)
        if isinstance(node, SequenceNode):
            return [self.value(item, (*path, k), depth + 1) for k, item in enumerate(node.value)]
        assert isinstance(node, ScalarNode)
        return scalar(tag, node.value, where)

    def mapping(self, node: MappingNode, path: KeyPath, depth: int) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for key_node, value_node in node.value:
            where = f"{self.document.name}:{key_node.start_mark.line + 1}"
            if not isinstance(key_node, ScalarNode):
                raise ConfigError(f"{where}: a key must be plain text")
            key = str(key_node.value)
            if key in out:
                raise ConfigError(f"{where}: {'.'.join(map(str, (*path, key)))}: stands twice; keep one of them")
            self.document.lines[(*path, key)] = (self.document.name, key_node.start_mark.line + 1)
            out[key] = self.value(value_node, (*path, key), depth + 1)
        return out


def scalar(tag: str, text: str, where: str) -> Any:
    """Return a scalar's value; dates stay text."""
    if tag == "null":
        return None
    if tag == "bool":
        return text.lower() == "true"
    if tag == "int":
        try:
            number = (
                int(text.replace("_", ""), 0)
                if text.lstrip("+-")[:2].lower() in ("0x", "0o")
                else int(text.replace("_", ""))
            )
        except ValueError as error:
            raise ConfigError(f"{where}: '{text[:40]}' is not a number") from error
        return number if abs(number) < 2**63 else float("inf")
    if tag == "float":
        plain = text.replace("_", "").lower()
        if plain.lstrip("+-") in (".inf", ".nan"):
            return math.nan if "nan" in plain else math.inf
        return float(plain)
    return text
