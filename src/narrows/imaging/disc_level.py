"""One disc level: its narrowest plane, own normal, thresholds, slip, heights, and what narrows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from narrows.imaging import alignment, causes, foramen, ligament
from narrows.imaging.alignment import Segment, Walls
from narrows.imaging.anatomy import parts
from narrows.imaging.own_normal import OwnNormal, Window, expected
from narrows.imaging.precision import Z95, area_sd, length_sd
from narrows.imaging.reference_values import crossed, level_percentile, null_band
from narrows.imaging.result import rounded

if TYPE_CHECKING:
    from narrows.imaging.causes import Loss
    from narrows.imaging.levels import Level
    from narrows.imaging.profile import Profile
    from narrows.imaging.scan import Scan
    from narrows.imaging.vertebrae import Vertebra
    from narrows.knowledge import Knowledge

WHAT_A_SHARE_IS = "geometry of this scan: which tissue lies where the canal would be by the person's own normal"
WHAT_IT_DOES_NOT_SAY = (
    "no study held here shows that a share predicts who benefits from an injection of cells or from any other "
    "treatment; it decides no standing"
)
#: Criterion of the knowledge that says from how many millimetres a slip is one.
_SLIP_CRITERION = "slip-present"


@dataclass(frozen=True, slots=True)
class Context:
    """What every level of a scan shares."""

    scan: Scan
    profile: Profile
    windows: tuple[Window, ...]
    knowledge: Knowledge
    bones: dict[str, Vertebra]
    walls: dict[str, Walls | None]
    arch_missing: set[str]


def unmeasured(context: Context, level: Level, status: str, why: str) -> dict[str, Any]:
    """A level where the canal cannot be measured: every key is there, and says so."""
    return {
        "status": status,
        "why": why,
        "position_mm": rounded(level.s, 1),
        "area_mm2": None,
        "area_interval": None,
        "ap_mm": None,
        "rl_mm": None,
        "own_normal_mm2": None,
        "lost_mm2": None,
        "lost_percent": None,
        "causes": [],
        "causes_note": "not measured",
        "thresholds": {},
        "percentile": None,
        "confidence": "none",
        "doubts": [why],
        **bones(context, level),
        "told_by": level.told_by,
    }


def measured(context: Context, level: Level) -> tuple[dict[str, Any], Loss | None]:
    """Measure a level: narrowest plane near the disc, own normal there, causes when the loss is beyond the healthy."""
    profile, scan = context.profile, context.scan
    chosen = profile.within(level.s - level.window, level.s + level.window)
    if chosen.size == 0:
        return unmeasured(context, level, "not measurable", "too close to the end of the canal label"), None
    at = int(chosen[np.argmin(profile.sections.area[chosen])])
    found = profile.sections
    area, ap, rl = float(found.area[at]), float(found.ap[at]), float(found.rl[at])
    frames = profile.frames
    edges = tuple(scan.volume.edge_along(axis[at]) for axis in (frames.right, frames.anterior, frames.up))
    sd = area_sd(area, ap, rl, (edges[0], edges[1], edges[2]), _change(profile, at))
    interval = (max(0.0, area - Z95 * sd), area + Z95 * sd)
    ap_interval = (max(0.0, ap - Z95 * length_sd(edges[1])), ap + Z95 * length_sd(edges[1]))
    own = expected(context.windows, level, float(frames.s[at]))
    about_bones = bones(context, level)
    sac = not any(scan.structures[c].kind == "bony_canal" for c in scan.canal)
    thresholds = crossed("dural_sac_csa" if sac else "spinal_canal_csa", level.name, interval, context.knowledge)
    if not sac:  # limits of the canal's diameter are not those of the sac inside it
        thresholds |= crossed("canal_ap_diameter", level.name, ap_interval, context.knowledge)
    entry: dict[str, Any] = {
        "status": "measured",
        "position_mm": rounded(float(frames.s[at]), 1),
        "area_mm2": rounded(area, 1),
        "area_interval": [rounded(interval[0], 1), rounded(interval[1], 1)],
        "ap_mm": rounded(ap, 2),
        "ap_interval": [rounded(ap_interval[0], 2), rounded(ap_interval[1], 2)],
        "rl_mm": rounded(rl, 2),
    }
    loss, about = _loss(context, level, at, area, sd, own, about_bones["slip_mm"])
    entry |= about
    ratio = area / own.area if own is not None else None
    entry |= {
        "thresholds": thresholds,
        "percentile": level_percentile(level.name, area, ratio, context.knowledge) if sac else None,
        **about_bones,
        "told_by": level.told_by,
    }
    return entry, loss


def _change(profile: Profile, at: int) -> float:
    """How fast the area changes beside a plane, mm2 per mm: the mean of the climbs 2 mm to either side."""
    area, valid = profile.sections.area, profile.valid
    climbs = [abs(area[i] - area[at]) / 2 for i in (at - 2, at + 2) if 0 <= i < len(area) and valid[i]]
    return float(np.mean(climbs)) if climbs else 0.0


def _loss(
    context: Context, level: Level, at: int, area: float, sd: float, own: OwnNormal | None, slip: float | None
) -> tuple[Loss | None, dict[str, Any]]:
    """Own normal, loss and causes of a level, with what makes them doubtful."""
    if own is None:
        nothing: dict[str, Any] = {"own_normal_mm2": None, "lost_mm2": None, "lost_percent": None, "causes": []}
        text = "own normal not measurable: no un-narrowed stretch of canal beside this level"
        return None, nothing | {"causes_note": text, "confidence": "none", "doubts": [text]}
    band = null_band(level.name, context.knowledge)
    lost = max(0.0, own.area - area)
    percent = 100 * lost / own.area
    doubts = [*own.doubts]
    if level.name.endswith("S1"):
        doubts.append("the sac tapers below L5: own normal is less sure at this level")
    entry: dict[str, Any] = {
        "own_normal_mm2": rounded(own.area, 1),
        "lost_mm2": rounded(lost, 1),
        "lost_percent": rounded(percent, 1),
        "healthy_band_percent": rounded(band.percent, 1),
        "healthy_band_basis": band.basis,
        "causes": [],
    }
    operated = sorted(context.arch_missing & set(parts(level.name)))
    loss = None
    slipped = _slipped(slip, context.scan)
    if percent <= band.percent:
        note = "within the healthy band: no cause is named"
    elif operated:
        note = f"no arch is labelled at {', '.join(operated)}: after an operation the own normal does not hold; no cause is named"
    else:
        loss = causes.attributed(context.scan, context.profile, own, at, lost, slip if slipped else None)
        entry["causes"] = [c.as_dict() for c in loss.causes]
        note = "named" if loss.causes else "the loss cannot be placed on the plane: no cause is named"
        entry["gained_mm2"] = rounded(loss.gained_mm2, 1)
        if loss.gained_mm2 > causes.MISFIT * max(loss.lost_mm2, 1.0) and not slipped:
            doubts.append("outline and plane do not fit together well: area was gained as well as lost")
        if 100 * (lost - 1.96 * sd) / own.area <= band.percent:
            doubts.append("within its interval the loss may lie inside the healthy band")
        if band.borrowed:
            entry["caution"] = "the healthy band of this region is borrowed from the neck"
        entry["share_is"] = WHAT_A_SHARE_IS
        entry["share_is_not"] = WHAT_IT_DOES_NOT_SAY
    entry |= {"causes_note": note, "confidence": "low" if doubts else "ordinary", "doubts": doubts}
    return loss, entry


def _slipped(slip: float | None, scan: Scan) -> bool:
    """Whether a slip stands out from the noise of the grid."""
    least = max(causes.SMALLEST_SLIP_MM, Z95 * alignment.slip_sd(scan.volume.voxel_mm))
    return slip is not None and abs(slip) >= least


def bones(context: Context, level: Level) -> dict[str, Any]:
    """What the bones beside a level tell: slip, disc heights, angle, foramina, ligament; None with a reason if not."""
    upper, lower = parts(level.name)
    missing: dict[str, str] = {}
    entry: dict[str, Any] = {
        "slip_mm": None,
        "slip_interval": None,
        "slip_percent": None,
        "meyerding_grade": None,
        "disc_height_mm": None,
        "segment_angle_deg": None,
    }
    segment = _segment(context, upper, lower)
    if segment is None:
        text = "needs the bodies of both vertebrae, whole in the image"
        missing |= dict.fromkeys(("slip_mm", "disc_height_mm", "segment_angle_deg"), text)
    else:
        smallest = _smallest_slip(context.knowledge)
        reach = Z95 * alignment.slip_sd(context.scan.volume.voxel_mm)
        entry |= {
            "slip_mm": rounded(segment.slip, 1),
            "slip_interval": [rounded(segment.slip - reach, 1), rounded(segment.slip + reach, 1)],
            "slip_percent": rounded(segment.slip_percent, 1),
            "meyerding_grade": alignment.meyerding(segment.slip_percent, segment.slip, smallest),
            "disc_height_mm": {
                "front_rim": rounded(segment.height_front, 1),
                "back_rim": rounded(segment.height_back, 1),
                "middle": rounded(segment.height_middle, 1),
            },
            "segment_angle_deg": rounded(segment.angle, 1),
        }
    entry["foramen"], why = foramen.measured(context.scan, context.bones, context.walls, level.name)
    if why:
        missing["foramen"] = why
    entry["ligamentum_flavum_mm"], why = ligament.thickness(context.scan, context.profile, level)
    if why:
        missing["ligamentum_flavum_mm"] = why
    missing["lateral_recess_mm"] = "no scheme labels what bounds the recess at the pedicle well enough"
    entry["not_measurable"] = missing
    return entry


def _segment(context: Context, upper: str, lower: str) -> Segment | None:
    above, below = context.walls.get(upper), context.walls.get(lower)
    if above is None or below is None:
        return None
    segment = alignment.segment(context.bones[upper], context.bones[lower], above, below)
    # Endplates further apart or nearer than any disc belong to a cut or merged label.
    return segment if -3.0 < segment.height_back < 30.0 and abs(segment.angle) < 45 else None


def _smallest_slip(knowledge: Knowledge) -> float:
    criterion = knowledge.criteria.get(_SLIP_CRITERION)
    words = (criterion.when or "").split() if criterion else []
    if words[:2] == ["spondylolisthesis_slip", ">="]:
        return float(words[2])
    raise LookupError(f"criterion {_SLIP_CRITERION} gives no lower limit of a slip")
