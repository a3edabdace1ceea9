"""What became of invented people: scores some months after a treatment, and who did not answer any more and why.

Mean changes and the share that does not answer are read from the studies and registers that
`knowledge/data/synthetic.toml` names; who is treated how, the spread of single changes, the speed of the change and the
reasons for silence are assumed. No row says anything about a treatment: for tests, measurements and demonstrations.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from narrows.criteria.dialect import DUCKDB
from narrows.knowledge import Knowledge
from narrows.problem import InputError, Problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[Any]

VISITS = (3, 12, 24)
LONGEST = 120


class Change(NamedTuple):
    """The mean change of a measure some months after a treatment, the spread of single changes (assumed), its study."""

    mean: float
    sd: float
    months: float
    study: str


class Course(NamedTuple):
    """A treatment of invented people, and what follows it."""

    treatment: str
    kinds: tuple[str, ...]
    share: float
    changes: Mapping[str, Change]
    silent: float  # share that does not answer after a year


def courses(knowledge: Knowledge) -> tuple[Course, ...]:
    """The courses of the knowledge: mean changes as their studies print them."""
    silent = {str(row.study): float(row.nonresponse_percent) / 100 for row in knowledge.attritions.values()}
    return tuple(
        Course(
            treatment,
            tuple(entry["kinds"]),
            float(entry["share"]),
            {name: _change(one, knowledge) for name, one in entry["change"].items()},
            silent[entry["silent_as"]],
        )
        for treatment, entry in knowledge.synthetic_follow_up.items()
    )


def _change(entry: Mapping[str, Any], knowledge: Knowledge) -> Change:
    """The change of one measure: as a study prints it (both means, or one mean for each time), or as assumed."""
    spread = float(entry["sd"])
    if "study" not in entry:
        return Change(float(entry["mean"]), spread, float(entry["months"]), "")
    months, scale = float(entry["months"]), float(entry.get("scale", 1))
    rows = [r for r in knowledge.studies[entry["study"]].result if r.outcome == entry["outcome"]]
    both = next((r for r in rows if r.mean_followup is not None and r.mean_baseline is not None), None)
    if both is not None:
        mean = float(both.mean_followup or 0) - float(both.mean_baseline or 0)
    else:
        before, after = (next(r for r in rows if r.months == at and r.estimate is not None) for at in (0, months))
        mean = float(after.estimate or 0) - float(before.estimate or 0)
    return Change(mean * scale, spread, months, str(entry["study"]))


def visits_of(text: str) -> tuple[int, ...]:
    """The months of the visits, from a text like '3,12,24'.

    Raises InputError when they are no rising whole numbers from 1 to 120.
    """
    try:
        found = tuple(int(part) for part in text.split(","))
    except ValueError:
        found = ()
    if not found or list(found) != sorted(set(found)) or not 1 <= found[0] <= found[-1] <= LONGEST:
        raise InputError(
            Problem(f"'{text}' are no months", "--visits", f"rising whole numbers from 1 to {LONGEST}: 3,12,24")
        )
    return found


class FollowUp:
    """Visits of some invented people as arrays, one row for each person and visit."""

    def __init__(self, knowledge: Knowledge, visits: Sequence[int], seed: int, first: int) -> None:
        import numpy as np

        self.np, self.knowledge, self.visits = np, knowledge, tuple(visits)
        # A stream of its own: with follow-up or without, the same people are made.
        self.random = np.random.default_rng([seed, first, 1])
        self.courses = courses(knowledge)
        self.shape = knowledge.synthetic_course
        self.measures = tuple(dict.fromkeys(name for one in self.courses for name in one.changes))

    def arrays(self, numbers: Numbers, days: Numbers, kinds: Numbers, before: Mapping[str, Numbers]) -> dict[str, Any]:
        """The columns of the visits, from the people's numbers, first days, kinds and true scores at the start."""
        np, size, count = self.np, len(numbers), len(self.visits)
        treated = self._treated(kinds)
        gone, reason = self._silence(treated, size)
        columns: dict[str, Any] = {
            "number": np.repeat(numbers, count),
            "months": np.tile(np.array(self.visits, dtype="int16"), size),
            "day": np.repeat(days, count),
            "treatment": np.repeat(treated, count).astype("int8"),
            "missing": reason.reshape(-1).astype("int8"),
        }
        for name in self.measures:
            values = self._values(name, treated, before[name])
            columns[name] = np.where(gone, np.nan, values).reshape(-1)
        return columns

    def select(self) -> str:
        """The select list that turns the arrays into typed columns."""
        q, string = DUCKDB.column, DUCKDB.string
        whens = {
            "treatment": [one.treatment for one in self.courses],
            "missing": list(self.shape["silent_because"]),
            "synthetic": [f"synthetic, course after {_studies(one)}" for one in self.courses],
        }
        coded = {
            name: " ".join(f"WHEN {i} THEN {string(text)}" for i, text in enumerate(texts))
            for name, texts in whens.items()
        }
        scores = [
            f"CASE WHEN NOT isnan({q(name)}) THEN CAST({q(name)} AS "
            f"{'INTEGER' if self.knowledge.findings[name].type == 'integer' else 'DOUBLE'}) END AS {q(name)}"
            for name in self.measures
        ]
        return ", ".join(
            [
                "printf('synthetic-%08d', number) AS id",
                "CAST(months AS INTEGER) AS months",
                "CAST(CAST(DATE '2023-01-01' + day + to_months(CAST(months AS INTEGER)) AS DATE) AS VARCHAR) AS as_of",
                f"CASE treatment {coded['treatment']} END AS treatment",
                *scores,
                f"CASE missing {coded['missing']} END AS missing",
                f"CASE treatment {coded['synthetic']} END AS synthetic",
            ]
        )

    def _treated(self, kinds: Numbers) -> Numbers:
        """Which course each person takes, drawn by the shares among the courses of that kind of person."""
        np = self.np
        treated: Numbers = np.zeros(len(kinds), dtype=int)
        for kind in np.unique(kinds):
            fitting = [i for i, one in enumerate(self.courses) if kind in one.kinds]
            weights = np.array([self.courses[i].share for i in fitting])
            here = kinds == kind
            treated[here] = self.random.choice(fitting, size=int(here.sum()), p=weights / weights.sum())
        return treated

    def _silence(self, treated: Numbers, size: int) -> tuple[Any, Numbers]:
        """Which visits are missing and why: for good from some month on, or once; after a year as often as published."""
        np, random = self.np, self.random
        silent = np.array([one.silent for one in self.courses])[treated]
        for_good = float(self.shape["silent_for_good"])
        lasting = silent * for_good
        once = 1 - (1 - silent) / (1 - lasting)
        leaves = -np.log(random.random(size)) * 12 / -np.log1p(-lasting)
        months = np.array(self.visits, dtype=float)
        away = leaves[:, None] <= months[None, :]
        missed = ~away & (random.random((size, len(months))) < once[:, None])
        words = list(self.shape["silent_because"])
        weights = np.array([float(self.shape["silent_because"][w]) for w in words])
        # Who died answers no later visit; a single missed visit was lost.
        why = random.choice(len(words), size=size, p=weights / weights.sum())
        reason = np.where(away, why[:, None], np.where(missed, words.index("lost"), -1))
        return away | missed, reason

    def _values(self, name: str, treated: Numbers, before: Numbers) -> Numbers:
        """Scores at each visit: the start, the mean change as far as it is reached, and a person's own part."""
        np = self.np
        size, count = len(treated), len(self.visits)
        values = np.full((size, count), np.nan)
        own, odd = self.random.standard_normal(size), self.random.standard_normal((size, count))
        steady = float(self.shape["steady"])
        finding = self.knowledge.findings[name]
        low = finding.min if finding.min is not None else -np.inf
        high = finding.max if finding.max is not None else np.inf
        for index, course in enumerate(self.courses):
            change = course.changes.get(name)
            if change is None:
                continue
            here = treated == index
            reached = np.array([self._reached(m, change.months) for m in self.visits])
            single = change.sd * (math.sqrt(steady) * own[here][:, None] + math.sqrt(1 - steady) * odd[here])
            values[here] = before[here][:, None] + reached[None, :] * change.mean + single
        rounded: Numbers = np.round(np.clip(values, low, high), 0 if finding.type == "integer" else 1)
        return rounded

    def _reached(self, months: float, whole: float) -> float:
        """Which part of a change is there after some months; all of it from the month on that the study reports."""
        speed = float(self.shape["months_to_two_thirds"])
        return min(1.0, -math.expm1(-months / speed) / -math.expm1(-whole / speed))


def _studies(course: Course) -> str:
    return ", ".join(dict.fromkeys(change.study for change in course.changes.values() if change.study))
