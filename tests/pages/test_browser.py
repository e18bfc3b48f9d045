"""The website in a real browser: pages, themes, search, cards, figures, print, accessibility.

Needs Chromium (Debian's package), playwright and axe-core; `make test-browser` brings the last
two, and each is missed with its name.
"""

import functools
import http.server
import os
import shutil
import threading
from pathlib import Path

import pytest

pytestmark = pytest.mark.pages

ROOT = Path(__file__).parents[2]
AXE = Path(os.environ.get("AXE_CORE", ROOT / ".venv/npm/node_modules/axe-core/axe.min.js"))
WIDTHS = (360, 820, 1440)
MODULES = 3  # of the pages of modules, which are all alike, the largest
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
LOOK = "() => document.querySelectorAll('main details').forEach((details) => (details.open = true))"


@pytest.fixture(scope="module")
def browser():
    """Start Chromium."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        pytest.skip("there is no Chromium here; apt-get install chromium brings it")
    with playwright.sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=found, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def site(rendered):
    """Serve the website on this machine."""
    handler = functools.partial(_Quiet, directory=str(rendered))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


def pages_of(folder: Path) -> list[str]:
    """Addresses of all pages, of modules only the largest."""
    pages = [path for path in sorted(folder.rglob("*.html")) if path.name != "404.html"]
    modules = [path for path in pages if path.name.startswith("api-")]
    largest = sorted(modules, key=lambda path: -path.stat().st_size)[:MODULES]
    shown = [path for path in pages if path not in modules or path in largest]
    return [path.relative_to(folder).as_posix() for path in shown]


@pytest.fixture
def visit(browser, site):
    """Open pages; at the end nothing may have gone wrong, and no request left the machine."""
    contexts, wrong = [], []

    def open_page(address, width=1440, theme="light", **options):
        size = {"width": width, "height": 900}
        context = browser.new_context(viewport=size, color_scheme=theme, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: said.type == "error" and wrong.append(said.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda asked: _is_foreign(asked.url, site) and wrong.append(asked.url))
        page.goto(site + address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not wrong


def _is_foreign(url: str, site: str) -> bool:
    return not url.startswith((site, "data:", "blob:"))


def test_no_page_scrolls_sideways(rendered, visit):
    """At three widths each page is as wide as its window."""
    wide = []
    for width in WIDTHS:
        for address in pages_of(rendered):
            page = visit(address, width)
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                wide.append((address, width))
            page.context.close()
    assert not wide


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_accessible(rendered, visit, theme, width):
    """WCAG 2.2 AA by axe-core, with all code opened."""
    if not AXE.is_file():
        pytest.skip(f"axe-core is not at {AXE}; make test-browser brings it")
    found = {}
    for address in pages_of(rendered):
        page = visit(address, width, theme)
        page.evaluate(LOOK)
        found |= {f"{address}: {rule}": nodes for rule, nodes in _violations(page).items()}
        page.context.close()
    assert not found


def _violations(page) -> dict[str, list[str]]:
    page.wait_for_timeout(150)  # what overflows is found when sizes have settled
    page.add_script_tag(path=str(AXE))
    run = "(rules) => axe.run(document, { runOnly: rules, resultTypes: ['violations'] })"
    violations = page.evaluate(run, RULES)["violations"]
    return {
        found["id"]: [node["html"][:200] for node in found["nodes"][:3]] for found in violations
    }


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_search_and_cards_are_accessible(visit, theme):
    """The same with the search open, and with a card."""
    if not AXE.is_file():
        pytest.skip(f"axe-core is not at {AXE}; make test-browser brings it")
    page = visit("chapters/05-structure.html", theme=theme)
    page.keyboard.press("Control+k")
    page.keyboard.type("ceiling")
    page.wait_for_selector(".search-results a")
    assert not _violations(page)
    page.keyboard.press("Escape")
    page.locator("main a.quarto-xref").first.hover()
    page.wait_for_selector(".card")
    assert not _violations(page)


def test_search_finds_and_opens(visit):
    """A word with a letter wrong, chapters first; the place is opened and marked; one Esc."""
    page = visit("index.html")
    page.keyboard.press("/")
    page.keyboard.type("celing")
    first = page.locator(".search-results a").first
    first.wait_for()
    assert "/api-" not in first.get_attribute("href")
    page.keyboard.press("Escape")
    assert not page.locator(".search-dialog").is_visible()
    page.keyboard.press("Control+k")
    page.locator(".search-dialog input").fill("ceiling.r2_ceiling")
    page.wait_for_function(
        "document.querySelector('.search-results a')?.href.includes('r2-ceiling')"
    )
    page.keyboard.press("Enter")
    page.wait_for_url("**/api-analysis-explore-ceiling.html*")
    assert page.evaluate("CSS.highlights.get('found').size") > 0


def test_the_theme_persists(visit):
    """What a reader chose holds on the next page."""
    page = visit("index.html")
    page.locator(".theme-toggle").click()
    page.locator(".actions .button").first.click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_a_card_shows_where_a_link_leads(visit):
    """A reference's figure, a section's first paragraph, a footnote."""
    page = visit("chapters/05-structure.html")
    page.locator("main a.quarto-xref[href*='#sec-']").first.hover()
    page.wait_for_selector(".card")
    assert len(page.locator(".card").inner_text()) > 80


def test_citations_and_code_are_copied(visit):
    """The button beside the BibTeX entry puts it on the clipboard."""
    page = visit("index.html", permissions=["clipboard-read", "clipboard-write"])
    page.locator(".cite summary").click()
    page.locator(".cite .copy-button").click()
    assert page.evaluate("navigator.clipboard.readText()").startswith("@misc{")


def test_formulas_stretch(visit):
    """A root covers what is under it, and brackets grow: the font has a MATH table."""
    page = visit("index.html")
    page.set_content(
        f"""<link rel="stylesheet" href="{page.url.replace("index.html", "site_libs/base.css")}">
        <math display="block" id="low"><msqrt><mi>x</mi></msqrt><mo>(</mo><mi>x</mi></math>
        <math display="block" id="high"><msqrt><mfrac><mi>x</mi><mfrac><mi>y</mi><mi>z</mi></mfrac>
        </mfrac></msqrt><mrow><mo>(</mo><mfrac><mi>x</mi><mfrac><mi>y</mi><mi>z</mi></mfrac></mfrac>
        </mrow></math>"""
    )
    page.evaluate("document.fonts.load('20px \"Press Math\"')")
    page.wait_for_function("document.fonts.check('20px \"Press Math\"')")
    height = "(what) => document.querySelector(what).getBoundingClientRect().height"
    for part in ("msqrt", "mo"):
        assert page.evaluate(height, f"#high {part}") > 1.5 * page.evaluate(height, f"#low {part}")


def test_a_figure_is_drawn_on_demand(visit):
    """First the picture, without Plotly; then the figure, its values, and the picture again."""
    page = visit("chapters/09-surroundings.html")
    assert not page.evaluate("'Plotly' in window")
    place = page.locator(".press-plotly").first
    explore, values = place.locator(".plot-bar button").all()
    values.click()
    place.locator(".plot-values tbody tr").nth(10).wait_for(timeout=20_000)
    explore.click()
    place.locator(".plot-box .main-svg").first.wait_for(state="attached")
    assert not place.locator(".press-plotly-static").is_visible()
    explore.click()
    assert place.locator(".press-plotly-static").is_visible()


def test_print_is_light(visit):
    """Printed from the dark, pages are white, with pictures as they were drawn."""
    page = visit("chapters/05-structure.html", theme="dark")
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(31, 35, 40)"
    filtered = "getComputedStyle(document.querySelector('main figure img')).filter"
    assert page.evaluate(filtered) == "none"
