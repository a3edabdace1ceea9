"""What an attacker tries: scripts in fields, forged forms, bombs, floods, other people's visits, logs that tell."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, override_settings

from narrows.site import turns, uploads
from narrows.site.log_lines import JsonLine

SCRIPT = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
SOURCE = Path(__file__).parents[2] / "src"


def fresh(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs code in a new process with settings of its own."""
    held = {k: v for k, v in os.environ.items() if not k.startswith("NARROWS_SITE_")}
    held |= {"PYTHONPATH": str(SOURCE), "DJANGO_SETTINGS_MODULE": "narrows.site.settings", **environment}
    return subprocess.run([sys.executable, "-c", code], env=held, capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize("address", ["/", "/spine/", "/injection/", "/nowhere/", "/search/?q=x", "/health/"])
def test_headers_stand_on_everything(client: Client, address: str) -> None:
    answer = client.get(address)
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]
    assert "Strict-Transport-Security" not in answer, "plain HTTP on this machine promises no TLS"


def test_pages_of_a_person_are_kept_nowhere(ruth: Client) -> None:
    for address in ("/spine/answer/", "/spine/clinician/", "/spine/keep/", "/spine/questions/1/", "/clinician/"):
        assert "no-store" in ruth.get(address)["Cache-Control"], address


def test_no_answer_stands_in_an_address_or_a_cookie(begun: Client) -> None:
    answer = begun.post("/spine/questions/1/", {"asked": "saddle_numbness", "saddle_numbness": "true"})
    assert "saddle" not in answer["Location"]
    held = begun.cookies["narrows_visit"]
    assert len(held.value) < 60
    assert held["httponly"]
    assert held["samesite"] == "Lax"


def test_forged_forms_are_refused() -> None:
    strict = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    for address in ("/spine/", "/injection/", "/page/", "/spine/load/", "/spine/forget/", "/clinician/", "/compare/"):
        answer = strict.post(address, {"option": ["a", "b"]})
        assert answer.status_code == 403, address
        assert "came from elsewhere" in answer.content.decode()


def test_scripts_in_fields_stay_words(begun: Client) -> None:
    fields = {
        "/injection/": ("reason", "product", "place", "price", "country", "promise", "deadline"),
        "/spine/load/": ("text",),
        "/spine/keep/": ("product", "price", "promise"),
        "/spine/scan/": ("what", "level", "dural_sac_csa", "schizas_grade", "text"),
        "/compare/": ("option", "value", "country", "months", "whom"),
        "/clinician/": ("text",),
        "/clinician/form/": ("level", "age", "sex"),
        "/clinician/what-if/": ("finding", "level", "value"),
        "/spine/": ("country",),
        "/spine/questions/1/": ("asked", "saddle_numbness", "rest", "then"),
        "/page/": ("text",),
    }
    for address, names in fields.items():
        for name in names:
            answer = begun.post(
                address, {name: SCRIPT, "asked": "saddle_numbness"} if name != "asked" else {name: SCRIPT}
            )
            assert answer.status_code in (200, 302, 400, 403, 422), (address, name, answer.status_code)
            assert "<script>alert" not in answer.content.decode()
            assert "<img src=x" not in answer.content.decode()
    held = json.loads(begun.get("/spine/narrows-case.json").content)
    assert "alert" not in json.dumps(held["findings"])


def test_a_case_with_hostile_text_is_shown_as_text(client: Client) -> None:
    client.post("/spine/load/", {"text": json.dumps({"id": SCRIPT, "findings": {"age": 70}})})
    for address in ("/spine/answer/", "/spine/clinician/", "/clinician/"):
        text = client.get(address).content.decode()
        assert "<script>alert" not in text
        assert "<img src=x" not in text


@pytest.mark.parametrize(
    "body",
    [
        b"\0\1\2" * 50, b"%PDF-1.4 broken", b"{" * 5000, b"[" * 100_000, b"id = 1\nid = 2", b'{"findings": NaN}', b"",
        b"\xff\xfe\0", b"PK\x03\x04" + b"\0" * 500, b'{"findings": {"age": 1e999}}', b'{"findings": {"age": true}}',
        b'{"saved": {"baseline": "["}}', b'{"levels": {"L4-L5": []}}', b'{"findings": {"age": "' + b"9" * 5000 + b'"}}',
    ],
)  # fmt: skip
def test_wrong_files_are_told_not_crashed_on(client: Client, body: bytes) -> None:
    for address in ("/spine/load/", "/clinician/"):
        answer = client.post(address, {"file": SimpleUploadedFile("case.json", body)})
        assert answer.status_code in (302, 422), answer.status_code
    page = client.post("/page/", {"file": SimpleUploadedFile("page.html", body)})
    assert page.status_code in (200, 422)


