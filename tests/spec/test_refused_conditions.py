"""What the language of criteria refuses, by name, with what would mend it."""

from __future__ import annotations

import pytest

from narrows.criteria.parse import ConditionError, parse
from narrows.knowledge import Knowledge


@pytest.mark.parametrize(
    ("text", "problem", "fix"),
    [
        ("CASE WHEN leg_pain THEN TRUE END", "CASE is not in the language", "AND and OR"),
        ("COALESCE(age, 3) > 2", "COALESCE is not in the language", "assume"),
        ("CAST(age AS int) = 3", "CAST", "type"),
        ("age::int > 2", "CAST", "type"),
        ("age % 2 = 1", "% is not in the language", "sign"),
        ("abs(age) > 3", "function ABS", "comparison itself"),
        ("greatest(age, 2) > 3", "GREATEST", ""),
        ("sex LIKE 'f%'", "LIKE", "= and IN"),
        ("leg_pain > 3", "leg_pain is true or false", "NOT leg_pain"),
        ("age", "age is a number, not true or false", "compare it"),
        ("sex = 'femal'", "'femal' is no code of sex", "female"),
        ("sex < 'male'", "codes have no order", "IN"),
        ("schizas_grade >= 'C'", "codes have no order", "IN"),
        ("age > 'old'", "different types", "number"),
        ("age IN ()", "IN () is empty", "at least one"),
        ("age IN (1, NULL)", "NULL as a value", "IS NULL"),
        ("age = NULL", "NULL as a value", "IS NULL"),
        ("age BETWEEN 5 AND 3", "can never hold", "lower limit first"),
        ("walking_distance > age", "walking_distance is in m, age in a", "one unit"),
        ("walking_distance + age > 3", "walking_distance is in m", "one unit"),
        ("agee > 3", "no finding 'agee'", "did you mean age"),
        ("patient.age > 3", "names a table", ""),
        ('sex = "female"', "double quotes", "single quotes"),
        ("5 > 3", "two literals", "name a finding"),
        ("TRUE", "alone say nothing", "name a finding"),
        ("leg_pain AND 1", "not in the language", ""),
        ("(SELECT 1) > 2", "subquery", "one person"),
        ("leg_pain IS TRUE", "IS takes a finding and NULL", "IS NULL"),
        ("leg_pain AND", "no SQL condition", "AND OR NOT"),
        ("leg_pain; DROP TABLE people", "not in the language", ""),
        ("", "empty", "write a condition"),
    ],
)
def test_refused_by_name(text: str, problem: str, fix: str, knowledge: Knowledge) -> None:
    """Each construct is refused with its own words."""
    with pytest.raises(ConditionError) as refused:
        parse(text, knowledge.findings)
    assert problem in refused.value.problem
    assert fix in refused.value.fix
