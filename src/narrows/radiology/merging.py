"""One row per finding, level, side and status: repeats fall together, the impression adds only what is new."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from narrows.radiology.coding import FORMS
from narrows.radiology.spans import Row

_WORST: Final = ("disc_displacement", "cervical_kang_grade")
#: Without a level these say no more than the rows that have one.
_OVERALL: Final = {
    "lumbar_stenosis_severity": "lee_central_grade",
    "cervical_stenosis_severity": "cervical_kang_grade",
}


def merged(rows: Iterable[Row]) -> tuple[list[Row], list[str], set[tuple[str, str]]]:
    """The rows without repeats in the order of their words, what contradicts what, and (finding, level) of these."""
    given = list(rows)
    kept: list[Row] = []
    warnings: list[str] = []
    disputed: set[tuple[str, str]] = set()
    for row in given:
        if row.section != "impression":
            _take(row, kept)
    for row in given:
        if row.section == "impression":
            told = _told_otherwise(row, kept)
            warnings.extend(told)
            if told:
                disputed.add((row.finding, row.level))
            if not _repeats(row, kept):
                _take(row, kept)
    kept = _without_overruled(kept)
    for row in _contradicted(kept):
        disputed.add((row.finding, row.level))
        warnings.append(f"{_where(row)}: stated in one place and denied in another; both are kept, neither is settled.")
    return sorted(kept, key=lambda r: (r.start, r.end, r.finding, r.level)), list(dict.fromkeys(warnings)), disputed


def _take(row: Row, kept: list[Row]) -> None:
    for n, old in enumerate(kept):
        if (old.finding, old.level, old.side, old.status) == (row.finding, row.level, row.side, row.status):
            kept[n] = _fuller(old, row)
            return
    kept.append(row)


def _told_otherwise(row: Row, kept: list[Row]) -> list[str]:
    """Where the impression gives another grade than the findings: told, not settled."""
    return [
        f"{_where(row)}: the findings say {old.value}, the impression {row.value}. The findings are kept; neither is settled."
        for old in kept
        if (old.finding, old.level, old.side, old.status) == (row.finding, row.level, row.side, row.status)
        and _differ(old, row)
    ]


def _fuller(old: Row, new: Row) -> Row:
    """The mention that says more: a value over none; of disc forms and of canal and cord together the worse."""
    if old.value == "":
        return new if new.value != "" else old
    if new.value == "":
        return old
    if old.finding in _WORST and old.status != "absent":
        return new if _rank(new) > _rank(old) else old
    if old.status == "absent" and old.value != new.value:
        return old if _width(old) <= _width(new) else new
    return old


def _rank(row: Row) -> tuple[float, float]:
    """How bad a value is; an unspecified herniation stands below a protrusion that is named, above a bulge."""
    ends = str(row.value).split("..")
    if row.finding == "disc_displacement":
        places = [float(FORMS.index(e)) for e in ends]
        return (places[0] - (0.5 if len(ends) > 1 else 0.0), 0.0)
    return (float(ends[-1]), float(ends[0]))


def _width(row: Row) -> float:
    return float(".." in str(row.value))


def _differ(old: Row, new: Row) -> bool:
    if "" in (old.value, new.value) or old.finding in _WORST or old.section == new.section or old.status == "absent":
        return False
    a, b = (str(r.value).split("..") for r in (old, new))
    try:
        (a0, a1), (b0, b1) = ((float(v[0]), float(v[-1])) for v in (a, b))
    except ValueError:
        return a != b
    return a1 < b0 or b1 < a0


def _repeats(row: Row, kept: list[Row]) -> bool:
    """Whether an impression says again what the findings say, in the same or in fewer words."""
    same = [k for k in kept if k.finding == row.finding and k.section != "impression"]
    if row.finding in _OVERALL:
        same += [k for k in kept if k.finding == _OVERALL[row.finding] and k.section != "impression"]
        return any(k.status == row.status for k in same)
    if not row.level and any(k.level and k.status == row.status for k in same):
        return True
    here = [k for k in same if k.level == row.level]
    if row.status == "possible" and any(k.status == "present" for k in here):
        return True
    for k in here:
        if k.status != row.status:
            continue
        covers = k.side == row.side or not row.side or (k.side == "both" and row.side in ("left", "right"))
        if covers and (row.value == "" or k.value == row.value or (k.side == row.side and k.value != "")):
            return row.finding not in _WORST or _rank_or_zero(k) >= _rank_or_zero(row)
        if not row.side and k.side:
            return True
    if row.finding == "spondylolisthesis_slip" and row.value == "" and row.status == "present":
        return any(k.finding == "meyerding_grade" and k.level == row.level for k in kept)
    return False


def _rank_or_zero(row: Row) -> tuple[float, float]:
    return _rank(row) if row.value != "" else (-1.0, -1.0)


def _without_overruled(rows: list[Row]) -> list[Row]:
    """Drop what a fuller row of the same thing already says."""
    out: list[Row] = []
    for row in rows:
        same = [r for r in rows if r is not row and r.finding == row.finding and r.level == row.level]
        stated = [r for r in same if r.status in ("present", "possible")]
        if row.finding == "disc_displacement" and row.status == "absent" and stated:
            continue
        if row.status == "possible" and any(
            r.status == "present" and (r.side == row.side or not row.side) and not _suspects_worse(row, r) for r in same
        ):
            continue
        if row.status == "present" and not row.level and _levelled(row, rows):
            continue
        if (
            row.status == "present"
            and row.value == ""
            and not row.side
            and any(r.status == "present" and r.side and row.level for r in same)
        ):
            continue
        if (
            row.finding == "spondylolisthesis_slip"
            and row.status == "present"
            and row.value == ""
            and any(r.finding == "meyerding_grade" and r.level == row.level and r.status == "present" for r in rows)
        ):
            continue
        out.append(row)
    return _joined_sides(out)


def _suspects_worse(possible: Row, present: Row) -> bool:
    """'A bulge; there may be a small protrusion': the suspicion says more than what is stated."""
    return possible.finding in _WORST and possible.value != "" and _rank(possible) > _rank_or_zero(present)


def _levelled(row: Row, rows: list[Row]) -> bool:
    finding = _OVERALL.get(row.finding, row.finding)
    return any(r.finding == finding and r.level and r.status == "present" and row.value in ("", r.value) for r in rows)


def _joined_sides(rows: list[Row]) -> list[Row]:
    """Left and right of one grade are both sides of it: one row."""
    out: list[Row] = []
    for row in rows:
        other = {"left": "right", "right": "left"}.get(row.side)
        twin = next(
            (n for n, r in enumerate(out) if other and r.side == other and _sideless(r) == _sideless(row)), None
        )
        if twin is not None:
            old = out[twin]
            out[twin] = old._replace(side="both", start=min(old.start, row.start), end=max(old.end, row.end))
        elif other and any(r.side == "both" and _sideless(r) == _sideless(row) for r in rows):
            continue
        else:
            out.append(row)
    return out


def _sideless(row: Row) -> tuple[object, ...]:
    return (row.finding, row.level, row.value, row.status)


def _contradicted(rows: list[Row]) -> list[Row]:
    """The stated rows that another row denies, at the same level and side."""
    return [
        row
        for row in rows
        if row.status == "present"
        and any(
            other.status == "absent"
            and (other.finding, other.level) == (row.finding, row.level)
            and other.side in ("", row.side, "both")
            and other.value in ("", 0, "none")
            for other in rows
        )
    ]


def _where(row: Row) -> str:
    return " ".join(p for p in (row.level, row.side if row.side != "both" else "both sides", row.finding) if p)


def _shown(row: Row) -> str:
    return str(row.value) if row.value != "" else row.status
