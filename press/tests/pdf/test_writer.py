"""The printed thesis: what a reader, a screen reader and an archive find in the PDF."""

from dataclasses import replace

import pypdf
import pypdfium2
import pytest
from press.document import tree
from press.document.forms import (
    Callout,
    Citation,
    Equation,
    InternalLink,
    Landscape,
    Reference,
    References,
    Section,
    Tab,
    Tabset,
    Work,
)  # fmt: skip
from press.ground.errors import RenderError
from press.pdf.writer import write_pdf
from support.cases_and_facts import resolved
from support.forms_in_markdown import inlines, placed
from support.printed import book, floating, page, svg

TABLE = "| system | dr |\n|:---|---:|\n" + "\n".join(f"| B{i} | {i}.5 |" for i in range(90))
WALK = floating(
    "figure", "1.1", "fig-walk", "![](walk.svg){alt='It goes up.'}", "A walk. Far, in `dr`."
)
ONE = placed(
    """
See []{.figure} and []{.two}; []{.citation} agree.^[Not always.]

::: windows
:::

::: walk
:::

[]{.equation}

::: deep
:::

Words.
""",
    figure=Reference(inlines("Figure 1.1"), "#fig-walk", "fig-walk"),
    two=InternalLink(inlines("Chapter 2"), "two.html", "sec-two"),
    citation=Citation(("one", "two"), inlines("(One 2020; Two 2021)")),
    windows=Section(2, inlines("Windows"), "sec-windows", "1.1"),
    walk=WALK,
    equation=Equation("eq-r", inlines(r"$$ r = \operatorname{cov}(x, y) $$"), "1.1"),
    deep=Section(4, inlines("Deep"), "deep"),
)
TWO = [
    tree.node(floating("table", "2.1", "tbl-dr", TABLE, "Displacements.")),
    tree.node(Callout("tip", inlines("Hint"), placed("Walk on."))),
    tree.node(Tabset((Tab(inlines("Python"), placed("In code.")),))),
]
WORKS = {"ref-one": "One. 2020. *First*.", "ref-two": "Two. 2021. *Second*."}
REFERENCES = [
    tree.node(References([tree.node(Work(name, placed(text))) for name, text in WORKS.items()]))
]


@pytest.fixture(scope="module")
def thesis():
    """Make a thesis with every part that a thesis has."""
    return book(
        page("preface", "How to read.", kind="index"),
        page("one", ONE, number="1", part="Foundations"),
        page("two", TWO, number="2", part="Foundations"),
        page("references", REFERENCES, kind="unnumbered"),
        page("versions", number="A", kind="appendix", part="Appendices"),
        subtitle="A subtitle",
        abstract=placed("It moves $10^2$ times."),
        metadata={"book": {"keywords": ["lithium", "glass"]}},
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory, thesis):
    """Print the thesis once."""
    root = tmp_path_factory.mktemp("book")
    svg(root / "walk.svg", 3000, 4000)
    write_pdf(thesis, root, root / "out" / "thesis.pdf")
    return root


@pytest.fixture(scope="module")
def pdf(folder):
    """Open the printed thesis."""
    return pypdf.PdfReader(folder / "out" / "thesis.pdf")


@pytest.fixture(scope="module")
def texts(pdf):
    """Text of each page, by its label."""
    pairs = zip(pdf.page_labels, pdf.pages, strict=True)
    return {label: " ".join(page.extract_text().split()) for label, page in pairs}


def structure(node, names=()):
    """Elements of the tag tree as (tag, alternative text)."""
    node = node.get_object()
    if isinstance(node, list):
        for child in node:
            yield from structure(child)
    elif isinstance(node, dict):
        if "/S" in node:
            yield node["/S"], node.get("/Alt")
        if "/K" in node and not isinstance(node["/K"], int):
            yield from structure(node["/K"])


def outline_titles(entries):
    """Titles of the bookmarks, flat."""
    for entry in entries:
        yield from outline_titles(entry) if isinstance(entry, list) else [entry.title]


