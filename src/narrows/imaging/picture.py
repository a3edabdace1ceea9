"""The picture of a measured scan: mid-sagittal, area along the canal on the same scale, and the narrowest slice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from narrows.imaging.causes import TISSUES
from narrows.imaging.drawing import Drawing, contours
from narrows.imaging.planes import grid, labels_on, sections

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from narrows.imaging.profile import Profile
    from narrows.imaging.result import Measurement
    from narrows.imaging.volume import Volume

    Floats = NDArray[np.float64]

#: Colours that stay apart for the colour-blind (Okabe and Ito), and for a grey print through their lightness.
COLOURS: dict[str, str] = {
    "disc": "#E69F00",
    "ligament": "#7B5AA6",
    "facet_bone": "#009E73",
    "epidural_fat": "#F0E442",
    "alignment": "#CC79A7",
}
CANAL, LINE, INK, QUIET, LOUD = "#CFE3F5", "#0B3C6F", "#222222", "#767676", "#D40000"
#: Names short enough for a legend.
SHORT: dict[str, str] = {
    "disc": "disc",
    "ligament": "ligament, soft tissue behind",
    "facet_bone": "facet joint, bone",
    "epidural_fat": "epidural fat",
    "alignment": "alignment (slip)",
}
_BLOCK = "possible complete block"
#: What the first panel shows in front of and behind the canal's line, and the slice to the side and to the front, mm.
_FRONT, _BACK = 55.0, 45.0
_ASIDE, _AHEAD = 24.0, 20.0
#: Width of the drawing, left and right of its panels and their top, in the drawing's units.
_WIDTH, _TOP = 1100.0, 48.0
_SAGITTAL, _ALONG, _SLICE = (56.0, 330.0), (372.0, 612.0), (648.0, 1084.0)
_ROW = 20.0


def png(result: Measurement, image: Volume | None = None, dpi: float = 130) -> bytes:
    """The picture as a PNG, for a page or a report."""
    return drawn(result, image).png(dpi)


def save(result: Measurement, path: Path, image: Volume | None = None) -> None:
    """Write the picture; the ending of the file says the kind (.png, .svg, .pdf)."""
    drawing, kind = drawn(result, image), path.suffix.lower()
    if kind == ".svg":
        path.write_text(drawing.svg(), encoding="utf-8")
    else:
        path.write_bytes(drawing.pdf() if kind == ".pdf" else drawing.png(130))


def drawn(result: Measurement, image: Volume | None = None) -> Drawing:
    """Draw the picture. `image` is the scan itself, shown in grey behind the labels; it changes no number."""
    profile = result.profile
    rows = [(name, entry) for name, entry in result.levels.items() if _in_rows(entry)]
    if profile is None:
        drawing = Drawing(_WIDTH, 120)
        drawing.words(_SAGITTAL[0], 50, "No canal profile to draw.")
        return drawing
    heights = profile.frames.origin[:, 2]
    low, high = float(heights.min()) - 8, float(heights.max()) + 8
    # True proportions; long spines are made smaller, but not so that their levels run into each other.
    tallest = max(520.0, 22.0 * len(result.levels))
    scale = min((_SAGITTAL[1] - _SAGITTAL[0]) / (_FRONT + _BACK), tallest / (high - low))
    panel = max(scale * (high - low), 360.0)
    drawing = Drawing(_WIDTH, _TOP + panel + 74 + _ROW * max(1, len(rows)) + 34)

    def y_of(height: Any) -> Any:
        return _TOP + (high - height) * scale

    _sagittal(drawing, result, profile, image, (low, high), scale, y_of)
    _area(drawing, result, profile, (y_of(high), y_of(low)), y_of)
    _worst(drawing, result, profile, image)
    _table(drawing, rows, _TOP + panel + 66)
    words = "Measurements of a label map, not a diagnosis. Intervals are from the voxel grid alone."
    drawing.words(_SAGITTAL[0], drawing.height - 16, words, 10, QUIET)
    return drawing


def _sagittal(
    drawing: Drawing,
    result: Measurement,
    profile: Profile,
    image: Volume | None,
    ends: tuple[float, float],
    scale: float,
    y_of: Callable[[Any], Any],
) -> None:
    """The plane that holds the canal's line, rolled out left to right, so that a scoliotic canal stays in it."""
    s, frames = profile.frames.s, profile.frames
    heights = frames.origin[:, 2]
    middle = float(np.median(frames.origin[:, 1]))
    left = _SAGITTAL[0]

    def x_of(front: Any) -> Any:  # the front of the body to the left, as radiologists hang it
        return left + (middle + _FRONT - front) * scale

    z = np.arange(ends[1], ends[0], -0.7)
    order = np.argsort(heights)
    x = np.interp(z, heights[order], frames.origin[order, 0])
    y = np.arange(middle + _FRONT, middle - _BACK, -0.7)
    points = np.empty((len(z), len(y), 3))
    points[..., 0], points[..., 1], points[..., 2] = x[:, None], y, z[:, None]
    wide, tall = scale * (_FRONT + _BACK), scale * (ends[1] - ends[0])
    behind = None if image is None else _grey(_nearest(image, points))
    drawing.raster(left, _TOP, wide, tall, _painted(result, _nearest(result.scan.volume, points), behind, 0.45))
    drawing.line(np.stack([x_of(frames.origin[:, 1]), y_of(heights)], axis=1), LINE, 1.4)
    worst = result.narrowest
    for name, level in result.places.items():
        at = profile.at(level.s)
        front = frames.origin[at] + 22 * frames.anterior[at]
        drawing.words(x_of(front[1]), y_of(front[2]), name, 10.5, INK, "middle", name == worst, image is not None)
    if worst is not None:
        at = profile.at(float(result.levels[worst]["position_mm"]))
        both = [frames.origin[at] + d * frames.anterior[at] for d in (-16.0, 16.0)]
        drawing.line([(x_of(p[1]), y_of(p[2])) for p in both], LOUD, 2.6)
    for begin, end in profile.gaps:
        inside = (s >= begin) & (s <= end)
        across, down = x_of(frames.origin[inside, 1]), y_of(heights[inside])
        drawing.line(np.stack([across, down], axis=1), LOUD, 5)
        drawing.words(across.mean() + 8, down.mean(), "no canal labelled", 11, LOUD, paper=True)
    drawing.words(left, 18, "Along the middle of the canal", 14)
    step = 20 if ends[1] - ends[0] < 150 else 50
    for height in np.arange(np.ceil(ends[0] / step) * step, ends[1], step):
        drawing.line([(left - 5, y_of(height)), (left, y_of(height))], QUIET)
        drawing.words(left - 8, y_of(height), f"{height:.0f}", 9.5, QUIET, "end")
    drawing.words(left + wide / 2, _TOP + tall + 16, "front  –  back; heights in mm", 10.5, QUIET, "middle")


