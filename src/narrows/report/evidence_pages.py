"""Evidence for the clinician: each difference with its certainty, forest plots, harms, guideline statements."""

from __future__ import annotations

from narrows.appraisal.answer import Appraisal, OptionAnswer
from narrows.knowledge import Knowledge
from narrows.report import expected_outcome, forest_plot, option_sheet, words
from narrows.report.content import (
    Block,
    Heading,
    Line,
    Paragraph,
    Picture,
    Section,
    Table,
    line,
    soft,
    strong,
)
from narrows.report.expected_outcome import Outcome
from narrows.report.option_table import ordered
from narrows.report.source_list import SourceList


def evidence(appraisal: Appraisal, knowledge: Knowledge, sources: SourceList) -> Section:
    """Outcomes of every option that has any, with plots; what has none is named once."""
    rows: list[tuple[Line, ...]] = []
    plots: list[Picture] = []
    unstudied: list[str] = []
    nearest: list[tuple[Line, ...]] = []
    for option in ordered(appraisal.options):
        known = expected_outcome.of(option, knowledge)
        for outcome in known.outcomes:
            rows.append(_row(option, outcome, knowledge, sources))
            if len(plots) < 6 and (plot := _plot(option, outcome, knowledge)) is not None:
                plots.append(plot)
        if known.not_studied and not known.outcomes:
            unstudied.append(option.name)
        for near in known.nearest:
            nearest.append(
                (line(strong(option.name)), line(near.says, *sources.refs((near.study,))), line(near.mismatch))
            )
    blocks: list[Block] = []
    if rows:
        blocks.append(
            Table(
                "Differences between treatments",
                ("Option", "Outcome", "Difference (95 % interval)", "Against", "Studies", "Certainty"),
                tuple(rows),
                (2.2, 2.4, 2.6, 2, 1.6, 3.4),
                "small",
            )
        )
    blocks += plots
    if nearest:
        blocks += [
            Heading(3, "Nearest evidence where stenosis has no controlled study"),
            Table(
                "Nearest evidence",
                ("Option", "What was found elsewhere", "Why it does not carry over"),
                tuple(nearest),
                (2, 5, 4),
                "small",
            ),
        ]
    if unstudied:
        blocks.append(
            Paragraph(
                line(
                    strong("No controlled study in stenosis: "),
                    f"{', '.join(unstudied)}. Not studied is not the same as no effect.",
                )
            )
        )
    return Section("evidence", "Evidence", tuple(blocks))


def _row(option: OptionAnswer, outcome: Outcome, knowledge: Knowledge, sources: SourceList) -> tuple[Line, ...]:
    span = words.number(outcome.estimate, 2)
    if outcome.low is not None and outcome.high is not None:
        span += f" ({words.number(outcome.low, 2)} to {words.number(outcome.high, 2)})"
    else:
        span += " (no interval printed)"
    if outcome.prediction:
        span += f"; a new study: {words.number(outcome.prediction[0], 2)} to {words.number(outcome.prediction[1], 2)}"
    when = f", {words.months(outcome.months)}" if outcome.months else ""
    size = "; ".join(
        p
        for p in (
            f"k = {outcome.k}" if outcome.k else "",
            f"n = {outcome.n}" if outcome.n else "",
            f"I² {words.number(outcome.i2, 0)} %" if outcome.i2 is not None else "",
        )
        if p
    )
    certainty = outcome.certainty.replace("-", " ") or "not rated"
    why = f" ({'; '.join(outcome.reasons)})" if outcome.reasons else ""
    return (
        line(strong(option.name)),
        line(f"{outcome.outcome}{when}", soft(f" {outcome.unit}") if outcome.unit else ""),
        line(f"{outcome.measure} {span}", soft(f" {outcome.note}") if outcome.note else ""),
        line(
            expected_outcome.comparator_words(outcome.comparator, knowledge),
            soft(f" {outcome.population}") if outcome.population else "",
        ),
        line(size, *sources.refs(s.study for s in outcome.studies)),
        line(certainty, soft(why)),
    )


def _plot(option: OptionAnswer, outcome: Outcome, knowledge: Knowledge) -> Picture | None:
    if not outcome.studies or outcome.low is None or outcome.high is None:
        return None
    rows = [forest_plot.Row(s.study, s.estimate, s.low, s.high, s.weight) for s in outcome.studies]
    if outcome.ratio and any(r.low <= 0 for r in rows):
        return None
    pooled = forest_plot.Row("together", outcome.estimate, outcome.low, outcome.high) if len(rows) > 1 else None
    against = expected_outcome.comparator_words(outcome.comparator, knowledge)
    sides = ("", "")
    if outcome.lower_is_better is not None:
        mine, other = f"better with {option.name.lower()}", f"better with {against}"
        sides = (mine, other) if outcome.lower_is_better else (other, mine)
    when = f", {words.months(outcome.months)}" if outcome.months else ""
    left = f"Left out: {'; '.join(outcome.left_out)}." if outcome.left_out else ""
    return forest_plot.picture(
        f"{option.name} against {against}: {outcome.outcome}{when}",
        rows,
        pooled,
        ratio=outcome.ratio,
        prediction=outcome.prediction if pooled else None,
        sides=(_cut(sides[0]), _cut(sides[1])),
        caption=line(f"{outcome.measure}. {left}".strip()),
    )


def _cut(text: str) -> str:
    return text if len(text) <= 34 else f"{text[:33]}…"


def harms(appraisal: Appraisal, knowledge: Knowledge, sources: SourceList) -> Section:
    """Every harm of the options that may fit or are sold: rate, horizon, population, certainty."""
    rows = []
    for option in ordered(appraisal.options):
        if option.standing not in ("indicated", "possible", "undetermined", "trial-only"):
            continue
        for harm in option.harms:
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
    del knowledge
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


def guidelines(appraisal: Appraisal, knowledge: Knowledge, sources: SourceList) -> Section:
    """What guidelines say of each option, with direction, strength and year."""
    rows = []
    for option in ordered(appraisal.options):
        for said in option.guidelines:
            issuer = str(said.get("issuer") or said.get("guideline") or "")
            rows.append(
                (
                    line(strong(option.name)),
                    line(f"{issuer}, {said.get('year', '')}", *sources.refs((str(said.get("id", "")),))),
                    line(str(said.get("direction", "")).replace("-", " ")),
                    line(str(said.get("strength", ""))),
                    line(str(said.get("population", "")), soft(f" {said['caution']}") if said.get("caution") else ""),
                )
            )
    del knowledge
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