def test_document_properties(pdf):
    """Title, authors, keywords, date and language are in the file."""
    found = pdf.metadata
    assert (found.title, found.author) == ("A Walk", "The authors")
    assert found["/Keywords"] == "lithium, glass"
    assert found["/CreationDate"].startswith("D:20261122")
    assert pdf.trailer["/Root"]["/Lang"] == "en"


def test_standards(pdf):
    """It declares PDF/UA-1 and PDF/A-2a, and is tagged."""
    root = pdf.trailer["/Root"]
    xmp = root["/Metadata"].get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp
    assert "<pdfaid:part>2</pdfaid:part>" in xmp
    assert root["/MarkInfo"]["/Marked"]


def test_undated_book_is_still_accessible(tmp_path):
    """PDF/A wants a date: a book without one is PDF/UA alone, and carries no invented date."""
    write_pdf(book(page("one"), date=None, day=None), tmp_path, tmp_path / "a.pdf")
    pdf = pypdf.PdfReader(tmp_path / "a.pdf")
    assert "pdfuaid:part" in pdf.trailer["/Root"]["/Metadata"].get_data().decode()
    assert "/CreationDate" not in pdf.metadata


@pytest.mark.parametrize("config", ["lang: de", "lang: fr", "date-format: YYYY", "lang: en"])
def test_a_dated_book_is_for_archives_in_every_language(tmp_path, config):
    """However the date is written on the title page, it is the date of the file."""
    dated = resolved(
        tmp_path, {"one.qmd": "# One\n"}, "typst", config=f"date: 2026-11-22\n{config}\n"
    )
    write_pdf(dated, tmp_path, tmp_path / "a.pdf")
    pdf = pypdf.PdfReader(tmp_path / "a.pdf")
    assert "<pdfaid:part>2</pdfaid:part>" in pdf.trailer["/Root"]["/Metadata"].get_data().decode()
    assert pdf.metadata["/CreationDate"].startswith("D:20261122")


def test_alternative_texts(pdf):
    """Pictures and formulas are described; tables, lists and headings are tagged."""
    tags = list(structure(pdf.trailer["/Root"]["/StructTreeRoot"]))
    alternatives = [alt for _, alt in tags if alt]
    assert "It goes up." in alternatives
    assert any("cov" in alt for alt in alternatives)
    names = {name for name, _ in tags}
    assert {"/Figure", "/Formula", "/Table", "/TH", "/TD", "/H1", "/H2", "/TOC", "/Note"} <= names


def test_front_matter_has_roman_numbers(texts):
    """Abstract, preface and contents come first; arabic numbers start with the first part."""
    assert list(texts)[:8] == ["i", "ii", "iii", "iv", "v", "vi", "1", "2"]
    assert texts["i"] == "A Walk A subtitle The authors November 22, 2026"
    assert texts["ii"].startswith("Abstract It moves")
    assert texts["iii"].startswith("Preface How")
    assert texts["iv"].startswith("Contents Preface iii Part I. Foundations 1 1 One 2 1.1 Windows")
    assert texts["v"].startswith("List of figures 1.1 A walk . .")
    assert texts["vi"].startswith("List of tables 2.1 Displacements . .")
    assert texts["1"] == "Part I Foundations"
    assert texts["2"].startswith("Chapter 1 One See")


def test_captions_and_numbers(texts):
    """Captions are complete where the float stands; equations carry the given number."""
    everything = " ".join(texts.values())
    assert "Figure 1.1: A walk. Far, in dr." in everything
    assert "Table 2.1: Displacements." in everything
    assert "(1.1)" in texts["2"] + texts["3"]
    assert "Appendix A Versions" in everything
    for words in ("Hint", "Walk on.", "Python", "In code.", "Not always."):
        assert words in everything


def test_long_table_repeats_its_header(texts):
    """Ninety rows break across pages, each with the header, and none is lost."""
    pages = [text for text in texts.values() if "system dr" in text]
    assert len(pages) >= 2
    everything = " ".join(pages)
    assert all(f"B{i} {i}.5" in everything for i in range(90))


