"""narrows claims add|test: add a claim to a library of your own, or test the library."""

from __future__ import annotations

import argparse
from pathlib import Path

from narrows.cli import print_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """add ID …, or test [FOLDER]."""
    verbs = parser.add_subparsers(dest="what", required=True, metavar="add|test")
    add = verbs.add_parser("add", help="write the scaffold of a new claim into a folder of your own knowledge")
    add.add_argument("id", help="a short name in small letters with hyphens, for example vertebral-tape")
    add.add_argument("--statement", required=True, help="the claim in one plain sentence")
    add.add_argument("--topic", default="other-options", help="what it is about; topics are those of the library")
    add.add_argument(
        "--applies-to", default="stem-cell-injection", help="an option, a group or a condition of the knowledge"
    )
    add.add_argument(
        "--folder", type=Path, required=True, metavar="DIR", help="your folder; use it with --knowledge DIR"
    )
    test = verbs.add_parser("test", help="phrasings, near misses and labelled texts: precision, recall, confusions")
    test.add_argument(
        "labelled",
        nargs="?",
        type=Path,
        help="a folder with labels.csv (file, sentence_no, sentence, claim_ids, redflag_ids)",
    )
    test.add_argument("--claim", action="append", help="show this claim alone; may be given several times")
    for verb in (add, test):  # so that they may also stand behind add and test
        verb.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="answer as JSON")
        verb.add_argument(
            "--knowledge", metavar="DIR", action="append", default=argparse.SUPPRESS, help="a folder of your own"
        )
    test.add_argument("--worst", type=int, default=15, metavar="N", help="how many claims with confusions to show")


def run(arguments: argparse.Namespace) -> int:
    """Add or test."""
    if arguments.what == "add":
        from narrows.claims.collection import add_claim

        path = add_claim(arguments.folder, arguments.id, arguments.statement, arguments.topic, arguments.applies_to)
        if arguments.json:
            print_json({"file": str(path), "claim": arguments.id})
        else:
            print(f"Wrote {path}. Fill in verdict, reason, sources, phrasings and near misses, then run")
            print(f"  narrows claims test --knowledge {arguments.folder} --claim {arguments.id}")
        return 0
    from narrows.claims.collection import library_report
    from narrows.knowledge import load

    report = library_report(load(arguments.knowledge), arguments.labelled, arguments.claim)
    if arguments.json:
        print_json(report)
    else:
        _print(report, arguments.worst)
    return 0


def _print(report: dict[str, object], worst: int) -> None:
    from narrows.claims.terminal import print_library_test

    print_library_test(report, worst)
