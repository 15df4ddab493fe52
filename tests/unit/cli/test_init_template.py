"""A starter scenario: the file stands alone, says what was answered, and no answer gets out of its place."""

import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
import sim.business.channels.base as registry
from sim.business.channels import Channel, Part, channel, channel_names, register
from sim.business.mechanisms.costs import Opening, OwnerPay
from sim.cli.init_questions import (
    MAX_ANSWER,
    MAX_NUMBER,
    N_QUESTIONS,
    AnswerError,
    ask_all,
    questions,
    read_amount,
    read_months,
    read_number,
    read_strategies,
    tidy,
)
from sim.cli.init_template import ANSWERED, CHOSEN, STRATEGIES, declarations, name_for, starter, yaml_text
from sim.scenario import ConfigError, load, loads
from sim.scenario.declarations import declared
from sim.scenario.json_schema import HEAD
from sim.scenario.sections import plain
from sim.scenario.yaml_reader import parse
from sim.text.labels import catalogue
from tests.builders import command

PRICE = declarations()["store.prices.mean_value"]
MARGIN = declarations()["store.goods.gross_margin"]
CASH = declarations()["wallet.capital"]

HOSTILE = [
    "45\nstrategies: {x: [store]}",
    "45\rname: other",
    "45: {",
    "{a: b}",
    "45 # and the rest",
    "# nothing",
    "!!python/object/apply:os.system [id]",
    "*alias",
    "&anchor 45",
    "'45",
    '"45',
    "45, 46",
    "[45]",
    "- 45",
    "45\u2028name: other",
    "45\x00",
    "\x1b[31m45",
    "4" * 10_000,
    "x" * 10_000,
    "1e400",
    ".inf",
    "nan",
    "-5",
    "0x2d",
    "4_5",
    "1,5",
    "60 to 30",
    "30 to 30",
    "0 to 0",
    "1 to 2 to 3",
    "45 EUR",
    "45 CN Y",
    "30 CNY to 60 USD",
    "30 to 60 EUR",
    "60 to 30 CNY",
    "¥45",
    "45 RMB",
    "true",
    "null",
    "%YAML 1.1",
    "\ud800",
    "٤٥x",
]


def answered(*lines, language="en"):
    """What was answered, and all that was shown; a wrong answer takes one more line."""
    left, shown = list(lines), []

    def ask(prompt):
        if not left:
            raise EOFError
        return left.pop(0)

    answers = ask_all(ask, shown.append, language)
    assert left == []
    return answers, "\n".join(shown)


def differences(first, second, path=""):
    if isinstance(first, dict) and isinstance(second, dict):
        for key in first.keys() | second.keys():
            yield from differences(first.get(key), second.get(key), f"{path}.{key}".lstrip("."))
    elif first != second:
        yield path


def test_without_answers_it_is_the_benchmark_file():
    made, market = loads(starter({})).to_mapping(), load("configs/market.yaml").to_mapping()
    assert set(differences(made, market)) == {"name", "title", "doubts"}  # those are ours, of no seller's numbers


@pytest.mark.parametrize("strategies", [(name,) for name in STRATEGIES] + [("alibaba", "aliexpress"), ("dual",)])
def test_every_choice_of_strategies_is_valid_and_names_no_other_channel(strategies):
    text = starter({"strategies": strategies})
    used = {channel for name in strategies for channel in STRATEGIES[name]}
    assert set(loads(text).strategies) == set(strategies)
    assert {name for name in channel_names() if name in parse(text, "s.yaml").data} == used
    assert ("correlations" in parse(text, "s.yaml").data) == ("store" in used or len(used) > 1)
    assert ("market" in parse(text, "s.yaml").data) == ("alibaba" not in used or len(used) > 1)


def test_meanings_units_and_sources_are_the_declared_ones():
    text = " ".join(line.strip(" #") for line in starter({}).splitlines())
    for key, parameter, default in declared():
        name, _, rest = key.partition(".")
        if name not in channel_names() or rest not in channel(name).keys_to_write():
            continue
        assert f"{parameter.meaning} [" in text, key
        assert parameter.source in text, key
        assert f" {rest.split('.')[1]}: {yaml_text(CHOSEN.get(key, default))} " in text, key


