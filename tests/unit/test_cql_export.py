"""The criteria leave as CQL by a verb of the command."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from narrows.cli import main
from narrows.criteria import rules_of
from narrows.knowledge import Knowledge


def test_export_writes_a_definition_for_each_criterion(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], knowledge: Knowledge
) -> None:
    """One definition a criterion, and a model that has each element that they read."""
    assert main(["knowledge", "export", "--cql", str(tmp_path / "cql")]) == 0
    assert "Narrows.cql" in capsys.readouterr().out
    text = (tmp_path / "cql" / "Narrows.cql").read_text(encoding="utf-8")
    assert text.count('define "criterion ') == len(rules_of(knowledge).by_id)
    model = ET.parse(tmp_path / "cql" / "NarrowsModel.xml")
    elements = {e.get("name") for e in model.iter("{urn:hl7-org:elm-modelinfo:r1}element")}
    read = {word.split(".")[1].strip("()") for word in text.split() if word.strip("(").startswith("Patient.")}
    assert read
    assert read <= elements


def test_export_needs_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a form, and where a file is in the way: told, and nothing written."""
    assert main(["knowledge", "export"]) == 2
    assert "--cql" in capsys.readouterr().err
    (tmp_path / "taken").write_text("", encoding="utf-8")
    assert main(["knowledge", "export", "--cql", str(tmp_path / "taken")]) == 2
    assert "cannot be written" in capsys.readouterr().err
