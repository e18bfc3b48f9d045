"""The names that a book may use: configuration keys, cell options, and how misspelt ones are met.

Names in ``IGNORED`` tables are Quarto's own and have no meaning here (they style Quarto's
website, or LaTeX, or its cache): they are accepted so that a book need not be changed.
"""

from collections.abc import Collection
from difflib import get_close_matches

from press.book.yamlfile import Document, Path
from press.ground.errors import InputError


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


CELL_OPTIONS = _names("""
    label tags id classes echo eval include output warning error code-fold code-summary
    fig-cap fig-subcap fig-alt fig-align fig-width fig-height fig-cap-location
    tbl-cap tbl-subcap tbl-colwidths tbl-cap-location cap-location lst-cap lst-label
    layout layout-ncol layout-nrow layout-align layout-valign out-width out-height
    column fig-column tbl-column cap-column filename panel
    cache freeze message fig-link fig-pos fig-env fig-scap fig-format fig-dpi fig-show
    code-overflow code-line-numbers html-table-processing export
""")

PROJECT_KEYS = _names("""
    type output-dir lib-dir render execute-dir resources title preview pre-render post-render
    detect
""")

BOOK_KEYS = _names("""
    title subtitle author date date-format abstract chapters appendices references output-file
    doi description keywords cover-image cover-image-alt
    repo-url repo-branch repo-subdir repo-actions repo-link-target repo-link-rel issue-url
    downloads sharing tools favicon search site-url site-path open-graph twitter-card navbar
    sidebar page-navigation back-to-top-navigation bread-crumbs reader-mode cookie-consent
    comments google-analytics page-footer page-header body-header body-footer margin-header
    margin-footer image image-alt other-links code-links announcement license copyright
    creator contributor publisher identifier date-modified plausible-analytics draft-mode drafts
    llms-txt
""")

EXECUTE_KEYS = _names("""
    echo eval include output warning error cache freeze enabled daemon daemon-restart debug
    ipynb-shell-interactivity plotly-connected keep-ipynb keep-md fig-width fig-height
""")

CROSSREF_KEYS = _names("""
    chapters appendix-title appendix-delim title-delim labels subref-labels ref-hyperlink
    fig-title tbl-title lst-title eq-title sec-title fig-prefix tbl-prefix lst-prefix eq-prefix
    sec-prefix fig-labels tbl-labels lst-labels eq-labels sec-labels lof-title lot-title lol-title
    thm-title lem-title cor-title prp-title cnj-title def-title exm-title exr-title
    thm-prefix lem-prefix cor-prefix prp-prefix cnj-prefix def-prefix exm-prefix exr-prefix
    thm-labels lem-labels cor-labels prp-labels cnj-labels def-labels exm-labels exr-labels
    chapter-id maxHeading
""")

TOP_KEYS = _names("""
    project book profile format execute crossref bibliography csl nocite lang date-format website
    number-sections number-depth number-offset toc toc-depth toc-title toc-location title subtitle
    author date abstract abstract-title description keywords link-citations citations-hover
    link-bibliography notebook-links editor jupyter engine filters shortcodes theme license
    copyright language metadata-files resources code-fold code-tools code-copy
    code-summary code-overflow code-line-numbers code-link highlight-style fig-cap-location
    tbl-cap-location cap-location fig-align fig-width fig-height fig-format fig-dpi df-print
    reference-location reference-section-title suppress-bibliography citeproc citation-location
    cite-method from comments google-scholar citation lightbox
    knitr revealjs html typst pdf bread-crumbs search server brand axe execute-dir include-in-header
    include-before-body include-after-body header-includes css title-block-banner papersize margin
    mainfont fontsize date-modified plotly-connected html-math-method smart validate-yaml
    variables environment callout-appearance callout-icon format-links doi funding ipynb-filters
""")

