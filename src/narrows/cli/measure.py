"""narrows measure: the canal on a segmented scan."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the verb."""
    parser.add_argument("labels", nargs="+", type=Path, metavar="LABELS", help="label files of one scan")
    parser.add_argument("--scheme", metavar="ID", help="the label scheme, by its id, or a .toml table of your own")
    parser.add_argument(
        "--structure", action="append", default=[], metavar="[FILE=]NAME", help="what a binary mask shows: canal, cord …"
    )


def run(arguments: argparse.Namespace) -> int:
    """Measure one scan."""
    from narrows import imaging, knowledge
    from narrows.cli import print_json

    known = knowledge.load(arguments.knowledge)
    result = imaging.measure(arguments.labels, known, arguments.scheme, arguments.structure)
    print_json(result.as_dict())
    return 0
