"""Planes perpendicular to the canal: the canal's soft cross-section on them, its area and its diameters."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from narrows.imaging.centreline import Frames
from narrows.imaging.thick_slices import filled
from narrows.imaging.volume import Volume

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from narrows.imaging.scan import Scan

    Floats = NDArray[np.float64]

#: Edge of a pixel of the final planes, mm.
PIXEL_MM = 0.5
#: Width of the strip whose mean length is a diameter, mm.
STRIP_MM = 3.0
#: Part of the width to either side whose lengths steady a diameter.
STEADY = 0.25
#: Planes sampled in one go, so that memory stays small beside the map.
AT_ONCE = 64
_AROUND = 3


@dataclass(frozen=True, slots=True)
class Tube:
    """The canal cut out of the map: parts of one (0 to 1) on a small grid, and its matrix from voxel to mm."""

    part: NDArray[np.float32]
    affine: Floats
    spacing: tuple[float, float, float]
    heights: Floats

    def to_voxel(self) -> Floats:
        """Matrix from patient mm to indices of `part`."""
        return np.linalg.inv(self.affine).astype(float)


def cut_out(scan: Scan, codes: tuple[int, ...]) -> Tube:
    """The union of some labels as a small volume with a margin of empty voxels.

    The space between thick slices is filled with the shape of the canal.
    """
    low, high = scan.voxels.box(codes)
    low, high = low - _AROUND, high + _AROUND + 1
    held = scan.soft_canal if scan.soft_canal is not None else scan.volume.data
    source = tuple(slice(max(a, 0), min(b, n)) for a, b, n in zip(low, high, held.shape, strict=True))
    target = tuple(slice(s.start - a, s.stop - a) for s, a in zip(source, low, strict=True))
    # As the map lies in memory, so that filling it and walking along it stay quick.
    part = np.empty_like(held, np.float32, "K", shape=tuple(high - low))
    part[...] = 0.0
    if scan.soft_canal is not None:
        part[target] = scan.soft_canal[source]
    else:
        cut = held[source]
        inside = cut == codes[0]
        for code in codes[1:]:
            inside |= cut == code
        part[target] = inside
    affine = scan.volume.affine.copy()
    affine[:3, 3] += affine[:3, :3] @ low
    heights = part.sum(axis=(0, 1), dtype=float)
    part, affine = filled(part, affine)
    return Tube(part, affine, scan.volume.voxel_mm, heights)


@dataclass(frozen=True, slots=True)
class Grid:
    """Pixels of a plane: u runs to the patient's right, v to the front; mm from the plane's origin."""

    u: Floats
    v: Floats

    @property
    def pixel(self) -> float:
        """Edge of a pixel, mm."""
        return float(self.u[1] - self.u[0])


def grid(half_right: float, half_front: float, pixel: float = PIXEL_MM) -> Grid:
    """A grid that reaches so far to either side of its origin."""
    across, deep = int(np.ceil(half_right / pixel)), int(np.ceil(half_front / pixel))
    u: Floats = np.arange(-across, across + 1, dtype=float) * pixel
    v: Floats = np.arange(-deep, deep + 1, dtype=float) * pixel
    return Grid(u, v)


def coordinates(frames: Frames, on: Grid, to_voxel: Floats) -> NDArray[np.float32]:
    """Indices (3, planes, v, u) of the pixels of planes."""
    origin = frames.origin @ to_voxel[:3, :3].T + to_voxel[:3, 3]
    right = frames.right @ to_voxel[:3, :3].T
    front = frames.anterior @ to_voxel[:3, :3].T
    places = np.empty((3, len(frames), len(on.v), len(on.u)), np.float32)
    u, v = on.u.astype(np.float32), on.v.astype(np.float32)
    for axis in range(3):
        rows = origin[:, axis, None].astype(np.float32) + front[:, axis, None].astype(np.float32) * v
        columns = right[:, axis, None].astype(np.float32) * u
        np.add(rows[:, :, None], columns[:, None, :], out=places[axis])
    return places


def sections(tube: Tube, frames: Frames, on: Grid) -> NDArray[np.float32]:
    """The canal on planes, trilinear: parts of one, shape (planes, v, u)."""
    from scipy.ndimage import map_coordinates

    to_voxel = tube.to_voxel()
    found = np.empty((len(frames), len(on.v), len(on.u)), np.float32)

    def fill(begin: int) -> None:
        some = slice(begin, begin + AT_ONCE)
        places = coordinates(frames.part(some), on, to_voxel)
        map_coordinates(tube.part, places, output=found[some], order=1, mode="constant", prefilter=False)

    pieces = range(0, len(frames), AT_ONCE)
    if len(pieces) < 3:
        for begin in pieces:
            fill(begin)
    else:  # scipy works outside the interpreter's lock
        with ThreadPoolExecutor(min(len(pieces), os.cpu_count() or 1, 4)) as threads:
            list(threads.map(fill, pieces))
    return found


def labels_on(volume: Volume, frames: Frames, on: Grid) -> NDArray[Any]:
    """The labels on planes, nearest voxel, 0 outside the map; shape (planes, v, u)."""
    places = np.rint(coordinates(frames, on, volume.to_voxel())).astype(np.int32)
    shape = np.array(volume.data.shape).reshape(3, 1, 1, 1)
    inside = ((places >= 0) & (places < shape)).all(axis=0)
    places = np.clip(places, 0, shape - 1)
    return np.where(inside, volume.data[tuple(places)], 0)


@dataclass(frozen=True, slots=True)
class Sections:
    """What planes show of the canal: areas (mm2), AP and transverse diameters (mm), centroids (u, v in mm)."""

    area: Floats
    ap: Floats
    rl: Floats
    centre: Floats


def measured(parts: NDArray[np.float32], on: Grid) -> Sections:
    """Area = soft sum; a diameter = mean soft length over a strip of STRIP_MM through the centroid."""
    pixel = on.pixel
    columns = parts.sum(axis=1, dtype=float)  # (planes, u)
    rows = parts.sum(axis=2, dtype=float)  # (planes, v)
    mass = columns.sum(axis=1)
    safe = np.maximum(mass, 1e-9)
    centre = np.stack([columns @ on.u / safe, rows @ on.v / safe], axis=1)
    centre[mass < 1e-6] = 0.0
    return Sections(
        area=mass * pixel**2,
        ap=_mean_length(columns, on.u, centre[:, 0], pixel),
        rl=_mean_length(rows, on.v, centre[:, 1], pixel),
        centre=centre,
    )


def _mean_length(lengths: Floats, at: Floats, middle: Floats, pixel: float) -> Floats:
    """Mean over the strip of a parabola fitted to the lengths around it: neighbours steady what three voxels say."""
    off = at - middle[:, None]
    width = np.count_nonzero(lengths > 0.5, axis=1) * pixel
    reach = np.clip(width * STEADY, STRIP_MM / 2 + 0.5, 4.0)[:, None]
    far = np.abs(off) / (reach + pixel)
    powers = [np.maximum(1 - far * far * far, 0.0)]
    for _ in range(4):
        powers.append(powers[-1] * off)
    moments = [power.sum(axis=1) for power in powers]
    gram = np.empty((len(lengths), 3, 3))
    for i in range(3):
        for j in range(3):
            gram[:, i, j] = moments[i + j]
    right = np.stack([(power * lengths).sum(axis=1) for power in powers[:3]], axis=1)
    solvable = moments[0] > 1e-6
    gram[~solvable] = np.eye(3)
    fit = np.linalg.solve(gram, right[..., None])[..., 0]
    return np.where(solvable, np.maximum(fit[:, 0] + fit[:, 2] * STRIP_MM**2 / 12, 0.0), 0.0) * pixel
