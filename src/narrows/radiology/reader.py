"""Reads a report: sections, sentences, levels, what each sentence says, and the rows that come of it."""

from __future__ import annotations

import re
from typing import Final

from narrows.problem import InputError, Problem
from narrows.radiology import levels as column
from narrows.radiology import neural, serious, structures
from narrows.radiology.coding import rows_of
from narrows.radiology.context import context_of
from narrows.radiology.language import check_language, looks_like_report
from narrows.radiology.layout import SKIPPED, Sentence, sentences
from narrows.radiology.lexicon import tokens_of
from narrows.radiology.merging import merged
from narrows.radiology.narrowing import narrowings
from narrows.radiology.notices import asks_of, urgent_of, warnings_of
from narrows.radiology.phrases import Line, Mention
from narrows.radiology.privacy import blotted, one_patient
from narrows.radiology.scope import Block, Group, begins_with_level, groups_of, is_global, levels_of
from narrows.radiology.sharing import gapped, normal_levels
from narrows.radiology.spans import Reading, Row, Token, Urgent
from narrows.radiology.study import region_said, study_of
from narrows.radiology.text import plain

#: A report is a few thousand characters; what is longer is something else.
LONGEST: Final = 100_000
#: A new line that goes on with the level of the line before, where that level did not head it.
_CONTINUES: Final = re.compile(
    r"\W*(?:there (?:is|are) (?:also|no)|also|additionally|in addition|this|these|it |associated|resultant|no |the (?:dis[ck]|bulge|protrusion|herniation|extrusion|canal|central|spinal canal|neural|foram|facet|exiting|traversing))"
)
_EXTRAS: Final = ("retro",)


def read_report(text: str, where: str = "report") -> Reading:
    """Read the text of one radiology report of the spine.

    Offsets of the answer are characters of `text`. Raises InputError for an empty text, for one that is too long
    to be a report, and for the reports of two patients in one text.
    """
    if not text.strip():
        raise InputError(Problem("there is no text in it", where, "a scan of paper needs text recognition first"))
    if len(text) > LONGEST:
        raise InputError(
            Problem(
                f"{len(text):,} characters are more than one report ({LONGEST:,} at most)",
                where,
                "give the report of one examination",
            )
        )
    one_patient(text, where)
    clean = blotted(text)
    low = plain(clean)
    language = check_language(low)
    if language:
        return Reading(clean, warnings=(language,))
    reader = _Reader(low, clean)
    return reader.read()


