"""`benchmarks/chosen.py`: distances by hand and beside `sim facts`, and a search whose best setting is known."""

import importlib
from concurrent.futures import Future
from contextlib import nullcontext
from itertools import pairwise

import numpy as np
import pytest

import sim
from sim.simulation.engine import simulate
from sim.simulation.plan import Plan
from sim.studies.article import facts_of, store_alone

FILES = ("configs/article.yaml", "configs/article_all_stores.yaml")
VALUE, GAP = "store.prices.mean_value.lognormal.median", "store.repeat.gap"


@pytest.fixture
def chosen(monkeypatch):
    monkeypatch.syspath_prepend("benchmarks")
    return importlib.import_module("chosen")


class Here:
    """A pool without processes."""

    map = staticmethod(map)

    @staticmethod
    def submit(job, *arguments):
        done = Future()
        done.set_result(job(*arguments))
        return done


def test_the_distance_is_one_in_the_middle_and_nothing_on_the_edge(chosen):
    assert [chosen.within(value, 0.35, 0.50) for value in (0.425, 0.35, 0.50)] == pytest.approx([1, 0, 0])
    assert chosen.within(0.575, 0.35, 0.50) == pytest.approx(-1)
    assert [chosen.at_least_half(share) for share in (0.25, 0.5, 0.625, 0.75, 0.9)] == pytest.approx([-1, 0, 0.5, 1, 1])


@pytest.mark.parametrize(
    ("months", "half"),
    [
        ([4, 6, 6, 6], 5 + 1 / 3),  # a quarter by month 5, all by month 6: a third of the way
        ([5, 5, 9, 9], 5.0),  # half of them on the edge: the median month is 5
        ([8, 8, 9, 9], 8.0),
        ([3, np.inf, np.inf, np.inf], 19.0),
        ([], 19.0),
    ],
)
def test_the_month_of_half_has_its_part(chosen, months, half):
    assert chosen.month_of_half(np.array(months, dtype=float)) == pytest.approx(half)


def test_a_month_of_half_is_inside_exactly_where_the_median_month_is(chosen):
    luck = np.random.default_rng(5)
    for _ in range(200):
        months = luck.integers(2, 13, size=9).astype(float)
        distance = chosen.within(chosen.month_of_half(months), 5, 8)
        middle = np.quantile(months, 0.5, method="inverted_cdf")
        # On the lower edge half are stable by month 5: distance 0, outside; nine paths are never half.
        assert (distance >= 0) == (6 <= middle <= 8)


@pytest.mark.parametrize("reading", ["those_that_get_there", "all_stores"])
@pytest.mark.parametrize("value", [60, 220])
def test_a_row_is_inside_exactly_where_its_distance_is(chosen, reading, value):
    scenario = sim.load(FILES[0]).with_({"readings.stable_profit": reading, VALUE: value})
    run = simulate(store_alone(scenario), Plan(1, 48, 1))
    rows = [row for row in facts_of(run, run) if row.inside is not None]
    found = chosen.row_distances(run)
    assert set(found) == {"F17", "F17 share", "F18", "F21", "F23"} | ({"F21 share"} & set(found))
    assert ("F21 share" in found) == (reading == "those_that_get_there")
    for row in rows:
        share = row.judged_by.startswith("share")
        names = ["F17 share"] if share else [row.number, *({"F21 share"} & set(found) if row.number == "F21" else ())]
        assert row.inside == all(found[name] >= 0 for name in names), row
    [cost] = [row.mean for row in facts_of(run, run) if row.number == "F23"]
    assert found["F23"] == pytest.approx(1 - abs(cost - 3000 / 7) / (300 / 7))


def hill(chosen, monkeypatch, top, worse=1.0):
    """Put a pyramid in place of the model; returns what was asked."""
    asked = []

    def distances(scenario, plan, changes):
        asked.append(dict(changes))
        if "store.returns.return_rate" in changes:
            return {"F17": -worse, "F23": -9.0}
        if {"store.goods.gross_margin", "store.funnel.start_conversion_social"} & set(changes):
            return {"F17": -1.0, "F23": -9.0}
        return {
            "F17": 1 - sum(abs(changes[key] - value) / 100 for key, value in top.items() if key in changes),
            "F21": 2.0,
        }

    monkeypatch.setattr(chosen, "distances", distances)
    return asked


def two_numbers(chosen):
    return tuple(number for number in chosen.NUMBERS if number.key in (VALUE, GAP))


def start():
    return sim.load(FILES[0], [f"{VALUE}=150", f"{GAP}=100"])


def searched(chosen, scenario, gain, enough=np.inf):
    steps = list(chosen.search(Here, scenario, None, gain, enough, two_numbers(chosen)))
    return steps, [step.setting for step in steps if step.gained]


def test_the_search_climbs_to_the_best_setting(chosen, monkeypatch):
    hill(chosen, monkeypatch, {VALUE: 185, GAP: 70})
    steps, best = searched(chosen, start(), 0.01)
    assert (best[0], best[-1]) == ({VALUE: 150, GAP: 100}, {VALUE: 185, GAP: 70})
    assert all(sum(a[key] != b[key] for key in a) == 1 for a, b in pairwise(best))
    assert not any(step.gained for step in steps[-4:]), "all four neighbours of the best were tried"
    assert [step.least for step in steps if step.gained] == sorted(step.least for step in steps if step.gained)


