"""DuckDB: tables in Parquet and CSV, answers as Parquet, in constant memory and without a server."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from narrows.criteria.bits import Column
from narrows.criteria.dialect import DUCKDB
from narrows.population.answers import Judge
from narrows.population.arrow import READABLE, batches
from narrows.population.door import Kind
from narrows.population.parquet import Group, group_of
from narrows.problem import InputError, Problem

MEMORY = "3GB"
#: Rows of one row group: what one worker takes at a time.
GROUP_ROWS = 61_440
_KINDS: Mapping[str, Kind] = {
    "BOOLEAN": "boolean", "VARCHAR": "text", "FLOAT": "float", "DOUBLE": "float", "DATE": "date",
    **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"), "integer"),
}  # fmt: skip
_WRITTEN = {
    name: {"boolean": "truth", "integer": "whole", "float": "number"}.get(kind, "text") for name, kind in _KINDS.items()
}
_WRITTEN.update(dict.fromkeys(("HUGEINT", "UBIGINT", "UHUGEINT"), "text"))  # larger than any number that is written
_AS = {"truth": "BOOLEAN", "whole": "BIGINT", "number": "DOUBLE", "text": "VARCHAR"}


def kind_of(type_name: str) -> Kind:
    """What a type of DuckDB can hold."""
    if type_name.startswith("DECIMAL"):
        return "float"
    if type_name.startswith("TIMESTAMP"):
        return "date"
    if type_name.startswith("ENUM"):
        return "text"
    return _KINDS.get(type_name, "other")


class Duck:
    """A connection, and the table of people as a relation with a row number."""

    dialect = DUCKDB

    def __init__(self, work: Path, threads: int | None = None) -> None:
        import duckdb

        self.work = work
        self.connection = duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": str(work / "spill")})
        self.connection.execute("SET enable_progress_bar = false")
        # This optimizer turns each IN with literals into a join: with hundreds of them planning takes seconds.
        self.connection.execute("SET disabled_optimizers = 'in_clause'")
        # One chunk of hundreds of columns is larger than the buffer as it comes: others could not work ahead.
        self.connection.execute("SET streaming_buffer_size = '256MB'")
        if threads:
            self.connection.execute(f"SET threads = {int(threads)}")
        self.relation = ""
        self.row = "file_row_number"
        self.broken_lines: list[tuple[int, str, str]] = []

    def execute(self, sql: str) -> Any:
        """Run a query; a full disk is told as such."""
        import duckdb

        try:
            return self.connection.execute(sql)
        except duckdb.IOException as error:
            raise InputError(_of_disk(str(error), self.work)) from None

    def one(self, sql: str) -> tuple[Any, ...]:
        """The only row of a query."""
        (row,) = self.execute(sql).fetchall()
        return tuple(row)

    def rows(self, sql: str, size: int = 2000) -> Iterator[tuple[Any, ...]]:
        """The rows of a query, a few at a time."""
        found = self.execute(sql)
        while batch := found.fetchmany(size):
            yield from batch

    # ---- coming in

    def open(self, path: Path, levels: Path | None = None) -> dict[str, Kind]:
        """Take a table of people; its columns and what they hold.

        Raises InputError when it cannot be read, is empty, or is no table.
        """
        relation = self._table(path)
        types = self._types(relation)
        flat, kinds = self._flat(types, f"{path.name}")
        if levels is not None or "levels" in types:
            flat, relation = self._with_levels(flat, relation, types, kinds, path, levels)
        if len(flat) != len(types) or any(sql != name for sql, name in flat) or levels is not None:
            self._stage(flat, relation)
        else:
            self.relation = relation
        return kinds

    def _stage(self, flat: list[tuple[str, str]], relation: str) -> None:
        """Write a table whose sides or levels were nested once more, flat."""
        q = self.dialect.column
        listed = ", ".join(f"{sql if sql != name else q(name)} AS {q(name)}" for sql, name in flat)
        target = self.work / "flat.parquet"
        self.execute(f"COPY (SELECT {listed} FROM {relation}) TO {_quoted(target)} (FORMAT parquet)")
        self.relation = f"read_parquet({_quoted(target)}, file_row_number = true)"

    def _table(self, path: Path) -> str:
        _readable(path)
        if path.suffix.lower() in (".csv", ".tsv", ".txt"):
            return self._csv(path)
        return self._parquet(path)

    def _parquet(self, path: Path) -> str:
        import duckdb

        relation = f"read_parquet({_quoted(path)}, file_row_number = true)"
        try:
            self.connection.execute(f"SELECT * FROM {relation} LIMIT 0")
        except duckdb.Error as error:
            raise InputError(
                Problem(
                    f"this is no whole Parquet file ({str(error).splitlines()[0][:120]})",
                    path.name,
                    "was it cut short while it was copied? Write or copy it again",
                )
            ) from None
        return relation

    def _csv(self, path: Path) -> str:
        import duckdb

        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                header = [name.strip() for name in next(csv.reader(file), [])]
        except UnicodeDecodeError:
            raise InputError(Problem("this is not UTF-8 text", path.name, "save the file as UTF-8")) from None
        for sign, word in ((";", "semicolons"), ("\t", "tabs")):
            if len(header) == 1 and sign in header[0]:
                fix = "save it as CSV with commas, or as Parquet; decimal numbers then take a point"
                raise InputError(Problem(f"cells are parted by {word}, not by commas", f"{path.name}, line 1", fix))
        doubled = sorted({c for c in header if header.count(c) > 1})
        if doubled or not any(header):
            raise InputError(
                [Problem(f"column '{c}' stands twice", f"{path.name}, line 1") for c in doubled]
                or Problem("no header row", path.name)
            )
        columns = ", ".join(f"{self.dialect.string(c)}: 'VARCHAR'" for c in header)
        target = self.work / "text.parquet"
        read = (
            f"read_csv({_quoted(path)}, columns = {{{columns}}}, header = true, auto_detect = false, delim = ',', "
            "quote = '\"', escape = '\"', strict_mode = true, null_padding = false, store_rejects = true)"
        )
        try:
            self.connection.execute(f"COPY (SELECT * FROM {read}) TO {_quoted(target)} (FORMAT parquet)")
        except duckdb.IOException as error:
            raise InputError(_of_disk(str(error), self.work)) from None
        except duckdb.Error as error:
            said = str(error).splitlines()[0][:160]
            raise InputError(Problem(f"not CSV in UTF-8: {said}", path.name, "commas, one header row, UTF-8")) from None
        self.broken_lines = [
            (int(line), str(said), str(text or ""))
            for line, said, text in self.connection.execute(
                "SELECT DISTINCT line, first(error_message), first(csv_line) FROM reject_errors GROUP BY line ORDER BY line"
            ).fetchall()
        ]
        return f"read_parquet({_quoted(target)}, file_row_number = true)"

    def _types(self, relation: str) -> dict[str, str]:
        rows = self.connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
        return {str(row[0]): str(row[1]) for row in rows if row[0] != "file_row_number"}

    def _flat(self, types: Mapping[str, str], name: str) -> tuple[list[tuple[str, str]], dict[str, Kind]]:
        """Columns as they stand, and a struct of left and right as a column for each side."""
        q = self.dialect.column
        flat: list[tuple[str, str]] = []
        kinds: dict[str, Kind] = {}
        problems = []
        for column, kind in types.items():
            if column == "levels" and kind.endswith("[]"):
                continue
            if column == "levels_read" and kind == "VARCHAR[]":
                flat.append((f"ARRAY_TO_STRING({q(column)}, ' ')", column))
                kinds[column] = "text"
            elif kind.startswith("STRUCT("):
                fields = self.connection.execute(f"SELECT UNNEST(CAST(NULL AS {kind}))").description or []
                odd = [f[0] for f in fields if f[0] not in ("left", "right")]
                if odd:
                    problems.append(Problem(f"'{odd[0]}' is no side", f"{name}, column {column}", "left and right"))
                for field in fields:
                    flat.append((f"{q(column)}.{q(field[0])}", f"{column}@{field[0]}"))
                    kinds[f"{column}@{field[0]}"] = kind_of(str(field[1]))
            else:
                flat.append((column, column))
                kinds[column] = kind_of(kind)
        if problems:
            raise InputError(problems)
        return flat, kinds

    def _with_levels(
        self,
        flat: list[tuple[str, str]],
        relation: str,
        types: Mapping[str, str],
        kinds: dict[str, Kind],
        path: Path,
        levels: Path | None,
    ) -> tuple[list[tuple[str, str]], str]:
        """Levels that stand in a long table, or as a list in a column, as a column for each level."""
        q, string = self.dialect.column, self.dialect.string
        if levels is not None:
            long, name = self._table(levels), levels.name
        else:
            long = f"(SELECT id, UNNEST(one, max_depth := 1) FROM (SELECT id, UNNEST(levels) AS one FROM {relation}))"
            name = f"{path.name}, column levels"
        inside = self._types(long)
        lost = [c for c in ("id", "level") if c not in inside]
        if lost:
            raise InputError(Problem(f"no column '{lost[0]}'", name, "id, level, and a column for each finding"))
        if levels is not None:
            self._orphans(long, relation, name)
        names = [str(r[0]) for r in self.connection.execute(f"SELECT DISTINCT level FROM {long} ORDER BY 1").fetchall()]
        parts, _ = self._flat({c: t for c, t in inside.items() if c not in ("id", "level")}, name)
        made: list[str] = []
        for level in names:
            for sql, column in parts:
                base, _, side = column.partition("@")
                wide = f"{base}@{level}" + (f"@{side}" if side else "")
                value = q(column) if sql == column else sql
                made.append(f"ANY_VALUE({value}) FILTER (level = {string(level)}) AS {q(wide)}")
                if wide not in kinds:
                    flat.append((f"longer.{q(wide)}", wide))
                kinds[wide] = _KINDS.get(inside.get(base, ""), "float") if not side else kinds.get(wide, "float")
        grouped = (
            f"(SELECT id, {', '.join(made)} FROM {long} GROUP BY id)" if made else f"(SELECT id FROM {long} LIMIT 0)"
        )
        own = [(sql, c) for sql, c in flat if not sql.startswith("longer.")]
        listed = ", ".join(f"{q(c) if sql == c else sql} AS {q(c)}" for sql, c in own)
        others = [(sql, c) for sql, c in flat if sql.startswith("longer.")]
        joined = f"(SELECT {listed} FROM {relation}) people LEFT JOIN {grouped} longer ON people.id = longer.id"
        described = self.connection.execute(
            f"DESCRIBE SELECT {', '.join(made) or 'id'} FROM {long} GROUP BY id"
        ).fetchall()
        kinds.update({str(r[0]): kind_of(str(r[1])) for r in described if str(r[0]) in kinds and r[0] != "id"})
        # A level of which nothing fitting is recorded leaves its columns empty: they say nothing, and are left out.
        return [(f"people.{q(c)}", c) for _, c in own] + others, joined

    def _orphans(self, long: str, relation: str, name: str) -> None:
        lost = self.connection.execute(
            f"SELECT DISTINCT id FROM {long} WHERE id NOT IN (SELECT id FROM {relation} WHERE id IS NOT NULL) LIMIT 3"
        ).fetchall()
        twice = self.connection.execute(
            f"SELECT id, level FROM {long} GROUP BY id, level HAVING COUNT(*) > 1 LIMIT 3"
        ).fetchall()
        problems = [
            Problem(f"no person '{row[0]}' in the table of people", name, "every id must be there") for row in lost
        ]
        problems += [Problem(f"'{row[0]}' has {row[1]} twice", name, "one row for each level") for row in twice]
        if problems:
            raise InputError(problems)

    # ---- going out

    def carried(self, names: Iterable[str]) -> dict[str, str]:
        """How columns that are carried along are written: truth values and numbers as such, all else as text."""
        types = self._types(self.relation)
        return {name: _WRITTEN.get(types[name], "text") for name in names}

    def cast(self, columns: Mapping[str, str]) -> list[str]:
        """The select list of columns as they are written: name to kind."""
        q = self.dialect.column
        return [f"CAST({q(name)} AS {_AS[kind]}) AS {q(name)}" for name, kind in columns.items()]

    def batches(self, sql: str) -> Iterator[tuple[dict[str, Column], int]]:
        """The answer of a query as arrays, batch by batch; a full disk is told as such."""
        import duckdb

        relation = self.connection.sql(sql)
        wide = [name for name, kind in zip(relation.columns, relation.types, strict=True) if str(kind) not in READABLE]
        if wide:  # numbers wider than an array holds: compared as binary floating point, as everywhere
            q = self.dialect.column
            replaced = ", ".join(f"CAST({q(name)} AS DOUBLE) AS {q(name)}" for name in wide)
            relation = self.connection.sql(f"SELECT * REPLACE ({replaced}) FROM ({sql}) answers")
        try:
            yield from batches(relation)
        except duckdb.IOException as error:
            raise InputError(_of_disk(str(error), self.work)) from None

    def answered(self, people: str, judge: Judge) -> Iterator[Group]:
        """The answers for the rows of a query whose columns hold typed values, batch by batch."""
        for columns, count in self.batches(judge.query(people, self.dialect)):
            yield group_of(judge.answers(columns, count), count)

    def written(self, relation: str, kinds: Mapping[str, str]) -> Iterator[Group]:
        """The columns of a relation as they are written, batch by batch."""
        for columns, count in self.batches(f"SELECT {', '.join(self.cast(kinds))} FROM {relation} answers"):
            yield group_of([columns[name] for name in kinds], count)

    def scatter(self, sql: str, folder: Path) -> int:
        """Write the answer of a query as a folder of Parquet files of at most 61,440 rows; the number of its rows."""
        form = f"FORMAT parquet, ROW_GROUP_SIZE {GROUP_ROWS}, ROW_GROUPS_PER_FILE 1, COMPRESSION zstd"
        return int(self.one(f"COPY ({sql}) TO {_quoted(folder)} ({form})")[0])

    def write(self, sql: str, path: Path) -> int:
        """Write the answer of a query as Parquet (or CSV by its name); the number of its rows."""
        form = "csv, HEADER" if path.suffix.lower() == ".csv" else f"parquet, ROW_GROUP_SIZE {GROUP_ROWS}"
        return int(self.one(f"COPY ({sql}) TO {_quoted(path)} (FORMAT {form})")[0])


def _readable(path: Path) -> None:
    if path.is_dir():
        raise InputError(Problem("this is a folder, not a table", str(path), "name one file"))
    try:
        with path.open("rb") as file:
            if not file.read(1):
                raise InputError(
                    Problem("the file is empty", str(path), "a table has a column id and one row a person")
                )
    except FileNotFoundError:
        near = (
            sorted(p.name for p in path.parent.glob("*") if p.suffix in (".parquet", ".csv"))[:5]
            if path.parent.is_dir()
            else []
        )
        raise InputError(
            Problem("no such file", str(path), f"here are: {', '.join(near)}" if near else "check the name")
        ) from None
    except PermissionError:
        raise InputError(Problem("no right to read it", str(path), f"for example: chmod u+r {path.name}")) from None
    except OSError as error:
        raise InputError(Problem(f"cannot be read: {error.strerror}", str(path))) from None


def _of_disk(said: str, place: Path) -> Problem:
    first = said.splitlines()[0][:200]
    if "No space left" in said or ("disk" in said.lower() and "full" in said.lower()):
        return Problem(
            "the disk is full",
            str(place),
            "nothing was written under the final name; make room and run it again: it goes on where it stopped",
        )
    return Problem(
        f"reading or writing failed: {first}", str(place), "check the disk and your rights, and run it again"
    )


def _quoted(path: Path) -> str:
    return DUCKDB.string(os.fspath(path))
