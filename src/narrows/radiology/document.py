"""The doors that a report comes in by: text, PDF with a text layer, FHIR DiagnosticReport, DICOM SR, standard input."""

from __future__ import annotations

import base64
import binascii
import json
import re
import sys
from pathlib import Path
from typing import Any, Final

from narrows.problem import InputError, NotInstalled, Problem

_BIGGEST: Final = 40_000_000
_DICOM: Final = (".dcm", ".dicom", ".sr")


def read_document(path: str) -> str:
    """The text of a report file, or of standard input for "-".

    .txt and the like, .pdf (its text layer), .json (FHIR DiagnosticReport or a Bundle with one), .dcm (DICOM SR;
    needs pydicom). Raises InputError for a file that is not there, too large or holds no text; NotInstalled.
    """
    if path == "-":
        return text_of(sys.stdin.buffer.read(_BIGGEST + 1), "standard input")
    file = Path(path)
    try:
        if file.is_dir():
            raise InputError(Problem("this is a folder", path, "give one report file"))
        if file.stat().st_size > _BIGGEST:
            raise InputError(
                Problem("the file is larger than 40 MB", path, "give the report alone, without its pictures")
            )
        data = file.read_bytes()
    except FileNotFoundError:
        raise InputError(Problem("there is no such file", path, "check the name")) from None
    except OSError as error:
        raise InputError(Problem(f"the file cannot be read: {error.strerror}", path)) from None
    return text_of(data, path)


def text_of(data: bytes, where: str) -> str:
    """The text in the bytes of a report of any of the kinds above; `where` names them in errors."""
    if not data.strip():
        raise InputError(Problem("there is nothing in it", where, "give the text of a report"))
    if len(data) > _BIGGEST:
        raise InputError(Problem("this is larger than 40 MB", where, "give the report alone"))
    if data[:5] == b"%PDF-" or data[:1024].find(b"%PDF-") >= 0:
        return _pdf(data, where)
    if data[128:132] == b"DICM" or Path(where).suffix.lower() in _DICOM:
        return _dicom(data, where)
    text = _decoded(data, where)
    if text.lstrip()[:1] in "{[" and ("resourceType" in text[:20000] or where.lower().endswith(".json")):
        return _fhir(text, where)
    if text.startswith("MSH|") or "\nMSH|" in text[:2000] or "\rOBX|" in text or "\nOBX|" in text:
        return _hl7(text)
    return text


def _decoded(data: bytes, where: str) -> str:
    for encoding in ("utf-8-sig", "utf-16") if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig",):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    if data.count(b"\x00") > len(data) // 50:
        raise InputError(Problem("this is not a text", where, "a report is .txt, .pdf, .json (FHIR) or DICOM SR"))
    from charset_normalizer import from_bytes

    best = from_bytes(data[:200_000]).best()
    return data.decode(best.encoding if best else "cp1252", errors="replace")


