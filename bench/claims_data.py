"""Labelled pages: the development texts, the invented pages of bench/claims_pages, and folders of real pages.

A page is one file:

    # ADDRESS | promotional, mixed, balanced or not-about-treatment
    > a heading
    a sentence {+claim,claim !sign

Real pages are not part of the repository (their text belongs to others); bench/claims_labels.csv holds their addresses and
labels with a hash of each sentence, bench/claims_labels_restated.csv those of pages that were restated in own words.
"""

from __future__ import annotations

import csv
import hashlib
import sys
from collections import Counter
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "bench")]

from narrows.claims.examples import parsed  # noqa: E402
from narrows.claims.page import Block, Page, Sentence  # noqa: E402
from narrows.claims.reading import page_of  # noqa: E402
from narrows.claims.sentences import sentences_of  # noqa: E402

DEVELOPMENT = ROOT / "tests" / "data" / "claims"
INVENTED = ROOT / "bench" / "claims_pages"


class Labelled:
    """A page with its gold labels, sentence by sentence."""

    def __init__(self, name, judgement, page, sentences, claims, signs, folder=""):
        self.name, self.judgement, self.page, self.folder = name, judgement, page, folder
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
        pages.append(Labelled(address, judgement.strip(), page, sentences, claims, signs, folder.name))
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


def write_restated_labels(target: Path, pages: list[Labelled]) -> None:
    """One row a page that was restated in own words: its address, judgement, how many lines, and the labels of its lines.

    A line is a heading or a sentence, counted from 0: '3 claim claim !sign; 7 claim'.
    """
    with open(target, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["address", "judgement", "lines", "labels"])
        for p in sorted(pages, key=lambda p: p.name):
            labelled = [
                " ".join([str(n), *sorted(claims), *(f"!{s}" for s in sorted(signs))])
                for n, (claims, signs) in enumerate(zip(p.claims, p.signs, strict=True))
                if claims or signs
            ]
            writer.writerow([p.name, p.judgement, len(p.sentences), "; ".join(labelled)])


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


def invented_pages() -> list[Labelled]:
    """The invented pages that come with the repository."""
    return [page for folder in sorted(INVENTED.iterdir()) if folder.is_dir() for page in labelled_pages(folder)]


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
