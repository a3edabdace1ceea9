"""What a person is asked about danger: plain words, with the time in the question."""

from __future__ import annotations

import re

import pytest

from narrows.criteria import rules_of
from narrows.knowledge import load

KNOWLEDGE = load([])
RULES = rules_of(KNOWLEDGE)
ASKED = sorted(
    {
        name
        for rule in RULES.by_id.values()
        if rule.criterion.kind == "red-flag" and rule.criterion.urgency == "emergency-same-day"
        for name in rule.findings
        if KNOWLEDGE.findings[name].who_can_answer == "patient"
    }
)
# A state that is there or not, or was ever, has no date to be asked for.
STATES = {
    "age",
    "diabetes",
    "smoking_status",
    "dialysis_or_line",
    "known_aaa",
    "past_cancer",
    "osteoporosis",
    "long_term_steroid",
    "procedure_received",
    "symptom_duration_months",
}
TIMES = re.compile(
    r"\b(in the last|over the last|since|now|newly|days ago|newest)\b",
    re.IGNORECASE,
)


def syllables(word: str) -> int:
    """Groups of vowels, a silent e at the end left out."""
    word = re.sub(r"[^a-z]", "", word.lower())
    groups = len(re.findall(r"[aeiouy]+", word))
    if word.endswith("e") and not word.endswith("le") and groups > 1:
        groups -= 1
    return max(groups, 1)


def grade(text: str) -> float:
    """The Flesch-Kincaid grade of a text (Kincaid et al. 1975)."""
    sentences = max(len(re.findall(r"[.?!](?:\s|$)", text)), 1)
    words = re.findall(r"[A-Za-z']+", text)
    return 0.39 * len(words) / sentences + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


@pytest.mark.parametrize("name", ASKED)
def test_the_question_is_plain(name: str) -> None:
    """It is a question, in words of school grade eight or less."""
    question = KNOWLEDGE.findings[name].question
    assert question
    assert "?" in question
    assert grade(question) <= 8, f"{grade(question):.1f}: {question}"


@pytest.mark.parametrize("name", [n for n in ASKED if n not in STATES])
def test_the_question_holds_its_time(name: str) -> None:
    """An old thing must not answer a question about now."""
    question = KNOWLEDGE.findings[name].question or ""
    assert TIMES.search(question), question


@pytest.mark.parametrize("name", ["fever", "significant_trauma", "collapse_or_faint", "leg_pain_progressed_to_both",
                                  "intravenous_drug_use", "sudden_severe_back_pain"])  # fmt: skip
def test_the_label_holds_the_time_too(name: str) -> None:
    """What was once asked without a time says it in its label as well, for clinics that fill it in from a record."""
    assert "last" in KNOWLEDGE.findings[name].label


def test_leakage_and_retention_lead_to_the_question_since_when() -> None:
    """Whoever ticks an old or a new change of bladder, bowel or saddle is told that the date comes next."""
    for name in ("saddle_numbness", "urinary_retention", "urinary_incontinence", "bowel_incontinence"):
        assert "since when" in (KNOWLEDGE.findings[name].question or "")


def test_every_question_about_danger_stands_in_a_group() -> None:
    """The few grouped questions hold all of them."""
    grouped = {name for group in KNOWLEDGE.question_groups.values() for name in group.findings}
    assert [name for name in ASKED if name not in grouped] == []
