"""What looked settled and was wrong, and the bugs of other scorers: each stays out."""

from __future__ import annotations

from typing import ClassVar

import pytest

from narrows.instruments import Score, change, score
from narrows.knowledge import Knowledge, load
from narrows.problem import InputError

KNOWLEDGE = load(())
ODI = [3, 2, 3, 4, 1, 4, 2, 1, 3, 2]


ITEM_9 = """
read_on = 2026-11-20
review_by = 2027-11-20
[[finding]]
name = "phq9_item9"
label = "PHQ-9 item 9"
group = "function"
type = "integer"
min = 0
max = 3
per_level = false
side = false
who_can_answer = "patient"
source = "test"
"""


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Knowledge:
    """Knowledge whose dictionary has the safety item as a finding."""
    folder = tmp_path_factory.mktemp("knowledge")
    (folder / "findings").mkdir()
    (folder / "findings" / "item9.toml").write_text(ITEM_9)
    return load([folder])


def refused(instrument: str, answers: object, **rule: object) -> str:
    with pytest.raises(InputError) as caught:
        score(instrument, answers, KNOWLEDGE, **rule)  # type: ignore[arg-type]
    return str(caught.value)


def met(instrument: str, before: object, after: object, says: str) -> list[str]:
    changed = change(instrument, before, after, KNOWLEDGE)  # type: ignore[arg-type]
    return [d.met for d in changed.definitions if says in d.says]


class TestOswestry:
    @pytest.mark.parametrize(
        ("answers", "index"),
        [
            ([0] * 10, 0.0),
            ([5] * 10, 100.0),
            (ODI, 50.0),
            ([3, 2, 3, 4, 1, 4, 2, "not_asked", 3, 2], 100 * 24 / 45),
            ([3, 2, 3, 4, 1, 4, 2, "refused", 3, 2], 100 * 24 / 45),
            ([3, 2, 3, 4, 1, 4, 2, None, 3, 2], 100 * 24 / 45),
        ],
    )
    def test_index_is_percent_of_what_could_be_reached_unrounded(self, answers: list[object], index: float) -> None:
        found = score("odi", answers, KNOWLEDGE)
        assert found.scores == {"index": index}
        assert found.fills == {"oswestry_index": index}

    def test_two_missing_give_no_score_but_say_why(self) -> None:
        found = score("odi", [3, "lost", 3, 4, 1, 4, 2, "not_asked", 3, 2], KNOWLEDGE)
        assert found.scores == {}
        assert found.fills == {}
        assert found.not_scored["index"] == (
            "2 of 10 items without an answer, the rule allows 1: item 2 (lost), 8 (not_asked)"
        )
        assert [tuple(gap) for gap in found.missing] == [("self_care", "lost"), ("sex_life", "not_asked")]

    def test_rule_may_be_loosened_and_is_stored(self) -> None:
        found = score("odi", [3, "lost", 3, 4, 1, 4, 2, "not_asked", 3, 2], KNOWLEDGE, max_missing=2)
        assert found.scores["index"] == pytest.approx(100 * 22 / 40)
        assert found.max_missing == 2

    def test_rule_may_be_tightened(self) -> None:
        found = score("odi", [3, 2, 3, 4, 1, 4, 2, None, 3, 2], KNOWLEDGE, max_missing=0)
        assert found.scores == {}
        assert found.max_missing == 0

    def test_of_two_boxes_the_higher_counts(self) -> None:
        found = score("odi", [3, [2, 3], *ODI[2:]], KNOWLEDGE)
        assert found.scores["index"] == 52.0
        assert "item 2: 2 boxes marked, the higher one counts" in found.notes

    @pytest.mark.parametrize(
        ("items", "index", "band"),
        [
            ([1] * 10, 20, "minimal"),
            ([1] * 9 + [2], 22, "moderate"),
            ([2] * 10, 40, "moderate"),
            ([3] * 10, 60, "severe"),
            ([1, 1, 1, 1, 1, 1, 1, 1, 1, None], 20, "minimal"),
            ([5, 5, 5, 5, 5, 5, 5, 5, 1, 0], 82, "extreme"),
        ],
    )
    def test_bands_are_the_developers_not_those_of_loinc(self, items: list[int], index: float, band: str) -> None:
        # LOINC 97909-6 quotes the bands of the Neck Disability Index (0-4, 5-14, ...) for the ODI.
        found = score("odi", items, KNOWLEDGE)
        assert found.scores["index"] == pytest.approx(index)
        assert found.bands == {"index": band}

    def test_fourth_section_is_walking_not_running(self) -> None:
        assert KNOWLEDGE.instruments["odi"].item_labels[3] == "walking"

    def test_no_one_definition_of_success(self) -> None:
        changed = change("odi", 44, 30, KNOWLEDGE)
        answers = {d.says: d.met for d in changed.definitions}
        assert answers["at least 30 % of the first score lower"] == "yes"
        assert answers["at most 22 points after"] == "no"
        assert answers["at least 18 points lower"] == "no"
        assert answers["at least 10 points lower"] == "yes"
        assert {d.says for d in changed.definitions if d.recommended} == {
            "at least 30 % of the first score lower",
            "at most 22 points after",
        }
        assert all(d.population and d.source for d in changed.definitions)

    @pytest.mark.parametrize(
        ("before", "after", "beyond"), [(44, 25, "yes"), (44, 26, "undecided"), (44, 34, "undecided"), (44, 40, "no")]
    )
    def test_published_measurement_errors_may_disagree(self, before: float, after: float, beyond: str) -> None:
        changed = change("odi", before, after, KNOWLEDGE)
        assert changed.beyond_error == {"index": beyond}
        assert sorted(e.value for e in changed.errors) == [8.5, 18]

    def test_percent_of_nothing_is_undecided(self) -> None:
        assert set(met("odi", 0, 0, "30 % of the first score")) == {"undecided"}

    def test_worse_is_not_success(self) -> None:
        changed = change("odi", 30, 50, KNOWLEDGE)
        assert changed.trend == {"index": "worse"}
        assert {d.met for d in changed.definitions} == {"no"}


