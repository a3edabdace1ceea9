"""Planes perpendicular to the canal: the canal's soft cross-section on them, its area and its diameters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from narrows.imaging.centreline import Frames
from narrows.imaging.mending import mended
from narrows.imaging.thick_slices import filled
from narrows.imaging.volume import CHUNK, Volume

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from narrows.imaging.scan import Scan

    Floats = NDArray[np.float64]

#: Edge of a pixel of the final planes, mm.
PIXEL_MM = 0.5
#: Edge of a pixel of coarse planes, mm.
COARSE_MM = 1.5
#: Width of the strip whose mean length is a diameter, mm.
STRIP_MM = 3.0
#: Part of the width to either side whose lengths steady a diameter.
STEADY = 0.25
#: Pixels sampled in one go: few enough to stay in the processor's cache.
AT_ONCE = 40_000
#: Empty voxels around what is cut out: at least so many, and at least so many mm, so that planes seldom reach beyond.
_AROUND, _AROUND_MM = 3, 4.0
#: The scheme of masks that were drawn one by one.
MASKS = "sct_binary"
#: A whole voxel of a tube; parts are counted in this many steps.
WHOLE = 255
#: Marks a cell (eight voxels) across which the canal's edge runs.
_EDGE = 1
#: Places in voxels are held as whole numbers of this many binary digits behind the point.
_DIGITS = 16


@dataclass(frozen=True)
class Tube:
    """The canal cut out of the map: parts of WHOLE on a small grid with empty voxels around, its matrix to mm."""

    part: NDArray[np.uint8]
    affine: Floats
    spacing: tuple[float, float, float]
    said: tuple[str, ...] = ()

    def to_voxel(self) -> Floats:
        """Matrix from patient mm to indices of `part`."""
        return np.linalg.inv(self.affine).astype(float)

    @cached_property
    def flat(self) -> NDArray[np.uint8]:
        """The voxels in a row, the first index running fastest."""
        return self.part.reshape(-1, order="F")

    @cached_property
    def cells(self) -> NDArray[np.uint8]:
        """For each voxel the value that it shares with the seven next ones, or _EDGE where they differ."""
        across, deep = self.part.shape[0], self.part.shape[0] * self.part.shape[1]
        beyond = 1 + across + deep
        found = np.empty(self.flat.size - beyond, np.uint8)
        for begin in range(0, found.size, CHUNK):
            low = high = self.flat[begin : begin + CHUNK + beyond]
            for step in (1, across, deep):  # what runs over the end of a row lies in empty voxels
                low, high = np.minimum(low[:-step], low[step:]), np.maximum(high[:-step], high[step:])
            np.copyto(low, _EDGE, where=low != high)
            found[begin : begin + CHUNK] = low
        return found


def cut_out(scan: Scan, codes: tuple[int, ...], mend: bool = False) -> Tube:
    """The union of some labels as a small volume with a margin of empty voxels.

    The space between thick slices is filled with the shape of the canal. `mend`: specks are left out, holes filled.
    """
    low, high = scan.voxels.box(codes)
    around = np.maximum(_AROUND, np.ceil(_AROUND_MM / np.array(scan.volume.voxel_mm))).astype(int)
    around = np.where(np.array(scan.volume.voxel_mm) > 2.0, _AROUND, around)
    low, high = low - around, high + around + 1
    held = scan.soft_canal if scan.soft_canal is not None else scan.volume.data
    source = tuple(slice(max(a, 0), min(b, n)) for a, b, n in zip(low, high, held.shape, strict=True))
    target = tuple(slice(s.start - a, s.stop - a) for s, a in zip(source, low, strict=True))
    part = np.zeros(tuple(high - low), np.uint8, order="F")
    cut, inside = held[source], part[target]
    if scan.soft_canal is not None:
        inside[...] = np.rint(cut * np.float32(WHOLE))
    else:
        np.equal(cut, codes[0], out=inside.view(bool))
        for code in codes[1:]:
            inside |= cut == code
        np.negative(inside, out=inside)  # 1 becomes WHOLE
    said: tuple[str, ...] = ()
    if mend:

        def free() -> NDArray[np.bool_]:
            found = np.zeros_like(part, bool)
            np.equal(scan.volume.data[source], 0, out=found[target])
            return found

        kinds = frozenset(scan.structures[code].kind for code in codes)
        alone = kinds == {"canal_without_cord"}
        part, said = mended(part, free, kinds if alone or scan.scheme == MASKS else frozenset())
    affine = scan.volume.affine.copy()
    affine[:3, 3] += affine[:3, :3] @ low
    part, affine = filled(part, affine)
    return Tube(part, affine, scan.volume.voxel_mm, said)


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


def reaching(parts: NDArray[np.float32], on: Grid) -> tuple[float, float]:
    """How far right and front of their origins planes hold canal, mm."""
    seen = parts > 0.25
    right, front = (on.u[seen.any(axis=(0, 1))], on.v[seen.any(axis=(0, 2))])
    return float(np.abs(right).max(initial=0.0)), float(np.abs(front).max(initial=0.0))


def _along(
    frames: Frames, on: Grid, to_voxel: Floats, more: float = 0.0
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Indices of the pixels of planes, as what a row (3, planes, v) and a column (3, planes, u) add to them.

    They are whole numbers with _DIGITS behind the point: the voxel and the place in it are one shift apart.
    """
    turn = to_voxel[:3, :3]
    origin = (frames.origin @ turn.T + to_voxel[:3, 3]).T + more
    rows = origin[:, :, None] + (turn @ frames.anterior.T)[:, :, None] * on.v
    columns = (turn @ frames.right.T)[:, :, None] * on.u
    one = float(1 << _DIGITS)
    return np.rint(rows * one).astype(np.int32), np.rint(columns * one).astype(np.int32)


