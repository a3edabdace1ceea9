"""Statements that are said once for several levels or things: "moderate at L4-5 and mild at L3-4", "L1-L2: normal"."""

from __future__ import annotations

from narrows.radiology.phrases import Line, Mention, Quality, forward, side_of
from narrows.radiology.scope import Block, Group, gaps


def gapped(mentions: list[Mention], line: Line, groups: list[Group]) -> list[Mention]:
    """What is said once for several levels: "moderate stenosis at L4-5 and mild at L3-4", "on the left at L5-S1"."""
    out: list[Mention] = []
    graded = ("central", "foramen", "recess", "facet")
    for one, two, k in gaps(line, groups):
        before = [
            m
            for m in [*mentions, *out]
            if m.levels == one.levels and m.index < two.first and (m.what in graded or (k is None and m.what == "disc"))
        ]
        if not before:
            continue
        last = max(before, key=lambda m: m.index)
        after = forward(line, two.last, ("PREP", "DET", "SIDE", "BOTH"))
        side = next((side_of(line.tokens[n]) for n in after if line.kind(n) in ("SIDE", "BOTH")), "")
        if not side and k is None:
            side = next(
                (side_of(line.tokens[n]) for n in range(one.last + 1, two.first) if line.kind(n) in ("SIDE", "BOTH")),
                "",
            )
        grade = last.quality.grade if k is None else line.tokens[k].value
        if last.what in ("foramen", "recess", "facet"):
            quality = Quality(grade, side or (last.quality.side if k is not None else ""))
        else:
            quality = Quality(grade, "")
        start = last.start if k is None else line.tokens[k].start
        out.append(
            Mention(
                last.what, last.index, start, line.tokens[two.last].end, quality, last.value,
                denied="" if k is not None else last.denied, doubted=last.doubted, levels=two.levels,
            )
        )  # fmt: skip
    return out


def normal_levels(line: Line, groups: list[Group], block: Block) -> list[Mention]:
    """'L1-L2: normal': canal, foramina and disc are denied to be narrowed or displaced."""
    out: list[Mention] = []
    for i, token in enumerate(line.tokens):
        if token.kind not in ("NORM", "NORMP") or line.context.denied[i]:
            continue
        if not _speaks_of_level(line, i, groups, block):
            continue
        if "dis" in line.word(i) and line.word(i).startswith("no "):
            continue  # of the disc alone
        denied = "sig" if token.value == "sig" else "plain"
        for what, value in (("central", None), ("foramen", None), ("disc", "normal")):
            out.append(line.mention(what, i, denied=denied, doubted="", value=value))
        break
    return out


def _speaks_of_level(line: Line, i: int, groups: list[Group], block: Block) -> bool:
    glue = ("LEVEL", "SCOPE", "THIS", "COLON", "COP", "DET", "AND", "COMMA", "PREP", "THERE", "SLASH", "PAREN")
    k = i - 1
    while k >= 0 and (
        line.kind(k) in glue
        or line.word(k) in (".", "-", '"', "'", "lumbar", "disc levels", "spaces", "interspaces", "=", ">")
    ):
        k -= 1
    if k >= 0:
        return False
    n = i + 1
    placed = bool(groups) and groups[0].first < i
    if line.kind(n) == "DET" and line.word(n) in ("level", "levels", "segment"):
        n += 1
    while line.kind(n) in ("COP", "AND", "NORM", "DET") and line.kind(n + 1) != "W":
        n += 1
    if line.kind(n) == "PREP":
        k = n + 1
        while line.kind(k) in ("DET", "W", "COMMA", "OR", "AND", "PREP"):
            k += 1
        return line.kind(k) in ("LEVEL", "SCOPE", "THIS")
    if line.kind(n) in ("LEVEL", "SCOPE"):
        return True
    bounded = line.kind(n) in ("END", "COMMA", "SEMI", "TERM", "PAREN", "WITH") or line.word(n) in (
        ".",
        "-",
        '"',
        "for",
    )
    if not bounded:
        return False
    return placed or (bool(block.levels) and block.alone)
