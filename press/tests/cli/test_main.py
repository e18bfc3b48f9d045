"""The command line as a person meets it."""

import errno
import subprocess
import sys

import pytest
from press.cli import main as cli

RUN = [sys.executable, "-c", "from press.cli.main import main; main()"]


def thesis(*args, cwd=None):
    """Run the command in a process of its own."""
    return subprocess.run([*RUN, *args], cwd=cwd, capture_output=True, text=True, timeout=60)


def test_help_lists_every_command_with_a_line():
    """Own and added commands stand in the help, each with what it does."""
    answer = thesis("--help")
    assert answer.returncode == 0
    listed = answer.stdout.partition("Commands:")[2].splitlines()[1:]
    commands = {line.split()[0]: line.split()[1:] for line in listed if line.startswith("  ")}
    assert {"render", "data"} <= commands.keys()
    assert all(len(words) > 2 for words in commands.values())


def test_help_imports_nothing_heavy():
    """Listing the commands must not import the scientific stack."""
    code = (
        "import sys\nfrom press.cli.main import main\nsys.argv = ['thesis', '--help']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'numpy', 'pandas', 'matplotlib', 'sklearn', 'nbclient', 'pypandoc', 'joblib'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout
    assert out.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["rendr"], "no command 'rendr'; did you mean 'render'?"),
        (["xyzzy"], "no command 'xyzzy'; known: render"),
        (["render", "--to", "docx"], "'docx' is not one of"),
        (["render", "-P", "seed=3"], "a parameter is name:value"),
    ],
)
def test_bad_words_end_with_2(args, words):
    """What was wrong goes to standard error, and the exit code is 2."""
    answer = thesis(*args)
    assert answer.returncode == 2
    assert words in answer.stderr
    assert "Traceback" not in answer.stderr
    assert answer.stdout == ""


def test_a_command_that_cannot_be_loaded_leaves_the_others():
    """An added command that fails to import says why; the help still lists everything."""
    broken = "cli.OWN['broken'] = 'press.cli.commands:nothing'"
    code = f"from press.cli import main as cli\n{broken}\ncli.main()"
    run = [sys.executable, "-c", code]
    answer = subprocess.run([*run, "broken", "-x"], capture_output=True, text=True)
    assert answer.returncode == 2
    assert "'broken' cannot be loaded" in answer.stderr and "nothing" in answer.stderr
    assert "render" in subprocess.run([*run, "--help"], capture_output=True, text=True).stdout


def test_what_cannot_be_written_is_bad_input(monkeypatch, capsys):
    """Wherever a folder turns out to be read-only: the path, the reason, exit code 2."""

    def refuse(**options):
        raise OSError(errno.EROFS, "Read-only file system", "/store/key.json")

    monkeypatch.setattr(cli, "thesis", refuse)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith("/store/key.json: cannot write: Read-only file system\n")
