"""Which tissue stands where the canal should be: lost area split by label, by position, and by slip."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from narrows.imaging.anatomy import ARCH_KINDS, BONE_KINDS
from narrows.imaging.own_normal import OwnNormal, lay, moved
from narrows.imaging.planes import labels_on, sections
from narrows.imaging.precision import AREA_FACTOR, Z95

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from narrows.imaging.centreline import Frames
    from narrows.imaging.profile import Profile
    from narrows.imaging.scan import Scan

    Floats = NDArray[np.float64]

TISSUES: tuple[str, ...] = ("disc", "ligament", "facet_bone", "epidural_fat", "alignment")
SHOWN: dict[str, str] = {
    "disc": "disc",
    "ligament": "ligament or other soft tissue behind the sac",
    "facet_bone": "facet joint or bone",
    "epidural_fat": "epidural fat",
    "alignment": "alignment: one vertebra has slipped on the next",
}
#: A lost pixel belongs to a labelled tissue that is at most this far away, mm (segmenters leave a seam at the sac).
SEAM_MM = 3.0
#: A slip smaller than this is not told from none, mm.
SMALLEST_SLIP_MM = 1.5
#: Angles (degrees from the patient's right, front = 90) where unlabelled lost area is taken for disc, and for ligament.
FRONT, BACK = (30.0, 150.0), (-130.0, -50.0)
#: Smaller parts are the grain of the grid; they are left out and the others carry the whole.
SMALLEST_SHARE = 0.02
#: More gained than this part of the lost area says that outline and plane do not fit together.
MISFIT = 0.1


@dataclass(frozen=True, slots=True)
class Cause:
    """One tissue's part of the lost area: mm2, share with its 95 % interval (0 to 1), and what says so."""

    tissue: str
    mm2: float
    share: float
    interval: tuple[float, float]
    evidence: str
    labelled: float

    def as_dict(self) -> dict[str, Any]:
        """The cause as it stands in the answer."""
        return {
            "tissue": self.tissue,
            "label": SHOWN[self.tissue],
            "mm2": round(self.mm2, 1),
            "share": round(self.share, 3),
            "share_interval": [round(self.interval[0], 3), round(self.interval[1], 3)],
            "evidence": self.evidence,
            "labelled_part": round(self.labelled, 2),
        }


@dataclass(frozen=True, slots=True)
class Loss:
    """The lost area of a plane: its pixels by tissue, and what they add up to."""

    frames: Frames
    lumen: NDArray[np.float32]
    outline: NDArray[np.float32]
    tissue: NDArray[np.int8]
    lost: NDArray[np.float32]
    lost_mm2: float
    gained_mm2: float
    causes: tuple[Cause, ...]


def attributed(scan: Scan, profile: Profile, own: OwnNormal, at: int, lost_mm2: float, slip_mm: float | None) -> Loss:
    """Split the lost area at a plane of the profile by tissue.

    Lost is own-normal outline minus lumen, pixel by pixel about the centre that the windows beside give. First goes what the slip
    explains: pixels outside the overlap of the outlines above and below, each moved by half the slip. The rest takes
    the tissue labelled there, then the nearest one across a seam of at most SEAM_MM on its own side of the canal, then
    the sector. Shares add up to 1 and their mm2 to `lost_mm2`.
    """
    frames = moved(profile.frames.part(slice(at, at + 1)), own.centre[None, :])
    on = profile.on
    lumen = np.clip(sections(profile.tube, frames, on)[0], 0, 1)
    outline = np.clip(own.outline, 0, 1)
    lost, gained = _lost(outline, lumen)
    tissue, labelled = _tissues(scan, frames, profile)
    shifted = np.zeros_like(lost)
    if slip_mm is not None:
        overlap = np.minimum(lay(own.upper.outline, on, slip_mm / 2), lay(own.lower.outline, on, -slip_mm / 2))
        shifted = np.minimum(lost, np.clip(outline - overlap, 0, 1))
    rest = lost - shifted
    cell = on.pixel**2
    amounts: Floats = np.bincount(tissue.ravel(), rest.ravel(), minlength=len(TISSUES)).astype(float) * cell
    by_label: Floats = (
        np.bincount(tissue.ravel(), (rest * labelled).ravel(), minlength=len(TISSUES)).astype(float) * cell
    )
    amounts[-1] += shifted.sum() * cell
    by_label[-1] += shifted.sum() * cell
    tissue = np.where(shifted > rest, np.int8(len(TISSUES) - 1), tissue).astype(np.int8)
    causes = _causes(amounts, by_label, lost_mm2, scan)
    return Loss(frames, lumen, outline, tissue, lost, float(lost.sum()) * cell, float(gained.sum()) * cell, causes)


