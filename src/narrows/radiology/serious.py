"""Fracture, tumour, infection, earlier surgery, and the rarer findings that are there or not."""

from __future__ import annotations

import re
from typing import Final

from narrows.radiology.phrases import Line, Mention, Quality, back, qualities

_STRONG: Final = re.compile(
    r"lamin\w+(?:ectom|otom|oplast)|laminectom|dis[ck]ectom|pedicle|transpedic|lif\b|acdf|interbody|fusion hardware|hardware|"
    r"post-?\s?(?:op|surg|lam)|instrument|fixation|(?:prior|previous|past|earlier) |surgical fusion|posterolateral|(?:posterior|anterior|lumbar|spinal) (?:spinal )?fusion|"
    r"foraminotom|facetectom|corpectom|interspinous|bone graft"
)
_STATUS: Final = re.compile(r"(?:status post|s/p|history of|previous|prior|post|past|old|remote|underwent|had)")
_NATURAL: Final = re.compile(
    r"congenital|block vertebr|autofus|auto-fus|developmental|ankylos|si joint|sacroiliac|klippel|segmentation"
)
_ELSEWHERE: Final = re.compile(
    r"hip|knee|shoulder|abdom|bowel|gastric|hyster|cholecyst|append|orthop|bypass|breast|mastect|prostat|nephrect"
)
_MALIGNANT: Final = re.compile(
    r"lytic|blastic|destruct|replac|infiltrat|enhanc|metasta|neoplas|aggressive|expansile|malign|suspicious"
)
_SIMPLE: Final = {"OPLL": "opll", "VAC": "gas", "FLOW": "flow", "CYST": "cyst", "SCOLI": "scoliosis"}


def serious(line: Line) -> list[Mention]:
    """Fractures, tumours, infections, each with what holds for it."""
    out: list[Mention] = []
    benign = any(t.kind == "BENIGN" for t in line.tokens)
    for i, token in enumerate(line.tokens):
        if token.kind == "COMPFRAC":
            out.append(line.mention("fracture", i))
        elif _collapsed(line, i):
            out.append(line.mention("fracture", i, [i - 1]))
        elif token.kind == "ALARM":
            out.append(line.mention("alarm", i))
        elif token.kind == "INF":
            out.append(line.mention("infection", i))
        elif token.kind == "TUM":
            if _soft_mass(line, i) or (
                benign and not line.word(i).startswith(("metast", "malig", "myelom", "lymphom"))
            ):
                continue
            # a lesion of no named kind is a question, not an answer
            word = line.word(i)
            vague = "nodul" in word or (re.search(r"lesion|foc[iu]", word) and not _MALIGNANT.search(word))
            out.append(line.mention("tumour", i, doubted=line.context.doubted[i] or ("possible" if vague else "")))
        elif token.kind == "LESION" and not benign:
            before = line.kind(i - 1)
            if before in ("CORD", "CONUS", "CYST", "DISC") or re.search(r"annular|cystic|renal|kidney|cyst", line.text):
                continue
            if line.context.denied[i]:
                out.append(line.mention("tumour", i))
            elif re.search(r"vertebra|marrow|osseous|body|pedicle|sacr|bone|lytic|sclero|enhanc", line.text):
                out.append(line.mention("tumour", i, doubted=line.context.doubted[i] or "possible"))
    return out


def _collapsed(line: Line, i: int) -> bool:
    """'L1 is collapsed', 'collapse of the vertebra', 'compression of the L1 vertebral body'."""
    if line.kind(i) == "W" and line.word(i).startswith("collaps"):
        before = back(line, i, ("COP", "DET", "SEV", "W"), 5)
        return any(line.kind(k) == "BONE" for k in (i - 1, (before[0] if before else i) - 1)) or any(
            line.word(k).startswith("vertebra") for k in before
        )
    if line.kind(i) == "COMPR":
        after = list(range(i + 1, min(i + 6, len(line.tokens))))
        named = any(line.word(k).startswith(("vertebra", "body")) for k in after)
        return line.kind(i + 1) == "PREP" and named and any(line.kind(k) == "BONE" for k in after)
    return False


def _soft_mass(line: Line, i: int) -> bool:
    """'No paraspinal mass' is said of muscles, not of the spine; a mass that is there is never passed over."""
    if not line.word(i).startswith("mass"):
        return False
    if not line.context.denied[i]:
        return bool(re.search(r"muscle mass|bone mass|lateral mass|mass-like effect", line.text))
    return bool(re.search(r"paraspinal|paravertebral|prevertebral|retroperiton|soft tissue|lateral mass", line.text))


def others(line: Line) -> list[Mention]:
    """Ossified ligament, gas, flow voids, cysts, scoliosis, aorta, earlier surgery, named grading systems."""
    out: list[Mention] = []
    for i, token in enumerate(line.tokens):
        if token.kind in _SIMPLE:
            side = next(
                (q.side for q in qualities(line, back(line, i, ("SIDE", "BOTH", "DET", "SEV", "FACET"))) if q.side), ""
            )
            out.append(line.mention(_SIMPLE[token.kind], i, quality=Quality(None, side)))
        elif token.kind == "AAA":
            around = line.text[max(0, token.start - 40) : token.end + 60]
            if re.search(r"aneurysm|\baaa\b|ectasi|ectatic|dilat", around):
                size = next((t.value for t in line.tokens[i:] if t.kind == "MEAS"), None)
                out.append(line.mention("aorta", i, value=size))
        elif token.kind == "SURG" and _is_surgery(line, i):
            if line.context.denied[i] and not re.match(r"surg|prior|previous|post|past|earlier|lamin", line.word(i)):
                continue
            out.append(line.mention("surgery", i, value=_removed_or_fused(line.word(i))))
    match = re.search(r"schizas (?:grade |type )?(a[1-4]|b|c|d)\b", line.text)
    if match:
        out.append(Mention("schizas", 0, match.start(), match.end(), value=match[1].upper()))
    match = re.search(
        r"(positive|negative) (?:nerve[- ]root )?sedimentation sign|sedimentation sign (?:is )?(positive|negative)",
        line.text,
    )
    if match:
        positive = "positive" in match[0]
        out.append(Mention("sedimentation", 0, match.start(), match.end(), denied="" if positive else "plain"))
    match = re.search(r"modified pfirrmann (?:grade )?([1-8])\b", line.text)
    if match:
        out.append(Mention("pfirrmann", 0, match.start(), match.end(), value=(int(match[1]), int(match[1]))))
    return out


def _removed_or_fused(word: str) -> bool:
    """Whether the words tell of a missing lamina or a fused level, where they have a level."""
    return bool(re.search(r"laminectom|fus|interbody|lif\b", word)) and "post" not in word


def _is_surgery(line: Line, i: int) -> bool:
    text = line.text
    if _NATURAL.search(text):
        return False
    word = line.word(i)
    if _ELSEWHERE.search(text) and not re.search(r"laminect|dis[ck]ect|fusion|spin", text):
        return False
    if word.startswith(("vertebroplast", "kyphoplast", "spinal cord stim")):
        return False
    if word in ("status post", "s/p"):
        return False
    if word.startswith(("surger",)) and line.context.denied[i]:
        return bool(re.search(r"lumbar|spin|back|prior|previous", text))
    if re.search(r"recommend|consider|candidate|planned|plan for|may benefit|consult", text):
        return False
    return bool(_STRONG.search(word)) or bool(_STATUS.search(text))
