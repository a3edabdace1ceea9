"""The report for a terminal: 80 columns, readable without colour."""

from __future__ import annotations

import io
import re
import textwrap
import unicodedata
from typing import TYPE_CHECKING

from narrows.appraisal.answer import DISCLAIMER, Appraisal, OptionAnswer
from narrows.knowledge import Knowledge
from narrows.report import expected_outcome, key_facts, measured_scan, option_sheet, summary, urgent_page, words
from narrows.report.content import plain
from narrows.report.option_table import groups

if TYPE_CHECKING:
    from rich.console import Console

_STYLES = {"good": "green", "accent": "cyan", "ask": "magenta", "warn": "yellow", "stop": "bold red", "soft": "dim"}
_FULL = ("indicated", "possible", "undetermined")


def render(appraisal: Appraisal, knowledge: Knowledge, *, width: int = 80, colour: bool = False) -> str:
    """The report as text of at most `width` columns."""
    from rich.console import Console

    out = io.StringIO()
    console = Console(
        file=out,
        width=width,
        force_terminal=colour,
        no_color=not colour,
        color_system="standard" if colour else None,
        highlight=False,
        emoji=False,
        markup=False,
        legacy_windows=False,
    )
    show(appraisal, knowledge, console)
    lines = [text.rstrip() for text in out.getvalue().splitlines()]
    return "\n".join(lines).strip("\n") + "\n"


def show(appraisal: Appraisal, knowledge: Knowledge, console: Console) -> None:
    """Print the report on a rich console."""
    emergency = appraisal.urgency == "emergency-same-day"
    _top(appraisal, knowledge, console)
    if not emergency:
        _what(appraisal, knowledge, console)
    _plan(appraisal, console)
    _options(appraisal, knowledge, console, brief=emergency)
    if not emergency:
        _settle(appraisal, console)
    _heading("For the clinician", console)
    _say(summary.text(appraisal, knowledge).rstrip(), console, wrap=False)
    _say("", console)
    above = {f"Scan: {text}" for text in measured_scan.blocks(appraisal)}
    for notice in appraisal.notices:
        if notice not in above:
            _say(f"Note: {notice}", console)
    _say(DISCLAIMER, console, style="dim")
    _say("More: --html FILE or --pdf FILE for every reason, figure and source.", console, style="dim")


def clean(text: str) -> str:
    """Text without control characters: a case must not steer the reader's terminal."""
    return "".join(c if c in "\n" or unicodedata.category(c)[0] != "C" else " " for c in text)


def _say(text: str, console: Console, style: str = "", indent: int = 0, hang: int = 0, wrap: bool = True) -> None:
    from rich.padding import Padding
    from rich.text import Text

    said = Text(clean(text), style=style)
    if not wrap:
        console.print(said, no_wrap=True, overflow="ignore", crop=False)
        return
    if not hang:
        console.print(Padding(said, (0, 0, 0, indent)))
        return
    for index, part in enumerate(textwrap.wrap(clean(text), console.width - indent - hang, break_on_hyphens=False)):
        console.print(Text(" " * (indent + (hang if index else 0)) + part, style=style))


def _heading(text: str, console: Console) -> None:
    _say("", console)
    _say(text, console, style="bold")
    _say("─" * min(len(text), console.width), console, style="dim")


def _box(title: str, lines: list[str], console: Console, style: str, *, heavy: bool = False) -> None:
    from rich.box import HEAVY, ROUNDED
    from rich.panel import Panel
    from rich.text import Text

    body = Text("\n".join(_hung(clean(part), console.width - 4) for part in lines))
    console.print(
        Panel(
            body,
            title=Text(clean(title), style="bold"),
            title_align="left",
            box=HEAVY if heavy else ROUNDED,
            border_style=style,
            padding=(0, 1),
        )
    )


def _hung(text: str, width: int) -> str:
    """A line of a box, wrapped so that what follows a mark stands under its words."""
    mark = re.match(r" *(?:\[ \]|•)? *", text)
    hang = " " * (mark.end() if mark else 0)
    return "\n".join(textwrap.wrap(text, width, subsequent_indent=hang, break_on_hyphens=False))


def _top(appraisal: Appraisal, knowledge: Knowledge, console: Console) -> None:
    case = appraisal.case
    day = words.date(str(case.get("as_of") or "an unknown day"))
    _say(f"{case.get('id') or 'no id'} · from what was known on {day}", console, style="dim")
    true = [f for f in appraisal.red_flags if f.truth == "true"]
    if appraisal.urgency == "emergency-same-day":
        told = ["Go now. Do not wait to see if it gets better.", ""]
        numbers = urgent_page.numbers(appraisal, knowledge)
        told += [f"If you cannot get there safely, call: {numbers or 'your emergency number'}.", ""]
        for flag in (f for f in true if f.urgency == "emergency-same-day"):
            told += [f"• {flag.says}", f"  Because: {summary.leaves(flag.why)}", f"  For the staff: {flag.pathway}"]
        _box("GO TO AN EMERGENCY DEPARTMENT TODAY", told, console, "bold red", heavy=True)
        _blocks(appraisal, console)
        return
    if appraisal.urgency is not None:
        told = []
        for flag in true:
            told += [f"• {flag.says}", f"  Because: {summary.leaves(flag.why)}"]
        title = "SHOW THIS TO A DOCTOR SOON" if appraisal.urgency == "soon" else "SEE A DOCTOR WITHIN TWO WEEKS"
        _box(title, told, console, "yellow", heavy=True)
    _blocks(appraisal, console)
    notice = urgent_page.clearance_notice(appraisal, knowledge)
    _box(notice.title, _clearance(appraisal), console, "green" if notice.tone == "good" else "magenta")


