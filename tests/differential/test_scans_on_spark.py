"""Scans measured on Spark: the same rows as one at a time, and one bad file does not stop the rest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from narrows import knowledge
from narrows.imaging import batch

REAL = Path(__file__).parents[1] / "data" / "imaging"


def test_spark_measures_as_one_process_does(spark_engine: Any, tmp_path: Path) -> None:
    bad = tmp_path / "bad.nii.gz"
    bad.write_bytes(b"no scan")
    scans = {name: list(map(str, files)) for name, files in batch.scans(REAL).items()} | {"bad": [str(bad)]}
    session = spark_engine.session
    table = session.createDataFrame(
        [(name, files) for name, files in scans.items()], "scan string, files array<string>"
    )
    found = [row.asDict() for row in batch.on_spark(session, table).collect()]
    known = knowledge.load([])
    one_by_one = [
        row for name, files in scans.items() for row in batch.rows(name, [Path(f) for f in files], known, None, ())
    ]

    def order(row: dict[str, Any]) -> tuple[str, str]:
        return row["scan"], row["level"]

    assert sorted(found, key=order) == sorted(one_by_one, key=order)
    assert {row["status"] for row in found} == {"measured", "no level labelled", "refused"}
    assert list(found[0]) == [name for name, _ in batch.COLUMNS]
