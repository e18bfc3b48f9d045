"""Pictures and figure data that cells displayed, kept as files named after their content."""

import base64
from hashlib import sha256
from pathlib import Path

from press.ground.files import write_if_changed

FOLDER = Path(".press") / "media"


class MediaFolder:
    """Where one chapter's displayed pictures are kept.

    Parameters
    ----------
    root : Path
        The book.
    source : str
        The chapter.
    """

    def __init__(self, root: Path, source: str):
        self._root = root
        self._folder = FOLDER / Path(source).with_suffix("")

    def keep(self, name: str, ending: str, data: str) -> str:
        """Keep a picture.

        Parameters
        ----------
        name : str
            What it shows: the cell's label and a number.
        ending : str
            ``"svg"``, ``"png"``, ``"jpg"`` or ``"json"``; pictures other than SVG are base64.
        data : str
            As in the notebook.

        Returns
        -------
        str
            Path relative to the book.
        """
        is_text = ending in ("svg", "json")
        content = data.encode() if is_text else base64.b64decode(data)
        digest = sha256(content).hexdigest()[:8]
        path = self._folder / f"{name}-{digest}.{ending}"
        write_if_changed(self._root / path, content)
        return path.as_posix()
