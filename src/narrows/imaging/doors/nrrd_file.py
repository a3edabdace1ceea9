"""NRRD (.nrrd, .seg.nrrd), as 3D Slicer writes it."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any

import numpy as np

from narrows.imaging.doors import stem
from narrows.imaging.doors.metaimage import LPS_TO_RAS
from narrows.imaging.volume import Volume, as_labels, as_volume
from narrows.problem import InputError, NotInstalled, Problem

_SPACES = {
    "left-posterior-superior": LPS_TO_RAS,
    "lps": LPS_TO_RAS,
    "right-anterior-superior": np.eye(4),
    "ras": np.eye(4),
    "left-anterior-superior": np.diag([-1.0, 1.0, 1.0, 1.0]),
    "las": np.diag([-1.0, 1.0, 1.0, 1.0]),
}


def read(path: Path) -> list[tuple[Volume, bool]]:
    """The label map of an NRRD. Raises InputError when it is damaged or says not where it lies in space."""
    data, affine = load(path)
    labels, soft = as_labels(data, str(path))
    return [(as_volume(labels, affine, str(path), stem(path)), soft)]


def load(path: Path) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Array and affine (RAS+) of an NRRD."""
    try:
        import nrrd
    except ImportError as error:
        raise NotInstalled("pynrrd, which reads NRRD,", "pip install pynrrd") from error
    try:
        data, header = nrrd.read(str(path), index_order="F")
    except (nrrd.NRRDError, OSError, ValueError, EOFError, zlib.error) as error:
        raise InputError(
            Problem(f"not a whole NRRD file ({error})", str(path), "write or download it again")
        ) from error
    if data.ndim != 3:
        raise InputError(
            Problem(
                f"{data.ndim} dimensions: segments in layers or a flat image",
                str(path),
                "export one label map (Slicer: labelmap volume)",
            )
        )
    space = _SPACES.get(str(header.get("space", "")).lower())
    directions, origin = header.get("space directions"), header.get("space origin")
    if space is None or directions is None or origin is None:
        raise InputError(
            Problem(
                "the header does not say how the map lies in space",
                str(path),
                "write it with space, directions and origin",
            )
        )
    affine = np.eye(4)
    affine[:3, :3] = np.asarray(directions, dtype=float).T
    affine[:3, 3] = np.asarray(origin, dtype=float)
    return data, np.asarray(space @ affine)
