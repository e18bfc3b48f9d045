"""The website: links, identifiers, alternative texts, search, cards, nothing from elsewhere."""

import dataclasses
import json
import re
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup

from press import InputError, ast
from press.book import Book, Page
from press.errors import RenderError
from press.html import write_site
from press.html_constructs import shares_of
from press.html_files import image_size
from press.pandoc import to_blocks

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="72pt" height="36pt"><rect/></svg>'

PLOT = {"data": [{"y": [1, 2], "name": "</script>"}], "layout": {"height": 300}}

INDEX = """
Read [Chapter 1](chapters/one.html#sec-one){.xref data-id=sec-one}, the
[scores](/tables/scores.csv) or [the notes](notes.txt).
"""

ONE = r"""
Text with $x^2$, a note[^n] and
[(Knuth 1984; Lamport 1986)]{.citation data-keys="knuth1984 lamport1986"}.
See [Figure 1.1](#fig-a){.xref data-id=fig-a} and
[Table A.1](more.html#tbl-t){.xref data-id=tbl-t}.

[^n]: A footnote with `code`.

[$$ a = b $$]{#eq-a .equation number="1.1"}

## Data & *methods* {#sec-data number="1.1"}

:::: {#fig-a .float .figure number="1.1" name="Figure"}
::: {.float-body}
![](/chapters/disc.svg){alt="A red disc" width=30%}

::: {.cell-code fold="true"}
``` python
draw()
```
:::

::: {.provenance}
Computed by `f` · [CSV](/tables/scores.csv)
:::
:::
::: {.float-caption}
A disc of $r = 1$.
:::
::::

::::::: {#fig-pair .float .figure number="1.2" name="Figure"}
:::::: {.float-body}
::::: {.layout ncol=2}
:::: {#fig-left .subfloat number="a"}
::: {.float-body}
![](/chapters/disc.svg){alt="Left disc"}
:::
::: {.float-caption}
Left
:::
::::
:::: {#fig-right .subfloat number="b"}
::: {.float-body}
![](/chapters/disc.svg){alt="Right disc"}
:::
::::
:::::
::::::
:::::::

### Deep {#deep number="1.1.1"}

:::: {.callout type="warning" collapse="true"}
::: {.callout-title}
Careful
:::
::: {.callout-body}
Body of the callout.
:::
::::

::::: {.tabset}
:::: {.tab}
::: {.tab-title}
Python
:::
::: {.tab-body}
``` python
x = 1
```
:::
::::
:::: {.tab}
::: {.tab-title}
Shell
:::
::: {.tab-body}
Run it.
:::
::::
:::::

::: {.cell-code fold="true" summary="Show"}
``` python
print("hello")
```
:::

::: {.cell-output}
``` output
hello
```
:::

::: {.plotly data=".press/plot.json"}
Interactive figure; see the website.
:::

## Last {#last number="1.2"}

A ![Badge](https://example.org/badge.svg) in the text.
"""

MORE = """
:::: {#tbl-t .float .table number="A.1" name="Table"}
::: {.float-body}
| a | b |
|:--|--:|
| 1 | 2 |
:::
::: {.float-caption}
Numbers.
:::
::::
"""

REFERENCES = """
:::: {#refs .references}
::: {#ref-knuth1984 .csl-entry}
Knuth, D. 1984. *Literate Programming*.
:::
::: {#ref-lamport1986 .csl-entry}
Lamport, L. 1986. *LaTeX*.
:::
::::
"""


def page(href, kind, number, title, markdown, part=None):
    """Make a page from Markdown in the dialect of resolved constructs."""
    inlines = to_blocks(title)[0]["c"] if title else []
    source = href.replace(".html", ".qmd")
    name = f"sec-{PurePosixPath(href).stem}"
    blocks = ast.rewrite(to_blocks(markdown), {"Div": plain_title})
    return Page(source, href, kind, number, inlines, name, part, blocks)


