"""Many scans: one row a scan and level into a Parquet file, on all cores, going on where it stopped."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from narrows.problem import InputError, NotInstalled, Problem

if TYPE_CHECKING:
    from narrows.knowledge import Knowledge

#: Columns of the table: one row a scan and level; a scan without levels, or one that failed, has one row with level ''.
COLUMNS: tuple[tuple[str, str], ...] = (
    ("scan", "VARCHAR"),
    ("level", "VARCHAR"),
    ("scheme", "VARCHAR"),
    ("structure", "VARCHAR"),
    ("status", "VARCHAR"),
    ("area_mm2", "DOUBLE"),
    ("area_low", "DOUBLE"),
    ("area_high", "DOUBLE"),
    ("ap_mm", "DOUBLE"),
    ("rl_mm", "DOUBLE"),
    ("own_normal_mm2", "DOUBLE"),
    ("lost_mm2", "DOUBLE"),
    ("lost_percent", "DOUBLE"),
    ("causes", "VARCHAR"),
    ("confidence", "VARCHAR"),
    ("slip_mm", "DOUBLE"),
    ("warnings", "VARCHAR"),
    ("error", "VARCHAR"),
)


@dataclass(slots=True)
class Summary:
    """What a batch did: scans measured now, taken over from before, and refused with their reason."""

    out: Path
    measured: int = 0
    kept: int = 0
    refused: dict[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """The summary as JSON."""
        return {"out": str(self.out), "measured": self.measured, "kept": self.kept, "refused": self.refused}

    def shown(self) -> str:
        """The summary as text."""
        lines = [
            f"{self.measured} scans measured, {self.kept} kept from before, {len(self.refused)} refused: {self.out}"
        ]
        lines += [f"  {scan}: {why}" for scan, why in self.refused.items()]
        return "\n".join(lines)


def scans(folder: Path) -> dict[str, list[Path]]:
    """The scans of a folder by name: each file directly in it is one, each folder in it that holds label maps is one.

    Files that differ only in the part that SPINEPS changes (seg-spine or seg-subreg, seg-vert) belong together.
    Images beside the maps (T1w, T2w, CT and the like in the name) are left out.
    """
    from narrows.imaging import doors

    found: dict[str, list[Path]] = {}
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            inside = [p for p in sorted(path.iterdir()) if p.is_file() and doors.ending(p)]
            labels = [p for p in inside if not _is_image(doors.stem(p))]
            if labels:
                found[path.name] = labels
        elif doors.ending(path) and not _is_image(doors.stem(path)):
            found.setdefault(_shared(doors.stem(path)), []).append(path)
    return found


def _shared(stem: str) -> str:
    for part in ("seg-spine", "seg-subreg", "seg-vert"):
        stem = stem.replace(part, "seg")
    return stem


def _is_image(stem: str) -> bool:
    last = stem.replace("-", "_").split("_")[-1].lower()
    return last in ("t1w", "t2w", "t1", "t2", "ct", "image", "stir", "0000")


def rows(
    name: str, files: Sequence[Path], knowledge: Knowledge, scheme: str | None, structures: Sequence[str]
) -> list[dict[str, Any]]:
    """Measure one scan into rows of the table; a scan that is refused gives one row that says why."""
    from narrows.imaging.measuring import measure

    empty: dict[str, Any] = dict.fromkeys((column for column, _ in COLUMNS))
    empty |= {"scan": name, "level": ""}
    try:
        result = measure(files, knowledge, scheme, structures)
    except (InputError, NotInstalled) as error:
        return [empty | {"status": "refused", "error": "; ".join(str(p) for p in error.problems)}]
    shared = empty | {
        "scheme": result.scan.scheme,
        "structure": result.structure,
        "warnings": "; ".join(result.warnings),
    }
    if not result.levels:
        return [shared | {"status": "no level labelled"}]
    found = []
    for level, entry in result.levels.items():
        low, high = entry["area_interval"] or (None, None)
        row = {column: entry.get(column) for column, _ in COLUMNS if column in entry}
        row |= {"level": level, "area_low": low, "area_high": high, "causes": json.dumps(entry["causes"])}
        found.append(shared | row)
    return found


def run(
    folder: Path,
    out: Path,
    scheme: str | None = None,
    structures: tuple[str, ...] = (),
    folders: Sequence[str] | None = None,
    jobs: int | None = None,
) -> Summary:
    """Measure every scan of a folder into `out` (Parquet).

    Each finished scan is kept in `out` with the ending .part until all are done, so that a run that was stopped goes
    on where it stopped; scans of an existing `out` are taken over. One bad file does not stop the rest.
    """
    everything = scans(folder)
    if not everything:
        raise InputError(Problem("no scans in the folder", str(folder), "label maps lie in it, or one folder a scan"))
    part = out.with_name(out.name + ".part")
    done = _before(out, part)
    summary = Summary(out, kept=len(done.keys() & everything.keys()))
    waiting = {name: files for name, files in everything.items() if name not in done}
    out.parent.mkdir(parents=True, exist_ok=True)
    with part.open("a", encoding="utf-8") as file:
        for name, found in _measured(waiting, scheme, structures, folders, jobs):
            file.write(json.dumps({"scan": name, "rows": found}, ensure_ascii=False) + "\n")
            file.flush()
            done[name] = found
            summary.measured += found[0]["status"] != "refused"
    for name in everything:
        first = done[name][0]
        if first["status"] == "refused":
            summary.refused[name] = str(first["error"])
    _write(out, [row for name in sorted(done) for row in done[name]])
    part.unlink()
    return summary


def _measured(
    waiting: dict[str, list[Path]],
    scheme: str | None,
    structures: tuple[str, ...],
    folders: Sequence[str] | None,
    jobs: int | None,
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    tasks = [(name, files, scheme, structures, folders) for name, files in waiting.items()]
    workers = min(jobs or os.cpu_count() or 1, max(len(tasks), 1))
    if workers == 1:
        yield from _with_bar(map(_task, tasks), len(tasks))
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # Fresh processes: forking one that has started threads of a numerical library can hang.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from _with_bar(pool.map(_task, tasks), len(tasks))


def _task(
    task: tuple[str, list[Path], str | None, tuple[str, ...], Sequence[str] | None],
) -> tuple[str, list[dict[str, Any]]]:
    from narrows import knowledge

    name, files, scheme, structures, folders = task
    return name, rows(name, files, knowledge.load(folders), scheme, structures)


def _with_bar(found: Iterable[Any], total: int) -> Iterator[Any]:
    if not sys.stderr.isatty():
        yield from found
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(found, "measuring", total=total, console=Console(stderr=True))


def _before(out: Path, part: Path) -> dict[str, list[dict[str, Any]]]:
    """Rows by scan of a finished table and of a run that was stopped; a last line cut short is measured again."""
    done: dict[str, list[dict[str, Any]]] = {}
    if out.exists():
        import duckdb

        with duckdb.connect() as connection:
            try:
                table = connection.execute("SELECT * FROM read_parquet(?)", [str(out)])
            except duckdb.Error as error:
                raise InputError(Problem(f"cannot be read ({error})", str(out), "name another file")) from error
            names = [d[0] for d in table.description or []]
            if names != [column for column, _ in COLUMNS]:
                raise InputError(Problem("is another table", str(out), "name a new file"))
            for row in table.fetchall():
                done.setdefault(str(row[0]), []).append(dict(zip(names, row, strict=True)))
    if part.exists():
        lines = part.read_text(encoding="utf-8").splitlines()
        whole = []
        for line in lines:
            try:
                kept = json.loads(line)
            except json.JSONDecodeError:
                continue
            done[kept["scan"]] = kept["rows"]
            whole.append(line)
        part.write_text("".join(line + "\n" for line in whole), encoding="utf-8")
    # What was refused is tried again: the file may have been mended since.
    return {name: found for name, found in done.items() if found[0]["status"] != "refused"}


def _write(out: Path, table: list[dict[str, Any]]) -> None:
    import tempfile

    import duckdb

    with tempfile.TemporaryDirectory(dir=out.parent) as held, duckdb.connect() as connection:
        lines = Path(held) / "rows.json"
        lines.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in table), encoding="utf-8")
        columns = "{" + ", ".join(f"'{name}': '{kind}'" for name, kind in COLUMNS) + "}"
        made = Path(held) / "table.parquet"
        connection.execute(
            f"COPY (SELECT * FROM read_json(?, format = 'newline_delimited', columns = {columns})) TO '{_quoted(made)}' (FORMAT parquet)",
            [str(lines)],
        )
        os.replace(made, out)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def on_spark(spark: Any, names_and_files: Any, scheme: str | None = None, structures: Sequence[str] = ()) -> Any:
    """The same function over a Spark DataFrame with columns scan and files (list of paths that executors can read).

    Returns a DataFrame with COLUMNS. Each executor loads the knowledge once. Raises NotInstalled without the extra.
    """
    try:
        from pyspark.sql.types import DoubleType, StringType, StructField, StructType
    except ImportError as error:
        raise NotInstalled("pyspark", 'pip install "narrows[spark]"') from error
    if spark.sparkContext.master.startswith("local") and not os.environ.get("PYSPARK_PYTHON"):
        spark.sparkContext.pythonExec = sys.executable  # else the first python3 on the path, which knows no narrows
    kinds = {"VARCHAR": StringType(), "DOUBLE": DoubleType()}
    schema = StructType([StructField(name, kinds[kind]) for name, kind in COLUMNS])
    return spark.createDataFrame(names_and_files.rdd.flatMap(_spark_task(scheme, tuple(structures))), schema)


def _spark_task(scheme: str | None, structures: tuple[str, ...]) -> Callable[[Any], list[tuple[Any, ...]]]:
    def task(row: Any) -> list[tuple[Any, ...]]:
        from narrows import knowledge

        found = rows(row["scan"], [Path(f) for f in row["files"]], knowledge.load(), scheme, structures)
        return [tuple(one[column] for column, _ in COLUMNS) for one in found]

    return task
