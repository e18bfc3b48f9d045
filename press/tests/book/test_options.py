"""The table of all that Quarto documents: every row is met as it says."""

from collections import Counter
from pathlib import Path

import pytest
from press.book import options, qmd, yamlfile
from press.book import project as projects
from press.ground.errors import InputError
from press.resolving import constructs
from support.cases_and_facts import book, resolved

import press

SOURCES = Path(press.__file__).parent
ROWS = [(row, level) for row in options.rows() for level in row.at]
IN_FILES = ("project", "book", "execute", "crossref", "top", "html", "typst")
PLACES = {
    "project": ("project",), "book": ("book",), "execute": ("execute",), "html": ("format", "html"),
    "typst": ("format", "typst"), "crossref": ("crossref",), "top": (),
}  # fmt: skip


def ids(value) -> str | None:
    """Name a case by its level and first name."""
    return value if isinstance(value, str) else value.names[0]


def rows_at(*levels: str) -> list:
    """Give the rows of some levels, with the level."""
    return [(row, level) for row, level in ROWS if level in levels]


def test_the_table_is_whole():
    """Levels and verdicts are known, each name stands once at a level, every row says what is."""
    for row, level in ROWS:
        assert level in options.LEVELS and row.verdict in options.VERDICTS
        assert row.names and row.quarto and row.press
    counts = Counter((level, name) for row, level in ROWS for name in row.names)
    assert [pair for pair, count in counts.items() if count > 1] == []
    assert {level for _, level in ROWS} == set(options.LEVELS)


def met(row, check) -> None:
    """See that a check refuses a row's names, with their line and advice, or passes them."""
    for name in row.names:
        if row.verdict != "refused":
            check(name)
            continue
        with pytest.raises(InputError) as refused:
            check(name)
        text = str(refused.value)
        assert row.press in text and name in text and ":" in text.split(" ")[0]


@pytest.mark.parametrize(("row", "level"), rows_at(*IN_FILES), ids=ids)
def test_configuration(row, level):
    """Names in _quarto.yml."""

    def check(name: str) -> None:
        text, indent = "", ""
        for key in PLACES[level]:
            text += f"{indent}{key}:\n"
            indent += "  "
        document = yamlfile.load(f"{text}{indent}{name}: some\n", "_quarto.yml")
        options.refuse(document, PLACES[level], level)

    met(row, check)


@pytest.mark.parametrize(("row", "level"), rows_at("format"), ids=ids)
def test_formats(row, level):
    """Alone, with options, and as those of an extension."""
    extended = [f"acm-{name}+x" for name in row.names if "-" not in name]
    for name in [*row.names, *extended]:
        for text in (f"format: {name}\n", f"format:\n  {name}:\n    toc: 1\n"):
            options.refuse_document(yamlfile.load(text, "_quarto.yml"), "top")


def test_a_misspelt_format():
    """Its options would reach nothing."""
    document = yamlfile.load("format:\n  htlm:\n    toc: false\n", "_quarto.yml")
    with pytest.raises(InputError, match=r"_quarto.yml:2: unknown format 'htlm'"):
        options.refuse_document(document, "top")


@pytest.mark.parametrize(("row", "level"), rows_at("index", "chapter"), ids=ids)
def test_front_matter(row, level):
    """Names at the top of a chapter, and there below a format."""
    source = "index.qmd" if level == "index" else "one.qmd"
    some = {"format": "html"}
    text = "---\n{}: {}\n---\n"
    met(row, lambda name: qmd.parse_text(text.format(name, some.get(name, "some")), source))
    below = "---\nformat:\n  html:\n    {}: some\n---\n"
    met(row, lambda name: qmd.parse_text(below.format(name), source))


@pytest.mark.parametrize(("row", "level"), rows_at("cell"), ids=ids)
def test_cells(row, level):
    """Options of cells, with and without a blank after the hash."""
    for start in ("#|", "# |"):
        text = "```{{python}}\n{} {}: some\nx\n```\n"
        met(row, lambda name, s=start, t=text: qmd.parse_text(t.format(s, name), "one.qmd"))


@pytest.mark.parametrize(("row", "level"), rows_at("div", "span"), ids=ids)
def test_divs_and_spans(tmp_path, row, level):
    """Classes keep their text in both formats, or stop with the line."""
    written = "::: {{.{}}}\n## Head\n\nwords\n:::\n" if level == "div" else "[words]{{.{}}}\n"
    examples = {"columns": ":::: {.columns}\n::: {.column}\nwords\n:::\n::::\n"}

    def check(name: str) -> None:
        for kind in ("html", "typst"):
            chapters = {"one.qmd": f"# One\n\n{examples.get(name, written.format(name))}"}
            page = resolved(tmp_path, chapters, kind).pages[-1]
            gone = name in ("hidden", "content-hidden")
            assert ("words" in str(page.blocks)) is not gone or name == "pagebreak"

    met(row, check)


