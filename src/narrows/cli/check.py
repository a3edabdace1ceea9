"""narrows check PAGE: what a clinic's page claims, and what is known."""

from __future__ import annotations

import argparse
from pathlib import Path

from narrows.cli import print_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """PAGE and where the answers go."""
    parser.add_argument("page", metavar="PAGE", help="a page: .txt .html .pdf .md, a folder of pages, or - for standard input")
    parser.add_argument("--html", metavar="F", type=Path, help="write the page with its statements marked and answered")
    parser.add_argument("--pdf", metavar="F", type=Path, help="write a PDF to take along")
    parser.add_argument("--csv", metavar="F", type=Path, help="write one row per statement (of a folder: per page)")
    parser.add_argument("--names", action="store_true", help="of a folder: show the names of the pages")
    parser.add_argument("--jobs", type=int, default=0, metavar="N", help="of a folder: how many processes (0 = all cores)")


def run(arguments: argparse.Namespace) -> int:
    """Check a page or a folder of pages."""
    if arguments.page != "-" and Path(arguments.page).is_dir():
        from narrows.claims.batch import check_folder

        return check_folder(arguments)
    from narrows.claims.answer import as_data
    from narrows.claims.checking import Checker
    from narrows.claims.reading import read_page
    from narrows.knowledge import load

    page = read_page(arguments.page)
    answer = Checker(load(arguments.knowledge)).check(page)
    if arguments.html:
        from narrows.claims.html_report import html_report

        arguments.html.write_text(html_report(answer), encoding="utf-8")
    if arguments.pdf:
        from narrows.claims.pdf_report import pdf_report

        arguments.pdf.write_bytes(pdf_report(answer))
    if arguments.csv:
        from narrows.claims.table import statements_csv

        arguments.csv.write_text(statements_csv(answer), encoding="utf-8", newline="")
    if arguments.json:
        print_json(as_data(answer))
    else:
        from narrows.claims.terminal import print_answer

        print_answer(answer)
    return 0
