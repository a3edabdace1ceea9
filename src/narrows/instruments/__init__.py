"""Scores of questionnaires, grades and tests: what they are, what they mean, what changed between two.

`score` turns answers into scores with their bands, thresholds and findings; `change` sets two scores side by side;
`reference` writes the manual of all instruments from the knowledge.
"""

from narrows.instruments.answers import REASONS, Unanswered
from narrows.instruments.catalogue import instrument_of
from narrows.instruments.difference import Change, Definition, MeasurementError, change
from narrows.instruments.levels import Level
from narrows.instruments.manual import reference
from narrows.instruments.scoring import Score, score

__all__ = [
    "REASONS",
    "Change",
    "Definition",
    "Level",
    "MeasurementError",
    "Score",
    "Unanswered",
    "change",
    "instrument_of",
    "reference",
    "score",
]
