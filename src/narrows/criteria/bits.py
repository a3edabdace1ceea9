"""The logic of rules on rows of bits: of each part, for which rows it is true, and for which it could be.

An engine reads the table and hands over columns; 64 rows are then judged at a time. Kleene AND and OR are `&` and `|` of
both rows of bits, NOT is both turned round and exchanged. A part that several rules share is worked out once. That is a
fiftieth of the work that an engine needs for truth values with NULL (docs/population.md).
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce
from typing import TYPE_CHECKING, Any, NamedTuple

from narrows.criteria.logic import (
    Alike,
    And,
    Else,
    Empty,
    Flag,
    Logic,
    Named,
    Not,
    Open,
    Or,
    Points,
    Sql,
    Test,
    Twice,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bits = NDArray[Any]  # unsigned 64-bit numbers, first row in the lowest bit


class Column(NamedTuple):
    """A column of some rows: which values are known (packed bits; None for all), and the values.

    Truth values are packed bits as well; text is bytes, with the offset at which each begins and the last ends.
    """

    known: NDArray[Any] | None
    values: NDArray[Any]
    offsets: NDArray[Any] | None = None


class Truth(NamedTuple):
    """For which rows something is true, and for which it is not false."""

    true: Bits
    possible: Bits


class _Rows(NamedTuple):
    """Some rows: their number, and what is known of them and true of them so far."""

    size: int
    columns: Mapping[str, Column]
    known: dict[str, Bits]
    made: list[Truth]


_Step = Callable[[_Rows], Truth]


class Circuit:
    """What is asked of a table as steps over rows of bits; parts that are equal are one step."""

    def __init__(self, roots: Iterable[Sql]) -> None:
        self.columns: dict[str, str] = {}  # name to SQL, to be selected from the table
        self._codes: dict[str, dict[str, int]] = {}  # SQL of text to the numbers that stand for it
        self._read: set[str] = set()  # SQL of which more is asked than whether it is NULL
        self._steps: list[_Step] = []
        self._places: dict[Sql, int] = {}
        self._names: dict[str, str] = {}
        self._roots = [self._place(root) for root in roots]
        self.columns = {name: self._select(sql) for sql, name in self._names.items()}

    def answers(self, columns: Mapping[str, Column], count: int) -> list[Truth]:
        """The truth of each root for some rows, whose columns are those of `columns`, by their names."""
        rows = _Rows(count, columns, {}, [])
        for step in self._steps:
            rows.made.append(step(rows))
        return [rows.made[at] for at in self._roots]

    # ---- which columns are needed

    def _name(self, sql: str) -> str:
        return self._names.setdefault(sql, f"value@{len(self._names)}")

    def _select(self, sql: str) -> str:
        codes = self._codes.get(sql)
        if sql not in self._read:
            return f"(CASE WHEN {sql} IS NOT NULL THEN TRUE END)"
        if codes is None:
            return sql
        quoted = {word.replace("'", "''"): code for word, code in codes.items()}
        whens = " ".join(f"WHEN {sql} = '{word}' THEN {code}" for word, code in quoted.items())
        return f"CAST(CASE WHEN {sql} IS NULL THEN NULL {whens} ELSE {len(codes)} END AS SMALLINT)"

    # ---- steps

    def _place(self, part: Sql) -> int:
        while isinstance(part, Named):
            part = part.part
        if part not in self._places:
            step = self._step(part)
            self._places[part] = len(self._steps)
            self._steps.append(step)
        return self._places[part]

    def _step(self, part: Sql) -> _Step:
        match part:
            case None | bool():
                return lambda rows: _always(part, rows.size)
            case Flag(sql):
                self._read.add(sql)
                name = self._name(sql)
                return lambda rows: _sure(_words(rows.columns[name].values), _known(rows, name))
            case Empty(sql):
                name = self._name(sql)
                return lambda rows: Truth(~_known(rows, name), ~_known(rows, name))
            case Test(sql, sign, values):
                return self._test(sql, sign, values)
            case And(parts):
                places = [self._place(p) for p in parts]
                return lambda rows: _joined([rows.made[at] for at in places], operator.and_)
            case Or(parts):
                places = [self._place(p) for p in parts]
                return lambda rows: _joined([rows.made[at] for at in places], operator.or_)
            case Not(inner):
                at = self._place(inner)
                return lambda rows: Truth(~rows.made[at].possible, ~rows.made[at].true)
            case Open(inner):
                at = self._place(inner)

                def unknown(rows: _Rows) -> Truth:
                    found = rows.made[at].possible & ~rows.made[at].true
                    return Truth(found, found)

                return unknown
            case Else(first, second):
                return self._else(first, second)
            case Alike(low, high):
                one, two = self._place(low), self._place(high)
                return lambda rows: Truth(
                    rows.made[one].true & rows.made[two].true, rows.made[one].possible | rows.made[two].possible
                )
            case Points():
                return self._points(part)
            case Twice():
                return self._twice(part)
        raise AssertionError(f"no step for {type(part).__name__}")

    def _test(self, sql: str, sign: str, values: tuple[Any, ...]) -> _Step:
        self._read.add(sql)
        name = self._name(sql)
        if isinstance(values[0], str):
            codes = self._codes.setdefault(sql, {})
            values = tuple(codes.setdefault(value, len(codes)) for value in values)
        compare = _COMPARISONS[sign]
        return lambda rows: _sure(_packed(compare(_numbers(rows.columns[name].values), values)), _known(rows, name))

    def _else(self, first: Logic, second: Sql) -> _Step:
        at, then = self._place(first), self._place(second)

        def otherwise(rows: _Rows) -> Truth:
            (true, possible), other = rows.made[at], rows.made[then]
            return Truth(true | (possible & other.true), true | (possible & other.possible))

        return otherwise

    # ---- sums

    def _points(self, points: Points) -> _Step:
        items = [(self._place(part), add) for part, add in points.items]

        def reached(rows: _Rows) -> Truth:
            low: Any = points.low
            high: Any = points.high
            for at, add in items:
                true, possible = _counted(rows.made[at].true, rows.size), _counted(rows.made[at].possible, rows.size)
                low = low + (true if add > 0 else possible) * add
                high = high + (possible if add > 0 else true) * add
            return Truth(_packed(low >= points.limit), _packed(high >= points.limit))

        return reached

    def _twice(self, twice: Twice) -> _Step:
        parts, unread = [self._place(p) for p in twice.parts], [self._place(p) for p in twice.unread]
        elsewhere, none = self._place(twice.elsewhere), self._place(twice.none)

        def at_least_two(rows: _Rows) -> Truth:
            import numpy as np

            def total(found: Iterable[Bits]) -> Any:
                return sum((_counted(b, rows.size) for b in found), np.zeros(rows.size, dtype="int16"))

            rest = np.maximum(total(rows.made[at].true for at in unread), _counted(rows.made[none].true, rows.size))
            more = rest * _counted(rows.made[elsewhere].possible, rows.size)
            sure = total(rows.made[at].true for at in parts)
            conceivable = total(rows.made[at].possible for at in parts) + more
            return Truth(_packed(sure >= 2), _packed(conceivable >= 2))

        return at_least_two


def _always(sql: bool | None, count: int) -> Truth:
    """What is known before any row is read."""
    import numpy as np

    none = np.zeros((count + 63) // 64, dtype="uint64")
    return Truth(~none if sql else none, none if sql is False else ~none)


def _joined(parts: Sequence[Truth], operation: Any) -> Truth:
    return Truth(reduce(operation, (part.true for part in parts)), reduce(operation, (part.possible for part in parts)))


def _sure(found: Bits, known: Bits) -> Truth:
    """Where the value is known the answer is known."""
    return Truth(found & known, found | ~known)


def _known(rows: _Rows, name: str) -> Bits:
    import numpy as np

    if name not in rows.known:
        known = rows.columns[name].known
        rows.known[name] = ~np.zeros((rows.size + 63) // 64, dtype="uint64") if known is None else _words(known)
    return rows.known[name]


def _words(packed: NDArray[Any]) -> Bits:
    """Packed bits as 64-bit numbers."""
    import numpy as np

    whole = np.zeros(-(-len(packed) // 8) * 8, dtype="uint8")
    whole[: len(packed)] = packed
    return whole.view("uint64")


def _packed(truths: NDArray[Any]) -> Bits:
    import numpy as np

    return _words(np.packbits(truths, bitorder="little"))


def _counted(bits: Bits, count: int) -> NDArray[Any]:
    import numpy as np

    return np.unpackbits(bits.view("uint8"), count=count, bitorder="little").astype("int16")


def _numbers(values: NDArray[Any]) -> NDArray[Any]:
    """Numbers that compare with a literal as binary floating point, whatever their width."""
    return values.astype("float64") if values.dtype == "float32" else values


_COMPARISONS: Mapping[str, Callable[[Any, tuple[Any, ...]], Any]] = {
    "=": lambda found, limits: found == limits[0],
    "<>": lambda found, limits: found != limits[0],
    "<": lambda found, limits: found < limits[0],
    "<=": lambda found, limits: found <= limits[0],
    ">": lambda found, limits: found > limits[0],
    ">=": lambda found, limits: found >= limits[0],
    "IN": lambda found, limits: reduce(lambda a, b: a | b, (found == limit for limit in limits)),
}