class _Reader:
    def __init__(self, low: str, shown: str) -> None:
        self.low, self.shown = low, shown
        self.study = study_of(low)
        self.sentences = sentences(low, shown)
        self.rows: list[Row] = []
        self.extras: list[Row] = []
        self.urgent: list[Urgent] = []
        self.missed: list[tuple[int, int]] = []
        self.mended: list[tuple[int, int]] = []
        self.lead = 0  # length of what a cell of a table is read with, before its own words
        self.block = Block(region=self.study.regions[0] if self.study.regions else "")
        self.block.described = self._described()

    def _described(self) -> frozenset[str]:
        """The levels that the findings name one by one: what "remaining levels" leaves out."""
        named: set[str] = set()
        for sentence in self.sentences:
            if sentence.section in SKIPPED or sentence.section == "impression":
                continue
            for found in column.find(self.low[sentence.start : sentence.end]):
                if found.kind in ("disc", "on"):
                    named.update(found.levels)
        if not named:
            for found in column.find(self.low):
                if found.kind in ("disc", "on"):
                    named.update(found.levels)
        return frozenset(named)

    def read(self) -> Reading:
        section = ""
        for sentence in self.sentences:
            if sentence.section != section:
                section = sentence.section
                self.block.levels, self.block.alone = (), False
            self._sentence(sentence)
        rows, warnings, disputed = merged(self.rows)
        rows = self._with_modality(rows)
        if not looks_like_report(self.low, len(rows)):
            warnings.insert(
                0,
                "This does not look like a radiology report of the spine; what was understood may be incomplete or not be meant as findings.",
            )
        words = [self.shown[a:b] for a, b in self.mended]
        warnings.extend(warnings_of(self.low, rows, {s.section for s in self.sentences}, words))
        return Reading(
            self.shown,
            tuple(rows),
            urgent_of(rows, self.urgent),
            tuple(dict.fromkeys(warnings)),
            self.study,
            tuple(self.missed),
            asks_of(rows, self.study.date),
            tuple(self.extras),
            frozenset(disputed),
        )

    def _sentence(self, sentence: Sentence) -> None:
        text = self.low[sentence.start : sentence.end]
        self.lead = 0
        if sentence.prefix is not None:
            (a, b), (c, d) = sentence.prefix
            before = f"{self.low[a:b].strip()} {self.low[c:d].strip()}: "
            self.lead = len(before)
            text = before + text.lstrip()
            self.lead -= len(self.low[sentence.start : sentence.end]) - len(
                self.low[sentence.start : sentence.end].lstrip()
            )
        text = text.replace("\n", " ")
        tokens = tokens_of(text)
        if not tokens:
            return
        said = region_said(text)
        if said and sentence.section != "history":
            self.block.region = said
        if sentence.section in SKIPPED:
            if sentence.section == "history":
                self._history(sentence, text, tokens)
            return
        line = Line(tokens, context_of(tokens), text)
        groups = self._scope(sentence, line)
        mentions = self._mentions(line, groups, sentence)
        self._record(mentions, line, sentence)
        if not mentions and any(
            t.kind in ("STEN", "FORM", "FPROC", "COMPR", "TOUCH", "SKIP", "RETRO", "MEAS", "LESION") for t in tokens
        ):
            self.missed.append((sentence.start, sentence.end))

    def _scope(self, sentence: Sentence, line: Line) -> list[Group]:
        block = self.block
        keep = block.alone
        if (sentence.fresh or sentence.item) and not keep:
            block.levels = ()
        if sentence.begins and not block.header and not keep and not _CONTINUES.match(line.text):
            block.levels = ()
        groups = groups_of(line, block)
        if not groups and is_global(line):
            block.levels, block.alone = (), False
        if not groups and sentence.fresh:
            block.alone = False
        for token in line.tokens:
            if token.kind == "LEVEL":
                block.named.extend(level for level in token.value.levels if level not in block.named[-1:])
                if token.value.mended and sentence.prefix is None:
                    self.mended.append((sentence.start + token.start, sentence.start + token.end))
        return groups

    def _mentions(self, line: Line, groups: list[Group], sentence: Sentence) -> list[Mention]:
        mentions = [
            *narrowings(line),
            *structures.facets(line),
            *structures.ligaments(line),
            *structures.discs(line),
            *structures.slips(line),
            *structures.endplates(line),
            *structures.measurements(line),
            *neural.pressed(line),
            *neural.signals(line),
            *serious.serious(line),
            *serious.others(line),
            *normal_levels(line, groups, self.block),
        ]
        where = levels_of(line, groups, self.block)
        for mention in mentions:
            if mention.levels is None:
                mention.levels = where[mention.index] if mention.index < len(where) else ()
            if (mention.what == "slip" and mention.levels != ()) or (mention.what == "slip" and not mention.denied):
                self._slip_level(mention, line, groups)
        mentions.extend(gapped(mentions, line, groups))
        self._after(line, groups, sentence)
        return mentions

    def _after(self, line: Line, groups: list[Group], sentence: Sentence) -> None:
        """What the next sentence inherits."""
        block = self.block
        if not groups:
            return
        only = all(
            t.kind in ("LEVEL", "SCOPE", "COLON", "DET", "W", "PREP", "COMMA", "AND", "SLASH", "PAREN", "THIS", "DISC")
            for t in line.tokens
        )
        last = groups[-1] if len(groups) > 1 else groups[0]
        if last.kind == "on" and not only:
            block.alone = False
            if sentence.section != "impression":
                return
        block.levels = last.levels
        block.alone = only
        block.header = begins_with_level(line, groups)

    def _slip_level(self, mention: Mention, line: Line, groups: list[Group]) -> None:
        """'Anterolisthesis of L5': the disc under the vertebra that slips."""
        i = mention.index
        near = [k for k in range(max(0, i - 3), min(len(line.tokens), i + 5)) if line.kind(k) == "BONE"]
        if any(g.kind == "on" for g in groups) or any(abs(g.first - i) <= 6 for g in groups):
            return
        if near:
            level = column.below(line.tokens[near[0]].value.levels[0])
            if level:
                mention.levels = (level,)

    def _record(self, mentions: list[Mention], line: Line, sentence: Sentence) -> None:
        for mention in mentions:
            if mention.what in _EXTRAS:
                for level in mention.levels or ("",):
                    self.extras.append(
                        Row(
                            "retrolisthesis",
                            level,
                            "",
                            "",
                            "absent" if mention.denied else "present",
                            "certain",
                            sentence.start + mention.start,
                            sentence.start + mention.end,
                        )
                    )
                continue
            for row in rows_of(mention, self.block.region, sentence.section):
                start, end = self._place(line, mention, sentence)
                self.rows.append(row._replace(start=start, end=end))
            if mention.what == "alarm" and not mention.denied and not mention.past:
                start, end = self._place(line, mention, sentence)
                self.urgent.append(Urgent("bleeding or a torn vessel", start, end))
            if mention.what == "cauda" and not mention.denied:
                self.urgent.append(
                    Urgent("cauda equina compressed", sentence.start + mention.start, sentence.start + mention.end)
                )

    def _place(self, line: Line, mention: Mention, sentence: Sentence) -> tuple[int, int]:
        """Where the words stand in the report: the mention with the grade, side and denial right before it."""
        start = mention.start
        k = next((n for n, t in enumerate(line.tokens) if t.start >= start), 0) - 1
        while k >= 0 and line.kind(k) in (
            "SEV",
            "SIDE",
            "BOTH",
            "NEG",
            "SITE",
            "DISC",
            "GRADE",
            "DET",
            "HEDGE",
            "HIST",
        ):
            start = line.tokens[k].start
            k -= 1
        base = sentence.start - self.lead
        return base + max(start, self.lead), base + max(mention.end, self.lead + 1)

    def _history(self, sentence: Sentence, text: str, tokens: list[Token]) -> None:
        """Of what the referral says only an earlier operation is a finding."""
        line = Line(tokens, context_of(tokens), text)
        for mention in serious.others(line):
            if mention.what == "surgery" and not mention.doubted:
                for row in rows_of(mention, self.block.region, "history"):
                    self.rows.append(row._replace(start=sentence.start + row.start, end=sentence.start + row.end))

    def _with_modality(self, rows: list[Row]) -> list[Row]:
        if not self.study.modality:
            return rows
        start, end = self.study.modality_at
        return [Row("imaging_modality", "", "", self.study.modality, "present", "certain", start, end, "exam"), *rows]
