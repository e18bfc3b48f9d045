"""One website of several editions: each in a folder of its own, and a way from one to the other."""

import json
import shutil
from collections.abc import Iterable
from pathlib import Path

from press.book import project as projects
from press.book.project import Project
from press.build.render import render
from press.ground.errors import InputError
from press.ground.folders import replacing
from press.ground.progress import Progress

MARK = ".press-site"
LIST = Path("site_libs") / "editions.js"
FIRST_PAGE = """<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<meta http-equiv="refresh" content="0; url={0}/index.html">
<title>{0}</title>
</head>
<body><p><a href="{0}/index.html">{0}</a></p></body>
</html>
"""


def assemble(root: Path, folder: Path, progress: Progress = lambda line: None) -> list[str]:
    """Render every edition whose data are at hand, and put their websites side by side.

    Parameters
    ----------
    root : Path
        Folder of ``_quarto.yml``; an edition is a profile, ``_quarto-NAME.yml``.
    folder : Path
        Of the site; it is replaced as a whole.
    progress : callable
        Is told about each step, and about the editions that are left out.

    Returns
    -------
    list of str
        The editions that are in it, that of the book first.

    Raises
    ------
    InputError
        No edition could be rendered, or the folder holds something else.
    """
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARK).is_file():
        raise InputError(
            f"'{folder.name}' holds something else",
            rule="the folder of the site is replaced as a whole",
            advice="move it away",
        )
    rendered = {}
    for name in editions(root):
        try:
            rendered[name] = render(root, profile=name, progress=progress)
        except InputError as error:
            progress(f"left out the edition {name}: {error.message}")
    if not rendered:
        raise InputError(
            "no edition could be rendered",
            rule="an edition is a profile _quarto-NAME.yml whose data are at hand",
        )
    with replacing(folder) as new:
        for name, book in rendered.items():
            shutil.copytree(book, new / name)
            _tell_of_others(new / name, name, _titles(root, rendered))
        (new / MARK).write_text("Made by thesis site, which replaces it.\n", encoding="utf-8")
        (new / "index.html").write_text(FIRST_PAGE.format(next(iter(rendered))), encoding="utf-8")
    return list(rendered)


def editions(root: Path) -> list[str]:
    """Name the profiles of a book, its default first."""
    names = sorted(path.stem.removeprefix("_quarto-") for path in root.glob("_quarto-*.yml"))
    default = projects.load(root).profiles
    return sorted(names, key=lambda name: name not in default)


def _titles(root: Path, names: Iterable[str]) -> dict[str, str]:
    return {name: _title(projects.load(root, name), name) for name in names}


def _title(project: Project, name: str) -> str:
    return str(project.book.get("subtitle") or name)


def _tell_of_others(book: Path, name: str, titles: dict[str, str]) -> None:
    """Write what the pages read to show the switch."""
    listed = [
        {"folder": other, "title": title, "here": other == name} for other, title in titles.items()
    ]
    said = f"window.editions = {json.dumps(listed, ensure_ascii=False)};\n"
    (book / LIST).write_text(said, encoding="utf-8")
