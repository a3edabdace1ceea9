"""The bony canal of a map that labels vertebrae but no canal: the smallest closed ring of each vertebra."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from narrows.imaging import alignment, centreline, levels, vertebrae
from narrows.imaging.anatomy import ARCH_KINDS, parts, rank
from narrows.imaging.centreline import STEP_MM, Line
from narrows.imaging.planes import WHOLE, Grid, Sections, Tube, grid, measured, sections
from narrows.imaging.precision import Z95, area_sd, length_sd
from narrows.imaging.profile import Profile
from narrows.imaging.reference_values import crossed, developmental
from narrows.imaging.result import Measurement, rounded
from narrows.problem import InputError, Problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from narrows.imaging.disc_level import Context
    from narrows.imaging.levels import Level
    from narrows.imaging.scan import Scan
    from narrows.knowledge import Knowledge

    Floats = NDArray[np.float64]

#: A hole in a vertebra of this size (mm2) is its canal; smaller ones are vessels, larger ones are open.
RING_MM2 = (80.0, 700.0)
#: Cracks in the ring up to this wide are closed before a slice is searched, mm.
CRACK_MM = 2.0
#: Half the width of the planes, mm: ring and bone around it.
HALF_MM = 27.0
NO_CANAL = (
    "no canal is labelled: the bony canal was measured by the closed ring of each vertebra. It is wider than the dural "
    "sac and says nothing of discs and ligaments between the vertebrae"
)


@dataclass(frozen=True, slots=True)
class _Bone:
    """One vertebra cut out of the map."""

    name: str
    tube: Tube
    centres: Floats  # of closed rings in axial slices, patient mm


def measure(scan: Scan, knowledge: Knowledge) -> Measurement:
    """Measure the bony ring of every vertebra of a scan.

    Rings in axial slices give a line through the canal; on planes across it the smallest closed ring of each vertebra
    is taken. A disc level carries the ring of its upper vertebra, as `bony_canal_ap_diameter` is defined. Raises
    InputError when no vertebra has a closed ring.
    """
    names = sorted(
        {
            s.level
            for c, s in scan.structures.items()
            if s.kind in ("vertebra", "partial_vertebra", *ARCH_KINDS) and c in scan.voxels.places
        }
        - {""},
        key=lambda n: rank(n) or 0.0,
    )
    bones = [b for b in (_bone(scan, name) for name in names if rank(name) is not None) if b is not None]
    points = [b.centres for b in bones if len(b.centres)]
    if not names:
        raise InputError(
            Problem(
                "neither canal nor vertebrae are labelled: nothing to measure", scan.volume.source, "add the canal mask"
            )
        )
    if not points or sum(len(p) for p in points) < 5:
        raise InputError(
            Problem(
                "no canal is labelled, and no vertebra has a closed ring of bone to measure instead",
                scan.volume.source,
                "add a canal mask; bodies alone do not show the canal",
            )
        )
    line = _line(points)
    profile, rings = _profile(line, bones)
    bodies = vertebrae.found(scan, line)
    places, middles, said = levels.found(scan, line, bodies)
    warnings = [*scan.warnings, NO_CANAL, *said]
    missing = [n for n in names if n not in rings]
    if missing:
        warnings.append(f"no closed ring was found at {', '.join(missing)}: open, cut off or too tilted; not measured")
    return _result(scan, knowledge, profile, places, middles, bodies, rings, warnings)


def _bone(scan: Scan, name: str) -> _Bone | None:
    codes = [
        c
        for c, s in scan.structures.items()
        if s.level == name and c in scan.voxels.places and s.kind not in ("disc", "point", "level")
    ]
    if not codes:
        return None
    index = np.concatenate([scan.voxels.of(c) for c in codes], axis=1)
    low, high = index.min(axis=1) - 2, index.max(axis=1) + 3
    part = np.zeros(tuple(high - low), np.uint8, order="F")
    part[tuple(index - low[:, None])] = WHOLE
    affine = scan.volume.affine.copy()
    affine[:3, 3] += affine[:3, :3] @ low
    tube = Tube(part, affine, scan.volume.voxel_mm)
    return _Bone(name, tube, _slice_rings(tube))


def _slice_rings(tube: Tube) -> Floats:
    """Centres of the closed rings in axial slices, patient mm (n, 3)."""
    from scipy.ndimage import binary_closing, binary_fill_holes, label

    cell = tube.spacing[0] * tube.spacing[1]
    reach = max(1, round(CRACK_MM / 2 / min(tube.spacing[:2])))
    ball = np.hypot(*np.mgrid[-reach : reach + 1, -reach : reach + 1]) <= reach + 0.1
    found = []
    for k in np.flatnonzero(tube.part.any(axis=(0, 1))):
        bone = binary_closing(np.pad(tube.part[:, :, k] > 0, reach), ball)[reach:-reach, reach:-reach]
        holes, count = label(binary_fill_holes(bone) & ~bone)
        if not count:
            continue
        sizes = np.bincount(holes.ravel())[1:] * cell
        best = int(np.argmax(sizes))
        if RING_MM2[0] <= sizes[best] <= RING_MM2[1]:
            i, j = np.nonzero(holes == best + 1)
            found.append([i.mean(), j.mean(), k])
    if not found:
        return np.zeros((0, 3))
    return np.asarray(np.array(found) @ tube.affine[:3, :3].T + tube.affine[:3, 3])


def _line(points: list[Floats]) -> Line:
    """A line through the ring centres of all vertebrae, each vertebra's strays left out, carried on by 12 mm."""
    kept = []
    for rings in points:
        middle = np.median(rings[:, :2], axis=0)
        close = np.linalg.norm(rings[:, :2] - middle, axis=1) < 8.0
        kept.append(rings[close])
    everything = np.concatenate(kept)
    everything = everything[np.argsort(-everything[:, 2])]
    heights = np.round(everything[:, 2], 1)
    pooled = np.array([everything[heights == z].mean(axis=0) for z in np.unique(heights)[::-1]])
    if len(pooled) < 5:
        raise InputError(Problem("too few closed rings for a line through the canal", fix="add a canal mask"))
    ends = [pooled[0] + 12.0 * _unit(pooled[0] - pooled[min(4, len(pooled) - 1)])]
    ends += [pooled[-1] + 12.0 * _unit(pooled[-1] - pooled[max(-5, -len(pooled))])]
    return centreline.through(
        np.vstack([ends[0], pooled, ends[1]]), np.concatenate([[0.1], np.ones(len(pooled)), [0.1]])
    )


