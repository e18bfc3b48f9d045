"""Small books on disk, and the facts that a rendered page shows."""

import re
import shutil
import textwrap
from pathlib import Path

from bs4 import BeautifulSoup
from press.book import project as projects
from press.book import qmd
from press.execution.executions import NOTHING
from press.resolving.resolve import resolve

CASES = Path(__file__).parents[1] / "cases"
SVG = """<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">
<rect width="9" height="9"/></svg>"""
CONFIG = """
project:
  type: book
  execute-dir: project
book:
  title: A book
  chapters: [{chapters}]
  appendices: [{appendices}]
bibliography: works.bib
"""
WORKS = "@book{knuth1984, author={Knuth, Donald E.}, title={The TeXbook}, year={1984}}\n"


def case(name: str, folder: Path) -> Path:
    """Copy one of the two books whose rendering by stock Quarto is known."""
    return Path(shutil.copytree(CASES / name, folder / name))


def book(folder: Path, chapters: dict[str, str], *, appendices=(), config: str = "") -> Path:
    """Write a book.

    Parameters
    ----------
    folder : Path
        Where.
    chapters : dict
        Source -> text; ``index.qmd`` is added if it is not among them.
    appendices : sequence of str
        Which of them are appendices.
    config : str
        Further lines of ``_quarto.yml``.
    """
    texts = {"index.qmd": "# Preface {.unnumbered}\n"} | chapters
    listed = {
        "chapters": ", ".join(name for name in texts if name not in appendices),
        "appendices": ", ".join(appendices),
    }
    write(folder / "_quarto.yml", CONFIG.format(**listed) + textwrap.dedent(config))
    write(folder / "works.bib", WORKS)
    write(folder / "a.svg", SVG)
    for name, text in texts.items():
        write(folder / name, textwrap.dedent(text))
    return folder


def write(path: Path, text: str) -> Path:
    """Write a file and the folders it needs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def resolved(folder: Path, chapters: dict[str, str], format_name: str = "html", **kwargs):
    """Resolve a book that executes nothing."""
    root = book(folder, chapters, **kwargs)
    project = projects.load(root)
    sources = {item.source: qmd.read(root / item.source, root) for item in project.items}
    return resolve(project, sources, dict.fromkeys(sources, NOTHING), format_name)


def facts(site: Path) -> dict:
    """Read from the pages of a site what `cases/expected` has of stock Quarto's."""
    pages = {
        page.relative_to(site).as_posix(): _facts_of(BeautifulSoup(page.read_text(), "lxml"))
        for page in sorted(site.rglob("*.html"))
        if page.name != "404.html"
    }
    index = BeautifulSoup((site / "index.html").read_text(), "lxml")
    entries = index.select("#quarto-sidebar .sidebar-item-text, #quarto-sidebar .menu-text")
    return pages | {"navigation": [_text(entry) for entry in entries]}


def expected(facts_of_quarto: dict) -> dict:
    """Bring Quarto's facts to the same form: equations apart, mathematics as TeX."""
    return {
        name: _expected_page(page) if isinstance(page, dict) else page
        for name, page in facts_of_quarto.items()
    }


def _facts_of(soup: BeautifulSoup) -> dict:
    main = soup.find("main")
    equations = []
    for equation in main.select("span.press-equation"):
        tex = _squeezed(equation.find("annotation").get_text())
        equations.append([tex, _text(equation.select_one(".equation-number")).strip("()")])
        equation.decompose()
    for mathematics in main.select("math"):
        mathematics.replace_with(rf"\({mathematics.find('annotation').get_text()}\)")
    main.smooth()
    headings = (h for h in main.select("h2, h3, h4") if not h.find_parent(class_="callout"))
    return {
        "title": _text(soup.select_one("h1.title")),
        "headings": [_text(heading) for heading in headings],
        "references": [[_text(a), _page_only(a["href"])] for a in main.select("a.quarto-xref")],
        "captions": [_text(caption) for caption in main.select("figcaption, caption")],
        "citations": [_text(citation) for citation in main.select("span.citation")],
        "equations": equations,
        "paragraphs": [
            _text(p) for p in main.select("p") if _text(p) and not p.find_parent("figcaption")
        ],
        "footnotes": len(main.select("section.footnotes li")),
        "images_alt": [image.get("alt", "") for image in main.select("img")],
    }


def _expected_page(page: dict) -> dict:
    equations, paragraphs = [], []
    for text in page["paragraphs"]:
        mathjax = re.fullmatch(r"\\\[ (.*) \\tag\{(.*)\}\\\]", text)
        mathml = re.fullmatch(r".*\((?P<number>\S+?)\) (?P<tex>.*) \\qquad\((?P=number)\)", text)
        if mathjax:
            equations.append([mathjax[1], mathjax[2]])
        elif mathml:
            equations.append([mathml["tex"], mathml["number"]])
        else:
            paragraphs.append(_tex_only(text))
    kept = {name: page[name] for name in page if name != "equation_tags"}
    references = [[text, _page_only(url)] for text, url in page["references"]]
    return kept | {"equations": equations, "paragraphs": paragraphs, "references": references}


def _tex_only(text: str) -> str:
    r"""Leave of Quarto's inline MathML only its TeX; the basics book has one such formula."""
    return text.replace(r"f(x)=∑iwixif(x)=\sum_i w_i x_i", r"\(f(x)=\sum_i w_i x_i\)")


def _page_only(url: str) -> str:
    """Leave out the anchor of a chapter's title: Quarto links to the page."""
    page, hash_sign, anchor = url.partition("#")
    return page if page and anchor.startswith("sec-") else page + hash_sign + anchor


def _text(element) -> str:
    return _squeezed(element.get_text()) if element is not None else ""


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("\N{NO-BREAK SPACE}", " ")).strip()
