"""`narrows population PEOPLE`: how many are urgent, what fits them, what is missing most."""

from __future__ import annotations

import argparse

from narrows import knowledge as ground
from narrows.cli import print_json, write_file
from narrows.problem import InputError, Problem


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The table, and how it is reported."""
    parser.add_argument(
        "people",
        metavar="PEOPLE",
        help="a table of people: .parquet or .csv, columns as in docs/population.md; table:NAME in a database",
    )
    parser.add_argument(
        "--dsn", metavar="TEXT", default="", help="with table:NAME: how to reach the PostgreSQL database"
    )
    parser.add_argument("--levels", metavar="F", help="a long table of levels (id, level, findings)")
    parser.add_argument("--html", metavar="F", help="write the report as one HTML file")
    parser.add_argument(
        "--smallest", metavar="N", type=int, default=5, help="counts below this are hidden (5; 1 hides none)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Count and show."""
    from narrows.cli.many import tell
    from narrows.population.page import html_of, print_report
    from narrows.population.report import as_dict, report_on

    if arguments.smallest < 1:
        raise InputError(Problem(f"{arguments.smallest} is no size of a cell", "--smallest", "a whole number from 1"))
    knowledge = ground.load(arguments.knowledge)
    report = report_on(
        arguments.people, knowledge, levels=arguments.levels, least=arguments.smallest, dsn=arguments.dsn
    )
    if report.tally:
        tell(report.tally, gone=True)
    if arguments.html:
        write_file(arguments.html, html_of(report, knowledge).encode())
    if arguments.json:
        print_json(as_dict(report, knowledge))
    elif not arguments.html:
        from rich.console import Console

        print_report(report, knowledge, Console())
    return 0
