"""Forest plots: each study, the pooled difference, its interval and where a new study would fall."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from narrows.report.content import Line, Picture, Table, words
from narrows.report.words import number

_LEFT, _PLOT, _RIGHT = 190, 300, 150
_ROW = 22


class Row(NamedTuple):
    """One row: a study or the pooled result. Weight in percent; None for the pooled row."""

    label: str
    estimate: float
    low: float
    high: float
    weight: float | None = None


def picture(
    title: str,
    rows: Sequence[Row],
    pooled: Row | None,
    *,
    ratio: bool = False,
    prediction: tuple[float, float] | None = None,
    sides: tuple[str, str] = ("", ""),
    caption: Line = (),
) -> Picture:
    """A forest plot as a picture with its table; `ratio`: a log axis around 1, else a plain axis around 0.

    Raises ValueError when a limit is not finite, or not positive on a log axis.
    """
    every = [*rows, *([pooled] if pooled else [])]
    limits = [v for r in every for v in (r.low, r.estimate, r.high)] + list(prediction or ())
    if not limits or any(not math.isfinite(v) or (ratio and v <= 0) for v in limits):
        raise ValueError("a forest plot needs finite limits, and positive ones for ratios")
    scale = math.log if ratio else float
    null = 1.0 if ratio else 0.0
    low, high = min(*map(scale, limits), scale(null)), max(*map(scale, limits), scale(null))
    pad = (high - low or 1.0) * 0.06
    low, high = low - pad, high + pad

    def at(value: float) -> float:
        return _LEFT + _PLOT * (scale(value) - low) / (high - low)

    height = _ROW * (len(every) + (1 if prediction else 0)) + 46
    width = _LEFT + _PLOT + _RIGHT
    zero = at(null)
    out = [f'<line class="axis" x1="{zero:.1f}" y1="4" x2="{zero:.1f}" y2="{height - 34}"/>']
    for index, row in enumerate(every):
        y = 14 + index * _ROW
        summary = row is pooled
        style = "sum" if summary else "est"
        out.append(
            f'<text class="{"strong" if summary else "label"}" x="0" y="{y + 4}">{escape(_short(row.label))}</text>'
        )
        if summary:
            out.append(
                f'<path class="sum" d="M{at(row.low):.1f} {y}L{at(row.estimate):.1f} {y - 6}L{at(row.high):.1f} {y}'
                f'L{at(row.estimate):.1f} {y + 6}Z"/>'
            )
        else:
            half = 3.0 + (math.sqrt(row.weight) * 0.35 if row.weight is not None else 0.0)
            out.append(f'<line class="ci" x1="{at(row.low):.1f}" y1="{y}" x2="{at(row.high):.1f}" y2="{y}"/>')
            out.append(
                f'<rect class="{style}" x="{at(row.estimate) - half:.1f}" y="{y - half:.1f}" width="{2 * half:.1f}" '
                f'height="{2 * half:.1f}"/>'
            )
        out.append(
            f'<text class="{"strong" if summary else "label"}" x="{width}" y="{y + 4}" text-anchor="end">'
            f"{escape(span(row.estimate, row.low, row.high))}</text>"
        )
    if prediction:
        y = 14 + len(every) * _ROW
        out.append(f'<text class="label" x="0" y="{y + 4}">a new study may find</text>')
        out.append(f'<line class="pred" x1="{at(prediction[0]):.1f}" y1="{y}" x2="{at(prediction[1]):.1f}" y2="{y}"/>')
        out.append(
            f'<text class="label" x="{width}" y="{y + 4}" text-anchor="end">'
            f"{escape(f'{_figure(prediction[0])} to {_figure(prediction[1])}')}</text>"
        )
    base = height - 34
    out.append(f'<line class="axis" x1="{_LEFT}" y1="{base}" x2="{_LEFT + _PLOT}" y2="{base}"/>')
    for tick in ticks(low, high, ratio=ratio):
        out.append(f'<line class="axis" x1="{at(tick):.1f}" y1="{base}" x2="{at(tick):.1f}" y2="{base + 4}"/>')
        out.append(f'<text class="tick" x="{at(tick):.1f}" y="{base + 15}" text-anchor="middle">{_figure(tick)}</text>')
    for text, x, anchor in ((sides[0], _LEFT, "start"), (sides[1], _LEFT + _PLOT, "end")):
        if text:
            out.append(f'<text class="tick" x="{x}" y="{height - 4}" text-anchor="{anchor}">{escape(text)}</text>')
    return Picture(
        svg="".join(out),
        alt=_alt(title, rows, pooled),
        width=width,
        height=height,
        title=title,
        caption=caption,
        data=Table(
            caption=title,
            head=("Study", "Estimate", "95 % interval", "Weight"),
            rows=tuple(
                (
                    words(r.label),
                    words(_figure(r.estimate)),
                    words(f"{_figure(r.low)} to {_figure(r.high)}"),
                    words("" if r.weight is None else f"{number(r.weight, 0)} %"),
                )
                for r in every
            ),
            look="small",
        ),
        look="wide",
    )


def ticks(low: float, high: float, *, ratio: bool) -> list[float]:
    """A few round numbers along the axis (limits on the scale that is drawn: log for ratios)."""
    if ratio:
        stops = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)
        return [s for s in stops if low <= math.log(s) <= high] or [1.0]
    rough = (high - low) / 4
    power = 10 ** math.floor(math.log10(rough))
    step = next(power * m for m in (1, 2, 2.5, 5, 10) if power * m >= rough)
    first = math.ceil(low / step)
    return [k * step for k in range(first, math.floor(high / step) + 1)]


def span(estimate: float, low: float, high: float) -> str:
    """An estimate with its interval in words."""
    return f"{_figure(estimate)} ({_figure(low)} to {_figure(high)})"


def _figure(value: float) -> str:
    return number(value, 2 if abs(value) < 1 else 1)


def _short(label: str) -> str:
    return label if len(label) <= 30 else f"{label[:29]}…"


def _alt(title: str, rows: Sequence[Row], pooled: Row | None) -> str:
    studies = f"{len(rows)} stud{'y' if len(rows) == 1 else 'ies'}"
    summary = f"; together {span(pooled.estimate, pooled.low, pooled.high)}" if pooled else ""
    return f"Forest plot, {title}: {studies}{summary}. The table below holds every number."