def test_uploads_that_are_too_large_are_refused(client: Client) -> None:
    answer = client.post("/spine/load/", {"file": SimpleUploadedFile("case.json", b" " * 2_100_000)})
    assert answer.status_code == 422
    assert "larger than 2 MB" in answer.content.decode()
    with override_settings(LARGEST_UPLOAD=100_000):
        answer = client.post("/page/", {"file": SimpleUploadedFile("page.txt", b"a" * 300_000)})
        assert answer.status_code in (400, 413)


def test_what_a_file_is_is_told_by_its_bytes() -> None:
    assert uploads.kind_of(b"%PDF-1.7\n") == "pdf"
    assert uploads.kind_of(b"\x1f\x8b\x08\0") == "gzip"
    assert uploads.kind_of(b"<!DOCTYPE html><p>") == "html"
    assert uploads.kind_of(b"MZ\0\0") == "binary"
    assert uploads.kind_of(b"NRRD0004\n") == "nrrd"
    assert uploads.kind_of(b"ObjectType = Image\n") == "metaimage"
    assert uploads.kind_of("Wörter".encode()) == "text"


def test_a_flood_of_heavy_work_waits() -> None:
    start = 60.0 * 1_000_000
    with override_settings(HEAVY_A_MINUTE=60):
        waits = [turns.wait("192.0.2.1", start) for _ in range(70)]
        assert waits[:60] == [0.0] * 60
        assert waits[60:] == [60.0] * 10
        assert turns.wait("192.0.2.2", start) == 0.0, "another address is not made to wait"
        assert turns.wait("192.0.2.1", start + 61) == 0.0, "after a minute it may go on"
    with override_settings(HEAVY_A_MINUTE=0):
        assert turns.wait("192.0.2.1", start) == 0.0


def test_turns_are_counted_for_all_workers_together(tmp_path: Path) -> None:
    code = (
        "import django; django.setup()\n"
        "from narrows.site import turns\n"
        "print([turns.wait('192.0.2.1', 600.0) for _ in range(3)])"
    )
    shared = {"NARROWS_SITE_LIMIT": "5", "NARROWS_SITE_SECRET": "s" * 60, "NARROWS_SITE_VISITS": str(tmp_path)}
    first, second = fresh(code, **shared), fresh(code, **shared)
    assert first.stdout.strip() == "[0.0, 0.0, 0.0]", first.stderr
    assert second.stdout.strip() == "[0.0, 0.0, 60.0]", second.stderr


