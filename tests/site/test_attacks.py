"""Attacks: every way in that takes words, files, headers or paths from outside."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from narrows.site import visits

SCRIPT = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'; DROP TABLE narrows_visit; --"
HOSTILE = (
    SCRIPT, "\0", "a\0b", "‮evil", "\ud800".encode("utf-16", "surrogatepass").decode("utf-16", "replace"), "%00", "../" * 20,
    "{{ settings.SECRET_KEY }}", "{% load x %}", "${7*7}", "=cmd|' /C calc'!A0", "x" * 20_000, "٣", "1e999", "-0", "NaN",
    "\r\nSet-Cookie: a=b", "𝕏" * 50,
)  # fmt: skip
ADDRESSES = (
    "/", "/injection/", "/spine/", "/spine/questions/1/", "/spine/stop/", "/spine/answer/", "/spine/keep/", "/spine/load/",
    "/spine/scan/", "/spine/forget/", "/compare/", "/page/", "/search/", "/clinician/", "/clinician/form/",
    "/clinician/what-if/", "/emergency/", "/already/", "/about/", "/health/", "/options/", "/claims/",
)  # fmt: skip


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_in_every_field_are_words(ruth: Client, words: str) -> None:
    fields = ("text", "price", "product", "promise", "reason", "place", "deadline", "country", "option", "value", "months",
              "whom", "asked", "age", "age.number", "rest", "then", "what", "level", "lee_central_grade", "finding", "scheme",
              "shows", "q", "show", "empty", "next", "again")  # fmt: skip
    said = dict.fromkeys(fields, words)
    for address in ADDRESSES:
        for answer in (ruth.post(address, said), ruth.get(address, said)):
            assert answer.status_code < 500, (address, answer.status_code)
            body = answer.content.decode(errors="replace")
            assert "<script>alert" not in body
            assert "<img src=x" not in body
            for header, value in answer.items():
                assert "\r" not in value, header
                assert "\n" not in value, header
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM narrows_visit")
        assert cursor.fetchone()[0] >= 0


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "PROPFIND", "GET\r\nX: y"])
def test_methods_that_make_no_sense_change_nothing(ruth: Client, address: str, method: str) -> None:
    before = ruth.get("/spine/narrows-case.json").content
    answer = ruth.generic(method, address, b"x=1", content_type="application/x-www-form-urlencoded")
    assert answer.status_code < 500
    assert ruth.get("/spine/narrows-case.json").content == before


@pytest.mark.parametrize("path", [
    "/static/../settings.py", "/static/%2e%2e/settings.py", "/static/..%2fsettings.py", "/options/../../etc/passwd/",
    "/options/%2e%2e%2f/", "/es/../es/", "/sources/%00/", "/claims/" + "a" * 5000 + "/", "/%c0%ae%c0%ae/", "/options//x/",
    "/spine/questions/99999999999999999999/", "/spine/questions/-1/", "/spine/questions/0/", "//evil.example/", "/\\evil.example",
])  # fmt: skip
def test_paths_lead_nowhere_else(ruth: Client, path: str) -> None:
    answer = ruth.get(path)
    assert answer.status_code in (200, 301, 302, 400, 404), answer.status_code
    assert b"SECRET" not in answer.content
    assert b"root:" not in answer.content
    if answer.status_code in (301, 302):
        assert re.match(r"/(?![/\\])", answer["Location"]), answer["Location"]


@pytest.mark.parametrize("there", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"])
def test_no_address_sends_anybody_elsewhere(ruth: Client, there: str) -> None:
    for address in ADDRESSES:
        for answer in (
            ruth.get(address, {"next": there, "then": there}),
            ruth.post(address, {"next": there, "then": there}),
        ):
            assert "evil" not in answer.get("Location", "")
            assert "javascript" not in answer.get("Location", "")


def test_a_foreign_origin_is_refused_even_with_a_token(client: Client) -> None:
    strict = Client(enforce_csrf_checks=True, SERVER_NAME="localhost")
    page = strict.get("/spine/").content.decode()
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page)
    assert token
    said = {"csrfmiddlewaretoken": token[1], "country": "GB"}
    assert strict.post("/spine/", said, headers={"Origin": "https://evil.example"}).status_code == 403
    assert strict.post("/spine/", said, headers={"Origin": "null"}).status_code == 403
    assert strict.post("/spine/", said, headers={"Origin": "http://localhost"}).status_code == 302


def test_every_form_that_changes_something_needs_a_token() -> None:
    strict = Client(enforce_csrf_checks=True, SERVER_NAME="localhost")
    for address in ("/spine/", "/injection/", "/compare/", "/page/", "/spine/load/", "/spine/forget/", "/clinician/"):
        assert strict.post(address, {"x": "1"}).status_code == 403, address


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Accept-Language", "Referer",
                                    "User-Agent", "Cookie", "If-None-Match", "Accept-Encoding", "HX-Request"])  # fmt: skip
def test_headers_from_outside_are_not_believed(client: Client, header: str) -> None:
    for words in ("evil.example", "' OR 1=1 --", "x" * 9000, "\xff\xfe", "narrows_visit=" + "A" * 43, "../../etc"):
        answer = client.get("/spine/", headers={header: words})
        assert answer.status_code < 500
        assert b"evil.example" not in answer.content
        assert "evil" not in answer.get("Location", "")


@pytest.mark.parametrize("name", ["A" * 43, "' OR '1'='1", "x" * 5000, "../../../etc/passwd", ""])
def test_a_visit_cannot_be_guessed_or_set_by_another(client: Client, name: str) -> None:
    client.cookies["narrows_visit"] = name
    assert client.get("/spine/answer/").status_code == 410
    client.post("/spine/", {"country": "GB"})
    given = client.cookies["narrows_visit"]
    assert given.value != name, "a name that came from outside is never used"
    assert given["httponly"]
    assert given["samesite"] == "Lax"


def test_a_visit_that_somebody_wrote_into_the_table_is_not_believed(begun: Client) -> None:
    key = begun.cookies["narrows_visit"].value
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE narrows_visit SET held = %s WHERE name = %s",
            ["eyJjYXNlIjp7fX0:forged", visits.SessionStore._hashed(key)],
        )
    assert begun.get("/spine/answer/").status_code == 410


@pytest.mark.parametrize("case", [
    {"findings": {"__class__": 1}}, {"findings": {"age": {"left": 70}}}, {"findings": {"age": [70]}}, {"findings": []},
    {"levels": {"../..": {}}}, {"levels": {"L4-L5": {"__proto__": 1}}}, {"id": "<script>alert(1)</script>" * 50},
    {"id": "a\nb"}, {"as_of": "9999-99-99"}, {"as_of": "0001-01-01", "findings": {"age": 70}}, {"as_of": 5},
    {"answers": {"odi": {"items": [1e308] * 10}}}, {"answers": {"../odi": {}}}, {"saved": {"digests": {"criteria": 5}}},
    {"saved": {"baseline": json.dumps({"facts": {"age": SCRIPT, SCRIPT: SCRIPT}, "taken_on": SCRIPT, "sha256": SCRIPT})}},
    {"findings": {"age": 70}, "missing": {"age": "asked"}}, {"missing": {"x" * 9000: "refused"}},
])  # fmt: skip
def test_a_hostile_case_is_refused_or_shown_as_words(client: Client, case: dict[str, object]) -> None:
    for address in ("/spine/load/", "/clinician/"):
        answer = client.post(address, {"text": json.dumps(case)})
        assert answer.status_code in (302, 422), answer.status_code
        for page in (
            "/spine/answer/",
            "/spine/keep/",
            "/spine/clinician/",
            "/spine/narrows-case.toml",
            "/spine/answer.pdf",
        ):
            shown = client.get(page)
            assert shown.status_code in (200, 410), (page, shown.status_code)
            if shown["Content-Type"].startswith("text/html"):
                assert b"<script>alert" not in shown.content
                assert b"<img src=x" not in shown.content


def test_toml_that_comes_out_is_toml_whatever_went_in(client: Client) -> None:
    import tomllib

    words = 'a" = 1\n[findings]\nage = 5 # \\ \u2028 \x7f'
    raw = {
        "findings": {"age": 70},
        "saved": {"baseline": json.dumps({"facts": {"offer_promise": words}, "taken_on": "x"})},
    }
    assert client.post("/spine/load/", {"text": json.dumps(raw)}).status_code == 302
    kept = tomllib.loads(client.get("/spine/narrows-case.toml").content.decode())
    assert kept["findings"]["age"] == 70
    assert json.loads(kept["saved"]["baseline"])["facts"]["offer_promise"] == words


def test_a_very_long_visit_stays_small_and_answers(begun: Client) -> None:
    for number in range(1, 120):
        screen = begun.get(f"/spine/questions/{number}/", follow=True).content.decode()
        asked = re.search(r'name="asked" value="([^"]+)"', screen)
        if not asked:
            break
        begun.post(f"/spine/questions/{number}/", {"asked": asked[1], "rest": "unknown"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT MAX(LENGTH(held)) FROM narrows_visit")
        assert cursor.fetchone()[0] < 60_000
    assert begun.get("/spine/answer/").status_code == 200


def test_file_names_and_several_files_are_not_trusted(begun: Client) -> None:
    body = b"\x5c\x01\x00\x00" + b"\0" * 340 + b"n+1\0" + b"\0" * 100
    for name in ("../../etc/passwd", "a\0.nii", "x" * 4000 + ".nii", "con.nii", ".nii", '"; rm -rf /;.nii'):
        files = [SimpleUploadedFile(name, body) for _ in range(4)]
        assert begun.post("/spine/scan/", {"what": "labels", "file": files}).status_code in (400, 422)
    many = [SimpleUploadedFile(f"{i}.nii", body) for i in range(9)]
    assert begun.post("/spine/scan/", {"what": "labels", "file": many}).status_code in (400, 413)


def test_words_of_the_offer_are_kept_nowhere(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    mark = "PRICE-1f9c2e"
    said = {"reason": "walking", "product": "exosomes", "place": "unsure", "deadline": "no", "price": mark}
    with caplog.at_level("DEBUG"):
        answer = client.post("/injection/", said)
    assert mark in answer.content.decode(), "it goes into the page"
    assert answer["Cache-Control"] == "no-store"
    assert "narrows_visit" not in client.cookies, "no visit is begun"
    assert mark not in caplog.text
    assert mark not in str(client.cookies)
    folder = Path(str(connection.settings_dict["NAME"])).parent
    assert not [p for p in folder.rglob("*") if p.is_file() and mark.encode() in p.read_bytes()]
    assert mark not in client.get("/injection/").content.decode(), "and nowhere else"
