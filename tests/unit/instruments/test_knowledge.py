"""The data of the instruments agrees with itself and with the dictionary."""

from __future__ import annotations

from pathlib import Path

import pytest

from narrows.instruments import reference
from narrows.instruments.answers import items_of
from narrows.instruments.levels import scale_of
from narrows.instruments.scoring import _METHODS
from narrows.knowledge import load
from narrows.knowledge.records.instrument import Instrument

KNOWLEDGE = load(())
ALL = list(KNOWLEDGE.instruments.values())
ROOT = Path(__file__).parents[3]
#: Findings that a score fills and that stand in the dictionary.
FILLED = {
    "odi": {"oswestry_index"},
    "zcq": {"zcq_symptom_severity", "zcq_physical_function"},
    "mjoa": {"mjoa_score"},
    "phq9": {"phq9_score", "phq9_item9"},
    "mfi5": {"mfi5_score"},
    "asa": {"asa_class"},
    "nrs_pain": {"back_pain_nrs", "leg_pain_nrs"},
    "spwt": {"walking_distance"},
}


@pytest.mark.parametrize("instrument", ALL, ids=lambda i: i.id)
def test_parts_of_an_entry_agree(instrument: Instrument) -> None:
    keys = {s.id for s in instrument.scores}
    assert instrument.method in _METHODS
    assert set(instrument.fills) <= keys
    assert len({i.key for i in items_of(instrument)}) == len(items_of(instrument))
    for threshold in instrument.threshold:
        assert set(scale_of(instrument, threshold)) <= keys, threshold
        if threshold.kind in ("cutoff", "pass") or (threshold.kind == "responder" and threshold.direction == "level"):
            assert threshold.test is not None, threshold
        if threshold.baseline_band is not None:
            assert threshold.baseline_band in {t.label for t in instrument.threshold if t.kind == "band"}
        if threshold.version is not None:
            assert threshold.version in {v.id for v in instrument.versions}
        assert threshold.population
        assert threshold.source


def test_every_method_is_used() -> None:
    assert {i.method for i in ALL} == set(_METHODS)


def test_scores_fill_the_findings_that_mean_the_same() -> None:
    assert {i.id: set(i.fills.values()) for i in ALL if i.fills} == FILLED


def test_filled_findings_have_the_limits_of_the_score() -> None:
    for instrument in ALL:
        ranges = {s.id: s.range for s in instrument.scores}
        for key, name in instrument.fills.items():
            finding = KNOWLEDGE.findings[name]
            if instrument.method != "walk":  # the test is shorter than what a person can walk
                assert (finding.min, finding.max) == (ranges[key][0], ranges[key][-1]), name
            assert finding.per_level is False


def test_no_licensed_wording_ships() -> None:
    assert KNOWLEDGE.wordings == {}
    for instrument in ALL:
        for label in (*instrument.item_labels, *(text for level in instrument.levels for text in level.labels)):
            assert len(label) <= 80, (instrument.id, label)
            assert "?" not in label


def test_a_clinic_brings_its_licensed_wording(tmp_path: Path) -> None:
    folder = tmp_path / "instruments"
    folder.mkdir()
    (folder / "odi.toml").write_text(
        'read_on = 2026-11-20\nreview_by = 2027-11-20\n[[wording]]\ninstrument = "odi"\nlanguage = "en"\n'
        f'licence = "ours"\nitems = {[f"text {n}" for n in range(10)]}\n'
    )
    theirs = load([tmp_path])
    assert theirs.wordings["odi"].items[0] == "text 0"
    assert [r.id for r in theirs.replaced] == ["odi"]


def test_value_sets_have_every_level() -> None:
    for value_set in KNOWLEDGE.value_sets.values():
        levels = int(value_set.version[0])
        for dimension in (value_set.mo, value_set.sc, value_set.ua, value_set.pd, value_set.ad):
            assert len(dimension) == levels
            assert dimension[0] == 0
            assert list(dimension) == sorted(dimension, reverse=True)


def test_manual_is_what_the_knowledge_says() -> None:
    path = ROOT / "docs" / "reference" / "instruments.md"
    assert path.read_text(encoding="utf-8") == reference(), (
        "write it anew: python -c 'from narrows.instruments import reference; print(reference(), end=\"\")' > "
        + str(path)
    )
    assert all(f"\n## {i.id}\n" in reference() for i in ALL)
