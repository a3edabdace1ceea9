"""What the canal of this person would be at a disc, judged by its own width at the vertebrae beside it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from narrows.imaging.centreline import Frames
from narrows.imaging.planes import Grid, sections

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from narrows.imaging.levels import Level
    from narrows.imaging.profile import Profile

    Floats = NDArray[np.float64]

#: Half the length of the window at the middle of a vertebra, mm.
HALF_WINDOW_MM = 3.0
#: A window this much narrower than the next one along is itself narrowed, and the next one is taken.
NARROWED = 0.75
#: From one side only, the canal is not extrapolated to more than this part of the nearest window.
MOST_TAPER = 0.2


@dataclass(frozen=True)
class Window:
    """A stretch of canal at the middle of a vertebra: position, mean area and centre (right, front of the line, mm)."""

    name: str
    s: float
    area: float
    centre: Floats
    profile: Profile
    planes: NDArray[np.intp]

    @cached_property
    def outline(self) -> NDArray[np.float32]:
        """The mean soft outline about its centre."""
        frames, centre = self.profile.frames.part(self.planes), self.profile.sections.centre[self.planes]
        return np.asarray(sections(self.profile.tube, moved(frames, centre), self.profile.on).mean(axis=0))


@dataclass(frozen=True, slots=True)
class OwnNormal:
    """The expected canal at a position: area (mm2), centre, windows above and below, share of the lower one."""

    area: float
    centre: Floats
    upper: Window
    lower: Window
    weight: float
    doubts: tuple[str, ...]

    @property
    def outline(self) -> NDArray[np.float32]:
        """The expected soft outline about its centre."""
        mixed: NDArray[np.float32] = (1 - self.weight) * self.upper.outline + self.weight * self.lower.outline
        return mixed


def windows(profile: Profile, levels: dict[str, Level]) -> tuple[Window, ...]:
    """The canal at the middles of the vertebrae beside the levels, from the head down."""
    places: dict[float, str] = {}
    for level in levels.values():
        upper, _, lower = level.name.partition("-")
        places.setdefault(round(level.above, 2), upper)
        places.setdefault(round(level.below, 2), lower)
    chosen = {at: profile.within(at - HALF_WINDOW_MM, at + HALF_WINDOW_MM) for at in sorted(places)}
    chosen = {at: planes for at, planes in chosen.items() if planes.size >= 3}
    area, centre = profile.sections.area, profile.sections.centre
    return tuple(
        Window(places[at], at, float(area[planes].mean()), centre[planes].mean(axis=0), profile, planes)
        for at, planes in chosen.items()
    )


def moved(frames: Frames, centre: Floats) -> Frames:
    """The same planes about other origins: `centre` (n, 2) is right and front of the old ones, mm."""
    origin = frames.origin + centre[:, :1] * frames.right + centre[:, 1:] * frames.anterior
    return Frames(frames.s, origin, frames.right, frames.anterior, frames.up)


def expected(beside: tuple[Window, ...], level: Level, s: float) -> OwnNormal | None:
    """Own normal at a position of a level, from the nearest un-narrowed windows above and below; None without any.

    Areas, centres and outlines are interpolated by length, which follows a taper. With windows on one side only the person's
    own taper is carried on, at most by MOST_TAPER.
    """
    above = _unnarrowed([w for w in beside if w.s < level.s][::-1])
    below = _unnarrowed([w for w in beside if w.s > level.s])
    doubts: list[str] = []
    if above and below:
        upper, lower = above[0], below[0]
        weight = (s - upper.s) / (lower.s - upper.s)
        if lower.s - upper.s > 1.6 * (level.below - level.above):
            doubts.append("a vertebra beside this level is itself narrow: the next one was taken")
        area = (1 - weight) * upper.area + weight * lower.area
        weight = float(np.clip(weight, 0, 1))
        centre = (1 - weight) * upper.centre + weight * lower.centre
        return OwnNormal(area, centre, upper, lower, weight, tuple(doubts))
    one = above or below
    if not one:
        return None
    side = "above" if above else "below"
    doubts.append(f"own normal comes from {side} alone")
    area = one[0].area
    if len(one) > 1:
        slope = (one[0].area - one[1].area) / (one[0].s - one[1].s)
        area += float(np.clip(slope * (s - one[0].s), -MOST_TAPER * area, MOST_TAPER * area))
    return OwnNormal(area, one[0].centre, one[0], one[0], 0.0, tuple(doubts))


def _unnarrowed(row: list[Window]) -> list[Window]:
    """Windows in order from the level, without leading ones that are narrowed against the next two."""
    while len(row) > 1 and row[0].area < NARROWED * max(w.area for w in row[1:3]):
        row = row[1:]
    return row


def lay(outline: NDArray[np.float32], on: Grid, forward: float) -> NDArray[np.float32]:
    """A soft outline moved forward by so many mm (linear between pixels)."""
    steps = forward / on.pixel
    whole = int(np.floor(steps))
    part = np.float32(steps - whole)
    return (1 - part) * _rolled(outline, whole) + part * _rolled(outline, whole + 1)


def _rolled(outline: NDArray[np.float32], rows: int) -> NDArray[np.float32]:
    moved = np.zeros_like(outline)
    n = outline.shape[0]
    if abs(rows) >= n:
        return moved
    if rows >= 0:
        moved[rows:] = outline[: n - rows]
    else:
        moved[:rows] = outline[-rows:]
    return moved
