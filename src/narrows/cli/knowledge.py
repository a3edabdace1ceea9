"""`narrows knowledge check`, `narrows knowledge show ID` and `narrows knowledge export`."""

from __future__ import annotations

import argparse
import datetime
from typing import TYPE_CHECKING, Any

from narrows import knowledge as ground
from narrows.problem import InputError, Problem, did_you_mean

if TYPE_CHECKING:
    from narrows.knowledge import Knowledge


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """check [--release], show ID, export --cql FOLDER."""
    parser.add_argument(
        "action",
        choices=("check", "show", "export"),
        help="check everything, show one entry, or write the criteria for use elsewhere",
    )
    parser.add_argument("id", nargs="?", help="the id of any finding, criterion, option, study, claim, source …")
    parser.add_argument(
        "--release", action="store_true", help="also fail on emergency rules that no clinician has reviewed"
    )
    parser.add_argument(
        "--cql", metavar="FOLDER", help="with export: write the criteria as Narrows.cql, and NarrowsModel.xml"
    )
    parser.add_argument("--most", type=int, default=60, metavar="N", help="print at most N problems (default 60)")


def run(arguments: argparse.Namespace) -> int:
    """Check, show or export; 0 when all is well."""
    knowledge = ground.load(arguments.knowledge)
    if arguments.action == "export":
        return _export(arguments, knowledge)
    if arguments.action == "show":
        if not arguments.id:
            raise InputError(
                Problem(
                    "show needs an id", "narrows knowledge show", "for example: narrows knowledge show ces-suspected"
                )
            )
        return _show(arguments, knowledge)
    return _check(arguments, knowledge)


def _check(arguments: argparse.Namespace, knowledge: Knowledge) -> int:
    from narrows import instruments
    from narrows.cli import print_json
    from narrows.criteria.cases import check_all
    from narrows.criteria.rules import rules_of
    from narrows.knowledge.check import overdue, unresolved, unreviewed
    from narrows.options.claim_evidence import unanswered

    problems = [*unresolved(knowledge), *instruments.check(knowledge)]
    if not problems:  # questions of claims to the studies need every id
        problems += unanswered(knowledge)
    try:
        problems += check_all(knowledge, rules_of(knowledge))
    except InputError as error:
        problems += error.problems
    notices = overdue(knowledge, datetime.date.today())  # noqa: DTZ011 - the reader's day
    open_reviews = unreviewed(knowledge)
    if arguments.release:
        problems += open_reviews
    counts = {
        name: len(knowledge.table(name)) for name in ("findings", "criteria", "options", "studies", "claims", "sources")
    }
    if arguments.json:
        print_json(
            {
                "knowledge": knowledge.stamp,
                "counts": counts,
                "problems": [p.as_dict() for p in problems],
                "overdue": [p.as_dict() for p in notices],
                "unreviewed_emergency_rules": len(open_reviews),
            }
        )
        return 2 if problems else 0
    for problem in problems[: arguments.most]:
        print(problem)
    if len(problems) > arguments.most:
        print(f"… and {len(problems) - arguments.most} more (--most N shows them)")
    for notice in notices:
        print(f"due: {notice}")
    print(", ".join(f"{n} {name}" for name, n in counts.items()))
    print(
        f"{len(open_reviews)} emergency rules are not yet reviewed by a clinician"
        if open_reviews
        else "every emergency rule is reviewed"
    )
    print(
        f"knowledge {knowledge.version} {knowledge.sha256[:12]}: {len(problems)} problems, {len(notices)} entries due to be read again"
    )
    return 2 if problems else 0


def _show(arguments: argparse.Namespace, knowledge: Knowledge) -> int:
    from narrows.cli import print_json
    from narrows.knowledge.show import entries_named, ids_of

    found = entries_named(arguments.id, knowledge)
    if not found:
        raise InputError(
            Problem(
                f"nothing is called '{arguments.id}'",
                "narrows knowledge show",
                did_you_mean(arguments.id, ids_of(knowledge)),
            )
        )
    if arguments.json:
        print_json({"knowledge": knowledge.stamp, "entries": found})
        return 0
    for entry in found:
        print(f"{entry['kind']} {arguments.id}    ({entry['where']})")
        _print_fields(entry["entry"])
        print("  referred to by:" if entry["referred_to_by"] else "  referred to by nothing")
        for reference in entry["referred_to_by"]:
            print(f"    {reference['kind']} {reference['id']} ({reference['field']})")
    return 0


def _export(arguments: argparse.Namespace, knowledge: Knowledge) -> int:
    from pathlib import Path

    from narrows.cli import print_json
    from narrows.exchange import cql

    if not arguments.cql:
        raise InputError(
            Problem(
                "export needs a form and a folder",
                "narrows knowledge export",
                "for example: narrows knowledge export --cql cql",
            )
        )
    written = [str(path) for path in cql.write(Path(arguments.cql), knowledge)]
    if arguments.json:
        print_json({"knowledge": knowledge.stamp, "written": written})
    else:
        print(f"The criteria as CQL: {', '.join(written)} (docs/population.md says how to run them)")
    return 0


def _print_fields(entry: dict[str, Any], indent: str = "  ") -> None:
    import textwrap

    for key, value in entry.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            print(f"{indent}{key}:")
            for part in value:
                print(
                    textwrap.fill(
                        "; ".join(f"{k} {v}" for k, v in part.items()),
                        96,
                        initial_indent=f"{indent}  - ",
                        subsequent_indent=f"{indent}    ",
                    )
                )
        else:
            shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            print(textwrap.fill(f"{key}: {shown}", 96, initial_indent=indent, subsequent_indent=f"{indent}    "))
