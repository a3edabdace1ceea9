"""The manual of `narrows check`: what goes in, what comes out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from narrows.claims.answer import as_data
from narrows.claims.checking import Checker
from narrows.claims.reading import page_of
from narrows.cli import main
from narrows.knowledge import load

DATA = Path(__file__).parents[2] / "data" / "claims"


@pytest.fixture(scope="module")
def check() -> Callable[[str], dict[str, Any]]:
    """Checks a text and gives the contract's JSON."""
    checker = Checker(load(()))
    return lambda text: as_data(checker.check(page_of(text.encode(), "page.txt", "text")))


def claims_of(answer: dict[str, Any]) -> list[str]:
    return [c["claim"] for s in answer["sentences"] for c in s["claims"]]


@pytest.mark.parametrize(
    ("sentence", "claim"),
    [
        ("Stem cell therapy is not covered by insurance.", "cost-oop"),
        ("Spinal stenosis is a narrowing of the spinal canal that squeezes the nerves.", "def-narrowing"),
        ("Steroid injections give temporary relief that wears off after some weeks.", "esi-temporary"),
        ("The stem cells turn into new disc cells.", "sc-become-spine-tissue"),
        ("Your own cells cannot be rejected by your body.", "safe-own"),
        ("No stem cell product is FDA approved for back pain.", "reg-not-approved"),
        ("Bone marrow is drawn from the back of the hip with a needle.", "proc-marrow"),
        ("The doctor uses fluoroscopy to guide the needle.", "proc-guidance"),
        ("Adding fusion to decompression does not improve the result.", "surg-fusion-no-better"),
        ("There are no large placebo-controlled trials of stem cells in stenosis.", "eff-no-rct"),
    ],
)
def test_a_statement_is_named_by_the_claim_of_the_library(check: Any, sentence: str, claim: str) -> None:
    assert claim in claims_of(check(sentence))


@pytest.mark.parametrize(
    "text",
    [
        "Is stem cell therapy a cure for spinal stenosis?",
        "Does insurance cover stem cell therapy?",
        "What are the risks of surgery?",
        "Our office is open from Monday to Friday.",
        "Copyright 2024, all rights reserved.",
        "Please fill out the form below.",
    ],
)
def test_a_question_or_an_empty_phrase_states_nothing(check: Any, text: str) -> None:
    assert claims_of(check(text)) == []


@pytest.mark.parametrize(
    ("denied", "never"),
    [
        ("Stem cell therapy is not a cure for stenosis.", "cure"),
        ("It is not FDA approved for the spine.", "reg-approved-claim"),
        ("Stem cells cannot widen a canal that is narrowed by bone.", "sc-restores-space"),
        ("These products do not contain any live stem cells.", "birth-live-cells"),
        ("There is no evidence that stem cells work for stenosis.", "eff-works"),
    ],
)
def test_a_denial_is_not_the_claim(check: Any, denied: str, never: str) -> None:
    sure = [c["claim"] for s in check(denied)["sentences"] for c in s["claims"] if c["verdict"]]
    assert never not in sure


def test_every_sentence_comes_back_with_its_place_in_the_text_read(check: Any) -> None:
    text = "# Is it safe?\n\nYes. There are no side effects!  We use 2.5 ml, e.g. of plasma.\n\n* No downtime\n* Outpatient"
    answer = check(text)
    assert answer["text"] == text
    for sentence in answer["sentences"]:
        assert " ".join(text[sentence["start"] : sentence["end"]].split()) == sentence["text"]
    assert [s["text"] for s in answer["sentences"]] == [
        "Is it safe?",
        "Yes.",
        "There are no side effects!",
        "We use 2.5 ml, e.g. of plasma.",
        "No downtime",
        "Outpatient",
    ]


def test_an_answer_is_understood_by_the_question_above_it(check: Any) -> None:
    page = "Stem cells for your back\n\nHow long before I notice something?\n\nUsually between six weeks and three months.\n"
    assert "rec-weeks-months" in claims_of(check(page))


