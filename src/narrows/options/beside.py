"""What a radiology report says and a scan measures, taken into a case beside what was entered.

What was entered stays. What was unknown is filled, with its origin. Where two of them differ both are kept side by
side as a disagreement with its consequence; nothing is settled in silence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from narrows.case import Case, MeasuredScan, Sides
from narrows.case.derive import derive
from narrows.case.dictionary import Refused, accept
from narrows.knowledge import Knowledge

#: A measurement and an entered number that lie closer than this share, and change no answer, agree. Our own choice, not a
#: published limit; it decides only whether a difference is shown, never an answer.
CLOSE: Final = 0.15


def with_report(case: Case, path: str, knowledge: Knowledge) -> None:
    """Take what a radiology report states or denies with certainty into a case.

    Raises InputError when the file is no report of one patient.
    """
    from narrows import radiology

    reading = radiology.read_report(radiology.read_document(path), path)
    fragment = radiology.findings(reading, knowledge)
    case.disagreements += tuple(radiology.disagreements(fragment, case, knowledge))
    _take_up(case, fragment, knowledge)
    case.notices += [
        f"The scan report speaks of {u.what.replace('_', ' ')}: look at its words first." for u in reading.urgent
    ]
    case.notices += [f"Scan report: {warning}" for warning in reading.warnings]
    case.notices += [f"Scan report, not entered: {note}" for note in fragment.get("notes", ())]


def with_scan(
    case: Case,
    paths: Sequence[str],
    knowledge: Knowledge,
    *,
    scheme: str | None = None,
    structures: Sequence[str] = (),
    drawn: bool = False,
) -> None:
    """Measure a segmented scan and take its levels into a case; the shares of lost area stand beside, and feed no standing.

    `scheme` and `structures` settle what the files cannot say, as in `narrows measure`. `drawn`: the picture of the scan
    is drawn as well, for the report, and kept in `case.scans`. Raises InputError when the files are no label maps of one
    scan, NotInstalled when a reader is missing.
    """
    from narrows import imaging
    from narrows.radiology import disagreements

    result = imaging.measure([Path(p) for p in paths], knowledge, scheme, structures)
    fragment = imaging.findings(result)
    found = disagreements(fragment, case, knowledge)
    case.disagreements += tuple(
        {**d, "one": d["one"].replace("The report says", "The scan measures")}
        for d in found
        if _matters(d, fragment, case)
    )
    _take_up(case, fragment, knowledge)
    plain = result.as_dict()
    for level, entry in plain["levels"].items():
        if entry.get("causes"):
            case.shares[level] = tuple(entry["causes"])
    case.notices += [f"Scan: {warning}" for warning in plain["warnings"]]
    if drawn:
        from narrows.imaging import picture

        case.scans.append(MeasuredScan(picture.png(result), result.structure, result.narrowest, plain["levels"]))


def _matters(disagreement: Mapping[str, Any], fragment: Mapping[str, Any], case: Case) -> bool:
    """Whether a measured number differs from the entered one by more than measuring does, or changes an answer."""
    name, level = disagreement["finding"], disagreement["level"]
    measured = fragment["levels"][level][name] if level else fragment["findings"][name]
    entered = (case.levels[level] if level else case.findings)[name]
    if disagreement["criteria"] or not (isinstance(measured, int | float) and isinstance(entered, int | float)):
        return True
    return bool(abs(measured - entered) > CLOSE * max(abs(measured), abs(entered)))


def _take_up(case: Case, fragment: Mapping[str, Any], knowledge: Knowledge) -> None:
    for name in case.derived:  # worked out anew from all that is known now
        case.findings.pop(name, None)
    case.derived.clear()
    for name, value in fragment.get("findings", {}).items():
        _fill(case, "", name, value, fragment, knowledge)
    for level, values in fragment.get("levels", {}).items():
        for name, value in values.items():
            _fill(case, level, name, value, fragment, knowledge)
    case.levels_read = tuple(dict.fromkeys((*case.levels_read, *fragment.get("levels_read", ()))))
    notices = list(case.notices)
    derive(case, knowledge, lambda path: path)
    case.notices[:] = dict.fromkeys([*notices, *case.notices])


def _fill(case: Case, level: str, name: str, value: Any, fragment: Mapping[str, Any], knowledge: Knowledge) -> None:
    held = case.levels.get(level, {}) if level else case.findings
    if held.get(name) is not None:
        return
    key = f"{level} {name}" if level else name
    try:
        taken = accept(value, knowledge.findings[name], knowledge)
    except Refused as refused:
        case.notices.append(f"{key} was not taken up: {refused.problem}.")
        return
    if isinstance(taken, Sides) or taken is not None:
        (case.levels.setdefault(level, {}) if level else case.findings)[name] = taken
        case.origins[key] = fragment.get("origins", {}).get(key, "")
        case.missing.pop(name, None)
