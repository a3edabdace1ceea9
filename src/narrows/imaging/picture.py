"""The picture of a measured scan: mid-sagittal, area along the canal on the same scale, and the narrowest slice."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from narrows.imaging.causes import TISSUES
from narrows.imaging.centreline import Frames
from narrows.imaging.planes import coordinates, grid, labels_on, sections

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
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
CANAL, LINE, INK, QUIET = "#CFE3F5", "#0B3C6F", "#222222", "#8A8A8A"
PAPER: dict[str, Any] = {"facecolor": "white", "alpha": 0.8, "lw": 0, "pad": 1}
#: Names short enough for a legend.
SHORT: dict[str, str] = {
    "disc": "disc",
    "ligament": "ligament, soft tissue behind",
    "facet_bone": "facet joint, bone",
    "epidural_fat": "epidural fat",
    "alignment": "alignment (slip)",
}
_FRONT, _BACK = 55.0, 45.0
_BLOCK = "possible complete block"


def png(result: Measurement, image: Volume | None = None, dpi: int = 130) -> bytes:
    """The picture as a PNG, for a page or a report."""
    held = io.BytesIO()
    drawn(result, image).savefig(held, format="png", dpi=dpi)
    return held.getvalue()


def save(result: Measurement, path: Path, image: Volume | None = None) -> None:
    """Write the picture; the ending of the file says the kind (.png, .svg, .pdf)."""
    drawn(result, image).savefig(path, dpi=130)


def drawn(result: Measurement, image: Volume | None = None) -> Figure:
    """Draw the picture. `image` is the scan itself, shown in grey behind the labels; it changes no number."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    rows = max(1, sum(1 for e in result.levels.values() if _in_rows(e)))
    span = np.ptp(result.profile.frames.origin[:, 2]) + 16 if result.profile is not None else 120.0
    panel = float(np.clip(2.75 * span / (_FRONT + _BACK), 3.6, 5.2))
    tall, below = panel + 1.45, 0.24 * rows + 0.91
    # Layout is by hand: an engine that fits text takes longer than the measuring.
    figure = Figure(figsize=(11.0, tall + 0.24 * rows))
    FigureCanvasAgg(figure)
    low, high = below / (tall + 0.24 * rows), panel / (tall + 0.24 * rows)
    profile = result.profile
    if profile is None:
        figure.text(0.05, 0.9, "No canal profile to draw.", color=INK)
        return figure
    sagittal = figure.add_axes((0.055, low, 0.25, high))
    along = figure.add_axes((0.365, low, 0.24, high))
    slice_ = figure.add_axes((0.645, low, 0.335, high))
    for axes in (sagittal, slice_):
        axes.set_anchor("N")
    _sagittal(sagittal, result, profile, image)
    # True proportions may leave the first panel narrower or lower than its place: the second takes its height.
    sagittal.apply_aspect()
    shown = sagittal.get_position()
    along.set_position((along.get_position().x0, shown.y0, along.get_position().width, shown.height))
    _area(along, result, profile)
    along.set_ylim(sagittal.get_ylim())
    _worst(slice_, result, profile, image)
    _rows(figure, result, (0.24 * rows + 0.36) / figure.get_figheight())
    figure.text(
        0.055,
        0.008,
        "Measurements of a label map, not a diagnosis. Intervals are from the voxel grid alone.",
        size=7.5,
        color=QUIET,
    )
    return figure


