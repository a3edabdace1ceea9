"""Discs, facets, yellow ligament, slips, endplates and measurements in one sentence."""

from __future__ import annotations

import re
from typing import Any, Final

from narrows.radiology.phrases import (
    NOUN_PHRASE,
    QUALS,
    Line,
    Mention,
    Quality,
    afterwards,
    back,
    forward,
    merge,
    qualities,
)

ROMAN: Final = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5}
_WORN: Final = ("degenerative", "hypertrophic", "arthritic", "arthropathic", "sclerotic", "osteoarthritic")
_AROUND: Final = (*NOUN_PHRASE, "LF", "FACET", "UNC", "DISC")
_CONTOUR: Final = re.compile(r"\s*(?:in |of )?(?:height|signal|hydration|t2|water|intensity)")


def discs(line: Line) -> list[Mention]:
    """Every disc form that the sentence states or denies; value is the form, "normal" for a normal disc."""
    out: list[Mention] = []
    for i, token in enumerate(line.tokens):
        if token.kind in ("FORM", "DOC"):
            if token.kind == "FORM" and _of_something_else(line, i):
                continue
            near = [k for k in (i - 1, i + 1) if line.kind(k) == "DISC"]
            out.append(line.mention("disc", i, near, value=token.value))
        elif token.kind in ("NORM", "NORMP") and not line.context.denied[i]:
            k = None if line.context.past[i] else _disc_called_normal(line, i)
            if k is not None:
                denied = "sig" if token.value == "sig" else "plain"
                out.append(line.mention("disc", i, [k], value="normal", denied=denied, doubted=""))
        elif token.kind == "POSTNEG" and line.kind(i - 1) == "DISC" and ":" in line.word(i):
            out.append(line.mention("disc", i, [i - 1], value="normal", denied="plain", doubted=""))
    return out


def _of_something_else(line: Line, i: int) -> bool:
    return line.kind(i + 1) == "SAC" or (line.word(i).startswith("bulg") and line.kind(i + 1) == "LF")


def _disc_called_normal(line: Line, i: int) -> int | None:
    if _CONTOUR.match(line.text, line.tokens[i].end):
        return None
    if line.kind(i) == "NORMP" and "dis" in line.word(i) and line.word(i).startswith("no "):
        return i
    after = forward(line, i, ("DET", "PREP", "COMMA", "AND", "SITE", "SIDE") if line.kind(i) == "NORMP" else ("DET",))
    k = after[-1] + 1 if after else i + 1
    if line.kind(k) == "DISC" and line.kind(k + 1) not in ("W", "FORM", "SITE", "SLASH"):
        return k
    chain = back(line, i, ("COP", "DET", "COLON", "DISC", "AND", "COMMA", "LEVEL", "PREP", "THIS", "SITE", "FACET"))
    named = [k for k in chain if line.kind(k) == "DISC"]
    joined = (
        any(line.kind(k) in ("COP", "COLON") for k in chain) or line.kind(i - 1) == "DISC" or line.kind(i) == "NORMP"
    )
    return named[-1] if named and joined else None


def facets(line: Line) -> list[Mention]:
    """Facet arthropathy with its grade and sides, facet fluid, and normal facets."""
    out: list[Mention] = []
    for i, token in enumerate(line.tokens):
        if token.kind != "FACET":
            continue
        fluid = _beside(line, i, "EFFUS")
        worn = _worn(line, i)
        if fluid is not None:
            out.append(line.mention("effusion", fluid, [i], quality=_one(_facet_quality(line, i, fluid))))
        if worn is None:
            if fluid is None:
                out.extend(_facet_normal(line, i) or _facet_labelled(line, i))
            continue
        before = qualities(line, _before_facet(line, i))
        if line.kind(i - 1) == "PREP" or worn < i:
            before = merge(qualities(line, back(line, worn, (*QUALS, "DET", "AND", "OR", "FPROC"))), before)
        between = qualities(line, [k for k in range(min(i, worn) + 1, max(i, worn)) if line.kind(k) in QUALS])
        later, taken = afterwards(line, max(i, worn))
        quals = merge(merge(before, between), later) or [Quality()]
        for quality in quals:
            out.append(line.mention("facet", worn, [i, *taken], quality=quality))
    for i, token in enumerate(line.tokens):
        if (
            token.kind == "EFFUS"
            and ("joint" in line.word(i) or _after_facet(line, i))
            and not any(m.what == "effusion" and m.index == i for m in out)
        ):
            out.append(line.mention("effusion", i, quality=_one(qualities(line, back(line, i, NOUN_PHRASE)))))
    return out