def test_bookmarks(pdf):
    """Bookmarks follow the book, with its numbers."""
    titles = list(outline_titles(pdf.outline))
    wanted = ["Preface", "Part I. Foundations", "1 One", "1.1 Windows", "Deep", "2 Two"]
    assert [title for title in titles if title in wanted] == wanted
    assert titles[-3:] == ["References", "Appendices", "A Versions"]


def link_targets(pdf, label) -> dict[str, list[str]]:
    """Labels of the pages that the links on a page lead to, by what the link says of it."""
    sheets = {sheet.indirect_reference.idnum: n for n, sheet in enumerate(pdf.pages)}
    found = {}
    for annotation in pdf.pages[pdf.page_labels.index(label)].get("/Annots", []):
        link = annotation.get_object()
        target = link["/Dest"]
        if isinstance(target, str):
            target = pdf.named_destinations[target].dest_array
        said = link["/Contents"].replace("\xa0", " ")
        found.setdefault(said, []).append(pdf.page_labels[sheets[target[0].idnum]])
    return found


def test_links_lead_to_pages(pdf, texts):
    """References, the chapter link and both citations are links to their targets."""
    pages = {text.split()[0]: label for label, text in texts.items()}
    chapter = next(label for label, text in texts.items() if text.startswith("Chapter 2"))
    targets = link_targets(pdf, "2")
    figure = next(label for label, text in texts.items() if "Figure 1.1: A walk" in text)
    assert targets[f"page {figure}"] == [figure]
    assert texts["v"].endswith(f". {figure} v")
    assert targets["Chapter 2"] == [chapter]
    assert targets[f"page {pages['References']}"] == [pages["References"]] * 2


def test_same_book_same_bytes(folder, thesis):
    """Printing again gives the same file."""
    write_pdf(thesis, folder, folder / "again.pdf")
    assert (folder / "again.pdf").read_bytes() == (folder / "out" / "thesis.pdf").read_bytes()


WIDE = "|" + "a long heading|" * 16 + "\n|" + "---|" * 16 + "\n|" + "123.4567|" * 16
LONG_WORDS = f"| path |\n|---|\n| {'a' * 200} |"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(
            [tree.node(floating("table", "1.1", "tbl-a", WIDE, "Wide."))], id="wide table"
        ),
        pytest.param(WIDE, id="wide table without a number"),
        pytest.param(LONG_WORDS, id="word longer than the line"),
        pytest.param("```\n" + "x" * 300 + "\n```", id="long line of code"),
        pytest.param("![](wide.svg)", id="wide picture"),
        pytest.param("![](wide.svg){width=9000px}", id="picture wanted too wide"),
        pytest.param(
            [tree.node(floating("figure", "1.1", "fig-a", "![](wide.svg)", "Wide."))], id="figure"
        ),
    ],
)
def test_nothing_leaves_the_text_block(tmp_path, content):
    """The margins of every page stay white, whatever the content."""
    svg(tmp_path / "wide.svg", 5000, 400)
    small = book(page("one", content, number="1"), options={"toc": False})
    write_pdf(small, tmp_path, tmp_path / "a.pdf")
    # 72 dots per inch: A4 is 595 wide, the margins are 71
    for sheet in pypdfium2.PdfDocument(tmp_path / "a.pdf"):
        darkest = sheet.render(scale=1, grayscale=True).to_numpy().min(axis=0)
        assert darkest[:69].min() >= 250
        assert darkest[527:595].min() >= 250


CHECKSUM = "0123456789abcdef" * 4


@pytest.mark.parametrize("text", [CHECKSUM, f"`{CHECKSUM}`", f"```\n{CHECKSUM}\n```"])
def test_a_checksum_can_be_copied(tmp_path, text):
    """A long word is found as it is: nothing stands between its letters."""
    write_pdf(book(page("one", text, number="1")), tmp_path, tmp_path / "a.pdf")
    with pypdfium2.PdfDocument(tmp_path / "a.pdf") as pdf:
        assert CHECKSUM in pdf[len(pdf) - 1].get_textpage().get_text_range()


LINKING = {
    "link": "[Data](https://example.org)",
    "reference": "See []{.reference}",
    "citation": "After []{.citation}",
    "anchor": "[Data]{#here}",
    "footnote": "Data^[Remarkable.]",
}


