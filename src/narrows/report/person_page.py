"""The page for the person: what is urgent, what it is, what fits and why, what would settle it, what to ask."""

from __future__ import annotations

from narrows.appraisal.answer import DISCLAIMER, Appraisal
from narrows.knowledge import Knowledge
from narrows.report import (
    counted_people,
    key_facts,
    measured_scan,
    option_table,
    reading_grade,
    urgent_page,
    words,
)
from narrows.report.content import (
    Block,
    Bullets,
    Fold,
    Heading,
    Layer,
    Line,
    Medium,
    Notice,
    Paragraph,
    Section,
    as_written,
    filled,
    line,
    link,
    soft,
    strong,
    worded,
)
from narrows.report.language import counted, said, spoken
from narrows.report.leaf_words import worked_out
from narrows.report.option_sheet import titled
from narrows.report.source_list import SourceList

QUESTION = "Which treatment fits me, and what is really known?"


def layer(appraisal: Appraisal, knowledge: Knowledge, sources: SourceList, medium: Medium) -> Layer:
    """The person's layer of the report."""
    emergency = appraisal.urgency == "emergency-same-day"
    opening: list[Block] = [eyebrow(appraisal)]
    if emergency:
        opening += [urgent_page.emergency_notice(appraisal, knowledge, sources)]
        opening += measured_scan.blocks_of_canal(appraisal, plainly=True)
    else:
        opening += [Heading(1, said(QUESTION)), lead(appraisal)]
        if appraisal.urgency is not None:
            opening.append(urgent_page.urgent_notice(appraisal, knowledge, sources))
        blocked = measured_scan.blocks_of_canal(appraisal, plainly=True)
        opening += [worded(b) for b in blocked if isinstance(b, Notice)]
        opening.append(urgent_page.clearance_notice(appraisal, knowledge, medium))
        opening.append(key_facts.facts(appraisal, knowledge, sources))
    sections = [s for s in _sections(appraisal, knowledge, sources, medium) if s.blocks]
    if emergency:
        sections = [_for_later(appraisal, knowledge, sources, sections)]
    body = (*opening, *(b for s in sections for b in s.blocks))
    # The formula is one for English.
    measured = reading_grade.grade(reading_grade.prose(body)) if spoken() == "en" else None
    sections.append(about(appraisal, knowledge, measured))
    return Layer("person", said("For you"), tuple(opening), tuple(sections), spoken())


def eyebrow(appraisal: Appraisal) -> Paragraph:
    """Whose page it is and of what day."""
    case = appraisal.case
    return Paragraph(
        line(
            said(
                "For {who} · from what was known on {day}",
                who=case.get("id") or said("you"),
                day=urgent_page.day_of(appraisal),
            )
        ),
        "eyebrow",
    )


def lead(appraisal: Appraisal) -> Paragraph:
    """One sentence that says what the page rests on."""
    known = len(appraisal.case.get("findings", {}))
    levels = len(appraisal.case.get("levels", {}))
    if not known and not levels:
        told = said("We know almost nothing about you yet. So this page can say little. It starts with what to ask.")
        return Paragraph(line(told), "said")
    facts = counted("{n} fact about you", "{n} facts about you", known)
    if levels:
        scan = counted("a scan report on {n} level of the spine", "a scan report on {n} levels of the spine", levels)
        told = said("It rests on {facts} and {scan}.", facts=facts, scan=scan)
    else:
        told = said("It rests on {facts}, without a scan report.", facts=facts)
    return Paragraph(line(f"{told} {said('Unknown never means no: what we do not know, we say.')}"), "said")


def _sections(appraisal: Appraisal, knowledge: Knowledge, sources: SourceList, medium: Medium) -> list[Section]:
    return [
        understanding(appraisal, sources),
        plan(appraisal, sources),
        option_table.treatments(appraisal, knowledge, medium),
        counted_people.section(appraisal, knowledge, sources),
        option_table.side_by_side(appraisal, knowledge),
        what_matters(appraisal, knowledge),
        settling(appraisal, knowledge),
        questions(appraisal, knowledge),
        basis(appraisal, knowledge),
    ]


def _for_later(appraisal: Appraisal, knowledge: Knowledge, sources: SourceList, sections: list[Section]) -> Section:
    """Everything that waits behind an emergency, folded away."""
    inner: list[Block] = [key_facts.facts(appraisal, knowledge, sources)]
    for section in sections:
        inner += [Heading(3, section.title, section.anchor), *section.blocks]
    return Section(
        "later",
        said("For later"),
        (
            Paragraph(
                line(
                    said(
                        "Treatments and all other answers can wait. "
                        "Come back to them when the emergency has been checked."
                    )
                )
            ),
            Fold(line(said("Open what can wait")), tuple(inner), look="later"),
        ),
        new_page=True,
    )


