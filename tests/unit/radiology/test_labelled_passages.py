"""The labelled passages are read as labelled, within the bars of the manual."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
DATA = ROOT / "tests" / "data" / "radiology"
SETS = sorted(path.stem for path in DATA.glob("*.json"))


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    """The script that measures, so that tests and documents count alike."""
    spec = importlib.util.spec_from_file_location("bench_radiology", ROOT / "bench" / "radiology.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", SETS)
def test_bars(name: str, bench: ModuleType) -> None:
    total: dict[str, int] = bench.judged(bench.passages(name))["total"]
    assert bench.f1(total["hit"], total["missed"], total["extra"]) >= 0.9
    assert total["level right"] >= 0.97 * total["level of found"]
    assert total["urgent found"] >= 0.99 * total["urgent asked"]
    assert total["negation wrong"] <= 0.01 * total["negation asked"]


def test_labels_name_real_findings_levels_and_values(knowledge: Any) -> None:
    for name in SETS:
        for passage in json.loads((DATA / f"{name}.json").read_text(encoding="utf-8")):
            for finding, level, side, _, status in passage["rows"]:
                assert finding in knowledge.findings, passage["id"]
                assert status in ("present", "absent", "possible", "historical")
                assert side in ("", "left", "right", "both")
                assert not level or knowledge.findings[finding].per_level, passage["id"]


def test_there_are_enough_passages() -> None:
    count = sum(len(json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))) for name in SETS)
    assert count >= 120
