"""Icon arrays: one hundred people, from counts alone, with the interval drawn."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrows.report import icon_array
from narrows.report.icon_array import Counted


@pytest.mark.parametrize(("events", "total"), [(81, 263), (15, 148), (0, 20), (1, 29), (27, 43), (20, 20)])
def test_wilson_interval_agrees_with_scipy(events: int, total: int) -> None:
    from scipy.stats import binomtest

    theirs = binomtest(events, total).proportion_ci(method="wilson")
    assert icon_array.interval(events, total) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


@pytest.mark.parametrize(("events", "total"), [(5, 4), (-1, 4), (0, 0)])
def test_what_cannot_be_counted_is_refused(events: int, total: int) -> None:
    with pytest.raises(ValueError, match="cannot be counted"):
        icon_array.interval(events, total)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 500).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))))
def test_always_one_hundred_people_and_the_share_lies_in_its_interval(pair: tuple[int, int]) -> None:
    arm = Counted("arm", *pair)
    middle, low, high = icon_array.of_hundred(arm)
    assert 0 <= low <= middle <= high <= 100
    drawn = icon_array.picture(arm, "were better")

    def people(part: str) -> int:
        return part.count('href="#one"') + 5 * part.count('href="#five"')

    assert people(drawn.svg) == 100
    groups = dict(re.findall(r'<g class="(yes|maybe|no)">(.*?)</g>', drawn.svg))
    assert people(groups.get("yes", "")) == low
    assert people(groups.get("maybe", "")) == high - low


def test_words_tell_the_same_as_the_picture() -> None:
    arm = Counted("Supervised exercise", 27, 43)
    drawn = icon_array.picture(arm, "had clearly milder symptoms")
    assert drawn.alt == (
        "Supervised exercise: 63 of 100 people had clearly milder symptoms; the true number is probably between 48 and 76."
    )
    rows = icon_array.table((arm,), "had clearly milder symptoms").rows
    assert [cell[0].text for cell in rows[0]] == ["Supervised exercise", "27 of 43", "63", "48 to 76"]
