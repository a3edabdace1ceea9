"""The Core Outcome Measures Index: five domains of equal weight out of seven answers."""

from __future__ import annotations

from narrows.instruments.task import Task


def comi(task: Task) -> None:
    """The mean of five domains, 0 to 10: the worse of the two pains, function, wellbeing, quality of life, and the
    mean of social and work disability.

    Source: the worked example and rule of https://github.com/awell-health/awell-score.
    """
    if not task.enough("total", range(1, 8), task.max_missing):
        return
    first, second, function, wellbeing, quality, social, work = task.answered(range(1, 8))
    task.scores["total"] = (max(first, second) + function + wellbeing + quality + (social + work) / 2) / 5
