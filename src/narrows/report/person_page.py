"""The page for the person: what is urgent, what it is, what fits and why, what would settle it, what to ask."""

from __future__ import annotations

from narrows.appraisal.answer import DISCLAIMER, Appraisal
from narrows.knowledge import Knowledge
from narrows.report import (
    expected_outcome,
    icon_array,
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
    Columns,
    Fold,
    Heading,
    Layer,
    Line,
    Medium,
    Paragraph,
    Section,
    filled,
    line,
    link,
    soft,
    strong,
)
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
        opening += [Heading(1, QUESTION), lead(appraisal, knowledge)]
        if appraisal.urgency is not None:
            opening.append(urgent_page.urgent_notice(appraisal, sources))
        opening += measured_scan.blocks_of_canal(appraisal, plainly=True)
        opening.append(urgent_page.clearance_notice(appraisal, medium))
        opening.append(key_facts.facts(appraisal, knowledge, sources))
    sections = [s for s in _sections(appraisal, knowledge, sources, medium) if s.blocks]
    if emergency:
        sections = [_for_later(appraisal, knowledge, sources, sections)]
    body = (*opening, *(b for s in sections for b in s.blocks))
    measured = reading_grade.grade(reading_grade.prose(body))
    sections.append(about(appraisal, knowledge, measured))
    return Layer("person", "For you", tuple(opening), tuple(sections))


def eyebrow(appraisal: Appraisal) -> Paragraph:
    """Whose page it is and of what day."""
    case = appraisal.case
    return Paragraph(
        line(
            f"For {case.get('id') or 'you'} · from what was known on {words.date(str(case.get('as_of') or 'an unknown day'))}"
        ),
        "eyebrow",
    )


def lead(appraisal: Appraisal, knowledge: Knowledge) -> Paragraph:
    """One sentence that says what the page rests on."""
    known = len(appraisal.case.get("findings", {}))
    levels = len(appraisal.case.get("levels", {}))
    scan = (
        f" and a scan report on {levels} level{'s' if levels != 1 else ''} of the spine"
        if levels
        else ", without a scan report"
    )
    if not known and not levels:
        return Paragraph(
            line("We know almost nothing about you yet. So this page can say little. It starts with what to ask."),
            "said",
        )
    return Paragraph(
        line(
            f"It rests on {known} fact{'s' if known != 1 else ''} about you{scan}. Unknown never means no: what we do not know, we say."
        ),
        "said",
    )


def _sections(appraisal: Appraisal, knowledge: Knowledge, sources: SourceList, medium: Medium) -> list[Section]:
    return [
        understanding(appraisal, sources),
        plan(appraisal, sources),
        option_table.treatments(appraisal, knowledge, medium),
        hundred_people(appraisal, knowledge, sources),
        option_table.side_by_side(appraisal, knowledge),
        what_matters(appraisal, knowledge),
        settling(appraisal),
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
        "For later",
        (
            Paragraph(
                line(
                    "Treatments and all other answers can wait. Come back to them when the emergency has been checked."
                )
            ),
            Fold(line("Open what can wait"), tuple(inner), look="later"),
        ),
        new_page=True,
    )


def understanding(appraisal: Appraisal, sources: SourceList) -> Section:
    """What it may be in plain words, and how it goes without treatment."""
    blocks: list[Block] = []
    for syndrome in key_facts.held_syndromes(appraisal)[:3]:
        blocks.append(Heading(3, f"{syndrome.label}: {words.SYNDROME_STANDING[syndrome.standing]}"))
        blocks.append(Paragraph(line(syndrome.plain, *sources.refs(syndrome.sources))))
        if syndrome.natural_course:
            waits = syndrome.kind in ("stenosis", "mimic")
            title = "How it goes if you do nothing for now" if waits else "What is known of its course"
            blocks.append(Heading(4, title))
            rows = []
            for course in syndrome.natural_course[:3]:
                when = f"{words.months(float(course['months'])).capitalize()}: " if course.get("months") else ""
                rows.append(
                    line(strong(when), str(course.get("says", "")), *sources.refs((str(course.get("source", "")),)))
                )
            blocks.append(Bullets(tuple(rows), look="tight"))
    return Section("what-it-is", "What it may be", tuple(blocks))


