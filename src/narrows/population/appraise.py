"""Appraise a table of people: in at the door, answered on an engine part by part, written whole or not at all."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from narrows import __version__
from narrows.criteria import rules_of
from narrows.knowledge import Knowledge
from narrows.population.answers import Question
from narrows.population.duck import Duck
from narrows.population.hand import Ledger, ledger_of, replies_query
from narrows.population.parquet import Group, Growing
from narrows.population.people import People, today
from narrows.population.postgres import TABLE
from narrows.problem import InputError, Problem

#: Rows of one part: what is lost when a run is cut off, and gone on from when it is run again.
PART_ROWS = 1_000_000
ONE_AT_A_TIME = "one at a time"
OUTPUTS = (".parquet", ".csv")


class Answering(Protocol):
    """An engine that answers a part of the people."""

    def close(self) -> None:
        """Let go of what the engine holds."""

    def answered(self, duck: Duck, people: str, question: Question) -> Iterator[Group]:
        """The answers for the rows of a query of DuckDB whose columns hold typed values."""


@dataclass(frozen=True)
class Tally:
    """What became of the rows: every one was answered or refused."""

    rows: int
    answered: int
    refused: int
    one_at_a_time: int
    odd_numbers: dict[str, int]
    seconds: float
    out: str
    refused_file: str
    first_refused: tuple[str, ...]


def appraise_table(
    people: str,
    out: str,
    knowledge: Knowledge,
    *,
    engine: str = "duckdb",
    dsn: str = "",
    levels: str | None = None,
    keep: Sequence[str] = (),
    ask: bool = False,
    threads: int | None = None,
    part_rows: int = PART_ROWS,
) -> Tally:
    """Appraise every row of a table and write one row of answers for each.

    The answers stand in `out` (.parquet or .csv); refused rows with their reasons in a file beside it. Nothing stands
    under the name of `out` before all of it is there; run again after a break, it goes on where it stopped. With
    `table:NAME` they stay in the database (see `inside`).
    Raises InputError when the table cannot be read at all, or when no row of it can be answered.
    """
    started = time.monotonic()
    if out.startswith(TABLE):
        if engine != "postgres" or ask:
            fix = "with --ask name a file, .parquet or .csv" if ask else "--engine postgres, or a file"
            raise InputError(
                Problem("answers are left in a table by --engine postgres alone, and without --ask", out, fix)
            )
        from narrows.population.inside import appraise_inside

        return appraise_inside(people, out, knowledge, dsn=dsn, levels=levels, keep=keep, part_rows=part_rows)
    target = Path(out)
    _writable(target)
    run = _Run(people, target, knowledge, levels, tuple(keep), ask, threads, part_rows, dsn)
    with run.folder(engine), contextlib.ExitStack() as stack:
        chosen = _engine(engine, dsn, run)
        if chosen is not None:
            stack.callback(chosen.close)
        return run.all(chosen, started)


def _engine(name: str, dsn: str, run: _Run) -> Answering | None:
    if name == "postgres":
        from narrows.population.postgres import Postgres

        return Postgres(dsn, run.work)
    if name == "spark":
        from narrows.population.spark import Spark

        return Spark(run.work, run.threads)
    return None


class _Run:
    def __init__(
        self,
        people: str,
        target: Path,
        knowledge: Knowledge,
        levels: str | None,
        keep: tuple[str, ...],
        ask: bool,
        threads: int | None,
        part_rows: int,
        dsn: str,
    ) -> None:
        self.people, self.target, self.knowledge, self.dsn = people, target, knowledge, dsn
        self.levels, self.keep, self.ask, self.threads, self.part_rows = levels, keep, ask, threads, part_rows
        self.rules = rules_of(knowledge)
        self.work = target.with_name(f".{target.name}.partial")
        self.refused_file = target.with_name(f"{target.stem}.refused.csv")

    # ---- the folder of what is half done

    @contextlib.contextmanager
    def folder(self, engine: str) -> Iterator[None]:
        """A folder for parts, kept after a break and taken away at the end."""
        stamp = json.dumps(
            [__version__, self.knowledge.sha256, self.keep, self.ask, engine, self.part_rows, today(), *self._inputs()]
        )
        kept = self.work / "run.json"
        if self.work.is_dir() and (not kept.is_file() or kept.read_text(encoding="utf-8") != stamp):
            shutil.rmtree(self.work)
        try:
            self.work.mkdir(exist_ok=True)
            kept.write_text(stamp, encoding="utf-8")
        except OSError as error:
            raise InputError(Problem(f"cannot be written: {error.strerror}", str(self.work))) from None
        try:
            yield
        except OSError as error:
            raise InputError(
                Problem(
                    f"cannot be written: {error.strerror}", str(self.work), "make room, and run it again: it goes on"
                )
            ) from None
        except AssertionError:  # parts that do not add up are not gone on from
            shutil.rmtree(self.work, ignore_errors=True)
            raise
        except InputError:
            if not (self.work / "whole.parquet").is_file():
                shutil.rmtree(self.work, ignore_errors=True)
            raise
        shutil.rmtree(self.work, ignore_errors=True)

    def _inputs(self) -> list[Any]:
        found: list[Any] = []
        for name in filter(None, (self.people, self.levels)):
            path = Path(name)
            state = path.stat() if path.exists() else None
            found.append([str(path.resolve()), state.st_size, state.st_mtime_ns] if state else [name])
        return found

    # ---- the run

    def all(self, engine: Answering | None, started: float) -> Tally:
        """Door, parts, rows read one at a time, and the whole."""
        duck = Duck(self.work, self.threads)
        people = People(duck, self.people, self.levels, self.knowledge, self.keep, self.dsn)
        ledger = ledger_of(people, self.work, self.knowledge, ask=self.ask)
        if ledger.turned_away == people.rows:
            _give(ledger.refused, self.refused_file)
            raise InputError(
                [
                    Problem("no row can be answered", self.people, f"every reason stands in {self.refused_file}"),
                    *(Problem(text) for text in ledger.first),
                ]
            )
        done = self.work / f"whole{self.target.suffix.lower()}"
        replies = replies_query(people, ledger, ask=self.ask)
        # With --ask every row was read one at a time.
        answered = duck.write(replies, done) if self.ask else self._answer(people, engine, ledger, replies)
        if done.suffix == ".csv" and not self.ask:  # anew, as a file that was cut off may stand there
            answered = duck.write(f"SELECT * FROM read_parquet({_text(self.work / 'whole.parquet')})", done)
        if answered + ledger.turned_away != people.rows:
            raise AssertionError(f"{people.rows} rows in, {answered} answered and {ledger.turned_away} refused")
        if ledger.turned_away:
            _give(ledger.refused, self.refused_file)
        elif self.refused_file.exists():
            self.refused_file.unlink()
        _give(done, self.target)
        return Tally(
            rows=people.rows,
            answered=answered,
            refused=ledger.turned_away,
            one_at_a_time=ledger.answered,
            odd_numbers=people.odd,
            seconds=time.monotonic() - started,
            out=str(self.target),
            refused_file=str(self.refused_file) if ledger.turned_away else "",
            first_refused=tuple(ledger.first),
        )

    def _answer(self, people: People, engine: Answering | None, ledger: Ledger, replies: str) -> int:
        """Answer the people part by part, then those of the ledger; how many stand in the file. What is there is kept."""
        duck = people.duck
        whole = Growing(self.work / "whole.parquet")
        question = Question(people.door.columns, people.carried(), self.rules)
        judge = question.judge()
        for first in _progress(self._firsts(people, ledger), people.whole, self.part_rows):
            if str(first) in whole.parts:
                continue
            typed = people.written(first, self.part_rows if people.whole > self.part_rows else None)
            found = engine.answered(duck, typed, question) if engine else duck.answered(typed, judge)
            whole.append(str(first), found)
        if ledger.answered and ONE_AT_A_TIME not in whole.parts:
            whole.append(ONE_AT_A_TIME, duck.written(f"({replies})", question.kinds))
        whole.close(question.kinds)
        return whole.rows

    def _firsts(self, people: People, ledger: Ledger) -> range:
        left = people.rows - ledger.answered - ledger.turned_away
        return range(0, people.whole if left else 0, self.part_rows)


def _progress(parts: range, total: int, size: int) -> Iterator[int]:
    """The parts, with a bar on a terminal."""
    if not sys.stderr.isatty() or len(parts) < 2:
        yield from parts
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("people", total=total)
        for first in parts:
            yield first
            bar.update(task, completed=min(first + size, total))


def _writable(target: Path) -> None:
    if target.suffix.lower() not in OUTPUTS:
        raise InputError(
            Problem(f"'{target.name}' ends in neither .parquet nor .csv", "--out", "for example --out answers.parquet")
        )
    if not target.parent.is_dir():
        raise InputError(Problem("no such folder", str(target.parent), "make it first"))
    if target.is_dir():
        raise InputError(Problem("this is a folder", str(target), "name a file"))
    if not os.access(target.parent, os.W_OK):
        raise InputError(Problem("no right to write there", str(target.parent), "choose another folder"))


def _give(source: Path, target: Path) -> None:
    os.replace(source, target)


def _text(path: Path) -> str:
    return "'" + os.fspath(path).replace("'", "''") + "'"
