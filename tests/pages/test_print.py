"""The printed thesis, read back: full pages, floats in order and in their section, no orphans."""

import itertools
import re
from dataclasses import dataclass

import pypdfium2
import pytest
from bs4 import BeautifulSoup

pytestmark = pytest.mark.pages

TOP, BOTTOM = 842 - 72, 70  # points from the lower edge, between which the text stands
LEAST = 1 / 3  # of the height of the text
CAPTION = re.compile(r"(Figure|Table)\s(\w+\.\d+):")
NUMBER = re.compile(r"((?:\d+|[A-Z])(?:\.\d+)*)\s")
DIGEST = re.compile(r"(?<![/\w])[0-9a-f]{24,}\b")  # in an address it is part of the name


@dataclass(frozen=True, order=True)
class Place:
    """A place in the PDF: the page (from 0) and the distance from its upper edge in points."""

    page: int
    depth: float


@pytest.fixture(scope="session")
def paper(rendered):
    """Open the PDF."""
    file = rendered / "thesis.pdf"
    if not file.is_file():
        pytest.skip("the thesis was rendered without its PDF")
    return pypdfium2.PdfDocument(file)


@pytest.fixture(scope="session")
def lines(paper):
    """Texts on each page: (distance from the upper edge, text), by page."""
    return [list(_texts(page)) for page in paper]


def _texts(page):
    text = page.get_textpage()
    for at in range(text.count_rects()):
        box = text.get_rect(at)
        yield page.get_height() - box[3], text.get_text_bounded(*box).strip()


@pytest.fixture(scope="session")
def headings(paper):
    """Titles in the PDF's outline: level (0 for chapters and parts), title, place."""
    found = []
    for item in paper.get_toc():
        page = item.get_dest().get_index()
        _, (_, above, _) = item.get_dest().get_view()
        depth = paper[page].get_height() - above
        found.append((item.level, item.get_title(), Place(page, depth)))
    return found


@pytest.fixture(scope="session")
def captions(lines):
    """Find the captions: kind and number -> place; the lists at the front have none."""
    return {
        (found[1], found[2]): Place(page, depth)
        for page, texts in enumerate(lines)
        for depth, text in texts
        if (found := CAPTION.fullmatch(text))
    }


def _filled(page) -> float:
    """Share of the height of the text in which something stands."""
    spans = []
    for thing in page.get_objects(max_depth=4):
        _, low, _, high = thing.get_bounds()
        low, high = max(low, BOTTOM), min(high, TOP)
        if high > low:
            spans.append((low, high))
    covered, top = 0.0, BOTTOM
    for low, high in sorted(spans):
        covered += max(0.0, high - max(low, top))
        # what is nearer than a line of space to the next thing is text, not a gap
        covered += low - top if 0 < low - top < 30 else 0
        top = max(top, high)
    return covered / (TOP - BOTTOM)


def test_no_page_is_nearly_empty(paper, headings):
    """Only the last page of a chapter, and the title of a part, may be less than a third full."""
    opening = {place.page for level, _, place in headings if level == 0}
    excused = opening | {page - 1 for page in opening} | {0, len(paper) - 1}
    sparse = {at + 1: round(_filled(paper[at]), 2) for at in range(len(paper)) if at not in excused}
    assert not {at: share for at, share in sparse.items() if share < LEAST}


@pytest.mark.parametrize("kind", ["Figure", "Table"])
def test_floats_are_in_order(captions, kind):
    """Within a chapter a higher number stands later."""
    placed = [(number.split("."), place) for (is_kind, number), place in captions.items()
              if is_kind == kind]  # fmt: skip
    assert placed
    for _, chapter in itertools.groupby(placed, key=lambda item: item[0][0]):
        in_order = sorted(chapter, key=lambda item: int(item[0][1]))
        places = [place for _, place in in_order]
        assert places == sorted(places), [".".join(number) for number, _ in in_order]


def test_floats_are_in_their_section(rendered, captions, headings):
    """The next section of level 2 begins after them, as on the website, where they are in place."""
    begins = {}
    for _, title, place in headings:
        number = NUMBER.match(title + " ")
        if number:
            begins[number[1]] = place
    astray = []
    for page in sorted((rendered / "chapters").glob("*.html")):
        for kind, number, following in _floats(page):
            place, end = captions.get((kind, number)), begins.get(following)
            if place and end and place > end:
                astray.append(f"{kind} {number} is on page {place.page + 1}, behind {following}")
    assert not astray


def _floats(page):
    """Kind and number of each float of a page of the website, and the next section's number."""
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "lxml")
    found = soup.select("main h2, main figure.float > figcaption .caption-label")
    sections = [(at, tag) for at, tag in enumerate(found) if tag.name == "h2"]
    for at, tag in enumerate(found):
        if tag.name != "h2":
            later = (other for place, other in sections if place > at)
            following = next(later, None)
            number = following and following.select_one(".section-number")
            yield (*tag.get_text().split("\N{NO-BREAK SPACE}"), number and number.get_text())


def test_no_heading_is_last_on_its_page(lines, headings):
    """Below a heading stands at least a line of text on the same page."""
    orphans = []
    for level, title, place in headings:
        below = [depth for depth, _ in lines[place.page] if place.depth + 20 < depth < 842 - BOTTOM]
        if level > 0 and not below:
            orphans.append(f"{title} (page {place.page + 1})")
    assert not orphans


def test_running_heads_name_a_section_that_has_begun(lines, headings):
    """Not one that begins on a later page, and none that begins below another on the page."""
    begins = {title: place.page for level, title, place in headings if level == 1}
    for page, texts in enumerate(lines):
        heads = [text for depth, text in texts if depth < 60]
        for title, first in begins.items():
            name = title.partition(" ")[2]
            if name and name in heads:
                assert first <= page or any(
                    other.partition(" ")[2] == name and at <= page for other, at in begins.items()
                ), f"page {page + 1} is headed {title}, which begins on page {first + 1}"


def test_nothing_is_printed_that_only_machines_read(lines):
    """No whole checksum stands in print."""
    assert not [(at + 1, text) for at, page in enumerate(lines) for _, text in page
                if DIGEST.search(text)]  # fmt: skip