def understanding(appraisal: Appraisal, sources: SourceList) -> Section:
    """What it may be in plain words, and how it goes without treatment."""
    blocks: list[Block] = []
    for syndrome in key_facts.held_syndromes(appraisal)[:3]:
        blocks.append(Heading(3, f"{said(syndrome.label)}: {said(words.SYNDROME_STANDING[syndrome.standing])}"))
        blocks.append(Paragraph(line(said(syndrome.plain), *sources.refs(syndrome.sources))))
        if syndrome.natural_course:
            waits = syndrome.kind in ("stenosis", "mimic")
            waiting, course_of = said("How it goes if you do nothing for now"), said("What is known of its course")
            blocks.append(Heading(4, waiting if waits else course_of))
            rows = []
            for course in syndrome.natural_course[:3]:
                when = f"{words.months(float(course['months'])).capitalize()}: " if course.get("months") else ""
                rows.append(
                    line(
                        strong(when), said(str(course.get("says", ""))), *sources.refs((str(course.get("source", "")),))
                    )
                )
            blocks.append(Bullets(tuple(rows), look="tight"))
    return Section("what-it-is", said("What it may be"), tuple(blocks))


def plan(appraisal: Appraisal, sources: SourceList) -> Section:
    """The next steps: what, with whom, by when; in an emergency those that can wait (the others stand above)."""
    emergency = appraisal.urgency == "emergency-same-day"
    steps = [s for s in appraisal.plan if not (emergency and s.by in ("now", "today"))]
    rows = tuple((strong(f"{said(words.BY[s.by]).capitalize()}: "), *urgent_page.step_line(s, sources)) for s in steps)
    return Section("plan", said("What to do next"), (Bullets(rows, ordered=True),) if rows else ())


def what_matters(appraisal: Appraisal, knowledge: Knowledge) -> Section:
    """What the person wants, as recorded, or the questions that ask it."""
    found = appraisal.case.get("findings", {})
    names = [n for n, f in knowledge.findings.items() if f.group == "preferences" and f.who_can_answer == "patient"]
    answered = [
        line(words.question(n, knowledge), " ", strong(words.value(n, found[n], knowledge).capitalize() + "."))
        for n in names
        if n in found
    ]
    open_ones = [line(words.question(n, knowledge)) for n in names if n not in found][:4]
    blocks: list[Block] = [
        Paragraph(
            line(
                said(
                    "No score can weigh this for you. "
                    "Two people with the same spine may choose well and choose differently."
                )
            )
        )
    ]
    if answered:
        blocks += [Heading(3, said("You said")), Bullets(tuple(answered), look="tight")]
    if open_ones:
        blocks += [Heading(3, said("Not asked yet")), Bullets(tuple(open_ones), look="ask")]
    blocks += [
        Heading(3, said("Mark what matters most")),
        Bullets(
            tuple(
                line(w)
                for w in (
                    said("To walk further."),
                    said("To have less leg pain."),
                    said("To avoid an operation."),
                    said("To avoid risk, even if the gain is smaller."),
                    said("To be done soon and not to come back often."),
                    said("To keep the cost low."),
                )
            ),
            look="ask",
        ),
    ]
    return Section("what-matters", said("What matters to you"), tuple(blocks))


def settling(appraisal: Appraisal, knowledge: Knowledge) -> Section:
    """The questions that would settle most."""
    rows = []
    for asked in appraisal.ask_next[:7]:
        settles = counted("settles {n} decision", "settles {n} decisions", asked.settles) if asked.settles else ""
        notes = [n for n in (settles, said(words.WHO_CAN_TELL.get(asked.who_can_answer, ""))) if n]
        rows.append(
            line(
                words.sentence(words.asked(asked.finding, asked.question, knowledge)),
                soft(f" ({'; '.join(notes)})") if notes else "",
            )
        )
    return Section("settle", said("What would settle most"), (Bullets(tuple(rows), ordered=True),) if rows else ())


