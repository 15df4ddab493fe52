"""The words of both languages: nothing that is declared lacks its Chinese, and no Chinese stands for nothing."""

import ast
import importlib
import pkgutil
import re
import string
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest

import sim
import sim.business.mechanisms
from sim.business.channels.base import channel, channel_names
from sim.business.ledger import CASH, Account, Kind
from sim.results.statement import ALWAYS, PAY_TO_DATE, STATEMENTS, TO_DATE
from sim.scenario import json_schema
from sim.scenario.article_readings import all_readings
from sim.scenario.declarations import declared
from sim.scenario.meanings import described
from sim.scenario.shipped import shipped
from sim.show.report.tables import not_modelled
from sim.simulation.engine import simulate
from sim.simulation.journal import journal
from sim.simulation.plan import Plan
from sim.simulation.recorder import PROFIT_KINDS
from sim.studies.article import facts_of, store_alone
from sim.text.labels import LANGUAGES, are_extended, catalogue, is_reserved, label, register, speaker, tables
from sim.text.numbers import with_numbers

NUMBERS = [parameter for key, parameter, _ in declared(["a rule"]) if not key.endswith(".enabled")]
PACKAGE = Path(sim.__file__).parent
DECLARED = ("meanings", "units", "lines", "accounts", "mechanisms", "quantities", "sources", "descriptions", "titles")
"""Tables of texts whose English is declared elsewhere: Chinese only."""

SAYING = ("say", "label", "words", "page.note")
"""How the code asks for words; `say` in templates too."""

ENGLISH, CHINESE = tables("en"), tables("zh")


def is_chinese(text):
    return any("\u4e00" <= sign <= "\u9fff" for sign in text)


@pytest.fixture
def fresh_words():
    """Forget afterwards what was registered."""
    yield
    catalogue.cache_clear()


def test_both_files_have_the_same_tables_and_keys_in_the_same_order():
    assert list(CHINESE) == [*ENGLISH, *DECLARED]
    for table, words in ENGLISH.items():
        assert list(words) == list(CHINESE[table]), table


def test_a_key_stands_in_one_table_and_has_words():
    for language in LANGUAGES:
        assert len(catalogue(language)) == sum(map(len, tables(language).values())), "a key stands twice"
        assert [key for key, text in catalogue(language).items() if not text.strip()] == []


def test_every_meaning_and_unit_that_is_declared_has_its_chinese_and_no_other_has():
    assert {parameter.meaning for parameter in NUMBERS} == set(CHINESE["meanings"])
    units = {parameter.unit for parameter in NUMBERS} - {""}
    assert units - set(catalogue("en")) == set(CHINESE["units"])
    assert units & set(catalogue("en")) == {"month", "orders"}
    chinese = [text for table in ("meanings", "units", "lines") for text in CHINESE[table].values()]
    assert all(is_chinese(text) for text in chinese)


def test_every_source_in_words_has_its_chinese_and_no_other_has():
    sources = {parameter.source for parameter in NUMBERS}
    in_words = {source for source in sources if re.search(r"\b(?!Facebook|Conjura)[a-z]{3,} ", f"{source} ")}
    names = {
        source
        for source in in_words
        if re.fullmatch(r"[\w./]+(: [\d.%+ -]+(, median 1.03%)?)?|CDNOW|Online Retail II: 15", source)
    }
    assert in_words - names <= set(CHINESE["sources"])
    rules = Path("sim/cli/init_trade_rules.yaml").read_text(encoding="utf-8")
    remarks = set(re.findall(r'(?<=# ).*$|(?<=source: ").*?(?=")', rules, re.MULTILINE)) - {"[j]"}
    assert remarks <= set(CHINESE["sources"])
    assert set(CHINESE["sources"]) <= sources | remarks


def test_every_description_of_a_key_a_section_and_a_reading_has_its_chinese():
    made = json_schema.schema()["properties"]
    found = set(descriptions_of(made)) | {reading.text for reading in all_readings().values()}
    found = {text for text in found if text and not json_schema.OF_A_NUMBER.fullmatch(text)}
    assert found - set(catalogue("zh")) == set()
    assert {text for text in descriptions_of(json_schema.schema("zh")["properties"]) if not is_chinese(text)} <= {""}
    judged = {"median", "mean", "share less its error", "the base hazard behind annual_probability"}
    assert set(CHINESE["descriptions"]) - found == judged


def descriptions_of(part):
    """Yield what a part of a schema says of its keys."""
    for inner in part if isinstance(part, list) else part.values() if isinstance(part, dict) else ():
        yield from descriptions_of(inner)
    if isinstance(part, dict) and isinstance(part.get("description"), str):
        yield part["description"]


def test_every_title_that_comes_with_the_package_has_its_chinese_and_no_other_has():
    files = [file.read_text(encoding="utf-8") for file in shipped().values()]
    titles = {match[1] for text in files if (match := re.search(r"^title: (.*)$", text, re.MULTILINE))}
    assert titles == set(CHINESE["titles"])


