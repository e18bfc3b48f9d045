"""Several runs at a time: the same as one by one, with progress, and errors that come through."""

import io

import numpy as np
import pytest
from rich.console import Console

from simulate.md import production
from simulate.md.run import Run


def test_two_at_a_time_equal_one_by_one(smoke_run, tmp_path):
    """Worker processes make the same windows; the bar ends at 100 %."""
    runs = [
        Run.within(tmp_path, "B2T1", smoke_run.field, smoke_run.protocol, seed) for seed in (0, 1)
    ]
    said = io.StringIO()
    production.carry_out(runs, 2, Console(file=said, width=100))
    assert [run.done() for run in runs] == [len(smoke_run.protocol.stages())] * 2
    for ours, theirs in zip(runs[0].windows(), smoke_run.windows(), strict=True):
        np.testing.assert_array_equal(ours.displacement, theirs.displacement)
    assert "100 %" in said.getvalue()


def test_nothing_is_done_twice(smoke_run):
    """A finished run costs nothing and keeps its files."""
    before = smoke_run.results(3).stat().st_mtime_ns
    production.carry_out([smoke_run], 1, Console(file=io.StringIO()))
    assert smoke_run.results(3).stat().st_mtime_ns == before


def test_errors_of_workers_come_through(smoke_run, tmp_path):
    """A file where the run's folder should be: the reader hears of it, not of a broken pool."""
    run = Run.within(tmp_path, "B2T1", smoke_run.field, smoke_run.protocol, 0)
    run.folder.touch()
    with pytest.raises(FileExistsError):
        production.carry_out([run], 1, Console(file=io.StringIO()))


def test_twelve_systems_in_the_order_of_the_data_set():
    """Backbone first, then tether."""
    assert production.SYSTEMS[:4] == ("B2T1", "B2T3", "B2T5", "B4T1")
    assert len(production.SYSTEMS) == 12


def test_further_boxes_have_other_seeds_or_sizes(tmp_path):
    """Two boxes from other seeds and one with twice the molecules, each in its own folder."""
    found = production.boxes(tmp_path, seed=5)
    sizes = {name: {run.field.lithium for run in runs} for name, runs in found.items()}
    assert sizes == {"second box": {100}, "third box": {100}, "double size": {200}}
    seeds = [run.seed for runs in found.values() for run in runs]
    assert 5 not in seeds
    folders = {run.folder for runs in found.values() for run in runs}
    assert len(folders) == 9


def test_the_slowest_system_is_continued(tmp_path):
    """The windows of the data set stay the first twenty."""
    runs = {run.system: run for run in production.runs(production.SYSTEMS, tmp_path, 0)}
    assert len(runs["B2T1"].numbers("further")) == production.FURTHER
    assert not runs["B2T3"].numbers("further")
    assert runs["B2T1"].numbers("window") == runs["B2T3"].numbers("window")