def _sagittal(axes: Axes, result: Measurement, profile: Profile, image: Volume | None) -> None:
    """The plane that holds the canal's line, rolled out left to right, so that a scoliotic canal stays in it."""
    s, frames = profile.frames.s, profile.frames
    heights = frames.origin[:, 2]
    top, bottom = float(heights.max()) + 8, float(heights.min()) - 8
    z = np.arange(bottom, top, 0.7)
    order = np.argsort(heights)
    x = np.interp(z, heights[order], frames.origin[order, 0])
    middle = float(np.median(frames.origin[:, 1]))
    y = np.arange(middle - _BACK, middle + _FRONT, 0.7)
    points = np.stack(
        [np.repeat(x[:, None], len(y), 1), np.repeat(y[None], len(z), 0), np.repeat(z[:, None], len(y), 1)], -1
    )
    labels = _nearest(result.scan.volume, points)
    extent = (y[0], y[-1], z[0], z[-1])
    if image is not None:
        axes.imshow(_grey(_nearest(image, points)), cmap="gray", extent=extent, origin="lower", aspect="equal")
    axes.imshow(
        _painted(result, labels, 0.45 if image is not None else 1.0), extent=extent, origin="lower", aspect="equal"
    )
    axes.plot(frames.origin[:, 1], heights, color=LINE, lw=1.0)
    worst = result.narrowest
    for name, level in result.places.items():
        at = profile.at(level.s)
        front = frames.origin[at] + 22 * frames.anterior[at]
        axes.text(
            front[1],
            front[2],
            name,
            size=7.5,
            color=INK,
            ha="center",
            va="center",
            weight="bold" if name == worst else "normal",
        )
    if worst is not None:
        at = profile.at(float(result.levels[worst]["position_mm"]))
        ends = np.stack([frames.origin[at] + d * frames.anterior[at] for d in (-16.0, 16.0)])
        axes.plot(ends[:, 1], ends[:, 2], color="#D40000", lw=2)
    for low, high in profile.gaps:
        inside = (s >= low) & (s <= high)
        axes.plot(frames.origin[inside, 1], heights[inside], color="#D40000", lw=4)
        axes.text(
            frames.origin[inside, 1].mean() - 4,
            heights[inside].mean(),
            "no canal\nlabelled",
            size=8,
            color="#D40000",
            ha="right",
        )
    axes.set_xlim(y[-1], y[0])  # the front of the body to the left, as radiologists hang it
    axes.set_ylim(bottom, top)
    axes.set_title("Along the middle of the canal", size=10, color=INK, loc="left")
    axes.set_xlabel("front  –  back (mm)", size=8)
    axes.set_ylabel("height (mm)", size=8)
    axes.tick_params(labelsize=7)


