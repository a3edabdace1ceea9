"""The doors to the page checker, the report reader and the measurement: what they give, and that they say when they are away."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from narrows.site import case_file, doors

PAGES = Path(__file__).parents[1] / "data" / "claims"
SELLING = (
    "Stem cell therapy cures spinal stenosis. 85% of our patients improve. The injection is completely risk free. "
    "It is FDA approved. Book your free seminar today and save 20 percent."
)
REPORT = """MRI LUMBAR SPINE
L3-L4: Mild disc bulge.
L4-L5: Severe central canal stenosis. Grade 1 anterolisthesis, 5 mm.
L5-S1: Normal.
IMPRESSION: Severe stenosis at L4-L5."""


@pytest.fixture
def without_parts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An installation that lacks the three parts."""
    doors.installed.cache_clear()
    monkeypatch.setattr(doors, "PARTS", dict.fromkeys(doors.PARTS, "narrows.not_there"))
    yield
    doors.installed.cache_clear()


def test_a_page_is_shown_back_with_marks_and_answers(client: Client) -> None:
    answer = client.post("/page/", {"text": SELLING})
    assert answer.status_code == 200
    text = answer.content.decode()
    marks, answers = re.findall(r'id="m(\d+)"', text), re.findall(r'id="b(\d+)"', text)
    assert marks == answers
    assert len(marks) >= 3
    plain = re.sub(r"<sup>.*?</sup>|<[^>]+>", "", text[text.index('class="marked"') : text.index("</section>")])
    assert "Stem cell therapy cures spinal stenosis. 85% of our patients improve." in plain
    assert "What the page leaves out" in text
    assert "Questions to ask the clinic" in text
    assert "DISCERN" in text


def test_a_page_as_html_and_its_scripts(client: Client) -> None:
    body = f"<!doctype html><html><body><article><p>{SELLING}</p><script>alert(1)</script><p>More of it here. "
    body += "<img src=x onerror=alert(2)> Relief lasts for years.</p></article></body></html>"
    answer = client.post("/page/", {"file": SimpleUploadedFile("clinic.html", body.encode())})
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "alert(1)" not in text.split("<main")[1]
    assert "<img" not in text


def test_nothing_is_fetched(client: Client) -> None:
    answer = client.post("/page/", {"text": "http://169.254.169.254/latest/meta-data/"})
    assert answer.status_code in (200, 422)
    assert "ami-id" not in answer.content.decode()


def test_a_report_is_read_into_the_case_and_can_be_taken_out(begun: Client) -> None:
    answer = begun.post("/spine/scan/", {"what": "report", "text": REPORT})
    assert answer.status_code in (200, 302)
    held = json.loads(begun.get("/spine/narrows-case.json").content)
    assert held["levels"]["L4-L5"]["lee_central_grade"] == 3
    assert held["levels"]["L4-L5"]["spondylolisthesis_slip"] == 5
    begun.post("/spine/scan/", {"what": "remove", "level": "L4-L5"})
    assert "L4-L5" not in json.loads(begun.get("/spine/narrows-case.json").content)["levels"]


def test_what_is_no_scan_is_refused(begun: Client) -> None:
    for body in (b"hello", b"\x1f\x8b\x08\x00broken", b"%PDF-1.4", b"\x5c\x01\x00\x00" + b"\0" * 400):
        answer = begun.post("/spine/scan/", {"what": "labels", "file": SimpleUploadedFile("a.nii.gz", body)})
        assert answer.status_code == 422, body
    assert begun.post("/spine/scan/", {"what": "labels"}).status_code == 422


def test_label_maps_are_measured_into_the_case_and_shown(begun: Client) -> None:
    folder = Path(__file__).parents[1] / "data" / "imaging" / "cervical_c6_mri"
    names = ("sub-mri_seg-subreg_label-6_msk.nii.gz", "sub-mri_seg-vert_label-6_msk.nii.gz")
    files = [SimpleUploadedFile(name, (folder / name).read_bytes()) for name in names]
    answer = begun.post("/spine/scan/", {"what": "labels", "file": files})
    assert answer.status_code in (200, 302), answer.content.decode().split("errors")[1][:900]
    held = json.loads(begun.get("/spine/narrows-case.json").content)
    shown = answer.content.decode()
    assert held["levels"] or "No level could be named" in shown
    assert "Read this too" in shown, "what the measurement warns of is shown"
    assert begun.get("/spine/answer/").status_code == 200


