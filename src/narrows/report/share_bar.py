"""A bar of what takes the room in the canal at one level."""

from __future__ import annotations

from typing import Any

from narrows.report.content import Picture, Table, line, words
from narrows.report.language import said
from narrows.report.words import number

#: tissue: (words, pattern class). Colours differ in lightness too, so that the order shows without colour.
TISSUES: dict[str, tuple[str, str]] = {
    "ligament": ("ligament or other soft tissue behind", "t1"),
    "disc": ("disc", "t2"),
    "bone": ("bone", "t3"),
    "facet": ("joints and bone", "t3"),
    "facet_bone": ("joints and bone", "t3"),
    "epidural_fat": ("fat in the canal", "t4"),
    "alignment": ("a slipped vertebra", "t4"),
}


def tissue_words(tissue: object) -> str:
    """A tissue in words; one that has none here by its own name."""
    return TISSUES.get(str(tissue), (str(tissue).replace("_", " ").replace("-", " "), ""))[0]


def picture(level: str, causes: tuple[dict[str, Any], ...]) -> Picture | None:
    """Shares of the lost area by tissue; None when no share is known."""
    shares = [
        (str(c.get("tissue", "")), float(c["share"]), str(c.get("evidence", ""))) for c in causes if c.get("share")
    ]
    if not shares:
        return None
    total = sum(share for _, share, _ in shares)
    x, drawn, told, rows = 0.0, [], [], []
    for index, (tissue, share, evidence) in enumerate(shares):
        name, kind = said(tissue_words(tissue)), TISSUES.get(tissue, ("", f"t{index % 4 + 1}"))[1]
        width = 300 * share / total
        drawn.append(f'<rect class="{kind}" x="{x:.1f}" y="0" width="{max(width - 1.5, 0.5):.1f}" height="16" rx="2"/>')
        x += width
        told.append(f"{name} {number(100 * share, 0)} %")
        rows.append((words(name), words(f"{number(100 * share, 0)} %"), words(said(evidence.replace("-", " ")))))
    return Picture(
        svg="".join(drawn),
        alt=said("What takes the room at {level}: {tissues}.", level=level, tissues=", ".join(told)),
        width=300,
        height=16,
        caption=line(" · ".join(told)),
        data=Table(
            caption=said("What takes the room at {level}", level=level),
            head=(said("Tissue"), said("Share of the lost area"), said("How it was told")),
            rows=tuple(rows),
            look="small",
        ),
        look="bar",
    )
