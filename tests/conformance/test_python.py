"""What Python offers: what stands in docs/python.md and no more, typed, said in few lines, with one set of defaults."""

import inspect
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from matplotlib.figure import Figure
from typer.main import get_command

import sim
from sim.cli.app import app
from sim.scenario.conditions import parse_condition
from sim.show.plots import accessor
from sim.show.plots.sweeps import lines, maps
from sim.show.plots.sweeps.accessor import SweepPlots
from sim.show.registry import PICTURES
from sim.simulation.recorder import Record
from sim.studies.capital import CapitalReport
from sim.studies.capital_search import CapitalNeeded, Trial
from sim.studies.sweeps.reader import sweep_status
from sim.text.shown import MAX_LINES
from tests.builders import write_sweep

PAGE = Path("docs/python.md").read_text(encoding="utf-8")
MOST_CHARACTERS = 1500


@cache
def scenario():
    return sim.load("configs/article.yaml", ["horizon_days=60"])


@cache
def result():
    return sim.run(scenario(), worlds=256, replicates=4)


@cache
def comparison():
    return sim.compare({"plan": scenario(), "richer": scenario().with_({"wallet.capital": 20_000})}, worlds=32)


@cache
def learning():
    return sim.learn(result())


@cache
def doubt():
    readings = {"margin": "before_freight"}
    alone = {"strategies": {"independent": ["store"]}, "doubts": [["store.returns.return_rate", 0.1, 0.3]]}
    return sim.readings(scenario().with_(alone | {"readings": readings}), worlds=16)


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    folder = tmp_path_factory.mktemp("swept")
    return sim.run_sweep(sim.load_sweep(write_sweep(folder)), folder / "s", n_jobs=1)


def capital():
    """Return an answer of `sim cash` made by hand: its search takes minutes."""
    chance = result().estimate_profit("dual")[-1]
    trial = Trial(5000.0, chance, chance, result().profitable("dual")[-1])
    needed = CapitalNeeded("dual", 0.05, "found", 5000.0, 4000.0, 6000.0, trial, (trial,) * 9, None, 30)
    return CapitalReport("article", "USD", 60, 256, 4, 1, (needed,) * 4, {"store.budget.cash_reserve": 1000.0})


OBJECTS = {
    "Scenario": scenario,
    "Scenario, by default": lambda: sim.Scenario.from_mapping({"name": "x", "strategies": {"own": ["store"]}}),
    "Section": lambda: scenario().section("store", "goods"),
    "Distribution": lambda: scenario().numbers()["store.goods.gross_margin"],
    "Result": result,
    "Result, given": lambda: result().given("independent.orders[1] >= 1"),
    "Counts": lambda: sim.run(scenario(), worlds=8, replicates=2, keep="summary"),
    "Plan": lambda: result().plan,
    "Record": lambda: result().record("dual"),
    "Record, empty": Record,
    "Clause": lambda: parse_condition("dual.acos[1] between 0.3 and 0.5", ["dual"], 2)[0],
    "estimates": lambda: result().estimate_profit("dual"),
    "plot": lambda: result().plot,
    "compare": lambda: result().compare("dual", "alibaba"),
    "Comparison": comparison,
    "Comparison, alone": lambda: sim.compare({"plan": scenario()}, worlds=16),
    "Rival": lambda: comparison().rivals[0],
    "Setting": lambda: comparison().rivals[0].settings[0],
    "PairedComparison": lambda: comparison().rivals[0].gaps[0],
    "Learning": learning,
    "Worth": lambda: learning().single[0],
    "Importance": lambda: learning().money["dual"],
    "ModelDoubt": doubt,
    "Tried": lambda: doubt().tried[0],
    "Variant": lambda: doubt().tried[0].variant,
    "Shift": lambda: next(iter(doubt().tried[0].shifts.values())),
    "CapitalReport": capital,
    "CapitalNeeded": lambda: capital().answers[0],
    "Trial": lambda: capital().answers[0].curve[0],
    "Sweep": lambda: sim.load_sweep("configs/sweeps/returns_margin.yaml"),
    "SweepCell": lambda: sim.load_sweep("configs/sweeps/capital.yaml").cells[0],
}


def check_short(text):
    assert len(text) <= MOST_CHARACTERS
    assert len(text.splitlines()) <= MAX_LINES
    assert " object at 0x" not in text, "says nothing"
    assert "array(" not in text


@pytest.mark.parametrize("name", OBJECTS)
def test_objects_say_in_a_few_lines_what_they_are(name):
    check_short(repr(OBJECTS[name]()))


def test_what_a_sweep_leaves_says_in_a_few_lines_what_it_is(swept):
    for found in (swept, sweep_status(swept.directory), swept.sweep, swept.plot):
        check_short(repr(found))
    assert "4 cells computed" in repr(swept)
    assert "wallet.capital: 5000, 6000, 7000, 8000" in repr(swept.sweep)


