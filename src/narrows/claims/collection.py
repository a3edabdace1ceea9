"""The library of claims grows: a scaffold for a new claim, and a test of phrasings, near misses and labelled texts."""

from __future__ import annotations

import csv
import datetime
import json
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from narrows.claims.checking import Checker
from narrows.claims.context import Context
from narrows.claims.matching import look_at, matches
from narrows.claims.page import Sentence
from narrows.claims.slots import treatments_in
from narrows.problem import InputError, Problem, did_you_mean

if TYPE_CHECKING:
    from narrows.knowledge import Knowledge

_SCAFFOLD = """# A claim of our own library. Replace every text in angle brackets; the test says what is still missing.
read_on = {today}
review_by = {review}

[[claim]]
id = {id}
statement = {statement}
topic = {topic}
applies_to = [{applies_to}]
verdict = "unsupported"  # supported, partly-supported, unsupported, contradicted, misleading, opinion
certainty = "very-low"  # high, moderate, low, very-low: how sure we are of the verdict
because = "<one or two plain sentences: what was searched, when, and what was found>"
sources = [
  {{ citation = "<authors, title, journal>", year = {year}, url = "https://<where it can be read>" }},
]
what_to_ask = "<what a reader should ask the clinic>"
phrasings = [
  {statement},
  "<another way in which pages say it>",
  "<and a third>",
]
not_this = ["<a sentence that looks like it and is not this claim>"]
"""


def add_claim(folder: Path, claim: str, statement: str, topic: str, applies_to: str) -> Path:
    """Write the scaffold of a claim into a clinic's own folder and give its path; nothing is overwritten.

    Raises InputError when the id is malformed or taken, or the topic or what it applies to is unknown.
    """
    from narrows.knowledge import load

    knowledge = load(())
    problems = []
    if not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", claim):
        problems.append(Problem(f"'{claim}' is no id", "claims add", "use small letters, digits and hyphens"))
    if claim in knowledge.claims:
        problems.append(Problem(f"the claim '{claim}' exists", knowledge.place("claims", claim), "choose another id"))
    topics = {c.topic for c in knowledge.claims.values()}
    if topic not in topics:
        problems.append(
            Problem(
                f"no topic '{topic}'", "--topic", did_you_mean(topic, topics) or "one of " + ", ".join(sorted(topics))
            )
        )
    known = {*knowledge.options, *knowledge.option_groups, *getattr(knowledge, "claim_conditions", {})}
    if applies_to not in known:
        problems.append(
            Problem(
                f"no option, group or condition '{applies_to}'",
                "--applies-to",
                did_you_mean(applies_to, known) or "see option-groups.toml",
            )
        )
    if len(statement.split()) < 4:
        problems.append(
            Problem("the statement is too short to be recognised", "--statement", "write one whole sentence")
        )
    path = folder / "claims" / f"{claim}.toml"
    if path.exists():
        problems.append(Problem("the file exists", str(path), "edit it, or choose another id"))
    if problems:
        raise InputError(problems)
    today = datetime.date.today()  # noqa: DTZ011 - the day on the reader's own calendar
    text = _SCAFFOLD.format(
        today=today,
        review=today.replace(year=today.year + 1, day=min(today.day, 28)),
        year=today.year,
        **{
            k: json.dumps(v, ensure_ascii=False)
            for k, v in {"id": claim, "statement": statement, "topic": topic, "applies_to": applies_to}.items()
        },
    )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(
            Problem(error.strerror or "cannot be written", str(path), "name a folder that you may write to")
        ) from None
    return path


