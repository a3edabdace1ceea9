"""The reading grade: syllables, the formula, and what counts as prose."""

from __future__ import annotations

import pytest

from narrows.report import reading_grade
from narrows.report.content import Bullets, Fold, Notice, Paragraph, Table, line


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("cat", 1), ("the", 1), ("table", 2), ("canal", 2), ("walked", 1), ("needed", 2), ("surgery", 3),
        ("stenosis", 3), ("epidural", 4), ("physiotherapy", 6), ("people", 2), ("nerves", 1), ("doses", 2), ("2026", 1),
    ],
)  # fmt: skip
def test_syllables(word: str, count: int) -> None:
    assert reading_grade.syllables(word) == count


def test_formula_by_hand() -> None:
    # 6 words, 1 sentence, 6 syllables: 0.39 * 6 + 11.8 * 1 - 15.59
    assert reading_grade.grade(["The cat sat on the mat."]) == pytest.approx(-1.45)
    # 4 words, 1 sentence, 13 syllables
    assert reading_grade.grade(["Epidural physiotherapy needed."]) == pytest.approx(0.39 * 3 + 11.8 * 12 / 3 - 15.59)


def test_public_example() -> None:
    # 1 sentence, 13 words, 26 syllables: 13.08 in the README of the npm package flesch-kincaid 2.0.1
    text = "The Australian platypus is seemingly a hybrid of a mammal and reptilian creature."
    assert sum(reading_grade.syllables(w) for w in text.rstrip(".").split()) == pytest.approx(26, abs=2)
    assert pytest.approx(13.08) == 0.39 * 13 + 11.8 * 26 / 13 - 15.59
    assert reading_grade.grade([text]) == pytest.approx(13.08, abs=2)


def test_each_block_is_at_least_one_sentence_and_commas_end_none() -> None:
    assert reading_grade.grade(["One two", "One two"]) == reading_grade.grade(["One two. One two."])
    assert reading_grade.grade(["One, two; three: four"]) == reading_grade.grade(["One two three four."])


def test_hard_words_are_harder() -> None:
    plain = reading_grade.grade(["Your legs hurt when you walk. It eases when you sit."])
    hard = reading_grade.grade(
        ["Neurogenic claudication characteristically deteriorates during ambulation and ameliorates on sitting."]
    )
    assert plain < 3 < 15 < hard


def test_nothing_to_grade_is_an_error() -> None:
    with pytest.raises(ValueError, match="no words"):
        reading_grade.grade(["", "…"])


def test_prose_is_paragraphs_lists_and_boxes_but_no_tables() -> None:
    inner = Paragraph(line("inside"))
    blocks = (
        Paragraph(line("For ruth"), "eyebrow"),
        Notice("ask", "title", (inner,)),
        Fold(line("open me"), (Bullets((line("item"),)),)),
        Table("caption", ("head",), ((line("cell"),),)),
    )
    assert list(reading_grade.prose(blocks)) == ["title", "inside", "item"]
