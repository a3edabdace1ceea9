"""How answers are read: every shape, every reason, every problem at once."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrows.instruments import score
from narrows.instruments.answers import fields_of, items_of
from narrows.instruments.catalogue import instrument_of
from narrows.knowledge import load
from narrows.knowledge.levels import REASONS
from narrows.problem import InputError

KNOWLEDGE = load(())
WITH_ITEMS = [i for i in KNOWLEDGE.instruments.values() if items_of(i)]


def problems(instrument: str, answers: Any, **rule: Any) -> list[str]:
    with pytest.raises(InputError) as caught:
        score(instrument, answers, KNOWLEDGE, **rule)
    return [str(p) for p in caught.value.problems]


def test_all_problems_are_reported_together() -> None:
    found = problems("odi", [3, 9, "three", True, math.nan, math.inf, -1, 2.5, "4", [1, 7], 3], max_missing=12)
    assert [p.split(":")[0] for p in found] == [
        "odi.items",
        "odi item 2 (self-care)",
        "odi item 3 (lifting)",
        "odi item 4 (walking)",
        "odi item 5 (sitting)",
        "odi item 6 (standing)",
        "odi item 7 (sleep)",
        "odi item 8 (sex life (optional))",
        "odi item 9 (social life)",
        "odi item 10 (travel)",
        "odi, max_missing",
    ]
    assert "without quotation marks" in found[8]


@pytest.mark.parametrize(
    "answers",
    [
        [3, 2, 3, 4],
        (3, 2, 3, 4),
        {"items": [3, 2, 3, 4]},
        {"1": 3, "2": 2, "3": 3, "4": 4},
        {"item_1": 3, "item_2": 2, "item_3": 3, "item_4": 4.0},
    ],
)
def test_one_sheet_in_many_shapes(answers: Any) -> None:
    assert score("promis_pf4a", answers, KNOWLEDGE).scores["raw"] == 12


def test_items_go_by_their_labels() -> None:
    keyed = {"upper_limb_motor": 4, "lower_limb_motor": 5, "upper_limb_sensation": 2, "sphincter": 3}
    assert score("mjoa", keyed, KNOWLEDGE).scores == {"total": 14}
    (found,) = problems("mjoa", {**keyed, "sphinkter": 3})
    assert "did you mean sphincter" in found


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_is_kept(reason: str) -> None:
    found = score("odi", [1] * 9 + [reason], KNOWLEDGE)
    assert [tuple(gap) for gap in found.missing] == [("travel", reason)]


def test_unknown_reason_gets_a_suggestion() -> None:
    (found,) = problems("odi", [1] * 9 + ["not_aksed"])
    assert "did you mean not_asked" in found


def test_a_short_list_says_what_it_took_for_granted() -> None:
    found = score("odi", [1] * 9, KNOWLEDGE)
    assert "the last 1 count as not asked" in found.notes[0]


@pytest.mark.parametrize("answers", [None, {1, 2}, object(), b"1,2"])
def test_what_is_no_sheet_is_refused(answers: Any) -> None:
    (found,) = problems("odi", answers)
    assert "give a list or a table of answers" in found


def test_nothing_answered_is_no_score_and_no_error() -> None:
    for instrument in KNOWLEDGE.instruments.values():
        if instrument.method == "charlson":
            continue  # an empty answer there would read as no disease
        found = score(instrument.id, {}, KNOWLEDGE)
        assert found.scores == {}, instrument.id
        assert found.not_scored, instrument.id
        assert found.fills == {}, instrument.id
    assert "no conditions given" in problems("charlson", {})[0]


@pytest.mark.parametrize("name", ["odi", "ODI", "Phq-9", "EQ-5D-5L", "nrs pain"])
def test_names_are_found_however_spelt(name: str) -> None:
    assert instrument_of(name, KNOWLEDGE).id.replace("_", "") == name.lower().replace("-", "").replace(" ", "")


@pytest.mark.parametrize(("name", "near"), [("odii", "odi"), ("eq5d", "eq5d5l"), ("nrs", "nrs_pain"), ("zqc", "zcq")])
def test_unknown_names_get_suggestions(name: str, near: str) -> None:
    with pytest.raises(InputError, match=near):
        instrument_of(name, KNOWLEDGE)


def test_unknown_version_and_two_versions() -> None:
    assert "did you mean 18-point" in problems("mjoa", [4, 5, 2, 3], variant="18 point")[0]
    assert "one version only" in problems("odi", [1] * 10, variant="2.0")[0]
    assert (
        "two versions named" in problems("mjoa", {"items": [4, 5, 2, 3], "variant": "17-point"}, variant="18-point")[0]
    )


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_scores_stay_in_their_ranges(data: st.DataObject) -> None:
    instrument = data.draw(st.sampled_from(WITH_ITEMS))
    gap = st.sampled_from((*REASONS, None))
    answers = [data.draw(st.sampled_from(i.allowed) | gap) for i in items_of(instrument)]
    found = score(instrument.id, answers, KNOWLEDGE)
    ranges = {s.id: s.range for s in instrument.scores}
    assert set(found.scores) <= set(ranges)
    assert not set(found.scores) & set(found.not_scored)
    for key, value in found.scores.items():
        if ranges[key]:
            assert ranges[key][0] - 1e-9 <= value <= ranges[key][-1] + 1e-9
    for name, value in found.fills.items():
        finding = KNOWLEDGE.findings.get(name)
        if finding is not None and finding.min is not None and finding.max is not None:
            assert finding.min <= value <= finding.max


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_wrong_answer_refuses_the_sheet(data: st.DataObject) -> None:
    instrument = data.draw(st.sampled_from(WITH_ITEMS))
    items = items_of(instrument)
    place = data.draw(st.integers(0, len(items) - 1))
    wrong = data.draw(st.sampled_from([99, -7, 0.123, math.nan, math.inf, "much", [], {}, [1, 2, "x"]]))
    answers: list[Any] = [i.allowed[0] for i in items]
    answers[place] = wrong
    with pytest.raises(InputError) as caught:
        score(instrument.id, answers, KNOWLEDGE)
    assert caught.value.problems[0].where.split(" (")[0] == f"{instrument.id} item {place + 1}"


def test_every_field_refuses_what_is_out_of_its_limits() -> None:
    tried = 0
    for instrument in KNOWLEDGE.instruments.values():
        for field in fields_of(instrument):
            if field.range or field.choices:
                tried += 1
                assert problems(instrument.id, {field.id: 1e9 if field.range else "elsewhere"})
    assert tried > 20


def test_an_item_answered_twice_is_refused() -> None:
    (found,) = problems("odi", {"items": [1] * 10, "walking": 3})
    assert found.startswith("odi item 4 (walking): this item is answered twice")


def test_a_loose_rule_never_scores_nothing() -> None:
    for name, limit in (("zcq", 17), ("rand36", 35), ("odi", 9), ("gad7", 6)):
        assert score(name, {}, KNOWLEDGE, max_missing=limit).scores == {}


@pytest.mark.parametrize(("name", "answer"), [("nrs_pain", 7), ("tug", 12.5), ("spwt", 420), ("asa", 2), ("gpe7", 1)])
def test_a_list_of_one_is_one_answer(name: str, answer: float) -> None:
    one, listed = score(name, answer, KNOWLEDGE), score(name, {"items": [answer]}, KNOWLEDGE)  # type: ignore[arg-type]
    assert one == listed
    assert one.value == answer
