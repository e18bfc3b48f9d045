"""What a segment records: stays by hand, flips of three kinds, radial counts."""

import numpy as np

from simulate.md.watch import EDGES, HYSTERESIS, RADII, Residence


def test_stays_by_hand():
    """Two members: one stays for four steps, one rattles at the edge and then leaves."""
    radius = RADII["EC"][0]
    residence = Residence(RADII["EC"])
    edge = radius + HYSTERESIS / 2
    for other in (radius - 1, edge, radius - 1, radius + 1, radius + 1):
        residence.add(np.array([[radius - 1], [other]]))
    assert residence.stayed == 4 + 3
    assert residence.departures == 1


def test_steady_and_seldom_flips_are_fewer(smoke_run):
    """Together, hysteresis or a longer stride leave fewer changes of the counts."""
    records = [smoke_run.load(number) for number in smoke_run.numbers("window")]
    plain, steady, seldom = (
        sum(record[f"{kind}flips {name}"].sum() for record in records for name in RADII)
        for kind in ("", "steady ", "seldom ")
    )
    assert 0 < steady < plain
    assert 0 < seldom < plain


def test_radial_counts_agree_with_positions(smoke_run):
    """Distances between Li+ in the frames kept, counted again by hand."""
    record = smoke_run.load(smoke_run.numbers("window")[0])
    ions = slice(-8, None)
    expected = 0
    for positions in record["positions"].astype(float):
        apart = positions[ions][:, None] - positions[ions][None]
        apart -= record["box"] * np.round(apart / record["box"])
        r = np.linalg.norm(apart, axis=-1)[~np.eye(8, dtype=bool)]
        expected = expected + np.histogram(r, EDGES)[0]
    assert np.abs(record["radial Li"] - expected).sum() <= 2  # float32 at the edges of bins
