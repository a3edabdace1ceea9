"""Plain words for values, times and dates."""

from __future__ import annotations

from typing import Any

import pytest

from narrows.knowledge import Knowledge
from narrows.report import words


@pytest.mark.parametrize(
    ("months", "said"),
    [
        (1.5, "6 weeks"),
        (3, "3 months"),
        (1, "1 month"),
        (12, "1 year"),
        (24, "2 years"),
        (40, "3 years and 4 months"),
        (121, "about 10 years"),
        (18, "18 months"),
    ],
)
def test_months(months: float, said: str) -> None:
    assert words.months(months) == said


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (1, 1, "1 day"),
        (14, 28, "2 to 4 weeks"),
        (None, 42, "up to 6 weeks"),
        (42, None, "6 weeks or more"),
        (182, 365, "6 to 12 months"),
        (1, 4, "1 to 4 days"),
        (None, None, ""),
    ],
)
def test_days(first: int | None, last: int | None, said: str) -> None:
    assert words.days(first, last) == said


@pytest.mark.parametrize(
    ("name", "raw", "said"),
    [
        ("age", 72, "72 years"),
        ("leg_pain", True, "yes"),
        ("dural_sac_csa", 62.0, "62 mm²"),
        ("schizas_grade", "C", "C"),
        ("leg_power_mrc", {"left": 4, "right": None}, "left 4: against some resistance"),
        ("bone_density_t_score", -2.9, "−2.9"),
        ("no_such_finding", "x", "x"),
    ],
)
def test_values(name: str, raw: Any, said: str, knowledge: Knowledge) -> None:
    assert words.value(name, raw, knowledge) == said


def test_dates_and_numbers() -> None:
    assert words.date("2026-11-20") == "20 November 2026"
    assert words.date("some day") == "some day"
    assert [words.number(v) for v in (0.0, -0.04, 10.0, -3.5)] == ["0", "0", "10", "−3.5"]
    assert words.number(100.0, 0) == "100"


def test_every_danger_sign_comes_from_an_emergency_rule(knowledge: Knowledge) -> None:
    for _, criterion in words.DANGER_SIGNS:
        assert knowledge.criteria[criterion].urgency == "emergency-same-day"


def test_every_question_names_who_can_tell(knowledge: Knowledge) -> None:
    assert "?" in words.question("saddle_numbness", knowledge)
    assert words.question("hoffmann_sign", knowledge) == "Hoffmann sign (a doctor can tell)"
