"""Whatever a stranger sends: an answer, or the places of what is wrong; never a traceback."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from narrows.case import read
from narrows.case.derive import derive
from narrows.case.entry import KEYS, Entry
from narrows.knowledge import load
from narrows.knowledge.levels import LEVELS
from narrows.options import whole_answer
from narrows.problem import InputError

KNOWLEDGE = load([])
NAMES = sorted(KNOWLEDGE.findings)
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=10**300, max_value=10**320),
    st.floats(),
    st.text(max_size=8),
    st.dates(),
    st.times(),
    st.datetimes(),
    st.sampled_from(
        ["172 cm", "1,72 m", "150 lb", "38 °C", "99999999999999999999 kg", "-0", "C", "refused", "\ud800", "\x1b["]
    ),
)
NESTED = st.recursive(
    ODD,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.one_of(st.text(max_size=6), st.sampled_from(["left", "right", "value", "unit", "items"])),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=8,
)
FINDINGS = st.dictionaries(st.one_of(st.sampled_from(NAMES), st.text(max_size=6)), NESTED, max_size=8)
RAW = st.one_of(
    NESTED,
    st.fixed_dictionaries(
        {},
        optional={
            "id": NESTED,
            "as_of": NESTED,
            "levels_read": NESTED,
            "findings": st.one_of(FINDINGS, NESTED),
            "missing": st.one_of(FINDINGS, NESTED),
            "levels": st.one_of(
                st.dictionaries(
                    st.one_of(st.sampled_from(LEVELS), st.text(max_size=5)), st.one_of(FINDINGS, NESTED), max_size=3
                ),
                NESTED,
            ),
            "answers": st.one_of(
                st.dictionaries(st.sampled_from(sorted(KNOWLEDGE.instruments)), NESTED, max_size=2), NESTED
            ),
            "saved": NESTED,
        },
    ),
    st.dictionaries(st.one_of(st.sampled_from(KEYS), st.text(max_size=5)), NESTED, max_size=4),
)


def refused(error: InputError) -> None:
    """A refusal names at least one problem, in words that a terminal can show."""
    assert error.problems
    assert all(p.problem and str(p).isprintable() for p in error.problems)


def judge(raw: Any) -> None:
    """Appraise it whole, or see it refused with a problem for each fault."""
    entry = Entry(KNOWLEDGE, lambda path: path, today=datetime.date(2026, 11, 20))
    try:
        case = entry.take(raw)
        derive(case, KNOWLEDGE, lambda path: path)
    except InputError as error:
        refused(error)
        return
    answer = whole_answer(case, KNOWLEDGE)
    assert len(answer.options) == 30
    assert answer.criteria


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(RAW)
def test_random_structures(raw: Any) -> None:
    """Random keys, types, nesting."""
    judge(raw)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(NAMES), NESTED)
def test_random_values_of_real_findings(name: str, value: Any) -> None:
    """Each finding, of the person or of a level, with a value of any kind."""
    if KNOWLEDGE.findings[name].per_level:
        judge({"levels": {"L4-L5": {name: value}}})
    else:
        judge({"findings": {name: value}})


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.one_of(st.binary(max_size=60), st.text(max_size=60).map(lambda t: t.encode("utf-8", "surrogatepass")))
)
@pytest.mark.parametrize("suffix", [".toml", ".json", ".csv", ".txt"])
def test_random_bytes(suffix: str, content: bytes, tmp_path: Path) -> None:
    """Any file at any door."""
    path = tmp_path / f"case{suffix}"
    path.write_bytes(content)
    try:
        list(read(str(path), KNOWLEDGE))
    except InputError as error:
        refused(error)


CELL = st.one_of(st.text(max_size=6), st.sampled_from(["yes", "1e999", "refused", "4", "C", "-", "nan", "9" * 30]))
COLUMN = st.one_of(
    st.sampled_from(NAMES),
    st.builds("@".join, st.tuples(st.sampled_from(NAMES), st.sampled_from([*LEVELS, "left", "right", "up", ""]))),
    st.sampled_from(["id", "as_of", "levels_read", "answers.odi", "answers.x", "", "@"]),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    header=st.lists(COLUMN, min_size=1, max_size=6), rows=st.lists(st.lists(CELL, min_size=1, max_size=6), max_size=3)
)
def test_random_tables(header: list[str], rows: list[list[str]], tmp_path: Path) -> None:
    """Columns and cells of any kind."""
    path = tmp_path / "people.csv"
    lines = [",".join(json.dumps(c) if "," in c or '"' in c else c for c in row) for row in [header, *rows]]
    path.write_bytes("\n".join(lines).encode("utf-8", "surrogatepass"))
    try:
        for case in read(str(path), KNOWLEDGE):
            assert case.id
    except InputError as error:
        refused(error)
