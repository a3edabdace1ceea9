"""People of the report's tests: slim answers in tests/data/report, filled with the texts of the knowledge."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from narrows.appraisal.answer import Appraisal
from narrows.knowledge import Knowledge, load

DATA = Path(__file__).parents[2] / "data" / "report"
PEOPLE = ("ruth", "maria", "harold", "wei", "empty")


def filled(raw: dict[str, Any], knowledge: Knowledge) -> Appraisal:
    """An answer with what stands in the knowledge for each option: harms, recovery, prices, law, guidelines."""
    for option in raw["options"]:
        entry = knowledge.options[option["option"]]
        option.setdefault("harms", [msgspec.to_builtins(h) for h in entry.harm])
        option.setdefault("recovery", [msgspec.to_builtins(r) for r in entry.recovery])
        option.setdefault("price", [msgspec.to_builtins(knowledge.prices[p.ref]) for p in entry.price])
        option.setdefault(
            "regulation",
            [
                {"code": j.code, "name": j.name, "status": j.status[entry.id], "as_of": j.as_of, "url": j.url}
                for j in knowledge.jurisdictions.values()
                if entry.id in j.status
            ],
        )
        option.setdefault(
            "guidelines", [msgspec.to_builtins(r) for r in knowledge.recommendations.values() if r.option == entry.id]
        )
    return msgspec.convert(raw, Appraisal)


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """The knowledge of the package, without any clinic's folder."""
    return load(())


@pytest.fixture(scope="session")
def person(knowledge: Knowledge) -> Callable[[str], Appraisal]:
    """A person of the tests by name."""

    def read(name: str, **change: Any) -> Appraisal:
        raw = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
        for key, value in change.items():
            raw[key] = value
        return filled(raw, knowledge)

    return read
