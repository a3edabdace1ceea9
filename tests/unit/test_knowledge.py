"""The knowledge: its cache, a clinic's folder over it, and the check that proves it."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from narrows.cli import main
from narrows.knowledge import Knowledge, cache, load
from narrows.knowledge.check import overdue, unresolved, unreviewed
from narrows.knowledge.show import entries_named
from narrows.knowledge.store import _load
from narrows.problem import InputError

RULE = """
read_on = 2026-01-01
review_by = 2027-01-01
[[criterion]]
id = "{id}"
label = "x"
kind = "caution"
scope = "person"
when = "{when}"
says = "x"
sources = ["suri-2010"]
source_kind = "consensus"
verified = false
applies_to = ["nsaid"]
"""


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of the test's own."""
    monkeypatch.setenv("NARROWS_CACHE", str(tmp_path / "cache"))
    _load.cache_clear()
    return tmp_path / "cache"


def folder(tmp_path: Path, text: str, name: str = "criteria/own.toml") -> Path:
    """A clinic's folder with one file."""
    path = tmp_path / "clinic" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return tmp_path / "clinic"


def test_ids_resolve_and_nothing_stands_without_source(knowledge: Knowledge) -> None:
    """Every id names something; every entry has a source and dates."""
    assert [str(p) for p in unresolved(knowledge)] == []


def test_a_damaged_cache_rebuilds_itself(own_cache: Path) -> None:
    """Cut, emptied or foreign: the answer is the same."""
    first = load([])
    (stored,) = own_cache.glob("knowledge-*.bin")
    whole = stored.read_bytes()
    for damaged in (b"", whole[: len(whole) // 2], b"x" * 100, whole[:-1] + b"\0"):
        stored.write_bytes(damaged)
        _load.cache_clear()
        assert load([]).findings == first.findings
        assert stored.read_bytes() == whole


def test_a_cache_that_cannot_be_written_costs_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """A read-only home is a normal place."""
    monkeypatch.setenv("NARROWS_CACHE", "/proc/nowhere")
    assert cache.remembered("x", "y", lambda: b"made") == b"made"


def test_a_clinics_folder_replaces_and_adds_and_the_answer_says_so(tmp_path: Path) -> None:
    """Replaced entries are named, and the hash changes."""
    own = load(
        [
            folder(
                tmp_path,
                RULE.format(id="ca-esi-heart", when="age > 3")
                + RULE.format(id="own-rule", when="age > 4").split("2027-01-01")[1],
            )
        ]
    )
    assert own.criteria["ca-esi-heart"].when == "age > 3"
    assert [(r.id, r.added) for r in own.replaced] == [("ca-esi-heart", False), ("own-rule", True)]
    assert own.stamp["replaced"][0]["id"] == "ca-esi-heart"
    assert own.sha256 != load([]).sha256


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (RULE.format(id="own", when="agee > 3"), "no finding 'agee'"),
        (RULE.format(id="own", when="leg_pain > 3"), "leg_pain is true or false"),
        (RULE.format(id="own", when="walking_distance > age"), "is in m, age in a"),
        (RULE.format(id="own", when="sex = 'x'"), "no code of sex"),
        ("[[criterion]]\nid = 'x'", "missing required field"),
        ("[[criterium]]\nid = 'x'", "no table 'criterium'"),
        ("id = ", "not TOML"),
    ],
)
def test_a_broken_rule_is_refused_with_file_and_line(
    text: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A clinic's broken rule is refused; nothing of it is used in silence."""
    case = tmp_path / "case.toml"
    case.write_text('id = "x"')
    code = main(["appraise", str(case), "--json", "--knowledge", str(folder(tmp_path, text))])
    out, err = capsys.readouterr()
    assert (code, out) == (2, "")
    assert said in err
    assert "own.toml" in err


def test_ours_alone_loads_only_when_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--ignore-broken-knowledge says what it left out."""
    case = tmp_path / "case.toml"
    case.write_text('id = "x"')
    clinic = folder(tmp_path, RULE.format(id="own", when="agee > 3"))
    assert main(["appraise", str(case), "--json", "--knowledge", str(clinic), "--ignore-broken-knowledge"]) == 0
    out, err = capsys.readouterr()
    assert '"own"' not in out
    assert "left out" in err


def test_show_gives_what_refers_to_an_entry(knowledge: Knowledge) -> None:
    """A finding names the criteria that read it."""
    (shown,) = entries_named("oswestry_index", knowledge)
    assert {"kind": "criterion", "id": "odi-severe", "field": "when"} in shown["referred_to_by"]


def test_due_entries_are_named(knowledge: Knowledge) -> None:
    """Entries past their day are named by table."""
    assert overdue(knowledge, datetime.date(2026, 12, 1)) == []
    assert any(p.where == "prices" for p in overdue(knowledge, datetime.date(2028, 1, 1)))


def test_release_needs_reviewed_emergency_rules(capsys: pytest.CaptureFixture[str], knowledge: Knowledge) -> None:
    """The release check fails as long as a clinician has not reviewed the emergency rules."""
    assert unreviewed(knowledge)
    assert main(["knowledge", "check", "--release", "--json"]) == 2
    assert "not yet reviewed by a clinician" in capsys.readouterr().out


def test_entries_stand_once(tmp_path: Path) -> None:
    """The same id twice in one folder is refused with both places."""
    text = RULE.format(id="twice", when="age > 3")
    with pytest.raises(InputError, match="line 16: criterion 'twice' stands twice"):
        load([folder(tmp_path, text + text.split("2027-01-01")[1])])
    with pytest.raises(InputError, match="no such folder"):
        load([tmp_path / "nowhere"])