def plan(appraisal: Appraisal, sources: SourceList) -> Section:
    """The next steps: what, with whom, by when; in an emergency those that can wait (the others stand above)."""
    emergency = appraisal.urgency == "emergency-same-day"
    steps = [s for s in appraisal.plan if not (emergency and s.by in ("now", "today"))]
    rows = tuple(
        (strong(f"{words.BY.get(s.by, s.by).capitalize()}: "), *urgent_page.step_line(s, sources)) for s in steps
    )
    return Section("plan", "What to do next", (Bullets(rows, ordered=True),) if rows else ())


def hundred_people(appraisal: Appraisal, knowledge: Knowledge, sources: SourceList) -> Section:
    """Icon arrays: only where people were counted, both arms from one comparison."""
    blocks: list[Block] = []
    shown = 0
    for option in option_table.ordered(appraisal.options):
        if shown == 2:
            break
        for responders in expected_outcome.of(option, knowledge).responders[:1]:
            shown += 1
            when = f" after {words.months(responders.months)}" if responders.months else ""
            blocks.append(Heading(3, f"{option.name}: of 100 people{when}"))
            blocks.append(
                Columns(
                    tuple(
                        (icon_array.picture(arm, responders.counted, harm=responders.harm),) for arm in responders.arms
                    ),
                    look="card",
                )
            )
            blocks.append(
                Paragraph(
                    line(
                        f"Dark: at least so many. Light: perhaps so many. Both groups come from one study; {responders.population}. ",
                        "It counted real people. It cannot tell what happens to you.",
                        *sources.refs((responders.study,)),
                    ),
                    "soft",
                )
            )
            blocks.append(icon_array.table(responders.arms, responders.counted))
    unstudied = [
        o
        for o in appraisal.options
        if knowledge.options.get(o.option)
        and knowledge.options[o.option].evidence_in_stenosis == "none-found"
        and o.family == "cell-or-blood-product"
    ]
    if not blocks:
        blocks.append(
            Paragraph(
                line(
                    "For no treatment that may fit you did a study in stenosis print how many people got better in both groups. So there is no picture here. A picture would be made up."
                )
            )
        )
    if unstudied:
        blocks.append(Heading(3, "Cells and blood products: nobody knows"))
        course = next(
            (c for c in getattr(knowledge, "courses_without_treatment", {}).values() if c.no_treatment_percent), None
        )
        blocks.append(
            Paragraph(
                line(
                    f"{len(unstudied)} treatments on this page have no study in stenosis with a group to compare. So there is nothing to draw. Not studied does not mean no effect. It means that nobody can tell you."
                )
            )
        )
        if course is not None:
            trials = f" ({course.trials} trials, {course.n} people)" if course.trials and course.n else ""
            blocks.append(
                Paragraph(
                    line(
                        f"Feeling better after a treatment is not yet proof. In long-lasting low back pain, about {course.no_treatment_percent} of every 100 points of early gain came with no treatment at all{trials}.",
                        *sources.refs((course.source,)),
                    )
                )
            )
    return Section("of-100", "Of 100 people", tuple(blocks))


def what_matters(appraisal: Appraisal, knowledge: Knowledge) -> Section:
    """What the person wants, as recorded, or the questions that ask it."""
    found = appraisal.case.get("findings", {})
    names = [n for n, f in knowledge.findings.items() if f.group == "preferences" and f.who_can_answer == "patient"]
    said = [
        line(words.question(n, knowledge), " ", strong(words.value(n, found[n], knowledge).capitalize() + "."))
        for n in names
        if n in found
    ]
    open_ones = [line(words.question(n, knowledge)) for n in names if n not in found][:4]
    blocks: list[Block] = [
        Paragraph(
            line(
                "No score can weigh this for you. Two people with the same spine may choose well and choose differently."
            )
        )
    ]
    if said:
        blocks += [Heading(3, "You said"), Bullets(tuple(said), look="tight")]
    if open_ones:
        blocks += [Heading(3, "Not asked yet"), Bullets(tuple(open_ones), look="ask")]
    blocks += [
        Heading(3, "Mark what matters most"),
        Bullets(
            tuple(
                line(w)
                for w in (
                    "To walk further.",
                    "To have less leg pain.",
                    "To avoid an operation.",
                    "To avoid risk, even if the gain is smaller.",
                    "To be done soon and not to come back often.",
                    "To keep the cost low.",
                )
            ),
            look="ask",
        ),
    ]
    return Section("what-matters", "What matters to you", tuple(blocks))


