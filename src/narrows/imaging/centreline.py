"""The line through the middle of the canal, and a frame of axes on every millimetre of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from narrows.imaging.spline import Spline, smooth

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

#: Stiffness of the line (mm^4): bends of less than about 75 mm from wave to wave, such as the detour round a bulge or
#: the step of a slip, do not tilt the planes; the curves of a spine do.
STIFFNESS = 2e4
#: Distance between the points that the line is fitted to, mm.
KNOT_MM = 2.0
#: Points closer than this are smoothed before the length along them is taken, mm.
JITTER_MM = 6.0
#: Distance between the frames that points are placed by, mm.
_GUIDE_MM = 2.0
#: Distance between the planes of a profile, mm.
STEP_MM = 1.0


@dataclass(frozen=True, slots=True)
class Frames:
    """Positions s (n) along a line from the head down, mm, with origin and unit axes (n, 3) in patient mm."""

    s: Floats
    origin: Floats
    right: Floats
    anterior: Floats
    up: Floats

    def __len__(self) -> int:
        return len(self.s)

    def part(self, chosen: NDArray[np.intp] | slice) -> Frames:
        """The frames at some of the positions."""
        return Frames(self.s[chosen], self.origin[chosen], self.right[chosen], self.anterior[chosen], self.up[chosen])


@dataclass(frozen=True)
class Line:
    """A smooth line through the canal, parametrised by its length from the upper end, mm."""

    spline: Spline
    length: float

    def frames(self, s: Floats) -> Frames:
        """Axes at positions s: up along the line, right = the patient's right made perpendicular to it."""
        origin, down = self.spline.with_slope(s)
        up = -down / np.sqrt((down * down).sum(axis=1, keepdims=True))
        right = np.array([1.0, 0.0, 0.0]) - up[:, :1] * up
        right /= np.sqrt((right * right).sum(axis=1, keepdims=True))
        a, b = up.T, right.T
        front = np.stack(  # up x right; the general cross product takes longer than all the rest
            [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]], axis=1
        )
        return Frames(np.asarray(s, dtype=float), origin, right, front, up)

    @cached_property
    def _guide(self) -> Frames:
        return self.frames(np.arange(-60.0, self.length + 60.0, _GUIDE_MM))

    @cached_property
    def _guide_height(self) -> Floats:
        return np.asarray((self._guide.origin * self._guide.up).sum(axis=1))

    def near(self, s: float) -> Frames:
        """A frame within a millimetre of a position, where the exact place does not matter."""
        at = min(max(round((s - self._guide.s[0]) / _GUIDE_MM), 0), len(self._guide) - 1)
        return self._guide.part(slice(at, at + 1))

    def place(self, point: Floats) -> float:
        """Where the perpendicular plane through a point (patient mm) meets the line; beyond its ends the line goes
        on straight."""
        frames = self._guide
        s = frames.s
        along = self._guide_height - frames.up @ point  # > 0: the plane lies further down
        crossing = np.flatnonzero((along[:-1] >= 0) & (along[1:] < 0))
        if crossing.size == 0:
            return float(s[-1] if along[-1] >= 0 else s[0])
        nearest = crossing[np.argmin(np.linalg.norm(point - frames.origin[crossing], axis=1))]
        first, second = along[nearest], along[nearest + 1]
        return float(s[nearest] + _GUIDE_MM * first / (first - second))


def through(points: Floats, weights: Floats, stiffness: float = STIFFNESS) -> Line:
    """A smooth line through points (n, 3) ordered from the head down.

    Points are first pooled to one per KNOT_MM; the parameter is then the length of the fitted line. At least three
    points more than KNOT_MM apart are needed.
    """
    length = _chord(points)
    bins = np.floor(length / KNOT_MM + 1e-9).astype(int)
    _, bins = np.unique(bins, return_inverse=True)
    total = np.bincount(bins, weights)
    pooled = np.stack([np.bincount(bins, weights * points[:, k]) / total for k in range(3)], axis=1)
    # Weight a pooled point by the length it stands for, so that stiffness means the same on every grid.
    share = total / np.bincount(bins) / max(float(np.median(weights)), 1e-9)
    length = _chord(pooled)
    for _ in range(2):
        step = np.diff(_smoothed(length, pooled, share, stiffness).values, axis=0)
        length = np.concatenate([[0.0], np.cumsum(np.sqrt((step * step).sum(axis=1)))])
    return Line(_smoothed(length, pooled, share, stiffness), float(length[-1]))


def _smoothed(length: Floats, points: Floats, share: Floats, stiffness: float) -> Spline:
    """A cubic for the large curve and a stiff spline for what is left of it: a stiff spline alone straightens its ends."""
    weights = np.maximum(share * np.gradient(length), 1e-6)
    half = max(length[-1] / 2, 1.0)
    x = (length - length[-1] / 2) / half
    degree = 3 if len(length) > 8 else 1
    powers = np.stack([x**n for n in range(degree + 1)], axis=1)
    root = np.sqrt(weights)[:, None]
    factors = np.linalg.lstsq(powers * root, points * root, rcond=None)[0]
    curve = powers @ factors
    rest = smooth(length, points - curve, weights, stiffness)
    bends = (2 * factors[2] + 6 * x[:, None] * factors[3]) / half**2 if degree == 3 else 0.0
    return Spline(length, curve + rest.values, rest.bends + bends)


def _chord(points: Floats) -> Floats:
    """Length along points, with the jitter of close points smoothed away first; ends stay where they are."""
    step = float(np.median(np.linalg.norm(np.diff(points, axis=0), axis=1)))
    half = min(int(JITTER_MM / max(step, 0.1) / 2), len(points) - 1)
    if half > 0:
        # Mirrored through the ends, a straight row of points keeps its length.
        before = 2 * points[0] - points[half:0:-1]
        after = 2 * points[-1] - points[-2 : -half - 2 : -1]
        longer = np.vstack([before, points, after])
        kernel = np.ones(2 * half + 1) / (2 * half + 1)
        points = np.stack([np.convolve(longer[:, k], kernel, "valid") for k in range(3)], axis=1)
    return np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
