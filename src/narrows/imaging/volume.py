"""A label map in space: a 3-D array turned the patient's way round, with the matrix from voxel to millimetre."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, permutations
from typing import TYPE_CHECKING, Any

import numpy as np

from narrows.problem import InputError, Problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Cells looked at in one go, so that no temporary is as large as the map.
CHUNK = 1 << 18
#: Voxel edges outside these limits (mm) are no human scan but a wrong unit or a broken header.
SMALLEST_VOXEL, LARGEST_VOXEL = 0.05, 15.0


@dataclass(frozen=True)
class Volume:
    """A label map or soft mask: array axes run right, anterior, superior (nearest axis), `affine` gives RAS+ mm."""

    data: NDArray[Any]
    affine: NDArray[np.float64]
    source: str
    name: str

    @cached_property
    def voxel_mm(self) -> tuple[float, float, float]:
        """Edge lengths of a voxel along the three array axes, mm."""
        x, y, z = np.linalg.norm(self.affine[:3, :3], axis=0)
        return float(x), float(y), float(z)

    @cached_property
    def axes(self) -> NDArray[np.float64]:
        """Unit directions of the array axes in patient mm, as columns."""
        return np.asarray(self.affine[:3, :3] / np.linalg.norm(self.affine[:3, :3], axis=0))

    def edge_along(self, direction: NDArray[np.float64]) -> float:
        """Edge of a voxel along a direction (unit vector, patient mm), mm."""
        edges = (direction @ self.axes) * self.voxel_mm
        return float(np.sqrt(edges @ edges))

    def to_voxel(self) -> NDArray[np.float64]:
        """Matrix from patient mm to array indices."""
        return self._to_voxel

    @cached_property
    def _to_voxel(self) -> NDArray[np.float64]:
        return np.linalg.inv(self.affine).astype(float)

    def stored(self) -> tuple[NDArray[Any], tuple[int, ...], tuple[bool, ...]]:
        """The voxels as they lie in memory, slowest axis first; the axis that each is here, and which run backward."""
        axes = np.argsort([-abs(s) for s in self.data.strides], kind="stable")
        straight = self.data.transpose(axes)
        backward = tuple(s < 0 for s in straight.strides)
        source = straight[tuple(slice(None, None, -1 if back else 1) for back in backward)]
        return source, tuple(int(axis) for axis in axes), backward

    def in_a_row(self) -> tuple[NDArray[Any], tuple[int, ...], int]:
        """The voxels in a row, the step from one to the next along each axis, and the place of the first.

        A view for every array that came contiguous from a file.
        """
        source, axes, backward = self.stored()
        strides, begin, step = [0, 0, 0], 0, 1
        for axis, size, back in reversed(list(zip(axes, source.shape, backward, strict=True))):
            strides[axis] = -step if back else step
            begin += (size - 1) * step if back else 0
            step *= size
        return source.reshape(-1), tuple(strides), begin

    def same_grid(self, other: Volume) -> bool:
        """Whether another map lies on the same grid (corners within a tenth of a voxel)."""
        if self.data.shape != other.data.shape:
            return False
        corners = np.array([[0, 0, 0, 1], [*(n - 1 for n in self.data.shape), 1]], dtype=float).T
        apart = np.abs((self.affine - other.affine) @ corners)[:3].max()
        return bool(apart < 0.1 * min(self.voxel_mm))


def as_volume(data: NDArray[Any], affine: NDArray[np.float64], source: str, name: str) -> Volume:
    """Check an array and its affine, and turn the axes to right, anterior, superior without copying.

    Raises InputError for fewer than three dimensions, a series, a missing or singular affine, and voxels whose size
    no scan of a person has.
    """
    problems = []
    while data.ndim > 3 and data.shape[-1] == 1:
        data = data[..., 0]
    if data.ndim < 3 or min(data.shape[:3]) < 3:
        shape = " × ".join(map(str, data.shape))
        problems.append(
            Problem(f"a flat image ({shape}): the canal needs a volume", source, "give the whole segmented series")
        )
    elif data.ndim > 3:
        problems.append(
            Problem(
                f"{data.ndim} dimensions ({' × '.join(map(str, data.shape))}), not one volume",
                source,
                "give one label map, not a series or one channel per label",
            )
        )
    elif not np.all(np.isfinite(affine)) or abs(np.linalg.det(affine[:3, :3])) < 1e-9:
        problems.append(
            Problem("no usable orientation (affine) in the file", source, "write the map with the header of its scan")
        )
    else:
        edges = np.linalg.norm(affine[:3, :3], axis=0)
        if edges.min() < SMALLEST_VOXEL or edges.max() > LARGEST_VOXEL:
            shown = " × ".join(f"{e:.4g}" for e in edges)
            problems.append(Problem(f"voxels of {shown} mm", source, "check the units of the header: millimetres"))
    if problems:
        raise InputError(problems)
    order, flips = orientation(affine)
    turned = data.transpose(order)
    matrix = np.array(affine, dtype=float)[:, [*order, 3]]
    for axis, flip in enumerate(flips):
        if flip:
            turned = np.flip(turned, axis)
            matrix[:3, 3] += matrix[:3, axis] * (turned.shape[axis] - 1)
            matrix[:3, axis] *= -1
    return Volume(turned, matrix, source, name)


def orientation(affine: NDArray[np.float64]) -> tuple[tuple[int, int, int], tuple[bool, bool, bool]]:
    """Which array axis runs nearest to right, anterior and superior, and whether each runs the other way."""
    axes = affine[:3, :3] / np.linalg.norm(affine[:3, :3], axis=0)
    best = max(permutations(range(3)), key=lambda p: sum(abs(axes[row, column]) for row, column in enumerate(p)))
    first, second, third = best
    return (first, second, third), (axes[0, first] < 0, axes[1, second] < 0, axes[2, third] < 0)


@dataclass(frozen=True, slots=True)
class Runs:
    """Stretches of equal voxels along the rows of a map as it is stored: where each begins, and their sizes summed."""

    begins: NDArray[Any]
    sizes: NDArray[Any]
    total: NDArray[Any]


@dataclass(frozen=True, slots=True)
class Voxels:
    """The labelled voxels of a map, by label, as runs along its rows.

    Indices are worked out for the labels that are asked for, because most of a large map is never looked at closely.
    """

    places: dict[int, Runs]
    shape: tuple[int, ...]
    axes: tuple[int, ...]
    backward: tuple[bool, ...]

    def of(self, label: int, most: int | None = None) -> NDArray[np.int32]:
        """Array indices (3, n) of the voxels of one label; n = 0 when it is absent.

        `most`: when there are more, only every so many-th is given.
        """
        runs = self.places.get(label)
        if runs is None:
            return np.zeros((3, 0), np.int32)
        size = int(runs.total[-1])
        place = np.arange(0, size, max(1, size // most) if most else 1)
        which = np.searchsorted(runs.total, place, side="right")
        first, middle, last = self._row(runs.begins)
        last = last - (runs.total - runs.sizes)
        rows = (first[which], middle[which], last[which] + place)
        index = np.empty((3, place.size), np.int32)
        for axis, length, turned, row in zip(self.axes, self.shape, self.backward, rows, strict=True):
            index[axis] = length - 1 - row if turned else row
        return index

    def mean(self, label: int) -> NDArray[np.float64]:
        """Mean array index (3) of the voxels of a label that is there."""
        runs = self.places[label]
        first, middle, last = self._row(runs.begins)
        found = np.empty(3)
        rows = (first, middle, last + (runs.sizes - 1) / 2)
        for axis, length, turned, row in zip(self.axes, self.shape, self.backward, rows, strict=True):
            at = float(row @ runs.sizes.astype(float)) / float(runs.total[-1])
            found[axis] = length - 1 - at if turned else at
        return found

    def box(self, labels: Iterable[int]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Lowest and highest index (3 each) of the voxels of some labels, of which at least one is there."""
        runs = [self.places[label] for label in labels if label in self.places]
        first, middle, last = self._row(np.concatenate([r.begins for r in runs]))
        end = last + np.concatenate([r.sizes for r in runs]) - 1
        low, high = np.empty(3, np.int64), np.empty(3, np.int64)
        for axis, length, turned, begin, stop in zip(
            self.axes, self.shape, self.backward, (first, middle, last), (first, middle, end), strict=True
        ):
            ends = int(begin.min()), int(stop.max())
            low[axis], high[axis] = (length - 1 - ends[1], length - 1 - ends[0]) if turned else ends
        return low, high

    def _row(self, place: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        rest = place // self.shape[2]  # twice as fast as divmod
        first = rest // self.shape[1]
        return first, rest - first * self.shape[1], place - rest * self.shape[2]


def labelled_voxels(volume: Volume) -> Voxels:
    """Find the labelled voxels: one comparison of each voxel with the next one of its row.

    Raises InputError when nothing is labelled.
    """
    source, axes, backward = volume.stored()
    length = source.shape[2]
    flat = source.reshape(-1)  # a view for every array that came contiguous from a file
    kind = np.int32 if flat.size < 1 << 31 else np.int64
    begins = []
    changed = np.zeros(CHUNK, bool)
    for low in range(0, flat.size, CHUNK):
        piece = flat[low : low + CHUNK]
        changed[0] = low == 0 or bool(piece[0] != flat[low - 1])
        np.not_equal(piece[1:], piece[:-1], out=changed[1 : len(piece)])
        begins.append((np.flatnonzero(changed[: len(piece)]) + low).astype(kind))
    begin = np.concatenate(begins)
    value = flat[begin]
    solid = np.flatnonzero(value)
    if solid.size == 0:
        raise InputError(Problem("nothing is labelled: every voxel is 0", volume.source, "give the segmentation"))
    end = np.append(begin[1:], kind(flat.size))[solid]
    begin, end, value = _by_row(begin[solid], end, value[solid], length)
    order = np.argsort(value, kind="stable")
    value, begin, size = value[order], begin[order], (end - begin)[order]
    cuts = [0, *(np.flatnonzero(np.diff(value)) + 1).tolist(), value.size]
    places = {
        int(value[low]): Runs(begin[low:high], size[low:high], np.cumsum(size[low:high]))
        for low, high in pairwise(cuts)
    }
    return Voxels(places, source.shape, axes, backward)


def _by_row(
    begin: NDArray[Any], end: NDArray[Any], value: NDArray[Any], length: int
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Stretches cut where they run from one row into the next."""
    first, last = begin // length, (end - 1) // length
    if np.array_equal(first, last):
        return begin, end, value
    rows = last - first + 1
    which = np.repeat(np.arange(len(begin)), rows)
    row = first[which] + (np.arange(len(which)) - np.repeat(np.cumsum(rows) - rows, rows)).astype(begin.dtype)
    return np.maximum(begin[which], row * length), np.minimum(end[which], (row + 1) * length), value[which]


def as_labels(data: NDArray[Any], source: str) -> tuple[NDArray[Any], bool]:
    """Label values as small unsigned integers; a mask with parts between 0 and 1 stays as it is.

    Returns the array and whether it is soft (0 to 1). Raises InputError for NaN, negative values and values between
    labels, which come from resampling a label map as if it were an image.
    """
    if data.dtype == np.bool_:
        return data.view(np.uint8), False
    if data.dtype.kind == "u" and data.dtype.itemsize <= 2:
        return data, False
    if data.dtype.kind not in "iuf":
        raise InputError(Problem(f"values of type {data.dtype}", source, "write labels as whole numbers"))
    if not data.dtype.isnative:
        data = data.astype(data.dtype.newbyteorder("="))
    low, high = data.min(), data.max()
    if not (np.isfinite(low) and np.isfinite(high)):
        raise InputError(
            Problem("values that are not numbers (NaN or infinite)", source, "write labels as whole numbers")
        )
    if low < 0:
        raise InputError(Problem(f"negative values (lowest {low:g})", source, "this looks like an image, not labels"))
    if high > 65535:
        raise InputError(Problem(f"values up to {high:g}", source, "labels above 65535 belong to no known scheme"))
    small = data.astype(np.uint8 if high < 256 else np.uint16)
    if data.dtype.kind != "f" or np.array_equal(small, data):
        return small, False
    if high <= 1.0:
        return data, True
    fractional = np.count_nonzero(small != data)
    raise InputError(
        Problem(
            f"{fractional} voxels hold values between labels",
            source,
            "resample label maps with nearest neighbour, or give the original",
        )
    )
