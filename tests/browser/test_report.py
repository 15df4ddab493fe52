"""The report page in a real browser: what a seller sees, hears and can do with it."""

import shutil
import subprocess
import sys

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="needs the extra 'browser'")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs the extra 'browser'")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium on the PATH"),
]
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
PAGE_SECTIONS = (
    *("answer", "strategies", "doubt", "cash", "statements", "drivers", "assumptions", "sources", "facts"),
    *("not-modelled", "provenance"),
)
HOSTILE = "</style></script><script>window.broken=1</script><img src=x onerror=window.broken=2>"


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as start:
        running = start.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield running
        running.close()


@pytest.fixture(scope="module", params=["en", "zh"])
def page_file(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param) / "run"
    command = [
        "-c",
        "from sim.cli.app import main; main()",
        "run",
        "configs/article.yaml",
        "--worlds",
        "256",
        "--jobs",
        "1",
    ]
    size = ["--set", "horizon_days=120", "--quiet", "--language", request.param, "--out", str(folder)]
    subprocess.run([sys.executable, *command, *size], check=True)
    return request.param, folder / "report.html"


class Visit:
    """One visit: the page, and what the browser complained about or asked for."""

    def __init__(self, browser, file, width=1280, dark=False):
        self.context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light"
        )
        self.page = self.context.new_page()
        self.complaints, self.requests = [], []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(file.resolve().as_uri())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.context.close()


def test_the_page_is_whole_and_asks_for_nothing(browser, page_file):
    language, file = page_file
    with Visit(browser, file) as visit:
        assert visit.complaints == []
        assert [url for url in visit.requests if not url.startswith(("file:", "data:"))] == []
        assert len(visit.requests) <= 2, "the page, and its empty icon"
        ids = visit.page.evaluate("[...document.querySelectorAll('[id]')].map(element => element.id)")
        assert len(ids) == len(set(ids)), "an address that stands twice leads to one of its places only"
        for section in PAGE_SECTIONS:
            assert visit.page.locator(f"#{section}").inner_text().strip(), section
        assert visit.page.locator("figure svg").count() >= 8
        assert visit.page.locator("html").get_attribute("lang").startswith(language)
        chinese = any("一" <= letter <= "鿿" for letter in visit.page.locator("#answer").inner_text())
        assert chinese == (language == "zh")
    assert file.stat().st_size < 3_000_000


def test_the_first_screen_has_the_decision_two_pictures_and_four_cards(browser, page_file):
    language, file = page_file
    questions = {
        "en": ["Cash", "By when", "What would have to be true", "What to find out first"],
        "zh": ["资金", "何时盈利", "怎样才能赚钱", "先弄清什么"],
    }[language]
    with Visit(browser, file) as visit:
        seen = [visit.page.locator(".headline"), *visit.page.locator(".pair svg").all()]
        assert len(seen) == 3
        boxes = visit.page.locator(".facts > div")
        assert boxes.count() == len(questions)
        for box, question in zip(boxes.all(), questions, strict=True):
            assert question in box.locator("dt").inner_text()
            assert box.locator("dd").first.inner_text().strip()
        for part in (*seen, *boxes.all()):
            place = part.bounding_box()
            assert place["y"] + place["height"] <= 900, "below the first screen"
        left, *right = (part.bounding_box() for part in seen)
        assert all(left["x"] + left["width"] <= place["x"] + 1 for place in right), "pictures stand right of the words"


@pytest.mark.parametrize("width", [375, 1280])
def test_nothing_scrolls_sideways_but_wide_tables_in_their_box(browser, page_file, width):
    with Visit(browser, page_file[1], width) as visit:
        visit.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        overflow = visit.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0