def test_a_source_of_the_general_default_is_not_claimed_for_a_channels_own():
    disputes = starter({"strategies": ("alibaba",)}).partition("disputes:")[2]
    comment = " ".join(disputes.partition("return_rate:")[0].split("#"))
    assert "[fraction; mostly 0.0068 to 0.039; source: [j]]" in " ".join(comment.split())


def test_every_line_is_short_enough_to_read():
    assert max(map(len, starter({}).splitlines())) <= 120


def test_answers_reach_the_numbers_they_are_about():
    answers, _ = answered("1 2 3", "70000 CNY", "30 to 60", "400", "45%", "0.2 to 0.3", "40", "7")
    found = loads(starter(answers, "mine"))
    assert (found.name, found.horizon_days) == ("mine", 210)
    assert tuple(found.strategies) == ("independent", "alibaba", "aliexpress")
    numbers = found.numbers()
    assert numbers["wallet.capital"].mean == pytest.approx(10_000)
    for name in ("store", "aliexpress"):
        price = numbers[f"{name}.prices.mean_value"]
        assert [float(price.ppf(u)) for u in (0.05, 0.95)] == pytest.approx([30, 60])
        assert numbers[f"{name}.goods.gross_margin"].mean == 0.45
    assert numbers["alibaba.prices.mean_value"].mean == 400
    assert [float(numbers["alibaba.goods.gross_margin"].ppf(u)) for u in (0.05, 0.95)] == pytest.approx([0.2, 0.3])
    assert numbers["alibaba.p4p.daily_budget"].mean == numbers["aliexpress.p4p.daily_budget"].mean == 40
    budget = [numbers[f"store.budget.{key}"].mean for key in ("test_budget", "first_budget", "lowest", "highest")]
    assert budget == [24, 40, 24, 120]


def test_enter_keeps_every_benchmark():
    answers, _ = answered(*[""] * 8)
    assert answers == {}


def test_one_channel_is_asked_six_questions():
    answers, shown = answered("1", "5000", "40", "50%", "30", "6")
    assert [f"{k}/{N_QUESTIONS}" in shown for k in range(1, 8)] == 6 * [True] + [False]
    assert answers == {
        "strategies": ("independent",),
        "capital": 5000,
        "retail_price": 40,
        "retail_margin": 0.5,
        "advertising": 30,
        "months": 6,
    }
    assert "Alibaba" not in shown.partition("2/6")[2]


def test_a_wrong_answer_is_asked_again_with_the_reason():
    typed = ["9", "1", "lots", "-1", "5000", "60 to 30", "40", "1.2", "0.5", "20 to 30", "30", "99", "6"]
    answers, shown = answered(*typed)
    assert answers["capital"] == 5000
    reasons = [line.split(": ", 1)[1] for line in shown.splitlines() if "Not taken" in line]
    words = ["1 to 4", "30 to 60", "30 to 60", "reversed", "between 0 and 1", "one number", "1 to 36"]
    assert len(reasons) == len(words)
    for reason, word in zip(reasons, words, strict=True):
        assert word in reason


def test_the_end_of_the_input_stops_with_a_message():
    with pytest.raises(ConfigError, match="nothing was written"):
        answered("1", "5000")


def test_questions_show_the_benchmarks_they_would_keep():
    texts = {question.name: question.text for question in questions(("dual", "aliexpress"))}
    assert "own store 36 to 157; AliExpress 29 to 126" in texts["retail_price"]
    assert "[Enter: 298 to 2,146]" in texts["wholesale_price"]
    assert "own store 50; Alibaba.com 20; AliExpress 20" in texts["advertising"]
    assert "[Enter: 8]" in texts["months"]


def test_too_little_for_paid_clicks_is_said():
    assert "below 20 USD a day P4P has no effect on AliExpress" in answered("3", "", "", "", "19.99", "")[1]
    assert "P4P has no effect" not in answered("3", "", "", "", "20", "")[1]
    assert "P4P has no effect" not in answered("1", "", "", "", "5", "")[1]


def test_chinese_questions_and_headings():
    answers, shown = answered("１、４", "７万", "70000 CNY", "３０ 到 60", "", "45％", "", "", "6", language="zh")
    assert "启动资金" in shown
    assert "无法采用" in shown
    assert answers["strategies"] == ("independent", "dual")
    assert (answers["retail_price"], answers["retail_margin"]) == ("30 to 60", 0.45)
    text = starter(answers, language="zh")
    assert loads(text).title == "我的店铺"
    assert "您的回答" in text


