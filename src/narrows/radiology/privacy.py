"""Names, dates of birth, record numbers and addresses: found, and blotted out of everything that is kept."""

from __future__ import annotations

import re
from typing import Final

from narrows.problem import InputError, Problem
from narrows.radiology.lexicon import tokens_of

BLOT: Final = "\u2588"
_NAME: Final = r"[A-Z][\w'’.-]*(?:,?[ \t]+[A-Z][\w'’.-]*){0,4}"
_DATE: Final = r"(?:\d{1,4}[-/. ]\d{1,2}[-/. ]\d{1,4}|\d{1,2}(?:st|nd|rd|th)?[ -]+[A-Za-z]{3,9}\.?,?[ -]+\d{2,4}|[A-Za-z]{3,9}\.?[ -]+\d{1,2},?[ -]+\d{2,4}|\d{8})"
_NUMBER: Final = r"[A-Z]{0,6}[- ]?\d[\w./-]*"
#: (what, pattern with the private part as group 1)
_PRIVATE: Final = tuple(
    (what, re.compile(pattern))
    for what, pattern in (
        ("name", rf"(?im:^[ \t*|#>]*(?:patient(?:'s)?(?: (?:full )?name)?|name|pt(?:\.|ient)? name|surname|first name|last name|full name)[ \t*]*[:=|][ \t*|]*)({_NAME})"),
        ("name", rf"(?i:\b(?:patient(?: name)?|re|pt)[ \t]*:[ \t]*)([A-Z][\w'’.-]+,?[ \t]+{_NAME})"),
        ("name", rf"(?i:\b(?:mr|mrs|ms|miss|mister)\.?[ \t]+)({_NAME})"),
        ("doctor", rf"(?i:\b(?:dr|doctor|prof|professor)\.?[ \t]+)({_NAME})"),
        ("doctor", rf"(?im:\b(?:refer(?:ring|red)(?: by| physician| doctor| provider| clinician)?|radiologist|ordering (?:physician|provider|doctor)|physician|reported by|dictated by|electronically signed(?: by)?|signed(?: by)?|verified by|read by|interpreted by|attending|consultant|requested by|req(?:uesting)? phys(?:ician)?|verifier|author|transcribed by)[ \t*]*[:|][ \t*|]*)({_NAME}(?:,[ \t]*(?:MD|M\.D\.|DO|FRCR|MBBS))?)"),
        ("birth", rf"(?i:\b(?:d\.?o\.?b\.?|date of birth|birth ?date|born(?: on)?|birthday)[ \t*]*[:|=]?[ \t*|]*)({_DATE})"),
        ("number", rf"(?i:\b(?:m\.?r\.?n\.?|medical record(?: (?:no|number|#))?|record (?:no|number|#)|patient (?:id|no|number|#)|pat(?:ient)?[ -]?id|hospital (?:no|number)|nhs (?:no|number)|chart (?:no|number|#)|ssn|social security(?: number)?|account(?: (?:no|number|#))?|acct|acc(?:ession)?(?: (?:no|number|#))?|visit (?:no|number)|health card|insurance (?:no|number|id)|order (?:no|number)|uhid|ip no|op no|reg(?:istration)?\.? no|case (?:no|number)?|id)[ \t*]*(?:#|no\.?|number)?[ \t*]*[:|=#.]?[ \t*|]*)({_NUMBER})"),
        ("number", r"(\b\d{3}-\d{2}-\d{4}\b)"),
        ("number", r"(\b\d{3}[ -]\d{3}[ -]\d{4}\b)"),
        ("contact", r"(?<![\w.+-])([\w.+-]{1,64}@[\w-]+\.[\w.]+)"),
        ("contact", r"(?i:\b(?:tel|telephone|phone|fax|mobile|contact)(?:[ \t]*(?:no|number))?\.?[ \t]*[:|]?[ \t]*)(\+?[\d() -]{7,18})"),
        ("contact", r"(?im:^[ \t*|]*(?:address)[ \t*]*[:|][ \t*|]*)([^\n|]{4,90})"),
        ("hl7", r"(?m:^PID\|)([^\r\n]+)"),
    )
)  # fmt: skip
_NO_NAME: Final = re.compile(
    r"(?i)^(?:history|name|id|information|data|age|sex|gender|position\w*|motion|with|has|is|was|presents?|presented|supine|prone|male|female|mri?|ct|the|no|not|unknown|none|anonym\w*|clinical|low|lumbar|cervical|back|neck|chronic|pain|complain\w*|reports?|exam|type|dob|date|mrn|referred|instructions|consent|tolerated|in|a)\b"
)


