"""Grades of complications and adverse events: one for each event, and the worst of them."""

from __future__ import annotations

from narrows.instruments.answers import finite
from narrows.instruments.task import Task
from narrows.knowledge.levels import REASONS
from narrows.problem import Problem, did_you_mean


def grades(task: Task) -> None:
    """The worst grade and the number of events; "no complication" has to be said, it is never inferred.

    Sources: https://pmc.ncbi.nlm.nih.gov/articles/PMC10958949/table/Tab3 (Clavien-Dindo); CTCAE 5.0.
    """
    instrument = task.instrument
    texts = instrument.levels_text or {}
    listed = task.sheet.fields.get("list")
    events = listed if isinstance(listed, list) else []
    codes = instrument.codes or {str(n): n for n in range(instrument.response[0], instrument.response[-1] + 1)}
    word_of = {value: word for word, value in codes.items()}
    found: list[int] = []
    for number, event in enumerate(events, 1):
        where = f"{instrument.id} event {number}"
        if event is None or event in REASONS:
            task.not_scored["grade"] = f"event {number} has no grade ({event or 'not_asked'})"
            continue
        value = codes.get(event) if isinstance(event, str) else finite(event)
        if value is None or value not in word_of:
            fix = did_you_mean(str(event), codes) or f"one of {', '.join(codes)}"
            task.problems.append(Problem(f"{event!r} is no grade", where, fix))
            continue
        found.append(round(value))
    if 0 in found and len(found) > 1:
        task.problems.append(Problem("'none' stands beside other grades", instrument.id, "leave out 'none'"))
    if task.problems:
        return
    if not events:
        task.not_scored["grade"] = "nothing recorded; that there was none has to be said"
    elif not task.not_scored:
        worst = max(found)
        task.scores["grade"] = float(worst)
        task.scores["events"] = float(sum(v > 0 for v in found))
        word = word_of[worst]
        task.bands["grade"] = f"{word}: {texts[word]}" if word in texts else word
    if task.sheet.fields.get("d") is True and instrument.suffix_d:
        task.notes.append(f"suffix d: {instrument.suffix_d}")
