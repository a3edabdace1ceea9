"""The language of criteria as frozen nodes: all that a condition can say, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

Operator = Literal["=", "<>", "<", "<=", ">", ">="]


class _Node(msgspec.Struct, frozen=True, tag=True, array_like=True):
    """A node; equal when its parts are equal."""


# ---- terms: what a comparison compares


class Value(_Node, frozen=True, tag=True):
    """The value of a finding that is a number, a grade or a code."""

    finding: str


class Number(_Node, frozen=True, tag=True):
    """A number written in the condition."""

    value: float | int


class Text(_Node, frozen=True, tag=True):
    """A code written in the condition."""

    value: str


class Arithmetic(_Node, frozen=True, tag=True):
    """Sum, difference, product or guarded quotient: a division by zero is unknown."""

    operator: Literal["+", "-", "*", "/"]
    left: Term
    right: Term


Term = Value | Number | Text | Arithmetic

# ---- conditions: true, false or unknown


class Holds(_Node, frozen=True, tag=True):
    """A boolean finding as it stands."""

    finding: str


class Compare(_Node, frozen=True, tag=True):
    """A comparison of two terms: unknown when either is unknown."""

    operator: Operator
    left: Term
    right: Term


class Between(_Node, frozen=True, tag=True):
    """Low and high included; `5 BETWEEN NULL AND 3` is false, as `5 >= NULL AND 5 <= 3` is."""

    term: Term
    low: Term
    high: Term


class In(_Node, frozen=True, tag=True):
    """Membership in a list of literals that is neither empty nor holds a NULL."""

    finding: str
    values: tuple[str | int | float, ...]


class IsNull(_Node, frozen=True, tag=True):
    """Whether a finding is not known: never itself unknown."""

    finding: str


class Not(_Node, frozen=True, tag=True):
    """Kleene negation."""

    part: Condition


class And(_Node, frozen=True, tag=True):
    """False when a part is false, else unknown when a part is unknown, else true."""

    parts: tuple[Condition, ...]


class Or(_Node, frozen=True, tag=True):
    """True when a part is true, else unknown when a part is unknown, else false."""

    parts: tuple[Condition, ...]


Condition = Holds | Compare | Between | In | IsNull | Not | And | Or
Node = Condition | Term

#: Every class of node, for the test that random conditions reach them all.
NODES: tuple[type[_Node], ...] = (
    Value,
    Number,
    Text,
    Arithmetic,
    Holds,
    Compare,
    Between,
    In,
    IsNull,
    Not,
    And,
    Or,
)


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below a node."""
    match node:
        case And(parts) | Or(parts):
            return parts
        case Not(part):
            return (part,)
        case Compare(_, left, right) | Arithmetic(_, left, right):
            return (left, right)
        case Between(term, low, high):
            return (term, low, high)
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, from left to right."""
    yield node
    for child in children(node):
        yield from walk(child)


def findings_of(node: Node) -> tuple[str, ...]:
    """The findings that a condition reads, each once, in the order in which they stand."""
    names = (n.finding for n in walk(node) if isinstance(n, Value | Holds | In | IsNull))
    return tuple(dict.fromkeys(names))
