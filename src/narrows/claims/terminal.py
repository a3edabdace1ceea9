"""The answer in a terminal of 80 columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from narrows.claims.answer import NOTE
from narrows.claims.batch import summary
from narrows.claims.wording import (
    BASE_RATES,
    BASE_RATES_SOURCE,
    JUDGEMENT_WORDS,
    TONE,
    VERDICT_WORDS,
    answered,
    questions_to_ask,
    searched,
    verdict_counts,
)

if TYPE_CHECKING:
    from rich.console import Console

    from narrows.claims.checking import Answer

_COLOURS = {"good": "green", "fair": "cyan", "warn": "yellow", "stop": "red"}


def print_answer(answer: Answer, console: Console | None = None) -> None:
    """Print the page's judgement, each statement with its verdict, what is left out and what to ask."""
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    out = console or Console(soft_wrap=False, highlight=False)
    signs = answer.knowledge.marketing_signs
    out.print(Text(answer.page.name, style="bold"))
    out.print(Text(JUDGEMENT_WORDS[answer.verdict.judgement], style="bold"))
    for reason in answer.verdict.reasons:
        out.print(Padding(Text(f"· {reason}"), (0, 0, 0, 2)))
    for note in answer.page.notes:
        out.print(Padding(Text(f"read: {note}", style="dim"), (0, 0, 0, 2)))
    counts = verdict_counts(answer)
    if counts:
        out.print()
        out.print(Text("Statements: " + ", ".join(f"{n} {VERDICT_WORDS.get(k, k)}" for k, n in counts.items())))
    for checked, claims in answered(answer):
        out.print()
        out.print(Text(f"“{checked.sentence.text}”"))
        for claim, sure, _ in claims:
            line = Text()
            if sure:
                line.append(VERDICT_WORDS[claim.verdict], style=f"bold {_COLOURS[TONE[claim.verdict]]}")
                line.append(f": {claim.because} ")
                line.append(f"({searched(claim)})", style="dim")
            else:
                line.append("may be about", style="bold")
                line.append(f": {claim.statement} No verdict, the match is too weak.")
            out.print(Padding(line, (0, 0, 0, 4)))
            for held in answer.evidence.get(claim.id, []) if sure else []:
                out.print(Padding(Text(f"studies held here today: {held['says']}"), (0, 0, 0, 6)))
        for note in checked.figures:
            out.print(Padding(Text(f"figures: {note}"), (0, 0, 0, 4)))
        for sign in checked.signs:
            out.print(Padding(Text(f"warning sign: {signs[sign].statement}", style="yellow"), (0, 0, 0, 4)))
    unknown = [c for c in answer.checked if c.not_in_library]
    if unknown:
        out.print()
        out.print(Text("Not in our library, so without verdict", style="bold"))
        for c in unknown:
            out.print(Padding(Text(f"“{c.sentence.text}”"), (0, 0, 0, 2)))
    if answer.missing:
        out.print()
        out.print(Text("What this page does not say", style="bold"))
        for m in answer.missing:
            out.print(Padding(Text(f"· {m['what']}"), (0, 0, 0, 2)))
    asks = questions_to_ask(answer)
    if asks and answer.verdict.judgement != "not-about-treatment":
        out.print()
        out.print(Text("Questions to ask", style="bold"))
        for n, ask in enumerate(asks, 1):
            out.print(Padding(Text(f"{n}. {ask}"), (0, 0, 0, 2)))
    if answer.discern:
        out.print()
        rated = [row for row in answer.discern if row["rating"] is not None]
        out.print(Text("Quality of the information", style="bold"))
        shown = ", ".join(f"{row['name']} {row['rating']}" for row in rated)
        out.print(Padding(Text(f"DISCERN, 1 to 5, {len(rated)} of 15 items rated by rule: {shown}"), (0, 0, 0, 2)))
        missing = ", ".join(k for k, v in answer.jama.items() if not v) or "nothing"
        out.print(Padding(Text(f"JAMA benchmarks: missing {missing}"), (0, 0, 0, 2)))
        if answer.grade is not None:
            out.print(Padding(Text(f"Reading grade (US school years): {answer.grade:.0f}"), (0, 0, 0, 2)))
    out.print()
    out.print(Text(NOTE, style="dim"))


def print_pages(rows: list[dict[str, Any]], console: Console | None = None) -> None:
    """Print the table across the pages of a folder, with what published surveys found for comparison."""
    from rich.console import Console
    from rich.table import Table

    out = console or Console(highlight=False)
    table = Table(box=None, pad_edge=False)
    for name in ("page", "judgement", "supported", "not supported", "signs", "left out"):
        table.add_column(name, justify="left" if name in ("page", "judgement") else "right", overflow="fold")
    for r in rows:
        if r["judgement"] == "not read":
            table.add_row(r["page"], "not read")
            continue
        doubtful = r["unsupported"] + r["misleading"] + r["contradicted"]
        signs, missing = (len(r[k].split(";")) if r[k] else 0 for k in ("warning_signs", "missing"))
        table.add_row(r["page"], r["judgement"], str(r["supported"]), str(doubtful), str(signs), str(missing))
    out.print(table)
    for r in rows:
        if r["problem"]:
            out.print(f"not read: {r['problem']}", style="yellow", markup=False)
    counted = summary(rows)
    out.print()
    out.print(", ".join(f"{n} {k}" for k, n in counted["judgements"].items()))
    out.print("These pages: " + ", ".join(f"{k} named {v} %" for k, v in counted["says"].items() if v is not None))
    out.print("Published survey, for comparison: " + ", ".join(f"{what} {rate} %" for what, rate in BASE_RATES))
    out.print(BASE_RATES_SOURCE, style="dim")


def print_library_test(report: dict[str, Any], worst: int, console: Console | None = None) -> None:
    """Print how well the claims of the library are recognised, the weakest first."""
    from rich.console import Console
    from rich.table import Table

    out = console or Console(highlight=False)
    rows = report["claims"]
    found, phrasings = (sum(r[k] for r in rows.values()) for k in ("found", "phrasings"))
    caught, misses = (sum(r[k] for r in rows.values()) for k in ("caught", "near_misses"))
    out.print(
        f"{len(rows)} claims: {found} of {phrasings} phrasings recognised, {caught} of {misses} near misses taken for the claim"
    )
    if "labelled" in report:
        figures = report["labelled"]
        out.print("labelled texts: " + ", ".join(f"{k.replace('_', '-')} {v:.3f}" for k, v in figures.items()))
    table = Table(box=None, pad_edge=False)
    for name in ("claim", "phrasings", "near misses", "precision", "recall", "confused with"):
        table.add_column(name, justify="left" if name in ("claim", "confused with") else "right")
    order = sorted(
        rows,
        key=lambda c: (-rows[c].get("fp", 0) - rows[c].get("fn", 0), rows[c]["found"] / max(1, rows[c]["phrasings"])),
    )
    for name in order[:worst]:
        r = rows[name]
        confused = ", ".join(f"{k} {n}" for k, n in r.get("confused_with", {}).items())
        shown = ["" if r.get(k) is None else f"{r[k]:.2f}" for k in ("precision", "recall")]
        table.add_row(
            name, f"{r['found']} of {r['phrasings']}", f"{r['caught']} of {r['near_misses']}", *shown, confused
        )
    out.print(table)
    unfilled = [name for name, r in rows.items() if r["unfilled"]]
    if unfilled:
        out.print("still to be filled in: " + ", ".join(unfilled))
