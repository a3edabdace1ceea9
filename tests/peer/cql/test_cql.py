"""The exported criteria, run by the public engine of CQL, answer as ours do."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from narrows.criteria import rules_of
from narrows.exchange.cql import element, library_of
from narrows.knowledge import Knowledge
from narrows.population.appraise import appraise_table
from narrows.population.duck import Duck
from narrows.population.people import People
from narrows.population.synthesis import synthesize

HERE = Path(__file__).parent
COUNT = 20_000 if int(os.environ.get("NARROWS_SOAK", "0")) else 60


@pytest.fixture(scope="module")
def node() -> str:
    """Node with the packages of package-lock.json; installed when they are not there."""
    found = shutil.which("node")
    npm = shutil.which("npm")
    if found is None or npm is None:
        pytest.skip("Node is not installed (tests/system-packages.sh installs it)")
    if not (HERE / "node_modules").is_dir():
        made = subprocess.run(
            [npm, "ci", "--no-audit", "--no-fund"], cwd=HERE, capture_output=True, text=True, check=False, timeout=300
        )
        if made.returncode:
            pytest.skip(f"npm cannot install the peer here: {made.stderr.strip().splitlines()[-1:]}")
    return found


def test_the_public_engine_answers_alike(node: str, tmp_path: Path, knowledge: Knowledge) -> None:
    """Every criterion, for invented people: no difference."""
    table, out = tmp_path / "people.parquet", tmp_path / "answers.parquet"
    synthesize(COUNT, 11, table, knowledge)
    appraise_table(str(table), str(out), knowledge)
    duck = Duck(tmp_path)
    people = People(duck, str(table), None, knowledge)
    library = library_of(rules_of(knowledge), people.door.columns)
    (tmp_path / "Narrows.cql").write_text(library.cql, encoding="utf-8")
    (tmp_path / "NarrowsModel.xml").write_text(library.model, encoding="utf-8")
    names = ["id", *(c.name for c in people.door.columns), "read@lumbar", "read@cervical"]
    listed = ", ".join(f'"{name}"' for name in names)
    with (tmp_path / "people.jsonl").open("w", encoding="utf-8") as file:
        for row in duck.rows(f"SELECT {listed} FROM ({people.typed()})"):
            file.write(json.dumps({element(n): v for n, v in zip(names, row, strict=True)}) + "\n")
    translate = [
        node,
        "translate.mjs",
        *(str(tmp_path / n) for n in ("Narrows.cql", "NarrowsModel.xml", "Narrows.elm.json")),
    ]
    evaluate = [
        node,
        "evaluate.mjs",
        *(str(tmp_path / n) for n in ("Narrows.elm.json", "people.jsonl", "answers.jsonl")),
    ]
    for command in (translate, evaluate):
        done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False, timeout=7200)
        assert done.returncode == 0, done.stderr[-2000:]
    print(done.stdout)
    keys = list(rules_of(knowledge).by_id)
    columns = ", ".join(f'"{key}"' for key in keys)
    ours = {row[0]: row[1:] for row in duck.rows(f"SELECT id, {columns} FROM read_parquet('{out}')")}
    theirs = {}
    for line in (tmp_path / "answers.jsonl").read_text(encoding="utf-8").splitlines():
        answer = json.loads(line)
        theirs[answer["id"]] = tuple(answer["criteria"][key] for key in keys)
    assert len(theirs) >= COUNT - 2  # a row next to a rounding limit is read one at a time and not sent
    differing = [
        (who, key, w, g) for who in theirs for key, w, g in zip(keys, ours[who], theirs[who], strict=True) if w is not g
    ]
    assert differing == []
    assert {True, False, None} <= {truth for row in theirs.values() for truth in row}