def _unit(v: Floats) -> Floats:
    return np.asarray(v / max(float(np.linalg.norm(v)), 1e-9))


def _profile(line: Line, bones: list[_Bone]) -> tuple[Profile, dict[str, int]]:
    """Rings on planes across the line: the smaller one where two vertebrae have one; index of the smallest of each."""
    frames = line.frames(np.arange(0.0, line.length + STEP_MM / 2, STEP_MM))
    on = grid(HALF_MM, HALF_MM)
    n = len(frames)
    values = {name: np.full(n, np.nan) for name in ("area", "ap", "rl")}
    centre = np.zeros((n, 2))
    rings: dict[str, int] = {}
    for bone in bones:
        height = frames.origin @ bone.tube.to_voxel()[2, :3] + bone.tube.to_voxel()[2, 3]
        slack = HALF_MM / bone.tube.spacing[2] * 0.5
        near = np.flatnonzero((height > -slack) & (height < bone.tube.part.shape[2] + slack))
        holes, at = _holes(bone, frames, near, on)
        if not at.size:
            continue
        found = measured(holes, on)
        best = int(np.argmin(found.area))
        rings[bone.name] = int(at[best])
        smaller = ~(values["area"][at] <= found.area)
        for name, seen in (("area", found.area), ("ap", found.ap), ("rl", found.rl)):
            values[name][at[smaller]] = seen[smaller]
        centre[at[smaller]] = found.centre[smaller]
        values["area"][at[best]], values["ap"][at[best]], values["rl"][at[best]] = (
            found.area[best],
            found.ap[best],
            found.rl[best],
        )
    valid = np.isfinite(values["area"])
    known = {name: np.nan_to_num(seen) for name, seen in values.items()}
    found_all = Sections(area=known["area"], ap=known["ap"], rl=known["rl"], centre=centre)
    return Profile(line, frames, found_all, valid, (), bones[0].tube, on), rings


