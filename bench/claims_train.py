"""Learn the weights and decisions of the claim checker; say how well they hold on pages left out.

    python bench/claims_train.py [--pages FOLDER…] [--decide FOLDER…] [--go-on] [--write]

Claims compete for each sentence (one softmax with 'none'); each warning sign is a logistic regression of its own. Both learn
from the library, the examples, the development texts, the invented pages and the folders of --pages and --decide. How scores
and wordings become decisions is fitted on the folders of --decide (without any: on the development texts and invented pages),
each scored by weights that have not seen it. Every figure printed is for pages left out. Deterministic.

With --go-on what ships is the point of departure: new weights stay near the old ones, and the old examples are kept. So what was
learnt from pages that are not part of the repository is not lost. Decisions are then fitted only on folders of --decide, which must be
pages that the old weights do not know; without any, the decisions that ship are kept: on known pages they would trust too much.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "bench")]

from claims_data import development_pages, invented_pages, labelled_pages  # noqa: E402
from claims_decide import decide, looked_at  # noqa: E402
from claims_learn import learn, learn_page_words, page_lessons  # noqa: E402

from narrows.claims.checking import Checker  # noqa: E402
from narrows.claims.page_words import learned_page_words, packed_page_words  # noqa: E402
from narrows.claims.similarity import learned_examples, read_examples  # noqa: E402
from narrows.claims.weights import learned_weights, read_weights  # noqa: E402
from narrows.knowledge import load  # noqa: E402

DATA = ROOT / "src" / "narrows" / "claims" / "data"
FOLDS = 2  # of the pages that decisions are fitted on


def main() -> None:
    """Learn, print the figures for pages left out, and write when asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", nargs="*", type=Path, default=[], help="folders of further labelled pages")
    parser.add_argument("--decide", nargs="*", type=Path, default=[], help="folders on which decisions are fitted")
    parser.add_argument("--go-on", action="store_true", help="start from the weights and examples that ship")
    parser.add_argument("--write", action="store_true", help="write what was learnt into the package")
    given = parser.parse_args()
    began = time.time()
    knowledge = load()
    checker = Checker(knowledge)
    old = (learned_weights(), learned_examples()) if given.go_on else None
    old_words = learned_page_words() if given.go_on else None
    own = development_pages() + invented_pages()
    further = [p for folder in given.pages for p in labelled_pages(folder)]
    decided_on = [p for folder in given.decide for p in labelled_pages(folder)]
    always, decided_on = (own + further, decided_on) if decided_on or old else (further, own)
    for p in always + decided_on:
        wrong = set().union(*p.claims) - set(knowledge.claims) | set().union(*p.signs) - set(knowledge.marketing_signs)
        if wrong:
            sys.exit(f"{p.name}: unknown ids {', '.join(sorted(wrong))}")
    decisions = None
    if decided_on:
        group = np.random.default_rng(0).permutation(len(decided_on)) % FOLDS
        seen: list[list] = [[] for _ in decided_on]
        for fold in range(FOLDS):
            rest = always + [p for p, g in zip(decided_on, group, strict=True) if g != fold]
            weights, examples = learn(knowledge, page_lessons(rest), old)
            checker.weights, checker.examples = read_weights(weights), read_examples(examples)
            for i in np.flatnonzero(group == fold):
                seen[i] = looked_at(checker, decided_on[i])
            print(f"group {fold + 1} of {FOLDS}, {time.time() - began:.0f} s", flush=True)
        decisions = decide(checker, decided_on, seen, always, old_words)
    else:
        print("the decisions that ship are kept: no folder of --decide to fit them on")
    if given.write:
        weights, examples = learn(knowledge, page_lessons(always + decided_on), old)
        (DATA / "weights.npz").write_bytes(weights)
        (DATA / "examples.npz").write_bytes(examples)
        (DATA / "page_words.npz").write_bytes(packed_page_words(learn_page_words(always + decided_on, old_words)))
        if decisions:
            (DATA / "decision.json").write_text(json.dumps(decisions, indent=1) + "\n", encoding="utf-8")
        print(f"{len(weights) / 1e6:.2f} and {len(examples) / 1e6:.2f} MB, {time.time() - began:.0f} s")


if __name__ == "__main__":
    main()
