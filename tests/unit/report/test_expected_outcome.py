"""What an option's `expected` says: one row per outcome for the person, no picture without two counted arms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from narrows.appraisal.answer import Appraisal, OptionAnswer
from narrows.knowledge import Knowledge
from narrows.report import expected_outcome, option_sheet
from narrows.report.content import plain

Person = Callable[..., Appraisal]


def option(person: Person, name: str, **change: Any) -> OptionAnswer:
    found = next(o for o in person("ruth").options if o.option == name)
    return msgspec.structs.replace(found, **change)


def row(**change: Any) -> dict[str, Any]:
    base = {
        "outcome": "odi", "label": "Disability", "kind": "benefit", "unit": "points of 100", "better": "lower",
        "basis": "single-study", "measure": "MD", "months": 12, "comparator": "usual-care",
        "difference": {"value": -5, "low": -8, "high": -2}, "certainty": {"level": "very low", "steps": []},
    }  # fmt: skip
    return base | change


def test_one_row_per_outcome_nearest_to_a_year(person: Person, knowledge: Knowledge) -> None:
    known = expected_outcome.of(option(person, "exercise-physiotherapy"), knowledge)
    assert [(o.outcome, o.months) for o in known.for_person] == [
        ("odi", 12.0),
        ("six-minute-walk", 12.0),
        ("leg-pain", 1.5),
    ]


def test_both_arms_or_no_picture(person: Person, knowledge: Knowledge) -> None:
    icons = {"study": "s", "what": "x", "months": 6, "caption": "", "option": {"label": "a", "events": 3, "total": 9}}
    alone = option(person, "decompression", expected={"outcomes": [row(icons=icons)]})
    assert expected_outcome.of(alone, knowledge).responders == ()
    both = icons | {"comparator": {"label": "b", "events": 1, "total": 9}}
    pair = option(person, "decompression", expected={"outcomes": [row(icons=both)]})
    assert [a.events for a in expected_outcome.of(pair, knowledge).responders[0].arms] == [3, 1]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, "Limits in daily life: 5 points of 100 better than with usual care after 1 year. The truth may lie between 2 better and 8 better."),
        (
            {"difference": {"value": -1.4, "low": -4, "high": 1.2}},
            "Limits in daily life: 1.4 points of 100 better than with usual care after 1 year. The truth may lie between 1.2 worse and 4 better. So it may be chance.",
        ),
        (
            {"difference": {"value": 3, "low": 1, "high": 5}},
            "Limits in daily life: 3 points of 100 worse than with usual care after 1 year. The truth may lie between 5 worse and 1 worse.",
        ),
        (
            {"difference": {"value": -3}},
            "Limits in daily life: 3 points of 100 better than with usual care after 1 year. No limits were printed, so it may be chance.",
        ),
        (
            {"outcome": "x", "label": "Pain better", "better": "higher", "measure": "RD", "difference": {"value": 0.3, "low": 0.1, "high": 0.5}},
            "Pain better: 30 more of 100 people than with usual care after 1 year. The truth may lie between 10 more of 100 people and 50 more of 100 people.",
        ),
        (
            {"outcome": "x", "label": "Pain better", "better": "higher", "measure": "RR", "difference": {"value": 1.5, "low": 0.9, "high": 2.5}},
            "Pain better: 1.5 times as many, against usual care after 1 year. The truth may lie between 0.9 and 2.5. So it may be chance.",
        ),
    ],
)  # fmt: skip
def test_differences_in_words(change: dict[str, Any], said: str, person: Person, knowledge: Knowledge) -> None:
    known = expected_outcome.of(option(person, "decompression", expected={"outcomes": [row(**change)]}), knowledge)
    assert plain(option_sheet.outcome_line(known.outcomes[0], knowledge)) == said


def test_no_dots_where_nobody_studied_it(person: Person, knowledge: Knowledge) -> None:
    for name in ("msc-epidural", "msc-intradiscal", "photobiomodulation"):
        cells = option(person, name)
        sure = option_sheet.how_sure(cells, expected_outcome.of(cells, knowledge), knowledge)
        assert [r.dots for r in sure] == [0]
        assert plain(sure) == "not studied in stenosis"


def test_dots_come_from_the_outcome_shown(person: Person, knowledge: Knowledge) -> None:
    shown = option(person, "decompression", expected={"outcomes": [row()]})
    sure = option_sheet.how_sure(shown, expected_outcome.of(shown, knowledge), knowledge)
    assert (sure[0].dots, sure[0].text) == (1, "very low")


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        ({"rate_low": 2.2, "rate_high": 9, "per": 100}, "2.2 to 9 in 100"),
        ({"rate_low": 3, "rate_high": 3, "per": 1000}, "0.3 in 100"),
        ({"rate_low": 0.0043, "rate_high": 0.0043, "per": 100}, "about 43 in 1,000,000"),
        (
            {"rate_low": 0, "rate_high": 0, "per": 100, "total": 20},
            "none seen in 20 people, which does not rule it out",
        ),
        ({"rate": "not found", "events": 1}, "1 case known; how often is not known"),
        ({"rate": "not found"}, "how often is not known"),
    ],
)
def test_harms_share_one_denominator(harm: dict[str, Any], said: str) -> None:
    assert option_sheet.rate_words(harm) == said
