"""What an appraisal can take up from a measured scan, in the shape of a case file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from narrows.knowledge.levels import LEVELS_OF

if TYPE_CHECKING:
    from narrows.imaging.result import Measurement
    from narrows.knowledge import Knowledge

# Left out on purpose: the AP diameter of the dural sac (limits of canal_ap_diameter are those of the canal, which is
# wider than the sac), and bony_share_percent (a share of the lost area decides no standing without an outcome study).


def findings(result: Measurement) -> dict[str, Any]:
    """Levels, findings and origins of a measured scan, by the names of the dictionary.

    The labelled dural sac gives `dural_sac_csa`, a labelled bony canal `spinal_canal_csa`, the bony ring of CT
    `bony_canal_ap_diameter` alone. A value outside the limits of the dictionary, and everything not measured, is left
    out and so stays unknown. Origins are keyed "L4-L5 dural_sac_csa".
    """
    levels: dict[str, dict[str, Any]] = {}
    origins: dict[str, str] = {}
    where = f"measured from {', '.join(result.as_names())} ({result.structure}, labels of {result.scan.scheme})"
    for level, entry in result.levels.items():
        for name, value, how in _values(result.structure, entry):
            accepted = _accepted(name, level, value, result.knowledge)
            if accepted is None:
                continue
            levels.setdefault(level, {})[name] = accepted
            origins[f"{level} {name}"] = f"{where}{how}"
    return {"levels": levels, "findings": {}, "origins": origins}


def _values(structure: str, entry: dict[str, Any]) -> list[tuple[str, Any, str]]:
    found: list[tuple[str, Any, str]] = []
    area, interval = entry.get("area_mm2"), entry.get("area_interval")
    if area is not None and interval is not None:
        how = f", 95 % {interval[0]:g} to {interval[1]:g} mm2 from the voxel grid"
        if entry.get("confidence") == "low":
            how += "; low confidence in its own normal"
        if structure == "dural sac":
            found.append(("dural_sac_csa", area, how))
        elif structure == "bony canal":
            found += [("spinal_canal_csa", area, how), ("canal_ap_diameter", entry.get("ap_mm"), how)]
        elif structure == "bony ring":
            found.append(
                ("bony_canal_ap_diameter", entry.get("ap_mm"), ", smallest closed bony ring of the upper vertebra")
            )
        if structure != "bony ring":
            found.append(("canal_reduction_percent", entry.get("lost_percent"), ", against the person's own normal"))
    slip = entry.get("slip_mm")
    if slip is not None:
        lying = ", lying down: a slip can be larger when standing"
        found.append(("spondylolisthesis_slip", max(0.0, slip), lying))
        found.append(("meyerding_grade", entry.get("meyerding_grade"), lying))
    heights = entry.get("disc_height_mm") or {}
    found += [
        ("disc_height_mid", heights.get("middle"), ", between the endplates over the middle third"),
        ("disc_height_posterior", heights.get("back_rim"), ", between the back corners of the bodies"),
    ]
    foramen = entry.get("foramen") or {}
    found.append(
        ("foraminal_height", _sides({s: (foramen.get(s) or {}).get("height_mm") for s in ("left", "right")}), "")
    )
    ligament = entry.get("ligamentum_flavum_mm") or {}
    found.append(("ligamentum_flavum_thickness", _sides(ligament), ""))
    cord = entry.get("cord") or {}
    found.append(("cord_csa", cord.get("area_mm2"), ""))
    return found


def _sides(values: dict[str, float | None]) -> dict[str, float] | None:
    known = {side: v for side, v in values.items() if v is not None}
    return known or None


def _accepted(name: str, level: str, value: Any, knowledge: Knowledge) -> Any:
    """The value when the dictionary has such a finding at such a level and allows it, else None."""
    finding = knowledge.findings.get(name)
    if value is None or finding is None or level not in LEVELS_OF.get(finding.region or "both", ()):
        return None
    if isinstance(value, dict):
        inside = {side: v for side, v in value.items() if _within(finding, v)}
        return inside or None
    return value if _within(finding, value) else None


def _within(finding: Any, value: float) -> bool:
    low = finding.min if finding.min is not None else float("-inf")
    high = finding.max if finding.max is not None else float("inf")
    return bool(low <= value <= high)
