"""Nerve roots, cauda equina and spinal cord: compressed, touched, signal changed."""

from __future__ import annotations

from typing import Final

from narrows.radiology.phrases import NOUN_PHRASE, Line, Mention, Quality, back, forward, qualities

_TARGETS: Final = ("ROOT", "CORD", "CAUDA")
_THROUGH: Final = (
    *NOUN_PHRASE,
    "PREP",
    "SAC",
    "ROOT",
    "CORD",
    "CAUDA",
    "BONE",
    "COMPR",
    "TOUCH",
    "LEVEL",
    "FPROC",
    "CONUS",
)
_DEFORMED: Final = (
    "flatten",
    "deform",
    "indent",
    "impress",
    "distort",
    "mould",
    "molding",
    "contour",
    "imprint",
    "remodel",
    "effac",
    "displac",
    "push",
)


def pressed(line: Line) -> list[Mention]:
    """Roots, cauda or cord that are compressed ("root", "cauda", "cord") or touched (value "touched")."""
    out: list[Mention] = []
    taken: set[int] = set()
    for i, token in enumerate(line.tokens):
        if token.kind not in ("COMPR", "TOUCH") and not (
            token.kind == "STEN" and line.word(i).startswith(("comprom", "encroach", "constrict", "narrow"))
        ):
            continue
        targets = _object(line, i)
        taken.update(targets)
        targets = targets or [k for k in _subject(line, i) if k not in taken]
        for k in targets:
            kind = line.kind(k)
            touched = token.kind != "COMPR" and not (token.kind == "STEN" and line.word(i).startswith("comprom"))
            if token.kind == "STEN" and kind != "ROOT" and not line.word(i).startswith("comprom"):
                continue
            side = _side(line, k)
            what = {"ROOT": "root", "CORD": "cord", "CONUS": "cord", "CAUDA": "cauda"}[kind]
            deformed = not touched or line.word(i).startswith(_DEFORMED)
            doubted = line.context.doubted[i] or line.context.doubted[k]
            out.append(
                line.mention(
                    what,
                    i,
                    [k],
                    quality=Quality(None, side),
                    value=("touched" if touched else "compressed", deformed),
                    doubted=doubted,
                    denied=line.context.denied[i] or (line.context.denied[k] if k < i else ""),
                )
            )
    return out


def _object(line: Line, i: int) -> list[int]:
    allowed = (*_THROUGH, "WITH") if line.kind(i) == "TOUCH" else _THROUGH
    chain = forward(line, i, allowed, 18)
    found: list[int] = []
    for k in chain:
        if line.kind(k) in ("COMPR", "TOUCH") and found:
            break
        if line.kind(k) == "COMMA" and not found and line.kind(k + 1) not in ("COMPR", "TOUCH", "OR", "AND"):
            break
        wanted = line.kind(k) in _TARGETS or (line.kind(k) == "CONUS" and line.kind(i) == "COMPR")
        if wanted and line.kind(k + 1) not in ("COMPR", "TOUCH", "STEN"):
            found.append(k)
    # one word of leeway: "compression of adjacent thecal nerve root"
    if not found and line.kind(i + 1) in ("PREP", "DET") and line.kind(i + 2) == "W" and line.kind(i + 3) in _TARGETS:
        found.append(i + 3)
    return found


def _subject(line: Line, i: int) -> list[int]:
    allowed = (*NOUN_PHRASE, "COP", "HEDGE", "NEG", "ROOT", "CORD", "CAUDA", "W", "COMPR", "TOUCH", "SAC", "BONE")
    chain = back(line, i, allowed, 12)
    named = [k for k in chain if line.kind(k) in _TARGETS]
    if not named:
        return []
    k = named[-1]
    between = [line.kind(b) for b in range(k + 1, i)]
    if between.count("W") > 1 or ("COMMA" in between and not ({"COMPR", "TOUCH"} & set(between))):
        return []
    if "W" in between and "COP" not in between:
        return []
    adjacent = k == i - 1 or any(b in ("COP", "HEDGE", "OR", "SLASH", "NEG", "COMPR", "TOUCH") for b in between)
    return [n for n in named if n >= k - 3] if adjacent else []


