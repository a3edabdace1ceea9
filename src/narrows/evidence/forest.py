"""Forest plots as SVG, with the same numbers as a table for those who cannot see them."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from html import escape
from typing import Final, Literal, TypeAlias

import msgspec

from narrows.evidence.effects import RATIOS
from narrows.evidence.outcome import OptionOutcome
from narrows.evidence.pooling import Pool

Kind: TypeAlias = Literal["study", "pooled", "prediction"]
_Z: Final = 1.959963984540054
_FONT: Final = (
    "'Source Sans 3','Source Sans Pro','Segoe UI','Helvetica Neue',Helvetica,Arial,'Liberation Sans',sans-serif"
)
_INK, _SOFT, _RULE, _POOLED, _RANGE = "#1f2933", "#52606d", "#cbd2d9", "#0b5a8a", "#9a4a00"
_WIDTH, _ROW, _LEFT, _RIGHT = 760, 30, 236, 196
_TOP, _FOOT = 64, 84
_TITLE: Final = 84  # letters in a line of the title


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the plot, known by its id: a study, the pooled value, or the prediction interval."""

    id: str
    kind: Kind
    label: str
    value: float | None
    low: float
    high: float
    weight: float | None = None


def lines(pool: Pool, labels: Mapping[str, str] | None = None) -> tuple[Line, ...]:
    """The lines of a pool, values as readers see them (ratios as ratios): studies, pooled value, prediction."""
    named = labels or {}
    made = []
    for s in pool.studies:
        half = _Z * math.sqrt(s.vi)
        value, low, high = (_seen(pool, v) for v in (s.yi, s.yi - half, s.yi + half))
        made.append(
            Line(
                id=s.study,
                kind="study",
                label=named.get(s.study, s.study),
                value=value,
                low=low,
                high=high,
                weight=s.weight,
            )
        )
    low, high = _seen(pool, pool.ci_low), _seen(pool, pool.ci_high)
    name = f"Pooled ({'common effect' if pool.model == 'fixed' else pool.model})"
    made.append(Line(id="pooled", kind="pooled", label=name, value=_seen(pool, pool.estimate), low=low, high=high))
    if pool.prediction_low is not None and pool.prediction_high is not None and pool.k > 1:
        low, high = _seen(pool, pool.prediction_low), _seen(pool, pool.prediction_high)
        made.append(Line(id="prediction", kind="prediction", label="A new study, 95 %", value=None, low=low, high=high))
    return tuple(made)


def lines_of(outcome: OptionOutcome, labels: Mapping[str, str] | None = None) -> tuple[Line, ...]:
    """The lines of an outcome of an option; none where no interval is known. One study keeps its printed interval."""
    found = outcome.difference
    if found is None or found.low is None or found.high is None or not outcome.weights:
        return ()
    named = labels or {}
    ratio = outcome.measure in RATIOS
    made = []
    for s in outcome.weights:
        half = _Z * math.sqrt(s.vi)
        value, low, high = (math.exp(v) if ratio else v for v in (s.yi, s.yi - half, s.yi + half))
        if len(outcome.weights) == 1:
            value, low, high = found.value, found.low, found.high
        made.append(
            Line(
                id=s.study,
                kind="study",
                label=named.get(s.study, s.study),
                value=value,
                low=low,
                high=high,
                weight=s.weight,
            )
        )
    if len(made) > 1:
        label = f"Pooled ({outcome.method.partition(',')[0]})"
        made.append(Line(id="pooled", kind="pooled", label=label, value=found.value, low=found.low, high=found.high))
        ahead = outcome.prediction
        if ahead is not None and ahead.low is not None and ahead.high is not None:
            made.append(
                Line(
                    id="prediction",
                    kind="prediction",
                    label="A new study, 95 %",
                    value=None,
                    low=ahead.low,
                    high=ahead.high,
                )
            )
    return tuple(made)


