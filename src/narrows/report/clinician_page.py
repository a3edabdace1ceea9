"""The clinician's pages: a summary of one minute, then criteria, values, evidence and sources."""

from __future__ import annotations

from collections.abc import Sequence

from narrows.appraisal.answer import Appraisal, Reason
from narrows.case import MeasuredScan
from narrows.knowledge import Knowledge
from narrows.report import evidence_pages, measured_scan, option_sheet, share_bar, summary, words
from narrows.report.content import (
    Block,
    Bullets,
    Fold,
    Heading,
    Layer,
    Line,
    Medium,
    Paragraph,
    Run,
    Section,
    Table,
    Verbatim,
    filled,
    line,
    soft,
    strong,
)
from narrows.report.language import speaking
from narrows.report.option_table import groups, ordered
from narrows.report.source_list import SourceList


@speaking("en")
def layer(
    appraisal: Appraisal,
    knowledge: Knowledge,
    sources: SourceList,
    medium: Medium,
    scans: Sequence[MeasuredScan] = (),
) -> Layer:
    """The clinician's layer; its sources come last, after all pages have named theirs."""
    case = appraisal.case
    opening: tuple[Block, ...] = (
        Paragraph(line(f"{case.get('id') or 'no id'} · as of {case.get('as_of') or 'no date'}"), "eyebrow"),
        Heading(1, "For the clinician"),
        *measured_scan.blocks_of_canal(appraisal, plainly=False),
    )
    sections = [
        one_minute(appraisal, knowledge),
        red_flags(appraisal, sources, medium),
        syndromes(appraisal, sources, medium),
        levels(appraisal, knowledge, sources),
        measured_scan.section(scans, medium),
        options(appraisal, sources, medium),
        evidence_pages.evidence(appraisal, knowledge, sources, medium),
        evidence_pages.harms(appraisal, sources, medium),
        evidence_pages.guidelines(appraisal, medium),
        plan(appraisal, sources),
        criteria(appraisal, knowledge, sources, medium),
        source_section(sources),
    ]
    return Layer("clinician", "For the clinician", opening, tuple(s for s in sections if s.blocks))


def one_minute(appraisal: Appraisal, knowledge: Knowledge) -> Section:
    """The summary that reads in a minute, and the same as text to paste."""
    rows = tuple((line(strong(name)), line(said)) for name, said in summary.rows(appraisal, knowledge))
    return Section(
        "summary",
        "Summary",
        (
            Table("Summary for one minute", ("Item", "Recorded"), rows, (1.2, 8), "plain"),
            Fold(
                line("The same as plain text, to paste into a record"),
                (Verbatim(summary.text(appraisal, knowledge), "Summary as plain text"),),
                "later",
            ),
        ),
    )


def red_flags(appraisal: Appraisal, sources: SourceList, medium: Medium) -> Section:
    """Red flags that are true, then those still unknown, with what is missing."""
    true = [f for f in appraisal.red_flags if f.truth == "true"]
    unknown = [f for f in appraisal.red_flags if f.truth == "unknown"]
    blocks: list[Block] = []
    if true:
        rows = tuple(
            (
                line(strong(f.label), soft(f" {f.criterion}")),
                line(words.URGENCIES[f.urgency]),
                line(summary.leaves(f.why, 6), soft(f" assuming {'; '.join(f.assuming)}") if f.assuming else ""),
                line(f.pathway, *sources.refs(f.sources)),
                line(_marks(f.verified, f.unseen), f.reviewed),
            )
            for f in true
        )
        blocks.append(
            Table(
                "Red flags that are true",
                ("Red flag", "Urgency", "Because", "Pathway", "Review"),
                rows,
                (3, 2, 4, 4, 2.4),
                "small",
            )
        )
    else:
        blocks.append(
            Paragraph(
                line("No red flag is true." if not unknown else "No red flag is true; those below are not yet known.")
            )
        )
    if unknown and medium == "paper":
        told = ", ".join(f.label for f in unknown)
        blocks.append(
            Paragraph(line(strong("Not yet known: "), f"{told}. What each one lacks stands in the web page."))
        )
    elif unknown:
        open_rows = tuple(
            (
                line(f.label, soft(f" {f.criterion}")),
                line(words.URGENCIES[f.urgency]),
                line(", ".join(n.replace("_", " ") for n in f.missing)),
            )
            for f in unknown
        )
        blocks.append(
            Fold(
                line(f"{len(unknown)} red flags not yet known"),
                (Table("Red flags not yet known", ("Red flag", "Urgency", "Missing"), open_rows, (4, 2, 5), "small"),),
            )
        )
    return Section("red-flags", "Red flags", tuple(blocks))


def _marks(verified: bool, unseen: str) -> str:
    if verified and not unseen:
        return ""
    return f"rule not read in full{f' ({unseen})' if unseen else ''}; "


