"""What is urgent, and what is still open before anything can be called clear: the top of the person's page."""

from __future__ import annotations

from narrows.appraisal.answer import Appraisal, PlanStep, RedFlag
from narrows.knowledge import Knowledge
from narrows.report import words
from narrows.report.content import (
    Block,
    Bullets,
    Fold,
    Heading,
    Line,
    Medium,
    Notice,
    Paragraph,
    Table,
    line,
    soft,
    strong,
)
from narrows.report.source_list import SourceList


def emergency_notice(appraisal: Appraisal, knowledge: Knowledge, sources: SourceList) -> Notice:
    """The top of an emergency page: what to do, why, what to show there."""
    flags = [f for f in appraisal.red_flags if f.truth == "true" and f.urgency == "emergency-same-day"]
    called = numbers(appraisal, knowledge)
    blocks: list[Block] = [
        Paragraph(line("Go now. Do not wait for your own doctor, and do not wait to see if it gets better."), "said"),
    ]
    if called:
        blocks.append(Paragraph(line("If you cannot get there safely, call: ", strong(called), ".")))
    else:
        blocks.append(Paragraph(line("If you cannot get there safely, call your emergency number.")))
    now = [s for s in appraisal.plan if s.by in ("now", "today")]
    if now:
        blocks.append(Heading(2, "What to do now"))
        blocks.append(Bullets(tuple(step_line(s, sources) for s in now), ordered=True))
    blocks.append(Heading(2, "Why"))
    blocks.append(Bullets(tuple(_flag_line(f, sources) for f in flags)))
    blocks.append(Paragraph(line("It may turn out to be harmless. Only an examination today can tell.")))
    blocks.append(Heading(2, "Show this to the staff"))
    blocks.append(
        Table(
            caption=f"As recorded on {words.date(str(appraisal.case.get('as_of') or 'an unknown day'))}",
            head=("Suspected", "What was recorded", "What guidance asks for"),
            rows=tuple(
                (line(strong(f.label)), line("; ".join(recorded(f, 8)) or "not recorded"), line(f.pathway))
                for f in flags
            ),
            fit=(3, 4, 4),
            look="plain",
        )
    )
    return Notice("stop", "Go to an emergency department today", tuple(blocks), level=1, anchor="urgent")


def numbers(appraisal: Appraisal, knowledge: Knowledge) -> str:
    """The emergency number of the person's country; where that is not known, those of some large ones."""
    table = knowledge.emergency_numbers
    country = str(appraisal.case.get("findings", {}).get("country") or "").upper()
    if country in table:
        return f"{table[country].number} ({table[country].name})"
    by_number: dict[str, list[str]] = {}
    for code in _LARGE:
        if code in table:
            by_number.setdefault(table[code].number, []).append(table[code].name)
    told = [f"{number} in {words.listed(names)}" for number, names in by_number.items()]
    return f"the emergency number of your country ({'; '.join(told)})" if told else ""


#: Countries whose emergency number is told when the person's own is not known.
_LARGE = ("US", "CA", "GB", "DE", "FR", "ES", "IT", "AU", "IN")


def _flag_line(flag: RedFlag, sources: SourceList) -> Line:
    own = recorded(flag)
    assumed = f" (We assumed: {'; '.join(flag.assuming)}.)" if flag.assuming else ""
    told = (" Recorded: ", strong("; ".join(own)), ".") if own else ()
    return line(flag.says, *told, soft(assumed) if assumed else "", *sources.refs(flag.sources))


def recorded(flag: RedFlag, most: int = 4) -> list[str]:
    """What was recorded that makes a red flag true, in the person's words: "x: yes" is just x."""
    texts = [leaf.text for leaf in flag.why if leaf.holds == "true" and "not known" not in leaf.text]
    return [words.lower_first(t.removesuffix(": yes")) for t in dict.fromkeys(texts)][:most]


def urgent_notice(appraisal: Appraisal, sources: SourceList) -> Notice:
    """What is urgent within days or weeks; what is less urgent is named after it."""
    soon = appraisal.urgency == "soon"
    true = [f for f in appraisal.red_flags if f.truth == "true"]
    first = [f for f in true if f.urgency == appraisal.urgency]
    others = [f for f in true if f.urgency != appraisal.urgency]
    title = "Show this to a doctor soon" if soon else "See a doctor within two weeks"
    text = (
        "Something that you told us should be looked at soon. It need not stop the rest."
        if soon
        else "Something that you told us needs a doctor first. What can be planned has to wait until then."
    )
    blocks: list[Block] = [Paragraph(line(text)), Bullets(tuple(_flag_line(f, sources) for f in first))]
    if others:
        blocks.append(
            Paragraph(
                line("To be looked at as well: ", words.listed([words.lower_first(f.label) for f in others]), ".")
            )
        )
    return Notice("warn", title, tuple(blocks), anchor="urgent")


def danger_signs() -> tuple[Block, ...]:
    return (
        Paragraph(line(strong("Go to an emergency department today if you have:"))),
        Bullets(tuple(line(sign) for sign, _ in words.DANGER_SIGNS), look="tight"),
    )


def clearance_notice(appraisal: Appraisal, medium: Medium = "screen") -> Notice:
    """The open questions of the emergency rules; a calm word only when every one was answered."""
    clearance = appraisal.clearance
    if clearance.complete:
        if appraisal.urgency is None:
            told = words.sentence(clearance.says or "You answered every question that we need to look for danger.")
            blocks: tuple[Block, ...] = (Paragraph(line(told)), *danger_signs())
            return Notice("good", "No danger sign in your answers", blocks, anchor="clearance")
        return Notice("plain", "When to go at once", danger_signs(), anchor="clearance")
    count = sum(len(g.questions) for g in clearance.groups)
    told = "One question is" if count == 1 else f"{count} questions are"
    asked: list[Block] = []
    for index, group in enumerate(clearance.groups):
        questions = Bullets(tuple(line(q.question) for q in group.questions), look="ask")
        if index == 0 or medium == "paper" or count <= FEW_QUESTIONS:
            asked += [Heading(3, group.label), questions]
        else:
            number = len(group.questions)
            summary = line(strong(group.label), soft(f" {number} question{'s' if number != 1 else ''}"))
            asked.append(Fold(summary, (questions,)))
    return Notice(
        "ask",
        "First: we cannot tell yet whether something is urgent"
        if appraisal.urgency is None
        else "We cannot tell yet whether it is an emergency",
        (
            Paragraph(line(f"{told} still open. Please answer {'it' if count == 1 else 'them'} before all else.")),
            *danger_signs(),
            *asked,
        ),
        anchor="clearance",
    )


FEW_QUESTIONS = 8  # up to this many stand open; more are folded by group behind the first


def step_line(step: PlanStep, sources: SourceList) -> Line:
    who = f" With: {step.who}." if step.who and step.who.lower() != "you" else ""
    return line(words.sentence(step.says), soft(who) if who else "", *sources.refs(step.sources))
