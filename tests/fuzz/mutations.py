"""Mutations of what a scenario says: every key, its ends, odd values, words of ``--set``, conditions, data columns.

One function a mutation. They are ours and no Hypothesis strategies, because a case is a folder of files and a command
line, drawn from a seed and a number alone, so that any of 3,000 is repeated without the others, and since a whole
mutated file does not shrink to anything a reader would know. A single number on a single key does: that is drawn by
Hypothesis, in `test_fuzz.py`.
"""

from __future__ import annotations

import math
from pathlib import Path
from random import Random

from tests.fuzz.case import HEAD, STRATEGY_OF, Case, looked_at_and_run, numbers, settings, shipped, written

ODD_VALUES = (
    "~",
    "null",
    "true",
    "no",
    "yes",
    "''",
    "' '",
    "[]",
    "{}",
    "[1]",
    "[[1]]",
    "{a: 1}",
    "{a: {b: {c: 1}}}",
    ".nan",
    "-.inf",
    ".inf",
    "-0.0",
    "0x10",
    "0o17",
    "0b1",
    "1_000",
    "0.1_5",
    "1e400",
    "-1e-400",
    "9" * 400,
    "2026-11-30",
    "2026-11-30T10:00:00Z",
    "12:30:45",
    "10%",
    "$10",
    "¥10",
    "１２％",
    "5万",
    "1,200",
    "0,45",
    "80% to 130%",
    "5 to 3",
    "3 to 3",
    "-1 to 1",
    "0 to 1e308",
    "5 USD",
    "5 CNY to 9 CNY",
    "5 XYZ",
    "!!float 3",
    "!!python/name:os.system ''",
    "!x 3",
    "&a 3",
    "*a",
    "|\n    3",
    "'\\0'",
    '"\\ud800"',
    '"\\e[31m"',
    "中文",
    "é" * 50,
    "x" * 5000,
    "[" * 60 + "]" * 60,
    "<<",
    "3 # three",
    "- 3",
    "? 3",
    "{{ x }}",
    "<script>alert(1)</script>",
    "=1+1",
    "../../etc/passwd",
    "%d%s%n",
)

FAMILIES = {
    "uniform": ("low", "high"),
    "normal": ("mean", "sd"),
    "lognormal": ("median", "log_sd"),
    "beta": ("mean", "sd"),
    "gamma": ("mean", "sd"),
    "triangular": ("low", "mode", "high"),
    "pert": ("low", "mode", "high"),
    "student_t": ("location", "scale", "degrees_of_freedom"),
    "choice": ("values", "weights"),
}

TOP_KEYS = ("name", "title", "currency", "start_date", "horizon_days", "stable_months", "exchange_rates", "strategies")
TOP_KEYS += ("wallet", "market", "store", "correlations", "condition", "readings", "extends", "counts", "language")


def amount(draw: Random) -> str:
    """Return a number of any size, as it is written."""
    value = draw.choice((0.0, 1.0, draw.random(), 10 ** draw.uniform(-3, 5), 10 ** draw.uniform(-320, 308)))
    return repr(-value if draw.random() < 0.1 else value)


def at_an_end(draw: Random, low: float, high: float) -> tuple[str, str]:
    """Return a value at an end of a range or beside it, and where that is."""
    ends = {"low": low, "high": high}
    name = draw.choice(("low", "high"))
    end = ends[name]
    if math.isinf(end):
        value = draw.choice((1e12, 3e37, 1e39, 1e300, 1e308, 1.7976931348623157e308)) * (1 if name == "high" else -1)
        return repr(value), f"towards its open {name} end"
    step = draw.choice((-1, 0, 0, 1))
    near = math.nextafter(end, math.copysign(math.inf, step)) if step else end
    near = draw.choice((near, end + step * 1e-12, end + step * 1e-300, end + step))
    return repr(near), f"at its {name} end"