def sections(tube: Tube, frames: Frames, on: Grid) -> NDArray[np.float32]:
    """The canal on planes, trilinear: parts of one, shape (planes, v, u)."""
    return np.concatenate([parts for _, parts in _pieces(tube, frames, on)])


def _pieces(tube: Tube, frames: Frames, on: Grid) -> Iterator[tuple[slice, NDArray[np.float32]]]:
    """The canal on a few planes at a time."""
    rows, columns = _along(frames, on, tube.to_voxel())
    last = np.array(tube.part.shape).reshape(3, 1) - 2
    low = (rows.min(axis=2) + columns.min(axis=2)) >> _DIGITS
    high = (rows.max(axis=2) + columns.max(axis=2)) >> _DIGITS
    beyond = (low < 0) | (high > last)
    step = max(1, AT_ONCE // (len(on.u) * len(on.v)))
    for begin in range(0, len(frames), step):
        some = slice(begin, begin + step)
        yield some, _sampled(tube, rows[:, some], columns[:, some], beyond[:, some].any(axis=1))


def _sampled(
    tube: Tube, rows: NDArray[np.int32], columns: NDArray[np.int32], beyond: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Trilinear values of the canal; only cells with an edge across them are interpolated."""
    places = []
    index: NDArray[Any] = np.zeros((), np.intp)
    stride = 1
    for axis, size in enumerate(tube.part.shape):
        place = rows[axis][:, :, None] + columns[axis][:, None, :]
        if beyond[axis]:  # the outermost voxels are empty
            np.clip(place, 0, ((size - 1) << _DIGITS) - 1, out=place)
        places.append(place.reshape(-1))
        voxel = place >> _DIGITS
        if stride > 1:
            voxel *= stride
        index = index + voxel if axis else voxel
        stride *= size
    index = index.reshape(-1)
    found = tube.cells.take(index)
    edge = np.flatnonzero(found == _EDGE)
    parts = found.astype(np.float32)
    parts *= np.float32(1 / WHOLE)
    parts[edge] = _between(tube, index.take(edge).astype(np.intp), [p.take(edge) for p in places])
    return parts.reshape(rows.shape[1], rows.shape[2], columns.shape[2])


def _between(tube: Tube, index: NDArray[np.intp], places: list[NDArray[np.int32]]) -> NDArray[np.float32]:
    """Trilinear values inside cells that begin at flat indices."""
    x, y, z = (((p & ((1 << _DIGITS) - 1)) * np.float32(2.0**-_DIGITS)).astype(np.float32) for p in places)
    across, deep = tube.part.shape[0], tube.part.shape[0] * tube.part.shape[1]

    def on_line(at: int) -> NDArray[np.float32]:
        begin = tube.flat[at:].take(index).astype(np.float32)
        return begin + x * (tube.flat[at + 1 :].take(index) - begin)

    def on_face(at: int) -> NDArray[np.float32]:
        begin = on_line(at)
        return begin + y * (on_line(at + across) - begin)

    begin = on_face(0)
    return np.asarray((begin + z * (on_face(deep) - begin)) * np.float32(1 / WHOLE), np.float32)


def labels_on(volume: Volume, frames: Frames, on: Grid) -> NDArray[Any]:
    """The labels on planes, nearest voxel, 0 outside the map; shape (planes, v, u)."""
    rows, columns = _along(frames, on, volume.to_voxel(), 0.5)
    flat, strides, begin = volume.in_a_row()
    whole = np.int32 if flat.size < 1 << 31 else np.int64
    index = np.full((len(frames), len(on.v), len(on.u)), begin, whole)
    inside: NDArray[np.bool_] | None = None
    for row, column, size, stride in zip(rows, columns, volume.data.shape, strides, strict=True):
        voxel = (row[:, :, None] + column[:, None, :]) >> _DIGITS
        if int(row.min()) + int(column.min()) < 0 or (int(row.max()) + int(column.max())) >> _DIGITS >= size:
            within = (voxel >= 0) & (voxel < size)
            inside = within if inside is None else inside & within
            np.clip(voxel, 0, size - 1, out=voxel)
        index += np.multiply(voxel, stride, dtype=whole)
    found = flat.take(index)
    return found if inside is None else found * inside


@dataclass(frozen=True, slots=True)
class Sections:
    """What planes show of the canal: areas (mm2), AP and transverse diameters (mm), centroids (u, v in mm)."""

    area: Floats
    ap: Floats
    rl: Floats
    centre: Floats


def across(tube: Tube, frames: Frames, on: Grid) -> Sections:
    """Measure the canal on planes, a few at a time, so that memory stays small beside the map."""
    columns, rows = np.empty((len(frames), len(on.u))), np.empty((len(frames), len(on.v)))
    for some, parts in _pieces(tube, frames, on):
        columns[some], rows[some] = parts.sum(axis=1), parts.sum(axis=2)
    return _measured(columns, rows, on)


def measured(parts: NDArray[np.float32], on: Grid) -> Sections:
    """Measure the canal on planes that are already sampled."""
    return _measured(parts.sum(axis=1, dtype=float), parts.sum(axis=2, dtype=float), on)


def _measured(columns: Floats, rows: Floats, on: Grid) -> Sections:
    """Area = soft sum; a diameter = mean soft length over a strip of STRIP_MM through the centroid.

    columns (planes, u) and rows (planes, v) are sums over pixels.
    """
    pixel = on.pixel
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
