r"""Where the partners are around a Li+: densities in three dimensions, averaged in its own frame.

The frame of an ion: the z axis points at its nearest binding bead, the second nearest lies in the
half plane of positive x, and y completes a right-handed set. A configuration and its mirror image
are equally likely, so every map is averaged with its reflection in the plane y = 0; how much the
two sides differ says how much noise there is.

The maps come with the coarse-grained data set, because they need positions; a table of windows has
none. They are averages over ions and frames. A network that predicts from voxels would see single
configurations, of which these are the mean.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure

from analysis.data import datasets, registry
from analysis.data.windows import Windows
from analysis.ground import theme

DATASET = "cg"  # the only data set that has positions
FILE = "voxels.npz"
NEAR = 5.5  # angstrom, in the gap behind the first shell
NOISE = "two sides of a map"  # the row of the comparison that says what noise does
COARSE = 3  # voxels along the edge of a block in which densities are compared
DENSE = 5.0  # times the mean density: what is drawn as occupied
SURFACES = (3.0, 10.0)  # times the mean density, of the interactive picture
REACH = 6.0  # angstrom, of what the pictures in space show
SMOOTHING = 0.8  # voxels, standard deviation, of the pictures in space
PER_NM3 = 1000.0  # cubic angstrom in a cubic nanometre


@dataclass(frozen=True, eq=False)
class Surroundings:
    """Density maps of every partner in every system.

    Attributes
    ----------
    maps : dict of (str, str) to ndarray, (k, k, k)
        (system, partner) -> number density per cubic angstrom on axes x, y, z, as counted.
    edges : ndarray, (k + 1,)
        Edges of the voxels along each axis, angstrom.
    sha256 : str
        Checksum of the file.
    """

    maps: dict[tuple[str, str], np.ndarray]
    edges: np.ndarray
    sha256: str

    @property
    def fingerprint(self) -> str:
        """Name and checksum, by which results computed from these maps are known."""
        return f"{DATASET}/{FILE} sha256:{self.sha256}"

    @property
    def systems(self) -> list[str]:
        """Systems, in order."""
        return list(dict.fromkeys(system for system, _ in self.maps))

    @property
    def partners(self) -> list[str]:
        """Partners, in order."""
        return list(dict.fromkeys(partner for _, partner in self.maps))

    @property
    def centres(self) -> np.ndarray:
        """Centres of the voxels along each axis, angstrom, (k,)."""
        return (self.edges[1:] + self.edges[:-1]) / 2

    @property
    def voxel(self) -> float:
        """Edge of a voxel, angstrom."""
        return float(self.edges[1] - self.edges[0])

    def density(self, system: str, partner: str) -> np.ndarray:
        """Return a map averaged with its mirror image, per cubic angstrom, (k, k, k)."""
        counted = self.maps[system, partner]
        return (counted + counted[:, ::-1]) / 2


def load() -> Surroundings:
    """Load the maps that come with the coarse-grained data set."""
    dataset = registry.entry(DATASET)
    file = dataset.file(FILE)
    with np.load(datasets.fetch(dataset, file)) as arrays:
        maps = {
            (system, partner): arrays[f"{system} {partner}"].astype(float)
            for system in dataset.systems
            for partner in dataset.partners
        }
        return Surroundings(maps, arrays["edges"], file.sha256)


def blocks(density: np.ndarray) -> np.ndarray:
    """Add up the voxels of every block of `COARSE` by `COARSE` by `COARSE`."""
    for axis in range(3):
        parts = density.shape[axis] // COARSE
        shape = (*density.shape[:axis], parts, COARSE, *density.shape[axis + 1 :])
        density = density.reshape(shape).sum(axis=axis + 1)
    return density


def overlap(first: np.ndarray, second: np.ndarray) -> float:
    r"""Return the common part of two maps as distributions, :math:`\sum_i \min(p_i, q_i)`.

    One where a partner is distributed alike about the ion, whatever its number; zero where the
    regions that it occupies are apart.

    >>> overlap(np.array([1.0, 3.0]), np.array([6.0, 2.0]))
    0.5
    """
    return float(np.minimum(first / first.sum(), second / second.sum()).sum())


def parts(surroundings: Surroundings, windows: Windows) -> dict[str, tuple[str, np.ndarray]]:
    """Name the parts of the maps that are compared: a partner, and its voxels near or beyond.

    Near are the voxels of the first shell, for the partners that bind.
    """
    x = surroundings.centres
    distance = np.sqrt(x[:, None, None] ** 2 + x[:, None] ** 2 + x**2)
    near = {
        f"{p} near": (p, distance < NEAR) for p in surroundings.partners if p in windows.ligands
    }
    beyond = {f"{name} beyond": (name, distance >= NEAR) for name in surroundings.partners}
    return near | beyond


def compared(surroundings: Surroundings, windows: Windows) -> pd.DataFrame:
    """Compare the surroundings in every system with those in the system where ions are slowest.

    Returns
    -------
    DataFrame
        By system: mean `dr` and the overlap of each part of the maps with that of the slowest. The
        last row is the least overlap, in any system, of the two sides of the mirror plane, which
        are equal but for noise; the blocks at the plane are left out of it, because the two beads
        that define the frame lie there, on the border between voxels.
    """
    mean = mean_displacements(surroundings, windows)
    slowest = mean.idxmin()
    table = pd.DataFrame({"Mean dr (Å)": mean}).rename_axis("System")
    for name, (partner, where) in parts(surroundings, windows).items():
        maps = {s: blocks(surroundings.density(s, partner) * where) for s in surroundings.systems}
        shared = {s: overlap(m, maps[slowest]) for s, m in maps.items()}
        sides = [_sides(surroundings.maps[s, partner] * where) for s in surroundings.systems]
        table.loc[list(shared), name] = list(shared.values())
        table.loc[NOISE, name] = min(overlap(*pair) for pair in sides)
    return table


def _sides(counted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the blocks on either side of the mirror plane, one of them reflected."""
    depth = counted.shape[1] // 2 - COARSE
    return blocks(counted[:, :depth]), blocks(counted[:, ::-1][:, :depth])