@pytest.mark.parametrize("title", LINKING.values(), ids=LINKING)
def test_running_heads_are_plain(tmp_path, title):
    """A link, a reference or a citation in a heading of a long chapter is text in its heads."""
    named = {
        "reference": Reference(inlines("Chapter 1"), "#sec-one", "sec-one"),
        "citation": Citation(("one",), inlines("One (2020)")),
    }
    heading = Section(2, inlines(title, **named), "data", "1.1")
    works = References([tree.node(Work("ref-one", placed("One. 2020.")))])
    words = placed("Words of one. " * 1000)
    content = [tree.node(heading), *words, tree.node(works)]
    chapter = replace(page("one", content, number="1"), title=inlines(f"One: {title}", **named))
    write_pdf(book(chapter), tmp_path, tmp_path / "a.pdf")
    shown = tree.plain_text(tree.rewrite(heading.title, {}))
    last = pypdf.PdfReader(tmp_path / "a.pdf").pages[-2].extract_text()
    assert last.replace("\xa0", " ").count(shown) == 2


def test_landscape_page_is_turned(tmp_path):
    """A landscape div is set on a page of its own, turned."""
    text = "Before.\n\n::: landscape\n:::\n\nAfter."
    turned = page("one", placed(text, landscape=Landscape(placed("Across."))), number="1")
    write_pdf(book(turned), tmp_path, tmp_path / "a.pdf")
    pages = pypdf.PdfReader(tmp_path / "a.pdf").pages
    across = next(sheet for sheet in pages if "Across." in sheet.extract_text())
    assert across.mediabox.width > across.mediabox.height
    assert "After." not in across.extract_text()


def test_footnote_of_a_title_stays_out_of_the_contents(tmp_path):
    """A footnote in a heading is printed once, below the heading."""
    section = Section(2, inlines("Data^[Remarkable.]"), "data", "1.1")
    noted = page("one", [tree.node(section)], number="1")
    write_pdf(book(noted), tmp_path, tmp_path / "a.pdf")
    pages = [sheet.extract_text() for sheet in pypdf.PdfReader(tmp_path / "a.pdf").pages]
    assert ["Remarkable." in text for text in pages] == [False, False, True]


def test_page_without_a_title_carries_the_books(tmp_path):
    """An index without a heading is headed by the title of the book, as on the website."""
    content = placed("Welcome.\n\n::: section\n:::", section=Section(2, inlines("Section")))
    bare = replace(page("index", content, kind="index"), title=[], identifier="")
    write_pdf(book(bare, options={"toc": False}), tmp_path, tmp_path / "a.pdf")
    pdf = pypdf.PdfReader(tmp_path / "a.pdf")
    assert pdf.pages[1].extract_text().startswith("A Walk")
    assert list(outline_titles(pdf.outline)) == ["A Walk", "Section"]


def heights(sheet) -> dict[str, float]:
    """Height above the bottom of the page of each piece of text."""
    found = {}

    def visit(text, matrix, *_):
        for line in filter(None, map(str.strip, text.splitlines())):
            found.setdefault(line.replace("\xa0", " ").strip(":"), matrix[5])

    sheet.extract_text(visitor_text=visit)
    return found


def test_figures_stay_in_their_chapter(tmp_path):
    """No figure stands above the title of a chapter, neither an early nor a late one."""
    svg(tmp_path / "walk.svg", 400, 300)
    drawn = floating("figure", "1.1", "fig-early", "![](walk.svg)", "Early.")
    late = floating("figure", "1.2", "fig-late", "![](walk.svg)", "Late.")
    words = placed("Words of one. " * 200)
    one = page("one", [tree.node(drawn), *words, tree.node(late)], number="1")
    two = page("two", "Words of two.", number="2")
    write_pdf(book(one, two, options={"toc": False}), tmp_path, tmp_path / "a.pdf")
    pages = [heights(sheet) for sheet in pypdf.PdfReader(tmp_path / "a.pdf").pages]
    opening = next(found for found in pages if "One" in found)
    assert opening["Figure 1.1"] < opening["One"]
    assert [found for found in pages if "Two" in found and "Figure 1.2" in found] == []
    assert any("Figure 1.2" in found for found in pages)


