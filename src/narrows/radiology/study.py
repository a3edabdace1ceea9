"""What was examined and how: modality, regions, contrast, date, comparison."""

from __future__ import annotations

import re
from typing import Final

from narrows.radiology import levels
from narrows.radiology.layout import sections
from narrows.radiology.spans import Study

_MODALITIES: Final = (
    ("ct_myelogram", r"ct[- ]myelogra\w*|myelogra(?:m|phy)\w* ct|post-?\s?myelogra\w+ ct|ct (?:lumbar |cervical |of the \w+ spine )?(?:post-?)?myelogra\w*"),
    ("mri", r"\bf?mri\b|\bmr\b|magnetic resonance|t[12][- ]weighted|\bstir\b|\btesla\b|\bt[12]w?i?(?:,| and| &|/) ?(?:and )?t[12]\b|turbo spin|spin[- ]echo|gradient[- ]echo|pulse sequences?|gadolinium"),
    ("ct", r"\bct\b|computed tomogra\w*|\bcat scan|multidetector|mdct"),
    ("xray", r"\bx-?\s?rays?\b|radiographs?|plain films?|\b(?:two|three|four|five|2|3|4|5|ap|lateral)[ -]views?|\bviews? of the (?:lumb|cerv|spine)"),
)  # fmt: skip
_CERVICAL: Final = re.compile(r"\bcervical\b|\bc-?\s?spine\b|\bneck\b|\bcord\b.{0,20}\bc\d")
_LUMBAR: Final = re.compile(r"\blumb[ao]\w*\b|\bl-?\s?s?\s?-?\s?spine\b|\bls spine\b|low(?:er)? back\b")
_THORACIC: Final = re.compile(r"\bthoracic\b|\bdorsal spine\b|\bt-?\s?spine\b")
_HEAD: Final = re.compile(
    r"^\W*(?:mri?|ct|exam\w*|study|findings?|report|x-?rays?|impression)?[ :,-]*(?:of |-|scan )?(?:the )?(cervical|thoracic|lumbar|lumbosacral|lumbo-?sacral|dorsal)(?:[- ]?sacral)? (?:spine|mri|region|findings|levels?)?(?: (?:mri|findings|spine))?\s*[:\-]?\s*\.?$"
)
_DATE: Final = re.compile(
    r"(?:exam(?:ination)?|study|scan|service|date of exam|date of study|exam date|study date|performed|dated?|on)\s*(?:date)?\s*[:\-]?\s*(\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|(?:\d{1,2}\s+)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d{1,2}?,?\s*\d{4})"
)


class StudyAt(Study):
    """A study with the place of the words that name its modality."""

    modality_at: tuple[int, int] = (0, 0)


def study_of(text: str) -> StudyAt:
    """The study that a plain text (lower case) describes. Words of earlier examinations and of advice do not count."""
    study = StudyAt()
    masked = _masked(text)
    best: tuple[int, str, int] | None = None
    for name, pattern in _MODALITIES:
        match = re.search(pattern, masked)
        if match and (best is None or (match.start() < best[0] and best[1] != "ct_myelogram")):
            best = (match.start(), name, match.end())
    if best:
        study.modality, study.modality_at = best[1], (best[0], best[2])
    study.regions = _regions(text)
    if re.search(
        r"with(?:out)? and with(?:out)? (?:iv |intravenous |the administration of )?(?:contrast|gad)|w/?wo|pre- and post-?contrast|post-?contrast|with (?:iv |intravenous )?(?:contrast|gadolinium)|after (?:the )?(?:administration|injection) of",
        text,
    ):
        study.contrast = "with"
    if (
        re.search(
            r"without (?:the )?(?:administration of )?(?:iv |intravenous |any )?(?:contrast|gadolinium)|non-?contrast|w/o contrast|wo contrast|no contrast|unenhanced",
            text,
        )
        and not study.contrast
    ):
        study.contrast = "without"
    match = _DATE.search(masked)
    study.date = match[1] if match else ""
    for name, start, end in sections(text):
        if name == "comparison" and not study.comparison:
            study.comparison = " ".join(text[start:end].split())[:80]
    return study


def _masked(text: str) -> str:
    """The text with comparison and advice blanked, length kept."""
    out = text
    for name, start, end in sections(text):
        if name in ("comparison", "advice", "history"):
            out = out[:start] + " " * (end - start) + out[end:]
    return re.sub(
        r"(?:compar|correlat|recommend|suggest|further|follow-?up|previous|prior|advis)[^.\n]{0,80}?\b(?:mri?|ct|x-?rays?|radiographs?|magnetic resonance|computed tomography)\b",
        lambda m: " " * len(m[0]),
        out,
    )


def _regions(text: str) -> tuple[str, ...]:
    """cervical and lumbar in the order of how much the text speaks of each."""
    score = {"cervical": 0, "lumbar": 0, "thoracic": 0}
    bones = dict(score)
    for found in levels.find(text):
        if found.kind == "bone":
            bones[{"C": "cervical", "T": "thoracic"}.get(found.levels[0][0], "lumbar")] += 1
            continue
        for level in found.levels:
            score[levels.region_of(level)] += 1 if level != "T12-L1" else 0
    head = text[:600]
    for name, pattern in (("cervical", _CERVICAL), ("lumbar", _LUMBAR), ("thoracic", _THORACIC)):
        score[name] += 3 * bool(pattern.search(head)) + len(pattern.findall(text))
    score = score if any(score.values()) else bones
    return tuple(sorted((n for n in score if score[n]), key=lambda n: -score[n]))


def region_said(sentence: str) -> str:
    """The region that a sentence names, when it is a heading or speaks of one region alone; else ""."""
    found = _HEAD.match(sentence.strip())
    if found:
        name = found[1]
        return "cervical" if name == "cervical" else "thoracic" if name in ("thoracic", "dorsal") else "lumbar"
    named = [
        n for n, p in (("cervical", _CERVICAL), ("lumbar", _LUMBAR), ("thoracic", _THORACIC)) if p.search(sentence)
    ]
    if len(named) == 1 and not re.search(r"compar|lordosis", sentence):
        return named[0]
    regions = {
        levels.region_of(v)
        for f in levels.find(sentence)
        if f.kind != "bone"
        for v in f.levels
        if v not in ("T12-L1", "C7-T1")
    }
    # levels alone never make a study thoracic: one disc at T11-T12 is often seen on a lumbar examination
    return regions.pop() if len(regions) == 1 and "thoracic" not in regions else ""
