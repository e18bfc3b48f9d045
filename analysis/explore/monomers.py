"""The BnTm naming scheme, drawn: n backbone carbons, m tether carbons, one carbonate ring.

Coordinates of a `Monomer` are those of a chemist's sketch, in units of one bond length: a zigzag
with angles of 120 degrees for the chains, a regular pentagon for the ring. It is no geometry in
space.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median_low

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from analysis.data.windows import Windows
from analysis.ground import theme
from analysis.ground.drawing import canvas
from press import Absence

BACKBONE, TETHER, RING = theme.INK, theme.OKABE_ITO[0], theme.OKABE_ITO[1]

STEP = np.cos(np.pi / 6)  # advance of a zigzag chain per bond, in bond lengths
RING_RADIUS = 0.5 / np.sin(np.pi / 5)  # circumradius of a regular pentagon with sides of 1


@dataclass(frozen=True)
class Monomer:
    """Positions of the atoms of one repeat unit, each an array of shape (atoms, 2).

    Attributes
    ----------
    backbone : numpy.ndarray, shape (n, 2)
        Backbone carbons, from left to right.
    tether : numpy.ndarray, shape (m, 2)
        Tether carbons, from the backbone outwards.
    ring : numpy.ndarray, shape (5, 2)
        The carbonate ring in bond order: C (tether side), C, O, C (carbonyl), O.
    carbonyl : numpy.ndarray, shape (2,)
        The oxygen outside the ring, doubly bound to ``ring[3]``.
    branch : int
        Index of the backbone carbon that carries the tether.
    """

    backbone: np.ndarray
    tether: np.ndarray
    ring: np.ndarray
    carbonyl: np.ndarray
    branch: int

    def bonds(self) -> list[np.ndarray]:
        """Return the single bonds as arrays of shape (2, 2), without the carbonyl's double one."""
        chain = [self.backbone[self.branch], *self.tether, self.ring[0]]
        closed_ring = [*self.ring, self.ring[0]]
        paths = (self.backbone, chain, closed_ring)
        return [np.array(pair) for path in paths for pair in zip(path[:-1], path[1:], strict=True)]


def monomer(n: int, m: int) -> Monomer:
    """Place the atoms of a monomer with ``n`` backbone and ``m`` tether carbons.

    Parameters
    ----------
    n, m : int
        Numbers of carbons, at least 1 and 0.

    Returns
    -------
    Monomer

    Examples
    --------
    >>> unit = monomer(4, 3)
    >>> len(unit.backbone), len(unit.tether), len(unit.bonds())
    (4, 3, 12)
    """
    i = np.arange(n)
    backbone = np.column_stack([i * STEP, 0.5 * (i % 2)])
    branch = _odd_and_central(n)
    rise = np.arange(1, m + 2)
    chain = backbone[branch] + np.column_stack([0.5 * (rise % 2), rise * STEP])
    tether, ring_start = chain[:-1], chain[-1]
    centre = ring_start + [0.0, RING_RADIUS]
    angles = -np.pi / 2 + np.arange(5) * 2 * np.pi / 5
    outward = np.column_stack([np.cos(angles), np.sin(angles)])
    ring = centre + RING_RADIUS * outward
    return Monomer(backbone, tether, ring, ring[3] + outward[3], branch)


def _odd_and_central(n: int) -> int:
    """Return the index of an upper carbon of the zigzag, as near the middle as possible."""
    middle = n // 2
    return middle if middle % 2 else max(middle - 1, 0)


def naming_scheme(windows: Windows) -> Figure | Absence:
    """Draw what n and m count in the name BnTm, and every monomer of the family.

    Parameters
    ----------
    windows : Windows
        A data set whose systems have the descriptors ``n`` and ``m``.

    Returns
    -------
    matplotlib.figure.Figure or Absence
    """
    counts = windows.dataset.descriptors
    if not {"n", "m"} <= set(counts):
        return Absence(
            "The systems of this data set have no descriptors n and m, so there is no naming "
            "scheme to draw."
        )
    figure, axes = canvas(5.6, 6.0)
    _labelled_monomer(axes, int(median_low(counts["n"])), int(median_low(counts["m"])))
    _family(axes, list(zip(windows.systems, counts["n"], counts["m"], strict=True)))
    return figure


