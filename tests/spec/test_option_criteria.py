"""Who gets what: acupuncture, walking aids and belts, limaprost; and what every option must carry."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from narrows.appraisal import appraise
from narrows.case import Case
from narrows.knowledge import Knowledge

EXAMINED = {
    "saddle_numbness": False,
    "urinary_retention": False,
    "bowel_incontinence": False,
    "bladder_sensation_changed": False,
    "motor_deficit_progressive": False,
    "foot_drop_acute": False,
    "leg_power_mrc": 5,
    "perianal_sensation_reduced": False,
    "anal_tone_reduced": False,
}
SCANNED = {"spinal_tumour": False, "spinal_infection_imaging": False, "vertebral_fracture": False}
HEALTHY = {
    "pregnant": False,
    "bleeding_disorder": False,
    "injection_site_infection": False,
    "active_infection": False,
    "immunosuppressed": False,
    "active_cancer": False,
    "peptic_ulcer": False,
    "anticoagulant": False,
    "antiplatelet": "none",
}
CLAUDICATION = {
    "age": 70,
    "leg_symptoms_walking": True,
    "relief_sitting": True,
    "numbness_both_legs": True,
    "straight_leg_raise": False,
    "lumbar_stenosis_severity": "moderate",
}
BACK_PAIN = {"age": 45, "low_back_pain": True, "leg_symptoms_walking": False, "leg_symptoms_standing": False}
STEADY = {"balance_problem": False, "bilateral_leg_deficit": False}
WELL = {**CLAUDICATION, **EXAMINED, **SCANNED, **HEALTHY}

#: title, findings, then acupuncture, aids, limaprost
PEOPLE: list[tuple[str, dict[str, Any], str, str, str]] = [
    ("claudication, nothing against anything", WELL, "possible", "possible", "possible"),
    ("claudication, nothing else asked", CLAUDICATION, "possible", "possible", "possible"),
    ("back pain alone, steady on the feet", {**BACK_PAIN, **STEADY}, "not-indicated", "not-indicated", "not-indicated"),
    ("nothing known", {}, "undetermined", "undetermined", "undetermined"),
    ("haemophilia", {**WELL, "bleeding_disorder": True}, "contraindicated", "possible", "possible"),
    ("infected skin over the back", {**WELL, "injection_site_infection": True}, "contraindicated", "possible", "possible"),
    ("pregnant", {**WELL, "age": 36, "pregnant": True}, "possible", "possible", "contraindicated"),
    (
        "cannot pass urine since yesterday",
        {**WELL, "urinary_retention": True, "sphincter_symptom_days": 1},
        "contraindicated",
        "waits",
        "waits",
    ),
    (
        "weight falling, pain at night: cancer to be looked for",
        {**WELL, "low_back_pain": True, "unexplained_weight_loss": True, "night_pain_unrelieved": True},
        "waits",
        "possible",
        "possible",
    ),
    ("one leg, stretched root", {**WELL, "numbness_both_legs": False, "leg_numbness": True, "leg_pain_bilateral": False,
      "straight_leg_raise": {"left": True, "right": False}}, "possible", "possible", "not-indicated"),
]  # fmt: skip


@pytest.fixture
def options_of(person: Callable[..., Case], knowledge: Knowledge) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Appraises somebody and gives the answer of each option by its id."""
    return lambda findings: {answer.option: answer for answer in appraise(person(findings), knowledge).options}


@pytest.mark.parametrize(
    ("title", "findings", "acupuncture", "aids", "limaprost"), PEOPLE, ids=[row[0] for row in PEOPLE]
)
def test_who_gets_what(
    title: str,
    findings: dict[str, Any],
    acupuncture: str,
    aids: str,
    limaprost: str,
    options_of: Callable[[dict[str, Any]], dict[str, Any]],
) -> None:
    """The three options without a strong guideline: possible at most, and what bars each."""
    options = options_of(findings)
    found = [options[o].standing for o in ("acupuncture", "physical-aids", "prostaglandin")]
    assert found == [acupuncture, aids, limaprost]


