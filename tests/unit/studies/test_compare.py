import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

import sim
from sim.cli.studies import named
from sim.estimates import EstimateRefused, Sample, variance_reduction
from sim.estimates.coupling import SAME_LUCK, beats_with_other_luck, pairing_gain, winning_shares
from sim.results.paired import differing_figures
from sim.simulation.plan import PlanError
from sim.simulation.recorder import Record
from sim.simulation.worlds import draw_worlds
from sim.studies.compare import Rival, Setting, compare, compare_strategies, differing_settings, matching
from sim.studies.compare_screen import comparing_screen, same_chance, same_profit, settings_table
from sim.text.labels import label
from tests.builders import command

FEW = ("--worlds", "64", "--replicates", "4", "--jobs", "1", "--set", "horizon_days=60")


@pytest.fixture(scope="module")
def plan():
    return sim.load(
        "configs/article.yaml", ["horizon_days=60", "strategies={independent: [store], alibaba: [alibaba]}"]
    )


@pytest.fixture(scope="module")
def dearer(plan):
    return plan.with_({"name": "dearer", "store.fixed_costs.erp": 140.0})


@pytest.fixture(scope="module")
def comparison(plan, dearer):
    return compare({"article": plan, "dearer": dearer}, worlds=128, replicates=4)


def test_the_difference_is_the_other_less_the_first_on_the_same_shocks(comparison, plan):
    # 100 more a month, billed on days 0 and 30: every path loses exactly that.
    store, alibaba = comparison.rivals[0].gaps
    assert (store.a, alibaba.a) == ("independent", "alibaba")
    assert [month.estimate for month in store.money] == pytest.approx([-100, -200], abs=1e-2)
    assert store.money[-1].high - store.money[-1].low < 0.01
    assert store.beats.estimate == 0.0
    assert store.gain_money > 1e6
    assert alibaba.same
    assert not store.same
    alone = sim.run(plan, worlds=128, replicates=4)
    assert store.chance_b == alone.estimate_profit("independent")[-1]
    assert store.probability[-1].estimate == pytest.approx(store.chance_a.estimate - store.chance_b.estimate)
    assert store.probability[-1].estimate < 0


def page_of(comparison, language="en"):
    console = Console(file=io.StringIO(), width=400)
    console.print(comparing_screen(comparison.to_dict(), language))
    return console.file.getvalue()


def test_owners_pay_is_no_change_of_settled_profit_but_one(plan):
    # Owed and never drawn: the shop does not feel it, its owner does.
    rich = plan.with_({"wallet.capital": 60_000.0})
    paid = rich.with_({"store.owner_pay.monthly_pay": 1500.0})
    found = compare({"rich": rich, "paid": paid}, worlds=128, replicates=4)
    store, alibaba = found.rivals[0].gaps
    assert not store.same
    assert same_profit(store.to_dict())
    assert same_chance(store.to_dict())
    assert {"profit_after_owner_pay"} == set(store.differs)
    assert [month.high for month in store.money] == [0.0, 0.0]
    alone = sim.run(paid, worlds=128, replicates=4), sim.run(rich, worlds=128, replicates=4)
    left = [result.record("independent").monthly["profit_after_owner_pay"][-1].astype(float) for result in alone]
    assert store.after_pay.money.estimate == pytest.approx((left[0] - left[1]).mean())
    assert store.after_pay.money.estimate < -1400
    chance = alone[0].estimate_profit("independent", "profit_after_owner_pay")[-1]
    assert store.after_pay.chance_a == chance
    assert alibaba.same
    assert alibaba.after_pay is None
    kept = json.loads(json.dumps(found.to_dict(), allow_nan=False))["compared"][0]["strategies"]
    assert kept[0]["same"] is False
    assert kept[0]["after_owner_pay"]["money"]["estimate"] == store.after_pay.money.estimate
    assert kept[1]["differs"] == []
    page = page_of(found)
    assert "settled profit is unchanged in every history; what differs: profit after owner's pay." in page
    assert "After owner's pay: chance of profit" in page
    assert "the same in every history" in page
    assert "扣除店主报酬后：盈利概率" in page_of(found, "zh")


def test_capital_alone_changes_cash_and_nothing_else(plan):
    rich, richer = (plan.with_({"wallet.capital": capital}) for capital in (60_000.0, 70_000.0))
    gaps = compare({"rich": rich, "richer": richer}, worlds=64, replicates=2).rivals[0].gaps
    assert all(same_profit(gap.to_dict()) and not gap.same and gap.after_pay is None for gap in gaps)
    assert {name for gap in gaps for name in gap.differs} <= {"cash", "lowest_cash", "peak_funding"}


