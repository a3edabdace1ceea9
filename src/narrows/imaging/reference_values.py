"""What is usual: healthy spread between disc and vertebra, percentiles, and thresholds that criteria use."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

from narrows.imaging.anatomy import region
from narrows.knowledge.levels import LEVELS_OF

if TYPE_CHECKING:
    from narrows.knowledge import Knowledge

_SIMPLE = re.compile(r"^(\w+) (<=|>=|<|>) (\d+(?:\.\d+)?)$")
_BETWEEN = re.compile(r"^(\w+) BETWEEN (\d+(?:\.\d+)?) AND (\d+(?:\.\d+)?)$")
_BAND = re.compile(r"^(\w+) < (\d+(?:\.\d+)?) AND \1 >= (\d+(?:\.\d+)?)$")


@dataclass(frozen=True, slots=True)
class NullBand:
    """How much narrower than its own normal a healthy disc level can be, percent, and where that was seen."""

    percent: float
    basis: str
    borrowed: bool


def null_band(level: str, knowledge: Knowledge) -> NullBand:
    """The healthy band of a level: 2.5th percentile of 203 healthy adults in the neck.

    Elsewhere no such data are held: the widest band of the neck is borrowed and said to be.
    """
    table: dict[str, Any] = knowledge.cervical_own_normal
    own = table.get(level.replace("-", "_"))
    if own is not None:
        return NullBand(
            100 * (1 - own["area"]["p2_5"]), f"2.5th percentile of {own['area']['n']} healthy adults", False
        )
    widest = min(entry["area"]["p2_5"] for entry in table.values())
    return NullBand(100 * (1 - widest), "borrowed from the neck (widest level): no data of this region are held", True)


def _percentile(value: float, entry: dict[str, float]) -> float:
    """Percentile by two half-normal curves through the 2.5th, 50th and 97.5th percentiles."""
    low, middle, high = entry["p2_5"], entry["p50"], entry.get("p97_5")
    side = middle - low if value < middle or high is None else high - middle
    return 100 * NormalDist().cdf(1.96 * (value - middle) / side)


def vertebra_percentile(vertebra: str, area: float, knowledge: Knowledge) -> dict[str, Any] | None:
    """Where a mid-vertebra area of the dural sac stands among healthy young adults; None without data."""
    table: dict[str, Any] = knowledge.cervical_reference
    entry = table.get(vertebra)
    if entry is None:
        return None
    return {
        "percentile": round(_percentile(area, entry["canal_area"]), 1),
        "of": f"{entry['canal_area']['n']} healthy adults of 19 to 52 years; no correction for age",
    }


def level_percentile(level: str, area: float, ratio: float | None, knowledge: Knowledge) -> dict[str, Any] | None:
    """Where a disc level stands: in the neck by its ratio to the own normal, at L4-L5 by its area; None elsewhere."""
    own: dict[str, Any] | None = knowledge.cervical_own_normal.get(level.replace("-", "_"))
    if own is not None and ratio is not None:
        return {
            "percentile": round(_percentile(ratio, own["area"]), 1),
            "measure": "area over own normal",
            "of": f"{own['area']['n']} healthy adults of 19 to 52 years; no correction for age",
        }
    for normal in knowledge.normal_measures.values():
        if normal.measure == "dural_sac_csa" and normal.level == level and normal.kind == "mean-sd" and normal.sd:
            return {
                "percentile": round(100 * NormalDist(normal.mean, normal.sd).cdf(area), 1),
                "measure": "area",
                "of": f"{normal.population} (mean {normal.mean}, SD {normal.sd} mm2; a normal curve is assumed)",
                "source": normal.source,
            }
    return None


@lru_cache(maxsize=4)
def _thresholds(knowledge: Knowledge) -> tuple[tuple[str, str, float, float, Any], ...]:
    """(finding, criterion id, low, high, criterion) of every criterion that is one limit or one band of one measure."""
    found = []
    for criterion in knowledge.criteria.values():
        when = criterion.when or ""
        if simple := _SIMPLE.match(when):
            limit = float(simple[3])
            low, high = (float("-inf"), limit) if simple[2].startswith("<") else (limit, float("inf"))
            found.append((simple[1], criterion.id, low, high, criterion))
        elif band := _BETWEEN.match(when):
            found.append((band[1], criterion.id, float(band[2]), float(band[3]), criterion))
        elif band := _BAND.match(when):
            found.append((band[1], criterion.id, float(band[3]), float(band[2]), criterion))
    return tuple(found)


def crossed(finding: str, level: str, interval: tuple[float, float], knowledge: Knowledge) -> dict[str, str]:
    """Which criteria of one measure hold at a level, given its interval: criterion id to yes, no or undecided."""
    known = knowledge.findings.get(finding)
    if known is None or not known.per_level or level not in LEVELS_OF.get(known.region or "both", ()):
        return {}
    answers = {}
    for name, criterion_id, low, high, criterion in _thresholds(knowledge):
        if name != finding or (criterion.levels and level not in criterion.levels):
            continue
        if criterion.region and criterion.region not in ("both", region(level)):
            continue
        inside = [low <= end <= high for end in interval]
        if all(inside):
            answers[criterion_id] = "yes"
        elif interval[1] < low or interval[0] > high:
            answers[criterion_id] = "no"
        else:
            answers[criterion_id] = "undecided"
    return answers


def developmental(
    name: str, ap: float, knowledge: Knowledge, measure: str = "bony_canal_ap_diameter"
) -> list[dict[str, Any]]:
    """Lower limits of the bony canal at a vertebra that a diameter falls below, each with its population and source."""
    return [
        {"limit_mm": n.low, "population": n.population, "source": n.source, **({"sex": n.sex} if n.sex else {})}
        for n in knowledge.normal_measures.values()
        if n.measure == measure and n.vertebra == name and n.kind == "lower-limit" and n.low is not None and ap < n.low
    ]