def declared_accounts():
    """Return every account that a module of the package names."""
    modules = [importlib.import_module(module.name) for module in pkgutil.walk_packages(sim.__path__, "sim.")]
    return {thing for module in modules for thing in vars(module).values() if isinstance(thing, Account)}


def test_every_line_of_a_statement_has_its_chinese_and_no_other_has():
    accounts = declared_accounts() - {CASH}
    lines = {account.cash_line for account in accounts}
    lines |= {account.name for account in accounts if account.kind in PROFIT_KINDS | {Kind.DRAWING}}
    lines |= {row for rows in ALWAYS.values() for row in rows} | {TO_DATE, PAY_TO_DATE}
    lines |= {f"received from {name}" for name in ("paypal", "stripe", "escrow")}
    lines |= {f"provision for frozen {name} money" for name in ("paypal", "stripe")}
    assert lines - set(catalogue("en")) == set(CHINESE["lines"])
    result = sim.run(sim.load("configs/dual.yaml", ["horizon_days=30"]), worlds=2, replicates=1)
    for kind in STATEMENTS:
        shown = set(result.statement("dual", kind)["line"])
        assert len(shown) > 5
        assert shown <= set(CHINESE["lines"]) | set(catalogue("en"))


@pytest.mark.slow
def test_every_account_that_is_posted_to_has_its_chinese():
    scenario = sim.load("configs/market.yaml", ["horizon_days=120", "store.paypal_freeze.annual_probability=0.9"])
    named = {account.name for account in declared_accounts()}
    for strategy in scenario.strategies:
        for path in (0, 5):
            rows = journal(scenario, Plan(4, 8, 1), strategy, path)
            named |= {account for row in rows for account in row[4:6]}
    named -= {name for name in named if name.startswith("provision for frozen")}
    assert {name for name in named if label(name, "zh") == name} == set()


def test_every_section_that_may_post_has_its_chinese_and_no_other_has():
    sections = {part.section for name in channel_names() for part in channel(name).parts}
    beside = {"opening balance", "arrears", "closing", "wallet"}
    assert {f"mechanism {name}" for name in sections | beside} == set(CHINESE["mechanisms"])
    assert all(is_chinese(text) for text in CHINESE["mechanisms"].values())


def ignored(module):
    """Return what a module's docstring says it ignores."""
    words = " ".join((module.__doc__ or "").split())
    return words.split("Ignored: ", 1)[1].split(". ")[0].rstrip(".") if "Ignored: " in words else None


def test_what_is_not_modelled_is_what_the_modules_say_they_ignore():
    families = pkgutil.iter_modules(sim.business.mechanisms.__path__)
    homes = {family.name: "sim.business.mechanisms" for family in families}
    homes["solvency"] = "sim.business"
    said = {family: ignored(importlib.import_module(f"{home}.{family}")) for family, home in homes.items()}
    said = {f"not_modelled_{family}": sentence for family, sentence in said.items() if sentence}
    assert len(said) > 10
    assert {key: text.split(": ", 1)[1] for key, text in ENGLISH["not_modelled"].items()} == said
    zh, en = not_modelled(speaker("zh")), not_modelled(speaker("en"))
    assert en == list(ENGLISH["not_modelled"].values())
    assert zh == list(CHINESE["not_modelled"].values())
    assert [text for text in zh if not is_chinese(text[0]) or "：" not in text] == []


@pytest.mark.slow
def test_every_quantity_of_the_article_has_its_chinese_and_no_other_has():
    scenario = sim.load("configs/article.yaml", ["horizon_days=365"])
    run = simulate(scenario, Plan(2, 64, 2))
    rows = []
    for reading in ("those_that_get_there", "all_stores"):
        long = simulate(store_alone(scenario.with_({"readings.stable_profit": reading})), Plan(2, 64, 2))
        rows += facts_of(run, long)
    seen = {re.sub(r"\d+", "{}", row.quantity) for row in rows}
    assert seen == set(CHINESE["quantities"]) - {"often", "6–8, and half get there"}
    for row in rows:
        chinese = with_numbers(row.quantity, speaker("zh"))
        assert is_chinese(chinese)
        assert re.findall(r"\d+", chinese) == re.findall(r"\d+", row.quantity)
        assert with_numbers(row.quantity, speaker("en")) == row.quantity


def test_a_declared_text_stands_for_itself_in_english_and_is_found_in_chinese():
    for parameter in NUMBERS:
        assert label(parameter.meaning) == parameter.meaning
        assert label(parameter.meaning, "zh") == CHINESE["meanings"][parameter.meaning]
    assert label("a strategy of one's own", "zh") == "a strategy of one's own"


def blanks(text):
    return {blank for _, blank, _, _ in string.Formatter().parse(text) if blank}


