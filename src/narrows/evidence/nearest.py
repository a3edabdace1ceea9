"""Where a condition has no controlled study of an option: the nearest evidence, with its mismatch named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from narrows.evidence.comparisons import Comparison
from narrows.evidence.outcome import Nearest
from narrows.evidence.words import condition_name, months_in_words, number, option_name
from narrows.knowledge.records.study import Study
from narrows.knowledge.store import Knowledge

_DESIGNS = (
    "rct",
    "rct-plus-cohort",
    "systematic-review",
    "controlled",
    "cohort",
    "registry",
    "case-series",
    "case-report",
)
_CONTROLLED = frozenset({"rct", "rct-plus-cohort", "controlled"})
_DESIGN_NAMES = {
    "rct": "a randomised trial",
    "rct-plus-cohort": "a randomised trial with a cohort beside it",
    "systematic-review": "a review of several studies",
    "controlled": "a study with a comparison group, not randomised",
    "cohort": "a cohort",
    "registry": "a registry",
    "case-series": "a series of cases without comparison",
    "case-report": "a case report",
    "outbreak-report": "a report of an outbreak",
}
_SIBLINGS = ("stem-cell-injection", "prp")  # groups whose members stand in for one another, the route named
MOST = 3


def nearest(
    knowledge: Knowledge, option: str, condition: str, comparisons: Iterable[Comparison]
) -> tuple[Nearest, ...]:
    """Up to three studies nearest to an option in a condition: same option first, then its family; by design, then size.

    Each names every way in which it does not match: condition, route, missing comparison, missing result.
    """
    by_study: dict[str, list[Comparison]] = {}
    for c in comparisons:
        by_study.setdefault(c.study, []).append(c)
    own = _ranked(knowledge, {option}, condition)
    found = own[:MOST]
    if not own:
        family = {
            o for g in _SIBLINGS for o in knowledge.option_groups.get(g, []) if option in knowledge.option_groups[g]
        }
        found = _ranked(knowledge, family - {option}, condition)[:MOST]
    return tuple(_describe(knowledge, s, option, condition, by_study.get(s.id, [])) for s in found)


def controlled_without_result(knowledge: Knowledge, option: str, condition: str) -> tuple[Study, ...]:
    """Controlled studies of an option in a condition, whatever they printed."""
    return tuple(
        s
        for s in knowledge.studies.values()
        if s.condition == condition and s.design in _CONTROLLED and any(a.option == option for a in s.arm)
    )


def _ranked(knowledge: Knowledge, options: set[str], condition: str) -> list[Study]:
    kinds = {name: word.kind for word in knowledge.outcome_words.values() for name in word.names}
    fitting = [
        s
        for s in knowledge.studies.values()
        if any(a.option in options for a in s.arm)
        and s.design in _DESIGNS
        and s.condition != "mixed-or-other"
        and (not s.result or any(kinds.get(r.outcome) not in ("description", "cost") for r in s.result))
    ]
    return sorted(
        fitting,
        key=lambda s: (s.condition != condition, not s.result, _DESIGNS.index(s.design), -(s.n or s.n_randomised or 0)),
    )


def _describe(
    knowledge: Knowledge, study: Study, option: str, condition: str, comparisons: Sequence[Comparison]
) -> Nearest:
    arms = [a for a in study.arm if a.option == option] or [
        a for a in study.arm if any(a.option in knowledge.option_groups.get(g, []) for g in _SIBLINGS)
    ]
    other = [a for a in study.arm if a not in arms and a.option not in {b.option for b in arms}]
    mismatch = []
    if study.condition != condition:
        mismatch.append(
            f"its people had {condition_name(knowledge, study.condition)}, not {condition_name(knowledge, condition)}"
        )
    if arms[0].option != option:
        mismatch.append(f"it tested another treatment: {option_name(knowledge, arms[0].option).lower()}")
    if study.design == "systematic-review" and not other:
        mismatch.append("it pools studies, mostly without a comparison group")
    elif not other and len(study.arm) > 1:
        mismatch.append(f"all its groups had this kind of treatment: {'; '.join(a.label for a in study.arm)}")
    elif not other:
        mismatch.append("it had no comparison group, so what would have happened anyway is not known")
    if not study.result:
        mismatch.append(study.status or "no result was seen")
    if study.risk_of_bias == "high":
        mismatch.append(f"high risk of bias: {study.risk_reason}")
    reported = [
        _reported(knowledge, c if c.option == arms[0].option else c.turned())
        for c in comparisons
        if arms[0].option in (c.option, c.versus)
        and knowledge.outcome_words[c.outcome].kind == "benefit"
        and not (c.caution or c.subgroup)
    ]
    return Nearest(
        study=study.id,
        title=study.title,
        condition=study.condition,
        design=_DESIGN_NAMES[study.design],
        option=arms[0].option,
        n=study.n or study.n_randomised,
        comparator=", ".join(dict.fromkeys(a.label for a in other)),
        mismatch=tuple(mismatch),
        reported=tuple(dict.fromkeys(reported))[:4],
        url=study.url or study.seen_url or "",
    )


def _reported(knowledge: Knowledge, c: Comparison) -> str:
    outcome = knowledge.outcome_words[c.outcome]
    when = "" if c.months is None else f" at {months_in_words(c.months)}"
    versus = option_name(knowledge, c.versus).lower()
    if c.estimate is None:
        return f"{outcome.label}{when}, against {versus}: no number printed"
    return f"{outcome.label}{when}, against {versus}: {number(c.measure, c.estimate, c.low, c.high, outcome.unit)}"
