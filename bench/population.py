"""How long many people take on each engine: 10 k, 100 k, 1 M on DuckDB; smaller on the others; the curve, and memory.

python bench/population.py [--rows 10000,100000,1000000] [--engines duckdb,spark,postgres] [--dsn TEXT] [--threads 2]
    [--folder FOLDER, where invented people are kept for the next run] [--turns 2] [--warming 1] [--executors 1,2]

Each run is a process of its own, so that its memory is its own. Processor time is that of all its threads, of Java and of
its workers: on a machine that others use it says more than the clock does. Memory is that of Python alone.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import platform
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from narrows.case import read
from narrows.criteria import facts_of, rules_of
from narrows.knowledge import load
from narrows.population.appraise import appraise_table
from narrows.population.cluster import answers, stage
from narrows.population.synthesis import synthesize

ROOT = Path(__file__).resolve().parents[1]
CLUSTER = {
    "spark.executor.memory": "1g",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
}


def one_person() -> float:
    """Seconds that all criteria of one case take, best of many."""
    knowledge = load([])
    rules = rules_of(knowledge)
    facts = facts_of(next(read(str(ROOT / "examples" / "ruth.toml"), knowledge)), rules.layout)
    found = float("inf")
    for _ in range(30):
        start = time.perf_counter()
        for _ in range(50):
            rules.truths(facts)
        found = min(found, (time.perf_counter() - start) / 50)
    return found


def worked() -> float:
    """Processor time of this process and of all below it so far, Java and its workers among them."""
    if not Path("/proc/self/stat").is_file():
        return time.process_time()
    parents: dict[int, int] = {}
    ticks: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:  # it ended in between
                continue
            parents[int(folder.name)] = int(fields[1])
            ticks[int(folder.name)] = sum(map(int, fields[11:15]))

    def ours(one: int) -> bool:
        while one and one != os.getpid():
            one = parents.get(one, 0)
        return bool(one)

    return sum(spent for one, spent in ticks.items() if ours(one)) / os.sysconf("SC_CLK_TCK")


def one_run(people: str, engine: str, dsn: str, threads: int, warming: int) -> dict[str, float]:
    """Appraise a table in this process, the last time measured: seconds, processor time and the most memory it held."""
    knowledge = load([])
    rules_of(knowledge)
    with tempfile.TemporaryDirectory(prefix="narrows-bench-", dir=Path(people).parent) as folder:
        out = Path(folder) / "out.parquet"
        for _ in range(warming):
            appraise_table(people, str(out), knowledge, engine=engine, dsn=dsn, threads=threads)
        before = worked()
        tally = appraise_table(people, str(out), knowledge, engine=engine, dsn=dsn, threads=threads)
        spent = worked() - before
        written = out.stat().st_size
    unit = 1e6 if sys.platform != "darwin" else 1e9
    return {
        "rows": tally.rows,
        "seconds": tally.seconds,
        "worked": spent,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit,
        "written": written / 1e6,
    }


def staged(people: str, folder: str) -> float:
    """Seconds of staging a table into a folder."""
    start = time.perf_counter()
    stage(people, Path(folder), load([]))
    return time.perf_counter() - start


def on_executors(folder: str, executors: int, turns: int) -> list[tuple[float, float]]:
    """Seconds and processor time of judging staged people on executors of one core, first and again and again."""
    from pyspark.sql import SparkSession

    knowledge = load([])
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    made: Any = SparkSession.builder.appName("narrows")
    for key, value in CLUSTER.items():
        made = made.config(key, value)
    session = made.master(f"local-cluster[{executors},1,2048]").getOrCreate()
    found = []
    for turn in range(turns + 1):
        start, before = time.perf_counter(), worked()
        answers(folder, f"{folder}/answers-{executors}-{turn}", knowledge, session)
        found.append((time.perf_counter() - start, worked() - before))
    session.stop()
    return found


def apart(task: Callable[..., Any], *given: Any) -> Any:
    """What a task gives in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(task, *given).result()


def invented(rows: int, folder: Path) -> Path:
    """A table of invented people, made unless it is there already."""
    people = folder / f"people-{rows}.parquet"
    if not people.is_file():
        start = time.perf_counter()
        synthesize(rows, 1, people, load([]))
        print(
            f"{rows:>10,} people invented in {time.perf_counter() - start:.1f} s, {people.stat().st_size / 1e6:.0f} MB"
        )
    return people


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", default="10000,100000,1000000")
    parser.add_argument("--engines", default="duckdb")
    parser.add_argument("--dsn", default="")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--turns", type=int, default=2)
    parser.add_argument("--warming", type=int, default=0, help="runs in the same process before the one measured")
    parser.add_argument("--executors", default="", help="numbers of executors on one machine, for example 1,2")
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    knowledge = load([])
    count = len(rules_of(knowledge).by_id)
    print(
        f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}; "
        f"{count} criteria, {len(knowledge.options)} standings, {len(knowledge.syndromes)} syndromes"
    )
    print(f"one person at a time, criteria alone: {one_person() * 1e6:.1f} µs a person")
    with tempfile.TemporaryDirectory(prefix="narrows-bench-") as temporary:
        for rows in (int(r) for r in given.rows.split(",")):
            people = invented(rows, given.folder or Path(temporary))
            for engine in filter(None, given.engines.split(",")):
                for _ in range(given.turns):
                    load_now = os.getloadavg()[0]
                    found = apart(one_run, str(people), engine, given.dsn, given.threads, given.warming)
                    print(
                        f"{rows:>10,} on {engine}: {found['seconds']:7.2f} s, {found['worked']:7.2f} s of processor time "
                        f"({found['worked'] / rows * 1e6:.1f} µs a person), peak {found['peak']:.2f} GB, "
                        f"{found['written']:.0f} MB written, load before {load_now:.1f}",
                        flush=True,
                    )
            if given.executors:
                judge(people, [int(n) for n in given.executors.split(",")], given.turns)


def judge(people: Path, executors: list[int], turns: int) -> None:
    """Print how long judging takes on executors of one machine."""
    with tempfile.TemporaryDirectory(prefix="narrows-bench-", dir=people.parent) as folder:
        print(f"{people.name} staged in {apart(staged, str(people), f'{folder}/staged'):.2f} s")
        for count in executors:
            load_now = os.getloadavg()[0]
            first, *again = apart(on_executors, f"{folder}/staged", count, turns)
            print(
                f"  judged on {count} executors of one core in {first[0]:.2f} s at first, {min(again)[0]:.2f} s at best of "
                f"{len(again)} again, {min(again)[1]:.2f} s of processor time, load before {load_now:.1f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