def _area(
    drawing: Drawing, result: Measurement, profile: Profile, ends: tuple[float, float], y_of: Callable[[Any], Any]
) -> None:
    heights = profile.frames.origin[:, 2]
    area = np.where(profile.valid, profile.sections.area, np.nan)
    most = max(float(np.nanmax(area, initial=100.0)) * 1.15, 120.0)
    left, right = _ALONG

    def x_of(value: Any) -> Any:
        return left + np.minimum(value / most, 1.0) * (right - left)

    for run in _stretches(~profile.valid):
        up, down = y_of(heights[run[0]]), y_of(heights[run[-1]])
        drawing.hatched(left, min(up, down), right - left, abs(down - up))
    known = [
        (e["position_mm"], e["own_normal_mm2"]) for e in result.levels.values() if e.get("own_normal_mm2") is not None
    ]
    if known:
        own = np.array(sorted(known))
        at = y_of(np.array([heights[profile.at(p)] for p in own[:, 0]]))
        band = [*zip(x_of(0.9 * own[:, 1]), at, strict=True), *zip(x_of(1.1 * own[::-1, 1]), at[::-1], strict=True)]
        drawing.area(band, "#DDDDDD")
        drawing.line(np.stack([x_of(own[:, 1]), at], axis=1), QUIET, 1.2, "5 3")
    drawing.line([(left, ends[0]), (left, ends[1]), (right, ends[1])], QUIET)
    for value in np.arange(0, most, 100 if most > 250 else 50):
        drawing.line([(x_of(value), ends[1]), (x_of(value), ends[1] + 5)], QUIET)
        drawing.words(x_of(value), ends[1] + 13, f"{value:.0f}", 9.5, QUIET, "middle")
    if result.structure == "dural sac" and any(n.startswith("L") for n in result.levels):
        for limit, colour in ((75, LOUD), (100, "#B36B00")):
            drawing.line([(x_of(limit), ends[0]), (x_of(limit), ends[1])], colour, 1.2, "2 3")
            drawing.words(x_of(limit), ends[0] - 8, f"{limit}", 9.5, colour, "middle")
    drawing.line(np.stack([x_of(area), y_of(heights)], axis=1), LINE, 2.0)
    for name, entry in result.levels.items():
        if entry.get("area_mm2") is None:
            height = y_of(heights[profile.at(result.places[name].s)])
            drawing.words((left + right) / 2, height, f"{name}: {entry['status']}", 10.5, LOUD, "middle", paper=True)
            continue
        height = y_of(heights[profile.at(entry["position_mm"])])
        drawing.dot(x_of(entry["area_mm2"]), height, 3.6, LOUD if name == result.narrowest else LINE)
        lost = entry.get("lost_percent")
        text = f"{name}: {entry['area_mm2']:.0f}" + (f" (−{lost:.0f} %)" if lost and lost >= 1 else "")
        drawing.words(left + 5, height, text, 10.5, INK, bold=name == result.narrowest, paper=True)
    drawing.words(left, 18, "Area across it (mm²)", 14)
    if known:
        drawing.words(left, ends[1] + 30, "grey band: own normal ± 10 %", 10.5, QUIET)