def library_report(knowledge: Knowledge, labelled: Path | None, only: list[str] | None) -> dict[str, Any]:
    """How well each claim is recognised: its phrasings, its near misses, and the sentences of a labelled folder.

    Per claim: phrasings, found (how many were recognised as this claim), near_misses, caught (near misses taken for it),
    and, of a labelled folder, tp, fp, fn, precision, recall, and what it was confused with.
    """
    unknown = [c for c in only or [] if c not in knowledge.claims]
    if unknown:
        raise InputError([Problem(f"no claim '{c}'", "--claim", did_you_mean(c, knowledge.claims)) for c in unknown])
    checker = Checker(knowledge)
    settings = checker.weights.settings
    chosen = only or list(knowledge.claims)

    def stated(text: str, heading: str = "") -> list[str]:
        own = treatments_in(text)
        seen = look_at(
            Sentence(0, len(text), text, "prose", heading),
            Context(own, own or treatments_in(heading), "", heading),
            checker.weights,
            checker.phrasings,
            checker.examples,
        )
        return [m.claim for m in matches([seen], settings, knowledge, checker.groups, checker.topics)[0]]

    rows: dict[str, dict[str, Any]] = {}
    for name in chosen:
        claim = knowledge.claims[name]
        unfilled = sum(
            "<" in t and ">" in t for t in (*claim.phrasings, *claim.not_this, claim.because, claim.what_to_ask)
        )
        rows[name] = {
            "phrasings": len(claim.phrasings),
            "found": sum(name in stated(p) for p in claim.phrasings),
            "near_misses": len(claim.not_this),
            "caught": sum(name in stated(p) for p in claim.not_this),
            "unfilled": unfilled,
        }
    report: dict[str, Any] = {"claims": rows}
    if labelled:
        report["labelled"] = _labelled(checker, labelled, rows)
    return report


def _labelled(checker: Checker, folder: Path, rows: dict[str, dict[str, Any]]) -> dict[str, float]:
    tp: Counter[str] = Counter()
    fp: Counter[str] = Counter()
    fn: Counter[str] = Counter()
    confused: dict[str, Counter[str]] = {}
    for gold, got in labelled_answers(checker, folder):
        tp.update(gold & got)
        fp.update(got - gold)
        fn.update(gold - got)
        for missed in gold - got:
            confused.setdefault(missed, Counter()).update(got - gold or {"none"})
    for name, row in rows.items():
        row |= {"tp": tp[name], "fp": fp[name], "fn": fn[name]}
        row["precision"] = round(tp[name] / (tp[name] + fp[name]), 3) if tp[name] + fp[name] else None
        row["recall"] = round(tp[name] / (tp[name] + fn[name]), 3) if tp[name] + fn[name] else None
        row["confused_with"] = dict(confused.get(name, Counter()).most_common(3))
    each = [2 * tp[c] / (2 * tp[c] + fp[c] + fn[c]) for c in {*tp, *fn}]
    hit, wrong, lost = tp.total(), fp.total(), fn.total()
    return {
        "precision": round(hit / max(1, hit + wrong), 3),
        "recall": round(hit / max(1, hit + lost), 3),
        "micro_f1": round(2 * hit / max(1, 2 * hit + wrong + lost), 3),
        "macro_f1": round(sum(each) / len(each), 3) if each else 0.0,
    }


def labelled_answers(checker: Checker, folder: Path) -> list[tuple[set[str], set[str]]]:
    """For each sentence of a labelled folder the claims that it has and those that the checker names.

    Raises InputError when labels.csv is missing, lacks a column or names an unknown claim.
    """
    from narrows.claims.reading import page_of

    place = folder / "labels.csv"
    try:
        with open(place, newline="", encoding="utf-8") as file:
            table = list(csv.DictReader(file))
    except OSError as error:
        raise InputError(
            Problem(error.strerror or "cannot be read", str(place), "a labelled folder holds labels.csv")
        ) from None
    missing = {"file", "sentence", "claim_ids"} - set(table[0] if table else {})
    if missing:
        raise InputError(Problem(f"lacks the columns {', '.join(sorted(missing))}", str(place), "see docs/claims.md"))
    pages: dict[str, list[dict[str, str]]] = {}
    problems = []
    for line, row in enumerate(table, 2):
        pages.setdefault(row["file"], []).append(row)
        for claim in filter(None, row["claim_ids"].split(";")):
            if claim not in checker.knowledge.claims:
                problems.append(
                    Problem(
                        f"no claim '{claim}'", f"{place}, line {line}", did_you_mean(claim, checker.knowledge.claims)
                    )
                )
    if problems:
        raise InputError(problems)
    answers = []
    for name, rows in pages.items():
        text = "\n".join(row["sentence"].replace("\n", " ") for row in rows)
        answer = checker.check(page_of(text.encode(), name, "text"))
        starts, place_in_text = [], 0
        for row in rows:
            starts.append(place_in_text)
            place_in_text += len(row["sentence"]) + 1
        found: list[set[str]] = [set() for _ in rows]
        for c in answer.checked:
            number = max(i for i, start in enumerate(starts) if start <= c.sentence.start)
            found[number] |= {m.claim for m in c.matches}
        answers += [(set(filter(None, row["claim_ids"].split(";"))), got) for row, got in zip(rows, found, strict=True)]
    return answers
