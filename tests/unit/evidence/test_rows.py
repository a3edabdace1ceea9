"""Result rows under one name, scale and direction."""

import msgspec
import pytest

from narrows.evidence.rows import Row, normalise, not_normalised, outcome_named, rows
from narrows.knowledge.records.study import StudyResult


@pytest.fixture
def made(known, study):
    def make(**values):
        result = msgspec.convert({"kind": "within", "verified": "fulltext", "seen_at": "x", **values}, StudyResult)
        return normalise(
            "s#1",
            study(),
            result,
            outcome_named(known, result.outcome),
            known.unit_words.get(result.unit),
            known.analysis_words.get(result.analysis or ""),
        )

    return make


def test_every_row_is_normalised_or_listed(known):
    printed = sum(len(s.result) for s in known.studies.values())
    listed = not_normalised(known)
    assert len(rows(known)) + len(listed) == printed
    assert all(entry.why for entry in listed)
    assert len(listed) < 0.06 * printed


def test_no_word_of_the_studies_is_unknown_by_oversight(known):
    names = {n for w in known.outcome_words.values() for n in w.names}
    left = {"odi-reduction", "vas-pain-improvement", "odi-mean-range", "odi-sucra", "pain-sucra", "pain-score"}
    left |= {"functional-impairment", "function-score-0-40", "zcq", "nnt-recovery"}
    results = [r for s in known.studies.values() for r in s.result]
    assert {r.outcome for r in results} - names <= left
    assert {r.unit for r in results} <= set(known.unit_words)
    assert {r.analysis for r in results if r.analysis} <= set(known.analysis_words)


def test_no_printed_name_means_two_outcomes(known):
    names = [n for w in known.outcome_words.values() for n in w.names]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("values", "measure", "estimate"),
    [
        # percent in one file, share in the other: the same number afterwards
        ({"outcome": "dural-tear", "unit": "percent", "kind": "proportion", "estimate": 7.4}, "share", 0.074),
        ({"outcome": "infection", "unit": "proportion", "kind": "proportion", "estimate": 0.074}, "share", 0.074),
        ({"outcome": "sae", "unit": "per 10,000 patients, highest estimate", "kind": "proportion", "estimate": 3},
         "share", 0.0003),
        # millimetres of 100 become points of 10
        ({"outcome": "vas-leg", "unit": "mm", "estimate": -32.0}, "change", -3.2),
        ({"outcome": "vas-back", "unit": "cm-0-10", "estimate": -3.6}, "change", -3.6),
        # an improvement is a fall where lower is better, a rise where higher is better
        ({"outcome": "odi", "unit": "improvement, points 0-100", "estimate": 16.9}, "change", -16.9),
        ({"outcome": "zcq-symptom", "unit": "percent improvement from baseline", "estimate": 45.4},
         "percent-change", -45.4),
        ({"outcome": "vas-back-percent", "unit": "percent", "estimate": -46}, "percent-change", -46),
        # a level, a change from both means, a difference between arms
        ({"outcome": "mjoa", "unit": "points 0-18, higher better", "estimate": 12.5}, "mean", 12.5),
        ({"outcome": "odi", "unit": "points 0-100", "mean_baseline": 39.8, "mean_followup": 24.0}, "change", -15.8),
        ({"outcome": "nrs-leg", "unit": "0-10, lower better", "kind": "between", "estimate": -1.4}, "MD", -1.4),
        ({"outcome": "responder-odi-30pct", "unit": "percentage points", "kind": "between", "estimate": -1.4},
         "RD", -0.014),
    ],
)  # fmt: skip
def test_values_stand_on_one_scale(made, values, measure, estimate):
    row = made(**values)
    assert isinstance(row, Row), row
    assert row.measure == measure
    assert row.estimate == pytest.approx(estimate)


def test_the_interval_of_an_improvement_turns_with_it(made):
    row = made(outcome="odi", unit="improvement, points 0-100", estimate=10, ci_low=4, ci_high=16)
    assert (row.low, row.estimate, row.high) == (-16, -10, -4)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"outcome": "nobody-knows", "unit": "points", "estimate": 1}, "no outcome"),
        ({"outcome": "odi", "unit": "furlongs", "estimate": 1}, "no unit"),
        ({"outcome": "odi", "unit": "points", "analysis": "by feel", "estimate": 1}, "no analysis"),
        ({"outcome": "odi", "unit": "p-only", "kind": "between", "p": 0.04}, "p value"),
        ({"outcome": "odi", "unit": "points 0-100 (modified)", "kind": "between", "estimate": 3.2}, "modified"),
        (
            {"outcome": "odi", "unit": "points", "mean_baseline": 40, "mean_followup": 20, "estimate": 7},
            "follow-up minus",
        ),
        ({"outcome": "sae", "unit": "proportion", "kind": "proportion", "estimate": 3.2}, "a share of 3.2"),
        (
            {"outcome": "sae", "unit": "events", "kind": "proportion", "estimate": 50, "events": 3, "total": 50},
            "3 of 50",
        ),
        ({"outcome": "sae", "unit": "events", "kind": "proportion", "events": 51, "total": 50}, "51 of 50"),
    ],
)
def test_what_does_not_normalise_is_named(made, values, says):
    answer = made(**values)
    assert isinstance(answer, str)
    assert says in answer


def test_marks_stay_with_the_row(made):
    row = made(outcome="odi", unit="points", estimate=-3, derived=True, caution="unsure")
    assert row.derived
    assert row.caution == "unsure"
    assert row.verified == "fulltext"


def test_scores_lie_on_their_scale(known):
    for row in rows(known):
        scale = known.outcome_words[row.outcome].scale
        if scale and row.measure in ("mean", "change"):
            for value in (row.baseline, row.followup, row.estimate if row.measure == "mean" else None):
                assert value is None or scale[0] <= value <= scale[1], row.id


def test_noticeable_differences_stand_among_the_thresholds_of_their_instrument(known):
    for word in known.outcome_words.values():
        if word.important is not None:
            thresholds = known.instruments[word.instrument].threshold
            doubled = {"points of 50": 2.0}
            values = {t.value * doubled.get(t.unit, 1.0) for t in thresholds if isinstance(t.value, (int, float))}
            assert word.important in values, word.id
            assert word.important_source in {t.source for t in thresholds}, word.id
