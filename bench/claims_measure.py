"""Measure the claim checker, as it is installed, on labelled pages that were not used for it.

    python bench/claims_measure.py FOLDER… [--labels F.csv] [--restated-labels F.csv]

The form of a labelled page stands in claims_data.py. Figures: claims (micro, macro), precision of verdicts, verdict flips
(sentences matched to a claim of the other side, supported against not supported), warning signs, judgements.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "bench")]

from claims_data import development_pages, figures, labelled_pages, write_labels, write_restated_labels  # noqa: E402

from narrows.claims import checking  # noqa: E402
from narrows.knowledge import load  # noqa: E402

FOR, AGAINST = {"supported", "partly-supported"}, {"unsupported", "contradicted", "misleading"}


def main() -> None:
    """Print the figures of each folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument(
        "--labels", type=Path, help="write address, labels and a hash of each sentence, without the text"
    )
    parser.add_argument("--restated-labels", type=Path, help="the same for pages restated in own words, a row a page")
    given = parser.parse_args()
    checker = checking.Checker(load())
    sets = {str(f): labelled_pages(f) for f in given.folders} or {"development texts": development_pages()}
    if given.labels:
        write_labels(given.labels, [p for pages in sets.values() for p in pages])
    if given.restated_labels:
        write_restated_labels(given.restated_labels, [p for pages in sets.values() for p in pages])
    for name, pages in sets.items():
        gold, got, sure, gold_signs, got_signs, right, flips, matched = [], [], [], [], [], [], 0, 0
        for p in pages:
            checking.sentences_of, original = (lambda _page, s=p.sentences: s), checking.sentences_of
            answer = checker.check(p.page)
            checking.sentences_of = original
            for c, g, s in zip(answer.checked, p.claims, p.signs, strict=True):
                gold.append(g)
                got.append({m.claim for m in c.matches})
                sure.append({m.claim for m in c.matches if m.sure})
                gold_signs.append(s)
                got_signs.append(set(c.signs))
                if g and sure[-1]:
                    matched += 1
                    truth = {checker.verdicts[x] for x in g}
                    for m in sure[-1] - g:
                        side = checker.verdicts[m]
                        flips += (side in FOR and truth <= AGAINST) or (side in AGAINST and truth <= FOR)
            right.append(answer.verdict.judgement == p.judgement)
        print(f"{name}: {len(pages)} pages, {len(gold)} sentences, {sum(map(len, gold))} claims")
        print("  claims   ", figures(gold, got))
        print("  verdicts ", figures(gold, sure), f"flips {flips} of {matched}")
        print("  signs    ", figures(gold_signs, got_signs))
        print(f"  judgement {sum(right)} of {len(right)}")


if __name__ == "__main__":
    main()
