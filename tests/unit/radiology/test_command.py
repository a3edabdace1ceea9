"""`narrows read`: the JSON keys, the page of 80 columns, the order of its parts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from narrows.cli import main

TEXT = """MRI LUMBAR SPINE WITHOUT CONTRAST
COMPARISON: CT of 2019.
FINDINGS: Acute compression fracture of L1.
L4-L5: Moderate to severe central canal stenosis from facet arthropathy and ligamentum flavum hypertrophy. 3 mm retrolisthesis of L4 on L5.
L5-S1: Moderate loss of disc height with disc space narrowing. Possible compression of the left S1 nerve root.
"""


@pytest.fixture
def report(tmp_path: Path) -> str:
    """A report in a file."""
    path = tmp_path / "report.txt"
    path.write_text(TEXT, encoding="utf-8")
    return str(path)


def test_json_keys(report: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", report, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert list(answer) == ["findings", "urgent", "warnings"]
    for row in answer["findings"]:
        assert list(row) == ["finding", "level", "side", "value", "status", "certainty", "start", "end"]
    stenosis = next(r for r in answer["findings"] if r["finding"] == "lee_central_grade")
    assert (stenosis["value"], stenosis["level"]) == ("2..3", "L4-L5")
    assert TEXT[stenosis["start"] : stenosis["end"]] == "Moderate to severe central canal stenosis"
    assert [(u["what"], TEXT[u["start"] : u["end"]]) for u in answer["urgent"]] == [
        ("fracture", "Acute compression fracture")
    ]


def test_page(report: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", report]) == 0
    page = capsys.readouterr().out
    assert max(len(line) for line in page.splitlines()) <= 80
    order = [
        page.index(part) for part in ("FIRST", "Without a level", "L4-L5\n", "L5-S1\n", "Understood, but", "To ask")
    ]
    assert order == sorted(order)
    assert "“Moderate to severe central canal stenosis”" in " ".join(page.split())


def test_missing_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", "nowhere.txt"]) == 2
    assert "nowhere.txt" in capsys.readouterr().err