@pytest.mark.parametrize(
    ("sentence", "sign"),
    [
        ("There are no known side effects of our stem cells.", "no-risk"),
        ("Nine out of ten of our patients improve.", "high-success-rate"),
        ("Join our free seminar this Thursday and save $500 on stem cells.", "seminar-discount"),
        ("Avoid back surgery with our stem cell injections.", "avoid-surgery-guarantee"),
        ("Our cells come from an FDA-registered laboratory.", "fda-registered-lab"),
        ("Regrow your worn discs with our stem cells.", "regrow-tissue"),
    ],
)
def test_a_warning_sign_is_marked_on_its_sentence(check: Any, sentence: str, sign: str) -> None:
    answer = check(f"{sentence} Our clinic offers stem cell injections for spinal stenosis and back pain to patients.")
    assert sign in answer["sentences"][0]["redflags"]
    assert {"id": sign, "start": 0, "end": len(sentence)} in answer["page"]["redflags"]


@pytest.mark.parametrize(
    "sentence",
    [
        "Beware of clinics that claim stem cells have no side effects.",
        "Regulators warn of clinics that promise a cure.",
        "Seventy-four percent of the treated and 69% of the sham participants in this randomised trial were responders.",
    ],
)
def test_a_warning_about_sellers_is_no_warning_sign(check: Any, sentence: str) -> None:
    assert check(sentence)["sentences"][0]["redflags"] == []


@pytest.mark.parametrize(
    ("file", "judgements"),
    [
        ("dev1_harbourlight_clinic.txt", {"promotional"}),
        ("dev2_northgate_leaflet.txt", {"balanced"}),
        ("dev3_bahia_brochure.txt", {"promotional"}),
        ("dev5_sunvale_wellness.txt", {"promotional"}),
    ],
)
def test_the_page_as_a_whole(check: Any, file: str, judgements: set[str]) -> None:
    page = check((DATA / file).read_text("utf-8"))["page"]
    assert page["judgement"] in judgements
    assert page["reasons"]


def test_a_page_about_something_else_is_told_apart_and_accused_of_nothing(check: Any) -> None:
    text = "Bread needs flour, water, salt and time. Free seminar on Tuesday! Knead the dough for ten minutes and let it rest."
    page = check(text)["page"]
    assert page["judgement"] == "not-about-treatment"
    assert page["redflags"] == []
    assert page["missing"] == []


def test_a_page_that_keeps_its_risks_quiet_is_asked_about_them(check: Any) -> None:
    page = check((DATA / "dev3_bahia_brochure.txt").read_text("utf-8"))["page"]
    missing = {m["id"] for m in page["missing"]}
    assert {"risks", "alternatives", "interests"} <= missing
    assert all(m["ask"].endswith("?") for m in page["missing"])


def test_discern_abstains_where_a_person_must_judge(check: Any) -> None:
    rows = check((DATA / "dev2_northgate_leaflet.txt").read_text("utf-8"))["page"]["discern"]
    assert [r["item"] for r in rows] == list(range(1, 16))
    assert {r["item"] for r in rows if r["rating"] is None} >= {2, 3}
    assert all(r["rating"] is None or 1 <= r["rating"] <= 5 for r in rows)


def test_the_command_answers_in_the_shape_of_the_contract(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(DATA / "dev6_meridian_faq.txt"), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    verdicts = {None, "supported", "partly-supported", "unsupported", "contradicted", "misleading", "opinion"}
    for sentence in answer["sentences"]:
        assert {"start", "end", "text", "claims", "redflags"} <= set(sentence)
        for claim in sentence["claims"]:
            assert set(claim) == {"claim", "confidence", "verdict"}
            assert 0 <= claim["confidence"] <= 1
            assert claim["verdict"] in verdicts
    assert {"judgement", "redflags", "missing", "discern", "jama"} <= set(answer["page"])
    assert set(answer["page"]["jama"]) == {"authorship", "attribution", "disclosure", "currency"}
