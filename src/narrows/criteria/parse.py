"""A condition's text to nodes: parsed with sqlglot, typed against the dictionary, everything else refused by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from narrows.case.dictionary import LARGEST
from narrows.criteria import nodes as n
from narrows.knowledge.records.finding import Finding
from narrows.problem import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlglot import expressions as exp

LONGEST = 10_000  # characters of a condition; ours stay below a thousand

COMPARISONS: dict[str, n.Operator] = {"EQ": "=", "NEQ": "<>", "LT": "<", "LTE": "<=", "GT": ">", "GTE": ">="}
ARITHMETIC = {"Add": "+", "Sub": "-", "Mul": "*", "Div": "/"}
_MIRROR: dict[str, n.Operator] = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}

REFUSED = {
    "Case": ("CASE", "an unknown test would fall to ELSE; write the condition with AND and OR"),
    "If": ("IF", "write the condition with AND and OR"),
    "Coalesce": ("COALESCE", "it invents a value; use assume, with a source"),
    "Cast": ("CAST", "engines round differently; give the finding the type it needs"),
    "TryCast": ("CAST", "give the finding the type it needs"),
    "Mod": ("%", "engines differ on its sign"),
    "IntDiv": ("integer division", "use /"),
    "Like": ("LIKE", "text is compared with = and IN only"),
    "ILike": ("ILIKE", "text is compared with = and IN only"),
    "Null": ("NULL as a value", "use IS NULL or IS NOT NULL"),
    "Subquery": ("a subquery", "a condition speaks of one person"),
    "Select": ("SELECT", "a condition speaks of one person"),
    "Xor": ("XOR", "write it with AND, OR and NOT"),
    "NullSafeEQ": ("IS NOT DISTINCT FROM", "use = and IS NULL"),
    "NullSafeNEQ": ("IS DISTINCT FROM", "use <> and IS NULL"),
    "Greatest": ("GREATEST", "write the comparison for each finding"),
    "Least": ("LEAST", "write the comparison for each finding"),
    "Round": ("ROUND", "engines round differently"),
    "Parameter": ("a parameter", "write the number"),
    "Placeholder": ("a placeholder", "write the number"),
    "DPipe": ("||", "text is not joined here"),
    "BitwiseAnd": ("&", "use AND"),
    "BitwiseOr": ("|", "use OR"),
}


class ConditionError(ValueError):
    """A condition is refused: what is wrong with it, and what would mend it."""

    def __init__(self, problem: str, fix: str = "") -> None:
        super().__init__(problem)
        self.problem, self.fix = problem, fix


def parse(text: str, findings: Mapping[str, Finding]) -> n.Condition:
    """The nodes of a condition.

    Raises ConditionError with the reason: a construct that is not in the language, a name that is not in the
    dictionary, a boolean compared with a number, an unknown code, two units that differ.
    """
    import sqlglot
    from sqlglot.errors import SqlglotError

    if not text.strip():
        raise ConditionError("the condition is empty", "write a condition, or only points")
    if len(text) > LONGEST:
        raise ConditionError(f"the condition is longer than {LONGEST} characters", "split it: nobody can review it")
    for mark, word in (("--", "an SQL comment"), ("/*", "an SQL comment"), (";", "a semicolon")):
        if mark in text:  # what stands behind it would be dropped in silence; no code of a finding holds one
            raise ConditionError(
                f"{word} is not in the language of criteria", "write notes beside the condition, after #"
            )
    try:
        tree: Any = sqlglot.parse_one(text, dialect="duckdb")
        return _Translator(findings).condition(tree)
    except RecursionError:
        raise ConditionError("the condition is nested too deeply", "fewer brackets, or several criteria") from None
    except SqlglotError as error:
        said = str(error).splitlines()[0].split(". Line")[0]
        raise ConditionError(
            f"this is no SQL condition: {said}", "AND OR NOT = <> < <= > >= BETWEEN IN IS NULL + - * /"
        ) from None


class _Translator:
    def __init__(self, findings: Mapping[str, Finding]) -> None:
        self.findings = findings

    # ---- conditions

    def condition(self, tree: exp.Expression) -> n.Condition:
        kind = type(tree).__name__
        if kind == "Paren":
            return self.condition(tree.this)
        if kind in ("And", "Or"):
            return self._chain(tree, kind)
        if kind == "Not":
            return n.Not(self.condition(tree.this))
        if kind == "Column":
            finding = self._finding(tree)
            if finding.type != "boolean":
                raise ConditionError(
                    f"{finding.name} is {_article(finding)}, not true or false", f"compare it: {finding.name} …"
                )
            return n.Holds(finding.name)
        if kind in COMPARISONS:
            return self._compare(tree, COMPARISONS[kind])
        if kind == "Between":
            return self._between(tree)
        if kind == "In":
            return self._in(tree)
        if kind == "Is":
            return self._is(tree)
        if kind == "Boolean":
            raise ConditionError("TRUE and FALSE alone say nothing of a person", "name a finding")
        self._refuse(tree)

    def _chain(self, tree: exp.Expression, kind: str) -> n.Condition:
        parts: list[n.Condition] = []
        waiting = [tree]  # a long chain is a deep tree: walked with a list, not by recursion
        while waiting:
            part = waiting.pop()
            if type(part).__name__ == kind:
                waiting += [part.right, part.left]
            else:
                parts.append(self.condition(part))
        return n.And(tuple(parts)) if kind == "And" else n.Or(tuple(parts))

    def _compare(self, tree: exp.Expression, operator: n.Operator) -> n.Condition:
        for side, other in ((tree.left, tree.right), (tree.right, tree.left)):
            if type(other).__name__ == "Boolean":
                return self._truth(side, operator, bool(other.this))
        left, right = self._term(tree.left), self._term(tree.right)
        if isinstance(left, n.Number | n.Text) and not isinstance(right, n.Number | n.Text):
            left, right, operator = right, left, _MIRROR[operator]
        self._agree(left, right, operator)
        return n.Compare(operator, left, right)

    def _truth(self, side: exp.Expression, operator: n.Operator, wanted: bool) -> n.Condition:
        if type(side).__name__ != "Column" or operator not in ("=", "<>"):
            raise ConditionError(
                "only a boolean finding is compared with TRUE or FALSE, by = or <>", "name the finding alone, or NOT it"
            )
        finding = self._finding(side)
        if finding.type != "boolean":
            raise ConditionError(f"{finding.name} is {_article(finding)}; it cannot be compared with TRUE or FALSE")
        holds = n.Holds(finding.name)
        return holds if wanted == (operator == "=") else n.Not(holds)

    def _between(self, tree: exp.Expression) -> n.Condition:
        if tree.args.get("symmetric"):
            raise ConditionError("BETWEEN SYMMETRIC is not in the language", "write the lower limit first")
        term, low, high = self._term(tree.this), self._term(tree.args["low"]), self._term(tree.args["high"])
        self._agree(term, low, ">=")
        self._agree(term, high, "<=")
        if isinstance(low, n.Number) and isinstance(high, n.Number) and low.value > high.value:
            raise ConditionError(f"BETWEEN {low.value:g} AND {high.value:g} can never hold", "the lower limit first")
        return n.Between(term, low, high)

    def _in(self, tree: exp.Expression) -> n.Condition:
        if type(tree.this).__name__ != "Column":
            raise ConditionError("IN takes a finding on its left", "finding IN ('a', 'b')")
        self._term(tree.this)  # refuses a boolean and a date
        finding = self._finding(tree.this)
        listed = tree.expressions
        if (
            tree.args.get("query") is not None
            or tree.args.get("field") is not None
            or tree.args.get("unnest") is not None
        ):
            raise ConditionError("IN takes literals, no query", "finding IN ('a', 'b')")
        if not listed:
            raise ConditionError("IN () is empty; engines differ on what that means", "list at least one code")
        values: list[str | int | float] = []
        for item in listed:
            term = self._literal(item)
            self._agree(n.Value(finding.name), term, "=")
            values.append(term.value)
        return n.In(finding.name, tuple(values))

    def _is(self, tree: exp.Expression) -> n.Condition:
        what = type(tree.expression).__name__
        if what != "Null" or type(tree.this).__name__ != "Column":
            raise ConditionError("IS takes a finding and NULL", "finding IS NULL, finding IS NOT NULL")
        return n.IsNull(self._finding(tree.this).name)

    # ---- terms

    def _term(self, tree: exp.Expression) -> n.Term:
        kind = type(tree).__name__
        if kind == "Paren":
            return self._term(tree.this)
        if kind == "Column":
            finding = self._finding(tree)
            if finding.type == "boolean":
                raise ConditionError(
                    f"{finding.name} is true or false; it cannot be compared with a number or a code",
                    f"{finding.name}, or NOT {finding.name}",
                )
            if finding.type == "date":
                raise ConditionError(
                    f"{finding.name} is a date; dates are not compared", "use a finding that counts days"
                )
            return n.Value(finding.name)
        if kind in ARITHMETIC:
            return self._arithmetic(tree, ARITHMETIC[kind])
        if kind in ("Literal", "Neg"):
            return self._literal(tree)
        self._refuse(tree)

    def _arithmetic(self, tree: exp.Expression, operator: str) -> n.Term:
        left, right = self._term(tree.left), self._term(tree.right)
        for side in (left, right):
            if not self._numeric(side):
                raise ConditionError(f"'{operator}' takes numbers", "codes are compared with = and IN")
        if operator in "+-":
            self._same_unit(left, right)
        return n.Arithmetic(operator, left, right)  # type: ignore[arg-type]

    def _literal(self, tree: exp.Expression) -> n.Number | n.Text:
        kind = type(tree).__name__
        if kind == "Neg":
            inner = self._literal(tree.this)
            if isinstance(inner, n.Text):
                raise ConditionError("'-' takes a number")
            return n.Number(-inner.value)
        if kind == "Literal":
            if tree.is_string:
                return n.Text(str(tree.this))
            text = str(tree.this)
            number = int(text) if text.isdecimal() and len(text) < 18 else float(text)
            if abs(number) > LARGEST:
                raise ConditionError(f"{text[:20]} is far too large a number", "look for a slip of the pen")
            return n.Number(number)
        self._refuse(tree)

    # ---- types

    def _finding(self, column: exp.Expression) -> Finding:
        if column.args.get("table") is not None:
            raise ConditionError(f"'{column.sql()}' names a table; a condition names findings alone")
        if column.this.args.get("quoted"):
            raise ConditionError(
                f"{column.sql()} is in double quotes, which name a column",
                f"a code stands in single quotes: '{column.name}'",
            )
        finding = self.findings.get(column.name)
        if finding is None:
            raise ConditionError(
                f"no finding '{column.name}'",
                did_you_mean(column.name, self.findings) or "see docs/reference/findings.md",
            )
        return finding

    def _textual(self, term: n.Term) -> bool:
        return isinstance(term, n.Text) or (isinstance(term, n.Value) and coded_as_text(self.findings[term.finding]))

    def _numeric(self, term: n.Term) -> bool:
        return not self._textual(term)

    def _agree(self, left: n.Term, right: n.Term, operator: str) -> None:
        if self._textual(left) != self._textual(right):
            raise ConditionError(f"{_name(left)} and {_name(right)} are of different types", self._hint(left, right))
        if self._textual(left):
            if operator not in ("=", "<>"):
                raise ConditionError(f"{_name(left)} is a code; codes have no order here", "use = or IN")
            if isinstance(left, n.Value) and isinstance(right, n.Value):
                raise ConditionError("two coded findings cannot be compared", "compare each with its codes")
            if isinstance(left, n.Text) and isinstance(right, n.Text):
                raise ConditionError("two literals say nothing of a person", "name a finding")
            if isinstance(left, n.Value) and isinstance(right, n.Text):
                codes = [str(c.code) for c in self.findings[left.finding].choices]
                if right.value not in codes:
                    raise ConditionError(
                        f"'{right.value}' is no code of {left.finding}",
                        did_you_mean(right.value, codes) or f"codes: {', '.join(codes)}",
                    )
            return
        if isinstance(left, n.Value) and isinstance(right, n.Number) and operator in ("=", "<>"):
            grades = [c.code for c in self.findings[left.finding].choices if isinstance(c.code, int)]
            if grades and right.value not in grades:
                raise ConditionError(
                    f"{right.value:g} is no grade of {left.finding}", f"grades: {', '.join(map(str, grades))}"
                )
        if isinstance(left, n.Number) and isinstance(right, n.Number):
            raise ConditionError("two literals say nothing of a person", "name a finding")
        self._same_unit(left, right)

    def _same_unit(self, left: n.Term, right: n.Term) -> None:
        first, second = self._unit(left), self._unit(right)
        if first and second and first != second:
            raise ConditionError(
                f"{_name(left)} is in {first}, {_name(right)} in {second}", "compare what has one unit"
            )

    def _unit(self, term: n.Term) -> str | None:
        """The unit of a term; None where a literal takes any unit, or a product has one of its own."""
        if isinstance(term, n.Value):
            return self.findings[term.finding].unit or "1"
        if isinstance(term, n.Arithmetic) and term.operator in "+-":
            return self._unit(term.left) or self._unit(term.right)
        return None

    def _hint(self, left: n.Term, right: n.Term) -> str:
        for term in (left, right):
            if isinstance(term, n.Value) and self.findings[term.finding].choices:
                return f"codes of {term.finding}: {', '.join(str(c.code) for c in self.findings[term.finding].choices)}"
        return "a number is compared with a number"

    def _refuse(self, tree: exp.Expression) -> NoReturn:
        kind = type(tree).__name__
        if kind in REFUSED:
            word, fix = REFUSED[kind]
            raise ConditionError(f"{word} is not in the language of criteria", fix)
        if kind in ("Anonymous", "AnonymousAggFunc") or hasattr(tree, "sql_names"):
            name = str(tree.this) if kind == "Anonymous" else kind.upper()
            raise ConditionError(
                f"the function {name} is not in the language of criteria", "write the comparison itself"
            )
        if kind in ("And", "Or", "Not", *COMPARISONS, "Between", "In", "Is"):
            raise ConditionError("a condition stands where a number or a code belongs", "check the brackets")
        raise ConditionError(
            f"'{tree.sql()[:60]}' is not in the language of criteria",
            "AND OR NOT = <> < <= > >= BETWEEN IN IS NULL + - * /",
        )


def coded_as_text(finding: Finding) -> bool:
    """Whether the values of a finding are codes of text, which have no order."""
    return finding.type in ("choice", "ordinal") and any(isinstance(c.code, str) for c in finding.choices)


def _article(finding: Finding) -> str:
    return {
        "quantity": "a number",
        "integer": "a number",
        "ordinal": "a grade",
        "choice": "a code",
        "date": "a date",
    }.get(finding.type, finding.type)


def _name(term: n.Term) -> str:
    match term:
        case n.Value(finding):
            return finding
        case n.Number(value):
            return f"{value:g}"
        case n.Text(value):
            return f"'{value}'"
        case n.Arithmetic(operator, left, right):
            return f"{_name(left)} {operator} {_name(right)}"
