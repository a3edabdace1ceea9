"""How long criteria, reasons, an appraisal and the cold command take; best of many, one core."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from narrows.appraisal.judged import Judged
from narrows.case import read
from narrows.criteria import facts_of, rules_of
from narrows.knowledge import load
from narrows.options import whole_answer

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = str(ROOT / "examples" / "ruth.toml")


def best(run: Callable[[], object], times: int, rounds: int = 15) -> float:
    """Seconds a call, the best of several rounds: the machine's other work only ever adds."""
    found = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        for _ in range(times):
            run()
        found = min(found, (time.perf_counter() - start) / times)
    return found


def cold(*arguments: str) -> float:
    """Seconds for a whole command, the best of five, with a warm cache."""
    found = float("inf")
    for _ in range(6):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-m", "narrows", *arguments], check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
        found = min(found, time.perf_counter() - start)
    return found


def main() -> None:
    """Print the figures."""
    os.environ.setdefault("PYTHONPATH", str(ROOT / "src"))
    knowledge = load([])
    rules = rules_of(knowledge)
    case = next(read(EXAMPLE, knowledge))
    facts = facts_of(case, rules.layout)
    count = len(rules.by_id)

    def reasons() -> None:
        judged = Judged(case, knowledge)
        for key, truth in judged.truths.items():
            if truth is None:
                judged.missing(key)
            else:
                judged.deciding(key)

    print(
        f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}"
    )
    plain = best(lambda: rules.truths(facts), 100)
    print(
        f"all {count} criteria, one case:   {plain * 1e6:8.1f} µs, {plain * 1e6 / count:.2f} µs a criterion  (bar 0.4)"
    )
    explained = best(reasons, 20)
    print(
        f"with deciding leaves:          {explained * 1e6:8.1f} µs, {explained * 1e6 / count:.2f} µs a criterion  (bar 1.0)"
    )
    whole = best(lambda: whole_answer(case, knowledge), 5)
    print(f"whole appraisal object, warm:  {whole * 1e3:8.2f} ms  (bar 3)")
    print(f"narrows appraise --json, cold: {cold('appraise', EXAMPLE, '--json'):8.2f} s   (bar 0.6)")
    with tempfile.TemporaryDirectory() as folder:
        print(
            f"with --html, cold:             {cold('appraise', EXAMPLE, '--html', f'{folder}/a.html'):8.2f} s   (bar 1)"
        )
        print(
            f"with --pdf, cold:              {cold('appraise', EXAMPLE, '--pdf', f'{folder}/a.pdf'):8.2f} s   (bar 3)"
        )
    print(f"narrows knowledge check:       {cold('knowledge', 'check'):8.2f} s   (bar 10)")


if __name__ == "__main__":
    main()
