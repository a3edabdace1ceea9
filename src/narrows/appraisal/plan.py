"""The next steps and the visits of follow-up, from the knowledge's steps and schedule."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from narrows.appraisal.answer import FollowUpVisit, OptionAnswer, PlanStep, SyndromeStanding
from narrows.appraisal.judged import Judged
from narrows.appraisal.syndromes import FITS
from narrows.knowledge.records.criterion import Urgency
from narrows.knowledge.records.plan import Step

_BY = ("now", "today", "within-2-weeks", "within-4-weeks", "within-3-months", "before-procedure", "ongoing")


def plan(
    judged: Judged,
    urgency: Urgency | None,
    stands: dict[str, SyndromeStanding],
    options: tuple[OptionAnswer, ...],
    *,
    cleared: bool,
) -> tuple[PlanStep, ...]:
    """The steps that this person's criteria, syndromes and standings call for, in order.

    `cleared`: every question that a person can answer, and an emergency rule needs, has been answered.
    """
    standing = {o.option: o.standing for o in options}
    chosen: list[tuple[Step, tuple[str, ...]]] = []
    for step in judged.knowledge.steps.values():
        if (urgency or "none") in step.not_in or (step.while_open and cleared):
            continue
        why = _why(judged, step, stands, standing)
        if why is not None:
            chosen.append((step, why))
    chosen.sort(key=lambda pair: (_BY.index(pair[0].by), pair[0].order))
    return tuple(
        PlanStep(id=s.id, says=s.says, clinical=s.clinical, who=s.who, by=s.by, why=why, sources=s.sources)
        for s, why in chosen
    )


def _why(
    judged: Judged, step: Step, stands: dict[str, SyndromeStanding], standing: Mapping[str, str]
) -> tuple[str, ...] | None:
    if not (step.when_true or step.when_unknown or step.when_standing or step.when_syndrome):
        return ()
    reasons = [c for c in step.when_true if judged.truths.get(c)]
    reasons += [c for c in step.when_unknown if judged.truths.get(c, False) is None]
    reasons += [f"{o}: {standing[o]}" for o, wanted in step.when_standing.items() if standing.get(o) in wanted]
    reasons += [f"{s}: {stands[s]}" for s in step.when_syndrome if stands.get(s) in FITS]
    return tuple(reasons) or None


def follow_up(judged: Judged, urgency: Urgency | None) -> tuple[FollowUpVisit, ...]:
    """The visits of the core schedule after today; in an emergency none, since what comes first decides them."""
    if urgency == "emergency-same-day":
        return ()
    day = judged.case.as_of
    visits = []
    for visit in judged.knowledge.visits.values():
        low, high = visit.window_days
        if visit.target_day > 0 and not visit.arms:
            visits.append(
                FollowUpVisit(
                    id=visit.id,
                    due=(day + datetime.timedelta(days=visit.target_day)).isoformat(),
                    window=(
                        (day + datetime.timedelta(days=low)).isoformat(),
                        (day + datetime.timedelta(days=high)).isoformat(),
                    ),
                    measures=visit.core,
                    origin=visit.origin,
                )
            )
    return tuple(sorted(visits, key=lambda v: v.due))