def questions(appraisal: Appraisal, knowledge: Knowledge) -> Section:
    """Questions to take to a visit: of the options that may fit, and of every offer."""
    asked: list[Line] = []
    for option in option_table.ordered(appraisal.options):
        entry = knowledge.options.get(option.option)
        if entry is not None and option.standing in ("indicated", "possible") and len(asked) < 8:
            asked += [line(strong(f"{said(entry.name)}: "), said(q)) for q in entry.questions_to_ask[:2]]
    cells = next(
        (o for o in appraisal.options if o.family == "cell-or-blood-product" and o.standing == "trial-only"), None
    )
    blocks: list[Block] = [
        Bullets(
            (
                line(said("What happens if I wait six months?")),
                line(said("What would make you change your advice?")),
                *asked,
            ),
            look="ask",
        )
    ]
    if cells is not None and cells.option in knowledge.options:
        blocks += [
            Heading(3, said("If somebody sells you cells or platelets")),
            Bullets(tuple(line(said(q)) for q in knowledge.options[cells.option].questions_to_ask), look="ask"),
        ]
    return Section("ask", said("Questions to take along"), tuple(blocks))


def basis(appraisal: Appraisal, knowledge: Knowledge) -> Section:
    """What was known, so that the person can correct it."""
    found = appraisal.case.get("findings", {})
    derived = appraisal.case.get("derived", {})
    rows = [
        (
            line(words.label(name, knowledge)),
            line(words.value(name, raw, knowledge)),
            line(said("worked out: {how}", how=worked_out(derived[name])) if name in derived else ""),
        )
        for name, raw in found.items()
    ]
    for level, values in appraisal.case.get("levels", {}).items():
        rows += [
            (line(f"{level}: {words.label(n, knowledge)}"), line(words.value(n, v, knowledge)), line(""))
            for n, v in values.items()
        ]
    if not rows:
        nothing = Paragraph(line(said("Nothing has been recorded about you yet.")))
        return Section("basis", said("What this page rests on"), (nothing,))
    blocks: list[Block] = [
        Paragraph(line(said("Please read it through. If something is wrong, the answers above may change."))),
        Fold(
            line(counted("{n} fact", "{n} facts", len(rows))),
            (
                filled(
                    said("What was recorded about you"),
                    (said("What"), said("Value"), said("Worked out")),
                    tuple(rows),
                    (5, 3, 3),
                ),
            ),
        ),
    ]
    if appraisal.changes:
        differ = sum(1 for c in appraisal.changes if c.get("table") == "answers")
        told = (
            said("What we know has changed since your answers were saved.")
            + " "
            + counted("{n} of our rules now answers differently.", "{n} of our rules now answer differently.", differ)
        )
        blocks.append(Paragraph(line(told)))
    if appraisal.notices:
        blocks.append(Bullets(tuple(line(as_written(n)) for n in appraisal.notices), look="tight"))
    return Section("basis", said("What this page rests on"), tuple(blocks))


def about(appraisal: Appraisal, knowledge: Knowledge, measured: float | None) -> Section:
    """What the page is and is not, who pays, how old it is, how hard it reads."""
    stamp = appraisal.knowledge
    entries = [
        *knowledge.options.values(),
        *knowledge.criteria.values(),
        *knowledge.studies.values(),
        *knowledge.prices.values(),
    ]
    read = max(e.read_on for e in entries)
    due = min(e.review_by for e in entries)
    unreviewed = sum(1 for f in appraisal.red_flags if f.reviewed.startswith("not yet"))
    rows: list[Line] = [
        line(said(DISCLAIMER)),
        line(
            titled("Updated:"),
            said(
                "the knowledge was last read on {read}. The first part of it is due to be read again by {due}.",
                read=words.date(read.isoformat()),
                due=words.date(due.isoformat()),
            ),
        ),
        line(titled("Funding:"), said("none. Nobody paid for a place on this page, and nothing here is for sale.")),
        line(
            titled("Where it comes from:"),
            said("every statement has its source on the clinician's pages."),
            " ",
            link(said("See the sources"), "#sources"),
            ".",
        ),
        line(
            titled("Version:"),
            said(
                "knowledge {version}, {hash}.",
                version=stamp.get("version", "unknown"),
                hash=str(stamp.get("sha256", ""))[:12],
            ),
        ),
    ]
    if measured is not None:
        grade = said(
            "school grade {grade} (Flesch–Kincaid, all prose above; the aim is 8 or less).",
            grade=words.number(max(measured, 0.0)),
        )
        rows.insert(-1, line(titled("How hard it reads:"), grade))
    if unreviewed:
        rows.insert(
            1,
            line(
                titled("Not yet checked:"),
                counted(
                    "{n} of the danger rules used here was not yet reviewed by a clinician.",
                    "{n} of the danger rules used here were not yet reviewed by a clinician.",
                    unreviewed,
                ),
            ),
        )
    return Section("about", said("About this page"), (Bullets(tuple(rows), look="tight"),))
