"""Invented spines whose areas, slips and causes of narrowing are known exactly: for tests, benchmarks and examples.

A phantom is defined in coordinates along its canal (s up, u right, v front, mm), bent on a circle and tilted, then cut
into voxels of any grid. Nothing here is a person.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

#: The five grids on which accuracy is stated: voxel edges right, front, up in mm.
GRIDS: dict[str, tuple[float, float, float]] = {
    "1 mm": (1.0, 1.0, 1.0),
    "0.5 mm": (0.5, 0.5, 0.5),
    "axial 0.5 x 0.5 x 4 mm": (0.5, 0.5, 4.0),
    "sagittal 4 x 0.5 x 0.5 mm": (4.0, 0.5, 0.5),
    "sagittal 3.3 x 0.6 x 0.6 mm": (3.3, 0.6, 0.6),
}
#: What a voxel can be; the number is its code before a scheme renames it.
CANAL, CORD, DISC, BODY, ARCH, FACET, LIGAMENT, FAT, SACRUM = 1, 2, 3, 4, 5, 6, 7, 8, 9
TISSUES: dict[str, int] = {"disc": DISC, "ligament": LIGAMENT, "facet_bone": FACET, "epidural_fat": FAT}
#: Direction (degrees from the patient's right, counter-clockwise seen from below) and half-width of an intrusion.
DIRECTIONS: dict[str, tuple[tuple[float, float], ...]] = {
    "disc": ((90.0, 62.0),),
    "ligament": ((-90.0, 42.0),),
    "facet_bone": ((-28.0, 30.0), (-152.0, 30.0)),
    "epidural_fat": ((-90.0, 42.0),),
}


@dataclass(frozen=True, slots=True)
class Narrowing:
    """How far tissues reach into the canal at a disc: parts of the radius (0 to 1), and the length of it, mm (FWHM)."""

    disc: float = 0.0
    ligament: float = 0.0
    facet_bone: float = 0.0
    epidural_fat: float = 0.0
    disc_direction: float = 90.0
    length: float = 12.0
    around: float = 0.0


@dataclass(frozen=True, slots=True)
class Spine:
    """A phantom: vertebrae from above, the canal's half-axes (right, front), bend radius, tilt, and what narrows it."""

    vertebrae: tuple[str, ...] = ("L2", "L3", "L4", "L5")
    spacing: float = 36.0
    half_axes: tuple[float, float] = (11.0, 8.0)
    bend_radius: float = 120.0
    tilt: float = 0.0
    taper: float = 0.0
    trefoil: float = 0.0
    cord: tuple[float, float] | None = None
    narrowing: dict[str, Narrowing] = field(default_factory=dict)
    slip: dict[str, float] = field(default_factory=dict)
    disc_height: float = 9.0
    arch: bool = True

    @property
    def discs(self) -> tuple[str, ...]:
        """Disc levels from above."""
        return tuple(f"{a}-{b}" for a, b in zip(self.vertebrae[:-1], self.vertebrae[1:], strict=True))

    @property
    def length(self) -> float:
        """Length of the spine along its canal, mm."""
        return self.spacing * len(self.vertebrae)

    def disc_height_at(self, disc: str) -> float:
        """Position s of a disc, mm up from the middle of the phantom."""
        return self.length / 2 - self.spacing * (self.discs.index(disc) + 1)

    def outline(self, angle: Floats, s: Floats) -> Floats:
        """Radius of the healthy canal in a direction (radians from the right), mm."""
        a, b = self.half_axes
        scale = 1 + self.taper * s / 100.0
        radius = a * b / np.sqrt((b * np.cos(angle)) ** 2 + (a * np.sin(angle)) ** 2)
        if self.trefoil:
            radius = radius * (1 + self.trefoil * np.cos(3 * (angle - np.pi / 2)) * -1)
        return np.asarray(radius * scale)

    def intrusion(self, angle: Floats, s: Floats) -> tuple[Floats, NDArray[np.uint8]]:
        """Part of the radius that is taken in a direction, and by which tissue."""
        deepest = np.zeros(np.broadcast(angle, s).shape)
        tissue = np.zeros(deepest.shape, np.uint8)
        degrees = np.degrees(angle)
        for disc, narrow in self.narrowing.items():
            along = np.exp(-4 * np.log(2) * ((s - self.disc_height_at(disc)) / narrow.length) ** 2)
            if narrow.around:
                part = narrow.around * along
                tissue = np.where(part > deepest, np.uint8(LIGAMENT), tissue)
                deepest = np.maximum(deepest, part)
            for name, code in TISSUES.items():
                depth = getattr(narrow, name)
                for direction, half in DIRECTIONS[name]:
                    towards = narrow.disc_direction if name == "disc" else direction
                    off = np.abs((degrees - towards + 180) % 360 - 180)
                    window = np.where(off < half, np.cos(np.pi / 2 * np.clip(off / half, 0, 1)) ** 0.5, 0.0)
                    part = depth * along * window
                    tissue = np.where(part > deepest, np.uint8(code), tissue)
                    deepest = np.maximum(deepest, part)
        return deepest, tissue

    def truth(self, disc: str, step: float = 0.05) -> dict[str, Any]:
        """The exact answer at the middle of a disc: area, own normal, lost area by tissue (mm2), AP (mm).

        Slips are left out: they lower the area by geometry that `shifted_truth` gives.
        """
        reach = max(self.half_axes) * 1.6
        axis = np.arange(-reach, reach + step, step)
        u, v = np.meshgrid(axis, axis)
        angle, radius = np.arctan2(v, u), np.hypot(u, v)
        height = np.full_like(u, self.disc_height_at(disc))
        outline = self.outline(angle, height)
        taken, tissue = self.intrusion(angle, height)
        healthy = radius < outline
        lumen = radius < outline * (1 - taken)
        lost = {name: float((healthy & ~lumen & (tissue == code)).sum() * step**2) for name, code in TISSUES.items()}
        middle = u[lumen].mean() if lumen.any() else 0.0
        strip = np.abs(axis - middle) < 1.5
        return {
            "area": float(lumen.sum() * step**2),
            "own_normal": float(healthy.sum() * step**2),
            "lost": lost,
            "ap": float(lumen[:, strip].sum(axis=0).mean() * step),
        }

    def shifted_truth(self, disc: str) -> float:
        """Area left at a slip alone: the overlap of two healthy outlines shifted by it, mm2."""
        step = 0.05
        reach = max(self.half_axes) * 1.6
        axis = np.arange(-reach, reach + step, step)
        u, v = np.meshgrid(axis, axis)
        half = self.slip[disc] / 2
        height = np.full_like(u, self.disc_height_at(disc))
        inside = [np.hypot(u, v - d) < self.outline(np.arctan2(v - d, u), height) for d in (half, -half)]
        return float((inside[0] & inside[1]).sum() * step**2)

    def codes(self, u: Floats, v: Floats, s: Floats) -> tuple[NDArray[np.uint8], NDArray[np.int16]]:
        """Tissue code and number of the vertebra (disc: the one above it) at points along the canal."""
        top = self.length / 2
        number = np.clip(np.floor((top - s) / self.spacing), 0, len(self.vertebrae) - 1).astype(np.int16)
        gap = (top - s) / self.spacing - number  # 0 at the upper end of a vertebra's share, 1 at the lower
        to_disc = np.minimum(gap, 1 - gap) * self.spacing
        for disc, slip in self.slip.items():
            v = np.where(s > self.disc_height_at(disc), v - slip / 2, v + slip / 2)
        angle, radius = np.arctan2(v, u), np.hypot(u, v)
        outline = self.outline(angle, s)
        taken, tissue = self.intrusion(angle, s)
        found = np.zeros(u.shape, np.uint8)
        first, last = (number == 0) & (gap < 0.5), (number == len(self.vertebrae) - 1) & (gap >= 0.5)
        is_disc = (to_disc < self.disc_height / 2) & ~first & ~last
        front = outline + 1.0
        ahead = (v > 0) & (radius > front) & (v < self.half_axes[1] + 32) & (np.abs(u) < 22)
        found[ahead & is_disc] = DISC
        found[ahead & ~is_disc] = BODY
        behind = (radius > outline) & (radius < outline + 5) & (v < 0.35 * self.half_axes[1])
        if self.arch:
            found[behind & (to_disc > 9)] = ARCH
            process = (np.abs(u) < 4) & (v < -self.half_axes[1] - 1) & (v > -self.half_axes[1] - 25) & (to_disc > 12)
            found[process] = ARCH
            pedicle = (np.abs(u) > self.half_axes[0] + 1) & (np.abs(u) < self.half_axes[0] + 9) & (np.abs(v) < 14)
            found[pedicle & (gap > 0.3) & (gap < 0.62)] = ARCH
        degrees = np.degrees(angle)
        posterior = (degrees < -48) & (degrees > -132)
        found[behind & (to_disc <= 9) & posterior] = LIGAMENT
        found[behind & (to_disc <= 9) & ~posterior] = FACET
        found[radius < outline] = CANAL
        lost = (radius < outline) & (radius >= outline * (1 - taken)) & (taken > 0)
        found[lost] = tissue[lost]
        if self.cord is not None:
            a, b = self.cord
            squeeze = np.minimum(1.0, 1.35 * (1 - taken))
            found[(np.hypot(u / a, v / b) < squeeze) & (found == CANAL)] = CORD
        found[np.abs(s) > top] = 0
        number = np.where(is_disc & (gap < 0.5), number - 1, number).astype(np.int16)
        return found, number