def _lost(outline: NDArray[np.float32], lumen: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Lost and gained parts of pixels, without the slivers that a shift of a fraction of a voxel leaves all round."""
    from scipy.ndimage import label

    difference = outline - lumen
    lost = np.clip(difference, 0, 1)
    patches, count = label(lost > 0.2)
    if count:
        deep = np.zeros(count + 1, bool)
        deep[np.unique(patches[lost > 0.75])] = True
        deep[0] = False
        core = deep[patches]
        if core.any():
            lost = np.where(core, lost, 0)
    return lost, np.clip(-difference, 0, 1)


def _tissues(scan: Scan, frames: Frames, profile: Profile) -> tuple[NDArray[np.int8], NDArray[np.bool_]]:
    """Tissue of every pixel of a plane if it were lost, and whether a label says so."""
    from scipy.ndimage import distance_transform_edt

    on = profile.on
    seen = labels_on(scan.volume, frames, on)[0]
    angle = np.degrees(np.arctan2(on.v[:, None], on.u[None, :]))
    front = (angle >= FRONT[0]) & (angle <= FRONT[1])
    back = (angle >= BACK[0]) & (angle <= BACK[1])
    tissue = np.where(front, 0, np.where(back, 1, 2)).astype(np.int8)
    kind_of = {code: _tissue_of(s.kind) for code, s in scan.structures.items()}
    here = np.full(seen.shape, -1, np.int8)
    for code in np.unique(seen):
        found = kind_of.get(int(code))
        if found is not None:
            here[seen == code] = TISSUES.index(found)
    arch = np.isin(seen, [c for c, s in scan.structures.items() if s.kind in ARCH_KINDS])
    # A bony label across the seam says nothing behind the sac, where ligament lies between it and the lamina, and a
    # disc lies in front only; soft tissue that is labelled may lie anywhere.
    near = here.copy()
    near[(near == 2) & ~arch & front] = -1
    known = near >= 0
    labelled = here >= 0
    tissue = np.where(labelled, here, tissue)
    if known.any():
        away, nearest = distance_transform_edt(~known, sampling=on.pixel, return_indices=True)
        candidate = near[tuple(nearest)]
        fits = np.where(candidate == 0, front, np.where(candidate == 2, ~front & ~back, True))
        fits &= (away <= SEAM_MM) & ~labelled
        tissue = np.where(fits, candidate, tissue)
        labelled = labelled | fits
    return tissue.astype(np.int8), labelled


def _tissue_of(kind: str) -> str | None:
    if kind == "disc":
        return "disc"
    if kind == "ligamentum_flavum":
        return "ligament"
    if kind == "epidural_fat":
        return "epidural_fat"
    return "facet_bone" if kind in BONE_KINDS else None


def _causes(amounts: Floats, by_label: Floats, lost_mm2: float, scan: Scan) -> tuple[Cause, ...]:
    amounts = np.where(amounts < SMALLEST_SHARE * amounts.sum(), 0.0, amounts)
    total = float(amounts.sum())
    if total <= 0:
        return ()
    edge = float(np.sort(scan.volume.voxel_mm)[-1] * np.sort(scan.volume.voxel_mm)[0]) ** 0.5
    found = []
    for name, amount, labelled in zip(TISSUES, amounts, by_label, strict=True):
        share = float(amount / total)
        if amount == 0:
            continue
        # The grid moves the edge of a patch as it moves any outline: its perimeter is taken as that of a half-moon.
        sd = AREA_FACTOR * edge**1.5 * (2.6 * float(np.sqrt(amount))) ** 0.5 / total
        reach = Z95 * float(np.hypot(sd * (1 - share), sd * share))
        found.append(
            Cause(
                name,
                share * lost_mm2,
                share,
                (max(0.0, share - reach), min(1.0, share + reach)),
                "labelled" if labelled >= amount / 2 else "by-position",
                float(labelled / amount),
            )
        )
    return tuple(sorted(found, key=lambda c: -c.mm2))
