"""Bodies of the vertebrae beside the canal: where they stand along it, their walls and endplates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from narrows.imaging.anatomy import ARCH_KINDS, rank

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from narrows.imaging.centreline import Line
    from narrows.imaging.scan import Scan

    Floats = NDArray[np.float64]

#: Half the width of the mid-sagittal slab in which walls and endplates are read, mm.
SLAB_MM = 6.0
#: Walls are read in pieces of about this size, mm: longer voxels are split, shorter ones pooled.
FINE_MM = 1.0
#: Distance between the layers of the slab that are read, mm: walls change little across it.
LAYER_MM = 3.0
#: Distances right, front and up at which a whole vertebra is looked at to find its middle, mm.
SPARSE_MM = (4.0, 2.0, 1.5)
#: How far a body reaches above and below its middle at most, mm.
_TALL_MM = 45.0


@dataclass(frozen=True, slots=True)
class Vertebra:
    """A vertebra seen from the canal: pieces of its mid-sagittal body (n, 2: front, up) about a frame, and their sizes."""

    name: str
    s: float
    origin: Floats
    right: Floats
    anterior: Floats
    up: Floats
    body: Floats
    size: Floats
    has_arch: bool
    cut: bool


def found(scan: Scan, line: Line) -> dict[str, Vertebra]:
    """The vertebrae of a scan by name, in order down the spine.

    Where the whole vertebra is one label, the body is what lies in front of the canal's middle line.
    """
    codes: dict[str, dict[str, list[int]]] = {}
    for code, structure in scan.structures.items():
        if code not in scan.voxels.places or not structure.level or "-" in structure.level:
            continue
        kinds = codes.setdefault(structure.level, {})
        if structure.kind in ("vertebra", "partial_vertebra"):
            kinds.setdefault("whole", []).append(code)
        elif structure.kind in ("body", "endplate"):
            kinds.setdefault("body", []).append(code)
        elif structure.kind in ARCH_KINDS:
            kinds.setdefault("arch", []).append(code)
    vertebrae = {}
    for name in sorted((n for n in codes if rank(n) is not None), key=lambda n: rank(n) or 0.0):
        vertebra = _vertebra(scan, line, name, codes[name])
        if vertebra is not None:
            vertebrae[name] = vertebra
    return vertebrae


def _vertebra(scan: Scan, line: Line, name: str, codes: dict[str, list[int]]) -> Vertebra | None:
    solid = [*codes.get("body", ()), *codes.get("whole", ())]
    if not solid:
        return None
    box = scan.voxels.box(solid)
    points = _sparse(scan, solid, box)
    if len(points) < 20:
        return None
    s = line.place(points.mean(axis=0))
    for _ in range(2):
        frame = line.near(s)
        ahead = _along(points, frame.origin[0], frame.anterior[0]) > 0
        if np.count_nonzero(ahead) < 20:
            return None
        # The middle of the body, not of the whole bone, is the middle of the vertebra.
        s = float(frame.s[0] - _along(points[ahead], frame.origin[0], frame.up[0]).mean())
    frame = line.frames(np.array([s]))
    origin, right, anterior, up = frame.origin[0], frame.right[0], frame.anterior[0], frame.up[0]
    has_arch = bool(codes.get("arch"))
    if not has_arch:
        behind = (_along(points, origin, anterior) < -3) & (np.abs(_along(points, origin, up)) < 25)
        has_arch = bool(behind.mean() > 0.02)
    body, size, cut = _slab(scan, solid, box, origin, np.stack([right, anterior, up]))
    return Vertebra(name, s, origin, right, anterior, up, body, size, has_arch, cut)


def _along(points: Floats, origin: Floats, axis: Floats) -> Floats:
    """How far points lie from an origin along an axis; a matrix product would start threads for so little."""
    return np.asarray(np.einsum("ij,j->i", points, axis) - origin @ axis)


def _labelled(scan: Scan, codes: list[int], where: tuple[slice, ...]) -> NDArray[np.bool_]:
    seen = scan.volume.data[where]
    found = seen == codes[0]
    for code in codes[1:]:
        found |= seen == code
    return np.asarray(found)


def _sparse(scan: Scan, codes: list[int], box: tuple[NDArray[np.int64], NDArray[np.int64]]) -> Floats:
    """Patient mm (n, 3) of every so many-th voxel of a vertebra."""
    where = []
    for low, high, edge, apart in zip(*box, scan.volume.voxel_mm, SPARSE_MM, strict=True):
        step = max(1, int(apart / edge))
        where.append(slice(int(low) + min(step // 2, int(high - low) // 2), int(high) + 1, step))
    index = np.nonzero(_labelled(scan, codes, tuple(where)))
    return scan.millimetres(np.stack([i * w.step + w.start for i, w in zip(index, where, strict=True)]))


def _slab(
    scan: Scan,
    codes: list[int],
    box: tuple[NDArray[np.int64], NDArray[np.int64]],
    origin: Floats,
    axes: Floats,
) -> tuple[Floats, Floats, bool]:
    """(front, up) and size of the pieces of a body near the middle, and whether the image cuts it above or below."""
    low, high = box
    edges = scan.volume.voxel_mm
    turn = axes @ scan.volume.affine[:3, :3]  # (right, front, up) of one voxel along each axis of the map
    begin = axes @ (scan.volume.affine[:3, 3] - origin)
    # Only layers that meet the slab within a body's height, also where they lie askew to it.
    middle = (scan.volume.to_voxel() @ [*origin, 1.0])[0]
    askew = abs(turn[0, 1] / edges[1]) + abs(turn[0, 2] / edges[2])
    reach = (SLAB_MM + askew * _TALL_MM) / max(abs(turn[0, 0]), 0.1)
    layer = max(1, int(LAYER_MM / edges[0]))
    first, last = max(int(low[0]), int(np.ceil(middle - reach))), min(int(high[0]), int(middle + reach))
    where = (
        slice(first + (last - first) % layer // 2, last + 1, layer),
        slice(int(low[1]), int(high[1]) + 1),
        slice(int(low[2]), int(high[2]) + 1),
    )
    solid = _labelled(scan, codes, where)
    i, j, k = (np.arange(w.start, w.stop, w.step) for w in where)
    aside = _plane_of(turn[0], begin[0], i, j, k)
    ahead = _plane_of(turn[1], begin[1], i, j, k)
    solid &= (np.abs(aside) < SLAB_MM) & (ahead > 0)
    top = scan.volume.data.shape[2] - 1
    cut = bool((low[2] == 0 and solid[:, :, 0].any()) or (high[2] == top and solid[:, :, -1].any()))
    size = solid.astype(np.uint8)
    for axis in (1, 2):
        if round(FINE_MM / edges[axis] - 0.01) >= 2:
            size, pooled = _pooled(size, axis)
            j, k = (pooled(j), k) if axis == 1 else (j, pooled(k))
    there = np.nonzero(size)
    at = [row[n] for row, n in zip((i, j, k), there, strict=True)]
    body = np.stack([turn[a, 0] * at[0] + turn[a, 1] * at[1] + turn[a, 2] * at[2] + begin[a] for a in (1, 2)], axis=1)
    return (*_split(body, size[there].astype(float), edges, turn), cut)


def _plane_of(turn: Floats, begin: float, i: NDArray[np.int64], j: NDArray[np.int64], k: NDArray[np.int64]) -> Floats:
    """One coordinate of the voxels at rows of indices, shape (i, j, k)."""
    return np.asarray((turn[0] * i + begin)[:, None, None] + (turn[1] * j)[:, None] + turn[2] * k)


def _pooled(size: NDArray[np.uint8], axis: int) -> tuple[NDArray[np.uint8], Callable[[Floats], Floats]]:
    """Pairs of layers along an axis added up, and what makes the indices of the pairs."""
    odd = size.shape[axis] % 2
    if odd:
        size = np.concatenate([size, np.zeros_like(size.take([0], axis))], axis)
    even, uneven = [slice(None)] * 3, [slice(None)] * 3
    even[axis], uneven[axis] = slice(0, None, 2), slice(1, None, 2)
    return size[tuple(even)] + size[tuple(uneven)], lambda index: index[::2] + 0.5


def _split(body: Floats, size: Floats, edges: tuple[float, float, float], turn: Floats) -> tuple[Floats, Floats]:
    """Voxels with long edges in the plane as several points along them."""
    for axis in (1, 2):
        pieces = round(edges[axis] / FINE_MM)
        if pieces > 1:
            steps = (np.arange(pieces) + 0.5) / pieces - 0.5
            body = (body[:, None, :] + steps[:, None] * turn[1:, axis]).reshape(-1, 2)
            size = np.repeat(size, pieces)
    return body, size
