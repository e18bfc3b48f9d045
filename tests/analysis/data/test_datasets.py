"""Finding, checking, reading and adding data sets."""

import hashlib
import shutil

import numpy as np
import pandas as pd
import pytest

from analysis.data import datasets, registry
from press import InputError
from tests.analysis.conftest import small_table, write_data_set


@pytest.fixture
def dataset(lipf6_folder):
    """Return the entry of the small data set, whose files a test may damage."""
    return registry.entry("lipf6", lipf6_folder / "registry.toml")


def test_raw_files_hold_the_same(dataset):
    """The table and the files of single systems give the same windows."""
    table, raw = datasets.load_entry(dataset), datasets.load_entry(dataset, raw=True)
    pd.testing.assert_frame_equal(table.table, raw.table)


def test_reference_table_and_raw_files(paec):
    """The published CSV and its twelve raw files hold the same 24,900 windows."""
    pd.testing.assert_frame_equal(paec.table, datasets.load("paec", raw=True).table)
    assert len(paec.table) == 24_900
    assert paec.ion.nunique() == 1_200
    assert paec.conductivity["B2T1"] == pytest.approx(0.5382010863)
    assert paec.sha256 == registry.entry("paec").file("parsed_data.csv").sha256


def test_reference_averages(paec):
    """The published averages are those of the table."""
    dataset = paec.dataset
    path = datasets.fetch(dataset, dataset.file("12_system_summary.csv"))
    published = pd.read_csv(path, index_col="name")
    columns = [*paec.features, "dr"]
    found = paec.table.groupby("system", observed=True)[columns].mean()
    assert tuple(found.index) == tuple(published.index)
    np.testing.assert_allclose(found, published[columns])


def test_parquet_and_csv_are_equal(dataset, tmp_path):
    """The suffix decides how a file is read, not what it holds."""
    path = tmp_path / "windows.parquet"
    small_table().to_parquet(path)
    pd.testing.assert_frame_equal(datasets.read(path, dataset), datasets.load_entry(dataset).table)


def test_altered_cell_is_named(dataset, lipf6_folder):
    """An altered file that breaks a rule is told by the row, not by the checksum alone."""
    path = lipf6_folder / "lipf6" / "windows.csv"
    lines = path.read_text().splitlines()
    lines[4] = lines[4].replace("dilute", "diluted")
    path.write_text("\n".join(lines))
    with pytest.raises(InputError, match="diluted") as caught:
        datasets.load_entry(dataset)
    error = caught.value
    assert (error.file, error.line, error.column) == (path, 5, "system")
    assert "altered" in error.advice


@pytest.mark.parametrize("name", ["windows.csv", "aged.txt"])
def test_harmless_looking_change_is_refused(dataset, lipf6_folder, name):
    """A change that obeys the schema is still caught by the checksum."""
    path = lipf6_folder / "lipf6" / name
    path.write_text(path.read_text().replace("50.0", "51.0", 1))
    with pytest.raises(InputError, match="not the registered file"):
        datasets.load_entry(dataset, raw=name != "windows.csv")


@pytest.mark.parametrize("kept", [0, 700, -20, -1])
def test_truncated_file(dataset, lipf6_folder, kept):
    """A file that ends too early is refused, wherever it ends."""
    path = lipf6_folder / "lipf6" / "windows.csv"
    content = path.read_bytes()
    path.write_bytes(content[:kept])
    with pytest.raises(InputError) as caught:
        datasets.load_entry(dataset)
    assert "truncated" in caught.value.advice
    assert str(len(content)) in caught.value.advice


def test_file_that_is_no_table(dataset, lipf6_folder):
    """Binary rubbish is an error in our words."""
    (lipf6_folder / "lipf6" / "windows.csv").write_bytes(bytes(range(256)) * 9)
    with pytest.raises(InputError):
        datasets.load_entry(dataset)


def test_raw_file_with_another_number_of_columns(dataset, lipf6_folder):
    """A raw file is refused by its width."""
    path = lipf6_folder / "lipf6" / "aged.txt"
    path.write_text("1 2 3\n4 5 6\n")
    with pytest.raises(InputError, match="3 columns"):
        datasets.load_entry(dataset, raw=True)


