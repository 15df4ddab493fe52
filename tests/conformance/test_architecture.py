"""The page that explains the house shows the house, and the house is built as the page says."""

import ast
import re
import subprocess
import sys
import tomllib
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.conformance.renew_channels import PAGE, renewed

PACKAGE = Path("sim")


def page():
    return Path("ARCHITECTURE.md").read_text(encoding="utf-8")


def block(heading):
    """Return the lines of the first code block under a heading."""
    return page().split(f"## {heading}")[1].split("```")[1].strip().splitlines()


def test_the_days_of_the_channels_are_current():
    shown = PAGE.read_text(encoding="utf-8")
    assert renewed(shown) == shown, "run: python -m tests.conformance.renew_channels"


def test_the_tree_shown_is_the_tree():
    shown = {}
    for line in block("The tree"):
        folder, *modules = line.split()
        shown[folder] = set(modules)
    there = {}
    for file in PACKAGE.rglob("*.py"):
        names = there.setdefault(file.parent.as_posix(), set())
        if file.name != "__init__.py":
            names.add(file.stem)
    assert shown == there


def test_few_things_lie_at_the_top():
    tracked = {path.name for path in PACKAGE.iterdir() if path.name != "__pycache__"}
    assert len(tracked) <= 13, tracked


def test_the_layers_shown_are_the_layers_checked():
    contract = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"][0]
    assert contract["type"] == "layers"
    assert len(contract["layers"]) <= 12
    shown = [line.split("  ")[0].strip() for line in block("The layers")]
    assert [set(layer.split(" · ")) for layer in shown] == [set(layer.split(" | ")) for layer in contract["layers"]]


def test_files_to_read_first_exist():
    line = page().split("## Read these first")[1].strip().splitlines()[0]
    files = re.findall(r"`([^`]+)`", line)
    assert len(files) == 5
    assert all(Path(file).is_file() for file in files)


def test_the_files_on_the_way_of_one_number_exist_and_stand_once():
    steps = page().split("## The way of one number")[1].split("\n## ")[0]
    files = re.findall(r"^\| `([^`]+)` \|", steps, re.MULTILINE)
    assert 20 < len(files) <= 44, "no longer than it was with all modules on one floor"
    assert len(set(files)) == len(files)
    assert [file for file in files if not Path(file).is_file()] == []


def modules():
    """Return every module of the package with its file."""
    return {
        ".".join((file.parent if file.stem == "__init__" else file.with_suffix("")).parts): file
        for file in PACKAGE.rglob("*.py")
    }


DOORS = {
    ("sim.results.result", "sim.show.plots.accessor"),
    ("sim.studies.sweeps.runner", "sim.show.plots.sweeps.accessor"),
}
"""What a lower folder names for typing alone, so that an editor completes ``result.plot.``; read here, never run."""


def imports_of(file, known):
    """Return the modules a file imports, anywhere in it and for typing too."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: imports are absolute"
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in known else node.module for name in names}
    return found & set(known)


def circle_of(graph):
    """Return a circle of the graph, or None."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return error.args[1]
    return None


def test_no_file_imports_itself_over_others():
    known = modules()
    graph = {name: imports_of(file, known) - {name} for name, file in known.items()}
    for low, high in DOORS:
        assert high in graph[low], "a door that is gone is struck off the list"
        graph[low] = graph[low] - {high}
    assert len(graph) > 100
    assert circle_of(graph) is None
    low = "sim.business.ledger"
    assert low in graph["sim.simulation.audit"]
    graph[low] = graph[low] | {"sim.simulation.audit"}
    assert circle_of(graph), "a planted circle is found"


@pytest.mark.parametrize("start", ["sim", "sim.cli.app"])
def test_starting_up_imports_nothing_heavy(start):
    heavy = ("numpy", "scipy", "pandas", "matplotlib", "pyarrow", "pydantic", "ruamel", "joblib")
    code = f"import sys, {start}; print([name for name in {heavy} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def definitions(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def test_files_and_functions_stay_short():
    for file in PACKAGE.rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        assert text.count("\n") <= 400, f"{file} is too long"
        for node in definitions(ast.parse(text)):
            assert node.end_lineno - node.lineno < 60, f"{file}: {node.name} is too long"


def test_modules_say_what_is_in_them():
    for file in PACKAGE.rglob("*.py"):
        first = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))).splitlines()[0]
        assert "estimates" in file.parts or "?" not in first, f"{file}: {first}"


def test_no_module_is_named_like_a_function_its_package_exports():
    for init in PACKAGE.rglob("__init__.py"):
        exported = set()
        for node in ast.walk(ast.parse(init.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                exported |= {alias.asname or alias.name for alias in node.names if node.module != "importlib"}
        beside = {file.stem for file in init.parent.glob("*.py")} | {path.name for path in init.parent.iterdir()}
        functions = {
            name.name
            for file in init.parent.glob("*.py")
            for name in definitions(ast.parse(file.read_text(encoding="utf-8")))
        }
        assert not exported & beside & functions, init
