"""How severe it is, by symptoms, function and imaging, and what narrows each level."""

from __future__ import annotations

from typing import Any, Literal

from narrows.appraisal.answer import Leaf, LevelNarrowing, Reason, SeverityLine
from narrows.appraisal.judged import Judged
from narrows.case import Sides
from narrows.criteria.why import shown_value
from narrows.knowledge.levels import LEVELS

Aspect = Literal["symptoms", "function", "imaging"]
_OVERALL = ("lumbar_stenosis_severity", "cervical_stenosis_severity")

#: What stands beside every share of a tissue.
SHARE_NOTE = (
    "This is geometry: how much of the lost space lies where which tissue is. "
    "No study held here shows that it predicts who benefits from cells or any other treatment."
)
_NARROWING = {
    "disc_displacement": "disc",
    "ligamentum_flavum_thickness": "ligament",
    "facet_arthropathy_grade": "facet joint",
    "synovial_cyst": "facet joint cyst",
    "spondylolisthesis_slip": "slip of the vertebra",
    "meyerding_grade": "slip of the vertebra",
    "posterior_ligament_ossified": "ossified ligament",
    "bony_share_percent": "bone",
}


def severity(judged: Judged) -> tuple[SeverityLine, ...]:
    """The severity criteria that are true, and the overall grade that imaging gives."""
    lines = [
        SeverityLine(
            aspect=_aspect(judged, key),
            criterion=key,
            says=rule.criterion.says,
            why=judged.leaves(key),
            sources=rule.criterion.sources,
        )
        for key, rule in judged.rules.by_id.items()
        if rule.criterion.kind == "severity" and judged.truths[key]
    ]
    lines += _imaging(judged)
    return tuple(sorted(lines, key=lambda line: ("symptoms", "function", "imaging").index(line.aspect)))


def _aspect(judged: Judged, criterion: str) -> Aspect:
    groups = {judged.knowledge.findings[name].group for name in judged.rules.by_id[criterion].findings}
    return "function" if "function" in groups else "imaging" if "imaging" in groups else "symptoms"


def _imaging(judged: Judged) -> list[SeverityLine]:
    lines = []
    for name in _OVERALL:
        value = judged.case.findings.get(name)
        if value is not None:
            finding = judged.knowledge.findings[name]
            how = judged.case.derived.get(name)
            text = f"{finding.label}: {shown_value(value, finding)}" + (f" ({how})" if how else "")
            leaf = Leaf(finding=name, text=text, holds="true")
            lines.append(
                SeverityLine(aspect="imaging", criterion="", says=text, why=(leaf,), sources=(finding.source,))
            )
    return lines


def narrowing(judged: Judged) -> dict[str, LevelNarrowing]:
    """What was recorded at each named level, the imaging criteria that are true there, and what narrows it."""
    named = [level for level in LEVELS if level in judged.case.levels]
    true_there: dict[str, list[Reason]] = {level: [] for level in named}
    for key, rule in judged.rules.by_id.items():
        if rule.criterion.kind == "imaging" and rule.levels and judged.truths[key]:
            reason = judged.reason(key)
            for level in reason.levels:
                own = tuple(leaf for leaf in reason.why if leaf.level in ("", level))
                true_there[level].append(Reason(**{**_fields(reason), "why": own, "levels": (level,)}))
    return {level: _level(judged, level, tuple(true_there[level])) for level in named}


def _fields(reason: Reason) -> dict[str, Any]:
    return {name: getattr(reason, name) for name in reason.__struct_fields__}


def _level(judged: Judged, level: str, criteria: tuple[Reason, ...]) -> LevelNarrowing:
    values = judged.case.levels[level]
    shown = {name: v._asdict() if isinstance(v, Sides) else v for name, v in values.items()}
    causes = []
    for name, tissue in _NARROWING.items():
        value = values.get(name)
        if value not in (None, False, 0, "none", Sides(None, None)):
            finding = judged.knowledge.findings[name]
            text = (
                " / ".join(shown_value(v, finding) for v in value if v is not None)
                if isinstance(value, Sides)
                else shown_value(value, finding)
            )
            causes.append(
                {
                    "tissue": tissue,
                    "finding": name,
                    "says": f"{finding.label}: {text}",
                    "evidence": judged.case.origins.get(f"{level} {name}", "recorded"),
                }
            )
    shares = judged.case.shares.get(level, ())
    return LevelNarrowing(
        findings=shown,
        criteria=criteria,
        causes=(*causes, *shares),
        note=SHARE_NOTE if shares or "bony_share_percent" in values else "",
    )
