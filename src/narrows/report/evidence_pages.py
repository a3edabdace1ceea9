"""Evidence for the clinician: each difference with its certainty, forest plots, harms, guideline statements."""

from __future__ import annotations

from narrows.appraisal.answer import Appraisal, OptionAnswer
from narrows.knowledge import Knowledge
from narrows.report import expected_outcome, forest_plot, option_sheet, words
from narrows.report.content import (
    Block,
    Heading,
    Line,
    Medium,
    Paragraph,
    Picture,
    Section,
    Table,
    line,
    link,
    soft,
    strong,
)
from narrows.report.expected_outcome import Outcome
from narrows.report.option_table import ordered
from narrows.report.source_list import SourceList


def evidence(appraisal: Appraisal, knowledge: Knowledge, sources: SourceList, medium: Medium) -> Section:
    """Differences of every option that has any, with plots; what has none is named once, with the nearest evidence."""
    rows: list[tuple[Line, ...]] = []
    plots: list[Picture] = []
    unstudied: list[str] = []
    nearest: list[tuple[Line, ...]] = []
    alone = left = 0
    for option in ordered(appraisal.options):
        known = expected_outcome.of(option, knowledge)
        if option.standing not in SHOWN:
            continue
        alone += known.single_arms
        main = known.for_person
        fits = option.standing in ("indicated", "possible")
        rows += [
            _row(option, o, knowledge, sources, full=fits and o is main[0]) for o in main if fits or medium == "screen"
        ]
        if medium == "screen" and fits:
            others = [o for o in known.outcomes if o not in main]
            rows += [_row(option, o, knowledge, sources, full=False) for o in others[:MOST_ROWS]]
            left += len(others[MOST_ROWS:])
        plots += _plots(option, known.outcomes, knowledge)
        if not known.studied:
            unstudied.append(option.name)
        for near in known.nearest[:1] if medium == "screen" else ():
            nearest.append(
                (line(strong(option.name)), line(near.says, *sources.refs((near.study,))), line(near.mismatch))
            )
    blocks: list[Block] = []
    if rows:
        head = ("Option", "Outcome", "Difference (95 % interval)", "Against", "Studies", "Certainty")
        blocks.append(Table("Differences between treatments", head, tuple(rows), (2.2, 2.4, 2.6, 2, 1.6, 3.4), "small"))
    if alone:
        blocks.append(
            Paragraph(
                line(
                    f"{alone} results of single arms are left out here: nothing stands beside them."
                    + (f" {left} more differences stand in the answer as JSON." if left else "")
                ),
                "soft",
            )
        )
    blocks += plots[:MOST_PLOTS]
    if nearest:
        titles = ("Option", "What was found elsewhere", "Why it does not carry over")
        blocks.append(Heading(3, "Nearest evidence where stenosis has no controlled result"))
        blocks.append(Table("Nearest evidence", titles, tuple(nearest), (2, 5, 4), "small"))
    if unstudied:
        told = f"{', '.join(unstudied)}. Not studied is not the same as no effect."
        blocks.append(Paragraph(line(strong("No controlled result in this condition: "), told)))
    blocks += _without_treatment(appraisal, sources)
    return Section("evidence", "Evidence", tuple(blocks))


def _without_treatment(appraisal: Appraisal, sources: SourceList) -> list[Block]:
    """What came without the treatments compared here, for the same condition."""
    rows = []
    for course in appraisal.without_treatment:
        shares = [course.get(f"{part}_percent") for part in ("improved", "unchanged", "worse")]
        if not course.get("fits") or (all(s is None for s in shares) and not course.get("says")):
            continue
        said = " / ".join("–" if s is None else words.number(float(s), 0) for s in shares)
        rows.append(
            (
                line(strong(str(course.get("what", "")).capitalize())),
                line(str(course.get("population", ""))),
                line(words.months(float(course["months"])) if course.get("months") else "not stated"),
                line("" if all(s is None for s in shares) else f"{said} %"),
                line(str(course.get("says", "")), *sources.refs((str(course.get("source", "")),))),
            )
        )
    if not rows:
        return []
    head = ("What", "People", "Time", "Better / same / worse", "In words")
    return [Table("What came without treatment", head, tuple(rows[:MOST_COURSES]), (2.4, 3, 1.4, 1.8, 4), "small")]


