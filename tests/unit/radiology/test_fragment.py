"""What a reading may enter into a case, and where it disagrees with what is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from narrows.case import Case
from narrows.case.entry import Entry
from narrows.knowledge import Knowledge
from narrows.radiology import disagreements, findings, read_report

TEXT = """MRI LUMBAR SPINE
FINDINGS: No fracture. Alignment is normal.
L1-L2: Normal.
L2-L3: Normal.
L3-L4: Mild canal stenosis. Possible compression of the right L4 root.
L4-L5: Severe canal stenosis. Mild right and moderate left foraminal stenosis. Mild to moderate facet arthropathy.
L5-S1: No canal stenosis.
"""


def test_certain_single_values_are_entered(knowledge: Knowledge) -> None:
    taken = findings(read_report(TEXT), knowledge)
    assert taken["findings"] == {"imaging_modality": "mri", "vertebral_fracture": False}
    assert taken["levels"]["L4-L5"] == {
        "spondylolisthesis_slip": 0,
        "lee_central_grade": 3,
        "foraminal_grade": {"right": 1, "left": 2},
    }
    assert taken["levels_read"] == ["lumbar"]
    assert taken["origins"]["L4-L5 lee_central_grade"] == "radiology report: “Severe canal stenosis”"


def test_suspected_and_interval_are_named_not_entered(knowledge: Knowledge) -> None:
    taken = findings(read_report(TEXT), knowledge)
    assert "nerve_root_compressed" not in taken["levels"]["L3-L4"]
    assert any("only suspected" in note and note.startswith("L3-L4") for note in taken["notes"])
    assert any("fit 1 to 2" in note for note in taken["notes"])


def test_one_level_left_open_is_no_full_reading(knowledge: Knowledge) -> None:
    text = TEXT.replace("L4-L5: Severe", "L4-L5: Moderate to severe")
    assert findings(read_report(text), knowledge)["levels_read"] == []


def test_a_fragment_is_a_case(knowledge: Knowledge) -> None:
    taken = findings(read_report(TEXT), knowledge)
    raw = {key: taken[key] for key in ("findings", "levels", "levels_read")}
    case = Entry(knowledge, lambda path: path).take({"id": "x", "as_of": "2026-01-15", **raw})
    assert case.levels["L4-L5"]["lee_central_grade"] == 3


def test_a_contradicted_finding_is_not_entered(knowledge: Knowledge) -> None:
    text = "MRI lumbar spine. L4-5: severe canal stenosis.\nIMPRESSION: No canal stenosis at L4-5."
    taken = findings(read_report(text), knowledge)
    assert "lee_central_grade" not in taken["levels"].get("L4-L5", {})
    assert any("in two ways" in note for note in taken["notes"])


def test_a_grade_that_the_impression_changes_is_not_entered(knowledge: Knowledge) -> None:
    text = "MRI lumbar spine.\nFINDINGS: L4-5: mild canal stenosis.\nIMPRESSION: Severe canal stenosis at L4-5."
    assert findings(read_report(text), knowledge)["levels"] == {}


def test_a_named_slip_outlives_normal_alignment(knowledge: Knowledge) -> None:
    text = "MRI lumbar spine. Alignment is otherwise normal. 4 mm anterolisthesis of L4 on L5."
    taken = findings(read_report(text), knowledge)
    assert taken["levels"]["L4-L5"]["spondylolisthesis_slip"] == 4


@pytest.mark.parametrize("text", ["L4-5: ligamentum flavum thickening.", "MRI lumbar. Neural foramina are patent."])
def test_no_value_or_no_level_enters_nothing(text: str, knowledge: Knowledge) -> None:
    taken = findings(read_report(text), knowledge)
    assert taken["levels"] == {}
    assert taken["notes"]


def test_disagreements_stand_side_by_side_with_what_they_decide(
    person: Callable[..., Case], knowledge: Knowledge
) -> None:
    case = person({"leg_pain": True}, levels={"L4-L5": {"lee_central_grade": 1}}, levels_read=["lumbar"])
    taken = findings(read_report(TEXT), knowledge)
    found: list[dict[str, Any]] = disagreements(taken, case, knowledge)
    assert [d["finding"] for d in found] == ["lee_central_grade"]
    assert found[0]["one"] == "The report says 3."
    assert found[0]["other"] == "The case holds 1 (entered)."
    assert found[0]["criteria"]
    assert "It decides" in found[0]["consequence"]
    assert case.levels["L4-L5"]["lee_central_grade"] == 1


def test_what_agrees_or_is_new_is_no_disagreement(person: Callable[..., Case], knowledge: Knowledge) -> None:
    case = person({}, levels={"L4-L5": {"lee_central_grade": 3, "foraminal_grade": {"left": 2}}})
    assert disagreements(findings(read_report(TEXT), knowledge), case, knowledge) == []
