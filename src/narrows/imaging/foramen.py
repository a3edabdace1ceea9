"""Height and area of the foramina of the lumbar spine, left and right, in planes beside the canal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from narrows.imaging.anatomy import BONE_KINDS, CANAL_KINDS, parts, region
from narrows.imaging.centreline import Frames
from narrows.imaging.planes import Grid, labels_on
from narrows.imaging.result import rounded

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from narrows.imaging.alignment import Walls
    from narrows.imaging.scan import Scan
    from narrows.imaging.vertebrae import Vertebra

    Floats = NDArray[np.float64]

#: How far beside the middle of the canal the planes lie, mm: from the edge of the sac to beyond the pedicles.
FROM_MM, TO_MM = 8.0, 21.0
#: Reach of a plane to the back, front, and up and down of the disc's back edge, mm.
BACK_MM, FRONT_MM, UP_MM = 24.0, 8.0, 26.0
#: A ring of bone and disc may have gaps up to this wide (the joint space), mm.
GAP_MM = 2.5
#: Holes of other sizes (mm2) are no foramen.
SIZE_MM2 = (15.0, 400.0)


def measured(
    scan: Scan, bones: dict[str, Vertebra], walls: dict[str, Walls | None], level: str
) -> tuple[dict[str, Any] | None, str]:
    """Smallest closed foramen of each side, {left, right: {height_mm, area_mm2}}, or None and the reason.

    A foramen is the hole that pedicles, bodies, disc and joint enclose in a plane along the spine; of the planes of
    the pedicle zone the one with the smallest hole counts. Height is its extent along the walls of the bodies.
    """
    if region(level) != "lumbar":
        return None, "only the lumbar foramina lie in planes along the spine; those of the neck run obliquely"
    upper, lower = parts(level)
    above, below = walls.get(upper), walls.get(lower)
    if above is None or below is None:
        return None, "needs the bodies of both vertebrae, whole in the image"
    if not (bones[upper].has_arch and bones[lower].has_arch):
        return None, "the arches that bound it are not labelled"
    origin = (above.back_bottom + below.back_top) / 2
    front = above.bottom + below.top
    front = front / np.linalg.norm(front)
    right = bones[lower].right
    up = np.cross(right, front)
    step = float(np.clip(min(scan.volume.voxel_mm), 0.8, 1.0))
    offsets = np.arange(FROM_MM, TO_MM + 0.1, max(2.0, float(scan.volume.voxel_mm[0])))
    middle = origin - ((origin - bones[lower].origin) @ right) * right
    signed = np.concatenate([-offsets, offsets])  # left, then right
    every = np.ones((len(signed), 1))
    planes = Frames(signed, middle + signed[:, None] * right, every * front, every * up, every * right)
    on = Grid(np.arange(-BACK_MM, FRONT_MM, step), np.arange(-UP_MM, UP_MM, step))
    kinds = _kinds(scan)[labels_on(scan.volume, planes, on)]
    left, right_ = _holes(kinds, len(offsets), step)
    if left is None and right_ is None:
        return None, "no plane beside the canal shows a closed foramen"
    return {"left": left, "right": right_}, ""


def _kinds(scan: Scan) -> NDArray[np.uint8]:
    """By label: 1 for bone and disc, 2 for the canal, else 0."""
    kinds = np.zeros(max([*scan.structures, *scan.voxels.places]) + 1, np.uint8)
    for code, structure in scan.structures.items():
        if structure.kind in BONE_KINDS or structure.kind == "disc":
            kinds[code] = 1
        elif structure.kind in CANAL_KINDS:
            kinds[code] = 2
    return kinds


def _holes(kinds: NDArray[np.uint8], a_side: int, step: float) -> tuple[dict[str, Any] | None, ...]:
    """Area and height of the smallest closed hole behind the disc, over the planes of each side."""
    from scipy.ndimage import label

    beside = np.count_nonzero(kinds == 2, axis=(1, 2)) <= 0.02 * kinds[0].size  # not within the sac any more
    solid = kinds == 1
    closed = _closed(solid, max(1, round(GAP_MM / 2 / step)))
    flat = np.array([np.zeros((3, 3)), [[0, 1, 0], [1, 1, 1], [0, 1, 0]], np.zeros((3, 3))], bool)
    # All planes in one go: the first axis is never joined.
    open_, count = label(~closed & beside[:, None, None], flat)
    inner = np.ones(count + 1, bool)
    for edge in (open_[:, 0], open_[:, -1], open_[:, :, 0], open_[:, :, -1]):
        inner[edge] = False
    inner[0] = False
    if not inner.any():
        return None, None
    inside = inner[open_]
    # The closing rounds the corners of the hole: count every open pixel inside the ring that belongs to it.
    hole, _ = label((inside | closed) & ~solid & beside[:, None, None], flat)
    areas = np.bincount(hole.ravel()) * step**2
    behind = np.bincount(open_[:, :, : round(BACK_MM / step) + 2].ravel(), minlength=count + 1)
    at = np.zeros(count + 1, np.intp)
    at[open_.ravel()] = np.arange(open_.size)  # a pixel of each
    per_plane: dict[int, int] = {}
    for number in np.flatnonzero(inner).tolist():
        plane = int(at[number]) // kinds[0].size
        if plane not in per_plane or behind[number] > behind[per_plane[plane]]:
            per_plane[plane] = number
    best: list[tuple[float, int, int] | None] = [None, None]
    for plane, number in per_plane.items():
        own, side = int(hole.ravel()[at[number]]), int(plane >= a_side)
        area = float(areas[own])
        held = best[side]
        if SIZE_MM2[0] <= area <= SIZE_MM2[1] and (held is None or area < held[0]):
            best[side] = (area, plane, own)
    return tuple(_size(hole, held, step) for held in best)


def _size(hole: NDArray[Any], held: tuple[float, int, int] | None, step: float) -> dict[str, Any] | None:
    if held is None:
        return None
    area, plane, own = held
    rows = np.flatnonzero((hole[plane] == own).any(axis=1))
    return {"height_mm": rounded((rows[-1] - rows[0] + 1) * step, 1), "area_mm2": rounded(area, 1)}


def _closed(solid: NDArray[np.bool_], reach: int) -> NDArray[np.bool_]:
    """The solid with gaps up to twice the reach (pixels) filled: grown by a disc and shrunk again, plane by plane."""
    margin = ((0, 0), (2 * reach, 2 * reach), (2 * reach, 2 * reach))
    grown = _grown(np.pad(solid, margin), reach)
    return ~_grown(~grown, reach)


def _grown(solid: NDArray[np.bool_], reach: int) -> NDArray[np.bool_]:
    """Every pixel that has a solid one within reach; planes get smaller by the reach all round."""
    high, wide = (n - 2 * reach for n in solid.shape[1:])
    found = np.zeros((len(solid), high, wide), bool)
    for down in range(2 * reach + 1):
        for aside in range(2 * reach + 1):
            if np.hypot(down - reach, aside - reach) <= reach + 0.1:
                found |= solid[:, down : down + high, aside : aside + wide]
    return found
