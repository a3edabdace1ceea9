"""What disagrees: the scan with the symptoms, one grade with another; shown side by side, never settled here."""

from __future__ import annotations

from typing import Any

from narrows.appraisal.judged import Judged

_ORDER = {"none": 0, "mild": 1, "moderate": 2, "severe": 3}
_WALKING = ("leg_symptoms_walking", "leg_symptoms_standing", "leg_pain")

#: Sources of the knowledge that scan and symptoms often differ (ids of data/sources or studies).
SCAN_AND_SYMPTOMS = (
    "On scans of people without symptoms narrowing is common, and its size says little of how someone feels."
)


def disagreements(judged: Judged) -> tuple[dict[str, Any], ...]:
    """Pairs that disagree, each with both sides and what follows for the appraisal."""
    return tuple(_scan_and_symptoms(judged)) + tuple(judged.case.disagreements)


def _scan_and_symptoms(judged: Judged) -> list[dict[str, Any]]:
    severity = judged.value("lumbar_stenosis_severity")
    symptoms = [judged.value(name) for name in _WALKING]
    found: list[dict[str, Any]] = []
    if severity in ("moderate", "severe") and all(s is False for s in symptoms):
        found.append(
            {
                "about": "scan and symptoms",
                "one": f"The scan shows {severity} narrowing.",
                "other": "There is no leg pain and nothing comes on with walking or standing.",
                "consequence": f"The scan shows more than the symptoms. {SCAN_AND_SYMPTOMS} Treatment follows the symptoms.",
                "criteria": ["stenosis-asymptomatic"],
            }
        )
    if severity in ("none", "mild") and judged.truths.get("nc-clinical"):
        found.append(
            {
                "about": "scan and symptoms",
                "one": f"The scan shows {'no' if severity == 'none' else 'mild'} narrowing.",
                "other": "The symptoms are those of neurogenic claudication.",
                "consequence": "The symptoms show more than the scan. Other causes (blood vessels, hips, nerves, the neck) are looked for, "
                "and the level and position of the scan are checked.",
                "criteria": ["nc-clinical"],
            }
        )
    return found
