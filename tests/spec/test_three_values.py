"""Conditions answer true, false or unknown: the truth tables, and where databases part company."""

from __future__ import annotations

from typing import Any

import pytest

from narrows.criteria.facts import Layout
from narrows.criteria.parse import parse
from narrows.criteria.person import compile_condition
from narrows.knowledge import Knowledge

T, F, U = True, False, None

TABLES = {
    "leg_pain AND low_back_pain": {
        (T, T): T, (T, F): F, (T, U): U,
        (F, T): F, (F, F): F, (F, U): F,
        (U, T): U, (U, F): F, (U, U): U,
    },
    "leg_pain OR low_back_pain": {
        (T, T): T, (T, F): T, (T, U): T,
        (F, T): T, (F, F): F, (F, U): U,
        (U, T): T, (U, F): U, (U, U): U,
    },
    "NOT leg_pain AND low_back_pain": {
        (T, T): F, (T, F): F, (T, U): F,
        (F, T): T, (F, F): F, (F, U): U,
        (U, T): U, (U, F): F, (U, U): U,
    },
}  # fmt: skip


def answer(text: str, values: dict[str, Any], knowledge: Knowledge) -> bool | None:
    """What a condition answers for some findings."""
    layout = Layout(knowledge.findings)
    row = list(layout.empty)
    for name, value in values.items():
        row[layout.position[name]] = value
    return compile_condition(parse(text, knowledge.findings), layout)(row)


@pytest.mark.parametrize("text", TABLES)
def test_and_or_not(text: str, knowledge: Knowledge) -> None:
    """AND, OR and NOT follow Kleene."""
    given = {(a, b): answer(text, {"leg_pain": a, "low_back_pain": b}, knowledge) for a in (T, F, U) for b in (T, F, U)}
    assert given == TABLES[text]


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("age > 60", {"age": 61}, T),
        ("age > 60", {"age": 60}, F),
        ("age > 60", {}, U),
        ("60 < age", {"age": 61}, T),
        ("age <> 60", {"age": 61}, T),
        ("age BETWEEN 60 AND 70", {"age": 60}, T),
        ("age BETWEEN 60 AND 70", {"age": 70}, T),
        ("age BETWEEN 60 AND 70", {"age": 71}, F),
        ("age BETWEEN 60 AND 70", {}, U),
        # 5 BETWEEN unknown AND 3 is false: 5 is above 3 whatever the lower end
        ("walking_distance BETWEEN spondylolisthesis_slip * 1 AND 3", {"walking_distance": 5}, F),
        ("schizas_grade IN ('C', 'D')", {"schizas_grade": "C"}, T),
        ("schizas_grade IN ('C', 'D')", {"schizas_grade": "B"}, F),
        # CQL answers false here, SQLite and DuckDB differ on the empty list, which is refused
        ("schizas_grade IN ('C', 'D')", {}, U),
        ("NOT schizas_grade IN ('C', 'D')", {}, U),
        ("lee_central_grade IN (2, 3)", {"lee_central_grade": 3}, T),
        ("age IS NULL", {}, T),
        ("age IS NULL", {"age": 3}, F),
        ("age IS NOT NULL", {"age": 3}, T),
        ("leg_pain = TRUE", {"leg_pain": T}, T),
        ("leg_pain <> TRUE", {}, U),
        # 7 / 2 is 3.5 on every engine here
        ("age / 2 = 3.5", {"age": 7}, T),
        # a division by zero is unknown, not infinite and not an error
        ("age / 0 > 1", {"age": 7}, U),
        ("age - age = 0", {}, U),
        ("age * 2 > 100 AND leg_pain", {"age": 51, "leg_pain": T}, T),
        ("sex = 'female'", {"sex": "male"}, F),
        ("procedure_received <> 'none'", {}, U),
    ],
)
def test_unknown_never_means_no(text: str, values: dict[str, Any], expected: bool | None, knowledge: Knowledge) -> None:
    """Comparisons, ranges, lists, arithmetic."""
    assert answer(text, values, knowledge) is expected
