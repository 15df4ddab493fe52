"""The page of a sweep in a real browser: whole, quiet, readable on a phone, and nothing breaks out of its words."""

import pytest

import sim
from sim.show.report.sweep.page import page_of
from sim.show.report.sweep.snapshot import read_snapshot
from tests.browser.test_report import CHROMIUM, HOSTILE, Visit, axe, browser
from tests.builders import write_sweep

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium on the PATH"),
]
PAGE_SECTIONS = ("answer", "pictures", "cells", "failed", "design", "provenance")
BODY = "axes: {wallet.capital: [5000, 6000, 8000], store.returns.return_rate: [0.1, 0.2, 0.3]}\n"

__all__ = ["browser"]


@pytest.fixture(scope="module", params=["en", "zh"])
def page_file(request, tmp_path_factory):
    """Return the page of a sweep with hostile words, a failed cell, and figures that differ from cell to cell."""
    folder = tmp_path_factory.mktemp(request.param)
    sim.run_sweep(sim.load_sweep(write_sweep(folder, BODY)), folder / "s", n_jobs=1)
    found = read_snapshot(folder / "s")
    rate, capital = found.frame["store.returns.return_rate"], found.frame["wallet.capital"]
    chance = (capital / 8000 - rate).where(found.frame.index != 3)
    frame = found.frame.assign(chance=chance, chance_low=chance - 0.05, chance_high=chance + 0.05)
    design = found.design | {"title": HOSTILE}
    failed = {next(iter(found.values)): HOSTILE}
    file = folder / "report.html"
    page = page_of(type(found)(design, frame, failed, found.values, 8, "0"), request.param)
    file.write_text(page, encoding="utf-8")
    return request.param, file


@pytest.mark.parametrize(("width", "dark"), [(375, True), (1280, False), (1280, True)])
def test_the_page_is_whole_quiet_and_accessible(browser, page_file, width, dark):
    _, file = page_file
    with Visit(browser, file, width, dark) as visit:
        assert visit.complaints == []
        assert [url for url in visit.requests if not url.startswith(("file:", "data:"))] == []
        assert len(visit.requests) <= 2, "the page, and its empty icon"
        assert visit.page.evaluate("window.broken") is None
        assert visit.page.locator("h1").inner_text() == HOSTILE
        for section in PAGE_SECTIONS:
            assert visit.page.locator(f"#{section}").inner_text().strip(), section
        assert visit.page.locator("figure svg:visible").count() == 4
        overflow = visit.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0
        found = axe.Axe().run(visit.page).response["violations"]
        serious = [
            (rule["id"], rule["nodes"][0]["html"][:200]) for rule in found if rule["impact"] in ("serious", "critical")
        ]
        assert serious == []


def test_the_answer_stands_on_the_first_screen_and_cells_sort_by_their_values(browser, page_file):
    with Visit(browser, page_file[1]) as visit:
        boxes = visit.page.locator(".facts > div")
        assert boxes.count() == 2
        for box in boxes.all():
            place = box.bounding_box()
            assert place["y"] + place["height"] <= 900
        table = visit.page.locator("#table-cells")
        for column, kind in ((1, "th"), (4, "td")):
            head = table.locator("thead th button").nth(column - 1)
            head.click()
            cells = table.locator(f"tbody tr {kind}:nth-child({column})").all()
            orders = [cell.get_attribute("data-order") for cell in cells]
            values = [float(order) for order in orders if order]
            assert values == sorted(values)
            assert len(set(values)) > 1
            assert not any(orders[len(values) :]), "missing cells stand last"