def test_a_scenario_says_what_is_other_than_by_default():
    plain = OBJECTS["Scenario, by default"]()
    assert "other than by default" not in repr(plain)
    changed = repr(plain.with_({"store.prices.mean_value": 77, "wallet.capital": 4321}))
    assert "other than by default (2):" in changed
    assert "store.prices.mean_value: 77" in changed
    assert "starting money 4321 USD" in changed
    assert "own: store" in changed


def test_a_result_says_its_chances_and_why_it_has_none():
    assert re.search(r"^  aliexpress: a profit in [\d.]+% ±", repr(result()), re.MULTILINE)
    little = result().given("independent.orders[1] >= 14")
    assert "nothing is concluded from fewer than 200 worlds" in " ".join(repr(little).split())


def documented(heading):
    """Return the names in the first column of the table under a heading."""
    table = PAGE.split(f"| {heading} | what")[1].split("\n\n")[0]
    first = re.findall(r"^\|([^|]+)\|", table, re.MULTILINE)
    return sorted(name for cell in first for name in re.findall(r"`(\w+)`", cell))


def test_dir_offers_what_is_documented():
    assert sorted(dir(sim)) == documented("`sim.`") == sorted(sim.__all__)
    assert dir(scenario()) == documented("`Scenario.`")
    assert dir(result()) == documented("`Result.`")


def test_dir_of_a_report_offers_what_is_documented(swept):
    rows = dict(re.findall(r"^\| `(\w+)` \| (`first`.*|`best`.*|`scenario`.*|`answer`.*) \|$", PAGE, re.MULTILINE))
    reports = {type(found).__name__: found for found in (comparison(), learning(), doubt(), swept)}
    assert rows.keys() == reports.keys()
    for name, found in reports.items():
        assert dir(found) == sorted(re.findall(r"`(\w+)`", rows[name])), name


def test_what_dir_offers_is_there_and_what_counts_cannot_tell_is_not_offered():
    counts = OBJECTS["Counts"]()
    for found in (scenario(), result(), counts, learning(), comparison(), doubt(), result().plot):
        assert all(hasattr(found, name) for name in dir(found))
        assert not any(name.startswith("_") for name in dir(found))
    assert {"plot", "monthly", "given"} & set(dir(counts)) == set()


def test_the_page_does_what_it_says(tmp_path, monkeypatch, capsys):
    configs = Path("configs").resolve()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "configs").symlink_to(configs)
    space = {"__name__": "page"}
    for block in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
        exec(compile(block, "docs/python.md", "exec"), space)
    said = capsys.readouterr().out
    assert (tmp_path / "stable.png").stat().st_size > 10_000
    for refusal in ("no path agrees", "no strategy 'shop'", "backend: found 'threads'"):
        assert refusal in said


def columns_of(call):
    (row,) = [line for line in PAGE.splitlines() if line.startswith(f"| `{call}` |")]
    return re.findall(r"`(\w+)`", row.split("|")[3])


@pytest.mark.parametrize(
    ("call", "frame", "items"),
    [
        ("sim.compare(…).to_frame()", lambda: comparison().to_frame(), 4 * 2),
        ("sim.learn(…).to_frame()", lambda: learning().to_frame(), None),
        ('sim.learn(…).to_frame("shares")', lambda: learning().to_frame("shares"), None),
        ('sim.learn(…).to_frame("choices")', lambda: learning().to_frame("choices"), 5),
        ("sim.readings(…).to_frame()", lambda: doubt().to_frame(), None),
    ],
)
def test_frames_are_tidy(call, frame, items):
    found = frame()
    plain = [name for name in found.columns if not name.endswith(("_low", "_high"))]
    assert plain == columns_of(call)
    for name in found.columns:
        assert not found[name].map(lambda cell: isinstance(cell, dict | list | tuple)).any(), name
        if name.endswith("_low"):
            figure = name.removesuffix("_low")
            assert (found[name] <= found[figure] + 1e-9).all()
            assert (found[figure] <= found[f"{figure}_high"] + 1e-9).all()
    assert len(found) == items or (items is None and len(found) > 1)
    keys = [name for name in plain if name in ("scenario", "strategy", "outcome", "month", "input", "kind", "name")]
    keys += [name for name in ("option", "choice") if name in plain]
    assert not found.duplicated(keys).any()


def test_frames_say_what_their_reports_say():
    rows = comparison().to_frame().query("strategy == 'dual' and month == 2")
    (gap,) = [gap for gap in comparison().rivals[0].gaps if gap.a == "dual"]
    assert rows["money_difference"].tolist() == [gap.money[-1].estimate]
    assert rows["chance_difference_high"].tolist() == [gap.probability[-1].high]
    worths = learning().to_frame()
    assert worths["worth"].head(3).tolist() == [worth.gain.estimate for worth in learning().single[:3]]
    assert worths["together"].max() > 1
    shares = learning().to_frame("shares").query("strategy == 'dual' and outcome == 'chance' and month == 2")
    told_shares = {name: found[-1].estimate for name, found in learning().chance["dual"].shares.items()}
    assert dict(zip(shares["input"], shares["share"], strict=True)) == told_shares
    with pytest.raises(ValueError, match="no table 'wealth'; there are: worth, shares, choices"):
        learning().to_frame("wealth")


