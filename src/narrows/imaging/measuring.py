"""From the label files of a scan to its measurements: the one way in."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from narrows.imaging import alignment, cord, levels, own_normal, profile, scan, vertebrae
from narrows.imaging.alignment import Walls
from narrows.imaging.anatomy import TRANSITIONAL, follows, parts, rank
from narrows.imaging.disc_level import Context, measured, unmeasured
from narrows.imaging.reference_values import developmental, vertebra_percentile
from narrows.imaging.result import Measurement, rounded
from narrows.problem import InputError, Problem

if TYPE_CHECKING:
    from narrows.imaging.levels import Level
    from narrows.imaging.profile import Profile
    from narrows.imaging.scan import Scan
    from narrows.imaging.vertebrae import Vertebra
    from narrows.knowledge import Knowledge

#: A label that ends closer than this to the edge of the image was cut by it, mm.
EDGE_MM = 4.0
#: Slices thicker than this (mm) show endplates as steps.
THICK_MM = 2.0
#: Mean areas outside these limits (mm2) belong to no canal: the scheme is wrong.
CANAL_MM2 = (15.0, 900.0)


def measure(
    paths: Sequence[Path | str],
    knowledge: Knowledge,
    scheme: str | None = None,
    structures: Sequence[str] = (),
) -> Measurement:
    """Measure the canal of one scan from its label files.

    Areas in mm2, lengths in mm, positions in mm along the canal from its upper end. `scheme` and `structures` settle
    what the files cannot say (see `scan.read`). Raises InputError when the input is wrong or its meaning unclear.
    Method and its accuracy: docs/accuracy.md.
    """
    read = scan.read([Path(p) for p in paths], knowledge, scheme, structures)
    return of_scan(read, knowledge)


def of_scan(read: Scan, knowledge: Knowledge) -> Measurement:
    """Measure a scan that is already read."""
    if not read.canal:
        from narrows.imaging import bony_ring

        return bony_ring.measure(read, knowledge)
    followed = profile.along(read)
    _check_size(read, followed)
    bones = vertebrae.found(read, followed.line)
    places, middles, said = levels.found(read, followed.line, bones)
    warnings = [*read.warnings, *followed.tube.said, *said, *_transitional(read), *_implants(read)]
    beside = own_normal.windows(followed, places)
    edge = min(float(max(read.volume.voxel_mm[1:])), vertebrae.FINE_MM)
    thick = read.volume.voxel_mm[2] > THICK_MM
    outlines = {name: alignment.walls(v, edge, thick) for name, v in bones.items()}
    arches = {name: v.has_arch for name, v in bones.items()}
    context = Context(read, followed, beside, knowledge, bones, outlines, _arch_missing(arches))
    entries: dict[str, dict[str, Any]] = {}
    losses = {}
    for name, level in places.items():
        why = _unreachable(level, followed, read)
        if why is not None:
            status, text = why
            entries[name] = unmeasured(context, level, status, text)
            warnings.append(f"{name}: {text}")
            continue
        entries[name], losses[name] = measured(context, level)
    warnings.extend(_ends(followed, read, places))
    for name in sorted(context.arch_missing, key=lambda n: rank(n) or 0.0):
        warnings.append(
            f"no arch is labelled behind the canal at {name}, though others have one: operated (laminectomy) or an "
            "incomplete label; causes beside it are not named"
        )
    warnings.extend(_own_normal_doubts(beside, knowledge))
    cord_warnings = cord.add(read, followed, places, entries, knowledge)
    warnings.extend(cord_warnings)
    return Measurement(
        scan=read,
        profile=followed,
        places=places,
        losses=losses,
        structure=_structure(read),
        # What may be a complete block comes first.
        warnings=sorted(dict.fromkeys(warnings), key=lambda w: "complete block" not in w.lower()),
        levels=entries,
        vertebrae=_vertebrae(followed, bones, middles, outlines, knowledge, _structure(read)),
        curves=_curves(outlines),
        knowledge=knowledge,
    )


def _structure(read: Scan) -> str:
    bony = any(read.structures[c].kind == "bony_canal" for c in read.canal)
    return "bony canal" if bony else "dural sac"


def _check_size(read: Scan, followed: Profile) -> None:
    areas = followed.sections.area[followed.valid]
    if areas.size == 0:
        raise InputError(
            Problem(
                "no plane across the canal is whole: the label is too short for its tilt",
                read.volume.source,
                "give a map with more of the canal",
            )
        )
    middle = float(np.median(areas))
    if not CANAL_MM2[0] <= middle <= CANAL_MM2[1]:
        raise InputError(
            Problem(
                f"what scheme {read.scheme} calls the canal has a cross-section of {middle:.0f} mm2: wrong scheme, or "
                "wrong units in the header",
                read.volume.source,
                "name the right scheme with --scheme, and check the voxel size",
            )
        )


def _transitional(read: Scan) -> list[str]:
    there = {s.level for c, s in read.structures.items() if c in read.voxels.places}
    odd = sorted(there & TRANSITIONAL)
    if not odd:
        return []
    return [
        (
            f"a transitional or additional vertebra is labelled ({', '.join(odd)}): count the levels on a whole-spine view "
            "before relying on their names"
        )
    ]


def _implants(read: Scan) -> list[str]:
    if not read.codes("implant"):
        return []
    return [
        "an implant is labelled: metal distorts the image, so outlines near it are less sure than the intervals say"
    ]


def _arch_missing(arches: dict[str, bool]) -> set[str]:
    """Vertebrae without an arch between others that have one; a map that labels no arches says nothing."""
    have = [name for name, has in arches.items() if has]
    if len(have) < 2:
        return set()
    low, high = rank(have[0]) or 0.0, rank(have[-1]) or 0.0
    return {n for n, has in arches.items() if not has and low <= (rank(n) or 0.0) <= high}


def _unreachable(level: Level, followed: Profile, read: Scan) -> tuple[str, str] | None:
    """Why the canal cannot be measured at a level, and whether a complete block may be the reason."""
    top, bottom = followed.ends
    block = "possible complete block"
    for low, high in followed.gaps:
        if low - 3 <= level.s + level.window and high + 3 >= level.s - level.window:
            return block, (
                "the canal label is missing here and goes on beyond: POSSIBLE COMPLETE BLOCK, or a hole in the label; "
                "look at the images"
            )
    length = followed.line.length
    for outside, end, ahead in (
        (level.s > bottom, length, level.s - length),
        (level.s < top, 0.0, -level.s),
    ):
        if not outside:
            continue
        if _cut_by_image(read, lower=end > 0):
            return "not measurable", "the canal is cut off by the edge of the image here"
        if ahead > -level.window:
            near = ahead < 0.6 * (level.below - level.above)
            return (
                (
                    block,
                    (
                        "the canal label ENDS at this disc, inside the image: POSSIBLE COMPLETE BLOCK, because segmenters "
                        "keep only the longer part of a canal that is pinched off; not measurable, look at the images"
                    ),
                )
                if near
                else (
                    "not measurable",
                    (
                        "no canal is labelled at this level, though the image goes on: it ends at a "
                        "level before, where a complete block is possible"
                    ),
                )
            )
        return "not measurable", "too close to the end of the canal label"
    return None


def _cut_by_image(read: Scan, lower: bool) -> bool:
    low, high = (int(end[2]) for end in read.voxels.box(read.canal))
    edge = read.volume.voxel_mm[2]
    reach = max(EDGE_MM, 1.5 * edge)
    if lower:
        return low * edge < reach
    return bool((read.volume.data.shape[2] - 1 - high) * edge < reach)


def _ends(followed: Profile, read: Scan, places: dict[str, Level]) -> list[str]:
    found = []
    for low, high in followed.gaps:
        found.append(
            f"the canal label is interrupted from {low:.0f} to {high:.0f} mm below its upper end: possible complete block"
        )
    if not places:
        found.append("no level is labelled: the profile is given without levels")
    return found


def _own_normal_doubts(beside: tuple[own_normal.Window, ...], knowledge: Knowledge) -> list[str]:
    narrow = []
    for window in beside:
        known = vertebra_percentile(window.name, window.area, knowledge)
        if known is not None and known["percentile"] < 2.5:
            narrow.append(window.name)
    if len(narrow) < 2:
        return []
    return [
        (
            f"the canal is narrower than in 97.5 % of healthy young adults even between the discs ({', '.join(narrow)}): the "
            "own normal may itself be narrow, and a loss against it understates the narrowing"
        )
    ]


def _vertebrae(
    followed: Profile,
    bones: dict[str, Vertebra],
    middles: dict[str, float],
    outlines: dict[str, Walls | None],
    knowledge: Knowledge,
    structure: str,
) -> dict[str, dict[str, Any]]:
    """The canal at the middle of each vertebra."""
    found: dict[str, dict[str, Any]] = {}
    for name, s in middles.items():
        chosen = followed.within(s - own_normal.HALF_WINDOW_MM, s + own_normal.HALF_WINDOW_MM)
        entry: dict[str, Any] = {"position_mm": rounded(s, 1), "area_mm2": None, "ap_mm": None, "rl_mm": None}
        if chosen.size >= 3:
            sections = followed.sections
            area = float(sections.area[chosen].mean())
            entry |= {
                "area_mm2": rounded(area, 1),
                "ap_mm": rounded(float(sections.ap[chosen].mean()), 2),
                "rl_mm": rounded(float(sections.rl[chosen].mean()), 2),
            }
            if structure == "dural sac":
                entry["percentile"] = vertebra_percentile(name, area, knowledge)
            else:
                entry["below_developmental_limits"] = developmental(name, float(entry["ap_mm"]), knowledge)
        walls = outlines.get(name)
        if walls is not None:
            entry["body_depth_mm"] = rounded(walls.depth, 1)
        if name in bones:
            entry["arch_labelled"] = bones[name].has_arch
        found[name] = entry
    return found


def _curves(outlines: dict[str, Walls | None]) -> dict[str, Any]:
    """Angle between the upper endplate of the first and the lower endplate of the last body of a region, degrees."""
    found: dict[str, Any] = {}
    for region, names in (("lumbar", ("L1", "L5")), ("cervical", ("C2", "C7"))):
        upper, lower = (outlines.get(n) for n in names)
        chain = [n for n in outlines if n[0] == names[0][0] and outlines[n] is not None]
        if upper is None or lower is None:
            if len(chain) < 2:
                continue
            first, last = chain[0], chain[-1]
            upper, lower = outlines[first], outlines[last]
        else:
            first, last = names
        if upper is None or lower is None or not _unbroken(chain, first, last):
            continue
        up = np.array([upper.top[1], upper.top[2]])
        down = np.array([lower.bottom[1], lower.bottom[2]])
        angle = np.degrees(np.arctan2(up[1], up[0]) - np.arctan2(down[1], down[0]))
        found[f"{region}_lordosis"] = {
            "degrees": rounded(float(angle), 1),
            "from": f"upper endplate of {first}",
            "to": f"lower endplate of {last}",
            "posture": "as the person lay in the scanner, which lessens the curve of standing",
        }
    return found


def _unbroken(chain: list[str], first: str, last: str) -> bool:
    inside = [n for n in chain if (rank(first) or 0) <= (rank(n) or 0) <= (rank(last) or 0)]
    return all(follows(a, b) for a, b in pairwise(inside))


def neighbours(level: str, bones: dict[str, Vertebra]) -> tuple[Vertebra, Vertebra] | None:
    """The vertebrae above and below a disc level, when both are labelled."""
    upper, lower = parts(level)
    return (bones[upper], bones[lower]) if upper in bones and lower in bones else None
