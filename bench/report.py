"""How long a report takes: cold (a new process) and warm, for one person; and how large it is.

    python bench/report.py [CASE]

Without a case a person with a moderate lumbar stenosis is composed here. Prints the machine, then one line a figure.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CASE = """
id = "bench"
as_of = 2026-11-20
levels_read = ["lumbar"]
[findings]
age = 72
sex = "female"
main_region = "lumbar"
leg_pain = true
leg_pain_nrs = 6
back_pain_nrs = 4
leg_symptoms_walking = true
relief_sitting = true
relief_bending_forward = true
walking_distance = 200
symptom_duration_months = 18
daily_life_limited = true
oswestry_index = 44
[levels."L4-L5"]
dural_sac_csa = 62
schizas_grade = "C"
"""
GOALS = {"html": 1.0, "pdf": 3.0, "terminal": 1.0, "clinician_summary": 1.0}
COLD = """
import sys, time
began = time.perf_counter()
from narrows import knowledge, report
from narrows.case import read
from narrows.options import whole_answer
held = knowledge.load(())
answer = whole_answer(next(iter(read(sys.argv[1], held))), held)
ready = time.perf_counter()
made = getattr(report, sys.argv[2])(answer, held)
print(time.perf_counter() - ready, time.perf_counter() - began, len(made if isinstance(made, bytes) else made.encode()))
"""


def cold(case: str, form: str, times: int = 5) -> tuple[float, float, int]:
    """Best of several new processes: seconds for the report alone, with imports and the answer, and its bytes."""
    runs = []
    for _ in range(times):
        done = subprocess.run([sys.executable, "-c", COLD, case, form], capture_output=True, text=True, check=True)
        alone, whole, size = done.stdout.split()
        runs.append((float(alone), float(whole), int(size)))
    return min(r[0] for r in runs), min(r[1] for r in runs), runs[0][2]


def warm(case: str, form: str, times: int = 7) -> float:
    """Best of several in one process, in seconds."""
    from narrows import knowledge, report
    from narrows.case import read
    from narrows.options import whole_answer

    held = knowledge.load(())
    answer = whole_answer(next(iter(read(case, held))), held)
    make = getattr(report, form)
    best = float("inf")
    for _ in range(times):
        began = time.perf_counter()
        make(answer, held)
        best = min(best, time.perf_counter() - began)
    return best


def main() -> int:
    """Print the figures; the exit code is 1 when a goal is missed."""
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    missed = 0
    with tempfile.TemporaryDirectory() as folder:
        case = sys.argv[1] if len(sys.argv) > 1 else str(Path(folder) / "bench.toml")
        if len(sys.argv) < 2:
            Path(case).write_text(CASE, encoding="utf-8")
        for form, goal in GOALS.items():
            alone, whole, size = cold(case, form)
            met = alone <= goal
            missed += not met
            print(
                f"{form:18} cold {alone:6.3f} s (goal {goal:g} s, {'met' if met else 'MISSED'}), with imports and answer "
                f"{whole:6.3f} s, warm {warm(case, form):6.3f} s, {size / 1000:7.1f} kB"
            )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
