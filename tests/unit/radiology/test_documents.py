"""The doors: text, HL7, PDF, FHIR, DICOM SR; and what is refused."""

from __future__ import annotations

import base64
import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from narrows.problem import InputError, NotInstalled
from narrows.radiology import read_document, read_report, text_of

REPORT = "MRI LUMBAR SPINE\nFINDINGS:\nL4-L5: Disc bulge with moderate canal stenosis.\n"


def grades(text: str) -> dict[str, Any]:
    """Finding to value of what a text says of L4-L5."""
    return {r.finding: r.value for r in read_report(text).findings if r.level == "L4-L5"}


EXPECTED = {"disc_displacement": "bulge", "lee_central_grade": 2}


def pdf_of(text: str) -> bytes:
    """A PDF with a text layer."""
    import typst

    return typst.compile(("#set page(width: 21cm)\n" + text.replace("\n", " \\\n")).encode(), format="pdf")


def fhir_of(**more: Any) -> bytes:
    """A DiagnosticReport."""
    return json.dumps({"resourceType": "DiagnosticReport", "status": "final", **more}).encode()


def test_plain_text(tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    path.write_text(REPORT, encoding="utf-8")
    assert grades(read_document(str(path))) == EXPECTED


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_encodings(encoding: str) -> None:
    assert grades(text_of(REPORT.replace("-L5", "–L5").encode(encoding), "report.txt")) == EXPECTED


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stream:
        buffer = io.BytesIO(REPORT.encode())

    monkeypatch.setattr(sys, "stdin", Stream())
    assert grades(read_document("-")) == EXPECTED


def test_pdf_with_a_text_layer() -> None:
    assert grades(text_of(pdf_of(REPORT), "report.pdf")) == EXPECTED


def test_pdf_without_text_is_refused() -> None:
    with pytest.raises(InputError, match="no text layer"):
        text_of(pdf_of("#rect()"), "scan.pdf")


def test_broken_pdf_is_refused() -> None:
    with pytest.raises(InputError, match=r"scan\.pdf"):
        text_of(b"%PDF-1.7\nnothing of use", "scan.pdf")


@pytest.mark.parametrize(
    "resource",
    [
        {"conclusion": REPORT},
        {"presentedForm": [{"contentType": "text/plain", "data": base64.b64encode(REPORT.encode()).decode()}]},
        {
            "presentedForm": [
                {
                    "contentType": "text/html",
                    "data": base64.b64encode(
                        b"<p>MRI</p><p>L4-L5: Disc bulge with moderate canal stenosis.</p>"
                    ).decode(),
                }
            ]
        },
        {"text": {"status": "generated", "div": "<div><p>L4-L5: Disc bulge with moderate canal stenosis.</p></div>"}},
    ],
    ids=["conclusion", "plain form", "html form", "narrative"],
)
def test_fhir(resource: dict[str, Any]) -> None:
    assert grades(text_of(fhir_of(**resource), "report.json")) == EXPECTED


def test_fhir_pdf_form_and_conclusion() -> None:
    form = {"contentType": "application/pdf", "data": base64.b64encode(pdf_of(REPORT)).decode()}
    text = text_of(
        fhir_of(presentedForm=[form], conclusion="Metastasis in L2.", effectiveDateTime="2026-03-01"), "r.json"
    )
    assert grades(text) == EXPECTED
    reading = read_report(text)
    assert [u.what for u in reading.urgent] == ["tumour or metastasis"]
    assert reading.study.date == "2026-03-01"


def test_fhir_bundle_of_two_patients_is_refused() -> None:
    entries = [
        {
            "resource": {
                "resourceType": "DiagnosticReport",
                "conclusion": REPORT,
                "subject": {"reference": f"Patient/{n}"},
            }
        }
        for n in (1, 2)
    ]
    with pytest.raises(InputError, match="2 patients"):
        text_of(json.dumps({"resourceType": "Bundle", "entry": entries}).encode(), "bundle.json")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b'{"resourceType": "Patient"}', "no DiagnosticReport"),
        (b'{"resourceType": "DiagnosticReport"}', "holds no text"),
        (b'{"resourceType": "DiagnosticReport", ', "not valid JSON"),
        (b"   \n ", "nothing in it"),
        (b"\x00\x01\x02\xff\xfe" * 400, "not a text"),
    ],
)
def test_refused(data: bytes, says: str) -> None:
    with pytest.raises(InputError, match=says):
        text_of(data, "report.json" if data[:1] == b"{" else "report.txt")


def test_hl7_message() -> None:
    message = "MSH|^~\\&|RIS\rPID|1||123456||ROE^JANE\rOBX|1|TX|IMP||L4-L5: Disc bulge~Moderate canal stenosis.\r"
    text = text_of(message.encode(), "report.hl7")
    assert grades(text) == EXPECTED
    assert "ROE" not in text


def sr_of(*items: tuple[str, str]) -> bytes:
    """A DICOM structured report with text items, and a person name that must not come through."""
    pydicom = pytest.importorskip("pydicom", reason="pydicom is an extra")
    from pydicom.dataset import Dataset, FileMetaDataset
    from pydicom.uid import ExplicitVRLittleEndian

    def named(kind: str, name: str) -> Dataset:
        code = Dataset()
        code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = "1", "99", name
        item = Dataset()
        item.ValueType, item.ConceptNameCodeSequence = kind, [code]
        return item

    content = []
    for name, value in items:
        item = named("TEXT", name)
        item.TextValue = value
        content.append(item)
    person = named("PNAME", "Person Observer Name")
    person.PersonName = "Secret^Name"
    report = Dataset()
    report.file_meta = FileMetaDataset()
    report.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    report.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.88.11"
    report.file_meta.MediaStorageSOPInstanceUID = "1.2.3"
    report.SOPClassUID, report.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.88.11", "1.2.3"
    report.Modality, report.PatientName, report.StudyDescription = "SR", "Secret^Patient", "MRI lumbar spine"
    report.ContentSequence = [person, *content]
    out = io.BytesIO()
    pydicom.dcmwrite(out, report, enforce_file_format=True)
    return out.getvalue()


def test_dicom_structured_report() -> None:
    data = sr_of(("Findings", "L4-L5: Disc bulge with moderate canal stenosis."), ("Impression", "Moderate stenosis."))
    text = text_of(data, "report.dcm")
    assert grades(text) == EXPECTED
    assert "Secret" not in text


def test_dicom_without_pydicom_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pydicom", None)
    with pytest.raises(NotInstalled, match="pydicom"):
        text_of(b"\x00" * 128 + b"DICM" + b"\x00" * 20, "report.dcm")


def test_dicom_that_is_broken_is_refused() -> None:
    pytest.importorskip("pydicom", reason="pydicom is an extra")
    with pytest.raises(InputError, match=r"report\.dcm"):
        text_of(b"\x00" * 128 + b"DICM" + b"\x07" * 40, "report.dcm")


def test_missing_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_document(str(tmp_path / "nowhere.txt"))
    with pytest.raises(InputError, match="folder"):
        read_document(str(tmp_path))
