"""NIfTI-1 and NIfTI-2 (.nii, .nii.gz)."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any

import numpy as np

from narrows.imaging.doors import stem
from narrows.imaging.volume import Volume, as_labels, as_volume
from narrows.problem import InputError, Problem


def read(path: Path) -> list[tuple[Volume, bool]]:
    """The label map of a NIfTI file. Raises InputError when it is damaged or says not where it lies in space."""
    data, affine = load(path)
    labels, soft = as_labels(data, str(path))
    return [(as_volume(labels, affine, str(path), stem(path)), soft)]


def load(path: Path) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Array and affine as stored; nibabel knows the format, and scales only what is scaled."""
    import nibabel as nib
    from nibabel.filebasedimages import ImageFileError

    try:
        image: Any = nib.load(path)
        header = image.header
        if "sform_code" in header and int(header["sform_code"]) == 0 and int(header["qform_code"]) == 0:
            raise InputError(
                Problem(
                    "the header does not say how the map lies in space (sform and qform are 0)",
                    str(path),
                    "write the map with the header of its scan",
                )
            )
        return np.asanyarray(image.dataobj), np.asarray(image.affine, dtype=float)
    except (ImageFileError, OSError, EOFError, zlib.error, ValueError) as error:
        raise InputError(
            Problem(f"not a whole NIfTI file ({error})", str(path), "write or download it again")
        ) from error
