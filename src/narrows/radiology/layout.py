"""Sections, paragraphs, list items, tables and sentences of a report, with their places in the text."""

from __future__ import annotations

import functools
import re
from typing import Final, NamedTuple

SKIPPED: Final = ("history", "technique", "comparison", "exam", "advice", "talk")

_NAMES: Final[tuple[tuple[str, str], ...]] = (
    (
        "history",
        r"(?:relevant )?(?:clinical|patient|brief|past|medical|surgical)\s+(?:history|information|indications?|details|data|notes?|summary|statement|question|background|findings|diagnosis|problem)(?:/(?:indication|history)s?)?|history(?: of present illness)?|indications?|hx|reason for (?:the )?(?:exam\w*|study|scan|visit|referral|test)|chief complaints?|complaints?|symptoms?|history/indication",
    ),
    (
        "technique",
        r"(?:imaging |scan(?:ning)? |mri? )?(?:technique|protocol|procedure|sequences?)(?: and (?:findings|protocol))?|contrast(?: agent)?|technical (?:information|factors|details)|procedure comments?",
    ),
    (
        "comparison",
        r"(?:study )?comparisons?(?: (?:study|studies|exam\w*|made|film\w*))?|(?:prior|previous) (?:study|studies|exam\w*|imaging)|correlation",
    ),
    (
        "exam",
        r"exam(?:ination)?(?: (?:type|date|performed|name|title))?|study(?: (?:date|type|performed|name))?|date(?: of (?:exam|service|study))?|modality|type of (?:exam|study)|procedure (?:name|performed)",
    ),
    (
        "findings",
        r"(?:imaging |mri? |radiolog\w+ |detailed |pertinent |significant |spine |report )?(?:findings?|observations?|description|results?|report|body|narrative|interpretation|addendum|comments?|discussion|level by level|segmental analysis|radiology report|report text)(?: (?:of|by|are as follows|as follows)[\w ]{0,30})?",
    ),
    (
        "impression",
        r"(?:final |overall |radiolog\w+ |mri? |diagnostic )?(?:impressions?|conclusions?|opinion|summary|imp|assessment|diagnosis|diagnoses|summary of findings|impression and recommendations?|conclusion/impression)",
    ),
    ("advice", r"recommendations?|advice|plan|disclaimer|note to patient|follow[- ]up"),
    ("talk", r"(?:detailed |brief |short )?answer|doctor|doctor's (?:reply|answer)|reply|expert(?:'s)? answer"),
    ("findings", r"question|patient question"),
)
_HEADING: Final = re.compile(
    r"(?m)(?:^[ *#>\"'|_=-]*(?:\d+[.)]\s*)?|(?<=[.\n;)!?\"] )[ *#]*|(?<=  ))(?:the )?(?:"
    + "|".join(f"(?P<s{i}>{pattern})" for i, (_, pattern) in enumerate(_NAMES))
    + r")\s*[*_\"]*\s*(?::|(?=\s*\n)|(?:\s-{1,2}\s)|(?:\s*\(.{0,40}\)\s*:)|\.(?=\s*\n)|(?=\s+\(?1[.)]\s))"
)
_BULLET: Final = re.compile(
    r"[ \t]*(?:[*>+#]+|-{1,2}(?=[ \w])|\(?\d{1,2}[.)](?=\s|[a-z])|\(?[a-h][.)](?=\s)|o(?= ))[ \t]*"
)
_LEVELISH: Final = re.compile(
    r"[ \t\"*|]*(?:(?:at|level|levels|the|disc|disk)\s+){0,3}[ctls]\s?-?\s?\d{1,2}\s?[-/]{1,2}\s?[ctls]?-?\s?[\dsil!]{1,2}(?!\w)"
)
_LABEL: Final = re.compile(r"[ \t]*[a-z][a-z /&,'-]{1,38}:")
_ENDS: Final = re.compile(r"[.!?:;][)\"'*]*\s*$")
_HANGS: Final = re.compile(
    r"(?:,|-|/|&|\b(?:at|of|and|or|the|a|an|with|in|to|on|from|by|for|without|no|mild|moderate|severe|left|right|through|causing|both|bilateral|is|are|as|into|due|secondary|level|levels|which|resulting|small|large|broad|disc|disk|grade|more|than|neural|central|spinal|facet|ligamentum))\s*$"
)
_ABBREVIATION: Final = re.compile(
    r"(?:\b(?:dr|mr|mrs|ms|st|fig|e\.g|i\.e|eg|ie|cf|approx|vs|no|lig|mod|bilat|lt|rt|sq|st|prof|etc|resp|incl|ant|post|ap|dept|ref|nos|tel|p\.t)|(?:^|\s)[a-z]|(?:^|[\s(])\d{1,2})\.$"
)
_NUMBERED: Final = re.compile(r"\s*\(?\d{1,2}[.)]\s?(?=[a-z])")
_BREAK: Final = re.compile(
    r"(?<!\s)\s+(?=\(?\d{1,2}[.)]\s?[CLTclt]-?\d)|(?<=[.!?;])[)\"'*]*\s+|(?<=[a-z)\d][.;])(?=[A-Z]\w)|(?<=\w\w\w\w[.])(?=[a-z]{4})"
)


