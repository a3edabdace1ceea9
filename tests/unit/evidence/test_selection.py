"""What may be pooled with what, and what is left out and why."""

import pytest

from narrows.evidence import question
from narrows.evidence.comparisons import comparisons, families
from narrows.evidence.rows import rows
from narrows.evidence.selection import choose, window_of
from narrows.problem import InputError


def chosen(*candidates, family=None, **more):
    known = {c.study: frozenset((c.study,)) for c in candidates} | (family or {})
    asked = {"condition": "c", "measure": "MD", "months": 12, "window": 3, **more}
    return choose(candidates, family=known, **asked)


def test_all_that_fit_are_taken(comparison):
    assert [c.study for c in chosen(comparison("a"), comparison("b")).taken] == ["a", "b"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"condition": "other"}, "another condition"),
        ({"measure": "OR"}, "another measure"),
        ({"months": 16}, "16 months lie more than 3 from 12"),
        ({"months": None}, "no time point"),
        ({"subgroup": "smokers"}, "smokers"),
        ({"group": "model"}, "a model"),
        ({"effect": None, "low": None}, "no interval"),
        ({"effect": None}, "outside its interval"),
        ({"derived": True}, "derived"),
        ({"caution": "direction not stated"}, "direction not stated"),
    ],
)
def test_what_must_not_be_pooled_is_left_out_with_its_reason(comparison, change, says):
    answer = chosen(comparison("a"), comparison("b", **change))
    assert [c.study for c in answer.taken] == ["a"]
    assert says in answer.left_out[0].why


def test_marked_rows_come_in_when_asked_for(comparison):
    answer = chosen(comparison("a"), comparison("b", derived=True), with_marked=True)
    assert len(answer.taken) == 2


def test_rows_without_a_time_point_stay_among_themselves(comparison):
    answer = chosen(comparison("a", months=None), comparison("b"), months=None, window=0)
    assert [c.study for c in answer.taken] == ["a"]


def test_the_same_people_are_counted_once_by_the_better_analysis(comparison):
    shared = {"a": frozenset("t"), "b": frozenset("t")}
    answer = chosen(comparison("a", rank=4), comparison("b", rank=1), family=shared)
    assert [c.study for c in answer.taken] == ["b"]
    assert "same people as b#1" in answer.left_out[0].why


def test_the_nearer_time_point_goes_before_the_farther(comparison):
    shared = {"a": frozenset("t"), "b": frozenset("t")}
    answer = chosen(comparison("a", months=10), comparison("b", months=12), family=shared)
    assert [c.study for c in answer.taken] == ["b"]


def test_a_review_never_stands_beside_its_trials(comparison):
    review = comparison("r", review=True, trials=5)
    assert [c.study for c in chosen(review, comparison("a"), comparison("b")).taken] == ["r"]
    two = comparison("r", review=True, trials=2)
    answer = chosen(two, comparison("a"), comparison("b"))
    assert [c.study for c in answer.taken] == ["a", "b"]
    assert "its trials are counted one by one" in answer.left_out[0].why


def test_two_reviews_never_stand_together(comparison):
    answer = chosen(comparison("r", review=True, trials=5), comparison("q", review=True, trials=3))
    assert [c.study for c in answer.taken] == ["r"]
    assert "second review" in answer.left_out[0].why


def test_turning_a_comparison_turns_everything(comparison):
    turned = comparison("a").turned()
    assert (turned.option, turned.versus, turned.estimate, turned.low, turned.high) == ("y", "x", 2.0, 1.0, 3.0)
    assert turned.effect.yi == 2.0
    ratio = comparison("a", measure="OR", estimate=4.0, low=2.0, high=8.0).turned()
    assert (ratio.estimate, ratio.low, ratio.high) == (0.25, 0.125, 0.5)


def test_reports_of_one_trial_are_one_family_and_a_bridge_does_not_join_two_trials(known):
    family = families(known.studies)
    assert family["sport-2008"] == family["sport-2010"] == family["sport-2015"]
    assert family["malmivaara-2007"] == family["slatis-2011"]
    assert not family["nordsten-sst-2024"] & family["nordsten-ds-2021"]
    assert family["nordsten-success-cutoff-2024"] & family["nordsten-sst-2024"]
    assert family["nordsten-success-cutoff-2024"] & family["nordsten-ds-2021"]
    assert not family["malmivaara-2007"] & family["sport-2008"]


def test_arms_of_different_people_and_averages_of_reviews_make_no_comparison(comparison, known):
    every = comparisons(known.studies, rows(known))
    assert not [c for c in every if c.study == "sport-slip-2010"]
    assert not [c for c in every if c.review and c.from_arms]


def test_windows_grow_with_the_horizon(known):
    spans = [window_of(known.horizons, m) for m in (1, 3, 6, 12, 24, 60, 120)]
    assert spans == sorted(spans)
    assert spans[3] == 3


def ask(known, **more):
    asked = {"outcome": "odi", "months": 24, "option": "decompression", "versus": "usual-care"}
    return question.ask(known, **{**asked, "condition": "lumbar-spinal-stenosis", **more})


def test_surgery_against_usual_care_takes_the_review_and_leaves_its_trial(known):
    found = ask(known)
    assert [c.study for c in found.comparisons] == ["cochrane-zaina-2016"]
    why = {entry.row: entry.why for entry in found.left_out}
    assert "review" in why["malmivaara-2007#2"]
    assert "no interval" in why["sport-2008#9"]
    assert "48 months" in why["sport-2010#1"]


def test_the_question_may_be_asked_from_either_side(known):
    one = ask(known)
    other = ask(known, option="usual-care", versus="decompression")
    assert other.effects[0].yi == pytest.approx(-one.effects[0].yi)


def test_every_unknown_name_is_reported_together(known):
    with pytest.raises(InputError) as error:
        ask(known, outcome="oddi", option="decompresion", condition="stenosis")
    text = str(error.value)
    assert "did you mean odi" in text
    assert "did you mean decompression" in text
    assert "no study has the condition 'stenosis'" in text


def test_nothing_to_pool_is_an_error_that_lists_what_was_left_out(known):
    with pytest.raises(InputError) as error:
        ask(known, months=300)
    assert "nothing to pool" in str(error.value)
    assert "months lie more than" in str(error.value)


def test_single_arms_are_changes_without_a_comparison(comparison, known):
    found = ask(known, versus=None, months=60)
    assert found.measure == "MC"
    assert {e.study.split(",")[0] for e in found.effects} == {"nordsten-sst-2024"}
    assert any("another condition" in entry.why for entry in found.left_out)


def test_counted_arms_give_the_measure_that_is_asked_for(known):
    asked = {"outcome": "reoperation", "option": "interspinous-spacer", "versus": "decompression"}
    ratio = ask(known, **asked, measure="OR")
    assert [c.study for c in ratio.comparisons] == ["stromqvist-2013"]
    assert ratio.comparisons[0].estimate == pytest.approx((13 / 37) / (3 / 47))
    assert ask(known, **asked).measure == "RD"
