"""What commands say on standard error beside their answer."""

import json
import re

import pytest

from sim.scenario.shipped import shipped, standing_alone
from tests.builders import HEAD as SWEEP_HEAD
from tests.builders import command, write_sweep

SHOP = "name: shop\nstrategies: {shop: [store]}\nhorizon_days: 30\n"
CTR = "store.meta.ctr: 0.9 (90%) is far from its benchmark, 0.0032 to 0.0379"


@pytest.fixture
def shop(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s.yaml").write_text(SHOP + "store: {meta: {ctr: 0.9, cpc: 2}}\n", encoding="utf-8")
    return tmp_path


def test_validate_tells_what_the_file_and_overrides_set_in_vain_and_what_it_asks(shop, monkeypatch, capsys):
    ended = command(monkeypatch, capsys, "validate", "s.yaml", "--set", "store.freight.dhl_cost=20")
    assert (ended.status, ended.out.count("\n")) == (0, 1)
    assert ended.err.splitlines()[0] == "store.meta.cpc is without effect, because store.meta.price_basis is cpm"
    told = "store.freight.dhl_cost is without effect, because store.freight.carrier is packet"
    assert ended.err.count(told) == 1
    assert CTR in ended.err


@pytest.mark.parametrize("name", [name for name in shipped() if "/" not in name])
def test_what_is_shipped_is_valid_without_a_remark_and_so_is_its_copy(name, tmp_path, monkeypatch, capsys):
    copy = tmp_path / "mine.yaml"
    copy.write_text(standing_alone(shipped()[name].read_text(encoding="utf-8")), encoding="utf-8")
    for file in (shipped()[name], copy):
        ended = command(monkeypatch, capsys, "validate", file)
        assert (ended.status, ended.err) == (0, ""), file
        assert "valid" in ended.out


def test_what_is_changed_in_vain_in_a_copy_is_told_and_nothing_else(tmp_path, monkeypatch, capsys):
    text = standing_alone(shipped()["market"].read_text(encoding="utf-8"))
    changed = text.replace("dhl_days: {uniform: {low: 3, high: 7}}", "dhl_days: 5").replace(
        "name: market", "name: mine"
    )
    (tmp_path / "mine.yaml").write_text(changed, encoding="utf-8")
    ended = command(monkeypatch, capsys, "validate", tmp_path / "mine.yaml")
    assert ended.err == "store.freight.dhl_days is without effect, because store.freight.carrier is packet\n"


def test_a_key_is_told_of_though_a_scenario_that_the_file_does_not_copy_sets_it_so(tmp_path, monkeypatch, capsys):
    file = tmp_path / "mine.yaml"
    file.write_text(
        "extends: market\nname: mine\nstore: {meta: {cpc: {lognormal: {p5: 0.5, p95: 3}}}}\n", encoding="utf-8"
    )
    ended = command(monkeypatch, capsys, "validate", file)
    assert ended.err == "store.meta.cpc is without effect, because store.meta.price_basis is cpm\n"


def test_a_run_tells_of_overrides_alone_and_is_silent_where_it_is_asked_to_be(shop, monkeypatch, capsys):
    words = ("run", "s.yaml", "--worlds", "64", "--jobs", "1", "--out", "o", "--set", "store.freight.dhl_cost=20")
    told = command(monkeypatch, capsys, *words).err
    assert "store.freight.dhl_cost is without effect" in told
    assert CTR in told
    assert "cpc" not in told
    assert "store.meta.ctr: 0.9" in (shop / "o" / "report.html").read_text(encoding="utf-8")
    assert command(monkeypatch, capsys, *words, "--quiet").err == ""
    assert json.loads(command(monkeypatch, capsys, *words, "--json").out)


def test_a_column_is_told_by_validate_with_its_file(shop, monkeypatch, capsys):
    (shop / "ads.csv").write_text("rate\n.9\n.85\n.95\n", encoding="utf-8")
    (shop / "s.yaml").write_text(SHOP + "store: {meta: {ctr: {empirical: {file: ads.csv, column: rate}}}}\n", "utf-8")
    ended = command(monkeypatch, capsys, "validate", "s.yaml")
    read = "3 values of ads.csv, column rate (least 0.85, median 0.9, most 0.95)"
    assert f"store.meta.ctr: read {read}" in ended.out
    assert f"store.meta.ctr: {read}: their median is far from the benchmark" in ended.err
    assert read in command(monkeypatch, capsys, "explain", "store.meta", "--config", "s.yaml").out


def test_compare_tells_of_a_setting_that_changes_nothing(shop, monkeypatch, capsys):
    (shop / "b.yaml").write_text("extends: s.yaml\nname: b\nstore: {meta: {cpc: 3}}\n", encoding="utf-8")
    ended = command(monkeypatch, capsys, "compare", "s.yaml", "b.yaml", "--worlds", "64", "--jobs", "1")
    assert "store.meta.cpc is without effect, because store.meta.price_basis is cpm" in ended.err


def test_a_sweep_asks_about_the_values_of_its_axes_once(tmp_path, monkeypatch, capsys):
    file = write_sweep(
        tmp_path, "axes: {store.meta.ctr: [0.01, 0.9], store.returns.return_rate: [0.1, 0.2]}\n", SWEEP_HEAD
    )
    ended = command(monkeypatch, capsys, "sweep", file, "--jobs", "1", "--out", tmp_path / "o")
    assert ended.err.count(CTR) == 1


def test_a_sweep_in_chinese_says_in_chinese_what_is_set_in_vain(tmp_path, monkeypatch, capsys):
    file = write_sweep(tmp_path, "axes: {store.returns.return_rate: [0.1, 0.2]}\n", SWEEP_HEAD)
    words = ("--set", "store.freight.packet_cost=20", "--dry-run", "--jobs", "1", "--language", "zh")
    told = command(monkeypatch, capsys, "sweep", file, *words).err
    assert re.search("store.freight.packet_cost .*[\u4e00-\u9fff]", told)
    assert "without effect" not in told