FORMAT_KEYS = _names("""
    theme css toc toc-depth toc-title toc-location toc-expand number-sections number-depth
    number-offset code-fold code-summary code-tools code-copy code-overflow code-line-numbers
    code-link code-annotations highlight-style html-math-method embed-resources self-contained
    standalone anchor-sections smooth-scroll page-layout grid link-external-newwindow
    link-external-icon citations-hover footnotes-hover crossrefs-hover fig-width fig-height
    fig-format fig-dpi fig-align fig-responsive fig-cap-location tbl-cap-location cap-location
    mainfont monofont mathfont sansfont fontsize fontcolor linestretch backgroundcolor max-width
    papersize margin margin-geometry columns section-numbering citeproc keep-typ keep-md keep-tex
    template template-partials include-in-header include-before-body include-after-body
    output-file output-ext lang date-format title-block-style title-block-banner
    title-block-categories lightbox plotly-connected df-print execute crossref bibliographystyle
    csl email-obfuscation html-q-tags section-divs pdf-standard font-paths logo brand callout-icon
    callout-appearance reference-location citation-location other-links code-links format-links
    link-citations mermaid include notebook-links appendix-style respect-user-color-scheme
    identifier-prefix axe minimal wrap filters documentclass classoption geometry number
    colorlinks keep-ipynb toc-indent shift-heading-level-by syntax-highlighting lof lot thanks
    title-prefix cover-image linkcolor link-color codefont body-classes canonical-url comments
    dpi tbl-colwidths fig-cap-location
""")

QUARTO = "render with Quarto: --engine quarto"
NOT_DONE = {
    ("filters",): QUARTO,
    ("format", "html", "filters"): QUARTO,
    ("format", "typst", "filters"): QUARTO,
    ("shortcodes",): QUARTO,
    ("metadata-files",): "write what they hold into _quarto.yml, or a _metadata.yml",
    ("project", "pre-render"): "run it before the render, and take it out",
    ("project", "post-render"): "run it after the render, and take it out",
    ("include-before-body",): "write it into a chapter",
    ("include-after-body",): "write it into a chapter",
}
"""Keys that change what a book says and are not understood -> what to do instead."""

SHORTCODES = ("include", "meta", "var", "env", "pagebreak", "kbd")


def nearest(name: str, known: Collection[str]) -> str | None:
    """Give the known name that a misspelt one most resembles, if any does."""
    cutoff = 0.75 if len(name) > 3 else 0.5  # of a short name, one wrong letter is much
    close = get_close_matches(name, sorted(known), n=1, cutoff=cutoff)
    return close[0] if close else None


def refuse_not_done(document: Document) -> None:
    """Refuse what Quarto would do and this renderer does not.

    Raises
    ------
    InputError
        With the file and the line.
    """
    for path, advice in NOT_DONE.items():
        found = document.data
        for key in path:
            found = found.get(key) if isinstance(found, dict) else None
        if found:
            raise InputError(
                f"'{path[-1]}' is not understood",
                file=document.file,
                line=document.line(path),
                rule="it would change the book; see the table in press/README.md",
                advice=advice,
            )


def refuse_unknown(
    document: Document, path: Path, known: Collection[str], what: str, *, strict: bool = True
) -> None:
    """Refuse names that are not known.

    Parameters
    ----------
    document : Document
        Where the names stand.
    path : tuple
        Path of the mapping whose keys are looked at.
    known : collection of str
        The names that are understood.
    what : str
        What such a name is called in the message.
    strict : bool
        Whether every unknown name is refused, or only one that resembles a known name (where
        a book may have names of its own).

    Raises
    ------
    InputError
        With the file, the line and the nearest known name.
    """
    mapping = document.data
    for key in path:
        mapping = mapping.get(key) if isinstance(mapping, dict) else None
    if not isinstance(mapping, dict):
        return
    for name in map(str, mapping):
        if name in known:
            continue
        close = nearest(name, known)
        if strict or close:
            raise InputError(
                f"unknown {what} '{name}'",
                file=document.file,
                line=document.line((*path, name)),
                advice=f"did you mean '{close}'?"
                if close
                else f"known: {', '.join(sorted(known))}",
            )
