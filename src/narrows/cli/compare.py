"""`narrows compare [CASE] --option A --option B`: treatments side by side."""

from __future__ import annotations

import argparse
import shutil
from typing import TYPE_CHECKING

from narrows import knowledge as ground
from narrows.problem import InputError, Problem

if TYPE_CHECKING:
    from narrows.appraisal import Appraisal
    from narrows.options.comparison import Cell, Comparison


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The case, the options, the horizon."""
    parser.add_argument(
        "case", metavar="CASE", nargs="?", help=".toml, .json, .csv or -; without one the comparison is in general"
    )
    parser.add_argument(
        "--option",
        action="append",
        default=[],
        metavar="ID",
        help="an option (repeat it; see docs/reference/options.md)",
    )
    parser.add_argument(
        "--months", type=float, default=12.0, metavar="N", help="the one horizon of all outcomes (default 12)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Compare and print."""
    from narrows.cli import print_json
    from narrows.options.comparison import compare

    knowledge = ground.load(arguments.knowledge)
    answer: Appraisal | None = None
    country = ""
    if arguments.case:
        from narrows.case import read
        from narrows.options import whole_answer

        cases = list(read(arguments.case, knowledge))
        if len(cases) != 1:
            raise InputError(Problem(f"{len(cases)} people in one file", arguments.case, "give a file with one"))
        answer = whole_answer(cases[0], knowledge)
        country = str(cases[0].findings.get("country", ""))
    found = compare(tuple(arguments.option), knowledge, months=arguments.months, answer=answer, country=country)
    if arguments.json:
        import msgspec

        plain = msgspec.to_builtins(found)
        print_json(
            {
                "case": answer.case["id"] if answer else None,
                "urgency": answer.urgency if answer else None,
                "knowledge": knowledge.stamp,
                **plain,
            }
        )
        return 0
    if answer is not None and answer.urgency:
        print(
            f"FIRST: {answer.urgency.replace('-', ' ')}. Something urgent comes before any of these; see 'narrows appraise'.\n"
        )
    elif answer is not None and not answer.clearance.complete:
        print(f"FIRST: {answer.clearance.says}\n")
    _print(found)
    return 0


def _print(found: Comparison) -> None:
    import textwrap

    width = min(max(shutil.get_terminal_size((80, 24)).columns, 40), 100)
    print(found.question)
    print("=" * min(len(found.question), width))
    group = ""
    for row in found.rows:
        if row.group != group:
            group = row.group
            print(f"\n{group.upper()}")
        print(f"\n  {row.label}")
        for option, cell in zip(found.options, row.cells, strict=True):
            lead = f"    {option['name']}: "
            print(textwrap.fill(_words(cell), width, initial_indent=lead, subsequent_indent="      "))
    print("\nAGAINST EACH OTHER")
    for pair in found.head_to_head:
        for said in pair["says"]:
            print(textwrap.fill(said, width, initial_indent="    ", subsequent_indent="      "))
    print()
    for note in found.notes:
        print(textwrap.fill(note, width))


def _words(cell: Cell) -> str:
    parts = [cell.text] if cell.text else []
    if cell.versus:
        parts.append(f"against {cell.versus}")
    if cell.months is not None:
        parts.append(f"at {cell.months:g} months")
    if cell.certainty:
        parts.append(f"certainty {cell.certainty}")
    if cell.gap:
        parts.append(f"[{cell.gap}]")
    return ", ".join(parts)