class TestNeckDisability:
    def test_both_scales_are_kept_apart(self) -> None:
        found = score("ndi", [3, 2, 3, 0, 0, 2, 5, "not_applicable", 2, 2], KNOWLEDGE)
        assert found.scores["percent"] == pytest.approx(100 * 19 / 45)
        assert found.scores["points"] == pytest.approx(10 * 19 / 9)
        assert found.bands == {"points": "moderate"}

    def test_each_threshold_is_applied_on_its_own_scale(self) -> None:
        changed = change("ndi", [3] * 10, [2] * 10, KNOWLEDGE)  # 30 to 20 points, 60 to 40 %
        by_scale = {(d.scale, d.says): d.met for d in changed.definitions}
        assert by_scale[("points", "at least 5 points of 50 lower")] == "yes"
        assert by_scale[("percent", "at least 13.39 percent lower")] == "yes"
        assert by_scale[("percent", "at least 30 % of the first score lower")] == "yes"
        assert changed.difference == {"percent": -20, "points": -10}

    @pytest.mark.parametrize(("points", "band"), [(4, "none"), (5, "mild"), (24, "moderate"), (35, "complete")])
    def test_bands_are_of_fifty(self, points: int, band: str) -> None:
        answers = [min(5, max(0, points - 5 * n)) for n in range(10)]
        assert score("ndi", answers, KNOWLEDGE).bands == {"points": band}


