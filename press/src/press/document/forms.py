"""The forms of a resolved book: what it is made of besides pandoc's own elements.

Reading makes them (`press.resolving`), both writers take them (`press.site`, `press.pdf`), and
between the two nothing is told by the name of a class in a text. A form stands in pandoc's tree as
the content of an element (`press.document.tree.node`); its fields are in the order of the page.
Fields that are lists hold elements: blocks, or inlines where the docstring says so. A number is
empty until `press.resolving.numbering` gives it.

A new construct is a class here, its reading in `press.resolving.constructs`, and a handler in the
table of each writer; a table that lacks one is refused when it is made (`complete`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Form:
    """What every form is."""


def complete(table: Mapping[object, Callable]) -> Mapping[object, Callable]:
    """Give back the table of a writer, which has a handler for each form.

    Raises
    ------
    TypeError
        It lacks one.
    """
    lacking = [form.__name__ for form in Form.__subclasses__() if form not in table]
    if lacking:
        raise TypeError(f"the writer has no handler for {', '.join(lacking)}")
    return table


# --- with a number ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Section(Form):
    """A heading below the chapter's title.

    Attributes
    ----------
    level : int
        2 for a section, 3 for one below it, ...
    title : list
        Inlines.
    identifier, number : str
    classes : tuple of str
        The author's, for example ``"unlisted"``.
    """

    level: int
    title: list
    identifier: str = ""
    number: str = ""
    classes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Float(Form):
    """A figure, table or listing with a label.

    Attributes
    ----------
    kind : str
        ``"figure"``, ``"table"`` or ``"listing"``.
    identifier : str
        The label.
    body : list
        What it shows.
    caption : list
        Inlines; empty without a caption.
    above : bool
        Whether the caption stands above.
    name, number, delimiter : str
        As captions begin, for example ``"Figure"``, ``"2.1"`` and ``":"``.
    """

    kind: str
    identifier: str
    body: list
    caption: list
    above: bool
    name: str = ""
    number: str = ""
    delimiter: str = ":"


@dataclass(frozen=True)
class Subfloat(Form):
    """A part of a float; the attributes are those of `Float`, the number is a letter."""

    identifier: str
    body: list
    caption: list
    number: str = ""


@dataclass(frozen=True)
class Equation(Form):
    """A displayed formula with a label; `formula` holds pandoc's Math, an inline."""

    identifier: str
    formula: list
    number: str = ""


@dataclass(frozen=True)
class Theorem(Form):
    """A theorem, definition, example, ...

    Attributes
    ----------
    kind : str
        ``"thm"``, ``"def"``, ...
    identifier : str
        The label.
    title : list
        Inlines: its name; after numbering "Theorem 2.1 (Name)".
    body : list
        What it says.
    classes : tuple of str
        The author's.
    """

    kind: str
    identifier: str
    title: list
    body: list
    classes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Callout(Form):
    """A box with a title.

    Attributes
    ----------
    kind : str
        ``"note"``, ``"tip"``, ``"warning"``, ``"important"`` or ``"caution"``.
    title : list
        Inlines; with a label, after numbering, "Note 2.1: Title".
    body : list
    identifier : str
    collapse : bool or None
        Whether it is closed at first; None if it cannot be closed.
    """

    kind: str
    title: list
    body: list
    identifier: str = ""
    collapse: bool | None = None


# --- arranging --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Panel:
    """A place in a row of a `Layout`: its share of the width and its content (none in a gap)."""

    share: float
    content: list


@dataclass(frozen=True)
class Layout(Form):
    """Blocks beside each other, in rows whose shares add up to 1."""

    rows: tuple[tuple[Panel, ...], ...]


@dataclass(frozen=True)
class Column:
    """A column of `Columns`; `width` is in percent, None for an equal share."""

    width: str | None
    content: list


@dataclass(frozen=True)
class Columns(Form):
    """Text in columns."""

    columns: tuple[Column, ...]
    identifier: str = ""


@dataclass(frozen=True)
class Tab:
    """A tab of a `Tabset`; `title` holds inlines."""

    title: list
    content: list


@dataclass(frozen=True)
class Tabset(Form):
    """Tabs; in print one below another."""

    tabs: tuple[Tab, ...]
    identifier: str = ""


@dataclass(frozen=True)
class Landscape(Form):
    """Pages on their side."""

    content: list


@dataclass(frozen=True)
class PageBreak(Form):
    """What follows begins a page in print."""


@dataclass(frozen=True)
class Proof(Form):
    """A proof, remark or solution; its kind has been written before its first words."""

    kind: str
    content: list
    identifier: str = ""
    classes: tuple[str, ...] = ()


# --- what cells show --------------------------------------------------------------------------


@dataclass(frozen=True)
class Source(Form):
    """The code of a cell.

    Attributes
    ----------
    content : list
        The code.
    fold : str
        ``"false"``; on the website ``"true"`` folds it away and ``"show"`` makes it foldable.
    summary : str
        What is written beside folded code.
    """

    content: list
    fold: str
    summary: str


@dataclass(frozen=True)
class Printed(Form):
    """Text that a cell printed; `classes` says by what: ``"stderr"``, ``"error"`` or nothing."""

    content: list
    classes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plotly(Form):
    """An interactive figure.

    Attributes
    ----------
    data : str
        Path of its JSON from the project.
    static : list
        What is shown in print, and where no script runs.
    """

    data: str
    static: list


@dataclass(frozen=True)
class Provenance(Form):
    """Where a figure, a table or a page comes from."""

    content: list


@dataclass(frozen=True)
class NamedCode(Form):
    """Code with the name of its file."""

    name: str
    code: list


# --- leading elsewhere ------------------------------------------------------------------------


@dataclass(frozen=True)
class Reference(Form):
    """A reference by number, such as "Figure 2.1".

    Attributes
    ----------
    inlines : list
        What is read.
    url : str
        Seen from the page.
    target : str
        The label.
    """

    inlines: list
    url: str
    target: str


@dataclass(frozen=True)
class InternalLink(Form):
    """A link that the author wrote to a place of the book; the attributes are `Reference`'s.

    Attributes
    ----------
    identifier, title, classes, pairs
        The author's.
    """

    inlines: list
    url: str
    target: str
    identifier: str = ""
    title: str = ""
    classes: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Citation(Form):
    """One place that cites works: their keys, and the inlines that are read."""

    keys: tuple[str, ...]
    inlines: list


@dataclass(frozen=True)
class Work(Form):
    """An entry of the list of works cited; its identifier is ``ref-`` and the key."""

    identifier: str
    content: list


@dataclass(frozen=True)
class References(Form):
    """The list of works cited; `works` holds elements of the form `Work`."""

    works: list
    identifier: str = "refs"