def on_one_key(folder: Path, key: str, value: str, what: str, draw: Random) -> Case:
    """Return the case of one value on one key, in the file or by ``--set``."""
    channel = key.split(".", maxsplit=1)[0]
    strategy = STRATEGY_OF.get(channel, "independent")
    head = HEAD.replace("independent: [store]", f"{strategy}: [{channel if channel in STRATEGY_OF else 'store'}]")
    out = folder / "run"
    if draw.random() < 0.4:
        commands = looked_at_and_run(written(folder, head), out, "--set", f"{key}={value}")
        return Case(f"--set {key}={value[:60]} {what}", commands, key, out)
    *parents, last = key.split(".")
    lines = [f"{'  ' * depth}{name}:" for depth, name in enumerate(parents)]
    body = "\n".join([*lines, f"{'  ' * len(parents)}{last}: {value}", ""])
    return Case(f"{key}: {value[:60]} {what}", looked_at_and_run(written(folder, head + body), out), key, out)


def key_at_an_end(draw: Random, folder: Path) -> Case:
    """Set a number at an end of its range or just beyond."""
    key = draw.choice(sorted(numbers()))
    value, what = at_an_end(draw, numbers()[key].low, numbers()[key].high)
    return on_one_key(folder, key, value, f"({what})", draw)


def key_of_any_size(draw: Random, folder: Path) -> Case:
    """Set a number that is in its range, or in none."""
    key = draw.choice(sorted(numbers()))
    return on_one_key(folder, key, amount(draw), "(any size)", draw)


def key_with_a_distribution(draw: Random, folder: Path) -> Case:
    """Give a number a distribution whose arguments are of any size, lack or are too many."""
    family = draw.choice(sorted(FAMILIES))
    arguments = [name for name in FAMILIES[family] if draw.random() < 0.95]
    low, high = sorted((draw.uniform(0, 2), draw.uniform(0, 2)))
    sane = {"low": low, "high": high, "mode": (low + high) / 2, "mean": high, "sd": low, "median": high, "log_sd": low}
    texts = {name: repr(sane.get(name, 5.0)) if draw.random() < 0.6 else amount(draw) for name in arguments}
    if family == "choice":
        texts = {name: f"[{', '.join(amount(draw) for _ in range(draw.randint(0, 4)))}]" for name in arguments}
    if draw.random() < 0.25:
        texts["truncate"] = draw.choice(("[0, 1]", "[8.5, null]", "[null, 0]", "[7, 8]", "[1, 1]", "[]", "5"))
    inner = dict(texts)
    truncate = inner.pop("truncate", None)
    body = f"{family}: {{{', '.join(f'{name}: {text}' for name, text in inner.items())}}}"
    value = f"{{{body}{'' if truncate is None else f', truncate: {truncate}'}}}"
    return on_one_key(folder, draw.choice(sorted(numbers())), value, "", draw)


def interval(draw: Random, folder: Path) -> Case:
    """Give a number a 90% interval between two amounts of any size."""
    ends = sorted((float(amount(draw)), float(amount(draw))))
    return on_one_key(folder, draw.choice(sorted(numbers())), f"{ends[0]!r} to {ends[1]!r}", "(interval)", draw)


def odd_value(draw: Random, folder: Path) -> Case:
    """Put a date, a null, a truth value, a tag, a huge number … in place of a setting."""
    return on_one_key(folder, draw.choice(sorted(settings())), draw.choice(ODD_VALUES), "(odd)", draw)


def odd_top(draw: Random, folder: Path) -> Case:
    """Put an odd value at the top of a scenario."""
    key, value = draw.choice(TOP_KEYS), draw.choice(ODD_VALUES)
    kept = [line for line in HEAD.splitlines() if not line.startswith(f"{key}:")]
    file = written(folder, "\n".join([*kept, f"{key}: {value}", ""]))
    out = folder / "run"
    return Case(f"{key}: {value[:60]}", looked_at_and_run(file, out), key, out)


def set_words(draw: Random, folder: Path) -> Case:
    """Say odd words after ``--set``."""
    keys = (
        "store",
        "store.meta",
        "store.meta.cpm",
        "a" + ".a" * 2000,
        "",
        ".",
        "=",
        "store..cpm",
        "名",
        "wallet.capital",
    )
    keys += ("store.meta.cpm.x", "correlations.0", "strategies", "extends", "name", "*.fee_rate", "-", "store.meta.cmp")
    word = draw.choice(keys) + draw.choice(("=", "", "==", " = ", ": ")) + draw.choice(ODD_VALUES)
    if "\0" in word:
        word = word.replace("\0", "")
    out = folder / "run"
    commands = looked_at_and_run(written(folder, HEAD), out, "--set", word)
    return Case(f"--set {word[:80]!r}", commands, None, out)


