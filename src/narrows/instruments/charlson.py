"""The Charlson comorbidity index: weights of diseases, and points for age."""

from __future__ import annotations

from narrows.instruments.task import Task
from narrows.knowledge.levels import REASONS
from narrows.problem import Problem, did_you_mean


def charlson(task: Task) -> None:
    """Add the weights of the conditions, the more severe form of a disease in place of its milder one.

    Age-adjusted: one point more for each ten years from 50 on. What is not named counts as absent, which is why the
    span of the record that was searched belongs to the answer (`look_back`).
    Source: 1987 weights, https://pmc.ncbi.nlm.nih.gov/articles/PMC7946705/table/T4.
    """
    instrument, sheet = task.instrument, task.sheet
    assert isinstance(instrument.weights, dict)
    weight_of = {name: int(weight) for weight, names in instrument.weights.items() for name in names}
    present = _present(task, weight_of)
    if task.problems:
        return
    open_ones = [name for name, value in sheet.named.items() if value is None or value in REASONS]
    if open_ones:
        task.not_scored["total"] = f"not answered: {', '.join(open_ones)}"
        task.not_scored["age_adjusted"] = task.not_scored["total"]
        return
    milder = {instrument.replaces[name] for name in present if name in instrument.replaces} & set(present)
    counted = [name for name in present if name not in milder]
    task.notes.extend(f"{name}: replaced by its more severe form" for name in sorted(milder))
    total = sum(weight_of[name] for name in counted)
    task.scores["total"] = float(total)
    age = sheet.number("age")
    if age is None:
        task.not_scored["age_adjusted"] = "the age is not given"
    else:
        points = max(points for start, points in instrument.age_point_bands if age >= start)
        task.scores["age_adjusted"] = float(total + points)
    if "look_back" in sheet.fields:
        task.notes.append(f"record searched: {sheet.fields['look_back']}")
    else:
        task.notes.append("what is not named counts as absent; say how far back the record was searched (look_back)")


def _present(task: Task, weight_of: dict[str, int]) -> list[str]:
    """The conditions that the person has, in the order of the index; problems go to the task."""
    where = f"{task.instrument.id}.conditions"
    listed = task.sheet.fields.get("list", task.sheet.fields.get("conditions"))
    if listed is None and not task.sheet.named:
        task.problems.append(
            Problem("no conditions given", where, "give a list of conditions; an empty list says that there are none")
        )
        return []
    names: list[str] = []
    if not isinstance(listed, (list, tuple, type(None))):
        task.problems.append(Problem("conditions are not a list", where, 'conditions = ["diabetes"]'))
        return []
    for name in listed or ():
        if not isinstance(name, str) or name not in weight_of:
            task.problems.append(Problem(f"no condition '{name}'", where, _known(str(name), weight_of)))
        elif name in names:
            task.problems.append(Problem(f"'{name}' stands twice", where, "name it once"))
        else:
            names.append(name)
    for name, value in task.sheet.named.items():
        if name not in weight_of:
            task.problems.append(Problem(f"no condition '{name}'", task.instrument.id, _known(name, weight_of)))
        elif value in (True, 1):
            names.append(name)
        elif value is not None and value not in (False, 0, *REASONS):
            task.problems.append(
                Problem(f"{value!r} is no answer", f"{task.instrument.id}.{name}", "true, false or a reason")
            )
    return [name for name in weight_of if name in names]


def _known(name: str, weight_of: dict[str, int]) -> str:
    return did_you_mean(name, weight_of) or f"known: {', '.join(weight_of)}"
