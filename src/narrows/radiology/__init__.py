"""Radiology reports: what their words say of each level, with the words it came from."""

from narrows.radiology.document import read_document, text_of
from narrows.radiology.fragment import disagreements, findings
from narrows.radiology.reader import read_report
from narrows.radiology.spans import Reading, Row, Study, Urgent

__all__ = [
    "Reading",
    "Row",
    "Study",
    "Urgent",
    "disagreements",
    "findings",
    "read_document",
    "read_report",
    "text_of",
]
