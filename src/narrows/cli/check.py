"""narrows check PAGE: what a clinic's page claims, and what is known."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from narrows.cli import print_json
from narrows.problem import InputError, Problem


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """PAGE and where the answers go."""
    parser.add_argument(
        "page", metavar="PAGE", help="a page: .txt .html .pdf .md, a folder of pages, or - for standard input"
    )
    parser.add_argument("--html", metavar="F", type=Path, help="write the page with its statements marked and answered")
    parser.add_argument("--pdf", metavar="F", type=Path, help="write a PDF to take along")
    parser.add_argument("--csv", metavar="F", type=Path, help="write one row per statement (of a folder: per page)")
    parser.add_argument("--names", action="store_true", help="of a folder: show the names of the pages")
    parser.add_argument(
        "--jobs", type=int, default=0, metavar="N", help="of a folder: how many processes (0 = all cores)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Check a page or a folder of pages."""
    if arguments.page != "-" and Path(arguments.page).is_dir():
        return _check_folder(arguments)
    from narrows.claims.checking import Checker
    from narrows.claims.reading import read_page
    from narrows.knowledge import load
    from narrows.options.claim_evidence import with_evidence

    page = read_page(arguments.page)
    answer = with_evidence(Checker(load(arguments.knowledge)).check(page))
    if arguments.html:
        from narrows.claims.html_report import html_report

        _write(arguments.html, html_report(answer).encode())
    if arguments.pdf:
        from narrows.claims.pdf_report import pdf_report

        _write(arguments.pdf, pdf_report(answer))
    if arguments.csv:
        from narrows.claims.table import statements_csv

        _write(arguments.csv, statements_csv(answer).encode())
    if arguments.json:
        from narrows.claims.answer import as_data

        print_json(as_data(answer))
    else:
        from narrows.claims.terminal import print_answer

        print_answer(answer)
    return 0


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise InputError(
            Problem(error.strerror or "cannot be written", str(path), "name a file in a folder that exists")
        ) from None


def _check_folder(arguments: argparse.Namespace) -> int:
    """Check every page of a folder: a bar while it runs, a table across pages, names hidden unless asked."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from narrows.claims.batch import pages_in, rows_of, summary

    for given, name in ((arguments.html, "--html"), (arguments.pdf, "--pdf")):
        if given:
            raise InputError(Problem(f"{name} is for one page", arguments.page, "use --csv for a folder"))
    paths = pages_in(Path(arguments.page))
    rows: list[dict[str, Any]] = []
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("checking pages", total=len(paths))
        for number, row in enumerate(rows_of(paths, arguments.knowledge, arguments.jobs), 1):
            shown = str(paths[number - 1].relative_to(arguments.page)) if arguments.names else f"page {number}"
            row["problem"] = row["problem"].replace(row["page"], shown)
            row["page"] = shown
            rows.append(row)
            bar.advance(task)
    if arguments.csv:
        from narrows.claims.table import pages_csv

        _write(arguments.csv, pages_csv(rows).encode())
    if arguments.json:
        print_json({"pages": rows, "summary": summary(rows)})
    else:
        from narrows.claims.terminal import print_pages

        print_pages(rows)
    return 0
