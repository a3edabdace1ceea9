"""What the studies held here say today beside the verdict on a claim: worked out anew, pooled where several may be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from narrows.evidence import OptionOutcome, outcomes_of
from narrows.problem import Problem

if TYPE_CHECKING:
    from narrows.claims.checking import Answer
    from narrows.knowledge import Knowledge
    from narrows.knowledge.records.claim import Claim, ClaimEvidence


class LiveEvidence(msgspec.Struct, frozen=True, kw_only=True):
    """One answer of the studies: in words, and the number with its interval where there is one."""

    says: str
    condition: str
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    pooled: int = 0  # studies that were pooled here; 0 where one study or a review stands alone
    certainty: str = ""
    studies: tuple[str, ...] = ()


def live_evidence(claim: Claim, knowledge: Knowledge) -> tuple[LiveEvidence, ...]:
    """The answers to the questions that a claim carries, in their order; differences are option minus comparator."""
    return tuple(answer for asked in claim.evidence for answer in _answers(asked, knowledge))


def with_evidence(answer: Answer) -> Answer:
    """A checked page with what the studies say beside every claim that was given a verdict."""
    named = {m.claim for c in answer.checked for m in c.matches if m.sure}
    claims = answer.knowledge.claims
    found = {name: live_evidence(claims[name], answer.knowledge) for name in sorted(named) if claims[name].evidence}
    return replace(answer, evidence={name: [msgspec.to_builtins(e) for e in held] for name, held in found.items()})


def unanswered(knowledge: Knowledge) -> list[Problem]:
    """Questions of claims that no study held here answers: an entry that points at nothing."""
    return [
        Problem(
            f"no study answers {asked.outcome} of {asked.option} against {asked.versus} at {asked.months} months in {asked.condition}",
            f"{knowledge.place('claims', claim.id)}, evidence",
            "see 'narrows pool' for what is held",
        )
        for claim in knowledge.claims.values()
        for asked in claim.evidence
        if not any(True for _ in _answers(asked, knowledge))
    ]


def _answers(asked: ClaimEvidence, knowledge: Knowledge) -> Iterator[LiveEvidence]:
    options = [o for o in knowledge.option_groups.get(asked.option, (asked.option,)) if o in knowledge.options]
    held = [o for option in options for o in outcomes_of(option, asked.condition, knowledge)]
    where = knowledge.condition_words[asked.condition].name
    if asked.outcome is None:
        yield _whether_compared(asked, held, where, knowledge)
        return
    for o in held:
        if (o.outcome, o.comparator, o.months) == (asked.outcome, asked.versus, asked.months) and o.difference:
            yield LiveEvidence(
                says=o.says if asked.condition == "lumbar-spinal-stenosis" else f"Studied in {where}: {o.says}",
                condition=asked.condition,
                estimate=o.difference.value,
                low=o.difference.low,
                high=o.difference.high,
                pooled=o.k if o.basis == "pooled" else 0,
                certainty=o.certainty.level if o.certainty else "",
                studies=o.studies,
            )


def _whether_compared(
    asked: ClaimEvidence, held: list[OptionOutcome], where: str, knowledge: Knowledge
) -> LiveEvidence:
    names = {*knowledge.option_groups.get(asked.option, ()), asked.option}
    studies = [s for s in knowledge.studies.values() if any(a.option in names for a in s.arm)]
    here = [s for s in studies if s.condition == asked.condition]
    compared = [o for o in held if o.difference and o.comparator]
    if compared:
        found = sorted({s for o in compared for s in o.studies})
        says = f"Compared with another treatment in {where}: {len(found)} of the studies held here."
        return LiveEvidence(says=says, condition=asked.condition, studies=tuple(found))
    in_it = f"{len(here)} of them in {where}" if here else f"none of them in {where}"
    says = (
        f"{len(studies)} studies of this treatment are held here, {in_it}; no difference from a comparison group is printed there. "
        "That is no proof that it does nothing: it has not been shown."
    )
    return LiveEvidence(says=says, condition=asked.condition, studies=tuple(s.id for s in here))
