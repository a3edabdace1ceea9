"""Every worked example of the knowledge is scored, and gives what its source gives."""

from __future__ import annotations

from typing import Any

import pytest

from narrows.instruments import change, score
from narrows.knowledge import load

KNOWLEDGE = load(())
EXAMPLES = [
    pytest.param(i.id, example, id=f"{i.id}-{n}")
    for i in KNOWLEDGE.instruments.values()
    for n, example in enumerate(i.example, 1)
]
_ABOUT = {"source", "note", "constructed"}


def _global_answers(physical: int, mental: int) -> dict[str, Any]:
    """Answers to the Global-10 (version 1.2) whose recoded sums are these."""

    def share(total: int) -> list[int]:
        return [total // 4 + (n < total % 4) for n in range(4)]

    pain_of = {5: 0, 4: 2, 3: 5, 2: 8, 1: 10}
    body, mind = share(physical), share(mental)
    keyed = dict(zip(("global03", "global06", "global08"), body, strict=False))
    keyed["global07"] = pain_of[body[3]]
    return {**keyed, **dict(zip(("global02", "global04", "global05", "global10"), mind, strict=True))}


@pytest.mark.parametrize(("instrument", "example"), EXAMPLES)
def test_worked_example_gives_what_its_source_gives(instrument: str, example: dict[str, Any]) -> None:
    left = {key: value for key, value in example.items() if key not in _ABOUT}
    if "recovery_rate" in left:
        changed = change(instrument, left.pop("pre"), left.pop("post"), KNOWLEDGE)
        assert changed.measures["recovery_rate"] == pytest.approx(left.pop("recovery_rate"), abs=1e-4)
    elif "percent_improvement" in left:
        before, after = left.pop("baseline"), left.pop("followup")
        changed = change(instrument, before, after, KNOWLEDGE)
        percent = next(d for d in changed.definitions if "%" in d.says)
        assert percent.because == "83.33 % lower"
        assert left.pop("percent_improvement") == pytest.approx(83.3333, abs=1e-4)
    elif "state" in left:
        found = score(instrument, {"state": left.pop("state"), "value_set": left.pop("value_set")}, KNOWLEDGE)
        assert found.scores["index"] == pytest.approx(left.pop("score"), abs=5.1e-4)
    elif "conditions" in left:
        found = score(instrument, {"conditions": left.pop("conditions"), "age": left.pop("age")}, KNOWLEDGE)
        assert found.scores == {"total": left.pop("score"), "age_adjusted": left.pop("age_adjusted")}
    elif "raw_physical" in left:
        answers = _global_answers(left["raw_physical"], left["raw_mental"])
        found = score(instrument, answers, KNOWLEDGE)
        assert found.scores["physical_raw"] == left.pop("raw_physical")
        assert found.scores["mental_raw"] == left.pop("raw_mental")
        assert found.scores["physical"] == left.pop("t_physical")
        assert found.scores["mental"] == left.pop("t_mental")
    else:
        scale = left.pop("scale", None)
        responses = left.pop("responses")
        found = score(instrument, {scale: responses} if scale else responses, KNOWLEDGE)
        if "score" in left:
            value = found.scores[scale] if scale else found.scores.get("points", found.value)
            assert value == pytest.approx(left.pop("score"), abs=1e-4)
        if "score_percent" in left:
            assert found.scores["percent"] == pytest.approx(left.pop("score_percent"))
        if "band" in left:
            assert found.bands["total"] == left.pop("band")
        if "risk" in left:
            assert found.bands["risk"] == left.pop("risk")
        if "pass_state" in left:
            (level,) = (t for t in found.thresholds if t.kind == "pass")
            assert level.met == ("yes" if left.pop("pass_state") else "no")
        for key, value in left.pop("scores", {}).items():
            assert found.scores[key] == pytest.approx(value, abs=0.005)
        for key in [k for k in left if k in found.scores]:
            assert found.scores[key] == left.pop(key)
    assert left == {}, "a part of the example was not tried"


def test_the_knowledge_has_its_worked_examples() -> None:
    assert len(KNOWLEDGE.instruments) == 35
    assert len(KNOWLEDGE.value_sets) == 18
    assert len(EXAMPLES) >= 30
