"""Certainty starts by design and steps down by named rules."""

import msgspec
import pytest

from narrows.evidence import certainty
from narrows.evidence.pooling import pool


def judge(known, body, studies, pooled=None, outcome="odi", **more):
    named = {s.id: s for s in studies}
    return certainty.of_comparison(body, pooled, known.outcome_words[outcome], named, known.certainty_rules, **more)


@pytest.fixture
def big(comparison):
    def make(name, **more):
        return comparison(name, n=500, verified="fulltext", **more)

    return make


def test_a_large_sound_trial_is_high(known, big, study):
    answer = judge(known, [big("a")], [study(id="a")])
    assert answer.level == "high"
    assert answer.reasons == ()
    assert {s.domain for s in answer.steps} >= {
        "design",
        "risk-of-bias",
        "inconsistency",
        "indirectness",
        "imprecision",
        "publication-bias",
    }


@pytest.mark.parametrize(
    ("body", "about", "level", "says"),
    [
        ({}, {"risk_of_bias": "some"}, "moderate", "some or high risk of bias"),
        ({}, {"risk_of_bias": "high"}, "low", "high risk of bias"),
        ({}, {"design": "cohort"}, "low", "starts at low"),
        ({"group": "as-treated"}, {}, "low", "received"),
        ({"n": 90}, {}, "moderate", "Fewer than 400"),
        ({"low": -12.0, "high": 1.0}, {}, "moderate", "people notice"),
        ({"low": -12.0, "high": 12.0}, {}, "low", "noticeable gain to a noticeable loss"),
        ({"low": None, "high": None, "effect": None}, {}, "low", "No interval"),
        ({"verified": "secondary"}, {}, "moderate", "another publication"),
        ({"derived": True}, {}, "moderate", "arithmetic"),
        ({}, {"funding": "maker of the device"}, "moderate", "paid for by the maker"),
    ],
)
def test_each_step_down_has_its_reason(known, body, about, level, says, big, study):
    answer = judge(known, [msgspec.structs.replace(big("a"), **body)], [study(id="a", **about)])
    assert answer.level == level
    assert any(says in reason for reason in answer.reasons), answer.reasons


def test_an_interval_around_no_difference_that_excludes_noticeable_ones_costs_nothing(known, big, study):
    answer = judge(known, [big("a", low=-3.0, estimate=-0.5, high=2.0)], [study(id="a")])
    assert answer.level == "high"


def test_disagreeing_studies_cost_one_or_two_steps(known, big, study):
    studies = [study(id="a"), study(id="b")]
    levels = []
    for gap in (0.0, 1.2, 6.0):
        body = [big("a"), big("b")]
        effects = [body[0].effect, msgspec.structs.replace(body[1].effect, yi=-2.0 + gap, study="b")]
        answer = judge(known, body, studies, pool(effects, measure="MD", model="DL", ci="wald"))
        levels.append(sum(s.steps for s in answer.steps if s.domain == "inconsistency"))
    assert levels == [0, -1, -2]  # I² 0, 64 and 96 %


def test_a_ratio_that_may_go_either_way_by_a_quarter_is_imprecise(known, big, study):
    body = [big("a", measure="RR", estimate=1.0, low=0.7, high=1.4)]
    answer = judge(known, body, [study(id="a")], outcome="reoperation")
    assert any("quarter" in reason for reason in answer.reasons)


def test_registered_trials_without_results_are_named(known, big, study):
    answer = judge(known, [big("a")], [study(id="a")], unpublished=["NCT01"])
    assert any("NCT01" in reason for reason in answer.reasons)


def test_certainty_never_falls_below_very_low(known, comparison, study):
    body = [comparison("a", n=10, low=None, high=None, effect=None, derived=True, verified="secondary")]
    assert judge(known, body, [study(id="a", risk_of_bias="high", design="cohort")]).level == "very low"


def test_imprecision_costs_two_steps_at_most(known, comparison, study):
    body = [comparison("a", n=20, low=-30.0, high=30.0, verified="fulltext")]
    answer = judge(known, body, [study(id="a")])
    assert sum(s.steps for s in answer.steps if s.domain == "imprecision") == -2


def test_one_arm_alone_is_very_low(known, study):
    assert certainty.of_single_arm([study(id="a")], known.certainty_rules).level == "very low"


def test_every_limit_names_where_it_comes_from(known):
    for rule in known.certainty_rules.values():
        assert rule.origin
        assert rule.says
