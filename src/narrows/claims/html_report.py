"""The answer as one HTML file: the page's text with its statements marked, the answers beside it, nothing loaded from elsewhere."""

from __future__ import annotations

from html import escape
from importlib import resources
from typing import TYPE_CHECKING

from narrows.claims.answer import NOTE
from narrows.claims.wording import (
    BASE_RATES,
    BASE_RATES_SOURCE,
    JUDGEMENT_WORDS,
    TONE,
    VERDICT_WORDS,
    questions_to_ask,
    searched,
    verdict_counts,
)

if TYPE_CHECKING:
    from narrows.claims.checking import Answer, Checked

_HOW_TO_READ = (
    "Marked sentences have an answer beside them. A mark with a dotted line may be about something we know, but the match is "
    "too weak for a verdict. Unmarked sentences state nothing that our library holds, which says nothing about them."
)
_TONE_OF_JUDGEMENT = {"promotional": "warn", "mixed": "fair", "balanced": "good", "not-about-treatment": "fair"}


def html_report(answer: Answer) -> str:
    """The whole report as the text of one HTML file."""
    style = resources.files("narrows.claims").joinpath("data/report.css").read_text("utf-8")
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">',
        f"<title>What {escape(answer.page.name)} claims</title><style>{style}</style></head><body><main>",
        '<p class="eyebrow">Statement by statement: what is known</p>',
        f"<h1>{escape(JUDGEMENT_WORDS[answer.verdict.judgement])}</h1>",
        f'<p class="source">{escape(answer.page.name)} · {answer.page.words:,} words · knowledge {answer.knowledge.version}</p>',
        *_overview(answer),
        "<h2>The page, with answers</h2>",
        f'<p class="hint">{_HOW_TO_READ}</p>',
        '<div class="reading">',
        *_blocks(answer),
        "</div>",
        *_missing(answer),
        *_quality(answer),
        f'<p class="note">{escape(NOTE)}</p>',
        "</main></body></html>",
    ]
    return "\n".join(parts) + "\n"


def _overview(answer: Answer) -> list[str]:
    tone = _TONE_OF_JUDGEMENT[answer.verdict.judgement]
    reasons = "".join(f"<li>{escape(r)}</li>" for r in answer.verdict.reasons)
    counts = verdict_counts(answer)
    chips = "".join(
        f'<span class="chip {TONE.get(k, "plain")}">{n} {escape(VERDICT_WORDS.get(k, k))}</span> '
        for k, n in counts.items()
    )
    notes = "".join(f'<p class="hint">Read: {escape(n)}.</p>' for n in answer.page.notes)
    return [
        f'<section class="summary {tone}"><h2>Why</h2><ul>{reasons}</ul></section>',
        f'<p class="chips">{chips}</p>' if chips else "",
        notes,
    ]


def _blocks(answer: Answer) -> list[str]:
    """The text block by block: on the left as it stands, on the right the answers to its sentences."""
    rows: list[str] = []
    checked = list(answer.checked)
    number = 0
    for block in answer.page.blocks:
        inside: list[Checked] = []
        while checked and checked[0].sentence.start < block.end:
            inside.append(checked.pop(0))
        if not inside:
            continue
        words, answers, place = [], [], block.start
        for one in inside:
            words.append(escape(answer.page.text[place : one.sentence.start]))
            said = escape(answer.page.text[one.sentence.start : one.sentence.end])
            if one.matches or one.signs:
                number += 1
                words.append(
                    f'<mark class="{_mark(answer, one)}" id="s{number}"><a href="#a{number}">{said}<sup>{number}</sup></a></mark>'
                )
                answers.append(_answer(answer, one, number))
            else:
                words.append(f'<span class="unknown">{said}</span>' if one.not_in_library else said)
            place = one.sentence.end
        words.append(escape(answer.page.text[place : block.end]))
        tag = {"heading": "h3", "item": "p class='item'", "row": "p class='row'", "aside": "p class='aside'"}.get(
            block.role, "p"
        )
        text = f"<{tag}>{''.join(words)}</{tag.split()[0]}>"
        rows.append(
            f'<div class="pair"><div class="said">{text}</div><div class="known">{"".join(answers)}</div></div>'
        )
    return rows


