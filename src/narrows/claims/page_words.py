"""How a page is worded as a whole: like pages that sell, like mixed ones, or like pages that inform."""

from __future__ import annotations

import io
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from narrows.claims.features import features_of
from narrows.claims.page import Sentence
from narrows.claims.words import tokens_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TELLING_LETTERS = 5  # shorter words weigh too ("go", "each"), but tell a reader nothing
_KINDS = ("w:", "c:", "s:")  # stems, classes of words, shapes of sentences


def counted_words(sentences: Sequence[Sentence]) -> Counter[str]:
    """In how many sentences of a page each word, class of words and shape stands."""
    return Counter(name for s in sentences for name in features_of(s.text) if name.startswith(_KINDS))


@dataclass(frozen=True, slots=True, eq=False)
class PageWords:
    """For each word its rarity among pages, and how it weighs for each judgement."""

    words: dict[str, int]
    judgements: tuple[str, ...]
    rarity: NDArray[np.float32]
    rows: NDArray[np.float32]  # words by judgements
    offsets: NDArray[np.float32]

    def likeness(self, sentences: Sequence[Sentence]) -> tuple[dict[str, float], tuple[str, ...]]:
        """How like pages of each judgement a page is worded (higher is more alike), and the words that make it so."""
        import numpy as np

        known = [(self.words[name], n) for name, n in counted_words(sentences).items() if name in self.words]
        if not known:
            return dict.fromkeys(self.judgements, 0.0), ()
        places = np.array([place for place, _ in known])
        values = np.array([1 + math.log(n) for _, n in known]) * self.rarity[places]
        values /= np.sqrt(values @ values)
        each = values[:, None] * self.rows[places]
        scores = each.sum(axis=0) + self.offsets
        names = list(self.words)
        leading = np.argsort(each.mean(axis=1) - each[:, scores.argmax()])
        telling = [names[places[i]] for i in leading if names[places[i]].startswith("w:")][:20]
        return dict(zip(self.judgements, scores.tolist(), strict=True)), _as_written(
            [t[2:] for t in telling], sentences
        )


def _as_written(stems: list[str], sentences: Sequence[Sentence]) -> tuple[str, ...]:
    """Stems as the words that first stand for them on the page; the first six that say something to a reader."""
    words: dict[str, str] = {}
    for sentence in sentences:
        for token in tokens_of(sentence.text):
            words.setdefault(token.stem, token.word)
    return tuple(words[stem] for stem in stems if len(words[stem]) >= TELLING_LETTERS)[:6]


@lru_cache(maxsize=1)
def learned_page_words() -> PageWords:
    """The words that come with the package."""
    return read_page_words(resources.files("narrows.claims").joinpath("data/page_words.npz").read_bytes())


def read_page_words(data: bytes) -> PageWords:
    """Words of pages from the bytes of a page_words.npz."""
    import numpy as np

    with np.load(io.BytesIO(data), allow_pickle=False) as stored:
        return PageWords(
            words={name: i for i, name in enumerate(bytes(stored["words"]).decode().split("\n"))},
            judgements=tuple(bytes(stored["judgements"]).decode().split("\n")),
            rarity=stored["rarity"].astype(np.float32),
            rows=stored["rows"].astype(np.float32),
            offsets=stored["offsets"].astype(np.float32),
        )


def packed_page_words(words: PageWords) -> bytes:
    """Words of pages as the bytes of a page_words.npz."""
    import numpy as np

    arrays: dict[str, Any] = {
        "words": np.frombuffer("\n".join(words.words).encode(), dtype=np.uint8),
        "judgements": np.frombuffer("\n".join(words.judgements).encode(), dtype=np.uint8),
        "rarity": words.rarity.astype(np.float16),
        "rows": words.rows.astype(np.float16),
        "offsets": words.offsets.astype(np.float32),
    }
    target = io.BytesIO()
    np.savez_compressed(target, **arrays)
    return target.getvalue()
