"""DICOM Segmentation objects: binary, labelmap, fractional, with segments that may overlap."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np

from narrows.imaging.doors import stem
from narrows.imaging.doors.metaimage import LPS_TO_RAS
from narrows.imaging.volume import Volume, as_volume
from narrows.problem import InputError, NotInstalled, Problem

#: A fractional segment counts where it covers at least this part of a voxel.
_HALF = 0.5


def read(path: Path) -> list[tuple[Volume, bool]]:
    """One map, labels = segment numbers, or one mask a segment when segments overlap or are named, not numbered.

    A mask takes the name of its segment, which says what it shows as a file name would. Raises InputError for a
    DICOM file that is no segmentation or lies in no regular grid, NotInstalled without the extra.
    """
    try:
        import highdicom as hd
        import pydicom
    except ImportError as error:
        raise NotInstalled("highdicom, which reads DICOM segmentations,", 'pip install "narrows[dicom]"') from error
    try:
        seg: Any = hd.seg.segread(path)
    except (pydicom.errors.InvalidDicomError, OSError, ValueError, AttributeError, TypeError) as error:
        raise InputError(
            Problem(f"not a DICOM segmentation ({error})", str(path), "give the SEG object, not the images")
        ) from error
    numbers = [int(n) for n in seg.segment_numbers]
    names = {n: str(seg.get_segment_description(n).segment_label) for n in numbers}
    fractional = str(seg.SegmentationType) == "FRACTIONAL"
    if not fractional:
        try:
            volume = seg.get_volume(combine_segments=True)
        except RuntimeError:  # segments overlap: one by one
            volume = None
        except ValueError as error:
            raise InputError(
                Problem(f"its frames form no volume ({error})", str(path), "export the whole series")
            ) from error
        if volume is not None:
            if any(_speaks(name) for name in names.values()):
                return [
                    _mask(volume.array == n, volume.affine, path, names[n])
                    for n in numbers
                    if (volume.array == n).any()
                ]
            kind = np.uint8 if max(numbers) < 256 else np.uint16
            turned = LPS_TO_RAS @ np.asarray(volume.affine)
            return [(as_volume(np.asarray(volume.array).astype(kind), turned, str(path), stem(path)), False)]
    found = []
    for number in numbers:
        try:
            one = seg.get_volume(segment_numbers=[number], combine_segments=False, rescale_fractional=fractional)
        except (ValueError, RuntimeError) as error:
            raise InputError(
                Problem(f"its frames form no volume ({error})", str(path), "export the whole series")
            ) from error
        array = np.asarray(one.array)
        array = array[..., 0] if array.ndim == 4 else array
        covered = array >= _HALF if fractional else array > 0
        if covered.any():
            found.append(_mask(covered, one.affine, path, names[number]))
    if not found:
        raise InputError(Problem("nothing is labelled: every segment is empty", str(path), "give the segmentation"))
    return found


def _mask(covered: Any, affine: Any, path: Path, name: str) -> tuple[Volume, bool]:
    mask = np.ascontiguousarray(covered).view(np.uint8)
    return as_volume(mask, LPS_TO_RAS @ np.asarray(affine), f"{path} [{name}]", _file_like(name)), False


def _speaks(name: str) -> bool:
    """Whether a segment's name says what it is, as TotalSegmentator's and plain names do; "Segment 4" does not."""
    return not re.fullmatch(r"(segment|label|class)?[\s_]*\d+", name.strip(), re.IGNORECASE)


def _file_like(name: str) -> str:
    """ "Vertebra L4" as a file of that mask would be called."""
    return re.sub(r"\s+", "_", name.strip())
