"""`narrows appraise PEOPLE --engine … --out F`: a table of many people."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from narrows import knowledge as ground
from narrows.cli import print_json
from narrows.problem import InputError, Problem

if TYPE_CHECKING:
    from narrows.population.appraise import Tally


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What only a table of people takes."""
    parser.add_argument(
        "--engine", choices=("duckdb", "spark", "postgres"), help="appraise a table of many people on this engine"
    )
    parser.add_argument(
        "--out",
        metavar="F",
        help="where the answers for many people go: .parquet or .csv; with --engine postgres also table:NAME",
    )
    parser.add_argument("--ask", action="store_true", help="with --engine: also what to ask next, which costs more")
    parser.add_argument("--levels", metavar="F", help="with --engine: a long table of levels (id, level, findings)")
    parser.add_argument(
        "--keep", metavar="COLUMN", action="append", default=[], help="with --engine: a column to carry along unread"
    )
    parser.add_argument("--dsn", metavar="TEXT", default="", help="with --engine postgres: how to reach the database")
    parser.add_argument("--threads", metavar="N", type=int, help="with --engine: how many cores to use")


def run(arguments: argparse.Namespace) -> int:
    """Appraise the table, and say what became of its rows."""
    from narrows.population.appraise import appraise_table

    if not arguments.out:
        raise InputError(Problem("no place for the answers", arguments.case, "--out answers.parquet"))
    alone = [
        f"--{name}" for name in ("report", "scan", "html", "pdf", "save", "clinician") if getattr(arguments, name, None)
    ]
    if alone:
        raise InputError(
            Problem(f"{alone[0]} is for one person", arguments.case, "for many: narrows population PEOPLE")
        )
    if arguments.threads is not None and arguments.threads < 1:
        raise InputError(Problem(f"{arguments.threads} cores", "--threads", "a whole number above 0"))
    knowledge = ground.load(arguments.knowledge)
    tally = appraise_table(
        arguments.case,
        arguments.out,
        knowledge,
        engine=arguments.engine or "duckdb",
        dsn=arguments.dsn,
        levels=arguments.levels,
        keep=arguments.keep,
        ask=arguments.ask,
        threads=arguments.threads,
    )
    tell(tally)
    if arguments.json:
        print_json(
            {
                "rows": tally.rows,
                "answered": tally.answered,
                "refused": tally.refused,
                "one_at_a_time": tally.one_at_a_time,
                "not_numbers": tally.odd_numbers,
                "seconds": round(tally.seconds, 3),
                "out": tally.out,
                "refused_file": tally.refused_file or None,
                "knowledge": knowledge.stamp,
            }
        )
    else:
        print(f"{tally.answered} of {tally.rows} people answered in {tally.seconds:.1f} s: {tally.out}")
    return 0


def tell(tally: Tally, *, gone: bool = False) -> None:
    """Say on standard error what was refused or taken as unknown; `gone` when the file of refused rows is not kept."""
    for column, count in tally.odd_numbers.items():
        print(
            f"narrows: column {column}: {count} values are no numbers (NaN or infinite) and count as unknown",
            file=sys.stderr,
        )
    if tally.refused:
        where = (
            "narrows appraise --engine duckdb writes each with its reason"
            if gone
            else f"why stands in {tally.refused_file}"
        )
        print(f"narrows: {tally.refused} of {tally.rows} rows are refused; {where}", file=sys.stderr)
        for line in tally.first_refused:
            print(f"narrows:   {line}", file=sys.stderr)
