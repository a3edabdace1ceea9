"""What is known of an option: comparisons, single arms, icons, nearest evidence, follow-up from a baseline."""

import msgspec
import pytest

from narrows.evidence import (
    condition_of,
    conditions,
    expected,
    follow_up,
    outcomes_of,
    what_comes_without_treatment,
)
from narrows.evidence.single_arms import OPERATED
from narrows.problem import InputError

LSS = "lumbar-spinal-stenosis"


def of(known, option, outcome, condition=LSS):
    return [o for o in outcomes_of(option, condition, known) if o.outcome == outcome]


def test_every_option_has_an_answer_in_every_condition(known):
    for condition in conditions(known):
        for option in known.options:
            found = outcomes_of(option, condition, known)
            assert found
            assert all(o.says for o in found)


def test_surgery_against_usual_care_has_the_pooled_difference_with_its_interval(known):
    found = next(o for o in of(known, "decompression", "odi") if o.comparator == "usual-care" and o.months == 24)
    assert found.basis == "review"
    assert (found.difference.value, found.difference.low, found.difference.high) == (-4.43, -7.91, -0.96)
    assert (found.trials, found.n) == (2, 315)
    assert found.certainty.level == "low"
    assert len(found.certainty.reasons) == 2
    assert any(entry.study == "malmivaara-2007" for entry in found.left_out)


def test_two_trials_are_pooled_with_the_estimator_of_the_knowledge(known):
    found = next(o for o in of(known, "acupuncture", "rmdq"))
    assert found.basis == "pooled"
    assert found.method == "REML, wald"
    assert (found.k, found.n) == (2, 276)
    assert found.difference.low < found.difference.value < found.difference.high < 0
    assert found.prediction.low < found.difference.low


def test_a_difference_without_an_interval_says_so_and_is_never_pooled(known):
    found = next(o for o in of(known, "interspinous-spacer", "zcq-success") if o.months == 12)
    assert found.difference.low is None
    assert "No interval was printed." in found.flags
    assert found.certainty.level == "very low"


def test_icons_need_counted_people_of_both_arms_of_one_comparison(known):
    found = next(o for o in of(known, "exercise-physiotherapy", "responder-zcq-symptom") if o.months == 1.5 and o.icons)
    icons = found.icons
    assert (icons.option.events, icons.option.total, icons.option.of_100) == (27, 43, 63)
    assert (icons.comparator.events, icons.comparator.total, icons.comparator.of_100) == (14, 43, 33)
    assert icons.caption.startswith("of 100 people in this study, mean age")
    every = [o for option in known.options for o in outcomes_of(option, LSS, known)]
    assert all(o.icons is None for o in every if o.basis != "single-study")
    assert all(o.icons is None for o in every if o.measure == "MD")
    for o in every:
        if o.icons:
            assert {a.study for a in o.arms} == {o.icons.study}


def test_no_caption_speaks_of_people_like_you(known):
    for option in known.options:
        text = msgspec.json.encode(outcomes_of(option, LSS, known)).decode()
        assert "like you" not in text


def test_the_share_of_operated_cohorts_is_marked_and_stands_alone(known):
    found = [o for o in of(known, "decompression", "responder-odi-30") if o.basis == "single-arm"]
    assert found
    for o in found:
        assert OPERATED in o.flags
        assert o.difference is None
        assert o.icons is None
        assert o.comparator == ""


@pytest.mark.parametrize(
    "option",
    [
        "msc-intradiscal",
        "msc-epidural",
        "msc-facet",
        "msc-iv",
        "bmac-spine",
        "adipose-svf",
        "umbilical-cord-product",
        "exosome",
        "prp-intradiscal",
        "prp-facet",
        "prolotherapy",
        "photobiomodulation",
    ],
)
def test_unstudied_options_say_so_and_give_no_number(known, option):
    found = outcomes_of(option, LSS, known)
    first = found[0]
    assert first.basis == "none"
    assert "no controlled study in lumbar spinal stenosis" in first.says
    assert "was found" in first.says or "has shown a result" in first.says
    assert first.difference is None
    assert first.certainty is None
    assert first.icons is None
    assert all(o.difference is None for o in found)
    for near in first.nearest:
        assert near.mismatch
        assert near.url
        if near.condition != LSS:
            assert any("not lumbar spinal stenosis" in m for m in near.mismatch)


def test_the_nearest_evidence_reports_only_what_was_printed(known):
    first = outcomes_of("photobiomodulation", LSS, known)[0]
    review = next(n for n in first.nearest if n.study == "huang-2015-laser")
    assert any("−1.36 points of 10 (95 % interval −1.74 to −0.97)" in r for r in review.reported)


def test_a_route_never_tried_points_to_its_family_and_names_the_other_route(known):
    first = outcomes_of("msc-epidural", LSS, known)[0]
    assert first.nearest
    assert all(any("another treatment" in m for m in n.mismatch) for n in first.nearest)


def test_a_neck_operation_is_no_treatment_of_the_back(known):
    first = outcomes_of("cervical-decompression", LSS, known)[0]
    assert "not a treatment of lumbar spinal stenosis" in first.says
    assert first.nearest == ()


def test_registered_trials_without_results_are_named(known):
    assert "no results seen" in outcomes_of("msc-intradiscal", LSS, known)[0].says


def test_one_persons_number_is_no_outcome(known):
    assert known.studies["clinic-lss-two-cases"].design == "case-report"
    assert [o.basis for o in outcomes_of("msc-combined", LSS, known)] == ["none"]