def settling(appraisal: Appraisal) -> Section:
    """The questions that would settle most."""
    rows = []
    for asked in appraisal.ask_next[:7]:
        settles = f"settles {asked.settles} decision{'s' if asked.settles != 1 else ''}" if asked.settles else ""
        notes = [n for n in (settles, words.WHO_CAN_TELL.get(asked.who_can_answer, "")) if n]
        rows.append(line(words.sentence(asked.question), soft(f" ({'; '.join(notes)})") if notes else ""))
    return Section("settle", "What would settle most", (Bullets(tuple(rows), ordered=True),) if rows else ())


def questions(appraisal: Appraisal, knowledge: Knowledge) -> Section:
    """Questions to take to a visit: of the options that may fit, and of every offer."""
    asked: list[Line] = []
    for option in option_table.ordered(appraisal.options):
        entry = knowledge.options.get(option.option)
        if entry is not None and option.standing in ("indicated", "possible") and len(asked) < 8:
            asked += [line(strong(f"{entry.name}: "), q) for q in entry.questions_to_ask[:2]]
    cells = next(
        (o for o in appraisal.options if o.family == "cell-or-blood-product" and o.standing == "trial-only"), None
    )
    blocks: list[Block] = [
        Bullets(
            (line("What happens if I wait six months?"), line("What would make you change your advice?"), *asked),
            look="ask",
        )
    ]
    if cells is not None and cells.option in knowledge.options:
        blocks += [
            Heading(3, "If somebody sells you cells or platelets"),
            Bullets(tuple(line(q) for q in knowledge.options[cells.option].questions_to_ask), look="ask"),
        ]
    return Section("ask", "Questions to take along", tuple(blocks))


def basis(appraisal: Appraisal, knowledge: Knowledge) -> Section:
    """What was known, so that the person can correct it."""
    found = appraisal.case.get("findings", {})
    derived = appraisal.case.get("derived", {})
    rows = [
        (
            line(words.label(name, knowledge)),
            line(words.value(name, raw, knowledge)),
            line(f"worked out: {derived[name]}" if name in derived else ""),
        )
        for name, raw in found.items()
    ]
    for level, values in appraisal.case.get("levels", {}).items():
        rows += [
            (line(f"{level}: {words.label(n, knowledge)}"), line(words.value(n, v, knowledge)), line(""))
            for n, v in values.items()
        ]
    if not rows:
        return Section(
            "basis", "What this page rests on", (Paragraph(line("Nothing has been recorded about you yet.")),)
        )
    blocks: list[Block] = [
        Paragraph(line("Please read it through. If something is wrong, the answers above may change.")),
        Fold(
            line(f"{len(rows)} facts"),
            (filled("What was recorded about you", ("What", "Value", "Worked out"), tuple(rows), (5, 3, 3)),),
        ),
    ]
    if appraisal.changes:
        differ = sum(1 for c in appraisal.changes if c.get("table") == "answers")
        told = f"What we know has changed since your answers were saved. {differ} of our rules now answer differently."
        blocks.append(Paragraph(line(told)))
    if appraisal.notices:
        blocks.append(Bullets(tuple(line(n) for n in appraisal.notices), look="tight"))
    return Section("basis", "What this page rests on", tuple(blocks))


def about(appraisal: Appraisal, knowledge: Knowledge, measured: float) -> Section:
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
        line(DISCLAIMER),
        line(
            strong("Updated: "),
            f"the knowledge was last read on {words.date(read.isoformat())}. The first part of it is due to be read again by {words.date(due.isoformat())}.",
        ),
        line(strong("Funding: "), "none. Nobody paid for a place on this page, and nothing here is for sale."),
        line(
            strong("Where it comes from: "),
            "every statement has its source on the clinician's pages. ",
            link("See the sources", "#sources"),
            ".",
        ),
        line(
            strong("How hard it reads: "),
            f"school grade {words.number(max(measured, 0.0))} (Flesch–Kincaid, all prose above; the aim is 8 or less).",
        ),
        line(strong("Version: "), f"knowledge {stamp.get('version', 'unknown')}, {str(stamp.get('sha256', ''))[:12]}."),
    ]
    if unreviewed:
        rows.insert(
            1,
            line(
                strong("Not yet checked: "),
                f"{unreviewed} of the danger rules used here were not yet reviewed by a clinician.",
            ),
        )
    return Section("about", "About this page", (Bullets(tuple(rows), look="tight"),))