def test_system_without_windows(lipf6_folder):
    """A table that lacks a registered system is refused."""
    table = small_table()
    path = write_data_set(lipf6_folder, table[table["system"] != "aged"])
    with pytest.raises(InputError, match="no row of aged"):
        datasets.load_entry(registry.entry("lipf6", path))


def test_nowhere_to_be_found(dataset, lipf6_folder):
    """Without file and address, the error says where it was sought and what helps."""
    shutil.rmtree(lipf6_folder / "lipf6")
    with pytest.raises(InputError, match="'windows.csv' is not on this machine") as caught:
        datasets.load_entry(dataset)
    assert str(lipf6_folder / "lipf6") in caught.value.rule
    assert "thesis data add lipf6 --from DIR" in caught.value.advice


def test_add_checks_everything_first(dataset, lipf6_folder):
    """One bad file, and nothing is copied."""
    source = lipf6_folder / "lipf6"
    (source / "aged.txt").write_text("")
    with pytest.raises(InputError):
        datasets.add(dataset, source)
    assert not datasets.cache().exists()


def test_added_data_set_is_found(dataset, lipf6_folder, monkeypatch):
    """After `add`, the data set loads from the cache alone."""
    before = datasets.load_entry(dataset)
    copied = datasets.add(dataset, lipf6_folder / "lipf6")
    assert len(copied) == 4
    monkeypatch.delenv("THESIS_DATA_DIR")
    shutil.rmtree(lipf6_folder / "lipf6")
    assert datasets.load_entry(dataset).fingerprint == before.fingerprint


def test_add_names_the_missing_file(dataset, tmp_path):
    """A folder without the files is refused with the list of what belongs there."""
    with pytest.raises(InputError, match="is missing"):
        datasets.add(dataset, tmp_path)


def test_download_goes_to_the_cache(dataset, lipf6_folder, monkeypatch):
    """A file that lies nowhere is fetched from its public home, and checked."""
    from dataclasses import replace
    from functools import partial
    from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
    from threading import Thread

    public = lipf6_folder / "public"
    (lipf6_folder / "lipf6").rename(public)
    handler = partial(SimpleHTTPRequestHandler, directory=public)
    handler.func.log_message = lambda *args: None
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        remote = replace(dataset, url=f"http://127.0.0.1:{server.server_port}")
        windows = datasets.load_entry(remote)
        missing = [replace(file, path="other.csv") for file in dataset.files[-1:]]
        with pytest.raises(InputError, match="cannot be reached"):
            datasets.fetch(remote, missing[0])
        altered = replace(dataset.files[-1], path="copy", remote="windows.csv", sha256="0" * 64)
        with pytest.raises(InputError, match="has not the sha256 0000"):
            datasets.fetch(remote, altered)
        server.shutdown()
    assert len(windows.table) == 144
    cached = datasets.cache() / "lipf6" / "windows.csv"
    assert hashlib.sha256(cached.read_bytes()).hexdigest() == windows.sha256


def test_verify_reports_each_file(dataset):
    """Every file, the rows and the raw files are accounted for."""
    lines = list(datasets.verify(dataset))
    assert len(lines) == 4 + 2
    assert "144 rows" in lines[-2]


def test_verify_compares_raw_files(dataset, lipf6_folder):
    """Raw files that hold other rows than the table are found."""
    table = small_table()
    path = write_data_set(lipf6_folder, table)
    raw = lipf6_folder / "lipf6" / "aged.txt"
    lines = raw.read_text().splitlines()
    content = "\n".join([lines[1], lines[0], *lines[2:]]).encode()
    raw.write_bytes(content)
    text = path.read_text().splitlines()
    entry = next(line for line in text if '"aged.txt", bytes' in line)
    sha256 = hashlib.sha256(content).hexdigest()
    new = f'{{ path = "aged.txt", bytes = {len(content)}, sha256 = "{sha256}" }},'
    path.write_text("\n".join(new if line == entry else line for line in text))
    with pytest.raises(InputError, match="differ: row 97"):
        list(datasets.verify(registry.entry("lipf6", path)))
