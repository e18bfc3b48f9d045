"""Random edits, each followed by a render: the book is, byte for byte, that of a clean render."""

import random
import shutil

from support.books import CONFIG, LAW, ONE, TWO, Book

STEPS = 3
EDITS = {
    "prose": lambda n: ("index.qmd", f"# Preface {{.unnumbered}}\n\nRead @sec-one, {n}.\n"),
    "heading": lambda n: ("chapters/02-two.qmd", TWO.replace("# Two", f"# Two and {n}")),
    "cell": lambda n: ("chapters/01-one.qmd", ONE.replace("law.table, seed", f"law.table, {n}")),
    "constant": lambda n: ("lab/constants.py", f"FACTOR = {n}\n"),
    "code": lambda n: ("lab/law.py", LAW.replace("range(3)", f"range({n}, {n} + 3)")),
    "comment": lambda n: ("lab/law.py", LAW + f"# {n}\n"),
    "data": lambda n: ("data.txt", f"{n}"),
    "title": lambda n: ("_quarto.yml", CONFIG.replace("A small book", f"Book {n}")),
    "order": lambda n: ("_quarto.yml", CONFIG.replace("01-one", "X").replace("02-two", "01-one")
                        .replace("X", "02-two") if n % 2 else CONFIG),
}  # fmt: skip


def test_incremental_equals_clean(tmp_path):
    """Website, PDF, search index and tables; and what was not edited is not made again."""
    choice = random.Random(1)
    book = Book(tmp_path / "book")
    for _ in range(STEPS):
        book.thesis("render", "--to", "html")
        book.write(*EDITS[choice.choice([*EDITS])](choice.randint(1, 4)))
    book.thesis("render")
    assert "nothing changed" in book.thesis("render")
    mine = book.files("_book", "tables")
    for name in ("_book", "tables", ".press"):
        shutil.rmtree(book.root / name)
    book.thesis("render")
    assert book.files("_book", "tables") == mine
