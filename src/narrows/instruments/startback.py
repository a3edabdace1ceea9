"""The STarT Back screening tool: a total, a psychosocial part, and a risk that depends on both."""

from __future__ import annotations

from narrows.instruments.answers import Item
from narrows.instruments.task import Task


def startback(task: Task) -> None:
    """Items agreed with, of all nine and of the five psychosocial ones, and the risk group.

    The cuts stand in the instrument's entry: the answer from which the last item counts as agreement, the total
    from which the risk is not low, the psychosocial part from which it is high.
    Source: https://physio-pedia.com/STarT_Back_Screening_Tool.
    """
    numbers = range(1, len(task.sheet.items) + 1)
    if not task.enough("total", numbers, task.max_missing):
        task.not_scored["psychosocial"] = task.not_scored["total"]
        return
    cuts = task.instrument.cuts
    agreed = [float(v > 0) if len(i.allowed) == 2 else float(v >= cuts["bothered"]) for i, v in _answers(task)]
    total = sum(agreed)
    psychosocial = sum(agreed[n - 1] for n in task.instrument.psychosocial_items)
    task.scores["total"] = total
    task.scores["psychosocial"] = psychosocial
    task.bands["risk"] = "high" if psychosocial >= cuts["high"] else "medium" if total >= cuts["not_low"] else "low"
    if task.instrument.not_for:
        task.notes.append(f"not for {task.instrument.not_for}")


def _answers(task: Task) -> list[tuple[Item, float]]:
    return [(i, v) for i, v in zip(task.sheet.items, task.sheet.values, strict=True) if v is not None]
