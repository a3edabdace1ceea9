"""A file of studies to pool: effects with variances, means of two arms, or counts of two arms."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, Literal, NamedTuple, TypeAlias

from narrows.evidence import effects
from narrows.evidence.effects import Effect, Measure, Moments, Table2x2
from narrows.problem import InputError, Problem, did_you_mean

Shape: TypeAlias = Literal["effects", "means", "counts"]
COLUMNS: Final[dict[Shape, tuple[str, ...]]] = {
    "effects": ("study", "yi", "vi"),
    "means": ("study", "mean1", "sd1", "n1", "mean2", "sd2", "n2"),
    "counts": ("study", "events1", "n1", "events2", "n2"),
}
_MEASURES: Final[dict[Shape, tuple[Measure, ...]]] = {
    "effects": (),
    "means": ("MD", "SMD"),
    "counts": ("OR", "RR", "RD"),
}
MOST_BYTES: Final = 20_000_000


class StudiesFile(NamedTuple):
    """The rows of a file, in its order, and which shape they have."""

    shape: Shape
    studies: tuple[str, ...]
    values: tuple[dict[str, float], ...]


def read(path: Path) -> StudiesFile:
    """Read a CSV file of studies (UTF-8; comma, semicolon or tab; further columns are ignored).

    Raises InputError with every problem of the file: missing columns, values that are no finite numbers, a study
    that stands twice, no rows.
    """
    text = _text(path)
    first = text.splitlines()[0] if text.strip() else ""
    if not first:
        raise InputError(
            Problem("the file is empty", str(path), f"columns {', '.join(COLUMNS['effects'])}, or see --help")
        )
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    header = [name.strip() for name in _next(reader, path) or []]
    shape = _shape(header, path)
    wanted = COLUMNS[shape]
    place = {name: header.index(name) for name in wanted}
    problems: list[Problem] = []
    studies: list[str] = []
    values: list[dict[str, float]] = []
    while (row := _next(reader, path)) is not None:
        if not any(cell.strip() for cell in row):
            continue
        where = f"{path}, line {reader.line_num}"
        if len(row) != len(header):
            problems.append(Problem(f"{len(row)} values under {len(header)} columns", where, "one value a column"))
            continue
        study = row[place["study"]].strip()
        if not study:
            problems.append(Problem("the study has no name", where, "fill the column 'study'"))
        elif study in studies:
            problems.append(Problem(f"'{study}' stands twice", where, "one row for each study"))
        numbers: dict[str, float] = {}
        for name in wanted[1:]:
            cell = row[place[name]].strip()
            parsed = _number(cell)
            if parsed is None:
                problems.append(
                    Problem(f"{name} = '{cell}' is not a finite number", where, "a number, point as decimal sign")
                )
            else:
                numbers[name] = parsed
        studies.append(study)
        values.append(numbers)
    if not studies and not problems:
        problems.append(Problem("no study below the header", str(path), "one row for each study"))
    if problems:
        raise InputError(problems)
    return StudiesFile(shape, tuple(studies), tuple(values))


def measure_of(file: StudiesFile, named: Measure | None) -> Measure:
    """The measure to compute: the one named, checked against what the file holds; raises InputError if none fits."""
    fitting = _MEASURES[file.shape]
    if file.shape == "effects":
        if named is not None:
            raise InputError(
                Problem(
                    f"--measure {named} with columns yi, vi", "--measure", "leave it out: yi is pooled on its own scale"
                )
            )
        return "GEN"
    if named is None:
        return fitting[0]
    if named not in fitting:
        raise InputError(
            Problem(f"{named} cannot be computed from {file.shape}", "--measure", f"choose {' or '.join(fitting)}")
        )
    return named


def effects_of(file: StudiesFile, measure: Measure) -> tuple[Effect, ...]:
    """The effect of every study; raises InputError with the problems of all studies together."""
    made: list[Effect] = []
    problems: list[Problem] = []
    for study, row in zip(file.studies, file.values, strict=True):
        try:
            made.append(_effect(file.shape, measure, study, row))
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    return tuple(made)


def tables_of(file: StudiesFile) -> tuple[tuple[str, Table2x2], ...]:
    """The 2 × 2 tables of a file of counts, by study."""
    return tuple((study, _table(row)) for study, row in zip(file.studies, file.values, strict=True))


def _next(reader: Iterator[list[str]], path: Path) -> list[str] | None:
    try:
        return next(reader, None)
    except csv.Error as error:
        raise InputError(
            Problem(f"not a CSV file: {error}", str(path), "one line a study, values split by commas")
        ) from error


def _effect(shape: Shape, measure: Measure, study: str, row: dict[str, float]) -> Effect:
    if shape == "effects":
        return effects.given(study, row["yi"], row["vi"])
    if shape == "counts":
        return effects.two_by_two(measure, study, _table(row))
    first, second = (Moments(row[f"mean{a}"], row[f"sd{a}"], row[f"n{a}"]) for a in (1, 2))
    make = effects.mean_difference if measure == "MD" else effects.standardised_mean_difference
    return make(study, first, second)


def _table(row: dict[str, float]) -> Table2x2:
    return Table2x2(row["events1"], row["n1"], row["events2"], row["n2"])


def _shape(header: Sequence[str], path: Path) -> Shape:
    repeated = sorted({name for name in header if header.count(name) > 1 and name})
    if repeated:
        raise InputError(Problem(f"column '{repeated[0]}' stands twice", f"{path}, line 1", "name each column once"))
    fitting = [shape for shape, wanted in COLUMNS.items() if set(wanted) <= set(header)]
    if len(fitting) == 1:
        return fitting[0]
    if len(fitting) > 1:
        raise InputError(
            Problem(f"the columns fit {' and '.join(fitting)}", f"{path}, line 1", "leave the columns of one kind")
        )
    every = {name for wanted in COLUMNS.values() for name in wanted}
    odd = next((name for name in header if name not in every and did_you_mean(name, every)), None)
    hint = f"'{odd}': {did_you_mean(odd, every)}; " if odd else ""
    ways = "; or ".join(", ".join(wanted) for wanted in COLUMNS.values())
    raise InputError(Problem("the columns are of no known kind", f"{path}, line 1", f"{hint}{ways}"))


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise InputError(Problem("the file is too large for a list of studies", str(path), "20 MB at most"))
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError(Problem(f"cannot be read: {error.strerror}", str(path), "name a CSV file")) from error
    except UnicodeDecodeError as error:
        raise InputError(Problem("not UTF-8 text", f"{path}, byte {error.start}", "save it as CSV in UTF-8")) from error


def _number(cell: str) -> float | None:
    try:
        parsed = float(cell)
    except ValueError:
        return None
    return parsed if math.isfinite(parsed) and "_" not in cell else None