def _area(axes: Axes, result: Measurement, profile: Profile) -> None:
    heights = profile.frames.origin[:, 2]
    area = np.where(profile.valid, profile.sections.area, np.nan)
    axes.plot(area, heights, color=LINE, lw=1.6)
    trimmed = ~profile.valid
    axes.fill_betweenx(
        heights,
        0,
        1,
        where=trimmed,
        transform=axes.get_yaxis_transform(),
        hatch="////",
        facecolor="none",
        edgecolor="#BBBBBB",
        lw=0,
    )
    known = [
        (e["position_mm"], e["own_normal_mm2"]) for e in result.levels.values() if e.get("own_normal_mm2") is not None
    ]
    if known:
        own = np.array(sorted(known))
        at = [heights[profile.at(p)] for p in own[:, 0]]
        axes.fill_betweenx(at, 0.9 * own[:, 1], 1.1 * own[:, 1], color="#DDDDDD", lw=0, label="own normal ± 10 %")
        axes.plot(own[:, 1], at, color=QUIET, ls="--", lw=1)
    if result.structure == "dural sac" and any(n.startswith("L") for n in result.levels):
        for limit, colour in ((75, "#D40000"), (100, "#B36B00")):
            axes.axvline(limit, color=colour, ls=":", lw=1)
            axes.text(
                limit,
                0.005,
                f"{limit}",
                transform=axes.get_xaxis_transform(),
                size=7,
                color=colour,
                ha="center",
                bbox=PAPER,
            )
    for name, entry in result.levels.items():
        if entry.get("area_mm2") is None:
            level = result.places[name]
            axes.text(
                0.5,
                heights[profile.at(level.s)],
                f"{name}: {entry['status']}",
                transform=axes.get_yaxis_transform(),
                size=7.5,
                color="#D40000",
                ha="center",
            )
            continue
        height = heights[profile.at(entry["position_mm"])]
        axes.plot([entry["area_mm2"]], [height], "o", color="#D40000" if name == result.narrowest else LINE, ms=5)
        lost = entry.get("lost_percent")
        text = f" {name}  {entry['area_mm2']:.0f}" + (f" (−{lost:.0f} %)" if lost and lost >= 1 else "")
        axes.text(
            0.01, height, text, transform=axes.get_yaxis_transform(), size=7.5, color=INK, va="center", bbox=PAPER
        )
    axes.set_xlim(0, max(float(np.nanmax(area, initial=100.0)) * 1.15, 120.0))
    axes.set_title("Area across it (mm²)", size=10, color=INK, loc="left")
    axes.tick_params(labelsize=7, labelleft=False)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def _worst(axes: Axes, result: Measurement, profile: Profile, image: Volume | None) -> None:
    name = result.narrowest
    if name is None:
        at = int(np.nanargmin(np.where(profile.valid, profile.sections.area, np.nan)))
        title = "Narrowest slice"
    else:
        at = profile.at(float(result.levels[name]["position_mm"]))
        title = f"Narrowest: {name}, seen from below"
        blocked = [n for n, e in result.levels.items() if e["status"] == _BLOCK]
        if blocked:  # what could not be measured may be narrower than anything that was
            title = f"Narrowest measured: {name}; {', '.join(blocked)} may be blocked"
    loss = result.losses.get(name) if name else None
    frames = loss.frames if loss is not None else profile.frames.part(slice(at, at + 1))
    on = grid(24.0, 20.0)
    extent = (on.u[0], on.u[-1], on.v[0], on.v[-1])
    if image is not None:
        axes.imshow(_grey(_on_plane(image, frames, on)), cmap="gray", extent=extent, origin="lower")
    labels = labels_on(result.scan.volume, frames, on)[0]
    axes.imshow(_painted(result, labels, 0.35), extent=extent, origin="lower")
    small = profile.on
    if loss is not None:
        inside = (small.u[0], small.u[-1], small.v[0], small.v[-1])
        coloured = np.zeros((*loss.lost.shape, 4))
        for number, tissue in enumerate(TISSUES):
            here = (loss.tissue == number) & (loss.lost > 0.05)
            coloured[here, :3] = _rgb(COLOURS[tissue])
            coloured[here, 3] = np.clip(loss.lost[here] * 1.2, 0, 1)
        axes.imshow(coloured, extent=inside, origin="lower")
        axes.contour(small.u, small.v, loss.outline, [0.5], colors=[INK], linestyles="dashed", linewidths=1.2)
        axes.contour(small.u, small.v, loss.lumen, [0.5], colors=[LINE], linewidths=1.6)
        for i, cause in enumerate(loss.causes):
            text = f"{SHORT[cause.tissue]}: {cause.mm2:.0f} mm², {100 * cause.share:.0f} %"
            text += "" if cause.evidence == "labelled" else " (by position)"
            axes.text(
                0.03,
                0.965 - 0.055 * i,
                "■",
                transform=axes.transAxes,
                size=11,
                color=COLOURS[cause.tissue],
                va="center",
            )
            axes.text(
                0.075, 0.965 - 0.055 * i, text, transform=axes.transAxes, size=8, color=INK, va="center", bbox=PAPER
            )
    elif result.structure != "bony ring":
        lumen = sections(profile.tube, frames, small)[0]
        axes.contour(small.u, small.v, lumen, [0.5], colors=[LINE], linewidths=1.6)
    axes.text(0.02, 0.5, "R", transform=axes.transAxes, size=11, weight="bold", color=INK, va="center", bbox=PAPER)
    axes.text(
        0.98, 0.5, "L", transform=axes.transAxes, size=11, weight="bold", color=INK, ha="right", va="center", bbox=PAPER
    )
    axes.plot([-5, 5], [on.v[0] + 2.5] * 2, color=INK, lw=3)
    axes.text(0, on.v[0] + 3.2, "10 mm", size=8, color=INK, ha="center", bbox=PAPER)
    axes.set_xlim(on.u[-1], on.u[0])  # seen from the feet: the patient's right on the left
    axes.set_ylim(on.v[0], on.v[-1])
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_aspect("equal")
    axes.set_title(title, size=10, color=INK, loc="left")


