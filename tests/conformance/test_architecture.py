"""The page that explains the house shows the house."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

from tests.conformance.renew_architecture import renewed


def test_the_days_of_the_channels_are_current():
    page = Path("ARCHITECTURE.md").read_text(encoding="utf-8")
    assert renewed(page) == page, "run: python -m tests.conformance.renew_architecture"


def test_files_to_read_first_exist():
    page = Path("ARCHITECTURE.md").read_text(encoding="utf-8")
    line = page.split("## Read these first")[1].strip().splitlines()[0]
    files = [word.strip("`., ") for word in line.split(",")]
    assert len(files) == 5
    assert all(Path(file.strip("`")).is_file() for file in files)


def test_the_layers_shown_are_the_layers_checked():
    settings = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))
    checked = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    shown = Path("ARCHITECTURE.md").read_text(encoding="utf-8").split("```")[1]
    lines = [line.split("    ")[0] for line in shown.strip().splitlines()]
    layers = [set(layer.split(" · ")) for line in lines for layer in line.strip().split(" > ")]
    assert layers == [set(layer.split(" | ")) for layer in checked]


def test_starting_up_imports_nothing_heavy():
    heavy = ("numpy", "scipy", "pandas", "matplotlib", "pyarrow", "pydantic", "ruamel", "joblib")
    code = f"import sys, sim.cli.app; print([name for name in {heavy} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_files_and_functions_stay_short():
    for file in Path("sim").rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        assert text.count("\n") <= 400, f"{file} is too long"
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                assert node.end_lineno - node.lineno < 60, f"{file}: {node.name} is too long"
