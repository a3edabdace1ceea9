"""Properties that every pool has, on random studies."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrows.evidence import effects as size
from narrows.evidence.effects import Effect, Moments, Table2x2
from narrows.evidence.pooling import INTERVALS, MODELS, leave_one_out, pool, tau_squared
from narrows.evidence.rare import rare_events
from narrows.problem import InputError

VALUES = st.floats(-5, 5).map(lambda v: round(v, 4))
VARIANCES = st.floats(0.01, 4).map(lambda v: round(v, 4))
STUDIES = st.lists(st.tuples(VALUES, VARIANCES), min_size=2, max_size=9).map(
    lambda rows: [Effect(study=str(i), yi=y, vi=v) for i, (y, v) in enumerate(rows)]
)
HOW = st.tuples(st.sampled_from(MODELS), st.sampled_from(INTERVALS))
few = settings(max_examples=40, deadline=None)


def of(effects, how):
    return pool(effects, measure="MD", model=how[0], ci=how[1])


@few
@given(STUDIES, HOW)
def test_the_estimate_lies_among_the_studies_and_inside_its_intervals(effects, how):
    found = of(effects, how)
    assert min(e.yi for e in effects) - 1e-9 <= found.estimate <= max(e.yi for e in effects) + 1e-9
    assert found.ci_low <= found.estimate <= found.ci_high
    assert found.tau2 >= 0
    assert 0 <= found.i2 <= 100
    assert sum(s.weight for s in found.studies) == pytest.approx(100)
    if how[0] == "fixed":
        assert found.prediction_low is None
    else:
        assert found.prediction_low <= found.ci_low
        assert found.ci_high <= found.prediction_high


@few
@given(STUDIES, HOW, st.sampled_from([-3.0, 0.5, 2.0]), st.sampled_from([0.1, 10.0]))
def test_moving_and_stretching_the_scale_moves_and_stretches_the_answer(effects, how, shift, factor):
    plain = of(effects, how)
    moved = of([Effect(study=e.study, yi=factor * e.yi + shift, vi=factor**2 * e.vi) for e in effects], how)
    assert moved.estimate == pytest.approx(factor * plain.estimate + shift, abs=1e-6)
    assert moved.tau2 == pytest.approx(factor**2 * plain.tau2, rel=1e-6, abs=1e-8)
    assert moved.i2 == pytest.approx(plain.i2, abs=1e-5)


@few
@given(STUDIES, HOW)
def test_the_order_of_studies_does_not_matter(effects, how):
    assert of(effects[::-1], how).estimate == pytest.approx(of(effects, how).estimate, abs=1e-9)


@few
@given(STUDIES)
def test_paule_mandel_makes_q_its_degrees_of_freedom(effects):
    tau2 = tau_squared(effects, "PM")
    w = [1 / (e.vi + tau2) for e in effects]
    mean = sum(wi * e.yi for wi, e in zip(w, effects, strict=True)) / sum(w)
    q = sum(wi * (e.yi - mean) ** 2 for wi, e in zip(w, effects, strict=True))
    if tau2 > 0:
        assert q == pytest.approx(len(effects) - 1, rel=1e-8)
    else:
        assert q <= len(effects) - 1 + 1e-9


def restricted(effects, tau2):
    w = [1 / (e.vi + tau2) for e in effects]
    mean = sum(wi * e.yi for wi, e in zip(w, effects, strict=True)) / sum(w)
    q = sum(wi * (e.yi - mean) ** 2 for wi, e in zip(w, effects, strict=True))
    return sum(map(math.log, w)) - math.log(sum(w)) - q


@few
@given(STUDIES)
def test_reml_stands_on_a_top_of_the_restricted_likelihood(effects):
    tau2 = tau_squared(effects, "REML")
    top = restricted(effects, tau2)
    for step in (1e-4, 1e-3, 1e-2):
        assert restricted(effects, tau2 + step) <= top + 1e-9
        assert restricted(effects, max(0.0, tau2 - step)) <= top + 1e-9


@few
@given(STUDIES)
def test_leaving_one_out_is_pooling_the_others(effects):
    without = leave_one_out(effects, measure="MD", model="DL", ci="wald")
    assert list(without) == [e.study for e in effects]
    last = without[effects[-1].study]
    assert last.estimate == pytest.approx(of(effects[:-1], ("DL", "wald")).estimate)


ARM = st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@few
@given(ARM, ARM, st.sampled_from(["OR", "RR", "RD"]))
def test_turning_the_arms_turns_the_effect(one, two, measure):
    there = size.two_by_two(measure, "s", Table2x2(*one, *two))
    back = size.two_by_two(measure, "s", Table2x2(*two, *one))
    assert back.yi == pytest.approx(-there.yi, abs=1e-12)
    assert back.vi == pytest.approx(there.vi)


@few
@given(st.lists(st.tuples(ARM, ARM), min_size=1, max_size=5), st.sampled_from(["MH", "Peto"]))
def test_rare_event_pools_turn_with_their_arms_or_refuse(tables, method):
    there = [(str(i), Table2x2(*a, *b)) for i, (a, b) in enumerate(tables)]
    back = [(str(i), Table2x2(*b, *a)) for i, (a, b) in enumerate(tables)]
    try:
        found = rare_events(there, measure="OR", method=method)
    except InputError:
        with pytest.raises(InputError):
            rare_events(back, measure="OR", method=method)
        return
    assert rare_events(back, measure="OR", method=method).estimate == pytest.approx(-found.estimate, abs=1e-9)


@pytest.mark.parametrize(("model", "ci"), [("ML", "wald"), ("REML", "t"), ("", "wald")])
def test_no_estimator_is_chosen_silently(model, ci):
    with pytest.raises(InputError, match="one of"):
        pool([Effect(study="a", yi=1, vi=1)], measure="MD", model=model, ci=ci)
    with pytest.raises(TypeError):
        pool([Effect(study="a", yi=1, vi=1)], measure="MD")


def test_no_convergence_is_an_error(monkeypatch):
    from narrows.evidence import pooling

    monkeypatch.setattr(pooling, "_STEPS", 1)
    effects = [Effect(study=str(i), yi=y, vi=v) for i, (y, v) in enumerate([(0, 0.1), (3, 0.9), (-4, 0.02)])]
    for model in ("REML", "PM"):
        with pytest.raises(pooling.NoConvergence):
            pool(effects, measure="MD", model=model, ci="wald")


@pytest.mark.parametrize("pair", [(1e308, 1.0), (0.0, 1e-320), (1e200, 1e-200)])
def test_numbers_out_of_reach_are_an_error_not_nonsense(pair):
    with pytest.raises(InputError, match="too large or too small"):
        pool([Effect(study="a", yi=pair[0], vi=pair[1]), Effect(study="b", yi=0, vi=1)],
             measure="MD", model="DL", ci="wald")  # fmt: skip


def test_a_printed_interval_gives_back_its_standard_error():
    found = size.from_interval("s", "OR", 2.0, 1.0, 4.0)
    assert found.yi == pytest.approx(math.log(2))
    assert math.sqrt(found.vi) == pytest.approx(math.log(4) / (2 * 1.959963984540054))
    for wrong in ((2.0, 2.5, 4.0), (2.0, -1.0, 4.0), (2.0, 2.0, 2.0)):
        with pytest.raises(InputError):
            size.from_interval("s", "OR", *wrong)


def test_single_arms_have_means_and_shares():
    change = size.mean_change("s", Moments(-15.2, 16.7, 103))
    assert (change.yi, change.vi) == (-15.2, pytest.approx(16.7**2 / 103))
    assert size.proportion("PR", "s", 0, 10).yi == pytest.approx(0.5 / 11)
    with pytest.raises(InputError):
        size.proportion("PR", "s", 11, 10)
    with pytest.raises(InputError):
        size.proportion("MD", "s", 1, 10)
