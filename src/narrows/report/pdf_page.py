"""The report as PDF through Typst: tagged, with fonts of our own, dated with the case."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterator, Sequence
from importlib.resources import as_file, files
from typing import Any, Final

import msgspec

from narrows.appraisal.answer import Appraisal
from narrows.case import MeasuredScan
from narrows.knowledge import Knowledge
from narrows.problem import NotInstalled
from narrows.report.content import Document
from narrows.report.document import document
from narrows.report.icon_array import PERSON
from narrows.report.language import said, speaking

#: The colours of the drawings on paper; on the screen the page's own style holds them.
DRAWING_STYLE: Final = (
    ".yes{fill:#0b5960}.maybe{fill:#7fb3b3}.yes.harm{fill:#9c2219}.maybe.harm{fill:#e0a198}.no{fill:none;stroke:#879590;stroke-width:.8}"
    ".t1{fill:#5d4fa0}.t2{fill:#d98032}.t3{fill:#6f8f7c}.t4{fill:#b9b18f}"
    "text{font-family:'Atkinson Hyperlegible Next';font-size:12.5px;fill:#1b282d}text.strong{font-weight:600}"
    "text.tick{font-size:11px;fill:#4d5c62}.axis{stroke:#879590;stroke-width:1}.ci{stroke:#1b282d;stroke-width:1.4}"
    ".est{fill:#0b5960}.sum{fill:#d98032;stroke:#1b282d;stroke-width:.6}"
    ".pred{stroke:#d98032;stroke-width:3;stroke-dasharray:5 3}"
)
_EPOCH: Final = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


def render(
    appraisal: Appraisal, knowledge: Knowledge, scans: Sequence[MeasuredScan] = (), language: str = "en"
) -> bytes:
    """The report as PDF."""
    return compiled(document(appraisal, knowledge, "paper", scans, language))


def compiled(content: Document) -> bytes:
    """A document as PDF bytes; the same document gives the same bytes.

    The fonts that come with the package hold Latin, Greek and Cyrillic. Other letters stand as "?", and the foot of
    every page says so: a tagged PDF (PDF/UA-1) may not hold a letter that it cannot show.
    """
    try:
        import typst
    except ImportError as error:
        raise NotInstalled("typst, which makes the PDF", "pip install typst") from error
    lacking: set[str] = set()
    for _ in range(_TRIES):
        try:
            return _compiled(typst, content, lacking)
        except typst.TypstError as error:
            found = re.search(r'the text "(.*?)" could not be displayed', str(error).replace("`", ""))
            if found is None:
                raise
            lacking |= set(_unescaped(found[1]))
    raise RuntimeError(f"the fonts lack more than {_TRIES} kinds of letters of this report")


_TRIES: Final = 12


def _compiled(typst: Any, content: Document, lacking: set[str]) -> bytes:
    raw: dict[str, Any] = msgspec.to_builtins(content)
    raw, replaced = _shown(raw, lacking)
    if replaced:
        with speaking(content.lang):
            raw["footer"] += f" {said('Letters that the fonts of this PDF lack stand as ?.')}"
    raw["words"] = {layer.lang: _words(layer.lang) for layer in content.layers}
    raw["date"] = _day(content.as_of)
    raw["drawing_style"] = DRAWING_STYLE
    raw["person"] = PERSON
    raw["anchors"] = _anchors(raw)
    here = files("narrows.report")
    with as_file(here.joinpath("fonts")) as fonts, as_file(here.joinpath("report.typ")) as template:
        made: bytes = typst.compile(
            str(template),
            root=str(template.parent),
            font_paths=[str(fonts)],
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"content": msgspec.json.encode(raw).decode("utf-8")},
            pdf_standards="ua-1",
            timestamp=_moment(content.as_of),
        )
    return made


def _words(language: str) -> dict[str, str]:
    """Words that the drawing itself adds."""
    with speaking(language):
        return {"sure": said("How sure:"), "of": said("of")}


#: Blocks that the fonts hold, by and large: Latin, Greek, Cyrillic, punctuation, signs of money and of mathematics.
_BLOCKS: Final = ((0x20, 0x24F), (0x370, 0x4FF), (0x1E00, 0x1EFF), (0x2010, 0x206F), (0x2070, 0x22FF))


def _shown(raw: Any, lacking: set[str]) -> tuple[Any, bool]:
    """The content with every letter that the fonts lack as "?", control characters as spaces; and whether any was."""
    if isinstance(raw, str):
        if raw.isascii() and raw.isprintable() and lacking.isdisjoint(raw):  # a picture is a very long word
            return raw, False
        kept = "".join(_letter(c, lacking) for c in raw)
        return kept, kept != raw
    if isinstance(raw, list | tuple):
        parts = [_shown(part, lacking) for part in raw]
        return [part for part, _ in parts], any(changed for _, changed in parts)
    if isinstance(raw, dict):
        held = {key: _shown(part, lacking) for key, part in raw.items()}
        return {key: part for key, (part, _) in held.items()}, any(changed for _, changed in held.values())
    return raw, False


def _letter(letter: str, lacking: set[str]) -> str:
    code = ord(letter)
    if letter == "\n" or (letter not in lacking and 0x20 <= code < 0x7F):
        return letter
    if unicodedata.category(letter)[0] == "C":
        return " "
    return letter if letter not in lacking and any(low <= code <= high for low, high in _BLOCKS) else "?"


def _unescaped(text: str) -> str:
    return re.sub(r"\\u\{([0-9a-fA-F]+)\}", lambda found: chr(int(found[1], 16)), text)


def _day(as_of: str) -> list[int] | None:
    found = re.match(r"(\d{4})-(\d{2})-(\d{2})", as_of)
    return [int(part) for part in found.groups()] if found else None


def _moment(as_of: str) -> int:
    """The day of the case at noon UTC, in seconds: the PDF's own date, never the clock's."""
    day = _day(as_of)
    if day is None:
        return 0
    return int((datetime.datetime(*day, 12, tzinfo=datetime.UTC) - _EPOCH).total_seconds())  # type: ignore[misc,arg-type]


def _anchors(raw: Any) -> list[str]:
    """Every place that a link may go to and that exists, each once: a label may stand only once."""
    wanted = {run["href"][1:] for run in _walk(raw, "href") if str(run["href"]).startswith("#")}
    present: dict[str, int] = {}
    for holder in _walk(raw, "anchor"):
        if holder["anchor"]:
            present[holder["anchor"]] = present.get(holder["anchor"], 0) + 1
    for listed in _walk(raw, "look"):
        if listed["look"] == "sources":
            present |= {f"s{number}": 1 for number in range(1, len(listed["items"]) + 1)}
    return sorted(name for name in wanted if present.get(name) == 1)


def _walk(raw: Any, key: str) -> Iterator[dict[str, Any]]:
    if isinstance(raw, dict):
        if key in raw:
            yield raw
        for part in raw.values():
            yield from _walk(part, key)
    elif isinstance(raw, list):
        for part in raw:
            yield from _walk(part, key)