def test_a_number_whose_direction_is_not_certain_is_not_shown(known):
    found = next(o for o in of(known, "mild", "odi") if o.comparator == "epidural-steroid")
    assert found.difference is None
    assert any("direction inconsistent" in flag for flag in found.flags)


def test_favourable_parts_of_a_trial_are_not_reported_as_its_result(known):
    first = outcomes_of("msc-intradiscal", LSS, known)[0]
    trial = next(n for n in first.nearest if n.study == "mpc-phase3-2021")
    assert trial.reported == ()


def test_the_people_of_a_review_are_not_those_of_each_row(known):
    found = next(o for o in of(known, "manual-therapy", "walking-distance"))
    assert found.basis == "review"
    assert found.n is None
    assert any("number not printed" in reason for reason in found.certainty.reasons)


def test_conditions_are_never_mixed(known):
    for option in known.options:
        for o in outcomes_of(option, LSS, known):
            assert all(known.studies[s].condition == LSS for s in o.studies)


def test_follow_up_is_counted_from_the_persons_start(known):
    found = next(o for o in of(known, "decompression", "odi") if o.studies == ("nordsten-sst-2024",) and o.change.high)
    answer = follow_up(found, 50)
    assert answer.mean == pytest.approx(50 + found.change.value)
    assert answer.low == pytest.approx(50 + found.change.low)
    assert answer.low < answer.mean < answer.high
    assert "not a forecast for one person" in answer.says


def test_follow_up_stays_silent_where_the_change_leaves_the_scale_or_is_unknown(known):
    found = next(o for o in of(known, "decompression", "odi") if o.studies == ("nordsten-sst-2024",))
    assert follow_up(found, 10) is None
    assert follow_up(found, 130) is None
    unknown = next(o for o in of(known, "decompression", "odi") if o.change is None)
    assert follow_up(unknown, 50) is None


def test_comparison_arms_stand_beside_the_follow_up(known):
    found = of(known, "acupuncture", "rmdq")[0]
    answer = follow_up(found, 12)
    assert answer.mean == pytest.approx(12 - 4.5)
    assert answer.comparator_mean == pytest.approx(12 - 3.2)


def test_what_comes_without_treatment_puts_the_same_condition_first(known):
    found = what_comes_without_treatment(LSS, known)
    fits = [c.fits for c in found]
    assert fits == sorted(fits, reverse=True)
    assert any(c.improved_percent == 32 and c.worse_percent == 13 for c in found)
    assert any("comparison arm" in c.what for c in found)
    borrowed = [c for c in found if not c.fits]
    assert borrowed
    assert all("not in lumbar spinal stenosis" in c.caution for c in borrowed)


def test_a_course_borrowed_from_another_condition_says_so(known):
    found = what_comes_without_treatment("degenerative-spondylolisthesis", known)
    borrowed = [c for c in found if not c.fits]
    assert borrowed
    assert all("not in stenosis with a slipped vertebra" in c.caution for c in borrowed)


def test_the_neck_has_its_own_course(known):
    found = what_comes_without_treatment("degenerative-cervical-myelopathy", known)
    assert {c.condition for c in found} == {"degenerative-cervical-myelopathy"}


def test_a_printed_difference_keeps_the_counts_of_its_arms(known):
    found = next(
        o
        for o in of(known, "decompression", "responder-odi-30", "degenerative-spondylolisthesis")
        if o.months == 24 and o.comparator
    )
    assert (found.difference.value, found.difference.low) == (-0.014, -0.122)
    assert (found.icons.option.events, found.icons.comparator.events) == (95, 94)
    assert "mean age not printed" in found.icons.caption


def test_a_direction_stated_without_a_number_is_told_as_such(known):
    found = next(o for o in of(known, "decompression", "odi") if o.studies == ("brazil-surgery-2021",))
    assert found.difference is None
    assert found.stated == "favours surgery, p 0.006"
    czech = next(o for o in of(known, "cervical-decompression", "mjoa", "degenerative-cervical-myelopathy") if o.stated)
    assert czech.stated == "favours neither"


def test_syndromes_lead_to_the_condition_of_their_studies(known):
    assert condition_of("lumbar-stenosis-claudication", known) == LSS
    assert condition_of("degenerative-cervical-myelopathy", known) == "degenerative-cervical-myelopathy"
    assert condition_of("hip-osteoarthritis", known) is None
    assert set(conditions(known)) <= set(known.condition_words)


def test_unknown_names_are_refused_with_a_suggestion(known):
    with pytest.raises(InputError, match="did you mean decompression"):
        outcomes_of("decompresion", LSS, known)
    with pytest.raises(InputError, match="did you mean lumbar-spinal-stenosis"):
        outcomes_of("decompression", "lumbar-stenosis", known)


def test_a_damaged_cache_is_made_anew(known, monkeypatch, tmp_path):
    monkeypatch.setenv("NARROWS_CACHE", str(tmp_path))
    monkeypatch.setattr(expected, "_IN_MEMORY", {})
    first = outcomes_of("acupuncture", LSS, known)
    stored = next(tmp_path.glob("evidence-*.bin"))
    stored.write_bytes(b"rubbish" * 20)
    monkeypatch.setattr(expected, "_IN_MEMORY", {})
    assert outcomes_of("acupuncture", LSS, known) == first
