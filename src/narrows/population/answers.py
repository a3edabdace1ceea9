"""What is answered for each person of a table: criteria, urgency, standing of options and syndromes."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import NamedTuple

from narrows.appraisal.standing import NEEDS_EVIDENCE, STUDIED, OptionRules, option_rules, unauthorised_in
from narrows.appraisal.urgency import ORDER
from narrows.criteria.bits import Circuit, Column, Truth
from narrows.criteria.columns import Column as Place
from narrows.criteria.columns import Prepared, prepare
from narrows.criteria.dialect import DUCKDB, Dialect
from narrows.criteria.logic import Logic, Named, Sql, Test, conjunction, disjunction, negation, surely, text_of, unknown
from narrows.criteria.rules import Rules
from narrows.criteria.sql import Plain, Reading, rule_sql
from narrows.knowledge import Knowledge
from narrows.knowledge.records.syndrome import Syndrome
from narrows.population.parquet import Word


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


class Choice(NamedTuple):
    """A column of words: the word of the first condition that is true, else the last one (None for NULL)."""

    whens: tuple[tuple[Logic, str], ...]
    otherwise: str | None

    def text(self, dialect: Dialect) -> str:
        """The column as SQL."""
        other = "NULL" if self.otherwise is None else dialect.string(self.otherwise)
        whens = " ".join(f"WHEN {text_of(part)} THEN {dialect.string(word)}" for part, word in self.whens)
        return f"(CASE {whens or 'WHEN FALSE THEN NULL'} ELSE CAST({other} AS {dialect.text}) END)"

    def column(self, truths: Iterable[Truth], count: int) -> Word:
        """The column of `count` rows, for which the truth of each condition is known."""
        import numpy as np

        words = tuple(dict.fromkeys(word for word in (*(w for _, w in self.whens), self.otherwise) if word is not None))
        none = np.zeros((count + 63) // 64, dtype="uint64")
        left, here = ~none, dict.fromkeys(words, none)
        for (_, word), truth in zip(self.whens, truths, strict=True):
            here[word] = here[word] | (left & truth.true)
            left = left & ~truth.true
        if self.otherwise is not None:
            here[self.otherwise] = here[self.otherwise] | left
        places = tuple(
            reduce(operator.or_, (here[w] for i, w in enumerate(words) if i >> bit & 1), none) for bit in range(4)
        )
        return Word(words, reduce(operator.or_, here.values(), none), places)


class Asked(NamedTuple):
    """All that is answered of each row, as logic over a prepared table, and the columns that stand on the way to it."""

    prepared: Prepared
    truths: dict[str, Sql]
    abroad: dict[str, Sql]  # of options: not authorised where the person lives; columns beside the criteria
    now: dict[str, Sql]  # of urgencies: a red flag of it is true; columns that read those of the criteria
    choices: dict[str, Choice]


class Judge:
    """Answers rows whose columns DuckDB hands over, in this process or in one that it was sent to."""

    def __init__(self, asked: Asked, carried: Sequence[str]) -> None:
        self.asked, self.carried = asked, carried
        whens = [part for choice in asked.choices.values() for part, _ in choice.whens]
        self.circuit = Circuit([*asked.truths.values(), *whens])

    def __reduce__(self) -> tuple[type[Judge], tuple[Asked, Sequence[str]]]:
        """What is asked travels, as plain data; the circuit is made of it where it arrives."""
        return Judge, (self.asked, self.carried)

    def query(self, people: str, dialect: Dialect) -> str:
        """The query for all that is read of `people`, a query whose columns hold typed values."""
        q = dialect.column
        values = ", ".join(["*", *(f"{sql} AS {q(name)}" for sql, name in self.asked.prepared.values)])
        listed = [*map(q, self.carried), *(f"{sql} AS {q(name)}" for name, sql in self.circuit.columns.items())]
        return f"SELECT {', '.join(listed)} FROM (SELECT {values} FROM ({people}) typed) prepared"

    def answers(self, columns: Mapping[str, Column], count: int) -> list[Column | Truth | Word]:
        """The answers for some rows: what is carried along, urgency, criteria, standings and syndromes."""
        found = iter(self.circuit.answers(columns, count))
        truths = [next(found) for _ in self.asked.truths]
        words = [c.column([next(found) for _ in c.whens], count) for c in self.asked.choices.values()]
        return [*(columns[name] for name in self.carried), words[0], *truths, *words[1:]]


def asked_of(columns: Iterable[Place], read: Mapping[str, str], rules: Rules, dialect: Dialect) -> Asked:
    """What is asked of a table with these columns; `read` tells for each region whether all of it was looked at."""
    q = dialect.column
    covers = [rule.levels for rule in rules.by_id.values() if rule.levels]
    made = prepare(columns, rules.layout.findings, dialect, covers, read)
    truths: dict[str, Sql] = {key: rule_sql(rule, made.frame, dialect) for key, rule in rules.by_id.items()}
    known = _named(truths, q)
    country = made.frame.person.get("country")
    options = option_rules(rules.knowledge)
    abroad = {f"unauthorised@{key}": _unauthorised(o, rules.knowledge, country, dialect) for key, o in options.items()}
    now = {f"now@{key}": surely(disjunction(known[c] for c in _flags(rules, key))) for key in ORDER}
    known.update(_named(abroad, q))
    urgent = list(_named(now, q).values())
    choices = {"urgency": _choice(zip(urgent, ORDER, strict=True), None)}
    for key, option in options.items():
        choices[f"standing:{key}"] = standing_choice(option, known, urgent)
    for key, syndrome in rules.knowledge.syndromes.items():
        choices[f"syndrome:{key}"] = syndrome_choice(syndrome, known)
    return Asked(made, truths, abroad, now, choices)


@dataclass(frozen=True)
class Question:
    """What is asked of a table behind its door: its columns of findings, what is carried along (with its kind), rules."""

    columns: tuple[Place, ...]
    carried: Mapping[str, str]
    rules: Rules

    @property
    def kinds(self) -> dict[str, str]:
        """The columns of an answer and their kinds."""
        wanted = wanted_of(self.rules)
        return {
            **self.carried,
            "urgency": "text",
            **dict.fromkeys(wanted.criteria, "truth"),
            **dict.fromkeys(wanted.texts[1:], "text"),
        }

    def judge(self) -> Judge:
        """Who answers it as rows of bits."""
        return Judge(asked_of(self.columns, _read(DUCKDB), self.rules, DUCKDB), tuple(self.carried))

    def text(self, people: str, dialect: Dialect) -> str:
        """It as one query over `people`, a query whose columns hold typed values."""
        beside = [(dialect.column(name), name) for name in self.carried]
        return answer_query(people, self.columns, beside, _read(dialect), self.rules, dialect)


def _read(dialect: Dialect) -> dict[str, str]:
    """For each region the column that tells whether all of it was looked at."""
    return {region: dialect.column(f"read@{region}") for region in ("lumbar", "cervical")}


def _named(columns: Mapping[str, Sql], q: Callable[[str], str]) -> dict[str, Sql]:
    """Columns as what reads them sees them; one that is the same for everybody is not read, but known."""
    return {key: Named(q(key), sql) if isinstance(sql, Logic) else sql for key, sql in columns.items()}


def answer_query(
    people: str,
    columns: Iterable[Place],
    beside: Iterable[tuple[str, str]],
    read: Mapping[str, str],
    rules: Rules,
    dialect: Dialect,
) -> str:
    """The query that answers everything for each row of `people`, a query whose columns hold typed values.

    `beside` are columns carried along, as (SQL, name); `read` tells for each region whether all of it was looked at.
    """
    q = dialect.column
    asked = asked_of(columns, read, rules, dialect)
    carried = tuple(beside)
    kept = ", ".join(q(name) for _, name in carried)
    first = ", ".join(f"{sql} AS {q(name)}" for sql, name in (*carried, *asked.prepared.selected))
    second = ", ".join([kept, *(f"{text_of(sql)} AS {q(key)}" for key, sql in (asked.truths | asked.abroad).items())])
    flags = ", ".join(["*", *(f"{text_of(sql)} AS {q(key)}" for key, sql in asked.now.items())])
    words = {key: f"{choice.text(dialect)} AS {q(key)}" for key, choice in asked.choices.items()}
    third = ", ".join([kept, words.pop("urgency"), *(q(key) for key in asked.truths), *words.values()])
    judged = f"SELECT {second} FROM (SELECT {first} FROM ({people}) people) prepared"
    return f"SELECT {third} FROM (SELECT {flags} FROM ({judged}) judged) flagged"


def _choice(whens: Iterable[tuple[Sql, str]], otherwise: str | None) -> Choice:
    kept: list[tuple[Logic, str]] = []
    for part, word in whens:
        if part is True:
            return Choice(tuple(kept), word)
        if isinstance(part, Logic):
            kept.append((part, word))
    return Choice(tuple(kept), otherwise)


def _flags(rules: Rules, urgency: str) -> list[str]:
    return [
        key
        for key, rule in rules.by_id.items()
        if rule.criterion.kind == "red-flag" and rule.criterion.urgency == urgency
    ]


def standing_choice(option: OptionRules, known: Mapping[str, Sql], now: Sequence[Sql]) -> Choice:
    """The standing of an option (as appraisal.standing.standing_of: the first that fits).

    `now` tells for each urgency whether a red flag of it is true; `known` holds the criteria, and `unauthorised@OPTION`.
    """

    def some(criteria: Iterable[str]) -> Sql:
        return disjunction(known[c] for c in criteria)

    unstudied = option.option.evidence_in_stenosis not in STUDIED and option.option.family in NEEDS_EVIDENCE
    trial_anyway: Sql = True if unstudied else known[f"unauthorised@{option.option.id}"]
    barred = some(option.absolute)
    met = some(option.indications)
    own = some(c for c in option.indications if c not in option.clinic_only)
    unmet = negation(surely(met))
    # Only what clinics state is met, while an indication that could decide alone is open.
    left_open = conjunction((negation(trial_anyway), unknown(own)))
    only_clinics: Sql = negation(surely(own)) if option.clinic_only else False
    supported = some(c for c in option.indications if c in option.supported)
    free = conjunction((negation(unknown(barred)), negation(surely(some(option.relative)))))
    return _choice(
        (
            (barred, "contraindicated"),
            (_waits(option, known, now), "waits"),
            (conjunction((unmet, unknown(met))), "undetermined"),
            (unmet, "not-indicated"),
            (left_open, "undetermined"),
            (disjunction((only_clinics, trial_anyway)), "trial-only"),
            (conjunction((surely(supported), free)), "indicated"),
        ),
        "possible",
    )


def _waits(option: OptionRules, known: Mapping[str, Sql], now: Sequence[Sql]) -> Sql:
    treated = surely(disjunction(known.get(c, False) for c in option.option.treats_emergency))
    emergency = conjunction((now[0], negation(treated)))
    if not option.option.elective:
        return emergency
    more = surely(disjunction(known.get(c, False) for c in option.option.elective_unless))
    soon = conjunction((negation(now[0]), now[1], negation(more)))
    return disjunction((emergency, soon))


def _unauthorised(option: OptionRules, knowledge: Knowledge, country: Reading | None, dialect: Dialect) -> Sql:
    codes = tuple(
        str(choice.code)
        for choice in knowledge.findings["country"].choices
        if option.option.id in unauthorised_in(choice.code, knowledge)
    )
    if not codes or not isinstance(country, Plain):
        return False
    return surely(Test(country.sql, "IN", codes, f"({', '.join(dialect.string(c) for c in codes)})"))


def syndrome_choice(syndrome: Syndrome, known: Mapping[str, Sql]) -> Choice:
    """The standing of a syndrome (as appraisal.syndromes.standing_of)."""

    def some(criteria: Iterable[str]) -> Sql:
        return disjunction(known.get(c) for c in criteria)

    tiers = (
        ("established", syndrome.established_by),
        ("likely", syndrome.likely_by),
        ("possible", syndrome.possible_by),
    )
    speaking = [c for _, criteria in tiers for c in criteria]
    contrary = surely(some(syndrome.against))
    return _choice(
        (
            (some(syndrome.excluded_by), "unlikely"),
            (conjunction((some(syndrome.established_by), contrary)), "likely"),
            *((some(criteria), standing) for standing, criteria in tiers),
            (contrary, "unlikely"),
            (conjunction(negation(known.get(c)) for c in speaking), "unlikely"),
        ),
        "unknown",
    )
