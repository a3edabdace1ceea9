"""Studies, pooling, certainty, expected outcomes; knows nothing of persons."""

from narrows.evidence.expected import conditions, outcomes_of, what_comes_without_treatment
from narrows.evidence.outcome import Course, Estimate, FollowUp, Icons, Nearest, OptionOutcome, follow_up
from narrows.evidence.rows import not_normalised
from narrows.evidence.words import condition_of

__all__ = [
    "Course",
    "Estimate",
    "FollowUp",
    "Icons",
    "Nearest",
    "OptionOutcome",
    "condition_of",
    "conditions",
    "follow_up",
    "not_normalised",
    "outcomes_of",
    "what_comes_without_treatment",
]
