"""`narrows score`: rows, files, standard input, JSON and refusals."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from narrows.cli import main

ODI = "3,2,3,4,1,4,2,x,3,2"


def test_json_answer(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["score", "odi", ODI, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["instrument"] == "odi"
    assert answer["score"] == answer["scores"]["index"] == pytest.approx(100 * 24 / 45)
    assert answer["missing"] == [{"item": "sex_life", "reason": "not_asked"}]
    assert answer["bands"] == {"index": "severe"}
    assert answer["max_missing"] == 1
    assert answer["fills"] == {"oswestry_index": answer["score"]}
    assert set(answer["knowledge"]) >= {"version", "sha256"}


def test_a_score_that_cannot_be_computed_is_null(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["score", "odi", "3,2,x,x", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["score"] is None
    assert "index" in answer["not_scored"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("answers.json", '{"items": [3, 2, 3, 4, 1, 4, 2, null, 3, 2]}'),
        ("answers.json", '[3, 2, 3, 4, 1, 4, 2, "not_asked", 3, 2]'),
        ("answers.toml", 'items = [3, 2, 3, 4, 1, 4, 2, "not_asked", 3, 2]'),
        ("answers.txt", '[3, 2, 3, 4, 1, 4, 2, "not_asked", 3, 2]'),
        ("case.toml", 'id = "ruth"\n[answers.odi]\nitems = [3, 2, 3, 4, 1, 4, 2, "not_asked", 3, 2]'),
        ("case.json", '\ufeff{"answers": {"ODI": {"items": [3, 2, 3, 4, 1, 4, 2, "not_asked", 3, 2]}}}'),
    ],
)
def test_files(tmp_path: Path, name: str, content: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    assert main(["score", "odi", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["score"] == pytest.approx(100 * 24 / 45)


@pytest.mark.parametrize("content", ["[1,1,1,1,1,1,1,1,1,1]", "items = [1,1,1,1,1,1,1,1,1,1]"])
def test_standard_input(content: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content.encode())))
    assert main(["score", "odi", "-", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["score"] == 20


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"\xff\xfe\x00\x01", "not UTF-8 text"),
        (b"{", "not JSON"),
        (b'{"items": [1], "items": [2]}', "stands twice"),
        (b"[NaN,1,1,1,1,1,1,1,1,1]", "is no answer"),
        (b" " * 1_000_001, "larger than a sheet"),
        (b'{"answers": {"ndi": [1]}}', "it holds ndi"),
        (b'"3"', "one answer"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_bad_files_are_refused(tmp_path: Path, content: bytes, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "answers.json"
    path.write_bytes(content)
    assert main(["score", "odi", str(path), "--json"]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert says in shown.err


def test_bad_toml_and_no_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "answers.toml"
    path.write_text("items = [1, 2")
    assert main(["score", "odi", str(path)]) == 2
    assert main(["score", "odi", str(tmp_path / "none.json")]) == 2
    assert main(["score", "odi", ""]) == 2
    shown = capsys.readouterr().err
    assert "not TOML" in shown
    assert "No such file" in shown
    assert "no answers" in shown


def test_refusal_lists_every_problem(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["score", "odi", "3,9,three,4,1,4,2,x,3,2,1"]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert len(shown.err.splitlines()) == 3


@pytest.mark.parametrize(
    ("row", "value"), [("back=6,leg=8", {"back": 6, "leg": 8}), ("leg = 3 ; back = x", {"leg": 3}), ("7", {"pain": 7})]
)
def test_rows_by_name(row: str, value: dict[str, float], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["score", "nrs_pain", row, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["scores"] == value


@pytest.mark.parametrize("row", ["back=6,8", "back=6,back=7", "=6"])
def test_rows_that_are_not_clear(row: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["score", "nrs_pain", row]) == 2
    assert capsys.readouterr().err


def test_two_boxes_value_set_and_limit(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["score", "odi", "3,2+3,3,4,1,4,2,x,x,2", "--max-missing", "2", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["scores"]["index"] == pytest.approx(100 * 22 / 40)
    assert main(["score", "eq5d5l", "23245", "--variant", "England_5L", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["score"] == pytest.approx(0.247)


def test_change_beside_the_score(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["score", "odi", ODI, "--before", "4,3,4,4,3,4,3,4,3,4", "--json"]) == 0
    changed = json.loads(capsys.readouterr().out)["change"]
    assert changed["before"] == {"index": 72}
    assert {d["met"] for d in changed["definitions"]} == {"yes", "no"}


@pytest.mark.parametrize(
    "arguments",
    [
        ["odi", ODI, "--before", "4,3,4,4,3,4,3,4,3,4"],
        ["phq9", "1,1,1,1,1,1,1,1,1"],
        ["zcq", "3,4,3,4,3,2,3,3,2,2,1,1"],
        ["eq5d5l", "23245", "--variant", "England_5L"],
        ["rand36"],
        ["odi"],
        ["mjoa"],
        ["charlson"],
        [],
    ],
)
def test_pages_are_eighty_columns(
    arguments: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert main(["score", *arguments]) == 0
    page = capsys.readouterr().out
    assert max(len(line) for line in page.splitlines()) <= 80
    assert page.isascii()


def test_safety_stands_above_the_number(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["score", "phq9", "0,0,0,0,0,0,0,0,1"]) == 0
    page = capsys.readouterr().out
    assert page.index("SAFETY") < page.index("total")


def test_same_bytes_for_the_same_answers(capsys: pytest.CaptureFixture[str]) -> None:
    pages = []
    for _ in range(2):
        main(["score", "odi", ODI, "--json"])
        pages.append(capsys.readouterr().out)
    assert pages[0] == pages[1] != ""


WORDING = """
read_on = 2026-11-20
review_by = 2027-11-20
[[wording]]
instrument = "promis_pf4a"
language = "en"
licence = "licensed to us"
items = ["How easily do you climb?", "And walk?", "And run?", "And lift?"]
"""


def test_licensed_wording_of_a_clinic_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "instruments").mkdir()
    (tmp_path / "instruments" / "wording.toml").write_text(WORDING)
    assert main(["score", "promis_pf4a", "--knowledge", str(tmp_path)]) == 0
    assert "How easily do you climb?: whole numbers 1 to 5" in capsys.readouterr().out
    assert main(["score", "promis_pf4a"]) == 0
    page = capsys.readouterr().out
    assert "climb" not in page
    assert "not shipped" in page
