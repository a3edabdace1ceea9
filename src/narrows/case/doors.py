"""The doors a case comes in by: TOML, JSON, CSV, standard input."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from narrows.case.case import Case
from narrows.case.derive import derive
from narrows.case.entry import MORE, MOST_PROBLEMS, Entry, Place
from narrows.case.row import case_of_row
from narrows.knowledge import Knowledge
from narrows.problem import InputError, Problem

MOST_BYTES = 10_000_000
DEEPEST = 50
SUFFIXES = (".toml", ".json", ".csv")


def read(source: str, knowledge: Knowledge) -> Iterator[Case]:
    """The case or cases of a file, or of standard input for '-'.

    A TOML file and a JSON object hold one; a JSON list and a CSV hold one a row. Raises InputError with every problem.
    """
    if source == "-":
        content, name, suffix = sys.stdin.buffer.read(MOST_BYTES + 1), "standard input", ""
    else:
        path = Path(source)
        content, name, suffix = _bytes_of(path), path.name, path.suffix.lower()
    text = _text_of(content, name)
    if suffix not in SUFFIXES:
        suffix = ".json" if text.lstrip()[:1] in "{[" else ".toml"
    if suffix == ".csv":
        yield from _rows(text, name, knowledge)
    else:
        yield from _whole(text, name, suffix, knowledge)


def _bytes_of(path: Path) -> bytes:
    if path.is_dir():
        raise InputError(Problem("this is a folder, not a case", str(path), "name one file"))
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        near = [p.name for p in path.parent.glob("*") if p.suffix in SUFFIXES][:5] if path.parent.is_dir() else []
        raise InputError(
            Problem("no such file", str(path), f"here are: {', '.join(sorted(near))}" if near else "check the name")
        ) from None
    except OSError as error:
        raise InputError(Problem(f"cannot be read: {error.strerror}", str(path))) from None


def _text_of(content: bytes, name: str) -> str:
    if len(content) > MOST_BYTES:
        raise InputError(
            Problem(
                f"larger than {MOST_BYTES // 1_000_000} MB, which is no single case",
                name,
                "for many people use a table: narrows appraise PEOPLE.parquet --engine duckdb --out F",
            )
        )
    if not content.strip():
        raise InputError(Problem("the file is empty", name, 'the smallest case is one line: id = "someone"'))
    if b"\0" in content[:4096] and content[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise InputError(Problem("this is a binary file, not text", name, "a case is TOML, JSON or CSV text"))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InputError(Problem("this is not UTF-8 text", f"{name}, line {line}", "save the file as UTF-8")) from None


def _whole(text: str, name: str, suffix: str, knowledge: Knowledge) -> Iterator[Case]:
    raw = _json(text, name) if suffix == ".json" else _toml(text, name)
    many = isinstance(raw, list)
    if many and not raw:
        raise InputError(Problem("an empty list holds no case", name, "one {…} a person"))
    problems: list[Problem] = []
    cases: list[Case] = []
    for index, one in enumerate(raw if many else [raw]):
        place = _place(name, text, f"[{index}]" if many else "")
        try:
            cases.append(_complete(Entry(knowledge, place), one, knowledge, place))
        except InputError as error:
            problems.extend(error.problems)
        if len(problems) >= MOST_PROBLEMS:
            break
    if problems:
        raise InputError(_first(problems))
    yield from cases


def _first(problems: list[Problem]) -> list[Problem]:
    """Each problem once, and no more of them than anyone can mend."""
    different = list(dict.fromkeys(problems))
    return different if len(different) <= MOST_PROBLEMS else [*different[:MOST_PROBLEMS], MORE]


def _complete(entry: Entry, raw: Any, knowledge: Knowledge, place: Place) -> Case:
    case = entry.take(raw)
    derive(case, knowledge, place)
    return case


def _rows(text: str, name: str, knowledge: Knowledge) -> Iterator[Case]:
    rows = csv.reader(io.StringIO(text), strict=True)
    try:
        header = next(rows)
    except StopIteration:
        raise InputError(Problem("no header row", name)) from None
    except csv.Error as error:
        raise InputError(Problem(f"not CSV: {error}", f"{name}, line 1")) from None
    header = [column.strip() for column in header]
    doubled = sorted(c for c, times in Counter(header).items() if times > 1)
    if doubled:
        raise InputError([Problem(f"column '{c}' stands twice", f"{name}, line 1") for c in doubled[:MOST_PROBLEMS]])
    problems, wrong = _columns(header, name, knowledge)
    cases: list[Case] = []
    try:
        for cells in rows:
            if not any(cell.strip() for cell in cells):
                continue
            line = rows.line_num
            if len(cells) != len(header):
                problems.append(
                    Problem(f"{len(cells)} cells where the header has {len(header)}", f"{name}, line {line}")
                )
                continue

            def place(path: str, line: int = line) -> str:
                return f"{name}, line {line}, {path}" if path else f"{name}, line {line}"

            entry = Entry(knowledge, place)
            try:
                row = {c: cell for c, cell in zip(header, cells, strict=True) if c not in wrong}
                raw = case_of_row(row, knowledge, entry)
                cases.append(_complete(entry, raw, knowledge, place))
            except InputError as error:
                problems.extend(error.problems)
            if len(problems) >= MOST_PROBLEMS:
                break
    except csv.Error as error:
        problems.append(Problem(f"not CSV: {error}", f"{name}, line {rows.line_num}"))
    if not problems and not cases:
        problems.append(Problem("a header and no people", name, "one row a person"))
    if problems:
        raise InputError(_first(problems))
    yield from cases


def _columns(header: list[str], name: str, knowledge: Knowledge) -> tuple[list[Problem], set[str]]:
    """What is wrong with the columns of a table, told once and not for each row."""
    problems: list[Problem] = []
    wrong: set[str] = set()
    for column in header:
        entry = Entry(knowledge, lambda path: f"{name}, line 1, column '{path}'")
        case_of_row({column: ""}, knowledge, entry)
        if entry.problems:
            problems.extend(entry.problems)
            wrong.add(column)
        if len(problems) > MOST_PROBLEMS:
            raise InputError(_first(problems))
    return problems, wrong


def _toml(text: str, name: str) -> Any:
    if any(line.partition("=")[0].count(".") > DEEPEST for line in text.splitlines()):
        raise InputError(Problem("nested too deeply to be a case", name))  # tomllib takes hours over such a key
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        match = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        where = f"{name}, line {match[1]}, column {match[2]}" if match else name
        said = re.sub(r"\s*\(at (line|end).*", "", str(error))
        raise InputError(Problem(f"not TOML: {said}", where, "see 'A case file' in docs/case.md")) from None
    except RecursionError:
        raise InputError(Problem("nested too deeply to be a case", name)) from None
    except ValueError:  # a whole number of more digits than Python reads
        raise InputError(Problem("a number is far too large", name, "look for a slip of the pen")) from None


def _json(text: str, name: str) -> Any:
    doubled: list[str] = []

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        whole = dict(items)
        if len(whole) != len(items):
            doubled.extend(sorted(key for key, times in Counter(k for k, _ in items).items() if times > 1))
        return whole

    def constant(word: str) -> NoReturn:
        raise InputError(Problem(f"{word} is no value", name, "leave it out, or give its reason under missing"))

    try:
        raw = json.loads(text, object_pairs_hook=pairs, parse_constant=constant)
    except json.JSONDecodeError as error:
        where = f"{name}, line {error.lineno}, column {error.colno}"
        raise InputError(Problem(f"not JSON: {error.msg}", where)) from None
    except RecursionError:
        raise InputError(Problem("nested too deeply to be a case", name)) from None
    except ValueError:  # a whole number of more digits than Python reads
        raise InputError(Problem("a number is far too large", name, "look for a slip of the pen")) from None
    if doubled:
        raise InputError(
            [
                Problem(f"key '{key}' stands twice", _place(name, text, "")(key), "keep one")
                for key in doubled[:MOST_PROBLEMS]
            ]
        )
    return raw


def _place(name: str, text: str, index: str) -> Place:
    def place(path: str) -> str:
        if not path:
            return f"{name} {index}".strip()
        at = -1 if index else 0
        for part in path.split(".") if at == 0 else ():
            found = re.compile(rf'(?m)(?<![\w-])"?{re.escape(part)}"?\s*[=:\].]').search(text, at)
            at = found.start() if found else at
        line = f", line {text.count(chr(10), 0, at) + 1}" if at > 0 else ""
        return f"{name}{index}{line}, {path}"

    return place
