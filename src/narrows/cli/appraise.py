"""`narrows appraise CASE`: one person, or the rows of a table."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from narrows import knowledge as ground
from narrows.cli import many, write_file
from narrows.problem import InputError, Problem

if TYPE_CHECKING:
    from narrows.appraisal import Appraisal
    from narrows.case import Case
    from narrows.knowledge import Knowledge

TABLES = (".parquet",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The case, what to read beside it, where to write."""
    parser.add_argument(
        "case", metavar="CASE", help=".toml, .json, .csv, or - for standard input; with --engine a table of many people"
    )
    parser.add_argument("--report", metavar="F", help="a radiology report to read beside the case")
    parser.add_argument("--scan", metavar="F", action="append", help="a segmented scan to measure beside the case")
    parser.add_argument("--scheme", metavar="ID", help="with --scan: the label scheme, where the map does not tell")
    parser.add_argument(
        "--structure", action="append", default=[], metavar="[FILE=]NAME", help="with --scan: what a binary mask shows"
    )
    parser.add_argument("--html", metavar="F", help="write the report as one HTML file")
    parser.add_argument("--pdf", metavar="F", help="write the report as PDF")
    parser.add_argument(
        "--language", choices=("en", "es"), default="en", help="of the person's pages in --html and --pdf (default en)"
    )
    parser.add_argument(
        "--save", metavar="F", help="keep the case as JSON; loaded again later, it says what changed since"
    )
    parser.add_argument(
        "--clinician", action="store_true", help="print the clinician's summary, to paste into a record"
    )
    many.add_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Appraise and print, or write."""
    if arguments.engine or arguments.out or Path(arguments.case).suffix.lower() in TABLES:
        return many.run(arguments)
    from narrows.case import read
    from narrows.options import whole_answer

    knowledge = ground.load(arguments.knowledge)
    cases = list(read(arguments.case, knowledge))
    if len(cases) > 1 and (arguments.html or arguments.pdf or arguments.report or arguments.scan):
        raise InputError(
            Problem(
                f"{len(cases)} people in one file", arguments.case, "a report is for one person; give a file with one"
            )
        )
    if arguments.report or arguments.scan:
        from narrows.options.beside import with_report, with_scan

        if arguments.report:
            with_report(cases[0], arguments.report, knowledge)
        if arguments.scan:
            with_scan(
                cases[0],
                arguments.scan,
                knowledge,
                scheme=arguments.scheme,
                structures=arguments.structure,
                drawn=bool(arguments.html or arguments.pdf),
            )
    answers = [whole_answer(case, knowledge) for case in cases]
    if arguments.save:
        _save(cases, answers, knowledge, Path(arguments.save))
    if arguments.html or arguments.pdf:
        _write(cases[0], answers[0], knowledge, arguments)
    _print(answers, knowledge, arguments)
    return 0


def _save(cases: list[Case], answers: list[Appraisal], knowledge: Knowledge, path: Path) -> None:
    import json

    from narrows.appraisal.changes import to_save

    kept = [to_save(case, answer.criteria, knowledge) for case, answer in zip(cases, answers, strict=True)]
    text = json.dumps(kept[0] if len(kept) == 1 else kept, ensure_ascii=False, indent=1)
    write_file(str(path), (text + "\n").encode())


def _print(answers: list[Appraisal], knowledge: Knowledge, arguments: argparse.Namespace) -> None:
    if arguments.json:
        import msgspec

        encode = msgspec.json.Encoder().encode
        for answer in answers:
            sys.stdout.buffer.write(encode(answer) + b"\n")
        sys.stdout.buffer.flush()
        return
    from narrows import report

    for answer in answers:
        if arguments.clinician:
            print(report.clinician_summary(answer, knowledge))
        else:
            colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
            width = min(max(shutil.get_terminal_size((80, 24)).columns, 40), 100)
            print(report.terminal(answer, knowledge, width=width, colour=colour))


def _write(case: Case, answer: Appraisal, knowledge: Knowledge, arguments: argparse.Namespace) -> None:
    from narrows import report

    if arguments.html:
        write_file(arguments.html, report.html(answer, knowledge, case.scans, language=arguments.language).encode())
    if arguments.pdf:
        write_file(arguments.pdf, report.pdf(answer, knowledge, case.scans, language=arguments.language))
