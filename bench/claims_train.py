"""Learn the weights and decisions of the claim checker; say how well they hold on pages left out.

    python bench/claims_train.py [--pages FOLDER…] [--decide FOLDER…] [--write]

Claims compete for each sentence (one softmax with 'none'); each warning sign is a logistic regression of its own. Both learn
from the library, the examples, the development texts, the invented pages and the folders of --pages and --decide. How scores
and wordings become decisions is fitted on the folders of --decide (without any: on the development texts and invented pages),
each scored by weights that have not seen it. Every figure printed is for pages left out. Deterministic.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

import numpy as np
from scipy import optimize, sparse

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "bench")]

from claims_data import Labelled, development_pages, figures, invented_pages, labelled_pages  # noqa: E402

from narrows.claims.checking import Checker  # noqa: E402
from narrows.claims.context import Context, contexts_of  # noqa: E402
from narrows.claims.examples import shipped_examples  # noqa: E402
from narrows.claims.judgement import JUDGED, PARTS, is_paper, parts_of  # noqa: E402
from narrows.claims.matching import MOST, Match, candidates, look_at  # noqa: E402
from narrows.claims.signs import CLAIMS_OF_SIGN, grammars  # noqa: E402
from narrows.claims.similarity import packed_examples, read_examples  # noqa: E402
from narrows.claims.slots import claim_groups, treatments_in  # noqa: E402
from narrows.claims.weights import NONE, packed, read_weights, scaled_features  # noqa: E402
from narrows.knowledge import load  # noqa: E402

DATA = ROOT / "src" / "narrows" / "claims" / "data"
CLAIM_PENALTY, SIGN_PENALTY, SIGN_LIFT, ROUNDS = 0.015, 0.1, 3.0, 60
FOLDS = 2  # of the pages that decisions are fitted on
SURE_AT = 0.92  # precision that a verdict must have on pages left out


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


def vocabulary_of(features: list[dict[str, float]]) -> dict[str, int]:
    """Names of the features that are seen at least three times; of words, pairs and classes twice."""
    counts: dict[str, int] = {}
    for found in features:
        for name in found:
            counts[name] = counts.get(name, 0) + 1
    kept = [n for n, c in counts.items() if c >= 3 or (c == 2 and n[0] in "wcbns")]
    return {name: i for i, name in enumerate(sorted(kept))}


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


def fit_claims(X: sparse.csr_matrix, Y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weights and offsets of one softmax; rows of Y are shares that add up to one."""
    XT = X.T.tocsr()

    def loss(W: np.ndarray, b: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        Z = X @ W + b
        Z -= Z.max(axis=1, keepdims=True)
        E = np.exp(Z)
        S = E.sum(axis=1, keepdims=True)
        G = E / S - Y
        value = -float((Y * (Z - np.log(S))).sum()) + 0.5 * CLAIM_PENALTY * float((W * W).sum())
        return value, XT @ G + CLAIM_PENALTY * W, G.sum(axis=0)

    return _least(loss, X.shape[1], np.zeros(Y.shape[1], np.float32))


def fit_signs(X: sparse.csr_matrix, Y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weights and offsets of one logistic regression per column of Y; a sentence with the sign counts SIGN_LIFT times."""
    XT = X.T.tocsr()
    weight = np.where(Y > 0, np.float32(SIGN_LIFT), np.float32(1.0))

    def loss(W: np.ndarray, b: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        Z = X @ W + b
        G = weight * (1 / (1 + np.exp(-Z)) - Y)
        value = float((weight * (np.logaddexp(0, Z) - Y * Z)).sum()) + 0.5 * SIGN_PENALTY * float((W * W).sum())
        return value, XT @ G + SIGN_PENALTY * W, G.sum(axis=0)

    return _least(loss, X.shape[1], np.full(Y.shape[1], -5.0, np.float32))


def _least(loss, d: int, offsets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    k = len(offsets)

    def flat(theta: np.ndarray) -> tuple[float, np.ndarray]:
        theta = theta.astype(np.float32)
        value, gradient, offset_gradient = loss(theta[: d * k].reshape(d, k), theta[d * k :])
        return value, np.concatenate([gradient.ravel(), offset_gradient]).astype(np.float64)

    start = np.concatenate([np.zeros(d * k), offsets])
    best = optimize.minimize(flat, start, jac=True, method="L-BFGS-B", options={"maxiter": ROUNDS, "maxcor": 6}).x
    return best[: d * k].reshape(d, k), best[d * k :]


def learn(knowledge, pages: list[Lesson]) -> tuple[bytes, bytes]:
    """The bytes of weights.npz and examples.npz, learnt from single sentences and pages."""
    import io

    for_claims, for_signs = single_lessons(knowledge)
    for_claims, for_signs = for_claims + pages, for_signs + pages
    claims, signs = [*knowledge.claims, NONE], list(knowledge.marketing_signs)
    place = {c: i for i, c in enumerate(claims)}
    known = {id(x): scaled_features(x.text, x.context) for x in for_claims + for_signs}
    claim_features = [known[id(x)] for x in for_claims]
    sign_features = [known[id(x)] for x in for_signs]
    vocabulary = vocabulary_of(list(known.values()))
    Y = np.zeros((len(for_claims), len(claims)), np.float32)
    for i, x in enumerate(for_claims):
        for claim in x.claims or (NONE,):
            Y[i, place[claim]] = 1 / max(1, len(x.claims))
    S = np.zeros((len(for_signs), len(signs)), np.float32)
    for i, x in enumerate(for_signs):
        for sign in x.signs:
            S[i, signs.index(sign)] = 1
    W = fit_claims(matrix(claim_features, vocabulary), Y)
    V = fit_signs(matrix(sign_features, vocabulary), S)
    held = io.BytesIO()
    np.savez_compressed(held, **packed_examples([(x.text, tuple(x.claims) or (NONE,)) for x in for_claims], claims))
    return packed(vocabulary, claims, signs, W, V), held.getvalue()


def logistic(X: np.ndarray, y: np.ndarray, penalty: float) -> tuple[np.ndarray, float]:
    """Weights and offset of a ridge logistic regression."""
    scale = X.std(axis=0) + 1e-9
    Z = X / scale

    def loss(theta):
        z = Z @ theta[:-1] + theta[-1]
        p = 1 / (1 + np.exp(-z))
        value = (np.logaddexp(0, z) - y * z).sum() + 0.5 * penalty * (theta[:-1] ** 2).sum()
        return value, np.append(Z.T @ (p - y) + penalty * theta[:-1], (p - y).sum())

    best = optimize.minimize(loss, np.zeros(X.shape[1] + 1), jac=True, method="L-BFGS-B")
    return best.x[:-1] / scale, float(best.x[-1])


def softmax_fit(P: np.ndarray, labels: list[str], penalty: float = 0.5) -> dict[str, dict]:
    """Weights of a softmax over judgements."""
    Y = np.array([[float(label == j) for j in JUDGED] for label in labels])
    d, k = P.shape[1], len(JUDGED)

    def loss(theta):
        W, b = theta[: d * k].reshape(d, k), theta[d * k :]
        Z = P @ W + b
        Z = Z - Z.max(axis=1, keepdims=True)
        E = np.exp(Z)
        S = E.sum(axis=1, keepdims=True)
        G = E / S - Y
        return -(Y * (Z - np.log(S))).sum() + 0.5 * penalty * (W * W).sum(), np.append(
            (P.T @ G + penalty * W).ravel(), G.sum(axis=0)
        )

    best = optimize.minimize(loss, np.zeros(d * k + k), jac=True, method="L-BFGS-B").x
    W, b = best[: d * k].reshape(d, k), best[d * k :]
    return {
        j: {"offset": round(float(b[n]), 4), "weights": [round(float(v), 4) for v in W[:, n]]}
        for n, j in enumerate(JUDGED)
    }


def looked_at(checker: Checker, page: Labelled) -> list:
    """What is seen of every sentence of a page."""
    around = contexts_of(page.sentences)
    return [
        look_at(s, c, checker.weights, checker.phrasings, checker.examples)
        for s, c in zip(page.sentences, around, strict=True)
    ]


def left_out(X: np.ndarray, y: np.ndarray, of: np.ndarray, penalty: float) -> np.ndarray:
    """Log odds for each row by a regression that has not seen its page (ten groups of pages)."""
    out = np.zeros(len(y))
    pages = np.unique(of)
    group = {p: i % 10 for i, p in enumerate(np.random.default_rng(3).permutation(pages))}
    part = np.array([group[p] for p in of])
    for i in range(10):
        if (part == i).any():
            w, b = logistic(X[part != i], y[part != i], penalty)
            out[part == i] = X[part == i] @ w + b
    return out


def decide(checker: Checker, pages: list[Labelled], seen: list[list]) -> dict:
    """Fit every decision on pages whose sentences were seen by weights that had not learnt from them; print the figures."""
    rows, of, places, y = [], [], [], []
    for i, p in enumerate(pages):
        for j, one in enumerate(seen[i]):
            if one.sentence.role == "heading" or one.sentence.question:
                continue
            for claim, values in candidates(one, seen[i][max(0, j - 2) : j][::-1], checker.groups, checker.topics):
                rows.append(values)
                of.append(i)
                places.append((i, j, claim))
                y.append(float(claim in p.claims[j]))
    X, Y = np.array(rows), np.array(y)
    odds = left_out(X, Y, np.array(of), 3.0)
    confidence = 1 / (1 + np.exp(-odds))
    gold = [set(c) for p in pages for c in p.claims]
    start = np.cumsum([0, *(len(p.claims) for p in pages)])

    def answers(cut: float) -> list[set[str]]:
        got: list[list[tuple[float, str]]] = [[] for _ in gold]
        for (i, j, claim), c in zip(places, confidence, strict=True):
            if c >= cut:
                got[start[i] + j].append((c, claim))
        return [{c for _, c in sorted(g, reverse=True)[:MOST]} for g in got]

    cuts = np.arange(0.2, 0.6, 0.02)
    scores = {c: figures(gold, answers(c)) for c in cuts}
    listed = max(cuts, key=lambda c: scores[c]["micro-F1"] + 0.5 * scores[c]["macro-F1"])
    print(f"listed at {listed:.2f}:", scores[listed])
    named = answers(listed)
    for folder in dict.fromkeys(p.folder for p in pages):
        rows_of = [n for n, p in enumerate(p for p in pages for _ in p.claims) if p.folder == folder]
        print(
            f"  {folder}:",
            figures([gold[n] for n in rows_of], [named[n] for n in rows_of]),
            f"{len(rows_of)} sentences",
        )
    sure = next((c for c in np.arange(0.4, 0.99, 0.01) if figures(gold, answers(c))["precision"] >= SURE_AT), 0.98)
    held = answers(sure)
    print(f"sure at {sure:.2f}: {figures(gold, held)}, {sum(map(len, held))} of {sum(map(len, gold))}")
    w, b = logistic(X, Y, 3.0)

    stated: list[list[list[Match]]] = [[[] for _ in p.sentences] for p in pages]
    for (i, j, claim), c in sorted(zip(places, confidence, strict=True), key=lambda r: -r[1]):
        if c >= listed and len(stated[i][j]) < MOST:
            stated[i][j].append(Match(claim, float(c), bool(c >= sure)))
    sign_decision, shown = decide_signs(pages, seen, stated)
    judgement = decide_judgement(checker, pages, stated, shown)
    return {
        "decision": {"offset": round(b, 4), "weights": [round(float(v), 4) for v in w]},
        "listed": round(float(listed), 2),
        "sure": round(float(sure), 2),
        "sign_decision": sign_decision,
        "judgement": judgement,
    }


def decide_signs(pages, seen, stated) -> tuple[dict[str, float], list[list[list[str]]]]:
    """Fit the decision about warning signs; what was decided for pages left out."""
    X, y, of, places = [], [], [], []
    for i, p in enumerate(pages):
        if is_paper(p.page):
            continue
        for j, one in enumerate(seen[i]):
            if one.sentence.role == "heading" and one.sentence.question:
                continue
            claims = {m.claim for m in stated[i][j]}
            for sign, grammar in grammars().items():
                if grammar.taken_back(one.sentence.text):
                    continue
                X.append(
                    [
                        one.signs.get(sign, -6.0),
                        grammar.strength * bool(grammar.found(one.sentence.text)),
                        float(bool(claims & CLAIMS_OF_SIGN.get(sign, frozenset()))),
                        float(one.sentence.question),
                    ]
                )
                y.append(float(sign in p.signs[j]))
                of.append(i)
                places.append((i, j, sign))
    A, Y = np.array(X), np.array(y)
    odds = left_out(A, Y, np.array(of), 1.0)

    def shown(cut: float) -> list[list[list[str]]]:
        found: list[list[list[str]]] = [[[] for _ in p.sentences] for p in pages]
        for (i, j, sign), o in zip(places, odds, strict=True):
            if o >= cut:
                found[i][j].append(sign)
        return found

    gold = [set(s) for p in pages for s in p.signs]
    scores = {c: figures(gold, [set(s) for p in shown(c) for s in p]) for c in np.arange(-3, 1, 0.1)}
    cut = max(scores, key=lambda c: scores[c]["micro-F1"])
    print(f"signs at {cut:.1f}:", scores[cut])
    w, b = logistic(A, Y, 1.0)
    names = ("learned", "grammar", "claim", "question")
    return {
        "offset": round(b - float(cut), 4),
        **{n: round(float(v), 4) for n, v in zip(names, w, strict=True)},
    }, shown(cut)


def decide_judgement(checker: Checker, pages, stated, shown) -> dict[str, dict]:
    """Fit the judgement of a page; print how many pages left out one by one are judged right."""
    kept = [i for i, p in enumerate(pages) if p.judgement in JUDGED]
    parts = [
        parts_of(pages[i].page, pages[i].sentences, stated[i], shown[i], checker.verdicts, checker.severities)
        for i in kept
    ]
    P = np.array([[np.log1p(found[k]) for k in PARTS] for found in parts])
    labels = [pages[i].judgement for i in kept]
    right = 0
    for i in range(len(kept)):
        rest = [k for k in range(len(kept)) if k != i]
        fitted = softmax_fit(P[rest], [labels[k] for k in rest])
        scores = {label: r["offset"] + float(P[i] @ np.array(r["weights"])) for label, r in fitted.items()}
        right += max(scores, key=lambda label: scores[label]) == labels[i]
    print(f"judgement: {right} of {len(kept)} pages, each left out in turn")
    return softmax_fit(P, labels)


def main() -> None:
    """Learn, print the figures for pages left out, and write when asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", nargs="*", type=Path, default=[], help="folders of further labelled pages")
    parser.add_argument("--decide", nargs="*", type=Path, default=[], help="folders on which decisions are fitted")
    parser.add_argument("--write", action="store_true", help="write weights.npz, examples.npz and decision.json")
    given = parser.parse_args()
    began = time.time()
    knowledge = load()
    checker = Checker(knowledge)
    own = development_pages() + invented_pages()
    further = [p for folder in given.pages for p in labelled_pages(folder)]
    decided_on = [p for folder in given.decide for p in labelled_pages(folder)]
    always = own + further if decided_on else further
    decided_on = decided_on or own
    for p in always + decided_on:
        wrong = set().union(*p.claims) - set(knowledge.claims) | set().union(*p.signs) - set(knowledge.marketing_signs)
        if wrong:
            sys.exit(f"{p.name}: unknown ids {', '.join(sorted(wrong))}")
    group = np.random.default_rng(0).permutation(len(decided_on)) % FOLDS
    seen: list[list] = [[] for _ in decided_on]
    for fold in range(FOLDS):
        rest = always + [p for p, g in zip(decided_on, group, strict=True) if g != fold]
        weights, examples = learn(knowledge, page_lessons(rest))
        checker.weights, checker.examples = read_weights(weights), read_examples(examples)
        for i in np.flatnonzero(group == fold):
            seen[i] = looked_at(checker, decided_on[i])
        print(f"group {fold + 1} of {FOLDS}, {time.time() - began:.0f} s", flush=True)
    decisions = decide(checker, decided_on, seen)
    if given.write:
        weights, examples = learn(knowledge, page_lessons(always + decided_on))
        (DATA / "weights.npz").write_bytes(weights)
        (DATA / "examples.npz").write_bytes(examples)
        (DATA / "decision.json").write_text(json.dumps(decisions, indent=1) + "\n", encoding="utf-8")
        print(f"{len(weights) / 1e6:.2f} and {len(examples) / 1e6:.2f} MB, {time.time() - began:.0f} s")


if __name__ == "__main__":
    main()
