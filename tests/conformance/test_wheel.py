"""The wheel that people install holds what the package reads: words, templates, tables of facts."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

wheel = pytest.importorskip("hatchling.builders.wheel", reason="needs the extra 'test'")


def test_the_built_wheel_holds_every_file_of_the_package(tmp_path):
    built = next(wheel.WheelBuilder(str(Path.cwd())).build(directory=str(tmp_path), versions=["standard"]))
    held = {name for name in zipfile.ZipFile(built).namelist() if name.startswith("sim/")}
    there = {file.as_posix() for file in Path("sim").rglob("*") if file.is_file() and "__pycache__" not in file.parts}
    shipped = {f"sim/{file.as_posix()}" for file in Path("configs").rglob("*.yaml")}
    assert held == there | shipped
    assert len(shipped) >= 8
    kinds = {Path(name).suffix for name in held}
    assert kinds >= {".py", ".toml", ".yaml", ".jinja", ".css", ".js"}
    assert {"sim/text/labels/en.toml", "sim/text/labels/zh.toml", "sim/show/report/assets/page.html.jinja"} <= held


@pytest.mark.slow
def test_an_installed_package_needs_no_checkout(tmp_path):
    built = next(wheel.WheelBuilder(str(Path.cwd())).build(directory=str(tmp_path), versions=["standard"]))
    zipfile.ZipFile(built).extractall(tmp_path / "site")
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "mine.yaml").write_text("extends: market\nname: mine\nstrategies: {mine: [alibaba]}\n", encoding="utf-8")

    def called(*words):
        code = "from sim.cli.app import main; main()"
        environment = os.environ | {"PYTHONPATH": str(tmp_path / "site")}
        call = [sys.executable, "-P", "-c", code, *words]
        return subprocess.run(call, cwd=folder, env=environment, capture_output=True, text=True, check=False)

    assert "sweeps/capital" in called("configs").stdout
    for name in ("article_conditioned", "sweeps/capital"):
        done = called("configs", name, "--out", f"{Path(name).name}.yaml")
        assert done.returncode == 0, done.stderr
    for file in ("mine.yaml", "article_conditioned.yaml"):
        done = called("validate", file)
        assert (done.returncode, done.stderr) == (0, "")
    assert "this is a sweep" in called("validate", "capital.yaml").stderr
    swept = called("sweep", "capital.yaml", "--worlds", "4", "--set", "horizon_days=30", "--jobs", "1", "--out", "s")
    assert (swept.returncode, swept.stderr) == (0, "")
    assert "13 cells computed" in swept.stdout
    assert (
        "all is there"
        in called(
            *("sweep", "capital.yaml", "--worlds", "4", "--set", "horizon_days=30", "--out", "s", "--dry-run")
        ).stdout
    )
