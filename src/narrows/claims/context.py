"""What a sentence leaves unsaid: the treatment that is being spoken of, and the line that introduces a list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from narrows.claims.page import Sentence
from narrows.claims.slots import treatments_in

_ITEM_WORDS = 16  # a longer sentence below "… the following:" no longer belongs to the list
_LABEL = 40  # letters within which an item's own label ("Pain relief: …") ends


@dataclass(frozen=True, slots=True)
class Context:
    """What stands around one sentence."""

    own: frozenset[str]  # groups of treatments that the sentence names
    treatments: frozenset[str]  # these, or else those that its list, heading, section or page is about
    lead: str  # the line ending in a colon that introduces the list it stands in
    above: str  # lead-in and heading

    @property
    def implied(self) -> frozenset[str]:
        """Treatments that only stand around the sentence."""
        return self.treatments - self.own


def contexts_of(sentences: Sequence[Sentence]) -> list[Context]:
    """The context of every sentence of a page, in their order."""
    named = [treatments_in(s.text) for s in sentences]
    counted: Counter[str] = Counter()
    for sentence, groups in zip(sentences, named, strict=True):
        for group in groups:
            counted[group] += 2 if sentence.role == "heading" else 1
    most = frozenset(name for name, _ in sorted(counted.items(), key=lambda entry: (-entry[1], entry[0]))[:1])
    found = []
    topic: frozenset[str] = frozenset()
    lead = ""
    for sentence, own in zip(sentences, named, strict=True):
        if sentence.role == "heading":
            topic, lead = own or topic, ""
        elif lead and len(sentence.text.split()) > _ITEM_WORDS and ":" not in sentence.text[:_LABEL]:
            lead = ""
        around = treatments_in(lead) or treatments_in(sentence.heading) or topic or most
        above = f"{lead} | {sentence.heading}" if lead else sentence.heading
        found.append(Context(own, own or around, lead, above))
        if sentence.role != "heading":
            topic = own or topic
            if sentence.text.rstrip().endswith(":"):
                lead = sentence.text
    return found
