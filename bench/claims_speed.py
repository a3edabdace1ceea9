"""How fast a page is checked: cold (a new process) and warm, 2,000 words; and pages per second of a folder.

python bench/claims_speed.py
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "src"))
DATA = ROOT / "tests" / "data" / "claims"


def main() -> None:
    """Print the best of several."""
    text = "\n\n".join(p.read_text("utf-8") for p in sorted(DATA.glob("dev*.txt")))
    while len(text.split()) < 2000:
        text += "\n\n" + text
    text = " ".join(text.split(" ")[:2050])
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.txt"
        page.write_text(text, encoding="utf-8")
        html = Path(folder) / "page.html"
        html.write_text(
            "<html><body><main>" + "".join(f"<p>{p}</p>" for p in text.split("\n") if p) + "</main></body></html>"
        )
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
        for name in (page, html):
            command = [sys.executable, "-m", "narrows", "check", str(name), "--json"]
            times = []
            for _ in range(5):
                began = time.perf_counter()
                subprocess.run(command, check=True, capture_output=True, env=environment)
                times.append(time.perf_counter() - began)
            print(f"cold {name.suffix}: {min(times):.2f} s ({len(text.split())} words)")
        from narrows.claims.checking import Checker
        from narrows.claims.reading import read_page
        from narrows.knowledge import load

        checker = Checker(load(()))
        times = []
        for _ in range(5):
            began = time.perf_counter()
            checker.check(read_page(str(page)))
            times.append(time.perf_counter() - began)
        print(f"warm: {min(times):.2f} s")
        many = Path(folder) / "many"
        many.mkdir()
        for i in range(100):
            (many / f"{i}.txt").write_text((DATA / "dev1_harbourlight_clinic.txt").read_text("utf-8"), encoding="utf-8")
        for jobs in (1, 0):
            began = time.perf_counter()
            command = [sys.executable, "-m", "narrows", "check", str(many), "--json", "--jobs", str(jobs)]
            subprocess.run(command, check=True, capture_output=True, env=environment)
            print(f"folder of 100 pages, {jobs or os.cpu_count()} processes: {time.perf_counter() - began:.1f} s")


if __name__ == "__main__":
    main()
