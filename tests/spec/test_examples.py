"""The example people: what each of them is told first."""

from __future__ import annotations

from pathlib import Path

import pytest

from narrows.appraisal import appraise
from narrows.case import read
from narrows.knowledge import Knowledge

EXAMPLES = Path(__file__).parents[2] / "examples"

#: file: (urgency, the syndrome that stands first, its standing, all danger questions answered)
TABLE = {
    "ruth": (None, "lumbar-stenosis-claudication", "established", True),
    "frances": (None, "lumbar-stenosis-claudication", "likely", True),
    "samuel": (None, "lumbar-stenosis-claudication", "established", True),
    "victor": (None, "lumbar-stenosis-claudication", "established", True),
    "daniel": ("emergency-same-day", "cauda-equina-syndrome", "established", False),
    "helen": ("urgent-within-2-weeks", "degenerative-cervical-myelopathy", "established", False),
    "walter": (None, "vascular-claudication", "established", True),
    "carmen": (None, "lumbar-stenosis-claudication", "established", True),
    "george": ("urgent-within-2-weeks", "suspected-spinal-tumour", "possible", True),
    "almost-empty": (None, "", "", False),
    "edith": (None, "lumbar-stenosis-claudication", "established", True),
    "arthur": (None, "lumbar-stenosis-without-symptoms", "established", True),
    "peter": ("emergency-same-day", "suspected-spinal-infection", "possible", False),
}


@pytest.mark.parametrize("name", sorted(TABLE))
def test_example(name: str, knowledge: Knowledge) -> None:
    """Urgency, the first syndrome with its standing, and whether every danger question is answered."""
    (case,) = read(str(EXAMPLES / f"{name}.toml"), knowledge)
    answer = appraise(case, knowledge)
    fitting = [s for s in answer.syndromes if s.standing in ("established", "likely", "possible")]
    first = (fitting[0].id, fitting[0].standing) if fitting else ("", "")
    assert (answer.urgency, *first, answer.clearance.complete) == TABLE[name]


def test_every_example_is_in_the_table() -> None:
    """No example without an expectation, and each is told of in the README."""
    files = {path.stem for path in EXAMPLES.glob("*.toml")}
    assert files == set(TABLE)
    readme = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    assert [name for name in files if f"`{name}.toml`" not in readme] == []


def test_cells_are_never_favoured(knowledge: Knowledge) -> None:
    """Nobody here is told that cells or exosomes are indicated or possible."""
    for path in EXAMPLES.glob("*.toml"):
        (case,) = read(str(path), knowledge)
        for option in appraise(case, knowledge).options:
            if option.family == "cell-or-blood-product":
                assert option.standing not in ("indicated", "possible"), (path.stem, option.option)
