"""One look for every figure: sizes, colours and words, the same in print and on a screen.

Matplotlib reads its settings when an artist is made and again when a file is written, so the look
holds for the process that imports this module; nothing else is set anywhere. Figures are made
without pyplot and therefore vanish with their last reference.
"""

from collections.abc import Sequence

import matplotlib
from cycler import cycler
from matplotlib.figure import Figure

TEXT_WIDTH = 6.3  # inches, the width of the printed text
HEIGHT = 3.4  # inches, of a figure with one row of axes
DOTS_PER_INCH = 200

# Okabe and Ito's colours, which stay apart for colour-blind readers; yellow is too light for lines
OKABE_ITO = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000")
INK = "#262626"
MUTED = "#737373"
ACCENT = OKABE_ITO[1]
SEQUENTIAL = "viridis"  # for what grows from nothing
DIVERGING = "RdBu_r"  # for what has a sign
LIGHTEST = 0.88  # of the sequential map; lighter colours vanish on white paper

STYLE = {
    "figure.dpi": 100,
    "figure.facecolor": "white",
    "figure.constrained_layout.use": True,
    "savefig.dpi": DOTS_PER_INCH,
    "savefig.facecolor": "white",
    "font.family": "DejaVu Sans",  # comes with matplotlib, so every machine draws the same
    "font.size": 8.5,
    "mathtext.fontset": "dejavusans",
    "axes.labelsize": 9,
    "axes.titlesize": 9,
    "axes.titlelocation": "left",
    "axes.titleweight": "normal",
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.prop_cycle": cycler(color=OKABE_ITO),
    "axes.unicode_minus": True,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "xtick.major.width": 0.7,
    "ytick.major.width": 0.7,
    "xtick.major.size": 3,
    "ytick.major.size": 3,
    "grid.color": "#d9d9d9",
    "grid.linewidth": 0.5,
    "lines.linewidth": 1.4,
    "lines.markersize": 4,
    "patch.linewidth": 0.7,
    "legend.frameon": False,
    "legend.fontsize": 8,
    "image.cmap": SEQUENTIAL,
    "svg.fonttype": "path",
    "svg.hashsalt": "thesis",  # identifiers in an SVG follow from its content alone
}
matplotlib.rcParams.update(STYLE)


def figure(width: float = TEXT_WIDTH, height: float = HEIGHT) -> Figure:
    """Make an empty figure of that size in inches."""
    return Figure(figsize=(width, height))


def sequence(count: int) -> list[str]:
    """Return that many colours from dark to light, told apart by lightness alone if need be."""
    colormap = matplotlib.colormaps[SEQUENTIAL]
    steps = [LIGHTEST * step / max(count - 1, 1) for step in range(count)]
    return [matplotlib.colors.to_hex(colormap(step)) for step in steps]


def system_colors(systems: Sequence[str]) -> dict[str, str]:
    """Give each system a colour, in the data set's order and the same in every figure."""
    return dict(zip(systems, sequence(len(systems)), strict=True))


def partner_colors(partners: Sequence[str]) -> dict[str, str]:
    """Give each coordination partner a colour, the same in every figure."""
    return {name: OKABE_ITO[i % len(OKABE_ITO)] for i, name in enumerate(partners)}
