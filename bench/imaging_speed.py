"""How long measuring takes against the time to unpack the same file: `python bench/imaging_speed.py [--json]`.

Whole spine 141 x 141 x 991 (0.5 mm), lumbar and neck maps are phantoms with every level, tissue and a cord. Wall and
processor time are the best of several runs; on a busy machine the processor time is the truer, and a loop of plain
Python timed beside them says how busy it was. Ratios to the Spinal Cord Toolbox are to SCT_MS.
"""

from __future__ import annotations

import argparse
import gzip
import json
import resource
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np

from narrows import imaging, knowledge
from narrows.imaging import schemes
from narrows.imaging.phantom import Narrowing, Spine, in_scheme, voxelised

NECK = ("C2", "C3", "C4", "C5", "C6", "C7", "T1")
LUMBAR = ("L1", "L2", "L3", "L4", "L5", "S1")
WHOLE = (*NECK[:-1], *(f"T{n}" for n in range(1, 13)), *LUMBAR)
CASES: dict[str, tuple[Spine, tuple[float, float, float], tuple[int, int, int] | None]] = {
    "whole spine 141x141x991 at 0.5 mm": (
        Spine(WHOLE, 20.0, (10.0, 7.5), 5000.0, cord=(6.0, 4.0), disc_height=6.0, narrowing={"L4-L5": Narrowing(disc=0.6, ligament=0.5)}),
        (0.5, 0.5, 0.5),
        (141, 141, 991),
    ),
    "lumbar at 1 mm": (Spine(LUMBAR, 35.0, narrowing={"L4-L5": Narrowing(disc=0.5, ligament=0.5)}), (1.0, 1.0, 1.0), None),
    "lumbar sagittal 4x0.6x0.6 mm": (
        Spine(LUMBAR, 35.0, narrowing={"L4-L5": Narrowing(disc=0.5, ligament=0.5)}), (4.0, 0.6, 0.6), None,
    ),
    "neck at 0.8 mm": (Spine(NECK, 18.0, (10.0, 7.0), 300.0, cord=(6.0, 4.0), disc_height=5.0), (0.8, 0.8, 0.8), None),
}  # fmt: skip


#: What the Spinal Cord Toolbox 7 needed for the areas of maps of the same size on two cores (its algorithm run on a
#: whole-spine template and on a neck mask; area and diameters only, no levels, bones or causes), ms.
SCT_MS = {"whole spine 141x141x991 at 0.5 mm": 9204.0, "neck at 0.8 mm": 244.0}


def written(folder: Path, name: str, known: knowledge.Knowledge) -> Path:
    """The case as a gzipped map of TotalSpineSeg's labels, cut to its size where it has one."""
    spine, edges, size = CASES[name]
    structures = schemes.of(known)["totalspineseg"].structures
    table = {s.kind + (f":{s.level}" if s.level else ""): label for label, s in structures.items()}
    codes, number, affine = voxelised(spine, edges, (0.2, 0.3, 0.1), 26 if size is None else 37)
    labels = in_scheme(spine, codes, number, table, {}).astype(np.uint8)
    if size is not None:
        low = [max(0, (have - want) // 2) for have, want in zip(labels.shape, size, strict=True)]
        labels = labels[tuple(slice(a, a + want) for a, want in zip(low, size, strict=True))]
        affine[:3, 3] += affine[:3, :3] @ low
    path = folder / f"{name.split()[0]}-{'x'.join(map(str, labels.shape))}.nii.gz"
    nib.save(nib.Nifti1Image(labels, affine), path)
    return path


def best(run: Callable[[], Any], times: int) -> tuple[float, float]:
    """Best wall and processor time of several runs, ms."""
    found = []
    for _ in range(times):
        wall, cpu = time.perf_counter(), time.process_time()
        run()
        found.append((time.perf_counter() - wall, time.process_time() - cpu))
    return 1000 * min(w for w, _ in found), 1000 * min(c for _, c in found)


def _plain() -> int:
    """A loop of plain Python, always the same."""
    total = 0
    for i in range(100_000):
        total += i * i % 7
    return total


def cold(path: Path, *more: str) -> tuple[float, float]:
    """Best wall and processor time of the whole command, ms."""
    command = [sys.executable, "-m", "narrows", "measure", str(path), "--scheme", "totalspineseg", "--json", *more]
    found = []
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        wall = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        found.append((time.perf_counter() - wall, cpu))
    return 1000 * min(w for w, _ in found), 1000 * min(c for _, c in found)


def peak(path: Path, known: knowledge.Knowledge) -> float:
    """Memory that measuring holds at its highest, MB (arrays and objects, the unpacked map included)."""
    tracemalloc.start()
    imaging.measure([path], known, "totalspineseg")
    _, highest = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return highest / 1e6


def main() -> None:
    """Print the figures as a table or as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    known = knowledge.load([])
    figures: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as held:
        for name in CASES:
            path = written(Path(held), name, known)
            raw = path.read_bytes()
            size = len(gzip.decompress(raw)) / 1e6
            unpack = best(lambda raw=raw: gzip.decompress(raw), 9)
            imaging.measure([path], known, "totalspineseg")
            warm = best(lambda path=path: imaging.measure([path], known, "totalspineseg"), 9)
            row = {
                "plain_python_ms": best(_plain, 9)[1],
                "raw_mb": size,
                "gunzip_ms": unpack[1],
                "warm_wall_ms": warm[0],
                "warm_cpu_ms": warm[1],
            }
            row |= {"times_gunzip": warm[1] / unpack[1], "peak_mb_per_raw_mb": peak(path, known) / size}
            wall, cpu = cold(path)
            row |= {"cold_wall_ms": wall, "cold_cpu_ms": cpu}
            if name in SCT_MS:
                row["sct_times_this"] = SCT_MS[name] / warm[1]
            wall, cpu = cold(path, "--picture", str(Path(held) / "p.png"))
            row |= {"cold_picture_wall_ms": wall, "cold_picture_cpu_ms": cpu}
            figures[name] = {key: round(value, 2) for key, value in row.items()}
    if arguments.json:
        print(json.dumps(figures, indent=1))
        return
    for name, row in figures.items():
        print(name)
        for key, value in row.items():
            print(f"  {key:<24}{value:>10.1f}")


if __name__ == "__main__":
    main()