@pytest.mark.parametrize("key", [key for key in catalogue("en") if key.startswith("init_")])
def test_both_languages_fill_the_same_places(key):
    def places(text):
        return {piece.split("}")[0] for piece in text.split("{")[1:]}

    assert places(catalogue("en")[key]) == places(catalogue("zh")[key])


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("45", 45),
        ("45.50", 45.5),
        (".5", 0.5),
        ("1,250", 1250),
        ("1,250.5", 1250.5),
        ("$45", 45),
        ("30 to 60", "30 to 60"),
        ("30-60", "30 to 60"),
        ("30–60", "30 to 60"),
        ("30～60", "30 to 60"),
        ("30至60", "30 to 60"),
        ("1,000 TO 2,000", "1000 to 2000"),
        ("$30 - $60", "30 to 60"),
        ("300 cny", "300 CNY"),
        ("300 to 600 cny", "300 to 600 CNY"),
        ("300 CNY - 600 CNY", "300 to 600 CNY"),
        ("1e9", 1e9),
        ("1,250.50 CNY", "1250.5 CNY"),
        ("４５", 45),
    ],
)
def test_ways_to_write_a_number(typed, value):
    assert read_number(tidy(typed), PRICE) == value


@pytest.mark.parametrize(
    ("typed", "value"),
    [("45%", 0.45), ("7 %", 0.07), ("0.45", 0.45), ("30 to 50%", "0.3 to 0.5"), ("30%-50%", "0.3 to 0.5"), ("0", 0)],
)
def test_ways_to_write_a_share(typed, value):
    assert read_number(tidy(typed), MARGIN) == value


@pytest.mark.parametrize("typed", ["45", "45 CNY", "120%", "0.5 to 3", "-10%"])
def test_what_is_no_share(typed):
    with pytest.raises(AnswerError):
        read_number(typed, MARGIN)


def test_percent_of_money_is_refused():
    with pytest.raises(AnswerError, match="give a number"):
        read_number("45%", PRICE)


@pytest.mark.parametrize(
    ("typed", "meant"), [("¥5000", "5000 CNY"), ("5000 RMB", "5000 CNY"), ("¥30 to 60", "30 to 60 CNY")]
)
def test_a_sign_that_may_mean_several_currencies_is_answered_with_its_code(typed, meant):
    with pytest.raises(AnswerError, match=f"write {meant}$"):
        read_number(typed, CASH)


def test_advertising_money_in_yuan_becomes_dollars():
    assert read_amount("350 CNY", CASH) == 50


@pytest.mark.parametrize("typed", ["4", "dual", "both"])
def test_names_and_numbers_of_a_strategy(typed):
    assert read_strategies(typed) == ("dual",)


def test_strategies_stand_once_and_in_order():
    assert read_strategies("3, 1;3 AliExpress") == ("independent", "aliexpress")
    assert read_strategies("ALL") == tuple(STRATEGIES)


@pytest.mark.parametrize("typed", ["0", "37", "6.5", "six", "٦", "6 months"])
def test_months_are_whole_and_possible(typed):
    with pytest.raises(AnswerError, match="1 to 36"):
        read_months(typed)


def test_the_fewest_and_the_most_months_are_possible():
    assert (read_months("1"), read_months("36")) == (1, 36)


@pytest.mark.parametrize("typed", HOSTILE)
@pytest.mark.parametrize("parameter", [CASH, PRICE, MARGIN])
def test_hostile_answers_are_refused_with_a_short_reason(typed, parameter):
    with pytest.raises(AnswerError) as error:
        read_number(tidy(typed), parameter)
    assert str(error.value).isprintable()
    assert len(str(error.value)) < 200
    for read in (read_strategies, read_months):
        with pytest.raises(AnswerError):
            read(tidy(typed))


texts = st.text(st.characters(), max_size=MAX_ANSWER + 5) | st.text("0123456789.,%- tocnyCNYUSD$~#:{}[]\n", max_size=24)


def taken(read, typed):
    try:
        return read(tidy(typed))
    except AnswerError:
        return None


