"""The report on many people as text for the terminal and as one HTML file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

from narrows.knowledge import Knowledge
from narrows.population.report import STANDINGS, SYNDROME_STANDINGS, Report
from narrows.population.suppression import Count, text

if TYPE_CHECKING:
    from rich.console import Console

#: Colours that stay apart for every kind of colour sight, dark to light by weight.
COLOURS = {
    "emergency-same-day": "#7a0019", "urgent-within-2-weeks": "#c2570c", "soon": "#e0a526",
    "none found, questions open": "#8fa3b8", "none found": "#d5dde5",
    "indicated": "#0b4f6c", "possible": "#4a90b8", "trial-only": "#a7c6d9", "undetermined": "#cfd6dc",
    "waits": "#c2570c", "contraindicated": "#7a0019", "not-indicated": "#eceff2",
    "established": "#0b4f6c", "likely": "#2f77a0", "unknown": "#cfd6dc", "unlikely": "#eceff2",
}  # fmt: skip
PLAIN = "No red flag true is no all-clear while a question of an emergency rule is open."


def print_report(report: Report, knowledge: Knowledge, console: Console) -> None:
    """Print the report; readable at 80 columns without colour."""
    from rich.table import Table

    said = f"{report.answered:,} of {report.people:,} people appraised"
    console.print(f"[bold]{said}[/bold]" + (f", {report.refused:,} refused" if report.refused else ""))
    if report.synthetic:
        console.print("These people are invented (synthetic).")
    console.print(f"Counts below {report.least} are hidden, and others where they could be worked out.\n")

    def show(title: str, head: str, rows: Sequence[tuple[str, Sequence[Count]]], columns: Sequence[str]) -> None:
        made = Table(title=title, title_justify="left", box=None, pad_edge=False, padding=(0, 1, 0, 0))
        made.add_column(head, overflow="fold", max_width=26)
        for name in columns:
            made.add_column(name, justify="right", overflow="fold", min_width=6)
        for name, counts in rows:
            made.add_row(name, *("–" if c is None else str(c) for c in counts))
        console.print(made)
        console.print()

    urgency = [(key, [count]) for key, count in report.urgency.items()]
    show("How urgent", "", urgency, ["people"])
    console.print(PLAIN + "\n")
    brief = ["indic.", "poss.", "trial", "undet.", "waits", "contra.", "not"]
    options = [(knowledge.options[key].name, [row[s] for s in STANDINGS]) for key, row in report.options.items()]
    show("Standing of each option", "option", options, brief)
    syndromes = [
        (knowledge.syndromes[k].label, [row[s] for s in SYNDROME_STANDINGS]) for k, row in report.syndromes.items()
    ]
    show("What it may be", "syndrome", syndromes, ["estab.", "likely", "poss.", "unkn.", "unlik."])
    missing = [(m.label, [m.missing, m.open_emergency, m.open_option]) for m in report.missing]
    show("What is missing, and where it could still decide", "finding", missing, ["people", "emerg.", "option"])
    for title, rows in (("By site", report.by_site), ("By quarter", report.by_time)):
        if rows:
            show(
                title,
                "",
                [(n, list(row.values())) for n, row in rows.items()],
                ["emerg.", "urgent", "soon", "open", "none"],
            )


def html_of(report: Report, knowledge: Knowledge) -> str:
    """The report as one HTML page that needs no network and prints well."""
    options = {knowledge.options[k].name: row for k, row in report.options.items()}
    syndromes = {knowledge.syndromes[k].label: row for k, row in report.syndromes.items()}
    refused = f", {report.refused:,} rows refused" if report.refused else ""
    invented = "<p class=mark>These people are invented (synthetic).</p>" if report.synthetic else ""
    parts = [
        f"<h1>{report.answered:,} people appraised</h1>",
        (
            f"<p>Of {report.people:,} rows{refused}. Counts below {report.least} are hidden, and others where they could be "
            f"worked out. Knowledge {escape(str(knowledge.stamp['version']))}, {escape(str(knowledge.sha256)[:12])}.</p>"
        ),
        invented,
        f"<h2>How urgent</h2><p>{PLAIN}</p>{_bars({'people': report.urgency}, report.answered)}",
        f"<h2>Standing of each option</h2>{_bars(options, report.answered)}",
        f"<h2>What it may be</h2>{_bars(syndromes, report.answered)}",
        "<h2>What is missing, and where it could still decide</h2>",
        (
            "<p>People of whom it is not known; of these, how many have an emergency rule open that reads it, and how many "
            "an indication or an absolute contraindication.</p>"
        ),
        _table(
            ("Finding", "Not known", "Emergency rule open", "Option open"),
            [(m.label, text(m.missing), text(m.open_emergency), text(m.open_option)) for m in report.missing],
        ),
    ]
    for title, rows in (("By site", report.by_site), ("By quarter", report.by_time)):
        if rows:
            head = ("", *map(_said, next(iter(rows.values()))))
            parts.append(
                f"<h2>{title}</h2>" + _table(head, [(n, *(text(c) for c in r.values())) for n, r in rows.items()])
            )
    parts.append(
        "<footer>Decision support whose basis can be seen; not a cleared or approved medical device. Standings and rules: narrows, docs/criteria.md.</footer>"
    )
    return f'<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>People</title><style>{_STYLE}</style></head><body><main>{"".join(parts)}</main></body></html>\n'


def _bars(rows: Mapping[str, Mapping[str, Count]], whole: int) -> str:
    """Each row as a bar of parts with its counts beside it as a table that a screen reader speaks."""
    keys = list(dict.fromkeys(key for row in rows.values() for key in row))
    legend = "".join(f'<li><i style="background:{COLOURS[k]}"></i>{_said(k)}</li>' for k in keys)
    body = []
    for name, row in rows.items():
        parts = "".join(
            f'<i style="width:{100 * (n or 0) / max(whole, 1):.2f}%;background:{COLOURS[k]}"></i>'
            for k, n in row.items()
        )
        cells = "".join(_cell(_said(k), text(row.get(k))) for k in keys)
        body.append(f"<tr><th scope=row>{escape(name)}<span class=bar aria-hidden=true>{parts}</span></th>{cells}</tr>")
    head = "".join(f"<th scope=col>{_said(k)}</th>" for k in keys)
    return f"<ul class=legend>{legend}</ul><table><thead><tr><td></td>{head}</tr></thead><tbody>{''.join(body)}</tbody></table>"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    top = "".join(f"<th scope=col>{escape(h)}</th>" for h in head)
    body = "".join(
        f"<tr><th scope=row>{escape(row[0])}</th>{''.join(map(_cell, head[1:], row[1:]))}</tr>" for row in rows
    )
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def _said(key: str) -> str:
    """A code of an urgency or a standing as words."""
    return escape(key.replace("-same", ", same").replace("-within", ", within").replace("-", " "))


def _cell(head: str, said: str) -> str:
    """A cell that also carries its column's name, shown where the screen is too narrow for columns; there a 0 is left out."""
    none = " class=none" if said == "0" else ""
    return f'<td{none} data-of="{escape(head)}">{escape(said)}</td>'


