"""Bodies of the vertebrae beside the canal: where they stand along it, their walls and endplates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from narrows.imaging.anatomy import ARCH_KINDS, rank

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from narrows.imaging.centreline import Line
    from narrows.imaging.scan import Scan

    Floats = NDArray[np.float64]

#: Half the width of the mid-sagittal slab in which walls and endplates are read, mm.
SLAB_MM = 6.0
#: Voxel edges are split into pieces of about this length where walls are read, mm.
FINE_MM = 1.0
#: More voxels of a structure than this are thinned before they are turned into millimetres.
ENOUGH = 6_000
#: Walls need more; thinning runs across the body, where the slab is the same everywhere.
MOST = 30_000


@dataclass(frozen=True, slots=True)
class Vertebra:
    """A vertebra seen from the canal: coordinates of its mid-sagittal body voxels (n, 2: front, up) about a frame."""

    name: str
    s: float
    origin: Floats
    right: Floats
    anterior: Floats
    up: Floats
    body: Floats
    has_arch: bool
    cut: bool

    def local(self, points: Floats) -> Floats:
        """(right, front, up) of patient mm (n, 3) about this vertebra."""
        off = points - self.origin
        return np.stack([off @ self.right, off @ self.anterior, off @ self.up], axis=1)


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


def thinned(index: NDArray[np.int32], most: int = ENOUGH) -> NDArray[np.int32]:
    """Every so many-th voxel, when there are more than needed."""
    return index[:, :: max(1, index.shape[1] // most)]


def _vertebra(scan: Scan, line: Line, name: str, codes: dict[str, list[int]]) -> Vertebra | None:
    solid = [*codes.get("body", ()), *codes.get("whole", ())]
    if not solid:
        return None
    index = np.concatenate([scan.voxels.of(c, MOST) for c in solid], axis=1)
    points = scan.millimetres(thinned(index))
    s = line.place(points.mean(axis=0))
    for _ in range(2):
        frame = line.frames(np.array([s]))
        off = points - frame.origin[0]
        ahead = off @ frame.anterior[0] > 0
        if ahead.sum() < 20:
            return None
        # The middle of the body, not of the whole bone, is the middle of the vertebra.
        s = s - float((off[ahead] @ frame.up[0]).mean())
    frame = line.frames(np.array([s]))
    origin, right, anterior, up = frame.origin[0], frame.right[0], frame.anterior[0], frame.up[0]
    off = points - origin
    front, height = off @ anterior, off @ up
    near = _near(scan, index, origin, right)
    inside = scan.millimetres(near) - origin
    slab = (inside @ anterior > 0) & (np.abs(inside @ right) < SLAB_MM)
    top = scan.volume.data.shape[2] - 1
    cut = bool(((near[2, slab] == 0) | (near[2, slab] == top)).any())
    has_arch = bool(codes.get("arch")) or bool(((front < -3) & (np.abs(height) < 25)).mean() > 0.02)
    return Vertebra(name, s, origin, right, anterior, up, _split(scan, inside[slab], anterior, up), has_arch, cut)


def _near(scan: Scan, index: NDArray[np.int32], origin: Floats, right: Floats) -> NDArray[np.int32]:
    """Voxels that can lie in the mid-sagittal slab, picked by their index across: whole vertebrae are large."""
    lean = 45.0 * float(np.linalg.norm(right[1:]))  # a slab that leans reaches further across
    reach = (SLAB_MM + lean) / scan.volume.voxel_mm[0] + 2
    middle = (scan.volume.to_voxel() @ [*origin, 1.0])[0]
    # A row of voxels that is itself oblique to the patient shifts sideways along the body.
    skew = np.abs(scan.volume.affine[0, 1:3]).sum() * 60.0 / scan.volume.voxel_mm[0] / min(scan.volume.voxel_mm[1:])
    return index[:, np.abs(index[0] - middle) <= reach + skew]


def _split(scan: Scan, points: Floats, anterior: Floats, up: Floats) -> Floats:
    """(front, up) of the voxels of the slab; voxels with long edges in the plane count as several points along them."""
    spread = points[:, None, :]
    for axis in (1, 2):
        edge = scan.volume.affine[:3, axis]
        pieces = round(float(np.linalg.norm(edge)) / FINE_MM)
        if pieces > 1:
            steps = (np.arange(pieces) + 0.5) / pieces - 0.5
            spread = (spread[:, :, None, :] + steps[:, None] * edge).reshape(len(points), -1, 3)
    flat = spread.reshape(-1, 3)
    return np.stack([flat @ anterior, flat @ up], axis=1)
