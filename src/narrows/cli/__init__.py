"""The command line: one verb, one module, imported only when it is called."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import importlib.util
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from narrows import __version__
from narrows.problem import InputError, NotInstalled, Problem


class Verb(NamedTuple):
    """A verb of the command: its name, the module that does it, and one line of help."""

    name: str
    module: str
    help: str


VERBS: tuple[Verb, ...] = (
    Verb("appraise", "narrows.cli.appraise", "what is urgent, what it is, which treatments fit one person or many"),
    Verb("ask", "narrows.cli.ask", "the next questions worth asking, one by one"),
    Verb("compare", "narrows.cli.compare", "treatments side by side"),
    Verb("score", "narrows.cli.score", "score a questionnaire"),
    Verb("pool", "narrows.cli.pool", "pool the studies of an outcome"),
    Verb("check", "narrows.cli.check", "what a clinic's page claims, and what is known"),
    Verb("measure", "narrows.cli.measure", "measure the canal on a segmented scan"),
    Verb("read", "narrows.cli.read", "read a radiology report"),
    Verb("population", "narrows.cli.population", "a report on many people"),
    Verb("cohort", "narrows.cli.cohort", "who of many people fits, and why the others do not"),
    Verb("synthesize", "narrows.cli.synthesize", "make invented people for tests and demonstrations"),
    Verb("claims", "narrows.cli.claims", "add a claim to the library, or test the library"),
    Verb("serve", "narrows.cli.serve", "open the website on this machine"),
    Verb("knowledge", "narrows.cli.knowledge", "check the knowledge, or show one entry"),
)


class VerbModule(Protocol):
    """What a module of a verb offers."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the verb's own arguments."""

    def run(self, arguments: argparse.Namespace) -> int:
        """Do it; return the exit code."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:  # type: ignore[override]
        raise InputError(Problem(message, self.prog, f"see '{self.prog} --help'"))


def _present() -> list[Verb]:
    """The verbs whose module is part of this installation."""
    return [v for v in VERBS if importlib.util.find_spec(v.module) is not None]


def _overview() -> str:
    width = max(len(v.name) for v in VERBS) + 2
    lines = [
        f"narrows {__version__}: decisions and outcomes for spinal stenosis",
        "",
        "usage: narrows VERB …          narrows VERB --help tells more",
        "",
        *(f"  {v.name:<{width}}{v.help}" for v in _present()),
        "",
        "Every verb takes --json. Exit codes: 0 done, 2 the input is wrong, 3 something needed is not installed, 1 our fault.",
        "Decision support whose basis you can see; not a cleared or approved medical device, and no replacement for an examination.",
    ]
    return "\n".join(lines)


def parser_of(verb: Verb) -> tuple[argparse.ArgumentParser, VerbModule]:
    """The parser of one verb, with the arguments that all verbs share."""
    module: VerbModule = importlib.import_module(verb.module)
    parser = _Parser(prog=f"narrows {verb.name}", description=f"{verb.help[0].upper()}{verb.help[1:]}.")
    parser.add_argument("--json", action="store_true", help="answer as JSON on standard output")
    parser.add_argument(
        "--knowledge",
        metavar="DIR",
        action="append",
        help="a folder of your own knowledge, laid over ours (also NARROWS_KNOWLEDGE)",
    )
    parser.add_argument(
        "--ignore-broken-knowledge",
        action="store_true",
        help="when your own knowledge is broken, say so and go on with ours alone",
    )
    module.add_arguments(parser)
    return parser, module


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code says how it went."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or given[0] in ("-h", "--help", "help"):
        print(_overview())
        return 0
    if given[0] in ("-V", "--version"):
        print(f"narrows {__version__}")
        return 0
    try:
        return _run(given)
    except (InputError, NotInstalled) as error:
        report_problems(error.problems)
        return error.exit_code
    except BrokenPipeError:  # the reader of our output went away, for example `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130


def _run(given: list[str]) -> int:
    from narrows.problem import did_you_mean

    verb = next((v for v in _present() if v.name == given[0]), None)
    if verb is None:
        names = [v.name for v in _present()]
        raise InputError(
            Problem(f"no verb '{given[0]}'", "narrows", did_you_mean(given[0], names) or "see 'narrows --help'")
        )
    parser, module = parser_of(verb)
    parsed = parser.parse_args(given[1:])
    _settle_knowledge(parsed)
    return module.run(parsed)


def _settle_knowledge(parsed: argparse.Namespace) -> None:
    """Leave a broken folder of the reader's own out, where that was asked for, and say so."""
    if not parsed.ignore_broken_knowledge:
        return
    from narrows.criteria import rules_of
    from narrows.knowledge import load

    try:
        rules_of(load(parsed.knowledge))
    except InputError as error:
        report_problems(error.problems)
        print("narrows: your own knowledge is left out; ours alone is used", file=sys.stderr)
        parsed.knowledge = []


def report_problems(problems: Sequence[Problem]) -> None:
    """Print every problem on standard error, one a line."""
    for problem in problems:
        print(f"narrows: {problem}", file=sys.stderr)


def print_json(answer: object) -> None:
    """Print an answer as JSON: keys in their order, the same bytes for the same answer."""
    json.dump(answer, sys.stdout, ensure_ascii=False, indent=1, allow_nan=False)
    sys.stdout.write("\n")


def write_file(name: str, content: bytes) -> None:
    """Write a file whole or not at all (what is no file, as /dev/stdout, as it comes).

    Raises InputError when it cannot be written; nothing half done is left.
    """
    path = Path(name).resolve()
    half = path.with_name(f".{path.name}.half")
    try:
        if path.exists() and not path.is_file():
            Path(name).write_bytes(content)
            return
        half.write_bytes(content)
        os.replace(half, path)
    except OSError as error:
        with contextlib.suppress(OSError):
            half.unlink(missing_ok=True)
        said = error.strerror or "no place for a file"
        raise InputError(Problem(f"cannot be written: {said}", name, "name another place, or make room")) from None
