"""What a person wants to compare, and in which order the outcomes stand: what matters most first, nothing hidden."""

from __future__ import annotations

from typing import Final, NamedTuple

from narrows.appraisal import Appraisal
from narrows.knowledge.records.option import Option
from narrows.options.comparison import Cell, Comparison, Row, compare
from narrows.report import icon_array
from narrows.report.content import Picture
from narrows.site.comparison_words import Teller, Told
from narrows.site.ground import ground

MOST: Final = 4  # side by side; more cannot be read
HORIZONS: Final = (3.0, 6.0, 12.0, 24.0)
#: What may matter, and the words of rows that speak of it.
VALUES: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "walking": ("Walking further", ("walk", "function", "daily", "body can do", "claudication", "zcq")),
    "pain": ("Less pain", ("pain", "symptom")),
    "risk": ("Little risk", ("harm",)),
    "surgery": ("Avoiding an operation", ("operation", "surgery", "rules out", "reoperation")),
    "cost": ("Low cost", ("price", "pays")),
    "time": ("Being done soon", ("recovery", "setting")),
    "sure": ("Being sure that it works", ("evidence", "guideline")),
    "law": ("That it is allowed", ("legal",)),
}
PLAIN: Final = {"watchful-waiting": 0}


class Shown(NamedTuple):
    """A row with what draws it."""

    label: str
    cells: tuple[Told, ...]
    pictures: tuple[Picture | None, ...]
    matters: bool


class Part(NamedTuple):
    """Rows that belong together."""

    group: str
    rows: tuple[Shown, ...]
    matters: bool


def families() -> list[tuple[str, list[Option]]]:
    """All options by family, doing nothing first."""
    held: dict[str, list[Option]] = {}
    for option in ground().options.values():
        held.setdefault(option.family, []).append(option)
    order = ("no-procedure", "medicine", "device-or-light", "injection", "cell-or-blood-product", "operation")
    return [(f, sorted(held[f], key=lambda o: (o.id not in PLAIN, o.name))) for f in order if f in held]


def made(chosen: tuple[str, ...], months: float, country: str, answer: Appraisal | None) -> Comparison:
    """The comparison of the library.

    Raises InputError.
    """
    return compare(chosen, ground(), months=months, answer=answer, country=country)


def parts(comparison: Comparison, values: list[str], teller: Teller) -> list[Part]:
    """The rows by group; groups and rows that speak of what matters come first, all others follow."""
    words = [w for v in values if v in VALUES for w in VALUES[v][1]]
    held: dict[str, list[Shown]] = {}
    for row in comparison.rows:
        label = f"{row.group} {row.label}".lower()
        matters = any(w in label for w in words)
        held.setdefault(row.group, []).append(Shown(teller.label(row), teller.cells(row), _pictures(row), matters))
    made_parts = [
        Part(group, tuple(sorted(rows, key=lambda r: not r.matters)), any(r.matters for r in rows))
        for group, rows in held.items()
    ]
    fixed = {"for you": -2, "what it is": -1}
    return sorted(made_parts, key=lambda p: (fixed.get(p.group, 0), not p.matters))


def _pictures(row: Row) -> tuple[Picture | None, ...]:
    return tuple(_picture(cell) for cell in row.cells)


def _picture(cell: Cell) -> Picture | None:
    """A hundred people, where people were counted; the darker ones are sure, the lighter ones between the limits."""
    if cell.rate_low is None or cell.rate_high is None or cell.rate_high > 100:
        return None
    low, high = round(cell.rate_low), round(cell.rate_high)
    if high < 1:
        return None
    return icon_array.of_range(low, high, harm=row_is_harm(cell))


def row_is_harm(cell: Cell) -> bool:
    """Rates of the comparison are counted harms."""
    return cell.rate_low is not None
