"""Learn the weights of claims, warning signs and page wording from labelled sentences and pages."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import numpy as np
from scipy import optimize, sparse

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "bench")]

from claims_data import Labelled  # noqa: E402

from narrows.claims.context import Context, contexts_of  # noqa: E402
from narrows.claims.examples import shipped_examples  # noqa: E402
from narrows.claims.judgement import JUDGED  # noqa: E402
from narrows.claims.page_words import PageWords, counted_words  # noqa: E402
from narrows.claims.similarity import Examples, packed_examples, words_of  # noqa: E402
from narrows.claims.slots import claim_groups, treatments_in  # noqa: E402
from narrows.claims.weights import NONE, Weights, packed, scaled_features  # noqa: E402

CLAIM_PENALTY, SIGN_PENALTY, SIGN_LIFT, ROUNDS = 0.015, 0.1, 3.0, 60
WORDING_PENALTY, WORDING_SEEN = 0.1, 3
Fitted = tuple[np.ndarray, np.ndarray]  # weights and offsets


class Lesson:
    """A sentence to learn from: its text in its context, with its labels; `page` is -1 for a single sentence."""

    def __init__(self, text: str, context: Context, claims: set[str], signs: set[str], page: int) -> None:
        self.text, self.context, self.claims, self.signs, self.page = text, context, claims, signs, page


def single_lessons(knowledge) -> tuple[list[Lesson], list[Lesson]]:
    """What claims and what signs learn from phrasings and examples; a claim on one treatment is learnt in its context."""
    groups = claim_groups(knowledge)

    def lesson(text: str, heading: str, claims: set[str], signs: set[str]) -> Lesson:
        own = treatments_in(text)
        about = {g for c in claims for g in groups.get(c, ())}
        around = own or treatments_in(heading) or (frozenset(about) if len(about) == 1 else frozenset())
        return Lesson(text, Context(own, around, "", heading), claims, signs, -1)

    shown = [lesson(e.text, e.heading, set(e.claims), set(e.signs)) for e in shipped_examples()]
    claims = [lesson(t, "", {c.id}, set()) for c in knowledge.claims.values() for t in (c.statement, *c.phrasings)]
    signs = [
        Lesson(t, Context(frozenset(), frozenset(), "", ""), set(), {s.id}, -1)
        for s in knowledge.marketing_signs.values()
        for t in (s.statement, *s.patterns)
    ]
    return claims + shown, shown + signs


def page_lessons(pages: list[Labelled]) -> list[Lesson]:
    """The statements of pages in their context."""
    found = []
    for number, p in enumerate(pages):
        for s, around, claims, signs in zip(p.sentences, contexts_of(p.sentences), p.claims, p.signs, strict=True):
            if s.role != "heading" and not s.question:
                found.append(Lesson(s.text, around, set(claims), set(signs), number))
    return found


def vocabulary_of(features: list[dict[str, float]], known: set[str]) -> dict[str, int]:
    """Names of the features that are known or seen at least three times; of words, pairs and classes twice."""
    counts: dict[str, int] = {}
    for found in features:
        for name in found:
            counts[name] = counts.get(name, 0) + 1
    kept = [n for n, c in counts.items() if c >= 3 or (c == 2 and n[0] in "wcbns")]
    return {name: i for i, name in enumerate(sorted(known.union(kept)))}


def matrix(features: list[dict[str, float]], vocabulary: dict[str, int]) -> sparse.csr_matrix:
    """Scaled features, one row per sentence."""
    rows, columns, values = [], [], []
    for i, found in enumerate(features):
        for name, value in found.items():
            j = vocabulary.get(name)
            if j is not None:
                rows.append(i)
                columns.append(j)
                values.append(value)
    return sparse.csr_matrix((values, (rows, columns)), shape=(len(features), len(vocabulary)), dtype=np.float32)


def fit_softmax(X: sparse.csr_matrix, Y: np.ndarray, start: Fitted, penalty: float) -> Fitted:
    """Weights and offsets of one softmax that stays near `start`; rows of Y are shares that add up to one."""
    XT = X.T.tocsr()

    def loss(W: np.ndarray, b: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        Z = X @ W + b
        Z -= Z.max(axis=1, keepdims=True)
        E = np.exp(Z)
        S = E.sum(axis=1, keepdims=True)
        G = E / S - Y
        D = W - start[0]
        value = -float((Y * (Z - np.log(S))).sum()) + 0.5 * penalty * float((D * D).sum())
        return value, XT @ G + penalty * D, G.sum(axis=0)

    return _least(loss, start)


def fit_signs(X: sparse.csr_matrix, Y: np.ndarray, start: Fitted) -> Fitted:
    """Weights and offsets of one logistic regression per column of Y, near `start`; a sentence with the sign counts SIGN_LIFT times."""
    XT = X.T.tocsr()
    weight = np.where(Y > 0, np.float32(SIGN_LIFT), np.float32(1.0))

    def loss(W: np.ndarray, b: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        Z = X @ W + b
        G = weight * (1 / (1 + np.exp(-Z)) - Y)
        D = W - start[0]
        value = float((weight * (np.logaddexp(0, Z) - Y * Z)).sum()) + 0.5 * SIGN_PENALTY * float((D * D).sum())
        return value, XT @ G + SIGN_PENALTY * D, G.sum(axis=0)

    return _least(loss, start)


def _least(loss, start: Fitted) -> Fitted:
    d, k = start[0].shape

    def flat(theta: np.ndarray) -> tuple[float, np.ndarray]:
        theta = theta.astype(np.float32)
        value, gradient, offset_gradient = loss(theta[: d * k].reshape(d, k), theta[d * k :])
        return value, np.concatenate([gradient.ravel(), offset_gradient]).astype(np.float64)

    first = np.concatenate([start[0].ravel(), start[1]]).astype(np.float64)
    best = optimize.minimize(flat, first, jac=True, method="L-BFGS-B", options={"maxiter": ROUNDS, "maxcor": 6}).x
    return best[: d * k].reshape(d, k), best[d * k :]


def departure(
    old: Weights | None, vocabulary: dict[str, int], claims: list[str], signs: list[str]
) -> tuple[Fitted, Fitted]:
    """Where learning starts: nothing, or the weights of `old` for what it knows."""
    d = len(vocabulary)
    W, b = np.zeros((d, len(claims)), np.float32), np.zeros(len(claims), np.float32)
    V, c = np.zeros((d, len(signs)), np.float32), np.full(len(signs), -5.0, np.float32)
    if old:
        pairs = [(vocabulary[name], row) for name, row in old.vocabulary.items() if name in vocabulary]
        into, out = np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs])
        for target, offset, names, known, rows, scale, offsets in (
            (W, b, claims, old.claims, old.claim_rows, old.claim_scale, old.claim_offset),
            (V, c, signs, old.signs, old.sign_rows, old.sign_scale, old.sign_offset),
        ):
            for i, name in enumerate(names):
                if name in known:
                    j = known.index(name)
                    target[into, i] = rows[out, j] * scale[j]
                    offset[i] = offsets[j]
    return (W, b), (V, c)


def learn(knowledge, pages: list[Lesson], old: tuple[Weights, Examples] | None = None) -> tuple[bytes, bytes]:
    """The bytes of weights.npz and examples.npz, learnt from single sentences and pages; with `old` going on from there."""
    for_claims, for_signs = single_lessons(knowledge)
    for_claims, for_signs = for_claims + pages, for_signs + pages
    claims, signs = [*knowledge.claims, NONE], list(knowledge.marketing_signs)
    place = {c: i for i, c in enumerate(claims)}
    known = {id(x): scaled_features(x.text, x.context) for x in for_claims + for_signs}
    claim_features = [known[id(x)] for x in for_claims]
    sign_features = [known[id(x)] for x in for_signs]
    vocabulary = vocabulary_of(list(known.values()), set(old[0].vocabulary) if old else set())
    Y = np.zeros((len(for_claims), len(claims)), np.float32)
    for i, x in enumerate(for_claims):
        for claim in x.claims or (NONE,):
            Y[i, place[claim]] = 1 / max(1, len(x.claims))
    S = np.zeros((len(for_signs), len(signs)), np.float32)
    for i, x in enumerate(for_signs):
        for sign in x.signs:
            S[i, signs.index(sign)] = 1
    start = departure(old[0] if old else None, vocabulary, claims, signs)
    W = fit_softmax(matrix(claim_features, vocabulary), Y, start[0], CLAIM_PENALTY)
    V = fit_signs(matrix(sign_features, vocabulary), S, start[1])
    shown = [(words_of(x.text), tuple(x.claims) or (NONE,)) for x in for_claims]
    if old:
        # What the old examples hold of sentences that are not at hand; those at hand stand there already.
        kept = old[1].unpacked()
        at_hand = {frozenset(words) for words, _ in shown}
        shown += [(words, stated) for words, stated in kept if frozenset(words) not in at_hand]
    held = io.BytesIO()
    np.savez_compressed(held, **packed_examples(shown, claims))
    return packed(vocabulary, claims, signs, W, V), held.getvalue()


def learn_page_words(pages: list[Labelled], old: PageWords | None = None) -> PageWords:
    """How pages of each judgement are worded: a softmax over the words of a page, scaled to length one; near `old`, if given."""
    pages = [p for p in pages if p.judgement in JUDGED]
    counts = [counted_words(p.sentences) for p in pages]
    seen: dict[str, int] = {}
    for found in counts:
        for name in found:
            seen[name] = seen.get(name, 0) + 1
    known = old.words if old else {}
    words = {name: i for i, name in enumerate(sorted({*known, *(n for n, c in seen.items() if c >= WORDING_SEEN)}))}
    rarity = np.array([1 + np.log((1 + len(pages)) / (1 + seen.get(name, 0))) for name in words], np.float32)
    start = np.zeros((len(words), len(JUDGED)), np.float32), np.zeros(len(JUDGED), np.float32)
    if old:
        places = [words[name] for name in known]
        rarity[places] = old.rarity  # measured on more pages than are at hand
        start = start[0], old.offsets.copy()
        start[0][places] = old.rows
    values = [{n: (1 + np.log(c)) * rarity[words[n]] for n, c in found.items() if n in words} for found in counts]
    sizes = [sum(v * v for v in found.values()) ** 0.5 or 1.0 for found in values]
    X = matrix([{n: v / size for n, v in found.items()} for found, size in zip(values, sizes, strict=True)], words)
    Y = np.array([[float(p.judgement == j) for j in JUDGED] for p in pages], np.float32)
    rows, offsets = fit_softmax(X, Y, start, WORDING_PENALTY)
    return PageWords(words, JUDGED, rarity, rows.astype(np.float32), offsets.astype(np.float32))
