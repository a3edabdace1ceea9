"""What the names of files tell: which structure a mask shows, which map marks levels, which files are of a spine."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from narrows.imaging import doors
from narrows.imaging.anatomy import Structure
from narrows.problem import InputError, Problem

#: What names of binary masks tell, most telling first (Spinal Cord Toolbox, TotalSegmentator, plain words).
FILE_NAMES: tuple[tuple[str, str], ...] = (
    (r"canal[-_]?without[-_]?cord|csf", "canal_without_cord"),
    (r"bony[-_]?canal", "bony_canal"),
    (r"canal|dural[-_]?sac|thecal[-_]?sac", "canal"),
    (r"ligament|flavum", "ligamentum_flavum"),
    (r"epidural[-_]?fat", "epidural_fat"),
    (r"label[-_]sc|[-_]sc[-_]seg|(^|[-_])cord|sc[-_]?seg|_seg($|[-_]manual)", "cord"),
)
#: Maps whose numbers mark heights, not tissue: recognised by their names alone, because the numbers fit any scheme.
LEVEL_MAPS: tuple[tuple[str, str], ...] = (
    (r"step1[-_]levels", "totalspineseg_levels"),
    (r"label[-_]?discs?|labels[-_]disc|[-_]discs?$", "sct_discs"),
    (r"seg[-_]labeled|labels?[-_]vert|[-_]levels?$|^levels?$", "sct_levels"),
)
#: One file per structure as TotalSegmentator writes it: vertebrae_L4.nii.gz, spinal_cord.nii.gz, sacrum.nii.gz.
_VERTEBRA_FILE = re.compile(r"^vertebrae?[-_]([CTLS]\d{1,2})$", re.IGNORECASE)
_DISC_FILE = re.compile(r"^(?:intervertebral[-_])?dis[ck]s?[-_]([CTLS]\d{1,2})[-_/]([CTLS]\d{1,2})$", re.IGNORECASE)


def files(paths: Sequence[Path]) -> list[Path]:
    """The files of one scan: those named, and those that lie in a folder that is named."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(p for p in path.iterdir() if p.is_file() and (doors.ending(p) or doors.is_dicom(p)))
            if not inside:
                raise InputError(Problem("no label maps in the folder", str(path), "name files, or another folder"))
            found.extend(inside)
        else:
            found.append(path)
    if not found:
        raise InputError(Problem("no label map named", "narrows measure", "name one or more label files of one scan"))
    return found


def of_a_spine(paths: Sequence[Path], structures: Sequence[str]) -> tuple[list[Path], int]:
    """Those files whose names say a structure of the spine, or that `structures` name; how many others there are.

    Only where one file per structure is given, as TotalSegmentator writes a hundred of them for a whole body.
    """
    names = [doors.stem(path) for path in paths]
    if not any(map(is_vertebra, names)):
        return list(paths), 0
    stated = {entry.rpartition("=")[0] for entry in structures}
    kept = [
        path
        for path, name in zip(paths, names, strict=True)
        if structure(name, True) or level_map(name) or stated & {name, path.name}
    ]
    return kept, len(paths) - len(kept)


def is_vertebra(name: str) -> bool:
    """Whether a file's name is that of one vertebra: vertebrae_L4."""
    return _VERTEBRA_FILE.match(name) is not None


def structure(name: str, siblings: bool) -> Structure | None:
    """The structure that a file's name says; `siblings`: files of single vertebrae lie beside it."""
    vertebra = _VERTEBRA_FILE.match(name)
    if vertebra:
        return Structure("vertebra", vertebra.group(1).upper())
    disc = _DISC_FILE.match(name)
    if disc:
        return Structure("disc", f"{disc.group(1).upper()}-{disc.group(2).upper()}")
    if name.lower() in ("sacrum", "coccyx"):
        return Structure(name.lower())
    if name.lower() == "spinal_cord":
        # TotalSegmentator's file of this name holds the dural sac; another writer's may hold the cord.
        return Structure("canal") if siblings else None
    lower = name.lower()
    return next((Structure(kind) for pattern, kind in FILE_NAMES if re.search(pattern, lower)), None)


def level_map(name: str) -> str | None:
    """The id of the scheme of a map that marks levels, when its name says so."""
    return next((scheme for pattern, scheme in LEVEL_MAPS if re.search(pattern, name.lower())), None)