def svg(
    shown: Sequence[Line],
    *,
    title: str,
    axis: str,
    left: str = "",
    right: str = "",
    ratio: bool = False,
    foot: str = "",
    name: str = "forest",
) -> str:
    """A forest plot as one SVG text; every line carries its id as data-id.

    `name` begins the ids of title and description: two plots on one page need two names. `axis` names the scale, `left` and `right` what values below and above no effect favour. Ratios stand on a
    logarithmic axis. Intervals that leave the axis end in an arrow. The picture has a title and a description; give
    `table` beside it. Raises ValueError without lines.
    """
    if not shown:
        raise ValueError("no line to draw")
    scale = _Scale(shown, ratio)
    heading = textwrap.wrap(title, _TITLE) or [""]
    top = _TOP + 22 * (len(heading) - 1)
    bottom = top + _ROW * len(shown)
    height = bottom + _FOOT
    null = scale.x(1.0 if ratio else 0.0)
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" '
        f'aria-labelledby="{name}-title {name}-desc" font-family="{_FONT}" font-size="15" fill="{_INK}">'
    )
    parts = [
        opening,
        f'<title id="{name}-title">{escape(title)}</title>',
        f'<desc id="{name}-desc">{escape(_described(shown, ratio))}</desc>',
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
        *(
            f'<text x="0" y="{20 + 22 * number}" font-size="17" font-weight="600">{escape(line)}</text>'
            for number, line in enumerate(heading)
        ),
        f'<text x="{_WIDTH}" y="{top - 14}" text-anchor="end" font-size="13" fill="{_SOFT}">value, 95 % interval</text>',
        f'<line x1="{null:.1f}" x2="{null:.1f}" y1="{top - 6}" y2="{bottom}" stroke="{_SOFT}" stroke-width="1"/>',
        *_sides(null, top, left, right),
    ]
    heaviest = max((line.weight or 0.0 for line in shown), default=0.0) or 1.0
    for number, line in enumerate(shown):
        middle = top + _ROW * number + _ROW / 2
        if line.kind == "pooled" and number:
            y = top + _ROW * number
            parts.append(f'<line x1="0" x2="{_WIDTH}" y1="{y}" y2="{y}" stroke="{_RULE}"/>')
        parts.append(_drawn(line, middle, scale, heaviest, ratio))
    parts.append(_axis(scale, bottom, axis))
    if foot:
        parts.append(f'<text x="0" y="{height - 8}" font-size="13" fill="{_SOFT}">{escape(foot)}</text>')
    parts.append("</svg>")
    return "\n".join(parts)


def table(shown: Sequence[Line], *, caption: str, ratio: bool = False) -> str:
    """The numbers of the plot as an HTML table with row headings."""
    rows = []
    for line in shown:
        value = "" if line.value is None else _text(line.value, ratio)
        weight = "" if line.weight is None else f"{line.weight:.1f} %"
        rows.append(
            f'<tr data-id="{escape(line.id)}"><th scope="row">{escape(line.label)}</th><td>{value}</td>'
            f"<td>{_text(line.low, ratio)} to {_text(line.high, ratio)}</td><td>{weight}</td></tr>"
        )
    head = "".join(f'<th scope="col">{h}</th>' for h in ("Study", "Value", "95 % interval", "Weight"))
    body = "\n".join(rows)
    return f"<table><caption>{escape(caption)}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table>"


class _Scale:
    """From values to x positions; an axis that holds what matters and cuts what runs far out."""

    def __init__(self, shown: Sequence[Line], ratio: bool) -> None:
        self.ratio = ratio
        take = math.log if ratio else float
        centres = [take(line.value) for line in shown if line.value is not None] + [0.0]
        centres += [take(v) for line in shown if line.kind != "study" for v in (line.low, line.high)]
        lows = [take(line.low) for line in shown] + [0.0]
        highs = [take(line.high) for line in shown] + [0.0]
        middle, spread = (min(centres) + max(centres)) / 2, max(centres) - min(centres)
        reach = max(1.5 * spread, 1e-9)
        low, high = max(min(lows), middle - reach), min(max(highs), middle + reach)
        if high - low < 1e-9:
            low, high = low - 1, high + 1
        air = 0.04 * (high - low)
        self.low, self.high = low - air, high + air
        self.start, self.end = float(_LEFT), float(_WIDTH - _RIGHT)

    def x(self, value: float) -> float:
        """The x position, held inside the plot."""
        share = ((math.log(value) if self.ratio else value) - self.low) / (self.high - self.low)
        return self.start + min(1.0, max(0.0, share)) * (self.end - self.start)

    def outside(self, value: float) -> int:
        """-1 left of the plot, 1 right of it, 0 inside."""
        placed = math.log(value) if self.ratio else value
        return -1 if placed < self.low else 1 if placed > self.high else 0

    def ticks(self) -> list[float]:
        """Round values, five to eight of them."""
        if self.ratio:
            steps = [m * 10.0**e for e in range(-6, 7) for m in (1.0, 2.0, 5.0)]
            inside = [t for t in steps if self.low <= math.log(t) <= self.high]
            return inside if len(inside) <= 8 else [t for t in inside if math.isclose(10 ** round(math.log10(t)), t)]
        raw = (self.high - self.low) / 6
        base = 10.0 ** math.floor(math.log10(raw))
        step = next(m * base for m in (1, 2, 2.5, 5, 10) if m * base >= raw)
        first = math.ceil(self.low / step)
        return [n * step for n in range(first, math.floor(self.high / step) + 1)]