def reasons(given: tuple[Reason, ...], sources: SourceList) -> Line:
    """Criteria as one cell: what each says, the deciding values, marks, sources."""
    made: list[Run] = []
    for reason in given:
        own = summary.leaves(reason.why, 2)
        where = f" at {', '.join(reason.levels)}" if reason.levels else ""
        marks = [
            reason.strength,
            "clinics alone state it" if reason.source_kind == "clinic-statement" else "",
            "" if reason.verified else "not verified",
            reason.unseen,
            f"assuming {'; '.join(reason.assuming)}" if reason.assuming else "",
        ]
        note = "; ".join(m for m in marks if m)
        made += [Run("", "br")] if made else []
        made.append(Run(reason.says.rstrip(".")))
        made += [soft(f" ({own}{where})" if own else where)] if own or where else []
        made += [soft(f" [{note}]")] if note else []
        made += sources.refs(reason.sources)
    return tuple(made)


def syndromes(appraisal: Appraisal, sources: SourceList, medium: Medium) -> Section:
    """Syndromes with their standing, what speaks for and against, what is missing; on paper those that may hold."""
    order = {"established": 0, "likely": 1, "possible": 2, "unknown": 3, "unlikely": 4}
    every = sorted(appraisal.syndromes, key=lambda s: order[s.standing])
    shown = [s for s in every if medium == "screen" or order[s.standing] < 3]
    rows = tuple(
        (
            line(strong(s.label), soft(f" {s.kind}")),
            line(s.standing),
            reasons(s.because, sources),
            reasons(s.against, sources),
            line(_names(s.missing)),
        )
        for s in shown
    )
    blocks: list[Block] = []
    if rows:
        head = ("Syndrome", "Standing", "For", "Against", "Missing")
        blocks.append(filled("Syndromes", head, rows, (2.4, 1.6, 6, 4, 2.2)))
    rest = [f"{s.label} ({s.standing})" for s in every if s not in shown]
    if rest:
        blocks.append(Paragraph(line(strong("Others: "), f"{'; '.join(rest)}.")))
    lines = tuple(
        line(
            strong(f"{s.aspect.capitalize()}: "),
            s.says,
            soft(f" ({summary.leaves(s.why)}{' at ' + ', '.join(s.levels) if s.levels else ''})"),
            *sources.refs(s.sources),
        )
        for s in appraisal.severity
    )
    if lines:
        blocks += [Heading(3, "Severity"), Bullets(lines, look="tight")]
    return Section("syndromes", "Syndromes and severity", tuple(blocks))


def _names(missing: tuple[str, ...], most: int = 4) -> str:
    more = f" and {len(missing) - most} more" if len(missing) > most else ""
    return ", ".join(n.replace("_", " ") for n in missing[:most]) + more


def levels(appraisal: Appraisal, knowledge: Knowledge, sources: SourceList) -> Section:
    """What was recorded at each level, which thresholds it crosses, what takes the room."""
    if not appraisal.narrowing:
        return Section("levels", "Levels", (Paragraph(line("No level was recorded.")),))
    rows: list[tuple[Line, ...]] = []
    for level, narrowing in appraisal.narrowing.items():
        values = "; ".join(
            f"{words.label(n, knowledge)}: {words.value(n, v, knowledge)}" for n, v in narrowing.findings.items()
        )
        shares = "; ".join(
            f"{share_bar.tissue_words(c.get('tissue'))} {words.number(100 * float(c['share']), 0)} % ({str(c.get('evidence', '')).replace('-', ' ')})"
            for c in narrowing.causes
            if c.get("share")
        )
        note = narrowing.note or ("No study shows that these shares predict who benefits from cells." if shares else "")
        rows.append(
            (
                line(strong(level)),
                line(values),
                reasons(narrowing.criteria, sources),
                line(shares, soft(f" {note}") if note else ""),
            )
        )
    head = ("Level", "Recorded", "Thresholds crossed", "What takes the room")
    blocks: list[Block] = [filled("Narrowing by level", head, tuple(rows), (1.2, 4, 5, 3))]
    read = appraisal.case.get("levels_read") or ()
    blocks.append(
        Paragraph(
            line(
                f"Levels read in full: {', '.join(map(str, read)) if read else 'not stated; a level that is not named is unknown, not normal'}."
            ),
            "soft",
        )
    )
    return Section("levels", "Levels", tuple(blocks))


