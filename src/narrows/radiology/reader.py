"""Reads a report: sections, sentences, levels, what each sentence says, and the rows that come of it."""

from __future__ import annotations

import re
from typing import Final

from narrows.knowledge.levels import CERVICAL, LUMBAR
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
from narrows.radiology.phrases import Line, Mention, Quality, forward, side_of
from narrows.radiology.privacy import blotted, one_patient
from narrows.radiology.scope import Block, Group, begins_with_level, gaps, groups_of, is_global, levels_of
from narrows.radiology.spans import Reading, Row, Token, Urgent
from narrows.radiology.study import region_said, study_of
from narrows.radiology.text import plain

#: A report is a few thousand characters; what is longer is something else.
LONGEST: Final = 300_000
URGENT: Final = {
    "cord_compression_imaging": "spinal cord compressed",
    "cord_t2_signal": "signal of the spinal cord changed",
    "vertebral_fracture": "fracture",
    "spinal_tumour": "tumour or metastasis",
    "spinal_infection_imaging": "infection",
}
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
        self.whole: list[str] = []
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
        warnings.extend(self._warnings(rows))
        return Reading(
            self.shown,
            tuple(rows),
            self._urgent(rows),
            tuple(dict.fromkeys(warnings)),
            self.study,
            self._levels_read(rows),
            tuple(self.missed),
            self._asks(rows),
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
            *self._normal_levels(line, groups),
        ]
        where = levels_of(line, groups, self.block)
        for mention in mentions:
            if mention.levels is None:
                mention.levels = where[mention.index] if mention.index < len(where) else ()
            if (mention.what == "slip" and mention.levels != ()) or (mention.what == "slip" and not mention.denied):
                self._slip_level(mention, line, groups)
        mentions.extend(self._gapped(mentions, line, groups))
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

    def _gapped(self, mentions: list[Mention], line: Line, groups: list[Group]) -> list[Mention]:
        """What is said once for several levels: "moderate stenosis at L4-5 and mild at L3-4", "on the left at L5-S1"."""
        out: list[Mention] = []
        graded = ("central", "foramen", "recess", "facet")
        for one, two, k in gaps(line, groups):
            before = [
                m
                for m in [*mentions, *out]
                if m.levels == one.levels
                and m.index < two.first
                and (m.what in graded or (k is None and m.what == "disc"))
            ]
            if not before:
                continue
            last = max(before, key=lambda m: m.index)
            after = forward(line, two.last, ("PREP", "DET", "SIDE", "BOTH"))
            side = next((side_of(line.tokens[n]) for n in after if line.kind(n) in ("SIDE", "BOTH")), "")
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

    def _normal_levels(self, line: Line, groups: list[Group]) -> list[Mention]:
        """'L1-L2: normal': canal, foramina and disc are denied to be narrowed or displaced."""
        out: list[Mention] = []
        for i, token in enumerate(line.tokens):
            if token.kind not in ("NORM", "NORMP") or line.context.denied[i]:
                continue
            if not self._speaks_of_level(line, i, groups):
                continue
            if "dis" in line.word(i) and line.word(i).startswith("no "):
                continue  # of the disc alone
            denied = "sig" if token.value == "sig" else "plain"
            for what, value in (("central", None), ("foramen", None), ("disc", "normal")):
                out.append(line.mention(what, i, denied=denied, doubted="", value=value))
            break
        return out

    def _speaks_of_level(self, line: Line, i: int, groups: list[Group]) -> bool:
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
        return placed or (bool(self.block.levels) and self.block.alone)

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

    def _urgent(self, rows: list[Row]) -> tuple[Urgent, ...]:
        found = [
            Urgent(URGENT[r.finding] + (" (possible)" if r.status == "possible" else ""), r.start, r.end)
            for r in rows
            if r.finding in URGENT and r.status in ("present", "possible")
        ]
        out = list(dict.fromkeys([*found, *self.urgent]))
        return tuple(sorted(out, key=lambda u: u.start))

    def _levels_read(self, rows: list[Row]) -> tuple[str, ...]:
        """Regions of which the report states every level, one by one or as "all levels"."""
        out: list[str] = []
        for region, whole in (("cervical", CERVICAL), ("lumbar", LUMBAR)):
            stated = {r.level for r in rows if r.level}
            if all(level in stated for level in whole):
                out.append(region)
        return tuple(out)

    def _warnings(self, rows: list[Row]) -> list[str]:
        out: list[str] = []
        if self.mended:
            words = ", ".join(dict.fromkeys(self.shown[s:e] for s, e in self.mended))
            out.append(f"Damaged names of levels were mended: {words}. Compare with the original.")
        if re.search(
            r"lumbari[sz]|sacrali[sz]|transitional|\bl6\b|six lumbar|four lumbar|lumbosacral transitional", self.low
        ):
            out.append(
                "The report speaks of a transitional vertebra: level names may differ from those of another examination."
            )
        parts = {s.section for s in self.sentences}
        if re.search(r"impression\s*[:\n]", self.low) and "impression" not in parts:
            out.append("The impression is empty.")
        if not any(r.finding != "imaging_modality" for r in rows):
            out.append("No finding of the dictionary was understood in this text.")
        return out

    def _asks(self, rows: list[Row]) -> tuple[str, ...]:
        out: list[str] = []
        if any(
            r.finding in ("foraminal_grade", "cervical_foraminal_grade", "lateral_recess_grade")
            and r.status == "present"
            and not r.side
            for r in rows
        ):
            out.append(
                "On which side is the narrowing of the foramen or recess? The report does not say it everywhere."
            )
        if any(
            r.finding
            in ("lee_central_grade", "cervical_kang_grade", "lumbar_stenosis_severity", "cervical_stenosis_severity")
            and r.status == "present"
            and r.value == ""
            for r in rows
        ):
            out.append("How marked is the narrowing of the canal? The report names it without a grade.")
        if any(r.status == "possible" for r in rows):
            out.append("Some findings are only suspected. Ask whether they were settled by another examination.")
        if not self.study.date:
            out.append("When was the examination? The report gives no date that could be read.")
        return tuple(out)
