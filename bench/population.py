"""How long many people take on each engine: 10 k, 100 k, 1 M on DuckDB; smaller on the others; the curve, and memory.

python bench/population.py [--rows 10000,100000,1000000] [--engines duckdb,spark,postgres] [--dsn TEXT] [--threads 2]
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import sys
import tempfile
import time
from pathlib import Path

from narrows.case import read
from narrows.criteria import facts_of, rules_of
from narrows.knowledge import load
from narrows.population.appraise import appraise_table
from narrows.population.synthesis import synthesize

ROOT = Path(__file__).resolve().parents[1]


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


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", default="10000,100000,1000000")
    parser.add_argument("--engines", default="duckdb")
    parser.add_argument("--dsn", default="")
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    knowledge = load([])
    count = len(rules_of(knowledge).by_id)
    load_now = os.getloadavg()[0]
    print(
        f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}, "
        f"load {load_now:.1f}; {count} criteria, {len(knowledge.options)} standings, {len(knowledge.syndromes)} syndromes"
    )
    alone = one_person()
    print(f"one person at a time, criteria alone: {alone * 1e6:8.1f} µs a person")
    with tempfile.TemporaryDirectory(prefix="narrows-bench-") as folder:
        for rows in (int(r) for r in given.rows.split(",")):
            people = Path(folder) / f"{rows}.parquet"
            start = time.perf_counter()
            synthesize(rows, 1, people, knowledge)
            print(
                f"{rows:>10,} people invented in {time.perf_counter() - start:6.1f} s, {people.stat().st_size / 1e6:.0f} MB"
            )
            for engine in given.engines.split(","):
                for turn in range(2 if rows <= 1_000_000 else 1):
                    worked = time.process_time()
                    tally = appraise_table(
                        str(people),
                        str(Path(folder) / "out.parquet"),
                        knowledge,
                        engine=engine,
                        dsn=given.dsn,
                        threads=given.threads,
                    )
                    worked = time.process_time() - worked
                    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
                        1e6 if sys.platform != "darwin" else 1e9
                    )
                    print(
                        f"{rows:>10,} on {engine:<9}{'first' if not turn else 'again'}: {tally.seconds:7.1f} s, "
                        f"{worked:7.1f} s of this process's work, {tally.seconds / rows * 1e6:7.1f} µs a person, peak {peak:.1f} GB"
                    )
            people.unlink()


if __name__ == "__main__":
    main()
