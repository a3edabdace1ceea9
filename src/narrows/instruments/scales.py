"""Scores that are sums, means, counts or percentages of answers."""

from __future__ import annotations

from collections.abc import Sequence

from narrows.instruments.answers import finite
from narrows.instruments.task import Task
from narrows.problem import Problem


def sum_of_items(task: Task) -> None:
    """Add the answers, those of turned items from the other end.

    With items missing inside the rule the total is the mean of the answered items times their number (the rule of
    the Short FES-I, https://github.com/awell-health/awell-score); an unscored version keeps a total as given.
    """
    instrument, sheet = task.instrument, task.sheet
    main = instrument.scores[0].id
    if task.version is not None and not task.version.scored:
        _keep_total(task, main)
        return
    if main in sheet.fields:
        task.problems.append(
            Problem(
                f"a total without a version that is not scored here, {main} = {sheet.fields[main]:g}",
                f"{instrument.id}.{main}",
                f"give the items, or name the version: {', '.join(v.id for v in instrument.versions if not v.scored)}",
            )
        )
        return
    every = range(1, len(sheet.items) + 1)
    if task.enough(main, every, task.max_missing):
        task.scores[main] = _filled_up(task, every)
    for scale in instrument.subscales:
        numbers = [int(n) for n in scale.items]
        if task.enough(scale.id, numbers, task.max_missing):
            task.scores[scale.id] = _filled_up(task, numbers)
    item = instrument.safety_item
    if item is not None:
        answer = sheet.values[item - 1]
        if answer is not None:
            task.scores[f"item{item}"] = answer


def _filled_up(task: Task, numbers: Sequence[int]) -> float:
    total, count = 0.0, 0
    for number in numbers:
        value = task.sheet.values[number - 1]
        if value is None:
            continue
        allowed = task.sheet.items[number - 1].allowed
        total += allowed[0] + allowed[-1] - value if number in task.instrument.reverse_items else value
        count += 1
    if count < len(numbers):
        task.notes.append(
            f"{len(numbers) - count} of {len(numbers)} items missing: the mean of the answered times {len(numbers)}"
        )
        return total * len(numbers) / count
    return total


def _keep_total(task: Task, key: str) -> None:
    assert task.version is not None
    total = task.sheet.number(key)
    where = f"{task.instrument.id} ({task.version.id})"
    if any(v is not None for v in task.sheet.values):
        task.problems.append(
            Problem("the items of this version are not scored here", where, f"give {key}, computed where it was asked")
        )
    elif total is None:
        task.problems.append(Problem("no total given", where, f"give {key}"))
    else:
        task.scores[key] = total
        task.withheld[key] = f"version {task.version.id} is another scale"
        task.notes.append(f"{task.version.id}: kept as given; no band, threshold or comparison with another version")


def percent(task: Task) -> None:
    """100 * sum / (highest answer * number answered), unrounded; the NDI also on its scale of 50.

    Source: the missing rule that two independent programs share, see the instrument's sources. Dividing by what was
    answered and replacing a missing item by the mean of the others give the same number.
    """
    sheet = task.sheet
    every = range(1, len(sheet.items) + 1)
    keys = [s.id for s in task.instrument.scores]
    if not task.enough(keys[0], every, task.max_missing):
        for key in keys[1:]:
            task.not_scored[key] = task.not_scored[keys[0]]
        return
    answered = task.answered(every)
    highest = sheet.items[0].allowed[-1]
    share = sum(answered) / (highest * len(answered))
    task.scores[keys[0]] = 100 * share
    if "points" in keys:
        task.scores["points"] = share * highest * len(sheet.items)
    if len(answered) < len(sheet.items):
        task.notes.append(f"{len(answered)} of {len(sheet.items)} items answered: divided by what could be reached")


def weighted_sum(task: Task) -> None:
    """Add the weights of the items that are present."""
    weights = task.instrument.weights
    assert isinstance(weights, tuple)
    main = task.instrument.scores[0].id
    if task.enough(main, range(1, len(weights) + 1), task.max_missing):
        pairs = zip(weights, task.sheet.values, strict=True)
        task.scores[main] = float(sum(weight * (value or 0) for weight, value in pairs))


def count(task: Task) -> None:
    """Count the items that are present, and their share of all."""
    number = len(task.sheet.items)
    if task.enough("count", range(1, number + 1), task.max_missing):
        present = sum(task.answered(range(1, number + 1)))
        task.scores["index"] = present / number
        task.scores["count"] = present
    else:
        task.not_scored["index"] = task.not_scored["count"]


