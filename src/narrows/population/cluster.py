"""A table of people staged for a cluster, and the answers as a Spark table that is not yet worked out."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from narrows.criteria import rules_of
from narrows.criteria.columns import column_of
from narrows.criteria.dialect import SPARK
from narrows.knowledge import Knowledge, load
from narrows.population.answers import answer_query, wanted_of
from narrows.population.duck import Duck
from narrows.population.hand import Ledger, by_hand
from narrows.population.people import People

TYPED, COLUMNS, REPLIES, REFUSED = "typed.parquet", "columns.json", "one-at-a-time.csv", "refused.csv"


def stage(
    table: str, folder: Path, knowledge: Knowledge, *, levels: str | None = None, keep: Sequence[str] = ()
) -> dict[str, int]:
    """Take a table through the door and write what a cluster reads; how many rows went where.

    `typed.parquet` holds rows for the engine, `one-at-a-time.csv` answers of rows that one person's door reads,
    `refused.csv` refused rows with their reasons. Raises InputError as `appraise_table` does.
    """
    folder.mkdir(parents=True, exist_ok=True)
    duck = Duck(folder)
    people = People(duck, table, levels, knowledge, keep)
    wanted = wanted_of(rules_of(knowledge))
    ledger = Ledger(folder / REPLIES, folder / REFUSED, wanted)
    ledger.keep(by_hand(people.by_hand(), people.door.raw, wanted, knowledge, repeated=people.repeated), people.broken)
    staged = duck.write(people.typed(), folder / TYPED)
    if staged + ledger.answered + ledger.turned_away != people.rows:
        raise AssertionError(
            f"{people.rows} rows in, {staged} staged, {ledger.answered} answered, {ledger.turned_away} refused"
        )
    noted = people.noted()
    kept = {"columns": [c.name for c in noted.columns], "beside": [name for _, name in noted.beside]}
    (folder / COLUMNS).write_text(json.dumps(kept), encoding="utf-8")
    return {"staged": staged, "one_at_a_time": ledger.answered, "refused": ledger.turned_away}


def answers(folder: str, knowledge: Knowledge, session: Any = None, people: str = "") -> Any:
    """The answers for staged people as a Spark DataFrame; `people` where the Parquet lies, if not in the folder."""
    from narrows.population.spark import session_of

    spark = session or session_of()
    kept = json.loads((Path(folder) / COLUMNS).read_text(encoding="utf-8"))
    columns = [column_of(name, knowledge.findings) for name in kept["columns"]]
    spark.read.parquet(people or str(Path(folder) / TYPED)).createOrReplaceTempView("staged_people")
    regions = {region: SPARK.column(f"read@{region}") for region in ("lumbar", "cervical")}
    beside = [(SPARK.column(name), name) for name in kept["beside"]]
    return spark.sql(answer_query("SELECT * FROM staged_people", columns, beside, regions, rules_of(knowledge), SPARK))


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
