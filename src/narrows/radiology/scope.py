"""Which level each word of a sentence speaks of: its own, the block it stands in, a group named before or after it."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from typing import Final

from narrows.knowledge.levels import CERVICAL, LUMBAR
from narrows.radiology.phrases import Line

_CONCEPTS: Final = (
    "SITE", "STEN", "FORM", "DOC", "FACET", "LF", "COMPR", "TOUCH", "SLIP", "RETRO", "MODICT", "TYPE", "DISC", "ROOT", "FPROC", "THICK",
    "EFFUS", "CYST", "VAC", "OPLL", "COMPFRAC", "CORD", "SIGNAL", "MYELO", "MEAS", "SURG", "TUM", "INF", "SAC", "UNC", "SKIP", "NORMP", "PAT", "NORM", "LESION", "CAUDA",
)  # fmt: skip
_GLUE: Final = ("AND", "COMMA", "SLASH", "DET", "OR", "PREP")
_GLOBAL: Final = re.compile(
    r"\W*(?:the )?(?:conus|vertebra|marrow|bone marrow|paraspin|para-?vertebral|prevertebral|soft tissue|visuali[sz]ed|sacroiliac|"
    r"si joint|spinal cord|cord|cervical cord|distal (?:spinal )?cord|alignment|sagittal alignment|lordosis|lumbar lordosis|cervical lordosis|no abnormal enhancement|no (?:acute )?fracture|"
    r"aorta|abdominal aorta|kidney|retroperiton|cauda equina|craniocervical|cranio|posterior fossa|osseous|scoliosis|limited|intradural|"
    r"no (?:evidence of )?(?:fracture|compression fracture|paraspinal|prevertebral|pars)|there (?:is|are) no (?:acute |evidence of )?(?:acute )?(?:fracture|compression fracture|pars|spondylolysis)|"
    r"the (?:remaining|rest|remainder) of the (?:study|exam)|remaining|rest of|remainder of|other (?:neural|foram)|incidental|other findings?|miscellaneous|additional|general)"
)
_SPREAD: Final = re.compile(
    r"multi-?\s?level|at (?:multiple|several|many|various) levels|\bthroughout\b|diffuse facet|generali[sz]ed facet"
)
_SETS: Final = {
    ("upper", "lumbar"): ("L1-L2", "L2-L3"),
    ("lower", "lumbar"): ("L4-L5", "L5-S1"),
    ("upper", "cervical"): ("C2-C3", "C3-C4"),
    ("lower", "cervical"): ("C5-C6", "C6-C7"),
}
_COUNTS: Final = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "2": 2, "3": 3, "4": 4, "5": 5, "6": 6}


@dataclass
class Group:
    """Levels named together: tokens first to last of the sentence."""

    levels: tuple[str, ...]
    first: int
    last: int
    kind: str = "disc"


@dataclass
class Block:
    """What the reader remembers from sentence to sentence: the levels spoken of, and all levels named so far."""

    levels: tuple[str, ...] = ()
    header: bool = False
    alone: bool = False
    named: list[str] = field(default_factory=list)
    described: frozenset[str] = frozenset()
    region: str = ""


def groups_of(line: Line, block: Block) -> list[Group]:
    """The groups of levels in a sentence; words such as "remaining levels" are spelt out."""
    found: list[Group] = []
    for i, token in enumerate(line.tokens):
        if token.kind == "LEVEL":
            found.append(Group(token.value.levels, i, i, token.value.kind))
        elif token.kind == "THIS":
            if block.levels:
                found.append(Group(block.levels, i, i, "this"))
        elif token.kind == "SCOPE":
            levels = _spelt_out(token.value, block)
            if levels:
                found.append(Group(levels, i, i, "scope"))
    joined: list[Group] = []
    for group in found:
        last = joined[-1] if joined else None
        if (
            last
            and (last.kind == "on") == (group.kind == "on")
            and all(
                line.kind(k) in _GLUE or line.word(k) in ("levels", "level", "at", "both")
                for k in range(last.last + 1, group.first)
            )
        ):
            levels = tuple(dict.fromkeys(last.levels + group.levels))
            joined[-1] = Group(levels, last.first, group.last, "on" if group.kind == "on" else "disc")
        else:
            joined.append(group)
    return joined


def _spelt_out(parts: tuple[str | None, ...], block: Block) -> tuple[str, ...]:
    (
        every,
        count,
        each,
        both,
        remaining,
        upper,
        upper_region,
        lower,
        lower_count,
        lower_region,
        throughout,
        elsewhere,
    ) = parts
    region = upper_region or lower_region or block.region or "lumbar"
    region = "lumbar" if region.startswith("lumb") else region
    whole = CERVICAL if region == "cervical" else LUMBAR
    if both:
        return tuple(block.named[-2:])
    if every and count:
        return tuple(block.named[-_COUNTS[count] :])
    if elsewhere or remaining or (every and "remaining" in every):
        return tuple(level for level in whole if level not in block.described)
    if every or each or throughout:
        return whole
    if upper:
        return _SETS["upper", region]
    if lower:
        if lower_count:
            return whole[-_COUNTS[lower_count] :]
        return _SETS["lower", region]
    return ()


def is_global(line: Line) -> bool:
    """Whether a sentence speaks of the whole study: marrow, conus, soft tissues."""
    return _GLOBAL.match(line.text) is not None or _SPREAD.search(line.text) is not None


def levels_of(line: Line, groups: list[Group], block: Block) -> list[tuple[str, ...]]:
    """The levels of every token; () where the words give none."""
    count = len(line.tokens)
    if not groups:
        return [() if is_global(line) else block.levels] * count
    concepts = [i for i, t in enumerate(line.tokens) if t.kind in _CONCEPTS]
    leading = begins_with_level(line, groups)
    out: list[tuple[str, ...]] = []
    for i in range(count):
        out.append(_leading(line, groups, i) if leading else _trailing(line, groups, i, concepts))
    return out


def begins_with_level(line: Line, groups: list[Group]) -> bool:
    """Whether the level stands before all that is said: "L4-5: …", "At L4-5 there is …"."""
    return not any(t.kind in _CONCEPTS for t in line.tokens[: groups[0].first])


def _attached(line: Line, i: int, group: Group) -> bool:
    """'… stenosis at L4-5': nothing but a preposition, a side or a bracket between the word and its level."""
    between = list(range(i + 1, group.first))
    if not any(line.kind(k) == "PREP" or line.kind(k) == "PAREN" for k in between):
        return False
    return all(
        line.kind(k) in ("PREP", "DET", "SIDE", "BOTH", "PAREN", "COP", "FPROC", "STEN", "FORM", "DOC", "SEV")
        for k in between
    )


def _leading(line: Line, groups: list[Group], i: int) -> tuple[str, ...]:
    before = [g for g in groups if g.first <= i]
    after = [g for g in groups if g.first > i]
    if after and before and _attached(line, i, after[0]):
        return after[0].levels
    return before[-1].levels if before else groups[0].levels


def _trailing(line: Line, groups: list[Group], i: int, concepts: list[int]) -> tuple[str, ...]:
    before = [g for g in groups if g.last <= i]
    after = [g for g in groups if g.first > i]
    if not after:
        return before[-1].levels if before else groups[0].levels
    if not before:
        return after[0].levels
    if all(line.kind(k) in ("COP", "DET", "SEV", "COLON") for k in range(before[-1].last + 1, i)):
        return before[-1].levels  # "the discs at L3-4 and L4-5 bulge"
    if _attached(line, i, after[0]):
        return after[0].levels
    # between two groups: what is joined to the first by "with", "causing" stays with it
    between = range(before[-1].last + 1, i)
    if any(line.kind(k) in ("WITH", "CAUSE") for k in between):
        later = range(i + 1, after[0].first)
        if any(
            line.kind(k) in ("AND", "COMMA")
            for k in between
            if any(line.kind(w) in ("WITH", "CAUSE") and w < k for w in between)
        ):
            # "… with stenosis, and a bulge at L5-S1": after the comma the next statement begins
            return (
                after[0].levels
                if not any(line.kind(k) in ("COMMA", "AND", "WITH", "CAUSE") for k in later)
                else before[-1].levels
            )
        return before[-1].levels
    return after[0].levels


def gaps(line: Line, groups: list[Group]) -> list[tuple[Group, Group, int | None]]:
    """'moderate stenosis at L4-5 and mild at L3-4': (group before, group after, token of the grade or None)."""
    out: list[tuple[Group, Group, int | None]] = []
    for one, two in itertools.pairwise(groups):
        between = range(one.last + 1, two.first)
        if any(line.kind(k) in _CONCEPTS for k in between):
            continue
        grades = [k for k in between if line.kind(k) == "SEV"]
        if grades or any(line.kind(k) in ("SIDE", "BOTH") for k in between):
            out.append((one, two, grades[-1] if grades else None))
    return out
