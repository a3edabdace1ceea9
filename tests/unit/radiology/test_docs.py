"""docs/reading-reports.md: its example is read as its table says."""

from __future__ import annotations

import re
from pathlib import Path

from narrows.radiology import read_report

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "reading-reports.md").read_text(encoding="utf-8")


def test_the_example_of_the_manual() -> None:
    example = re.search(r"```text\n(.*?)```", PAGE, re.DOTALL)
    assert example is not None
    table = PAGE.split("| finding | level | side | value | status |")[1].split("\n\n")[0]
    expected = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in table.strip().splitlines()[1:]]
    found = [(r.finding, r.level, r.side, str(r.value), r.status) for r in read_report(example[1]).findings]
    assert sorted(found) == sorted(expected)
    assert [u.what for u in read_report(example[1]).urgent] == ["fracture"]
