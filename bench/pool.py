"""How long pooling and the outcomes of an option take: warm, from the cache, from nothing; best of several."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from narrows.evidence import expected, outcomes_of
from narrows.evidence.effects import Effect
from narrows.evidence.pooling import pool
from narrows.knowledge import load

ROOT = Path(__file__).resolve().parents[1]
LSS = "lumbar-spinal-stenosis"


def best(run: Callable[[], object], times: int, rounds: int = 9) -> float:
    """Seconds a call, the best of several rounds."""
    found = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        for _ in range(times):
            run()
        found = min(found, (time.perf_counter() - start) / times)
    return found


def command(cache: str, *arguments: str) -> float:
    """Seconds for a whole command with a given cache folder."""
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "narrows", *arguments],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=ROOT,
        env={**os.environ, "NARROWS_CACHE": cache},
    )
    return time.perf_counter() - start


def main() -> None:
    """Print the figures."""
    effects = [Effect(study=str(i), yi=(i * 7 % 11) / 5 - 1, vi=0.05 + (i % 5) / 10) for i in range(20)]
    for model in ("fixed", "DL", "PM", "REML"):
        taken = best(lambda m=model: pool(effects, measure="MD", model=m, ci="hksj"), 20)  # type: ignore[misc]
        print(f"pool of 20 studies, {model:<6} {taken * 1e6:8.0f} µs")
    knowledge = load([])
    outcomes_of("decompression", LSS, knowledge)
    everything = best(lambda: [outcomes_of(o, LSS, knowledge) for o in knowledge.options], 50)
    print(f"outcomes of all options, warm {everything * 1e6:8.0f} µs")

    def from_disk() -> None:
        expected._IN_MEMORY.clear()
        outcomes_of("decompression", LSS, knowledge)

    print(f"one condition, from the cache {best(from_disk, 5) * 1e3:8.1f} ms")
    made = best(lambda: expected._work_out(LSS, knowledge), 1, 5)
    print(f"one condition, worked out     {made * 1e3:8.1f} ms")
    ask = (
        "pool",
        "--outcome",
        "odi",
        "--months",
        "24",
        "--option",
        "decompression",
        "--versus",
        "usual-care",
        "--json",
    )
    with tempfile.TemporaryDirectory() as cache:
        print(f"narrows pool, empty cache     {command(cache, *ask):8.2f} s")
        print(f"narrows pool, cold process    {min(command(cache, *ask) for _ in range(5)):8.2f} s")


if __name__ == "__main__":
    main()
