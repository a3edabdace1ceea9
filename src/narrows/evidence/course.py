"""What comes without treatment: the natural course, waiting, and what comparison arms reached."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from narrows.evidence.comparisons import reached
from narrows.evidence.outcome import Course
from narrows.evidence.rows import Row
from narrows.evidence.words import condition_name, value
from narrows.knowledge.records.follow_up import CourseWithoutTreatment
from narrows.knowledge.store import Knowledge

_WITHOUT = frozenset({"watchful-waiting", "usual-care", "conventional-care", "sham", "saline"})
_STENOSIS = "lumbar-spinal-stenosis"
_BACK_PAIN = "chronic-low-back-pain"


def courses(knowledge: Knowledge, condition: str, own_rows: Iterable[Row]) -> tuple[Course, ...]:
    """Every row on what came without the treatment: same condition first, then what is borrowed from elsewhere.

    Rows of another condition are kept with `fits` false, so that a reader sees from where they come.
    """
    found = [
        *_natural(knowledge, condition),
        *_waiting(knowledge, condition),
        *_arms(knowledge, condition, own_rows),
    ]
    return tuple(sorted(found, key=lambda c: not c.fits))


def condition_of(row: CourseWithoutTreatment) -> str:
    """The condition of a row on the course without treatment: stenosis when it says LSS, else long-lasting back pain."""
    return _STENOSIS if "LSS" in row.what else _BACK_PAIN


def _natural(knowledge: Knowledge, condition: str) -> Iterator[Course]:
    for key, row in knowledge.natural_courses.items():
        study = knowledge.studies.get(row.study)
        own = study.condition if study else _STENOSIS
        lumbar = row.region_body != "cervical"
        fits = own == condition
        if not fits and lumbar != (condition != "degenerative-cervical-myelopathy"):
            continue
        shares = row.symptoms or row.leg_pain or {}
        caution = " ".join(filter(None, (row.caution, _borrowed(knowledge, own, condition))))
        yield Course(
            id=key,
            what="course without an operation",
            population=row.population,
            condition=own,
            fits=fits,
            months=row.months,
            improved_percent=shares.get("improved_percent"),
            unchanged_percent=shares.get("unchanged_percent"),
            worse_percent=shares.get("worse_percent"),
            says=row.says or _shares(shares, "leg pain" if row.leg_pain else "symptoms", row.better_chance),
            caution=caution,
            source=row.url,
        )
        if row.back_pain:
            yield Course(
                id=f"{key}-back-pain",
                what="course without an operation: back pain",
                population=row.population,
                condition=own,
                fits=fits,
                months=row.months,
                improved_percent=row.back_pain.get("improved_percent"),
                unchanged_percent=row.back_pain.get("unchanged_percent"),
                worse_percent=row.back_pain.get("worse_percent"),
                says=_shares(row.back_pain, "back pain", None),
                caution=caution,
                source=row.url,
            )


def _borrowed(knowledge: Knowledge, own: str, condition: str) -> str:
    if own == condition:
        return ""
    return f"Seen in {condition_name(knowledge, own)}, not in {condition_name(knowledge, condition)}."


def _shares(shares: dict[str, int], what: str, chance: str | None) -> str:
    parts = [
        f"{shares[key]} % {word}"
        for key, word in (
            ("improved_percent", "better"),
            ("unchanged_percent", "unchanged"),
            ("worse_percent", "worse"),
        )
        if key in shares
    ]
    more = f" Better odds with {chance}." if chance else ""
    return f"{what[0].upper()}{what[1:]}: {', '.join(parts)}.{more}" if parts else more.strip()


def _waiting(knowledge: Knowledge, condition: str) -> Iterator[Course]:
    if condition == "degenerative-cervical-myelopathy":
        return
    for key, row in knowledge.courses_without_treatment.items():
        own = condition_of(row)
        numbers = {
            name: float(number)
            for name in (
                "specific_percent",
                "placebo_percent",
                "no_treatment_percent",
                "improved_percent",
                "no_longer_positive_percent",
                "pain_smd",
                "pain_points_of_100",
                "function_smd",
                "mean_change",
                "mean_absolute_change",
                "trials",
                "n",
            )
            if (number := getattr(row, name)) is not None
        }
        borrowed = _borrowed(knowledge, own, condition)
        yield Course(
            id=key,
            what=row.what,
            population=f"{row.n} people" if row.n else f"{row.trials} trials" if row.trials else "number not printed",
            condition=own,
            fits=own == condition,
            improved_percent=row.improved_percent,
            numbers=numbers,
            says=row.meaning or row.medium_term or "",
            caution=borrowed,
            source=row.source,
        )


def _arms(knowledge: Knowledge, condition: str, own_rows: Iterable[Row]) -> Iterator[Course]:
    groups: dict[tuple[str, str, str, float | None], list[Row]] = defaultdict(list)
    for row in own_rows:
        if row.arm and row.arm_vs is None and row.months != 0 and not row.subgroup:
            groups[row.study, row.arm, row.outcome, row.months].append(row)
    for (study_id, arm_id, outcome, months), own in groups.items():
        study = knowledge.studies[study_id]
        arm = next(a for a in study.arm if a.id == arm_id)
        word = knowledge.outcome_words[outcome]
        alone = all(a.option == arm.option for a in study.arm)
        if alone or arm.option not in _WITHOUT or word.kind not in ("benefit", "course"):
            continue
        got = reached(arm, own, study)
        measure = "change" if got.change is not None else "share" if got.share is not None else "mean"
        shown = got.change if measure == "change" else got.share if measure == "share" else got.followup
        if shown is None:
            continue
        text = value(measure, shown, word.unit, signed=measure == "change")
        people = got.total or arm.n
        yield Course(
            id=f"{study_id}-{arm_id}-{outcome}-{months:g}" if months is not None else f"{study_id}-{arm_id}-{outcome}",
            what=f"comparison arm: {word.label}",
            population=f"{arm.label}: {f'{people} people' if people else 'number not printed'}",
            condition=condition,
            fits=True,
            months=months,
            says=f"{word.label}: {text}.",
            caution="derived from other printed figures" if got.derived else "",
            source=own[0].seen_at,
            arms=(got,),
        )
