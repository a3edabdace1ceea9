"""What words become which row: the manual of `narrows read`, one table a rule."""

from __future__ import annotations

import pytest

from narrows.radiology import read_report

C, F, CF, K = "lee_central_grade", "foraminal_grade", "cervical_foraminal_grade", "cervical_kang_grade"
DISC, SLIP, ROOT, CORD = (
    "disc_displacement",
    "spondylolisthesis_slip",
    "nerve_root_compressed",
    "cord_compression_imaging",
)


def rows(text: str) -> set[tuple[object, ...]]:
    """(finding, level, side, value, status) of a text, without the modality."""
    found = read_report(text).findings
    return {(r.finding, r.level, r.side, r.value, r.status) for r in found if r.finding != "imaging_modality"}


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("minimal", 1),
        ("minor", 1),
        ("mild", 1),
        ("moderate", 2),
        ("severe", 3),
        ("marked", 3),
        ("extreme", 3),
        ("advanced", 3),
        ("mild to moderate", "1..2"),
        ("mild-to-moderate", "1..2"),
        ("mild/moderate", "1..2"),
        ("moderate to severe", "2..3"),
        ("moderate-severe", "2..3"),
        ("at least moderate", "2..3"),
    ],
)
def test_words_of_grade_in_the_lumbar_spine(words: str, value: object) -> None:
    assert rows(f"L4-5: {words} canal stenosis.") == {(C, "L4-L5", "", value, "present")}


@pytest.mark.parametrize(
    ("words", "foramen", "canal"),
    [("mild", 1, 1), ("moderate", "1..2", "1..2"), ("severe", 2, "2..3"), ("moderate to severe", "1..2", "2..3")],
)
def test_words_of_grade_in_the_neck(words: str, foramen: object, canal: object) -> None:
    assert rows(f"C5-6: {words} foraminal stenosis.") == {(CF, "C5-C6", "", foramen, "present")}
    assert rows(f"C5-6: {words} canal stenosis.") == {(K, "C5-C6", "", canal, "present")}


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("No canal stenosis", 0),
        ("Without canal stenosis", 0),
        ("No significant canal stenosis", "0..1"),
        ("No moderate or high-grade canal stenosis", "0..1"),
        ("No evidence of canal stenosis", 0),
        ("Canal stenosis is not seen", 0),
        ("The canal is patent", 0),
        ("The canal is not narrowed", 0),
        ("Canal: normal", 0),
        ("Canal stenosis: none", 0),
    ],
)
def test_denials(words: str, value: object) -> None:
    assert rows(f"L4-5: {words}.") == {(C, "L4-L5", "", value, "absent")}


@pytest.mark.parametrize(
    "level",
    ["L4-5", "L4-L5", "L4/5", "L4/L5", "L45", "L4 - L5", "L4–L5", "l4-l5", "L-4-L-5", "L4-LS", "L4--5", "L4L5"],
)
def test_ways_to_write_a_level(level: str) -> None:
    assert rows(f"{level}: disc bulge.") == {(DISC, "L4-L5", "", "bulge", "present")}


@pytest.mark.parametrize(
    ("level", "read"), [("C4-CS", "C4-C5"), ("C7-T!", "C7-T1"), ("C7-TI", "C7-T1"), ("L5-SI", "L5-S1")]
)
def test_damaged_levels_are_mended_and_said(level: str, read: str) -> None:
    reading = read_report(f"{level}: disc bulge.")
    assert [r.level for r in reading.findings] == [read]
    assert any("mended" in w for w in reading.warnings)


@pytest.mark.parametrize(
    ("words", "levels"),
    [
        ("L2-3 through L4-5: bulges", ["L2-L3", "L3-L4", "L4-L5"]),
        ("T12-L1 through L2-L3: bulges", ["L1-L2", "L2-L3"]),
        ("Disc bulges from L3 to S1", ["L3-L4", "L4-L5", "L5-S1"]),
        ("Disc bulges at all lumbar levels", ["L1-L2", "L2-L3", "L3-L4", "L4-L5", "L5-S1"]),
        ("Disc bulges at L3-4, L4-5 and L5-S1", ["L3-L4", "L4-L5", "L5-S1"]),
        ("T10-T11 and T11-12: bulges", []),
        ("S1-S2: bulge", []),
    ],
)
def test_groups_of_levels(words: str, levels: list[str]) -> None:
    assert sorted(level for _, level, *_ in rows(f"{words}.")) == levels