def _side(line: Line, k: int) -> str:
    word = line.word(k)
    quals = qualities(line, back(line, k, ("SIDE", "BOTH", "DET", "AND", "BONE", "CMP")))
    side = next((q.side for q in quals if q.side), "")
    if not side and line.kind(k + 1) in ("SIDE", "CMP"):
        side = "both" if line.kind(k + 1) == "CMP" else str(line.tokens[k + 1].value)
    if not side and line.kind(k + 1) == "PREP" and line.kind(k + 2) in ("DET", "SIDE"):
        after = k + 2 if line.kind(k + 2) == "SIDE" else k + 3
        if line.kind(after) == "SIDE" and line.kind(after + 1) not in ("SITE", "FACET"):
            side = str(line.tokens[after].value)
    return side if "cord" not in word else ""


def signals(line: Line) -> list[Mention]:
    """Signal of the cord: changed, or normal (value "normal")."""
    out: list[Mention] = []
    cords = [i for i, t in enumerate(line.tokens) if t.kind == "CORD"]
    for i, token in enumerate(line.tokens):
        if token.kind == "MYELO":
            out.append(line.mention("signal", i, value="changed"))
            if line.word(i).startswith("myelopath") and line.word(i - 1) == "compressive":
                out.append(line.mention("cord", i, [i - 1], value=("compressed", True)))
    for i, token in enumerate(line.tokens):
        if token.kind not in ("SIGNAL", "LESION") or not cords:
            continue
        k = min(cords, key=lambda c: abs(c - i))
        between = [line.kind(b) for b in range(min(i, k) + 1, max(i, k))]
        if abs(k - i) > 9 or "SEMI" in between or "DISC" in between:
            continue
        if token.kind == "LESION" and abs(k - i) > 3:
            continue
        word = line.word(i)
        plain_word = word in (
            "signal",
            "signal intensity",
            "signal characteristics",
        )
        calm = _calm(line, i, k)
        if calm or (plain_word and not line.context.denied[i] and not _abnormal(line, i)):
            if calm:
                out.append(line.mention("signal", i, [k], value="normal", denied="plain", doubted=""))
            continue
        out.append(line.mention("signal", i, [k], value="changed"))
    if not out:
        out.extend(_cord_called_normal(line, cords))
    return out


def _calm(line: Line, i: int, k: int) -> bool:
    low, high = max(0, min(i, k) - 4), min(len(line.tokens), max(i, k) + 7)
    for n in range(low, high):
        if line.kind(n) in ("NORM", "NORMP") and line.word(n) not in ("straight",) and not line.context.denied[n]:
            return not any(line.kind(b) in ("SEMI", "TERM") for b in range(min(n, i), max(n, i)))
    return False


def _abnormal(line: Line, i: int) -> bool:
    words = " ".join(line.word(n) for n in range(max(0, i - 4), min(len(line.tokens), i + 4)))
    return any(w in words for w in ("abnormal", "increas", "high", "alter", "change", "hyper", "bright", "elevated"))


def _cord_called_normal(line: Line, cords: list[int]) -> list[Mention]:
    for k in cords:
        ahead = forward(line, k, ("COP", "DET", "COLON", "AND", "CONUS", "OTHER"), 5)
        n = ahead[-1] + 1 if ahead else k + 1
        if line.kind(n) in ("NORM", "NORMP") and line.kind(n) != "PAT":
            return [line.mention("signal", k, [n], value="normal", denied="plain", doubted="")]
        behind = back(line, k, ("DET",), 2)
        n = behind[0] - 1 if behind else k - 1
        if line.kind(n) == "NORM" and line.kind(k + 1) not in ("W", "SIGNAL"):
            return [line.mention("signal", k, [n], value="normal", denied="plain", doubted="")]
    return []
