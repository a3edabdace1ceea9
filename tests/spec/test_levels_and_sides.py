"""Rules about levels with their quantifiers, and what a rule reads of two sides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from narrows.case import Case
from narrows.criteria import Rules, facts_of
from narrows.criteria.rules import WORDS, quantify

LUMBAR = ["L1-L2", "L2-L3", "L3-L4", "L4-L5", "L5-S1"]


def truth(criterion: str, case: Case, rules: Rules) -> str:
    """The truth of a criterion for a case."""
    return WORDS[rules.by_id[criterion].ask(facts_of(case, rules.layout)).truth]


@pytest.mark.parametrize(
    ("levels", "read", "expected"),
    [
        ({"L4-L5": {"dural_sac_csa": 62}}, [], "true"),  # true at a recorded level
        ({"L4-L5": {"dural_sac_csa": 120}}, [], "unknown"),  # the other levels were not looked at
        ({"L4-L5": {"dural_sac_csa": 120}}, ["lumbar"], "false"),  # a full report named no other
        ({level: {"dural_sac_csa": 120} for level in LUMBAR}, [], "false"),  # every level is recorded
        (
            {"L4-L5": {"dural_sac_csa": 120}, "L3-L4": {"lee_central_grade": 1}},
            ["lumbar"],
            "unknown",
        ),  # named, no value
        ({}, ["lumbar"], "unknown"),  # nothing recorded decides nothing
        ({}, [], "unknown"),
        ({"C5-C6": {"cord_csa": 60}}, ["cervical"], "unknown"),  # the neck says nothing of the lumbar sac
    ],
)
def test_any_level(
    levels: dict[str, Any], read: list[str], expected: str, person: Callable[..., Case], rules: Rules
) -> None:
    """`any`: dsca-below-75."""
    assert truth("dsca-below-75", person(levels=levels, levels_read=read), rules) == expected


@pytest.mark.parametrize(
    ("levels", "read", "expected"),
    [
        ({"L2-L3": {"dural_sac_csa": 90}, "L3-L4": {"dural_sac_csa": 90}}, [], "true"),
        ({"L2-L3": {"dural_sac_csa": 90}}, [], "unknown"),
        ({"L2-L3": {"dural_sac_csa": 90}}, ["lumbar"], "false"),
        ({"L2-L3": {"dural_sac_csa": 120}, "L3-L4": {"dural_sac_csa": 120}}, [], "false"),  # one left cannot make two
        ({"L2-L3": {"dural_sac_csa": 90}, "L5-S1": {"dural_sac_csa": 90}}, ["lumbar"], "false"),  # L5-S1 is not covered
    ],
)
def test_at_least_two_levels(
    levels: dict[str, Any], read: list[str], expected: str, person: Callable[..., Case], rules: Rules
) -> None:
    """`at-least-2`: dsca-below-100-two-levels, which covers L2 to L5."""
    assert truth("dsca-below-100-two-levels", person(levels=levels, levels_read=read), rules) == expected


def test_all_levels() -> None:
    """`all`: true only when true at every one; unknown while one is."""
    assert quantify("all", [("L3-L4", True), ("L4-L5", True)]).truth is True
    assert quantify("all", [("L3-L4", True), ("", None)]).truth is None
    assert quantify("all", [("L3-L4", False), ("", None)]).truth is False


def test_says_at_which_levels(person: Callable[..., Case], rules: Rules) -> None:
    """A true rule names its levels."""
    case = person(
        levels={"L3-L4": {"dural_sac_csa": 70}, "L4-L5": {"dural_sac_csa": 62}, "L5-S1": {"dural_sac_csa": 99}}
    )
    assert rules.by_id["dsca-below-75"].ask(facts_of(case, rules.layout)).levels == ("L3-L4", "L4-L5")


@pytest.mark.parametrize(
    ("power", "expected"),
    [
        ({"left": 2, "right": 5}, "true"),  # the worse side is read
        ({"left": 4, "right": 5}, "false"),
        ({"left": 2}, "true"),  # the other cannot make it better
        ({"left": 5}, "unknown"),  # the other may be worse
        (3, "true"),  # no side stated
        (5, "unknown"),  # motor-deficit-static also reads the arm
    ],
)
def test_worse_side(power: Any, expected: str, person: Callable[..., Case], rules: Rules) -> None:
    """motor-deficit-static: leg power of 3 or less, or arm power."""
    arms = {} if power == 5 else {"arm_power_mrc": 5}
    assert truth("motor-deficit-static", person({"leg_power_mrc": power, **arms}), rules) == expected


@pytest.mark.parametrize(
    ("index", "below", "above"),
    [
        ({"left": 0.7, "right": 1.5}, "true", "true"),  # narrow on one side, stiff on the other
        ({"left": 1.0, "right": 1.1}, "false", "false"),
        ({"left": 0.7}, "true", "unknown"),
        ({"right": 1.5}, "unknown", "true"),
    ],
)
def test_ankle_brachial_index_reads_both_ends(
    index: Any, below: str, above: str, person: Callable[..., Case], rules: Rules
) -> None:
    """The lower side for `<`, the higher for `>`."""
    case = person({"ankle_brachial_index": index})
    assert truth("pad-by-abi", case, rules) == below
    assert truth("abi-not-interpretable", case, rules) == above


@pytest.mark.parametrize(
    ("pulses", "expected"),
    [({"left": "normal", "right": "absent"}, "true"), ({"left": "normal"}, "unknown"), ({"left": "reduced"}, "true")],
)
def test_worse_code(pulses: Any, expected: str, person: Callable[..., Case], rules: Rules) -> None:
    """Foot pulses are ordered: the last choice is the worst."""
    case = person({"leg_symptoms_walking": True, "pedal_pulses": pulses})
    assert truth("vascular-check-needed", case, rules) == expected


def test_points_by_bounds(person: Callable[..., Case], rules: Rules) -> None:
    """A point rule is decided as soon as what is unknown cannot change it."""
    four = {"leg_pain_bilateral": True, "leg_pain": True, "relief_sitting": True, "leg_symptoms_walking": True}
    assert truth("cook-lss-rule", person(four), rules) == "true"
    assert truth("cook-lss-rule", person({"leg_pain": True, "age": 72}), rules) == "unknown"
    assert truth("cook-lss-rule", person({"leg_pain": False, "relief_sitting": False}), rules) == "false"


def test_assume_speaks_only_where_it_decided(person: Callable[..., Case], rules: Rules) -> None:
    """Unknown onset of saddle numbness counts as today, and the answer says so; a known onset needs no assumption."""
    rule = rules.by_id["ces-suspected"]
    unknown_onset = rule.ask(facts_of(person({"saddle_numbness": True}), rules.layout))
    assert (unknown_onset.truth, unknown_onset.assuming) == (True, True)
    known = rule.ask(facts_of(person({"saddle_numbness": True, "sphincter_symptom_days": 3}), rules.layout))
    assert (known.truth, known.assuming) == (True, False)
    nothing = rule.ask(facts_of(person(), rules.layout))
    assert (nothing.truth, nothing.assuming) == (None, False)