def correlations(draw: Random, folder: Path) -> Case:
    """Correlate names that are there, are not, twice, or in contradiction."""
    names = [*draw.sample(sorted(numbers()), 3), "store.meta.cpm", "store.meta.ctr", "store.prices.mean_value", "x"]
    factors = ("1", "-1", "0", "0.5", "-0.5", "0.999999", "1.0000001", "2", ".nan", "true", "'0.5'", "1e-320")
    rows = [
        f"  - [{draw.choice(names)}, {draw.choice(names)}, {draw.choice(factors)}]" for _ in range(draw.randint(1, 5))
    ]
    file = written(folder, HEAD + "correlations:\n" + "\n".join(rows) + "\n")
    out = folder / "run"
    return Case(" ".join(row.strip() for row in rows), looked_at_and_run(file, out), None, out)


def condition(draw: Random, folder: Path) -> Case:
    """Ask for a first month as it may be, cannot be, or makes no sense."""
    figure = draw.choice(("acos", "orders", "cash", "cpc", "settled_profit", "ad_spend", "order_value", "nothing"))
    months = draw.choice(("1", "0", "2", "1..1", "1..2", "-1", "99999999999", ""))
    test = draw.choice(("> 0", "between 0.3 and 0.5", "between 5 and 1", "< -1e308", "= 1e999", "≥ 1", "> 10%", "and"))
    strategy = draw.choice(("independent", "alibaba", '"independent"', "i" * 3000))
    text = f"{strategy}.{figure}[{months}] {test}"
    file = written(folder, f"{HEAD}condition:\n  - '{text}'\n")
    out = folder / "run"
    return Case(text[:100], looked_at_and_run(file, out, "--max-paths", "64"), None, out)


def data_column(draw: Random, folder: Path) -> Case:
    """Give a number a data file that is good, or bad in one of many ways."""
    key = draw.choice(("store.prices.mean_value", "store.meta.cpm", "store.returns.return_rate", "store.repeat.gap"))
    cells = [repr(draw.uniform(0.1, 0.9)) for _ in range(draw.randint(0, 12))]
    for _ in range(draw.randint(0, 2)):
        odd = (
            "",
            "nan",
            "inf",
            "1e999",
            "10%",
            "$0.10",
            '"1,200"',
            "１２％",
            "0.1_5",
            "-3",
            "0",
            "x",
            '"',
            "\0",
            "1e300",
        )
        cells.insert(draw.randint(0, len(cells)), draw.choice((*odd, "=1+1", " 5 ", "5;6", "1,2,3", "9" * 400)))
    header = draw.choice(("price", "price", "price", "Price", "price,price", "", '"price', "pri\ne"))
    content = "\n".join([header, *cells, ""]).encode(draw.choice(("utf-8", "utf-8-sig", "utf-16", "utf-16-le")))
    (folder / "data.csv").write_bytes(content[: draw.choice((None, None, None, len(content) // 2))])
    file_name = draw.choice(("data.csv", "data.csv", "data.csv", "data.csv", "../data.csv", "none.csv", ".", "'\\0'"))
    value = f"{{empirical: {{file: {file_name}, column: price}}}}"
    out = folder / "run"
    *parents, last = key.split(".")
    body = "\n".join([*(f"{'  ' * depth}{name}:" for depth, name in enumerate(parents)), f"    {last}: {value}", ""])
    file = written(folder, HEAD + body)
    return Case(f"{key} of {file_name}: {content[:80]!r}", looked_at_and_run(file, out), key, out)


def two_keys(draw: Random, folder: Path) -> Case:
    """Set two numbers of a shipped scenario at once, both at ends or of any size, and simulate all of its market."""
    file = shipped(folder) / "market.yaml"
    store = [key for key in sorted(numbers()) if key.startswith(("store", "wallet", "market"))]
    chosen = {}
    for key in draw.sample(store, 2):
        declared = numbers()[key]
        chosen[key] = at_an_end(draw, declared.low, declared.high)[0] if draw.random() < 0.6 else amount(draw)
    sets = [word for key, value in chosen.items() for word in ("--set", f"{key}={value}")]
    out = folder / "run"
    return Case(" ".join(sets), looked_at_and_run(file, out, *sets, strategy="independent"), None, out)
