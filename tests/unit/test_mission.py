"""The sheet of capabilities is whole and claims nothing that no test holds; the glossary has the words of the report."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from narrows.appraisal.answer import Standing, SyndromeStanding

ROOT = Path(__file__).parents[2]
ROWS = [
    [cell.strip() for cell in line.strip().strip("|").split("|")]
    for line in (ROOT / "docs" / "mission.md").read_text(encoding="utf-8").splitlines()
    if re.match(r"\| M\d\d ", line)
]


def test_every_row_once() -> None:
    """M01 to M86, in order, none twice."""
    assert [row[0] for row in ROWS] == [f"M{number:02}" for number in range(1, 87)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_row_says_how_it_stands(row: list[str]) -> None:
    """What is there names a test that exists; what is partly there says what is missing, or why."""
    _, _, command, page, test, state, _ = row
    assert state in ("there", "partly", "not there yet")
    if state == "there":
        assert "—" not in (command, page, test)
        assert (ROOT / test.strip("`")).exists(), test


@pytest.mark.parametrize("word", [*get_args(Standing), *get_args(SyndromeStanding)])
def test_the_glossary_has_the_standings(word: str) -> None:
    """Each standing that a report uses is explained."""
    assert word in (ROOT / "GLOSSARY.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["docs/intended-use.md", "docs/why.md", "docs/mission.md", "examples/README.md"])
def test_links_lead_somewhere(name: str) -> None:
    """Links to files of the repository resolve."""
    page = ROOT / name
    text = page.read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in link]
    not_yet = {"limits.md", "instruments.md"}  # written beside other parts of the house
    assert [link for link in links if not (page.parent / link).exists() and link not in not_yet] == []
