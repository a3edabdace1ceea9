"""How vertebrae stand on one another: slip, disc height, angles, read from the bodies in the mid-sagittal slab."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from narrows.imaging.vertebrae import Vertebra

    Floats = NDArray[np.float64]

#: Width of the rows and columns in which walls and endplates are read, mm.
BIN_MM = 1.5
#: Fewer voxels in the slab give no wall, and fewer rows or columns no line.
_FEWEST, _FEWEST_BINS = 60, 4
#: Bodies outside these limits (mm) are cut off or mislabelled.
DEPTH_MM, HEIGHT_MM = (8.0, 60.0), (6.0, 50.0)
_ROOT3 = 3**0.5


@dataclass(frozen=True, slots=True)
class Walls:
    """A body in the mid-sagittal plane, patient mm: its four corners and depth; upper and lower endplate directions."""

    back_top: Floats
    back_bottom: Floats
    front_top: Floats
    front_bottom: Floats
    top: Floats
    bottom: Floats
    depth: float


@dataclass(frozen=True, slots=True)
class Segment:
    """Two vertebrae and the disc between them: slip (mm, forward positive), its percent, heights (mm), angle (deg)."""

    slip: float
    slip_percent: float
    height_front: float
    height_back: float
    height_middle: float | None
    angle: float


def walls(vertebra: Vertebra, edge: float, thick: bool = False) -> Walls | None:
    """Lines through the walls and endplates of a body; None when the image cuts it or it is too coarse.

    A row of a solid body is uniform between its walls, so that a wall lies sqrt(3) standard deviations from the row's
    mean: this uses every voxel of the row and not the outermost alone. `edge`: voxel edge in the plane, mm. `thick`:
    slices lie across the walls and show endplates as steps only; endplates are then taken square to the walls.
    """
    body = vertebra.body
    if len(body) < _FEWEST or vertebra.cut:
        return None
    size = vertebra.size
    reach = inner(body[:, 0], 0.02), inner(body[:, 1], 0.02)
    depth, height = (high - low for low, high in reach)
    if not (DEPTH_MM[0] <= depth <= DEPTH_MM[1] and HEIGHT_MM[0] <= height <= HEIGHT_MM[1]):
        return None
    # Tilted bodies have short rows at their corners: rows and columns are read in the body's own axes.
    turn = _tilt_of_walls(body, size, edge) if thick else _tilt(body, size, reach[0], edge)
    axes = _turned(turn)
    ahead, above = axes @ body.T
    back, front = _edges(above, ahead, size, edge)
    bottom, top = _edges(ahead, above, size, edge)
    if back is None or front is None or bottom is None or top is None:
        return None
    if thick:
        centre = float(ahead @ size / size.sum())
        bottom, top = (np.array([plate[0] + plate[1] * centre, 0.0]) for plate in (bottom, top))

    def corner(wall: Floats, plate: Floats) -> Floats:
        # wall: x = w0 + w1 y; plate: y = p0 + p1 x
        x = (wall[0] + wall[1] * plate[0]) / (1 - wall[1] * plate[1])
        return _placed(vertebra, np.array([x, plate[0] + plate[1] * x]) @ axes)

    corners = [corner(back, top), corner(back, bottom), corner(front, top), corner(front, bottom)]
    up, down = corners[2] - corners[0], corners[3] - corners[1]
    depth = float(np.sqrt(up @ up))
    if not DEPTH_MM[0] <= depth <= DEPTH_MM[1]:
        return None
    return Walls(
        back_top=corners[0],
        back_bottom=corners[1],
        front_top=corners[2],
        front_bottom=corners[3],
        top=_unit(up),
        bottom=_unit(down),
        depth=depth,
    )


def _placed(vertebra: Vertebra, point: Floats) -> Floats:
    return np.asarray(vertebra.origin + point[0] * vertebra.anterior + point[1] * vertebra.up)


def _turned(turn: float) -> Floats:
    """Axes turned by an angle: along the endplates, along the walls."""
    cos, sin = np.cos(turn), np.sin(turn)
    return np.array([[cos, sin], [-sin, cos]])


def inner(values: Floats, part: float) -> tuple[float, float]:
    """What leaves out a part of the values at either end."""
    low, high = round(part * (len(values) - 1)), round((1 - part) * (len(values) - 1))
    ordered = np.partition(values, (low, high))
    return float(ordered[low]), float(ordered[high])


def _tilt(body: Floats, size: Floats, reach: tuple[float, float], edge: float) -> float:
    """Angle of the endplates against the frame, radians: mean of the slopes of top and bottom over the middle."""
    margin = 0.2 * (reach[1] - reach[0])
    middle = (body[:, 0] > reach[0] + margin) & (body[:, 0] < reach[1] - margin)
    bottom, top = _edges(body[middle, 0], body[middle, 1], size[middle], edge)
    if bottom is None or top is None:
        return 0.0
    return float(np.arctan((bottom[1] + top[1]) / 2))


def _tilt_of_walls(body: Floats, size: Floats, edge: float) -> float:
    turn = 0.0
    for _ in range(2):
        ahead, above = _turned(turn) @ body.T
        back, front = _edges(above, ahead, size, edge)
        if back is None or front is None:
            return turn
        turn -= float(np.arctan((back[1] + front[1]) / 2))
    return turn


def _edges(along: Floats, across: Floats, size: Floats, edge: float) -> tuple[Floats | None, Floats | None]:
    """Lines (offset, slope) of the near and far edge of a solid, from rows along one axis; ends left out."""
    if len(along) == 0:
        return None, None
    low, high = inner(along, 0.08)
    rows = _rows(along, across, size, (low, high), max(BIN_MM, edge))
    if rows is None or len(rows[0]) < _FEWEST_BINS:
        return None, None
    at, mean, spread = rows
    reach = _ROOT3 * np.sqrt(spread + edge**2 / 12)
    off = at - at.mean()
    square = float(off @ off)
    lines = []
    for side in (mean - reach, mean + reach):
        slope = float(off @ side) / square
        lines.append(np.array([side.mean() - slope * at.mean(), slope]))
    return lines[0], lines[1]


def _rows(
    along: Floats, across: Floats, size: Floats, ends: tuple[float, float], width: float
) -> tuple[Floats, Floats, Floats] | None:
    """Place, mean and variance across of the full rows of a solid between two ends.

    A piece counts in the two rows that it lies between, by its nearness: rows that it fell into whole would follow the
    grid of the map where the body is turned against it.
    """
    rows = int((ends[1] - ends[0]) / width)
    if rows < 1:
        return None
    place = ((along - ends[0]) * (1 / width) + 0.5).astype(np.float32)
    near = place - np.arange(1, rows + 1, dtype=np.float32)[:, None]
    np.subtract(1, np.abs(near, out=near), out=near)
    np.maximum(near, 0, out=near)
    weighted = size * across
    values = np.array([size, weighted, weighted * across, size * along], np.float32)
    count, sum_, square, where = (near @ values.T).T.astype(float)
    full = count >= max(0.5 * float(np.sort(count)[rows // 2]), 1e-9)
    count = count[full]
    mean = sum_[full] / count
    return where[full] / count, mean, np.maximum(square[full] / count - mean**2, 0)


def segment(upper: Vertebra, lower: Vertebra, above: Walls, below: Walls) -> Segment:
    """Slip, heights and angle of a disc space.

    Slip: how far the lower back corner of the upper body lies in front of the upper back corner of the lower one,
    along the mean direction of the two endplates. Heights at the rims are between corners, across that direction; the
    middle height is the mean distance between the bodies over the middle third. Angle: positive when open in front.
    """
    direction = _unit(above.bottom + below.top)
    sideways = lower.right
    normal = _unit(_cross(sideways, direction))
    back = above.back_bottom - below.back_top
    front = above.front_bottom - below.front_top
    angle = float(np.degrees(np.arcsin(np.clip(_cross(below.top, above.bottom) @ sideways, -1, 1))))
    slip = float(back @ direction)
    return Segment(
        slip=slip,
        slip_percent=100 * slip / below.depth,
        height_front=float(front @ normal),
        height_back=float(back @ normal),
        height_middle=_middle_height(upper, lower, below, direction, normal),
        angle=angle,
    )


def _unit(v: Floats) -> Floats:
    return np.asarray(v / np.sqrt(v @ v))


def _cross(a: Floats, b: Floats) -> Floats:
    """The cross product of two vectors; the general one takes longer than all the rest of a segment."""
    return np.array([a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]])


def _middle_height(upper: Vertebra, lower: Vertebra, below: Walls, direction: Floats, normal: Floats) -> float | None:
    low, high = below.depth / 3, 2 * below.depth / 3
    edges = []
    plane = np.array([direction, normal])
    for vertebra, sign in ((upper, -1.0), (lower, 1.0)):
        begin = plane @ (vertebra.origin - below.back_top)
        ahead, height = (plane @ np.array([vertebra.anterior, vertebra.up]).T) @ vertebra.body.T + begin[:, None]
        rows = _rows(ahead, height, vertebra.size, (low, high), BIN_MM)
        if rows is None or np.count_nonzero((ahead > low) & (ahead < high)) < 20:
            return None
        _, mean, spread = rows
        edges.append(float((mean + sign * _ROOT3 * np.sqrt(spread)).mean()))
    return edges[0] - edges[1]


def slip_sd(edges: tuple[float, float, float]) -> float:
    """Standard deviation of a slip (mm) from the voxel edges (right, front, up), as seen on phantoms.

    0.3 mm at 1 mm, and 1.2 mm where slices of 4 mm lie across the bodies (docs/accuracy.md).
    """
    return 0.3 * max(edges[1], edges[2])


def meyerding(percent: float, slip: float, smallest: float) -> int:
    """Meyerding grade: quarters of the lower endplate; 0 below `smallest` mm of slip, 5 beyond the whole depth."""
    if slip < smallest:
        return 0
    return int(min(5, np.ceil(max(percent, 0.01) / 25)))
