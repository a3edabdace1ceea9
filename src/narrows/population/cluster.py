"""A table of people staged for a cluster, and their answers, written by the workers that judge them."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from narrows.criteria import rules_of
from narrows.criteria.columns import column_of
from narrows.knowledge import Knowledge, load
from narrows.population.answers import Question
from narrows.population.duck import Duck
from narrows.population.hand import ledger_of
from narrows.population.parquet import file_of
from narrows.population.people import People
from narrows.problem import InputError, Problem

TYPED, STAGED = "typed", "staged.json"
#: Stands among the answers when all of them are there, as Spark's own writers have it.
WHOLE = "_SUCCESS"


def stage(
    table: str, folder: Path, knowledge: Knowledge, *, levels: str | None = None, keep: Sequence[str] = ()
) -> dict[str, int]:
    """Take a table through the door and write what a cluster reads; how many rows went where.

    `typed/` holds rows for the engine, `one-at-a-time.csv` answers of rows that one person's door reads, `refused.csv`
    refused rows with their reasons. Raises InputError as `appraise_table` does.
    """
    folder = folder.absolute()
    if (folder / TYPED).exists():
        raise InputError(Problem("people are staged there already", str(folder), "name another folder"))
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(Problem(f"cannot be written: {error.strerror}", str(folder))) from None
    duck = Duck(folder)
    people = People(duck, table, levels, knowledge, keep)
    ledger = ledger_of(people, folder, knowledge)
    staged = duck.scatter(people.written(), folder / TYPED)
    if staged + ledger.answered + ledger.turned_away != people.rows:
        raise AssertionError(
            f"{people.rows} rows in, {staged} staged, {ledger.answered} answered, {ledger.turned_away} refused"
        )
    names = [column.name for column in people.door.columns]
    kept = {"rows": staged, "columns": names, "carried": people.carried(), "knowledge": knowledge.sha256}
    (folder / STAGED).write_text(json.dumps(kept), encoding="utf-8")
    return {"staged": staged, "one_at_a_time": ledger.answered, "refused": ledger.turned_away}


def answers(folder: str, out: str, knowledge: Knowledge, session: Any = None, people: str = "") -> int:
    """Answer staged people on Spark into a folder of Parquet files, one for each file of theirs; how many.

    `people`: where the typed values lie, if not in the folder, anywhere that Spark reads. `out`: a path that every worker
    reaches, or an address that pyarrow writes to (s3://bucket/answers). `_SUCCESS` stands in it when all is there.
    Raises InputError when something stands there already, when the knowledge is not that of staging, or when Spark stops.
    """
    from narrows.population.spark import judged, session_of, told

    kept = json.loads((Path(folder) / STAGED).read_text(encoding="utf-8"))
    if kept["knowledge"] != knowledge.sha256:
        raise InputError(Problem("these people were staged with another knowledge", folder, "stage them again"))
    columns = tuple(column_of(name, knowledge.findings) for name in kept["columns"])
    question = Question(columns, kept["carried"], rules_of(knowledge))
    place, kinds = Place(out), question.kinds
    place.make()

    def written(one: Any) -> int:
        name, groups = one
        place.write(name, file_of(kinds, groups))
        return sum(group.rows for group in groups)

    typed, rows = people or (Path(folder) / TYPED).absolute().as_uri(), 0
    if kept["rows"]:
        with told(typed):
            rows = int(judged(session or session_of(), typed, question.judge()).map(written).sum())
    if rows != kept["rows"]:
        raise AssertionError(f"{kept['rows']} people staged, {rows} answered")
    place.write(WHOLE, b"")
    return rows


class Place:
    """A folder that every worker writes to: a path, or an address of pyarrow's file systems."""

    def __init__(self, out: str) -> None:
        self.out = out

    def make(self) -> None:
        """Make the folder, or raise InputError."""
        try:
            if "://" in self.out:
                system, path = self._system()
                system.create_dir(path)
                filled = any(True for _ in system.get_file_info(_selector(path)))
            else:
                Path(self.out).mkdir(parents=True, exist_ok=True)
                filled = any(Path(self.out).iterdir())
        except OSError as error:
            raise InputError(Problem(f"cannot be written: {error.strerror or error}", self.out)) from None
        if filled:
            raise InputError(Problem("something stands there already", self.out, "name an empty folder"))

    def write(self, name: str, data: bytes) -> None:
        """Write a file; it is there as a whole or not at all, also when a worker is asked twice."""
        if "://" in self.out:
            system, path = self._system()
            with system.open_output_stream(f"{path}/{name}") as file:
                file.write(data)
            return
        path = Path(self.out) / name
        half = path.with_name(f".{name}.{os.getpid()}")
        half.write_bytes(data)
        os.replace(half, path)

    def _system(self) -> Any:
        from pyarrow.fs import FileSystem

        return FileSystem.from_uri(self.out)


def _selector(path: str) -> Any:
    from pyarrow.fs import FileSelector

    return FileSelector(path)


def main() -> None:
    """Stage a table into a folder."""
    parser = argparse.ArgumentParser(
        prog="python -m narrows.population.cluster", description="Stage people for a cluster."
    )
    parser.add_argument("people")
    parser.add_argument("folder")
    parser.add_argument("--levels")
    parser.add_argument("--keep", action="append", default=[])
    given = parser.parse_args()
    done = stage(given.people, Path(given.folder), load(), levels=given.levels, keep=given.keep)
    print(json.dumps(done))


if __name__ == "__main__":
    main()