def _holes(bone: _Bone, frames: Any, near: NDArray[np.intp], on: Grid) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
    """Soft canal inside closed rings on some planes, and which planes they are."""
    from scipy.ndimage import binary_dilation, binary_fill_holes, label

    parts_of_bone = sections(bone.tube, frames.part(near), on)
    middle = (len(on.v) // 2, len(on.u) // 2)
    holes, at = [], []
    for i, seen in zip(near, parts_of_bone, strict=True):
        bony = seen > 0.5
        inside, _ = label(binary_fill_holes(bony) & ~bony)
        number = inside[middle]
        if number == 0:
            continue
        hole = inside == number
        area = hole.sum() * on.pixel**2
        if RING_MM2[0] <= area <= RING_MM2[1]:
            holes.append(np.where(binary_dilation(hole, iterations=2), 1 - seen, 0).astype(np.float32))
            at.append(i)
    if not at:
        return np.zeros((0, len(on.v), len(on.u)), np.float32), np.array([], dtype=np.intp)
    return np.stack(holes), np.array(at)


def _result(
    scan: Scan,
    knowledge: Knowledge,
    profile: Profile,
    places: dict[str, Level],
    middles: dict[str, float],
    bodies: dict[str, vertebrae.Vertebra],
    rings: dict[str, int],
    warnings: list[str],
) -> Measurement:
    from narrows.imaging.disc_level import Context

    edge = min(float(max(scan.volume.voxel_mm[1:])), vertebrae.FINE_MM)
    walls = {name: alignment.walls(v, edge, scan.volume.voxel_mm[2] > 2.0) for name, v in bodies.items()}
    context = Context(scan, profile, (), knowledge, bodies, walls, set())
    entries = {name: _level(context, level, rings.get(parts(name)[0])) for name, level in places.items()}
    seen = {}
    for name, s in middles.items():
        at = rings.get(name)
        seen[name] = {"position_mm": rounded(s, 1)} | _ring(context, name, at)
    narrow = [
        n
        for n, e in seen.items()
        if any("developmental" in str(x["population"]) for x in e["below_developmental_limits"])
    ]
    if len(narrow) >= 3:
        warnings.append(f"the bony canal is below the limit of developmental narrowing at {', '.join(narrow)}")
    return Measurement(scan, profile, places, {}, "bony ring", warnings, entries, seen, {}, knowledge)


def _ring(context: Context, name: str, at: int | None) -> dict[str, Any]:
    if at is None:
        return {
            "area_mm2": None,
            "area_interval": None,
            "ap_mm": None,
            "ap_interval": None,
            "rl_mm": None,
            "below_developmental_limits": [],
        }
    found, frames = context.profile.sections, context.profile.frames
    area, ap, rl = float(found.area[at]), float(found.ap[at]), float(found.rl[at])
    edges = [context.scan.volume.edge_along(axis[at]) for axis in (frames.right, frames.anterior, frames.up)]
    sd, ap_sd = area_sd(area, ap, rl, (edges[0], edges[1], edges[2])), length_sd(edges[1])
    return {
        "area_mm2": rounded(area, 1),
        "area_interval": [rounded(max(0.0, area - Z95 * sd), 1), rounded(area + Z95 * sd, 1)],
        "ap_mm": rounded(ap, 2),
        "ap_interval": [rounded(max(0.0, ap - Z95 * ap_sd), 2), rounded(ap + Z95 * ap_sd, 2)],
        "rl_mm": rounded(rl, 2),
        "below_developmental_limits": developmental(name, ap, context.knowledge),
    }


def _level(context: Context, level: Level, at: int | None) -> dict[str, Any]:
    from narrows.imaging.disc_level import bones

    upper = parts(level.name)[0]
    ring = _ring(context, upper, at)
    status = "measured" if at is not None else "not measurable"
    why = f"smallest closed bony ring of {upper}" if at is not None else f"no closed ring of bone at {upper}"
    thresholds = {}
    if at is not None:
        low, high = ring["ap_interval"]
        thresholds = crossed("bony_canal_ap_diameter", level.name, (low, high), context.knowledge)
    text = "no canal is labelled: own normal and causes cannot be read from bone"
    return {
        "status": status,
        "why": why,
        "position_mm": rounded(float(context.profile.frames.s[at]), 1) if at is not None else rounded(level.s, 1),
        **ring,
        "own_normal_mm2": None,
        "lost_mm2": None,
        "lost_percent": None,
        "causes": [],
        "causes_note": text,
        "confidence": "ordinary" if at is not None else "none",
        "doubts": [],
        "thresholds": thresholds,
        "percentile": None,
        **bones(context, level),
        "told_by": level.told_by,
    }
