"""Joins appraisal and evidence: the whole answer, the comparison."""

from narrows.options.whole import whole_answer

__all__ = ["whole_answer"]
