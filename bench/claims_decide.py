"""Fit how scores and wordings become decisions, on pages that the weights have not seen, and print how well they hold."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from scipy import optimize

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "bench")]

from claims_data import Labelled, figures  # noqa: E402
from claims_learn import learn_page_words  # noqa: E402

from narrows.claims.checking import Checker  # noqa: E402
from narrows.claims.context import contexts_of  # noqa: E402
from narrows.claims.judgement import JUDGED, parts_of, weighed  # noqa: E402
from narrows.claims.matching import MOST, Match, candidates, look_at, second_look  # noqa: E402
from narrows.claims.page_words import PageWords  # noqa: E402
from narrows.claims.signs import CLAIMS_OF_SIGN, grammars, page_tone  # noqa: E402

SURE_AT = 0.92  # precision that a verdict must have on pages left out


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


def decide(
    checker: Checker, pages: list[Labelled], seen: list[list], further: list[Labelled], old: PageWords | None
) -> dict:
    """Fit every decision on pages whose sentences were seen by weights that had not learnt from them; print the figures.

    From `further` pages only the wording of whole pages is learnt, going on from `old`.
    """
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
    X, Y, of_page = np.array(rows), np.array(y), np.array(of)
    first = left_out(X, Y, of_page, 3.0)
    found: list[list[dict[str, float]]] = [[{} for _ in p.sentences] for p in pages]
    for (i, j, claim), odds in zip(places, first.tolist(), strict=True):
        found[i][j][claim] = odds
    more = [second_look(page) for page in found]
    X2 = np.hstack([X, np.array([more[i][j][claim] for i, j, claim in places])])
    confidence = 1 / (1 + np.exp(-left_out(X2, Y, of_page, 3.0)))
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
    decisions = {
        name: {"offset": round(b, 4), "weights": [round(float(v), 4) for v in w]}
        for name, (w, b) in (("decision", logistic(X, Y, 3.0)), ("second", logistic(X2, Y, 3.0)))
    }
    stated: list[list[list[Match]]] = [[[] for _ in p.sentences] for p in pages]
    for (i, j, claim), c in sorted(zip(places, confidence, strict=True), key=lambda r: -r[1]):
        if c >= listed and len(stated[i][j]) < MOST:
            stated[i][j].append(Match(claim, float(c), bool(c >= sure)))
    likeness = likeness_left_out(pages, further, old)
    sign_decision, shown = decide_signs(pages, seen, stated, likeness)
    judgement = decide_judgement(checker, pages, stated, shown, likeness)
    return {
        **decisions,
        "listed": round(float(listed), 2),
        "sure": round(float(sure), 2),
        "sign_decision": sign_decision,
        "judgement": judgement,
    }


def decide_signs(pages, seen, stated, likeness) -> tuple[dict[str, object], list[list[list[str]]]]:
    """Fit the decision about warning signs; what was decided for pages left out."""
    X, y, of, places = [], [], [], []
    for i, p in enumerate(pages):
        tone = page_tone(likeness[i])
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
                        *tone,
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
        **{n: round(float(v), 4) for n, v in zip(names, w[:4], strict=True)},
        "page": [round(float(v), 4) for v in w[4:]],
    }, shown(cut)


def likeness_left_out(pages: list[Labelled], further: list[Labelled], old: PageWords | None) -> list[dict[str, float]]:
    """How each page is worded as a whole, by words that have not seen it (ten groups of pages)."""
    group = np.random.default_rng(5).permutation(len(pages)) % 10
    likeness: list[dict[str, float]] = [{} for _ in pages]
    for g in range(10):
        words = learn_page_words(further + [p for p, other in zip(pages, group, strict=True) if other != g], old)
        for n in np.flatnonzero(group == g):
            likeness[n] = words.likeness(pages[n].sentences)[0]
    return likeness


def decide_judgement(checker: Checker, pages, stated, shown, likeness) -> dict[str, dict]:
    """Fit the judgement of a page; print how many pages are judged right by what has not seen them."""
    kept = [i for i, p in enumerate(pages) if p.judgement in JUDGED]
    parts = [
        parts_of(pages[i].page, pages[i].sentences, stated[i], shown[i], checker.verdicts, checker.severities)
        | likeness[i]
        for i in kept
    ]
    P = np.array([weighed(found) for found in parts])
    labels = [pages[i].judgement for i in kept]
    right = dict.fromkeys(JUDGED, 0)
    for i in range(len(kept)):
        rest = [k for k in range(len(kept)) if k != i]
        fitted = softmax_fit(P[rest], [labels[k] for k in rest])
        scores = {label: r["offset"] + float(P[i] @ np.array(r["weights"])) for label, r in fitted.items()}
        right[labels[i]] += max(scores, key=lambda label: scores[label]) == labels[i]
    print(f"judgement: {sum(right.values())} of {len(kept)} pages, each left out in turn;", right)
    return softmax_fit(P, labels)
