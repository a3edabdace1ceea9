"""What holds for each token of a sentence: denied, doubted, of the past; after the ideas of NegEx and ConText.

Chapman et al. 2001 (doi:10.1006/jbin.2001.1029) and Harkema et al. 2009 (doi:10.1016/j.jbi.2009.05.002): trigger
words open a scope to the right or left, which ends at a terminating word or where a new statement begins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from narrows.radiology.spans import Token

_NEW_STATEMENT = ("SEV", "THERE", "GRADE", "LEVEL", "PAT")
_CONCEPTS = (
    "FORM",
    "DOC",
    "STEN",
    "COMPR",
    "SLIP",
    "COMPFRAC",
    "FPROC",
    "TUM",
    "INF",
    "THICK",
    "TOUCH",
    "CYST",
    "EFFUS",
)


@dataclass
class Context:
    """Per token: how it is denied ("" not at all, plain, sig, high, severe), doubted ("", probable, possible), past."""

    denied: list[str]
    doubted: list[str]
    past: list[bool]


def context_of(tokens: Sequence[Token]) -> Context:
    """The context of every token of one sentence."""
    count = len(tokens)
    context = Context([""] * count, [""] * count, [False] * count)
    denied, doubted, past = "", "", False
    for i, token in enumerate(tokens):
        kind = token.kind
        if kind in ("TERM", "SEMI", "THERE"):
            denied = ""
            doubted = "" if kind != "THERE" else doubted
            past = past and kind != "SEMI"
        elif kind == "NEG":
            denied = token.value or "plain"
        elif kind == "UNEXCL":
            _leftward(tokens, i, context.doubted, "possible")
            denied = ""
        elif kind == "DOUBLE":
            denied = ""
        elif kind == "ASSERT" and i and tokens[i - 1].kind in ("COMMA", "PAREN", "AND"):
            denied = ""  # "without oedema, consistent with an old fracture"
        elif kind == "HEDGE":
            doubted = str(token.value)
        elif kind == "HIST":
            past = token.value != "after"
            if not any(t.kind in ("COMPFRAC", "TUM", "INF") for t in tokens[i + 1 :]):
                for k in range(i):
                    context.past[k] = True
        elif kind == "POSTNEG":
            _leftward(tokens, i, context.denied, "plain")
        elif (kind == "WITH" and denied and _states_anew(tokens, i + 1)) or (
            kind in ("COMMA", "AND") and denied and _ends_denial(tokens, i, kind)
        ):
            denied = ""
        if kind == "CAUSE" and doubted and tokens[i].end - tokens[i].start <= 5 and i and tokens[i - 1].kind == "COMMA":
            doubted = ""  # "a probable cyst, which narrows the recess": the narrowing is stated
        if kind in ("COMMA", "WITH") and doubted and _states_anew(tokens, i + 1):
            doubted = ""
        context.denied[i] = context.denied[i] or denied
        context.doubted[i] = context.doubted[i] or doubted
        context.past[i] = context.past[i] or past
    _trailing_doubt(tokens, context)
    return context


def _leftward(tokens: Sequence[Token], i: int, marks: list[str], mark: str) -> None:
    """Mark what stands before, back to the start of the statement."""
    for k in range(i - 1, -1, -1):
        if tokens[k].kind in ("TERM", "SEMI", "THERE"):
            break
        if tokens[k].kind == "COMMA" and any(t.kind in _CONCEPTS for t in tokens[k:i]):
            break
        marks[k] = mark


def _states_anew(tokens: Sequence[Token], i: int) -> bool:
    """Whether a graded or placed statement of its own begins here ("no stenosis, mild facet arthropathy")."""
    for token in tokens[i : i + 3]:
        if token.kind in _NEW_STATEMENT:
            return True
        if token.kind not in ("DET", "W", "SIDE"):
            return False
    return False


def _ends_denial(tokens: Sequence[Token], i: int, kind: str) -> bool:
    rest = tokens[i + 1 :]
    if not rest:
        return True
    if rest[0].kind in ("OR", "NEG"):
        return False
    if any(t.kind == "OR" for t in rest[:12]) and kind == "COMMA":
        # "no fracture, mild slip, or lesion" is rare; a list that ends in "or" is denied as a whole
        return rest[0].kind == "SEV"
    if _states_anew(tokens, i + 1):
        return True
    if kind == "COMMA":
        # a clause with a verb of its own: "no fracture, the disc is bulging"
        for token in rest:
            if token.kind in ("COMMA", "SEMI", "TERM"):
                break
            if token.kind == "COP" and token.end - token.start <= 3:
                return True
    return False


def _trailing_doubt(tokens: Sequence[Token], context: Context) -> None:
    """'is suspected', 'is possible', 'cannot be excluded' speak of what stands before them."""
    for i, token in enumerate(tokens):
        if token.kind == "HEDGE" and i and tokens[i - 1].kind == "COP" and not _followed_by_concept(tokens, i):
            _leftward(tokens, i, context.doubted, str(token.value))


def _followed_by_concept(tokens: Sequence[Token], i: int) -> bool:
    return any(t.kind in _CONCEPTS for t in tokens[i + 1 : i + 8])