class TestZurichClaudication:
    BEFORE: ClassVar[list[int]] = [3, 4, 3, 4, 3, 2, 3, 3, 2, 2, 1, 1]

    def test_three_scales_and_never_a_total(self) -> None:
        found = score("zcq", [*self.BEFORE, 2, 2, 3, 2, 2, 1], KNOWLEDGE)
        assert found.scores["symptom"] == pytest.approx(22 / 7)
        assert found.scores["function"] == pytest.approx(1.8)
        assert found.scores["satisfaction"] == pytest.approx(2.0)
        assert set(found.scores) == {"symptom", "function", "satisfaction", "pain", "neuroischaemic"}
        assert found.fills == {
            "zcq_symptom_severity": found.scores["symptom"],
            "zcq_physical_function": found.scores["function"],
        }

    def test_before_treatment_satisfaction_is_not_a_gap(self) -> None:
        found = score("zcq", self.BEFORE, KNOWLEDGE)
        assert found.not_scored == {"satisfaction": "asked only after a treatment"}
        assert found.missing == ()
        assert found.notes == ("satisfaction is not scored: asked only after a treatment",)

    @pytest.mark.parametrize("balance", [2, 4])
    def test_balance_takes_one_three_or_five(self, balance: int) -> None:
        answers = [*self.BEFORE[:6], balance, *self.BEFORE[7:]]
        assert (
            refused("zcq", answers)
            == f"zcq item 7 (balance trouble (3 levels: 1, 3, 5)): {balance} is no answer (1, 3 or 5)"
        )

    @pytest.mark.parametrize(
        ("scale", "items", "gone", "scored"),
        [
            ("symptom", [3, 4, 3, 4, 3, 2, 3], 2, True),
            ("symptom", [3, 4, 3, 4, 3, 2, 3], 3, False),
            ("function", [3, 2, 2, 1, 1], 1, True),
            ("function", [3, 2, 2, 1, 1], 2, False),
            ("satisfaction", [2, 2, 3, 2, 2, 1], 1, True),
            ("satisfaction", [2, 2, 3, 2, 2, 1], 2, False),
        ],
    )
    def test_missing_rule_of_each_scale(self, scale: str, items: list[object], gone: int, scored: bool) -> None:
        left = [*items[: len(items) - gone], *["refused"] * gone]
        found = score("zcq", {scale: left}, KNOWLEDGE)
        assert (scale in found.scores) is scored
        assert (scale in found.not_scored) is not scored

    def test_a_function_answer_of_five_is_refused(self) -> None:
        assert "whole numbers 1 to 4" in refused("zcq", {"function": [5, 2, 2, 1, 1]})

    def test_inside_a_published_range_is_undecided(self) -> None:
        before, after = {"symptom": [3] * 7}, {"symptom": [3, 3, 3, 3, 3, 1, 3]}  # 0.29 lower
        assert met("zcq", before, after, "at least 0.13 to 0.64") == ["undecided"]
        assert met("zcq", before, after, "at least 0.21") == ["yes"]


class TestMyelopathyScores:
    def test_seventeen_point_list_is_kept_and_never_mixed(self) -> None:
        benzel = score("mjoa", [4, 5, 2, 3], KNOWLEDGE)
        other = score("mjoa", {"total": 13}, KNOWLEDGE, variant="17-point")
        assert (benzel.variant, other.variant) == ("18-point", "17-point")
        assert other.bands == {}
        assert other.fills == {}
        assert benzel.fills == {"mjoa_score": 14}
        with pytest.raises(InputError, match="two versions, 17-point before and 18-point after"):
            change("mjoa", other, benzel, KNOWLEDGE)

    def test_total_without_its_version_is_refused(self) -> None:
        assert "name the version: 17-point" in refused("mjoa", {"total": 13})

    def test_items_of_the_japanese_score_are_no_modified_score(self) -> None:
        assert "7 answers, but" in refused("mjoa", [4, 0, 3, 1, 2, 2, 3])

    def test_no_partial_scoring_even_when_asked(self) -> None:
        assert score("mjoa", [4, 5, "not_asked", 3], KNOWLEDGE).scores == {}
        assert "fixed" in refused("mjoa", [4, 5, "not_asked", 3], max_missing=1)

    @pytest.mark.parametrize(
        ("before", "after", "asked", "answer"),
        [
            (16, 17, "at least 1 points higher", "yes"),
            (13, 14, "at least 2 points higher", "no"),
            (13, 15, "at least 2 points higher", "yes"),
            (10, 12, "at least 3 points higher", "no"),
            (10, 13, "at least 3 points higher", "yes"),
        ],
    )
    def test_important_change_depends_on_severity_before(
        self, before: float, after: float, asked: str, answer: str
    ) -> None:
        changed = change("mjoa", before, after, KNOWLEDGE)
        of_band = [d for d in changed.definitions if d.recommended]
        assert [(d.says, d.met) for d in of_band] == [(asked, answer)]

    def test_standard_error_is_not_a_detectable_change(self) -> None:
        changed = change("mjoa", 12, 15, KNOWLEDGE)
        (error,) = changed.errors
        assert error.derived
        assert error.value == pytest.approx(1.96 * 2**0.5 * 1.21)
        assert changed.beyond_error == {"total": "no"}

    def test_no_recovery_rate_from_a_full_score(self) -> None:
        assert change("mjoa", 18, 18, KNOWLEDGE).measures == {}

    def test_japanese_score_subtracts_and_takes_half_points(self) -> None:
        assert score("joa_cervical", [3, -0.5, 2.5, 1, 1.5, 2, 3], KNOWLEDGE).scores == {"total": 12.5}
        assert "is no answer" in refused("joa_cervical", [3, 1, 2, 1, 1, 2, 3])


