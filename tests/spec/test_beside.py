"""A report and a scan beside a case: what was entered stays, what was unknown is filled, what differs stands side by side."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from narrows.case import Case
from narrows.cli import main
from narrows.knowledge import Knowledge
from narrows.options.beside import with_report, with_scan

REPORT = """MRI lumbar spine without contrast.
FINDINGS:
L3-L4: Mild central canal stenosis. Moderate left foraminal narrowing.
L4-L5: Severe central canal stenosis secondary to facet arthropathy. Grade 1 anterolisthesis.
IMPRESSION: Severe stenosis at L4-L5.
"""
SCAN = Path(__file__).resolve().parents[1] / "data" / "imaging"


@pytest.fixture
def report(tmp_path: Path) -> str:
    """A report in a file."""
    path = tmp_path / "report.txt"
    path.write_text(REPORT)
    return str(path)


def test_a_report_fills_what_is_unknown(person: Callable[..., Case], report: str, knowledge: Knowledge) -> None:
    """Grades by level, with the words they came from; the overall severity follows."""
    case = person({"age": 70})
    with_report(case, report, knowledge)
    assert case.levels["L4-L5"]["lee_central_grade"] == 3
    assert case.levels["L4-L5"]["meyerding_grade"] == 1
    assert "L4-L5 lee_central_grade" in case.origins
    assert case.findings["lumbar_stenosis_severity"] == "severe"
    assert "lumbar_stenosis_severity" in {*case.derived, *case.origins}


def test_what_was_entered_stays_and_the_difference_is_shown(
    person: Callable[..., Case], report: str, knowledge: Knowledge
) -> None:
    """Two grades of one level: neither wins in silence."""
    case = person(levels={"L4-L5": {"lee_central_grade": 1}})
    with_report(case, report, knowledge)
    assert case.levels["L4-L5"]["lee_central_grade"] == 1
    (found,) = [d for d in case.disagreements if d["finding"] == "lee_central_grade"]
    assert found["level"] == "L4-L5"
    assert "lee-central-severe" in found["criteria"]


def test_the_command_takes_both(tmp_path: Path, report: str, capsys: pytest.CaptureFixture[str]) -> None:
    """--report and --scan in one appraisal."""
    case = tmp_path / "case.toml"
    case.write_text('id = "x"\n[findings]\nage = 70\nleg_symptoms_walking = true\nrelief_sitting = true\n')
    scan = [str(p) for p in sorted((SCAN / "cervical_cord_csf").glob("*.nii.gz"))]
    assert scan
    arguments = ["appraise", str(case), "--json", "--report", report]
    for path in scan:
        arguments += ["--scan", path]
    assert main(arguments) == 0
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert answer["narrowing"]["L4-L5"]["findings"]["lee_central_grade"] == 3
    assert (
        next(s for s in answer["syndromes"] if s["id"] == "lumbar-stenosis-claudication")["standing"] == "established"
    )


def test_a_scan_fills_levels_and_shares_feed_nothing(person: Callable[..., Case], knowledge: Knowledge) -> None:
    """Measured findings carry their origin."""
    folder = SCAN / "cervical_c6_mri"
    labels = [str(p) for p in sorted(folder.glob("*seg*.nii.gz"))]
    case = person({"age": 60})
    with_scan(case, labels, knowledge)
    assert all("measured from" in how for key, how in case.origins.items() if key.startswith("C"))
    assert "bony_share_percent" not in {name for values in case.levels.values() for name in values}