_LONGEST: Final = 1_500
_CONCLUDES: Final = re.compile(r"(?m)^[ *#]*(?:impression|conclusions?|opinion)\.[ ]+(?=\w)")


class Sentence(NamedTuple):
    """One sentence, or a cell of a table. `fresh`: a new paragraph; `item`: a new list item; `begins`: a new line.

    prefix: the cell of the level and the heading of the column, which a cell is read with.
    """

    start: int
    end: int
    section: str
    fresh: bool = False
    item: bool = False
    begins: bool = False
    prefix: tuple[tuple[int, int], tuple[int, int]] | None = None


@functools.lru_cache(maxsize=4)
def sections(text: str) -> tuple[tuple[str, int, int], ...]:
    """(section, start, end) of every section of a plain text, from left to right; before the first: "top"."""
    marks: list[tuple[str, int, int]] = []
    for match in _HEADING.finditer(text):
        name = next(_NAMES[i][0] for i in range(len(_NAMES)) if match[f"s{i}"] is not None)
        marks.append((name, match.start(), match.end()))
    marks.extend(("impression", match.start(), match.end()) for match in _CONCLUDES.finditer(text))
    marks.sort(key=lambda mark: mark[1])
    out: list[tuple[str, int, int]] = []
    place, name = 0, "top"
    for following, start, end in marks:
        out.append((name, place, start))
        name, place = following, end
    out.append((name, place, len(text)))
    return tuple(part for part in out if part[2] > part[1])


def sentences(text: str, original: str) -> list[Sentence]:
    """The sentences of a plain text in order; the original, of the same length, tells capital letters."""
    out: list[Sentence] = []
    parts = sections(text)
    for number, (name, start, end) in enumerate(parts):
        told = next((p[0] for p in parts[number + 1 :] if p[0] in ("findings", "impression")), "")
        out.extend(_of_section(text, original, name, start, end, told != "findings"))
    return out


def _of_section(text: str, original: str, name: str, start: int, end: int, loose: bool) -> list[Sentence]:
    """Where no heading "findings" follows, the findings begin unannounced after history or technique."""
    width = min(max((len(line) for line in text[start:end].split("\n")), default=0), 140)
    out: list[Sentence] = []
    section = name
    columns: list[tuple[int, int]] = []
    for run_start, run_end, fresh, item in _runs(text, original, start, end, width):
        if _table_row(text, run_start, run_end):
            section = "findings" if section in ("top", *SKIPPED) else section
            cells = _cells(text, run_start, run_end)
            if _COLUMNS.search(text, run_start, run_end) and _FIRST.match(text[cells[0][0] : cells[0][1]]):
                columns = cells
                continue
            if columns and len(cells) > 1:
                shown = "findings" if section == "top" else section
                for n, (s, e) in enumerate(cells[1:], 1):
                    if n < len(columns) and text[s:e].strip(" -"):
                        out.append(Sentence(s, e, shown, n == 1, False, True, (cells[0], columns[n])))
                continue
        else:
            columns = []
        for number, (s, e) in enumerate(_split(text, original, run_start, run_end)):
            words = text[s:e].lstrip(" *-\"'")
            if (
                loose
                and section in ("history", "technique", "comparison", "exam")
                and _begins_findings(words, fresh, section)
            ):
                section = "findings"
            first = number == 0
            later_line = "\n" in text[start:s]
            if (
                loose
                and first
                and later_line
                and section in ("technique", "comparison", "exam")
                and _SPEAKS.search(words)
            ):
                section = "findings"
            shown = "findings" if section == "top" else section
            out.append(Sentence(s, e, shown, fresh and first, item and first, first))
    return out


#: Words that no technique, comparison or title line uses.
_SPEAKS: Final = re.compile(
    r"stenosis|bulg|protru|herniat|extru|facet|foram|listhesis|fractur|lordosis|status post|fusion|degenerat|spondylo[ls]|narrow|desiccat"
)


def _begins_findings(words: str, fresh: bool, section: str) -> bool:
    if _LEVELISH.match(words):
        return True
    begins = re.match(
        r"(?:there (?:is|are)|the (?:vertebral|alignment|conus|cord|spinal|cervical|lumbar|thoracic|marrow|bone|disc|visuali|overall|general)|"
        r"vertebral|alignment|normal|no evidence|no fracture|sagittal alignment|straightening|five lumbar|bone marrow|mild|moderate|severe|routine images|"
        r"grade|minimal|overall|general|degenerative|multilevel|loss of|lumbar lordosis|lordosis|the lumbar lordosis|evaluation of|images (?:reveal|demonstrat|show)|mri (?:reveal|demonstrat|show))",
        words,
    )
    if begins is None:
        return False
    plainly = re.match(
        r"(?:there (?:is|are) no|the (?:vertebral|conus|alignment|cord|spinal)|vertebral|alignment|bone marrow)", words
    )
    return fresh or section != "history" or plainly is not None


