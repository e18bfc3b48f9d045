"""Figures, tables, equations and citations on a page."""

import json


def test_captions_have_numbers_and_images_alternative_texts(pages):
    """`Figure 1.1: ...`, the label alone without a caption, `(a) ...` for parts."""
    soup = pages["chapters/one.html"]
    captions = [" ".join(c.get_text().split()) for c in soup.select("figcaption")]
    assert captions[0].startswith("Figure 1.1: A disc of")
    assert captions[1:] == ["(a) Left", "(b)", "Figure 1.2"]
    assert [i["alt"] for i in soup.select("main img")] == ["A red disc", "Left disc", "Right disc"]
    table = pages["chapters/more.html"].select_one("figure#tbl-t")
    assert [child.name for child in table.find_all(recursive=False)] == ["figcaption", "div"]


def test_provenance_stands_below_the_caption(pages):
    """A figure ends with its code and where it comes from; the link to its numbers is relative."""
    figure = pages["chapters/one.html"].select_one("#fig-a")
    parts = [part.name for part in figure.find_all(recursive=False)]
    assert parts == ["div", "figcaption", "details", "div"]
    assert figure.select_one(".provenance a")["href"] == "../tables/scores.csv"


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


def test_interactive_figures_come_on_demand(site, pages):
    """The page shows the picture; data and the small library are files that it names."""
    place = pages["chapters/one.html"].select_one(".press-plotly")
    assert place.select_one(".press-plotly-static")
    script = (site / "chapters" / place["data-figure"]).read_text()
    figure = json.loads(script.removeprefix("window.plotlyFigure = ").removesuffix(";"))
    assert figure["data"][0]["name"] == "</script>"
    tag = pages["chapters/one.html"].select_one("script[data-plotly]")
    assert (site / "chapters" / tag["data-plotly"]).name == "plotly-gl3d.min.js"
    assert not (site / "site_libs" / "plotly.min.js").exists()
    assert "plotly" not in str(pages["index.html"].head)