def _row(
    option: OptionAnswer, outcome: Outcome, knowledge: Knowledge, sources: SourceList, *, full: bool
) -> tuple[Line, ...]:
    """A difference as a row; `full`: with the reason of every step down, else with the domains alone."""
    per = 100.0 if outcome.measure == "RD" else 1.0
    low, high = (None if v is None else per * v for v in (outcome.low, outcome.high))
    span = _span(per * outcome.estimate, low, high) + (" in 100 people" if outcome.measure == "RD" else "")
    if outcome.prediction:
        span += f"; a new study: {words.number(outcome.prediction[0], 2)} to {words.number(outcome.prediction[1], 2)}"
    when = f", {words.months(outcome.months)}" if outcome.months else ""
    better = {True: "lower is better", False: "higher is better", None: ""}[outcome.lower_is_better]
    size = [
        outcome.basis.replace("-", " "),
        f"k = {outcome.k}" if outcome.k else "",
        f"n = {outcome.n}" if outcome.n else "",
        f"I² {words.number(outcome.i2, 0)} %" if outcome.i2 is not None else "",
    ]
    told = [f"{s.domain} {words.number(s.steps)}{f': {s.reason}' if full else ''}" for s in outcome.steps]
    why = f" ({'; '.join(told)})" if told else ""
    return (
        line(strong(option.name)),
        line(f"{outcome.label}{when}", soft(f" {'; '.join(p for p in (outcome.unit, better) if p)}")),
        line(
            f"{outcome.measure} {span}",
            *([soft(f" {' '.join(t for t in (*outcome.flags, outcome.start) if t)}")] if full else []),
        ),
        line(outcome.comparator_label or expected_outcome.comparator_words(outcome.comparator, knowledge)),
        line("; ".join(p for p in size if p), *sources.refs(outcome.studies)),
        line(outcome.certainty.replace("-", " ") or "not rated", soft(why)),
    )