def test_it_stops_where_a_step_gains_too_little(chosen, monkeypatch):
    hill(chosen, monkeypatch, {VALUE: 150, GAP: 70})
    assert searched(chosen, start(), 0.099)[1][-1] == {VALUE: 150, GAP: 70}  # a step of 10 gains .10
    assert searched(chosen, start(), 0.101)[1] == [{VALUE: 150, GAP: 100}]


def test_it_stops_where_it_is_far_enough_inside(chosen, monkeypatch):
    hill(chosen, monkeypatch, {VALUE: 185, GAP: 70})  # at the start 1 - .35 - .30
    assert searched(chosen, start(), 0.01, 0.49)[1][-1] == {VALUE: 155, GAP: 90}  # .35 + .05 + .10
    assert len(searched(chosen, start(), 0.01, 0.30)[0]) == 1


def test_it_stays_between_the_ends(chosen, monkeypatch):
    asked = hill(chosen, monkeypatch, {VALUE: 185, GAP: 0})
    assert searched(chosen, start(), 0.01)[1][-1] == {VALUE: 185, GAP: 40}
    assert min(changes[GAP] for changes in asked) == 40


def test_two_numbers_move_together_along_a_ridge(chosen, monkeypatch):
    """A dearer product alone takes from one row what it gives the other; so does a longer gap; both together gain."""

    def distances(scenario, plan, changes):
        dearer, later = (changes[VALUE] - 150) / 5, (changes[GAP] - 100) / 10
        found = {"F17": 0.5 + 0.1 * dearer - 0.08 * later, "F21": 0.5 - 0.08 * dearer + 0.1 * later}
        return found | {"F18": 0.58} if len(changes) == 2 else {"F17": -1.0}

    monkeypatch.setattr(chosen, "distances", distances)
    assert searched(chosen, start(), 0.01)[1][-1] == {VALUE: 170, GAP: 140}  # .02 a pair of steps: .58 after four


def test_worse_stores_count_and_are_simulated_only_where_it_matters(chosen, monkeypatch):
    asked = hill(chosen, monkeypatch, {VALUE: 150}, worse=0.3)
    setting = {VALUE: 150.0}
    found = chosen.tried(start(), None, 0.9, setting)
    assert found == {"F17": 1, "F21": 2, "margin .42": 1, "conversion halved": 1, "returns doubled": 0.3}
    assert len(asked) == 4
    assert set(chosen.tried(start(), None, 1.0, setting)) == {"F17", "F21"}
    assert len(asked) == 5


def test_how_far_a_number_may_move_alone(chosen, monkeypatch):
    hill(chosen, monkeypatch, {VALUE: 165, GAP: 100})
    scenario = start()  # inside where it is at most 100 from 165: 65 to 265
    value, gap = two_numbers(chosen)
    assert chosen.limit(scenario, None, value, 1) == (265, "F17")
    assert chosen.limit(scenario, None, value, -1) == (65, "F17")
    assert chosen.limit(scenario, None, gap, 1) == (150, "none")
    monkeypatch.setattr(chosen, "NUMBERS", (value,))
    *_, row = chosen.limits(Here, scenario, None)
    assert row.startswith("| `prices.mean_value.lognormal.median` | 150 | 65 | F17 | 265 | F17 |")


@pytest.mark.parametrize("file", FILES)
def test_what_the_files_have_lies_between_the_ends(chosen, file):
    found = chosen.present(sim.load(file))
    assert len(found) == len(chosen.NUMBERS)
    assert all(number.low <= found[number.key] <= number.high for number in chosen.NUMBERS)


def test_the_worse_stores_change_what_they_say(chosen):
    for name, changes in chosen.WORSE.items():
        before, after = sim.load(FILES[0]).numbers(), sim.load(FILES[0]).with_(changes).numbers()
        [key] = [key for key in before if before[key] != after[key]]
        ratio = after[key].mean / before[key].mean
        assert ratio == pytest.approx({"margin .42": 0.42 / 0.52, "conversion halved": 0.5, "returns doubled": 2}[name])


def test_every_setting_is_printed_and_the_best_marked(chosen, capsys, monkeypatch):
    hill(chosen, monkeypatch, {VALUE: 155})
    monkeypatch.setattr(chosen, "ProcessPoolExecutor", lambda jobs: nullcontext(Here))
    monkeypatch.setattr("sys.argv", ["chosen.py", "--enough", "9", "--set", f"{VALUE}=150"])
    chosen.main()
    head, _, first, *others = (line.strip("| ").split(" | ") for line in capsys.readouterr().out.splitlines())
    assert head[:3] == ["prices.mean_value.lognormal.median", "prices.mean_value.lognormal.log_sd", "prices.log_sd"]
    assert (first[0], first[-2]) == ("150", "0.95 *")
    assert [other[0] for other in others if "*" in other[-2]] == ["155"]
    assert len(others) >= 2 * len(chosen.NUMBERS)


@pytest.mark.slow
def test_a_small_search_of_the_model_itself(chosen):
    """The order value is far too low, and the search makes it dearer."""
    scenario = sim.load(FILES[0], [f"{VALUE}=90"])
    value, _ = two_numbers(chosen)
    best = [step for step in chosen.search(Here, scenario, Plan(1, 32, 1), 0.01, 0.0, (value,)) if step.gained]
    assert best[-1].setting[VALUE] > 90
    assert best[-1].least > best[0].least
