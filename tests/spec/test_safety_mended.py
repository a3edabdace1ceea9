"""What an adversarial reading of the rules once found, and what was mended: each line is a person, so that it stays mended."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from narrows.criteria import Rules
from narrows.criteria.cases import answer
from narrows.knowledge import Knowledge
from narrows.knowledge.records.criterion import CriterionCase


class Line(NamedTuple):
    """A person, a rule, and what the rule must answer."""

    who: str
    rule: str
    expect: str
    findings: dict[str, Any]


# Silent when something dangerous was there.
SPEAKS = [
    Line("a new dropped foot, told at home", "weakness-rapid-reported", "true",
         {"leg_weakness_felt": True, "symptom_course": "rapidly_worse"}),
    Line("a foot that slaps, told at home", "foot-drop-acute", "true", {"foot_drop_reported": True}),
    Line("mJOA 10 with a compressed cord", "myelopathy-compressed", "true",
         {"cord_compression_imaging": True, "mjoa_score": 10}),
    Line("clumsy, numb hands, still steady", "hands-numb-clumsy", "true",
         {"hand_clumsiness": True, "arm_hand_numbness": True, "balance_problem": False}),
    Line("brisk reflexes and poor balance (a cord pressed in the chest)", "myelopathy-suspected", "true",
         {"hyperreflexia": True, "balance_problem": True}),
    Line("cord signs from symptoms alone, quickly worse", "myelopathy-rapid", "true",
         {"hand_clumsiness": True, "balance_problem": True, "symptom_course": "rapidly_worse"}),
    Line("a hand of power 3", "motor-deficit-static", "true", {"arm_power_mrc": 3, "leg_power_mrc": 5}),
    Line("weakened immunity without fever, pain never easing", "infection-immunosuppressed", "true",
         {"low_back_pain": True, "immunosuppressed": True, "pain_constant_nonmechanical": True, "fever": False,
          "symptom_duration_months": 1}),
    Line("an infection now counts like a recent one", "infection-suspected", "true",
         {"low_back_pain": True, "active_infection": True, "night_pain_unrelieved": True,
          "symptom_duration_months": 1}),
    Line("new severe pain after a procedure, days not given", "infection-after-procedure", "true",
         {"procedure_received": "injection", "new_severe_pain_after_procedure": True}),
    Line("new numbness after a procedure, days not given", "deficit-after-procedure", "true",
         {"procedure_received": "injection", "new_deficit_after_procedure": True}),
    Line("headache on sitting up, days not given", "postural-headache-after-procedure", "true",
         {"procedure_received": "injection", "postural_headache": True}),
    Line("cancer now with low back pain and nothing else known", "cancer-current-back-pain", "true",
         {"active_cancer": True, "low_back_pain": True}),
    Line("past cancer and a numb saddle", "cancer-cord-compression", "true",
         {"past_cancer": True, "saddle_numbness": True}),
    Line("cancer now, weakness in the person's own words", "cancer-cord-compression", "true",
         {"active_cancer": True, "leg_weakness_felt": True}),
    Line("past cancer, new unsteadiness in the person's own words", "cancer-cord-compression", "true",
         {"past_cancer": True, "balance_problem": True, "symptom_duration_months": 1}),
    Line("sudden severe pain over 60, smoker, pressure not measured", "aaa-sudden-pain", "true",
         {"age": 68, "smoking_status": "current", "sudden_severe_back_pain": True}),
    Line("an aorta of 5.45 cm falls between no rules", "aaa-moderate", "true", {"aortic_diameter": 5.45}),
    Line("a clearly raised value with new constant pain and no ticked risk", "infection-raised-markers", "true",
         {"low_back_pain": True, "pain_constant_nonmechanical": True, "symptom_duration_months": 1,
          "c_reactive_protein": 60, "fever": False, "recent_infection": False}),
    Line("leaking for three weeks with numb legs", "ces-incontinence-numb-legs", "true",
         {"urinary_incontinence": True, "sphincter_symptom_days": 21, "leg_numbness": True}),
    Line("a sore that does not heal, no pulse felt", "limb-ischaemia", "true", {"foot_rest_pain": True}),
    Line("a diabetic foot wound with normal pulses", "diabetic-foot", "true",
         {"diabetes": True, "foot_wound": True, "pedal_pulses": "normal"}),
    Line("worsening back pain during cancer", "cancer-progressive-back-pain", "true",
         {"active_cancer": True, "low_back_pain": True, "symptom_course": "slowly_worse"}),
]  # fmt: skip

# Alarming when harmless.
STAYS_QUIET = [
    Line("known aneurysm, back pain for ten years", "aaa-rupture-known", "false",
         {"known_aaa": True, "low_back_pain": True, "symptom_duration_months": 120, "symptom_course": "stable",
          "abdominal_pain": False, "sudden_severe_back_pain": False, "collapse_or_faint": False,
          "systolic_blood_pressure": 140}),
    Line("the same person is told to mention it", "aaa-known-lasting-pain", "true",
         {"known_aaa": True, "low_back_pain": True, "symptom_duration_months": 120}),
    Line("past cancer, neck pain stable for years", "cancer-spinal-pain", "false",
         {"active_cancer": False, "past_cancer": True, "neck_pain": True, "symptom_course": "stable",
          "symptom_duration_months": 60, "night_pain_unrelieved": False, "pain_constant_nonmechanical": False,
          "spinal_percussion_tenderness": False}),
    Line("the same person is seen within two weeks", "cancer-past-lasting", "true",
         {"past_cancer": True, "neck_pain": True, "symptom_course": "stable", "symptom_duration_months": 60}),
    Line("past cancer and power 4, unchanged for years", "cancer-past-lasting", "true",
         {"past_cancer": True, "leg_power_mrc": 4, "symptom_course": "stable", "symptom_duration_months": 60}),
    Line("past cancer and power 4, course not known, still alarms", "cancer-cord-compression", "true",
         {"past_cancer": True, "leg_power_mrc": 4}),
    Line("power 4 with a risk of infection but no fever", "infection-neuro", "false",
         {"low_back_pain": True, "immunosuppressed": True, "leg_power_mrc": 4, "fever": False,
          "body_temperature": 36.6, "intravenous_drug_use": False, "spinal_infection_imaging": False,
          "motor_deficit_progressive": False, "saddle_numbness": False, "urinary_retention": False}),
    Line("old leakage cannot hide a newly numb saddle", "ces-suspected", "true",
         {"urinary_incontinence": True, "saddle_numbness": True, "sphincter_symptom_days": 3}),
    Line("leakage that slowly worsens over years", "ces-new-incontinence", "false",
         {"low_back_pain": True, "urinary_incontinence": True, "sphincter_symptom_days": 1500,
          "sphincter_symptoms_worsening": True, "symptom_course": "slowly_worse"}),
    Line("infection risk with pain unchanged for years", "infection-suspected", "false",
         {"low_back_pain": True, "recent_infection": True, "night_pain_unrelieved": True, "body_temperature": 36.5,
          "symptom_course": "stable", "symptom_duration_months": 60}),
    Line("it came on suddenly years ago", "aaa-sudden-pain", "false",
         {"age": 70, "smoking_status": "former", "sudden_severe_back_pain": True, "symptom_course": "stable",
          "symptom_duration_months": 72}),
    Line("a second leg that joined over years", "ces-bilateral-progression", "false",
         {"leg_pain": True, "leg_pain_progressed_to_both": True, "symptom_course": "slowly_worse",
          "symptom_duration_months": 60}),
    Line("an old injury", "fracture-major-trauma", "false",
         {"low_back_pain": True, "significant_trauma": True, "symptom_course": "stable",
          "symptom_duration_months": 200}),
]  # fmt: skip

# Contraindications that never became true for a patient, or were missing.
BARS = [
    Line("a blood thinner, plan not recorded", "ci-anticoag-neuraxial", "true", {"anticoagulant": True}),
    Line("a blood thinner with an agreed plan", "ci-anticoag-neuraxial", "false",
         {"anticoagulant": True, "anticoagulant_hold_agreed": True}),
    Line("platelets of 40", "ci-bleeding-disorder", "true", {"platelet_count": 40}),
    Line("platelets of 40 before an operation", "ci-bleeding-surgery", "true", {"platelet_count": 40}),
    Line("38.2 degrees count as fever", "ci-infection-active", "true", {"body_temperature": 38.2}),
    Line("a bladder that no longer feels bars watching", "ci-watchful-deficit", "true",
         {"bladder_sensation_changed": True}),
    Line("a slack anus bars cells", "ci-severe-neuro-cells", "true", {"anal_tone_reduced": True}),
    Line("cauda equina signs bar an injection", "ci-severe-neuro-injection", "true",
         {"saddle_numbness": True, "sphincter_symptom_days": 2}),
    Line("cord signs without a scan", "ci-cord-signs-unimaged", "true", {"hoffmann_sign": True, "gait_deviation": True}),
    Line("an anti-inflammatory tablet in pregnancy", "ci-nsaid-pregnancy", "true", {"pregnant": True}),
]  # fmt: skip

# Wrong direction or overreach.
OVERREACH = [
    Line("exercise needs no examination", "ind-exercise-lss", "true",
         {"leg_symptoms_walking": True, "relief_sitting": True}),
    Line("painless cauda equina syndrome is not told off surgery", "ci-surgery-asymptomatic", "false",
         {"saddle_numbness": True, "leg_pain": False}),
    Line("plain back pain has exercise to be offered", "ind-exercise-back-pain", "true",
         {"low_back_pain": True, "symptom_duration_months": 6}),
    Line("leg pain at rest is no stenosis without symptoms", "stenosis-asymptomatic", "false",
         {"lumbar_stenosis_severity": "severe", "leg_symptoms_walking": False, "leg_symptoms_standing": False,
          "leg_pain": True}),
]  # fmt: skip

LINES = SPEAKS + STAYS_QUIET + BARS + OVERREACH


@pytest.mark.parametrize("line", LINES, ids=[f"{line.rule}: {line.who}" for line in LINES])
def test_stays_mended(line: Line, rules: Rules) -> None:
    """The rule answers for this person as it was mended to."""
    example = CriterionCase(expect="true", who=line.who, findings=line.findings)
    assert answer(line.rule, example, rules) == line.expect


BARRED = [
    ("ci-infection-active", "msc-iv"),
    ("ci-pregnancy", "msc-iv"),
    ("ci-no-consent", "msc-iv"),
    ("ci-bleeding-disorder", "epidural-steroid"),
    ("ci-severe-neuro-injection", "epidural-steroid"),
    ("ci-severe-neuro-injection", "prolotherapy"),
    ("ci-severe-neuro-injection", "manual-therapy"),
    ("ci-severe-neuro-injection", "photobiomodulation"),
    ("ci-manual-severe", "manual-therapy"),
    ("ci-anticoag-neuraxial", "epidural-steroid"),
]


@pytest.mark.parametrize(("rule", "option"), BARRED)
def test_the_bar_stands_before_this_option(rule: str, option: str, knowledge: Knowledge) -> None:
    """Bars that were missing before an option stay there."""
    assert option in knowledge.criteria[rule].applies_to


def test_a_large_aneurysm_and_a_spinal_infection_bar_manipulation(rules: Rules) -> None:
    """Either one is enough."""
    for findings in ({"aortic_diameter": 5.6}, {"spinal_infection_imaging": True}):
        example = CriterionCase(expect="true", who="someone", findings=findings)
        assert answer("ci-manual-severe", example, rules) == "true"


WORDS = [
    ("past_cancer", "question", "basal-cell"),
    ("gait_deviation", "label", "not a limp from pain alone"),
    ("spinal_tumour", "label", "not a simple haemangioma"),
    ("sphincter_symptom_days", "label", "newest"),
    ("sphincter_symptom_days", "question", "latest change, not an old one"),
    ("collapse_or_faint", "question", "with this pain"),
]


@pytest.mark.parametrize(("finding", "field", "words"), WORDS)
def test_the_wording_keeps_old_and_harmless_things_out(
    finding: str, field: str, words: str, knowledge: Knowledge
) -> None:
    """Wordings that once turned old or harmless things into emergencies stay mended."""
    assert words in getattr(knowledge.findings[finding], field)


def test_a_scan_alone_never_indicates_surgery(knowledge: Knowledge) -> None:
    """The grade of narrowing counts only with complaints that limit daily life."""
    when = knowledge.criteria["ind-schizas-cd"].when or ""
    assert "daily_life_limited" in when
    assert "leg_symptoms_walking" in when