def test_both_languages_have_the_same_blanks():
    for key, english in catalogue("en").items():
        assert blanks(english) == blanks(catalogue("zh")[key]), key


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"span": "1 months"}, "How likely is a profit after 1 month?"),
        ({"span": "8 months"}, "How likely is a profit after 8 months?"),
        ({"span": "11 months"}, "How likely is a profit after 11 months?"),
        ({"span": "2.1 months"}, "How likely is a profit after 2.1 months?"),
    ],
)
def test_one_month_is_not_said_in_the_plural(values, said):
    assert label("question", **values) == said
    assert speaker("en")("question", **values) == said


def test_axes_are_named_in_chinese_with_the_currency_in_their_unit():
    assert described("store.meta.cpc", "zh", "USD") == "点击单价（CPC） [USD/点击]"
    assert described("store.meta.ctr", "zh") == "每次展示的点击（CTR）"
    assert described("store.refunds.from_processors", "zh") == "退款先从支付账户余额扣除"


def pattern(node):
    """Return what the keys that an f-string makes look like."""
    return "".join(re.escape(part.value) if isinstance(part, ast.Constant) else r"\w+" for part in node.values)


def asked_for():
    """Return all texts of the code, keys by which it asks for words, and patterns of keys that it puts together."""
    texts, keys, patterns = set(), set(), set()
    for file in PACKAGE.rglob("*.jinja"):
        keys |= set(re.findall(r"\bsay\('(\w+)'", file.read_text(encoding="utf-8")))
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                patterns.add(pattern(node))
            elif isinstance(node, ast.Call) and ast.unparse(node.func) in SAYING:
                keys |= {arg.value for arg in node.args[:1] if isinstance(arg, ast.Constant)}
    return texts | keys, keys, {made for made in patterns if re.match(r"[a-z]+_|\\w\+_[a-z]+$", made)}


def test_every_key_that_the_code_asks_for_has_words_and_no_key_is_asked_for_by_nobody():
    texts, keys, patterns = asked_for()
    assert len(keys) > 100
    # "money" is the unit in which `sim init` puts the currency: declared elsewhere, Chinese only.
    assert keys - set(catalogue("en")) == {"money"}
    # What is not modelled is asked for by the beginning of its keys.
    made = re.compile("|".join([*patterns, r"not_modelled_\w+"]))
    assert [key for key in catalogue("en") if key not in texts and not made.fullmatch(key)] == []


def test_words_from_outside_the_package_are_read_and_fall_back_to_their_english(fresh_words):
    meaning = "Price of a stall."
    assert label(meaning, "zh") == meaning
    register("zh", {meaning: "摊位价格。", "stall_sold": "{name}：售出 {count} 件"})
    register("en", {"stall_sold": "{name}: {count} sold in 1 months"})
    assert (label(meaning), label(meaning, "zh")) == (meaning, "摊位价格。")
    assert label("stall_sold", name="fair", count=3) == "fair: 3 sold in 1 month"
    assert label("stall_sold", "zh", name="集市", count=3) == "集市：售出 3 件"
    register("en", {"stall_note": "open on {day}"})
    assert label("stall_note", "zh", day="Monday") == "open on Monday"
    assert not is_reserved("stall_sold")


def test_words_that_are_there_are_not_overwritten(fresh_words):
    with pytest.raises(ValueError, match=r"words of zh: 'ruin', 'freight' say something else already"):
        register("zh", {"stall_note": "集市", "ruin": "破产", "freight": "邮费"})
    assert "stall_note" not in catalogue("zh"), "nothing of it was added"
    assert label("ruin", "zh") == "资金断裂"
    register("zh", {"stall_note": "集市", "ruin": "资金断裂"})
    register("zh", {"stall_note": "集市"})
    with pytest.raises(ValueError, match="'stall_note'"):
        register("zh", {"stall_note": "市场"})


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_that_other_processes_do_not_know_are_noticed(fresh_words, language):
    assert not are_extended()
    register(language, {"ruin": label("ruin", language)})
    assert not are_extended(), "it says what it said"
    register(language, {"stall_note": "open"})
    assert are_extended()


def test_a_language_without_words_is_refused():
    for ask in (lambda: label("ruin", "fr"), lambda: register("fr", {"ruin": "ruine"})):
        with pytest.raises(ValueError, match="language: found 'fr'; give one of: en, zh"):
            ask()


def test_names_of_strategies_may_be_used_and_other_words_not():
    assert [name for name in ("independent", "dual", "fair") if is_reserved(name)] == []
    assert is_reserved("orders")
    assert is_reserved("plot_rest")


def test_only_the_language_that_is_asked_for_is_read():
    code = """
import sys
from sim.text.labels import label, tables
assert "tomllib" not in sys.modules
label("ruin", "zh")
assert tables.cache_info().currsize == 1
label("a strategy of one's own", "zh")
assert tables.cache_info().currsize == 2
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_the_files_travel_with_the_package():
    for language in LANGUAGES:
        assert (resources.files("sim.text.labels") / f"{language}.toml").is_file()