def _in_rows(entry: dict[str, Any]) -> bool:
    return entry.get("area_mm2") is not None or entry["status"] == _BLOCK


def _rows(figure: Figure, result: Measurement, top: float) -> None:
    heads = ("level", "area mm² (95 %)", "AP mm", "lost", "what lies where the canal would be")
    places = (0.055, 0.13, 0.28, 0.345, 0.41)
    step = 0.24 / figure.get_figheight()
    y = top - 0.01
    for place, head in zip(places, heads, strict=True):
        figure.text(place, y, head, size=8, color=QUIET)
    for name, entry in result.levels.items():
        if not _in_rows(entry):
            continue
        y -= step
        if entry.get("area_mm2") is None:
            figure.text(places[0], y, name, size=8, color="#D40000")
            figure.text(places[1], y, f"{str(entry['status']).upper()}: look at the images", size=8, color="#D40000")
            continue
        low, high = entry["area_interval"]
        lost = "–" if entry.get("lost_percent") is None else f"{entry['lost_percent']:.0f} %"
        causes = [
            f"{SHORT[c['tissue']].split(',')[0]} {100 * c['share']:.0f} %{'' if c['evidence'] == 'labelled' else ' (by position)'}"
            for c in entry.get("causes", ())
        ]
        text = ", ".join(causes) or str(entry.get("causes_note", ""))
        cells = (name, f"{entry['area_mm2']:.0f} ({low:.0f}–{high:.0f})", f"{entry['ap_mm']:.1f}", lost, text)
        for place, cell in zip(places, cells, strict=True):
            figure.text(place, y, cell, size=8, color=INK)


def _painted(result: Measurement, labels: NDArray[Any], strength: float) -> NDArray[np.float64]:
    """Labels as colours: canal blue, disc sand, bone grey, ligament and fat in their own."""
    colours = {"disc": "#F3D9A4", "ligamentum_flavum": "#C3B1DB", "epidural_fat": "#F4EFA0"}
    painted = np.zeros((*labels.shape, 4))
    for code in np.unique(labels):
        structure = result.scan.structures.get(int(code))
        if structure is None:
            continue
        is_canal = int(code) in result.scan.canal or structure.kind == "cord"
        colour = CANAL if is_canal else colours.get(structure.kind, "#C9C9C9")
        here = labels == code
        painted[here, :3] = _rgb(colour)
        painted[here, 3] = strength
    return painted


def _rgb(colour: str) -> tuple[float, float, float]:
    return int(colour[1:3], 16) / 255, int(colour[3:5], 16) / 255, int(colour[5:7], 16) / 255


def _nearest(volume: Volume, points: Floats) -> NDArray[Any]:
    to_voxel = np.linalg.inv(volume.affine)
    index = np.rint(points @ to_voxel[:3, :3].T + to_voxel[:3, 3]).astype(int)
    shape = np.array(volume.data.shape)
    inside = ((index >= 0) & (index < shape)).all(axis=-1)
    index = np.clip(index, 0, shape - 1)
    return np.where(inside, volume.data[index[..., 0], index[..., 1], index[..., 2]], 0)


def _on_plane(volume: Volume, frames: Frames, on: Any) -> NDArray[Any]:
    places = np.rint(coordinates(frames, on, volume.to_voxel())).astype(int)[:, 0]
    shape = np.array(volume.data.shape).reshape(3, 1, 1)
    inside = ((places >= 0) & (places < shape)).all(axis=0)
    places = np.clip(places, 0, shape - 1)
    return np.where(inside, volume.data[tuple(places)], 0)


def _grey(values: NDArray[Any]) -> Floats:
    shown = np.asarray(values, dtype=float)
    low, high = np.percentile(shown[shown > 0], [1, 99.5]) if (shown > 0).any() else (0.0, 1.0)
    return np.clip((shown - low) / max(high - low, 1e-9), 0, 1)
