"""The spinal cord inside the canal: its area and compression ratio, behind gates of plausibility."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from narrows.imaging.anatomy import region
from narrows.imaging.planes import COARSE_MM, Sections, across, cut_out, grid, reaching, sections
from narrows.imaging.result import rounded

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from narrows.imaging.levels import Level
    from narrows.imaging.profile import Profile
    from narrows.imaging.scan import Scan
    from narrows.knowledge import Knowledge

    Floats = NDArray[np.float64]

#: In the neck a cord label below this area, or below this part of the canal, is broken and not a thin cord
#: (design of this method: healthy cords are 40 to 95 mm2; the sample of the docs shows a broken label of 20 mm2).
SMALLEST_MM2, SMALLEST_PART = 35.0, 0.15
#: Half the width of planes that hold the cord, mm.
REACH_MM = 11.0
#: Planes are drawn this far beyond the cord that coarse planes show, mm.
_MARGIN = 2.0
#: Windows above and below that a compressed cord is compared with: half length, mm, about the middles of vertebrae.
HALF_WINDOW_MM = 3.0


def add(
    scan: Scan, profile: Profile, places: dict[str, Level], entries: dict[str, dict[str, Any]], knowledge: Knowledge
) -> list[str]:
    """Add `cord` to the levels of neck and chest where a cord is labelled; return warnings.

    Compression ratio: 1 - AP at the level / mean AP above and below (maximum spinal cord compression, Fehlings 1999,
    doi:10.1097/00007632-199903150-00012). It and the area are refused when the cord label fails a gate.
    """
    codes = tuple(scan.codes("cord"))
    wanted = {
        n: lv
        for n, lv in places.items()
        if region(n) in ("cervical", "thoracic") and entries[n]["area_mm2"] is not None
    }
    if not codes or not wanted:
        return []
    tube = cut_out(_without_soft(scan), codes)
    s = profile.frames.s
    reach = [
        (level.s - 2 * (level.s - level.above), level.s + 2 * (level.below - level.s)) for level in wanted.values()
    ]
    near = np.flatnonzero((s >= min(low for low, _ in reach)) & (s <= max(high for _, high in reach)))
    frames = profile.frames.part(near)
    widest = min(REACH_MM, float(profile.on.u[-1])), min(REACH_MM, float(profile.on.v[-1]))
    coarse = grid(*widest, COARSE_MM)
    wide = reaching(sections(tube, frames.part(slice(None, None, 3)), coarse), coarse)
    on = grid(*(min(far + _MARGIN, most) for far, most in zip(wide, widest, strict=True)))
    found = _spread(across(tube, frames, on), near, len(s))
    area, canal = found.area, profile.sections.area
    counted = profile.valid & (canal > 1)
    neck = np.zeros(len(area), bool)
    for level in wanted.values():
        neck |= np.abs(profile.frames.s - level.s) < level.below - level.above
    neck &= counted
    typical = float(np.median(area[neck])) if neck.any() else 0.0
    part = float(np.median(area[neck] / canal[neck])) if neck.any() else 0.0
    if typical < SMALLEST_MM2 or part < SMALLEST_PART:
        text = (
            f"the cord label is implausible (about {typical:.0f} mm2, {100 * part:.0f} % of the canal): a broken label, "
            "not a thin cord; cord area and compression ratio are refused"
        )
        for name in wanted:
            entries[name]["cord"] = None
            entries[name]["not_measurable"]["cord"] = text
        return [text]
    steady = np.convolve(np.pad(found.ap, 1, mode="edge"), np.ones(3) / 3, "valid")
    for name, level in wanted.items():
        entries[name]["cord"] = _at(profile, level, found.area, found.ap, steady, typical)
    return []


def _spread(found: Sections, near: NDArray[np.intp], n: int) -> Sections:
    """Sections of some planes at their places among all; zero elsewhere."""
    values = [np.zeros(n) for _ in range(3)]
    for value, seen in zip(values, (found.area, found.ap, found.rl), strict=True):
        value[near] = seen
    centre = np.zeros((n, 2))
    centre[near] = found.centre
    return Sections(values[0], values[1], values[2], centre)


def _without_soft(scan: Scan) -> Scan:
    from dataclasses import replace

    return replace(scan, soft_canal=None)


def _at(
    profile: Profile, level: Level, area: Floats, ap: Floats, steady: Floats, typical: float
) -> dict[str, Any] | None:
    near = profile.within(level.s - level.window, level.s + level.window)
    if near.size == 0:
        return None
    at = near[np.argmin(steady[near])]
    canal = float(profile.sections.area[at])
    entry: dict[str, Any] = {
        "area_mm2": rounded(float(area[at]), 1),
        "ap_mm": rounded(float(steady[at]), 2),
        "part_of_canal": rounded(float(area[at]) / canal, 3),
        "compression_ratio": None,
    }
    windows = [profile.within(m - HALF_WINDOW_MM, m + HALF_WINDOW_MM) for m in (level.above, level.below)]
    beside = [float(ap[w].mean()) for w in windows if w.size >= 3 and area[w].mean() > 0.5 * typical]
    if len(beside) == 2 and area[at] > 0.3 * typical:
        entry["compression_ratio"] = rounded(max(0.0, 1 - float(steady[at]) / (sum(beside) / 2)), 3)
    else:
        entry["why"] = "the cord label is not whole above, at and below this level"
    return entry
