"""The words of a reason: what decided, with the person's values, each once."""

from __future__ import annotations

from collections.abc import Callable

from narrows.appraisal import appraise
from narrows.case import Case
from narrows.knowledge import Knowledge


def test_each_reason_stands_once(person: Callable[..., Case], knowledge: Knowledge) -> None:
    """A comparison in two branches of a rule is told once."""
    told = {"urinary_retention": True, "anal_tone_reduced": True, "sphincter_symptom_days": 7}
    answer = appraise(person({**told, "sexual_dysfunction_new": True}), knowledge)
    (flag,) = (f for f in answer.red_flags if f.criterion == "ces-suspected")
    texts = [leaf.text for leaf in flag.why]
    assert len(texts) == len(set(texts)) > 2


def test_what_is_taken_for_granted_is_said_in_words(person: Callable[..., Case], knowledge: Knowledge) -> None:
    """An unknown day is not 'not known is at most 14'."""
    answer = appraise(person({"saddle_numbness": True}), knowledge)
    (flag,) = (f for f in answer.red_flags if f.criterion == "ces-suspected")
    assumed = [leaf.text for leaf in flag.why if "not known" in leaf.text]
    assert assumed
    assert all(text.endswith("not known; the rule takes the worse for granted") for text in assumed)
    assert flag.assuming
