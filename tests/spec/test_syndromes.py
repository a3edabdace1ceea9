"""Syndromes: small people in, standings out; a mimic that fits stands before what it is mistaken for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from narrows.appraisal import appraise
from narrows.case import Case
from narrows.knowledge import Knowledge

Person = Callable[..., Case]

#: Claudication that posture decides.
CLAUDICATION = {
    "age": 72,
    "leg_symptoms_walking": True,
    "leg_symptoms_standing": True,
    "relief_sitting": True,
    "relief_bending_forward": True,
    "relief_standing_still": False,
}
#: Walking pain of the arteries.
ARTERIES = {
    "age": 64,
    "leg_symptoms_walking": True,
    "leg_symptoms_standing": False,
    "relief_sitting": True,
    "relief_bending_forward": False,
    "relief_cart_or_bicycle": False,
    "relief_standing_still": True,
    "calf_predominant_pain": True,
}
SEVERE = {"lumbar_stenosis_severity": "severe", "imaging_modality": "mri"}
SACK = {"L4-L5": {"dural_sac_csa": 62}}

TABLE: list[tuple[str, str, dict[str, Any], dict[str, Any], str]] = [
    # (syndrome, who, findings, levels, standing)
    ("lumbar-stenosis-claudication", "symptoms and report", {**CLAUDICATION, **SEVERE}, {}, "established"),
    ("lumbar-stenosis-claudication", "symptoms and a narrow level", CLAUDICATION, SACK, "established"),
    ("lumbar-stenosis-claudication", "the picture without a scan", CLAUDICATION, {}, "likely"),
    (
        "lumbar-stenosis-claudication",
        "part of the picture",
        {"relief_cart_or_bicycle": True, **ARTERIES},
        {},
        "possible",
    ),
    (
        "lumbar-stenosis-claudication",
        "symptoms and report, but standing alone never brings it on",
        {**CLAUDICATION, **SEVERE, "leg_symptoms_standing": False},
        {},
        "likely",
    ),
    ("lumbar-stenosis-claudication", "a scan and nothing else", SEVERE, SACK, "unknown"),
    (
        "lumbar-stenosis-claudication",
        "the picture, and an MRI without narrowing",
        {**CLAUDICATION, "lumbar_stenosis_severity": "none", "imaging_modality": "mri"},
        {},
        "unlikely",
    ),
    (
        "lumbar-stenosis-claudication",
        "the picture, and a radiograph that cannot grade the canal",
        {**CLAUDICATION, "lumbar_stenosis_severity": "none", "imaging_modality": "xray"},
        {},
        "likely",
    ),
    (
        "lumbar-stenosis-claudication",
        "leg pain that neither walking nor standing brings",
        {"leg_pain": True, "leg_symptoms_walking": False, "leg_symptoms_standing": False},
        {},
        "unlikely",
    ),
    (
        "lumbar-stenosis-claudication",
        "signs of likelihood alone: old, both sides, wide gait, Romberg",
        {"age": 75, "leg_pain_bilateral": True, "wide_based_gait": True, "romberg_positive": True},
        {},
        "unknown",
    ),
    ("lumbar-stenosis-claudication", "nothing known", {}, {}, "unknown"),
    (
        "lumbar-stenosis-radiculopathy",
        "root sign and a compressed root",
        {"leg_pain": True, "leg_pain_below_knee": True, "dermatomal_sensory_loss": {"left": True}},
        {"L5-S1": {"foraminal_grade": {"left": 3}}},
        "established",
    ),
    (
        "lumbar-stenosis-radiculopathy",
        "root sign without a scan",
        {"leg_pain": True, "leg_pain_below_knee": True, "straight_leg_raise": {"left": True}},
        {},
        "possible",
    ),
    ("lumbar-stenosis-radiculopathy", "no leg pain", {"leg_pain": False}, {}, "unlikely"),
    (
        "lumbar-stenosis-without-symptoms",
        "severe scan, well legs",
        {
            **SEVERE,
            "leg_pain": False,
            "leg_symptoms_walking": False,
            "leg_symptoms_standing": False,
            "hand_clumsiness": False,
        },
        {},
        "established",
    ),
    ("lumbar-stenosis-without-symptoms", "severe scan, legs not asked about", SEVERE, {}, "unknown"),
    (
        "degenerative-spondylolisthesis",
        "slip ascribed to wear",
        {"age": 68, "stenosis_cause": "degenerative"},
        {"L4-L5": {"spondylolisthesis_slip": 6}},
        "established",
    ),
    (
        "degenerative-spondylolisthesis",
        "slip at L4-L5 after fifty",
        {"age": 68},
        {"L4-L5": {"meyerding_grade": 1}},
        "likely",
    ),
    (
        "degenerative-spondylolisthesis",
        "slip at L5-S1 of a young man",
        {"age": 31},
        {"L5-S1": {"meyerding_grade": 1}},
        "possible",
    ),
    (
        "cauda-equina-syndrome",
        "saddle and bladder since yesterday, nerves crushed on the scan",
        {"saddle_numbness": True, "urinary_retention": True, "sphincter_symptom_days": 1},
        {"L4-L5": {"nerve_root_compressed": True}},
        "established",
    ),
    (
        "cauda-equina-syndrome",
        "saddle and bladder, day not known",
        {"saddle_numbness": True, "bladder_sensation_changed": True},
        {},
        "likely",
    ),
    ("cauda-equina-syndrome", "saddle alone", {"saddle_numbness": True, "sphincter_symptom_days": 2}, {}, "possible"),
    (
        "degenerative-cervical-myelopathy",
        "signs and a pressed cord",
        {"hoffmann_sign": {"left": True, "right": True}, "gait_deviation": True, "cord_compression_imaging": True},
        {},
        "established",
    ),
    (
        "degenerative-cervical-myelopathy",
        "clumsy hands and a deformed cord at one level",
        {"hand_clumsiness": True},
        {"C5-C6": {"cervical_kang_grade": 2}},
        "established",
    ),
    (
        "degenerative-cervical-myelopathy",
        "three of five signs",
        {"age": 60, "hoffmann_sign": {"left": True}, "babinski_sign": {"left": True}},
        {},
        "likely",
    ),
    (
        "degenerative-cervical-myelopathy",
        "clumsy hands and poor balance, not examined",
        {"hand_clumsiness": True, "balance_problem": True},
        {},
        "possible",
    ),
    (
        "cervical-cord-compression-without-myelopathy",
        "pressed cord, everything works",
        {
            "cord_compression_imaging": True,
            "hoffmann_sign": False,
            "babinski_sign": False,
            "gait_deviation": False,
            "hand_clumsiness": False,
            "balance_problem": False,
        },
        {},
        "established",
    ),
    (
        "cervical-radiculopathy",
        "weak arm and a tight exit",
        {"arm_pain": True, "arm_power_mrc": {"left": 5, "right": 4}},
        {"C5-C6": {"cervical_foraminal_grade": {"right": 2}}},
        "established",
    ),
    ("cervical-radiculopathy", "arm pain with neck pain", {"arm_pain": True, "neck_pain": True}, {}, "possible"),
    ("suspected-spinal-infection", "fever and back pain", {"low_back_pain": True, "fever": True}, {}, "possible"),
    (
        "suspected-spinal-infection",
        "fever, back pain and a high ESR",
        {"low_back_pain": True, "fever": True, "erythrocyte_sedimentation_rate": 70},
        {},
        "likely",
    ),
    ("suspected-spinal-infection", "abscess on MRI", {"spinal_infection_imaging": True}, {}, "established"),
    (
        "suspected-spinal-tumour",
        "cancer now, back pain",
        {"active_cancer": True, "low_back_pain": True},
        {},
        "possible",
    ),
    (
        "suspected-spinal-fracture",
        "sudden pain, thin bones",
        {"sudden_severe_back_pain": True, "osteoporosis": True},
        {},
        "possible",
    ),
    ("aortic-aneurysm", "4.1 cm", {"aortic_diameter": 4.1}, {}, "established"),
    (
        "aortic-aneurysm",
        "a beating lump, aorta measured narrow",
        {"pulsatile_abdominal_mass": True, "aortic_diameter": 1.9},
        {},
        "unlikely",
    ),
    ("vascular-claudication", "calf pain that standing ends", ARTERIES, {}, "likely"),
    (
        "vascular-claudication",
        "the same with a low index",
        {**ARTERIES, "ankle_brachial_index": {"left": 0.6, "right": 0.9}},
        {},
        "established",
    ),
    (
        "vascular-claudication",
        "standing brings it, pulses are good, arteries never ill",
        {**CLAUDICATION, "pedal_pulses": {"left": "normal", "right": "normal"}},
        {},
        "unlikely",
    ),
    (
        "hip-osteoarthritis",
        "groin pain and a stiff hip",
        {"groin_pain": True, "hip_internal_rotation_limited": {"left": True}},
        {},
        "likely",
    ),
    (
        "peripheral-neuropathy",
        "numb soles with diabetes, not on walking",
        {"diabetes": True, "numbness_both_soles": True, "leg_symptoms_walking": False},
        {},
        "likely",
    ),
    (
        "peripheral-neuropathy",
        "numb soles with diabetes and claudication",
        {"diabetes": True, "numbness_both_soles": True, **CLAUDICATION},
        {},
        "possible",
    ),
    (
        "plain-back-pain",
        "back pain, legs well, danger not asked",
        {
            "low_back_pain": True,
            "leg_pain": False,
            "leg_symptoms_walking": False,
            "leg_symptoms_standing": False,
            "leg_numbness": False,
            "leg_weakness_felt": False,
        },
        {},
        "possible",
    ),
    (
        "motor-neurone-disease",
        "painless weakness that grows",
        {
            "leg_weakness_felt": True,
            "symptom_course": "slowly_worse",
            "leg_pain": False,
            "arm_pain": False,
            "leg_numbness": False,
            "arm_hand_numbness": False,
        },
        {},
        "possible",
    ),
    (
        "motor-neurone-disease",
        "twitching, brisk, feeling normal",
        {
            "fasciculations": True,
            "hyperreflexia": True,
            "dermatomal_sensory_loss": False,
            "arm_hand_numbness": False,
            "leg_numbness": False,
        },
        {},
        "likely",
    ),
]


@pytest.mark.parametrize(
    ("syndrome", "who", "findings", "levels", "expected"), TABLE, ids=lambda v: v if isinstance(v, str) else ""
)
def test_standing(
    syndrome: str,
    who: str,
    findings: dict[str, Any],
    levels: dict[str, Any],
    expected: str,
    person: Person,
    knowledge: Knowledge,
) -> None:
    """The standing of a syndrome for a small person."""
    answer = appraise(person(findings, levels=levels), knowledge)
    assert next(s.standing for s in answer.syndromes if s.id == syndrome) == expected, who


def test_every_syndrome_is_in_the_table(knowledge: Knowledge) -> None:
    """No syndrome without a person here."""
    assert {row[0] for row in TABLE} == set(knowledge.syndromes)


def order(answer: Any) -> list[str]:
    """The syndromes that fit, in the order in which they are told."""
    return [s.id for s in answer.syndromes if s.standing in ("established", "likely", "possible")]


@pytest.mark.parametrize(
    ("findings", "first", "then"),
    [
        (ARTERIES, "vascular-claudication", "lumbar-stenosis-claudication"),
        ({**ARTERIES, **SEVERE}, "vascular-claudication", "lumbar-stenosis-claudication"),
        ({**CLAUDICATION, **SEVERE, "groin_pain": True}, "hip-osteoarthritis", "lumbar-stenosis-claudication"),
        (
            {**CLAUDICATION, **SEVERE, "hand_clumsiness": True, "balance_problem": True},
            "degenerative-cervical-myelopathy",
            "lumbar-stenosis-claudication",
        ),
        (
            {**CLAUDICATION, **SEVERE, "saddle_numbness": True, "sphincter_symptom_days": 1},
            "cauda-equina-syndrome",
            "lumbar-stenosis-claudication",
        ),
    ],
)
def test_what_looks_alike_is_named_first(
    findings: dict[str, Any], first: str, then: str, person: Person, knowledge: Knowledge
) -> None:
    """Safety, open point 8: a mimic that fits as well stands first, and stenosis says what else to consider."""
    answer = appraise(person(findings), knowledge)
    told = order(answer)
    assert told.index(first) < told.index(then)
    stenosis = next(s for s in answer.syndromes if s.id == then)
    assert knowledge.syndromes[first].label in stenosis.also_consider


def test_a_moderate_scan_does_not_establish_stenosis_in_the_picture_of_arteries(
    person: Person, knowledge: Knowledge
) -> None:
    """Most people of that age have a narrow scan; the arteries decide first."""
    answer = appraise(person({**ARTERIES, **SEVERE}), knowledge)
    assert next(s.standing for s in answer.syndromes if s.id == "lumbar-stenosis-claudication") == "likely"


def test_likelihood_ratios_alone_stand_in_no_list(knowledge: Knowledge) -> None:
    """Criteria lr-… shift a chance; they establish nothing."""
    for syndrome in knowledge.syndromes.values():
        speaking = (*syndrome.established_by, *syndrome.likely_by, *syndrome.possible_by)
        assert not [c for c in speaking if c.startswith("lr-")], syndrome.id


def test_forgetting_an_answer_never_rules_a_danger_out(person: Person, knowledge: Knowledge) -> None:
    """A danger that fits does not become unlikely when one of its answers is taken away."""
    dangers = [row for row in TABLE if row[0] in DANGERS and row[4] in ("established", "likely", "possible")]
    assert dangers
    for syndrome, who, findings, levels, _ in dangers:
        for name in findings:
            fewer = {k: v for k, v in findings.items() if k != name}
            answer = appraise(person(fewer, levels=levels), knowledge)
            assert next(s.standing for s in answer.syndromes if s.id == syndrome) != "unlikely", (who, name)


DANGERS = (
    "cauda-equina-syndrome",
    "degenerative-cervical-myelopathy",
    "suspected-spinal-infection",
    "suspected-spinal-tumour",
    "suspected-spinal-fracture",
)
