"""How sure a measured area or length is, from the voxels alone."""

from __future__ import annotations

import numpy as np

#: Standard deviation of the area of a smooth outline laid on a grid by chance, in units of h^1.5 * sqrt(perimeter).
#: Fitted to phantoms (bench/imaging_accuracy.py; docs/accuracy.md); the form is that of lattice-point counts.
AREA_FACTOR = 0.35
#: Standard deviation of a diameter in parts of the voxel edge along it.
LENGTH_FACTOR = 0.3
#: Two-sided 95 %.
Z95 = 1.96


def area_sd(area: float, ap: float, rl: float, edges: tuple[float, float, float], change: float = 0.0) -> float:
    """Standard deviation of an area (mm2) from the grid.

    edges: voxel edge along right, front and along the canal, mm. `change`: how fast the area changes along the canal
    near the plane, mm2 per mm; a thick slice shifts the plane by up to a quarter of its thickness.
    """
    perimeter = np.pi * np.sqrt((ap**2 + rl**2) / 2) if area > 0 else 0.0
    in_plane = AREA_FACTOR * (edges[0] * edges[1]) ** 0.75 * np.sqrt(perimeter)
    along = abs(change) * edges[2] / 4
    return float(np.hypot(in_plane, along))


def length_sd(edge: float) -> float:
    """Standard deviation of a diameter (mm) from the voxel edge along it."""
    return LENGTH_FACTOR * edge