def test_same_identifier_on_two_pages(tmp_path):
    """A link leads to the target on its own page, though another page has the same one."""
    here = InternalLink(inlines("here"), "#data", "data")
    content = placed("[Data]{#data}\n\n[]{.here}", here=here)
    both = book(page("one", content, number="1"), page("two", content, number="2"))
    write_pdf(both, tmp_path, tmp_path / "a.pdf")
    pdf = pypdf.PdfReader(tmp_path / "a.pdf")
    labels = pdf.page_labels[-2:]
    for label in labels:
        assert list(link_targets(pdf, label).values()) == [[label]]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (r"Ions $\ce{Li+}$ move.", r"cannot be converted: \ce{Li+}"),
        ("![](missing.png)", "image 'missing.png' does not exist"),
        ("```{=typst}\n#nonsense()\n```", "unknown variable: nonsense"),
    ],
)
def test_errors_name_the_chapter(tmp_path, content, message):
    """What cannot be printed stops with the chapter and the reason, and writes nothing."""
    two = page("two", content, number="2")
    with pytest.raises(RenderError) as error:
        write_pdf(book(page("one", number="1"), two), tmp_path, tmp_path / "a.pdf")
    assert str(error.value).startswith("two.qmd: ")
    assert message in str(error.value)
    assert not (tmp_path / "a.pdf").exists()


@pytest.mark.parametrize("sign", ["\a", "\U0010fffd", "\U00013000"])
def test_characters_without_a_font_are_named(tmp_path, capfd, sign):
    """In words, code and captions; a line says so, and nothing waits for a font."""
    figure = floating("figure", "1.1", "fig-a", f"`x{sign}`", f"Of {sign}")
    write_pdf(book(page("one", [tree.node(figure)], number="1")), tmp_path, tmp_path / "a.pdf")
    named = f"‹U+{ord(sign):04X}›"
    assert f"no font shows {named}" in capfd.readouterr().err
    sheets = pypdf.PdfReader(tmp_path / "a.pdf").pages
    assert "".join(sheet.extract_text() for sheet in sheets).count(named) >= 2


def test_large_svg_is_printed_from_its_png(tmp_path, monkeypatch):
    """A drawing too heavy for print is replaced by the PNG beside it."""
    from press.pdf import inlines
    from press.pdf.writer import typst_sources

    svg(tmp_path / "walk.svg")
    (tmp_path / "walk.png").write_bytes(b"")
    small = book(page("one", "![](walk.svg)", number="1"))
    assert "/walk.svg" in typst_sources(small, tmp_path)["_typst/one.qmd.typ"]
    monkeypatch.setattr(inlines, "LARGE_SVG", 10)
    assert "/walk.png" in typst_sources(small, tmp_path)["_typst/one.qmd.typ"]


def test_picture_without_words_is_decoration(tmp_path):
    """A picture with neither alternative text nor caption does not stop a tagged PDF."""
    svg(tmp_path / "walk.svg")
    small = book(page("one", "![](walk.svg)\n\nText ![](walk.svg) more.", number="1"))
    write_pdf(small, tmp_path, tmp_path / "a.pdf")
    tags = structure(pypdf.PdfReader(tmp_path / "a.pdf").trailer["/Root"]["/StructTreeRoot"])
    assert "/Figure" not in {name for name, _ in tags}


def test_paper_and_contents_follow_the_options(tmp_path):
    """The page size and the contents are those of the format's options."""
    options = {"papersize": "letter", "toc": False, "lof": False}
    small = book(page("one", number="1"), options=options)
    write_pdf(small, tmp_path, tmp_path / "a.pdf")
    pdf = pypdf.PdfReader(tmp_path / "a.pdf")
    assert float(pdf.pages[0].mediabox.width) == pytest.approx(8.5 * 72)
    assert len(pdf.pages) == 2
    write_pdf(replace(small, options={}), tmp_path, tmp_path / "b.pdf")
    assert len(pypdf.PdfReader(tmp_path / "b.pdf").pages) == 3
