"""The knowledge as one object: typed tables, its version and hash, decoded when they are first asked for."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from narrows import __version__
from narrows.knowledge import cache, read
from narrows.knowledge.records.base import Entry
from narrows.knowledge.tables import DOCUMENTS, TABLES

if TYPE_CHECKING:
    from narrows.knowledge.records.claim import Claim, MarketingSign, MarketingStudy
    from narrows.knowledge.records.criterion import Criterion
    from narrows.knowledge.records.economy import Coverage, Price
    from narrows.knowledge.records.epidemiology import NaturalCourse
    from narrows.knowledge.records.finding import Contradiction, Finding, Implication
    from narrows.knowledge.records.follow_up import CourseWithoutTreatment
    from narrows.knowledge.records.instrument import Instrument, ValueSet, Wording
    from narrows.knowledge.records.law import Jurisdiction
    from narrows.knowledge.records.option import Option
    from narrows.knowledge.records.plan import EmergencyNumber, HarmReport, QuestionGroup, Step
    from narrows.knowledge.records.pooling import (
        AnalysisWord,
        CertaintyRule,
        ConditionWord,
        HorizonWindow,
        OutcomeWord,
        PoolingRule,
        UnitWord,
    )
    from narrows.knowledge.records.source import Source
    from narrows.knowledge.records.study import Recommendation, Study
    from narrows.knowledge.records.syndrome import Syndrome

VERSION: Final = "2026.11"
_RECORD_OF = {t.attribute: t.record for t in TABLES}


class _Stored(msgspec.Struct, frozen=True):
    tables: dict[str, bytes]
    documents: dict[str, dict[str, Any]]
    places: dict[str, dict[str, tuple[str, int]]]
    replaced: tuple[read.Replaced, ...]


class Knowledge:
    """What is known: every table of the knowledge by name, each a mapping from id to entry."""

    if TYPE_CHECKING:
        findings: dict[str, Finding]
        contradictions: dict[str, Contradiction]
        implications: dict[str, Implication]
        criteria: dict[str, Criterion]
        units: dict[str, dict[str, Any]]
        sources: dict[str, Source]
        syndromes: dict[str, Syndrome]
        steps: dict[str, Step]
        question_groups: dict[str, QuestionGroup]
        emergency_numbers: dict[str, EmergencyNumber]
        harm_reports: dict[str, HarmReport]
        instruments: dict[str, Instrument]
        value_sets: dict[str, ValueSet]
        wordings: dict[str, Wording]
        options: dict[str, Option]
        claims: dict[str, Claim]
        marketing_signs: dict[str, MarketingSign]
        marketing_studies: dict[str, MarketingStudy]
        studies: dict[str, Study]
        recommendations: dict[str, Recommendation]
        outcome_words: dict[str, OutcomeWord]
        unit_words: dict[str, UnitWord]
        analysis_words: dict[str, AnalysisWord]
        condition_words: dict[str, ConditionWord]
        pooling_rules: dict[str, PoolingRule]
        horizons: dict[str, HorizonWindow]
        certainty_rules: dict[str, CertaintyRule]
        prices: dict[str, Price]
        coverages: dict[str, Coverage]
        jurisdictions: dict[str, Jurisdiction]
        natural_courses: dict[str, NaturalCourse]
        courses_without_treatment: dict[str, CourseWithoutTreatment]
        option_groups: dict[str, list[str]]
        segmentation_schemes: dict[str, dict[str, Any]]

    def __init__(self, stored: bytes, sha256: str, folders: tuple[str, ...]) -> None:
        self._stored = msgspec.msgpack.decode(stored, type=_Stored)
        self.version: str = VERSION
        self.sha256: str = sha256
        self.folders: tuple[str, ...] = folders
        self.replaced: tuple[read.Replaced, ...] = self._stored.replaced

    def __getattr__(self, name: str) -> Any:
        # Called once per table: the decoded mapping then stands in the instance.
        if name in _RECORD_OF:
            packed = self._stored.tables.get(name)
            kind: Any = dict[str, _RECORD_OF[name]]  # type: ignore[valid-type]
            table = msgspec.msgpack.decode(packed, type=kind) if packed else {}
            setattr(self, name, table)
            return table
        if name in DOCUMENTS.values():
            return self._stored.documents.get(name, {})
        raise AttributeError(name)

    def table(self, attribute: str) -> dict[str, Entry]:
        """A table by its name, for code that walks all of them."""
        found: dict[str, Entry] = getattr(self, attribute)
        return found

    def place(self, attribute: str, key: str) -> str:
        """The file and line where an entry stands, as 'file, line n'."""
        file, line = self._stored.places.get(attribute, {}).get(key, ("knowledge", 0))
        return f"{file}, line {line}" if line else file

    @property
    def stamp(self) -> dict[str, Any]:
        """Version and hash, as every answer carries them, and what a clinic's folder replaced."""
        stamp: dict[str, Any] = {"version": self.version, "sha256": self.sha256}
        if self.replaced:
            stamp["replaced"] = [msgspec.to_builtins(r) for r in self.replaced]
        return stamp


def named_folders() -> tuple[str, ...]:
    """The clinic's folders that NARROWS_KNOWLEDGE names."""
    return tuple(part for part in os.environ.get("NARROWS_KNOWLEDGE", "").split(os.pathsep) if part)


def load(folders: Iterable[str | Path] | None = None) -> Knowledge:
    """The knowledge, with a clinic's folders laid over it (none named: those of NARROWS_KNOWLEDGE).

    Raises InputError when a file of a folder is wrong.
    """
    chosen = named_folders() if folders is None else tuple(str(f) for f in folders)
    return _load(chosen)


@lru_cache(maxsize=4)
def _load(folders: tuple[str, ...]) -> Knowledge:
    paths = (read.DATA, *(Path(f) for f in folders))
    sha256 = read.digest(p for p in paths if p.is_dir())
    # Two folders may hold the same bytes; the places named in errors are still their own.
    named = hashlib.sha256("\0".join((sha256, *folders)).encode()).hexdigest() if folders else sha256
    key = named if all(p.is_dir() for p in paths) else "missing"

    def make() -> bytes:
        return _pack(read.gather(paths))

    name = f"knowledge-{__version__}"
    try:
        return Knowledge(cache.remembered(name, key, make), sha256, folders)
    except msgspec.DecodeError:  # written by other code of the same version: make it anew
        cache.forget(name, key)
        return Knowledge(make(), sha256, folders)


def _pack(gathered: read.Gathered) -> bytes:
    encode = msgspec.msgpack.Encoder().encode
    return encode(
        _Stored(
            tables={name: encode(entries) for name, entries in gathered.entries.items()},
            documents=gathered.documents,
            places=gathered.places,
            replaced=tuple(gathered.replaced),
        )
    )