def _before_facet(line: Line, i: int) -> list[int]:
    """The phrase before a facet; adjectives of wear are part of it ("moderate degenerative facet change")."""
    chain = back(line, i, (*_AROUND, "FPROC"))
    cut = max((n + 1 for n, k in enumerate(chain) if line.kind(k) == "FPROC" and line.word(k) not in _WORN), default=0)
    return chain[cut:]


def _after_facet(line: Line, i: int) -> bool:
    return line.word(i).startswith("effus") and any(line.kind(k) == "FACET" for k in range(max(0, i - 8), i))


def _one(quals: list[Quality]) -> Quality:
    return quals[0] if quals else Quality()


def _facet_quality(line: Line, i: int, fluid: int) -> list[Quality]:
    return qualities(line, [*back(line, min(i, fluid), NOUN_PHRASE), *range(min(i, fluid), max(i, fluid))])


def _beside(line: Line, i: int, kind: str) -> int | None:
    ahead = forward(line, i, ("DET", "COP", "SEV", "AND", "W", "FPROC"), 5)
    k = ahead[-1] + 1 if ahead else i + 1
    if line.kind(k) == kind:
        return k
    behind = back(line, i, ("DET", "PREP", "SIDE", "BOTH", "COP", "SEV", "AND", "SLASH"), 6)
    k = behind[0] - 1 if behind else i - 1
    return k if line.kind(k) == kind else None


def _worn(line: Line, i: int) -> int | None:
    """The word that says the facet is worn: arthropathy, hypertrophy, degenerative."""
    k = i + 1
    while k < min(len(line.tokens), i + 12):
        kind = line.kind(k)
        if kind == "FPROC" or (kind == "WEAK" and line.word(k) == "disease"):
            return k
        if (
            kind == "DET"
            and line.word(k) in ("degenerative", "hypertrophic", "arthritic")
            and line.kind(k + 1) in ("W", "END", "COMMA", "SEMI", "AND")
        ):
            return k
        if kind not in (*_AROUND, "COP", "THICK", "COLON") and line.word(k) not in ("which", "that"):
            break
        if kind in ("COMMA", "AND") and line.kind(k - 1) in ("FPROC",):
            break
        k += 1
    if line.word(i - 1) in _WORN if i else False:
        return i - 1
    behind = back(line, i, ("DET", "PREP", "SIDE", "BOTH", "AND", "LF", "UNC"), 8)
    k = behind[0] - 1 if behind else i - 1
    if line.kind(k) == "FPROC" and any(line.kind(b) in ("PREP", "LF") for b in behind):
        return k
    if line.kind(i - 1) == "FPROC" and line.word(i - 1).startswith(
        ("hypertroph", "degenerat", "arthri", "enlarg", "spur")
    ):
        return i - 1
    return None


def _facet_normal(line: Line, i: int) -> list[Mention]:
    ahead = forward(line, i, ("COP", "DET", "SIDE", "BOTH", "COLON", "AND", "SITE", "LF", "DISC", "COMMA"))
    k = ahead[-1] + 1 if ahead else i + 1
    if line.kind(k) not in ("NORM", "NORMP", "PAT"):
        k = i - 1
        while line.kind(k) in ("DET", "SIDE", "BOTH"):
            k -= 1
    if line.kind(k) not in ("NORM", "NORMP", "PAT"):
        return []
    return [line.mention("facet", i, [k], quality=Quality((0, 0), ""), denied="plain", doubted="")]


