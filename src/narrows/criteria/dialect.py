"""How each engine writes names, numbers and text; all else in the SQL of criteria is the same everywhere."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Dialect:
    """One engine's way of writing SQL."""

    name: str
    quote: str = '"'
    double: str = "DOUBLE"
    text: str = "VARCHAR"
    backslash: bool = False  # whether a backslash in text must be doubled

    def column(self, name: str) -> str:
        """The name of a column, quoted."""
        return f"{self.quote}{name.replace(self.quote, self.quote * 2)}{self.quote}"

    def string(self, text: str) -> str:
        """A text literal."""
        doubled = text.replace("'", "''")
        return "'" + (doubled.replace("\\", "\\\\") if self.backslash else doubled) + "'"

    def number(self, value: float) -> str:
        """A number literal: whole numbers plain, others as binary floating point, never as a decimal."""
        if math.isinf(value):
            sign = "-" if value < 0 else ""
            return f"{sign}9e999" if self.name == "sqlite" else f"CAST('{sign}Infinity' AS {self.double})"
        if float(value).is_integer() and abs(value) < 2**31:
            return str(int(value))
        shown = repr(float(value))
        return shown if "e" in shown else f"{shown}e0"

    def literal(self, value: str | float) -> str:
        """A number or a text literal; True and False as such."""
        if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        return self.string(value) if isinstance(value, str) else self.number(value)

    def as_double(self, sql: str) -> str:
        """An expression as binary floating point."""
        return f"CAST({sql} AS {self.double})"


DUCKDB = Dialect("duckdb")
POSTGRES = Dialect("postgres", double="DOUBLE PRECISION", text="TEXT")
SPARK = Dialect("spark", quote="`", text="STRING", backslash=True)
SQLITE = Dialect("sqlite", double="REAL", text="TEXT")
DIALECTS = {d.name: d for d in (DUCKDB, POSTGRES, SPARK, SQLITE)}