def test_a_figure_that_one_side_lacks_is_zero_there(plan):
    record = sim.run(plan, worlds=16, replicates=2).record("independent")
    zeros = np.zeros(32, dtype=np.float32)
    more = Record(record.monthly, record.paths | {"store.some.count": zeros})
    assert differing_figures(more, record, Sample(2)) == ()
    counted = Record(record.monthly, record.paths | {"store.some.count": zeros + 1})
    assert differing_figures(record, counted, Sample(2)) == ("store.some.count",)


def test_a_difference_of_means_is_called_one(comparison):
    assert "mean profit −200 against the first." in page_of(comparison)
    assert "平均利润较前者 −200。" in page_of(comparison, "zh")


def test_what_differs_is_listed_and_nothing_else(plan, dearer):
    assert differing_settings(plan, dearer) == [Setting("store.fixed_costs.erp", 40.0, 140.0)]
    off = plan.with_({"store.fixed_costs.enabled": False, "store.fixed_costs.erp": 7})
    assert [setting.key for setting in differing_settings(plan, off)] == ["store.fixed_costs.enabled"]
    assert differing_settings(off, off.with_({"store.fixed_costs.erp": 8})) == [], "a section that is off does nothing"
    one = plan.with_({"strategies": {"independent": ["store"]}})
    assert [setting.key for setting in differing_settings(plan, one)] == ["strategies.alibaba"]


def test_a_title_is_no_setting_and_what_one_side_lacks_is_one(plan):
    assert differing_settings(plan, plan.with_({"name": "other", "title": "another"})) == []
    read = plan.with_({"readings": {"margin": "after_freight"}})
    for settings in (differing_settings(plan, read), differing_settings(read, plan)):
        assert {setting.key for setting in settings} == {"store.goods.gross_margin", "readings.margin"}


def test_luck_drawn_anew_by_hand():
    a, b = np.array([1.0, 3, 5, 7]), np.array([2.0, 4, 1, 1])
    assert winning_shares(a, b, 2).tolist() == [0.5, 1.0]
    assert beats_with_other_luck(a, b, Sample(2)).estimate == 0.75
    table = np.random.default_rng(1).random((2, 12))
    a, b = table.reshape(2, 4, 3)
    pairs = [a[w, i] > b[w, j] for w in range(4) for i in range(3) for j in range(3) if i != j]
    assert beats_with_other_luck(*table, Sample(3)).estimate == pytest.approx(np.mean(pairs))


def test_the_two_ends_of_the_coupling_differ_as_they_should(rng):
    # A = world + luck, B = A - .1: with the same luck A always wins, with its own it wins by chance.
    worlds, luck = rng.normal(size=2000).repeat(4), rng.normal(size=8000)
    a, b = worlds + luck, worlds + luck - 0.1
    anew = beats_with_other_luck(a, b, Sample(4))
    assert (a > b).all()
    truth = 0.5281861  # normal distribution function at .1 / sqrt(2)
    assert anew.low < truth < anew.high
    assert anew.half_width < 0.02
    assert beats_with_other_luck(a, b - 100, Sample(4)).low > 0.99


def test_the_interval_for_luck_drawn_anew_covers(rng):
    repetitions, hits = 600, 0
    for _ in range(repetitions):
        worlds = rng.normal(size=(2, 150)).repeat(4, axis=1)  # A and B each depend on something of their own
        a, b = worlds + rng.normal(size=(2, 600))
        found = beats_with_other_luck(a + 0.5, b, Sample(4))
        hits += found.low <= 0.5987063 <= found.high  # normal distribution function at .5 / 2
    assert hits / repetitions > 0.95 - 4 * np.sqrt(0.05 * 0.95 / repetitions)


def test_luck_drawn_anew_is_refused_where_there_is_none():
    values = np.arange(8.0)
    with pytest.raises(EstimateRefused, match="2 or more replicates"):
        beats_with_other_luck(values, values, Sample(1))
    with pytest.raises(EstimateRefused, match="condition"):
        beats_with_other_luck(values, values, Sample(2, mask=np.ones(8, dtype=bool)))