class TestPainRating:
    def test_two_points_are_within_error(self) -> None:
        changed = change("nrs_pain", {"back": 7}, {"back": 5}, KNOWLEDGE)
        assert changed.beyond_error == {"back": "no"}
        two = [d for d in changed.definitions if d.says == "at least 2 points lower"]
        assert {(d.met, d.within_error) for d in two} == {("yes", True)}

    def test_important_change_is_smaller_than_measurement_error(self) -> None:
        changed = change("nrs_pain", {"leg": 8}, {"leg": 4.0}, KNOWLEDGE)
        (registry,) = (d for d in changed.definitions if "3.2" in d.says)
        assert (registry.met, registry.within_error) == ("yes", True)

    def test_visual_scale_of_a_hundred_is_another_instrument(self) -> None:
        assert "another instrument" in refused("nrs_pain", {"back": 65})
        assert set(met("nrs_pain", {"back": 7}, {"back": 3}, "(VAS)")) == {"undecided"}

    def test_thresholds_of_the_leg_are_not_used_for_the_back(self) -> None:
        changed = change("nrs_pain", {"back": 7, "leg": 8}, {"back": 4, "leg": 5}, KNOWLEDGE)
        assert [d.met for d in changed.definitions if d.scale == "back" and "2.7" in d.says] == ["yes"]
        assert [d.met for d in changed.definitions if d.scale == "leg" and "3.2" in d.says] == ["no"]
        assert not [d for d in changed.definitions if d.scale == "back" and "3.2" in d.says]

    def test_place_decides_the_finding(self) -> None:
        found = score("nrs_pain", {"back": 6, "leg": 8, "neck": 2, "arm": "not_applicable"}, KNOWLEDGE)
        assert found.fills == {"back_pain_nrs": 6, "leg_pain_nrs": 8}
        assert [tuple(gap) for gap in found.missing] == [("arm", "not_applicable")]
        assert score("nrs_pain", 7, KNOWLEDGE).fills == {}

    def test_six_is_no_acceptable_state(self) -> None:
        found = score("nrs_pain", {"back": 6}, KNOWLEDGE)
        assert [t.met for t in found.thresholds if t.kind == "pass" and t.unit == "points"] == ["no"]
        assert [t.met for t in found.thresholds if t.kind == "cutoff"] == ["undecided"]


class TestHealthStates:
    def test_no_default_value_set(self) -> None:
        found = score("eq5d5l", [2, 3, 2, 4, 5], KNOWLEDGE)
        assert found.scores == {}
        assert found.bands == {"profile": "23245"}
        assert "no default across countries" in found.not_scored["index"]

    def test_england_2018_and_uk_2026_are_two_sets(self) -> None:
        england = score("eq5d5l", [4, 4, 4, 4, 4], KNOWLEDGE, variant="England_5L")
        britain = score("eq5d5l", [4, 4, 4, 4, 4], KNOWLEDGE, variant="UK_5L_2026")
        assert england.scores["index"] == pytest.approx(-0.094)
        assert britain.scores["index"] == pytest.approx(-0.209)
        with pytest.raises(InputError, match="two value sets"):
            change("eq5d5l", england, britain, KNOWLEDGE)

    def test_set_of_the_other_form_is_refused(self) -> None:
        assert "belongs to the EQ-5D-3L" in refused("eq5d5l", [1, 1, 1, 1, 1], variant="UK_3L")

    def test_full_health_is_one(self) -> None:
        for key, value_set in KNOWLEDGE.value_sets.items():
            found = score(f"eq5d{value_set.version.lower()}", [1] * 5, KNOWLEDGE, variant=key)
            assert found.scores["index"] == pytest.approx(value_set.start)

    def test_missing_dimension_keeps_profile_and_scale(self) -> None:
        found = score("eq5d3l", {"items": [1, 2, "refused", 2, 1], "vas": 70, "value_set": "UK_3L"}, KNOWLEDGE)
        assert found.scores == {"vas": 70}
        assert found.bands == {"profile": "12x21"}

    def test_single_person_change_is_far_within_error(self) -> None:
        before, after = ({"state": s, "value_set": "UK_3L"} for s in ("22222", "12211"))
        changed = change("eq5d3l", before, after, KNOWLEDGE)
        assert changed.difference["index"] > 0.1
        assert changed.beyond_error == {"index": "no"}
        assert any("for groups" in note for note in changed.notes)


