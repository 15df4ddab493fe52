"""The words of both languages: nothing that is declared lacks its Chinese, and no Chinese stands for nothing."""

import importlib
import pkgutil
import re
import string

import pytest

import sim
import sim.business.accounts
from sim.business.ledger import CASH, Account, Kind
from sim.results.outcomes import TOTALS
from sim.scenario.declarations import declared
from sim.show.plots.sweeps.frames import described
from sim.show.report.tables import not_modelled, quantity
from sim.show.report.templates import speaker
from sim.simulation.engine import simulate
from sim.simulation.journal import journal
from sim.simulation.plan import Plan
from sim.simulation.recorder import PROFIT_KINDS
from sim.studies.article import facts_of
from sim.text.labels import CATALOGUE, label
from sim.text.labels_numbers import LINES, MEANINGS, UNITS
from sim.text.labels_pages import WORDS
from sim.text.labels_sweeps import SWEEPS
from sim.text.labels_texts import ACCOUNTS, IGNORED, QUANTITIES

NUMBERS = [parameter for key, parameter, _ in declared() if not key.endswith(".enabled")]


def test_every_meaning_and_unit_that_is_declared_has_its_chinese_and_no_other_has():
    assert {parameter.meaning for parameter in NUMBERS} == set(MEANINGS)
    units = {parameter.unit for parameter in NUMBERS} - {""}
    assert units - set(CATALOGUE) == set(UNITS)
    assert units & set(CATALOGUE) == {"month", "orders"}
    chinese = [*MEANINGS.values(), *UNITS.values(), *LINES.values()]
    assert all(any("\u4e00" <= sign <= "\u9fff" for sign in text) or text.isascii() for text in chinese)
    assert [text for text in chinese if text.isascii()] == []


def test_every_line_of_a_statement_has_its_chinese_and_no_other_has():
    modules = [importlib.import_module(module.name) for module in pkgutil.walk_packages(sim.__path__, "sim.")]
    accounts = {thing for module in modules for thing in vars(module).values() if isinstance(thing, Account)} - {CASH}
    lines = {account.cash_line for account in accounts}
    lines |= {account.name for account in accounts if account.kind in PROFIT_KINDS | {Kind.DRAWING}}
    lines |= {total for totals in TOTALS.values() for total in totals}
    lines |= {f"received from {name}" for name in ("paypal", "stripe", "escrow")}
    lines |= {f"provision for frozen {name} money" for name in ("paypal", "stripe")}
    assert lines - set(CATALOGUE) == set(LINES)
    result = sim.run(sim.load("configs/dual.yaml", ["horizon_days=30"]), worlds=2, replicates=1)
    for kind in TOTALS:
        shown = set(result.statement("dual", kind)["line"])
        assert len(shown) > 5
        assert shown <= set(LINES) | set(CATALOGUE)


def test_every_account_that_is_posted_to_has_its_chinese():
    scenario = sim.load("configs/market.yaml", ["horizon_days=120", "store.paypal_freeze.annual_probability=0.9"])
    named = {thing.name for thing in vars(sim.business.accounts).values() if isinstance(thing, Account)}
    for strategy in scenario.strategies:
        for path in (0, 5):
            rows = journal(scenario, Plan(4, 8, 1), strategy, path)
            named |= {account for row in rows for account in row[4:6]}
    named -= {name for name in named if name.startswith("provision for frozen")}
    assert {name for name in named if label(name, "zh") == name} == set()
    assert not set(ACCOUNTS) & (set(LINES) | set(MEANINGS))


def test_what_is_not_modelled_has_its_chinese_and_no_other_has():
    zh, en = not_modelled(speaker("zh")), not_modelled(speaker("en"))
    assert len(zh) == len(en) == len(IGNORED) > 10
    assert [text for text in zh if not "\u4e00" <= text[0] <= "\u9fff" or "：" not in text] == []
    assert {text.split("：", 1)[1] for text in zh} == set(IGNORED.values())
    assert {text.split(": ", 1)[1] for text in en} == set(IGNORED)


def test_every_quantity_of_the_article_has_its_chinese_and_no_other_has():
    scenario = sim.load("configs/article.yaml", ["horizon_days=365"])
    run = simulate(scenario, Plan(2, 64, 2))
    rows = facts_of(run)
    seen = {re.sub(r"\d+", "{}", row.quantity) for row in rows}
    assert seen == set(QUANTITIES) - {"often"}
    for row in rows:
        chinese = quantity(row.quantity, speaker("zh"))
        assert any("\u4e00" <= sign <= "\u9fff" for sign in chinese)
        assert re.findall(r"\d+", chinese) == re.findall(r"\d+", row.quantity)
        assert quantity(row.quantity, speaker("en")) == row.quantity


def test_a_declared_text_stands_for_itself_in_english_and_is_found_in_chinese():
    for parameter in NUMBERS:
        assert label(parameter.meaning) == parameter.meaning
        assert label(parameter.meaning, "zh") == MEANINGS[parameter.meaning]
    assert label("a strategy of one's own", "zh") == "a strategy of one's own"


def test_both_languages_have_the_same_blanks():
    assert len(CATALOGUE | WORDS | SWEEPS) == len(CATALOGUE) + len(WORDS) + len(SWEEPS), "a key stands twice"
    for key, texts in (CATALOGUE | WORDS | SWEEPS).items():
        english, chinese = ({blank for _, blank, _, _ in string.Formatter().parse(text) if blank} for text in texts)
        assert english == chinese, key


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"months": 1}, "How likely is a profit after 1 month?"),
        ({"months": 8}, "How likely is a profit after 8 months?"),
        ({"months": 11}, "How likely is a profit after 11 months?"),
        ({"months": "2.1"}, "How likely is a profit after 2.1 months?"),
    ],
)
def test_one_month_is_not_said_in_the_plural(values, said):
    assert label("question", **values) == said


def test_axes_are_named_in_chinese_with_the_currency_in_their_unit():
    assert described("store.meta.cpc", "zh", "USD") == "点击价格（CPC） [USD/点击]"
    assert described("store.meta.ctr", "zh") == "每次展示的点击（CTR）"
    assert described("store.refunds.from_processors", "zh") == "退款先从支付账户余额扣除"
