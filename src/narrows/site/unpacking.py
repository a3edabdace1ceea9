"""How large a file is once it is unpacked, counted without keeping it: a small file that was made to burst is refused.

Whatever the website unpacks passes here first: gzip around NIfTI, the compressed voxels inside MetaImage and NRRD, the
streams inside a PDF. Zip files (and so Word files) and DICOM are not taken at all.
"""

from __future__ import annotations

import bz2
import re
import zlib
from collections.abc import Iterator
from math import prod
from typing import Final

from narrows.problem import InputError, Problem

MOST_VOXELS: Final = 400_000_000  # bytes of one scan; the largest that was measured holds half of it
MOST_OF_A_PAPER: Final = 150_000_000  # bytes of all streams of a PDF
_LAYERS: Final = 3  # a stream packed more often than this was made to burst
_PIECE: Final = 1 << 20
_HEADER: Final = 1 << 16  # no header of a scan is longer
_STREAM: Final = re.compile(rb"stream\r?\n")
_WIDTHS: Final = {
    "char": 1, "uchar": 1, "int8": 1, "uint8": 1, "short": 2, "ushort": 2, "int16": 2, "uint16": 2, "int": 4, "uint": 4,
    "int32": 4, "uint32": 4, "long": 4, "ulong": 4, "float": 4, "double": 8, "long_long": 8, "ulong_long": 8,
    "int64": 8, "uint64": 8,
}  # fmt: skip


def _burst(what: str) -> InputError:
    return InputError(Problem(f"the file unpacks to more than any {what} holds", "file", "upload the file itself"))


def _damaged() -> InputError:
    return InputError(Problem("the file is damaged: it cannot be unpacked", "file", "upload it again"))


def counted(data: bytes, most: int, *, kind: str = "gzip", what: str = "scan") -> int:
    """How many bytes packed data hold; `kind` gzip or zlib (several members one after another), or bzip2.

    Raises InputError as soon as it grows beyond `most`, or when it is damaged.
    """
    total = 0
    try:
        for size in _sizes(data, kind):
            total += size
            if total > most:
                raise _burst(what)
    except (zlib.error, OSError, EOFError, ValueError):
        raise _damaged() from None
    return total


def _sizes(data: bytes, kind: str) -> Iterator[int]:
    """Sizes of the pieces that come out, at most a megabyte each."""
    if kind == "bzip2":
        packed = bz2.BZ2Decompressor()
        given = data
        while not packed.eof:
            piece = packed.decompress(given, _PIECE)
            if not piece and packed.needs_input:
                raise EOFError
            given = b""
            yield len(piece)
        return
    rest = data
    if not rest:
        raise EOFError
    while rest[:2] == b"\x1f\x8b" if kind == "gzip" else rest:
        opened = zlib.decompressobj(47)  # gzip or zlib, by its first bytes
        given = rest
        while not opened.eof:
            piece = opened.decompress(given, _PIECE)
            given = opened.unconsumed_tail
            if not piece and not given and not opened.eof:
                raise EOFError
            yield len(piece)
        rest = opened.unused_data if kind == "gzip" else b""


def metaimage(data: bytes) -> int:
    """How many bytes the voxels of a MetaImage hold, by its header and, where they are packed, by counting.

    Raises InputError when the voxels lie in another file, are too many, or are damaged.
    """
    fields, begin = _fields(data, b"=", b"elementdatafile")
    if fields.get("elementdatafile", "").upper() != "LOCAL":
        raise InputError(Problem("its voxels lie in another file", "file", "upload a .mha file that holds everything"))
    declared = _declared(fields.get("dimsize", ""), fields.get("elementtype", "").lower().removeprefix("met_"))
    if fields.get("compresseddata", "").lower() in ("true", "1"):
        return max(declared, counted(data[begin:], MOST_VOXELS, kind="zlib"))
    return declared


def nrrd(data: bytes) -> int:
    """The same for an NRRD.

    Raises InputError.
    """
    fields, begin = _fields(data, b":", b"")
    if "data file" in fields or "datafile" in fields:
        raise InputError(Problem("its voxels lie in another file", "file", "upload a .nrrd file that holds everything"))
    kind = {"signed char": "char", "unsigned char": "uchar", "signed short": "short", "unsigned short": "ushort",
            "unsigned int": "uint", "signed int": "int", "int8_t": "int8", "uint8_t": "uint8", "int16_t": "int16",
            "uint16_t": "uint16", "int32_t": "int32", "uint32_t": "uint32"}  # fmt: skip
    named = fields.get("type", "").lower()
    declared = _declared(fields.get("sizes", ""), kind.get(named, named))
    match fields.get("encoding", "raw").lower():
        case "raw":
            return declared
        case "gzip" | "gz":
            return max(declared, counted(data[begin:], MOST_VOXELS))
        case "bzip2" | "bz2":
            return max(declared, counted(data[begin:], MOST_VOXELS, kind="bzip2"))
        case other:
            raise InputError(Problem(f"voxels written as {other[:20]} are not taken", "file", "save it with gzip"))


def _fields(data: bytes, joint: bytes, last: bytes) -> tuple[dict[str, str], int]:
    """The fields of a header of lines, up to the line that is `last` (an empty one for NRRD), and where the rest begins."""
    found: dict[str, str] = {}
    begin = 0
    while begin < min(len(data), _HEADER):
        end = data.find(b"\n", begin, _HEADER)
        if end < 0:
            break
        row = data[begin:end].rstrip(b"\r")
        begin = end + 1
        name, _, value = row.partition(joint)
        key = name.strip().lower()
        if key or last:
            found[key.decode("latin-1")] = value.strip(b" \t=").decode("latin-1")
        if key == last:
            return found, begin
    raise _damaged()


def _declared(sizes: str, kind: str) -> int:
    """Bytes of an array by its sizes and type."""
    try:
        numbers = [int(n) for n in sizes.split()]
    except ValueError:
        raise _damaged() from None
    if not numbers or min(numbers) < 1 or kind not in _WIDTHS:
        raise _damaged()
    whole = prod(numbers) * _WIDTHS[kind]
    if whole > MOST_VOXELS:
        raise _burst("scan")
    return whole


def pdf(data: bytes) -> int:
    """How many bytes the packed streams of a PDF hold together, also of streams that were packed twice.

    What is damaged or packed otherwise is left to the reader, which has limits of its own. Raises InputError.
    """
    total = 0
    for found in _STREAM.finditer(data):
        end = data.find(b"endstream", found.end())
        if end < 0:
            break
        total += _unfolded(data[found.end() : end], MOST_OF_A_PAPER - total, _LAYERS)
        if total > MOST_OF_A_PAPER:
            raise _burst("page")
    return total


def _unfolded(packed: bytes, most: int, layers: int) -> int:
    """Bytes of one stream with all that is packed inside it; what is no zlib data counts nothing."""
    if packed[:1] not in (b"\x78", b"\x68", b"\x58", b"\x48", b"\x38", b"\x28", b"\x18", b"\x08"):
        return 0
    opened, total, given, head = zlib.decompressobj(), 0, packed, b""
    try:
        while not opened.eof and total <= most:
            piece = opened.decompress(given, _PIECE)
            given = opened.unconsumed_tail
            if not piece and not given:
                break
            total += len(piece)
            head = head or piece
    except zlib.error:
        return total
    if layers and head[:1] == b"\x78" and total <= most:
        total += _unfolded(_whole(packed, most), most - total, layers - 1)
    return total


def _whole(packed: bytes, most: int) -> bytes:
    opened = zlib.decompressobj()
    return opened.decompress(packed, max(1, most))
