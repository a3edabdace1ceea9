"""PROMIS: a sum is looked up in a table of T-scores (mean 50, SD 10), never a partial one."""

from __future__ import annotations

from narrows.instruments.task import Task


def t_table(task: Task) -> None:
    """The sum of all items, its T-score and, where the table gives it, its standard error.

    The tables and where they were read stand in the instrument's entry; every item has to be answered.
    """
    instrument = task.instrument
    every = range(1, len(task.sheet.items) + 1)
    if not task.enough("t", every, task.max_missing):
        task.not_scored["raw"] = task.not_scored["t"]
        return
    raw = round(sum(task.answered(every)))
    name = task.version.table if task.version is not None else None
    table: tuple[float, ...] = getattr(instrument, name) if name else instrument.t
    row = raw - (instrument.t_index_first_raw or 0)
    task.scores["t"] = table[row]
    task.scores["raw"] = float(raw)
    if instrument.se and not name:
        task.notes.append(f"standard error of this T-score: {instrument.se[row]:g}")
    if instrument.provenance:
        task.notes.append(instrument.provenance)


def promis_global(task: Task) -> None:
    """Physical and mental health of the Global-10: four recoded items each, then the table.

    Pain (0 to 10) becomes 5 to 1; in versions 1.0 and 1.1 fatigue and emotional problems are turned round, in 1.2
    they are stored turned (https://codetechnology.com/blog/promis-global-health-versions).
    """
    instrument = task.instrument
    pain = instrument.recode_pain_0_10 or {}
    turned = task.version.reverse_items if task.version is not None else ()
    for scale, table in zip(instrument.subscales, (instrument.t_physical, instrument.t_mental), strict=True):
        numbers = [int(str(name).removeprefix("Global").rstrip("r")) for name in scale.items]
        if not task.enough(scale.id, numbers, task.max_missing):
            task.not_scored[f"{scale.id}_raw"] = task.not_scored[scale.id]
            continue
        raw = 0
        for number, value in zip(numbers, task.answered(numbers), strict=True):
            answer = round(value)
            if task.sheet.items[number - 1].allowed[0] == 0:
                raw += pain[str(answer)]
            else:
                raw += 6 - answer if number in turned else answer
        task.scores[scale.id] = table[raw - (instrument.t_index_first_raw or 0)]
        task.scores[f"{scale.id}_raw"] = float(raw)
    task.notes.append("a list is read as Global01 to Global10 by number; the printed form has another order")
