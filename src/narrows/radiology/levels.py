"""Levels as radiologists write them: L4-5, L4/L5, C4-CS, L-1-L-2, L2-3 through L4-5, L3 to S1, L4 on L5."""

from __future__ import annotations

import bisect
import functools
import itertools
import re
from typing import Final, NamedTuple

from narrows.knowledge.levels import LEVELS_OF

#: Vertebrae from the second cervical down; a disc is named by the two it lies between.
_COLUMN: Final = (
    [f"C{n}" for n in range(1, 8)]
    + [f"T{n}" for n in range(1, 13)]
    + [f"L{n}" for n in range(1, 6)]
    + ["S1", "S2", "S3"]
)
_PLACE: Final = {name: i for i, name in enumerate(_COLUMN)}
DISCS: Final = tuple(f"{a}-{b}" for a, b in itertools.pairwise(_COLUMN))

_DIGIT: Final = r"(?:1[0-2]|[1-9](?!\d)|[sil!|z](?![a-z]))"
#: What scanners of paper make of digits.
_MENDED: Final = {"s": 5, "i": 1, "l": 1, "!": 1, "|": 1, "z": 2}
_BONE: Final = rf"([ctls])[ -]?\s?({_DIGIT})"
_JOIN: Final = r"\s?(?:-{1,2}|/|\\|_)\s?"
_PAIR: Final = re.compile(rf"(?<!\w){_BONE}{_JOIN}(?:([ctls])[ -]?\s?)?({_DIGIT})(?!\d|mm|cm|[a-z]?\d)")
_GLUED: Final = re.compile(r"(?<![\w.])([cl])([1-7])([cls])?([1-7])(?![\w.])")
_SPACED: Final = re.compile(
    r"(?<![\w.])([ctl])-?([1-9])\s+([ctls])-?([1-9])(?![\w])(?!\s*(?:nerve|root|vertebra|level))"
)
_ON: Final = re.compile(
    rf"(?<![\w.]){_BONE}\s+(?:(?:vertebra(?:l body)?\s+)?(?:up)?on(?: top of)?(?: the)?|over(?: the)?|relative to(?: the)?|"
    rf"with respect to(?: the)?|in relation to(?: the)?|against(?: the)?|vs\.?)\s+(?:([ctls])[ -]?)?({_DIGIT})(?![\w])"
)
_BONES: Final = re.compile(
    rf"(?<![\w.]){_BONE}\s*(?:to|through|thru|down to|until|--?)\s*([ctls])[ -]?\s?({_DIGIT})(?![\w])"
)
_VERTEBRA: Final = re.compile(r"(?<![\w.])([ctls])-?(1[0-2]|[1-9])(?![\w])(?!-weight)")
_ANY: Final = re.compile(r"(?<![\w.])[ctls][ -]{0,2}[\dsil!|z]")
_THROUGH: Final = re.compile(r"\s*(?:levels?)?,?\s*(?:to|through|thru|down to|until|up to|-|--)\s*(?:the\s+)?")
_SEQUENCE: Final = re.compile(
    r"\s*(?:-?\s?weight|w\b|wi\b|signal|sequence|image|hyper|hypo|axial|sagittal|stir|flair|fse|tse|bright|dark|fat|"
    r"and t[12]\b|, t[12]\b|pre|post|gadol|prolong|relax|intens)"
)


class Found(NamedTuple):
    """A level or group of levels in the text. `kind`: disc, range, on (a slip), bone."""

    levels: tuple[str, ...]
    kind: str
    start: int
    end: int
    mended: bool = False


def _number(text: str) -> int:
    return int(text) if text.isdigit() else _MENDED[text]


def discs_between(upper: str, lower: str) -> tuple[str, ...]:
    """The discs from one vertebra to another, both of them included; () when they are not in order."""
    a, b = _PLACE.get(upper), _PLACE.get(lower)
    if a is None or b is None or b <= a:
        return ()
    return DISCS[a:b]


def _pair(one: str, first: str, two: str | None, second: str) -> tuple[str, ...]:
    if not first.isdigit() and not second.isdigit():
        return ()
    a, b = _number(first), _number(second)
    upper = f"{one.upper()}{a}"
    if two is not None:
        return discs_between(upper, f"{two.upper()}{b}")
    if b > a:
        return discs_between(upper, f"{one.upper()}{b}")
    # L5-1 is L5-S1; C7-1 is C7-T1; T12-1 is T12-L1
    following = {"L5": "S1", "C7": "T1", "T12": "L1"}.get(upper)
    return discs_between(upper, following) if following and b == 1 else ()


def find(text: str) -> list[Found]:
    """Every level in a text (lower case), from left to right, none overlapping; ranges are spelt out."""
    return list(_found(text)) if _ANY.search(text) else []


@functools.lru_cache(maxsize=512)
def _found(text: str) -> tuple[Found, ...]:
    found: list[Found] = []
    for pattern, kind in ((_ON, "on"), (_PAIR, "disc"), (_BONES, "range"), (_GLUED, "disc"), (_SPACED, "disc")):
        for match in pattern.finditer(text):
            one, first, two, second = match.groups()
            if one == "t" and two in (None, "t") and _SEQUENCE.match(text, match.end()):
                continue
            if kind == "on" and second.isdigit() and two is None and int(second) <= _number(first):
                continue
            discs = _pair(one, first, two, second)
            if pattern in (_GLUED, _SPACED) and len(discs) != 1:
                continue
            if discs:
                mended = not (first.isdigit() and second.isdigit())
                found.append(Found(discs, kind, match.start(), match.end(), mended))
    kept: list[Found] = []
    for one_found in sorted(found, key=lambda f: (f.start, -f.end)):
        if not kept or one_found.start >= kept[-1].end:
            kept.append(one_found)
    kept = _ranges(text, kept)
    discs_found = list(kept)
    starts = [f.start for f in discs_found]
    for match in _VERTEBRA.finditer(text):
        before = bisect.bisect_right(starts, match.start()) - 1
        if before >= 0 and match.start() < discs_found[before].end:
            continue
        if match[1] == "t" and match[2] in "12" and _SEQUENCE.match(text, match.end()):
            continue
        name = f"{match[1].upper()}{match[2]}"
        if name in _PLACE:
            kept.append(Found((name,), "bone", match.start(), match.end()))
    return tuple(sorted(kept, key=lambda f: f.start))


def _ranges(text: str, found: list[Found]) -> list[Found]:
    """Join 'L2-3 through L4-5' into one group of three."""
    joined: list[Found] = []
    for level in found:
        last = joined[-1] if joined else None
        if last is not None and last.kind in ("disc", "range") and level.kind == "disc":
            between = text[last.end : level.start]
            upper, lower = last.levels[0].split("-")[0], level.levels[-1].split("-")[1]
            if len(between) <= 24 and _THROUGH.fullmatch(between) and discs_between(upper, lower):
                joined[-1] = Found(
                    discs_between(upper, lower), "range", last.start, level.end, last.mended or level.mended
                )
                continue
        joined.append(level)
    return joined


def region_of(level: str) -> str:
    """cervical, lumbar, or thoracic for all that the dictionary of findings does not hold."""
    for region in ("cervical", "lumbar"):
        if level in LEVELS_OF[region]:
            return region
    return "thoracic"


def below(bone: str) -> str:
    """The disc under a vertebra: the level of a slip of that vertebra; "" when there is none."""
    place = _PLACE.get(bone)
    return DISCS[place] if place is not None and place < len(DISCS) else ""