def _runs(text: str, original: str, start: int, end: int, width: int) -> list[tuple[int, int, bool, bool]]:
    """Stretches between hard line ends: (start, end, after a blank line, list item)."""
    runs: list[tuple[int, int, bool, bool]] = []
    place = start
    fresh = False
    open_run: tuple[int, int, bool, bool] | None = None
    while place < end:
        stop = text.find("\n", place, end)
        stop = end if stop < 0 else stop
        line = text[place:stop]
        if not line.strip(" |-=_*"):
            if open_run and _goes_on(text, original, open_run[1], stop, end):
                place = stop + 1
                continue
            if open_run:
                runs.append(open_run)
                open_run = None
            fresh = True
            place = stop + 1
            continue
        bullet = _BULLET.match(line)
        begin = place + (bullet.end() if bullet else 0)
        if open_run is not None and not bullet and _continues(text, original, open_run, place, stop, width):
            open_run = (open_run[0], stop, open_run[2], open_run[3])
        else:
            if open_run:
                runs.append(open_run)
            open_run = (begin, stop, fresh, bullet is not None)
        fresh = False
        place = stop + 1
    if open_run:
        runs.append(open_run)
    return runs


def _goes_on(text: str, original: str, before: int, place: int, end: int) -> bool:
    """Whether a sentence runs on over an empty line, as at the foot of a page: "… complex and" / "ligamentum …"."""
    last = text[text.rfind("\n", 0, before) + 1 : before]
    following = original[place:end].lstrip()
    return bool(re.search(r"\b(?:and|or|the|of|with|at|in)\s*$", last)) and following[:1].islower()


def _continues(text: str, original: str, run: tuple[int, int, bool, bool], place: int, stop: int, width: int) -> bool:
    last = text[max(run[0], text.rfind("\n", run[0], run[1]) + 1) : run[1]]
    line = text[place:stop]
    if "|" in line and line.count("|") >= 2:
        return False
    if last.rstrip().endswith(",") and _LEVELISH.match(line) and line.lstrip().startswith("at "):
        return False  # a comma for a full stop: "… stenosis," / "At L3-L4, there is …"
    if _HANGS.search(last):
        return True
    if _ENDS.search(last) or _LABEL.match(line):
        return False
    if _LEVELISH.match(line) and len(last.strip()) < 0.6 * width:
        return False
    first = original[place:stop].lstrip()[:1]
    if first.islower() or first in "(,.;" or first.isdigit():
        return True
    return len(last) >= 0.7 * width and width > 50


def _split(text: str, original: str, start: int, end: int) -> list[tuple[int, int]]:
    """Sentences of one run; a full stop after an abbreviation or a list number ends none."""
    out: list[tuple[int, int]] = []
    place = start
    for match in _BREAK.finditer(original, start, end):
        before = text[max(place, match.start() - 14) : match.start()].rstrip("\"')* ")
        if before.endswith(".") and _ABBREVIATION.search(before):
            continue
        if match.start() <= place:
            continue
        out.append((place, match.start()))
        place = match.end()
    if place < end:
        out.append((place, end))
    out = [part for s, e in out for part in _short(text, s, e)]
    numbered = ((_NUMBERED.match(text, s, e), s, e) for s, e in out)
    return [(m.end() if m else s, e) for m, s, e in numbered if text[s:e].strip(" .*-|\n")]


def _short(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """No sentence of a report is longer than this; what is, is cut between words so that reading stays quick."""
    out: list[tuple[int, int]] = []
    while end - start > _LONGEST:
        cut = text.rfind(" ", start + 1, start + _LONGEST)
        cut = cut if cut > 0 else start + _LONGEST
        out.append((start, cut))
        start = cut
    return [*out, (start, end)]


def _table_row(text: str, start: int, end: int) -> bool:
    return text.count("|", start, end) >= 2


_COLUMNS: Final = re.compile(r"canal|foram|dis[ck]|facet|central|recess|stenosis|narrowing")
_FIRST: Final = re.compile(r"\W*(?:level|segment|disc level|disk level|disc|spinal level|levels)\W*$")


def _cells(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The cells of one row, without the bars around them."""
    row = text[start:end]
    left = start + (len(row) - len(row.lstrip(" |")))
    right = end - (len(row) - len(row.rstrip(" |")))
    out: list[tuple[int, int]] = []
    place = left
    while place <= right:
        bar = text.find("|", place, right)
        stop = right if bar < 0 else bar
        out.append((place, stop))
        if bar < 0:
            break
        place = bar + 1
    return out
