"""How exact measuring is, on phantoms whose truth is known: `python bench/imaging_accuracy.py [--seeds N]`.

Prints the tables of docs/accuracy.md: area, minimum, diameter by grid and tilt; shares by grid; slips by grid.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np

from narrows import knowledge
from narrows.imaging import Measurement, measure, schemes
from narrows.imaging.phantom import FACET, FAT, GRIDS, LIGAMENT, Narrowing, Spine, in_scheme, voxelised

MIXES = (
    Narrowing(disc=0.5, ligament=0.4, facet_bone=0.3),
    Narrowing(disc=0.3, ligament=0.5, facet_bone=0.5),
    Narrowing(disc=0.7, disc_direction=60.0),
    Narrowing(disc=0.45, ligament=0.2, facet_bone=0.45, disc_direction=115.0),
    Narrowing(disc=0.5, epidural_fat=0.6),
    Narrowing(ligament=0.75, disc=0.3),
)


class Bench:
    """Measures phantoms through files, as a user would."""

    def __init__(self, folder: Path) -> None:
        self.known = knowledge.load([])
        self.folder = folder
        structures = schemes.of(self.known)["totalspineseg"].structures
        self.table = {s.kind + (f":{s.level}" if s.level else ""): n for n, s in structures.items()}
        rows = [f'{n} = "{name}"' for name, n in self.table.items()]
        rows += ['110 = "ligamentum_flavum"', '111 = "epidural_fat"', '112 = "facet"']
        (folder / "own.toml").write_text("\n".join(["canal_from = [1, 2]", "[labels]", *rows]), encoding="utf-8")

    def run(self, spine: Spine, edges: tuple[float, float, float], seed: int, labelled: bool = False) -> Measurement:
        """One phantom on a grid shifted by chance."""
        first, second, third = np.random.default_rng(seed).uniform(-0.5, 0.5, 3)
        codes, number, affine = voxelised(spine, edges, (first, second, third))
        tissues = {LIGAMENT: 110, FAT: 111, FACET: 112} if labelled else {}
        labels = in_scheme(spine, codes, number, self.table, tissues).astype(np.uint8)
        path = self.folder / "phantom.nii"
        nib.save(nib.Nifti1Image(labels, affine), path)
        return measure([path], self.known, str(self.folder / "own.toml") if labelled else "totalspineseg")


def line(*cells: Any) -> None:
    """One row of a table in Markdown."""
    print("| " + " | ".join(map(str, cells)) + " |", flush=True)


def areas(bench: Bench, seeds: int) -> None:
    """Bias of the mean, spread of planes, error of minimum and of its diameter; how often the interval holds the truth."""
    line("voxels", "tilt", "mean area", "spread of planes", "minimum", "AP at the minimum", "truth inside the interval")
    line(*["---"] * 7)
    for grid, edges in GRIDS.items():
        for tilt in (0.0, 20.0, 40.0):
            found = []
            for seed in range(seeds):
                lean = float(np.random.default_rng(100 + seed).uniform(-2, 2))
                spine = Spine(tilt=tilt + lean, narrowing={"L3-L4": Narrowing(around=0.29, length=10)})
                truth = spine.truth("L3-L4")
                result = bench.run(spine, edges, seed)
                level, profile = result.levels["L3-L4"], result.profile
                assert profile is not None
                far = profile.valid & (np.abs(profile.frames.s - level["position_mm"]) > 18)
                area = profile.sections.area[far] / truth["own_normal"] - 1
                low, high = level["area_interval"]
                found.append(
                    (
                        100 * area.mean(),
                        100 * area.std(),
                        100 * (level["area_mm2"] / truth["area"] - 1),
                        level["ap_mm"] - truth["ap"],
                        low <= truth["area"] <= high,
                    )
                )
            mean, spread = np.mean(found, axis=0), np.std(found, axis=0)
            line(
                grid, f"{tilt:.0f}°", f"{mean[0]:+.1f} %", f"{mean[1]:.1f} %", f"{mean[2]:+.1f} ± {spread[2]:.1f} %",
                f"{mean[3]:+.2f} ± {spread[3]:.2f} mm", f"{100 * mean[4]:.0f} %",
            )  # fmt: skip


def shares(bench: Bench, seeds: int) -> None:
    """Mean absolute and worst error of the shares, in points, with every tissue labelled and with bone and disc alone."""
    line("voxels", "labelled", "mean error", "worst", "lost area")
    line(*["---"] * 5)
    for grid, edges in GRIDS.items():
        for labelled in (True, False):
            errors, lost = [], []
            for seed in range(seeds):
                for mix in MIXES:
                    spine = Spine(tilt=20.0, narrowing={"L3-L4": mix})
                    truth = spine.truth("L3-L4")
                    whole = sum(truth["lost"].values())
                    level = bench.run(spine, edges, seed, labelled).levels["L3-L4"]
                    found = {c["tissue"]: c["share"] for c in level["causes"]}
                    true = {name: value / whole for name, value in truth["lost"].items()}
                    if not labelled:  # fat without a label counts as soft tissue behind the sac
                        true["ligament"] += true.pop("epidural_fat")
                    errors += [100 * abs(found.get(name, 0.0) - part) for name, part in true.items()]
                    lost.append(level["lost_mm2"] - whole)
            line(
                grid, "all" if labelled else "disc and bone", f"{np.mean(errors):.1f} points", f"{max(errors):.1f}",
                f"{np.mean(lost):+.1f} ± {np.std(lost):.1f} mm²",
            )  # fmt: skip


def slips(bench: Bench, seeds: int) -> None:
    """Error of slips from -4 to 11 mm at tilts from -25 to 25 degrees; least share of alignment where slip is alone."""
    line("voxels", "slip", "least share named alignment")
    line(*["---"] * 3)
    for grid, edges in GRIDS.items():
        errors, alone = [], []
        for seed in range(seeds):
            for slip in (-4.0, 0.0, 3.0, 6.0, 9.0, 11.0):
                tilt = float(np.random.default_rng(1000 + 10 * seed + int(slip)).uniform(-25, 25))
                spine = Spine(vertebrae=("L1", "L2", "L3", "L4", "L5"), tilt=tilt, slip={"L3-L4": slip})
                level = bench.run(spine, edges, seed).levels["L3-L4"]
                if level["slip_mm"] is not None:
                    errors.append(level["slip_mm"] - slip)
                if level["causes"]:
                    alone.append(sum(c["share"] for c in level["causes"] if c["tissue"] == "alignment"))
        least = f"{100 * min(alone):.0f} %" if alone else "–"
        line(grid, f"{np.mean(errors):+.2f} ± {np.std(errors):.2f} mm", least)


def main() -> None:
    """Print the three tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=4)
    seeds = parser.parse_args().seeds
    with tempfile.TemporaryDirectory() as held:
        bench = Bench(Path(held))
        for table in (areas, shares, slips):
            table(bench, seeds)
            print()


if __name__ == "__main__":
    main()
