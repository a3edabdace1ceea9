"""`narrows ask CASE`: the next questions worth asking, one by one, in an order that settles most."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from narrows import knowledge as ground
from narrows.problem import InputError, Problem

if TYPE_CHECKING:
    from narrows.appraisal import Appraisal
    from narrows.appraisal.answer import Question
    from narrows.case import Case
    from narrows.knowledge import Knowledge
    from narrows.knowledge.records.finding import Finding

REASONS = {"": "unknown", "?": "unknown", "don't know": "unknown", "-": "refused", "skip": "refused"}
STOP = ("stop", "quit", "exit", "q")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The case and where the answers go."""
    parser.add_argument("case", metavar="CASE", help=".toml or .json; a new name starts an empty case")
    parser.add_argument(
        "--out", metavar="F", help="where the answered case is kept (default: CASE with .answered.json)"
    )
    parser.add_argument("--most", type=int, default=0, metavar="N", help="stop after N questions")
    parser.add_argument(
        "--everyone", action="store_true", help="also ask what only a clinician, a scan or a laboratory can tell"
    )


def run(arguments: argparse.Namespace) -> int:
    """Ask until nothing is worth asking, or the person stops; every answer is kept at once."""
    knowledge = ground.load(arguments.knowledge)
    kept = Path(arguments.out or f"{Path(arguments.case).with_suffix('')}.answered.json")
    source = kept if kept.exists() else Path(arguments.case)
    raw = _raw(source, knowledge)
    if arguments.json:
        from narrows.cli import print_json
        from narrows.options import whole_answer

        case = _case(raw, knowledge)
        answer = whole_answer(case, knowledge)
        print_json(
            {"knowledge": knowledge.stamp, "clearance": _plain(answer.clearance), "ask_next": _plain(answer.ask_next)}
        )
        return 0
    if source == kept:
        print(f"Going on with {kept}.")
    print("Answer in words or numbers. Empty: I don't know. -: rather not say. stop: keep what is there and stop.\n")
    _walk(raw, knowledge, kept, arguments)
    return 0


def _plain(value: Any) -> Any:
    import msgspec

    return msgspec.to_builtins(value)


def _raw(path: Path, knowledge: Knowledge) -> dict[str, Any]:
    """The raw case of a file, checked as a whole; an absent file starts an empty case."""
    if not path.exists():
        return {"id": path.stem.removesuffix(".answered"), "findings": {}, "missing": {}}
    from narrows.case import read

    cases = list(read(str(path), knowledge))
    if len(cases) != 1:
        raise InputError(Problem(f"{len(cases)} people in one file", str(path), "give a file with one"))
    case = cases[0].as_dict()
    derived = case.pop("derived")
    case.pop("origins")
    for name in derived:
        case["findings"].pop(name, None)
    return case


def _case(raw: dict[str, Any], knowledge: Knowledge) -> Case:
    from narrows.case.derive import derive
    from narrows.case.entry import Entry

    def place(path: str) -> str:
        return path

    case = Entry(knowledge, place).take(raw)
    derive(case, knowledge, place)
    return case


def _walk(raw: dict[str, Any], knowledge: Knowledge, kept: Path, arguments: argparse.Namespace) -> None:
    from narrows.appraisal import appraise

    asked: set[str] = set()
    told: set[str] = set()
    while True:
        answer = appraise(_case(raw, knowledge), knowledge)
        news = _tell_flags(answer, told)
        if news and answer.urgency == "emergency-same-day" and not _goes_on():
            break
        question = _next(answer, asked, arguments.everyone)
        if question is None or (arguments.most and len(asked) >= arguments.most):
            break
        if not _ask(question, raw, knowledge):
            break
        asked.add(question.finding)
        kept.write_text(json.dumps(raw, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print()
    print(answer.clearance.says if not answer.urgency else f"Urgency: {answer.urgency.replace('-', ' ')}.")
    if asked:
        print(f"Kept in {kept}. Go on with: narrows ask {arguments.case}    See the appraisal: narrows appraise {kept}")


def _next(answer: Appraisal, asked: set[str], everyone: bool) -> Question | None:
    fitting = (q for q in answer.ask_next if q.finding not in asked and (everyone or q.who_can_answer == "patient"))
    return next(fitting, None)


def _goes_on() -> bool:
    """In an emergency nobody is kept at the keyboard: whether the person asks for more questions all the same."""
    print("Go now; the rest can wait. Your answers are kept. To answer more all the same, type: more")
    sys.stdout.flush()
    try:
        return input("> ").strip().lower() == "more"
    except EOFError:
        return False


def _tell_flags(answer: Appraisal, told: set[str]) -> bool:
    """Tell the flags that are new; whether an emergency is among them."""
    news = False
    for flag in answer.red_flags:
        if flag.truth == "true" and flag.criterion not in told:
            told.add(flag.criterion)
            news = news or flag.urgency == "emergency-same-day"
            print(f"\n*** {flag.label}: {flag.urgency.replace('-', ' ')}\n    {flag.says}\n    {flag.pathway}\n")
    return news


def _ask(question: Question, raw: dict[str, Any], knowledge: Knowledge) -> bool:
    """Ask one question until the answer fits; False when the person stops."""
    from narrows.case.dictionary import Refused, accept

    finding = knowledge.findings[question.finding]
    while True:
        print(f"{question.question}{_hint(finding)}")
        sys.stdout.flush()
        try:
            text = input("> ").strip()
        except EOFError:
            return False
        if text.lower() in STOP:
            return False
        reason = REASONS.get(text.lower())
        if reason is not None:
            raw.setdefault("missing", {})[finding.name] = reason
            return True
        try:
            value = read_answer(text, finding)
            accept(value, finding, knowledge)
        except Refused as refused:
            print(f"  {refused.problem}. {refused.fix}")
            continue
        raw.setdefault("findings", {})[finding.name] = value
        raw.get("missing", {}).pop(finding.name, None)
        try:
            _case(raw, knowledge)
        except InputError as error:
            for problem in error.problems:
                print(f"  {problem.problem}. {problem.fix}")
            del raw["findings"][finding.name]
            continue
        return True


def _hint(finding: Finding) -> str:
    if finding.type == "boolean":
        return " (yes, no)"
    if finding.choices:
        return "".join(f"\n  {i}  {c.label}" for i, c in enumerate(finding.choices, 1))
    unit = f" in {finding.unit}" if finding.unit not in (None, "1") else ""
    return f" (a number{unit})"


def read_answer(text: str, finding: Finding) -> Any:
    """What a typed answer means for a finding: yes and no, the number of a choice, a number with or without its unit."""
    lower = text.lower()
    if finding.type == "boolean":
        return True if lower in ("yes", "y", "true") else False if lower in ("no", "n", "false") else text
    if finding.choices:
        if text.isdigit() and 1 <= int(text) <= len(finding.choices):
            return finding.choices[int(text) - 1].code
        return next((c.code for c in finding.choices if lower in (str(c.code).lower(), c.label.lower())), text)
    try:
        return int(text) if text.lstrip("+-").isdigit() else float(text.replace(",", "."))
    except ValueError:
        return text
