"""Check a page: its sentences with claims, verdicts and warning signs, and the page as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from narrows.claims.context import contexts_of
from narrows.claims.judgement import Verdict, is_about_treatment, judged, parts_of
from narrows.claims.matching import Match, Seen, look_at, matches
from narrows.claims.page import Page, Sentence
from narrows.claims.page_words import PageWords, learned_page_words
from narrows.claims.quality import (
    discern_items,
    honcode_rows,
    jama_rows,
    missing_topics,
    reading_grade,
    treatments_named,
)
from narrows.claims.sentences import sentences_of
from narrows.claims.signs import grammars, signs_of
from narrows.claims.similarity import Examples, Phrasings, learned_examples, phrasings_of
from narrows.claims.slots import claim_groups
from narrows.claims.stated_figures import compared_figures
from narrows.claims.weights import Weights, learned_weights

if TYPE_CHECKING:
    from narrows.knowledge import Knowledge

NOT_IN_LIBRARY_SHARE = 0.25  # a sentence about a treatment that is 'none' less than this is still just unknown


@dataclass(frozen=True, slots=True)
class Checked:
    """One sentence with what it states and what it shows."""

    sentence: Sentence
    matches: tuple[Match, ...]
    signs: tuple[str, ...]
    not_in_library: bool  # speaks of a treatment, and nothing in the library fits
    figures: tuple[str, ...] = ()  # figures that it states, beside what was measured


@dataclass(frozen=True, slots=True)
class Answer:
    """A checked page."""

    page: Page
    checked: tuple[Checked, ...]
    verdict: Verdict
    missing: list[dict[str, str]]
    discern: list[dict[str, Any]]
    jama: dict[str, bool]
    honcode: dict[str, bool | None]
    grade: float | None
    treatments: dict[str, int]
    knowledge: Knowledge
    evidence: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)  # what studies say today, by claim

    @property
    def spans(self) -> list[dict[str, Any]]:
        """Every warning sign of the page with its place."""
        found = [
            {"id": sign, "start": c.sentence.start, "end": c.sentence.end} for c in self.checked for sign in c.signs
        ]
        about = self.verdict.judgement != "not-about-treatment"
        named = {m["id"] for m in self.missing}
        selling = self.verdict.judgement == "promotional" or any(c.signs for c in self.checked)
        if about and selling and {"risks", "evidence-limits", "regulatory-status"} <= named:
            found.append({"id": "no-risk-disclosure", "start": 0, "end": len(self.page.text)})
        return [f for f in found if f["id"] in self.knowledge.marketing_signs]


class Checker:
    """Checks pages against one knowledge; what is read once serves every page."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.weights: Weights = learned_weights()
        self.phrasings: Phrasings = phrasings_of(knowledge)
        self.examples: Examples = learned_examples()
        self.page_words: PageWords = learned_page_words()
        self.verdicts = {c.id: c.verdict for c in knowledge.claims.values()}
        self.topics = {c.id: c.topic for c in knowledge.claims.values()}
        self.groups = claim_groups(knowledge)
        self.severities = {s.id: s.severity for s in knowledge.marketing_signs.values()}

    def check(self, page: Page) -> Answer:
        """The answer for one page."""
        sentences = sentences_of(page)
        around = contexts_of(sentences)
        seen = [
            look_at(s, c, self.weights, self.phrasings, self.examples) for s, c in zip(sentences, around, strict=True)
        ]
        settings = self.weights.settings
        likeness, telling = self.page_words.likeness(sentences)
        stated = matches(seen, settings, self.knowledge, self.groups, self.topics)
        shown = [
            signs_of(one, found, likeness, settings, self.knowledge) for one, found in zip(seen, stated, strict=True)
        ]
        about = is_about_treatment(page, stated, self.topics)
        if not about:
            shown = [[] for _ in shown]  # a page that treats nobody is accused of nothing
        parts = parts_of(page, sentences, stated, shown, self.verdicts, self.severities) | likeness
        verdict = judged(parts, telling, settings, about_treatment=about)
        count = sum(len(s) for s in shown)
        return Answer(
            page,
            tuple(
                Checked(
                    s.sentence,
                    tuple(m),
                    tuple(g),
                    not m and _unknown_statement(s),
                    tuple(compared_figures(s.sentence.text, m, self.knowledge)),
                )
                for s, m, g in zip(seen, stated, shown, strict=True)
            ),
            verdict,
            missing_topics(sentences, stated) if about else [],
            discern_items(page, sentences, stated, self.verdicts, count) if about else [],
            jama_rows(page),
            honcode_rows(page),
            reading_grade(sentences),
            treatments_named(page.text),
            self.knowledge,
        )


def _unknown_statement(seen: Seen) -> bool:
    sentence = seen.sentence
    if sentence.role == "heading" or sentence.question or seen.none > 1 - NOT_IN_LIBRARY_SHARE:
        return False
    return bool(treatments_named(sentence.text)) and len(sentence.text.split()) >= 5


def warm_up() -> None:
    """Read what checking needs before the first page, as a batch does once per worker."""
    grammars()
    learned_weights()
    learned_examples()
    learned_page_words()
