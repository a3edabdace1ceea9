"""Docs that cannot rot: examples run, links lead somewhere, generated pages match, decisions are listed."""

from __future__ import annotations

import re
import runpy
import shlex
from pathlib import Path

import pytest

from narrows.case import read
from narrows.cli import VERBS, main
from narrows.criteria.parse import parse
from narrows.knowledge import Knowledge

ROOT = Path(__file__).resolve().parents[2]
PAGES = [*ROOT.glob("*.md"), *(p for p in (ROOT / "docs").rglob("*.md") if "reference" not in p.parts)]
FENCE = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)


def fences(page: Path, language: str) -> list[str]:
    """The code of a page in one language."""
    return [code for kind, code in FENCE.findall(page.read_text(encoding="utf-8")) if kind == language]


def commands(page: Path) -> list[str]:
    """The lines of a page that call narrows on files of the repository."""
    lines = [line.split("#")[0].strip() for code in fences(page, "sh") for line in code.splitlines()]
    return [line.removeprefix(".venv/bin/") for line in lines if line.removeprefix(".venv/bin/").startswith("narrows ")]


@pytest.mark.parametrize("line", [c for c in commands(ROOT / "README.md") if " ask " not in c])
def test_commands_of_the_readme(line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Each command of the front page works as it stands."""
    monkeypatch.chdir(ROOT)
    assert main(shlex.split(line)[1:]) == 0
    assert capsys.readouterr().out


def test_the_case_of_the_manual(tmp_path: Path, knowledge: Knowledge) -> None:
    """The case file and the table of docs/case.md are read."""
    (toml,) = fences(ROOT / "docs" / "case.md", "toml")
    (table,) = fences(ROOT / "docs" / "case.md", "csv")
    for text, name in ((toml, "case.toml"), (table, "case.csv")):
        (tmp_path / name).write_text(text, encoding="utf-8")
        (case,) = read(str(tmp_path / name), knowledge)
        assert case.findings["age"] == 72


def test_conditions_of_the_manual_parse(knowledge: Knowledge) -> None:
    """Every `when` in docs/criteria.md is in the language."""
    text = "\n".join(fences(ROOT / "docs" / "criteria.md", "toml"))
    found = re.findall(r'^when = "(.*)"$', text, re.MULTILINE)
    assert found
    for condition in found:
        parse(condition, knowledge.findings)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """Every link to a file of the repository names one that is there."""
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
        if "://" not in target and not target.startswith("mailto:"):
            assert (page.parent / target).exists(), target


def test_generated_pages_match() -> None:
    """docs/reference is what the knowledge and the command say today."""
    generator = runpy.run_path(str(ROOT / "docs" / "generate.py"))
    assert generator["main"](["--check"]) == 0


def test_every_verb_has_help(capsys: pytest.CaptureFixture[str]) -> None:
    """`narrows --help` names every verb, and each verb explains itself."""
    assert main(["--help"]) == 0
    overview = capsys.readouterr().out
    for verb in VERBS:
        assert f"  {verb.name}" in overview
        with pytest.raises(SystemExit) as ended:
            main([verb.name, "--help"])
        assert ended.value.code == 0
        assert verb.name in capsys.readouterr().out


def test_every_decision_is_listed() -> None:
    """A decision that nobody finds is none."""
    folder = ROOT / "docs" / "decisions"
    listed = set(re.findall(r"\]\((\w[\w-]*\.md)\)", (folder / "README.md").read_text(encoding="utf-8")))
    assert listed == {p.name for p in folder.glob("*.md")} - {"README.md"}
