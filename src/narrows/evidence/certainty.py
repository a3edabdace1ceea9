"""How sure one can be of a body of evidence: it starts by design and steps down by named rules."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal, TypeAlias

import msgspec

from narrows.evidence.comparisons import Comparison
from narrows.evidence.effects import RATIOS
from narrows.evidence.pooling import Pool
from narrows.knowledge.records.pooling import CertaintyRule, OutcomeWord
from narrows.knowledge.records.study import Study

Level: TypeAlias = Literal["high", "moderate", "low", "very low"]
_LEVELS: Final[tuple[Level, ...]] = ("very low", "low", "moderate", "high")
_CHOSEN: Final = frozenset({"as-treated", "cohort"})
_RANDOMISED: Final = frozenset({"rct", "rct-plus-cohort"})
_MAKER: Final = ("maker", "sponsor", "industry (")
_SURROGATES: Final = frozenset({"new-stenosis-mri", "pfirrmann-grade", "mri-improved"})


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One step down, or a domain that was looked at and gave none (steps 0)."""

    domain: str
    steps: int
    reason: str
    rule: str = ""
    origin: str = ""


class Certainty(msgspec.Struct, frozen=True, kw_only=True):
    """How sure one can be, and every step that led there."""

    level: Level
    steps: tuple[Step, ...]

    @property
    def reasons(self) -> tuple[str, ...]:
        """The reasons of the steps that cost something."""
        return tuple(s.reason for s in self.steps if s.steps)


def of_comparison(
    body: Sequence[Comparison],
    pool: Pool | None,
    outcome: OutcomeWord,
    studies: Mapping[str, Study],
    rules: Mapping[str, CertaintyRule],
    unpublished: Iterable[str] = (),
) -> Certainty:
    """The certainty of a difference that a body of comparisons gives.

    After GRADE (doi 10.1016/j.jclinepi.2011.06.012 for imprecision); limits and their origins stand in the
    knowledge (`evidence/words/rules.toml`). Certainty is never raised.
    """
    steps = [
        _design(body, studies, rules),
        _bias(body, pool, studies, rules),
        _inconsistency(body, pool, rules),
        _indirectness(outcome, rules),
        *_imprecision(body, pool, outcome, rules),
        *_publication(body, studies, rules, tuple(unpublished)),
        *_reporting(body, rules),
    ]
    return _sum(steps)


def of_single_arm(studies_named: Sequence[Study], rules: Mapping[str, CertaintyRule]) -> Certainty:
    """The certainty of what one arm reached: very low, because nothing stands beside it."""
    rule = rules["start-single-arm"]
    risky = [s for s in studies_named if s.risk_of_bias != "low"]
    steps = [_step(rule)]
    if risky:
        steps.append(_step(rules["bias-some"], f"{risky[0].risk_of_bias} risk of bias: {risky[0].risk_reason}"))
    return _sum(steps)


def _sum(steps: Sequence[Step]) -> Certainty:
    total = sum(s.steps for s in steps)
    return Certainty(level=_LEVELS[max(0, 3 + total)], steps=tuple(steps))


def _step(rule: CertaintyRule, more: str = "", *, steps: int | None = None) -> Step:
    reason = f"{rule.says.rstrip('.')} ({more})." if more else rule.says
    taken = rule.steps if steps is None else steps
    return Step(domain=rule.domain, steps=taken, reason=reason, rule=rule.id, origin=rule.origin)


def _none(domain: str, reason: str) -> Step:
    return Step(domain=domain, steps=0, reason=reason)


def _design(body: Sequence[Comparison], studies: Mapping[str, Study], rules: Mapping[str, CertaintyRule]) -> Step:
    chosen = [c for c in body if studies[c.study].design not in _RANDOMISED and not c.review]
    if chosen:
        return _step(rules["start-comparative"], ", ".join(sorted({c.study for c in chosen})))
    treated = [c for c in body if c.group in _CHOSEN]
    if treated:
        return _step(rules["as-treated"], ", ".join(sorted({c.study for c in treated})))
    if any(c.review and "cohort" in studies[c.study].title.lower() for c in body):
        return _step(rules["start-comparative"], "a review of cohorts")
    return _step(rules["start-randomised"])


def _bias(
    body: Sequence[Comparison], pool: Pool | None, studies: Mapping[str, Study], rules: Mapping[str, CertaintyRule]
) -> Step:
    weights = {w.study: w.weight for w in pool.studies} if pool else {c.study: 100 / len(body) for c in body}
    total = sum(weights.values())
    share = {
        risk: sum(w for s, w in weights.items() if studies[s].risk_of_bias in worse) / total
        for risk, worse in (("high", ("high",)), ("some", ("some", "high")))
    }
    named = "; ".join(f"{s}: {studies[s].risk_reason}" for s in weights if studies[s].risk_of_bias != "low")
    if share["high"] > (rules["bias-high"].limit or 0):
        return _step(rules["bias-high"], named)
    if share["some"] > (rules["bias-some"].limit or 0):
        return _step(rules["bias-some"], named)
    return _none("risk-of-bias", "Most of the weight comes from studies with a low risk of bias.")


