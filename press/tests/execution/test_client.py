"""What is kept of a cell's outputs, and what happens when a message is lost."""

import asyncio
import os

import nbformat.v4 as v4
import pytest
from press.execution import client, kernel
from press.execution.notebooks import KERNEL


def outputs_of(tmp_path, code: str, meddle=lambda client: None) -> list:
    """Execute one cell in a kernel; give its outputs."""
    notebook = v4.new_notebook(cells=[v4.new_code_cell(code)], metadata={"kernelspec": KERNEL})

    async def run() -> None:
        async with kernel.session(notebook, tmp_path, os.environ, tmp_path) as session:
            meddle(session._client)
            await session.run(0, code, counted=True)

    asyncio.run(run())
    return notebook.cells[0].outputs


def test_outputs_come_in_order(tmp_path):
    """What is printed between two values stays between them."""
    code = (
        "from IPython.display import display\nprint(1)\ndisplay(2)\nprint(3)\nprint(4)\ndisplay(5)"
    )
    found = [o.get("text") or o["data"]["text/plain"] for o in outputs_of(tmp_path, code)]
    assert found == ["1\n", "2", "3\n4\n", "5"]


@pytest.mark.parametrize(
    ("code", "size"),
    [
        ("for n in range(100_000): print(n)", 588_890),
        ("print('x' * 10_000_000)", 10_000_001),
        ("'x' * 10_000_000", 10_000_002),
    ],
)
def test_the_notebook_holds_all_of_a_long_output(tmp_path, code, size):
    """The book shows its beginning and its end."""
    [output] = outputs_of(tmp_path, code)
    assert len(output.get("text") or output["data"]["text/plain"]) == size


def test_endless_output_is_cut(tmp_path, monkeypatch):
    """Beyond what no book has, the middle is not even kept; how much that was is said."""
    monkeypatch.setattr(client, "LARGEST_DISPLAY", 1000)
    [output] = outputs_of(tmp_path, "for n in range(100_000): print(n)")
    assert len(output["text"]) < 1100
    assert "are left out here]" in output["text"]


@pytest.mark.parametrize("code", ["print(1)", "print(1); 1 / 0"])
def test_a_lost_reply_is_no_hang(tmp_path, code):
    """The kernel is asked, and what it showed tells how the cell ended."""

    def lose_first_reply(client) -> None:
        channel, lost = client.kc.shell_channel, []
        receive = channel.get_msg

        async def get_msg(timeout=None):
            message = await receive(timeout=timeout)
            if message["msg_type"] == "execute_reply" and not lost:
                lost.append(message)
                return await get_msg(timeout)
            return message

        channel.get_msg = get_msg

    if "/" not in code:
        [output] = outputs_of(tmp_path, code, lose_first_reply)
        assert output["text"] == "1\n"
        return
    with pytest.raises(kernel.Failure, match="ZeroDivisionError"):
        outputs_of(tmp_path, code, lose_first_reply)
