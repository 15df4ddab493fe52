"""The page that explains the house shows the house."""

import ast
from pathlib import Path

from sim.channels.plan import renewed


def test_the_days_of_the_channels_are_current():
    page = Path("ARCHITECTURE.md").read_text(encoding="utf-8")
    assert renewed(page) == page, "run: python -m sim.channels.plan"


def test_files_to_read_first_exist():
    page = Path("ARCHITECTURE.md").read_text(encoding="utf-8")
    line = page.split("## Read these first")[1].strip().splitlines()[0]
    files = [word.strip("`., ") for word in line.split(",")]
    assert len(files) == 5
    assert all(Path(file.strip("`")).is_file() for file in files)


def test_files_and_functions_stay_short():
    for file in Path("sim").rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        assert text.count("\n") <= 400, f"{file} is too long"
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                assert node.end_lineno - node.lineno < 60, f"{file}: {node.name} is too long"
