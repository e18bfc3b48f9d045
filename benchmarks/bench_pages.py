"""What the rendered website weighs, and how soon a page is there on a slow machine.

Bytes are what Chromium asks for until a page stands still; times are medians of three visits with
the processor four times slower. Limits are said beside the numbers; nothing fails.
"""

import functools
import http.server
import shutil
import statistics
import threading
from pathlib import Path

BOOK = Path(__file__).parents[1] / "_book"
HEAVIEST_PAGE = 600_000  # bytes, without Plotly
HEAVIEST_SITE = 9_000_000  # bytes, without the PDF
FIRST_PAINT, BLOCKED = 1000, 300  # ms
SLOWER = 4
VISITS = 3
TIMED = ("index.html", "chapters/04-exploration.html", "chapters/09-surroundings.html")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
MEASURE = """() => new Promise((resolve) => {
  let blocked = 0;
  new PerformanceObserver((list) => {
    for (const task of list.getEntries()) blocked += task.duration - 50;
  }).observe({ type: "longtask", buffered: true });
  setTimeout(() => resolve([performance.getEntriesByType("paint")[0].startTime, blocked]), 800);
})"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves the book without a word."""

    def log_message(self, *args):
        """Say nothing."""


def main() -> None:
    """Print the weights and times."""
    chromium = shutil.which("chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        chromium = None
    if chromium is None or not (BOOK / "index.html").is_file():
        print("pages: not measured; this takes Chromium, playwright and a rendered thesis")
        return
    total = sum(f.stat().st_size for f in BOOK.rglob("*") if f.is_file() and f.suffix != ".pdf")
    print(f"site: {total / 1e6:.1f} MB without the PDF (limit {HEAVIEST_SITE / 1e6:g} MB)")
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Quiet, directory=str(BOOK))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=chromium, args=FLAGS)
        address = f"http://127.0.0.1:{server.server_port}"
        weights = {page: weight(browser, f"{address}/{page}") for page in pages()}
        heaviest = max(weights, key=weights.__getitem__)
        print(
            f"heaviest page: {heaviest}, {weights[heaviest] / 1e3:.0f} kB "
            f"(limit {HEAVIEST_PAGE / 1e3:g} kB)"
        )
        for page in TIMED:
            paint, blocked = times(browser, f"{address}/{page}")
            print(
                f"{page}: first paint {paint:.0f} ms (limit {FIRST_PAINT}), "
                f"blocked {blocked:.0f} ms (limit {BLOCKED})"
            )
        browser.close()
    server.shutdown()


def pages() -> list[str]:
    """List the addresses of all pages."""
    return [path.relative_to(BOOK).as_posix() for path in sorted(BOOK.rglob("*.html"))]


def weight(browser, address: str) -> int:
    """Count the bytes that a first visit asks for."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    sizes: list[int] = []
    page.on("requestfinished", lambda asked: sizes.append(asked.sizes()["responseBodySize"]))
    page.goto(address, wait_until="networkidle")
    page.close()
    return sum(sizes)


def times(browser, address: str) -> tuple[float, float]:
    """Measure the first paint and the blocked time, in ms."""
    measured = []
    for _ in range(VISITS):
        page = browser.new_page()
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.goto(address)
        measured.append(page.evaluate(MEASURE))
        page.close()
    paints, blocked = zip(*measured, strict=True)
    return statistics.median(paints), statistics.median(blocked)


if __name__ == "__main__":
    main()