SHORTCODES = {
    "include": "{{< include two.qmd >}}", "meta": "{{< meta book.title >}}",
    "var": "{{< var name >}}", "env": "{{< env HOME >}}",
}  # fmt: skip


@pytest.mark.parametrize(("row", "level"), rows_at("shortcode"), ids=ids)
def test_shortcodes(tmp_path, row, level):
    """They are replaced, or stop with the line."""

    def check(name: str) -> None:
        text = SHORTCODES.get(name, f"{{{{< {name} word >}}}}")
        (tmp_path / "two.qmd").write_text("words\n")
        (tmp_path / "_variables.yml").write_text("name: value\n")
        page = resolved(tmp_path, {"one.qmd": f"# One\n\n{text}\n"}).pages[-1]
        assert page.blocks and "{<" not in str(page.blocks)

    met(row, check)


@pytest.mark.parametrize(("row", "level"), rows_at("fence"), ids=ids)
def test_fences(row, level):
    """Cells are Python; some others are code, and some are refused."""
    annotated = "```python\nx # <1>\n```\n"
    written = {"code-annotation": annotated}

    def check(name: str) -> None:
        qmd.parse_text(written.get(name, f"```{{{name}}}\nx\n```\n"), "one.qmd")

    met(row, check)


def test_what_is_applied_is_read():
    """Each name of configuration, chapters and cells that is applied occurs in the code."""
    code = "\n".join(path.read_text() for path in SOURCES.rglob("*.py"))
    endings = {f"-{end}" for end in ("title", "prefix", "labels", "cap", "subcap", "cap-location")}
    for row, level in ROWS:
        if row.verdict != "applied" or level in ("div", "span", "fence", "shortcode"):
            continue
        for name in row.names:
            start, dash, _ = name.partition("-")
            ending = name.removeprefix(start)
            composed = ending in endings and f'}}{ending}"' in code
            assert f'"{name}"' in code or composed, f"{level}: {name}"


def test_what_is_applied_to_divs_has_a_construct():
    """Each class of a div that is applied is named in the table of constructs."""
    named = str([construct.example for construct in constructs.TABLE])
    known = Path(constructs.__file__).parent.glob("*.py")
    code = named + "".join(path.read_text() for path in known)
    for name in [n for n, row in options.at("div").items() if row.verdict == "applied"]:
        assert f'"{name}"' in code, name


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("foo-bar: 1\n", None),
        ("temperature: 400 K\n", None),
        ("data: x\n", None),
        ("lnag: de\n", "did you mean 'lang'?"),
        ("titel: x\n", "did you mean 'title'?"),
        ("crossref:\n  chapter: true\n", "did you mean 'chapters'?"),
        ("project:\n  bibliography: a.bib\n", "it may stand at: top, html, typst, index, chapter"),
        ("format:\n  html:\n    mainfont: Arial\n    dpi: 300\n    embed-resources: true\n", None),
        ("format:\n  html:\n    doi: x\n    pdf-engine: x\nexecute:\n  message: false\n", None),
        ("format:\n  html:\n    citation-location: document\n", None),
        ("format:\n  html:\n    citation-location: margin\n", "'citation-location'"),
        ("filters: []\n", None),
    ],
)
def test_names_of_ones_own(text, message):
    """Metadata of the book's own pass unless they are nearly a known name."""

    def read() -> None:
        document = yamlfile.load(text, "_quarto.yml")
        options.refuse(document, ("project",), "project")
        options.refuse_document(document, "top")

    if message is None:
        return read()
    with pytest.raises(InputError) as refused:
        read()
    assert message in str(refused.value)


CITED = "# One\n\n@knuth1984 and @fig-a.\n\n![A](a.svg){#fig-a}\n"


def test_options_of_a_format_win(tmp_path):
    """Words, works and numbers below a format hold for that format alone."""
    config = """
    crossref: {labels: alpha A, fig-title: Fig}
    format:
      html:
        lang: de
        bibliography: [works.bib, more.bib]
        crossref: {fig-title: Bild, ref-hyperlink: false}
      typst: {toc-title: What is inside}
    """
    (tmp_path / "more.bib").write_text("@book{two, author={Two, T.}, title={T}, year={2002}}\n")
    text = {"one.qmd": CITED + "\n@two"}
    page = resolved(tmp_path, text, config=config).pages[-1]
    shown = str(page.blocks)
    assert "Bild\\xa01.A" in shown and "'xref'" not in shown
    with pytest.raises(InputError, match="'@two' is not in the bibliography"):
        resolved(tmp_path, text, "typst", config=config)
    project = projects.load(book(tmp_path, {"one.qmd": CITED}, config=config))
    assert project.format_options("typst")["toc-title"] == "What is inside"
    assert project.format_options("html")["crossref"]["labels"] == "alpha A"
