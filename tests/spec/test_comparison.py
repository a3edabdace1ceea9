"""Options side by side: one horizon, one denominator, gaps as gaps."""

from __future__ import annotations

import json
from itertools import combinations

import pytest

from narrows.cli import main
from narrows.knowledge import Knowledge
from narrows.options.comparison import WINDOW, compare
from narrows.problem import InputError


def test_every_cell_says_something_or_says_why_not(knowledge: Knowledge) -> None:
    """Every option with every other: no empty cell, no cell in another row's place."""
    for pair in combinations(knowledge.options, 2):
        found = compare(pair, knowledge)
        for row in found.rows:
            assert len(row.cells) == 2
            for cell in row.cells:
                assert cell.text or cell.gap, (pair, row.label)


def test_one_horizon(knowledge: Knowledge) -> None:
    """No outcome from another time stands in the table."""
    found = compare(("decompression", "exercise-physiotherapy", "epidural-steroid"), knowledge, months=12)
    months = [c.months for row in found.rows for c in row.cells if c.months is not None]
    assert months
    assert all(abs(m - 12) <= WINDOW for m in months)


def test_one_denominator(knowledge: Knowledge) -> None:
    """Every rate is of 100, and lies between 0 and 100 unless one person can have several."""
    found = compare(tuple(knowledge.options)[:12], knowledge)
    rates = [c for row in found.rows for c in row.cells if c.rate_low is not None]
    assert rates
    assert all(0 <= c.rate_low <= c.rate_high for c in rates if c.rate_low is not None and c.rate_high is not None)


def test_cells_say_that_nobody_studied_them(knowledge: Knowledge) -> None:
    """No invented number for cells in stenosis."""
    found = compare(("decompression", "msc-intradiscal"), knowledge)
    brought = [row.cells[1] for row in found.rows if row.group == "what it brought"]
    assert brought
    assert all(c.estimate is None and "no controlled study" in c.gap for c in brought)
    assert found.head_to_head[0]["says"] == ["No study that set these two against each other was found."]


def test_the_first_words_are_the_decision(knowledge: Knowledge) -> None:
    """A question that names the options."""
    found = compare(("watchful-waiting", "decompression"), knowledge)
    assert found.question == "Watch and wait or operation to widen the canal?"


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        (("decompresion", "mild"), "did you mean decompression"),
        (("mild",), "needs two"),
        (("mild", "mild"), "named twice"),
    ],
)
def test_wrong_options(chosen: tuple[str, ...], said: str, knowledge: Knowledge) -> None:
    """Unknown, single, doubled."""
    with pytest.raises(InputError, match=said):
        compare(chosen, knowledge)


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    """In general and for a person."""
    both = ["--option", "decompression", "--option", "umbilical-cord-product"]
    assert main(["compare", *both, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["case"] is None
    assert main(["compare", "examples/daniel.toml", *both]) == 0
    out = capsys.readouterr().out
    assert "FIRST:" in out
    assert "AGAINST EACH OTHER" in out


def test_with_a_slip_its_own_studies_stand_first_and_nothing_is_pooled(
    knowledge: Knowledge, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each outcome names its condition; those of stenosis without a slip follow."""
    assert main(["appraise", "examples/edith.toml", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    decompression = next(o for o in answer["options"] if o["option"] == "decompression")
    conditions = [o["condition"] for o in decompression["expected"]["outcomes"]]
    assert conditions[0] == "degenerative-spondylolisthesis"
    assert conditions[-1] == "lumbar-spinal-stenosis"
