"""What is answered for each person of a table: criteria, urgency, standing of options and syndromes, as one query."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from narrows.appraisal.standing import NEEDS_EVIDENCE, STUDIED, OptionRules, option_rules, unauthorised_in
from narrows.appraisal.urgency import ORDER
from narrows.criteria.columns import Column, prepare
from narrows.criteria.dialect import Dialect
from narrows.criteria.rules import Rules
from narrows.criteria.sql import Plain, Sql, conjunction, disjunction, negation, rule_sql, text_of
from narrows.knowledge import Knowledge
from narrows.knowledge.records.syndrome import Syndrome


@dataclass(frozen=True)
class Wanted:
    """The columns of an answer, in their order."""

    criteria: tuple[str, ...]
    options: tuple[str, ...]
    syndromes: tuple[str, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """The names of the text columns."""
        return ("urgency", *(f"standing:{o}" for o in self.options), *(f"syndrome:{s}" for s in self.syndromes))


def wanted_of(rules: Rules) -> Wanted:
    """Every criterion, option and syndrome of a knowledge."""
    knowledge = rules.knowledge
    return Wanted(tuple(rules.by_id), tuple(knowledge.options), tuple(knowledge.syndromes))


def answer_query(
    people: str,
    columns: Iterable[Column],
    beside: Iterable[tuple[str, str]],
    read: Mapping[str, str],
    rules: Rules,
    dialect: Dialect,
) -> str:
    """The query that answers everything for each row of `people`, a query whose columns hold typed values.

    `beside` are columns carried along, as (SQL, name); `read` tells for each region whether all of it was looked at.
    """
    q = dialect.column
    covers = [rule.levels for rule in rules.by_id.values() if rule.levels]
    made = prepare(columns, rules.layout.findings, dialect, covers, read)
    carried = tuple(beside)
    kept = ", ".join(q(name) for _, name in carried)
    first = ", ".join(f"{sql} AS {q(name)}" for sql, name in (*carried, *made.selected))
    truths: dict[str, Sql] = {key: rule_sql(rule, made.frame, dialect) for key, rule in rules.by_id.items()}
    country = made.frame.person.get("country")
    reads_country = isinstance(country, Plain)
    second = ", ".join(
        [kept, *([f"{q('country')} AS {q('lives@in')}"] if reads_country else [])]
        + [f"{text_of(sql)} AS {q(key)}" for key, sql in truths.items()]
    )
    # A criterion that the columns cannot decide is the same for everybody: it is not read again, but known.
    known: dict[str, Sql] = {key: q(key) if isinstance(sql, str) else sql for key, sql in truths.items()}
    lives = q("lives@in") if reads_country else None
    third = ", ".join(
        [
            kept,
            f"{q('urgency@now')} AS {q('urgency')}",
            *(q(key) for key in truths),
            *(
                f"{standing_sql(o, known, rules, lives, dialect)} AS {q(f'standing:{key}')}"
                for key, o in option_rules(rules.knowledge).items()
            ),
            *(
                f"{syndrome_sql(s, known, dialect)} AS {q(f'syndrome:{key}')}"
                for key, s in rules.knowledge.syndromes.items()
            ),
        ]
    )
    urgency_level = f"SELECT *, {urgency_sql(known, rules, dialect)} AS {q('urgency@now')}"
    return (
        f"SELECT {third} FROM ({urgency_level} FROM (SELECT {second} FROM "
        f"(SELECT {first} FROM ({people}) people) prepared) judged) flagged"
    )


def _flags(rules: Rules, urgency: str) -> list[str]:
    return [
        key
        for key, rule in rules.by_id.items()
        if rule.criterion.kind == "red-flag" and rule.criterion.urgency == urgency
    ]


def urgency_sql(known: Mapping[str, Sql], rules: Rules, dialect: Dialect) -> str:
    """The highest urgency among red flags that are true, or NULL (as appraisal.urgency.urgency_of)."""
    whens = " ".join(
        f"WHEN {text_of(disjunction(known[c] for c in _flags(rules, urgency)))} THEN {dialect.string(urgency)}"
        for urgency in ORDER
    )
    return f"(CASE {whens} ELSE CAST(NULL AS {dialect.text}) END)"


def standing_sql(
    option: OptionRules, known: Mapping[str, Sql], rules: Rules, lives: str | None, dialect: Dialect
) -> str:
    """The standing of an option (as appraisal.standing.standing_of: the first that fits)."""

    def some(criteria: Iterable[str]) -> Sql:
        return disjunction(known[c] for c in criteria)

    barred = some(option.absolute)
    met = some(option.indications)
    whens = [(barred, "contraindicated"), (_waits(option, known, dialect), "waits")]
    unmet = negation(_surely(met))
    whens.append((conjunction((unmet, _open(met))), "undetermined"))
    whens.append((unmet, "not-indicated"))
    whens.append((_left_open(option, known, rules.knowledge, lives, dialect), "undetermined"))
    whens.append((_trial(option, known, rules.knowledge, lives, dialect), "trial-only"))
    supported = some(c for c in option.indications if c in option.supported)
    free = conjunction((negation(_open(barred)), negation(_surely(some(option.relative)))))
    whens.append((conjunction((_surely(supported), free)), "indicated"))
    text = " ".join(f"WHEN {text_of(c)} THEN {dialect.string(s)}" for c, s in whens if c is not False and c is not None)
    return f"(CASE {text} ELSE {dialect.string('possible')} END)"


def _surely(sql: Sql) -> Sql:
    """True where it is true, false where it is false or unknown."""
    return f"COALESCE({sql}, FALSE)" if isinstance(sql, str) else bool(sql)


def _open(sql: Sql) -> Sql:
    """True where it is unknown."""
    return f"({sql} IS NULL)" if isinstance(sql, str) else sql is None


def _waits(option: OptionRules, known: Mapping[str, Sql], dialect: Dialect) -> Sql:
    now = dialect.column("urgency@now")
    treated = _surely(disjunction(known.get(c, False) for c in option.option.treats_emergency))
    emergency = conjunction((f"COALESCE({now} = {dialect.string(ORDER[0])}, FALSE)", negation(treated)))
    if not option.option.elective:
        return emergency
    more = _surely(disjunction(known.get(c, False) for c in option.option.elective_unless))
    soon = conjunction((f"COALESCE({now} = {dialect.string(ORDER[1])}, FALSE)", negation(more)))
    return disjunction((emergency, soon))


def _trial(
    option: OptionRules, known: Mapping[str, Sql], knowledge: Knowledge, lives: str | None, dialect: Dialect
) -> Sql:
    others = _surely(disjunction(known[c] for c in option.indications if c not in option.clinic_only))
    only_clinics: Sql = negation(others) if option.clinic_only else False
    return disjunction((only_clinics, _trial_anyway(option, knowledge, lives, dialect)))


def _trial_anyway(option: OptionRules, knowledge: Knowledge, lives: str | None, dialect: Dialect) -> Sql:
    if option.option.evidence_in_stenosis not in STUDIED and option.option.family in NEEDS_EVIDENCE:
        return True
    codes = [
        str(choice.code)
        for choice in knowledge.findings["country"].choices
        if option.option.id in unauthorised_in(choice.code, knowledge)
    ]
    if not lives or not codes:
        return False
    return f"COALESCE({lives} IN ({', '.join(dialect.string(c) for c in codes)}), FALSE)"


def _left_open(
    option: OptionRules, known: Mapping[str, Sql], knowledge: Knowledge, lives: str | None, dialect: Dialect
) -> Sql:
    """Only what clinics state is met, while an indication that could decide alone is open."""
    own = disjunction(known[c] for c in option.indications if c not in option.clinic_only)
    return conjunction((negation(_trial_anyway(option, knowledge, lives, dialect)), _open(own)))


def syndrome_sql(syndrome: Syndrome, known: Mapping[str, Sql], dialect: Dialect) -> str:
    """The standing of a syndrome (as appraisal.syndromes.standing_of)."""

    def some(criteria: Iterable[str]) -> Sql:
        return disjunction(known.get(c) for c in criteria)

    tiers = (
        ("established", syndrome.established_by),
        ("likely", syndrome.likely_by),
        ("possible", syndrome.possible_by),
    )
    speaking = [c for _, criteria in tiers for c in criteria]
    none = conjunction(negation(known.get(c)) for c in speaking)
    contrary = _surely(some(syndrome.against))
    whens: list[tuple[Sql, str]] = [(some(syndrome.excluded_by), "unlikely")]
    whens.append((conjunction((some(syndrome.established_by), contrary)), "likely"))
    whens += [(some(criteria), standing) for standing, criteria in tiers]
    whens += [(contrary, "unlikely"), (none, "unlikely")]
    text = " ".join(f"WHEN {text_of(c)} THEN {dialect.string(s)}" for c, s in whens if c is not False and c is not None)
    return f"(CASE {text or 'WHEN FALSE THEN NULL'} ELSE {dialect.string('unknown')} END)"
