"""Small cells: counts that could point to a person are not shown, nor what would let them be worked out."""

from __future__ import annotations

from collections.abc import Mapping

Count = int | None  # None: suppressed
DEFAULT = 5


def suppressed(counts: Mapping[str, int], least: int = DEFAULT) -> dict[str, Count]:
    """Counts of parts of a known whole: those from 1 to `least` - 1 are None.

    Where a single one would be None it could be worked out from the whole, so the smallest other is None as well.
    """
    shown: dict[str, Count] = {key: None if 0 < n < least else n for key, n in counts.items()}
    hidden = [key for key, n in shown.items() if n is None]
    if len(hidden) == 1:
        others = [key for key, n in counts.items() if key not in hidden and n > 0]
        if others:
            shown[min(others, key=lambda key: (counts[key], key))] = None
    return shown


def table(rows: Mapping[str, Mapping[str, int]], least: int = DEFAULT) -> dict[str, dict[str, Count]]:
    """A table whose row and column totals are known: no single cell of a row or of a column is left alone hidden."""
    shown = {name: suppressed(row, least) for name, row in rows.items()}
    columns = list(dict.fromkeys(column for row in rows.values() for column in row))
    changed = True
    while changed:
        changed = False
        for column in columns:
            hidden = [name for name, row in shown.items() if column in row and row[column] is None]
            if len(hidden) == 1:
                others = [n for n in rows if n not in hidden and rows[n].get(column, 0) > 0]
                if others:
                    shown[min(others, key=lambda n: (rows[n][column], n))][column] = None
                    changed = True
        for name, row in shown.items():
            hidden = [column for column, n in row.items() if n is None]
            if len(hidden) == 1:
                others = [c for c in row if c not in hidden and rows[name][c] > 0]
                if others:
                    row[min(others, key=lambda c: (rows[name][c], c))] = None
                    changed = True
    return shown


def text(count: Count, least: int = DEFAULT) -> str:
    """A count as it is shown."""
    return "hidden" if count is None else f"{count:,}"
