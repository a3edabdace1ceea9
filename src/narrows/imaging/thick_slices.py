"""Fills the space between thick slices with the shape of the canal, not with steps.

Every line of voxels from back to front meets the canal in one stretch. Its middle moves evenly from slice to slice
even when the canal is tilted, and the square of its half-length is a parabola across an ellipse; both are interpolated
by cubic splines, and where the canal ends between two slices the parabola says where.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from narrows.imaging.spline import smooth

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

#: An axis this many times coarser than the finest has thick slices.
THICK = 2.5
#: Finest edge that slices are filled to, mm.
FINEST_MM = 0.5
#: Squares of half-lengths (voxels) below this are no canal.
_THINNEST = 0.02
#: Lines painted in one go.
_AT_ONCE = 2_000
#: Points by which a line is carried on before a spline is laid through it.
_CARRIED = 2


def filled(part: NDArray[np.uint8], affine: Floats) -> tuple[NDArray[np.uint8], Floats]:
    """The same canal on a grid whose thick axis (right or up) is refined to about the finest edge.

    part: parts of 255 (right, front, up), with empty voxels around. Thin grids come back as they are; a grid whose
    thick axis runs from back to front is left to linear interpolation.
    """
    spacing = np.linalg.norm(affine[:3, :3], axis=0)
    for axis in (0, 2):
        factor = round(float(spacing[axis] / max(spacing.min(), FINEST_MM)))
        if factor >= THICK:
            part = _fill(part, axis, factor)
            affine = affine.copy()
            affine[:3, axis] /= factor
    return part, affine


def _fill(part: NDArray[np.uint8], axis: int, factor: int) -> NDArray[np.uint8]:
    place = np.arange(part.shape[1])
    length = part.sum(axis=1, dtype=np.int64) / 255
    middle = np.einsum("ijk,j->ik", part, place) / 255 / np.maximum(length, 1e-9)
    square = (length / 2) ** 2
    if axis == 2:
        square, middle = square.T, middle.T  # lines now run along the first index
    fine = 1 + (square.shape[0] - 1) * factor
    half = np.zeros((fine, square.shape[1]))
    at = np.zeros_like(half)
    for (first, last), lines in _runs(square > _THINNEST).items():
        between = slice((first - 1) * factor, (last + 1) * factor + 1)
        run = slice(first, last + 1)
        squares = _between(_beyond(square[run, lines]), factor)
        half[between, lines] = np.sqrt(np.maximum(squares, 0.0))
        at[between, lines] = _between(_straight_on(middle[run, lines]), factor)
    if axis == 2:
        half, at = half.T, at.T
    found = _painted(half, at, part.shape[1])
    _step_over(part, found, axis, factor)
    return found


def _runs(present: NDArray[np.bool_]) -> dict[tuple[int, int], list[int]]:
    """Lines (columns) by the first and last index of each stretch that is present, stretches at the border left out."""
    found: dict[tuple[int, int], list[int]] = {}
    step = np.diff(present.astype(np.int8), axis=0, prepend=0, append=0)
    begins, ends = np.argwhere(step.T == 1), np.argwhere(step.T == -1)  # ordered by line, then along it
    for (line, first), (_, end) in zip(begins.tolist(), ends.tolist(), strict=True):
        if first > 0 and end < len(present):
            found.setdefault((first, end - 1), []).append(line)
    return found


def _painted(half: Floats, at: Floats, deep: int) -> NDArray[np.uint8]:
    """Parts of 255 (right, front, up) of a canal given by the middle and half-length of each line, in voxels."""
    wide = half.shape[0]
    found = np.zeros(wide * deep * half.shape[1], np.uint8)
    along = np.arange(int(np.ceil(2 * float(half.max(initial=0.0)) + 3)), dtype=np.float32)
    lines = np.argwhere(half > 0)
    for begin in range(0, len(lines), _AT_ONCE):
        right, up = lines[begin : begin + _AT_ONCE].T
        reach, middle = half[right, up, None].astype(np.float32), at[right, up, None].astype(np.float32)
        place = np.floor(middle - reach - 0.5) + along
        value = np.clip(0.5 + reach - np.abs(place - middle), 0.0, 1.0)
        # A stretch shorter than a voxel has its length as mass, not a full voxel.
        value *= np.where(reach < 0.5, 2 * reach / np.maximum(value.sum(axis=1, keepdims=True), 1e-6), 1.0)
        np.clip(place, 0, deep - 1, out=place)  # beyond the grid there is no canal: a zero falls on an empty voxel
        index = (right + up * (wide * deep))[:, None] + place.astype(np.intp) * wide
        found[index] = np.rint(np.minimum(value, 1.0) * 255)
    return found.reshape(wide, deep, half.shape[1], order="F")


def _step_over(part: NDArray[np.uint8], found: NDArray[np.uint8], axis: int, factor: int) -> None:
    """Where a line meets the canal twice, as at the step of a slip, interpolate straight from slice to slice."""
    inside = part > 127
    twice = np.count_nonzero(inside[:, 1:] & ~inside[:, :-1], axis=1) > 1
    if axis == 2:
        twice, part, found = twice.T, part.transpose(2, 1, 0), found.transpose(2, 1, 0)
    share = (np.arange(factor + 1, dtype=np.float32) / factor)[:, None, None]
    for low in np.flatnonzero((twice[:-1] | twice[1:]).any(axis=1)).tolist():
        lines = np.flatnonzero(twice[low] | twice[low + 1])
        before, after = part[low][:, lines], part[low + 1][:, lines]
        straight = np.rint((1 - share) * before + share * after)
        found[low * factor : (low + 1) * factor + 1, :, lines] = straight


def _beyond(values: Floats) -> Floats:
    """Squares (slices, lines) with one more at either end, in the empty slice: the parabola carried on, never above
    zero."""
    return np.concatenate([_next(values)[None], values, _next(values[::-1])[None]])


def _next(values: Floats) -> Floats:
    if len(values) == 1:
        return np.asarray(-values[0])
    carried = 2 * values[0] - values[1] if len(values) == 2 else 3 * values[0] - 3 * values[1] + values[2]
    # The slice is empty, so the edge lies before it; a blunt end, where the parabola does not say so, ends half way.
    return np.asarray(np.where(carried < 0, carried, -values[0]))


def _straight_on(values: Floats) -> Floats:
    if len(values) == 1:
        return np.repeat(values, 3, axis=0)
    return np.concatenate([2 * values[:1] - values[1:2], values, 2 * values[-1:] - values[-2:-1]])


def _between(values: Floats, factor: int) -> Floats:
    """A cubic spline through equally spaced values, factor times finer; the ends are carried on by parabolas."""
    extended = values
    for _ in range(_CARRIED):
        if len(values) > 2:
            before = 3 * extended[:1] - 3 * extended[1:2] + extended[2:3]
            after = 3 * extended[-1:] - 3 * extended[-2:-1] + extended[-3:-2]
        else:
            before, after = 2 * extended[:1] - extended[1:2], 2 * extended[-1:] - extended[-2:-1]
        extended = np.concatenate([before, extended, after])
    return _refining(len(values), factor) @ extended


@lru_cache(maxsize=64)
def _refining(n: int, factor: int) -> Floats:
    """Matrix from n + 2 * _CARRIED samples to the n inner ones, factor times finer."""
    total = n + 2 * _CARRIED
    fine = _CARRIED + np.arange(1 + (n - 1) * factor) / factor
    return smooth(np.arange(total, dtype=float), np.eye(total), np.ones(total), 0.0)(fine)