def _pdf(data: bytes, where: str) -> str:
    import io
    import logging

    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its complaints about a file could quote the file
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise InputError(Problem("the PDF is locked with a password", where, "save it without one"))
        pages = [page.extract_text() or "" for page in reader.pages[:60]]
    except (PyPdfError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
        raise InputError(
            Problem(f"the PDF is broken ({type(error).__name__})", where, "save it anew, or give the text")
        ) from None
    text = "\n\n".join(pages)
    if not text.strip():
        raise InputError(
            Problem(
                "the PDF has no text layer, it is a picture",
                where,
                "run text recognition (OCR) on it, or type the text",
            )
        )
    return text


def _fhir(text: str, where: str) -> str:
    try:
        resource = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        raise InputError(
            Problem("this is not valid JSON", where, "give a FHIR DiagnosticReport, or plain text")
        ) from None
    reports = _reports(resource)
    if not reports:
        raise InputError(
            Problem("there is no DiagnosticReport in it", where, "give a FHIR DiagnosticReport, or plain text")
        )
    subjects = {json.dumps(r.get("subject"), sort_keys=True) for r in reports if r.get("subject")}
    if len(subjects) > 1:
        raise InputError(
            Problem(f"it holds reports of {len(subjects)} patients", where, "give the report of one person")
        )
    parts: list[str] = []
    for report in reports:
        parts.extend(_of_report(report, where))
    if not "".join(parts).strip():
        raise InputError(
            Problem("the DiagnosticReport holds no text", where, "it needs presentedForm, conclusion or text")
        )
    return "\n\n".join(p for p in parts if p.strip())


def _reports(resource: Any) -> list[dict[str, Any]]:
    if isinstance(resource, list):
        return [r for item in resource for r in _reports(item)]
    if not isinstance(resource, dict):
        return []
    if resource.get("resourceType") == "DiagnosticReport":
        return [resource]
    if resource.get("resourceType") == "Bundle":
        entries = resource.get("entry")
        return (
            [r for e in entries if isinstance(e, dict) for r in _reports(e.get("resource"))]
            if isinstance(entries, list)
            else []
        )
    return []


def _of_report(report: dict[str, Any], where: str) -> list[str]:
    parts: list[str] = []
    code = report.get("code")
    named = code.get("text") if isinstance(code, dict) else None
    if isinstance(code, dict) and not named:
        named = next(
            (c.get("display") for c in code.get("coding") or [] if isinstance(c, dict) and c.get("display")), None
        )
    if isinstance(named, str):
        parts.append(f"EXAM: {named}")
    if isinstance(report.get("effectiveDateTime"), str):
        parts.append(f"EXAM DATE: {report['effectiveDateTime'][:10]}")
    forms = report.get("presentedForm")
    body = ""
    for form in forms if isinstance(forms, list) else []:
        body = _attachment(form, where) if isinstance(form, dict) else ""
        if body.strip():
            break
    if not body.strip():
        narrative = report.get("text")
        div = narrative.get("div") if isinstance(narrative, dict) else None
        body = _without_tags(div) if isinstance(div, str) else ""
    if body.strip():
        parts.append(body)
    conclusion = report.get("conclusion")
    if isinstance(conclusion, str) and " ".join(conclusion.split()) not in " ".join(body.split()):
        parts.append(f"IMPRESSION: {conclusion}" if body.strip() else conclusion)
    return parts


def _attachment(form: dict[str, Any], where: str) -> str:
    data = form.get("data")
    if not isinstance(data, str):
        return ""
    try:
        raw = base64.b64decode(data, validate=False)
    except (binascii.Error, ValueError):
        raise InputError(
            Problem("presentedForm.data is not base64", where, "encode the attachment as base64")
        ) from None
    kind = str(form.get("contentType", "")).lower()
    if raw[:5] == b"%PDF-":
        return _pdf(raw, f"{where}, presentedForm")
    if not raw.strip():
        return ""
    text = _decoded(raw, where)
    return (
        _without_tags(text)
        if "html" in kind or re.match(r"\s*<(?:!doctype|html|div|p)\b", text, re.IGNORECASE)
        else text
    )


def _without_tags(html: str) -> str:
    from html import unescape

    text = re.sub(r"(?is)<(script|style)\b.*?</\1>", " ", html)
    text = re.sub(r"(?i)<(?:br|/p|/div|/li|/tr|/h\d)\b[^>]*>", "\n", text)
    text = re.sub(r"(?i)<(?:/td|/th)\b[^>]*>", " | ", text)
    return unescape(re.sub(r"<[^>]+>", "", text))


def _hl7(text: str) -> str:
    """The report lines of an HL7 version 2 message: OBX-5 of text segments, ~ and \\.br\\ as line ends."""
    lines: list[str] = []
    for segment in re.split(r"[\r\n]+", text):
        fields = segment.split("|")
        if fields[0] == "OBX" and len(fields) > 5 and fields[2] in ("TX", "FT", "ST", ""):
            lines.extend(re.split(r"~|\\\.br\\", fields[5]))
        elif fields[0] == "NTE" and len(fields) > 3:
            lines.extend(re.split(r"~|\\\.br\\", fields[3]))
    return "\n".join(lines) if any(line.strip() for line in lines) else text


def _dicom(data: bytes, where: str) -> str:
    try:
        import pydicom
    except ImportError:
        raise NotInstalled("pydicom, which reads DICOM structured reports,", "pip install 'narrows[dicom]'") from None
    import io
    import warnings

    from pydicom.errors import InvalidDicomError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # pydicom warns with values of the file, which may be a name
            dataset = pydicom.dcmread(io.BytesIO(data))
    except (InvalidDicomError, EOFError, ValueError, AttributeError, NotImplementedError):
        raise InputError(Problem("this is not a DICOM file", where, "give a DICOM structured report")) from None
    if str(dataset.get("Modality", "")) not in ("SR", "KO", "DOC") and "ContentSequence" not in dataset:
        raise InputError(Problem("this DICOM file is no structured report", where, "give the report, not the pictures"))
    parts: list[str] = []
    described = dataset.get("StudyDescription")
    if described:
        parts.append(f"EXAM: {described}")
    if dataset.get("StudyDate"):
        day = str(dataset.StudyDate)
        parts.append(f"EXAM DATE: {day[:4]}-{day[4:6]}-{day[6:8]}")
    _contents(dataset.get("ContentSequence", []), parts, 0)
    if not any(p for p in parts if not p.startswith("EXAM")):
        raise InputError(Problem("the structured report holds no text", where, "give one with text content"))
    return "\n".join(parts)


_IMPERSONAL: Final = ("TEXT", "NUM", "CODE", "CONTAINER")


def _contents(items: Any, parts: list[str], depth: int) -> None:
    """Text items of a structured report in order, each under its concept name; names and identifiers are passed over."""
    if depth > 30:
        return
    for item in items:
        kind = str(item.get("ValueType", ""))
        if kind not in _IMPERSONAL:
            continue
        names = item.get("ConceptNameCodeSequence") or []
        name = str(names[0].get("CodeMeaning", "")) if len(names) else ""
        if kind == "TEXT":
            value = str(item.get("TextValue", ""))
            parts.append(f"{name}: {value}" if name else value)
        elif kind == "NUM" and item.get("MeasuredValueSequence"):
            measured = item.MeasuredValueSequence[0]
            units = measured.get("MeasurementUnitsCodeSequence") or []
            unit = str(units[0].get("CodeValue", "")) if len(units) else ""
            parts.append(f"{name}: {measured.get('NumericValue', '')} {unit}")
        elif kind == "CODE" and item.get("ConceptCodeSequence"):
            parts.append(f"{name}: {item.ConceptCodeSequence[0].get('CodeMeaning', '')}")
        elif kind == "CONTAINER" and name:
            parts.append(f"{name}:")
        _contents(item.get("ContentSequence", []), parts, depth + 1)