def _drawn(line: Line, y: float, scale: _Scale, heaviest: float, ratio: bool) -> str:
    x1, x2 = scale.x(line.low), scale.x(line.high)
    bold = ' font-weight="600"' if line.kind == "pooled" else ""
    colour = {"study": _INK, "pooled": _POOLED, "prediction": _RANGE}[line.kind]
    number = "" if line.value is None else f"{_text(line.value, ratio)}  "
    spoken = f"{number}({_text(line.low, ratio)} to {_text(line.high, ratio)})"
    marks = []
    if line.kind == "pooled" and line.value is not None:
        x = scale.x(line.value)
        points = f"{x1:.1f},{y} {x:.1f},{y - 8} {x2:.1f},{y} {x:.1f},{y + 8}"
        marks.append(f'<polygon points="{points}" fill="{colour}"/>')
    else:
        width = 5 if line.kind == "prediction" else 1.6
        marks.append(
            f'<line x1="{x1:.1f}" x2="{x2:.1f}" y1="{y}" y2="{y}" stroke="{colour}" stroke-width="{width}"'
            f"{' stroke-linecap=' + chr(34) + 'round' + chr(34) if line.kind == 'prediction' else ''}/>"
        )
        marks.extend(_arrow(scale.start if side < 0 else scale.end, y, side, colour) for side in _cut(line, scale))
    if line.kind == "study" and line.value is not None and not scale.outside(line.value):
        half = 3 + 5 * math.sqrt((line.weight or 0.0) / heaviest)
        x = scale.x(line.value)
        box = f'x="{x - half:.1f}" y="{y - half:.1f}" width="{2 * half:.1f}" height="{2 * half:.1f}"'
        marks.append(f'<rect {box} fill="{colour}"/>')
    label = line.label if len(line.label) <= 34 else line.label[:33].rstrip() + "…"
    return (
        f'<g data-id="{escape(line.id)}"><text x="0" y="{y + 5}"{bold}>{escape(label)}</text>'
        f"{''.join(marks)}"
        f'<text x="{_WIDTH}" y="{y + 5}" text-anchor="end"{bold}>{spoken}</text></g>'
    )


def _cut(line: Line, scale: _Scale) -> list[int]:
    return [side for side in (scale.outside(line.low), scale.outside(line.high)) if side]


def _arrow(x: float, y: float, side: int, colour: str) -> str:
    back = x - 8 * side
    return f'<polygon points="{x:.1f},{y} {back:.1f},{y - 5} {back:.1f},{y + 5}" fill="{colour}"/>'


def _axis(scale: _Scale, y: float, axis: str) -> str:
    parts = [f'<line x1="{scale.start}" x2="{scale.end}" y1="{y}" y2="{y}" stroke="{_INK}"/>']
    for tick in scale.ticks():
        x = scale.x(tick)
        shown = f"{tick:g}".replace("-", "−")
        parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{y}" y2="{y + 5}" stroke="{_INK}"/>')
        parts.append(f'<text x="{x:.1f}" y="{y + 20}" text-anchor="middle" font-size="13">{shown}</text>')
    middle = (scale.start + scale.end) / 2
    parts.append(
        f'<text x="{middle}" y="{y + 38}" text-anchor="middle" font-size="13" fill="{_SOFT}">{escape(axis)}</text>'
    )
    return "\n".join(parts)


def _sides(null: float, top: float, left: str, right: str) -> list[str]:
    """What each side of no effect favours, above the plot; the longer text may reach over the labels' column."""
    parts = []
    look = f'y="{top - 14}" font-size="13" fill="{_SOFT}"'
    if left:
        parts.append(f'<text x="{null - 8:.1f}" text-anchor="end" {look}>← {escape(left)}</text>')
    if right:
        parts.append(f'<text x="{null + 8:.1f}" {look}>{escape(right)} →</text>')
    return parts


def _seen(pool: Pool, value: float) -> float:
    if pool.measure in RATIOS or pool.measure == "PLO":
        seen = pool.shown(value)
        return value if seen is None else seen
    return value


def _text(value: float, ratio: bool) -> str:
    digits = 2 if ratio or abs(value) < 10 else 1
    return f"{value:.{digits}f}".replace("-", "−")


def _described(shown: Sequence[Line], ratio: bool) -> str:
    said = []
    for line in shown:
        middle = "" if line.value is None else f"{_text(line.value, ratio)}, "
        said.append(f"{line.label}: {middle}{_text(line.low, ratio)} to {_text(line.high, ratio)}")
    return "; ".join(said)
