"""What the page as a whole adds: its wording to the judgement and the signs, its other sentences to a claim."""

from __future__ import annotations

import math

import pytest

from narrows.claims.checking import Checker
from narrows.claims.matching import second_look
from narrows.claims.page import Sentence
from narrows.claims.page_words import learned_page_words, packed_page_words, read_page_words
from narrows.claims.reading import page_of
from narrows.knowledge import load

SELLING = (
    "Our revolutionary stem cell treatment rebuilds worn discs. Call us today for your free consultation. "
    "Our patients love how easy it was. Avoid surgery and get your life back with our team."
)
INFORMING = (
    "In this randomised trial, patients with lumbar stenosis were assigned to decompression or to exercise. "
    "Differences at two years were small. Complications of surgery include infection and dural tears. Evidence is uncertain."
)


def sentences(text: str) -> list[Sentence]:
    return [Sentence(0, len(s), s, "prose", "") for s in text.split(". ")]


@pytest.mark.parametrize(
    ("text", "alike", "unlike"), [(SELLING, "promotional", "balanced"), (INFORMING, "balanced", "promotional")]
)
def test_a_page_is_worded_like_pages_of_its_kind_and_the_words_that_tell_are_named(text, alike, unlike):
    likeness, telling = learned_page_words().likeness(sentences(text))
    assert likeness[alike] > likeness[unlike]
    assert telling
    assert all(word in text.lower() for word in telling)


def test_an_unknown_language_is_like_nothing_and_no_words_tell():
    likeness, telling = learned_page_words().likeness(sentences("Zzxq wvvk qqqz"))
    assert set(likeness) == {"promotional", "mixed", "balanced"}
    assert telling == ()


def test_words_of_pages_are_the_same_after_packing():
    words = learned_page_words()
    again = read_page_words(packed_page_words(words))
    for judgement, value in words.likeness(sentences(SELLING))[0].items():
        assert again.likeness(sentences(SELLING))[0][judgement] == pytest.approx(value, abs=1e-3)


def test_the_same_words_show_a_sign_where_something_is_sold_and_none_in_a_report_about_it():
    checker = Checker(load(()))
    sold = checker.check(page_of((SELLING + " Studies show that it works.").encode(), "a.txt", "text"))
    told = checker.check(page_of((INFORMING + " Studies show that it works.").encode(), "b.txt", "text"))

    def shown(answer):
        return {sign for c in answer.checked if "Studies show" in c.sentence.text for sign in c.signs}

    assert "ambiguous-evidence" in shown(sold)
    assert "ambiguous-evidence" not in shown(told)


def test_a_second_look_knows_what_else_the_page_states():
    looked = second_look([{"cure": 2.0, "eff-works": 0.0}, {"cure": -1.0}, {}])
    first, elsewhere, both, crowd, part = looked[1]["cure"]
    sure = 1 / (1 + math.exp(-2.0))
    assert (first, both) == (-1.0, pytest.approx(-sure))
    assert elsewhere == pytest.approx(sure)
    assert crowd == pytest.approx(1 / (1 + math.e))
    assert part == pytest.approx(0.0)
    assert looked[0]["eff-works"][1] == 0.0  # nobody else on the page states it
    assert looked[0]["cure"][3] == pytest.approx(sure + 0.5)
    assert looked[2] == {}
