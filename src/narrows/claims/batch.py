"""A folder of pages: every core, one row a page; a page that cannot be read is a row that says so."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from narrows.claims.reading import SUFFIXES
from narrows.problem import InputError, Problem

if TYPE_CHECKING:
    from narrows.claims.checking import Checker

_CHECKER: Checker | None = None  # one per worker, made once


def pages_in(folder: Path) -> list[Path]:
    """The pages of a folder and of the folders in it, in the order of their names.

    Raises InputError when there is none.
    """
    found = sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix.lower() in SUFFIXES)
    if not found:
        raise InputError(Problem("holds no page", str(folder), f"pages end in {', '.join(sorted(SUFFIXES))}"))
    return found


def _start(knowledge: list[str] | None) -> None:
    global _CHECKER
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # one process per core is enough
    from narrows.claims.checking import Checker, warm_up
    from narrows.knowledge import load

    warm_up()
    _CHECKER = Checker(load(knowledge))


def _check(path: str) -> dict[str, Any]:
    from narrows.claims.reading import read_page
    from narrows.claims.table import PAGE_COLUMNS, page_row

    assert _CHECKER is not None
    try:
        return page_row(_CHECKER.check(read_page(path)))
    except InputError as error:
        # A page that cannot be read is a row that says so; the others go on.
        empty: dict[str, Any] = dict.fromkeys(PAGE_COLUMNS, "")
        return {**empty, "page": path, "judgement": "not read", "problem": str(error.problems[0])}


def rows_of(paths: list[Path], knowledge: list[str] | None, jobs: int) -> Iterator[dict[str, Any]]:
    """The row of each page as it is ready, in the order of the pages; `jobs` processes, 0 for one per core."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    workers = min(jobs or os.cpu_count() or 1, len(paths))
    if workers == 1:
        _start(knowledge)
        yield from map(_check, (str(p) for p in paths))
        return
    with ProcessPoolExecutor(workers, get_context("spawn"), _start, (knowledge,)) as pool:
        yield from pool.map(
            _check, (str(p) for p in paths), chunksize=max(1, min(16, len(paths) // (workers * 4) or 1))
        )


def summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Counts across pages: judgements, and the share of treatment pages that say what a fair page says (in per cent)."""
    read = [r for r in rows if r["judgement"] not in ("not read", "not-about-treatment")]
    judgements: dict[str, int] = {}
    for r in rows:
        judgements[r["judgement"]] = judgements.get(r["judgement"], 0) + 1

    def says(topic: str) -> float | None:
        return round(100 * sum(topic not in r["missing"].split(";") for r in read) / len(read), 1) if read else None

    return {
        "pages": len(rows),
        "judgements": judgements,
        "says": {t: says(t) for t in ("risks", "evidence-limits", "regulatory-status", "alternatives", "price")},
    }
