"""How near a sentence is to the phrasings of each claim: those of the library at hand, and the examples that were learnt from."""

from __future__ import annotations

import hashlib
import io
import math
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import msgspec

from narrows.claims.words import classes_at, tokens_of, word_set
from narrows.knowledge import cache

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

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
        words = words_of(text)
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


@lru_cache(maxsize=64)  # a sentence is held against phrasings and examples in turn
def words_of(text: str) -> dict[str, float]:
    """The words and word classes of a text by which its likeness to others is measured, with their weights."""
    tokens = tokens_of(text)
    words: dict[str, float] = {}
    for token, classes in zip(tokens, classes_at(tokens), strict=True):
        if token.word not in _SMALL_WORDS:
            name = "w:" + token.stem
            words[name] = _weight(name)
        for word_class in classes:
            name = "c:" + word_class
            words[name] = _weight(name)
    return words


def _weight(name: str) -> float:
    return 1.0 if name.startswith("w:") else 0.7


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
    return _indexed([words_of(text) for _, text, _ in texts], [t[0] for t in texts], [t[2] for t in texts])


def _indexed(bags: list[dict[str, float]], owners: list[str], misses: list[bool]) -> Phrasings:
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
    return Phrasings(owners, misses, index, rarity)


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """The examples as weighted words: for each word the examples that hold it, one after the other."""

    words: dict[str, int]
    rarity: NDArray[np.float32]
    starts: NDArray[np.int32]  # where the examples of word i begin; those of the last word end at starts[-1]
    numbers: NDArray[np.int32]
    values: NDArray[np.float32]
    claims: tuple[str, ...]
    owner_of: NDArray[np.int32]  # pairs of example and claim: the example …
    claim_of: NDArray[np.int32]  # … and the claim
    count: int

    def nearest(self, text: str) -> dict[str, float]:
        """For each claim the cosine similarity (0 to 1) to its nearest example; claims at zero are left out."""
        import numpy as np

        known = [(self.words[w], n) for w, n in words_of(text).items() if w in self.words]
        if not known:
            return {}
        sums = np.zeros(self.count, dtype=np.float32)
        size = 0.0
        for row, weight in known:
            value = weight * float(self.rarity[row])
            size += value * value
            span = slice(self.starts[row], self.starts[row + 1])
            sums[self.numbers[span]] += value * self.values[span]
        best = np.zeros(len(self.claims), dtype=np.float32)
        np.maximum.at(best, self.claim_of, sums[self.owner_of])
        best /= math.sqrt(size) or 1.0
        return {self.claims[i]: float(best[i]) for i in np.flatnonzero(best > 0.05)}

    def unpacked(self) -> list[tuple[dict[str, float], tuple[str, ...]]]:
        """The words of each example and its claims, as they were packed."""
        words: list[dict[str, float]] = [{} for _ in range(self.count)]
        for name, row in self.words.items():
            for number in self.numbers[self.starts[row] : self.starts[row + 1]].tolist():
                words[number][name] = _weight(name)
        stated: list[list[str]] = [[] for _ in range(self.count)]
        for number, claim in zip(self.owner_of.tolist(), self.claim_of.tolist(), strict=True):
            stated[number].append(self.claims[claim])
        return [(w, tuple(c)) for w, c in zip(words, stated, strict=True)]


def packed_examples(examples: list[tuple[dict[str, float], tuple[str, ...]]], claims: list[str]) -> dict[str, Any]:
    """Examples (their words as of `words_of`, their claims) as the arrays of examples.npz."""
    import numpy as np

    built = _indexed([words for words, _ in examples], [str(n) for n in range(len(examples))], [False] * len(examples))
    names = sorted(built.index)
    postings = [built.index[name] for name in names]
    pairs = [(n, claims.index(c)) for n, (_, stated) in enumerate(examples) for c in stated]
    return {
        "words": np.frombuffer("\n".join(names).encode(), dtype=np.uint8),
        "claims": np.frombuffer("\n".join(claims).encode(), dtype=np.uint8),
        "rarity": np.array([built.rarity[name] for name in names], dtype=np.float32),
        "starts": np.cumsum([0, *map(len, postings)]).astype(np.int32),
        "numbers": np.array([n for found in postings for n, _ in found], dtype=np.int32),
        "values": np.array([v for found in postings for _, v in found], dtype=np.float16),
        "owner_of": np.array([n for n, _ in pairs], dtype=np.int32),
        "claim_of": np.array([c for _, c in pairs], dtype=np.int32),
        "count": np.array(len(examples)),
    }


@lru_cache(maxsize=1)
def learned_examples() -> Examples:
    """The examples that come with the package."""
    return read_examples(resources.files("narrows.claims").joinpath("data/examples.npz").read_bytes())


def read_examples(data: bytes) -> Examples:
    """Examples from the bytes of an examples.npz."""
    import numpy as np

    with np.load(io.BytesIO(data), allow_pickle=False) as stored:
        return Examples(
            words={name: i for i, name in enumerate(bytes(stored["words"]).decode().split("\n"))},
            rarity=stored["rarity"],
            starts=stored["starts"],
            numbers=stored["numbers"],
            values=stored["values"].astype(np.float32),
            claims=tuple(bytes(stored["claims"]).decode().split("\n")),
            owner_of=stored["owner_of"],
            claim_of=stored["claim_of"],
            count=int(stored["count"]),
        )
