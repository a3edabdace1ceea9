"""The door of a table: which columns it has, which rows can be read as they stand, and what their values are as SQL.

A row that needs more than that (a unit in the text, a questionnaire, a value that may be wrong) is read by the door of
one person instead: what is refused there is refused here, with the same words.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from narrows.case.dictionary import LARGEST
from narrows.case.entry import EARLIEST
from narrows.case.row import BESIDE, FALSE, TRUE
from narrows.criteria.columns import Column, ColumnError, column_of
from narrows.criteria.dialect import Dialect
from narrows.criteria.parse import coded_as_text
from narrows.knowledge import Knowledge
from narrows.knowledge.levels import REASONS
from narrows.knowledge.records.finding import Finding
from narrows.population.scores import score_column
from narrows.problem import InputError, Problem, did_you_mean

Kind = Literal["boolean", "integer", "float", "text", "date", "other"]
#: Derived from height and weight as one person's is: rounded to one decimal, limits of what is plausible.
_INDEX_LIMITS = (10, 80)
_NUMBER = r"[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]+)?"
_ODD_NUMBERS = r"[-+]?([nN][aA][nN]|[iI][nN][fF]|[iI][nN][fF][iI][nN][iI][tT][yY])"


class Door(NamedTuple):
    """How a table is read: SQL of each value, SQL that is true for a row that one person's door has to read."""

    columns: tuple[Column, ...]
    values: Mapping[str, str]
    doubtful: str
    odd_numbers: Mapping[str, str]  # column to SQL, true where it holds NaN or an infinity
    read: Mapping[str, str]
    as_of: str
    beside: tuple[tuple[str, str], ...]
    raw: tuple[str, ...]  # the columns that one person's door reads
    kept: tuple[str, ...] = ()

    def typed(self, relation: str, dialect: Dialect, where: str = "") -> str:
        """The query whose columns hold typed values."""
        q = dialect.column
        listed = [f"{sql} AS {q(name)}" for name, sql in self.values.items()]
        listed += [f"{sql} AS {q('read@' + region)}" for region, sql in self.read.items()]
        listed += [f"{sql} AS {q(name)}" for sql, name in self.beside]
        return f"SELECT {', '.join(listed)} FROM {relation}{where}"


class Survey(NamedTuple):
    """What one look at the columns told: which hold nothing but plain values within limits, and which hold nothing."""

    clean: frozenset[str] = frozenset()
    empty: frozenset[str] = frozenset()
    spoken: Mapping[str, str] = {}  # columns of text in which each cell is plain: the SQL of its value


def fitting(finding: Finding, kind: Kind) -> bool:
    """Whether a column of this kind can hold the finding without being read as text."""
    if coded_as_text(finding):
        return kind == "text"
    return kind in (("boolean", "integer") if finding.type == "boolean" else ("integer", "float"))


def within(finding: Finding, kind: Kind, low: float | None, high: float | None) -> bool:
    """Whether all numbers between these are plain values of the finding: finite, within its limits, whole where need be."""
    if low is None or high is None:
        return True
    if not (math.isfinite(low) and math.isfinite(high)):
        return False
    if finding.type == "boolean":
        return low >= 0 and high <= 1
    if finding.choices:
        codes = [c.code for c in finding.choices if isinstance(c.code, int)]
        return (
            kind == "integer" and low in codes and high in codes and set(range(int(low), int(high) + 1)) <= set(codes)
        )
    if finding.type == "integer" and kind != "integer":
        return False
    least, most = _limits(finding)
    return low >= least and high <= most


def _limits(finding: Finding) -> tuple[float, float]:
    return -LARGEST if finding.min is None else finding.min, LARGEST if finding.max is None else finding.max


def door_of(
    kinds: Mapping[str, Kind],
    knowledge: Knowledge,
    dialect: Dialect,
    name: str,
    keep: Sequence[str] = (),
    today: str = "",
    survey: Survey = Survey(),  # noqa: B008
    scored: Mapping[str, Sequence[str]] | None = None,
) -> Door:
    """The door of a table with these columns; `scored`: findings that the answers in a column fill.

    Raises InputError with every column that is missing, unknown, in the wrong place or of the wrong type.
    """
    problems = list(_strangers(kinds, knowledge, name, keep))
    columns: list[Column] = []
    for column in kinds:
        if column in ("id", "as_of", "levels_read", *BESIDE, *keep) or column.startswith("answers."):
            continue
        try:
            columns.append(column_of(column, knowledge.findings))
        except ColumnError as error:
            problems.append(Problem(error.problem, f"{name}, column {column}", error.fix))
    columns = [one for one in columns if one.name not in survey.empty]
    maker = _Maker(dialect, knowledge, columns, survey)
    for one in columns:
        problem = maker.take(one, kinds[one.name])
        if problem:
            problems.append(Problem(problem[0], f"{name}, column {one.name}", problem[1]))
    if problems:
        raise InputError(problems)
    maker.scored = scored or {}
    return maker.door(kinds, keep, today)


