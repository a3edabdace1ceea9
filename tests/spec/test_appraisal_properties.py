"""What holds for every person: drawn at random, appraised, changed a little, appraised again."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrows.appraisal import Appraisal, appraise
from narrows.appraisal.judged import Judged
from narrows.appraisal.questions import trial_values
from narrows.appraisal.standing import option_rules, setting_of, trial_reason
from narrows.appraisal.urgency import ORDER
from narrows.case import Case
from narrows.case.derive import derive
from narrows.case.entry import Entry
from narrows.criteria import rules_of
from narrows.knowledge import load
from narrows.knowledge.levels import LEVELS_OF
from narrows.problem import InputError

KNOWLEDGE = load([])
RULES = rules_of(KNOWLEDGE)
VALUES = trial_values(RULES)
RED_FLAGS = [r for r in RULES.by_id.values() if r.criterion.kind == "red-flag"]
FEW = settings(max_examples=15, deadline=None)


def _answer(name: str) -> st.SearchStrategy[Any]:
    finding = KNOWLEDGE.findings[name]
    low, high = finding.min, finding.max
    fitting = [v for v in VALUES.get(name, ()) if low is None or high is None or isinstance(v, str) or low <= v <= high]
    if finding.type == "integer":
        fitting = sorted({int(v) for v in fitting})
    single = st.sampled_from(fitting)
    if not finding.side:
        return single
    return st.one_of(single, st.fixed_dictionaries({}, optional={"left": single, "right": single}).filter(bool))


NAMED = [n for n in VALUES if VALUES[n] and not KNOWLEDGE.findings[n].per_level and n != "days_since_procedure"]
LEVELLED = [n for n in VALUES if VALUES[n] and KNOWLEDGE.findings[n].per_level]
LEVEL = st.sampled_from(("L4-L5", "L3-L4", "C5-C6"))


@st.composite
def people(draw: st.DrawFn) -> dict[str, Any]:
    """A raw case: some findings, some levels, perhaps a region that was read."""
    names = draw(st.lists(st.sampled_from(NAMED), max_size=40, unique=True))
    raw: dict[str, Any] = {"id": "x", "as_of": "2026-01-15", "findings": {n: draw(_answer(n)) for n in names}}
    raw["levels_read"] = draw(st.sampled_from(([], ["lumbar"], ["cervical", "lumbar"])))
    raw["levels"] = {}
    for level in draw(st.lists(LEVEL, max_size=2, unique=True)):
        fitting = [n for n in LEVELLED if level in LEVELS_OF[KNOWLEDGE.findings[n].region or "both"]]
        chosen = draw(st.lists(st.sampled_from(fitting), max_size=6, unique=True))
        raw["levels"][level] = {n: draw(_answer(n)) for n in chosen}
    return raw


def case_of(raw: dict[str, Any]) -> Case | None:
    """The case, or None for a person who cannot be (contradicting answers)."""
    try:
        case = Entry(KNOWLEDGE, lambda path: path).take(raw)
        derive(case, KNOWLEDGE, lambda path: path)
    except InputError:
        return None
    return case


def appraised(raw: dict[str, Any]) -> Appraisal | None:
    """The appraisal of a raw case, when it is a possible person."""
    case = case_of(raw)
    return appraise(case, KNOWLEDGE) if case else None


def without(raw: dict[str, Any], name: str) -> dict[str, Any]:
    """The raw case with one answer forgotten."""
    return {**raw, "findings": {k: v for k, v in raw["findings"].items() if k != name}}


@FEW
@given(people(), st.data())
def test_forgetting_an_answer_frees_no_barred_option(raw: dict[str, Any], data: st.DataObject) -> None:
    """What was barred is barred still, or says what is missing."""
    whole = appraised(raw)
    if whole is None or not raw["findings"]:
        return
    fewer = appraised(without(raw, data.draw(st.sampled_from(sorted(raw["findings"])))))
    if fewer is None:
        return
    for before, after in zip(whole.options, fewer.options, strict=True):
        if before.standing == "contraindicated" and after.standing in ("indicated", "possible", "trial-only"):
            assert after.missing, (before.option, [r.criterion for r in before.against])
            assert after.standing != "indicated", before.option


@FEW
@given(people(), st.data())
def test_forgetting_an_answer_turns_no_alarm_to_no(raw: dict[str, Any], data: st.DataObject) -> None:
    """A red flag that was true is true or open without one of its answers."""
    whole = appraised(raw)
    if whole is None or not raw["findings"]:
        return
    name = data.draw(st.sampled_from(sorted(raw["findings"])))
    fewer = appraised(without(raw, name))
    if fewer is None:
        return
    for rule in RED_FLAGS:
        if whole.criteria[rule.id] == "true":
            assert fewer.criteria[rule.id] != "false", (rule.id, name)


@FEW
@given(people(), st.sampled_from([n for n in NAMED if KNOWLEDGE.findings[n].type == "boolean"]))
def test_an_answer_more_never_takes_back_what_was_decided(raw: dict[str, Any], name: str) -> None:
    """A criterion without an assumption that was true or false stays so when something unknown becomes known."""
    if name in raw["findings"]:
        return
    before = appraised(raw)
    for value in (True, False):
        after = appraised({**raw, "findings": {**raw["findings"], name: value}})
        if before is None or after is None:
            continue
        for key, truth in before.criteria.items():
            rule = RULES.by_id[key]
            asks_unknown = name in rule.criterion.assume or "IS N" in f"{rule.criterion.when}"
            if truth != "unknown" and not asks_unknown and name not in before.case["derived"]:
                assert after.criteria[key] == truth, (key, name, value)


@FEW
@given(people())
def test_left_and_right_are_alike(raw: dict[str, Any]) -> None:
    """A mirrored person has the same truths, urgency and standings."""

    def turned(values: dict[str, Any]) -> dict[str, Any]:
        other = {"left": "right", "right": "left"}
        return {n: {other[s]: x for s, x in v.items()} if isinstance(v, dict) else v for n, v in values.items()}

    mirrored = {
        **raw,
        "findings": turned(raw["findings"]),
        "levels": {level: turned(values) for level, values in raw["levels"].items()},
    }
    one, other = appraised(raw), appraised(mirrored)
    assert (one is None) == (other is None)
    if one is not None and other is not None:
        assert one.criteria == other.criteria
        assert one.urgency == other.urgency
        assert [o.standing for o in one.options] == [o.standing for o in other.options]


@FEW
@given(people(), st.randoms(use_true_random=False))
def test_the_order_of_keys_means_nothing(raw: dict[str, Any], random: Any) -> None:
    """The same answers in another order give the same answer but for the echo of the case."""
    names = list(raw["findings"])
    random.shuffle(names)
    shuffled = {
        **raw,
        "findings": {n: raw["findings"][n] for n in names},
        "levels": dict(reversed(raw["levels"].items())),
    }
    one, other = appraised(raw), appraised(shuffled)
    assert (one is None) == (other is None)
    if one is not None and other is not None:
        for part in (
            "criteria",
            "urgency",
            "red_flags",
            "syndromes",
            "severity",
            "options",
            "ask_next",
            "plan",
            "follow_up",
            "clearance",
        ):
            assert getattr(one, part) == getattr(other, part), part


@FEW
@given(people())
def test_standings_follow_the_table(raw: dict[str, Any]) -> None:
    """docs/criteria.md, read once more from the truths: the first line that fits."""
    case = case_of(raw)
    if case is None:
        return
    judged = Judged(case, KNOWLEDGE)
    answer = appraise(case, KNOWLEDGE)
    setting = setting_of(judged, answer.urgency)
    assert len(answer.options) == 30
    for shown in answer.options:
        rules = option_rules(KNOWLEDGE)[shown.option]
        truth = judged.truths
        barred = [c for c in rules.absolute if truth[c]]
        met = [c for c in rules.indications if truth[c]]
        unknown = [c for c in rules.indications if truth[c] is None]
        bars_open = [c for c in rules.absolute if truth[c] is None]
        match shown.standing:
            case "contraindicated":
                assert barred
                assert [r.criterion for r in shown.against] == barred
            case "waits":
                assert not barred
                assert answer.urgency in ORDER[:2]
            case "not-indicated":
                assert not barred
                assert not met
                assert not unknown, "unknown never means no"
            case "undetermined":
                assert not barred
                assert unknown
                assert shown.missing
            case "trial-only":
                assert met
                assert trial_reason(rules, met, setting)
            case "possible":
                assert met
                assert not trial_reason(rules, met, setting)
                assert bars_open == [] or judged.missing(bars_open[0])[0] == shown.missing[0]
            case "indicated":
                assert any(c in rules.supported for c in met)
                assert not bars_open
                assert not any(truth[c] for c in rules.relative)


@FEW
@given(people())
def test_the_clearance_tells_no_lie(raw: dict[str, Any]) -> None:
    """Complete only when no emergency rule that asks is open for an answer of the person's; never calm in an alarm."""
    answer = appraised(raw)
    if answer is None:
        return
    asking = [
        f for f in answer.red_flags if f.truth == "unknown" and f.urgency == ORDER[0]
    ]  # red_flags shows no open rule that only listens
    told = set(answer.case["findings"]) | {n for v in answer.case["levels"].values() for n in v}
    open_for_them = {
        name
        for flag in asking
        for name in flag.missing
        if KNOWLEDGE.findings[name].who_can_answer == "patient" and name not in told
    }
    assert answer.clearance.complete == (not open_for_them)
    assert {q.finding for g in answer.clearance.groups for q in g.questions} == open_for_them
    if answer.urgency == ORDER[0]:
        assert "no emergency" not in answer.clearance.says.lower()
    assert "not urgent" not in answer.clearance.says.lower()


@pytest.mark.parametrize("seed", ["0", "77"])
def test_the_same_bytes_in_every_process(seed: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whatever the order in which Python hashes."""
    import os
    import subprocess
    import sys

    command = [sys.executable, "-m", "narrows", "appraise", "examples/ruth.toml", "--json"]
    first = subprocess.run(command, capture_output=True, check=True, env={**os.environ, "PYTHONHASHSEED": "5"})
    again = subprocess.run(command, capture_output=True, check=True, env={**os.environ, "PYTHONHASHSEED": seed})
    assert first.stdout == again.stdout
    assert len(first.stdout) > 100_000
