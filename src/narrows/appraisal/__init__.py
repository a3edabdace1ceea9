"""Urgency, syndromes, severity, narrowing, the standing of each option, and what to ask next."""

from narrows.appraisal.answer import Appraisal
from narrows.appraisal.appraise import appraise

__all__ = ["Appraisal", "appraise"]
