"""What is no report, or of two people, or in another language; names left out; random text."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrows.cli import main
from narrows.knowledge import Knowledge
from narrows.problem import InputError
from narrows.radiology import read_report
from narrows.radiology.page import reading_page

PRIVATE = """Patient Name: Margaret Thistlewood
DOB: 04/07/1951   MRN: 88412-77
Referring Physician: Dr. Aloysius Pemberton
Address: 12 Harbour Lane, Kirkwall
Phone: 01632 960 441
MRI LUMBAR SPINE
FINDINGS: Mrs. Thistlewood moved during the scan. L4-L5: severe canal stenosis.
Fracture of L1.
Electronically signed by: Dr. Quentin Marsh
"""
SECRETS = ("Thistlewood", "Margaret", "1951", "88412", "Pemberton", "Harbour", "960", "Quentin", "Marsh")


def test_names_and_numbers_are_left_out_of_everything(knowledge: Knowledge) -> None:
    reading = read_report(PRIVATE)
    kept = json.dumps(reading.as_dict()) + reading_page(reading, knowledge) + reading.text + repr(reading)
    for secret in SECRETS:
        assert secret not in kept
    assert len(reading.text) == len(PRIVATE)
    assert any(r.finding == "lee_central_grade" and r.value == 3 for r in reading.findings)


def test_two_patients_are_refused() -> None:
    two = "Patient Name: Ann Lee\nMRN: 100\nL4-5: bulge.\n\nPatient Name: Bo Field\nMRN: 200\nL4-5: severe canal stenosis.\n"
    with pytest.raises(InputError, match="different patient") as refused:
        read_report(two)
    assert "Field" not in str(refused.value)


def test_one_patient_named_twice_is_one() -> None:
    text = "Patient: Ann Lee\nDOB: 1/2/1960\nMRI LUMBAR SPINE\nL4-5: bulge.\nPatient Name: LEE, ANN\nDOB: 1/2/1960\n"
    assert any(r.finding == "disc_displacement" for r in read_report(text).findings)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("German", "Befund: Im Bereich der Lendenwirbelsäule zeigt sich auf Höhe L4/5 eine Protrusion der Bandscheibe mit Einengung des Spinalkanals. Keine Fraktur."),
        ("French", "Au niveau L4-L5, il existe une discopathie avec une hernie discale et un canal lombaire étroit. Pas de fracture dans le rachis."),
        ("Spanish", "En el nivel L4-L5 se observa una hernia discal con estenosis del canal. No se observan fracturas en la columna."),
    ],
)  # fmt: skip
def test_another_language_is_said(language: str, text: str) -> None:
    reading = read_report(text)
    assert reading.findings == ()
    assert language in reading.warnings[0]


def test_another_script_is_said() -> None:
    assert (
        "not written in English"
        in read_report("МРТ поясничного отдела позвоночника. Протрузия диска L4-L5.").warnings[0]
    )


def test_a_letter_is_said_to_be_no_report() -> None:
    letter = "Dear Dr. Brown,\nI reviewed this gentleman in clinic. On examination power was normal. His L4-5 stenosis troubles him.\nKind regards"
    assert any("does not look like" in w for w in read_report(letter).warnings)


def test_a_recipe_is_said_to_be_no_report() -> None:
    reading = read_report("Mix flour and butter. Bake for forty minutes. Serve with the soup of the day.")
    assert any("does not look like" in w for w in reading.warnings)
    assert reading.findings == ()


def test_an_empty_impression_is_said() -> None:
    reading = read_report("MRI LUMBAR SPINE\nFINDINGS: L4-5: disc bulge.\nIMPRESSION:\n")
    assert any("impression is empty" in w for w in reading.warnings)
    assert any(r.finding == "disc_displacement" for r in reading.findings)


@pytest.mark.parametrize("text", ["", "   \n\t "])
def test_no_text_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="no text"):
        read_report(text)


def test_five_megabytes_are_refused_at_once() -> None:
    with pytest.raises(InputError, match="more than one report"):
        read_report("L4-5: disc bulge. " * 290_000)


def test_a_transitional_vertebra_is_said() -> None:
    assert any("transitional" in w for w in read_report("MRI lumbar. Lumbarised S1. L5-S1: bulge.").warnings)


def test_command_refuses_two_patients_with_exit_two(tmp_path: object, capsys: pytest.CaptureFixture[str]) -> None:
    path = f"{tmp_path}/two.txt"
    with open(path, "w", encoding="utf-8") as file:
        file.write("Patient Name: Ann Lee\nL4-5: bulge.\nPatient Name: Bo Field\nL4-5: bulge.\n")
    assert main(["read", path, "--json"]) == 2
    out = capsys.readouterr()
    assert out.out == ""
    assert "two.txt" in out.err


_WORDS = st.sampled_from(
    [
        "L4-5",
        "L4-L5",
        "C5-6:",
        "mild",
        "moderate",
        "to",
        "severe",
        "left",
        "right",
        "bilateral",
        "no",
        "without",
        "but",
        "however",
        "canal",
        "stenosis",
        "foraminal",
        "narrowing",
        "disc",
        "bulge",
        "protrusion",
        "facet",
        "arthropathy",
        "compressing",
        "the",
        "root",
        "cord",
        ".",
        ",",
        ":",
        ";",
        "and",
        "or",
        "at",
        "of",
        "is",
        "not",
        "seen",
        "possible",
        "old",
        "fracture",
        "(",
        ")",
        "|",
        "~",
        "\n",
        "\n\n",
        "grade",
        "1",
        "3",
        "mm",
        "FINDINGS:",
        "IMPRESSION:",
        "remaining",
        "levels",
        "normal",
        "L1",
        "through",
        "S1",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(_WORDS, max_size=60).map(" ".join))
def test_words_of_reports_in_any_order(text: str) -> None:
    _is_sound(text)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_text(text: str) -> None:
    _is_sound(text)


def _is_sound(text: str) -> None:
    if not text.strip():
        return
    reading = read_report(text)
    assert reading == read_report(text)
    for row in reading.findings:
        assert 0 <= row.start < row.end <= len(text)
        assert row.status in ("present", "absent", "possible", "historical")
        assert row.side in ("", "left", "right", "both")
    json.dumps(reading.as_dict(), allow_nan=False)
