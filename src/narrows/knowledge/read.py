"""Reads folders of knowledge: TOML in, typed entries out, with the file and line of whatever is wrong."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from narrows.knowledge.records.base import Entry
from narrows.knowledge.tables import DOCUMENTS, TABLES, Table
from narrows.problem import InputError, Problem, did_you_mean

DATA = Path(__file__).parent / "data"
_BY_PLACE = {(t.subject, t.table): t for t in TABLES}
MOST_BYTES = 5_000_000  # our largest file has a tenth of it
_DEFAULTS = ("read_on", "review_by", "reviewed_by")


class Replaced(msgspec.Struct, frozen=True):
    """An entry of ours that a clinic's folder replaced or added."""

    kind: str
    id: str
    where: str
    added: bool


@dataclass
class Gathered:
    """Everything that the folders hold, entries by attribute of Knowledge, in the order in which they stand."""

    entries: dict[str, dict[str, Entry]] = field(default_factory=dict)
    documents: dict[str, dict[str, Any]] = field(default_factory=dict)
    places: dict[str, dict[str, tuple[str, int]]] = field(default_factory=dict)
    replaced: list[Replaced] = field(default_factory=list)
    of_folder: dict[str, set[str]] = field(default_factory=dict)  # ids that the folder being read has named so far


def files_of(folder: Path) -> list[Path]:
    """The TOML files below a folder, in a fixed order."""
    return sorted(folder.rglob("*.toml"), key=lambda p: p.relative_to(folder).as_posix())


def unreadable(path: Path) -> str:
    """Why a file is not read: no plain file (a device, a folder, a link to nothing), or far too large; else empty."""
    if not path.is_file():
        return "this is no plain file"
    return f"larger than {MOST_BYTES // 1_000_000} MB" if path.stat().st_size > MOST_BYTES else ""


def digest(folders: Iterable[Path]) -> str:
    """The SHA-256 over names and bytes of every file of the folders, in hexadecimal."""
    total = hashlib.sha256()
    for folder in folders:
        for path in files_of(folder):
            content = unreadable(path).encode() or path.read_bytes()
            total.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode())
            total.update(content)
    return total.hexdigest()


def gather(folders: Iterable[Path]) -> Gathered:
    """Read folders one over the other: ours first, a clinic's after it.

    Raises InputError with every problem of every file.
    """
    gathered = Gathered()
    problems: list[Problem] = []
    for depth, folder in enumerate(folders):
        gathered.of_folder.clear()
        if not folder.is_dir():
            problems.append(Problem("no such folder of knowledge", str(folder), "name a folder of .toml files"))
            continue
        for path in files_of(folder):
            problems.extend(_take_file(gathered, folder, path, overlay=depth > 0))
    if problems:
        raise InputError(problems)
    return gathered


def _take_file(gathered: Gathered, folder: Path, path: Path, *, overlay: bool) -> Iterator[Problem]:
    relative = path.relative_to(folder)
    subject = relative.parts[0].removesuffix(".toml")
    shown = str(path) if overlay else f"knowledge/data/{relative.as_posix()}"
    refused = unreadable(path)
    if refused:
        yield Problem(refused, shown, "a file of knowledge is TOML text")
        return
    try:
        text = path.read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except OSError as error:
        yield Problem(f"cannot be read: {error.strerror}", shown)
        return
    except UnicodeDecodeError as error:
        yield Problem("not UTF-8 text", f"{shown}, byte {error.start}", "save the file as UTF-8")
        return
    except tomllib.TOMLDecodeError as error:
        yield Problem(f"not TOML: {error}", shown, "see https://toml.io for the form")
        return
    except (RecursionError, ValueError):  # thousands of brackets, or a number of thousands of digits
        yield Problem("nested too deeply, or a number far too large", shown, "see https://toml.io for the form")
        return
    defaults = {key: data.pop(key) for key in _DEFAULTS if key in data}
    for name, content in data.items():
        table = _BY_PLACE.get((subject, name))
        document = DOCUMENTS.get((subject, name))
        if table is not None and isinstance(content, list):
            yield from _take_entries(gathered, table, content, defaults, text, shown, overlay)
        elif table is not None:
            yield Problem(f"'{name}' is a list of tables", shown, f"write [[{name}]] above each entry")
        elif document is not None:
            if isinstance(content, dict):
                gathered.documents.setdefault(document, {}).update(content)
            else:
                gathered.documents[document] = {"value": content}
        else:
            known = [t for s, t in (*_BY_PLACE, *DOCUMENTS) if s == subject] or sorted({t.subject for t in TABLES})
            yield Problem(
                f"no table '{name}' belongs under '{subject}'",
                shown,
                did_you_mean(name, known) or f"known: {', '.join(known)}",
            )


def _take_entries(
    gathered: Gathered,
    table: Table,
    content: list[Any],
    defaults: dict[str, Any],
    text: str,
    shown: str,
    overlay: bool,
) -> Iterator[Problem]:
    lines = [text.count("\n", 0, m.start()) + 1 for m in re.finditer(rf"(?m)^\[\[{table.table}\]\]", text)]
    entries = gathered.entries.setdefault(table.attribute, {})
    own = gathered.of_folder.setdefault(table.attribute, set())
    places = gathered.places.setdefault(table.attribute, {})
    for index, raw in enumerate(content):
        line = lines[index] if index < len(lines) else 1
        where = f"{shown}, line {line}"
        if not isinstance(raw, dict):
            yield Problem(f"'{table.table}' is a list of tables", where, f"write [[{table.table}]] above each entry")
            continue
        try:
            entry = msgspec.convert({**defaults, **raw}, table.record)
        except msgspec.ValidationError as error:
            yield Problem(
                f"{table.table} {raw.get(table.key or '', index + 1)}: {error}",
                where,
                "see the notes in README.md of that folder",
            )
            continue
        if overlay and not _keepable(entry):
            yield Problem(f"{table.table} {raw.get(table.key or '', index + 1)}: a number is far too large", where)
            continue
        key = str(raw[table.key]) if table.key else f"{table.subject}-{table.table}-{len(entries) + 1}"
        if not key.isprintable():
            yield Problem(f"the id '{key}' cannot be shown", where, "letters, digits and hyphens")
            continue
        if key in entries and (not overlay or key in own):
            first = places[key]
            yield Problem(f"{table.table} '{key}' stands twice", where, f"first at {first[0]}, line {first[1]}")
            continue
        if overlay:
            gathered.replaced.append(Replaced(kind=table.table, id=key, where=where, added=key not in entries))
        own.add(key)
        entries[key] = entry
        places[key] = (shown, line)


def _keepable(entry: Entry) -> bool:
    """Whether the cache can hold an entry: not a whole number beyond 64 bits."""
    try:
        msgspec.msgpack.encode(entry)
    except OverflowError:
        return False
    return True