def plain_title(div):
    """Make a title or caption of a construct a text block, as in a resolved book."""
    titles = {"callout-title", "tab-title", "float-caption"}
    if titles & set(ast.classes_of(div)):
        return [{"t": "Div", "c": [ast.attr_of(div), [ast.plain(p["c"]) for p in div["c"][1]]]}]
    return None


@pytest.fixture(scope="module")
def book():
    """Make a small book with one of everything."""
    return Book(
        title="On *Li*^+^",
        subtitle="A test",
        authors=({"name": "The authors", "affiliation": "A place"},),
        date="November 22, 2026",
        abstract=to_blocks("What it is about."),
        lang="en",
        pages=(
            page("index.html", "index", None, "Preface", INDEX),
            page("chapters/one.html", "chapter", "1", "One $x$", ONE, "First part"),
            page("chapters/references.html", "unnumbered", None, "References", REFERENCES),
            page("chapters/more.html", "appendix", "A", "More", MORE, "Appendices"),
        ),
        bibliography={},
        options={"toc": True},
        metadata={"project": {"resources": ["extra"]}, "book": {"page-footer": "The *foot*"}},
        commit="0123456789abcdef",
    )


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """Make the project folder that the book's files lie in."""
    root = tmp_path_factory.mktemp("project")
    for name, text in {
        "chapters/disc.svg": SVG,
        "tables/scores.csv": "a,b\n1,2\n",
        "notes.txt": "notes",
        "extra/data.txt": "extra",
        ".press/plot.json": json.dumps(PLOT),
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


@pytest.fixture(scope="module")
def site(book, root):
    """Write the website of the book."""
    out = root / "_book"
    write_site(book, root, out, pdf="thesis.pdf")
    (out / "thesis.pdf").write_bytes(b"%PDF")
    return out


@pytest.fixture(scope="module")
def pages(site):
    """Parse the pages."""
    files = sorted(site.rglob("*.html"))
    return {f.relative_to(site).as_posix(): BeautifulSoup(f.read_text(), "lxml") for f in files}


def data_of(site, name):
    """Value that a data script sets."""
    text = (site / "site_libs" / name).read_text()
    return json.loads(re.fullmatch(r"window\.\w+ = (.*);\n", text, re.DOTALL)[1])


def test_every_page_is_written_at_its_address(book, pages):
    """One page per chapter, and no other."""
    assert set(pages) == {page.href for page in book.pages}


def test_titles_have_their_numbers(pages):
    """Chapters `1 One`, appendices `Appendix A — More`, the index the book's title."""
    titles = {
        href: soup.select_one("h1.title").get_text(" ", strip=True) for href, soup in pages.items()
    }
    assert titles["chapters/one.html"].startswith("1 One")
    assert titles["chapters/more.html"] == "Appendix A — More"
    assert pages["index.html"].select_one("h1.title").get_text() == "On Li+"
    assert pages["index.html"].title.get_text() == "On Li+"
    assert pages["chapters/more.html"].title.get_text() == "Appendix A — More – On Li+"


def test_sidebar_lists_parts_and_chapters_in_order(pages):
    """The same entries on every page, the current one marked."""
    for href, soup in pages.items():
        entries = soup.select("#quarto-sidebar .sidebar-item-text, #quarto-sidebar .menu-text")
        texts = [" ".join(e.get_text().split()) for e in entries]
        assert [t for t in texts if "One" not in t] == [
            "Preface", "First part", "References", "Appendices", "A More"
        ]  # fmt: skip
        current = soup.select("#quarto-sidebar a[aria-current=page]")
        assert [PurePosixPath(a["href"]).name for a in current] == [PurePosixPath(href).name]


def test_identifiers_are_unique(pages):
    """No identifier stands twice on a page."""
    for href, soup in pages.items():
        identifiers = [tag["id"] for tag in soup.select("[id]")]
        assert len(identifiers) == len(set(identifiers)), href


def test_links_and_anchors_resolve(site, pages):
    """Every local address leads to a file of the site, and to an anchor that is there."""
    for href, soup in pages.items():
        for tag, name in [(t, n) for n in ("href", "src") for t in soup.select(f"[{n}]")]:
            url = urlsplit(tag[name])
            if url.scheme:
                continue
            path = (site / href).parent / unquote(url.path) if url.path else site / href
            assert path.resolve().is_file(), f"{href}: {tag[name]}"
            if url.fragment:
                target = pages[path.resolve().relative_to(site.resolve()).as_posix()]
                assert target.find(id=unquote(url.fragment)), f"{href}: {tag[name]}"


def test_nothing_is_loaded_from_elsewhere(site, pages):
    """No page, style sheet or script of ours fetches an address with a host."""
    for soup in pages.values():
        loading = soup.select("[src], link[href], source[srcset], object[data], iframe, style")
        for tag in loading:
            assert not urlsplit(tag.get("src") or tag.get("href") or "").netloc, tag
    for asset in (site / "site_libs").iterdir():
        if asset.suffix == ".css":
            assert not re.search(r"url\(|@import", asset.read_text())
    badge = pages["chapters/one.html"].find("a", href="https://example.org/badge.svg")
    assert badge.get_text() == "Badge"


def test_headings_are_in_order(pages):
    """No level is left out on the way down."""
    for href, soup in pages.items():
        levels = [int(h.name[1]) for h in soup.select("main :is(h1, h2, h3, h4, h5, h6)")]
        assert levels[0] == 1
        assert all(b - a <= 1 for a, b in zip(levels, levels[1:], strict=False)), href


def test_captions_have_numbers_and_images_alternative_texts(pages):
    """`Figure 1.1: ...`, the label alone without a caption, `(a) ...` for parts."""
    soup = pages["chapters/one.html"]
    captions = [" ".join(c.get_text().split()) for c in soup.select("figcaption")]
    assert captions[0].startswith("Figure 1.1: A disc of")
    assert captions[1:] == ["(a) Left", "(b)", "Figure 1.2"]
    assert [i["alt"] for i in soup.select("main img")] == ["A red disc", "Left disc", "Right disc"]
    table = pages["chapters/more.html"].select_one("figure#tbl-t")
    assert [child.name for child in table.find_all(recursive=False)] == ["figcaption", "div"]


def test_images_keep_their_place(pages):
    """Pictures state their size in pixels, so that nothing moves when they arrive."""
    image = pages["chapters/one.html"].select_one("#fig-a img")
    assert (image["width"], image["height"], image["style"]) == ("96", "48", "width: 30%")


def test_provenance_stands_below_the_caption(pages):
    """A figure ends with its code and where it comes from; the link to its numbers is relative."""
    figure = pages["chapters/one.html"].select_one("#fig-a")
    parts = [part.name for part in figure.find_all(recursive=False)]
    assert parts == ["div", "figcaption", "details", "div"]
    assert figure.select_one(".provenance a")["href"] == "../tables/scores.csv"


def test_valid_nesting(site):
    """Tags close in the order in which they open, and no block stands inside a paragraph."""
    from html.parser import HTMLParser

    void = {"meta", "link", "img", "br", "hr", "input", "col", "path", "circle", "rect"}
    blocks = {"div", "p", "figure", "figcaption", "table", "details", "section", "ul", "ol", "pre"}

    class Nesting(HTMLParser):
        def __init__(self):
            super().__init__()
            self.open = []

        def handle_starttag(self, tag, attrs):
            assert not (tag in blocks and "p" in self.open), f"<{tag}> in a paragraph"
            assert not (tag == "a" and "a" in self.open), "a link inside a link"
            if tag not in void:
                self.open.append(tag)

        def handle_startendtag(self, tag, attrs):
            pass

        def handle_endtag(self, tag):
            assert self.open.pop() == tag

    for file in site.rglob("*.html"):
        parser = Nesting()
        parser.feed(file.read_text())
        assert parser.open == []


def test_equations_and_mathematics(pages):
    """MathML with the number beside it."""
    equation = pages["chapters/one.html"].select_one("span#eq-a")
    assert equation.select_one("math[display=block]")
    assert equation.select_one(".equation-number").get_text() == "(1.1)"


def test_citations_lead_to_their_entries(pages):
    """A citation links to its first entry and names all its keys."""
    citation = pages["chapters/one.html"].select_one("span.citation")
    assert citation.get_text() == "(Knuth 1984; Lamport 1986)"
    assert citation["data-keys"] == "knuth1984 lamport1986"
    assert citation.a["href"] == "references.html#ref-knuth1984"


def test_search_knows_every_heading_and_text(book, site, pages):
    """Each heading is an entry that leads to it; the text is found under its heading."""
    entries = data_of(site, "search-data.js")
    sections = {entry["href"]: entry["section"] for entry in entries}
    for href, soup in pages.items():
        for heading in soup.select("main :is(h2, h3, h4)[id]"):
            assert sections[f"{href}#{heading['id']}"] == " ".join(heading.get_text().split())
    assert {entry["title"] for entry in entries} == {
        " ".join([*filter(None, [p.number]), ast.plain_text(p.title)]) for p in book.pages
    }
    found = [e["href"] for e in entries if "Body of the callout" in e["text"]]
    assert found == ["chapters/one.html#deep"]


def test_cards_hold_what_other_pages_refer_to(site):
    """Floats, entries and titles that a link of another page leads to."""
    cards = data_of(site, "card-data.js")
    assert set(cards) == {"tbl-t", "sec-one", "ref-knuth1984", "ref-lamport1986"}
    assert cards["tbl-t"]["page"] == "chapters/more.html"
    assert "<figcaption>" in cards["tbl-t"]["html"]
    assert "<!--" not in cards["tbl-t"]["html"]


def test_no_marks_are_left(site):
    """The comments by which pieces are found do not reach the reader."""
    assert not [f for f in site.rglob("*.html") if "<!--" in f.read_text()]


def test_interactive_figures_bring_their_library(site, pages):
    """The figure's JSON stands in the page, and only there is the library loaded."""
    plot = pages["chapters/one.html"].select_one(".plotly script")
    assert json.loads(plot.string)["data"][0]["name"] == "</script>"
    assert (site / "site_libs" / "plotly.min.js").is_file()
    assert "plotly.min.js" not in str(pages["index.html"])


def test_resources_and_footer(site, pages):
    """Folders named as resources are copied; the foot says what the book's metadata say."""
    assert (site / "extra" / "data.txt").read_text() == "extra"
    foot = pages["index.html"].select_one("footer.site-footer")
    assert foot.p.decode_contents() == "The <em>foot</em>"
    assert "0123456789ab" in foot.get_text()


def test_a_book_of_a_title_alone(tmp_path):
    """No author, date, abstract, text or title of the preface: still a page."""
    only = Page("index.qmd", "index.html", "index", None, [], "", None, [])
    bare = Book("Bare", None, (), None, None, "en", (only,), {}, {}, {}, None)
    write_site(bare, tmp_path, tmp_path / "out")
    soup = BeautifulSoup((tmp_path / "out" / "index.html").read_text(), "lxml")
    assert soup.select_one("h1").get_text() == "Bare"
    assert len(soup.select("h1")) == 1


@pytest.mark.parametrize(
    "markdown", ["[x](missing.csv)", "![x](/missing.svg)", "[x](../../outside.txt)"]
)
def test_missing_files_are_named(book, root, tmp_path, markdown):
    """A link or image that leads nowhere stops the render with the page and the path."""
    broken = page("chapters/one.html", "chapter", "1", "One", markdown)
    with pytest.raises(InputError, match="no file of the project") as error:
        write_site(dataclasses.replace(book, pages=(broken,)), root, tmp_path / "out")
    assert error.value.file == "chapters/one.qmd"


def test_formulas_that_cannot_be_written_are_errors(book, root, tmp_path):
    """TeX that MathML cannot hold is not shown raw."""
    broken = page("chapters/one.html", "chapter", "1", "One", r"$\nosuchcommand{x}$")
    with pytest.raises(RenderError, match="nosuchcommand"):
        write_site(dataclasses.replace(book, pages=(broken,)), root, tmp_path / "out")


@pytest.mark.parametrize(
    ("head", "size"),
    [
        ('<svg width="10" height="20">', (10, 20)),
        ('<svg viewBox="0 0 30 40.2">', (30, 40)),
        ('<svg height="1in" width="2.54cm">', (96, 96)),
        ("<svg>", None),
    ],
)
def test_size_of_vector_images(tmp_path, head, size):
    """Lengths with units, else the view box, else nothing."""
    file = tmp_path / "picture.svg"
    file.write_text(head)
    assert image_size(file) == size


@pytest.mark.parametrize("dpi", [96, 192])
def test_size_of_pixel_images(tmp_path, dpi):
    """A PNG of twice the resolution takes the same place."""
    from matplotlib.figure import Figure

    file = tmp_path / "picture.png"
    Figure(figsize=(2, 1)).savefig(file, dpi=dpi)
    assert image_size(file) == (192, 96)


def luminance(colour):
    """Compute the relative luminance of `#rrggbb` as WCAG 2 defines it."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("theme", [0, 1])
@pytest.mark.parametrize("ink", ["ink", "muted", "accent"])
@pytest.mark.parametrize("ground", ["paper", "surface", "raised", "accent-wash"])
def test_text_has_enough_contrast(site, theme, ink, ground):
    """Every colour of text on every ground has a contrast of at least 4.5, light and dark."""
    css = (site / "site_libs" / "base.css").read_text()
    tokens = dict(re.findall(r"--([\w-]+): light-dark\((.*?)\);", css))
    dark, light = sorted(luminance(tokens[n].split(", ")[theme]) for n in (ink, ground))
    assert (light + 0.05) / (dark + 0.05) >= 4.5


@pytest.mark.parametrize(
    ("pairs", "count", "shares"),
    [
        ({"ncol": "2"}, 3, [0.5, 0.5, 0.5]),
        ({"layout": "[70, 30]"}, 2, [0.7, 0.3]),
        ({"layout": "[[1, -1, 2], [1]]"}, 3, [0.25, -0.25, 0.5, 1]),
        ({"layout": "[[1]]", "ncol": "2"}, 3, [1, 0.5, 0.5]),
    ],
)
def test_panels_share_the_width(pairs, count, shares):
    """Columns are equal, weights are shares of their row, and no panel is left out."""
    assert list(shares_of(pairs, count)) == shares


@pytest.mark.parametrize(
    "markdown",
    [
        "::: {#x .theorem .thm}\nText.\n:::",
        '::: {#x .callout type="tip"}\n::: {.callout-body}\nText.\n:::\n:::',
        '[$$a$$]{#x .equation number="1"} Text.',
        "## Text. {#x}",
    ],
)
def test_everything_with_a_reference_has_a_card(book, root, tmp_path, markdown):
    """What another page refers to is in the cards, whatever it is."""
    first = page("index.html", "index", None, "", "[there](one.html#x){.xref}")
    second = page("one.html", "chapter", "1", "One", markdown)
    write_site(dataclasses.replace(book, pages=(first, second)), root, tmp_path / "out")
    card = data_of(tmp_path / "out", "card-data.js")["x"]
    assert card["page"] == "one.html"
    assert "Text." in card["html"] or "<math" in card["html"]


def test_the_pdf_may_be_linked_to_before_it_is_written(book, root, tmp_path):
    """An author's link to the book's PDF is no dead end, also where only the site is written."""
    linking = page("index.html", "index", None, "", "[print](thesis.pdf)")
    metadata = {"book": {"output-file": "thesis"}}
    write_site(
        dataclasses.replace(book, pages=(linking,), metadata=metadata), root, tmp_path / "out"
    )
    assert 'href="thesis.pdf"' in (tmp_path / "out" / "index.html").read_text()