def ticked(task: Task) -> None:
    """Count ticked statements: one that was not ticked counts 0, an untouched form is no form.

    A list of statements by number may be given as `ticked`; when it is empty, `none_apply` has to say so.
    """
    sheet, main = task.sheet, task.instrument.scores[0].id
    marks = sheet.fields.get("ticked")
    none_apply = sheet.fields.get("none_apply")
    if marks is None and none_apply is None:
        every = range(1, len(sheet.items) + 1)
        if task.enough(main, every, task.max_missing):
            task.scores[main] = sum(task.answered(every))
            if task.scores[main] == 0:
                task.notes.append("nothing is ticked: make sure that this is not an untouched form (none_apply = true)")
        return
    where = f"{task.instrument.id}.ticked"
    if not isinstance(marks, (list, tuple, type(None))) or not isinstance(none_apply, (bool, type(None))):
        task.problems.append(Problem("not a list of numbers with true or false", where, "ticked = [1, 4, 7]"))
        return
    numbers = list(marks or ())
    if any(v is not None for v in sheet.values):
        task.problems.append(Problem("statements are given twice, as items and as ticked", where, "give one of them"))
    for mark in numbers:
        number = finite(mark)
        if number is None or number not in range(1, len(sheet.items) + 1):
            task.problems.append(Problem(f"{mark!r} is no statement", where, f"1 to {len(sheet.items)}"))
    for mark in sorted({m for m in numbers if isinstance(m, int) and numbers.count(m) > 1}):
        task.problems.append(Problem(f"statement {mark} stands twice", where, "name it once"))
    if numbers and none_apply:
        task.problems.append(Problem("statements are ticked and none_apply is true", where, "keep one of them"))
    if task.problems:
        return
    if not numbers and not none_apply:
        task.not_scored[main] = (
            "no statement is ticked and nothing says that none applies: 0 and a blank form look alike"
        )
        return
    sheet.reasons.clear()
    task.scores[main] = float(len(numbers))


def scale_means(task: Task) -> None:
    """The unweighted mean of the answered items of each scale, each by its own missing rule, never a total.

    Source: the scoring program zcq (http://fmwww.bc.edu/repec/bocode/z/zcq.sthlp).
    """
    for scale in task.instrument.subscales:
        numbers = [int(n) for n in scale.items]
        answered = task.answered(numbers)
        reasons = {task.sheet.reasons.get(n - 1) for n in numbers}
        if scale.post_treatment_only and not answered and reasons == {"not_asked"}:
            task.not_scored[scale.id] = "asked only after a treatment"
            for number in numbers:  # not a gap of the form before treatment
                task.sheet.reasons.pop(number - 1, None)
            continue
        limit = scale.max_missing if task.max_missing is None else task.max_missing
        if task.enough(scale.id, numbers, limit):
            task.scores[scale.id] = sum(answered) / len(answered)
            if len(answered) < len(numbers):
                task.notes.append(f"{scale.id}: mean of {len(answered)} of {len(numbers)} items")
    for name, domain in (task.instrument.symptom_domains or {}).items():
        if task.enough(name, domain, 0):
            task.scores[name] = sum(task.answered(domain)) / len(domain)


def recoded_mean(task: Task) -> None:
    """Recode each item to 0 to 100 by its position, then average the answered items of each scale.

    Source: http://www.rand.org/health/surveys_tools/mos/mos_core_36item_scoring.html
    """
    worth = {n: recode.map for recode in task.instrument.recode for n in recode.items}
    in_scales: set[int] = set()
    for scale in task.instrument.subscales:
        numbers = [int(n) for n in scale.items]
        in_scales.update(numbers)
        if task.enough(scale.id, numbers, task.max_missing):
            values = [(n, task.sheet.values[n - 1]) for n in numbers]
            known = [worth[n][round(v) - 1] for n, v in values if v is not None]
            task.scores[scale.id] = sum(known) / len(known)
            if len(known) < len(numbers):
                task.notes.append(f"{scale.id}: mean of {len(known)} of {len(numbers)} items")
    alone = [n for n in worth if n not in in_scales]
    for number in alone:
        if task.enough("health_change", [number], 0):
            answer = task.sheet.values[number - 1]
            assert answer is not None
            task.scores["health_change"] = float(worth[number][round(answer) - 1])


def single(task: Task) -> None:
    """One answer is the score."""
    main = task.instrument.scores[0].id
    if task.enough(main, [1], 0):
        answer = task.sheet.values[0]
        assert answer is not None
        task.scores[main] = answer
