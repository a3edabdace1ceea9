"""Tests that are measured, places that are rated, and scores that were computed elsewhere."""

from __future__ import annotations

from narrows.instruments.answers import how_to_answer
from narrows.instruments.task import Task
from narrows.problem import Problem


def measured(task: Task) -> None:
    """A measurement, and beside it the z- or T-score that norms give; "unable" is a result, not a gap."""
    _as_given(task)
    main = task.instrument.scores[0]
    if task.sheet.fields.get("unable") is True:
        if main.id in task.scores:
            task.problems.append(
                Problem("unable, and a measurement beside it", f"{task.instrument.id}.unable", "keep one of them")
            )
        task.bands[main.id] = "unable to perform"
        task.not_scored[main.id] = "unable to perform: a result, not a missing value"
    elif main.id not in task.scores and len(task.scores) == 0 and not task.problems:
        task.not_scored[main.id] = "not measured"


def accepted(task: Task) -> None:
    """Scores that another system computed, kept as they came: the formula or table is not shipped here."""
    _as_given(task)
    for score in task.instrument.scores:
        if score.id not in task.scores:
            task.not_scored[score.id] = "not given"
    if task.instrument.versions and task.version is None:
        task.notes.append(f"say which it is: variant {', '.join(v.id for v in task.instrument.versions)}")
    task.notes.append("computed elsewhere and kept as given")


def sites(task: Task) -> None:
    """The rating of each place that was named; a place without a rating is simply not there."""
    _as_given(task)
    if not task.scores and not task.problems:
        task.not_scored[task.instrument.scores[0].id] = f"no place was rated; {how_to_answer(task.instrument)}"
    if "pain" in task.scores:
        task.notes.append("which pain was rated is not said: name it, for example leg = 7")


def _as_given(task: Task) -> None:
    for score in task.instrument.scores:
        value = task.sheet.number(score.id)
        if value is not None:
            task.scores[score.id] = value


def walk(task: Task) -> None:
    """The distance of the self-paced walk, its speed, and whether it says how far the person can walk.

    Only a walk that symptoms ended says that. One that ran the full 30 minutes says that the person can walk at
    least so far (right-censored); one ended by fatigue, or by nobody knows what, says neither.
    """
    sheet = task.sheet
    distance, minutes, stop = sheet.number("distance"), sheet.number("minutes"), sheet.fields.get("stop")
    if distance is None:
        task.not_scored["distance"] = "not measured"
    else:
        task.scores["distance"] = distance
    if minutes is not None:
        task.scores["minutes"] = minutes
        if distance is not None and minutes > 0:
            task.scores["speed"] = distance / minutes
    if stop == "30-minutes":
        task.bands["distance"] = "at least this far: the test ran its full 30 minutes"
        task.withheld["distance"] = "the test ended at 30 minutes, so the limit was not reached"
    elif stop is None:
        task.withheld["distance"] = "why the walk ended is not said (stop = symptoms, fatigue or 30-minutes)"
    elif stop != "symptoms":
        task.withheld["distance"] = f"the walk was ended by {stop}, not by symptoms"