_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;color:#1c2733;margin:0;background:#fff}
main{max-width:62rem;margin:2rem auto;padding:0 1.25rem}
h1{font-size:2rem;margin:0 0 .25rem}h2{font-size:1.25rem;margin:2.25rem 0 .5rem}
.mark{display:inline-block;border:2px solid #7a0019;color:#7a0019;padding:.2rem .6rem;font-weight:600}
table{border-collapse:collapse;width:100%;font-size:.875rem;font-variant-numeric:tabular-nums}
td,th{padding:.35rem .5rem;text-align:right;border-bottom:1px solid #e3e8ed;vertical-align:bottom}
th[scope=row]{text-align:left;font-weight:500;min-width:15rem}thead th{font-weight:600;color:#4a5a6a}
.bar{display:flex;height:.6rem;margin-top:.25rem;background:#f5f7f9}.bar i{display:block;height:100%}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:.25rem 1rem;padding:0;font-size:.8125rem}
.legend i{display:inline-block;width:.8rem;height:.8rem;margin-right:.35rem;vertical-align:-1px;border:1px solid #9aa7b4}
footer{margin:3rem 0;color:#4a5a6a;font-size:.8125rem}tr{break-inside:avoid}
@media screen and (max-width:46rem){
h1{font-size:1.5rem}thead{display:none}table,tbody,tr{display:block}tr{padding:.5rem 0;border-bottom:1px solid #e3e8ed}
th[scope=row],td{display:block;border:0;padding:.1rem 0}th[scope=row]{min-width:0;font-weight:600}
td{display:flex;justify-content:space-between}td::before{content:attr(data-of);color:#4a5a6a}td.none{display:none}}
@media print{main{margin:0;max-width:none}h2{break-after:avoid}.bar i{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
"""
