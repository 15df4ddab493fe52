"""The wheel that people install holds what the package reads: words, templates, tables of facts."""

import zipfile
from pathlib import Path

import pytest

wheel = pytest.importorskip("hatchling.builders.wheel", reason="needs the extra 'test'")


def test_the_built_wheel_holds_every_file_of_the_package(tmp_path):
    built = next(wheel.WheelBuilder(str(Path.cwd())).build(directory=str(tmp_path), versions=["standard"]))
    held = {name for name in zipfile.ZipFile(built).namelist() if name.startswith("sim/")}
    there = {file.as_posix() for file in Path("sim").rglob("*") if file.is_file() and "__pycache__" not in file.parts}
    assert there == held
    kinds = {Path(name).suffix for name in held}
    assert kinds >= {".py", ".toml", ".yaml", ".jinja", ".css", ".js"}
    assert {"sim/text/labels/en.toml", "sim/text/labels/zh.toml", "sim/show/report/assets/page.html.jinja"} <= held
