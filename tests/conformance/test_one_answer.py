"""A shop that loses on every order is told so, in the same words, by screen, page, JSON and notebook."""

import json
import re
from html import unescape

import pytest

import sim
from sim.text.labels import LANGUAGES
from tests.builders import command

LOSING = (
    "store.prices.mean_value=35",
    "store.goods.gross_margin=0.45",
    "store.pricing.rule=as_given",
    "strategies={independent: [store]}",
)
"""The article's own store with a price that goods, freight and returns take more of than there is."""


@pytest.fixture(scope="module")
def scenario():
    return sim.load("configs/article.yaml", list(LOSING))


@pytest.fixture(scope="module", params=LANGUAGES)
def told(request, tmp_path_factory):
    """Return the language, the screen, the page's text and the summary of a run."""
    folder = tmp_path_factory.mktemp("losing") / "run"
    settings = [word for setting in LOSING for word in ("--set", setting)]
    size = ("--worlds", "256", "--jobs", "1", "--language", request.param)
    with pytest.MonkeyPatch.context() as patch:
        screen = printed(patch, ("run", "configs/article.yaml", *settings, *size, "--out", str(folder)))
    page = (folder / "report.html").read_text(encoding="utf-8")
    body = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", page, flags=re.DOTALL)
    text = " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())
    return request.param, screen, text, json.loads((folder / "summary.json").read_text(encoding="utf-8"))


def printed(patch, words):
    from contextlib import redirect_stdout
    from io import StringIO

    class Captured:
        """What `command` asks of pytest's capsys."""

        def readouterr(self):
            return type("Read", (), {"out": kept.getvalue(), "err": ""})

    kept = StringIO()
    with redirect_stdout(kept):
        ended = command(patch, Captured(), *words)
    assert ended.status == 0
    return ended.out


def test_json_recommends_nothing_and_holds_the_loss_and_its_terms(told):
    _, _, _, summary = told
    assert summary["recommendation"]["strategy"] is None
    assert summary["recommendation"]["reason"] == "loss"
    order = summary["strategies"]["independent"]["per_order"]
    means = {line["line"]: line["mean"] for line in order["lines"]}
    assert means["before_ads"] < 0
    assert means["before_ads"] == pytest.approx(
        sum(means[line] for line in ("price", "goods", "freight", "duty", "fees", "returns", "losses"))
    )
    assert order["break_even"]["ads_per_order"] is None, "no ad price helps"
    assert order["break_even"]["price"] > 2 * order["break_even"]["price_now"]
    assert summary["why"]["independent"]["largest_term"]["line"] in ("freight", "ads")


def test_screen_and_page_say_do_not_start_and_show_the_same_loss(told):
    language, screen, page, summary = told
    words = {"en": "DO NOT START AS PLANNED", "zh": "建议：暂不启动"}[language]
    means = {line["line"]: line["mean"] for line in summary["strategies"]["independent"]["per_order"]["lines"]}
    figures = [f"{means[line]:,.2f}".replace("-", "−") for line in ("price", "before_ads", "after_ads")]
    price = f"{summary['strategies']['independent']['per_order']['break_even']['price']:,.2f}"
    for where, text in (("screen", screen), ("page", page)):
        assert words in text, where
        for figure in (*figures, price):
            assert figure in text, (where, figure)
        start = {"en": "START WITH", "zh": "建议：先做"}[language]
        assert start not in text, where


def test_the_screens_sentences_are_the_pages(told):
    language, screen, page, _ = told
    flat, on_page = ("".join(text.split()) for text in (screen, page))
    starts = {"en": ("Itlosesin", "ownstore:anorderloses"), "zh": ("扣除店主报酬后", "独立站每单")}[language]
    for start in starts:
        at = flat.index(start)
        sentence = flat[at : at + 60]
        assert sentence in on_page, sentence


def test_the_notebook_says_it_too(scenario):
    result = sim.run(scenario, worlds=256, replicates=4, n_jobs=1)
    shown = unescape(re.sub(r"<[^>]+>", " ", result._repr_html_()))
    assert "DO NOT START AS PLANNED" in shown
    assert "No ad price helps." in shown
    before = next(
        line["mean"]
        for line in result.summary()["strategies"]["independent"]["per_order"]["lines"]
        if line["line"] == "before_ads"
    )
    assert f"{before:,.2f}".replace("-", "−") in shown
    assert result.recommendation()["strategy"] is None
