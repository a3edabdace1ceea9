"""The files a segmentation comes in, one module a format."""

from __future__ import annotations

import importlib
from pathlib import Path

from narrows.imaging.volume import Volume
from narrows.problem import InputError, Problem

#: What a file name ends with, and the module that reads it.
FORMATS: dict[str, str] = {
    ".nii": "nifti",
    ".nii.gz": "nifti",
    ".mha": "metaimage",
    ".mhd": "metaimage",
    ".nrrd": "nrrd_file",
    ".seg.nrrd": "nrrd_file",
    ".dcm": "dicom_seg",
}


def ending(path: Path) -> str:
    """The known ending of a file name, '' when it is none."""
    name = path.name.lower()
    return max((e for e in FORMATS if name.endswith(e)), key=len, default="")


def stem(path: Path) -> str:
    """The file name without its known ending."""
    return path.name[: len(path.name) - len(ending(path))] if ending(path) else path.stem


def is_dicom(path: Path) -> bool:
    """Whether a file carries the DICOM mark, whatever its name."""
    try:
        with path.open("rb") as file:
            return file.read(132)[128:] == b"DICM"
    except OSError:
        return False


def read(path: Path) -> list[tuple[Volume, bool]]:
    """The maps of one file, each with whether it is soft (0 to 1); one, but for DICOM segments that overlap.

    Raises InputError when the file is missing, unreadable or of no known kind; NotInstalled when reading DICOM needs
    the extra.
    """
    if not path.is_file():
        raise InputError(Problem("no such file", str(path), "name the label map"))
    kind = ending(path)
    module = FORMATS.get(kind) or ("dicom_seg" if is_dicom(path) else "")
    if not module:
        known = ", ".join(sorted(FORMATS))
        raise InputError(Problem("not a kind of file that holds label maps", str(path), f"known: {known}"))
    door = importlib.import_module(f"narrows.imaging.doors.{module}")
    found: list[tuple[Volume, bool]] = door.read(path)
    return found
