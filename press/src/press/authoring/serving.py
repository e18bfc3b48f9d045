"""A web server for one reader on this machine: the pages of a folder, and news of what changed.

It listens on the loopback interface only, and every address begins with a random token, so that
neither another machine nor another user's page can read what is served.
"""

import json
import mimetypes
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

HOST = "127.0.0.1"
SCRIPT = Path(__file__).with_name("preview.js")
BEAT = 10.0
"""Seconds after which a silent connection is tried again, so that a closed one is noticed."""
WAITING = "<!DOCTYPE html><html><head><title>Preview</title></head><body><p>{}</p></body></html>"


@dataclass
class State:
    """What browsers are told; every change has a number and wakes who waits for it.

    Attributes
    ----------
    number : int
        Of the last change.
    changed : dict
        Page -> number of the change in which it last became another.
    working, error : str
        What is being done, and what went wrong; empty if nothing is.
    """

    number: int = 0
    changed: dict[str, int] = field(default_factory=dict)
    working: str = ""
    error: str = ""
    news: threading.Condition = field(default_factory=threading.Condition, repr=False)

    def tell(self, *, working: str = "", error: str = "", pages: tuple[str, ...] = ()) -> None:
        """Note a change."""
        with self.news:
            self.number += 1
            self.working, self.error = working, error
            self.changed |= dict.fromkeys(pages, self.number)
            self.news.notify_all()

    def messages(self) -> Iterator[bytes]:
        """Yield the state as it is, and again after each change; nothing new is a comment."""
        seen = -1
        while True:
            with self.news:
                if self.number == seen:
                    self.news.wait(BEAT)
                is_new, seen = self.number != seen, self.number
                told = {
                    "number": seen,
                    "changed": self.changed,
                    "working": self.working,
                    "error": self.error,
                }
            yield f"data: {json.dumps(told)}\n\n".encode() if is_new else b": still here\n\n"


@contextmanager
def served(folder: Path, state: State) -> Iterator[str]:
    """Serve a folder while the block runs; give the address of its first page."""
    token = secrets.token_urlsafe(16)
    answering = type("Answering", (_Answer,), {"folder": folder, "state": state, "token": token})
    server = ThreadingHTTPServer((HOST, 0), answering)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://{HOST}:{server.server_port}/{token}/index.html"
    finally:
        server.shutdown()
        server.server_close()


class _Answer(BaseHTTPRequestHandler):
    """Answers one request."""

    folder: Path
    state: State
    token: str

    def do_GET(self) -> None:
        """Send a page, a file, the script or the news; 404 to who does not know the token."""
        token, _, name = unquote(urlsplit(self.path).path).lstrip("/").partition("/")
        path = (self.folder / name).resolve()
        if not (self._is_meant(token) and path.is_relative_to(self.folder.resolve())):
            self.send_error(404)
        elif name == "_events":
            self._news()
        elif name == "_preview.js":
            self._send(SCRIPT.read_bytes(), "text/javascript")
        elif name.endswith(".html"):
            self._page(name, path)
        elif path.is_file():
            self._send(path.read_bytes(), mimetypes.guess_type(name)[0] or "text/plain")
        else:
            self.send_error(404)

    def _is_meant(self, token: str) -> bool:
        """Tell whether a request knows the token, and reaches the server by its own name."""
        host = self.headers.get("Host", "").rpartition(":")[0]
        is_known = secrets.compare_digest(token.encode(), self.token.encode())
        return is_known and host in (HOST, "localhost")

    def _page(self, name: str, path: Path) -> None:
        number = self.state.number
        is_there = path.is_file()
        text = path.read_text() if is_there else WAITING.format(f"{escape(name)} is not there yet.")
        self._send(
            with_script(text, name, number, self.token).encode(),
            "text/html; charset=utf-8",
            200 if is_there else 404,
        )

    def _news(self) -> None:
        self._begin(200, "text/event-stream")
        with suppress(OSError):  # the reader has gone
            for message in self.state.messages():
                self.wfile.write(message)
                self.wfile.flush()

    def _send(self, content: bytes, kind: str, code: int = 200) -> None:
        self._begin(code, kind, len(content))
        self.wfile.write(content)

    def _begin(self, code: int, kind: str, length: int | None = None) -> None:
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Cache-Control", "no-store")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("X-Content-Type-Options", "nosniff")
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing of requests."""


def with_script(html: str, name: str, number: int, token: str) -> str:
    """Put the script into a page, whose policy allows what comes from its own server."""
    tag = (
        f'<script src="/{token}/_preview.js" data-events="/{token}/_events"'
        f' data-page="{escape(name)}" data-number="{number}" defer></script></head>'
    )
    return html.replace("</head>", tag, 1)
