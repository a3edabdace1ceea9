"""The measurements as text for the terminal, 80 columns wide."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from narrows.imaging.causes import SHOWN

if TYPE_CHECKING:
    from narrows.imaging.result import Measurement

WIDTH = 80


def shown(result: Measurement) -> str:
    """A table of the levels, what narrows each, the warnings first."""
    lines = [f"{result.structure.capitalize()}, labels of {result.scan.scheme}: {', '.join(result.as_names())}"]
    for warning in result.warnings:
        lines += textwrap.wrap(f"! {warning}", WIDTH, subsequent_indent="  ")
    lines.append("")
    if result.levels:
        lines.append(f"{'level':<8}{'area mm²':>9}  {'95 %':<12}{'AP mm':>6}{'own normal':>12}{'lost':>7}  slip mm")
        for name, entry in result.levels.items():
            lines += _level(name, entry)
    else:
        lines += _summary(result)
    lines.append("")
    named = [e for e in result.levels.values() if e.get("causes")]
    if named:
        about = f"Shares are {named[0]['share_is']}; {named[0]['share_is_not']}."
        lines += textwrap.wrap(about, WIDTH)
    lines += textwrap.wrap(f"95 %: {result.as_interval()}.", WIDTH)
    lines += textwrap.wrap(f"These are {result.as_disclaimer()}.", WIDTH)
    return "\n".join(lines)


def _level(name: str, entry: dict[str, Any]) -> list[str]:
    if entry["area_mm2"] is None:
        text = f"{name:<8}{entry['status']}: {entry.get('why', '')}"
        return textwrap.wrap(text, WIDTH, subsequent_indent=" " * 8)
    low, high = entry["area_interval"]
    own = "–" if entry["own_normal_mm2"] is None else f"{entry['own_normal_mm2']:.0f}"
    lost = "–" if entry["lost_percent"] is None else f"{entry['lost_percent']:.0f} %"
    slip = "–" if entry.get("slip_mm") is None else f"{entry['slip_mm']:.1f}"
    interval = f"{low:.0f}–{high:.0f}"
    lines = [f"{name:<8}{entry['area_mm2']:>9.0f}  {interval:<12}{entry['ap_mm']:>6.1f}{own:>12}{lost:>7}{slip:>9}"]
    for cause in entry["causes"]:
        low, high = (100 * v for v in cause["share_interval"])
        word = "labelled" if cause["evidence"] == "labelled" else "by position"
        text = f"{100 * cause['share']:.0f} % ({low:.0f}–{high:.0f}) {SHOWN[cause['tissue']]}, {cause['mm2']:.0f} mm², {word}"
        lines += textwrap.wrap(text, WIDTH - 8, initial_indent=" " * 8, subsequent_indent=" " * 12)
    if entry["causes"] and entry["confidence"] == "low":
        lines += textwrap.wrap(
            f"low confidence: {'; '.join(entry['doubts'])}",
            WIDTH - 8,
            initial_indent=" " * 8,
            subsequent_indent=" " * 10,
        )
    return lines


def _summary(result: Measurement) -> list[str]:
    profile = result.profile
    if profile is None or not profile.valid.any():
        return ["nothing could be measured"]
    area = profile.sections.area[profile.valid]
    return [
        (
            f"{area.size} mm of canal measured: area {area.min():.0f} to {area.max():.0f} mm², mean {area.mean():.0f} mm²; "
            f"mean AP {profile.sections.ap[profile.valid].mean():.1f} mm"
        )
    ]