def test_modic_between_vertebrae_is_of_the_discs_between() -> None:
    assert {r[1] for r in rows("Type 1 Modic change from L1-L4.")} == {"L1-L2", "L2-L3", "L3-L4"}


def test_remaining_levels_are_those_not_described() -> None:
    found = rows("L4-5: severe canal stenosis. L5-S1: mild canal stenosis. The remaining levels are unremarkable.")
    assert {level for finding, level, *_, status in found if finding == C and status == "absent"} == {
        "L1-L2",
        "L2-L3",
        "L3-L4",
    }


@pytest.mark.parametrize("words", ["Normal", "Unremarkable", "Within normal limits"])
def test_a_normal_level_denies_canal_foramen_and_disc(words: str) -> None:
    assert rows(f"L1-2: {words}.") == {
        (C, "L1-L2", "", 0, "absent"),
        (F, "L1-L2", "", 0, "absent"),
        (DISC, "L1-L2", "", "none", "absent"),
    }


@pytest.mark.parametrize(
    "text",
    [
        "Lumbar spine. The soft tissues are unremarkable. The rest of the study is normal.",
        "Lumbar spine. The conus is normal in position and signal.",
        "L4-5: disc desiccation with loss of disc height and an annular tear.",
        "Lumbar spine. Haemangioma in L2. Renal cyst. Bilateral pars defects.",
        "C5-6: uncinate spurs.",
        "T9-10: disc protrusion. T12-L1: severe canal stenosis.",
    ],
)
def test_nothing_is_recorded(text: str) -> None:
    assert rows(text) == set()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("L5-S1: severe left foraminal stenosis.", {("left", 3)}),
        ("L5-S1: mild right and moderate left foraminal stenosis.", {("right", 1), ("left", 2)}),
        ("L5-S1: foraminal stenosis, severe on the left, moderate on the right.", {("left", 3), ("right", 2)}),
        ("L5-S1: moderate bilateral foraminal stenosis, worse on the left.", {("both", 2)}),
        ("L5-S1: moderate right greater than left foraminal stenosis.", {("both", 2)}),
        ("L5-S1: mild left and mild right foraminal stenosis.", {("both", 1)}),
        ("L5-S1: moderate foraminal stenosis.", {("", 2)}),
        ("L5-S1: narrowing of both neural foramina.", {("both", "")}),
    ],
)
def test_sides(text: str, expected: set[tuple[object, ...]]) -> None:
    assert {(side, value) for _, _, side, value, _ in rows(text)} == expected


@pytest.mark.parametrize(
    ("text", "value", "status"),
    [
        ("bulge", "bulge", "present"),
        ("bulge with superimposed protrusion", "protrusion", "present"),
        ("disc osteophyte complex", "bulge", "present"),
        ("disc herniation", "protrusion..extrusion", "present"),
        ("HIVD", "protrusion..extrusion", "present"),
        ("disc prolapse", "protrusion..extrusion", "present"),
        ("sequestered fragment", "sequestration", "present"),
        ("no disc herniation", "none..bulge", "absent"),
        ("no disc bulge or herniation", "none", "absent"),
        ("disc bulge without herniation", "bulge", "present"),
        ("probable protrusion", "protrusion", "possible"),
        ("the extrusion has resolved", "none..bulge", "absent"),
    ],
)
def test_forms_of_the_disc(text: str, value: str, status: str) -> None:
    assert rows(f"L4-5: {text}.") == {(DISC, "L4-L5", "", value, status)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Grade 1 anterolisthesis of L4 on L5.", {("meyerding_grade", "L4-L5", 1, "present")}),
        ("3 mm anterolisthesis of L4 on L5.", {(SLIP, "L4-L5", 3, "present")}),
        (
            "Grade 2 slip of L5 on S1 of 12 mm.",
            {("meyerding_grade", "L5-S1", 2, "present"), (SLIP, "L5-S1", 12, "present")},
        ),
        ("Slight anterolisthesis of L4.", {(SLIP, "L4-L5", "", "present")}),
        ("Grade 1 anterolisthesis of C4 on C5.", {(SLIP, "C4-C5", "", "present")}),
        ("2 mm retrolisthesis of L2 on L3.", set()),
        ("Lumbar alignment is normal.", {(SLIP, "", 0, "absent")}),
        ("Lumbar spine: no spondylolisthesis.", {(SLIP, "", 0, "absent")}),
    ],
)
def test_slips(text: str, expected: set[tuple[object, ...]]) -> None:
    assert {(f, level, value, status) for f, level, _, value, status in rows(text)} == expected


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("compresses the left S1 root", "present"),
        ("abuts the left S1 root", "possible"),
        ("touches the left S1 root", "possible"),
        ("may impinge on the left S1 root", "possible"),
        ("without compression of the left S1 root", "absent"),
    ],
)
def test_roots_touched_and_compressed(text: str, status: str) -> None:
    found = rows(f"L5-S1: protrusion that {text}." if not text.startswith("without") else f"L5-S1: protrusion {text}.")
    assert {(side, s) for f, _, side, _, s in found if f == ROOT} == {("left", status)}


