"""The standing of options for small people: the table of docs/criteria.md, executable."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from narrows.appraisal import appraise
from narrows.case import Case
from narrows.knowledge import Knowledge

CLAUDICATION = {"leg_symptoms_walking": True, "leg_symptoms_standing": True, "relief_sitting": True, "leg_pain": True}
CELLS = ("msc-intradiscal", "msc-epidural", "msc-iv", "umbilical-cord-product", "exosome", "bmac-spine", "adipose-svf")


def standings(case: Case, knowledge: Knowledge) -> dict[str, str]:
    """Option to standing."""
    return {o.option: o.standing for o in appraise(case, knowledge).options}


def test_all_options_always(person: Callable[..., Case], knowledge: Knowledge) -> None:
    """Every option stands in every answer, also when nothing is known."""
    assert list(standings(person(), knowledge)) == list(knowledge.options)
    assert len(knowledge.options) == 30


def test_nothing_known_decides_nothing(person: Callable[..., Case], knowledge: Knowledge) -> None:
    """Unknown never means no, and never yes."""
    found = standings(person(), knowledge)
    assert set(found.values()) == {"undetermined"}


def test_an_absolute_contraindication_comes_before_everything(
    person: Callable[..., Case], knowledge: Knowledge
) -> None:
    """Active cancer and cells, also in an emergency."""
    found = standings(person({**CLAUDICATION, "active_cancer": True, "saddle_numbness": True}), knowledge)
    assert all(found[o] == "contraindicated" for o in CELLS)


def test_in_an_emergency_all_wait_but_what_treats_it(person: Callable[..., Case], knowledge: Knowledge) -> None:
    """Suspected cauda equina syndrome."""
    answer = appraise(person({**CLAUDICATION, "saddle_numbness": True, "urinary_retention": True}), knowledge)
    found = {o.option: o.standing for o in answer.options}
    assert answer.urgency == "emergency-same-day"
    assert found["decompression"] != "waits"
    assert found["exercise-physiotherapy"] in ("waits", "contraindicated")
    assert not [o for o, s in found.items() if s in ("indicated", "possible") and o != "decompression"]


def test_clinics_alone_never_make_an_option_more_than_a_trial(
    person: Callable[..., Case], knowledge: Knowledge
) -> None:
    """Everything that a clinic asks for is met."""
    fit: dict[str, Any] = {
        **CLAUDICATION, "age": 60, "lumbar_stenosis_severity": "moderate", "conservative_care_failed": True,
        "good_general_health": True, "wants_to_avoid_surgery": True, "leg_power_mrc": 5, "motor_deficit_progressive": False,
        "low_back_pain": True,
    }  # fmt: skip
    found = standings(person(fit), knowledge)
    for option in ("msc-epidural", "msc-iv", "msc-combined", "adipose-svf", "bmac-spine", "photobiomodulation"):
        assert found[option] in ("trial-only", "contraindicated", "waits"), option


@pytest.mark.parametrize("country", ["US", "GB", "DE", None])
def test_cells_are_never_possible_wherever_one_lives(
    country: str | None, person: Callable[..., Case], knowledge: Knowledge
) -> None:
    """No controlled study in stenosis."""
    fit = {
        **CLAUDICATION,
        "lumbar_stenosis_severity": "moderate",
        "conservative_care_failed": True,
        "good_general_health": True,
        "motor_deficit_progressive": False,
        "leg_power_mrc": 5,
    }
    found = standings(person({**fit, **({"country": country} if country else {})}), knowledge)
    assert not {found[o] for o in CELLS} & {"indicated", "possible"}


def test_while_an_absolute_bar_is_open_an_option_is_at_most_possible(
    person: Callable[..., Case], knowledge: Knowledge
) -> None:
    """And what would settle it stands first among the missing."""
    answer = appraise(
        person(
            {
                **CLAUDICATION,
                "lumbar_stenosis_severity": "severe",
                "symptom_duration_months": 24,
                "conservative_care_failed": True,
                "daily_life_limited": True,
            }
        ),
        knowledge,
    )
    decompression = next(o for o in answer.options if o.option == "decompression")
    assert decompression.standing == "possible"
    assert decompression.missing[0] == "accepts_surgery"


def test_exercise_is_indicated_for_claudication(person: Callable[..., Case], knowledge: Knowledge) -> None:
    """Guidelines recommend it, and nothing here speaks against it."""
    calm = {
        "saddle_numbness": False, "urinary_retention": False, "bowel_incontinence": False, "bladder_sensation_changed": False,
        "leg_power_mrc": 5, "foot_drop_acute": False, "motor_deficit_progressive": False, "vertebral_fracture": False,
        "spinal_infection_imaging": False, "spinal_tumour": False,
    }  # fmt: skip
    assert standings(person({**CLAUDICATION, **calm}), knowledge)["exercise-physiotherapy"] == "indicated"


def test_shares_of_tissue_feed_no_more_than_a_trial(person: Callable[..., Case], knowledge: Knowledge) -> None:
    """A soft-tissue share makes nothing possible."""
    case = person(CLAUDICATION, levels={"L4-L5": {"bony_share_percent": 20, "disc_displacement": "bulge"}})
    found = standings(case, knowledge)
    assert not {found[o] for o in CELLS} & {"indicated", "possible"}


def test_a_clinics_word_decides_nothing_while_a_guidelines_reason_is_open(
    person: Callable[..., Case], knowledge: Knowledge
) -> None:
    """Bowel control lost: clinics say 'surgery first', the guideline's reason waits for the scan. Not 'in a trial'."""
    told = {"saddle_numbness": True, "bowel_incontinence": True}
    answer = appraise(person(told), knowledge)
    decompression = next(o for o in answer.options if o.option == "decompression")
    assert decompression.standing == "undetermined"
    assert "lumbar_stenosis_severity" in decompression.missing
    scanned = appraise(person({**told, "lumbar_stenosis_severity": "severe"}), knowledge)
    assert next(o for o in scanned.options if o.option == "decompression").standing in ("indicated", "possible")


def test_stopping_smoking_is_no_matter_for_a_trial(person: Callable[..., Case], knowledge: Knowledge) -> None:
    """A study speaks for it, not a clinic alone."""
    found = standings(person({"smoking_status": "current", "leg_symptoms_walking": True}), knowledge)
    assert found["lifestyle"] == "possible"


@pytest.mark.parametrize(
    ("who", "asked"),
    [
        ({"age": 72, "sex": "female"}, False),
        ({"age": 41, "sex": "male"}, False),
        ({"age": 41, "sex": "female"}, True),
        ({"age": 41}, True),
        ({"sex": "female"}, True),
        ({}, True),
    ],
)
def test_pregnancy_is_asked_of_those_who_can_be_pregnant(
    who: dict[str, Any], asked: bool, person: Callable[..., Case], knowledge: Knowledge
) -> None:
    """A rule that cannot apply to this person is false, not unknown; a pregnancy that is told counts at any age."""
    criteria = appraise(person(who), knowledge).criteria
    assert criteria["ci-pregnancy"] == ("unknown" if asked else "false")
    assert appraise(person({**who, "pregnant": True}), knowledge).criteria["ci-pregnancy"] == "true"
