"""Height and area of the foramina of the lumbar spine, left and right, in planes beside the canal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from narrows.imaging.anatomy import BONE_KINDS, CANAL_KINDS, parts, region
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
    solid = np.zeros(max([*scan.structures, *scan.voxels.places]) + 1, np.int8)
    for code, structure in scan.structures.items():
        if structure.kind in BONE_KINDS or structure.kind == "disc":
            solid[code] = 1
        elif structure.kind in CANAL_KINDS:
            solid[code] = 2
    found: dict[str, Any] = {}
    for side, sign in (("left", -1.0), ("right", 1.0)):
        centre = origin - ((origin - bones[lower].origin) @ right) * right
        planes = _planes(scan, centre, sign * right, front, up, offsets, step)
        found[side] = _smallest(solid[planes], step)
    if found["left"] is None and found["right"] is None:
        return None, "no plane beside the canal shows a closed foramen"
    return found, ""


def _planes(
    scan: Scan, origin: Floats, aside: Floats, front: Floats, up: Floats, offsets: Floats, step: float
) -> NDArray[Any]:
    """Labels on planes along the spine (planes, up, front), nearest voxel."""
    u, v = np.arange(-BACK_MM, FRONT_MM, step), np.arange(-UP_MM, UP_MM, step)
    to_voxel = scan.volume.to_voxel()
    begin = to_voxel[:3, :3] @ origin + to_voxel[:3, 3]
    beside, high, ahead = (to_voxel[:3, :3] @ axis for axis in (aside, up, front))
    inside = np.ones((len(offsets), len(v), len(u)), bool)
    index = []
    for axis, size in enumerate(scan.volume.data.shape):
        across = (begin[axis] + 0.5 + offsets[:, None] * beside[axis] + v * high[axis]).astype(np.float32)
        place = np.floor(across[:, :, None] + (u * ahead[axis]).astype(np.float32)).astype(np.int32)
        inside &= (place >= 0) & (place < size)
        index.append(np.clip(place, 0, size - 1))
    return np.where(inside, scan.volume.data[tuple(index)], 0)


def _smallest(kinds: NDArray[np.int8], step: float) -> dict[str, Any] | None:
    """Area and height of the smallest closed hole behind the disc, over planes."""
    from scipy.ndimage import binary_closing, label

    beside = np.count_nonzero(kinds == 2, axis=(1, 2)) <= 0.02 * kinds[0].size  # not within the sac any more
    if not beside.any():
        return None
    solid = kinds[beside] == 1
    reach = max(1, round(GAP_MM / 2 / step))
    ball = np.hypot(*np.mgrid[-reach : reach + 1, -reach : reach + 1]) <= reach + 0.1
    # All planes in one go: the third axis is never joined.
    margin = ((0, 0), (reach, reach), (reach, reach))
    closed = binary_closing(np.pad(solid, margin), ball[None])[:, reach:-reach, reach:-reach]
    flat = np.array([np.zeros((3, 3)), [[0, 1, 0], [1, 1, 1], [0, 1, 0]], np.zeros((3, 3))], bool)
    open_, count = label(~closed, flat)
    outside = np.zeros(count + 1, bool)
    for edge in (open_[:, 0], open_[:, -1], open_[:, :, 0], open_[:, :, -1]):
        outside[edge] = True
    outside[0] = True
    inside = ~outside[open_]
    # The closing rounds the corners of the hole: count every open pixel inside the ring that belongs to it.
    hole, _ = label((inside | closed) & ~solid, flat)
    behind = round(BACK_MM / step)
    best: dict[str, Any] | None = None
    for holes, own, enclosed in zip(open_, hole, inside, strict=True):
        if not enclosed.any():
            continue
        sizes = np.bincount(np.where(enclosed, holes, 0)[:, : behind + 2].ravel(), minlength=count + 1)
        sizes[0] = 0
        here = np.unique(holes[enclosed])
        number = int(here[np.argmax(sizes[here])])
        same = own == own[tuple(np.argwhere(holes == number)[0])]
        area = float(same.sum()) * step**2
        if not SIZE_MM2[0] <= area <= SIZE_MM2[1]:
            continue
        rows = np.flatnonzero(same.any(axis=1))
        if best is None or area < best["area_mm2"]:
            best = {"height_mm": rounded((rows[-1] - rows[0] + 1) * step, 1), "area_mm2": rounded(area, 1)}
    return best
