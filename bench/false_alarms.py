"""How often composed strangers reach emergency-same-day, and by which rule: where a false alarm is likeliest.

Each person answers everything that is asked at home, with complaints drawn independently at guessed frequencies, so the
figure itself means little; its direction and the ranking of the rules are what it is for. Run: python bench/false_alarms.py
"""

from __future__ import annotations

import random
import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

from narrows.case.entry import Entry
from narrows.criteria import facts_of, rules_of
from narrows.knowledge import load

PEOPLE = 3000
SKIPPED = 0.05  # share of answers left out
# Guessed shares of people with stenosis who say yes; leakage and bladder trouble after the sources luts-spine-2018 and
# ui-lss-2018, the rest by guess.
SHARES = {
    "past_cancer": 0.15, "active_cancer": 0.015, "leg_weakness_felt": 0.4, "balance_problem": 0.3, "leg_numbness": 0.5,
    "night_pain_unrelieved": 0.18, "pain_constant_nonmechanical": 0.08, "neck_pain": 0.25, "thoracic_pain": 0.08,
    "pain_worse_straining": 0.15, "recent_infection": 0.06, "active_infection": 0.02, "fever": 0.01,
    "immunosuppressed": 0.05, "dialysis_or_line": 0.005, "intravenous_drug_use": 0.005, "urinary_incontinence": 0.25,
    "urinary_retention": 0.07, "bladder_sensation_changed": 0.03, "bowel_incontinence": 0.03,
    "sexual_dysfunction_new": 0.03, "leg_pain_progressed_to_both": 0.06, "sudden_severe_back_pain": 0.06,
    "significant_trauma": 0.02, "minor_fall_new_pain": 0.03, "collapse_or_faint": 0.01, "abdominal_pain": 0.07,
    "known_aaa": 0.03, "hand_clumsiness": 0.08, "weak_grip_felt": 0.1, "foot_rest_pain": 0.12, "foot_drop_reported": 0.01,
    "diabetes": 0.2, "osteoporosis": 0.1,
}  # fmt: skip
SPHINCTER = (
    "urinary_incontinence",
    "urinary_retention",
    "bladder_sensation_changed",
    "bowel_incontinence",
    "sexual_dysfunction_new",
)
COURSES = {"improving": 0.12, "stable": 0.43, "slowly_worse": 0.42, "rapidly_worse": 0.03}
SMOKING = {"never": 0.5, "former": 0.38, "current": 0.12}


def draw(dice: random.Random, home: dict[str, Any]) -> dict[str, Any]:
    """The answers of one composed person."""
    person = {**home, **{name: dice.random() < share for name, share in SHARES.items()}}
    person["age"] = round(min(max(dice.gauss(70, 9), 45), 92))
    person["symptom_duration_months"] = min(400.0, dice.lognormvariate(3.2, 1))
    person["symptom_course"] = dice.choices(list(COURSES), list(COURSES.values()))[0]
    person["smoking_status"] = dice.choices(list(SMOKING), list(SMOKING.values()))[0]
    if any(person[name] for name in SPHINCTER):
        person["sphincter_symptoms_worsening"] = dice.random() < 0.15
        if dice.random() < 0.85:
            person["sphincter_symptom_days"] = min(20000.0, dice.lognormvariate(6.9, 1.2))
    return {name: value for name, value in person.items() if name == "age" or dice.random() >= SKIPPED}


def main() -> int:
    """Print the share and the rules behind it."""
    knowledge = load([])
    rules = rules_of(knowledge)
    path = Path(__file__).parents[1] / "tests" / "data" / "ordinary-people" / "bases.toml"
    home = tomllib.loads(path.read_text(encoding="utf-8"))["bases"]["home"]
    emergencies = [k for k, c in knowledge.criteria.items() if c.urgency == "emergency-same-day"]
    dice, alarmed, by_rule = random.Random(5), 0, Counter[str]()
    for _ in range(PEOPLE):
        entry = Entry(knowledge, lambda place: place)
        case = entry.take({"id": "someone", "as_of": "2026-01-15", "findings": draw(dice, home)})
        truths = rules.truths(facts_of(case, rules.layout))
        true = [key for key in emergencies if truths[key]]
        alarmed += bool(true)
        by_rule.update(true)
    print(f"{alarmed} of {PEOPLE} composed strangers reach emergency-same-day ({100 * alarmed / PEOPLE:.0f} %)")
    for key, times in by_rule.most_common(12):
        print(f"{times:5d}  {key}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
