"""Scores the answers to an instrument: from what was answered to numbers, bands, thresholds and findings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from narrows.instruments import charlson, comi, eq5d, grades, levels, performance, promis, scales, startback
from narrows.instruments.answers import Sheet, Unanswered, read
from narrows.instruments.catalogue import instrument_of
from narrows.instruments.levels import Level
from narrows.instruments.task import Task
from narrows.knowledge import Knowledge
from narrows.knowledge.records.instrument import Instrument, InstrumentVersion
from narrows.problem import InputError, Problem, did_you_mean

_METHODS: dict[str, Callable[[Task], None]] = {
    "sum": scales.sum_of_items,
    "percent": scales.percent,
    "weighted_sum": scales.weighted_sum,
    "count": scales.count,
    "ticked": scales.ticked,
    "scale_means": scales.scale_means,
    "recoded_mean": scales.recoded_mean,
    "single": scales.single,
    "t_table": promis.t_table,
    "promis_global": promis.promis_global,
    "comi": comi.comi,
    "startback": startback.startback,
    "charlson": charlson.charlson,
    "value_set": eq5d.value_set,
    "grades": grades.grades,
    "measured": performance.measured,
    "accepted": performance.accepted,
    "sites": performance.sites,
    "walk": performance.walk,
}


@dataclass(frozen=True, slots=True)
class Score:
    """The scores of one instrument on one day, and how they came about."""

    instrument: str
    #: unrounded, by the key of the score; one that could not be computed is not here but in `not_scored`
    scores: dict[str, float]
    #: items without an answer, each with its reason
    missing: tuple[Unanswered, ...]
    bands: dict[str, str]
    thresholds: tuple[Level, ...]
    #: everything worth telling, what is urgent and what was not scored included
    notes: tuple[str, ...]
    #: findings of the dictionary that these scores are, with their values
    fills: dict[str, float]
    #: scores that could not be computed, and why
    not_scored: dict[str, str] = field(default_factory=dict)
    #: what a person has to act on, whatever the number says
    safety: tuple[str, ...] = ()
    #: the missing-item rule that was used: most missing items; None: each scale by its own
    max_missing: int | None = None
    variant: str | None = None

    #: key of the main score
    main: str = ""

    @property
    def value(self) -> float | None:
        """The main score, or None where it could not be computed."""
        return self.scores.get(self.main)

    def as_dict(self) -> dict[str, Any]:
        """The score as plain data for JSON."""
        answer = {"instrument": self.instrument, "score": self.value, **asdict(self)}
        answer["missing"] = [gap._asdict() for gap in self.missing]
        return answer


def score(
    instrument_id: str,
    answers: Mapping[Any, Any] | Sequence[Any],
    knowledge: Knowledge,
    *,
    max_missing: int | None = None,
    variant: str | None = None,
) -> Score:
    """Score the answers to one instrument.

    Answers are a list in the order of the form or a mapping by name; docs/reference/instruments.md shows the shape
    of each. `max_missing` changes the missing-item rule where it may be changed and is stored with the score;
    `variant` names a version or, for the EQ-5D, the value set. Scores are unrounded. A score that cannot be computed
    because too much is missing is left out, and `not_scored` says why.
    Raises InputError with every problem of the answers.
    """
    instrument = instrument_of(instrument_id, knowledge)
    sheet = read(instrument, answers)
    problems = list(sheet.problems)
    limit = _limit(instrument, max_missing, problems)
    version = _version(instrument, sheet, variant, problems)
    task = Task(instrument, sheet, knowledge, limit, version)
    if not problems:
        _METHODS[instrument.method](task)
        problems = task.problems
    safety = _safety(instrument, sheet)
    if problems:
        # A refused form does not silence what one of its answers says.
        problems.extend(Problem(text, f"{instrument.id}, although refused") for text in safety)
        raise InputError(problems)
    scored_version = version is None or version.scored
    used = version.id if version is not None else sheet.version
    fills = _fills(instrument, task)
    unscored = [f"{key} is not scored: {why}" for key, why in task.not_scored.items()]
    banded = levels.bands(instrument, task.scores, used) if scored_version else {}
    return Score(
        instrument=instrument.id,
        scores=task.scores,
        missing=sheet.missing(),
        bands={**banded, **task.bands},
        thresholds=levels.levels(instrument, task.scores, used) if scored_version else (),
        notes=(*safety, *sheet.notes, *unscored, *task.notes, *_fill_notes(instrument, task), *_standing(instrument)),
        fills=fills,
        not_scored=task.not_scored,
        safety=safety,
        max_missing=limit,
        variant=used,
        main=next(iter(task.scores), "") if instrument.method == "sites" else instrument.scores[0].id,
    )


def _limit(instrument: Instrument, asked: int | None, problems: list[Problem]) -> int | None:
    if asked is None or asked == instrument.max_missing:
        return instrument.max_missing
    where = f"{instrument.id}, max_missing"
    if instrument.missing_fixed:
        problems.append(
            Problem("the missing-item rule of this instrument is fixed", where, instrument.missing_rule or "")
        )
    elif isinstance(asked, bool) or not isinstance(asked, int) or not 0 <= asked < (instrument.items or 1):
        problems.append(Problem(f"{asked!r} is no rule", where, f"a whole number 0 to {(instrument.items or 1) - 1}"))
    return asked


def _version(
    instrument: Instrument, sheet: Sheet, variant: str | None, problems: list[Problem]
) -> InstrumentVersion | None:
    """The version that is meant: the one named, in the call or in the answers, else the default."""
    where = f"{instrument.id}, variant"
    if variant is not None and sheet.version is not None and variant != sheet.version:
        problems.append(Problem(f"two versions named, {variant} and {sheet.version}", where, "name one of them"))
    sheet.version = variant if variant is not None else sheet.version
    if instrument.method == "value_set":
        return None
    named = sheet.version
    if named is None:
        return next((v for v in instrument.versions if v.default), None)
    known = {v.id: v for v in instrument.versions}
    if named not in known:
        fix = did_you_mean(named, known) or (f"known: {', '.join(known)}" if known else "it has one version only")
        problems.append(Problem(f"no version '{named}' of {instrument.name}", where, fix))
        return None
    return known[named]


def _safety(instrument: Instrument, sheet: Sheet) -> tuple[str, ...]:
    """What the safety item says, whether or not the form can be scored."""
    item = instrument.safety_item
    if item is None:
        return ()
    answer = sheet.values[item - 1]
    if answer is None or answer == 0:
        return ()
    label = sheet.items[item - 1].label
    says = (
        f"item {item} ({label}) is answered {answer:g}, above 0. Whatever the total is, this needs a talk with someone"
        " who can help today; in danger now, call the local emergency number."
    )
    return (says,)


def _fills(instrument: Instrument, task: Task) -> dict[str, float]:
    filled: dict[str, float] = {}
    for finding_name, key in instrument.fills.items():
        if key not in task.scores or key in task.withheld:
            continue
        value = task.scores[key]
        finding = task.knowledge.findings.get(finding_name)
        if finding is None:  # a rule that reads it would have nothing to read
            task.withheld[key] = "the dictionary of this knowledge has no such finding"
            continue
        whole = finding.type == "integer"
        if whole and abs(value - round(value)) > levels.SAME:
            task.withheld[key] = f"{finding_name} takes whole numbers, and this score was filled up for a missing item"
            continue
        filled[finding_name] = round(value) if whole else value
    return filled


def _fill_notes(instrument: Instrument, task: Task) -> list[str]:
    return [
        f"not taken as the finding {name}: {task.withheld[key]}"
        for name, key in instrument.fills.items()
        if key in task.withheld and key in task.scores
    ]


def _standing(instrument: Instrument) -> list[str]:
    """Warnings that belong to every score of an instrument."""
    notes = [instrument.value_set_warning, instrument.not_interchangeable]
    return [note for note in notes if note]