def _mark(answer: Answer, one: Checked) -> str:
    sure = [TONE[answer.knowledge.claims[m.claim].verdict] for m in one.matches if m.sure]
    for tone in ("stop", "warn", "fair", "good"):
        if tone in sure:
            return tone
    return "sign" if one.signs else "weak"


def _answer(answer: Answer, one: Checked, number: int) -> str:
    parts = [
        f'<article class="answer" id="a{number}"><a class="back" href="#s{number}" aria-label="to statement {number}">{number}</a>'
    ]
    for m in one.matches:
        claim = answer.knowledge.claims[m.claim]
        if not m.sure:
            parts.append(
                f'<p><span class="chip plain">may be about</span> {escape(claim.statement)} <small>No verdict: the match is too weak.</small></p>'
            )
            continue
        sources = "".join(
            f'<li><a href="{escape(s.url, quote=True)}" rel="noopener noreferrer">{escape(s.citation)}</a> ({s.year})</li>'
            for s in claim.sources
        )
        parts.append(
            f'<p><span class="chip {TONE[claim.verdict]}">{escape(VERDICT_WORDS[claim.verdict])}</span> {escape(claim.because)}</p>'
            + "".join(
                f'<p class="hint">Studies held here today: {escape(e["says"])}</p>'
                for e in answer.evidence.get(claim.id, [])
            )
            + f"<details><summary>Sources and what to ask</summary><p>{escape(claim.what_to_ask)}</p><ul>{sources}</ul>"
            f'<p class="hint">{escape(searched(claim))}. Compared with: {escape(claim.statement)}</p></details>'
        )
    parts += [f'<p><span class="chip plain">figures</span> {escape(note)}</p>' for note in one.figures]
    for sign in one.signs:
        entry = answer.knowledge.marketing_signs[sign]
        parts.append(
            f'<p><span class="chip sign">warning sign</span> {escape(entry.statement)}. <small>{escape(entry.why)}</small></p>'
        )
    parts.append("</article>")
    return "".join(parts)


def _missing(answer: Answer) -> list[str]:
    asks = questions_to_ask(answer) if answer.verdict.judgement != "not-about-treatment" else []
    parts = []
    if answer.missing:
        items = "".join(f"<li>{escape(m['what'])}</li>" for m in answer.missing)
        parts.append(f"<h2>What this page does not say</h2><ul>{items}</ul>")
        rates = "; ".join(f"{what}: {rate} % of sites" for what, rate in BASE_RATES)
        parts.append(
            f'<p class="hint">For comparison, a published survey found: {escape(rates)}. {escape(BASE_RATES_SOURCE)}.</p>'
        )
    if asks:
        parts.append("<h2>Questions to ask</h2><ol>" + "".join(f"<li>{escape(a)}</li>" for a in asks) + "</ol>")
    return parts


def _quality(answer: Answer) -> list[str]:
    if not answer.discern:
        return []
    rows = "".join(
        f"<tr><th scope='row'>{row['item']}. {escape(row['name'])}</th><td>{row['rating'] if row['rating'] is not None else 'needs a reader'}</td>"
        f"<td>{escape(row['because'])}</td></tr>"
        for row in answer.discern
    )
    jama = ", ".join(f"{k}: {'yes' if v else 'no'}" for k, v in answer.jama.items())
    words = {True: "yes", False: "no", None: "cannot tell"}
    hon = ", ".join(f"{k}: {words[v]}" for k, v in answer.honcode.items())
    grade = (
        f"<p>Reading grade (Flesch-Kincaid, US school years): {answer.grade:.0f}. Patient information should be near 8 or below.</p>"
        if answer.grade is not None
        else ""
    )
    return [
        "<h2>Quality of the information</h2>",
        "<p class='hint'>Three yardsticks, rated by rule and never added up. DISCERN runs from 1 (low) to 5 (high).</p>",
        f"<table><thead><tr><th>DISCERN</th><th>rating</th><th>because</th></tr></thead><tbody>{rows}</tbody></table>",
        f"<p><b>JAMA benchmarks</b> {escape(jama)}</p><p><b>HONcode</b> {escape(hon)}</p>{grade}",
    ]