def voxelised(
    spine: Spine,
    edges: tuple[float, float, float],
    shift: tuple[float, float, float] = (0.0, 0.0, 0.0),
    sides: float = 26,
) -> tuple[NDArray[np.uint8], NDArray[np.int16], Floats]:
    """Cut a phantom into voxels: tissue codes, vertebra numbers, affine (array axes right, front, up).

    `shift` moves the grid by parts of a voxel; `sides` is how far the map reaches to the left and right, mm.
    """
    angle = np.radians(spine.tilt)
    half = spine.length / 2 + 3
    bend = spine.bend_radius
    reach_front, reach_back = 44.0, 40.0
    corners = np.array([[f, s] for f in (-reach_back, 0.0, reach_front) for s in np.linspace(-half, half, 15)])
    phi = corners[:, 1] / bend
    front = (bend + corners[:, 0]) * np.cos(phi) - bend
    height = (bend + corners[:, 0]) * np.sin(phi)
    y = front * np.cos(angle) - height * np.sin(angle)
    z = front * np.sin(angle) + height * np.cos(angle)
    low = np.array([-sides, y.min() - 2, z.min() - 2])
    high = np.array([sides, y.max() + 2, z.max() + 2])
    size = np.maximum(np.ceil((high - low) / edges).astype(int), 4)
    origin = low + np.array(shift) * np.array(edges)
    affine = np.diag([*edges, 1.0])
    affine[:3, 3] = origin
    found = np.zeros(tuple(size), np.uint8)
    number = np.zeros(tuple(size), np.int16)
    x = origin[0] + np.arange(size[0]) * edges[0]
    yy = origin[1] + np.arange(size[1]) * edges[1]
    for k in range(size[2]):
        zz = origin[2] + k * edges[2]
        f = yy * np.cos(angle) + zz * np.sin(angle)
        h = -yy * np.sin(angle) + zz * np.cos(angle)
        s = bend * np.arctan2(h, f + bend)
        v = np.hypot(f + bend, h) - bend
        u2, v2 = np.meshgrid(x, v, indexing="ij")
        _, s2 = np.meshgrid(x, s, indexing="ij")
        found[:, :, k], number[:, :, k] = spine.codes(u2, v2, s2)
    return found, number, affine


