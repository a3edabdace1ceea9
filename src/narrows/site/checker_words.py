"""What the page checker says of a page, in the language of the person who reads it."""

from __future__ import annotations

from typing import Final

from narrows.report.language import said
from narrows.report.leaf_words import read_back
from narrows.site.languages import in_words

#: Sentences with a place for a number or for names.
PATTERNS: Final = (
    "warning signs: {amount} per ten statements, weighed by severity",
    "statements that the evidence does not support: {amount} per ten",
    "statements that the evidence supports: {amount} per ten",
    "limits and uncertainty named: {amount} per ten",
    "risks named: {amount} per ten",
    "words that sell: {amount} per ten",
    "{signs} warning signs; risks, limits and alternatives: {fair} of 3 present",
    "{risks} kinds of risk named",
    "{pictures} of {pages} pages hold no text and were not read",
    "names {treatments}",
)
#: Sentences, names of rows, and names of treatments, as the checker writes them.
WHOLE: Final = (
    "names hardly any treatment, so there is nothing to judge",
    "reads like a scientific or reference text",
    "the risks of this very treatment",
    "Which harms has this treatment caused, how often, and who was told?",
    "how little is known of its benefit",
    "Which trial with a control group shows that it helps people with stenosis, and by how much?",
    "the other choices, with what speaks for them",
    "What would you advise if you did not offer this treatment, and what if I do nothing?",
    "whether a regulator has approved it",
    "Is this product approved for the spine in my country? If not, under which permission do you give it?",
    "what it costs in all",
    "What is the full price, with repeats, travel and the treatment of complications?",
    "who pays for it",
    "Will my insurer pay, and may I see its refusal or promise in writing?",
    "how results and harms are followed up",
    "Who checks on me at one, three and twelve months, and who treats a complication?",
    "who wrote the page and what they earn from it",
    "Who wrote this, and what does the writer earn when I decide for it?",
    "says what it is for",
    "purpose named near the top",
    "no purpose named in the first 150 words",
    "does what it set out to do",
    "a reader must compare aims with content",
    "relevant to the reader",
    "a reader must judge this",
    "sources named",
    "sources are named",
    "speaks of studies without naming them",
    "no source named",
    "date given",
    "a date stands on the page",
    "no date on the page",
    "balanced",
    "further help named",
    "names help elsewhere",
    "names no help but its own",
    "uncertainty admitted",
    "says what is not known",
    "says nothing of what is not known",
    "how each treatment works",
    "explains a mechanism",
    "names treatments without saying how they work",
    "benefits of each treatment",
    "benefits with figures",
    "benefits without figures",
    "no benefit named",
    "risks of each treatment",
    "what happens without treatment",
    "says how it goes without treatment",
    "says nothing of it",
    "effect on daily life",
    "speaks of daily life",
    "does not speak of it",
    "more than one choice",
    "supports a shared decision",
    "presses to decide",
    "advises to talk it over",
    "does not speak of deciding together",
    "exercise or physiotherapy",
    "medicines",
    "steroid injection",
    "surgery",
    "cells",
    "platelets",
    "exosomes",
    "manual therapy",
    "light",
    "prolotherapy",
    "none",
    "the page nests too deeply or is too long for finding its main part; all its text was read",
    "the main part could not be told from the rest; all text but menus was read",
    "disclaimers outside the main part are kept at the end",
    (
        "Verdicts concern sentences, not the honesty of a clinic. What is not in the library has no verdict. "
        "This report endorses no provider and may not be used in advertising."
    ),
)


def in_page_words(text: str) -> str:
    """A sentence of the checker in the language of the page."""
    found = None if text in WHOLE else read_back(text, PATTERNS)
    if found is None:
        return in_words(text)
    pattern, parts = found
    return said(pattern, **{name: ", ".join(in_words(p) for p in part.split(", ")) for name, part in parts.items()})