def _labelled_monomer(axes: Axes, n: int, m: int) -> None:
    """Draw the example monomer with its parts counted and named."""
    unit, scale, origin = monomer(n, m), 0.285, np.array([1.0, 3.85])
    _sketch(axes, unit, origin, scale, line=1.4)

    def write(text, at, color):
        x, y = origin + scale * np.asarray(at)
        axes.text(x, y, text, color=color, ha="center", va="center", size=8)

    for k, atom in enumerate(unit.backbone):
        above = k % 2 == 1
        shift = (-0.32, 0.3) if k == unit.branch else (0, 0.5 if above else -0.5)
        write(k + 1, atom + shift, BACKBONE)
    for k, atom in enumerate(unit.tether):
        write(k + 1, atom + (0.5 if k % 2 == 0 else -0.5, 0), TETHER)
    middle = unit.ring.mean(axis=0)
    for oxygen in (unit.ring[2], unit.ring[4], unit.carbonyl):
        write("O", oxygen + 0.48 * (oxygen - middle) / np.hypot(*(oxygen - middle)), RING)
    _repeat_unit(axes, origin + scale * unit.backbone[0], origin + scale * unit.backbone[-1])
    axes.text(2.75, 5.25, f"B{n}T{m}", size=18, va="center")
    legend = (
        (BACKBONE, f"B{n}: n = {n} backbone carbons"),
        (TETHER, f"T{m}: m = {m} tether carbons"),
        (RING, "ethylene carbonate ring"),
    )
    for row, (color, words) in enumerate(legend):
        height = 4.82 - 0.3 * row
        axes.add_patch(Circle((2.83, height), 0.06, color=color))
        axes.text(3.02, height, words, color=color, va="center")


def _repeat_unit(axes: Axes, left: np.ndarray, right: np.ndarray) -> None:
    """Draw the brackets of a repeat unit and the bonds that leave it."""
    low, high = left[1] - 0.24, left[1] + 0.38
    for end, side in ((left, -1), (right, 1)):
        axes.plot([end[0], end[0] + side * 0.36], [end[1]] * 2, c=theme.INK, lw=1.4, zorder=0)
        spine = end[0] + side * 0.22
        foot = spine - side * 0.06
        axes.plot([foot, spine, spine, foot], [low, low, high, high], c=theme.MUTED, lw=1)


def _family(axes: Axes, systems: list[tuple[str, float, float]], top: float = 3.3) -> None:
    """Draw every monomer on a grid of n (columns) and m (rows), below the height ``top``."""
    ns, ms = sorted({n for _, n, _ in systems}), sorted({m for _, _, m in systems})
    colors = theme.system_colors([name for name, _, _ in systems])
    scale = min(0.125, 2.7 / sum(m + 5 for m in ms))  # inches per bond: all rows below the top
    widths = scale * STEP * (np.array(ns) - 1)
    gap = (4.9 - widths.sum()) / len(ns)
    lefts = 0.6 + gap / 2 + np.cumsum(widths + gap) - widths - gap
    bottoms = top - np.cumsum([scale * (STEP * m + 4) + 0.25 for m in ms])
    for n, left, width in zip(ns, lefts, widths, strict=True):
        axes.text(left + width / 2, top, f"n = {n:g}", color=BACKBONE, ha="center", va="bottom")
    for m, bottom in zip(ms, bottoms, strict=True):
        axes.text(0.1, bottom + 0.3, f"m = {m:g}", color=TETHER)
    for name, n, m in systems:
        left, width, bottom = lefts[ns.index(n)], widths[ns.index(n)], bottoms[ms.index(m)]
        _sketch(axes, monomer(int(n), int(m)), (left, bottom), scale, line=0.8)
        label = {"ha": "center", "va": "top", "size": 8, "weight": "bold"}
        axes.text(left + width / 2, bottom - 0.07, name, color=colors[name], **label)


def _sketch(axes: Axes, unit: Monomer, origin, scale: float, line: float) -> None:
    """Draw a monomer, ``scale`` inches per bond, its first backbone carbon at ``origin``.

    Carbons are discs, oxygens circles.
    """

    def place(points):
        return np.asarray(origin) + scale * np.asarray(points)

    for bond in unit.bonds():
        axes.plot(*place(bond).T, color=theme.INK, lw=line, solid_capstyle="round", zorder=1)
    along = unit.carbonyl - unit.ring[3]
    across = 0.09 * np.array([-along[1], along[0]])
    for side in (-across, across):
        double = place([unit.ring[3] + side, unit.carbonyl + side])
        axes.plot(*double.T, color=theme.INK, lw=line, zorder=1)
    ring_carbons = unit.ring[[0, 1, 3]]
    oxygens = [unit.ring[2], unit.ring[4], unit.carbonyl]
    for atoms, color in ((unit.backbone, BACKBONE), (unit.tether, TETHER), (ring_carbons, RING)):
        for atom in place(atoms):
            axes.add_patch(Circle(atom, 0.17 * scale, color=color, zorder=2))
    for atom in place(oxygens):
        circle = Circle(atom, 0.17 * scale, facecolor="white", edgecolor=RING, lw=line, zorder=2)
        axes.add_patch(circle)