class TestTables:
    def test_partial_sum_is_never_looked_up(self) -> None:
        gone = {f"global{n:02}": 3 for n in range(1, 11) if n != 3}
        found = score("promis_global10", gone, KNOWLEDGE)
        assert "physical" not in found.scores
        assert "physical" in found.not_scored
        assert found.scores["mental"] == 43.5
        assert score("promis_pf4a", [5, 5, 5, None], KNOWLEDGE).scores == {}
        assert "fixed" in refused("promis_pf4a", [5, 5, 5, None], max_missing=1)

    def test_versions_store_fatigue_the_other_way_round(self) -> None:
        answers = [5, 5, 5, 5, 5, 5, 0, 5, 5, 5]
        assert score("promis_global10", answers, KNOWLEDGE).scores["physical"] == 67.7
        assert score("promis_global10", answers, KNOWLEDGE, variant="v1.1").scores["physical"] < 67.7

    def test_tables_run_from_floor_to_ceiling(self) -> None:
        assert score("promis_pf4a", [1] * 4, KNOWLEDGE).scores == {"t": 22.5, "raw": 4}
        assert score("promis_pf4a", [5] * 4, KNOWLEDGE).scores == {"t": 57.0, "raw": 20}
        assert score("promis_pi4a", [1] * 4, KNOWLEDGE).scores == {"t": 41.6, "raw": 4}
        assert score("promis_pi4a", [5] * 4, KNOWLEDGE).scores == {"t": 75.6, "raw": 20}

    def test_older_table_is_another_version(self) -> None:
        older = score("promis_pf4a", [3] * 4, KNOWLEDGE, variant="v1.0")
        newer = score("promis_pf4a", [3] * 4, KNOWLEDGE)
        assert (older.scores["t"], newer.scores["t"]) == (36.7, 36.7)
        with pytest.raises(InputError, match=r"two versions, v1\.0 before and v2\.0 after"):
            change("promis_pf4a", older, newer, KNOWLEDGE)

    @pytest.mark.parametrize("name", ["promis_pf6b_pi6a", "sf12_vr12"])
    def test_no_table_no_score_from_items(self, name: str) -> None:
        assert "answers to items are not scored" in refused(name, [3, 3, 3, 3, 3, 3])

    def test_scores_of_the_source_system_are_kept(self) -> None:
        found = score("promis_pf6b_pi6a", {"pf_t": 38.2}, KNOWLEDGE)
        assert found.scores == {"pf_t": 38.2}
        assert found.not_scored == {"pi_t": "not given"}
        changed = change("promis_pf6b_pi6a", {"pf_t": 38, "pi_t": 60}, {"pf_t": 40, "pi_t": 62}, KNOWLEDGE)
        assert changed.trend == {"pf_t": "better", "pi_t": "worse"}