@settings(max_examples=400, deadline=None)
@given(texts, st.sampled_from([CASH, PRICE, MARGIN]))
def test_any_answer_is_refused_or_becomes_a_plain_value(typed, parameter):
    value = taken(lambda text: read_number(text, parameter), typed)
    if value is not None:
        assert parse(f"key: {yaml_text(value)}\n", "s.yaml").data == {"key": value}


@settings(max_examples=30, deadline=None)
@given(st.dictionaries(st.sampled_from(list(ANSWERED)), texts))
def test_no_answer_changes_anything_but_its_own_numbers(typed):
    parameters = {name: declarations()[keys[0]] for name, keys in ANSWERED.items()}
    answers = {}
    for name, line in typed.items():
        read = read_amount if name == "advertising" else read_number
        value = taken(lambda text, name=name, read=read: read(text, parameters[name]), line)
        if value is not None:
            answers[name] = value
    made = loads(starter(answers)).to_mapping()
    own = {key for name in answers for key in ANSWERED[name]} | {"store.budget"}
    others = [path for path in differences(made, UNASKED) if not path.startswith(tuple(own))]
    assert others == []


UNASKED = loads(starter({})).to_mapping()


@settings(max_examples=30, deadline=None)
@given(st.floats(1, MAX_NUMBER), st.floats(1.01, 3))
def test_numbers_and_intervals_come_back_as_typed(low, ratio):
    low = round(low, 2)
    high = round(low * ratio + 0.01, 2)
    assert read_number(f"{low:.2f}", PRICE) == low
    if high <= MAX_NUMBER:
        found = loads(starter({"retail_price": read_number(f"{low:.2f} to {high:.2f}", PRICE)}))
        price = found.channels["store"]["prices"].values["mean_value"]
        assert [float(price.ppf(u)) for u in (0.05, 0.95)] == pytest.approx([low, high])


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=100))
def test_a_name_is_always_possible(stem):
    made = name_for(stem)
    assert re.fullmatch(HEAD["name"]["pattern"].strip("^$"), made)
    assert starter({"strategies": ("alibaba",)}, made).count(f"\nname: {made}\n") == 1


@pytest.mark.parametrize("stem", ["", "-a", "我的店", "a b", "a\n", "x" * 81, "a: b"])
def test_names_that_cannot_be_are_replaced(stem):
    assert name_for(stem) == "shop"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_file_is_written_valid_and_followed_by_the_next_command(folder, monkeypatch, capsys):
    outcome = command(monkeypatch, capsys, "init", "--yes")
    assert outcome.status == 0, outcome.err
    assert outcome.out.rstrip().endswith("sim run shop.yaml")
    assert [file.name for file in folder.iterdir()] == ["shop.yaml"]
    assert command(monkeypatch, capsys, "validate", "shop.yaml").out.startswith("shop.yaml: valid. shop: independent")
    assert (folder / "shop.yaml").read_text(encoding="utf-8") == starter({})


@pytest.mark.slow
def test_it_runs_and_values_can_be_set(folder, monkeypatch, capsys):
    assert command(monkeypatch, capsys, "init", "mine.yaml", "--yes").status == 0
    few = ("--worlds", "64", "--replicates", "4", "--jobs", "1", "--set", "horizon_days=60")
    outcome = command(monkeypatch, capsys, "run", "mine.yaml", *few, "--set", "store.goods.gross_margin=0.6")
    assert outcome.status == 0, outcome.err
    assert "chance of profit" in outcome.out
    run = next((folder / "outputs").iterdir())
    values = sim.read(run).scenario.channels["store"]["goods"].values
    assert plain(values["gross_margin"]) == 0.6


@pytest.mark.slow
@pytest.mark.parametrize(
    "lines",
    [
        ("4", "0", "0.01", "0.01", "0", "0", "0", "1"),
        ("all", "1,000,000,000", "1,000,000,000", "1,000,000,000", "100%", "100%", "1,000,000,000", "1"),
        ("all", "1 to 10,000", "0.01 to 1,000", "0.01 to 1", "0.001 to 0.999", "1 to 99%", "0.01", "2"),
    ],
)
def test_extreme_answers_run(lines):
    found = sim.run(loads(starter(answered(*lines)[0])), worlds=64, replicates=4)
    assert found.probability_of_profit()["estimate"].between(0, 1).all()


