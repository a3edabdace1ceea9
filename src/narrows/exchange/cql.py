"""The criteria as CQL, so that a hospital can run them where its own data are.

One library: a definition for each criterion, true, false or null for unknown, from the same nodes as all else; and the
model of its patient, a flat list of elements named as the columns of a table of people are (docs/population.md), with
`_` for `@` and `-`. Membership is written with `or` and ranges as two comparisons, because the list operators of CQL
are not three-valued.
"""

from __future__ import annotations

import argparse
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
from narrows.criteria.sql import rule_sql
from narrows.knowledge import Knowledge, load
from narrows.knowledge.levels import LEVELS_OF

VERSION = "1.0.0"
_INFINITE = "9999999999999999999.0"
_COMPARISONS = {"EQ": "=", "NEQ": "!=", "LT": "<", "LTE": "<=", "GT": ">", "GTE": ">="}
_ARITHMETIC = {"Add": "+", "Sub": "-", "Mul": "*", "Div": "/"}


class Library(NamedTuple):
    """A CQL library, the model that it uses, and the element that each column becomes."""

    cql: str
    model: str
    elements: Mapping[str, str]


def every_column(knowledge: Knowledge) -> tuple[Column, ...]:
    """Every column that a table of people can have: each finding, at each of its levels, plain and for each side."""
    columns = []
    for finding in knowledge.findings.values():
        sides = ("", "@left", "@right") if finding.side else ("",)
        levels = LEVELS_OF[finding.region or "both"] if finding.per_level else ("",)
        for level in levels:
            at = f"@{level}" if level else ""
            columns += [column_of(f"{finding.name}{at}{side}", knowledge.findings) for side in sides]
    return tuple(columns)


def element(column: str) -> str:
    """The name of a column as an element of the model."""
    return re.sub(r"\W", "_", column)


def library_of(knowledge: Knowledge, columns: Iterable[Column] | None = None) -> Library:
    """The criteria as a CQL library over these columns (all that there can be, where none are named)."""
    rules = rules_of(knowledge)
    listed = tuple(every_column(knowledge) if columns is None else columns)
    regions = {region: DUCKDB.column(f"read@{region}") for region in ("lumbar", "cervical")}
    covers = [rule.levels for rule in rules.by_id.values() if rule.levels]
    made = prepare(listed, knowledge.findings, DUCKDB, covers, regions)
    elements = {c.name: element(c.name) for c in listed} | {f"read@{r}": f"read_{r}" for r in regions}

    def of_patient(name: str) -> str:
        return f"Patient.{elements[name]}"

    def of_library(name: str) -> str:
        return f'"{name}"'

    lines = [f"library Narrows version '{VERSION}'", "using NarrowsModel version '1.0.0'", "context Patient", ""]
    lines += [f'define "{name}": {cql_of(sql, of_patient)}' for sql, name in made.selected]
    lines.append("")
    for key, rule in rules.by_id.items():
        said = " ".join(rule.criterion.label.split()).replace("*/", "* /")
        lines += [
            f"/* {said} */",
            f'define "criterion {key}": {cql_of(text_of(rule_sql(rule, made.frame, DUCKDB)), of_library)}',
        ]
    return Library("\n".join(lines) + "\n", _model(listed, knowledge), elements)


def _model(columns: Iterable[Column], knowledge: Knowledge) -> str:
    rows = [("id", "System.String"), ("read_lumbar", "System.Boolean"), ("read_cervical", "System.Boolean")]
    for column in columns:
        finding = knowledge.findings[column.finding]
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


def main() -> None:
    """Write the library and its model into a folder."""
    parser = argparse.ArgumentParser(prog="python -m narrows.exchange.cql", description="The criteria as CQL.")
    parser.add_argument("folder", help="where Narrows.cql and NarrowsModel.xml go")
    folder = Path(parser.parse_args().folder)
    folder.mkdir(parents=True, exist_ok=True)
    made = library_of(load())
    (folder / "Narrows.cql").write_text(made.cql, encoding="utf-8")
    (folder / "NarrowsModel.xml").write_text(made.model, encoding="utf-8")


if __name__ == "__main__":
    main()