def _span(estimate: float, low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return f"{words.number(estimate, 2)} (no interval printed)"
    return f"{words.number(estimate, 2)} ({words.number(low, 2)} to {words.number(high, 2)})"


def _plots(option: OptionAnswer, outcomes: tuple[Outcome, ...], knowledge: Knowledge) -> list[Picture]:
    """A forest plot of each pooled difference, and one of every outcome with several comparisons, each by itself."""
    made = [_pooled_plot(option, o, knowledge) for o in outcomes if len(o.weights) > 1 and o.low is not None]
    for (label, measure), group in expected_outcome.rows_of(outcomes).items():
        ratio = measure in ("OR", "RR")
        fitting = [o for o in group if not ratio or (o.low or 0) > 0]
        if len(fitting) < 2:
            continue
        rows = [
            forest_plot.Row(
                f"{words.months(o.months) if o.months else 'no time'}, {expected_outcome.comparator_words(o.comparator, knowledge)}",
                o.estimate,
                o.low if o.low is not None else o.estimate,
                o.high if o.high is not None else o.estimate,
            )
            for o in fitting[:8]
        ]
        made.append(
            forest_plot.picture(
                f"{option.name}: {label}",
                rows,
                None,
                ratio=ratio,
                sides=_sides(option.name, fitting[0].lower_is_better),
                caption=line(
                    f"{measure}, {fitting[0].unit or 'no unit'}. Each comparison by itself; nothing is pooled."
                ),
            )
        )
    return made


def _sides(name: str, lower_is_better: bool | None) -> tuple[str, str]:
    if lower_is_better is None:
        return "", ""
    mine, other = _cut(f"better with {words.lower_first(name)}"), "better with the other"
    return (mine, other) if lower_is_better else (other, mine)


def _pooled_plot(option: OptionAnswer, outcome: Outcome, knowledge: Knowledge) -> Picture:
    rows = [forest_plot.Row(s.study, s.estimate, s.low, s.high, s.weight) for s in outcome.weights]
    low = outcome.low if outcome.low is not None else outcome.estimate
    high = outcome.high if outcome.high is not None else outcome.estimate
    against = expected_outcome.comparator_words(outcome.comparator, knowledge)
    when = f", {words.months(outcome.months)}" if outcome.months else ""
    left = f" Left out: {'; '.join(outcome.left_out)}." if outcome.left_out else ""
    return forest_plot.picture(
        f"{option.name} against {against}: {outcome.label}{when}",
        rows,
        forest_plot.Row("together", outcome.estimate, low, high),
        ratio=outcome.ratio,
        prediction=outcome.prediction,
        sides=_sides(option.name, outcome.lower_is_better),
        caption=line(f"{outcome.measure}, {outcome.unit}.{left}"),
    )


MOST_PLOTS = 4
MOST_ROWS = 8  # further differences of one option, beside those that the person sees
MOST_HARMS = 4  # of an option that does not fit, the most serious
MOST_COURSES = 5
SHOWN = ("indicated", "possible", "undetermined", "trial-only")


def _cut(text: str) -> str:
    return text if len(text) <= 34 else f"{text[:33]}…"


def harms(appraisal: Appraisal, sources: SourceList, medium: Medium) -> Section:
    """Every harm of the options that fit or may fit (on the screen also of those for a trial): rate, counted in, certainty."""
    rows = []
    for option in ordered(appraisal.options):
        if option.standing not in (("indicated", "possible") if medium == "paper" else SHOWN):
            continue
        fits = option.standing in ("indicated", "possible")
        for harm in option_sheet.ordered_harms(option.harms)[: None if fits else MOST_HARMS]:
            studies = [str(s) for s in (harm.get("study"), *(harm.get("studies") or ()), harm.get("source")) if s]
            rows.append(
                (
                    line(strong(option.name)),
                    line(str(harm.get("harm", "")), soft(f" {harm.get('severity', '')}")),
                    line(option_sheet.rate_words(harm), soft(f" {harm['horizon']}") if harm.get("horizon") else ""),
                    line(str(harm.get("population") or ""), *sources.refs(studies)),
                    line(
                        str(harm.get("certainty", "")).replace("-", " "),
                        soft(" derived") if harm.get("derived") else "",
                    ),
                )
            )
    return Section(
        "harms",
        "Harms",
        (
            Table(
                "Harms",
                ("Option", "Harm", "Rate", "Counted in", "Certainty"),
                tuple(rows),
                (2.2, 2.6, 2.4, 4, 1.4),
                "small",
            ),
        )
        if rows
        else (),
    )


def guidelines(appraisal: Appraisal, medium: Medium) -> Section:
    """What guidelines say of each option, with direction, strength and year."""
    rows = []
    for option in ordered(appraisal.options):
        if option.standing not in (("indicated", "possible") if medium == "paper" else SHOWN[:3]):
            continue
        for said in option.guidelines:
            issuer = str(said.get("issuer") or said.get("guideline") or "")
            rows.append(
                (
                    line(strong(option.name)),
                    line(link(f"{issuer}, {said.get('year', '')}", str(said.get("url") or ""))),
                    line(str(said.get("direction", "")).replace("-", " ")),
                    line(str(said.get("strength", ""))),
                    line(str(said.get("population", "")), soft(f" {said['caution']}") if said.get("caution") else ""),
                )
            )
    return Section(
        "guidelines",
        "Guidelines",
        (
            Table(
                "Guideline statements",
                ("Option", "Issuer", "Direction", "Strength", "Population"),
                tuple(rows),
                (2.2, 3, 1.6, 2, 3.6),
                "small",
            ),
        )
        if rows
        else (),
    )
