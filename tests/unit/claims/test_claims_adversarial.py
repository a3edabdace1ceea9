"""Sentences made to mislead the checker: denied, hedged, quoted, misspelt, split, shouted, about a knee; and figures beside measured ones."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from narrows.claims.checking import Checked, Checker
from narrows.claims.reading import page_of
from narrows.claims.slots import about_another_condition, treatments_in
from narrows.claims.stated_figures import amounts_in, shares_in
from narrows.knowledge import load
from narrows.problem import InputError


@pytest.fixture(scope="module")
def read() -> Callable[[str], tuple[Checked, ...]]:
    """Checks a text and gives its sentences."""
    checker = Checker(load(()))
    return lambda text: checker.check(page_of(text.encode(), "page.txt", "text")).checked


def stated(checked: tuple[Checked, ...]) -> set[str]:
    return {m.claim for c in checked for m in c.matches}


def sure(checked: tuple[Checked, ...]) -> set[str]:
    return {m.claim for c in checked for m in c.matches if m.sure}


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("STEM CELL THERAPY IS NOT COVERED BY INSURANCE.", "cost-oop"),
        ("Stem cel therapy is not coverd by insurence.", "cost-oop"),
        ("Cortisone shots wear off after a few weeks or months.", "esi-temporary"),
        ("The tretment has no side efects.", "safe-riskfree"),
    ],
)
def test_capitals_and_misspellings(read: Callable[[str], tuple[Checked, ...]], text: str, claim: str) -> None:
    assert claim in stated(read(text))


@pytest.mark.parametrize(
    ("text", "never"),
    [
        ("Nobody can promise that stem cells cure stenosis.", "cure"),
        ("There are side effects, and the treatment is not risk-free.", "safe-riskfree"),
        ("The therapy has never been approved by the FDA.", "reg-approved-claim"),
        ("Stem cells do not regrow discs.", "sc-regenerates"),
        ("Cells do not become new disc cells.", "sc-become-spine-tissue"),
        ("Most spine operations do not fail.", "surg-mostly-fails"),
    ],
)
def test_a_denied_claim_gets_no_verdict_of_the_claim(
    read: Callable[[str], tuple[Checked, ...]], text: str, never: str
) -> None:
    assert never not in sure(read(text))


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("There are no side effects.", "contradicted"),
        ("The procedure is completely safe and has no side effects.", "contradicted"),
        ("Stem cell therapy is not FDA approved for back pain.", "supported"),
        ("Insurance does not cover stem cell therapy, so patients pay out of pocket.", "supported"),
    ],
)
def test_a_plain_claim_gets_its_verdict(read: Callable[[str], tuple[Checked, ...]], text: str, verdict: str) -> None:
    knowledge = load(())
    assert verdict in {knowledge.claims[c].verdict for c in sure(read(text))}


def test_a_claim_split_over_question_and_answer(read: Callable[[str], tuple[Checked, ...]]) -> None:
    checked = read("Stem cells for the spine\n\nDoes insurance cover it?\n\nUnfortunately not.\n")
    assert "cost-oop" in stated(checked[2:])


def test_a_knee_is_not_a_stenosis(read: Callable[[str], tuple[Checked, ...]]) -> None:
    assert about_another_condition("Knee arthritis improved after the injection.")
    assert not about_another_condition("Knee pain may come from the lumbar spine.")
    assert not sure(read("Patients with knee arthritis had less pain and better function after stem cell injection."))


def test_another_language_is_said_to_be_unsupported() -> None:
    german = "Die Behandlung mit Stammzellen ist für den engen Kanal der Wirbelsäule nicht zugelassen und wird von der Kasse nicht bezahlt. "
    with pytest.raises(InputError, match="German"):
        page_of(german.encode() * 3, "seite.txt", "text")


def test_surgery_to_be_avoided_is_no_talk_of_surgery() -> None:
    assert treatments_in("Stem cells let you avoid surgery.") == {"cells"}
    assert treatments_in("A laminectomy frees the nerves.") == {"surgery"}


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("Packages start at $7,900.", [7900.0]),
        ("The package is 14,500 dollars with hotel.", [14500.0]),
        ("From $5k to $8k", [5000.0, 8000.0]),
        ("No price is given.", []),
    ],
)
def test_amounts_of_money(text: str, amounts: list[float]) -> None:
    assert amounts_in(text) == amounts


def test_shares() -> None:
    assert shares_in("Between 70% and 80 percent improved, up 500%.") == [70.0, 80.0]


def test_a_price_stands_beside_a_survey(read: Callable[[str], tuple[Checked, ...]]) -> None:
    checked = read("Stem cell therapy for the spine costs $14,500 per treatment.")
    assert "cost-range" in stated(checked)
    assert "14,500" in checked[0].figures[0]
    assert "mean of" in checked[0].figures[0]
