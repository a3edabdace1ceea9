"""Shared by all tests: one knowledge, one cache folder for the run, people written as case files."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from narrows.case import Case, read
from narrows.case.derive import derive
from narrows.case.entry import Entry
from narrows.criteria import Rules, rules_of
from narrows.knowledge import Knowledge, load


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """The knowledge as it ships."""
    return load([])


@pytest.fixture(scope="session")
def rules(knowledge: Knowledge) -> Rules:
    """Its rules."""
    return rules_of(knowledge)


@pytest.fixture
def person(knowledge: Knowledge) -> Callable[..., Case]:
    """Makes a case from findings, levels and the rest of a case file."""

    def make(findings: dict[str, Any] | None = None, **rest: Any) -> Case:
        entry = Entry(knowledge, lambda path: path)
        case = entry.take({"id": "someone", "as_of": "2026-01-15", "findings": findings or {}, **rest})
        derive(case, knowledge, lambda path: path)
        return case

    return make


@pytest.fixture
def case_file(tmp_path: Path, knowledge: Knowledge) -> Callable[..., list[Case]]:
    """Writes a case file and reads it by its door."""

    def make(text: str | bytes, name: str = "case.toml") -> list[Case]:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else textwrap.dedent(text).encode())
        return list(read(str(path), knowledge))

    return make
