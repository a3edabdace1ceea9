"""The standing of every option for one person: contraindicated, waits, indicated, possible, trial-only, …"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from narrows.appraisal.answer import OptionAnswer, Standing
from narrows.appraisal.judged import Judged
from narrows.criteria.person import Truth
from narrows.knowledge import Knowledge
from narrows.knowledge.records.criterion import Urgency
from narrows.knowledge.records.option import Option

#: Legal states in which an option may be had in a trial only (values of evidence/regulation.toml).
UNAUTHORISED = frozenset({"unapproved-drug", "trial-only"})
#: Evidence in stenosis that can carry more than a trial (values of `evidence_in_stenosis` in data/options).
STUDIED = frozenset({"randomised", "controlled", "single-arm"})
#: Families in which no evidence in stenosis means: in a trial only. A tablet or advice without trials is judged by guidelines.
NEEDS_EVIDENCE = frozenset({"cell-or-blood-product", "injection", "operation", "device-or-light"})


@dataclass(frozen=True)
class OptionRules:
    """The criteria that speak of one option."""

    option: Option
    indications: tuple[str, ...]
    absolute: tuple[str, ...]
    relative: tuple[str, ...]
    cautions: tuple[str, ...]
    predictors: tuple[str, ...]
    aftercare: tuple[str, ...]
    clinic_only: frozenset[str]  # indications that only clinics state
    supported: frozenset[str]  # indications that a guideline row recommends, with none of their rows against


@lru_cache(maxsize=4)
def option_rules(knowledge: Knowledge) -> dict[str, OptionRules]:
    """The criteria of every option, by kind."""
    gathered: dict[str, dict[str, list[str]]] = {key: {} for key in knowledge.options}
    for criterion in knowledge.criteria.values():
        kind = criterion.strength or "relative" if criterion.kind == "contraindication" else criterion.kind
        if criterion.withdrawn_on is None:
            for option in criterion.applies_to:
                gathered[option].setdefault(kind, []).append(criterion.id)
    return {
        key: OptionRules(
            option=knowledge.options[key],
            indications=tuple(kinds.get("indication", ())),
            absolute=tuple(kinds.get("absolute", ())),
            relative=tuple(kinds.get("relative", ())),
            cautions=tuple(kinds.get("caution", ())),
            predictors=tuple(kinds.get("predictor", ())),
            aftercare=tuple(kinds.get("aftercare", ())),
            clinic_only=frozenset(
                c for c in kinds.get("indication", ()) if knowledge.criteria[c].source_kind == "clinic-statement"
            ),
            supported=frozenset(c for c in kinds.get("indication", ()) if _supported(c, key, knowledge)),
        )
        for key, kinds in gathered.items()
    }


def _supported(criterion: str, option: str, knowledge: Knowledge) -> bool:
    rows = [knowledge.recommendations[r] for r in knowledge.criteria[criterion].recommendations]
    directions = {row.direction for row in rows if row.option == option}
    return "for" in directions and "against" not in directions


@dataclass(frozen=True)
class Setting:
    """What stands above every option: the urgency, the red flags that are true, where the person lives."""

    urgency: Urgency | None
    flags: frozenset[str]
    unauthorised: frozenset[str]


def setting_of(judged: Judged, urgency: Urgency | None) -> Setting:
    """The setting of one person."""
    flags = frozenset(
        key for key, rule in judged.rules.by_id.items() if rule.criterion.kind == "red-flag" and judged.truths[key]
    )
    return Setting(urgency, flags, unauthorised_in(judged.value("country"), judged.knowledge))


EUROPEAN_UNION = frozenset({"DE", "FR", "ES", "IT", "NL", "SE", "IE"})


def unauthorised_in(country: object, knowledge: Knowledge) -> frozenset[str]:
    """The options that may not be sold outside a trial where the person lives; none when that is not known."""
    code = "EU" if country in EUROPEAN_UNION else country
    found = knowledge.jurisdictions.get(str(code)) if code else None
    return frozenset(o for o, status in found.status.items() if status in UNAUTHORISED) if found else frozenset()


def standing_of(rules: OptionRules, truths: Mapping[str, Truth], setting: Setting) -> Standing:
    """The first standing that fits, in the order of the table in docs/criteria.md."""
    if any(truths[c] for c in rules.absolute):
        return "contraindicated"
    if waits(rules, setting, truths):
        return "waits"
    met = [c for c in rules.indications if truths[c]]
    if not met:
        return "undetermined" if any(truths[c] is None for c in rules.indications) else "not-indicated"
    own = deciding_indications(rules, setting)
    if not any(c in own for c in met) and any(truths[c] is None for c in own):
        return "undetermined"  # what only clinics state does not settle it while a guideline's reason is open
    return _strength(rules, met, truths, setting)


def deciding_indications(rules: OptionRules, setting: Setting) -> frozenset[str]:
    """The indications that can decide alone: not those of clinics, unless nothing could make it more than a trial."""
    if _trial_anyway(rules, setting):
        return frozenset(rules.indications)
    return frozenset(rules.indications) - rules.clinic_only


def waits(rules: OptionRules, setting: Setting, truths: Mapping[str, Truth]) -> bool:
    """Whether something urgent comes before this option."""
    if setting.urgency == "emergency-same-day":
        return not (setting.flags & set(rules.option.treats_emergency))
    if setting.urgency != "urgent-within-2-weeks" or not rules.option.elective:
        return False
    return not any(truths[c] for c in rules.option.elective_unless)


def _strength(rules: OptionRules, met: list[str], truths: Mapping[str, Truth], setting: Setting) -> Standing:
    if trial_reason(rules, met, setting):
        return "trial-only"
    open_bar = any(truths[c] is None for c in rules.absolute)
    relative = any(truths[c] for c in rules.relative)
    if any(c in rules.supported for c in met) and not open_bar and not relative:
        return "indicated"
    return "possible"


def trial_reason(rules: OptionRules, met: list[str], setting: Setting) -> str:
    """Why an option whose indication is met belongs in a trial only; empty when it does not."""
    if all(c in rules.clinic_only for c in met):
        return "Only clinics state this reason for it; no guideline or study does."
    return _trial_anyway(rules, setting)


def _trial_anyway(rules: OptionRules, setting: Setting) -> str:
    """Why an option belongs in a trial only, whatever its indication."""
    option = rules.option
    if option.evidence_in_stenosis not in STUDIED and option.family in NEEDS_EVIDENCE:
        return "No controlled study in spinal stenosis was found."
    if option.id in setting.unauthorised:
        return "It is not authorised where you live, outside a trial."
    return ""


def because(rules: OptionRules, standing: Standing, judged: Judged, setting: Setting) -> str:
    """One sentence: why this standing."""
    truths, labels = judged.truths, judged.knowledge.criteria
    met = [c for c in rules.indications if truths[c]]
    match standing:
        case "contraindicated":
            barred = next(c for c in rules.absolute if truths[c])
            return judged.knowledge.criteria[barred].says
        case "waits":
            flags = [c for c in labels if c in setting.flags and labels[c].urgency == setting.urgency]
            return f"Something urgent comes first: {_named(labels[c].label for c in flags)}. Judged again afterwards."
        case "trial-only":
            return trial_reason(rules, met, setting)
        case "not-indicated":
            return "Nothing that is known of you speaks for it." if rules.indications else "No rule speaks for it yet."
        case "undetermined":
            names = missing_for(rules, standing, judged)
            return f"Not known yet, and decides: {_named(judged.knowledge.findings[n].label for n in names)}."
        case "indicated":
            return "A guideline supports it for this, and nothing known of you speaks against it."
        case "possible":
            open_bars = [labels[c].label for c in rules.absolute if truths[c] is None]
            if open_bars:
                return f"It may fit, unless one of these applies: {_named(open_bars)}."
            cautions = [labels[c].label for c in rules.relative if truths[c]]
            if cautions:
                return f"It may fit, with care: {_named(cautions)}."
            return "It may fit; the support for it is conditional or its evidence is limited."


def _named(labels: Iterable[str], most: int = 3) -> str:
    """The first labels in one line, and how many more there are."""
    every = list(labels)
    more = f"; and {len(every) - most} more" if len(every) > most else ""
    return "; ".join(every[:most]) + more


def answers(judged: Judged, setting: Setting) -> tuple[OptionAnswer, ...]:
    """The standing of all options with every reason for and against, cautions, and what is missing."""
    return tuple(_answer(rules, judged, setting) for rules in option_rules(judged.knowledge).values())


def _answer(rules: OptionRules, judged: Judged, setting: Setting) -> OptionAnswer:
    truths = judged.truths
    standing = standing_of(rules, truths, setting)
    barred = [c for c in rules.absolute if truths[c]]
    return OptionAnswer(
        option=rules.option.id,
        name=rules.option.name,
        family=rules.option.family,
        standing=standing,
        because=because(rules, standing, judged, setting),
        for_=tuple(judged.reason(c) for c in rules.indications if truths[c]),
        against=tuple(judged.reason(c) for c in barred),
        cautions=tuple(judged.reason(c) for c in (*rules.relative, *rules.cautions) if truths[c]),
        predictors=tuple(judged.reason(c) for c in rules.predictors if truths[c]),
        missing=missing_for(rules, standing, judged),
        waits_for=tuple(sorted(setting.flags)) if standing == "waits" else (),
    )


def missing_for(rules: OptionRules, standing: Standing, judged: Judged) -> tuple[str, ...]:
    """The findings that could still change a standing, those of absolute contraindications first."""
    truths = judged.truths
    if standing in ("contraindicated", "waits", "not-indicated"):
        return ()
    open_bars = [c for c in rules.absolute if truths[c] is None]
    if standing == "undetermined":
        return judged.missing_of([*(c for c in rules.indications if truths[c] is None), *open_bars])
    return judged.missing_of([*open_bars, *(c for c in rules.relative if truths[c] is None)])
