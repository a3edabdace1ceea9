"""A Parquet file that grows by row groups, of the few kinds of columns that answers have.

The engine writes any Parquet, and needs more time for hundreds of columns of truth values than for working them out.
Here such a column is rows of bits already, and bits are what Parquet stores: which values are known, and those values.
The layout is that of https://github.com/apache/parquet-format (README.md, Encodings.md, parquet.thrift): version 1,
data pages of version 1. Text and words are squeezed (gzip at its fastest, of the standard library): a fifth of their size
for a twenty-fifth of the time. Truth values are not: bits shrink to two thirds and would take three times as long.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from narrows import __version__
from narrows.criteria.bits import Column, Truth

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from narrows.criteria.bits import Bits

    Numbers = NDArray[Any]

MAGIC = b"PAR1"
#: Kind of a column to its type in Parquet: BOOLEAN, INT64, DOUBLE, BYTE_ARRAY.
_TYPES = {"truth": 0, "whole": 2, "number": 5, "text": 6}
_PLAIN, _RLE, _DICTIONARY = 0, 3, 8
#: Kinds whose pages are squeezed, the number of that in Parquet, and gzip's form in zlib's words.
_SQUEEZED, _GZIP, _GZIP_FORM = ("text",), 2, 31
#: How many words a column of them can have: four bits name one.
WORDS = 16


class Word(NamedTuple):
    """A column of words: which rows have one, and the place of each in the list of words, bit by bit."""

    words: tuple[str, ...]
    known: Bits
    places: tuple[Bits, ...]


class Group(NamedTuple):
    """A row group as it stands in a file: its rows, for each column its size, that of its dictionary, and that of all
    unsqueezed, and all bytes."""

    rows: int
    sizes: tuple[tuple[int, int, int], ...]
    data: bytes


class _Page(NamedTuple):
    """A page with its header, and how much larger it was before it was squeezed."""

    data: bytes
    saved: int


def group_of(columns: Sequence[Column | Truth | Word], count: int) -> Group:
    """The row group of a batch of `count` rows."""
    sizes, pages = [], []
    for column in columns:
        made = _pages(column, count)
        size = sum(len(page.data) for page in made)
        sizes.append((size, len(made[0].data) if len(made) > 1 else 0, size + sum(page.saved for page in made)))
        pages += [page.data for page in made]
    return Group(count, tuple(sizes), b"".join(pages))


def file_of(columns: Mapping[str, str], groups: Iterable[Group]) -> bytes:
    """A whole file of some row groups; `columns` and their kinds."""
    made, placed, end = [MAGIC], [], len(MAGIC)
    for group in groups:
        placed.append(_placed(group, end))
        made.append(group.data)
        end += len(group.data)
    return b"".join((*made, _end(columns, placed)))


class Growing:
    """A file of answers that is written part by part; what is whole of it is kept after a break."""

    def __init__(self, path: Path) -> None:
        self.path, self._journal = path, path.with_suffix(".journal")
        self.groups: list[dict[str, Any]] = []
        self.parts: set[str] = set()
        end, lines = len(MAGIC), []
        if path.is_file() and self._journal.is_file():
            lines = [x for x in self._journal.read_text(encoding="utf-8").splitlines(keepends=True) if x.endswith("\n")]
        for line in lines:
            part = json.loads(line)
            self.parts.add(part["part"])
            self.groups += part["groups"]
            end = part["end"]
        # What was half written when a run was cut off is cut off here.
        self._journal.write_text("".join(lines), encoding="utf-8")
        with path.open("r+b" if lines else "w+b") as file:
            file.write(MAGIC)
            file.truncate(end)

    @property
    def rows(self) -> int:
        """How many rows stand in it."""
        return sum(int(group["rows"]) for group in self.groups)

    def append(self, part: str, groups: Iterable[Group]) -> None:
        """Write the row groups of a part; after a break a part is there as a whole or not at all."""
        placed = []
        with self.path.open("ab") as file:
            for group in groups:
                placed.append(_placed(group, file.tell()))
                file.write(group.data)
            file.flush()
            os.fsync(file.fileno())
            line = json.dumps({"part": part, "end": file.tell(), "groups": placed})
        with self._journal.open("a", encoding="utf-8") as journal:
            journal.write(line + "\n")
        self.groups += placed
        self.parts.add(part)

    def close(self, columns: Mapping[str, str]) -> None:
        """Write what stands at the end of the file, columns and their kinds: with it, it is whole."""
        with self.path.open("ab") as file:
            file.write(_end(columns, self.groups))
        self._journal.unlink()


# ---- a column of a batch as pages


def _pages(column: Column | Truth | Word, count: int) -> list[_Page]:
    import numpy as np

    if isinstance(column, Word):
        return _words(column, count)
    if isinstance(column, Truth):
        known = _unpacked(column.true | ~column.possible, count)
        return [_page(known, _compact(column.true, known), _PLAIN)]
    known = np.ones(count, dtype=bool) if column.known is None else _unpacked(column.known, count)
    if column.offsets is not None:
        return [_page(known, _text(column.values, np.diff(column.offsets), known), _PLAIN, squeeze=True)]
    if column.values.dtype == np.uint8:
        return [_page(known, _compact(column.values, known), _PLAIN)]
    return [_page(known, column.values[known].tobytes(), _PLAIN)]


def _unpacked(bits: Numbers, count: int) -> Numbers:
    import numpy as np

    return np.unpackbits(bits.view("uint8"), count=count, bitorder="little").view(bool)


def _compact(bits: Numbers, known: Numbers) -> bytes:
    """The bits of the rows that are known, packed anew."""
    import numpy as np

    return np.packbits(_unpacked(bits, len(known))[known], bitorder="little").tobytes() if known.any() else b""


def _text(values: Numbers, lengths: Numbers, known: Numbers) -> bytes:
    """Each text after its length, four bytes."""
    import numpy as np

    if not known.all():
        values, lengths = values[np.repeat(known, lengths)], lengths[known]
    page = np.empty(len(values) + 4 * len(lengths), dtype="uint8")
    place = np.ones(len(page), dtype=bool)
    heads = (np.cumsum(lengths + 4) - lengths - 4)[:, None] + np.arange(4)
    page[heads] = lengths.astype("<i4").view("uint8").reshape(-1, 4)
    place[heads] = False
    page[place] = values
    return page.tobytes()


def _words(column: Word, count: int) -> list[_Page]:
    """Words by their place in a dictionary that stands before them, four bits each."""
    import numpy as np

    assert len(column.words) <= WORDS
    entries = b"".join(len(word.encode()).to_bytes(4, "little") + word.encode() for word in column.words)
    about = _struct((1, _int(len(column.words))), (2, _int(_PLAIN)))
    dictionary = _made(2, entries, (7, about), squeeze=True)
    places = np.zeros(count, dtype="uint8")
    for i, bits in enumerate(column.places):
        places |= np.unpackbits(bits.view("uint8"), count=count, bitorder="little") << i
    known = _unpacked(column.known, count)
    places = places[known]
    places = np.concatenate([places, np.zeros(-len(places) % 8, dtype="uint8")])
    packed = (places[0::2] | (places[1::2] << 4)).tobytes()
    runs = b"\x04" + _varint(len(places) // 8 << 1 | 1) + packed
    return [dictionary, _page(known, runs, _DICTIONARY, squeeze=True)]


def _page(known: Numbers, values: bytes, encoding: int, squeeze: bool = False) -> _Page:
    """A data page: which rows are known (runs or bits), then the values of those."""
    import numpy as np

    count = len(known)
    if known.all() or not known.any():
        levels = _varint(count << 1) + (b"\x01" if count and known[0] else b"\x00")
    else:
        levels = _varint((count + 7) // 8 << 1 | 1) + np.packbits(known, bitorder="little").tobytes()
    body = len(levels).to_bytes(4, "little") + levels + values
    about = _struct((1, _int(count)), (2, _int(encoding)), (3, _int(_RLE)), (4, _int(_RLE)))
    return _made(0, body, (5, about), squeeze)


def _made(kind: int, body: bytes, about: tuple[int, _Value], squeeze: bool) -> _Page:
    whole = len(body)
    if squeeze:
        squeezing = zlib.compressobj(1, wbits=_GZIP_FORM)
        body = squeezing.compress(body) + squeezing.flush()
    header = _struct((1, _int(kind)), (2, _int(whole)), (3, _int(len(body))), about).data
    return _Page(header + body, whole - len(body))


# ---- the end of the file


def _placed(group: Group, start: int) -> dict[str, Any]:
    """A row group that begins at a byte of the file: its rows, and where each column begins."""
    at = []
    for size, dictionary, whole in group.sizes:
        at.append((start, size, dictionary, whole))
        start += size
    return {"rows": group.rows, "at": at}


def _end(columns: Mapping[str, str], groups: Sequence[Mapping[str, Any]]) -> bytes:
    foot = _foot(columns, groups, sum(int(group["rows"]) for group in groups))
    return foot + len(foot).to_bytes(4, "little") + MAGIC


def _foot(columns: Mapping[str, str], groups: Sequence[Mapping[str, Any]], rows: int) -> bytes:
    schema = [_struct((4, _name("narrows")), (5, _int(len(columns))))]
    for name, kind in columns.items():
        element = [(1, _int(_TYPES[kind])), (3, _int(1)), (4, _name(name))]
        if kind == "text":
            element += [(6, _int(0)), (10, _struct((1, _struct())))]
        schema.append(_struct(*element))
    made = []
    for group in groups:
        listed = zip(columns.items(), group["at"], strict=True)
        chunks = [_chunk(name, kind, group["rows"], *at) for (name, kind), at in listed]
        size = sum(at[3] for at in group["at"])
        made.append(_struct((1, _list(chunks)), (2, _long(size)), (3, _long(group["rows"]))))
    by = f"narrows {__version__}"
    return _struct((1, _int(1)), (2, _list(schema)), (3, _long(rows)), (4, _list(made)), (6, _name(by))).data


def _chunk(name: str, kind: str, rows: int, start: int, size: int, dictionary: int, whole: int) -> _Value:
    encodings = [_int(_RLE), _int(_PLAIN), *([_int(_DICTIONARY)] if dictionary else [])]
    about = [(1, _int(_TYPES[kind])), (2, _list(encodings)), (3, _list([_name(name)]))]
    about.append((4, _int(_GZIP if kind in _SQUEEZED else 0)))
    about += [(5, _long(rows)), (6, _long(whole)), (7, _long(size)), (9, _long(start + dictionary))]
    if dictionary:
        about.append((11, _long(start)))
    return _struct((2, _long(start)), (3, _struct(*about)))


# ---- Thrift's compact protocol, as much of it as Parquet's metadata need


class _Value(NamedTuple):
    kind: int
    data: bytes


def _varint(number: int) -> bytes:
    found = bytearray()
    while number > 127:
        found.append(number & 127 | 128)
        number >>= 7
    found.append(number)
    return bytes(found)


def _int(number: int) -> _Value:
    return _Value(5, _varint(number << 1))


def _long(number: int) -> _Value:
    return _Value(6, _varint(number << 1))


def _name(text: str) -> _Value:
    raw = text.encode()
    return _Value(8, _varint(len(raw)) + raw)


def _list(values: Sequence[_Value]) -> _Value:
    kind = values[0].kind if values else 12
    head = bytes([len(values) << 4 | kind]) if len(values) < 15 else bytes([0xF0 | kind]) + _varint(len(values))
    return _Value(9, head + b"".join(value.data for value in values))


def _struct(*fields: tuple[int, _Value]) -> _Value:
    made, last = bytearray(), 0
    for number, value in fields:
        made += bytes([(number - last) << 4 | value.kind]) + value.data
        last = number
    return _Value(12, bytes(made) + b"\x00")