def _stretches(chosen: NDArray[np.bool_]) -> list[NDArray[np.intp]]:
    places = np.flatnonzero(chosen)
    return [run for run in np.split(places, np.flatnonzero(np.diff(places) > 1) + 1) if run.size > 1]


def _worst(drawing: Drawing, result: Measurement, profile: Profile, image: Volume | None) -> None:
    name = result.narrowest
    if name is None:
        at = int(np.argmin(np.where(profile.valid, profile.sections.area, np.inf)))
        title = "Narrowest slice"
    else:
        at = profile.at(float(result.levels[name]["position_mm"]))
        title = f"Narrowest: {name}, seen from below"
        blocked = [n for n, e in result.levels.items() if e["status"] == _BLOCK]
        if blocked:  # what could not be measured may be narrower than anything that was
            title = f"Narrowest measured: {name}; {', '.join(blocked)} may be blocked"
    loss = result.losses.get(name) if name else None
    frames = loss.frames if loss is not None else profile.frames.part(slice(at, at + 1))
    left, right = _SLICE
    scale = (right - left) / (2 * _ASIDE)
    deep = 2 * _AHEAD * scale

    def place(points: Floats) -> Floats:  # seen from the feet: the patient's right on the left
        return np.stack([left + (_ASIDE - points[:, 0]) * scale, _TOP + (_AHEAD - points[:, 1]) * scale], axis=1)

    on = grid(_ASIDE, _AHEAD, 0.25)
    behind = None if image is None else _grey(labels_on(image, frames, on)[0][::-1, ::-1])
    seen = labels_on(result.scan.volume, frames, on)[0][::-1, ::-1]
    drawing.raster(left, _TOP, right - left, deep, _painted(result, seen, behind, 0.35, pale=0.5))
    small = profile.on

    def rings(field: NDArray[np.float32]) -> list[Floats]:
        return [place(small.pixel * ring + (small.u[0], small.v[0])) for ring in contours(field)]

    if loss is not None:
        drawing.raster(*_box(place, small.u, small.v), _coloured(loss.tissue, loss.lost)[::-1, ::-1])
        for ring in rings(loss.outline):
            drawing.line(ring, INK, 1.6, "7 4")
        for ring in rings(loss.lumen):
            drawing.line(ring, LINE, 2.2)
        for i, cause in enumerate(loss.causes):
            text = f"{SHORT[cause.tissue]}: {cause.mm2:.0f} mm², {100 * cause.share:.0f} %"
            text += "" if cause.evidence == "labelled" else " (by position)"
            y = _TOP + 14 + 18 * i
            drawing.words(left + 26, y, text, 11, paper=True)
            drawing.box(left + 8, y - 6, 12, 12, COLOURS[cause.tissue])
    elif result.structure != "bony ring":
        for ring in rings(sections(profile.tube, frames, small)[0]):
            drawing.line(ring, LINE, 2.2)
    drawing.words(left + 6, _TOP + deep / 2, "R", 15, INK, bold=True, paper=True)
    drawing.words(right - 6, _TOP + deep / 2, "L", 15, INK, "end", bold=True, paper=True)
    middle = (left + right) / 2
    drawing.box(middle - 5 * scale - 3, _TOP + deep - 19, 10 * scale + 6, 10, "white", 0.8)
    drawing.line([(middle - 5 * scale, _TOP + deep - 14), (middle + 5 * scale, _TOP + deep - 14)], INK, 4)
    drawing.words(middle, _TOP + deep - 26, "10 mm", 11, INK, "middle", paper=True)
    drawing.words(left, 18, title, 14)


