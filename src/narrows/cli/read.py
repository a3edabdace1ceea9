"""`narrows read REPORT`: what a radiology report says, level by level, with the words it came from."""

from __future__ import annotations

import argparse
import sys

from narrows.cli import print_json
from narrows.radiology import read_report
from narrows.radiology.document import read_document


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `narrows read`."""
    parser.description = (
        "Read a radiology report of the spine: what it states, suspects and denies, level by level, with the words"
        " it came from. Names and record numbers are left out of all that is shown."
    )
    parser.add_argument(
        "report",
        metavar="REPORT",
        help=".txt, .pdf, FHIR DiagnosticReport .json, DICOM SR .dcm, or - for standard input",
    )


def run(arguments: argparse.Namespace) -> int:
    """Read and print; 0 when done. InputError (exit 2) for two patients, no text, a broken file."""
    where = "standard input" if arguments.report == "-" else arguments.report
    reading = read_report(read_document(arguments.report), where)
    if arguments.json:
        print_json(reading.as_dict())
        return 0
    from narrows.knowledge import load
    from narrows.radiology.page import reading_page

    sys.stdout.write(reading_page(reading, load(arguments.knowledge)))
    return 0