def private_spans(text: str) -> list[tuple[str, int, int]]:
    """(what, start, end) of everything in a text that names a person, in order."""
    found: list[tuple[str, int, int]] = []
    for what, pattern in _PRIVATE:
        for match in pattern.finditer(text):
            start, end = match.span(1)
            given = match[1]
            if what in ("name", "doctor") and (_NO_NAME.match(given) or _is_of_the_report(given)):
                continue
            found.append((what, start, end))
    return sorted(found, key=lambda f: f[1])


def _is_of_the_report(words: str) -> bool:
    """Whether the words are those of a report ("Patient: Disc bulge at L4-5") rather than a name."""
    return any(
        token.kind not in ("W", "COMMA", "AND", "DET", "PREP", "PAREN", "SEMI") for token in tokens_of(words.lower())
    )


def blotted(text: str) -> str:
    """The text with private parts replaced by blots of the same length; names are blotted wherever they return."""
    spans = private_spans(text)
    out = list(text)
    names: set[str] = set()
    for what, start, end in spans:
        if what in ("name", "doctor"):
            words = re.findall(r"[A-Z][\w'’-]{2,}", text[start:end])
            names.update(w for w in words if w.lower() not in _COMMON and not _is_of_the_report(w))
        for k in range(start, end):
            if not text[k].isspace():
                out[k] = BLOT
    clean = "".join(out)
    for name in sorted(names, key=len, reverse=True):
        clean = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", BLOT * len(name), clean)
    return clean


_COMMON: Final = frozenset(
    [
        "the",
        "and",
        "with",
        "for",
        "lumbar",
        "cervical",
        "spine",
        "mri",
        "patient",
        "report",
        "findings",
        "impression",
        "history",
        "left",
        "right",
        "disc",
        "canal",
        "imaging",
        "center",
        "centre",
        "hospital",
        "radiology",
        "clinic",
        "medical",
        "age",
        "sex",
        "male",
        "female",
        "date",
        "exam",
        "none",
        "normal",
        "study",
        "dob",
        "mrn",
    ]
)


def one_patient(text: str, where: str) -> None:
    """Refuse a text that holds the reports of two people.

    Raises InputError when two different patient names, birth dates or record numbers stand under the same label.
    """
    kinds: dict[str, set[str]] = {}
    labels = (
        ("names", rf"(?im:^[ \t*|#>]*(?:patient(?:'s)?(?: name)?|pt name|name)[ \t*]*[:=|][ \t*|]*)([A-Z][\w'’.-]+,?[ \t]+{_NAME})"),
        ("birth dates", rf"(?i:\b(?:d\.?o\.?b\.?|date of birth|birth ?date)[ \t*]*[:|=]?[ \t*|]*)({_DATE})"),
        ("record numbers", rf"(?i:\b(?:m\.?r\.?n\.?|medical record(?: (?:no|number))?|patient (?:id|no|number)|patient-?id|hospital (?:no|number)|nhs (?:no|number))[ \t*]*(?:#|no\.?)?[ \t*]*[:|=#.]?[ \t*|]*)({_NUMBER})"),
    )  # fmt: skip
    for kind, pattern in labels:
        for match in re.finditer(pattern, text):
            given = match[1].strip(" ,.|")
            if kind == "names" and (_NO_NAME.match(given) or _is_of_the_report(given)):
                continue
            key = " ".join(sorted(re.findall(r"\w+", given.lower())))
            if kind == "names":
                key = " ".join(
                    w
                    for w in key.split()
                    if len(w) > 1 and w not in ("age", "dob", "mrn", "sex", "id", "mr", "mrs", "ms")
                )
            if key:
                kinds.setdefault(kind, set()).add(key)
    for kind, values in kinds.items():
        if kind == "names":
            values = _distinct(values)
        if len(values) > 1:
            raise InputError(
                Problem(
                    f"it holds {len(values)} different patient {kind}",
                    where,
                    "give the report of one person in one file",
                )
            )


def _distinct(names: set[str]) -> set[str]:
    """Names that are not a part of one another ("ruth" and "ruth miller" are one)."""
    return {n for n in names if not any(n != o and set(n.split()) <= set(o.split()) for o in names)}
