"""Icon arrays of one hundred people: only for people who were counted, both arms of one comparison."""

from __future__ import annotations

import math
from typing import Final, NamedTuple

from narrows.report.content import Picture, Table, line, words
from narrows.report.language import said

_ACROSS, _DOWN = 20, 5
_STEP_X, _STEP_Y = 13, 18
#: One person, and five in a row, drawn once on a page; the pictures refer to them.
PERSON: Final = (
    '<path id="one" d="M0-6.4a3 3 0 1 1 0 6a3 3 0 1 1 0-6zM-3.8 6.6v-2.6a3.8 3.8 0 0 1 7.6 0v2.6z"/>'
    '<g id="five">' + "".join(f'<use href="#one" x="{step * _STEP_X}"/>' for step in range(5)) + "</g>"
)


class Counted(NamedTuple):
    """People counted in one arm of a study."""

    label: str
    events: int
    total: int


def interval(events: int, total: int) -> tuple[float, float]:
    """The 95 % interval of a counted share, by Wilson's score method, as shares of 1.

    Source: Wilson EB. Probable inference, the law of succession, and statistical inference. J Am Stat Assoc
    1927;22:209–212, doi:10.1080/01621459.1927.10502953. Raises ValueError unless 0 ≤ events ≤ total and total > 0.
    """
    if not 0 <= events <= total or total < 1:
        raise ValueError(f"{events} of {total} people cannot be counted")
    z = 1.959963984540054
    share = events / total
    spread = 1 + z * z / total
    middle = (share + z * z / (2 * total)) / spread
    half = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total)) / spread
    return max(0.0, middle - half), min(1.0, middle + half)


def of_hundred(counted: Counted) -> tuple[int, int, int]:
    """Of 100 people: how many, and the lower and upper limit, rounded to whole people."""
    low, high = interval(counted.events, counted.total)
    rounded = [math.floor(100 * share + 0.5) for share in (low, counted.events / counted.total, high)]
    return rounded[1], rounded[0], rounded[2]


def picture(counted: Counted, what: str, *, harm: bool = False) -> Picture:
    """One hundred people: dark up to the lower limit, light up to the upper limit, outlined beyond."""
    middle, low, high = of_hundred(counted)
    shapes = _people(low, high, harm=harm)
    width, height = _ACROSS * _STEP_X + 3, _DOWN * _STEP_Y + 2
    return Picture(
        svg=shapes,
        alt=said(
            "{group}: {middle} of 100 people {what}; the true number is probably between {low} and {high}.",
            group=counted.label,
            middle=middle,
            what=what,
            low=low,
            high=high,
        ),
        width=width,
        height=height,
        title=counted.label,
        caption=line(said("{middle} of 100 {what} ({low} to {high})", middle=middle, what=what, low=low, high=high)),
    )


def table(arms: tuple[Counted, ...], what: str) -> Table:
    """The same numbers as the pictures, as a table."""
    rows = []
    for arm in arms:
        middle, low, high = of_hundred(arm)
        rows.append(
            (
                words(arm.label),
                words(said("{events} of {total}", events=arm.events, total=arm.total)),
                words(str(middle)),
                words(said("{low} to {high}", low=low, high=high)),
            )
        )
    return Table(
        caption=said("People counted: {what}", what=what),
        head=(said("Group"), said("Counted in the study"), said("Of 100"), said("Probably between")),
        rows=tuple(rows),
        look="small",
    )


def of_range(low: int, high: int, *, harm: bool = False) -> Picture:
    """One hundred people for a rate that is printed as a range: dark up to `low`, light up to `high` (0 to 100)."""
    amount = f"{low}" if low == high else said("{low} to {high}", low=low, high=high)
    width, height = _ACROSS * _STEP_X + 3, _DOWN * _STEP_Y + 2
    return Picture(
        svg=_people(low, high, harm=harm), alt=said("{amount} of 100 people", amount=amount), width=width, height=height
    )


def _people(low: int, high: int, *, harm: bool) -> str:
    """One hundred people as shapes, five at a time where a row allows it."""
    shapes_of: dict[str, list[str]] = {}
    for kind, first, last in (("yes", 0, low), ("maybe", low, high), ("no", high, 100)):
        index = first
        while index < last:
            size = 5 if index % 5 == 0 and index + 5 <= last else 1
            x, y = 8 + index % _ACROSS * _STEP_X, 10 + index // _ACROSS * _STEP_Y
            name = "five" if size == 5 else "one"
            shapes_of.setdefault(kind, []).append(f'<use href="#{name}" x="{x}" y="{y}"/>')
            index += size
    tone = " harm" if harm else ""
    return "".join(f'<g class="{kind}{tone}">{"".join(drawn)}</g>' for kind, drawn in shapes_of.items())
