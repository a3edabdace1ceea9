"""What the language of criteria refuses, by name, with what would mend it."""

from __future__ import annotations

import pytest

from narrows.criteria.nodes import Or
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
        ("leg_pain; ", "a semicolon", "after #"),
        ("age > 60 -- AND NOT leg_pain", "an SQL comment", "after #"),
        ("age > 60 /* or 65 */", "an SQL comment", "after #"),
        ("leg_pain IN (1)", "leg_pain is true or false", "NOT leg_pain"),
        ("leg_pain IN (TRUE)", "leg_pain is true or false", "NOT leg_pain"),
        ("meyerding_grade = 9", "9 is no grade of meyerding_grade", "grades: 0, 1"),
        ("meyerding_grade IN (1, 9)", "9 is no grade of meyerding_grade", "grades: 0, 1"),
        ("meyerding_grade = 1.5", "1.5 is no grade of meyerding_grade", "grades: 0, 1"),
        ("age > 1e400", "far too large", "slip of the pen"),
        ("age > " + "9" * 5000, "far too large", "slip of the pen"),
        ("AGE > 60", "no finding 'AGE'", "did you mean age"),
        ("(" * 2000 + "leg_pain" + ")" * 2000, "nested too deeply", "brackets"),
        ("NOT " * 2000 + "leg_pain", "nested too deeply", "brackets"),
        ("(" * 10_000 + "leg_pain" + ")" * 10_000, "longer than 10000 characters", "split it"),
        ("age IN (" + ",".join("7" for _ in range(10_000)) + ")", "longer than 10000 characters", "split it"),
        ("fièvre > 3", "no finding 'fièvre'", "findings.md"),
    ],
)
def test_refused_by_name(text: str, problem: str, fix: str, knowledge: Knowledge) -> None:
    """Each construct is refused with its own words."""
    with pytest.raises(ConditionError) as refused:
        parse(text, knowledge.findings)
    assert problem in refused.value.problem
    assert fix in refused.value.fix


def test_a_long_chain_is_no_deep_tree(knowledge: Knowledge) -> None:
    """Six hundred alternatives are one node with six hundred parts, in their order."""
    node = parse(" OR ".join(f"age = {i}" for i in range(600)), knowledge.findings)
    assert isinstance(node, Or)
    assert [part.right.value for part in node.parts] == list(range(600))  # type: ignore[union-attr]
