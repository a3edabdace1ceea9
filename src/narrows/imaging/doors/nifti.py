"""NIfTI-1 and NIfTI-2 (.nii, .nii.gz).

The headers that segmenters write are read here, because starting nibabel takes longer than measuring a scan; every
other header is left to nibabel, and a test holds the two to the same array and affine.
"""

from __future__ import annotations

import gzip
import struct
import zlib
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from narrows.imaging.doors import stem
from narrows.imaging.volume import Volume, as_labels, as_volume
from narrows.problem import InputError, Problem

_KINDS = {2: "u1", 4: "i2", 8: "i4", 16: "f4", 64: "f8", 256: "i1", 512: "u2", 768: "u4", 1024: "i8", 1280: "u8"}


#: The most that deflate can shrink bytes.
_MOST_PACKED = 1032


class _Header(NamedTuple):
    shape: tuple[int, ...]
    kind: np.dtype[Any]
    begin: int
    slope: float
    intercept: float
    affine: np.ndarray[Any, Any] | None


def read(path: Path) -> list[tuple[Volume, bool]]:
    """The label map of a NIfTI file. Raises InputError when it is damaged or says not where it lies in space."""
    data, affine = load(path)
    labels, soft = as_labels(data, str(path))
    return [(as_volume(labels, affine, str(path), stem(path)), soft)]


def load(path: Path) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Array and affine (RAS+) of a NIfTI file, scaled where the header says so."""
    try:
        raw = path.read_bytes()
        if raw[:2] == b"\x1f\x8b":
            raw = _unpacked(raw)
    except (OSError, EOFError, zlib.error) as error:
        raise _damaged(path, error) from error
    header = _header(raw)
    if header is None:
        return _by_nibabel(path)
    if header.affine is None:
        raise InputError(
            Problem(
                "the header does not say how the map lies in space (sform and qform are 0)",
                str(path),
                "write the map with the header of its scan",
            )
        )
    count = int(np.prod(header.shape))
    if len(raw) < header.begin + count * header.kind.itemsize:
        raise _damaged(path, "it ends before its data do")
    flat = np.frombuffer(raw, header.kind, count, header.begin)
    data = flat.reshape(header.shape, order="F")
    if np.isfinite(header.slope) and header.slope != 0 and (header.slope, header.intercept) != (1.0, 0.0):
        data = data * header.slope + header.intercept
    return data, header.affine


def _unpacked(packed: bytes) -> bytes:
    """The bytes of a gzip file.

    Its last four bytes tell the size modulo 2^32: space made once takes half the time of space that grows. A file of
    several members says the size of its last one only and is left to the gzip module.
    """
    size = int.from_bytes(packed[-4:], "little")
    found = zlib.decompress(packed, zlib.MAX_WBITS | 16, min(max(size, 1), _MOST_PACKED * len(packed)))
    return found if len(found) == size else gzip.decompress(packed)


def _damaged(path: Path, why: object) -> InputError:
    return InputError(Problem(f"not a whole NIfTI file ({why})", str(path), "write or download it again"))


def _header(raw: bytes) -> _Header | None:
    """The header of a single-file NIfTI with a plain type of number; None for every other."""
    if len(raw) < 348:
        return None
    for order in "<>":
        size = struct.unpack_from(order + "i", raw)[0]
        if size == 348 and raw[344:347] == b"n+1":
            return _first(raw, order)
        if size == 540 and raw[4:7] == b"n+2" and len(raw) >= 540:
            return _second(raw, order)
    return None


def _first(raw: bytes, order: str) -> _Header | None:
    dim = struct.unpack_from(order + "8h", raw, 40)
    kind = _KINDS.get(struct.unpack_from(order + "h", raw, 70)[0])
    edges = struct.unpack_from(order + "8f", raw, 76)
    begin, slope, intercept = struct.unpack_from(order + "3f", raw, 108)
    turned, straight = struct.unpack_from(order + "2h", raw, 252)
    quaternion = struct.unpack_from(order + "6f", raw, 256)
    rows = struct.unpack_from(order + "12f", raw, 280)
    return _made(order, dim, kind, edges, (int(begin), slope, intercept), (turned, straight), quaternion, rows)


def _second(raw: bytes, order: str) -> _Header | None:
    kind = _KINDS.get(struct.unpack_from(order + "h", raw, 12)[0])
    dim = struct.unpack_from(order + "8q", raw, 16)
    edges = struct.unpack_from(order + "8d", raw, 104)
    begin, slope, intercept = struct.unpack_from(order + "q2d", raw, 168)
    turned, straight = struct.unpack_from(order + "2i", raw, 344)
    quaternion = struct.unpack_from(order + "6d", raw, 352)
    rows = struct.unpack_from(order + "12d", raw, 400)
    return _made(order, dim, kind, edges, (begin, slope, intercept), (turned, straight), quaternion, rows)


def _made(
    order: str,
    dim: tuple[int, ...],
    kind: str | None,
    edges: tuple[float, ...],
    data: tuple[int, float, float],
    codes: tuple[int, int],
    quaternion: tuple[float, ...],
    rows: tuple[float, ...],
) -> _Header | None:
    if kind is None or not 1 <= dim[0] <= 7 or min(dim[1 : dim[0] + 1]) < 1:
        return None
    affine: np.ndarray[Any, Any] | None = None
    if codes[1] > 0:
        affine = np.vstack([np.array(rows, dtype=float).reshape(3, 4), [0.0, 0.0, 0.0, 1.0]])
    elif codes[0] > 0:
        affine = _turned(edges, quaternion)
    return _Header(dim[1 : dim[0] + 1], np.dtype(order + kind), data[0], data[1], data[2], affine)


def _turned(edges: tuple[float, ...], quaternion: tuple[float, ...]) -> np.ndarray[Any, Any]:
    """The affine of a qform: unit quaternion, voxel edges, offset (NIfTI-1 standard, method 2)."""
    b, c, d = quaternion[:3]
    a = np.sqrt(max(0.0, 1.0 - b * b - c * c - d * d))
    turn = np.array(
        [
            [a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c)],
            [2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b)],
            [2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - b * b - c * c],
        ]
    )
    affine = np.eye(4)
    affine[:3, :3] = turn * np.array([edges[1], edges[2], edges[3] * (-1.0 if edges[0] < 0 else 1.0)])
    affine[:3, 3] = quaternion[3:]
    return affine


def _by_nibabel(path: Path) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    import nibabel as nib
    from nibabel.filebasedimages import ImageFileError
    from nibabel.spatialimages import HeaderDataError

    try:
        image: Any = nib.load(path)
        return np.asanyarray(image.dataobj), np.asarray(image.affine, dtype=float)
    except (ImageFileError, HeaderDataError, OSError, EOFError, zlib.error, ValueError) as error:
        raise _damaged(path, error) from error
