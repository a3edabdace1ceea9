"""The lexicon looks up words by their first letter; that changes nothing but the time it takes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from narrows.radiology import lexicon
from narrows.radiology.levels import find
from narrows.radiology.text import plain

DATA = Path(__file__).resolve().parents[2] / "data" / "radiology"


def test_first_letters_lose_no_word(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [
        plain(p["text"]).replace("\n", " ")
        for path in sorted(DATA.glob("*.json"))
        for p in json.loads(path.read_text(encoding="utf-8"))[:25]
    ]
    quick = [lexicon.tokens_of(text) for text in texts]
    lexicon._words_at.cache_clear()
    monkeypatch.setattr(lexicon, "_openers", lambda _pattern: None)
    whole = lexicon._words_at("a")
    monkeypatch.setattr(lexicon, "_words_at", lambda _letter: whole)
    assert [lexicon.tokens_of(text) for text in texts] == quick


def test_plain_text_keeps_every_offset() -> None:
    text = "L4–L5:\tMild\u00a0“bulge”~~İstanbul ² \\.br\\ **bold**"
    assert len(plain(text)) == len(text)


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("t1 and t2 weighted images", []),
        ("sagittal t1-weighted", []),
        ("l4 on l5", [("L4-L5",)]),
        ("c7 on t1", [("C7-T1",)]),
        ("l5-1", [("L5-S1",)]),
        ("l1 through s1", [("L1-L2", "L2-L3", "L3-L4", "L4-L5", "L5-S1")]),
        ("l-s spine", []),
        ("l4-l5, l5-s1", [("L4-L5",), ("L5-S1",)]),
    ],
)
def test_levels(text: str, levels: list[tuple[str, ...]]) -> None:
    assert [f.levels for f in find(text) if f.kind != "bone"] == levels
    assert all(re.match(r"[clt]", text[f.start :]) for f in find(text))
