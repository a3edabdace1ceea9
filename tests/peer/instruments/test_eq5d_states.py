"""The index of published health states, as the R package eq5d gives it.

The numbers in eq5d_states.csv are the expected values of that package's own tests (version 0.16.3.9000,
https://github.com/fragla/eq5d, tests/testthat, MIT licence), for the 18 value sets that we ship.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from narrows.instruments import score
from narrows.knowledge import load

KNOWLEDGE = load(())
with (Path(__file__).parent / "eq5d_states.csv").open(encoding="utf-8", newline="") as file:
    STATES = [(row["value_set"], row["state"], float(row["index"])) for row in csv.DictReader(file)]


@pytest.mark.parametrize(("value_set", "state", "expected"), STATES)
def test_index_agrees_with_the_published_state(value_set: str, state: str, expected: float) -> None:
    instrument = f"eq5d{KNOWLEDGE.value_sets[value_set].version.lower()}"
    found = score(instrument, {"state": state, "value_set": value_set}, KNOWLEDGE)
    # The package rounds to three places; the Danish 3L set differs by one in the third place.
    assert found.scores["index"] == pytest.approx(expected, abs=1.01e-3)


def test_every_value_set_is_tried() -> None:
    assert {value_set for value_set, _, _ in STATES} == set(KNOWLEDGE.value_sets)
