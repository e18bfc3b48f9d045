"""The forms between reading and writing: each writer has them all; no author's class is one."""

import json

import pypdf
import pytest
from bs4 import BeautifulSoup
from press.document import forms, tree
from press.pdf import typst as pdf_forms
from press.pdf.writer import typst_sources, write_pdf
from press.site import constructs as site_forms
from press.site.writer import write_site
from support.cases_and_facts import resolved
from support.forms_in_markdown import inlines, placed
from support.printed import book, page

WORDS = placed("Words.")
TITLE = inlines("Words.")
INLINE = (forms.Equation, forms.Reference, forms.InternalLink, forms.Citation)
EACH = [
    forms.Section(2, TITLE, "a", "1.1"),
    forms.Float("table", "tbl-a", WORDS, TITLE, above=True, name="Table", number="1.1"),
    forms.Subfloat("tbl-b", WORDS, TITLE, "a"),
    forms.Equation("eq-a", inlines(r"$$\text{Words.}$$"), "1.1"),
    forms.Theorem("thm", "thm-a", TITLE, WORDS),
    forms.Callout("tip", TITLE, WORDS, "tip-a", collapse=True),
    forms.Layout(((forms.Panel(0.25, WORDS), forms.Panel(0.75, [])),)),
    forms.Columns((forms.Column("60%", WORDS), forms.Column(None, WORDS))),
    forms.Tabset((forms.Tab(TITLE, WORDS),)),
    forms.Landscape(WORDS),
    forms.PageBreak(),
    forms.Proof("proof", WORDS, "proof-a"),
    forms.Source(placed("    Words."), "true", "Code"),
    forms.Printed(placed("    Words.")),
    forms.Plotly("plot.json", WORDS),
    forms.Provenance(WORDS),
    forms.NamedCode("run.py", placed("    Words.")),
    forms.Reference(TITLE, "#sec-one", "sec-one"),
    forms.InternalLink(TITLE, "#sec-one", "sec-one", "here", "Title", ("own",)),
    forms.Citation(("one",), TITLE),
    forms.References([tree.node(forms.Work("ref-one", WORDS))]),
    forms.Work("ref-two", WORDS),
]


def written(form) -> list:
    """Blocks that hold a form."""
    node = tree.node(form)
    return [tree.para([node])] if isinstance(form, INLINE) else [node]


def test_there_is_an_example_of_each():
    """The tests below try every form."""
    assert {type(form) for form in EACH} == set(forms.Form.__subclasses__())


@pytest.mark.parametrize("form", EACH, ids=lambda form: type(form).__name__)
def test_both_writers_show_each_form(tmp_path, form):
    """What a form holds is on the page and in print."""
    (tmp_path / "plot.json").write_text(json.dumps({"data": []}))
    small = book(page("one", written(form), number="1"), options={"toc": False})
    write_site(small, tmp_path, tmp_path / "site")
    main = BeautifulSoup((tmp_path / "site" / "one.html").read_text(), "lxml").main.get_text()
    write_pdf(small, tmp_path, tmp_path / "a.pdf")
    printed = "".join(sheet.extract_text() for sheet in pypdf.PdfReader(tmp_path / "a.pdf").pages)
    for text in () if form == forms.PageBreak() else (main, printed):
        assert "Words." in text


def test_both_writers_show_what_stands_between_number_and_caption(tmp_path):
    """It is that of the book (crossref: title-delim)."""
    config = "crossref: {title-delim: .}\n"
    for format_name in ("html", "typst"):
        root = tmp_path / format_name
        made = resolved(root, {"one.qmd": "# One\n\n![Of it](a.svg){#fig-a}\n"}, format_name,
                        config=config)  # fmt: skip
        if format_name == "html":
            write_site(made, root, root / "site")
            shown = BeautifulSoup((root / "site" / "one.html").read_text(), "lxml").main.get_text()
        else:
            write_pdf(made, root, root / "a.pdf")
            shown = pypdf.PdfReader(root / "a.pdf").pages[-1].extract_text()
        assert "Figure 1.1. Of it" in shown.replace("\u00a0", " ")


@pytest.mark.parametrize("table", [site_forms.TABLE, pdf_forms.TABLE])
def test_a_writer_that_lacks_a_form_is_an_error(table):
    """Not a gap in the page: its table cannot be made."""
    lacking = {form: write for form, write in table.items() if form is not forms.Theorem}
    with pytest.raises(TypeError, match="no handler for Theorem"):
        forms.complete(lacking)


NAMES = (
    "float", "subfloat", "figure", "float-body", "layout", "panel", "equation", "citation",
    "tabset", "tab", "column", "cell-code", "cell-output", "plotly", "references",
    "csl-entry", "theorem", "proof", "landscape", "pagebreak", "provenance", "xref",
    "chapter-link", "named-code",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_no_class_of_an_author_is_taken_for_a_form(tmp_path, name):
    """Divs, spans and links of the same names are what the author wrote, with their text."""
    text = f"::: {{.{name}}}\n[Inside]{{.{name}}} [out](https://example.org){{.{name}}}.\n:::\n"
    for format_name in ("html", "typst"):
        made = resolved(tmp_path / format_name, {"one.qmd": f"# One\n\n{text}"}, format_name)
        root = tmp_path / format_name
        if format_name == "typst":
            assert "Inside" in typst_sources(made, root)["_typst/one.qmd.typ"]
            continue
        write_site(made, root, root / "site")
        soup = BeautifulSoup((root / "site" / "one.html").read_text(), "lxml")
        assert "Inside out." in " ".join(soup.main.get_text().split())


def test_layouts_are_alike_on_the_website_and_in_print(tmp_path):
    """A gap in the middle stays there, with its share of the width."""
    text = '# One\n\n::: {layout="[[1,-1,2]]"}\nLeft\n\nRight\n:::\n'
    site, print_ = (
        resolved(tmp_path / name, {"one.qmd": text}, name).pages[1].blocks[0]["c"].rows
        for name in ("html", "typst")
    )
    assert site == print_
    made = resolved(tmp_path / "html", {"one.qmd": text})
    write_site(made, tmp_path / "html", tmp_path / "site")
    soup = BeautifulSoup((tmp_path / "site" / "one.html").read_text(), "lxml")
    panels = [(p["style"], p.get_text(strip=True)) for p in soup.select(".press-panel")]
    assert panels == [("--share: 0.25", "Left"), ("--share: 0.25", ""), ("--share: 0.5", "Right")]
    source = typst_sources(resolved(tmp_path / "typst", {"one.qmd": text}, "typst"), tmp_path)
    printed = "".join(source["_typst/one.qmd.typ"].split())
    assert "#panels((0.25fr,0.25fr,0.5fr,),[Left],[],[Right],)" in printed
