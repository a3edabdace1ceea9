"""narrows measure: the canal on a segmented scan, or on a folder of them."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from narrows.imaging import Measurement
    from narrows.knowledge import Knowledge


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the verb."""
    parser.add_argument(
        "labels",
        nargs="+",
        type=Path,
        metavar="LABELS",
        help="one or more label files of one scan (.nii .nii.gz .mha .nrrd .dcm), or with --out a folder of scans",
    )
    parser.add_argument(
        "--scheme", metavar="ID", help="the label scheme by its id, or a .toml file with your own table"
    )
    parser.add_argument(
        "--structure",
        action="append",
        default=[],
        metavar="[FILE=]NAME",
        help="what a binary mask shows: canal (dural sac), canal_without_cord, bony_canal, cord …",
    )
    parser.add_argument("--image", type=Path, metavar="I", help="the scan itself, for the picture only")
    parser.add_argument("--picture", type=Path, metavar="F", help="write a picture (.png, .svg or .pdf)")
    parser.add_argument("--out", type=Path, metavar="F.parquet", help="measure every scan of a folder into a table")
    parser.add_argument("--jobs", type=int, metavar="N", help="processes for --out (all cores when not said)")


def run(arguments: argparse.Namespace) -> int:
    """Measure one scan, or with --out every scan of a folder."""
    from narrows import knowledge
    from narrows.problem import InputError, Problem

    known = knowledge.load(arguments.knowledge)
    if arguments.out is not None:
        if len(arguments.labels) != 1 or not arguments.labels[0].is_dir():
            raise InputError(Problem("--out measures one folder of scans", "narrows measure", "name the folder"))
        return _folder(arguments)
    if arguments.picture is not None and arguments.picture.suffix.lower() not in (".png", ".svg", ".pdf"):
        raise InputError(
            Problem(f"no picture of kind '{arguments.picture.suffix}'", "--picture", "use .png, .svg or .pdf")
        )
    if arguments.image is not None and arguments.picture is None:
        raise InputError(Problem("--image is only for the picture", "--image", "say --picture F as well"))
    return _one(arguments, known)


def _one(arguments: argparse.Namespace, known: Knowledge) -> int:
    from narrows import imaging
    from narrows.cli import print_json

    result = imaging.measure(arguments.labels, known, arguments.scheme, arguments.structure)
    if arguments.picture is not None:
        _draw(result, arguments)
    if arguments.json:
        print_json(result.as_dict())
    else:
        from narrows.imaging.table import shown

        print(shown(result))
    return 0


def _draw(result: Measurement, arguments: argparse.Namespace) -> None:
    from narrows.imaging import picture
    from narrows.imaging.doors import image

    behind = image.read(arguments.image) if arguments.image is not None else None
    picture.save(result, arguments.picture, behind)


def _folder(arguments: argparse.Namespace) -> int:
    from narrows.imaging import batch

    summary = batch.run(
        arguments.labels[0],
        arguments.out,
        scheme=arguments.scheme,
        structures=tuple(arguments.structure),
        folders=arguments.knowledge,
        jobs=arguments.jobs,
    )
    if arguments.json:
        from narrows.cli import print_json

        print_json(summary.as_dict())
    else:
        print(summary.shown())
    return 0
