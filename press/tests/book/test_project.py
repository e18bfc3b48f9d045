"""Configuration: profiles, environment, chapters, and what is refused where."""

import pytest
from press.book import project as projects
from press.book.project import Item
from press.book.yamlfile import merge
from press.ground.errors import InputError
from support.cases_and_facts import book, case, write


def test_parts_and_appendices(tmp_path):
    """Chapters come in reading order with their part."""
    project = projects.load(case("profiles", tmp_path))
    assert project.items[1] == Item("chapters/one.qmd", "First part")
    assert project.items[-1] == Item("chapters/last.qmd", "Appendices", appendix=True)


def test_profiles_overlay_the_book(tmp_path, monkeypatch):
    """The default profile is active unless another is asked for, by argument or environment."""
    root = case("profiles", tmp_path)
    monkeypatch.delenv("EDITION", raising=False)
    default, asked = projects.load(root), projects.load(root, "paec")
    assert (default.profiles, default.book["subtitle"]) == (("cg",), "Coarse-grained edition")
    assert (asked.profiles, asked.output.name) == (("paec",), "_book-paec")
    assert (default.environment, asked.environment) == ({"EDITION": "cg"}, {"EDITION": "paec"})
    monkeypatch.setenv("QUARTO_PROFILE", "paec")
    assert projects.load(root).profiles == ("paec",)


def test_the_environment_of_the_process_wins(tmp_path, monkeypatch):
    """As with Quarto, what is set already stays."""
    monkeypatch.setenv("EDITION", "mine")
    assert projects.load(case("profiles", tmp_path)).environment == {"EDITION": "mine"}


def test_merging():
    """Mappings by key, lists appended without repeats, the rest replaced."""
    assert merge({"a": [1, 2], "b": {"c": 1}}, {"a": [2, 3], "b": {"d": 2}, "e": 5}) == {
        "a": [1, 2, 3], "b": {"c": 1, "d": 2}, "e": 5,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ("execute:\n  ehco: true\n", "unknown key of execute 'ehco'\n  do:   did you mean 'echo'?"),
        ("bibliografy: x.bib\n", "unknown key 'bibliografy'\n  do:   did you mean 'bibliography'?"),
        ("crossref:\n  fig-titel: F\n", "unknown key of crossref 'fig-titel'"),
        ("format:\n  html:\n    toc-dpeth: 2\n", "unknown option of the html format 'toc-dpeth'"),
        ("a: [1\n", "malformed YAML"),
    ],
)
def test_unknown_keys_are_refused_with_their_line(tmp_path, config, message):
    """Names of one's own are allowed at the top, misspelt names are not."""
    root = book(tmp_path, {}, config="temperature: 400 K\n" + config)
    with pytest.raises(InputError) as refused:
        projects.load(root)
    assert str(refused.value).startswith("_quarto.yml:")
    assert message in str(refused.value)


@pytest.mark.parametrize("name", ["../thesis", "/tmp/thesis", "a/b", "..\\thesis"])
def test_the_pdf_stays_in_the_output_folder(tmp_path, name):
    """Its name is no path; the line is told, also of a profile."""
    root = book(tmp_path, {})
    write(root / "_quarto-far.yml", f"book:\n  output-file: {name}\n")
    with pytest.raises(InputError, match="without a path") as refused:
        projects.load(root, "far")
    assert str(refused.value).startswith(f"_quarto-far.yml:2: book.output-file: {name}\n")


def test_chapters_outside_the_project_are_refused(tmp_path):
    """Their pages would be written outside the output folder."""
    write(tmp_path / "far.qmd", "# Far\n")
    root = book(tmp_path / "book", {})
    text = (root / "_quarto.yml").read_text()
    for name in ("../far.qmd", str(tmp_path / "far.qmd")):
        write(root / "_quarto.yml", text.replace("index.qmd", f"index.qmd, {name}"))
        with pytest.raises(InputError, match=f"_quarto.yml:7: the chapter '{name}' lies outside"):
            projects.load(root)


def test_unknown_profiles_are_refused(tmp_path):
    """With the known ones, and the nearest."""
    with pytest.raises(InputError, match=r"(?s)unknown profile 'pace'.*cg, paec.*'paec'"):
        projects.load(case("profiles", tmp_path), "pace")


def test_missing_chapters_are_refused(tmp_path):
    """With the line that names them."""
    root = book(tmp_path, {"one.qmd": "# One\n"})
    (root / "one.qmd").unlink()
    with pytest.raises(InputError, match=r"_quarto.yml:7: the chapter 'one.qmd' does not exist"):
        projects.load(root)


def test_other_projects_are_refused(tmp_path):
    """A website is no book; a folder without configuration is nothing."""
    with pytest.raises(InputError, match=r"no _quarto.yml"):
        projects.load(tmp_path)
    write(tmp_path / "_quarto.yml", "project:\n  type: website\n")
    with pytest.raises(InputError, match=r"_quarto.yml:2: the project's type is 'website'"):
        projects.load(tmp_path)


def test_environment_files(tmp_path, monkeypatch):
    """Quotes, comments and references to other variables are understood."""
    monkeypatch.delenv("BASE", raising=False)
    root = book(tmp_path, {})
    write(root / "_environment", '# note\nBASE=x # note\nexport NAME="${BASE}/y z"\n')
    assert projects.load(root).environment == {"BASE": "x", "NAME": "x/y z"}
    write(root / "_environment", "no equals sign\n")
    with pytest.raises(InputError, match=r"_environment:1: 'no equals sign' is not NAME=value"):
        projects.load(root)
