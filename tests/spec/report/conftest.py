"""The same people as in tests/unit/report."""

from __future__ import annotations

import importlib.util
from pathlib import Path

_SHARED = Path(__file__).parents[2] / "unit" / "report" / "conftest.py"
_spec = importlib.util.spec_from_file_location("report_people", _SHARED)
assert _spec is not None
assert _spec.loader is not None
_people = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_people)

knowledge = _people.knowledge
person = _people.person