def _facet_labelled(line: Line, i: int) -> list[Mention]:
    """'Facets: moderate' of a list or a table."""
    if line.kind(i + 1) == "POSTNEG":
        return [line.mention("facet", i, [i + 1], denied="plain")]
    if line.kind(i + 1) != "COLON":
        return []
    later, taken = afterwards(line, i)
    return [line.mention("facet", i, taken, quality=quality) for quality in later]


def ligaments(line: Line) -> list[Mention]:
    """Thickening, hypertrophy, infolding of the yellow ligament; in millimetres where the words give them."""
    out: list[Mention] = []
    for i, token in enumerate(line.tokens):
        if token.kind != "LF":
            continue
        k = i + 1
        found: int | None = None
        while k < min(len(line.tokens), i + 10):
            if line.kind(k) == "THICK" or (
                line.kind(k) == "FPROC"
                and line.word(k).startswith(("hyp", "enlarg", "over", "prom", "degen", "change"))
            ):
                found = k
                break
            if line.kind(k) not in (*_AROUND, "COP"):
                break
            k += 1
        if found is None:
            behind = back(line, i, ("DET", "PREP", "SIDE", "BOTH", "AND", "FACET", "SLASH"), 7)
            k = behind[0] - 1 if behind else i - 1
            if line.kind(k) == "THICK" or (line.kind(k) == "FPROC" and line.word(k).startswith("hyp")):
                found = k
        size = _size_near(line, i, 7)
        if found is None and size is None:
            continue
        side = next((q.side for q in qualities(line, back(line, i, (*QUALS, "DET"))) if q.side), "")
        out.append(
            line.mention("flavum", found if found is not None else i, [i], quality=Quality(None, side), value=size)
        )
    return out


def _size_near(line: Line, i: int, most: int) -> Any:
    for k in range(i + 1, min(len(line.tokens), i + most)):
        if line.kind(k) == "MEAS":
            return millimetres(line.tokens[k].value)
        if line.kind(k) in ("SITE", "FORM", "FACET", "SAC", "SEMI", "SLIP", "CYST"):
            break
    return None


def millimetres(groups: tuple[str | None, ...]) -> tuple[float, float] | None:
    """(low, high) in mm of a measured length; None for areas and angles."""
    low, high, unit = groups
    if unit is None or low is None or unit.startswith(("sq", "mm2", "mm^", "cm2", "deg", "°")):
        return None
    scale = 10.0 if unit.startswith(("cm", "centi")) else 1.0
    a = float(low.replace(",", ".")) * scale
    b = float(high.replace(",", ".")) * scale if high else a
    return (a, b) if a <= b else (b, a)


def slips(line: Line) -> list[Mention]:
    """Forward slips with grade and millimetres; alignment called normal denies one. Backward slips: "retro"."""
    out: list[Mention] = []
    for i, token in enumerate(line.tokens):
        if token.kind == "RETRO":
            out.append(line.mention("retro", i))
        elif token.kind == "SLIP":
            word = line.word(i)
            if word.startswith("sublux") and not line.context.denied[i]:
                continue
            if word.startswith("sublux") and line.kind(i - 1) == "FACET":
                continue
            grade, size, used = _of_slip(line, i)
            out.append(line.mention("slip", i, used, value=(grade, size)))
        elif token.kind == "ALIGN":
            k = _called_normal(line, i)
            if k is not None:
                out.append(line.mention("slip", i, [k], value=(None, None), denied="plain", doubted="", levels=()))
    return out


def _called_normal(line: Line, i: int) -> int | None:
    for k in range(i + 1, min(len(line.tokens), i + 13)):
        if line.kind(k) in ("NORM", "NORMP"):
            return k
        if line.kind(k) not in ("COP", "DET", "COLON", "AND", "COMMA", "W", "PREP"):
            break
    behind = back(line, i, ("DET", "AND", "W", "PREP", "COMMA"), 8)
    k = behind[0] - 1 if behind else i - 1
    if line.kind(k) in ("NORM", "NORMP") and "mal" not in line.word(i):
        return k
    return None


