"""MetaImage (.mha, and .mhd with its data file), as SPIDER writes it."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any

import numpy as np

from narrows.imaging.doors import stem
from narrows.imaging.volume import Volume, as_labels, as_volume
from narrows.problem import InputError, Problem

_TYPES = {
    "MET_CHAR": "i1",
    "MET_UCHAR": "u1",
    "MET_SHORT": "i2",
    "MET_USHORT": "u2",
    "MET_INT": "i4",
    "MET_UINT": "u4",
    "MET_LONG": "i4",
    "MET_ULONG": "u4",
    "MET_LONG_LONG": "i8",
    "MET_ULONG_LONG": "u8",
    "MET_FLOAT": "f4",
    "MET_DOUBLE": "f8",
}
#: No header of a scan is longer.
_LONGEST_HEADER = 1 << 16
#: MetaImage counts x to the left and y to the back; the house counts to the right and to the front.
LPS_TO_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])


def read(path: Path) -> list[tuple[Volume, bool]]:
    """The label map of a MetaImage. Raises InputError when it is damaged or of a kind that holds no map."""
    data, affine = load(path)
    labels, soft = as_labels(data, str(path))
    return [(as_volume(labels, affine, str(path), stem(path)), soft)]


def load(path: Path) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Array (x, y, z) and affine (RAS+) of a MetaImage."""
    raw = path.read_bytes()
    fields, begin = _header(raw, path)
    try:
        size = [int(n) for n in fields["dimsize"].split()]
        kind = np.dtype(_TYPES[fields["elementtype"].upper()])
        affine = _affine(fields, len(size))
    except (KeyError, ValueError) as error:
        raise InputError(
            Problem(f"header without a usable {error}", str(path), "write it again, for example with SimpleITK")
        ) from error
    if int(fields.get("elementnumberofchannels", "1")) != 1:
        raise InputError(Problem("several values a voxel", str(path), "give one label map"))
    body = _body(raw, begin, fields, path)
    if _true(fields.get("compresseddata", "False")):
        try:
            body = zlib.decompress(body)
        except zlib.error as error:
            raise InputError(
                Problem(f"compressed data are damaged ({error})", str(path), "write or download it again")
            ) from error
    if _true(fields.get("binarydatabyteordermsb", fields.get("elementbyteordermsb", "False"))):
        kind = kind.newbyteorder(">")
    if len(body) < int(np.prod(size)) * kind.itemsize:
        raise InputError(Problem("the file ends before its data do", str(path), "write or download it again"))
    flat = np.frombuffer(body, kind, count=int(np.prod(size)))
    return flat.reshape(size, order="F"), affine


def _header(raw: bytes, path: Path) -> tuple[dict[str, str], int]:
    fields: dict[str, str] = {}
    begin = 0
    while begin < min(len(raw), _LONGEST_HEADER):
        end = raw.find(b"\n", begin)
        if end < 0:
            break
        name, equals, value = raw[begin:end].decode("latin-1").partition("=")
        begin = end + 1
        if not equals:
            break
        fields[name.strip().lower()] = value.strip()
        if name.strip().lower() == "elementdatafile":
            return fields, begin
    raise InputError(Problem("not a MetaImage: its header has no ElementDataFile", str(path), "write it again"))


def _affine(fields: dict[str, str], dimensions: int) -> np.ndarray[Any, Any]:
    spacing = [float(v) for v in (fields.get("elementspacing") or fields["elementsize"]).split()]
    if dimensions != 3:
        return np.eye(4)  # refused later, with its shape
    turn = np.array([float(v) for v in fields["transformmatrix"].split()]).reshape(3, 3).T
    affine = np.eye(4)
    affine[:3, :3] = turn * np.array(spacing)
    affine[:3, 3] = [float(v) for v in (fields.get("offset") or fields.get("position") or fields["origin"]).split()]
    return np.asarray(LPS_TO_RAS @ affine)


def _body(raw: bytes, begin: int, fields: dict[str, str], path: Path) -> bytes:
    name = fields["elementdatafile"]
    if name.upper() == "LOCAL":
        return raw[begin:]
    beside = path.parent / Path(name).name
    if not beside.is_file():
        raise InputError(Problem(f"its data file {name} is not beside it", str(path), "put both into one folder"))
    return beside.read_bytes()


def _true(text: str) -> bool:
    return text.strip().lower() in ("true", "1")
