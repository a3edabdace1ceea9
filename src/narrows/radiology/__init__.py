"""Radiology reports: what their words say of each level, with the words it came from."""

from narrows.radiology.reader import read_report
from narrows.radiology.spans import Reading, Row, Study, Urgent

__all__ = ["Reading", "Row", "Study", "Urgent", "read_report"]
