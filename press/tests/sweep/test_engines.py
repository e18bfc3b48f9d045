"""Where runs are done, and what is said when nobody can do them."""

import socket

import pytest
from press.sweep import engines

from press import InputError

pytest.importorskip("distributed")


@pytest.fixture
def silent():
    """Listen on loopback, and never answer; give the address."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.parametrize("address", ["nonsense", "tls://host", "carrier-pigeon://host:1"])
def test_what_is_no_address_is_refused(address):
    """Nothing is begun."""
    with pytest.raises(InputError, match=f"no Dask scheduler answers at {address}"):
        engines.dask(address)


def test_a_silent_host_is_given_up(silent, monkeypatch):
    """What listens without answering is no scheduler."""
    monkeypatch.setattr(engines, "SECONDS_TO_ANSWER", 0.2)
    with pytest.raises(InputError, match="no Dask scheduler answers"):
        engines.dask(silent)
