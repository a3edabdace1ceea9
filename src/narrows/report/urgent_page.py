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
from narrows.report.language import counted, said
from narrows.report.leaf_words import assumption, cleared, in_words
from narrows.report.source_list import SourceList


def emergency_notice(appraisal: Appraisal, knowledge: Knowledge, sources: SourceList) -> Notice:
    """The top of an emergency page: what to do, why, what to show there."""
    flags = [f for f in appraisal.red_flags if f.truth == "true" and f.urgency == "emergency-same-day"]
    called = numbers(appraisal, knowledge)
    blocks: list[Block] = [
        Paragraph(
            line(said("Go now. Do not wait for your own doctor, and do not wait to see if it gets better.")), "said"
        ),
    ]
    if called:
        blocks.append(Paragraph(line(said("If you cannot get there safely, call:"), " ", strong(called), ".")))
    else:
        blocks.append(Paragraph(line(said("If you cannot get there safely, call your emergency number."))))
    now = [s for s in appraisal.plan if s.by in ("now", "today")]
    if now:
        blocks.append(Heading(2, said("What to do now")))
        blocks.append(Bullets(tuple(step_line(s, sources) for s in now), ordered=True))
    blocks.append(Heading(2, said("Why")))
    blocks.append(Bullets(tuple(_flag_line(f, knowledge, sources) for f in flags)))
    blocks.append(Paragraph(line(said("It may turn out to be harmless. Only an examination today can tell."))))
    blocks.append(Heading(2, said("Show this to the staff")))
    blocks.append(
        Table(
            caption=said("As recorded on {day}", day=day_of(appraisal)),
            head=(said("Suspected"), said("What was recorded"), said("What guidance asks for")),
            rows=tuple(
                (
                    line(strong(said(f.label))),
                    line("; ".join(recorded(f, knowledge, 8)) or said("not recorded")),
                    line(said(f.pathway)),
                )
                for f in flags
            ),
            fit=(3, 4, 4),
            look="plain",
        )
    )
    return Notice("stop", said("Go to an emergency department today"), tuple(blocks), level=1, anchor="urgent")


def numbers(appraisal: Appraisal, knowledge: Knowledge) -> str:
    """The emergency number of the person's country; where that is not known, those of some large ones."""
    table = knowledge.emergency_numbers
    country = str(appraisal.case.get("findings", {}).get("country") or "").upper()
    if country in table:
        return f"{table[country].number} ({said(table[country].name)})"
    by_number: dict[str, list[str]] = {}
    for code in _LARGE:
        if code in table:
            by_number.setdefault(table[code].number, []).append(said(table[code].name))
    told = [
        said("{number} in {countries}", number=number, countries=words.listed(names))
        for number, names in by_number.items()
    ]
    return said("the emergency number of your country ({numbers})", numbers="; ".join(told)) if told else ""


def day_of(appraisal: Appraisal) -> str:
    """The day of the case in words."""
    as_of = str(appraisal.case.get("as_of") or "")
    return words.date(as_of) if as_of else said("an unknown day")


#: Countries whose emergency number is told when the person's own is not known.
_LARGE = ("US", "CA", "GB", "DE", "FR", "ES", "IT", "AU", "IN")


def _flag_line(flag: RedFlag, knowledge: Knowledge, sources: SourceList) -> Line:
    own = recorded(flag, knowledge)
    taken = [assumption(text, knowledge) for text in flag.assuming]
    assumed = f" ({said('We assumed: {facts}.', facts='; '.join(taken))})" if taken else ""
    told = (f" {said('Recorded:')} ", strong("; ".join(own)), ".") if own else ()
    return line(said(flag.says), *told, soft(assumed) if assumed else "", *sources.refs(flag.sources))


def recorded(flag: RedFlag, knowledge: Knowledge, most: int = 4) -> list[str]:
    """What was recorded that makes a red flag true, in the person's words: "x: yes" is just x."""
    leaves = [leaf for leaf in flag.why if leaf.holds == "true" and "not known" not in leaf.text]
    texts = [in_words(leaf, knowledge) for leaf in {leaf.text: leaf for leaf in leaves}.values()]
    return [words.lower_first(t.removesuffix(f": {said('yes')}")) for t in texts][:most]


def urgent_notice(appraisal: Appraisal, knowledge: Knowledge, sources: SourceList) -> Notice:
    """What is urgent within days or weeks; what is less urgent is named after it."""
    soon = appraisal.urgency == "soon"
    true = [f for f in appraisal.red_flags if f.truth == "true"]
    first = [f for f in true if f.urgency == appraisal.urgency]
    others = [f for f in true if f.urgency != appraisal.urgency]
    title = said("Show this to a doctor soon") if soon else said("See a doctor within two weeks")
    text = (
        said("Something that you told us should be looked at soon. It need not stop the rest.")
        if soon
        else said("Something that you told us needs a doctor first. What can be planned has to wait until then.")
    )
    blocks: list[Block] = [Paragraph(line(text)), Bullets(tuple(_flag_line(f, knowledge, sources) for f in first))]
    if others:
        named = words.listed([words.lower_first(said(f.label)) for f in others])
        blocks.append(Paragraph(line(said("To be looked at as well: {signs}.", signs=named))))
    return Notice("warn", title, tuple(blocks), anchor="urgent")


def danger_signs() -> tuple[Block, ...]:
    return (
        Paragraph(line(strong(said("Go to an emergency department today if you have:")))),
        Bullets(tuple(line(said(sign)) for sign, _ in words.DANGER_SIGNS), look="tight"),
    )


def clearance_notice(appraisal: Appraisal, knowledge: Knowledge, medium: Medium = "screen") -> Notice:
    """The open questions of the emergency rules; a calm word only when every one was answered."""
    clearance = appraisal.clearance
    if clearance.complete:
        if appraisal.urgency is None:
            blocks: tuple[Block, ...] = (
                Paragraph(line(words.sentence(cleared(appraisal, knowledge)))),
                *danger_signs(),
            )
            return Notice("good", said("No danger sign in your answers"), blocks, anchor="clearance")
        return Notice("plain", said("When to go at once"), danger_signs(), anchor="clearance")
    count = sum(len(g.questions) for g in clearance.groups)
    asked: list[Block] = []
    for index, group in enumerate(clearance.groups):
        questions = Bullets(
            tuple(line(words.asked(q.finding, q.question, knowledge)) for q in group.questions), look="ask"
        )
        if index == 0 or medium == "paper" or count <= FEW_QUESTIONS:
            asked += [Heading(3, said(group.label)), questions]
        else:
            number = counted("{n} question", "{n} questions", len(group.questions))
            summary = line(strong(said(group.label)), soft(f" {number}"))
            asked.append(Fold(summary, (questions,)))
    return Notice(
        "ask",
        said("First: we cannot tell yet whether something is urgent")
        if appraisal.urgency is None
        else said("We cannot tell yet whether it is an emergency"),
        (
            Paragraph(
                line(
                    counted(
                        "One question is still open. Please answer it before all else.",
                        "{n} questions are still open. Please answer them before all else.",
                        count,
                    )
                )
            ),
            *danger_signs(),
            *asked,
        ),
        anchor="clearance",
    )


FEW_QUESTIONS = 8  # up to this many stand open; more are folded by group behind the first


def step_line(step: PlanStep, sources: SourceList) -> Line:
    who = f" {said('With: {who}.', who=said(step.who))}" if step.who and step.who.lower() != "you" else ""
    return line(words.sentence(said(step.says)), soft(who) if who else "", *sources.refs(step.sources))