@pytest.mark.usefixtures("without_parts")
def test_a_part_that_is_away_is_named(begun: Client) -> None:
    assert "not installed here" in begun.get("/page/").content.decode()
    assert begun.post("/page/", {"text": SELLING}).status_code == 422
    scan = begun.get("/spine/scan/").content.decode()
    assert scan.count("not installed here") == 2
    assert begun.post("/spine/scan/", {"what": "report", "text": REPORT}).status_code == 422


def label_map(labels: tuple[int, ...]) -> bytes:
    """A NIfTI map of blocks, one above the other."""
    import nibabel
    import numpy as np

    data = np.zeros((12, 12, 6 * len(labels)), np.uint8)
    for place, label in enumerate(labels):
        data[3:9, 3:9, 6 * place : 6 * place + 5] = label
    return bytes(nibabel.Nifti1Image(data, np.diag([1.0, 1.0, 3.0, 1.0])).to_bytes())


def test_a_map_of_which_the_program_is_not_clear_is_asked_about(begun: Client) -> None:
    body = label_map((25, 26, 27, 28, 29, 30, 31, 79))
    asked = begun.post("/spine/scan/", {"what": "labels", "file": SimpleUploadedFile("scan.nii", body)})
    text = asked.content.decode()
    assert asked.status_code == 422
    assert "Which program made this map?" in text
    assert '<option value="totalsegmentator_total">' in text
    assert '<option value="totalsegmentator_total_v3">' in text
    assert "--scheme" not in text
    said = {"what": "labels", "scheme": "totalsegmentator_total", "file": SimpleUploadedFile("scan.nii", body)}
    assert "Which program made this map?" not in begun.post("/spine/scan/", said).content.decode()


def test_a_mask_that_does_not_tell_what_it_shows_is_asked_about(begun: Client) -> None:
    body = label_map((1,))
    asked = begun.post("/spine/scan/", {"what": "labels", "file": SimpleUploadedFile("mask.nii", body)})
    assert asked.status_code == 422
    assert "What does this map show?" in asked.content.decode()
    said = {"what": "labels", "shows": "canal", "file": SimpleUploadedFile("mask.nii", body)}
    assert "What does this map show?" not in begun.post("/spine/scan/", said).content.decode()


@pytest.mark.parametrize("field", ["scheme", "shows"])
@pytest.mark.parametrize("value", ["/etc/passwd", "../../table.toml", "<script>", "x" * 5000])
def test_only_known_programs_and_structures_are_taken(begun: Client, field: str, value: str) -> None:
    said = {"what": "labels", field: value, "file": SimpleUploadedFile("a.nii", label_map((1, 2)))}
    answer = begun.post("/spine/scan/", said)
    assert answer.status_code == 422
    assert "not known here" in answer.content.decode() or "nothing that a map can show" in answer.content.decode()


def test_a_kept_file_holds_where_numbers_came_from_and_what_takes_the_room(begun: Client) -> None:
    begun.post("/spine/scan/", {"what": "report", "text": REPORT})
    kept = json.loads(begun.get("/spine/narrows-case.json").content)
    held = json.loads(kept["saved"]["scan"])
    assert held["origins"]["L4-L5 lee_central_grade"][0] == 3
    kept["saved"]["scan"] = json.dumps({**held, "shares": {"L4-L5": [{"tissue": "disc", "share": 0.6}]}})
    assert begun.post("/spine/load/", {"text": json.dumps(kept)}).status_code == 302
    assert "Mostly disc" in begun.get("/spine/answer/").content.decode()
    again = json.loads(json.loads(begun.get("/spine/narrows-case.json").content)["saved"]["scan"])
    assert again["origins"] == held["origins"]
    begun.post("/spine/scan/", {"what": "hand", "level": "L4-L5", "lee_central_grade": "2"})
    after = json.loads(begun.get("/spine/narrows-case.json").content)
    loaded = case_file.measured_scan_of(after)
    assert "L4-L5 lee_central_grade" not in loaded.origins, "what was entered by hand was not read from the report"


@pytest.mark.parametrize(
    "scan", ["[", "{}", '{"origins":{},"shares":{"L4-L5":5}}', '{"origins":5,"shares":{}}', "[" * 90_000]
)
def test_a_changed_scan_part_of_a_file_is_refused_whole(client: Client, scan: str) -> None:
    answer = client.post("/spine/load/", {"text": json.dumps({"findings": {"age": 70}, "saved": {"scan": scan}})})
    assert answer.status_code == 422
    assert client.get("/spine/answer/").status_code == 410
