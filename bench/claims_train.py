"""Learn the weights of the claim checker from the library and the examples.

    python bench/claims_train.py [--fold K/N]      writes data/weights.npz and data/examples.npz

Claims compete for each sentence (one softmax with 'none'); each warning sign is a logistic regression of its own. Near
misses of the library count as 'none'. Deterministic: the same files give the same weights.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from pathlib import Path

import numpy as np
from scipy import optimize, sparse

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "src"))

from narrows.claims.examples import Example, shipped_examples  # noqa: E402
from narrows.claims.similarity import packed_examples  # noqa: E402
from narrows.claims.weights import NONE, packed, scaled_features  # noqa: E402
from narrows.knowledge import load  # noqa: E402

DEVELOPMENT = ROOT / "tests" / "data" / "claims"
TARGET = ROOT / "src" / "narrows" / "claims" / "data" / "weights.npz"
CLAIM_PENALTY, SIGN_PENALTY, SIGN_LIFT = 0.015, 0.1, 3.0


def development_examples() -> list[Example]:
    """The sentences of the development texts with their labels, without context."""
    with open(DEVELOPMENT / "labels.csv", newline="", encoding="utf-8") as file:
        return [
            Example(
                row["sentence"],
                tuple(filter(None, row["claim_ids"].split(";"))),
                tuple(filter(None, row["redflag_ids"].split(";"))),
            )
            for row in csv.DictReader(file)
        ]


def training_examples() -> tuple[list[Example], list[Example]]:
    """What claims learn from, and what signs learn from."""
    knowledge = load()
    shipped = shipped_examples()
    unknown = {c for e in shipped for c in e.claims if c not in knowledge.claims}
    unknown |= {s for e in shipped for s in e.signs if s not in knowledge.marketing_signs}
    if unknown:
        sys.exit(f"examples name unknown ids: {', '.join(sorted(unknown))}")
    claims = [Example(t, (c.id,), ()) for c in knowledge.claims.values() for t in (c.statement, *c.phrasings)]
    signs = [Example(t, (), (s.id,)) for s in knowledge.marketing_signs.values() for t in (s.statement, *s.patterns)]
    return claims + shipped, shipped + signs


def matrix(examples: list[Example], vocabulary: dict[str, int]) -> sparse.csr_matrix:
    """Scaled features, one row per example."""
    rows, columns, values = [], [], []
    for i, e in enumerate(examples):
        for name, value in scaled_features(e.text, e.heading).items():
            j = vocabulary.get(name)
            if j is not None:
                rows.append(i)
                columns.append(j)
                values.append(value)
    return sparse.csr_matrix((values, (rows, columns)), shape=(len(examples), len(vocabulary)), dtype=np.float64)


def vocabulary_of(examples: list[Example]) -> dict[str, int]:
    """Names of the features that are seen at least twice; words alone also once."""
    counts: dict[str, int] = {}
    for e in examples:
        for name in scaled_features(e.text, e.heading):
            counts[name] = counts.get(name, 0) + 1
    kept = [n for n, c in counts.items() if c >= 3 or (c == 2 and n[0] in "wcbns") or n.startswith("w:")]
    return {name: i for i, name in enumerate(sorted(kept))}


def fit_claims(X: sparse.csr_matrix, Y: np.ndarray, penalty: float, rounds: int) -> tuple[np.ndarray, np.ndarray]:
    """Weights and offsets of one softmax; rows of Y are shares that add up to one."""
    d, k = X.shape[1], Y.shape[1]
    XT = X.T.tocsr()

    def loss(theta: np.ndarray) -> tuple[float, np.ndarray]:
        W, b = theta[: d * k].reshape(d, k), theta[d * k :]
        Z = X @ W + b
        Z -= Z.max(axis=1, keepdims=True)
        E = np.exp(Z)
        S = E.sum(axis=1, keepdims=True)
        G = E / S - Y
        value = -float((Y * (Z - np.log(S))).sum()) + 0.5 * penalty * float((W * W).sum())
        return value, np.concatenate([(XT @ G + penalty * W).ravel(), G.sum(axis=0)])

    best = optimize.minimize(
        loss, np.zeros(d * k + k), jac=True, method="L-BFGS-B", options={"maxiter": rounds, "maxcor": 6}
    )
    return best.x[: d * k].reshape(d, k), best.x[d * k :]


def fit_signs(
    X: sparse.csr_matrix, Y: np.ndarray, penalty: float, lift: float, rounds: int
) -> tuple[np.ndarray, np.ndarray]:
    """Weights and offsets of one logistic regression per column of Y; a sentence with the sign counts `lift` times."""
    d, k = X.shape[1], Y.shape[1]
    XT = X.T.tocsr()
    weight = np.where(Y > 0, lift, 1.0)

    def loss(theta: np.ndarray) -> tuple[float, np.ndarray]:
        W, b = theta[: d * k].reshape(d, k), theta[d * k :]
        Z = X @ W + b
        G = weight * (1 / (1 + np.exp(-Z)) - Y)
        value = float((weight * (np.logaddexp(0, Z) - Y * Z)).sum()) + 0.5 * penalty * float((W * W).sum())
        return value, np.concatenate([(XT @ G + penalty * W).ravel(), G.sum(axis=0)])

    start = np.concatenate([np.zeros(d * k), np.full(k, -5.0)])
    best = optimize.minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": rounds, "maxcor": 6})
    return best.x[: d * k].reshape(d, k), best.x[d * k :]


def learn(claim_examples: list[Example], sign_examples: list[Example], rounds: int = 150) -> bytes:
    """The bytes of weights.npz."""
    knowledge = load()
    claims, signs = [*knowledge.claims, NONE], list(knowledge.marketing_signs)
    vocabulary = vocabulary_of(claim_examples + sign_examples)
    Y = np.zeros((len(claim_examples), len(claims)))
    for i, e in enumerate(claim_examples):
        for claim in e.claims or (NONE,):
            Y[i, claims.index(claim)] = 1 / max(1, len(e.claims))
    W = fit_claims(matrix(claim_examples, vocabulary), Y, CLAIM_PENALTY, rounds)
    S = np.zeros((len(sign_examples), len(signs)))
    for i, e in enumerate(sign_examples):
        for sign in e.signs:
            S[i, signs.index(sign)] = 1
    V = fit_signs(matrix(sign_examples, vocabulary), S, SIGN_PENALTY, SIGN_LIFT, rounds)
    return packed(vocabulary, claims, signs, W, V)


def main() -> None:
    """Learn and write, with the development texts taken in unless told otherwise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--without-development", action="store_true", help="leave the development texts out")
    parser.add_argument("--examples-only", action="store_true", help="write the index of examples alone")
    parser.add_argument("--out", type=Path, default=TARGET)
    parser.add_argument("--rounds", type=int, default=150)
    given = parser.parse_args()
    began = time.time()
    claim_examples, sign_examples = training_examples()
    if not given.without_development:
        development = development_examples()
        claim_examples, sign_examples = claim_examples + development, sign_examples + development
    np.savez_compressed(
        given.out.with_name(
            given.out.name.replace("weights", "examples") if "weights" in given.out.name else "ex_" + given.out.name
        ),
        **packed_examples([(e.text, e.claims or (NONE,)) for e in claim_examples], [*load().claims, NONE]),
    )
    if given.examples_only:
        return
    data = learn(claim_examples, sign_examples, given.rounds)
    given.out.write_bytes(data)
    print(f"{len(claim_examples)} sentences, {len(data) / 1e6:.1f} MB, {time.time() - began:.0f} s")


if __name__ == "__main__":
    main()