def test_a_sweep_has_its_frame_and_draws_itself(swept):
    frame = swept.to_frame()
    assert frame.equals(sim.read_sweep(swept.directory, headlines=True))
    assert frame["wallet.capital"].tolist() == [5000, 6000, 7000, 8000]
    ax = swept.plot.lines("wallet.capital", figure="profit_p50", theme="dark")
    assert ax.get_ylabel() == "USD"
    assert ax.get_figure().get_facecolor()[:3] < (0.2, 0.2, 0.2)


# Pictures


def parameters(function, without):
    return {
        name: found.default for name, found in inspect.signature(function).parameters.items() if name not in without
    }


@pytest.mark.parametrize("name", sorted(PICTURES))
def test_every_shipped_picture_is_a_typed_method(name):
    method = vars(accessor.PlotAccessor)[name]
    asked, drawn = parameters(method, ("self", "theme")), parameters(PICTURES[name], ("result",))
    assert asked == drawn
    for parameter in inspect.signature(method).parameters.values():
        assert parameter.name == "self" or parameter.annotation not in (inspect.Parameter.empty, "Any")
        assert parameter.kind is not inspect.Parameter.VAR_POSITIONAL
        if parameter.name in ("ax", "language", "theme"):
            assert parameter.kind is inspect.Parameter.KEYWORD_ONLY
    assert method.__doc__.startswith("Draw")


def test_every_method_is_a_picture_and_reaches_its_own(monkeypatch):
    methods = {name for name in vars(accessor.PlotAccessor) if not name.startswith("_")}
    assert methods == set(PICTURES)
    heard = []
    for name in methods:
        monkeypatch.setitem(PICTURES, name, lambda *asked, name=name, **named: heard.append((name, named)))
    for name in methods:
        taken = {"path": 3, "a": "dual", "b": "alibaba"}
        given = [taken[key] for key in inspect.signature(getattr(result().plot, name)).parameters if key in taken]
        ax = Figure().add_subplot()
        getattr(result().plot, name)(*given, ax=ax, language="zh")
        assert heard[-1][0] == name
        assert heard[-1][1]["ax"] is ax
        assert heard[-1][1]["language"] == "zh"


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("lines", lines.sweep_lines),
        ("map", maps.sweep_map),
        ("panels", maps.sweep_panels),
        ("scatter", lines.sweep_scatter),
    ],
)
def test_every_picture_of_a_sweep_is_a_typed_method(name, function):
    asked = parameters(getattr(SweepPlots, name), ("self", "theme"))
    assert asked == parameters(function, ("frame", "currency", "bare"))
    assert set(dir(SweepPlots(None))) == {"lines", "map", "panels", "scatter"}


TYPED = """
import sim
result = sim.run(sim.load("x.yaml"))
reveal_type(result.plot.funnel("dual", language="zh", theme="dark"))
reveal_type(sim.learn(result).to_frame())
result.plot.funnel("dual", langauge="zh")
result.plot.time_to_profit(event="never")
result.plot.funnel("dual", None)
reveal_type(result.plot.of_another_package)
swept = sim.run_sweep(sim.load_sweep("x.yaml"))
reveal_type(swept.plot.map)
"""


@pytest.mark.slow
def test_a_type_checker_sees_the_pictures(tmp_path):
    pytest.importorskip("mypy", reason="needs the extra 'dev'")
    (tmp_path / "typed.py").write_text(TYPED, encoding="utf-8")
    # By the project's own settings, strict ones: what is known of the package from checking it is used again.
    command = [sys.executable, "-m", "mypy", str(tmp_path / "typed.py")]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    lines_said = [line for line in said.splitlines() if "typed.py" in line]
    expected = {
        4: 'Revealed type is "matplotlib.axes._axes.Axes"',
        5: 'Revealed type is "pandas.',
        6: 'Unexpected keyword argument "langauge"',
        7: 'Argument "event" to "time_to_profit"',
        8: "Too many positional arguments",
        9: "Revealed type is",
        11: "Revealed type is",
    }
    for number, words in expected.items():
        assert any(f"typed.py:{number}:" in line and words in line for line in lines_said), (number, said)


# Defaults


def test_one_default_for_processes_everywhere():
    functions = (sim.run, sim.compare, sim.capital_needed, sim.readings, sim.run_sweep)
    found = {function.__name__: inspect.signature(function).parameters["n_jobs"].default for function in functions}
    for name, command in get_command(app).commands.items():
        for option in command.params:
            if option.name == "jobs":
                found[f"sim {name}"] = option.default
    assert len(found) > 8
    assert set(found.values()) == {-1}, found


def test_public_functions_are_typed():
    for name in sim.__all__:
        found = getattr(sim, name)
        if not inspect.isfunction(found):
            continue
        signature = inspect.signature(found)
        assert signature.return_annotation is not inspect.Signature.empty, name
        for parameter in signature.parameters.values():
            assert parameter.annotation is not inspect.Parameter.empty, (name, parameter.name)
