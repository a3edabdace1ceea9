"""Numbers beside a verdict are worked out from the studies at hand, and say so when none compares."""

import msgspec

from narrows.claims.checking import Checker
from narrows.claims.reading import page_of
from narrows.evidence import outcomes_of
from narrows.knowledge import load
from narrows.knowledge.records.claim import ClaimEvidence
from narrows.options.claim_evidence import live_evidence, unanswered, with_evidence


def test_number_is_the_one_the_evidence_gives_now():
    knowledge = load()
    (shown, *_) = live_evidence(knowledge.claims["esi-no-better"], knowledge)
    held = next(
        o
        for o in outcomes_of("epidural-steroid", "lumbar-spinal-stenosis", knowledge)
        if (o.outcome, o.comparator, o.months) == ("rmdq", "epidural-anaesthetic-only", 1.5)
    )
    assert held.difference is not None
    assert (shown.estimate, shown.low, shown.high) == (held.difference.value, held.difference.low, held.difference.high)
    assert shown.says == held.says


def test_a_treatment_never_compared_is_said_to_be_unproven_and_not_useless():
    knowledge = load()
    (shown,) = live_evidence(knowledge.claims["eff-works"], knowledge)
    assert shown.estimate is None
    assert "no difference from a comparison group is printed" in shown.says
    assert "no proof that it does nothing" in shown.says
    assert all(knowledge.studies[s].condition == "lumbar-spinal-stenosis" for s in shown.studies)


def test_every_question_of_the_library_is_answered():
    assert unanswered(load()) == []


def test_a_question_that_no_study_answers_has_no_answer():
    knowledge = load()
    lost = ClaimEvidence(option="decompression", versus="usual-care", outcome="odi", months=7)
    claim = msgspec.structs.replace(knowledge.claims["surg-what"], evidence=(lost,))
    assert live_evidence(claim, knowledge) == ()


def test_claims_with_a_verdict_carry_numbers_and_others_do_not():
    page = page_of(b"Stem cell therapy is a proven and effective treatment for spinal stenosis.", "a", "text")
    answer = with_evidence(Checker(load()).check(page))
    sure = {m.claim for c in answer.checked for m in c.matches if m.sure}
    assert set(answer.evidence) == {c for c in sure if answer.knowledge.claims[c].evidence}
