"""Rounds of mutations, and what shows that the judgements can fail.

The rounds draw by our own generator (why, says `mutations`). Hypothesis draws single numbers on single keys here, as it
finds the simplest one that breaks a rule, which a reader understands at once.
"""

import os
import sys
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.builders import Ended
from tests.fuzz import mutations
from tests.fuzz.case import HEAD, Case, drawn, numbers, written
from tests.fuzz.harness import Left, run, workshop
from tests.fuzz.judging import findings, of_a_text, of_the_message
from tests.fuzz.rounds import WEIGHTS, judge, judged

SEED = 20_261_130
SHORT = 40
"""Cases of the short round: about 12 s."""

LONG = int(os.environ.get("SIM_FUZZ_CASES", "3000"))


def failures(cases):
    failed = []
    for number, found in enumerate(judged(SEED, cases), 1):
        if found.broke:
            failed.append(str(found))
        if number % 100 == 0:
            print(f"fuzz: {number} of {len(cases)} cases, {len(failed)} failed", file=sys.__stderr__, flush=True)
    return failed


def test_a_short_round():
    assert (failed := failures(range(SHORT))) == [], "\n\n".join(failed)


@pytest.mark.slow
def test_a_long_round():
    assert (failed := failures(range(SHORT, SHORT + LONG))) == [], "\n\n".join(failed)


def test_a_case_is_repeated_by_its_seed_and_number():
    told = []
    for _ in range(2):
        with workshop() as folder:
            cases = [
                drawn(5, number, folder / f"{number}", WEIGHTS)
                for number in range(25)
                if not (folder / f"{number}").mkdir()
            ]
            told.append([(str(case), str(case.commands).replace(str(folder), "")) for case in cases])
    assert told[0] == told[1]
    assert len({case for case, _ in told[0]}) > 20


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(sorted(numbers())), st.floats(allow_nan=False, allow_infinity=False), st.booleans())
def test_any_number_on_any_key_is_an_answer_or_a_refusal(key, value, inside):
    declared = numbers()[key]
    if inside:
        value = min(max(value, declared.low), declared.high)
    with workshop() as folder:
        found = judge(mutations.on_one_key(folder, key, repr(value), "", Random(0)), folder)
    assert found.broke == []


def left(status=0, out="", err="", errors=()):
    return Left([(("run",), Ended(status, out, err))], list(errors))


GOOD = "error: s.yaml:3: store.meta.cpm: found -1; must be at least 0\n"


@pytest.mark.parametrize(
    ("behind", "rule"),
    [
        (left(errors=["Traceback"]), "traceback"),
        (left(2, err="Traceback (most recent call last):\n"), "traceback"),
        (left(1), "status"),
        (left(-11), "status"),
        (left(2), "message"),
        (left(2, err="error: something is wrong\n"), "message"),
        (left(2, err="error: s.yaml: no\n"), "message"),
        (left(2, err="error: s.yaml:3: store.meta.ctr\n" + "x" * 50_000), "message"),
        (left(2, err=GOOD + "and so on\n"), "message"),
        (left(0, out="profit nan"), "no number on the screen"),
        (left(0, out="-inf to 3"), "no number on the screen"),
        (left(0, err="RuntimeWarning: overflow"), "noise"),
    ],
)
def test_every_judgement_can_fail(behind, rule, tmp_path):
    assert rule in [finding.rule for finding in findings(Case("", []), behind, tmp_path)]


@pytest.mark.parametrize(
    "line", [GOOD, "error: --set a=1: a: found 1; no\nand 3 more\n", "error: s.yaml: is empty; x\n"]
)
def test_messages_with_a_place_or_a_reason_pass(line):
    assert of_the_message(line) == []


def test_a_refused_value_of_the_file_has_its_line(tmp_path):
    case = Case("", [], key="store.meta.cpm")
    assert findings(case, left(2, err=GOOD), tmp_path) == []
    found = findings(case, left(2, err=GOOD.replace(":3", "")), tmp_path)
    assert [finding.rule for finding in found] == ["message"]
    assert findings(case, left(2, err=GOOD.replace("store.meta.cpm", "it")), tmp_path) != []


def test_files_that_are_half_written_or_hold_no_numbers_are_found(tmp_path):
    def rules(case):
        return [finding.rule for finding in findings(case, run(case, tmp_path), tmp_path)]

    file = written(tmp_path, HEAD)
    case = Case("", [("validate", str(file))], out=tmp_path / "out")
    assert rules(case) == ["half-written"]
    (tmp_path / "out").mkdir()
    assert rules(case) == ["half-written"]
    behind = left(2, err=GOOD)
    behind.after = {"out": (0o100000, ""), ".out.x.partial": (0o100000, "")}
    found = [finding.rule for finding in findings(case, behind, tmp_path)]
    assert sorted(found) == ["half-written", "left behind"]
    behind = left(0)
    behind.before, behind.after = {"d": (0o020000, "")}, {"d": (0o100000, "")}
    assert "replaced" in [finding.rule for finding in findings(Case("", []), behind, tmp_path)]
    (tmp_path / "page.html").write_text("<script>NaN</script><p>5 to nan</p>", encoding="utf-8")
    assert of_a_text(tmp_path / "page.html")[0].detail == "page.html: 5 to nan"
    (tmp_path / "page.html").write_text("<script>NaN</script><p>info</p>", encoding="utf-8")
    assert of_a_text(tmp_path / "page.html") == []


def test_a_picture_with_no_number_in_it_is_found(tmp_path):
    (tmp_path / "page.html").write_text('<svg><path d="M 1 nan L 2 3"/></svg>', encoding="utf-8")
    assert of_a_text(tmp_path / "page.html") != []
