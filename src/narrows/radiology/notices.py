"""What is shown beside the findings: what cannot wait, what to mind, what to ask."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from narrows.radiology.spans import Row, Urgent

URGENT: Final = {
    "cord_compression_imaging": "spinal cord compressed",
    "cord_t2_signal": "signal of the spinal cord changed",
    "vertebral_fracture": "fracture",
    "spinal_tumour": "tumour or metastasis",
    "spinal_infection_imaging": "infection",
}


def urgent_of(rows: Sequence[Row], more: Sequence[Urgent]) -> tuple[Urgent, ...]:
    """What cannot wait, present or possible, in the order of the text."""
    found = [
        Urgent(URGENT[r.finding] + (" (possible)" if r.status == "possible" else ""), r.start, r.end)
        for r in rows
        if r.finding in URGENT and r.status in ("present", "possible")
    ]
    out = list(dict.fromkeys([*found, *more]))
    return tuple(sorted(out, key=lambda u: u.start))


def warnings_of(low: str, rows: Sequence[Row], sections: set[str], mended: Sequence[str]) -> list[str]:
    """What the reader of the answer should mind; `low` is the plain text."""
    out: list[str] = []
    if mended:
        words = ", ".join(dict.fromkeys(mended))
        out.append(f"Damaged names of levels were mended: {words}. Compare with the original.")
    if re.search(r"lumbari[sz]|sacrali[sz]|transitional|\bl6\b|six lumbar|four lumbar|lumbosacral transitional", low):
        out.append(
            "The report speaks of a transitional vertebra: level names may differ from those of another examination."
        )
    if re.search(r"impression\s*[:\n]", low) and "impression" not in sections:
        out.append("The impression is empty.")
    if not any(r.finding != "imaging_modality" for r in rows):
        out.append("No finding of the dictionary was understood in this text.")
    return out


def asks_of(rows: Sequence[Row], date: str) -> tuple[str, ...]:
    """What the words leave open and somebody could answer."""
    out: list[str] = []
    if any(
        r.finding in ("foraminal_grade", "cervical_foraminal_grade", "lateral_recess_grade")
        and r.status == "present"
        and not r.side
        for r in rows
    ):
        out.append("On which side is the narrowing of the foramen or recess? The report does not say it everywhere.")
    if any(
        r.finding
        in ("lee_central_grade", "cervical_kang_grade", "lumbar_stenosis_severity", "cervical_stenosis_severity")
        and r.status == "present"
        and r.value == ""
        for r in rows
    ):
        out.append("How marked is the narrowing of the canal? The report names it without a grade.")
    if any(r.status == "possible" for r in rows):
        out.append("Some findings are only suspected. Ask whether they were settled by another examination.")
    if not date:
        out.append("When was the examination? The report gives no date that could be read.")
    return tuple(out)