#: title, findings added to someone well with claudication, the caution that must be named, its option
CAUTIONS: list[tuple[str, dict[str, Any], str, str]] = [
    ("blood thinner and needles", {"anticoagulant": True}, "ca-acupuncture-anticoagulant", "acupuncture"),
    ("blood thinner and limaprost", {"anticoagulant": True}, "ci-limaprost-antithrombotic", "prostaglandin"),
    ("a bleeding ulcer and limaprost", {"peptic_ulcer": True}, "ci-limaprost-bleeding", "prostaglandin"),
    ("limaprost in Germany", {"country": "DE"}, "ca-limaprost-market", "prostaglandin"),
    ("three falls and a walker", {"falls_12_months": 3}, "ca-aids-falls", "physical-aids"),
    ("clumsy hands and a walker", {"hand_clumsiness": True}, "ca-aids-weak-hands", "physical-aids"),
    ("a stick does not lengthen walking", {}, "ca-aids-stick", "physical-aids"),
    ("the gain over sham needles is small", {}, "ca-acupuncture-small-gain", "acupuncture"),
]


@pytest.mark.parametrize(("title", "added", "caution", "option"), CAUTIONS, ids=[row[0] for row in CAUTIONS])
def test_what_is_named_beside_it(
    title: str,
    added: dict[str, Any],
    caution: str,
    option: str,
    options_of: Callable[[dict[str, Any]], dict[str, Any]],
) -> None:
    """What speaks for caution stands beside the option."""
    assert caution in [reason.criterion for reason in options_of({**WELL, **added})[option].cautions]


def rules_for(option: str, kind: str, knowledge: Knowledge) -> list[str]:
    return [c.id for c in knowledge.criteria.values() if c.kind == kind and option in c.applies_to]


def test_every_option_has_an_indication(knowledge: Knowledge) -> None:
    """Else it could never be more than not indicated."""
    assert [o for o in knowledge.options if not rules_for(o, "indication", knowledge)] == []


def test_every_option_but_advice_has_a_contraindication(knowledge: Knowledge) -> None:
    """Advice on weight, smoking and habits alone bars nobody."""
    assert [o for o in knowledge.options if not rules_for(o, "contraindication", knowledge)] == ["lifestyle"]


@pytest.mark.parametrize("bar", ["ci-infection-active", "ci-site-infection", "ci-anticoag-neuraxial", "ci-no-consent"])
def test_every_needle_into_the_spine_is_barred_by(bar: str, knowledge: Knowledge) -> None:
    """Infection, blood thinners without a plan, no consent."""
    into_the_spine = [o.id for o in knowledge.options.values() if o.invasiveness == 2]
    assert "epidural-steroid" in into_the_spine
    assert [o for o in into_the_spine if o not in knowledge.criteria[bar].applies_to] == []


def test_a_recommendation_speaks_of_an_option_of_its_indication(knowledge: Knowledge) -> None:
    """A guideline row on another option supports nothing here."""
    wrong = [
        (c.id, row)
        for c in knowledge.criteria.values()
        for row in c.recommendations
        if knowledge.recommendations[row].option not in c.applies_to
    ]
    assert wrong == []


def test_only_decompressions_treat_emergencies(knowledge: Knowledge) -> None:
    """And only what is an emergency stands among what they treat."""
    treating = {o.id: o.treats_emergency for o in knowledge.options.values() if o.treats_emergency}
    assert set(treating) == {"decompression", "cervical-decompression"}
    for flags in treating.values():
        assert {knowledge.criteria[flag].urgency for flag in flags} == {"emergency-same-day"}


#: an emergency, and which of the two operations does not wait for it
EMERGENCIES: list[tuple[str, dict[str, Any], list[str]]] = [
    ("numb in the saddle since yesterday", {"saddle_numbness": True, "sphincter_symptom_days": 1}, ["decompression"]),
    (
        "cord compressed and worse by the day",
        {"cord_compression_imaging": True, "symptom_course": "rapidly_worse", "hand_clumsiness": True},
        ["cervical-decompression"],
    ),
    ("foot dropped this morning", {"foot_drop_acute": True}, ["decompression"]),
    ("known cancer, pain at night", {"active_cancer": True, "night_pain_unrelieved": True}, []),
    ("aneurysm, sudden pain", {"known_aaa": True, "sudden_severe_back_pain": True}, []),
]


@pytest.mark.parametrize(("title", "findings", "treating"), EMERGENCIES, ids=[row[0] for row in EMERGENCIES])
def test_what_does_not_wait_in_an_emergency(
    title: str,
    findings: dict[str, Any],
    treating: list[str],
    options_of: Callable[[dict[str, Any]], dict[str, Any]],
) -> None:
    """Everything else waits or is barred."""
    options = options_of(findings)
    at_hand = {o for o, answer in options.items() if answer.standing not in ("waits", "contraindicated")}
    assert at_hand == set(treating)
