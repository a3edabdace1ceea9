"""Columns as they come from DuckDB and as they go into Parquet: every value comes back, from other readers too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow.parquet as pq
import pytest

from narrows.criteria.bits import Truth
from narrows.population.arrow import batches
from narrows.population.parquet import Growing, Word, file_of, group_of

PEOPLE = """
SELECT 'p' || i AS id, CASE WHEN i % 7 > 0 THEN 'é' || (i % 90) END AS said, CASE WHEN i % 3 > 0 THEN i END AS whole,
  CASE WHEN i % 5 > 0 THEN i / 7 END AS number, i % 2 = 0 AS sure, CASE WHEN i % 4 > 0 THEN i % 8 > 5 END AS half_known,
  CAST(NULL AS VARCHAR) AS nothing, '' AS bare, CAST(i % 100 AS TINYINT) AS small, CAST(i AS FLOAT) AS short
FROM range({count}) t(i)
"""
KINDS = {
    "id": "text", "said": "text", "whole": "whole", "number": "number", "sure": "truth", "half_known": "truth",
    "nothing": "text", "bare": "text",
}  # fmt: skip


def packed(truths: list[bool]) -> Any:
    """Truths as 64-bit numbers."""
    bits = np.packbits(np.array(truths, dtype=bool), bitorder="little")
    return np.concatenate([bits, np.zeros(-len(bits) % 8, dtype="uint8")]).view("uint64")


@pytest.mark.parametrize("count", [1, 7, 8, 63, 64, 65, 2049, 130_001])
def test_every_value_comes_back(count: int, tmp_path: Path) -> None:
    """By DuckDB and by pyarrow, in one part and in two."""
    path = tmp_path / "whole.parquet"
    growing = Growing(path)
    asked = PEOPLE.format(count=count)
    for part in ("first", "second"):
        found = batches(duckdb.connect().sql(asked))
        growing.append(part, (group_of([columns[name] for name in KINDS], size) for columns, size in found))
    assert growing.rows == 2 * count
    growing.close(KINDS)
    listed = ", ".join(KINDS)
    wanted = duckdb.sql(f"SELECT {listed} FROM ({asked}) UNION ALL SELECT {listed} FROM ({asked})").fetchall()
    assert sorted(duckdb.sql(f"FROM '{path}'").fetchall(), key=str) == sorted(wanted, key=str)
    table = pq.read_table(path)
    assert [tuple(row.values()) for row in table.slice(0, 50).to_pylist()] == wanted[:50]
    found = batches(duckdb.connect().sql(asked))
    groups = [group_of([columns[name] for name in KINDS], size) for columns, size in found]
    (tmp_path / "at once.parquet").write_bytes(file_of(KINDS, groups))
    assert duckdb.sql(f"FROM '{tmp_path / 'at once.parquet'}'").fetchall() == wanted[:count]
    assert sorted(map(str, table.schema.types)) == sorted(["string"] * 4 + ["int64", "double", "bool", "bool"])


def test_truths_and_words(tmp_path: Path) -> None:
    """True, false and unknown in every mixture; words with and without gaps."""
    path = tmp_path / "whole.parquet"
    answers = [[True, False, None][i % 3] for i in range(100)]
    truth = Truth(packed([a is True for a in answers]), packed([a is not False for a in answers]))
    every = Truth(packed([True] * 100), packed([True] * 100))
    nobody = Truth(packed([False] * 100), packed([True] * 100))
    places = (packed([i % 3 == 1 for i in range(100)]), packed([i % 3 == 2 for i in range(100)]))
    word = Word(("a", "bé", "c"), packed([i % 10 > 0 for i in range(100)]), places)
    growing = Growing(path)
    growing.append("all", [group_of([truth, every, nobody, word], 100)])
    growing.close({"t": "truth", "e": "truth", "n": "truth", "w": "text"})
    rows = duckdb.sql(f"FROM '{path}'").fetchall()
    assert rows == [(a, True, None, ("a", "bé", "c")[i % 3] if i % 10 else None) for i, a in enumerate(answers)]
    assert [tuple(row.values()) for row in pq.read_table(path).to_pylist()] == rows


def test_what_is_half_written_is_cut_off(tmp_path: Path) -> None:
    """After a break the file ends where its last whole part ends, and its journal knows it."""
    path = tmp_path / "whole.parquet"
    asked = PEOPLE.format(count=10)

    def columns() -> Any:
        return (group_of([c[name] for name in KINDS], size) for c, size in batches(duckdb.connect().sql(asked)))

    Growing(path).append("first", columns())
    with path.open("ab") as file:
        file.write(b"half")
    with path.with_suffix(".journal").open("a") as journal:
        journal.write('{"part": "sec')
    again = Growing(path)
    assert (again.parts, again.rows) == ({"first"}, 10)
    again.append("second", columns())
    once_more = Growing(path)
    assert (once_more.parts, once_more.rows) == ({"first", "second"}, 20)
    once_more.close(KINDS)
    assert duckdb.sql(f"SELECT COUNT(*), COUNT(DISTINCT id) FROM '{path}'").fetchall() == [(20, 10)]


def test_numbers_of_every_width() -> None:
    """As they are, without a copy; an error of the engine is told."""
    sizes = []
    for columns, size in batches(duckdb.connect().sql(PEOPLE.format(count=70))):
        sizes.append(size)
        assert (columns["small"].values.dtype, columns["short"].values.dtype) == (np.int8, np.float32)
        assert list(columns["small"].values[:5]) == [0, 1, 2, 3, 4]
    assert sizes == [70]
    with pytest.raises(Exception, match="no such luck"):
        list(batches(duckdb.connect().sql("SELECT error('no such luck') AS a")))
