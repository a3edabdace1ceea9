"""The library grows: a new claim is scaffolded, recognised without training, and tested."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from narrows.claims.checking import Checker
from narrows.claims.collection import add_claim, library_report
from narrows.claims.examples import parsed, shipped_examples
from narrows.claims.reading import page_of
from narrows.claims.signs import CLAIMS_OF_SIGN, grammars
from narrows.claims.slots import claim_groups
from narrows.claims.weights import learned_weights
from narrows.cli import main
from narrows.knowledge import load
from narrows.problem import InputError

DATA = Path(__file__).parents[2] / "data" / "claims"


def test_a_claim_of_a_clinic_is_recognised_without_training(tmp_path: Path) -> None:
    path = add_claim(
        tmp_path,
        "magnet-belt",
        "Wearing a magnetic belt at night straightens the spine.",
        "other-options",
        "stem-cell-injection",
    )
    assert path.exists()
    knowledge = load([tmp_path])
    answer = Checker(knowledge).check(
        page_of(b"Wearing our magnetic belt at night straightens the spine.", "p", "text")
    )
    assert [m.claim for m in answer.checked[0].matches] == ["magnet-belt"]
    assert not answer.checked[0].matches[0].sure  # no verdict before it has been tried
    report = library_report(knowledge, None, ["magnet-belt"])
    assert report["claims"]["magnet-belt"]["unfilled"] > 0


@pytest.mark.parametrize(
    ("claim", "statement", "topic", "applies_to", "says"),
    [
        ("Bad Name", "One whole sentence that is long.", "other-options", "prp", "is no id"),
        ("cure", "One whole sentence that is long.", "other-options", "prp", "exists"),
        ("new-one", "One whole sentence that is long.", "othr-options", "prp", "no topic"),
        ("new-one", "One whole sentence that is long.", "other-options", "prq", "no option"),
        ("new-one", "Too short", "other-options", "prp", "too short"),
    ],
)
def test_a_wrong_claim_is_refused(
    tmp_path: Path, claim: str, statement: str, topic: str, applies_to: str, says: str
) -> None:
    with pytest.raises(InputError, match=says):
        add_claim(tmp_path, claim, statement, topic, applies_to)
    assert not list(tmp_path.rglob("*.toml"))


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    add_claim(tmp_path, "new-one", "One whole sentence that is long.", "other-options", "prp")
    with pytest.raises(InputError, match="the file exists"):
        add_claim(tmp_path, "new-one", "Another whole sentence that is long.", "other-options", "prp")


def test_claims_test_prints_figures(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["claims", "test", str(DATA), "--claim", "cost-oop", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    row = report["claims"]["cost-oop"]
    assert row["phrasings"] == 5
    assert row["tp"] + row["fn"] == 4
    assert {"precision", "recall", "micro_f1", "macro_f1"} == set(report["labelled"])


def test_claims_test_names_what_is_wrong_in_a_labelled_folder(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text("file,sentence,claim_ids\na.txt,Some text here.,cuer\n", encoding="utf-8")
    with pytest.raises(InputError, match="did you mean"):
        library_report(load(()), tmp_path, None)


def test_every_example_and_every_sign_names_what_the_knowledge_holds() -> None:
    knowledge = load(())
    examples = shipped_examples()
    assert {c for e in examples for c in e.claims} == set(knowledge.claims)
    assert {s for e in examples for s in e.signs} <= set(knowledge.marketing_signs)
    assert set(grammars()) <= set(knowledge.marketing_signs)
    assert set(CLAIMS_OF_SIGN) <= set(knowledge.marketing_signs)
    assert {c for group in CLAIMS_OF_SIGN.values() for c in group} <= set(knowledge.claims)
    assert set(claim_groups(knowledge)) == set(knowledge.claims)


def test_weights_cover_the_library() -> None:
    weights = learned_weights()
    knowledge = load(())
    assert set(weights.claims) == {*knowledge.claims, "none"}
    assert set(weights.signs) == set(knowledge.marketing_signs)


def test_examples_are_parsed_with_their_labels() -> None:
    text = "# note\n== cure\n> Does it work?\nIt cures stenosis. {+eff-works !breakthrough-hype\n>\n== none\nCall us. {!seminar-discount\n"
    first, second = parsed(text)
    assert first == ("It cures stenosis.", ("cure", "eff-works"), ("breakthrough-hype",), "Does it work?")
    assert second == ("Call us.", (), ("seminar-discount",), "")
