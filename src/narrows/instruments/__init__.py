"""Scores of questionnaires, grades and tests: what they are, what they mean, what changed between two.

`score` turns answers into scores with their bands, thresholds and findings; `change` sets two scores side by side;
`reference` writes the manual of all instruments from the knowledge, and `check` finds what is wrong in their entries.
"""

from narrows.instruments.answers import Unanswered
from narrows.instruments.catalogue import instrument_of
from narrows.instruments.check import check
from narrows.instruments.difference import Change, Definition, MeasurementError, change
from narrows.instruments.levels import Level
from narrows.instruments.manual import reference
from narrows.instruments.scoring import Score, score

__all__ = [
    "Change",
    "Definition",
    "Level",
    "MeasurementError",
    "Score",
    "Unanswered",
    "change",
    "check",
    "instrument_of",
    "reference",
    "score",
]