def options(appraisal: Appraisal, sources: SourceList, medium: Medium) -> Section:
    """Every option with reasons for and against, cautions, what is missing; on paper the others stand by name."""
    every = ordered(appraisal.options)
    shown = [o for o in every if medium == "screen" or o.standing in ON_PAPER]
    rows = tuple(
        (
            line(strong(o.name), soft(f" {o.option}")),
            line(option_sheet.standing_chip(o)),
            reasons(o.for_, sources),
            _join(reasons(o.against, sources), reasons(o.cautions, sources)),
            line(f"waits for: {', '.join(o.waits_for)}. " if o.waits_for else "", _names(o.missing)),
        )
        for o in shown
    )
    blocks: list[Block] = []
    if rows:
        head = ("Option", "Standing", "For", "Against and cautions", "Missing")
        blocks.append(filled("Options", head, rows, (2.2, 1.7, 4.6, 4.6, 2.2)))
    for said, group in groups(o for o in every if o not in shown).items():
        rest = [o.name for o in group]
        if rest:
            blocks.append(Paragraph(line(strong(f"{said.capitalize()}: "), f"{'; '.join(rest)}.")))
    told = tuple(
        line(
            strong(f"{o.name}: "),
            reason.says.rstrip("."),
            soft(f" ({summary.leaves(reason.why)})"),
            *sources.refs(reason.sources),
        )
        for o in every
        if o.standing in ("indicated", "possible")
        for reason in o.predictors
    )
    if told:
        blocks += [Heading(3, "Predictors that hold"), Bullets(told, look="tight")]
    return Section("options", "Options", tuple(blocks))


#: Standings whose reasons are printed; the others stand by name, and in full on the screen.
ON_PAPER = ("indicated", "possible", "contraindicated", "waits")


def _join(first: Line, second: Line) -> Line:
    return (*first, Run("", "br"), *second) if first and second else (*first, *second)


def plan(appraisal: Appraisal, sources: SourceList) -> Section:
    """The plan in clinical words, and the follow-up schedule."""
    blocks: list[Block] = []
    if appraisal.plan:
        rows = tuple(
            (
                line(words.BY.get(s.by, s.by)),
                line(s.who),
                line(s.clinical, *sources.refs(s.sources)),
                line(", ".join(s.why)),
            )
            for s in appraisal.plan
        )
        blocks.append(Table("Plan", ("By", "Who", "Step", "Called for by"), rows, (1.6, 2, 5, 3), "small"))
    if appraisal.follow_up:
        visits = tuple(
            (
                line(strong(v.id)),
                line(v.due),
                line(f"{v.window[0]} to {v.window[1]}"),
                line(", ".join(v.measures)),
                line(v.origin),
            )
            for v in appraisal.follow_up
        )
        blocks.append(
            Table("Follow-up", ("Visit", "Due", "Window", "Measures", "Origin"), visits, (1, 1.6, 3, 4, 2.4), "small")
        )
    return Section("plan-clinical", "Plan and follow-up", tuple(blocks))


def criteria(appraisal: Appraisal, knowledge: Knowledge, sources: SourceList, medium: Medium) -> Section:
    """Which criteria are true, how many are false or unknown, and every value that was recorded."""
    by: dict[str, list[str]] = {"true": [], "false": [], "unknown": []}
    for name, truth in appraisal.criteria.items():
        by[truth].append(name)
    blocks: list[Block] = [
        Paragraph(
            line(
                f"{len(by['true'])} true, {len(by['false'])} false, {len(by['unknown'])} unknown. Unknown never counts as false."
            )
        )
    ]
    held = [knowledge.criteria[name] for name in by["true"] if name in knowledge.criteria]
    if held and medium == "screen":
        kinds: dict[str, list[str]] = {}
        for c in held:
            kinds.setdefault(c.kind, []).append(f"{c.label} ({c.id}{'' if c.verified else ', not verified'})")
        told = tuple(line(strong(f"{kind.capitalize()}: "), "; ".join(names)) for kind, names in kinds.items())
        blocks.append(Fold(line(f"{len(held)} criteria that are true"), (Bullets(told, look="tight"),)))
    missing = appraisal.case.get("missing", {})
    if missing:
        lost = tuple((line(words.label(n, knowledge)), line(str(r).replace("_", " "))) for n, r in missing.items())
        table = Table("Missing values", ("Finding", "Reason"), lost, (4, 2), "small")
        blocks.append(Fold(line(f"{len(lost)} values missing with a reason"), (table,)))
    answers = appraisal.case.get("answers", {})
    if answers:
        given = tuple((line(str(name)), line(_given(answer))) for name, answer in answers.items())
        blocks.append(Table("Questionnaires as answered", ("Instrument", "Answers"), given, (2, 6), "small"))
    if appraisal.changes:
        rows = tuple(
            (line(str(c.get("id", ""))), line(str(c.get("table", ""))), line(str(c.get("what", ""))))
            for c in appraisal.changes
        )
        table = Table("Changed since the case was saved", ("Entry", "Where", "What"), rows, (3, 2, 5), "small")
        blocks.append(Fold(line(f"{len(rows)} changes in the knowledge since the case was saved"), (table,)))
    return Section("criteria", "Criteria and values", tuple(blocks))


def _given(answer: object) -> str:
    if not isinstance(answer, dict):
        return str(answer)
    parts = (f"{key}: {', '.join(map(str, v)) if isinstance(v, list | tuple) else v}" for key, v in answer.items())
    return "; ".join(parts).replace("_", " ")


def source_section(sources: SourceList) -> Section:
    """Every source that these pages name, numbered, with its link."""
    rows = sources.entries()
    return Section("sources", "Sources", (Bullets(rows, ordered=True, look="sources"),) if rows else ())
