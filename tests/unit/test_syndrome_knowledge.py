"""The knowledge of syndromes, plan and emergency numbers holds together and can be read by a frightened person."""

from __future__ import annotations

import re

import pytest

from narrows.knowledge import Knowledge


def grade(text: str) -> float:
    """The Flesch-Kincaid grade (Kincaid 1975), sentences ending at . ! ? and syllables counted as groups of vowels."""
    sentences = [part for part in re.split(r"[.!?]+\s", text + " ") if part.strip()]
    words = re.findall(r"[A-Za-z']+", text)
    syllables = 0
    for word in words:
        groups = len(re.findall(r"[aeiouy]+", word.lower()))
        silent = word.lower().endswith("e") and not word.lower().endswith("le") and groups > 1
        syllables += max(groups - silent, 1)
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59


def test_grade_knows_hard_from_easy() -> None:
    """The measure that the other tests use tells one from the other."""
    assert grade("The cat sat on the mat. It was warm.") < 3
    assert grade("Degenerative spondylolisthesis necessitates individualised multidisciplinary consideration.") > 15


def test_plain_words(knowledge: Knowledge) -> None:
    """Sixty words or more, at a grade of 8 or less."""
    for syndrome in knowledge.syndromes.values():
        assert len(syndrome.plain.split()) >= 60, syndrome.id
        assert grade(syndrome.plain) <= 8, (syndrome.id, grade(syndrome.plain))


def test_steps_in_plain_words(knowledge: Knowledge) -> None:
    """What a step says to the person reads at a grade of 8 or less."""
    hard = {step.id: round(grade(step.says), 1) for step in knowledge.steps.values() if grade(step.says) > 8}
    assert hard == {}


def test_everything_named_exists(knowledge: Knowledge) -> None:
    """Criteria, syndromes, options and sources of syndromes and steps resolve."""
    lost: list[tuple[str, str]] = []
    for syndrome in knowledge.syndromes.values():
        lists = (
            syndrome.established_by,
            syndrome.likely_by,
            syndrome.possible_by,
            syndrome.against,
            syndrome.excluded_by,
        )
        lost += [(syndrome.id, c) for ids in lists for c in ids if c not in knowledge.criteria]
        lost += [(syndrome.id, s) for s in syndrome.mimics if s not in knowledge.syndromes]
        cited = (*syndrome.sources, *(c.source for c in syndrome.natural_course))
        lost += [(syndrome.id, s) for s in cited if s not in knowledge.sources]
    for step in knowledge.steps.values():
        lost += [(step.id, c) for c in (*step.when_true, *step.when_unknown) if c not in knowledge.criteria]
        lost += [(step.id, s) for s in step.when_syndrome if s not in knowledge.syndromes]
        lost += [(step.id, o) for o in step.when_standing if o not in knowledge.options]
        lost += [(step.id, s) for s in step.sources if s not in knowledge.sources]
    assert lost == []


def test_each_syndrome_has_a_course_and_no_mimic_of_itself(knowledge: Knowledge) -> None:
    """What is known of the course stands there, also when nothing was found; nothing is mistaken for itself."""
    for syndrome in knowledge.syndromes.values():
        assert syndrome.natural_course, syndrome.id
        assert syndrome.id not in syndrome.mimics


def test_order_of_steps_is_theirs_alone(knowledge: Knowledge) -> None:
    """Two steps of one place would stand in an order that nobody chose."""
    orders = [step.order for step in knowledge.steps.values()]
    assert len(set(orders)) == len(orders)


@pytest.mark.parametrize(
    ("code", "number"),
    [
        ("US", "911"), ("CA", "911"), ("GB", "999"), ("IE", "112"), ("AU", "000"), ("NZ", "111"), ("DE", "112"),
        ("ES", "112"), ("NL", "112"), ("IT", "112"), ("CH", "144"), ("NO", "113"), ("JP", "119"), ("KR", "119"),
        ("IN", "112"), ("TH", "1669"), ("MX", "911"), ("BR", "192"),
    ],
)  # fmt: skip
def test_emergency_numbers(code: str, number: str, knowledge: Knowledge) -> None:
    """The number that was read for a country."""
    assert knowledge.emergency_numbers[code].number == number


def test_emergency_numbers_say_where_they_were_read(knowledge: Knowledge) -> None:
    """Every number has an address and is read again within a year."""
    for entry in knowledge.emergency_numbers.values():
        assert entry.url.startswith("http")
        assert entry.number.isdigit()
        assert (entry.review_by - entry.read_on).days <= 366


def test_every_country_that_a_case_can_name_has_a_number(knowledge: Knowledge) -> None:
    """A person who says where they live is told where to call."""
    named = {choice.code for choice in knowledge.findings["country"].choices} - {"other"}
    assert named - set(knowledge.emergency_numbers) == set()
