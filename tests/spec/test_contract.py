"""The contracts that others rely on: keys, types, exit codes, what stands on which stream."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from narrows.cli import main
from narrows.knowledge import Knowledge

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*.toml"))
STANDINGS = {"indicated", "possible", "trial-only", "not-indicated", "contraindicated", "undetermined", "waits"}
KEYS = {
    "case", "knowledge", "urgency", "criteria", "red_flags", "syndromes", "severity", "narrowing", "options", "ask_next",
    "plan", "follow_up",
}  # fmt: skip


def appraise(path: Path | str, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """The JSON answer for a file."""
    assert main(["appraise", str(path), "--json"]) == 0
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_the_appraisal(path: Path, capsys: pytest.CaptureFixture[str], knowledge: Knowledge) -> None:
    """Keys, words and shapes of DESIGN's contract, on every example."""
    answer = appraise(path, capsys)
    assert answer.keys() >= KEYS
    assert answer["knowledge"].keys() >= {"version", "sha256"}
    assert answer["urgency"] in {None, "emergency-same-day", "urgent-within-2-weeks", "soon"}
    assert set(answer["criteria"].values()) <= {"true", "false", "unknown"}
    assert answer["criteria"].keys() == knowledge.criteria.keys()
    truths = [f["truth"] for f in answer["red_flags"]]
    assert truths == sorted(truths, key=("true", "unknown").index)
    for flag in answer["red_flags"]:
        assert flag.keys() >= {"criterion", "truth", "urgency", "says", "why", "sources"}
    for syndrome in answer["syndromes"]:
        assert syndrome.keys() >= {"id", "label", "standing", "because"}
        assert syndrome["standing"] in {"established", "likely", "possible", "unlikely", "unknown"}
    assert [o["option"] for o in answer["options"]] == list(knowledge.options)
    for option in answer["options"]:
        assert option["standing"] in STANDINGS
        assert option.keys() >= {"expected", "harms", "recovery", "price", "regulation", "certainty"}
        for side in ("for", "against", "cautions"):
            for reason in option[side]:
                assert reason.keys() >= {"criterion", "says", "why", "sources"}
        assert all(name in knowledge.findings for name in option["missing"])
    for question in answer["ask_next"]:
        assert question.keys() >= {"finding", "question", "settles"}


def test_urgency_is_the_highest_true_red_flag(capsys: pytest.CaptureFixture[str]) -> None:
    """Null when none is true."""
    order = ["emergency-same-day", "urgent-within-2-weeks", "soon"]
    for path in EXAMPLES:
        answer = appraise(path, capsys)
        true = [f["urgency"] for f in answer["red_flags"] if f["truth"] == "true"]
        assert answer["urgency"] == (min(true, key=order.index) if true else None)


def test_several_rows_give_one_answer_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """JSON lines."""
    table = tmp_path / "people.csv"
    table.write_text("id,age\na,60\nb,70\n")
    assert main(["appraise", str(table), "--json"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [json.loads(line)["case"]["id"] for line in lines] == ["a", "b"]


@pytest.mark.parametrize("text", ['{"id": "x"}', 'id = "x"'])
def test_standard_input(text: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """JSON when the first character is a bracket, else TOML."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert appraise("-", capsys)["case"]["id"] == "x"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["appraise", "nowhere.toml", "--json"], 2),
        (["appraise"], 2),
        (["apraise", "x"], 2),
        (["knowledge", "show", "nothing-like-it"], 2),
        (["compare", "--option", "x", "--option", "y"], 2),
        (["score", "odi", "9,9,9,9,9,9,9,9,9,9"], 2),
        (["--version"], 0),
    ],
)
def test_exit_codes(arguments: list[str], code: int, capsys: pytest.CaptureFixture[str]) -> None:
    """0 done, 2 the input is wrong; a refusal leaves standard output empty."""
    assert main(arguments) == code
    out, err = capsys.readouterr()
    if code == 2:
        assert out == ""
        assert "narrows: " in err


def test_the_same_bytes_in_every_process(tmp_path: Path) -> None:
    """Same case, knowledge and version: the same answer, whatever the order in which Python keeps its sets."""
    answers = {
        subprocess.run(
            [sys.executable, "-m", "narrows", "appraise", str(ROOT / "examples" / "ruth.toml"), "--json"],
            env={
                "PYTHONPATH": str(ROOT / "src"),
                "PYTHONHASHSEED": seed,
                "PATH": "/usr/bin",
                "NARROWS_CACHE": str(tmp_path),
            },
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(answers) == 1