def in_scheme(
    spine: Spine, found: NDArray[np.uint8], number: NDArray[np.int16], labels: dict[str, int], tissues: dict[int, int]
) -> NDArray[np.uint16]:
    """Rename a phantom's codes by a scheme.

    `labels`: "vertebra:L4", "disc:L4-L5", "canal", "cord" to their numbers, as a scheme's table reversed; `tissues`:
    further codes (LIGAMENT, FAT, FACET) to numbers. What has no number stays unlabelled.
    """
    renamed = np.zeros(found.shape, np.uint16)
    canal = labels.get("canal", labels.get("canal_without_cord", 0))
    renamed[found == CANAL] = canal
    renamed[found == CORD] = labels.get("cord", canal)
    for n, vertebra in enumerate(spine.vertebrae):
        here = number == n
        whole = labels.get(f"vertebra:{vertebra}", labels.get("sacrum", 0) if vertebra == "S1" else 0)
        for code in (BODY, ARCH):
            renamed[here & (found == code)] = tissues.get(code, whole)
        renamed[here & (found == FACET)] = tissues.get(FACET, whole)
        if n < len(spine.discs):
            renamed[here & (found == DISC)] = labels.get(f"disc:{spine.discs[n]}", 0)
    for code in (LIGAMENT, FAT):
        renamed[found == code] = tissues.get(code, 0)
    return renamed
