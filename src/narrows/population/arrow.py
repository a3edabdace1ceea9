"""What DuckDB answers, batch by batch, as arrays without a copy: the Arrow C stream interface, of which numpy needs little.

The layouts are those of https://arrow.apache.org/docs/format/CDataInterface.html and CStreamInterface.html: a batch is a
struct of columns; a column of small numbers is its validity (none, where nothing is NULL) and its values; text is
validity, offsets and bytes. Asking for pyarrow to do this would be the largest package that narrows needs.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from narrows.criteria.bits import Column
from narrows.problem import InputError, Problem

if TYPE_CHECKING:
    from numpy.typing import NDArray


class _Array(ctypes.Structure):
    pass


_Array._fields_ = [
    ("length", ctypes.c_int64),
    ("null_count", ctypes.c_int64),
    ("offset", ctypes.c_int64),
    ("n_buffers", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    ("children", ctypes.POINTER(ctypes.POINTER(_Array))),
    ("dictionary", ctypes.POINTER(_Array)),
    ("release", ctypes.CFUNCTYPE(None, ctypes.POINTER(_Array))),
    ("private_data", ctypes.c_void_p),
]


class _Stream(ctypes.Structure):
    pass


_Stream._fields_ = [
    ("get_schema", ctypes.c_void_p),
    ("get_next", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(_Stream), ctypes.POINTER(_Array))),
    ("get_last_error", ctypes.CFUNCTYPE(ctypes.c_char_p, ctypes.POINTER(_Stream))),
    ("release", ctypes.CFUNCTYPE(None, ctypes.POINTER(_Stream))),
    ("private_data", ctypes.c_void_p),
]


#: Types of DuckDB and how their values lie in memory; truth values and text are read apart.
_NUMBERS = {
    "TINYINT": "int8", "SMALLINT": "int16", "INTEGER": "int32", "BIGINT": "int64", "FLOAT": "float32", "DOUBLE": "float64",
    "UTINYINT": "uint8", "USMALLINT": "uint16", "UINTEGER": "uint32", "UBIGINT": "uint64",
}  # fmt: skip
READABLE = (*_NUMBERS, "BOOLEAN", "VARCHAR")


def batches(relation: Any) -> Iterator[tuple[dict[str, Column], int]]:
    """The batches of a DuckDB relation whose types are all in READABLE: columns by name, and the number of rows.

    The arrays of a batch are good until the next one is asked for. Raises InputError with what the engine says.
    """
    named = list(zip(relation.columns, map(str, relation.types), strict=True))
    capsule = relation.__arrow_c_stream__()
    pointer = ctypes.pythonapi.PyCapsule_GetPointer
    pointer.restype, pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    stream = ctypes.cast(pointer(capsule, b"arrow_array_stream"), ctypes.POINTER(_Stream))
    while True:
        batch = _Array()
        if stream.contents.get_next(stream, ctypes.byref(batch)):
            said = stream.contents.get_last_error(stream) or b"the engine stopped"
            raise InputError(Problem(said.decode("utf-8", "replace").splitlines()[0][:300], "DuckDB"))
        if not batch.release:
            return
        try:
            children = (batch.children[i].contents for i in range(len(named)))
            columns = {name: _column(array, kind) for (name, kind), array in zip(named, children, strict=True)}
            yield columns, int(batch.length)
        finally:
            batch.release(ctypes.byref(batch))


def _column(array: _Array, kind: str) -> Column:
    import numpy as np

    first, count = array.offset, array.length
    known = _bits(array.buffers[0], first, count) if array.null_count and array.buffers[0] else None
    if kind == "BOOLEAN":
        return Column(known, _bits(array.buffers[1], first, count))
    if kind == "VARCHAR":
        offsets = _memory(array.buffers[1], first * 4, (count + 1) * 4).view("int32")
        text = _memory(array.buffers[2], int(offsets[0]), int(offsets[-1] - offsets[0]))
        return Column(known, text, offsets - offsets[0])
    size = np.dtype(_NUMBERS[kind]).itemsize
    return Column(known, _memory(array.buffers[1], first * size, count * size).view(_NUMBERS[kind]))


def _memory(address: int | None, start: int, size: int) -> NDArray[Any]:
    import numpy as np

    if not size or not address:
        return np.zeros(size, dtype="uint8")
    return np.ctypeslib.as_array((ctypes.c_uint8 * size).from_address(address + start))


def _bits(address: int, first: int, count: int) -> NDArray[Any]:
    """Packed bits, the first row in the first bit."""
    import numpy as np

    packed = _memory(address, first // 8, (first % 8 + count + 7) // 8)
    if first % 8 == 0:
        return packed
    return np.packbits(np.unpackbits(packed, bitorder="little")[first % 8 : first % 8 + count], bitorder="little")
