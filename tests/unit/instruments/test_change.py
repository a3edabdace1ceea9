"""Two scores of one person: definitions, measurement error, and what is left undecided."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrows.instruments import change, score
from narrows.knowledge import load
from narrows.problem import InputError

KNOWLEDGE = load(())


def test_scores_answers_and_numbers_are_one() -> None:
    before, after = [3] * 10, [1] * 10
    by_answers = change("odi", before, after, KNOWLEDGE)
    by_scores = change("odi", score("odi", before, KNOWLEDGE), score("odi", after, KNOWLEDGE), KNOWLEDGE)
    assert by_answers == by_scores == change("odi", 60, 20.0, KNOWLEDGE)


@pytest.mark.parametrize("wrong", [101, -1, float("nan"), float("inf"), "44", True, None])
def test_what_is_no_score_is_refused(wrong: Any) -> None:
    with pytest.raises(InputError):
        change("odi", wrong, 20, KNOWLEDGE)


def test_a_score_that_could_not_be_computed_leaves_every_definition_undecided() -> None:
    changed = change("odi", [1] * 8 + [None, None], [1] * 10, KNOWLEDGE)
    change_definitions = [d for d in changed.definitions if "after" not in d.says]
    assert {d.met for d in change_definitions} == {"undecided"}
    assert all("no first score: 2 of 10" in d.because for d in change_definitions)
    assert changed.difference == {}
    assert changed.notes[-1] == "index is known after only, so its change is not."


def test_worsening_has_its_own_threshold() -> None:
    changed = change("comi", 4.0, 4.3, KNOWLEDGE)
    assert [(d.of, d.met) for d in changed.definitions if d.kind == "deterioration"] == [("worsening", "yes")]
    assert {d.met for d in changed.definitions if d.of == "success"} == {"no"}


def test_definition_without_comparable_error_says_nothing_about_it() -> None:
    changed = change("comi", 6.0, 3.0, KNOWLEDGE)
    assert {d.within_error for d in changed.definitions} == {None}
    assert changed.beyond_error == {"total": "unknown"}


def test_recovery_rate_has_its_own_thresholds() -> None:
    changed = change("joa_cervical", 10, 13, KNOWLEDGE)
    assert changed.measures["recovery_rate"] == pytest.approx(300 / 7)
    rate = {d.says: d.met for d in changed.definitions if "recovery" in d.says}
    assert rate == {"at least 42 percent recovery rate": "yes"}
    patient = score("joa_cervical", [3, 0, 2, 1, 1, 1, 2], KNOWLEDGE, variant="patient")
    with pytest.raises(InputError, match="limits of agreement"):
        change("joa_cervical", 12, patient, KNOWLEDGE)


def test_values_at_the_edge_count() -> None:
    assert [d.met for d in change("odi", 30, 20, KNOWLEDGE).definitions if "10 points" in d.says] == ["yes"]
    thirty = [d.met for d in change("odi", 50, 35, KNOWLEDGE).definitions if "30 %" in d.says]
    assert thirty == ["yes", "yes"]
    assert change("odi", 50, 32, KNOWLEDGE).beyond_error == {"index": "undecided"}  # 18 is not more than 18


@settings(max_examples=50, deadline=None)
@given(before=st.floats(0, 100), after=st.floats(0, 100))
def test_more_improvement_never_loses_a_definition(before: float, after: float) -> None:
    less = change("odi", before, after, KNOWLEDGE)
    more = change("odi", before, after / 2, KNOWLEDGE)
    for a, b in zip(less.definitions, more.definitions, strict=True):
        assert a.says == b.says
        assert not (a.met == "yes" and b.met == "no")
