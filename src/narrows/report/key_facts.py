"""Three cards at the top: what it may be, how much it limits, what narrows the canal."""

from __future__ import annotations

from narrows.appraisal.answer import Appraisal, SyndromeAnswer
from narrows.knowledge import Knowledge
from narrows.report import share_bar, words
from narrows.report.content import (
    Fact,
    Facts,
    Line,
    line,
)
from narrows.report.language import counted, said
from narrows.report.source_list import SourceList


def facts(appraisal: Appraisal, knowledge: Knowledge, sources: SourceList) -> Facts:
    """Three cards: what it is, how much it limits, what narrows the canal."""
    return Facts(
        (
            _what_it_is(appraisal),
            _how_much(appraisal, knowledge, sources),
            _what_narrows(appraisal, knowledge),
        )
    )


_HELD = {"established": 0, "likely": 1, "possible": 2}


def held_syndromes(appraisal: Appraisal) -> list[SyndromeAnswer]:
    """What it may be, strongest first; a mimic that fits as well stands before what it mimics."""
    held = [s for s in appraisal.syndromes if s.standing in _HELD]
    return sorted(held, key=lambda s: (_HELD[s.standing], s.kind != "mimic"))


def _what_it_is(appraisal: Appraisal) -> Fact:
    title, held = said("What it may be"), held_syndromes(appraisal)
    if not held:
        note = said("No pattern stands out from what is known. An examination tells more.")
        return Fact(title, line(said("We cannot say yet")), line(note))
    top = [s for s in held if s.standing == held[0].standing][:2]
    labels = [said(top[0].label), *(words.lower_first(said(s.label)) for s in top[1:])]
    note = counted(
        "{standing}: {n} reason for, {against} against.",
        "{standing}: {n} reasons for, {against} against.",
        len(top[0].because),
        standing=said(words.SYNDROME_STANDING[top[0].standing]).capitalize(),
        against=len(top[0].against),
    )
    others = [
        f"{words.lower_first(said(s.label))} ({said(words.SYNDROME_STANDING[s.standing])})"
        for s in held
        if s not in top
    ][:2]
    if others:
        note += f" {said('Also: {names}.', names=words.listed(others))}"
    return Fact(title, line(words.listed(labels, "and" if top[0].standing == "established" else "or")), line(note))


def _how_much(appraisal: Appraisal, knowledge: Knowledge, sources: SourceList) -> Fact:
    found = appraisal.case.get("findings", {})
    told = [
        said(words_of, amount=words.number(float(found[name]), 0))
        for name, words_of in HOW_MUCH
        if isinstance(found.get(name), int | float)
    ]
    if not told and isinstance(found.get("leg_pain_nrs"), int | float):
        told.append(said("Leg pain {amount} of 10", amount=words.number(float(found["leg_pain_nrs"]))))
    scored = ("oswestry_index", "mjoa_score", "zcq_physical_function", "walking_distance")
    lines = [(scored.index(leaf.finding), s) for s in appraisal.severity for leaf in s.why if leaf.finding in scored]
    note: Line = ()
    if lines:
        first = min(lines, key=lambda pair: pair[0])[1]
        rule = knowledge.criteria.get(first.criterion)
        meaning = words.lower_first(said(rule.label)) if rule is not None else words.sentence(said(first.says))
        note = line(
            said("In the words of the score: {meaning}.", meaning=meaning.rstrip(".")), *sources.refs(first.sources)
        )
    title = said("How much it limits you")
    if not told:
        return Fact(
            title, line(said("Not measured yet")), note or line(said("How far can you walk before you must stop?"))
        )
    return Fact(title, line("; ".join(told)), note)


#: What a person reads of their own scores.
HOW_MUCH = (
    ("walking_distance", "You can walk about {amount} m"),
    ("oswestry_index", "{amount} of 100 on the score of daily limits"),
    ("mjoa_score", "{amount} of 18 on the score of hands and legs"),
)


_LEVEL_MEASURES = ("schizas_grade", "lee_central_grade", "cervical_kang_grade", "dural_sac_csa", "canal_ap_diameter")


def _what_narrows(appraisal: Appraisal, knowledge: Knowledge) -> Fact:
    for level, narrowing in appraisal.narrowing.items():
        bar = share_bar.picture(level, narrowing.causes)
        if bar is not None:
            most = max(narrowing.causes, key=lambda c: float(c.get("share") or 0))
            name = share_bar.tissue_words(most.get("tissue"))
            note = words.sentence(said(narrowing.note or NO_SHARE_TELLS))
            mostly = said("Mostly {tissue}", tissue=said(name))
            return Fact(said("What narrows the canal at {level}", level=level), line(mostly), line(note), bar)
    title, told = said("What the scan shows"), []
    for level, narrowing in appraisal.narrowing.items():
        for measure in (m for m in _LEVEL_MEASURES if m in narrowing.findings):
            shown = words.value(measure, narrowing.findings[measure], knowledge, codes=False)
            graded = said("grade {grade}", grade=shown) if measure == "schizas_grade" else shown
            told.append(f"{level} {graded}")
            break
    calm = said("A scan alone does not tell how you feel. Many people with a narrow canal have no trouble.")
    found = appraisal.case.get("findings", {})
    overall = found.get("lumbar_stenosis_severity") or found.get("cervical_stenosis_severity")
    if overall:
        where = f"{'; '.join(told[:3])}. " if told else ""
        return Fact(title, line(said(NARROWED.get(str(overall), str(overall)))), line(f"{where}{calm}"))
    if told:
        return Fact(title, line("; ".join(told[:3])), line(calm))
    asked = said("Treatments can be judged better with the words of a scan report.")
    return Fact(title, line(said("No scan was read")), line(asked))


#: The overall word of a scan report.
NARROWED = {
    "none": "No narrowing",
    "mild": "Mild narrowing",
    "moderate": "Moderate narrowing",
    "severe": "Severe narrowing",
}
NO_SHARE_TELLS = "No study shows that these shares tell who gains from cells."
