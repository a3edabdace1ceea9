"""Conditions for one person: nodes compiled to closures that answer True, False or None for unknown."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from typing import Any

from narrows.criteria import nodes as n
from narrows.criteria.facts import Among, Extremes, Layout, Range

Truth = bool | None
Test = Callable[[Sequence[Any]], Truth]
Reckon = Callable[[Sequence[Any]], Any]

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def compile_condition(node: n.Condition, layout: Layout) -> Test:
    """A closure that answers a condition for a list of values in the order of the layout."""
    match node:
        case n.Holds(finding):
            return operator.itemgetter(layout.position[finding])
        case n.And(parts):
            return _conjunction(*_sorted(parts, layout))
        case n.Or(parts):
            return _disjunction(*_sorted(parts, layout))
        case n.Not(part):
            return _negation(compile_condition(part, layout))
        case n.IsNull(finding):
            at = layout.position[finding]
            return lambda values: values[at] is None
        case n.In(finding, listed):
            return _membership(layout, finding, listed)
        case n.Between(term, low, high):
            ends = (n.Compare(">=", term, low), n.Compare("<=", term, high))
            return _conjunction((), (), tuple(compile_condition(end, layout) for end in ends))
        case n.Compare(sign, left, right):
            return _comparison(sign, left, right, layout)


class Branch:
    """A condition with its compiled test and its parts, for explaining which part decided."""

    __slots__ = ("names", "node", "parts", "reads_level", "test")

    def __init__(self, node: n.Condition, layout: Layout) -> None:
        self.node = node
        self.names = n.findings_of(node)
        self.reads_level = any(layout.findings[name].per_level for name in self.names)
        self.test = compile_condition(node, layout)
        self.parts: tuple[Branch, ...] = ()
        if isinstance(node, n.And | n.Or):
            self.parts = tuple(Branch(part, layout) for part in node.parts)
        elif isinstance(node, n.Not):
            self.parts = (Branch(node.part, layout),)


def _negation(test: Test) -> Test:
    def negation(values: Sequence[Any]) -> Truth:
        answer = test(values)
        return None if answer is None else not answer

    return negation


def _sorted(
    parts: tuple[n.Condition, ...], layout: Layout
) -> tuple[tuple[int, ...], tuple[int, ...], tuple[Test, ...]]:
    """The parts as positions of plain findings, of denied findings, and tests of their own.

    Most parts are plain findings; reading them in the loop is several times faster than calling a closure for each.
    The order of parts does not matter in three-valued logic.
    """
    plain = tuple(layout.position[p.finding] for p in parts if isinstance(p, n.Holds))
    denied = tuple(
        layout.position[p.part.finding] for p in parts if isinstance(p, n.Not) and isinstance(p.part, n.Holds)
    )
    rest = tuple(
        compile_condition(p, layout)
        for p in parts
        if not (isinstance(p, n.Holds) or (isinstance(p, n.Not) and isinstance(p.part, n.Holds)))
    )
    return plain, denied, rest


def _conjunction(plain: tuple[int, ...], denied: tuple[int, ...], tests: tuple[Test, ...]) -> Test:
    def conjunction(values: Sequence[Any]) -> Truth:
        answer: Truth = True
        for at in plain:
            part = values[at]
            if part is False:
                return False
            if part is None:
                answer = None
        for at in denied:
            part = values[at]
            if part:
                return False
            if part is None:
                answer = None
        for test in tests:
            part = test(values)
            if part is False:
                return False
            if part is None:
                answer = None
        return answer

    return conjunction


def _disjunction(plain: tuple[int, ...], denied: tuple[int, ...], tests: tuple[Test, ...]) -> Test:
    def disjunction(values: Sequence[Any]) -> Truth:
        answer: Truth = False
        for at in plain:
            part = values[at]
            if part:
                return True
            if part is None:
                answer = None
        for at in denied:
            part = values[at]
            if part is False:
                return True
            if part is None:
                answer = None
        for test in tests:
            part = test(values)
            if part:
                return True
            if part is None:
                answer = None
        return answer

    return disjunction


def _membership(layout: Layout, finding: str, listed: tuple[Any, ...]) -> Test:
    at, wanted = layout.position[finding], frozenset(listed)
    if not layout.findings[finding].side:

        def member(values: Sequence[Any]) -> Truth:
            value = values[at]
            return None if value is None else value in wanted

        return member
    single = [_sided("=", at, value) for value in listed]

    def worse_member(values: Sequence[Any]) -> Truth:
        value = values[at]
        if type(value) is Among:
            return _settled([code in wanted for code in value.codes])
        if type(value) is Range or type(value) is Extremes:
            answers = [test(values) for test in single]
            return True if True in answers else None if None in answers else False
        return None if value is None else value in wanted

    return worse_member


def _comparison(sign: n.Operator, left: n.Term, right: n.Term, layout: Layout) -> Test:
    if isinstance(left, n.Value) and isinstance(right, n.Number | n.Text):
        at = layout.position[left.finding]
        if layout.findings[left.finding].side:
            return _sided(sign, at, right.value)
        return _plain(sign, at, right.value)
    compare, first, second = _COMPARE[sign], _reckon(left, layout), _reckon(right, layout)

    def comparison(values: Sequence[Any]) -> Truth:
        a = first(values)
        if a is None:
            return None
        b = second(values)
        return None if b is None else compare(a, b)

    return comparison


def _plain(sign: str, at: int, limit: Any) -> Test:
    # Written out for each sign: a call of operator.lt costs as much as the comparison.
    def equal(values: Sequence[Any]) -> Truth:
        value = values[at]
        return None if value is None else value == limit

    def unequal(values: Sequence[Any]) -> Truth:
        value = values[at]
        return None if value is None else value != limit

    def less(values: Sequence[Any]) -> Truth:
        value = values[at]
        return None if value is None else value < limit

    def at_most(values: Sequence[Any]) -> Truth:
        value = values[at]
        return None if value is None else value <= limit

    def more(values: Sequence[Any]) -> Truth:
        value = values[at]
        return None if value is None else value > limit

    def at_least(values: Sequence[Any]) -> Truth:
        value = values[at]
        return None if value is None else value >= limit

    return {"=": equal, "<>": unequal, "<": less, "<=": at_most, ">": more, ">=": at_least}[sign]


def _sided(sign: str, at: int, limit: Any) -> Test:
    compare = _COMPARE[sign]

    def sided(values: Sequence[Any]) -> Truth:
        return compare_with(sign, compare, values[at], limit)

    return sided


def compare_with(sign: str, compare: Callable[[Any, Any], bool], value: Any, limit: Any) -> Truth:
    """Compare a value of two sides, of which perhaps one is unknown, with a limit."""
    kind = type(value)
    if value is None:
        return None
    if kind is Extremes:
        if sign in ("<", "<="):
            return compare_with(sign, compare, value.low, limit)
        if sign in (">", ">="):
            return compare_with(sign, compare, value.high, limit)
        ends = [compare_with(sign, compare, end, limit) for end in value]
        wanted = sign == "="  # equal when an end is equal; unequal when both are
        return wanted if wanted in ends else None if None in ends else not wanted
    if kind is Range:
        if sign in ("=", "<>"):
            return None if value.low <= limit <= value.high else sign == "<>"
        return _settled([compare(value.low, limit), compare(value.high, limit)])
    if kind is Among:
        return _settled([compare(code, limit) for code in value.codes])
    return compare(value, limit)


def _settled(answers: list[bool]) -> Truth:
    """What holds for every possibility; unknown when they differ."""
    return answers[0] if all(a is answers[0] for a in answers) else None


def _reckon(term: n.Term, layout: Layout) -> Reckon:
    match term:
        case n.Number(value) | n.Text(value):
            return lambda values: value
        case n.Value(finding):
            at = layout.position[finding]

            def read(values: Sequence[Any]) -> Any:
                value = values[at]
                # Half-known sides do not enter arithmetic: the answer is then unknown.
                return None if type(value) in (Range, Among, Extremes) else value

            return read
        case n.Arithmetic(sign, left, right):
            return _arithmetic(sign, _reckon(left, layout), _reckon(right, layout))


def _arithmetic(sign: str, left: Reckon, right: Reckon) -> Reckon:
    def reckon(values: Sequence[Any]) -> Any:
        a = left(values)
        if a is None:
            return None
        b = right(values)
        if b is None:
            return None
        if sign == "+":
            return a + b
        if sign == "-":
            return a - b
        try:
            result = a * b if sign == "*" else None if b == 0 else a / b
        except OverflowError:
            return None
        return result if result is None or math.isfinite(result) else None

    return reckon
