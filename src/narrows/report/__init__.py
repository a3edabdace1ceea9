"""The appraisal as something to read: in the terminal, as one HTML file, as PDF, as text for a record.

What the report reads of `Appraisal.case` (every key may be absent; a missing one is shown as not recorded):

    id           str                          the case's own name
    as_of        str                          ISO date at which all of this was known
    findings     {name: value}                plain values; {"left": …, "right": …} where a finding has sides
    levels       {level: {name: value}}       the same, per level ("L4-L5")
    levels_read  [region]                     regions of which every level was looked at
    missing      {name: reason}               not_asked, refused, unknown, not_applicable, lost, died
    derived      {name: how}                  findings that were computed, with the words that say how
    dates        {name: ISO date}             when a finding was recorded, where that differs from as_of
    answers      {instrument: {…}}            scores of questionnaires, as the instruments give them

What it reads of `OptionAnswer.expected` stands at the top of `expected_outcome`.
Everything heavy is imported when it is first needed: `import narrows.report` costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrows.appraisal.answer import Appraisal
    from narrows.case import MeasuredScan
    from narrows.knowledge import Knowledge

__all__ = ["clinician_summary", "html", "pdf", "terminal"]


def terminal(appraisal: Appraisal, knowledge: Knowledge, *, width: int = 80, colour: bool = False) -> str:
    """The report for a terminal: plain text of at most `width` columns, with ANSI colour only when asked for."""
    from narrows.report import terminal_page

    return terminal_page.render(appraisal, knowledge, width=width, colour=colour)


def html(
    appraisal: Appraisal, knowledge: Knowledge, scans: Sequence[MeasuredScan] = (), *, language: str = "en"
) -> str:
    """The report as one HTML file that needs no network; the same appraisal gives the same bytes.

    `scans`: measured scans of the case, whose pictures are shown beside the levels. `language`: of the person's pages,
    one of narrows.report.language.LANGUAGES; the clinician's are English.
    """
    from narrows.report import html_page

    return html_page.render(appraisal, knowledge, scans, language)


def pdf(
    appraisal: Appraisal, knowledge: Knowledge, scans: Sequence[MeasuredScan] = (), *, language: str = "en"
) -> bytes:
    """The report as a tagged PDF, dated with the case's `as_of`; the same appraisal gives the same bytes.

    `scans` and `language` as for html.

    Raises NotInstalled when the typst package is absent.
    """
    from narrows.report import pdf_page

    return pdf_page.render(appraisal, knowledge, scans, language)


def clinician_summary(appraisal: Appraisal, knowledge: Knowledge) -> str:
    """One screen of plain text for a record, to be read in a minute: ASCII line breaks, no markup."""
    from narrows.report import summary

    return summary.text(appraisal, knowledge)
