"""What may be expected of an option: the evidence's outcomes in the person's condition, beside the person's own start."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import msgspec

from narrows.appraisal import Appraisal
from narrows.appraisal.syndromes import FITS
from narrows.case import Case
from narrows.evidence import OptionOutcome, follow_up, outcomes_of, what_comes_without_treatment
from narrows.knowledge import Knowledge

LUMBAR: Final = "lumbar-spinal-stenosis"
CERVICAL: Final = "degenerative-cervical-myelopathy"
SLIP: Final = "degenerative-spondylolisthesis"  # of the studies, and of the syndrome

#: Outcome of the evidence to the finding that is its baseline; both are on the same scale.
BASELINES: Final[dict[str, str]] = {
    "odi": "oswestry_index",
    "zcq-symptom": "zcq_symptom_severity",
    "zcq-function": "zcq_physical_function",
    "mjoa": "mjoa_score",
    "leg-pain": "leg_pain_nrs",
    "back-pain": "back_pain_nrs",
}


def condition_of(answer: Appraisal) -> str:
    """The condition whose studies fit this person: the neck's when only the neck's syndromes fit, else the lumbar one."""
    fitting = {s.id for s in answer.syndromes if s.standing in FITS and s.kind == "stenosis"}
    cervical = {s for s in fitting if "cervical" in s}
    return CERVICAL if cervical and cervical == fitting else LUMBAR


def condition_for(option_id: str, person: str, knowledge: Knowledge) -> str:
    """The condition in which an option is judged: the person's, unless the option is for one region alone."""
    region = knowledge.options[option_id].region
    if region == ("cervical",):
        return CERVICAL
    return LUMBAR if region == ("lumbar",) else person


def has_slip(answer: Appraisal) -> bool:
    """Whether a slipped vertebra is established or likely, so that studies of stenosis with a slip speak of this person."""
    return any(s.id == SLIP and s.standing in ("established", "likely") for s in answer.syndromes)


def expected(option_id: str, condition: str, case: Case, knowledge: Knowledge, *, slip: bool = False) -> dict[str, Any]:
    """The outcomes of an option in a condition as plain data, and a study's mean counted from the person's start.

    Such a mean is what people of that study reached; it is not a prediction for this person. With a slip the studies of
    stenosis with a slipped vertebra stand first, each outcome with its own condition; nothing is pooled across the two.
    """
    shared = _plain(option_id, condition, knowledge, slip and condition == LUMBAR)
    starts = [_start(o, case) for o in _outcomes(option_id, condition, knowledge, slip and condition == LUMBAR)]
    if not any(starts):
        return shared
    outcomes = [o | {"from_your_start": s} if s else o for o, s in zip(shared["outcomes"], starts, strict=True)]
    return shared | {"outcomes": outcomes}


def _start(outcome: OptionOutcome, case: Case) -> dict[str, Any] | None:
    value = case.findings.get(BASELINES.get(outcome.outcome, ""))
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    reached = follow_up(outcome, value)
    plain: dict[str, Any] | None = msgspec.to_builtins(reached)
    return plain


@lru_cache(maxsize=256)
def _outcomes(option_id: str, condition: str, knowledge: Knowledge, slip: bool) -> tuple[OptionOutcome, ...]:
    own = outcomes_of(option_id, condition, knowledge)
    if not slip:
        return own
    return (*(o for o in outcomes_of(option_id, SLIP, knowledge) if o.difference is not None), *own)


@lru_cache(maxsize=256)
def _plain(option_id: str, condition: str, knowledge: Knowledge, slip: bool) -> dict[str, Any]:
    outcomes = [msgspec.to_builtins(o) for o in _outcomes(option_id, condition, knowledge, slip)]
    return {"condition": condition, "outcomes": outcomes}


@lru_cache(maxsize=8)
def without_treatment(condition: str, knowledge: Knowledge) -> tuple[dict[str, Any], ...]:
    """What came without treatment in a condition, as plain data: natural course, waiting, comparison arms."""
    return tuple(msgspec.to_builtins(c) for c in what_comes_without_treatment(condition, knowledge))
