"""The ground floor: what is known, as typed data with its sources and dates."""

from narrows.knowledge.store import Knowledge, load

__all__ = ["Knowledge", "load"]
