"""Pages that cannot be read are refused with what is wrong and what would mend it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from narrows.claims.reading import LARGEST, page_of, read_page
from narrows.claims.sentences import sentences_of
from narrows.problem import InputError

SPANISH = "La estenosis del canal es una enfermedad de la columna que se trata con células y con ejercicios para el dolor de la espalda y de las piernas en los pacientes. "


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"  \n\n ", "empty"),
        (b"\x00\x01\x02\x03" * 50, "binary"),
        (b"x" * (LARGEST + 1), "MB"),
        (SPANISH.encode() * 3, "Spanish"),
        (("脊柱管狭窄症は腰部の神経が圧迫される病気です。" * 20).encode(), "another script"),
        (b"<html><body></body></html>", "no text"),
        (b"%PDF-1.4 broken", "damaged"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(data: bytes, says: str) -> None:
    with pytest.raises(InputError) as refused:
        page_of(data, "page")
    problem = refused.value.problems[0]
    assert says in problem.problem
    assert problem.where == "page"
    assert problem.fix


def test_a_scanned_pdf_is_refused_with_advice() -> None:
    from pypdf import PdfWriter

    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    target = io.BytesIO()
    writer.write(target)
    with pytest.raises(InputError, match="pictures without text") as refused:
        page_of(target.getvalue(), "scan.pdf")
    assert "OCR" in refused.value.problems[0].fix


def test_a_locked_pdf_is_refused() -> None:
    from pypdf import PdfWriter

    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.encrypt("secret", algorithm="RC4-128")
    target = io.BytesIO()
    writer.write(target)
    with pytest.raises(InputError, match="password"):
        page_of(target.getvalue(), "locked.pdf")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        read_page(str(tmp_path / "nowhere.html"))
    assert "nowhere.html" in refused.value.problems[0].where


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_encoding_is_found(encoding: str) -> None:
    text = "Café patients can’t walk far because of spinal stenosis – the canal is narrow. " * 6
    page = page_of(text.encode(encoding), "page.txt", "text")
    assert "can’t walk" in page.text
    assert page.text.startswith("Café")


def test_deep_nesting_is_read_and_said() -> None:
    source = "<html><body>" + "<div>" * 1500 + "<p>The cells repair the disc in your back.</p>" + "</div>" * 1500
    page = page_of(source.encode(), "deep.html")
    assert "The cells repair the disc" in page.text
    assert any("nests too deeply" in note for note in page.notes)


def test_a_long_run_without_a_full_stop_is_cut() -> None:
    page = page_of(("the canal is narrow, and the nerves have no room, " * 200).encode(), "run.txt", "text")
    sentences = sentences_of(page)
    assert len(sentences) > 3
    assert all(len(s.text) <= 1300 for s in sentences)
