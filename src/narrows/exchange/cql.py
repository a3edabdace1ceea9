"""The criteria as CQL, so that a hospital can run them where its own data are.

One library: a definition for each criterion, true, false or null for unknown, from the same nodes as all else; and the
model of its patient, a flat list of elements named as the columns of a table of people are (docs/population.md), with
`_` for `@` and `-`. Membership is written with `or` and ranges as two comparisons, because the list operators of CQL
are not three-valued.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from xml.sax.saxutils import quoteattr

from narrows.criteria import rules_of
from narrows.criteria.columns import Column, column_of, prepare
from narrows.criteria.dialect import DUCKDB
from narrows.criteria.logic import text_of
from narrows.criteria.parse import coded_as_text
from narrows.criteria.rules import Rules
from narrows.criteria.sql import rule_sql
from narrows.knowledge import Knowledge
from narrows.knowledge.levels import LEVELS_OF
from narrows.knowledge.records.finding import Finding
from narrows.problem import InputError, Problem

VERSION = "1.0.0"
_INFINITE = "9999999999999999999.0"
_COMPARISONS = {"EQ": "=", "NEQ": "!=", "LT": "<", "LTE": "<=", "GT": ">", "GTE": ">="}
_ARITHMETIC = {"Add": "+", "Sub": "-", "Mul": "*", "Div": "/"}


class Library(NamedTuple):
    """A CQL library, the model that it uses, and the element that each column becomes."""

    cql: str
    model: str
    elements: Mapping[str, str]


def every_column(findings: Mapping[str, Finding]) -> tuple[Column, ...]:
    """Every column that a table of people can have: each finding, at each of its levels, plain and for each side."""
    columns = []
    for finding in findings.values():
        sides = ("", "@left", "@right") if finding.side else ("",)
        levels = LEVELS_OF[finding.region or "both"] if finding.per_level else ("",)
        for level in levels:
            at = f"@{level}" if level else ""
            columns += [column_of(f"{finding.name}{at}{side}", findings) for side in sides]
    return tuple(columns)


def element(column: str) -> str:
    """The name of a column as an element of the model."""
    return re.sub(r"\W", "_", column)


def library_of(rules: Rules, columns: Iterable[Column] | None = None, criteria: Iterable[str] | None = None) -> Library:
    """Criteria (all, where none are named) as a CQL library over these columns (where none are named, all there can be)."""
    findings = rules.layout.findings
    listed = tuple(every_column(findings) if columns is None else columns)
    wanted = [rules.by_id[key] for key in (rules.by_id if criteria is None else criteria)]
    regions = {region: DUCKDB.column(f"read@{region}") for region in ("lumbar", "cervical")}
    made = prepare(listed, findings, DUCKDB, [rule.levels for rule in wanted if rule.levels], regions)
    elements = {c.name: element(c.name) for c in listed} | {f"read@{r}": f"read_{r}" for r in regions}
    worked = {name: sql for sql, name in made.selected if sql != DUCKDB.column(name)}
    read: dict[str, None] = {}

    def of_patient(name: str) -> str:
        return f"Patient.{elements[name]}"

    def of_library(name: str) -> str:
        if name not in worked:
            return of_patient(name)
        read[name] = None
        return f'"{name}"'

    judged = []
    for rule in wanted:
        said = " ".join(rule.criterion.label.split()).replace("*/", "* /")
        text = cql_of(text_of(rule_sql(rule, made.frame, DUCKDB)), of_library)
        judged += [f"/* {said} */", f'define "criterion {rule.id}": {text}']
    lines = [
        f"library Narrows version '{VERSION}'",
        "using NarrowsModel version '1.0.0'",
        "context Patient",
        "",
        *(f'define "{name}": {cql_of(worked[name], of_patient)}' for name in read),
        "",
        *judged,
    ]
    return Library("\n".join(lines) + "\n", _model(listed, findings), elements)


def write(folder: Path, knowledge: Knowledge) -> tuple[Path, ...]:
    """Write the library and its model into a folder; the files.

    Raises InputError when it cannot be written.
    """
    made = library_of(rules_of(knowledge))
    texts = {folder / "Narrows.cql": made.cql, folder / "NarrowsModel.xml": made.model}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in texts.items():
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(Problem(f"cannot be written: {error.strerror}", str(folder), "name another folder")) from None
    return tuple(texts)


def _model(columns: Iterable[Column], findings: Mapping[str, Finding]) -> str:
    rows = [("id", "System.String"), ("read_lumbar", "System.Boolean"), ("read_cervical", "System.Boolean")]
    for column in columns:
        finding = findings[column.finding]
        kind = (
            "Boolean"
            if finding.type == "boolean"
            else "String"
            if coded_as_text(finding) or finding.type == "date"
            else "Decimal"
        )
        rows.append((element(column.name), f"System.{kind}"))
    inside = "\n".join(f"    <element name={quoteattr(n)} elementType={quoteattr(t)}/>" for n, t in rows)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<modelInfo xmlns="urn:hl7-org:elm-modelinfo:r1" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  name="NarrowsModel" version="1.0.0" url="urn:narrows" targetQualifier="narrows" patientClassName="NarrowsModel.Patient">
  <requiredModelInfo name="System" version="1.0.0"/>
  <typeInfo xsi:type="ClassInfo" namespace="NarrowsModel" name="Patient" identifier="Patient" label="Patient" retrievable="true" baseType="System.Any">
{inside}
  </typeInfo>
  <contextInfo name="Patient" keyElement="id"><contextType namespace="NarrowsModel" name="Patient"/></contextInfo>
</modelInfo>
"""