def _box(place: Callable[[Floats], Floats], u: Floats, v: Floats) -> tuple[float, float, float, float]:
    """Where the pixels of a small grid lie on the drawing: x, y, width, height."""
    half = (u[1] - u[0]) / 2
    corners = place(np.array([[u[-1] + half, v[-1] + half], [u[0] - half, v[0] - half]]))
    (x, y), (far, deep) = corners
    return float(x), float(y), float(far - x), float(deep - y)


def _coloured(tissue: NDArray[np.int8], lost: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Lost pixels in the colour of their tissue."""
    colours = np.array([_rgb(COLOURS[name]) for name in TISSUES], np.uint8)
    clear = np.where(lost > 0.05, np.clip(lost * 1.2, 0, 1) * 255, 0)
    return np.dstack([colours[tissue], clear.astype(np.uint8)])


def _in_rows(entry: dict[str, Any]) -> bool:
    return entry.get("area_mm2") is not None or entry["status"] == _BLOCK


def _table(drawing: Drawing, rows: list[tuple[str, dict[str, Any]]], y: float) -> None:
    heads = ("level", "area mm² (95 %)", "AP mm", "lost", "what lies where the canal would be")
    places = (56.0, 140.0, 306.0, 378.0, 450.0)
    for x, head in zip(places, heads, strict=True):
        drawing.words(x, y, head, 11, QUIET)
    for name, entry in rows:
        y += _ROW
        if entry.get("area_mm2") is None:
            drawing.words(places[0], y, name, 11, LOUD)
            drawing.words(places[1], y, f"{str(entry['status']).upper()}: look at the images", 11, LOUD)
            continue
        low, high = entry["area_interval"]
        lost = "–" if entry.get("lost_percent") is None else f"{entry['lost_percent']:.0f} %"
        causes = [
            f"{SHORT[c['tissue']].split(',')[0]} {100 * c['share']:.0f} %{'' if c['evidence'] == 'labelled' else ' (by position)'}"
            for c in entry.get("causes", ())
        ]
        text = ", ".join(causes) or str(entry.get("causes_note", ""))
        cells = (name, f"{entry['area_mm2']:.0f} ({low:.0f}–{high:.0f})", f"{entry['ap_mm']:.1f}", lost, text)
        for x, cell in zip(places, cells, strict=True):
            drawing.words(x, y, cell, 11)


def _painted(
    result: Measurement, labels: NDArray[Any], behind: Floats | None, strength: float, pale: float = 1.0
) -> NDArray[np.uint8]:
    """Labels as colours (canal blue, disc sand, bone grey, ligament and fat in their own), over the scan where given."""
    colours = {"disc": "#F3D9A4", "ligamentum_flavum": "#C3B1DB", "epidural_fat": "#F4EFA0"}
    ground = np.ones((*labels.shape, 3)) if behind is None else np.repeat(behind[..., None], 3, axis=2)
    part = pale if behind is None else strength
    for code in np.unique(labels):
        structure = result.scan.structures.get(int(code))
        if structure is None:
            continue
        is_canal = int(code) in result.scan.canal or structure.kind == "cord"
        colour = CANAL if is_canal else colours.get(structure.kind, "#C9C9C9")
        here = labels == code
        ground[here] = (1 - part) * ground[here] + part * np.array(_rgb(colour)) / 255
    return np.dstack([np.rint(ground * 255), np.full(labels.shape, 255)]).astype(np.uint8)


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _nearest(volume: Volume, points: Floats) -> NDArray[Any]:
    to_voxel = volume.to_voxel()
    index = np.rint(points @ to_voxel[:3, :3].T + to_voxel[:3, 3]).astype(int)
    shape = np.array(volume.data.shape)
    inside = ((index >= 0) & (index < shape)).all(axis=-1)
    index = np.clip(index, 0, shape - 1)
    return np.where(inside, volume.data[index[..., 0], index[..., 1], index[..., 2]], 0)


def _grey(values: NDArray[Any]) -> Floats:
    shown = np.asarray(values, dtype=float)
    low, high = np.percentile(shown[shown > 0], [1, 99.5]) if (shown > 0).any() else (0.0, 1.0)
    return np.clip((shown - low) / max(high - low, 1e-9), 0, 1)
