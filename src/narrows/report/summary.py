"""The clinician's summary: what a surgeon needs in one minute, as rows and as plain text for a record."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import Any, Final

from narrows.appraisal.answer import Appraisal, Leaf
from narrows.knowledge import Knowledge
from narrows.report import words

WIDTH: Final = 78

_DEFICITS = (
    "leg_power_mrc", "arm_power_mrc", "foot_drop_acute", "motor_deficit_progressive", "bilateral_leg_deficit",
    "leg_weakness_felt", "dermatomal_sensory_loss", "perianal_sensation_reduced", "anal_tone_reduced",
    "post_void_residual", "saddle_numbness", "urinary_retention", "bladder_sensation_changed", "urinary_incontinence",
    "bowel_incontinence", "sexual_dysfunction_new", "sphincter_symptom_days", "hoffmann_sign", "babinski_sign",
    "clonus", "hyperreflexia", "gait_deviation", "romberg_positive", "hand_clumsiness", "balance_problem", "mjoa_score",
)  # fmt: skip
_SYMPTOMS = (
    "main_region", "predominant_pain", "leg_pain_nrs", "back_pain_nrs", "leg_symptoms_walking", "relief_sitting",
    "relief_bending_forward", "walking_distance", "symptom_duration_months", "symptom_course", "oswestry_index",
    "zcq_symptom_severity", "zcq_physical_function",
)  # fmt: skip
_LEVEL_FIRST = (
    "dural_sac_csa", "schizas_grade", "lee_central_grade", "lateral_recess_grade", "foraminal_grade",
    "nerve_root_compressed", "cervical_kang_grade", "canal_ap_diameter", "cord_csa",
)  # fmt: skip
_TRIED = (
    "conservative_care_weeks", "conservative_care_failed", "exercise_therapy_tried", "epidural_steroid_count_12m",
    "days_since_spinal_steroid", "prior_lumbar_surgery", "prior_cell_therapy", "procedure_received",
    "days_since_procedure", "opioid_daily",
)  # fmt: skip
_FITNESS = (
    "age", "asa_class", "mfi5_score", "good_general_health", "body_mass_index", "smoking_status", "diabetes", "hba1c",
    "heart_failure", "severe_cardiorespiratory_disease", "anticoagulant", "antiplatelet", "bleeding_disorder",
    "osteoporosis", "bone_density_t_score", "immunosuppressed", "active_infection", "active_cancer", "past_cancer",
    "haemoglobin", "platelet_count", "inr", "egfr", "depression",
)  # fmt: skip
_FUSION = ("spondylolisthesis_slip", "meyerding_grade", "dynamic_translation", "dynamic_angulation",
           "facet_effusion", "scoliosis_cobb")  # fmt: skip
_WISHES = (
    "wants_to_avoid_surgery", "accepts_surgery", "accepts_injection", "accepts_donor_cells", "expects_cure",
    "can_attend_follow_up", "has_escort_home",
)  # fmt: skip


def rows(appraisal: Appraisal, knowledge: Knowledge) -> tuple[tuple[str, str], ...]:
    """The summary as (what, words) rows, in the order in which a surgeon asks."""
    return tuple(
        (name, text)
        for name, text in (
            ("Urgency", urgency(appraisal)),
            ("Likely", likely(appraisal)),
            ("Symptoms", known(appraisal, knowledge, _SYMPTOMS) or "none recorded"),
            ("Levels", levels(appraisal, knowledge)),
            ("Match", match(appraisal)),
            ("Deficits", known(appraisal, knowledge, _DEFICITS, dated=True) or "none recorded; not the same as none"),
            ("Tried", known(appraisal, knowledge, _TRIED) or "nothing recorded"),
            ("Fitness", known(appraisal, knowledge, _FITNESS) or "not recorded"),
            ("Fusion?", fusion(appraisal, knowledge)),
            ("Wants", known(appraisal, knowledge, _WISHES) or "not asked"),
            ("Disagrees", disagreements(appraisal)),
            ("Open", still_open(appraisal)),
        )
        if text
    )


def text(appraisal: Appraisal, knowledge: Knowledge) -> str:
    """The summary as plain text: at most 78 columns, no markup, one screen."""
    case = appraisal.case
    head = f"narrows appraisal · {_one_line(case.get('id') or 'no id')} · {_one_line(case.get('as_of') or 'no date')}"
    out = [head, "-" * min(len(head), WIDTH)]
    for name, said in rows(appraisal, knowledge):
        out += textwrap.wrap(
            f"{name + ':':<11}{said}", WIDTH, subsequent_indent=" " * 11, break_on_hyphens=False, break_long_words=True
        )
    stamp = appraisal.knowledge
    out.append(
        f"Decision support, not a diagnosis. Knowledge {stamp.get('version', '')} {str(stamp.get('sha256', ''))[:12]}"
    )
    return "\n".join(out) + "\n"


def urgency(appraisal: Appraisal) -> str:
    """What is urgent, or what is still open before that can be said."""
    true = [f for f in appraisal.red_flags if f.truth == "true"]
    if appraisal.urgency is not None:
        first = [f for f in true if f.urgency == appraisal.urgency]
        told = "; ".join(f"{f.label} ({leaves(f.why)}) -> {f.pathway}" for f in first[:3])
        more = len(true) - len(first[:3])
        return f"{words.URGENCIES[appraisal.urgency].upper()}. {told}{f'; {more} more' if more > 0 else ''}"
    if appraisal.clearance.complete:
        return "No red flag is true; every question that an emergency rule asks of a person was answered."
    count = sum(len(g.questions) for g in appraisal.clearance.groups)
    return f"NOT CLEARED: no red flag is true, but {count} question{'s' if count != 1 else ''} of the emergency rules are open."


def leaves(why: Iterable[Leaf], most: int = 3) -> str:
    """The deciding facts in words."""
    told = [f"{leaf.text}{f' at {leaf.level}' if leaf.level and leaf.level not in leaf.text else ''}" for leaf in why]
    return "; ".join(dict.fromkeys(told[:most]))


def likely(appraisal: Appraisal) -> str:
    """Syndromes that are established, likely or possible, with mimics named first."""
    order = {"established": 0, "likely": 1, "possible": 2}
    held = sorted((s for s in appraisal.syndromes if s.standing in order), key=lambda s: order[s.standing])
    mimics = [s for s in held if s.kind == "mimic"]
    others = [s for s in held if s.kind != "mimic"]
    return "; ".join(f"{s.label} ({s.standing})" for s in (*mimics, *others)[:6]) or "no syndrome stands out yet"


def levels(appraisal: Appraisal, knowledge: Knowledge) -> str:
    """What was recorded at each level, the measures of narrowing first; slip and movement stand under fusion."""
    out = []
    for level, narrowing in appraisal.narrowing.items():
        held = {n: v for n, v in narrowing.findings.items() if n not in _FUSION and v is not None and not _never(v)}
        ordered = sorted(held, key=lambda n: _LEVEL_FIRST.index(n) if n in _LEVEL_FIRST else 99)
        if ordered:
            out.append(f"{level} {', '.join(told(n, held[n], knowledge) for n in ordered[:4])}")
    return "; ".join(out) or "no scan recorded"


def match(appraisal: Appraisal) -> str:
    """Whether symptoms and levels fit: the criterion that joins them, and the one that parts them where it is not no."""
    joined, parted = (appraisal.criteria.get(name) for name in ("lss-symptomatic", "stenosis-asymptomatic"))
    said = [f"symptoms with matching narrowing: {_ANSWERS[joined]}"] if joined is not None else []
    if parted is not None and parted != "false":
        said.append(f"narrowing without matching symptoms: {_ANSWERS[parted]}")
    return "; ".join(said)


_ANSWERS: Final = {"true": "yes", "false": "no", "unknown": "not known"}


def known(appraisal: Appraisal, knowledge: Knowledge, names: Iterable[str], *, dated: bool = False) -> str:
    """The recorded findings of a list: what is there, then what is not ("no: …"); what was not recorded is left out."""
    findings: dict[str, Any] = appraisal.case.get("findings", {})
    dates: dict[str, str] = appraisal.case.get("dates", {})
    there, absent = [], []
    for name in names:
        raw = findings.get(name)
        if raw is None or words.value(name, raw, knowledge) == "not recorded":
            continue
        if _never(raw):
            absent.append(_short(name, knowledge))
            continue
        day = f" ({dates[name]})" if dated and name in dates else ""
        there.append(f"{told(name, raw, knowledge)}{day}")
    parts = [*there, *([f"no: {', '.join(absent)}"] if absent else [])]
    if parts and dated and not any(dates.get(n) for n in names):
        parts[-1] += f" (as of {appraisal.case.get('as_of', 'no date')})"
    return "; ".join(parts)


def told(name: str, raw: Any, knowledge: Knowledge) -> str:
    """One recorded value as a clinician writes it: a grade by its code, what is true by its name alone."""
    short, finding = _short(name, knowledge), knowledge.findings.get(name)
    if raw is True:
        return short
    if isinstance(raw, dict):
        sides = {side: part for side, part in raw.items() if part is not None}
        if all(isinstance(part, bool) for part in sides.values()):
            return f"{short} {' and '.join(side for side, part in sides.items() if part)}"
        return f"{short} {', '.join(f'{side} {_figure(name, part, knowledge)}' for side, part in sides.items())}"
    if finding is not None and finding.type in ("boolean", "choice"):
        return f"{short}: {words.value(name, raw, knowledge)}"
    return f"{short} {_figure(name, raw, knowledge)}"


def _figure(name: str, raw: Any, knowledge: Knowledge) -> str:
    finding = knowledge.findings.get(name)
    if finding is not None and finding.type == "ordinal":
        return str(raw)
    if isinstance(raw, float):
        raw = round(raw, 1)
    return words.value(name, raw, knowledge, codes=False)


def _never(raw: Any) -> bool:
    """Whether a finding was looked for and is not there, on no side."""
    if isinstance(raw, dict):
        sides = [part for part in raw.values() if part is not None]
        return bool(sides) and all(part is False for part in sides)
    return raw is False or raw == "never" or (raw == "none")


def fusion(appraisal: Appraisal, knowledge: Knowledge) -> str:
    """Whether joining bones is a question here: slip and movement, and how the option stands."""
    measured = known(appraisal, knowledge, _FUSION)
    per_level = []
    for level, narrowing in appraisal.narrowing.items():
        seen = [n for n in _FUSION if narrowing.findings.get(n) not in (None, 0)]
        if seen:
            per_level.append(f"{level} {', '.join(told(n, narrowing.findings[n], knowledge) for n in seen)}")
    option = next((o for o in appraisal.options if o.option == "decompression-fusion"), None)
    stands = f"{option.standing}: {option.because}" if option is not None else ""
    if option is not None and option.missing:
        stands += f" Missing: {', '.join(n.replace('_', ' ') for n in option.missing[:3])}"
    facts = "; ".join(p for p in (measured, *per_level) if p)
    return " | ".join(p for p in (facts or "no slip or movement recorded", stands) if p)


def disagreements(appraisal: Appraisal) -> str:
    """What does not fit together."""
    told = [
        " ".join(str(d[k]) for k in ("one", "other") if d.get(k)) or str(d.get("says", ""))
        for d in appraisal.disagreements
    ]
    return "; ".join(t for t in told if t) or "nothing found"


def still_open(appraisal: Appraisal) -> str:
    """What would settle most."""
    return "; ".join(f"{q.finding.replace('_', ' ')} ({q.settles})" for q in appraisal.ask_next[:4]) or "nothing"


#: Short names of the summary, where the dictionary's own are long.
SHORT: Final[dict[str, str]] = {
    "anticoagulant": "anticoagulant", "antiplatelet": "antiplatelet", "bleeding_disorder": "bleeding disorder",
    "immunosuppressed": "weak immunity", "active_infection": "infection", "good_general_health": "good general health",
    "dermatomal_sensory_loss": "dermatomal loss", "sexual_dysfunction_new": "new sexual change",
    "anal_tone_reduced": "anal tone reduced", "facet_effusion": "facet effusion",
    "ligamentum_flavum_thickness": "ligament", "disc_displacement": "disc", "clonus": "clonus", "romberg_positive": "Romberg",
    "hoffmann_sign": "Hoffmann", "babinski_sign": "Babinski", "hyperreflexia": "hyperreflexia", "opioid_daily": "daily opioid",
    "symptom_duration_months": "for", "days_since_procedure": "days since procedure", "days_since_spinal_steroid": "days since spinal steroid",
    "main_region": "region", "predominant_pain": "worst pain", "leg_pain_nrs": "leg pain (0-10)",
    "back_pain_nrs": "back pain (0-10)", "leg_symptoms_walking": "worse walking", "relief_sitting": "eases sitting",
    "relief_bending_forward": "eases bending", "walking_distance": "walks",
    "symptom_course": "course", "oswestry_index": "ODI", "zcq_symptom_severity": "ZCQ symptoms",
    "zcq_physical_function": "ZCQ function", "leg_power_mrc": "leg power MRC", "arm_power_mrc": "arm power MRC",
    "foot_drop_acute": "acute foot drop", "motor_deficit_progressive": "power falling",
    "bilateral_leg_deficit": "both legs", "leg_weakness_felt": "leg feels weak", "saddle_numbness": "saddle numbness",
    "perianal_sensation_reduced": "perianal feeling reduced", "post_void_residual": "residual",
    "urinary_retention": "retention", "bladder_sensation_changed": "bladder feeling changed",
    "urinary_incontinence": "leaks urine", "bowel_incontinence": "bowel control lost",
    "sphincter_symptom_days": "days since newest change", "gait_deviation": "gait abnormal",
    "hand_clumsiness": "clumsy hands", "balance_problem": "unsteady", "mjoa_score": "mJOA",
    "dural_sac_csa": "dural sac", "schizas_grade": "Schizas", "lee_central_grade": "Lee central",
    "lateral_recess_grade": "recess", "foraminal_grade": "foramen", "nerve_root_compressed": "root compressed",
    "cervical_kang_grade": "Kang", "canal_ap_diameter": "canal AP", "conservative_care_weeks": "conservative care",
    "conservative_care_failed": "it failed", "exercise_therapy_tried": "exercise",
    "epidural_steroid_count_12m": "epidural steroids in 12 months", "prior_lumbar_surgery": "lumbar surgery",
    "prior_cell_therapy": "cells before", "procedure_received": "last procedure", "asa_class": "ASA",
    "mfi5_score": "mFI-5", "body_mass_index": "BMI", "smoking_status": "smoking", "bone_density_t_score": "T-score",
    "severe_cardiorespiratory_disease": "severe heart or lung disease", "spondylolisthesis_slip": "slip",
    "meyerding_grade": "Meyerding", "dynamic_translation": "translation", "dynamic_angulation": "angulation",
    "scoliosis_cobb": "Cobb", "wants_to_avoid_surgery": "avoid surgery", "accepts_surgery": "accepts surgery",
    "accepts_injection": "accepts injection", "accepts_donor_cells": "accepts donor cells",
    "expects_cure": "expects a cure", "has_escort_home": "help at home", "can_attend_follow_up": "can come back",
}  # fmt: skip


def _short(name: str, knowledge: Knowledge) -> str:
    return SHORT.get(name) or words.lower_first(words.label(name, knowledge))


def _one_line(raw: object) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in str(raw)).split())[:36]
