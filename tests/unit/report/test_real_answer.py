"""The report of a real answer: from a case through rules and evidence to pages within their limits."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from narrows import report
from narrows.appraisal.answer import Appraisal
from narrows.case import read
from narrows.knowledge import Knowledge
from narrows.options import whole_answer

DATA = Path(__file__).parents[2] / "data" / "report"
Answer = Callable[[str], Appraisal]


@pytest.fixture(scope="module")
def answer(knowledge: Knowledge, tmp_path_factory: pytest.TempPathFactory) -> Answer:
    folder = tmp_path_factory.mktemp("cases")
    made: dict[str, Appraisal] = {}

    def make(name: str) -> Appraisal:
        if name not in made:
            case = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))["case"]
            kept = {k: case[k] for k in ("id", "as_of", "levels_read", "findings", "levels", "missing") if k in case}
            path = folder / f"{name}.json"
            path.write_text(json.dumps(kept), encoding="utf-8")
            made[name] = whole_answer(next(iter(read(str(path), knowledge))), knowledge)
        return made[name]

    return make


@pytest.mark.parametrize("name", ["ruth", "harold", "wei", "empty"])
def test_pages_stay_within_their_limits(name: str, answer: Answer, knowledge: Knowledge) -> None:
    page = report.html(answer(name), knowledge)
    assert len(page.encode()) <= 400_000
    grade = re.search(r"school grade ([\d.]+)", page)
    assert grade is not None
    assert float(grade[1]) <= 8
    assert report.pdf(answer(name), knowledge).startswith(b"%PDF")
    assert len(report.clinician_summary(answer(name), knowledge).split()) <= 240
    assert page.count('class="option"') == 30


def test_sources_of_the_pages_resolve(answer: Answer, knowledge: Knowledge) -> None:
    assert "not among the sources" not in report.html(answer("ruth"), knowledge)


def test_urgency_of_the_answer_is_the_urgency_of_the_page(answer: Answer, knowledge: Knowledge) -> None:
    assert answer("harold").urgency == "emergency-same-day"
    assert "<h1>Go to an emergency department today</h1>" in report.html(answer("harold"), knowledge)
    assert answer("empty").urgency is None
    assert 'class="notice good"' not in report.html(answer("empty"), knowledge)


def test_nothing_counted_is_invented(answer: Answer, knowledge: Knowledge) -> None:
    page = report.html(answer("ruth"), knowledge)
    section = page.split('<section id="of-100"')[1].split("</section>")[0]
    counted = {
        (icons[arm]["events"], icons[arm]["total"])
        for option in answer("ruth").options
        for outcome in option.expected["outcomes"]
        if (icons := outcome.get("icons"))
        for arm in ("option", "comparator")
    }
    shown = {(int(a), int(b)) for a, b in re.findall(r"<td>(\d+) of (\d+)</td>", section)}
    assert shown
    assert shown <= counted


EXAMPLES = sorted((Path(__file__).parents[3] / "examples").glob("*.toml"))


@pytest.mark.parametrize("path", EXAMPLES, ids=[p.stem for p in EXAMPLES])
def test_every_example_has_its_pages(path: Path, knowledge: Knowledge) -> None:
    person = whole_answer(next(iter(read(str(path), knowledge))), knowledge)
    page = report.html(person, knowledge)
    assert len(page.encode()) <= 400_000
    assert "not among the sources" not in page
    grade = re.search(r"school grade ([\d.]+)", page)
    assert grade is not None
    assert float(grade[1]) <= 8
    calm = person.urgency is None and person.clearance.complete
    assert ('class="notice good"' in page) is calm
    assert (page.index("<h1>") < page.index("Which treatment")) or person.urgency == "emergency-same-day"
    note = report.clinician_summary(person, knowledge)
    assert len(note.split()) <= 300  # every line of a full record, still one screen
    assert len(note.splitlines()) <= 45
