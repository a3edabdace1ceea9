"""Fit how scores become decisions (data/decision.json) on labelled pages, and say how well that holds on pages left out.

    python bench/claims_decide.py FOLDER… [--write] [--weights F]

FOLDER holds labelled pages, one file each, which are not part of the repository (their text belongs to others):

    # ADDRESS | promotional, mixed or balanced
    > a heading
    a sentence {+claim,claim !sign

The development texts of tests/data/claims are always used beside them. Every figure printed is for pages left out.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import sys
from collections import Counter
from pathlib import Path

import numpy as np
from scipy import optimize

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "bench")]

from claims_train import DEVELOPMENT  # noqa: E402

from narrows.claims import weights as weights_module  # noqa: E402
from narrows.claims.checking import Checker  # noqa: E402
from narrows.claims.examples import parsed  # noqa: E402
from narrows.claims.judgement import JUDGED, PARTS, is_paper, parts_of  # noqa: E402
from narrows.claims.matching import MOST, Match, candidates, look_at  # noqa: E402
from narrows.claims.page import Block, Page, Sentence  # noqa: E402
from narrows.claims.reading import page_of  # noqa: E402
from narrows.claims.sentences import sentences_of  # noqa: E402
from narrows.claims.signs import CLAIMS_OF_SIGN, grammars  # noqa: E402
from narrows.claims.similarity import read_examples  # noqa: E402
from narrows.claims.slots import treatments_in  # noqa: E402
from narrows.knowledge import load  # noqa: E402

DECISION = ROOT / "src" / "narrows" / "claims" / "data" / "decision.json"


class Labelled:
    """A page with its gold labels, sentence by sentence."""

    def __init__(self, name, judgement, page, sentences, claims, signs):
        self.name, self.judgement, self.page = name, judgement, page
        self.sentences, self.claims, self.signs = sentences, claims, signs


def labelled_pages(folder: Path) -> list[Labelled]:
    """The pages of a folder in the form that stands at the top of this file."""
    pages = []
    for file in sorted(folder.glob("*.txt")):
        text = file.read_text("utf-8")
        address, _, judgement = text.split("\n", 1)[0].lstrip("# ").partition(" | ")
        sentences, claims, signs, heading, before = [], [], [], "", ""
        pieces, blocks, place = [], [], 0
        for line in text.splitlines()[1:]:
            if not line.strip():
                continue
            is_heading = line.startswith(">")
            example = parsed(line if not is_heading else line[1:])
            if not example:
                continue
            shown = example[0].text
            role = "heading" if is_heading else "prose"
            sentences.append(Sentence(place, place + len(shown), shown, role, "" if is_heading else heading, before))
            blocks.append(Block(place, place + len(shown), role, True))
            claims.append(set() if is_heading else set(example[0].claims))
            signs.append(set(example[0].signs))
            heading, before = (shown, "") if is_heading else (heading, shown)
            pieces.append(shown)
            place += len(shown) + 1
        page = Page("\n".join(pieces), tuple(blocks), "text", address)
        pages.append(Labelled(address, judgement.strip(), page, sentences, claims, signs))
    return pages


def write_labels(target: Path, pages: list[Labelled]) -> None:
    """Address, judgement and labels of pages, with a hash by which who has a page finds its sentences again."""
    with open(target, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["address", "judgement", "sentence_no", "sha256_12", "claim_ids", "redflag_ids"])
        for p in pages:
            for n, (s, claims, signs) in enumerate(zip(p.sentences, p.claims, p.signs, strict=True)):
                mark = hashlib.sha256(s.text.encode()).hexdigest()[:12]
                writer.writerow([p.name, p.judgement, n, mark, ";".join(sorted(claims)), ";".join(sorted(signs))])


def development_pages() -> list[Labelled]:
    """The six development texts."""
    rows: dict[str, list[dict[str, str]]] = {}
    with open(DEVELOPMENT / "labels.csv", newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            rows.setdefault(row["file"], []).append(row)
    with open(DEVELOPMENT / "pages.csv", newline="", encoding="utf-8") as file:
        judgements = {row["file"]: row["judgement"] for row in csv.DictReader(file)}
    pages = []
    for name, labels in rows.items():
        page = page_of((DEVELOPMENT / name).read_bytes(), name, "text")
        sentences = sentences_of(page)
        assert [s.text for s in sentences] == [r["sentence"] for r in labels], name
        pages.append(
            Labelled(
                name,
                judgements[name],
                page,
                sentences,
                [set(filter(None, r["claim_ids"].split(";"))) for r in labels],
                [set(filter(None, r["redflag_ids"].split(";"))) for r in labels],
            )
        )
    return pages


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


def figures(gold: list[set[str]], got: list[set[str]]) -> dict[str, float]:
    """Precision, recall, micro-F1 over all labels; macro-F1 over the labels that gold has."""
    tp, fp, fn = Counter(), Counter(), Counter()
    for g, p in zip(gold, got, strict=True):
        tp.update(g & p)
        fp.update(p - g)
        fn.update(g - p)
    T, F, N = tp.total(), fp.total(), fn.total()
    each = [2 * tp[x] / (2 * tp[x] + fp[x] + fn[x]) for x in {*tp, *fn}]
    return {
        "precision": round(T / max(1, T + F), 3),
        "recall": round(T / max(1, T + N), 3),
        "micro-F1": round(2 * T / max(1, 2 * T + F + N), 3),
        "macro-F1": round(float(np.mean(each)), 3) if each else 0.0,
    }


def main() -> None:
    """Fit, print the figures, and write the decision when asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", help="FOLDER, or FOLDER=WEIGHTS learnt before the folder was read")
    parser.add_argument("--weights", type=Path)
    parser.add_argument(
        "--listed", type=float, help="name claims from this confidence on, instead of the best one found"
    )
    parser.add_argument(
        "--labels", type=Path, help="write address, labels and a hash of each sentence, without the text"
    )
    parser.add_argument("--parts", type=Path, help="write what the judgement of each page rests on, as JSON")
    parser.add_argument("--write", action="store_true", help="write data/decision.json")
    parser.add_argument("--only", metavar="KEY", action="append", help="of what is written, change this key alone")
    given = parser.parse_args()
    knowledge = load()
    checker = Checker(knowledge)
    if given.weights:
        checker.weights = weights_module.read_weights(given.weights.read_bytes())
        checker.examples = read_examples(given.weights.with_name("ex_" + given.weights.name).read_bytes())
    pages = development_pages()
    own = len(pages)
    used, shown = [checker.weights] * own, [checker.examples] * own
    for given_folder in given.folders:
        folder, _, weights = given_folder.partition("=")
        added = labelled_pages(Path(folder))
        pages += added
        shown += [
            read_examples(Path(weights).with_name("ex_" + Path(weights).name).read_bytes())
            if weights
            else checker.examples
        ] * len(added)
        used += [weights_module.read_weights(Path(weights).read_bytes()) if weights else checker.weights] * len(added)
    if given.labels:
        write_labels(given.labels, pages[own:])
    known = set(knowledge.claims)
    for p in pages:
        wrong = set().union(*p.claims) - known | set().union(*p.signs) - set(knowledge.marketing_signs)
        if wrong:
            sys.exit(f"{p.name}: unknown ids {wrong}")

    seen = [
        [look_at(s, w, checker.phrasings, x) for s in p.sentences] for p, w, x in zip(pages, used, shown, strict=True)
    ]
    on_page = [treatments_in(p.page.text) for p in pages]
    rows = []  # page, sentence, claim, quantities, whether gold has it
    for i, p in enumerate(pages):
        for j, one in enumerate(seen[i]):
            if one.sentence.role == "heading" or one.sentence.question:
                continue
            for claim, values in candidates(one, seen[i][j - 1] if j else None, checker.groups, on_page[i]):
                rows.append((i, j, claim, values, claim in p.claims[j]))
    X = np.array([r[3] for r in rows])
    y = np.array([r[4] for r in rows], dtype=float)
    of = np.array([r[0] for r in rows])
    out = np.zeros(len(rows))
    for i in range(len(pages)):
        w, b = logistic(X[of != i], y[of != i], 3.0)
        out[of == i] = 1 / (1 + np.exp(-(X[of == i] @ w + b)))

    def answers(cut: float, which: range) -> tuple[list[set[str]], list[set[str]]]:
        got: dict[tuple[int, int], list[tuple[float, str]]] = {}
        for r, c in zip(rows, out, strict=True):
            if c >= cut:
                got.setdefault((r[0], r[1]), []).append((c, r[2]))
        gold, given_ = [], []
        for i in which:
            for j in range(len(pages[i].sentences)):
                gold.append(pages[i].claims[j])
                given_.append({c for _, c in sorted(got.get((i, j), []), reverse=True)[:MOST]})
        return gold, given_

    everything, others = range(len(pages)), range(own, len(pages))
    cuts = np.arange(0.2, 0.6, 0.02)
    halves = [range(own), others] if given.folders else [everything]
    best = max(cuts, key=lambda c: sum(figures(*answers(c, h))[k] for h in halves for k in ("micro-F1", "macro-F1")))
    best = given.listed or best
    print(f"listed at {best:.2f}: development", figures(*answers(best, range(own))))
    if given.folders:
        print("               other pages", figures(*answers(best, others)))
    sure = 0.95
    for cut in np.arange(0.95, 0.4, -0.01):
        g, a = answers(cut, everything)
        if figures(g, a)["precision"] < 0.91 and sum(map(len, a)) > 20:
            break
        sure = cut
    g, a = answers(sure, everything)
    print(f"sure at {sure:.2f}: {figures(g, a)}, {sum(map(len, a))} of {sum(map(len, g))}")
    verdicts = checker.verdicts
    w, b = logistic(X, y, 3.0)

    # warning signs
    by_sentence: dict[tuple[int, int], list[tuple[float, str]]] = {}
    for r, c in zip(rows, out, strict=True):
        if c >= best:
            by_sentence.setdefault((r[0], r[1]), []).append((float(c), r[2]))
    stated = [
        [
            [Match(c, s, s >= sure) for s, c in sorted(by_sentence.get((i, j), []), reverse=True)[:MOST]]
            for j in range(len(p.sentences))
        ]
        for i, p in enumerate(pages)
    ]
    sx, sy, sp, sid = [], [], [], []
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
                sx.append(
                    [
                        one.signs.get(sign, -6.0),
                        grammar.strength * bool(grammar.found(one.sentence.text)),
                        float(bool(claims & CLAIMS_OF_SIGN.get(sign, frozenset()))),
                        float(one.sentence.question),
                    ]
                )
                sy.append(float(sign in p.signs[j]))
                sp.append(i)
                sid.append((i, j, sign))
    SX, SY, SP = np.array(sx), np.array(sy), np.array(sp)
    SO = np.zeros(len(SY))
    for i in set(sp):
        sw, sb = logistic(SX[i != SP], SY[i != SP], 1.0)
        SO[i == SP] = SX[i == SP] @ sw + sb

    def sign_answers(cut: float, which: range) -> tuple[list[set[str]], list[set[str]]]:
        got: dict[tuple[int, int], set[str]] = {}
        for (i, j, sign), o in zip(sid, SO, strict=True):
            if o >= cut:
                got.setdefault((i, j), set()).add(sign)
        return [pages[i].signs[j] for i in which for j in range(len(pages[i].sentences))], [
            got.get((i, j), set()) for i in which for j in range(len(pages[i].sentences))
        ]

    sign_cut = max(np.arange(-3, 1, 0.1), key=lambda c: sum(figures(*sign_answers(c, h))["micro-F1"] for h in halves))
    print(f"signs at {sign_cut:.1f}: development", figures(*sign_answers(sign_cut, range(own))))
    if given.folders:
        print("               other pages", figures(*sign_answers(sign_cut, others)))
    sw, sb = logistic(SX, SY, 1.0)

    # the page as a whole
    shown = [[sorted(s) for s in sign_answers(sign_cut, range(i, i + 1))[1]] for i in everything]
    P = np.array(
        [
            [
                np.log1p(parts_of(p.page, p.sentences, stated[i], shown[i], verdicts, checker.severities)[k])
                for k in PARTS
            ]
            for i, p in enumerate(pages)
        ]
    )
    labels = [p.judgement for p in pages]
    if given.parts:
        given.parts.write_text(
            json.dumps(
                [[p.name, p.judgement, *map(float, np.round(np.expm1(v), 2))] for p, v in zip(pages, P, strict=True)]
            )
        )
    right = []
    for i in everything:
        rest = [k for k in everything if k != i]
        rows_ = _softmax(P[rest], [labels[k] for k in rest])
        scores = {label: r["offset"] + float(P[i] @ np.array(r["weights"])) for label, r in rows_.items()}
        right.append(max(scores, key=scores.get) == labels[i])
        if not right[-1]:
            print("  judged", max(scores, key=scores.get), "is", labels[i], pages[i].name, np.round(np.expm1(P[i]), 1))
    print(f"judgement: {np.mean(right):.3f} of {len(right)} pages left out one by one")
    if given.write:
        decision = {
            "decision": {"offset": round(b, 4), "weights": [round(float(v), 4) for v in w]},
            "listed": round(float(best), 2),
            "sure": round(float(sure), 2),
            "sign_decision": {
                "offset": round(sb - float(sign_cut), 4),
                "learned": round(float(sw[0]), 4),
                "grammar": round(float(sw[1]), 4),
                "claim": round(float(sw[2]), 4),
                "question": round(float(sw[3]), 4),
            },
            "judgement": _softmax(P, labels),
        }
        if given.only:
            decision = json.loads(DECISION.read_text("utf-8")) | {k: decision[k] for k in given.only}
        DECISION.write_text(json.dumps(decision, indent=1) + "\n", encoding="utf-8")


def _softmax(P: np.ndarray, labels: list[str], penalty: float = 0.5) -> dict[str, dict]:
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


if __name__ == "__main__":
    main()
