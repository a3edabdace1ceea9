"""The examples of docs/measure.md run as they stand."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from narrows.cli import main
from narrows.imaging import schemes

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "measure.md").read_text(encoding="utf-8")
COMMANDS = [line[2:] for line in re.findall(r"^\$ narrows measure .*$", TEXT, re.MULTILINE) if "tests/data" in line]


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_on_the_scans_of_the_tests(command: str, monkeypatch, capsys) -> None:
    monkeypatch.chdir(ROOT)
    assert main(shlex.split(command)[1:]) == 0
    assert "dural sac" in capsys.readouterr().out.lower()


def test_there_are_commands() -> None:
    assert len(COMMANDS) == 2


def test_the_table_of_labels(tmp_path) -> None:
    table = re.search(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    assert table is not None
    path = tmp_path / "own.toml"
    path.write_text(table.group(1), encoding="utf-8")
    assert schemes.read_table(path).canal_from == (1,)
