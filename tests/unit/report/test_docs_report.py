"""The example of docs/report.md runs as it stands, and the table of standings says what the page says."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from narrows.report import words

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "docs" / "report.md").read_text(encoding="utf-8")


def test_the_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(ROOT / "examples" / "ruth.toml", tmp_path / "case.toml")
    monkeypatch.chdir(tmp_path)
    (code,) = re.findall(r"```python\n(.*?)```", TEXT, re.S)
    held: dict[str, Any] = {}
    exec(code, held)
    assert held["page"].startswith("<!doctype html>")
    assert held["paper"].startswith(b"%PDF")
    assert held["text"].startswith("ruth")
    assert held["note"].startswith("narrows appraisal")


def test_the_table_of_standings_is_the_table_of_the_code() -> None:
    for standing, (said, _) in words.STANDINGS.items():
        assert re.search(rf"\| {standing} \| {said}", TEXT), standing