def test_on_a_phone_tables_keep_their_names_and_show_that_they_go_on(browser, page_file):
    with Visit(browser, page_file[1], 390) as visit:
        visit.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        box = visit.page.locator("#table-more-3").locator("xpath=..")
        assert visit.page.locator("#table-more-3-name").bounding_box()["width"] <= 358
        assert box.locator("thead tr").bounding_box()["height"] < 80, "one high word out of sight leaves the row blank"
        name = box.locator("tbody th").first
        before = name.bounding_box()
        assert before["width"] < 170
        assert before["height"] < 100, "no name is broken letter by letter"
        moved = box.evaluate("box => { box.scrollLeft = 80; return box.scrollLeft; }")
        assert moved == 80, "this table is wider than a phone"
        assert name.bounding_box()["x"] == pytest.approx(before["x"], abs=1)
        assert "gradient" in box.evaluate("box => getComputedStyle(box).backgroundImage")
        for cell in visit.page.locator("#table-facts tbody th").all():
            assert cell.bounding_box()["height"] < 100


@pytest.mark.parametrize(("width", "shown", "hidden"), [(390, "narrow", "wide"), (1280, "wide", "narrow")])
def test_pictures_have_letters_that_can_be_read(browser, page_file, width, shown, hidden):
    with Visit(browser, page_file[1], width) as visit:
        of_this, of_that = (visit.page.locator(f"figure svg.{screen}") for screen in (shown, hidden))
        of_both = visit.page.locator("figure svg:not(.wide):not(.narrow)")
        assert of_this.count() == of_that.count() > 0
        assert of_both.count() > 10
        assert all(picture.is_visible() for picture in (*of_this.all(), *of_both.all()))
        assert not any(picture.is_visible() for picture in of_that.all())
        for picture in (*of_this.all(), *of_both.all()):
            sizes = picture.evaluate(
                "svg => [...svg.querySelectorAll('text')].map(t => parseFloat(getComputedStyle(t).fontSize)"
                " * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width)"
            )
            assert min(sizes) > 8.5


def test_tables_sort_by_value_both_ways(browser, page_file):
    with Visit(browser, page_file[1]) as visit:
        table = visit.page.locator("#table-1")
        chance = table.locator("th button").nth(1)

        def values():
            cells = table.locator("tbody tr td:nth-child(2)").all()
            return [float(order) for cell in cells if (order := cell.get_attribute("data-order"))]

        chance.click()
        assert values() == sorted(values())
        assert table.locator("th[aria-sort=ascending]").count() == 1
        chance.click()
        assert values() == sorted(values(), reverse=True)
        assert len(set(values())) > 1


def test_a_row_without_a_figure_stands_last_either_way(browser, page_file):
    with Visit(browser, page_file[1]) as visit:
        table = visit.page.locator("#table-1")
        first = table.locator("tbody tr td:nth-child(2)").first
        first.evaluate("cell => { cell.dataset.order = ''; cell.id = 'lacking'; }")
        for _ in range(2):
            table.locator("th button").nth(1).click()
            # Doing nothing has no chance of a profit: it stands there too.
            assert table.locator("tbody tr:nth-last-child(-n+2) #lacking").count() == 1


@pytest.mark.parametrize("dark", [False, True])
def test_no_serious_finding_of_the_accessibility_check(browser, page_file, dark):
    with Visit(browser, page_file[1], dark=dark) as visit:
        visit.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        found = axe.Axe().run(visit.page).response["violations"]
        serious = [
            (rule["id"], rule["nodes"][0]["html"][:200]) for rule in found if rule["impact"] in ("serious", "critical")
        ]
        assert serious == []


def test_hostile_names_stay_text(browser, tmp_path):
    import sim
    from sim.results.files import manifest
    from sim.show.report import report_page

    base = sim.load("configs/article.yaml", ["horizon_days=60"])
    scenario = base.with_({"title": HOSTILE, "strategies": {"x<script>window.broken=3</script>": ["aliexpress"]}})
    result = sim.run(scenario, worlds=256, replicates=4)
    file = tmp_path / "hostile.html"
    file.write_text(report_page(result, result.summary(), manifest(result)), encoding="utf-8")
    with Visit(browser, file) as visit:
        assert visit.page.evaluate("window.broken") is None
        assert visit.page.locator("h1").inner_text() == HOSTILE
        assert visit.complaints == []


def test_on_paper_nothing_is_cut_and_the_ink_is_black(browser, page_file):
    with Visit(browser, page_file[1], dark=True) as visit:
        visit.page.emulate_media(media="print")
        assert visit.page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
        assert visit.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert not visit.page.locator("nav").is_visible()
        assert visit.page.locator(".headline").is_visible()
