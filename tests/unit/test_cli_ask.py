"""`narrows ask`: an emergency ends the questions, answers are kept, bad answers are asked again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from narrows.cli import main


def session(
    answers: list[str], case: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[str, dict[str, object]]:
    """What is shown for these answers, and the case that is kept."""
    waiting: Iterator[str] = iter(answers)

    def typed(_: str = "") -> str:
        try:
            return next(waiting)
        except StopIteration:
            raise EOFError from None

    monkeypatch.setattr("builtins.input", typed)
    assert main(["ask", str(case)]) == 0
    kept = case.with_suffix("").with_suffix(".answered.json")
    return capsys.readouterr().out, json.loads(kept.read_text()) if kept.exists() else {}


def test_an_emergency_ends_the_questions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Retention and saddle numbness come first; two times yes is enough."""
    shown, kept = session(["yes"] * 20, tmp_path / "someone.toml", monkeypatch, capsys)
    assert "*** Suspected cauda equina syndrome: emergency same day" in shown
    assert "Go now; the rest can wait." in shown
    assert len(kept["findings"]) <= 2  # type: ignore[arg-type]


def test_more_is_asked_of_who_wants_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The word 'more' goes on."""
    _, kept = session(["yes", "more", "?", "?"], tmp_path / "someone.toml", monkeypatch, capsys)
    assert list(kept["findings"].values()) == [True]  # type: ignore[attr-defined]
    assert list(kept["missing"].values()) == ["unknown", "unknown"]  # type: ignore[attr-defined]


def test_a_word_that_fits_nothing_is_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """'perhaps' is no answer; a skipped question keeps its reason; stop keeps what is there."""
    shown, kept = session(["perhaps", "no", "-", "stop"], tmp_path / "someone.toml", monkeypatch, capsys)
    assert "is true or false, not 'perhaps'" in shown
    assert list(kept["findings"].values()) == [False]  # type: ignore[attr-defined]
    assert list(kept["missing"].values()) == ["refused"]  # type: ignore[attr-defined]
