"""`narrows cohort PEOPLE --where "…"`: who fits, and why the others do not."""

from __future__ import annotations

import argparse
import sys

from narrows import knowledge as ground
from narrows.cli import print_json, write_file
from narrows.problem import InputError, Problem


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The table, and what makes a person eligible."""
    parser.add_argument(
        "people",
        metavar="PEOPLE",
        help="a table of people: .parquet or .csv, columns as in docs/population.md; table:NAME in a database",
    )
    parser.add_argument(
        "--dsn", metavar="TEXT", default="", help="with table:NAME: how to reach the PostgreSQL database"
    )
    parser.add_argument(
        "--where",
        metavar="TEXT",
        action="append",
        default=[],
        help="a condition that must hold, or a criterion's id; may be repeated",
    )
    parser.add_argument(
        "--exclude", metavar="TEXT", action="append", default=[], help="a condition that must not hold; may be repeated"
    )
    parser.add_argument("--levels", metavar="F", help="a long table of levels (id, level, findings)")
    parser.add_argument("--svg", metavar="F", help="write the diagram")
    parser.add_argument("--out", metavar="F", help="write each person with the answer of each step: .csv or .parquet")
    parser.add_argument(
        "--smallest", metavar="N", type=int, default=5, help="counts below this are hidden (5; 1 hides none)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Ask, count, show."""
    from narrows.population.cohort import as_dict, funnel_of, steps_of
    from narrows.population.diagram import svg_of

    if arguments.smallest < 1:
        raise InputError(Problem(f"{arguments.smallest} is no size of a cell", "--smallest", "a whole number from 1"))
    knowledge = ground.load(arguments.knowledge)
    steps = steps_of(arguments.where, arguments.exclude, knowledge)
    funnel = funnel_of(
        arguments.people,
        steps,
        knowledge,
        levels=arguments.levels,
        least=arguments.smallest,
        dsn=arguments.dsn,
        out=arguments.out,
    )
    if funnel.refused:
        print(
            f"narrows: {funnel.refused} of {funnel.people} rows are refused; "
            "narrows appraise --engine duckdb writes each with its reason",
            file=sys.stderr,
        )
    if arguments.svg:
        write_file(arguments.svg, svg_of(funnel).encode())
    if arguments.json:
        print_json(as_dict(funnel, knowledge))
        return 0

    def said(count: int | None) -> str:
        return "hidden" if count is None else f"{count:,}"

    print(
        f"{funnel.people:,} people: {said(funnel.included)} included, {said(funnel.excluded)} excluded, {said(funnel.unknown)} unknown"
    )
    if funnel.synthetic:
        print("These people are invented (synthetic).")
    for number, step in enumerate(funnel.steps, 1):
        print(f"{number:>3}. {step.text}")
        print(
            f"     excluded {said(step.excluded)} (alone it would {said(step.fails_alone)}), not known {said(step.unknown)}, left {said(step.left)}"
        )
    return 0
