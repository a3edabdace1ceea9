"""Answers as they come to the command: typed in a row, in a file of TOML or JSON, or on standard input."""

from __future__ import annotations

import json
import os
import re
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from narrows.instruments.catalogue import plain
from narrows.knowledge.records.instrument import Instrument
from narrows.problem import InputError, Problem

#: A sheet of answers is a few hundred bytes; more than this is another kind of file.
MOST_BYTES = 1_000_000
_NO_ANSWER = ("x", "")


def given_answers(text: str, instrument: Instrument) -> Any:
    """Answers from one argument of the command.

    `-` reads standard input, a file of JSON or TOML is read, and anything else is answers in a
    row: `3,2,x,4` in the order of the form, or `back=6,leg=8` by name; x stands for no answer.
    Raises InputError for a file that cannot be read.
    """
    if text == "-":
        return _parsed(sys.stdin.buffer.read(MOST_BYTES + 1), "standard input", instrument)
    if text.lower().endswith((".json", ".toml")) or os.path.isfile(text):
        return _parsed(_content(Path(text)), text, instrument)
    return in_a_row(text, instrument)


def in_a_row(text: str, instrument: Instrument) -> Any:
    """Answers typed in a row, by order or by name."""
    if not text.strip():
        raise InputError(Problem("no answers", instrument.id, "give them in a row, such as 3,2,x,4"))
    if "=" in text:
        named: dict[str, Any] = {}
        problems = []
        for part in re.split(r"[,;]", text):
            key, sign, value = (piece.strip() for piece in part.partition("="))
            if not sign or not key:
                problems.append(Problem(f"'{part.strip()}' has no name", instrument.id, "write name=answer"))
            elif key in named:
                problems.append(Problem(f"'{key}' stands twice", instrument.id, "name it once"))
            else:
                named[key] = _word(value)
        if problems:
            raise InputError(problems)
        return named
    if instrument.method == "value_set" and re.fullmatch(r"[0-9]{5}", text.strip()):
        return {"state": text.strip()}
    words = [_word(part.strip()) for part in re.split(r"[,;]", text)]
    return words[0] if len(words) == 1 else words


def _word(word: str) -> Any:
    if word.lower() in _NO_ANSWER:
        return None
    if word.lower() in ("true", "false"):
        return word.lower() == "true"
    if "+" in word[1:]:  # two boxes marked: 2+3
        return [_word(part) for part in word.split("+")]
    try:
        return int(word)
    except ValueError:
        pass
    try:
        return float(word)
    except ValueError:
        return word


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise InputError(
            Problem(f"cannot be read: {error.strerror or error}", str(path), "name a file of answers")
        ) from error


def _parsed(content: bytes, where: str, instrument: Instrument) -> Any:
    if len(content) > MOST_BYTES:
        raise InputError(Problem("larger than a sheet of answers can be (1 MB)", where, "is this the right file?"))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(Problem("not UTF-8 text", f"{where}, byte {error.start}", "save the file as UTF-8")) from error
    if not text.strip():
        raise InputError(Problem("empty", where, 'give answers, such as items = [3, 2, "not_asked", 4]'))
    is_json = where.lower().endswith(".json") or (not where.lower().endswith(".toml") and text.lstrip()[0] in "[{")
    try:
        data = json.loads(text, object_pairs_hook=_once) if is_json else tomllib.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(Problem(f"not JSON: {error.msg}", f"{where}, line {error.lineno}", "mend it there")) from error
    except tomllib.TOMLDecodeError as error:
        raise InputError(Problem(f"not TOML: {error}", where, "mend it there")) from error
    except RecursionError as error:
        raise InputError(Problem("nested too deeply", where, "give a list or a table of answers")) from error
    return _own_answers(data, where, instrument)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object in which no key stands twice."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise InputError(Problem(f"the key '{key}' stands twice", "JSON", "keep one of them"))
        found[key] = value
    return found


def _own_answers(data: Any, where: str, instrument: Instrument) -> Any:
    """The answers to this instrument: the whole, or its part of a case file ([answers.odi])."""
    if not isinstance(data, Mapping) or not isinstance(data.get("answers"), Mapping):
        return data
    of_case = {plain(str(key)): value for key, value in data["answers"].items()}
    if plain(instrument.id) not in of_case:
        names = ", ".join(str(key) for key in data["answers"])
        raise InputError(Problem(f"no answers to {instrument.id}", f"{where}, answers", f"it holds {names or 'none'}"))
    return of_case[plain(instrument.id)]