def _inconsistency(body: Sequence[Comparison], pool: Pool | None, rules: Mapping[str, CertaintyRule]) -> Step:
    if pool is None or pool.k < 2:
        held = body[0].trials if body else 1
        if len(body) == 1 and body[0].review and held > 1:
            return _none("inconsistency", f"The review holds {held} trials; how far they agree was not read.")
        return _none("inconsistency", "One study: whether others would agree is not known.")
    for name in ("very-inconsistent", "inconsistent"):
        if pool.i2 >= (rules[name].limit or 0):
            return _step(rules[name], f"I² {pool.i2:.0f} %, Q {pool.q:.1f} on {pool.q_df}")
    return _none("inconsistency", f"I² {pool.i2:.0f} %, Q {pool.q:.1f} on {pool.q_df}.")


def _indirectness(outcome: OutcomeWord, rules: Mapping[str, CertaintyRule]) -> Step:
    if outcome.id in _SURROGATES:
        return _step(rules["surrogate"])
    return _none("indirectness", "Same condition, and an outcome that people feel.")


def _imprecision(
    body: Sequence[Comparison], pool: Pool | None, outcome: OutcomeWord, rules: Mapping[str, CertaintyRule]
) -> list[Step]:
    low, high, measure = _interval(body, pool)
    if low is None or high is None:
        return [_step(rules["no-interval"])]
    steps: list[Step] = []
    people = sum(c.n or 0 for c in body)
    if people < (rules["few-people"].limit or 0):
        steps.append(_step(rules["few-people"], f"{people}" if people else "number not printed"))
    if measure in RATIOS:
        quarter = rules["ratio-limits"].limit or 0
        if low <= 1 <= high and (low < 1 - quarter or high > 1 + quarter):
            steps.append(_step(rules["ratio-limits"], f"{low:.2f} to {high:.2f}"))
    elif low <= 0 <= high:
        noticed = outcome.important if measure == "MD" else None
        if noticed is None:
            steps.append(_step(rules["crosses-unknown"]))
        elif low <= -noticed and high >= noticed:
            steps.append(_step(rules["crosses-both"], f"{noticed:g} {outcome.unit} is noticed"))
        elif low <= -noticed or high >= noticed:
            steps.append(_step(rules["crosses"], f"{noticed:g} {outcome.unit} is noticed"))
    # imprecision costs two steps at most, as in GRADE
    spent, kept = 0, []
    for step in steps:
        taken = max(step.steps, -2 - spent)
        spent += taken
        kept.append(msgspec.structs.replace(step, steps=taken))
    return kept or [
        _none("imprecision", "Enough people, and the interval leaves no doubt about the direction or size.")
    ]


def _interval(body: Sequence[Comparison], pool: Pool | None) -> tuple[float | None, float | None, str]:
    if pool is not None and pool.k > 1:
        return pool.shown(pool.ci_low), pool.shown(pool.ci_high), pool.measure
    one = body[0]
    if one.low is None or one.high is None or not math.isfinite(one.low + one.high):
        return None, None, one.measure
    return one.low, one.high, one.measure


def _publication(
    body: Sequence[Comparison],
    studies: Mapping[str, Study],
    rules: Mapping[str, CertaintyRule],
    unpublished: Sequence[str],
) -> list[Step]:
    steps = []
    paid = [studies[c.study].funding or "" for c in body]
    if paid and all(any(word in p.lower() for word in _MAKER) and "no industry" not in p.lower() for p in paid):
        steps.append(_step(rules["maker-only"], "; ".join(sorted(set(paid)))))
    if unpublished:
        steps.append(_step(rules["unpublished"], ", ".join(unpublished)))
    return steps or [
        _none("publication-bias", "Nothing points to it; with fewer than ten studies it cannot be tested.")
    ]


def _reporting(body: Sequence[Comparison], rules: Mapping[str, CertaintyRule]) -> list[Step]:
    steps = []
    if all(c.verified not in ("fulltext", "abstract") for c in body):
        steps.append(_step(rules["not-seen"]))
    marked = [c for c in body if c.derived or c.caution or (c.from_arms and c.effect is None)]
    if marked:
        named = "; ".join(sorted({c.caution for c in marked if c.caution}))
        steps.append(_step(rules["derived"], named))
    return steps
