"""Files of the website: copies of images and linked files, and the addresses that lead to them."""

import posixpath
import re
import shutil
from pathlib import Path, PurePosixPath
from urllib.parse import quote, unquote, urlsplit

import imagesize

from press.ground.errors import InputError
from press.ground.files import file_sha256

CSS_PIXELS_PER_INCH = 96


def is_external(url: str) -> bool:
    """Tell whether an address has a scheme or host of its own (``https:``, ``mailto:``, ``//``)."""
    parts = urlsplit(url)
    return bool(parts.scheme or parts.netloc)


def relative_url(target: str, page: str) -> str:
    """Address of a file of the site as seen from one of its pages.

    Examples
    --------
    >>> relative_url("tables/cg/scores.csv", "chapters/one.html")
    '../tables/cg/scores.csv'
    """
    return quote(posixpath.relpath(target, posixpath.dirname(page) or "."), safe="/#")


class SiteFiles:
    """Copies what pages link to and show, and gives the addresses to write into the pages.

    Parameters
    ----------
    root : Path
        Folder of the project.
    out : Path
        Folder of the website.
    made : set of str
        Paths in `out` that others write: the pages themselves and the PDF.
    """

    def __init__(self, root: Path, out: Path, made: set[str]):
        self.root, self.out, self.made = root.resolve(), out, made
        self._pictures: dict[str, str] = {}

    def link(self, url: str, source: str, page: str) -> str:
        """Address of a linked file, which is copied into the site.

        Parameters
        ----------
        url : str
            As the author wrote it: with a scheme (kept), an anchor (kept), relative to the
            chapter, or from the project's root (``/tables/scores.csv``).
        source, page : str
            The chapter's source and its page, from the root.

        Raises
        ------
        InputError
            If there is no such file.
        """
        if not url or url.startswith("#") or is_external(url):
            return url
        path, _, anchor = url.partition("#")
        path = self._from_root(unquote(path), posixpath.dirname(source))
        target = self._pictures.get(_digest(self.root / path), path)
        if target not in self.made:
            self._copy(path, target, source)
        return relative_url(target, page) + (f"#{anchor}" if anchor else "")

    def image(self, path: str, source: str, page: str) -> tuple[str, tuple[int, int] | None]:
        """Address and size in CSS pixels of an image given by its path from the root."""
        path = self._from_root(unquote(path), "")
        target = re.sub(r"^\.press/(media/)?", "site_media/", path)
        self._copy(path, target, source)
        self._pictures[_digest(self.root / path)] = target  # a link to the same picture leads here
        return relative_url(target, page), image_size(self.root / path)

    def script(self, path: str, text: str, page: str) -> str:
        """Write what a page loads on demand, beside the images; give its address.

        It is a script, because a page opened as a file may not fetch other data.
        """
        target = re.sub(r"^\.press/(media/)?", "site_media/", path) + ".js"
        (self.out / target).parent.mkdir(parents=True, exist_ok=True)
        (self.out / target).write_text(text, encoding="utf-8")
        return relative_url(target, page)

    def resources(self, patterns: list[str]) -> None:
        """Copy the files and folders that the project names as resources of its site."""
        for pattern in patterns:
            for found in sorted(self.root.glob(pattern.strip("/"))):
                files = [found] if found.is_file() else sorted(found.rglob("*"))
                for file in filter(Path.is_file, files):
                    path = file.relative_to(self.root).as_posix()
                    self._copy(path, path, "_quarto.yml")

    def _from_root(self, path: str, folder: str) -> str:
        """Path from the root of one written relative to a folder, or from the root with a ``/``."""
        return posixpath.normpath(
            path.lstrip("/") if path.startswith("/") else posixpath.join(folder, path)
        )

    def _copy(self, path: str, target: str, source: str) -> None:
        file = self.root / path
        if PurePosixPath(path).parts[:1] == ("..",) or not file.is_file():
            raise InputError(
                f"'{path}' is no file of the project",
                file=source,
                rule="what a page links to or shows must exist, so that the site has no dead ends",
                advice="correct the path: relative to the chapter, or '/...' from the root",
            )
        copy = self.out / target
        if not copy.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)


def _digest(path: Path) -> str:
    return file_sha256(path) if path.is_file() else ""


def image_size(file: Path) -> tuple[int, int] | None:
    """Width and height of an image in CSS pixels; None if it does not say.

    A resolution that the file states tells how many of its pixels make an inch.
    """
    is_vector = file.suffix.lower() == ".svg"
    try:
        size = imagesize.get(file)
    except ValueError:
        size = (-1, -1)
    if is_vector and min(size) <= 0:  # it states no lengths
        size = _view_box(file.read_text(encoding="utf-8", errors="replace")[:4000])
    if min(size) <= 0:
        return None
    dots = 0 if is_vector else max(imagesize.getDPI(file))
    scale = CSS_PIXELS_PER_INCH / max(dots, CSS_PIXELS_PER_INCH)
    return round(size[0] * scale), round(size[1] * scale)


def _view_box(text: str) -> tuple[float, float]:
    box = re.search(r'<svg\b[^>]*viewBox="[-\d.]+[ ,]+[-\d.]+[ ,]+([\d.]+)[ ,]+([\d.]+)"', text)
    return (float(box[1]), float(box[2])) if box else (-1, -1)