def test_no_address_is_held_longer_than_its_minute() -> None:
    with override_settings(HEAVY_A_MINUTE=60):
        turns.wait("192.0.2.7", 6_000.0)
        turns.wait("192.0.2.8", 6_060.0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, minute FROM narrows_turn WHERE minute <= 101")
        rows = cursor.fetchall()
    assert [minute for _, minute in rows] == [101]
    assert "192.0.2" not in rows[0][0]


def test_the_flood_is_answered_with_a_page() -> None:
    code = (
        "import django; django.setup()\n"
        "from django.test import Client\n"
        "c = Client(SERVER_NAME='localhost')\n"
        "codes = [c.get('/search/').status_code for _ in range(5)]\n"
        "print(codes, c.get('/search/')['Retry-After'])"
    )
    done = fresh(code, NARROWS_SITE_LIMIT="3")
    assert done.stdout.startswith("[200, 200, 200, 429, 429]"), done.stderr


def test_logs_tell_nothing_of_a_person(begun: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="narrows.site"):
        begun.post("/spine/questions/1/?x=secret", {"asked": "saddle_numbness", "saddle_numbness": "true"})
    lines = [JsonLine().format(r) for r in caplog.records if r.name == "narrows.site"]
    assert lines
    told = json.loads(lines[-1])
    assert set(told) <= {"time", "level", "what", "path", "status", "milliseconds", "method"}
    assert "secret" not in lines[-1]
    assert "saddle" not in lines[-1]


def test_an_error_of_ours_tells_its_place_and_not_its_values(caplog: pytest.LogCaptureFixture) -> None:
    try:
        raise ValueError("ruth is 72")
    except ValueError:
        record = logging.LogRecord("django.request", logging.ERROR, "x", 1, "%s", ("ruth",), sys.exc_info())
    line = JsonLine().format(record)
    assert "ValueError" in line
    assert "ruth" not in line


def test_a_host_that_is_not_ours_is_refused(client: Client) -> None:
    client.get("/")
    assert client.get("/", SERVER_NAME="evil.example").status_code == 400


def test_methods_and_bodies_that_make_no_sense(begun: Client) -> None:
    assert begun.get("/spine/forget/").status_code == 405
    assert begun.post("/spine/questions/9999/", {"asked": "age"}).status_code == 302
    assert begun.get("/spine/questions/99999999999999999999/").status_code in (302, 404)
    many = {f"f{i}": "x" for i in range(700)}
    assert begun.post("/injection/", many).status_code == 400


def test_production_settings_have_no_open_warning() -> None:
    code = (
        "import sys\nfrom django.core.management import execute_from_command_line as run\n"
        "run(['narrows.site', 'check', '--deploy', '--fail-level', 'WARNING'])"
    )
    done = fresh(code, NARROWS_SITE_TLS="1", NARROWS_SITE_SECRET="k9" * 40 + "!aZ#", NARROWS_SITE_HOSTS="spine.example",
                 NARROWS_SITE_PROFILE="library", NARROWS_SITE_ANSWERABLE="The hospital")  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_listening_for_others_needs_a_profile_and_a_name() -> None:
    done = fresh("import django; django.setup()", NARROWS_SITE_HOSTS="spine.example")
    assert done.returncode != 0
    assert "NARROWS_SITE_ANSWERABLE" in done.stderr
    asked = fresh("from narrows.cli import main; raise SystemExit(main(['serve', '--host', '0.0.0.0']))")
    assert asked.returncode == 2
    assert "--answerable" in asked.stderr


def test_the_library_computes_nothing_of_a_person() -> None:
    code = (
        "import django; django.setup()\n"
        "from django.test import Client\n"
        "c = Client(SERVER_NAME='localhost')\n"
        "closed = [c.get(a).status_code for a in ('/spine/', '/spine/questions/1/', '/spine/answer/', '/spine/load/', "
        "'/spine/scan/', '/clinician/', '/clinician/form/', '/clinician/what-if/', '/spine/answer.pdf')]\n"
        "opened = [c.get(a).status_code for a in ('/', '/options/', '/claims/', '/compare/', '/injection/', '/page/')]\n"
        "print(closed, opened, 'spine' in c.get('/').content.decode().split('<main')[1])"
    )
    done = fresh(code, NARROWS_SITE_PROFILE="library")
    assert done.stdout.strip() == f"{[403] * 9} {[200] * 6} True" or done.stdout.strip().startswith(
        f"{[403] * 9} {[200] * 6}"
    )


def test_behind_tls_plain_http_is_sent_on_and_cookies_are_secure() -> None:
    code = (
        "import django; django.setup()\n"
        "from django.test import Client\n"
        "c = Client(SERVER_NAME='spine.example')\n"
        "plain = c.get('/')\n"
        "tls = c.get('/spine/', secure=True, HTTP_X_FORWARDED_PROTO='https')\n"
        "print(plain.status_code, plain['Location'], tls['Strict-Transport-Security'], tls.cookies['csrftoken']['secure'])"
    )
    done = fresh(code, NARROWS_SITE_TLS="1", NARROWS_SITE_SECRET="k9" * 40, NARROWS_SITE_HOSTS="spine.example",
                 NARROWS_SITE_PROFILE="full", NARROWS_SITE_ANSWERABLE="The hospital")  # fmt: skip
    assert done.stdout.startswith("301 https://spine.example/ max-age=63072000; includeSubDomains; preload True"), (
        done.stdout + done.stderr
    )


def test_visits_live_where_only_we_can_read() -> None:
    from narrows.site.settings import visits_folder

    folder = visits_folder()
    assert folder.stat().st_mode & 0o077 == 0
