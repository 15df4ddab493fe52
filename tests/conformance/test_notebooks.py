"""The notebooks: committed executed, built from what stands in ``build.py``, calling the package alone."""

import ast
import importlib.util
from pathlib import Path

import pytest

nbformat = pytest.importorskip("nbformat", reason="needs the extra 'docs'")
pytest.importorskip("nbclient", reason="needs the extra 'docs'")

FOLDER = Path("notebooks")


@pytest.fixture(scope="module")
def builder():
    spec = importlib.util.spec_from_file_location("notebook_builder", FOLDER / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def code(book):
    return [cell for cell in book.cells if cell.cell_type == "code"]


def test_what_is_committed_is_executed_and_up_to_date(builder):
    assert {file.stem for file in FOLDER.glob("*.ipynb")} == set(builder.BOOKS)
    for name, texts in builder.BOOKS.items():
        book = nbformat.read(FOLDER / f"{name}.ipynb", 4)
        nbformat.validate(book)
        assert [cell.source for cell in book.cells] == texts
        assert all(cell.execution_count for cell in code(book))
        assert any("image/svg+xml" in output.get("data", {}) for cell in code(book) for output in cell.outputs)
        assert not any(output.output_type == "error" for cell in code(book) for output in cell.outputs)


def test_notebooks_only_call_the_package(builder):
    for texts in builder.BOOKS.values():
        for text in texts:
            if builder.prose(text):
                continue
            tree = ast.parse("\n".join(line for line in text.splitlines() if not line.startswith("%")))
            assert not any(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in ast.walk(tree))
            imported = [n for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom)]
            names = {getattr(node, "module", None) or node.names[0].name for node in imported}
            assert {name.split(".")[0] for name in names} <= {"sim", "os", "pathlib", "numpy"}


@pytest.mark.slow
def test_notebooks_run(builder, tmp_path):
    for name, texts in builder.BOOKS.items():
        builder.build(name, texts, tmp_path)
        assert (tmp_path / f"{name}.ipynb").is_file()
