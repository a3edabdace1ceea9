"""Raw data to a case: every name, type, code, level and date is checked, and all problems are told together."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from typing import Any

from narrows.case.case import Case, Sides, Value
from narrows.case.dictionary import Refused, accept, contradictions
from narrows.knowledge import Knowledge
from narrows.knowledge.levels import LEVELS, LEVELS_OF, REASONS
from narrows.knowledge.records.finding import Finding
from narrows.problem import InputError, Problem, did_you_mean

#: Problems told of one file. More than that is another kind of file, and each costs time to place and to explain.
MOST_PROBLEMS = 200
MORE = Problem(f"there are more problems; the first {MOST_PROBLEMS} are told", fix="mend these first")
EARLIEST = datetime.date(1900, 1, 1)
KEYS = ("id", "as_of", "levels_read", "findings", "missing", "levels", "answers", "saved")

#: Says where a key stands in its file: "ruth.toml, line 7, findings.age".
Place = Callable[[str], str]


class Entry:
    """Takes one raw mapping in, collecting problems as it goes."""

    def __init__(self, knowledge: Knowledge, place: Place, today: datetime.date | None = None) -> None:
        self.knowledge = knowledge
        self.place = place
        self.today = today or datetime.date.today()  # noqa: DTZ011 - the person's own day, not the machine's zone
        self.problems: list[Problem] = []

    def problem(self, text: str, path: str, fix: str = "") -> None:
        """Note a problem at a path such as 'findings.age'.

        Raises InputError when there are so many that the file is no case at all.
        """
        self.problems.append(Problem(text, self.place(path), fix))
        if len(self.problems) >= MOST_PROBLEMS:
            raise InputError([*self.problems, MORE])

    def take(self, raw: Any) -> Case:
        """The case that a raw mapping describes.

        Raises InputError with every problem.
        """
        if not isinstance(raw, dict):
            raise InputError(
                Problem("a case is a table of keys and values", self.place(""), "see 'A case file' in docs/case.md")
            )
        for key in raw:
            if key not in KEYS:
                fix = did_you_mean(key, KEYS) or (
                    f"put it under [findings]: findings.{key}"
                    if key in self.knowledge.findings
                    else f"known: {', '.join(KEYS)}"
                )
                self.problem(f"no key '{key}' in a case", key, fix)
        case = Case(id=self._id(raw), as_of=self._as_of(raw))
        if "as_of" not in raw:
            case.notices.append(f"No date was given; the case is read as of {case.as_of.isoformat()}.")
        case.levels_read = self._levels_read(raw.get("levels_read", ()))
        self._findings(raw.get("findings", {}), case)
        self._levels(raw.get("levels", {}), case)
        self._missing(raw.get("missing", {}), case)
        self._answers(raw.get("answers", {}), case)
        self._saved(raw.get("saved", {}), case)
        for name, problem in contradictions(case.findings, self.knowledge):
            self.problem(problem.problem, f"findings.{name}", problem.fix)
        if self.problems:
            raise InputError(self.problems)
        return case

    def _saved(self, given: Any, case: Case) -> None:
        """What `narrows appraise --save` wrote: version and hash, digests by table and id, truths by criterion."""
        digests = given.get("digests", {}) if isinstance(given, dict) else None
        truths = given.get("criteria", {}) if isinstance(given, dict) else None
        if (
            isinstance(digests, dict)
            and all(_words(table) for table in digests.values())
            and _words(truths)
            and _words({k: v for k, v in given.items() if k not in ("digests", "criteria")})
        ):
            case.saved = given
        else:
            self.problem(
                "saved is not as `narrows appraise --save` writes it", "saved", "leave it out, or save the case again"
            )

    def _id(self, raw: dict[str, Any]) -> str:
        given = raw.get("id", "case")
        if isinstance(given, int) and not isinstance(given, bool):
            given = str(given)
        if not isinstance(given, str) or not given.strip() or len(given) > 200 or not given.isprintable():
            self.problem("the id is a short text on one line", "id", 'for example id = "ruth"')
            return "case"
        return given

    def _as_of(self, raw: dict[str, Any]) -> datetime.date:
        given = raw.get("as_of", self.today)
        if isinstance(given, str):
            try:
                given = datetime.datetime.fromisoformat(given)
            except ValueError:
                self.problem(f"'{given}' is no date", "as_of", "year-month-day, for example 2026-11-20")
                return self.today
        if isinstance(given, datetime.datetime):
            given = given.date()
        if not isinstance(given, datetime.date):
            self.problem("as_of is a date", "as_of", "year-month-day, for example 2026-11-20")
            return self.today
        if given < EARLIEST:
            self.problem(f"{given.isoformat()} lies too far back", "as_of", "look for a slip of the pen in the year")
            return self.today
        # One day of grace: the person may live east of this machine.
        if given > self.today + datetime.timedelta(days=1):
            self.problem(
                f"{given.isoformat()} lies in the future", "as_of", "the day on which these findings were known"
            )
        return given

    def _levels_read(self, given: Any) -> tuple[str, ...]:
        regions = [given] if isinstance(given, str) else given
        if not isinstance(regions, list | tuple):
            self.problem("levels_read is a list of regions", "levels_read", 'for example ["lumbar"]')
            return ()
        known = ("cervical", "lumbar")
        for region in regions:
            if region not in known:
                self.problem(
                    f"no region '{region}'", "levels_read", did_you_mean(str(region), known) or "cervical or lumbar"
                )
        return tuple(dict.fromkeys(r for r in regions if r in known))

    def _finding(self, name: str, path: str, known: Iterable[str] | None = None) -> Finding | None:
        found = self.knowledge.findings.get(name)
        if found is None:
            self.problem(
                f"no finding '{name}'",
                path,
                did_you_mean(name, self.knowledge.findings) or "see docs/reference/findings.md",
            )
        return found

    def _accept(self, raw: Any, finding: Finding, path: str) -> Value | Sides | None:
        try:
            return accept(raw, finding, self.knowledge)
        except Refused as refused:
            self.problem(refused.problem, path, refused.fix)
            return None

    def _findings(self, given: Any, case: Case) -> None:
        if not isinstance(given, dict):
            self.problem("findings is a table", "findings", "name = value, one a line")
            return
        for name, raw in given.items():
            path = f"findings.{name}"
            finding = self._finding(name, path)
            if finding is None:
                continue
            if finding.per_level:
                self.problem(f"{name} belongs to a level", path, f'put it under [levels."L4-L5"]: {name} = …')
                continue
            value = self._accept(raw, finding, path)
            if value is not None:
                case.findings[name] = value

    def _levels(self, given: Any, case: Case) -> None:
        if not isinstance(given, dict):
            self.problem("levels is a table of levels", "levels", '[levels."L4-L5"]')
            return
        for level, values in given.items():
            path = f"levels.{level}"
            if level not in LEVELS:
                self.problem(
                    f"no level '{level}'", path, did_you_mean(str(level), LEVELS) or f"levels: {', '.join(LEVELS)}"
                )
                continue
            if not isinstance(values, dict):
                self.problem(f"level {level} is a table of findings", path)
                continue
            taken = case.levels.setdefault(level, {})
            for name, raw in values.items():
                self._level_finding(level, name, raw, taken)
        # From head to foot, whatever the order in the file: the same person gives the same answer.
        case.levels = {level: case.levels[level] for level in LEVELS if level in case.levels}

    def _level_finding(self, level: str, name: str, raw: Any, taken: dict[str, Value | Sides]) -> None:
        path = f"levels.{level}.{name}"
        finding = self._finding(name, path)
        if finding is None:
            return
        if not finding.per_level:
            self.problem(f"{name} belongs to the person, not to a level", path, f"put it under [findings]: {name} = …")
            return
        if level not in LEVELS_OF[finding.region or "both"]:
            self.problem(f"{name} is a {finding.region} finding; {level} is not {finding.region}", path)
            return
        value = self._accept(raw, finding, path)
        if value is not None:
            taken[name] = value

    def _missing(self, given: Any, case: Case) -> None:
        if not isinstance(given, dict):
            self.problem("missing is a table of reasons", "missing", 'hba1c = "not_asked"')
            return
        for name, reason in given.items():
            path = f"missing.{name}"
            if self._finding(name, path) is None:
                continue
            if reason not in REASONS:
                self.problem(f"'{reason}' is no reason", path, did_you_mean(str(reason), REASONS) or ", ".join(REASONS))
            elif name in case.findings or any(name in values for values in case.levels.values()):
                self.problem(f"{name} has a value and a reason for having none", path, "keep one of the two")
            else:
                case.missing[name] = reason

    def _answers(self, given: Any, case: Case) -> None:
        if not isinstance(given, dict):
            self.problem("answers is a table of questionnaires", "answers", "[answers.odi]")
            return
        for instrument, answers in given.items():
            path = f"answers.{instrument}"
            if instrument not in self.knowledge.instruments:
                self.problem(
                    f"no instrument '{instrument}'", path, did_you_mean(instrument, self.knowledge.instruments)
                )
            elif not isinstance(answers, dict | list):
                self.problem(f"the answers to {instrument} are a table", path, "items = [ … ]")
            else:
                case.answers[instrument] = answers


def _words(given: Any) -> bool:
    return isinstance(given, dict) and all(isinstance(value, str) for value in given.values())
