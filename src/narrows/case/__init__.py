"""What is known of one person at one date, and the doors it comes in by."""

from narrows.case.case import Case, MeasuredScan, Sides, Value
from narrows.case.doors import read

__all__ = ["Case", "MeasuredScan", "Sides", "Value", "read"]
