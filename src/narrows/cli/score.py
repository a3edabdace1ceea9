"""`narrows score`: scores the answers to an instrument, and what changed since earlier ones."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from narrows.cli import print_json
from narrows.instruments import change, instrument_of, score
from narrows.instruments.files import given_answers
from narrows.instruments.page import change_page, list_page, score_page, sheet_page
from narrows.knowledge import load


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `narrows score`."""
    parser.description = (
        "Score the answers to an instrument. Without answers it shows what is asked; without an instrument it lists"
        " them all."
    )
    parser.add_argument("instrument", metavar="INSTRUMENT", nargs="?", help="its id, for example odi")
    parser.add_argument(
        "answers",
        metavar="ANSWERS",
        nargs="?",
        help="answers as 3,2,x,4 (x = no answer) or back=6,leg=8; a file .json or .toml; or - for standard input",
    )
    parser.add_argument("--before", metavar="ANSWERS", help="earlier answers: shows what changed, by every definition")
    parser.add_argument("--max-missing", metavar="N", type=int, help="most missing items with which a score is given")
    parser.add_argument("--variant", metavar="NAME", help="the version, or the value set of the EQ-5D")


def run(arguments: argparse.Namespace) -> int:
    """Score and print; 0 when done. InputError (exit 2) carries every problem of the answers."""
    knowledge = load(arguments.knowledge)
    if arguments.instrument is None:
        if arguments.json:
            print_json([{"id": i.id, "name": i.name, "region": i.region} for i in knowledge.instruments.values()])
        else:
            sys.stdout.write(list_page(knowledge))
        return 0
    instrument = instrument_of(arguments.instrument, knowledge)
    if arguments.answers is None:
        if arguments.json:
            import msgspec

            print_json(msgspec.to_builtins(instrument))
        else:
            sys.stdout.write(sheet_page(instrument, knowledge))
        return 0
    rules: dict[str, Any] = {"max_missing": arguments.max_missing, "variant": arguments.variant}
    now = score(instrument.id, given_answers(arguments.answers, instrument), knowledge, **rules)
    answer: dict[str, Any] = {**now.as_dict(), "name": instrument.name}
    page = score_page(now, instrument)
    if arguments.before is not None:
        earlier = score(instrument.id, given_answers(arguments.before, instrument), knowledge, **rules)
        changed = change(instrument.id, earlier, now, knowledge)
        answer["change"] = changed.as_dict()
        page += change_page(changed)
    if arguments.json:
        print_json({**answer, "knowledge": knowledge.stamp})
    else:
        sys.stdout.write(page)
    return 0