def _strangers(kinds: Mapping[str, Kind], knowledge: Knowledge, name: str, keep: Sequence[str]) -> Iterable[Problem]:
    if "id" not in kinds:
        hint = did_you_mean("id", kinds)
        yield Problem("no column 'id'", name, hint or "each row needs an id of its own")
    for column in keep:
        if column not in kinds:
            yield Problem(f"no column '{column}' to keep", name, did_you_mean(column, kinds))
    for column in kinds:
        instrument = column.removeprefix("answers.")
        if column != instrument and instrument not in knowledge.instruments:
            yield Problem(
                f"no instrument '{instrument}'",
                f"{name}, column {column}",
                did_you_mean(instrument, knowledge.instruments),
            )


class _Maker:
    def __init__(self, dialect: Dialect, knowledge: Knowledge, columns: Sequence[Column], survey: Survey) -> None:
        self.dialect, self.knowledge, self.survey = dialect, knowledge, survey
        self.findings = knowledge.findings
        self.columns = list(columns)
        counts: dict[str, int] = {}
        for column in columns:
            counts[column.finding] = counts.get(column.finding, 0) + 1
        self.alone = {name for name, count in counts.items() if count == 1}
        self.values: dict[str, str] = {}
        self.bad: list[str] = []
        self.odd: dict[str, str] = {}
        self.scored: Mapping[str, Sequence[str]] = {}

    # ---- one column

    def take(self, column: Column, kind: Kind) -> tuple[str, str] | None:
        """Make the SQL of a column's value; what is wrong with its type, and what would mend it."""
        finding = self.findings[column.finding]
        raw = self.dialect.column(column.name)
        if column.name in self.survey.spoken:
            self.values[column.name] = self.survey.spoken[column.name]
            return None
        if column.name in self.survey.clean:
            self.values[column.name] = f"({raw} = 1)" if finding.type == "boolean" and kind != "boolean" else raw
            return None
        if kind == "text" and (self.dialect.name == "duckdb" or finding.type == "boolean" or coded_as_text(finding)):
            self._text(column, raw, finding)
            return None
        if not fitting(finding, kind):
            told = "text" if coded_as_text(finding) else "true or false" if finding.type == "boolean" else "a number"
            shown = {"float": "a decimal number", "integer": "a whole number"}.get(kind, kind)
            return f"{column.finding} is {told}, and this column is {shown}", "change the type of the column"
        if finding.type == "boolean":
            self._boolean(column, raw, kind)
        else:
            self._number(column, raw, finding, kind)
        return None

    def _boolean(self, column: Column, raw: str, kind: Kind) -> None:
        if kind == "boolean":
            self.values[column.name] = raw
        else:
            self.values[column.name] = f"({raw} = 1)"
            self.bad.append(f"({raw} NOT IN (0, 1))")

    def _number(self, column: Column, raw: str, finding: Finding, kind: Kind) -> None:
        value = self.dialect.as_double(raw)
        if kind == "float":
            # x - x is 0 for every number but NaN and the infinities, on every engine.
            self.odd[column.name] = f"NOT ({value} - {value} = 0)"
            value = f"(CASE WHEN {value} - {value} = 0 THEN {value} END)"
        self._limits(column, value, finding)

    def _limits(self, column: Column, value: str, finding: Finding) -> None:
        number = self.dialect.number
        if finding.choices:
            codes = ", ".join(self.dialect.literal(c.code) for c in finding.choices)
            self.bad.append(f"({value} NOT IN ({codes}))")
        else:
            least, most = _limits(finding)
            self.bad.append(f"({value} < {number(least)} OR {value} > {number(most)})")
            if finding.type == "integer":
                self.bad.append(f"({value} <> FLOOR({value}))")
        self.values[column.name] = value

    def _text(self, column: Column, raw: str, finding: Finding) -> None:
        string = self.dialect.string
        text = f"TRIM({raw})"
        reasons = ", ".join(string(r) for r in REASONS)
        if finding.type == "boolean":
            yes, no = (", ".join(string(w) for w in sorted(words)) for words in (TRUE, FALSE))
            low = f"LOWER({text})"
            value = f"(CASE WHEN {low} IN ({yes}) THEN TRUE WHEN {low} IN ({no}) THEN FALSE END)"
        elif coded_as_text(finding):
            codes = ", ".join(string(str(c.code)) for c in finding.choices)
            value = f"(CASE WHEN {text} IN ({codes}) THEN {text} END)"
        else:
            value = f"(CASE WHEN REGEXP_FULL_MATCH({text}, '{_NUMBER}') THEN TRY_CAST({text} AS DOUBLE) END)"
            self.odd[column.name] = f"REGEXP_FULL_MATCH({text}, '{_ODD_NUMBERS}')"
        self.values[column.name] = value
        silent = f"{text} = ''"
        if column.finding in self.alone:
            silent += f" OR {text} IN ({reasons})"
        if column.name in self.odd:
            silent += f" OR {self.odd[column.name]}"
        self.bad.append(f"({value} IS NULL AND NOT ({silent}))")
        if finding.type != "boolean" and not coded_as_text(finding):
            self._limits(column, value, finding)

    # ---- the whole row

    def door(self, kinds: Mapping[str, Kind], keep: Sequence[str], today: str) -> Door:
        """The door, once every column was taken."""
        q, string = self.dialect.column, self.dialect.string
        text = self.dialect.text
        identity = f"TRIM(CAST({q('id')} AS {text}))"
        self.bad.append(
            f"({q('id')} IS NULL OR {identity} = '' OR LENGTH({identity}) > 200 OR {self._unprintable(identity)})"
        )
        as_of = f"CAST({q('as_of')} AS {text})" if "as_of" in kinds else f"CAST(NULL AS {text})"
        day = f"SUBSTRING({as_of}, 1, 10)" if "as_of" in kinds else as_of
        if "as_of" in kinds:
            self.bad.append(f"({day} > {string(today)} OR {day} < {string(EARLIEST.isoformat())})")
            if kinds["as_of"] != "date":
                shape = f"TRIM({as_of}) <> '' AND (LENGTH({as_of}) <> 10 OR {self._no_date(as_of)})"
                self.bad.append(f"({shape})")
                day = f"NULLIF(TRIM({as_of}), '')"
        read = self._read(kinds)
        self._sides()
        self._contradictions()
        derived = [*self._derived(read), *self._scores()]
        answers = [c for c in kinds if c.startswith("answers.")]
        for c in answers:
            unread = f" AND {q(score_column(c))} IS NULL" if c in self.scored else ""
            self.bad.append(f"({q(c)} IS NOT NULL AND TRIM(CAST({q(c)} AS {text})) <> ''{unread})")
        beside = [(identity, "id"), (f"COALESCE({day}, {string(today)})", "as_of")]
        carried = [c for c in (*BESIDE, *keep) if c in kinds]
        beside += [(q(c), c) for c in dict.fromkeys(carried)]
        doubtful = f"COALESCE({' OR '.join(self.bad)}, FALSE)"
        given = {c.name for c in self.columns}
        raw = [c for c in kinds if c in ("id", "as_of", "levels_read") or c in given or c in answers]
        return Door(
            columns=tuple(dict.fromkeys((*self.columns, *derived))),
            values=self.values,
            doubtful=doubtful,
            odd_numbers=self.odd,
            read=read,
            as_of=day,
            beside=tuple(beside),
            raw=tuple(raw),
            kept=tuple(dict.fromkeys(carried)),
        )

    def _unprintable(self, sql: str) -> str:
        return f"REGEXP_MATCHES({sql}, '[^\\pL\\pM\\pN\\pP\\pS ]')" if self.dialect.name == "duckdb" else "FALSE"

    def _no_date(self, sql: str) -> str:
        if self.dialect.name == "duckdb":
            return f"TRY_CAST({sql} AS DATE) IS NULL"
        return f"NOT ({sql} LIKE '____-__-__')"

    def _read(self, kinds: Mapping[str, Kind]) -> dict[str, str]:
        if "levels_read" not in kinds:
            return dict.fromkeys(("lumbar", "cervical"), "FALSE")
        raw = f"TRIM(COALESCE(CAST({self.dialect.column('levels_read')} AS {self.dialect.text}), ''))"
        known = ("", "lumbar", "cervical", "lumbar cervical", "cervical lumbar", "lumbar,cervical", "cervical,lumbar")
        self.bad.append(f"({raw} NOT IN ({', '.join(self.dialect.string(k) for k in known)}))")
        return {region: f"({raw} LIKE '%{region}%')" for region in ("lumbar", "cervical")}

    def _sides(self) -> None:
        """A plain value beside one of a side is one person's door to refuse."""
        q = self.dialect.column
        sides: dict[tuple[str, str], dict[str, str]] = {}
        for column in self.columns:
            sides.setdefault((column.finding, column.level), {})[column.side] = q(column.name)
        for found in sides.values():
            if "" in found and len(found) > 1:
                others = " OR ".join(f"{sql} IS NOT NULL" for side, sql in found.items() if side)
                self.bad.append(f"({found['']} IS NOT NULL AND ({others}))")

    def _contradictions(self) -> None:
        for rule in self.knowledge.contradictions.values():
            if all(name in self.values for name in rule.both):
                parts = (f"{self.values[name]} = {self.dialect.literal(v)}" for name, v in rule.both.items())
                self.bad.append(f"({' AND '.join(parts)})")
        months, age = self.values.get("symptom_duration_months"), self.values.get("age")
        if months and age:
            self.bad.append(f"({months} > ({age} + 1) * 12)")

    # ---- what follows from what is known (as case.derive)

    def _derived(self, read: Mapping[str, str]) -> list[Column]:
        added = self._implied()
        for name, sql in (("body_mass_index", self._index()), ("lumbar_stenosis_severity", self._worst(read))):
            if sql:
                if name in self.values:
                    self.values[name] = f"COALESCE({self.values[name]}, {sql})"
                else:
                    self.values[name] = sql
                    added.append(Column(name, name))
        return added

    def _scores(self) -> list[Column]:
        """What the answers to questionnaires score, where it was not entered."""
        added: list[Column] = []
        for column, filled in self.scored.items():
            for name in filled:
                sql = self.dialect.column(score_column(column, name))
                if name not in self.values:
                    added.append(Column(name, name))
                self.values[name] = f"COALESCE({self.values[name]}, {sql})" if name in self.values else sql
        return added

    def _implied(self) -> list[Column]:
        """What follows from another answer, rule by rule, as one may rest on another."""
        added: list[Column] = []
        for rule in self.knowledge.implications.values():
            said, then = self.findings[rule.when], self.findings[rule.finding]
            if said.side or then.side or said.per_level or then.per_level:
                # Of sides and levels one person's door knows more than a column does.
                held = [self.dialect.column(c.name) for c in self.columns if c.finding == rule.when]
                self.bad += [f"({raw} IS NOT NULL)" for raw in held]
                continue
            value = self.values.get(rule.when)
            if value is None:
                continue
            met = []
            if rule.at_least is not None and said.type in ("quantity", "integer"):
                met.append(f"{value} >= {self.dialect.number(rule.at_least)}")
            if rule.equals is not None:
                met.append(f"{value} = {self.dialect.literal(rule.equals)}")
            sql = f"(CASE WHEN {' OR '.join(met) or 'FALSE'} THEN {self.dialect.literal(rule.value)} END)"
            if rule.finding in self.values:
                self.values[rule.finding] = f"COALESCE({self.values[rule.finding]}, {sql})"
            else:
                self.values[rule.finding] = sql
                added.append(Column(rule.finding, rule.finding))
        return added

    def _index(self) -> str:
        height, weight = self.values.get("height"), self.values.get("weight")
        if not height or not weight or "body_mass_index" not in self.findings:
            return ""
        metres = f"({self.dialect.as_double(height)} / 100e0)"
        tenths = f"({self.dialect.as_double(weight)} / NULLIF({metres} * {metres}, 0) * 10e0)"
        # Engines part company on how a half is rounded: a row so close to one is read by one person's door.
        near = f"ABS({tenths} - FLOOR({tenths}) - 0.5e0) < 1e-6"
        entered = self.values.get("body_mass_index")
        self.bad.append(f"({near} AND {entered} IS NULL)" if entered else f"({near})")
        low, high = _INDEX_LIMITS
        index = f"(FLOOR({tenths} + 0.5e0) / 10e0)"
        return f"(CASE WHEN {index} >= {low} AND {index} <= {high} THEN {index} END)"

    def _worst(self, read: Mapping[str, str]) -> str:
        if "lumbar_stenosis_severity" not in self.findings:
            return ""
        levels: dict[str, dict[str, str]] = {}
        for column in self.columns:
            if column.finding in ("lee_central_grade", "schizas_grade") and column.level and not column.side:
                levels.setdefault(column.level, {})[column.finding] = self.values[column.name]
        ranks = []
        for found in levels.values():
            lee, schizas = found.get("lee_central_grade"), found.get("schizas_grade")
            word = f"(CASE {schizas} WHEN 'B' THEN 2 WHEN 'C' THEN 3 WHEN 'D' THEN 3 END)" if schizas else ""
            if lee:
                whole = f"CAST({lee} AS INTEGER)"
                ranks.append(f"COALESCE({whole}, {word})" if word else whole)
            else:
                ranks.append(word)
        if not ranks:
            return ""
        worst = f"GREATEST({', '.join((*ranks, 'CAST(NULL AS INTEGER)'))})"
        words = " ".join(f"WHEN {i} THEN '{w}'" for i, w in ((2, "moderate"), (3, "severe")))
        lumbar = read["lumbar"]
        mild = f"CASE WHEN {lumbar} THEN (CASE {worst} WHEN 0 THEN 'none' WHEN 1 THEN 'mild' END) END"
        return f"(CASE {worst} {words} ELSE {mild} END)"
