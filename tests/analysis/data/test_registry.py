"""The registry: entries become frozen values, and incomplete ones are refused."""

import dataclasses

import pytest

from analysis.data import registry
from press import InputError


@pytest.fixture
def entry_text(lipf6_folder):
    """Return a function that replaces a part of the registry and reads the entry."""
    path = lipf6_folder / "registry.toml"

    def changed(old: str, new: str):
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))
        return registry.entry("lipf6", path)

    return changed


def test_reference_data_set():
    """The published systems carry their n and m in their names."""
    dataset = registry.entry("paec")
    assert dataset.systems[:4] == ("B2T1", "B2T3", "B2T5", "B4T1")
    assert len(dataset.systems) == len(dataset.raw_files) == 12
    for name, row in dataset.described.iterrows():
        assert name == f"B{row['n']}T{row['m']}"


def test_entry_without_descriptors(lipf6):
    """Descriptors and conductivity are optional."""
    assert lipf6.dataset.descriptors == {}
    assert lipf6.dataset.described.shape == (3, 0)
    assert lipf6.dataset.conductivity is None


def test_entries_are_frozen():
    """A data set cannot change by accident."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        registry.entry("paec").threshold = 2.0


def test_unknown_name_lists_the_known():
    """A misspelt name gets the list and the nearest name."""
    with pytest.raises(InputError, match="'pac'") as caught:
        registry.entry("pac")
    assert "paec" in caught.value.rule
    assert "'paec'" in caught.value.advice


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("threshold = 2.0", "threshold = 0.0", "threshold is 0.0"),
        ("threshold = 2.0", "", "threshold"),
        ("threshold = 2.0", "treshold = 2.0", "treshold"),
        ('"PF6", "EMC"', '"PF6", "PF6"', "partner .* twice"),
        ('{ name = "aged" }', '{ name = "dilute" }', "system .* twice"),
        ('windows_file = "windows.csv"', 'windows_file = "other.csv"', "'other.csv' has no check"),
        ("[lipf6]", "[lipf6", "not valid TOML"),
    ],
)
def test_bad_entries(entry_text, old, new, message):
    """A bad entry names the file and what is wrong."""
    with pytest.raises(InputError, match=message) as caught:
        entry_text(old, new)
    assert caught.value.file.name == "registry.toml"


def test_descriptors_must_be_complete(entry_text):
    """A described system without its number is refused."""
    with pytest.raises(InputError, match="salt"):
        entry_text("[lipf6]", "[lipf6.descriptors]\nsalt = 'mol/kg'\n[lipf6]")