class TestScreening:
    def test_neuropathic_cut_is_nineteen_or_more(self) -> None:
        # One public page prints "<= 19 likely".
        assert score("paindetect", [3, 3, 3, 3, 3, 2, 0, 0, 2], KNOWLEDGE).bands == {"total": "likely"}
        assert score("paindetect", [3, 3, 3, 3, 3, 1, 0, 0, 2], KNOWLEDGE).bands == {"total": "unclear"}

    def test_course_pattern_reaches_both_ends_of_the_range(self) -> None:
        assert score("paindetect", [0] * 7 + [-1, 0], KNOWLEDGE).scores == {"total": -1}
        assert score("paindetect", [5] * 7 + [1, 2], KNOWLEDGE).scores == {"total": 38}
        assert "-1, 0 or 1" in refused("paindetect", [5] * 7 + [2, 2])

    def test_weights_of_lanss(self) -> None:
        assert score("lanss", [1] * 7, KNOWLEDGE).scores == {"total": 24}
        found = score("lanss", [True, False, True, True, False, False, True], KNOWLEDGE)
        assert found.scores == {"total": 13}
        assert [t.met for t in found.thresholds] == ["yes"]

    @pytest.mark.parametrize(("name", "cut"), [("pcs", 30), ("tsk17", 37)])
    def test_cut_off_that_has_to_be_exceeded(self, name: str, cut: int) -> None:
        instrument = KNOWLEDGE.instruments[name]
        assert [(t.test, t.value) for t in instrument.threshold] == [("above", cut)]
        answers = [3] * 10 + [0] * 3 if name == "pcs" else [4, 4, 3, 2, 2, 2, 2, 3, 2, 2, 2, 3, 1, 1, 1, 2, 1]
        found = score(name, answers, KNOWLEDGE)
        assert (found.value, found.thresholds[0].met) == (cut, "no")

    def test_turned_items(self) -> None:
        assert score("tsk17", [1] * 17, KNOWLEDGE).scores == {"total": 13 + 4 * 4}

    def test_startback_last_item_counts_from_very_much(self) -> None:
        low, high = (score("startback9", [0, 0, 0, 0, 1, 1, 1, 0, n], KNOWLEDGE) for n in (2, 3))
        assert (low.scores["psychosocial"], low.bands["risk"]) == (3, "low")
        assert (high.scores["psychosocial"], high.bands["risk"]) == (4, "high")

    def test_frailty_index_and_count_are_two_numbers(self) -> None:
        found = score("mfi5", [0, 1, 0, 0, 1], KNOWLEDGE)
        assert found.scores == {"index": 0.4, "count": 2}
        assert found.bands == {"index": "mild"}
        assert found.fills == {"mfi5_score": 2}

    def test_falls_scale_fills_up_one_missing(self) -> None:
        assert score("short_fesi", [2, 2, 2, 2, 2, 2, None], KNOWLEDGE).scores == {"total": 14}
        assert score("short_fesi", [2, 2, 2, 2, 2, None, None], KNOWLEDGE).scores == {}


class TestSafetyItem:
    CLEAR: ClassVar[list[int]] = [1, 1, 1, 1, 1, 1, 1, 1, 0]

    def test_any_answer_above_zero_is_said_and_filled(self, knowledge: Knowledge) -> None:
        found = score("phq9", [*self.CLEAR[:8], 1], knowledge)
        assert found.safety
        assert found.fills == {"phq9_score": 9, "phq9_item9": 1}
        assert score("phq9", self.CLEAR, knowledge).safety == ()
        assert score("phq9", self.CLEAR, knowledge).fills["phq9_item9"] == 0

    def test_it_is_said_when_the_form_cannot_be_scored(self, knowledge: Knowledge) -> None:
        found = score("phq9", [1, None, None, None, 1, 1, 1, 1, 2], knowledge)
        assert "total" not in found.scores
        assert found.notes[0] == found.safety[0]
        assert found.fills == {"phq9_item9": 2}

    def test_it_is_said_when_the_form_is_refused(self) -> None:
        assert "although refused: item 9" in refused("phq9", [7, 0, 0, 0, 0, 0, 0, 0, 3])

    def test_it_is_said_when_the_form_is_too_long(self) -> None:
        assert "although refused: item 9" in refused("phq9", [0, 0, 0, 0, 0, 0, 0, 0, 1, 2])

    def test_unanswered_is_not_zero(self, knowledge: Knowledge) -> None:
        found = score("phq9", [*self.CLEAR[:8], "refused"], knowledge)
        assert "phq9_item9" not in found.fills
        assert found.safety == ()

    def test_tenth_question_is_not_scored(self) -> None:
        assert "give function by name" in refused("phq9", [*self.CLEAR, 2])
        assert score("phq9", {"items": self.CLEAR, "function": 2}, KNOWLEDGE).scores["total"] == 8

    def test_filled_up_total_is_no_whole_number_and_no_finding(self, knowledge: Knowledge) -> None:
        found = score("phq9", [1, 1, 1, 1, 1, 1, 2, None, 0], knowledge, max_missing=1)
        assert found.scores["total"] == pytest.approx(8 * 9 / 8)
        assert found.fills == {"phq9_score": 9, "phq9_item9": 0}
        odd = score("phq9", [1, 1, 1, 1, 1, 1, 1, None, 0], knowledge, max_missing=1)
        assert odd.fills == {"phq9_item9": 0}
        assert any("phq9_score takes whole numbers" in note for note in odd.notes)


