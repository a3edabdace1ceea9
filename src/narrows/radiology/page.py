"""A reading for the terminal, 80 columns: what cannot wait, each level, what was not understood, what it asks."""

from __future__ import annotations

import textwrap

from narrows.knowledge import Knowledge
from narrows.radiology.levels import DISCS
from narrows.radiology.spans import Reading, Row

WIDTH = 80
_STATUS = {"present": "", "absent": "no: ", "possible": "perhaps: ", "historical": "earlier: "}


def reading_page(reading: Reading, knowledge: Knowledge) -> str:
    """The whole page as text; the words of the report stand in quotes, names are blotted out."""
    out: list[str] = []
    if reading.urgent:
        out.append("FIRST: words that should not wait")
        for urgent in reading.urgent:
            out.append(_wrapped(f"{urgent.what}: “{_words(reading, urgent.start, urgent.end)}”", "  ! ", "    "))
        out.append(
            _wrapped(
                "If this is new to you, ask whoever ordered the scan today. New numbness between the legs, trouble "
                "with bladder or bowel, or growing weakness is an emergency.",
                "  ",
                "  ",
            )
        )
        out.append("")
    out.extend(_study(reading))
    levels = [level for level in DISCS if any(r.level == level for r in reading.findings)]
    for level in ["", *levels]:
        rows = [r for r in reading.findings if r.level == level and r.finding != "imaging_modality"]
        if not rows:
            continue
        out.append(level or "Without a level")
        out.extend(_row(row, reading, knowledge) for row in rows)
        out.append("")
    if reading.extras:
        out.append("Understood, but with no place in the dictionary of findings")
        for row in reading.extras:
            out.append(
                _wrapped(f"{row.level} {row.finding}: “{_words(reading, row.start, row.end)}”".strip(), "  ", "    ")
            )
        out.append("")
    if reading.not_understood:
        out.append("Not understood")
        for start, end in reading.not_understood[:12]:
            out.append(_wrapped(f"“{_words(reading, start, end)}”", "  ", "    "))
        more = len(reading.not_understood) - 12
        if more > 0:
            out.append(f"  … and {more} more")
        out.append("")
    for heading, lines in (("Mind", reading.warnings), ("To ask", reading.asks)):
        if lines:
            out.append(heading)
            out.extend(_wrapped(line, "  - ", "    ") for line in lines)
            out.append("")
    out.append(
        _wrapped("What a report does not mention is unknown, not absent. Compare with the report itself.", "", "")
    )
    return "\n".join(out) + "\n"


def _study(reading: Reading) -> list[str]:
    study = reading.study
    names = {"mri": "MRI", "ct": "CT", "ct_myelogram": "CT myelogram", "xray": "radiograph"}
    parts = [names.get(study.modality, "Examination not named")]
    if study.regions:
        parts.append(" and ".join(study.regions))
    if study.contrast:
        parts.append(f"{study.contrast} contrast")
    if study.date:
        parts.append(study.date)
    lines = [", ".join(parts)]
    if study.comparison:
        lines.append(_wrapped(f"Compared with: {study.comparison}", "", "  "))
    return [*lines, ""]


def _row(row: Row, reading: Reading, knowledge: Knowledge) -> str:
    found = knowledge.findings.get(row.finding)
    label = found.label if found else row.finding
    side = {"left": ", left", "right": ", right", "both": ", both sides"}.get(row.side, "")
    value = "" if row.value == "" else f" = {_value(row, knowledge)}"
    text = f"{_STATUS[row.status]}{label}{side}{value}"
    return _wrapped(f"{text}  “{_words(reading, row.start, row.end)}”", "  ", "      ")


def _value(row: Row, knowledge: Knowledge) -> str:
    found = knowledge.findings.get(row.finding)
    unit = f" {found.unit}" if found and found.unit and found.unit != "1" else ""
    return " to ".join(str(row.value).split("..")) + unit


def _words(reading: Reading, start: int, end: int) -> str:
    words = " ".join(reading.text[start:end].split())
    return words if len(words) <= 160 else words[:157] + "…"


def _wrapped(text: str, first: str, rest: str) -> str:
    return textwrap.fill(text, WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=True)
