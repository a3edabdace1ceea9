"""Which questions stand on the next screen: what the appraisal asks for next, a few that belong together."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from narrows.appraisal import Appraisal, appraise
from narrows.site.case_file import case_of
from narrows.site.ground import ground

MOST: Final = 5  # on one screen
GROUPS: Final = {
    "demographics": "About you", "symptoms": "How it feels", "function": "What you can do", "preferences": "What you want",
    "comorbidity": "Other illnesses", "medication": "Medicines", "treatment-history": "What was tried",
    "history": "Your history", "body": "About your body", "imaging": "Your scan", "examination": "What was found",
    "laboratory": "Blood tests",
}  # fmt: skip


class Screen(NamedTuple):
    """One screen: its heading, its findings, and whether emergency rules need them."""

    label: str
    findings: tuple[str, ...]
    urgent: bool
    left: int  # questions open after this appraisal, at most


def appraised(raw: dict[str, Any]) -> Appraisal:
    """The appraisal of a raw case, without what is known of the options."""
    return appraise(case_of(raw), ground())


def next_screen(answer: Appraisal, raw: dict[str, Any]) -> Screen | None:
    """The next screen, or None when nothing that this person can answer is worth asking."""
    asked = {*raw["findings"], *raw["missing"]}
    groups = [(g.label, [q.finding for q in g.questions if q.finding not in asked]) for g in answer.clearance.groups]
    groups = [(label, names) for label, names in groups if names]
    rest = [
        q.finding
        for q in answer.ask_next
        if q.who_can_answer == "patient" and q.finding not in asked and not any(q.finding in n for _, n in groups)
    ]
    left = sum(len(n) for _, n in groups) + len(rest)
    if groups:
        label, names = groups[0]
        return Screen(label, tuple(names[:MOST]), True, left)
    if not rest:
        return None
    findings = ground().findings
    group = findings[rest[0]].group
    together = [n for n in rest if findings[n].group == group][:MOST]
    return Screen(GROUPS.get(group, "More about you"), tuple(together), False, left)


def new_flags(answer: Appraisal, told: list[str]) -> list[str]:
    """Red flags that are true, call for action at once, and were not told yet."""
    return [
        f.criterion
        for f in answer.red_flags
        if f.truth == "true"
        and f.criterion not in told
        and f.urgency in ("emergency-same-day", "urgent-within-2-weeks")
    ]
