"""The rows of IPDAS as checks over the website's pages, and the sheet of them. `python tests/site/ipdas_rows.py` writes docs/ipdas.md.

Minimum standards (six qualifying, six certifying, four for screening) in the wording of PMC5013503, table 2, shortened;
quality rows q1 to q8 after PMC8669108 and PMC3734197; q9 to q28 after Joseph-Williams 2014, whose wording we have not
seen in full. A row is `page` when a check over rendered pages decides it, `people` when it needs people, `no` when it
does not apply.
"""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """One criterion: what it asks, how it is decided, and where or why."""

    id: str
    group: str
    asks: str
    how: str
    where: str


ROWS = (
    Row("1.1.1", "qualifying", "describes the condition", "page", "every condition page: plain words, 60 or more, with a source"),
    Row("1.1.2", "qualifying", "states the decision", "page", "the first heading of a comparison and of an offer is a question that names the options"),
    Row("1.1.3", "qualifying", "describes the options", "page", "every treatment page says what happens; watching and waiting is one"),
    Row("1.1.4", "qualifying", "positive features of each option", "page", "every treatment page: what it may bring, or that nothing was shown"),
    Row("1.1.5", "qualifying", "negative features of each option", "page", "every treatment page: what it may harm, with a rate or that none was found"),
    Row("1.2.1", "qualifying", "what it is like: physical, psychological, social", "page", "three parts on every treatment page"),
    Row("2.1.1", "certifying", "positive and negative in equal detail", "page", "same kind of list for both on every treatment page; benefits stand first everywhere"),
    Row("2.2.1", "certifying", "citations to evidence", "page", "every outcome and every harm links to a study or a source"),
    Row("2.2.2", "certifying", "publication date", "page", "in the foot of every page"),
    Row("2.2.3", "certifying", "update policy", "page", "about page; each treatment page says when it is due again"),
    Row("2.2.4", "certifying", "uncertainty around probabilities", "page", "interval or certainty beside every difference and rate"),
    Row("2.3.1", "certifying", "funding source", "page", "in the foot of every page"),
    Row("2.4.1", "screening", "what the test is designed to measure", "no", "this is no aid for a screening decision"),
    Row("2.4.2", "screening", "next steps after a positive result", "no", "this is no aid for a screening decision"),
    Row("2.4.3", "screening", "next steps after a negative result", "no", "this is no aid for a screening decision"),
    Row("2.4.4", "screening", "what detection without harm means", "no", "this is no aid for a screening decision"),
    Row("q1", "quality", "natural course without action", "page", "condition pages with a length of time"),
    Row("q2", "quality", "pros and cons can be compared", "page", "comparison: options as columns, outcomes as rows"),
    Row("q3", "quality", "probabilities of outcomes", "page", "comparison and treatment pages, or 'not studied'"),
    Row("q4", "quality", "who the numbers come from", "page", "each harm names its people; each outcome its studies"),
    Row("q5", "quality", "event rates, not relative risks alone", "page", "harms are of 100 people; where only a ratio was printed it says so"),
    Row("q6", "quality", "same period for all options", "page", "the comparison has one horizon; others show a gap"),
    Row("q7", "quality", "same denominator", "page", "of 100 people"),
    Row("q8", "quality", "more than one way of seeing a probability", "page", "number, words and a picture of 100 people"),
    Row("q9", "quality", "asks what matters most", "page", "values step before the comparison; skipping is recorded"),
    Row("q10", "quality", "a step-by-step way to decide", "page", "steps with the present one marked"),
    Row("q11", "quality", "worksheet or questions to take along", "page", "questions on treatment, comparison and offer pages"),
    Row("q12", "quality", "needs of patients were assessed", "people", "not done"),
    Row("q13", "quality", "needs of professionals were assessed", "people", "not done"),
    Row("q14", "quality", "reviewed by patients not involved", "people", "not done"),
    Row("q15", "quality", "reviewed by professionals not involved", "people", "not done"),
    Row("q16", "quality", "field-tested with patients facing the decision", "people", "not done"),
    Row("q17", "quality", "field-tested with practitioners", "people", "not done"),
    Row("q18", "quality", "how evidence was selected", "page", "about page, method"),
    Row("q19", "quality", "quality of the evidence", "page", "certainty with its reasons on outcome pages"),
    Row("q20", "quality", "authors' credentials", "page", "about page says who made it and that they are not clinicians in charge of care"),
    Row("q21", "quality", "readability", "page", "the person's answer prints its grade; pages written here stay at grade 8 or less"),
    Row("q22", "quality", "evidence that choices match what matters", "people", "not done"),
    Row("q23", "quality", "evidence that knowledge improves", "people", "not done"),
    Row("q24", "quality", "tests: true positives", "no", "no test is recommended as a decision of its own"),
    Row("q25", "quality", "tests: true negatives", "no", "as above"),
    Row("q26", "quality", "tests: false positives", "no", "as above"),
    Row("q27", "quality", "tests: false negatives", "no", "as above"),
    Row("q28", "quality", "detection with and without the test", "no", "as above"),
)  # fmt: skip

HOW = {
    "page": "checked over the rendered pages, by a test",
    "people": "**needs people; not done**",
    "no": "does not apply",
}


def sheet() -> str:
    """The sheet as Markdown."""
    needed = [r for r in ROWS if r.group in ("qualifying", "certifying")]
    checked = [r for r in needed if r.how == "page"]
    people = [r for r in ROWS if r.how == "people"]
    lines = [
        "# IPDAS: what the website shows of it",
        "",
        "*Written by `python tests/site/ipdas_rows.py`; a test holds it to the rows and every row to its pages.*",
        "",
        f"{len(checked)} of {len(needed)} minimum criteria (six qualifying, six certifying) are checked over the rendered pages.",
        f"{len(people)} quality criteria need people, patients and professionals, and **none of those was done**. So this is no",
        "certified decision aid, and we never call it one. A check says that something stands on the page, not that it is",
        "understood, balanced in tone, or right.",
        "",
        "Wording of the minimum standards after PMC5013503 (table 2), shortened; q1 to q8 after PMC8669108 and PMC3734197; q9 to",
        "q28 after Joseph-Williams 2014, whose full wording we have not seen.",
        "",
        "| | group | asks | how | where |",
        "|---|---|---|---|---|",
    ]
    lines += [f"| {r.id} | {r.group} | {r.asks} | {HOW[r.how]} | {r.where} |" for r in ROWS]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    from pathlib import Path

    (Path(__file__).parents[2] / "docs" / "ipdas.md").write_text(sheet(), encoding="utf-8")
