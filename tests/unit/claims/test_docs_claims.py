"""The commands of docs/claims.md run as they stand there."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from narrows.cli import main

ROOT = Path(__file__).parents[3]
DATA = ROOT / "tests" / "data" / "claims"


def commands() -> list[list[str]]:
    """The command lines of the page, without the words beside them."""
    blocks = re.findall(r"```\n(.*?)```", (ROOT / "docs" / "claims.md").read_text("utf-8"), re.DOTALL)
    lines = [line.strip() for block in blocks for line in block.splitlines() if line.startswith("narrows ")]
    shown = [re.split(r"\s{3,}", line)[0].replace("[--names]", "--names") for line in lines]
    return [shlex.split(line)[1:] for line in shown]


def test_every_command_of_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from typst import compile as _  # noqa: F401 - the PDF of the page needs it

    shutil.copy(DATA / "dev3_bahia_brochure.txt", tmp_path / "page.txt")
    text = (DATA / "dev3_bahia_brochure.txt").read_text("utf-8")
    (tmp_path / "page.html").write_text(
        "<html><body>" + "".join(f"<p>{x}</p>" for x in text.splitlines()) + "</body></html>"
    )
    (tmp_path / "FOLDER").mkdir()
    shutil.copy(DATA / "dev3_bahia_brochure.txt", tmp_path / "FOLDER" / "a.txt")
    monkeypatch.chdir(tmp_path)
    ran = 0
    for command in commands():
        if "brochure.pdf" in command or "-" in command:
            continue  # a PDF of one's own, and standard input
        if command[:2] == ["check", "FOLDER"]:
            command += ["--jobs", "1"]
        assert main(command) == 0, command
        ran += 1
    assert ran >= 7
