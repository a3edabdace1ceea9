"""The person's pages in another language: the same answer, other words; English as it was."""

from __future__ import annotations

import io
import re
from collections import Counter
from pathlib import Path

import pytest
from pypdf import PdfReader

from narrows import knowledge as ground
from narrows import report
from narrows.appraisal import Appraisal
from narrows.case import read
from narrows.options import whole_answer
from narrows.report import leaf_words, words
from narrows.report.language import MACHINE, counted, said, speaking, spoken

EXAMPLES = Path(__file__).parents[3] / "examples"
KNOWLEDGE = ground.load()


def answer_of(name: str) -> Appraisal:
    """The answer of one example."""
    return whole_answer(next(iter(read(str(EXAMPLES / f"{name}.toml"), KNOWLEDGE))), KNOWLEDGE)


@pytest.mark.parametrize("name", ["ruth", "arthur", "george", "samuel"])
def test_every_reason_of_an_answer_is_read_back_into_its_parts(name: str) -> None:
    answer = answer_of(name)
    reasons = [r for o in answer.options for r in (*o.for_, *o.against, *o.cautions)]
    leaves = [leaf for r in (*reasons, *answer.red_flags) for leaf in r.why if leaf.holds == "true"]
    assert leaves
    with speaking("es"):
        unread = {leaf.text for leaf in leaves if leaf_words.in_words(leaf, KNOWLEDGE) == leaf.text}
        assert not unread
        assert not [o.because for o in answer.options if leaf_words.because(o.because) == o.because]
    for leaf in leaves:
        assert leaf_words.in_words(leaf, KNOWLEDGE) == leaf.text, "English is as the appraisal wrote it"


def test_whole_sentences_are_still_those_that_the_appraisal_writes() -> None:
    folder = Path(__file__).parents[3] / "src" / "narrows" / "appraisal"
    source = "\n".join(p.read_text(encoding="utf-8") for p in sorted(folder.glob("*.py")))
    assert not [text for text in leaf_words.WHOLE if text not in source]


def test_a_page_in_spanish_says_so_and_that_a_machine_helped() -> None:
    page = report.html(answer_of("ruth"), KNOWLEDGE, language="es")
    assert '<html lang="es">' in page
    assert '<section id="clinician" aria-label="For the clinician" lang="en">' in page
    with speaking("es"):
        assert said(MACHINE) in page
    assert "Qué tratamientos convienen" in page
    assert "Flesch" not in page, "the formula is one for English"
    person = page.split('id="clinician"')[0]
    assert "Which treatments fit" not in person


def test_a_paper_in_spanish_holds_its_letters() -> None:
    paper = PdfReader(io.BytesIO(report.pdf(answer_of("george"), KNOWLEDGE, language="es")))
    text = " ".join("".join(page.extract_text() for page in paper.pages).split())
    assert "Vaya hoy mismo a urgencias" in text
    assert "Reglas de peligro" in text or "reglas de peligro" in text
    assert "For the clinician" in text
    assert str(paper.trailer["/Root"]["/Lang"]).startswith("es")


def test_numbers_are_the_same_in_both_languages() -> None:
    answer = answer_of("ruth")
    pages = [report.html(answer, KNOWLEDGE, language=code).split('id="clinician"')[0] for code in ("en", "es")]
    icons = [re.findall(r'<use href="#\w+" x="[\d.]+" y="[\d.]+"/>', page) for page in pages]
    assert icons[0] == icons[1]
    decimals = [Counter(re.findall(r"\d+\.\d+", page.split("<main")[1])) for page in pages]
    assert sum(decimals[0].values()) > 50
    # The grade of reading stands on the English page alone.
    assert sum((decimals[0] - decimals[1]).values()) <= 1
    assert not decimals[1] - decimals[0]


def test_an_unknown_language_is_english_and_the_language_ends_with_its_page() -> None:
    with speaking("xx"):
        assert spoken() == "en"
    with speaking("es"):
        assert words.date("2026-11-20") == "20 de noviembre de 2026"
        assert counted("{n} week", "{n} weeks", 1) == "1 semana"
        assert words.listed(["dolor", "infección"]) == "dolor e infección"
        assert words.listed(["dolor", "hielo"]) == "dolor y hielo"
        assert words.listed(["uno", "otro"], "or") == "uno u otro"
    assert words.date("2026-11-20") == "20 November 2026"
    assert said("a text that nobody translated") == "a text that nobody translated"
