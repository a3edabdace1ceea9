"""The examples of docs/instruments.md run, and their case file is scored."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from narrows.cli import main
from narrows.instruments import score
from narrows.knowledge import load

PAGE = (Path(__file__).parents[3] / "docs" / "instruments.md").read_text(encoding="utf-8")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)


def test_python_example_runs() -> None:
    (code,) = blocks("python")
    exec(compile(code, "docs/instruments.md", "exec"), {})


def test_commands_run(capsys: pytest.CaptureFixture[str]) -> None:
    commands = [line[2:].split() for block in blocks("console") for line in block.splitlines()]
    assert len(commands) == 4
    for command in commands:
        assert command[0] == "narrows"
        assert main(command[1:]) == 0
        assert capsys.readouterr().out


def test_answers_of_the_case_file_are_scored() -> None:
    case = tomllib.loads(blocks("toml")[0])
    knowledge = load(())
    for name, answers in case["answers"].items():
        assert score(name, answers, knowledge).scores, name
