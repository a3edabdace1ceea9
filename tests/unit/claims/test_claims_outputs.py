"""Terminal, HTML, PDF, CSV and the table across pages."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from narrows.claims.checking import Answer, Checker
from narrows.claims.reading import page_of
from narrows.cli import main
from narrows.knowledge import load

DATA = Path(__file__).parents[2] / "data" / "claims"


@pytest.fixture(scope="module")
def answer() -> Answer:
    """The answer for the first development text, with a hostile sentence added."""
    text = (DATA / "dev1_harbourlight_clinic.txt").read_text(
        "utf-8"
    ) + "There are <b>no side effects</b> & =SUM(1) risks.\n"
    return Checker(load(())).check(page_of(text.encode(), "<page>.txt", "text"))


def test_the_terminal_keeps_to_80_columns(answer: Answer) -> None:
    from narrows.claims.terminal import print_answer

    target = io.StringIO()
    print_answer(answer, Console(file=target, width=80, highlight=False))
    lines = target.getvalue().splitlines()
    assert max(len(line) for line in lines) <= 80
    assert any("Questions to ask" in line for line in lines)


def test_html_is_one_file_and_escapes_what_the_page_says(answer: Answer) -> None:
    from narrows.claims.html_report import html_report

    report = html_report(answer)
    assert "<b>no side effects</b>" not in report
    assert "&lt;b&gt;no side effects&lt;/b&gt;" in report
    assert "<script" not in report
    assert "src=" not in report
    assert report.count("<mark") == report.count("</mark>") > 10


def test_html_shows_every_word_of_the_page(answer: Answer) -> None:
    import html
    import re

    from narrows.claims.html_report import html_report

    shown = html.unescape(
        re.sub(
            r"<[^>]+>",
            "",
            "".join(re.findall(r'<div class="said">(.*?)</div>', re.sub(r"<sup>\d+</sup>", "", html_report(answer)))),
        )
    )
    assert re.sub(r"\s+", "", shown) == re.sub(r"\s+", "", answer.page.text)


def test_the_pdf_holds_the_judgement_and_the_questions(answer: Answer) -> None:
    from pypdf import PdfReader

    from narrows.claims.pdf_report import pdf_report

    text = "".join(p.extract_text() for p in PdfReader(io.BytesIO(pdf_report(answer))).pages)
    assert "mainly promotes" in text
    assert "Questions to ask" in text


def test_the_csv_has_one_row_per_statement_and_no_formula(answer: Answer) -> None:
    from narrows.claims.table import statements_csv

    rows = list(csv.DictReader(io.StringIO(statements_csv(answer))))
    assert len({r["start"] for r in rows}) == len(answer.checked)
    assert not any(r["text"].startswith(("=", "+", "@")) for r in rows)


def test_a_folder_hides_names_and_goes_on_after_a_bad_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "secret_clinic.txt").write_text(
        (DATA / "dev5_sunvale_wellness.txt").read_text("utf-8"), encoding="utf-8"
    )
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.4 no")
    assert main(["check", str(tmp_path), "--json", "--jobs", "1", "--csv", str(tmp_path / "out.csv")]) == 0
    shown = capsys.readouterr().out
    rows = json.loads(shown)["pages"]
    assert "secret_clinic" not in shown
    assert {r["judgement"] for r in rows} == {"not read", "promotional"}
    assert len((tmp_path / "out.csv").read_text("utf-8").splitlines()) == 3


def test_a_folder_on_two_processes_gives_the_same_rows() -> None:
    from narrows.claims.batch import pages_in, rows_of

    paths = [p for p in pages_in(DATA) if p.name.startswith("dev")]
    assert list(rows_of(paths, None, 2)) == list(rows_of(paths, None, 1))


def test_a_folder_without_pages_is_refused(tmp_path: Path) -> None:
    assert main(["check", str(tmp_path)]) == 2
