"""The data of the instruments agrees with itself and with the dictionary."""

from __future__ import annotations

from pathlib import Path

from narrows.instruments import check, reference
from narrows.instruments.scoring import _METHODS
from narrows.knowledge import load

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


def test_entries_agree_with_themselves() -> None:
    assert check(KNOWLEDGE) == []


BROKEN = """
read_on = 2026-11-20
review_by = 2027-11-20
[[instrument]]
id = "ours"
name = "Ours"
region = "any"
reporter = "patient"
items = 2
response = [0, 3]
direction = "lower_better"
method = "sum"
scores = [{ id = "total", says = "sum" }]
fills = { phq9_score = "totall", age = "total" }
text_may_ship = "no"
licence = "ours"
licence_seen = true
sources = ["ours"]
subscales = [{ id = "part", items = [1, 3] }]
[[instrument.threshold]]
kind = "pass"
value = 3
unit = "points"
direction = "level"
population = "ours"
method = "ours"
source = "ours"
scale = "totl"
version = "2"
baseline_band = "mild"
[[instrument.threshold]]
kind = "band"
value = 3
unit = "points"
direction = "level"
population = "ours"
method = "ours"
source = "ours"
"""


def test_a_broken_entry_is_named_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "instruments").mkdir()
    (tmp_path / "instruments" / "ours.toml").write_text(BROKEN)
    found = [p for p in check(load([tmp_path])) if "instrument ours" in p.problem]
    assert {p.where.split("/")[-1] for p in found} == {"ours.toml, line 4"}
    says = " ".join(f"{p.problem} {p.fix}" for p in found)
    for part in (
        "'totall'",
        "'part'",
        "item 3 of 2",
        "'totl'",
        "version '2'",
        "'mild'",
        "pair",
        "how it is compared",
    ):
        assert part in says, part
    assert len(found) == 8


def test_every_method_is_used() -> None:
    assert {i.method for i in ALL} == set(_METHODS)


def test_scores_fill_the_findings_that_mean_the_same() -> None:
    assert {i.id: set(i.fills) for i in ALL if i.fills} == FILLED


def test_filled_findings_have_the_limits_of_the_score() -> None:
    for instrument in ALL:
        ranges = {s.id: s.range for s in instrument.scores}
        for name, key in instrument.fills.items():
            finding = KNOWLEDGE.findings.get(name)
            if finding is None:
                assert name == "phq9_item9"  # the dictionary gets it with its rule
                continue
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