def _blocks(appraisal: Appraisal, console: Console) -> None:
    said = measured_scan.blocks(appraisal)
    if said:
        told = [measured_scan.what_a_block_asks(appraisal), "", *(f"• {text}" for text in said)]
        _box(measured_scan.MAY_BE_CLOSED.upper(), told, console, "bold red", heavy=True)


def _clearance(appraisal: Appraisal) -> list[str]:
    told: list[str] = []
    if not appraisal.clearance.complete:
        groups = appraisal.clearance.groups
        count = sum(len(g.questions) for g in groups)
        told.append(f"{count} question{'s are' if count != 1 else ' is'} still open. Please answer first:")
        for index, group in enumerate(groups):
            if index == 0 or count <= urgent_page.FEW_QUESTIONS:
                told += ["", group.label, *(f"  [ ] {q.question}" for q in group.questions)]
            else:
                told += [""] if index == 1 else []
                told.append(f"{group.label}: {len(group.questions)} more")
        told += ["", "'narrows ask CASE' walks through them one by one.", ""]
    elif appraisal.urgency is None:
        told += [words.sentence(appraisal.clearance.says), ""]
    return [*told, "Go to an emergency department today if you have:", *(f"  • {s}" for s, _ in words.DANGER_SIGNS)]


def _what(appraisal: Appraisal, knowledge: Knowledge, console: Console) -> None:
    from narrows.report.source_list import SourceList

    _heading("What is known", console)
    for card in key_facts.facts(appraisal, knowledge, SourceList(knowledge)).cards:
        _say(f"{card.label}: {plain(card.value)}", console, style="bold")
        if card.picture is not None:
            _say(plain(card.picture.caption), console, indent=2)
        note = plain(tuple(r for r in card.note if not r.href and r.text not in (" [", ", ", "]")))
        if note:
            _say(note, console, style="dim", indent=2)


def _plan(appraisal: Appraisal, console: Console) -> None:
    if not appraisal.plan:
        return
    _heading("What to do next", console)
    for index, step in enumerate(appraisal.plan, 1):
        who = f" With: {step.who}." if step.who and step.who.lower() != "you" else ""
        _say(
            f"{index}. {words.BY.get(step.by, step.by).capitalize()}: {words.sentence(step.says)}{who}", console, hang=3
        )


def _options(appraisal: Appraisal, knowledge: Knowledge, console: Console, *, brief: bool) -> None:
    _heading("Treatments: for later" if brief else "Which treatments fit", console)
    for said, group in groups(appraisal.options).items():
        standing = group[0].standing
        tone = words.standing_said(standing, group[0].family)[1]
        _say(f"{said.upper()} ({len(group)})", console, style=_STYLES.get(tone, ""))
        if brief or standing not in _FULL:
            shown: dict[str, list[str]] = {}
            for option in group:
                shown.setdefault(words.sentence(option.because), []).append(option.name)
            for because, names in shown.items():
                _say(f"{'; '.join(names)}{'' if brief else f': {because}'}", console, indent=2, hang=2)
            continue
        for option in group:
            _option(option, knowledge, console)


def _option(option: OptionAnswer, knowledge: Knowledge, console: Console) -> None:
    expected = expected_outcome.of(option, knowledge)
    sure = option_sheet.how_sure(option, expected, knowledge)
    dots = "●" * sure[0].dots + "○" * (4 - sure[0].dots) + " " if sure and sure[0].style == "dots" else ""
    _say(f"{option.name} · how sure: {dots}{plain(sure)}", console, style="bold", indent=2, hang=2)
    _say(option_sheet.because(option, knowledge), console, indent=4)
    for outcome in expected.for_person[:1]:
        _say(f"+ {plain(option_sheet.outcome_line(outcome, knowledge))}", console, indent=4, hang=2)
    counted = [h for h in option.harms if h.get("rate_high") is not None]
    for harm in sorted(counted, key=lambda h: {"serious": 0, "moderate": 1}.get(str(h.get("severity")), 2))[:1]:
        _say(f"− {plain(option_sheet.harm_line(harm))}", console, indent=4, hang=2)
    if option.missing and option.standing != "undetermined":
        _say(f"? {words.question(option.missing[0], knowledge)}", console, indent=4, hang=2)


def _settle(appraisal: Appraisal, console: Console) -> None:
    if not appraisal.ask_next:
        return
    _heading("What would settle most", console)
    for index, asked in enumerate(appraisal.ask_next[:5], 1):
        _say(f"{index}. {asked.question} (settles {asked.settles})", console, hang=3)
