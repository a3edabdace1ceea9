"""Thickness of the ligamentum flavum, where a map labels it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from narrows.imaging.planes import grid, labels_on
from narrows.imaging.result import rounded

if TYPE_CHECKING:
    from narrows.imaging.levels import Level
    from narrows.imaging.profile import Profile
    from narrows.imaging.scan import Scan

#: Half the length along the canal over which the thickness is averaged, mm.
HALF_MM = 3.0
#: How far from the middle of the canal the ligament is looked for, mm.
REACH_MM = 22.0


def thickness(scan: Scan, profile: Profile, level: Level) -> tuple[dict[str, Any] | None, str]:
    """Median thickness (mm) of the ligament left and right of the middle, at a disc level; or None and the reason.

    Read along rays from the canal's middle, over the part of the ligament behind the canal, as the length of a ray
    inside the label.
    """
    codes = scan.codes("ligamentum_flavum")
    if not codes:
        return None, "the map does not label the ligamentum flavum"
    chosen = profile.within(level.s - HALF_MM, level.s + HALF_MM)
    if chosen.size == 0:
        return None, "too close to the end of the canal label"
    on = grid(REACH_MM, REACH_MM)
    seen = np.isin(labels_on(scan.volume, profile.frames.part(chosen), on), codes)
    reach = float(on.v[-1])
    radius = np.arange(0.0, reach, 0.1)
    found: dict[str, Any] = {}
    for side, angles in (("left", np.radians(np.arange(-130, -94, 3))), ("right", np.radians(np.arange(-85, -49, 3)))):
        u = np.rint((radius[:, None] * np.cos(angles) - on.u[0]) / on.pixel).astype(int)
        v = np.rint((radius[:, None] * np.sin(angles) - on.v[0]) / on.pixel).astype(int)
        inside = (u >= 0) & (u < len(on.u)) & (v >= 0) & (v < len(on.v))
        ray = np.where(inside, seen[:, np.clip(v, 0, len(on.v) - 1), np.clip(u, 0, len(on.u) - 1)], False)
        lengths = ray.sum(axis=1) * 0.1
        lengths = lengths[lengths > 0]
        found[side] = rounded(float(np.median(lengths)), 1) if lengths.size else None
    if found["left"] is None and found["right"] is None:
        return None, "no ligamentum flavum is labelled at this level"
    return found, ""