def test_the_gain_of_pairing(rng):
    common, own = rng.normal(size=100_000), rng.normal(size=(2, 100_000))
    a, b = 3 * common + own[0], 3 * common + own[1]
    # Each varies with 10, their difference with 2: 20 / 2.
    assert pairing_gain(a, b, Sample(1)) == pytest.approx(10, rel=0.05)
    everything = Sample(1, mask=np.ones(100_000, dtype=bool))
    assert pairing_gain(a, b, everything) == pytest.approx(variance_reduction(a, b), rel=1e-6)


def test_scenarios_that_cannot_be_compared_are_refused(plan):
    for change, what in (({"horizon_days": 90}, "horizon_days"), ({"sampling": "sobol"}, "sampling")):
        with pytest.raises(PlanError, match=what):
            matching("a", plan, "b", plan.with_(change))
    euros = replace(plan, currency="EUR")
    with pytest.raises(PlanError, match="currency"):
        matching("a", plan, "b", euros)
    with pytest.raises(PlanError, match="share no strategy"):
        matching("a", plan, "b", plan.with_({"strategies": {"other": ["store"]}}))
    with pytest.raises(PlanError, match="one strategy only"):
        compare({"a": plan.with_({"strategies": {"other": ["store"]}})}, worlds=16)
    single = [plan.with_({"strategies": {name: ["store"]}}) for name in ("one", "two")]
    assert matching("a", single[0], "b", single[1]) == [("two", "one")]
    double = [plan.with_({"strategies": {name: ["store"], f"{name} too": ["store"]}}) for name in ("one", "two")]
    with pytest.raises(PlanError, match="share no strategy"):
        matching("a", double[0], "b", double[1])


@pytest.mark.parametrize("sampling", ["sobol", "latin_hypercube", "random"])
def test_scenarios_uncertain_of_other_numbers_are_compared_only_where_worlds_are_the_same(plan, sampling):
    first = plan.with_({"sampling": sampling})
    surer = first.with_({"store.improvement.gain": 1.3})  # of no correlation: a coupled number is drawn even if known
    worlds = [draw_worlds(scenario, 1, 0, 1024) for scenario in (first, surer)]
    same = all(np.array_equal(worlds[0][name], drawn) for name, drawn in worlds[1].items())
    assert same == (sampling != "sobol")
    if same:
        assert matching("a", first, "b", surer)
    else:
        with pytest.raises(PlanError, match=r"b cannot be compared with a: .*store.improvement.gain .*latin_hyper"):
            matching("a", first, "b", surer)
    assert matching("a", first, "b", first.with_({"store.fixed_costs.erp": 140.0}))


def test_any_seed_is_the_same_for_all(plan, dearer):
    found = compare({"article": plan, "dearer": dearer}, worlds=16, replicates=2, seed=5)
    assert found.plan.seed == 5
    assert found.rivals[0].gaps[0].money[-1].estimate == pytest.approx(-200, abs=1e-2)


def test_strategies_that_one_side_lacks_are_left_out_by_name(plan, dearer):
    other = dearer.with_({"strategies": {"independent": ["store"], "aliexpress": ["aliexpress"]}})
    steps = []
    plans = {"article": plan, "other": other}
    (rival,) = compare(
        plans, worlds=16, replicates=2, on_progress=lambda done, total: steps.append((done, total))
    ).rivals
    assert steps == sorted(steps)
    assert steps[-1] == (64, 64), "thirty-two paths of each"
    assert [gap.a for gap in rival.gaps] == ["independent"]
    assert rival.left_out == ["alibaba", "aliexpress"]


def test_results_that_saw_other_shocks_are_refused(plan):
    a, b = (sim.run(plan, worlds=16, replicates=2, seed=seed) for seed in (1, 2))
    with pytest.raises(PlanError, match="same seed"):
        compare_strategies(a, "independent", b, "independent")


def test_strategies_of_one_scenario(plan):
    found = compare({"article": plan}, worlds=64, replicates=4)
    result = sim.run(plan, worlds=64, replicates=4)
    (gap,) = found.rivals[0].gaps
    assert (gap.a, gap.b) == ("alibaba", "independent")
    expected = result.compare("alibaba", "independent")
    assert gap.probability[-1] == expected["probability"]
    assert gap.money[-1] == expected["money"]
    assert gap.beats.estimate == expected["a_beats_b"].estimate


