"""The examples of docs/evidence.md run, and its counts are true."""

import re
import shlex
from pathlib import Path

import pytest

from narrows.cli import main
from narrows.evidence import not_normalised
from narrows.knowledge import load

PAGE = (Path(__file__).parents[2] / "docs" / "evidence.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^\$ narrows (.+)$", PAGE, re.MULTILINE)
CODE = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
FILE = re.search(r"```csv\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_run(command, tmp_path, monkeypatch, capsys):
    assert FILE
    monkeypatch.chdir(tmp_path)
    Path("trials.csv").write_text(FILE.group(1), encoding="utf-8")
    assert main(shlex.split(command)) == 0
    assert capsys.readouterr().out.strip()


@pytest.mark.parametrize("code", CODE)
def test_code_runs(code, capsys):
    exec(compile(code, "docs/evidence.md", "exec"), {})
    assert capsys.readouterr().out.strip()


def test_the_count_of_rows_left_as_printed_is_true():
    knowledge = load([])
    told = re.search(r"At the last count (\d+) of (\d+) rows", PAGE)
    assert told
    counted = (len(not_normalised(knowledge)), sum(len(s.result) for s in knowledge.studies.values()))
    assert tuple(map(int, told.groups())) == counted
