"""The scan itself, shown in grey behind the labels; no number comes from it."""

from __future__ import annotations

from pathlib import Path

from narrows.imaging.doors import ending, stem
from narrows.imaging.volume import Volume, as_volume
from narrows.problem import InputError, Problem


def read(path: Path) -> Volume:
    """A scan as NIfTI, MHA or NRRD. Raises InputError when it is missing or of another kind."""
    if not path.is_file():
        raise InputError(Problem("no such file", str(path), "name the scan"))
    kind = ending(path)
    if kind in (".nii", ".nii.gz"):
        from narrows.imaging.doors.nifti import load
    elif kind in (".mha", ".mhd"):
        from narrows.imaging.doors.metaimage import load
    elif kind in (".nrrd", ".seg.nrrd"):
        from narrows.imaging.doors.nrrd_file import load
    else:
        raise InputError(Problem("not a scan that can be shown", str(path), "use .nii, .nii.gz, .mha or .nrrd"))
    data, affine = load(path)
    return as_volume(data, affine, str(path), stem(path))