def test_a_file_that_is_there_is_kept_unless_forced(folder, monkeypatch, capsys):
    (folder / "shop.yaml").write_text("mine", encoding="utf-8")
    outcome = command(monkeypatch, capsys, "init", "--yes")
    assert outcome.status == 2
    assert "--force" in outcome.err
    assert (folder / "shop.yaml").read_text(encoding="utf-8") == "mine"
    assert command(monkeypatch, capsys, "init", "--yes", "--force").status == 0
    assert load("shop.yaml").name == "shop"


def test_a_file_that_appears_while_answering_is_kept(folder, monkeypatch, capsys):
    def answer(prompt):
        (folder / "shop.yaml").write_text("mine", encoding="utf-8")
        return ""

    monkeypatch.setattr("builtins.input", answer)
    monkeypatch.setattr("sys.stdin", Terminal())
    assert command(monkeypatch, capsys, "init").status == 2
    assert (folder / "shop.yaml").read_text(encoding="utf-8") == "mine"


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_link_that_leads_nowhere_is_kept(folder, monkeypatch, capsys):
    (folder / "shop.yaml").symlink_to("elsewhere.yaml")
    assert command(monkeypatch, capsys, "init", "--yes").status == 2


@pytest.mark.parametrize(
    "name", ["shop.json", "shop", "a\nb.yaml", "a\x1b[31m.yaml", "no/such/shop.yaml", "x" * 5000 + ".yaml"]
)
def test_files_that_cannot_be_written(folder, name, monkeypatch, capsys):
    outcome = command(monkeypatch, capsys, "init", name, "--yes", "--force")
    assert outcome.status == 2
    assert outcome.err.startswith("error: ")
    assert list(folder.iterdir()) == []


def test_a_folder_is_never_replaced(folder, monkeypatch, capsys):
    (folder / "shop.yaml").mkdir()
    assert command(monkeypatch, capsys, "init", "--yes", "--force").status == 2


def test_an_input_that_is_no_terminal_is_refused(folder, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO("1\n" * 10))
    outcome = command(monkeypatch, capsys, "init")
    assert outcome.status == 2
    assert "--yes" in outcome.err
    assert list(folder.iterdir()) == []


def test_an_unknown_language_is_refused(folder, monkeypatch, capsys):
    assert command(monkeypatch, capsys, "init", "--yes", "--language", "fr").status == 2


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals")
def test_a_person_at_a_terminal(folder):
    import pty

    here, there = pty.openpty()
    call = [sys.executable, "-c", "from sim.cli.app import main; main()", "init", "my shop.yaml"]
    with subprocess.Popen(call, stdin=there, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=terminal()) as process:
        os.write(here, b"1\n5000\nwhat: {\n\xff\xfe\n30 to 60\n45%\n\n6\n")
        out, err = process.communicate(timeout=60)
    os.close(here)
    os.close(there)
    assert process.returncode == 0, err
    assert out.decode().rstrip().endswith("sim run 'my shop.yaml'")
    assert out.decode().count("Not taken") == 2
    found = load(folder / "my shop.yaml")
    assert (found.name, found.horizon_days, plain(found.wallet["capital"])) == ("shop", 180, 5000)


def terminal():
    root = str(Path(sim.__file__).parent.parent)
    return {**os.environ, "PYTHONPATH": root, "PYTHONUTF8": "1"}


def test_a_registered_channel_is_offered_and_written(monkeypatch):
    monkeypatch.setattr(registry, "_CHANNELS", dict(registry._CHANNELS))
    parts = (Part("opening", Opening, required=True), Part("owner_pay", OwnerPay))
    register(Channel("market_stall", "Market stall", parts, to_write=("opening.setup_cost owner_pay.monthly_pay",)))
    assert read_strategies("5") == read_strategies("market_stall") == ("market_stall",)
    text = starter({"strategies": ("market_stall",)})
    assert "market_stall: [market_stall]  # Market stall" in text
    stall = parse(text, "s.yaml").data["market_stall"]
    assert {section: list(keys) for section, keys in stall.items()} == {
        "opening": ["setup_cost"],
        "owner_pay": ["monthly_pay"],
    }
    assert loads(text).strategies == {"market_stall": ("market_stall",)}
