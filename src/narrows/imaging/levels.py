"""Where the disc levels and the middles of the vertebrae lie along the canal."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from narrows.imaging.alignment import inner
from narrows.imaging.anatomy import disc_between, follows, parts, rank

if TYPE_CHECKING:
    from narrows.imaging.centreline import Line
    from narrows.imaging.scan import Scan
    from narrows.imaging.vertebrae import Vertebra

#: No disc is taller than this along the canal, mm, its wedge and tilt against the canal counted in.
DISC_MM = 40.0
#: A disc of which less than this part lies in one place tells no level.
SCATTERED = 0.7
#: Less than the rest of it elsewhere is not worth a word.
WHOLE = 0.97
#: Distance between disc levels when a map shows one alone, mm: only says where the next vertebra may be looked for.
_ALONE_MM = {"C": 17.0, "T": 24.0, "L": 35.0}


@dataclass(frozen=True, slots=True)
class Level:
    """A disc level: its position along the canal, what told it, and the middles of the vertebrae beside it."""

    name: str
    s: float
    told_by: str
    above: float
    below: float

    @property
    def window(self) -> float:
        """How far from the disc its narrowest plane is looked for: a quarter of the way between the middles, 4 mm at
        least (the reference of the neck used 4 mm)."""
        return max(4.0, (self.below - self.above) / 4)


def found(
    scan: Scan, line: Line, vertebrae: dict[str, Vertebra]
) -> tuple[dict[str, Level], dict[str, float], list[str]]:
    """Disc levels by name from above, the middle of each vertebra (mm along the canal), and warnings.

    A level is told by its disc, by a point, or by the gap between the bodies beside it. Levels that stand out of
    order are left out with a warning, because a wrong name is worse than none.
    """
    warnings: list[str] = []
    discs: dict[str, tuple[float, str]] = {}
    for code, structure in scan.structures.items():
        if structure.kind == "disc" and rank(structure.level) is not None and code in scan.voxels.places:
            s, part = _disc(scan, line, code)
            if part < SCATTERED:
                warnings.append(f"the label of the disc {structure.level} lies in several places: it tells no level")
                continue
            if part < WHOLE:
                warnings.append(f"pieces of the label of the disc {structure.level} lie far from it and were left out")
            discs[structure.level] = (s, "disc label")
    middles = {name: v.s for name, v in vertebrae.items()}
    for name, point in scan.points.items():
        if "-" in name:
            discs.setdefault(name, (line.place(point), "point"))
        else:
            middles.setdefault(name, line.place(point))
    _drop_disordered(discs, middles, warnings)
    ordered = sorted(middles, key=lambda n: rank(n) or 0.0)
    for upper, lower in pairwise(ordered):
        name = disc_between(upper, lower)
        if name not in discs and follows(upper, lower):
            between = _gap(vertebrae.get(upper), vertebrae.get(lower)) or (middles[upper] + middles[lower]) / 2
            discs[name] = (between, "between the vertebrae")
    _warn_missing(list(discs), warnings)
    return _with_middles(discs, middles), middles, warnings


def _disc(scan: Scan, line: Line, code: int) -> tuple[float, float]:
    """Where a disc lies along the canal, and which part of its label told it: of one that is taller than any disc,
    because pieces of it lie elsewhere, that about its middle."""
    s = line.place(scan.position(code))
    low, high = scan.voxels.box([code])
    if (high[2] - low[2]) * scan.volume.voxel_mm[2] < DISC_MM:
        return s, 1.0
    points = scan.millimetres(scan.voxels.of(code, 2_000))
    for _ in range(2):  # the canal bends: its direction at the middle says what is above and below
        height = points @ line.near(s).up[0]
        near = np.abs(height - np.median(height)) <= DISC_MM / 2
        s = line.place(points[near].mean(axis=0))
    return s, float(near.mean())


def _gap(upper: Vertebra | None, lower: Vertebra | None) -> float | None:
    """Halfway between the lower edge of one body and the upper edge of the next, mm along the canal."""
    if upper is None or lower is None or len(upper.body) < 20 or len(lower.body) < 20:
        return None
    bottom = upper.s - inner(upper.body[:, 1], 0.03)[0]
    top = lower.s - inner(lower.body[:, 1], 0.03)[1]
    return (bottom + top) / 2


def _drop_disordered(discs: dict[str, tuple[float, str]], middles: dict[str, float], warnings: list[str]) -> None:
    """Leave out the fewest levels so that the rest run in order down the canal."""
    everything = {n: s for n, (s, _) in discs.items()} | middles
    names = sorted(everything, key=lambda n: rank(n) or 0.0)
    keep: list[list[str]] = []  # longest run in order that ends at each name
    for name in names:
        before = [k for k in keep if everything[k[-1]] < everything[name]]
        keep.append([*max(before, key=len, default=[]), name])
    longest = max(keep, key=len, default=[])
    wrong = [n for n in names if n not in longest]
    for name in wrong:
        discs.pop(name, None)
        middles.pop(name, None)
    if wrong:
        warnings.append(
            f"levels out of order along the canal were left out ({', '.join(wrong)}): labels doubled, swapped, or of "
            "another scheme"
        )


def _warn_missing(names: list[str], warnings: list[str]) -> None:
    ordered = sorted(names, key=lambda n: rank(n) or 0.0)
    for upper, lower in pairwise(ordered):
        above, below = parts(upper)[1], parts(lower)[0]
        if above != below and not follows(above, below) and rank(above) is not None:
            warnings.append(
                f"no level is labelled between {upper} and {lower}: what lies between was not measured by level"
            )
        elif above != below:
            warnings.append(f"the level between {above} and {below} is not labelled: it was not measured")


def _with_middles(discs: dict[str, tuple[float, str]], middles: dict[str, float]) -> dict[str, Level]:
    """Levels with the middle of the vertebra above and below: between two discs, else the body, else half a step on."""
    ordered = sorted(discs, key=lambda n: rank(n) or 0.0)
    steps = [discs[b][0] - discs[a][0] for a, b in pairwise(ordered) if parts(a)[1] == parts(b)[0]]
    usual = float(np.median(steps)) if steps else 0.0
    levels = {}
    for i, name in enumerate(ordered):
        s, told_by = discs[name]
        above, below = parts(name)
        step = usual or _ALONE_MM.get(name[:1], 30.0)
        if i > 0 and parts(ordered[i - 1])[1] == above:
            upper = (discs[ordered[i - 1]][0] + s) / 2
        else:
            upper = middles.get(above, s - step / 2)
        if i + 1 < len(ordered) and parts(ordered[i + 1])[0] == below:
            lower = (discs[ordered[i + 1]][0] + s) / 2
        else:
            lower = middles.get(below, s + step / 2)
        levels[name] = Level(name, s, told_by, upper, lower)
    return levels
