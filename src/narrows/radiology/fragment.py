"""A reading as part of a case: what may be entered, what may not and why, and where it disagrees with what was entered."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, Final

from narrows.case import Case
from narrows.case.case import Sides, Value
from narrows.case.derive import derive
from narrows.case.dictionary import Refused, accept
from narrows.knowledge import Knowledge
from narrows.knowledge.levels import LEVELS_OF
from narrows.knowledge.records.finding import Finding
from narrows.radiology.spans import Reading, Row

ORIGIN: Final = "radiology report"
_SIDES: Final = {"left": ("left",), "right": ("right",), "both": ("left", "right")}
_STATUS: Final = {"possible": "only suspected", "historical": "of the past"}


def findings(result: Reading, knowledge: Knowledge) -> dict[str, Any]:
    """What a reading may enter into a case, in the shape of a case file.

    Keys: findings, levels, levels_read, origins ("name" or "level name" to the words it came from) and notes (what
    was not entered, and why). Taken is only what the report states or denies with certainty and with one value.
    Suspected and past findings, grades said as an interval or not at all, and what the report contradicts are left
    out and named in the notes: unknown stays unknown. Lengths and grades are in the unit of the dictionary.
    `levels_read` names a region only when the grade of the canal could be entered at every level of it.
    """
    taken: dict[str, Any] = {"findings": {}, "levels": {}, "levels_read": [], "origins": {}, "notes": []}
    sided = {(r.finding, r.level) for r in result.findings if r.side}
    for row in result.findings:
        finding = knowledge.findings.get(row.finding)
        if finding is None:
            continue
        if (row.finding, row.level) in result.disputed:
            _note(taken, row, finding, "the report says it in two ways")
        elif row.status in _STATUS:
            _note(taken, row, finding, _STATUS[row.status])
        elif finding.per_level and not row.level:
            if not _whole_region(row, result, taken):
                _note(taken, row, finding, "no level is given")
        else:
            value = _value(row, finding)
            if value is None:
                _note(taken, row, finding, _why_none(row))
            elif row.side or (row.finding, row.level) not in sided:
                _enter(taken, row, finding, value, result, knowledge)
    taken["levels_read"] = list(result.levels_read)
    return taken


def _whole_region(row: Row, result: Reading, taken: dict[str, Any]) -> bool:
    """'Alignment is normal' of one region denies a slip at each of its levels, except where the report names one."""
    regions = [r for r in result.study.regions if r in LEVELS_OF]
    if row.finding != "spondylolisthesis_slip" or row.status != "absent" or len(regions) != 1:
        return False
    slipping = {
        r.level
        for r in (*result.findings, *result.extras)
        if "slip" in r.finding or "listhesis" in r.finding or "meyerding" in r.finding
        if r.status != "absent"
    }
    for level in LEVELS_OF[regions[0]]:
        if level not in slipping:
            taken["levels"].setdefault(level, {}).setdefault(row.finding, 0)
            taken["origins"].setdefault(f"{level} {row.finding}", _origin(row, result))
    return True


def _value(row: Row, finding: Finding) -> Value | None:
    """The one value that a row states; None when it states none, or an interval."""
    if finding.type == "boolean":
        return row.status == "present"
    if row.value == "" or ".." in str(row.value):
        return None
    return row.value


def _why_none(row: Row) -> str:
    if ".." in str(row.value):
        low, high = str(row.value).split("..")
        return f"the words fit {low} to {high}; no one value is certain"
    return "named without a grade or size" if row.status == "present" else "denied without a value"


def _enter(
    taken: dict[str, Any], row: Row, finding: Finding, value: Value, result: Reading, knowledge: Knowledge
) -> None:
    place: dict[str, Any] = taken["levels"].setdefault(row.level, {}) if finding.per_level else taken["findings"]
    try:
        accept(value, finding, knowledge)
    except Refused as refused:
        _note(taken, row, finding, refused.problem)
        if finding.per_level and not place:
            del taken["levels"][row.level]
        return
    if row.side and finding.side:
        given = place.setdefault(row.finding, {})
        for side in _SIDES[row.side]:
            # a grade for one side is nearer to the truth than one for both
            if side not in given or row.side != "both":
                given[side] = value
    else:
        place.setdefault(row.finding, value)
    key = f"{row.level} {row.finding}" if finding.per_level else row.finding
    taken["origins"].setdefault(key, _origin(row, result))


def _origin(row: Row, result: Reading) -> str:
    words = " ".join(result.text[row.start : row.end].split())
    return f"{ORIGIN}: “{words[:120]}”"


def _note(taken: dict[str, Any], row: Row, finding: Finding, why: str) -> None:
    where = f"{row.level}, " if row.level else ""
    side = f", {row.side if row.side != 'both' else 'both sides'}" if row.side else ""
    taken["notes"].append(f"{where}{finding.label}{side}: not entered, {why}.")


def disagreements(fragment: Mapping[str, Any], case: Case, knowledge: Knowledge | None = None) -> list[dict[str, Any]]:
    """Where a report says otherwise than what the case holds, both side by side, nothing settled.

    Each is {about, finding, level, one, other, consequence, criteria}: `one` is the report, `other` the case with its
    origin. With the knowledge, `criteria` names every criterion whose answer would change with the report's value.
    """
    out: list[dict[str, Any]] = []
    for level, values in [("", fragment.get("findings", {})), *fragment.get("levels", {}).items()]:
        held = case.levels.get(level, {}) if level else case.findings
        for name, given in values.items():
            known = held.get(name)
            if known is None or _agrees(given, known):
                continue
            changed = _changed(case, level, name, given, knowledge) if knowledge else []
            label = knowledge.findings[name].label if knowledge and name in knowledge.findings else name
            origin = case.origins.get(f"{level} {name}" if level else name, "entered")
            if name in case.derived and not level:
                origin = case.derived[name]
            out.append(
                {
                    "about": f"{level} {label}".strip(),
                    "finding": name,
                    "level": level,
                    "one": f"The report says {_said(given)}.",
                    "other": f"The case holds {_said(known)} ({origin}).",
                    "consequence": _consequence(changed, knowledge),
                    "criteria": changed,
                }
            )
    return out


def _agrees(given: Any, known: Value | Sides) -> bool:
    a, b = _by_side(given), _by_side(known)
    if "" in a or "" in b:
        return set(a.values()) == set(b.values())
    return all(a[s] == b[s] for s in a.keys() & b.keys())


def _by_side(value: Any) -> dict[str, Any]:
    if isinstance(value, Sides):
        return {s: v for s, v in value._asdict().items() if v is not None}
    return dict(value) if isinstance(value, dict) else {"": value}


def _said(value: Any) -> str:
    words = {True: "yes", False: "no"}
    parts = [f"{side} {words.get(v, v) if isinstance(v, bool) else v}".strip() for side, v in _by_side(value).items()]
    return ", ".join(parts)


def _changed(case: Case, level: str, name: str, given: Any, knowledge: Knowledge) -> list[str]:
    """Criteria whose answer changes when the case holds the report's value instead of its own."""
    from narrows.criteria import facts_of, rules_of

    other = deepcopy(case)
    value = Sides(given.get("left"), given.get("right")) if isinstance(given, dict) else given
    if level:
        other.levels.setdefault(level, {})[name] = value
    else:
        other.findings[name] = value
    for derived in [n for n in other.derived if n != name]:
        other.findings.pop(derived, None)
    other.derived, other.answers = {}, {}
    for kept, how in case.derived.items():
        if kept not in ("lumbar_stenosis_severity", name) and kept in case.findings:
            other.findings[kept], other.derived[kept] = case.findings[kept], how
    derive(other, knowledge, lambda path: path)
    rules = rules_of(knowledge)
    before, after = facts_of(case, rules.layout), facts_of(other, rules.layout)
    return [key for key, rule in rules.by_id.items() if rule.truth(before) is not rule.truth(after)]


def _consequence(changed: list[str], knowledge: Knowledge | None) -> str:
    if knowledge is None:
        return "The appraisal uses what the case holds until somebody decides which is right."
    if not changed:
        return "No criterion changes with it. The appraisal uses what the case holds."
    labels = [knowledge.criteria[key].label for key in changed[:3]]
    more = f" and {len(changed) - 3} more" if len(changed) > 3 else ""
    return f"It decides: {'; '.join(labels)}{more}. The appraisal uses what the case holds until somebody decides which is right."