@pytest.mark.slow
def test_a_condition_counts_the_first_scenarios_paths(plan, dearer):
    seen = ["independent.orders[1] >= 1"]
    a, b = plan.with_({"condition": seen}), dearer.with_({"condition": seen, "store.goods.gross_margin": 0.6})
    found = compare({"a": a, "b": b}, worlds=256, replicates=4)
    gap = found.rivals[0].gaps[0]
    first = sim.run(a, worlds=256, replicates=4)
    size = {"worlds": first.plan.worlds, "replicates": 4}
    other = sim.run(b.with_({"condition": []}), **size)
    money = [r.record("independent").monthly["settled_profit"][-1].astype(float) for r in (other, first)]
    mask = first.sample.mask
    assert gap.money[-1].estimate == pytest.approx((money[0] - money[1])[mask].mean())
    assert "condition" in gap.beats_other_luck
    assert found.plan.worlds == first.plan.worlds
    with pytest.raises(PlanError, match="condition"):
        compare({"a": a, "b": dearer}, worlds=256)


def test_the_couplings_are_named(comparison):
    gap = comparison.rivals[0].gaps[0]
    assert SAME_LUCK in gap.beats.method
    assert "drawn anew" in gap.beats_other_luck.method


def test_the_answer_is_plain_data_and_fits_a_screen(comparison):
    kept = json.loads(json.dumps(comparison.to_dict(), allow_nan=False))
    assert kept["compared"][0]["strategies"][1]["same"] is True
    assert len(kept["compared"][0]["strategies"][0]["probability"]) == len(kept["months"]) == 2
    for language, words in (("en", "luck drawn anew"), ("zh", "重新抽取运气")):
        console = Console(file=io.StringIO(), width=110)
        console.print(comparing_screen(kept, language))
        page = console.file.getvalue()
        assert words in page
        assert "] 个百分点" in page if language == "zh" else "] pp" in page
        assert "store.fixed_costs.erp" in page
        assert "−200" in page


def test_scenarios_of_one_name_go_by_their_files(plan, dearer):
    files = [Path("a/shop.yaml"), Path("b/shop.yaml")]
    assert named(files, [plan, dearer]) == {"article": plan, "dearer": dearer}
    assert named(files, [plan, plan]) == {"a/shop.yaml": plan, "b/shop.yaml": plan}
    with pytest.raises(sim.ConfigError, match=r"b/shop\.yaml is given twice"):
        named([*files, files[1]], [plan] * 3)


def test_what_is_left_out_says_where_it_is_and_no_value_is_cut():
    settings = [Setting(f"store.key_{place}", 0.0, {"normal": {"mean": 0.25, "sd": 0.0625}}) for place in range(15)]
    rivals = {"first": "a"}, Rival("b", settings, [], []).to_dict()
    console = Console(file=io.StringIO(), width=60)
    console.print(settings_table(*rivals, label))
    page = console.file.getvalue()
    assert "and 3 more: --json lists all" in page
    assert page.count("{normal: {mean: 0.25, sd: 0.0625}}") == 12


def test_the_command(tmp_path, monkeypatch, capsys):
    text = "extends: base.yaml\nname: dearer\nstore: {fixed_costs: {erp: 140}}\n"
    (tmp_path / "base.yaml").write_text("name: base\nstrategies: {independent: [store]}\n", encoding="utf-8")
    (tmp_path / "dearer.yaml").write_text(text, encoding="utf-8")
    words = ("compare", tmp_path / "base.yaml", tmp_path / "dearer.yaml", *FEW)
    outcome = command(monkeypatch, capsys, *words, "--json", "--out", tmp_path / "answer.json")
    assert outcome.status == 0, outcome.err
    assert outcome.err == ""
    assert outcome.out == (tmp_path / "answer.json").read_text(encoding="utf-8")
    found = json.loads(outcome.out)["compared"][0]
    assert (found["scenario"], found["strategies"][0]["a"]) == ("dearer", "independent")
    assert "What differs" in command(monkeypatch, capsys, *words).out
    (tmp_path / "longer.yaml").write_text("extends: base.yaml\nname: longer\n", encoding="utf-8")
    twice = command(monkeypatch, capsys, "compare", tmp_path / "base.yaml", tmp_path / "base.yaml", *FEW)
    assert (twice.status, "twice" in twice.err) == (2, True)
    (tmp_path / "longer.yaml").write_text("extends: base.yaml\nname: longer\nhorizon_days: 90\n", encoding="utf-8")
    longer = command(monkeypatch, capsys, "compare", tmp_path / "base.yaml", tmp_path / "longer.yaml")
    assert (longer.status, longer.out) == (2, "")
    assert "horizon_days is 90 in the one and 240 in the other" in longer.err
