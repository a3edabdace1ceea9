"""The funnel of a cohort as SVG: who is left after each step, who left at it, who is unknown."""

from __future__ import annotations

import textwrap
from html import escape

from narrows.population.cohort import Funnel
from narrows.population.suppression import Count

WIDE, BOX, GAP, SIDE, LINE = 760, 300, 34, 340, 18
_STYLE = "font-family:system-ui,'Segoe UI',Arial,sans-serif;font-size:14px;fill:#1c2733"


def svg_of(funnel: Funnel) -> str:
    """An attrition diagram: boxes downwards for who is left, boxes aside for who is excluded at each step."""
    parts: list[str] = []
    y = 20
    asked = funnel.people - funnel.refused
    y = _box(
        parts,
        20,
        y,
        BOX,
        [f"{funnel.people:,} people", f"{funnel.refused:,} rows refused"]
        if funnel.refused
        else [f"{funnel.people:,} people"],
    )
    if funnel.refused:
        y = _arrow(parts, y)
        y = _box(parts, 20, y, BOX, [f"{asked:,} asked"])
    for number, step in enumerate(funnel.steps, 1):
        top = y
        said = textwrap.wrap(f"{number}. {step.text}", 44)
        aside = [*said, f"excluded: {_n(step.excluded)}", f"not known here: {_n(step.unknown)}"]
        height = _height(aside)
        middle = top + GAP / 2 + height / 2
        parts.append(
            f'<path d="M170 {top} V{top + GAP + height} M170 {middle:g} H394" stroke="#4a5a6a" fill="none" marker-end="url(#tip)"/>'
        )
        _box(parts, 400, int(top + GAP / 2), SIDE, aside, "#f7ece8", "#a4452c")
        y = top + GAP + height
        y = _box(parts, 20, y, BOX, [f"{_n(step.left)} not excluded"])
    y = _arrow(parts, y)
    end = _box(parts, 20, y, BOX, [f"{_n(funnel.included)} included"], "#e3eef4", "#0b4f6c", bold=True)
    _box(
        parts,
        400,
        y,
        SIDE,
        [f"{_n(funnel.unknown)} unknown: not excluded,", "but an answer is missing"],
        "#f2f4f6",
        "#5b6b7b",
    )
    parts.append(f'<path d="M320 {y + 22} H394" stroke="#4a5a6a" fill="none" stroke-dasharray="4 3"/>')
    end += LINE + 16
    notes = ["These people are invented (synthetic)."] if funnel.synthetic else []
    if funnel.least > 1:
        notes.append(f"Counts below {funnel.least} are hidden, and others where they could be worked out.")
    for note in notes:
        parts.append(f'<text x="20" y="{end}" style="{_STYLE};font-size:12px">{note}</text>')
        end += LINE
    title = f"{_n(funnel.included)} of {funnel.people:,} people are included, {_n(funnel.unknown)} are unknown."
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {end + 20}" width="{WIDE}" height="{end + 20}" style="max-width:100%;height:auto" role="img" aria-labelledby="t">'
        f'<title id="t">{escape(title)}</title><defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0 8 4 0 8z" fill="#4a5a6a"/></marker></defs>'
        f'<rect width="100%" height="100%" fill="#fff"/>{"".join(parts)}</svg>\n'
    )


def _n(count: Count) -> str:
    return "hidden" if count is None else f"{count:,}"


def _height(lines: list[str]) -> int:
    return LINE * len(lines) + 22


def _box(
    parts: list[str],
    x: int,
    y: int,
    width: int,
    lines: list[str],
    fill: str = "#fff",
    edge: str = "#4a5a6a",
    bold: bool = False,
) -> int:
    height = _height(lines)
    parts.append(f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="4" fill="{fill}" stroke="{edge}"/>')
    weight = ";font-weight:600" if bold else ""
    for i, line in enumerate(lines):
        parts.append(f'<text x="{x + 14}" y="{y + 24 + i * LINE}" style="{_STYLE}{weight}">{escape(line)}</text>')
    return y + height


def _arrow(parts: list[str], y: int) -> int:
    parts.append(f'<path d="M170 {y} V{y + 22}" stroke="#4a5a6a" fill="none" marker-end="url(#tip)"/>')
    return y + 24
