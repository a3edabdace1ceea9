"""Whether a text is English, and whether it is a report of the spine at all."""

from __future__ import annotations

import re
from typing import Final

#: Frequent little words that English does not have, and a few words of spine reports.
_WORDS: Final = {
    "German": "und der die das mit nicht ist eine keine des auf im bei zeigt höhe bandscheibe wirbelsäule befund spinalkanal beurteilung",
    "French": "et le la les des du une avec pas est dans au sans niveau canal rachis discale discopathie étroit lombaire conclusion hernie",
    "Spanish": "y el la los las de del una con sin en que se por columna nivel canal disco hernia vertebral conclusión estenosis",
    "Italian": "e il la i gli di del della una con senza nel che si livello canale rachide disco ernia conclusioni stenosi discale",
    "Portuguese": "e o a os as de do da uma com sem em que nível coluna canal disco hérnia conclusão estenose discal não",
    "Dutch": "en de het een van met geen niet is op ter plaatse niveau wervelkolom kanaal hernia conclusie tussenwervelschijf",
    "Swedish": "och en ett med utan inte är på av till nivå ryggen spinalkanal disk diskbråck utlåtande förträngning",
    "Polish": "i w z na nie jest bez oraz poziomie kręgosłupa kanału krążka wnioski odcinka szyjnego lędźwiowego",
    "Turkish": "ve bir ile düzeyinde seviyesinde izlenmiştir disk kanal spinal olarak izlenmektedir sonuç mesafesinde",
}
_LISTS: Final = {name: frozenset(given.split()) for name, given in _WORDS.items()}
_ENGLISH: Final = frozenset(
    [
        "the",
        "of",
        "and",
        "is",
        "are",
        "no",
        "there",
        "at",
        "with",
        "without",
        "to",
        "in",
        "mild",
        "moderate",
        "severe",
        "left",
        "right",
        "normal",
        "bulge",
        "findings",
        "impression",
        "was",
        "for",
        "on",
        "or",
        "be",
    ]
)
_SPINE: Final = re.compile(
    r"[clt]-?\d\s?[-/]|\bdis[ck]s?\b|stenosis|foramin|spine|spinal|vertebra|lumbar|cervical|facet|canal|cord\b|listhesis|lamin|conus"
)
_REPORT: Final = re.compile(
    r"\bfindings?\b|impression|technique|comparison|sagittal|axial|t[12][- ]weight|\bmri?\b|\bct\b|radiograph|conclusion|protocol|\breport\b|[clt]-?\d\s?[-/]\s?[clts]?-?\d[^.\n]{0,12}:"
)
_LETTER: Final = re.compile(
    r"\bdear (?:dr|doctor|colleague|sir|madam|mr|mrs|ms|prof)|kind regards|yours sincerely|yours faithfully|best wishes|thank you for (?:referring|seeing|your)|i (?:reviewed|saw|had the pleasure|would be grateful|met)|on examination|power was|reflexes were|walking distance|follow[- ]?up in clinic|discharge summary"
)


def check_language(low: str) -> str:
    """A warning when the text is not English, else ""."""
    letters = [c for c in low if c.isalpha()]
    if not letters:
        return "There are no words in this text."
    foreign = sum(1 for c in letters if ord(c) > 0x24F)
    if foreign > 0.3 * len(letters):
        return "This text is not written in English; only English reports can be read, so nothing was taken from it."
    words = re.findall(r"[^\W\d_]+", low)
    if len(words) < 6:
        return ""
    english = sum(1 for w in words if w in _ENGLISH)
    scores = {name: sum(1 for w in words if w in given) for name, given in _LISTS.items()}
    name, score = max(scores.items(), key=lambda item: item[1])
    if score >= 3 and score > 1.6 * english and score / len(words) > 0.08:
        return (
            f"This text seems to be written in {name}; only English reports can be read, so nothing was taken from it."
        )
    return ""


def looks_like_report(low: str, understood: int) -> bool:
    """Whether the text reads like a radiology report of the spine rather than a letter or something else."""
    spine = len(set(_SPINE.findall(low)))
    letter = len(_LETTER.findall(low))
    report = len(set(_REPORT.findall(low)))
    if letter >= 2 or (letter == 1 and report < 3):
        return False
    return spine >= 1 and (report >= 1 or understood >= 2)