def numbers(surroundings: Surroundings, windows: Windows) -> pd.DataFrame:
    """Return the mean number of members in each part of the maps, by system."""
    volume = surroundings.voxel**3
    return pd.DataFrame(
        {
            name: {
                s: float((surroundings.density(s, partner) * where).sum()) * volume
                for s in surroundings.systems
            }
            for name, (partner, where) in parts(surroundings, windows).items()
        }
    )


def mean_displacements(surroundings: Surroundings, windows: Windows) -> pd.Series:
    """Return mean `dr` of the systems that have maps, angstrom."""
    mean = windows.table.groupby("system", observed=True)["dr"].mean()
    return mean.loc[surroundings.systems].rename_axis("System")


def shown(surroundings: Surroundings, windows: Windows) -> tuple[str, str, str]:
    """Name the systems with the smallest, the middle and the largest mean `dr`."""
    order = mean_displacements(surroundings, windows).sort_values().index
    return order[0], order[len(order) // 2], order[-1]


def slices(surroundings: Surroundings, windows: Windows) -> Figure:
    """Draw densities in the plane of the ion and its two nearest beads, slow to fast systems."""
    systems, partners = shown(surroundings, windows), surroundings.partners
    figure = theme.figure(height=1.75 * len(partners))
    axes = figure.subplots(len(partners), len(systems), sharex=True, sharey=True, squeeze=False)
    middle = len(surroundings.centres) // 2
    for row, partner in zip(axes, partners, strict=True):
        planes = [
            PER_NM3 * surroundings.density(system, partner)[:, middle - 2 : middle + 2].mean(axis=1)
            for system in systems
        ]
        typical = np.median(np.concatenate(planes))
        norm = LogNorm(typical / 10, typical * 100)
        for axis, plane in zip(row, planes, strict=True):
            edges = surroundings.edges
            mesh = axis.pcolormesh(
                edges, edges, plane.T, norm=norm, cmap="magma_r", rasterized=True
            )
            axis.plot(0, 0, "o", color=theme.INK, ms=4, mec="white", mew=0.6)
            axis.set_aspect("equal")
        row[0].set_ylabel("z (Å)")
        figure.colorbar(mesh, ax=list(row), label=f"{partner} (nm⁻³)", extend="both", aspect=12)
    for axis, system in zip(axes[0], systems, strict=True):
        axis.set_title(system)
    for axis in axes[-1]:
        axis.set_xlabel("x (Å)")
    return figure


def _in_space(surroundings: Surroundings, system: str, partner: str):
    """Return smoothed density over its mean within reach, (m, m, m), and the centres, (m,)."""
    from scipy.ndimage import gaussian_filter

    density = surroundings.density(system, partner)
    relative = gaussian_filter(density / density.mean(), SMOOTHING, mode="nearest")
    near = np.flatnonzero(np.abs(surroundings.centres) < REACH)
    return relative[np.ix_(near, near, near)], surroundings.centres[near]


def voxels(surroundings: Surroundings, system: str) -> Figure:
    """Draw the occupied voxels around a Li+ of one system, one panel per partner."""
    colors = theme.partner_colors(surroundings.partners)
    figure = theme.figure(height=2.7)
    figure.set_layout_engine("none")
    width = 1 / len(colors)
    for k, (partner, color) in enumerate(colors.items()):
        relative, centres = _in_space(surroundings, system, partner)
        axes = figure.add_axes((k * width - 0.01, 0.03, width - 0.01, 0.9), projection="3d")
        half = surroundings.voxel / 2
        corners = np.append(centres - half, centres[-1] + half)
        grid = np.meshgrid(corners, corners, corners, indexing="ij")
        faces = axes.voxels(*grid, relative > DENSE, facecolors=color, edgecolors="white", lw=0.15)
        for face in faces.values():
            face.set_rasterized(True)
        axes.plot([0], [0], [0], "o", color=theme.INK, ms=5)
        axes.set(xlim=(-REACH, REACH), ylim=(-REACH, REACH), zlim=(-REACH, REACH))
        axes.set(xlabel="x (Å)", ylabel="y (Å)", zlabel="z (Å)")
        for side in (axes.xaxis, axes.yaxis, axes.zaxis):
            side.set_ticks((-5, 0, 5))
            side.labelpad = -8
        axes.tick_params(labelsize=6, pad=-3)
        axes.set_box_aspect((1, 1, 1), zoom=0.85)
        axes.view_init(elev=18, azim=-60)
        axes.set_title(partner, loc="center", color=color, y=0.98)
    return figure


def volume(surroundings: Surroundings, system: str):
    """Draw surfaces of equal density around a Li+ of one system, to be turned by hand (plotly)."""
    import plotly.graph_objects as go

    figure = go.Figure()
    for partner, color in theme.partner_colors(surroundings.partners).items():
        relative, centres = _in_space(surroundings, system, partner)
        x, y, z = (axis.ravel() for axis in np.meshgrid(centres, centres, centres, indexing="ij"))
        figure.add_isosurface(
            x=x.astype(np.float32),
            y=y.astype(np.float32),
            z=z.astype(np.float32),
            value=relative.ravel().astype(np.float32),
            isomin=SURFACES[0],
            isomax=SURFACES[1],
            surface_count=2,
            caps={f"{axis}_show": False for axis in "xyz"},
            colorscale=[(0, color), (1, color)],
            opacity=0.45,
            showscale=False,
            showlegend=True,
            name=partner,
            hoverinfo="name",
        )
    figure.add_scatter3d(
        x=[0], y=[0], z=[0], mode="markers", name="Li⁺", marker={"size": 6, "color": theme.INK}
    )
    axis = {"range": (-REACH, REACH)}
    scene = {name: {**axis, "title": f"{name[0]} (Å)"} for name in ("xaxis", "yaxis", "zaxis")}
    figure.update_layout(
        scene={**scene, "aspectmode": "cube"},
        height=520,
        margin={"l": 0, "r": 0, "t": 30, "b": 0},
        legend={"orientation": "h", "y": 1, "yanchor": "bottom"},
    )
    return figure
