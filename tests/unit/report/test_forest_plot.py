"""Forest plots: every number in the table, limits checked, names never read as markup."""

from __future__ import annotations

import math

import pytest

from narrows.report import forest_plot
from narrows.report.forest_plot import Row


def test_table_holds_every_number() -> None:
    rows = [Row("study a", -7.8, -14.9, -0.8, 60), Row("study b", 0.3, -5, 5.6, 40)]
    drawn = forest_plot.picture("ODI", rows, Row("together", -4.1, -9, 0.9), prediction=(-16, 8))
    assert drawn.data is not None
    cells = [[run.text for cell in row for run in cell] for row in drawn.data.rows]
    assert cells == [
        ["study a", "−7.8", "−14.9 to −0.8", "60 %"],
        ["study b", "0.3", "−5 to 5.6", "40 %"],
        ["together", "−4.1", "−9 to 0.9", ""],
    ]
    assert drawn.svg.count('class="est"') == 2
    assert drawn.svg.count('class="sum"') == 1
    assert "a new study may find" in drawn.svg
    assert "2 studies" in drawn.alt


@pytest.mark.parametrize(("row", "ratio"), [(Row("x", 1, 0, 2), True), (Row("x", 1, math.nan, 2), False)])
def test_limits_that_cannot_be_drawn_are_refused(row: Row, ratio: bool) -> None:
    with pytest.raises(ValueError, match="finite limits"):
        forest_plot.picture("x", [row], None, ratio=ratio)


def test_names_are_escaped() -> None:
    drawn = forest_plot.picture("x", [Row("<script>", 1, 0, 2)], None, sides=("<b>", "&"))
    assert "<script>" not in drawn.svg
    assert "<b>" not in drawn.svg


@pytest.mark.parametrize(("low", "high"), [(-1.0, 1.0), (-30.0, 4.0), (0.001, 0.009), (-700.0, 900.0)])
def test_ticks_are_few_round_and_inside(low: float, high: float) -> None:
    marks = forest_plot.ticks(low, high, ratio=False)
    assert 2 <= len(marks) <= 6
    assert all(low <= m <= high for m in marks)


def test_ratio_axis_has_one() -> None:
    assert 1.0 in forest_plot.ticks(math.log(0.3), math.log(4), ratio=True)