class TestOtherScales:
    def test_unticked_is_zero_but_an_untouched_form_is_none(self) -> None:
        assert score("rmdq24", {"ticked": [1, 4, 24]}, KNOWLEDGE).scores == {"total": 3}
        assert score("rmdq24", {"none_apply": True}, KNOWLEDGE).scores == {"total": 0}
        blank = score("rmdq24", {"ticked": []}, KNOWLEDGE)
        assert blank.scores == {}
        assert "look alike" in blank.not_scored["total"]
        assert "25 is no statement" in refused("rmdq24", {"ticked": [25]})

    def test_rand36_means_of_what_was_answered(self) -> None:
        answers: list[object] = [None] * 36
        answers[20], answers[1] = 1, 3
        found = score("rand36", answers, KNOWLEDGE)
        assert found.scores == {"pain": 100, "health_change": 50}
        assert "pain: mean of 1 of 2 items" in found.notes

    def test_comi_takes_the_worse_pain_and_its_own_steps(self) -> None:
        assert score("comi", [7, 2, 2.5, 7.5, 10, 5, 0], KNOWLEDGE).value == pytest.approx(5.9)
        assert "0, 2.5, 5, 7.5 or 10" in refused("comi", [7, 2, 3, 7.5, 10, 5, 0])

    def test_more_severe_form_replaces_the_milder(self) -> None:
        both = ["diabetes", "diabetes with end-organ damage", "tumour", "metastatic solid tumour"]
        assert score("charlson", both, KNOWLEDGE).scores == {"total": 8}
        assert score("charlson", {"conditions": [], "age": 49}, KNOWLEDGE).scores == {"total": 0, "age_adjusted": 0}
        assert score("charlson", {"conditions": [], "age": 80}, KNOWLEDGE).scores["age_adjusted"] == 4
        assert "did you mean diabetes" in refused("charlson", ["diabetis"])

    def test_no_complication_has_to_be_said(self) -> None:
        assert score("clavien_dindo", ["none"], KNOWLEDGE).scores == {"grade": 0, "events": 0}
        assert score("clavien_dindo", [], KNOWLEDGE).scores == {}
        worst = score("clavien_dindo", ["I", "IIIb", "II"], KNOWLEDGE)
        assert worst.scores == {"grade": 4, "events": 3}
        assert worst.bands["grade"].startswith("IIIb")

    def test_thirty_minutes_of_walking_is_at_least(self) -> None:
        stopped = score("spwt", {"distance": 420, "stop": "symptoms"}, KNOWLEDGE)
        ended = score("spwt", {"distance": 2100, "minutes": 30, "stop": "30-minutes"}, KNOWLEDGE)
        unsaid = score("spwt", 420, KNOWLEDGE)
        assert stopped.fills == {"walking_distance": 420}
        assert ended.fills == unsaid.fills == {}
        assert ended.bands["distance"].startswith("at least")

    def test_unable_is_a_result(self) -> None:
        found = score("tug", {"unable": True}, KNOWLEDGE)
        assert found.scores == {}
        assert found.bands == {"seconds": "unable to perform"}

    @pytest.mark.parametrize(("z", "band"), [(-0.9, "none"), (-1, "mild"), (-2, "moderate"), (-3, "severe")])
    def test_walking_bands_belong_to_the_z_score(self, z: float, band: str) -> None:
        found = score("6mwt", {"distance": 400, "z": z}, KNOWLEDGE)
        assert found.bands == {"z": band}

    @pytest.mark.parametrize(("answer", "value"), [(3, 3), ("III", 3), ("VI", 6)])
    def test_asa_class(self, answer: object, value: int) -> None:
        assert score("asa", [answer], KNOWLEDGE).fills == {"asa_class": value}

    @pytest.mark.parametrize(("answer", "reads"), [(1, "yes"), (2, "yes"), (3, "no")])
    def test_global_effect_counts_the_two_best_answers(self, answer: int, reads: str) -> None:
        for name in ("gpe7", "pgic"):
            assert [t.met for t in score(name, [answer], KNOWLEDGE).thresholds] == [reads]

    def test_bands_of_depression_and_anxiety(self) -> None:
        assert score("gad7", [3, 3, 3, 3, 3, 0, 0], KNOWLEDGE).bands == {"total": "severe"}
        assert score("phq9", [2] * 8 + [0], KNOWLEDGE).bands == {"total": "moderately severe"}
        assert [t.met for t in score("phq2", [1, 1], KNOWLEDGE).thresholds] == ["yes", "no"]

    def test_score_of_another_instrument_is_refused(self) -> None:
        found: Score = score("odi", ODI, KNOWLEDGE)
        with pytest.raises(InputError, match="compare one instrument only"):
            change("ndi", found, found, KNOWLEDGE)