def _of_slip(line: Line, i: int) -> tuple[tuple[int, int] | None, tuple[float, float] | None, list[int]]:
    grade: tuple[int, int] | None = None
    size: tuple[float, float] | None = None
    used: list[int] = []
    order = sorted((k for k in range(max(0, i - 6), min(len(line.tokens), i + 8)) if k != i), key=lambda k: abs(k - i))
    for k in order:
        between = range(min(i, k) + 1, max(i, k))
        if any(line.kind(b) in ("SLIP", "RETRO", "SITE", "FORM", "SEMI", "FACET") for b in between):
            continue
        if k > i and any(line.kind(b) in ("AND", "WITH") for b in between):
            continue
        if line.kind(k) == "GRADE" and grade is None:
            first, second = line.tokens[k].value
            low = ROMAN.get(first) if first in ROMAN else int(first)
            high = (ROMAN.get(second) if second in ROMAN else int(second)) if second else low
            if low is not None and high is not None:
                grade = (low, high)
                used.append(k)
        elif line.kind(k) == "MEAS" and size is None:
            size = millimetres(line.tokens[k].value)
            if size:
                used.append(k)
    return grade, size, used


def endplates(line: Line) -> list[Mention]:
    """Modic changes with their type."""
    out: list[Mention] = []
    named = [
        i for i, t in enumerate(line.tokens) if t.kind == "MODICT" or (t.kind == "TYPE" and "modic" in line.word(i))
    ]
    plates = re.search(r"end-?\s?plate", line.text)
    for i, token in enumerate(line.tokens):
        if token.kind != "TYPE" or not (named or plates):
            continue
        first, second = token.value
        a, b = (_type(first), _type(second or first))
        out.append(line.mention("modic", i, [n for n in named if abs(n - i) < 5], value=(min(a, b), max(a, b))))
    if not out:
        out.extend(line.mention("modic", i) for i in named[:1])
    return out


def _type(word: str) -> int:
    return ROMAN[word] if word in ROMAN else int(word)


def measurements(line: Line) -> list[Mention]:
    """Canal diameters, areas of the dural sac, angles and the aorta, each with its number and unit."""
    out: list[Mention] = []
    text = line.text
    for i, token in enumerate(line.tokens):
        if token.kind != "MEAS":
            continue
        low, high, unit = token.value
        a, b = float(low.replace(",", ".")), float((high or low).replace(",", "."))
        if unit.startswith(("sq", "mm2", "mm^", "cm2")):
            scale = 100.0 if "cm" in unit or "cent" in unit else 1.0
            if re.search(r"\bsa[ck]\b|thecal|dural|cross|\bcsa\b", text):
                out.append(line.mention("sac-area", i, value=(a * scale, b * scale)))
        elif unit.startswith(("deg", "°")):
            if re.search(r"cobb|scolio|curv|convex", text):
                out.append(line.mention("cobb", i, value=(a, b)))
        elif _nearest(line, i) == "central" and re.search(
            r"\bap\b|antero-?\s?posterior|sagittal|diameter|measur|dimension|narrow|reduc|caliber|calibre", text
        ):
            size = millimetres(token.value)
            if size and 2 <= size[0] <= 30:
                out.append(line.mention("canal-ap", i, value=size))
    return out


def _nearest(line: Line, i: int) -> str:
    """Whose size a length is: of the things named around it, the one that stands nearest, before rather than after."""
    heads = (
        "SITE",
        "FORM",
        "DOC",
        "SLIP",
        "RETRO",
        "LF",
        "CYST",
        "SAC",
        "TUM",
        "EFFUS",
        "AAA",
        "ANEUR",
        "LESION",
        "BENIGN",
        "DISC",
        "CORD",
        "FACET",
        "SKIP",
        "COMPFRAC",
    )
    best, far = "", 99
    for k in range(max(0, i - 14), min(len(line.tokens), i + 10)):
        if line.kind(k) in heads:
            distance = (i - k) if k < i else (k - i) * 2
            if distance < far:
                far, best = distance, str(line.tokens[k].value) if line.kind(k) == "SITE" else line.kind(k)
    return best
