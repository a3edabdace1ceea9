"""How near a sentence is to the phrasings of each claim of the library; finds claims that a clinic added as well."""

from __future__ import annotations

import hashlib
import math
from typing import TYPE_CHECKING

import msgspec

from narrows.claims.words import classes_at, tokens_of, word_set
from narrows.knowledge import cache

if TYPE_CHECKING:
    from narrows.knowledge import Knowledge

_SMALL_WORDS = word_set(
    "a an the of to in on at by for with from as and or is are be been it its this that these those there you your they their we our "
    "have has had will would can may do does which who what when into than then so also very just but"
)
Index = dict[str, list[tuple[int, float]]]


class Phrasings(msgspec.Struct):
    """Every phrasing of the library as weighted words, by word; built once per content of the library."""

    owners: list[str]  # the claim of each phrasing
    misses: list[bool]  # whether it is a near miss of that claim
    index: Index
    rarity: dict[str, float]

    def nearest(self, text: str) -> tuple[dict[str, float], dict[str, float]]:
        """For each claim the cosine similarity (0 to 1) to its nearest phrasing, and to its nearest near miss."""
        words = _words(text)
        weights = {w: n * self.rarity[w] for w, n in words.items() if w in self.rarity}
        size = math.sqrt(sum(v * v for v in weights.values())) or 1.0
        sums: dict[int, float] = {}
        for word, weight in weights.items():
            for number, value in self.index[word]:
                sums[number] = sums.get(number, 0.0) + weight * value
        near: dict[str, float] = {}
        miss: dict[str, float] = {}
        for number, total in sums.items():
            target = miss if self.misses[number] else near
            owner = self.owners[number]
            target[owner] = max(target.get(owner, 0.0), total / size)
        return near, miss


def _words(text: str) -> dict[str, float]:
    tokens = tokens_of(text)
    words: dict[str, float] = {}
    for token, classes in zip(tokens, classes_at(tokens), strict=True):
        if token.word not in _SMALL_WORDS:
            words["w:" + token.stem] = 1.0
        for name in classes:
            words["c:" + name] = 0.7
    return words


def phrasings_of(knowledge: Knowledge) -> Phrasings:
    """The phrasings of a library, from the cache when its content is known."""
    texts = [
        (claim.id, text, miss)
        for claim in knowledge.claims.values()
        for group, miss in (((claim.statement, *claim.phrasings), False), (claim.not_this, True))
        for text in group
    ]
    key = hashlib.sha256(repr(texts).encode()).hexdigest()
    stored = cache.remembered("claim-phrasings-1", key, lambda: msgspec.msgpack.encode(_built(texts)))
    return msgspec.msgpack.decode(stored, type=Phrasings)


def _built(texts: list[tuple[str, str, bool]]) -> Phrasings:
    bags = [_words(text) for _, text, _ in texts]
    seen: dict[str, int] = {}
    for bag in bags:
        for word in bag:
            seen[word] = seen.get(word, 0) + 1
    rarity = {word: math.log(1 + len(bags) / n) for word, n in seen.items()}
    index: Index = {}
    for number, bag in enumerate(bags):
        weights = {w: n * rarity[w] for w, n in bag.items()}
        size = math.sqrt(sum(v * v for v in weights.values())) or 1.0
        for word, weight in weights.items():
            index.setdefault(word, []).append((number, weight / size))
    return Phrasings([t[0] for t in texts], [t[2] for t in texts], index, rarity)
