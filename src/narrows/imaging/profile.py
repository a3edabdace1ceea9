"""The canal along its whole length: centreline, area and diameters every millimetre, ends trimmed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from narrows.imaging import centreline
from narrows.imaging.centreline import STEP_MM, Frames, Line
from narrows.imaging.planes import (
    COARSE_MM,
    WHOLE,
    Grid,
    Sections,
    Tube,
    across,
    cut_out,
    grid,
    measured,
    reaching,
    sections,
)
from narrows.problem import InputError, Problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from narrows.imaging.scan import Scan

    Floats = NDArray[np.float64]

#: Shorter labels show no canal to follow, mm.
SHORTEST_MM = 15.0
#: What is cut from either end even when no plane leaves the label there: the line itself is uncertain, mm.
TRIM_MM = 4.0
#: Planes are drawn this far beyond the outline, and at least and at most so far, mm.
_MARGIN = 3.0
_NEAREST, _WIDEST = 6.0, 32.0
#: A slice at the end that holds less than this part of the median of the next _END_MM is cut.
_WHOLE, _END_MM = 0.8, 8.0
_COARSE_STEP = 3.0


@dataclass(frozen=True, slots=True)
class Profile:
    """The canal every STEP_MM from its upper end: frames, sections, and which planes count."""

    line: Line
    frames: Frames
    sections: Sections
    valid: NDArray[np.bool_]
    gaps: tuple[tuple[float, float], ...]
    tube: Tube
    on: Grid

    def at(self, s: float) -> int:
        """Index of the plane nearest to a position."""
        return int(np.clip(round(s / STEP_MM), 0, len(self.frames) - 1))

    def within(self, low: float, high: float) -> NDArray[np.intp]:
        """Indices of the planes that count between two positions."""
        s = self.frames.s
        return np.flatnonzero((s >= low) & (s <= high) & self.valid)

    @property
    def ends(self) -> tuple[float, float]:
        """First and last position that counts, mm; (0, 0) when none does."""
        counted = np.flatnonzero(self.valid)
        if counted.size == 0:
            return 0.0, 0.0
        return float(self.frames.s[counted[0]]), float(self.frames.s[counted[-1]])


def along(scan: Scan) -> Profile:
    """Follow the canal of a scan and measure it perpendicular to its course.

    Slice centroids give a first line; coarse planes across it give the true middle, through which the final line
    runs. Raises InputError when the label is too short or too thin to be a canal.
    """
    tube = cut_out(scan, scan.canal, mend=True)
    points, weights, present, reach = _slice_centres(tube)
    span = np.ptp(points[:, 2]) if len(points) else 0.0
    if len(points) < 5 or span < SHORTEST_MM:
        raise InputError(
            Problem(
                f"the canal label is {span:.0f} mm long in {len(points)} slices: too short to follow",
                scan.volume.source,
                f"at least {SHORTEST_MM:.0f} mm and 5 slices are needed",
            )
        )
    first = centreline.through(points, weights)
    line, half_right, half_front = _recentred(first, tube, reach)
    frames = line.frames(np.arange(0.0, line.length + STEP_MM / 2, STEP_MM))
    on = grid(half_right, half_front)
    found = across(tube, frames, on)
    gaps = _gaps(tube, present, frames)
    return Profile(line, frames, found, _counts(tube, frames, found, present), gaps, tube, on)


def _slice_centres(tube: Tube) -> tuple[Floats, Floats, NDArray[np.bool_], float]:
    """Centroid (mm), weight and presence of the canal in each slice, from the head down; half the width (mm) of planes
    that surely hold it."""
    part = tube.part
    wide = part.sum(axis=1, dtype=np.int32) / WHOLE  # (i, k)
    deep = part.sum(axis=0, dtype=np.int32) / WHOLE  # (j, k)
    mass = wide.sum(axis=0)
    typical = float(np.median(mass[mass > 0])) if (mass > 0).any() else 1.0
    present = mass > 0.02 * typical
    _drop_cut_ends(mass, present, float(np.linalg.norm(tube.affine[:3, 2])))
    k = np.flatnonzero(present)[::-1]
    i = (np.arange(part.shape[0]) @ wide[:, k]) / mass[k]
    j = (np.arange(part.shape[1]) @ deep[:, k]) / mass[k]
    points = np.stack([i, j, k], axis=1) @ tube.affine[:3, :3].T + tube.affine[:3, 3]
    return points, np.clip(mass[k] / typical, 0.05, 1.0), present, _reach((wide, deep), tube.affine)


def _drop_cut_ends(mass: Floats, present: NDArray[np.bool_], edge: float) -> None:
    """Leave out slices at either end that show a part of the canal only, because the label is cut across them."""
    inward = max(2, round(_END_MM / edge))
    for step in (1, -1):
        for k in np.flatnonzero(present)[::step][: 2 * inward]:
            inner = mass[k + step : k + step * (inward + 1) : step]
            inner = inner[inner > 0]
            if inner.size < 2 or mass[k] >= _WHOLE * np.median(inner):
                break
            present[k] = False


def _reach(lengths: tuple[Floats, Floats], affine: Floats) -> float:
    """Half the width of planes that surely hold the canal, from the spread of its slices right and front, mm."""
    widths = []
    for axis, length in enumerate(lengths):
        extent = (length > 0.25).sum(axis=0)
        widths.append(float(np.percentile(extent[extent > 0], 98)) * float(np.linalg.norm(affine[:3, axis])))
    return float(min(max(widths) / 2 + 8.0, _WIDEST))


def _recentred(first: Line, tube: Tube, reach: float) -> tuple[Line, float, float]:
    """A line through the centroids of coarse planes, and how far the canal reaches right and front of it."""
    frames = first.frames(np.arange(0.0, first.length + 0.5 * _COARSE_STEP, _COARSE_STEP))
    on = grid(reach, reach, COARSE_MM)
    parts = sections(tube, frames, on)
    found = measured(parts, on)
    typical = max(float(np.median(found.area)), 1.0)
    good = found.area > 0.1 * typical
    # The cut ends are oblique to the line: their centroids would bend it.
    inner = (frames.s > 5.0) & (frames.s < first.length - 5.0)
    keep = good & inner
    if keep.sum() < 5:
        keep = good
    moved = frames.origin + found.centre[:, :1] * frames.right + found.centre[:, 1:] * frames.anterior
    tail = [first.spline(np.array([0.0])), first.spline(np.array([first.length]))]
    middle = moved[keep]
    # The first line's ends only say how far the label goes; they hardly pull.
    points = np.vstack([_end(tail[0][0], middle[:2]), middle, _end(tail[1][0], middle[-2:][::-1])])
    weights = np.concatenate([[0.05], np.clip(found.area[keep] / typical, 0.1, 1.0), [0.05]])
    line = centreline.through(points, weights)
    right, front = (max(far, _NEAREST) + _MARGIN for far in reaching(parts, on))
    return line, min(right, _WIDEST), min(front, _WIDEST)


def _end(end: Floats, inner: Floats) -> Floats:
    """The end of the line: straight on from its inner points, as far as the label goes."""
    direction = inner[0] - inner[1]
    direction = direction / max(float(np.linalg.norm(direction)), 1e-9)
    reach = max(float((end - inner[0]) @ direction), 1.0)
    return np.asarray(inner[0] + reach * direction)


def _counts(tube: Tube, frames: Frames, found: Sections, present: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Planes whose whole cross-section lies between the first and last slice of the label, and that hold canal."""
    to_voxel = tube.to_voxel()
    height = frames.origin @ to_voxel[2, :3] + to_voxel[2, 3]
    centre = found.centre
    height = (
        height + centre[:, 0] * (frames.right @ to_voxel[2, :3]) + centre[:, 1] * (frames.anterior @ to_voxel[2, :3])
    )
    tilt = (
        np.abs(frames.right @ to_voxel[2, :3]) * found.rl / 2 + np.abs(frames.anterior @ to_voxel[2, :3]) * found.ap / 2
    )
    where = np.flatnonzero(present)
    inside = (height - tilt >= where[0] - 0.25) & (height + tilt <= where[-1] + 0.25)
    s = frames.s
    inner = (s >= TRIM_MM) & (s <= s[-1] - TRIM_MM)
    typical = float(np.median(found.area[inside])) if inside.any() else 0.0
    counted: NDArray[np.bool_] = inside & inner & (found.area > max(1.0, 0.02 * typical))
    return counted


def _gaps(tube: Tube, present: NDArray[np.bool_], frames: Frames) -> tuple[tuple[float, float], ...]:
    """Stretches (from, to in mm) where the label is missing between parts that have it."""
    where = np.flatnonzero(present)
    missing = np.flatnonzero(~present[where[0] : where[-1] + 1]) + where[0]
    if missing.size == 0:
        return ()
    height = frames.origin @ tube.to_voxel()[2, :3] + tube.to_voxel()[2, 3]  # falls with s
    runs = np.split(missing, np.flatnonzero(np.diff(missing) > 1) + 1)
    found = []
    for run in runs:
        s = frames.s[(height >= run[0] - 1) & (height <= run[-1] + 1)]
        if s.size:
            found.append((float(s[0]), float(s[-1])))
    return tuple(sorted(found))
