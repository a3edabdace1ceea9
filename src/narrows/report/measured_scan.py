"""A measured scan in the report: its picture, the numbers behind it, and loudly where the canal may be blocked."""

from __future__ import annotations

import base64
import struct
from collections.abc import Mapping, Sequence
from typing import Any, Final

from narrows.appraisal.answer import Appraisal
from narrows.case import MeasuredScan
from narrows.report import share_bar, words
from narrows.report.content import (
    Block,
    Bullets,
    Line,
    Medium,
    Notice,
    Paragraph,
    Picture,
    Section,
    Table,
    line,
    strong,
)
from narrows.report.language import said

#: Words by which the measuring of a scan says that the canal may be closed.
BLOCK: Final = "possible complete block"
#: What a share is, and what it is not.
GEOMETRY: Final = (
    "This is geometry: which tissue lies where the canal would be by the person's own width at the vertebrae beside it."
)
NO_STUDY: Final = (
    "No study held here shows that these shares predict who benefits from an injection of cells or from any other "
    "treatment; they decide nothing on these pages."
)
#: The heads of the notice of a block: for a person, and as measured.
MAY_BE_CLOSED: Final = "The canal may be closed at one place"
POSSIBLE_BLOCK: Final = "Possible complete block of the canal on the scan"


def blocks(appraisal: Appraisal) -> list[str]:
    """What the measuring of a scan says of places where the canal may be closed; empty when of none."""
    return [n.removeprefix("Scan: ") for n in appraisal.notices if n.startswith("Scan: ") and BLOCK in n.lower()]


def blocks_of_canal(appraisal: Appraisal, *, plainly: bool) -> tuple[Block, ...]:
    """A loud notice when the canal may be blocked on a measured scan, in plain words or as measured; else nothing."""
    blocked = blocks(appraisal)
    if not blocked:
        return ()
    found = Bullets(tuple(line(text) for text in blocked), look="tight")
    if not plainly:
        return (Notice("stop", POSSIBLE_BLOCK, (found,)),)
    return (Notice("stop", MAY_BE_CLOSED, (Paragraph(line(what_a_block_asks(appraisal))), found)),)


def what_a_block_asks(appraisal: Appraisal) -> str:
    """What a person with a possible block is to do."""
    what = said(
        "The canal could not be followed at one place of your scan. It may be closed there, or the drawing of the scan "
        "has a hole."
    )
    if appraisal.urgency == "emergency-same-day":
        return f"{what} {said('Tell the doctors there, and give them the images.')}"
    todo = said(
        "Ask a doctor to look at the images soon. New weakness, numbness between the legs or trouble with "
        "bladder or bowel: go to an emergency department now."
    )
    return f"{what} {todo}"


def section(scans: Sequence[MeasuredScan], medium: Medium) -> Section:
    """The measured scans: picture with its words, and the numbers as a table (on paper below it)."""
    made: list[Block] = []
    for scan in scans:
        drawing = picture(scan)
        made.append(drawing)
        if medium == "paper" and drawing.data is not None:
            made.append(drawing.data)
    return Section("measured-scan", "Measured scan", tuple(made))


def picture(scan: MeasuredScan) -> Picture:
    """The picture as a drawing that holds a PNG, with words for those who hear the page."""
    width, height = struct.unpack(">II", scan.png[16:24])
    inside = base64.b64encode(scan.png).decode("ascii")
    return Picture(
        svg=f'<image width="{width}" height="{height}" href="data:image/png;base64,{inside}"/>',
        alt=_alt(scan),
        width=width,
        height=height,
        title=f"The {scan.structure} as measured",
        caption=line(
            "Along the middle of the canal, its area on the same scale, and the narrowest slice with the lost area "
            f"coloured by what lies there. {GEOMETRY} {NO_STUDY}"
        ),
        data=table(scan),
        look="wide",
    )


def _alt(scan: MeasuredScan) -> str:
    told = [f"Measured scan of the {scan.structure}: along its middle, its area from top to bottom, and one slice."]
    blocked = [name for name, e in scan.levels.items() if e["status"] == BLOCK]
    if blocked:
        told.append(f"POSSIBLE COMPLETE BLOCK at {', '.join(blocked)}.")
    entry = scan.levels.get(scan.narrowest or "")
    if entry is not None:
        lost = entry.get("lost_percent")
        than = f", {lost:.0f} % less than the person's own normal" if lost else ""
        told.append(f"Narrowest measured at {scan.narrowest}: {_with_interval(entry)} mm\u00b2{than}.")
        causes = _causes(entry)
        if causes:
            told.append(f"Where the canal would be lies: {causes}.")
    told.append("The numbers stand in the table.")
    return " ".join(told)


def table(scan: MeasuredScan) -> Table:
    """Each level as measured: area with its interval, diameter, own normal, what is lost and what lies there."""
    head = (
        "Level",
        "Area mm\u00b2 (95 %)",
        "Front to back mm",
        "Own normal mm\u00b2",
        "Lost",
        "What lies where the canal would be",
    )
    rows = tuple(_row(name, entry) for name, entry in scan.levels.items())
    return Table(
        f"The {scan.structure} by level; intervals from the voxels alone",
        head,
        rows,
        (1.1, 1.9, 1.3, 1.4, 1, 5),
        "small",
    )


def _row(name: str, entry: Mapping[str, Any]) -> tuple[Line, ...]:
    if entry["area_mm2"] is None:
        status = str(entry["status"])
        shown = line(strong(status.upper() if status == BLOCK else status))
        return (line(strong(name)), shown, line(""), line(""), line(""), line(str(entry.get("why", ""))))
    own, lost = entry.get("own_normal_mm2"), entry.get("lost_percent")
    return (
        line(strong(name)),
        line(_with_interval(entry)),
        line(words.number(entry["ap_mm"], 1)),
        line("not measurable" if own is None else words.number(own, 0)),
        line("" if lost is None else f"{words.number(lost, 0)} %"),
        line(_causes(entry) or str(entry.get("causes_note", ""))),
    )


def _with_interval(entry: Mapping[str, Any]) -> str:
    area = words.number(entry["area_mm2"], 0)
    if not entry.get("area_interval"):
        return area
    low, high = entry["area_interval"]
    return f"{area} ({words.number(low, 0)} to {words.number(high, 0)})"


def _causes(entry: Mapping[str, Any]) -> str:
    told = []
    for cause in entry.get("causes", ()):
        low, high = cause["share_interval"]
        told.append(
            f"{share_bar.tissue_words(cause['tissue'])} {100 * cause['share']:.0f} % ({100 * low:.0f} to {100 * high:.0f}; "
            f"{str(cause['evidence']).replace('-', ' ')})"
        )
    return ", ".join(told)
