"""Scenarios that come with the package: found by name, from anywhere; what lies beside a file comes first."""

from pathlib import Path

import numpy as np
import pytest

import sim
from sim.scenario.shipped import named_beside, shipped, standing_alone

NAMES = {"article", "article_all_stores", "article_conditioned", "dual", "market"}


def test_every_file_has_its_name():
    assert {name for name in shipped() if "/" not in name} == NAMES
    assert shipped()["sweeps/capital"].samefile("configs/sweeps/capital.yaml")
    assert len(shipped()) == len(list(Path("configs").rglob("*.yaml")))


def test_a_scenario_extends_a_shipped_one_by_its_name(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("extends: article\n", encoding="utf-8")
    assert sim.load(file).sha256 == sim.load("configs/article.yaml").sha256
    (tmp_path / "article").write_text("name: own\nstrategies: {own: [alibaba]}\n", encoding="utf-8")
    assert sim.load(file).name == "own"


@pytest.mark.parametrize("name", ["nothing", "market.yaml", "../configs/market", "\0", "x" * 5000])
def test_no_other_name_is_found(name, tmp_path):
    assert named_beside(tmp_path, name) is None
    (tmp_path / "mine.yaml").write_text("extends: nothing\n", encoding="utf-8")
    with pytest.raises(sim.ConfigError, match="sim configs lists them"):
        sim.load(tmp_path / "mine.yaml")


@pytest.mark.parametrize(
    "name", ["article_all_stores", "article_conditioned", "dual", "sweeps/returns_margin", "sweeps/capital"]
)
def test_a_copy_is_read_anywhere_as_the_original(name, tmp_path):
    original, copy = shipped()[name], tmp_path / "copy.yaml"
    copy.write_text(standing_alone(original.read_text(encoding="utf-8")), encoding="utf-8")
    if "/" in name:
        assert sim.load_sweep(copy).identity == sim.load_sweep(original).identity
    else:
        assert sim.load(copy).sha256 == sim.load(original).sha256


def test_a_copy_names_no_folder_of_a_checkout():
    for name, file in shipped().items():
        copied = standing_alone(file.read_text(encoding="utf-8"))
        assert "configs/" not in copied, name
    assert "sim sweep capital.yaml" in standing_alone(shipped()["sweeps/capital"].read_text(encoding="utf-8"))


def test_one_product_in_every_channel_leaves_the_markets_correlations_positive_definite():
    rows = sim.load("configs/market.yaml").correlations
    names = sorted({name for pair in rows for name in pair})
    matrix = np.eye(len(names))
    for (a, b), value in rows.items():
        for one, other in ((a, b), (b, a)):
            matrix[names.index(one), names.index(other)] = value
    assert np.linalg.eigvalsh(matrix)[0] == pytest.approx(0.0485, abs=1e-4)
    assert sum(name.endswith("prices.mean_value") for name in names) == 3
