"""What the grammar of one sentence hands on, and the noun phrases it is made of: sites with grades and sides."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from narrows.radiology.context import Context
from narrows.radiology.spans import Token

Grade = tuple[int, int]


class Quality(NamedTuple):
    """A grade (0 none to 3 severe, as an interval) and a side; each may be unsaid."""

    grade: Grade | None = None
    side: str = ""


@dataclass
class Mention:
    """One thing that a sentence says, before it has a level: `what` is a site or a concept."""

    what: str
    index: int
    start: int
    end: int
    quality: Quality = field(default_factory=Quality)
    value: Any = None
    denied: str = ""
    doubted: str = ""
    past: bool = False
    levels: tuple[str, ...] | None = None


@dataclass
class Line:
    """One sentence as the grammar sees it."""

    tokens: Sequence[Token]
    context: Context
    text: str
    used: set[int] = field(default_factory=set)

    def word(self, i: int) -> str:
        """The words of a token."""
        return self.text[self.tokens[i].start : self.tokens[i].end]

    def kind(self, i: int) -> str:
        """The kind of a token; "END" outside the sentence."""
        return self.tokens[i].kind if 0 <= i < len(self.tokens) else "END"

    def mention(self, what: str, i: int, indices: Sequence[int] = (), **more: Any) -> Mention:
        """A mention at token i with the words of other tokens around it."""
        members = [i, *indices]
        return Mention(
            what,
            i,
            min(self.tokens[k].start for k in members),
            max(self.tokens[k].end for k in members),
            **{
                "denied": self.context.denied[i],
                "doubted": self.context.doubted[i],
                "past": self.context.past[i],
                **more,
            },
        )


QUALS: Final = ("SEV", "SIDE", "BOTH", "CMP")
NOUN_PHRASE: Final = ("SITE", *QUALS, "AND", "OR", "COMMA", "SLASH", "DET", "PAREN")
_BOUNDS: Final = (
    "COMMA", "AND", "END", "SEMI", "TERM", "WITH", "CAUSE", "PREP", "PAREN", "LEVEL", "SCOPE", "THIS", "COP", "NEG", "THERE", "BONE", "HEDGE",
)  # fmt: skip


def back(line: Line, i: int, allowed: Collection[str], most: int = 24) -> list[int]:
    """Indices before i, ascending, as far as only allowed kinds stand there."""
    out: list[int] = []
    k = i - 1
    while k >= 0 and line.kind(k) in allowed and len(out) < most:
        out.append(k)
        k -= 1
    return out[::-1]


def noun_phrase(line: Line, i: int) -> list[int]:
    """The noun phrase before a head; "is severe and" before it belongs to another statement."""
    chain = back(line, i, NOUN_PHRASE)
    if (
        chain
        and line.word(chain[0] - 1) in ("is", "are", "was", "were", "remains", "appears")
        and line.kind(chain[0]) in QUALS
    ):
        cut = next((n for n, k in enumerate(chain) if line.kind(k) in ("AND", "COMMA")), None)
        if cut is not None and all(line.kind(k) in (*QUALS, "DET") for k in chain[:cut]):
            return chain[cut + 1 :]
    return chain


def forward(line: Line, i: int, allowed: Collection[str], most: int = 24) -> list[int]:
    """Indices after i as far as only allowed kinds stand there."""
    out: list[int] = []
    k = i + 1
    while line.kind(k) in allowed and len(out) < most:
        out.append(k)
        k += 1
    return out


def subject(line: Line, i: int, allowed: Collection[str]) -> list[int]:
    """The chain before a predicate, without what a preposition before its first site belongs to."""
    chain = back(line, i, allowed)
    first = next((n for n, k in enumerate(chain) if line.kind(k) == "SITE"), len(chain))
    cut = max((n + 1 for n in range(first) if line.kind(chain[n]) == "PREP"), default=0)
    comma = max((n + 1 for n in range(cut, first) if line.kind(chain[n]) in ("COMMA",)), default=cut) if cut else cut
    return chain[comma:]


def side_of(token: Token) -> str:
    """The side that a token names; a comparison ("worse on the left") speaks of both."""
    return "both" if token.kind in ("CMP", "BOTH") else str(token.value)


def _add(quals: list[list[Any]], token: Token, following: str) -> None:
    if token.kind == "SEV":
        if quals and quals[-1][0] is None:
            quals[-1][0] = token.value
        else:
            quals.append([token.value, ""])
        return
    side = side_of(token)
    if token.kind == "CMP":
        # "bilateral, worse on the left" adds nothing to a side that is there
        if not quals or not quals[-1][1]:
            _side(quals, "both")
        return
    if side == "both" and {q[1] for q in quals} >= {"left", "right"}:
        return  # "severe right and mild left, bilateral"
    if quals and quals[-1][1] and quals[-1][1] != side:
        if following == "SEV" or token.kind == "BOTH":
            quals.append([None, side])
        else:
            quals[-1][1] = "both"
        return
    _side(quals, side)


def _side(quals: list[list[Any]], side: str) -> None:
    if quals and not quals[-1][1]:
        quals[-1][1] = side
    elif not quals:
        quals.append([None, side])


def qualities(line: Line, indices: Sequence[int]) -> list[Quality]:
    """Grades and sides among some tokens, paired: "mild right, moderate left" are two."""
    quals: list[list[Any]] = []
    chosen = [k for k in indices if line.kind(k) in QUALS]
    for n, k in enumerate(chosen):
        following = line.kind(chosen[n + 1]) if n + 1 < len(chosen) else ""
        _add(quals, line.tokens[k], following)
    return [Quality(grade, side) for grade, side in quals]


def sites_of(line: Line, indices: Sequence[int]) -> list[tuple[str, list[Quality], int]]:
    """(site, its qualities, index) in a noun phrase; a site without a grade takes that of the one before it."""
    out: list[tuple[str, list[Quality], int]] = []
    waiting: list[int] = []
    for k in indices:
        if line.kind(k) == "SITE":
            out.append((str(line.tokens[k].value), qualities(line, waiting), k))
            waiting = []
        elif line.kind(k) in QUALS:
            waiting.append(k)
    trailing = qualities(line, waiting)
    if out and trailing:
        site, quals, k = out[-1]
        out[-1] = (site, merge(quals, trailing), k)
    shared: list[Quality] = []
    for n, (site, quals, k) in enumerate(out):
        if not quals:
            out[n] = (site, [Quality(q.grade, q.side) for q in shared], k)
        elif shared and all(q.grade is None for q in quals):
            grades = {q.grade for q in shared}
            if len(grades) == 1:
                out[n] = (site, [Quality(shared[0].grade, q.side) for q in quals], k)
        shared = out[n][1]
    return out


def merge(one: Sequence[Quality], other: Sequence[Quality]) -> list[Quality]:
    """Two sets of qualities of the same thing, said before and after it."""
    if not one:
        return list(other)
    if not other:
        return list(one)
    if len(one) == 1 and len(other) == 1:
        a, b = one[0], other[0]
        if a.side and b.side and a.side != b.side and b.grade is not None:
            return [a, b]
        return [Quality(a.grade or b.grade, a.side or b.side)]
    if len(one) == 1 and one[0].side in ("", "both"):
        # "severe on the left, moderate on the right" after an own grade: the first takes it where it has none
        return [Quality(q.grade or one[0].grade, q.side) for q in other]
    if len(other) == 1 and other[0].grade is not None and all(q.grade is None for q in one):
        return [Quality(other[0].grade, q.side) for q in one]
    return list(one)


def afterwards(line: Line, i: int) -> tuple[list[Quality], list[int]]:
    """Grades and sides that follow a head: "stenosis, severe on the left, moderate on the right"; "is moderate"."""
    parts: list[tuple[list[int], bool]] = []  # tokens, and whether they surely belong to this head
    part: list[int] = []
    sure = True
    k = i + 1
    while k - i < 30:
        kind = line.kind(k)
        if kind in QUALS:
            part.append(k)
        elif kind in ("COLON", "COP", "DET", "PAREN", "SLASH"):
            pass
        elif kind == "PREP" and part and line.kind(k + 1) in ("LEVEL", "THIS"):
            placed = any(line.kind(n) in ("LEVEL", "THIS", "SCOPE") for n in range(i + 1, part[0]))
            if not placed or line.kind(part[0] - 1) in ("COP", "COLON") or line.word(part[0] - 2) == "to":
                parts.append((part, True))  # "disease is moderate at L4-5"
            break  # "… at L4-5, mild at L3-4": the grade of the next level
        elif kind == "PREP" and part and line.kind(k + 1) not in ("SIDE", "BOTH", "DET"):
            if _own(line, part):
                parts.append((part, sure))  # "appears mild in conjunction with …"
            break
        elif kind == "W" and line.word(k) in ("side", "sides") and part:
            pass
        elif kind == "PREP" and line.word(k) in ("on", "to", "in", "of", "at", "toward", "towards"):
            sure = sure or line.kind(k + 1) in ("SIDE", "BOTH") or line.kind(k + 2) in ("SIDE", "BOTH")
        elif kind in ("LEVEL", "THIS", "SCOPE") and not part and not parts:
            pass
        else:
            bounded = kind in _BOUNDS or (kind == "W" and line.word(k) in (".", "-", "side", "sides", "in"))
            if not bounded:
                # a head follows: what was gathered since the last comma is its own
                parts = [p for p in parts if p[1]]
                break
            if part and _own(line, part):
                parts.append((part, sure))
            if kind not in ("COMMA", "AND"):
                break
            part, sure = [], False
        k += 1
    taken = [n for tokens, _ in parts for n in tokens]
    return [quality for tokens, _ in parts for quality in qualities(line, tokens)], taken


def _own(line: Line, part: Sequence[int]) -> bool:
    """A side alone right after the head must be said "on the left", "bilaterally" or in brackets."""
    if any(line.kind(k) in ("SEV", "CMP", "BOTH") for k in part):
        return True
    first = part[0]
    word = line.word(first)
    return (
        word.startswith(("bilat", "both", "on ", "b/l"))
        or " than " in word
        or ">" in word
        or line.kind(first - 1) in ("PREP", "DET", "PAREN", "COLON", "COMMA")
        or line.kind(first + 1) in ("END", "COMMA", "SEMI")
    )
