"""The EQ-5D: five answers are a profile; an index is what the people of one country hold it to be worth."""

from __future__ import annotations

from narrows.instruments.task import Task
from narrows.knowledge.records.instrument import ValueSet
from narrows.problem import Problem, did_you_mean

DIMENSIONS = ("mo", "sc", "ua", "pd", "ad")


def index(value_set: ValueSet, state: tuple[int, ...]) -> float:
    """The index of a state such as (1, 2, 3, 2, 1): start, level decrements, and the constants that apply.

    Form of the sets: https://github.com/fragla/eq5d; interaction terms of the US 3L set: doi
    10.1097/00005650-200503000-00003. Unrounded.
    """
    value = value_set.start
    for dimension, level in zip(DIMENSIONS, state, strict=True):
        value += getattr(value_set, dimension)[level - 1]
    problems = sum(level > 1 for level in state)
    if problems:
        value += value_set.any_problem
    if value_set.any_level3 is not None and 3 in state:
        value += value_set.any_level3
    more, twos, threes = (max(n - 1, 0) for n in (problems, state.count(2), state.count(3)))
    value += (value_set.d1 or 0.0) * more
    value += (value_set.i2_squared or 0.0) * twos**2
    value += (value_set.i3 or 0.0) * threes
    value += (value_set.i3_squared or 0.0) * threes**2
    return value


def value_set(task: Task) -> None:
    """The profile, the visual scale as it was given, and the index by the value set that is named.

    The value set comes as `value_set` beside the items or as the variant. There is no default across countries:
    without a name there is no index. A missing dimension leaves no index; profile and scale are kept.
    """
    sheet = task.sheet
    _read_state(task)
    rating = sheet.number("vas")
    if rating is not None:
        task.scores["vas"] = rating
    levels = [round(v) if v is not None else None for v in sheet.values]
    task.bands["profile"] = "".join("x" if level is None else str(level) for level in levels)
    chosen = _chosen(task)
    if task.problems or not task.enough("index", range(1, len(levels) + 1), task.max_missing):
        return
    if chosen is None:
        known = ", ".join(sorted(_sets(task)))
        task.not_scored["index"] = f"no value set named, and there is no default across countries; known: {known}"
        return
    task.scores["index"] = index(chosen, tuple(level for level in levels if level is not None))
    sheet.version = chosen.id
    task.notes.append(f"value set {chosen.id} (doi {chosen.doi}); never compare it with an index of another set")


def _sets(task: Task) -> dict[str, ValueSet]:
    version = task.instrument.id[-2:].upper()
    return {key: v for key, v in task.knowledge.value_sets.items() if v.version == version}


def _chosen(task: Task) -> ValueSet | None:
    named = task.sheet.fields.get("value_set")
    where = f"{task.instrument.id}.value_set"
    if named is not None and task.sheet.version is not None and named != task.sheet.version:
        task.problems.append(
            Problem(f"two value sets named, {named} and {task.sheet.version}", where, "name one of them")
        )
        return None
    name = named if named is not None else task.sheet.version
    if name is None:
        return None
    known = _sets(task)
    if isinstance(name, str) and name in known:
        return known[name]
    other = task.knowledge.value_sets.get(str(name))
    task.problems.append(
        Problem(
            f"value set '{name}' belongs to the EQ-5D-{other.version}" if other else f"no value set '{name}'",
            where,
            did_you_mean(str(name), known) or f"known: {', '.join(sorted(known))}",
        )
    )
    return None


def _read_state(task: Task) -> None:
    state = task.sheet.fields.get("state")
    if state is None:
        return
    items = task.sheet.items
    where = f"{task.instrument.id}.state"
    if any(v is not None for v in task.sheet.values):
        task.problems.append(Problem("the profile is given twice, as items and as state", where, "give one of them"))
        return
    digits = str(state)
    if len(digits) != len(items) or any(d not in {f"{a:g}" for a in items[0].allowed} for d in digits):
        top = f"{items[0].allowed[-1]:g}"
        task.problems.append(Problem(f"'{state}' is no profile", where, f"five digits, each 1 to {top}"))
        return
    task.sheet.values = [float(d) for d in digits]
    task.sheet.reasons.clear()