@pytest.mark.parametrize(
    ("text", "finding", "status"),
    [
        ("Cord compression at C5-6.", CORD, "present"),
        ("Flattening of the cord at C5-6.", CORD, "possible"),
        ("Cord signal change at C5-6.", "cord_t2_signal", "present"),
        ("Acute fracture of T12.", "vertebral_fracture", "present"),
        ("Possible fracture of L1.", "vertebral_fracture", "possible"),
        ("Metastases in L2 and L4.", "spinal_tumour", "present"),
        ("Suspicious for discitis at L3-4.", "spinal_infection_imaging", "possible"),
        ("Epidural abscess cannot be excluded.", "spinal_infection_imaging", "possible"),
    ],
)
def test_urgent_words_come_first_whatever_their_level(text: str, finding: str, status: str) -> None:
    reading = read_report(text)
    assert [r.status for r in reading.findings if r.finding == finding] == [status]
    assert reading.urgent


@pytest.mark.parametrize(
    "text",
    [
        "Old compression fracture of L1.",
        "L1 compression fracture, unchanged from the previous study.",
        "Chronic wedge deformity of T12.",
        "Compression fracture of L2 again identified, not new.",
    ],
)
def test_what_belongs_to_the_past_is_not_urgent(text: str) -> None:
    reading = read_report(text)
    assert [r.status for r in reading.findings if r.finding == "vertebral_fracture"] == ["historical"]
    assert not reading.urgent


def test_a_compressed_cauda_equina_is_urgent() -> None:
    reading = read_report("L4-5: severe canal stenosis compressing the cauda equina.")
    assert [u.what for u in reading.urgent] == ["cauda equina compressed"]


def test_mass_effect_is_no_mass() -> None:
    assert not read_report("L4-5: protrusion with mass effect on the thecal sac.").urgent


def test_the_impression_repeats_nothing_and_adds_what_is_new() -> None:
    text = "FINDINGS:\nL4-5: disc bulge with severe canal stenosis.\nIMPRESSION:\n1. Severe stenosis at L4-5.\n2. Metastasis in L2."
    found = read_report(text).findings
    assert [(r.finding, r.section) for r in found] == [
        (DISC, "findings"),
        (C, "findings"),
        ("spinal_tumour", "impression"),
    ]


def test_findings_and_impression_that_differ_are_told() -> None:
    text = "FINDINGS:\nL4-5: mild canal stenosis.\nIMPRESSION:\nSevere canal stenosis at L4-5."
    reading = read_report(text)
    assert any("findings say 1, the impression 3" in w for w in reading.warnings)


def test_the_referral_is_not_a_finding_but_an_operation_is() -> None:
    text = "CLINICAL HISTORY: rule out cauda equina compression. Previous lumbar laminectomy.\nFINDINGS:\nL4-5: disc bulge."
    assert {r[0] for r in rows(text)} == {DISC, "prior_lumbar_surgery"}
    assert not read_report(text).urgent


def test_what_is_not_mentioned_is_not_recorded() -> None:
    assert rows("L4-5: disc bulge.") == {(DISC, "L4-L5", "", "bulge", "present")}