# ---- from the SQL of a rule to CQL: a small language, so a small printer


def cql_of(sql: str, name: Callable[[str], str]) -> str:
    """The CQL of an expression of a rule's SQL; `name` says how a column is written."""
    import sqlglot

    return _print(sqlglot.parse_one(f"SELECT {sql}", dialect="duckdb").expressions[0], name)


def _print(tree: Any, name: Callable[[str], str]) -> str:
    kind = type(tree).__name__
    if kind == "Paren":
        return f"({_print(tree.this, name)})"
    if kind in ("And", "Or"):
        parts = (f"({_print(part, name)})" for part in tree.flatten())
        return f" {kind.lower()} ".join(parts)
    if kind == "Not":
        return f"not ({_print(tree.this, name)})"
    if kind == "Column":
        return name(tree.name)
    if kind in _COMPARISONS or kind in _ARITHMETIC:
        sign = _COMPARISONS.get(kind) or _ARITHMETIC[kind]
        return f"({_print(tree.left, name)}) {sign} ({_print(tree.right, name)})"
    if kind == "Is":
        return f"({_print(tree.this, name)}) is null"
    if kind == "In":
        return " or ".join(f"({_print(tree.this, name)} = {_print(v, name)})" for v in tree.expressions)
    if kind == "Coalesce":
        return f"Coalesce({', '.join(_print(p, name) for p in (tree.this, *tree.expressions))})"
    if kind == "Nullif":  # CQL itself answers null for a division by zero
        return _print(tree.this, name)
    return _case(tree, name) if kind == "Case" else _literal(tree, kind, name)


def _case(tree: Any, name: Callable[[str], str]) -> str:
    head = f"{_print(tree.this, name)} = " if tree.this is not None else ""
    whens = " ".join(f"when {head}{_print(w.this, name)} then {_print(w.args['true'], name)}" for w in tree.args["ifs"])
    other = tree.args.get("default")
    return f"case {whens} else {_print(other, name) if other is not None else 'null'} end"


def _literal(tree: Any, kind: str, name: Callable[[str], str]) -> str:
    if kind == "Cast":
        if type(tree.this).__name__ == "Null":
            return "(null as Boolean)"
        if type(tree.this).__name__ == "Literal" and tree.this.is_string:
            return f"-{_INFINITE}" if str(tree.this.this).startswith("-") else _INFINITE
        return f"({_print(tree.this, name)})"
    if kind == "Boolean":
        return "true" if tree.this else "false"
    if kind == "Null":
        return "null"
    if kind == "Neg":
        return f"-{_print(tree.this, name)}"
    if kind == "Literal":
        if tree.is_string:
            return "'" + str(tree.this).replace("\\", "\\\\").replace("'", "\\'") + "'"
        number = float(str(tree.this))
        return (
            str(int(number))
            if number.is_integer() and "e" not in str(tree.this)
            else f"{number:.8f}".rstrip("0") + ("0" if number.is_integer() else "")
        )
    raise AssertionError(f"no CQL for {kind}: {tree.sql()[:80]}")
