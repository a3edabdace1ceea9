"""What is known of every option in every condition, worked out once for a knowledge and kept."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path

import msgspec

from narrows import __version__
from narrows.evidence.comparisons import comparisons, families
from narrows.evidence.course import courses
from narrows.evidence.differences import compared
from narrows.evidence.outcome import Basis, Course, OptionOutcome
from narrows.evidence.rows import Row, rows
from narrows.evidence.single_arms import nothing_known, single_arms
from narrows.knowledge import cache
from narrows.knowledge.store import Knowledge
from narrows.problem import InputError, Problem, did_you_mean


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the evidence says in one condition: outcomes by option, and the course without treatment."""

    outcomes: dict[str, tuple[OptionOutcome, ...]]
    courses: tuple[Course, ...]


def outcomes_of(option_id: str, condition: str, knowledge: Knowledge) -> tuple[OptionOutcome, ...]:
    """What is known of an option in a condition, best basis first; never empty.

    Where no controlled study printed a result, the first record says so (basis "none") and names the nearest evidence.
    Raises InputError when the option or the condition is not of this knowledge.
    """
    if option_id not in knowledge.options:
        close = did_you_mean(option_id, knowledge.options)
        raise InputError(Problem(f"no option '{option_id}'", "option", close or "see 'narrows compare --help'"))
    return known_in(condition, knowledge).outcomes[option_id]


def what_comes_without_treatment(condition: str, knowledge: Knowledge) -> tuple[Course, ...]:
    """The natural course, waiting, and what comparison arms reached; rows of the same condition first.

    Raises InputError when no study of this knowledge has the condition.
    """
    return known_in(condition, knowledge).courses


def conditions(knowledge: Knowledge) -> tuple[str, ...]:
    """The conditions that studies of this knowledge have, in their order."""
    return tuple(dict.fromkeys(s.condition for s in knowledge.studies.values()))


def known_in(condition: str, knowledge: Knowledge) -> Known:
    """All that is known in a condition: from memory, else from the cache on disk, else worked out."""
    held = _IN_MEMORY.get((knowledge.sha256, condition))
    if held is None:
        named = conditions(knowledge)
        if condition not in named:
            close = did_you_mean(condition, named)
            raise InputError(
                Problem(f"no study has the condition '{condition}'", "condition", close or ", ".join(named))
            )
        held = _stored(condition, knowledge)
        if len(_IN_MEMORY) > 64:  # a long-lived server that reloads its knowledge must not grow without end
            _IN_MEMORY.clear()
        _IN_MEMORY[knowledge.sha256, condition] = held
    return held


_IN_MEMORY: dict[tuple[str, str], Known] = {}


def _stored(condition: str, knowledge: Knowledge) -> Known:
    key = hashlib.sha256(f"{knowledge.sha256} {_code()}".encode()).hexdigest()
    name = f"evidence-{__version__}-{condition}"

    def make() -> bytes:
        return msgspec.msgpack.encode(_work_out(condition, knowledge))

    try:
        return msgspec.msgpack.decode(cache.remembered(name, key, make), type=Known)
    except msgspec.DecodeError:  # kept by other code of the same version
        cache.forget(name, key)
        return msgspec.msgpack.decode(make(), type=Known)


@lru_cache(maxsize=1)
def _code() -> str:
    # What is kept depends on the code that made it, so a changed file makes it anew.
    total = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        total.update(path.read_bytes())
    return total.hexdigest()


def _work_out(condition: str, knowledge: Knowledge) -> Known:
    every_row = rows(knowledge)
    every = comparisons(knowledge.studies, every_row)
    family = families(knowledge.studies)
    here = [c for c in every if c.condition == condition]
    own_rows = [r for r in every_row if knowledge.studies[r.study].condition == condition]
    ages = _ages(own_rows)
    beside = {(c.study, a.arm, c.outcome, c.months) for c in here for a in (c.arm, c.arm_versus)}
    outcomes: dict[str, tuple[OptionOutcome, ...]] = {}
    for option in knowledge.options:
        sided = [c if c.option == option else c.turned() for c in here if option in (c.option, c.versus)]
        found = list(compared(knowledge, option, condition, sided, family, ages))
        found.extend(single_arms(knowledge, option, condition, own_rows, beside))
        if not any(o.comparator and o.kind == "benefit" and (o.difference or o.stated) for o in found):
            found.insert(0, nothing_known(knowledge, option, condition, every))
        outcomes[option] = tuple(sorted(found, key=_order(knowledge)))
    return Known(outcomes=outcomes, courses=courses(knowledge, condition, own_rows))


def _order(knowledge: Knowledge) -> Callable[[OptionOutcome], tuple[int, int, int, float, str]]:
    place = {name: i for i, name in enumerate(knowledge.outcome_words)}
    bases: dict[Basis, int] = {"none": 0, "pooled": 1, "review": 1, "single-study": 1, "single-arm": 2}
    kinds = {"benefit": 0, "course": 1, "harm": 2, "": -1}

    def key(o: OptionOutcome) -> tuple[int, int, int, float, str]:
        months = 1e9 if o.months is None else o.months
        return (bases[o.basis], kinds[o.kind], place.get(o.outcome, -1), months, o.comparator)

    return key


def _ages(own_rows: Iterable[Row]) -> dict[str, str]:
    gathered: dict[str, list[Row]] = defaultdict(list)
    for row in own_rows:
        if row.outcome == "age" and row.baseline is not None:
            gathered[row.study].append(row)
    ages = {}
    for study, found in gathered.items():
        people = sum(r.total or 0 for r in found)
        if len(found) == 1 and found[0].baseline is not None:
            ages[study] = f"mean age {found[0].baseline:.0f}"
        elif people:
            ages[study] = f"mean age {sum((r.baseline or 0) * (r.total or 0) for r in found) / people:.0f}"
    return ages
