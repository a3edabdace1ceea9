"""How well and how fast reports are read: precision and recall per finding on the labelled passages, milliseconds a report."""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

from narrows.radiology import read_report

DATA = Path(__file__).resolve().parents[1] / "tests" / "data" / "radiology"
URGENT = (
    "cord_compression_imaging",
    "cord_t2_signal",
    "vertebral_fracture",
    "spinal_tumour",
    "spinal_infection_imaging",
)
#: Absent at a level called normal: may be recorded or left out (docs/reading-reports.md).
OPTIONAL = ("facet_arthropathy_grade", "lateral_recess_grade", "ligamentum_flavum_thickness", "nerve_root_compressed")


def passages(name: str) -> list[dict[str, Any]]:
    """The labelled passages of one file."""
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


def spread(rows: list[list[Any]]) -> set[tuple[Any, ...]]:
    """(finding, level, status) of rows: what the micro-F1 counts."""
    return {(f, level, status) for f, level, _, _, status in rows}


def judged(given: list[dict[str, Any]], show: bool = False) -> dict[str, Any]:
    """Counts over passages: per finding hits, misses and extras; level, side, value; urgent; negation errors."""
    per: dict[str, Counter[str]] = {}
    total: Counter[str] = Counter()
    for passage in given:
        reading = read_report(passage["text"])
        got_rows = [[r.finding, r.level, r.side, r.value, r.status] for r in reading.findings]
        if not any(row[0] == "imaging_modality" for row in passage["rows"]):
            got_rows = [row for row in got_rows if row[0] != "imaging_modality"]
        gold, got = spread(passage["rows"]), spread(got_rows)
        extra = got - gold - spread(passage.get("optional", []))
        for key in gold | extra:
            counter = per.setdefault(key[0], Counter())
            counter["hit" if key in got & gold else "missed" if key in gold else "extra"] += 1
        total["hit"] += len(gold & got)
        total["missed"] += len(gold - got)
        total["extra"] += len(extra)
        for status in ("present", "absent", "possible", "historical"):
            total[f"{status} hit"] += len({g for g in gold & got if g[2] == status})
            total[f"{status} missed"] += len({g for g in gold - got if g[2] == status})
            total[f"{status} extra"] += len({g for g in extra if g[2] == status})
        found = {(f, s) for f, _, s in got}
        for f, level, status in gold:
            if level and (f, status) in found:
                total["level of found"] += 1
                total["level right"] += (f, level, status) in got
        for row in passage["rows"]:
            if (row[0], row[1], row[4]) in got:
                if row[2]:
                    total["side asked"] += 1
                    total["side right"] += any(g[:3] == row[:3] and g[4] == row[4] for g in got_rows)
                if row[3] != "":
                    total["value asked"] += 1
                    total["value right"] += any(
                        g[0] == row[0] and g[1] == row[1] and g[3] == row[3] and g[4] == row[4] for g in got_rows
                    )
        stated = {(f, level) for f, level, s in gold if s in ("present", "possible")}
        denied = {(f, level) for f, level, s in gold if s == "absent"}
        total["negation asked"] += len(stated | denied)
        total["negation wrong"] += len(
            {(f, level) for f, level, s in got if (s == "absent" and (f, level) in stated - denied)}
            | {(f, level) for f, level, s in got if (s == "present" and (f, level) in denied - stated)}
        )
        for row in passage["rows"]:
            if row[0] in URGENT and row[4] in ("present", "possible"):
                total["urgent asked"] += 1
                total["urgent found"] += any(
                    g[0] == row[0] and g[4] in ("present", "possible") for g in got_rows
                ) and bool(reading.urgent)
        if passage.get("urgent"):
            total["urgent asked"] += 1
            total["urgent found"] += bool(reading.urgent)
        wrong_values = [
            row for row in passage["rows"]
            if (row[0], row[1], row[4]) in got and not any(g == row for g in got_rows)
        ]  # fmt: skip
        if show and (gold - got or extra or wrong_values):
            print(passage["id"], passage["text"].replace("\n", " / "))
            for key in sorted(gold - got):
                print("   missed", key)
            for key in sorted(extra):
                print("   extra ", key)
            for row in wrong_values:
                print("   value ", row, "got", [g for g in got_rows if g[:2] == row[:2] and g[4] == row[4]])
    return {"total": total, "per": per}


def f1(hit: int, missed: int, extra: int) -> float:
    """The harmonic mean of precision and recall."""
    return 2 * hit / (2 * hit + missed + extra) if hit else 0.0


def report(name: str, show: bool) -> None:
    """Print the figures of one file of passages."""
    given = passages(name)
    found = judged(given, show)
    t = found["total"]
    print(f"{name}: {len(given)} passages, {t['hit'] + t['missed']} rows")
    print(f"  micro-F1 {f1(t['hit'], t['missed'], t['extra']):.3f}", end="")
    for status in ("present", "absent", "possible", "historical"):
        print(f", {status} {f1(t[status + ' hit'], t[status + ' missed'], t[status + ' extra']):.3f}", end="")
    print()
    for what, right, asked in (
        ("level", "level right", "level of found"),
        ("side", "side right", "side asked"),
        ("value", "value right", "value asked"),
        ("urgent", "urgent found", "urgent asked"),
        ("negation wrong", "negation wrong", "negation asked"),
    ):
        print(f"  {what} {t[right]}/{t[asked]} = {t[right] / max(1, t[asked]):.3f}")
    for finding, c in sorted(found["per"].items()):
        precision = c["hit"] / max(1, c["hit"] + c["extra"])
        recall = c["hit"] / max(1, c["hit"] + c["missed"])
        print(f"  {finding:32} precision {precision:.2f} recall {recall:.2f} n {c['hit'] + c['missed']}")


def folds(name: str, count: int = 5) -> None:
    """F1 in each of several folds: the reader is a grammar and learns nothing from them; they show the spread."""
    given = passages(name)
    scores = []
    for k in range(count):
        t = judged(given[k::count])["total"]
        scores.append(f1(t["hit"], t["missed"], t["extra"]))
    print(f"{name}: micro-F1 in {count} folds {', '.join(f'{s:.3f}' for s in scores)}")


def speed() -> None:
    """Milliseconds of one core for a report, warm, the best of several rounds."""
    text = "\n".join(p["text"] for p in passages("first-trial")[:14])[:3000]
    read_report(text)
    best = min(_timed(text) for _ in range(15))
    print(f"speed: {best * 1000:.1f} ms for a report of {len(text)} characters")


def _timed(text: str) -> float:
    start = time.process_time()  # the machine's other work does not count
    read_report(text)
    return time.process_time() - start


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", action="store_true", help="show every passage that is not read as labelled")
    parser.add_argument(
        "names", nargs="*", default=["development", "first-trial", "second-trial", "third-trial", "urgent-trial"]
    )
    given = parser.parse_args()
    for name in given.names:
        if (DATA / f"{name}.json").exists():
            report(name, given.show)
            folds(name)
    speed()


if __name__ == "__main__":
    main()
