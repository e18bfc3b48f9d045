"""`thesis preview` as a browser and a person at the terminal meet it."""

import http.client
import json
import signal
import socket
import urllib.error
import urllib.request

import pytest
from press.authoring.serving import State, served, with_script
from support.books import ONE, Book


def get(address: str) -> str:
    """Fetch a page, also one that is not there."""
    try:
        return urllib.request.urlopen(address, timeout=60).read().decode()
    except urllib.error.HTTPError as error:
        return error.read().decode()


class Browser:
    """Follows the news of a preview."""

    def __init__(self, address: str):
        home = address.rpartition("/")[0]
        self.news = urllib.request.urlopen(f"{home}/_events", timeout=60)

    def wait(self, told) -> dict:
        """Read news until a state is told that the test waits for."""
        for line in self.news:
            if line.startswith(b"data: "):
                state = json.loads(line.removeprefix(b"data: "))
                if told(state):
                    return state
        raise AssertionError("the news ended")


@pytest.fixture
def previewed(tmp_path):
    """Start a preview of a small book; interrupt it in the end."""
    book = Book(tmp_path)
    process = book.start("preview")
    address = process.stdout.readline().strip()
    yield book, process, address
    process.kill()
    process.wait()


def test_a_saved_sentence_and_what_is_wrong_with_it_are_told(previewed):
    """Pages change as sources do; an error has file and line, and the page before it stays."""
    book, process, address = previewed
    browser = Browser(address)
    first = browser.wait(lambda state: "index.html" in state["changed"])
    assert '<script src="/' in get(address)
    assert "Read" in get(address)

    chapter = address.replace("index", "chapters/01-one")
    book.write("chapters/01-one.qmd", ONE + "\nA new sentence.\n")
    seen = first["changed"]["chapters/01-one.html"]
    state = browser.wait(lambda state: state["changed"]["chapters/01-one.html"] > seen)
    assert state["changed"]["index.html"] == first["changed"]["index.html"]
    assert "A new sentence." in get(chapter)

    book.write("chapters/01-one.qmd", ONE + "\nSee @sec-nothing.\n")
    state = browser.wait(lambda state: state["error"])
    assert state["error"].startswith("chapters/01-one.qmd:31:5: the reference '@sec-nothing'")
    assert "A new sentence." in get(chapter)

    book.write("chapters/01-one.qmd", ONE)
    browser.wait(lambda now: now["number"] > state["number"] and not now["working"])
    assert "A new sentence." not in get(chapter)

    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, "")
    assert out.endswith("stopped\n")
    assert list((book.root / ".press").glob("preview-*")) == []


def test_a_module_counts_as_a_source(previewed):
    """A saved module executes the chapters that use it."""
    book, _, address = previewed
    browser = Browser(address)
    first = browser.wait(lambda state: "chapters/02-two.html" in state["changed"])["changed"]
    book.write("lab/constants.py", "FACTOR = 21\n")
    book.write("data.txt", "5")
    browser.wait(lambda s: s["changed"]["chapters/02-two.html"] > first["chapters/02-two.html"])
    assert "is 5." in get(address.replace("index", "chapters/02-two"))


def test_only_who_knows_the_address_is_answered(tmp_path):
    """Another token, another name of the host and a path that leaves the folder are not."""
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "index.html").write_text("<head></head>text")
    (tmp_path / "secret.txt").write_text("secret")
    with served(folder, State()) as address:
        assert get(address).endswith("text")
        host, token = address.split("/")[2:4]
        for path in ("/index.html", f"/x{token}/index.html", f"/{token}/../secret.txt"):
            assert asked(host, path) == 404
        assert asked(host, f"/{token}/index.html") == 200
        assert asked(host, f"/{token}/index.html", Host="example.org:80") == 404
        assert host.partition(":")[0] == "127.0.0.1"
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host.partition(":")[0], int(host.partition(":")[2])))


def asked(host: str, path: str, **headers: str) -> int:
    """Ask for a path as it is written; give the code of the answer."""
    connection = http.client.HTTPConnection(host, timeout=10)
    connection.request("GET", path, headers=headers)
    return connection.getresponse().status


def test_a_page_that_is_not_there_yet_follows_the_news(tmp_path):
    """It has the script, so that it shows the page as soon as there is one."""
    with served(tmp_path, State()) as address:
        assert "_preview.js" in get(address)


def test_the_script_stands_in_the_served_page_only():
    """With the page's name and the number of the change that it shows."""
    html = with_script("<head></head><body></body>", "a.html", 7, "t")
    assert 'data-page="a.html" data-number="7"' in html
    assert html.endswith("</head><body></body>")
