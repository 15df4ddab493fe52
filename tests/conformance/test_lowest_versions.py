"""The lowest versions that `pyproject.toml` allows are those the gate runs with."""

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

PROJECT = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
TRIED = ("test", "cluster", "query")
"""Extras that the gate's lowest environment has."""


def bounds():
    """Return the lower bound of every library that is needed, or taken with one of these extras."""
    lines = PROJECT["dependencies"] + [line for extra in TRIED for line in PROJECT["optional-dependencies"][extra]]
    found = {}
    for line in map(Requirement, lines):
        assert [part.operator for part in line.specifier] == [">="], f"{line}: a lower bound and nothing else"
        found[canonicalize_name(line.name)] = Version(next(iter(line.specifier)).version)
    return found


def pins():
    lines = Path("constraints-lowest.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("==") for line in lines if not line.startswith("#")]
    return {canonicalize_name(name): Version(version) for name, version in pairs}


def test_the_lowest_versions_are_the_lower_bounds():
    assert {name: pins().get(name) for name in bounds()} == bounds()


def test_the_gate_runs_on_them():
    gate = Path(".ci/run").read_text(encoding="utf-8")
    assert re.search(r"pip\" install --quiet -c constraints-lowest\.txt -e \"\.\[test,cluster,query\]\"", gate)
