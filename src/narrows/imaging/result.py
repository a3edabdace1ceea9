"""The measurements of one scan, and their JSON shape."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from narrows.imaging.causes import Loss
    from narrows.imaging.levels import Level
    from narrows.imaging.profile import Profile
    from narrows.imaging.scan import Scan
    from narrows.knowledge import Knowledge

INTERVAL_IS = "95 %, from the size of the voxels alone; a segmenter that draws the edge half a voxel in or out moves an area further"
DISCLAIMER = "measurements of a label map, not a diagnosis; a narrow canal without symptoms is common"


@dataclass(slots=True)
class Measurement:
    """Everything measured on one scan; `as_dict` is what `narrows measure --json` prints."""

    scan: Scan
    profile: Profile | None
    places: dict[str, Level]
    losses: dict[str, Loss | None]
    structure: str
    warnings: list[str]
    levels: dict[str, dict[str, Any]]
    vertebrae: dict[str, dict[str, Any]]
    curves: dict[str, Any]
    knowledge: Knowledge

    def as_dict(self) -> dict[str, Any]:
        """The answer: scheme, warnings, profile, levels, and what stands beside them."""
        return {
            "scheme": self.scan.scheme,
            "structure": self.structure,
            "files": self.as_names(),
            "voxel_mm": [rounded(e, 3) for e in self.scan.volume.voxel_mm],
            "warnings": self.warnings,
            "profile": self._profile(),
            "levels": self.levels,
            "vertebrae": self.vertebrae,
            **self.curves,
            "interval_is": INTERVAL_IS,
            "says": DISCLAIMER,
            "knowledge": self.knowledge.stamp,
        }

    def as_names(self) -> list[str]:
        """Names of the label files, without their folders."""
        return [Path(f).name for f in self.scan.files]

    def as_interval(self) -> str:
        """What the intervals cover."""
        return INTERVAL_IS.removeprefix("95 %, ")

    def as_disclaimer(self) -> str:
        """What the measurements are not."""
        return DISCLAIMER

    def _profile(self) -> dict[str, list[float | None]]:
        if self.profile is None:
            return {"position_mm": [], "area_mm2": [], "ap_mm": [], "rl_mm": []}
        profile = self.profile

        def counted(values: np.ndarray[Any, Any], digits: int) -> list[float | None]:
            return [round(float(v), digits) if ok else None for v, ok in zip(values, profile.valid, strict=True)]

        return {
            "position_mm": [round(float(s), 2) for s in profile.frames.s],
            "area_mm2": counted(profile.sections.area, 1),
            "ap_mm": counted(profile.sections.ap, 2),
            "rl_mm": counted(profile.sections.rl, 2),
        }

    @property
    def narrowest(self) -> str | None:
        """The level that lost most, else the one with the smallest area; None without a measured level."""
        done = {n: e for n, e in self.levels.items() if e.get("area_mm2") is not None}
        if not done:
            return None
        return max(done, key=lambda n: ((done[n]["lost_percent"] or 0.0), -done[n]["area_mm2"]))


def rounded(value: float | None, digits: int) -> float | None:
    """A number for the answer; never minus zero."""
    return None if value is None else round(float(value), digits) + 0.0
