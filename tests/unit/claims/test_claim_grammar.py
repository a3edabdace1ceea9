"""Grammars of claims: what a wording is, when it holds, and that the shipped ones are sound."""

import re
import tomllib
from importlib import resources

import pytest

from narrows.claims.claim_grammar import ClaimGrammar, grammar_of, plain, worded, wordings, wordings_in
from narrows.claims.context import Context, contexts_of
from narrows.claims.page import Sentence
from narrows.claims.reading import page_of
from narrows.claims.sentences import sentences_of
from narrows.knowledge import load

ONE = """
[words]
cells = "stem[- ]?cells?|mscs?"
["sc-regenerates"]
says = ['''\\b{cells}\\b[^.]{0,40}\\bregrow''']
under = [{ above = '''what (?:they|cells) do''', says = '''^regrow''' }]
unless = ['''\\bcannot\\b''']
about = ["cells"]
"""


def context(own: str = "", around: str = "", above: str = "") -> Context:
    named = frozenset(own.split())
    return Context(named, named or frozenset(around.split()), "", above)


@pytest.mark.parametrize(
    ("text", "place", "fits"),
    [
        ("Stem cells regrow the disc.", context("cells"), True),
        ("Stem cells cannot regrow the disc.", context("cells"), False),
        ("Regrow tissue", context(around="cells", above="What they do"), True),
        ("Regrow tissue", context(around="cells"), False),
        ("Regrow tissue", context(around="platelets", above="What they do"), False),
        ("MSCs – regrow cartilage", context(), True),
    ],
)
def test_a_wording_holds_in_its_context(text: str, place: Context, fits: bool) -> None:
    grammar = ClaimGrammar(wordings_in(ONE)["sc-regenerates"])
    assert grammar.fits(plain(text), plain(place.above), place) is fits


def test_text_is_made_plain_before_it_is_matched() -> None:
    assert plain("It’s  “live” – NOW\u00a0here") == 'it\'s "live" - now here'


def test_every_shipped_pattern_is_sound() -> None:
    for claim, wording in wordings().items():
        for pattern in (*wording.says, *wording.unless, *(part for rule in wording.under for part in rule)):
            assert re.compile(pattern), claim


def test_only_the_claims_that_are_tried_are_answered() -> None:
    text = "Bone marrow is drawn from the back of the hip with a needle."
    assert worded(text, context(around="cells"), ["proc-fat"]) == frozenset()
    assert worded(text, context(around="cells"), ["proc-fat", "proc-marrow"]) == {"proc-marrow"}


def test_every_claim_of_the_library_has_a_grammar_and_no_grammar_is_orphaned() -> None:
    claims = set(load(()).claims)
    assert set(wordings()) == claims
    assert all(grammar_of(claim) for claim in claims)


def test_no_shipped_pattern_repeats_a_group_without_bound() -> None:
    """Such repeats can take exponential time on hostile text; a bounded one cannot."""
    folder = resources.files("narrows.claims").joinpath("data/claim_grammar")
    for file in folder.iterdir():
        if file.name.endswith(".toml"):
            table = tomllib.loads(file.read_text("utf-8"))
            words = table.pop("words", {})
            patterns = [*words.values()]
            for parts in table.values():
                patterns += [*parts.get("says", ()), *parts.get("unless", ())]
                patterns += [rule["says"] for rule in parts.get("under", ())]
            unbounded = [p for p in patterns if re.search(r"(?<!\\)\)(?:[*+]|\{\d+,\})", p)]
            assert not unbounded, f"{file.name}: {unbounded[:3]}"


def test_what_a_sentence_leaves_unsaid_comes_from_around_it() -> None:
    page = page_of(
        b"# PRP injections\n\nPlatelet-rich plasma is made from blood.\n\nIt calms inflammation.\n\nSurgery is different.\n",
        "a.md",
        "markdown",
    )
    sentences = sentences_of(page)
    found = {s.text: c for s, c in zip(sentences, contexts_of(sentences), strict=True)}
    assert found["It calms inflammation."].implied == {"platelets"}
    assert found["Surgery is different."].treatments == {"surgery"}
    assert not found["Surgery is different."].implied


def test_a_line_with_a_colon_introduces_the_items_below_it() -> None:
    lines = [
        "Risks of surgery include the following:",
        "Bleeding",
        "A blood clot",
        "A much longer sentence follows here which has far too many words in it to be one of the items.",
    ]
    sentences = [Sentence(i, i + 1, text, "prose") for i, text in enumerate(lines)]
    leads = [c.lead for c in contexts_of(sentences)]
    assert leads == ["", lines[0], lines[0], ""]
