"""Invented people: ages and scores as published cohorts have them, everything else assumed, each row marked.

Ages, disability and pain follow the baseline means and spreads of the studies that `knowledge/data/synthetic.toml`
names; a hidden severity ties symptoms, scores and the narrowing of levels together. Shares of symptoms and of danger
signs are assumed and are no prevalence. For tests, measurements of speed and demonstrations.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from narrows.criteria.dialect import DUCKDB
from narrows.knowledge import Knowledge
from narrows.knowledge.levels import CERVICAL, LUMBAR
from narrows.knowledge.records.finding import Finding
from narrows.population.courses import VISITS, FollowUp
from narrows.problem import InputError, Problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[Any]

CHUNK = 100_000
SITES = ("north", "south", "east", "west", "centre")
#: Findings of levels that are made: name to how they follow from how narrow the level is (see _level_values).
LUMBAR_FINDINGS = (
    "dural_sac_csa",
    "schizas_grade",
    "lee_central_grade",
    "lateral_recess_grade",
    "foraminal_grade",
    "spondylolisthesis_slip",
    "dynamic_translation",
    "ligamentum_flavum_thickness",
    "facet_effusion",
    "disc_height_loss_percent",
    "pfirrmann_modified",
    "nerve_root_compressed",
    "bony_share_percent",
)
CERVICAL_FINDINGS = ("cervical_kang_grade", "cord_csa", "canal_ap_diameter", "cervical_foraminal_grade")


class Cohort(NamedTuple):
    """A published cohort whose ages are drawn."""

    study: str
    kind: str
    mean: float
    sd: float
    n: int


def cohorts(knowledge: Knowledge) -> tuple[Cohort, ...]:
    """The cohorts with the mean and spread of age that their studies print."""
    found = []
    for study, entry in knowledge.synthetic_people.items():
        row = next(
            r for r in knowledge.studies[study].result if r.outcome == "age" and r.mean_baseline and r.sd_baseline
        )
        found.append(
            Cohort(study, entry["kind"], float(row.mean_baseline or 0), float(row.sd_baseline or 0), row.total or 100)
        )
    return tuple(found)


def measure_of(name: str, knowledge: Knowledge) -> tuple[float, float]:
    """Mean and spread of a measure: from its study's baseline, or as assumed."""
    entry = knowledge.synthetic_measures[name]
    if "study" not in entry:
        return float(entry["mean"]), float(entry["sd"])
    row = next(
        r
        for r in knowledge.studies[entry["study"]].result
        if r.outcome == entry["outcome"] and r.mean_baseline and r.sd_baseline
    )
    scale = float(entry.get("scale", 1))
    return float(row.mean_baseline or 0) * scale, float(row.sd_baseline or 0) * scale


def synthesize(
    count: int,
    seed: int,
    out: Path,
    knowledge: Knowledge,
    *,
    follow_up: Path | None = None,
    visits: Sequence[int] = VISITS,
) -> int:
    """Write `count` invented people as a table (.parquet or .csv); the number written.

    `follow_up` is a second table with a row for each person and visit (months after the first day). The same count,
    seed, knowledge and version of numpy give the same people, with follow-up or without. Raises InputError for a wrong
    count or place.
    """
    import duckdb

    if count < 1:
        raise InputError(Problem(f"{count} people cannot be made", "N", "a whole number above 0"))
    if follow_up is not None and follow_up.resolve() == out.resolve():
        raise InputError(Problem("the same file as the people", "--follow-up", "name another file"))
    tables = [_Table(path, flag) for path, flag in ((out, "--out"), (follow_up, "--follow-up")) if path is not None]
    connection = duckdb.connect(config={"memory_limit": "2GB"})
    try:
        for first in range(0, count, CHUNK):
            made = _Chunk(min(CHUNK, count - first), seed, first, knowledge)
            arrays = made.arrays()
            tables[0].add(connection, arrays, made.select())
            if follow_up is not None:
                later = FollowUp(knowledge, visits, seed, first)
                seen = later.arrays(arrays["number"], arrays["day"], made.kind, made.truth)
                tables[1].add(connection, seen, later.select())
        for table in tables:
            table.join(connection)
        for table in tables:
            os.replace(table.done, table.out)
    except (duckdb.IOException, OSError) as error:
        full = "No space left" in str(error)
        said = "the disk is full" if full else f"cannot be written: {str(error).splitlines()[0]}"
        raise InputError(Problem(said, str(out.parent), "make room, or name another folder")) from None
    finally:
        for table in tables:
            table.clear()
    return count


class _Table:
    """A table that is written in parts and gets its name when all of it is there."""

    def __init__(self, out: Path, flag: str) -> None:
        if out.suffix.lower() not in (".parquet", ".csv"):
            raise InputError(
                Problem(f"'{out.name}' ends in neither .parquet nor .csv", flag, "for example people.parquet")
            )
        if not out.parent.is_dir():
            raise InputError(Problem("no such folder", str(out.parent), "make it first"))
        self.out, self.done = out, out.with_name(f".{out.name}.half")
        self.parts: list[Path] = []

    def add(self, connection: Any, arrays: Mapping[str, Any], select: str) -> None:
        """Write some rows."""
        part = self.out.with_name(f".{self.out.name}.{len(self.parts)}.part")
        self.parts.append(part)
        connection.register("made", arrays)
        connection.execute(f"COPY (SELECT {select} FROM made) TO '{_path(part)}' (FORMAT parquet)")
        connection.unregister("made")

    def join(self, connection: Any) -> None:
        """Put the parts together, still without the final name."""
        listed = ", ".join(f"'{_path(p)}'" for p in self.parts)
        form = "csv, HEADER" if self.out.suffix.lower() == ".csv" else "parquet, ROW_GROUP_SIZE 61440"
        connection.execute(f"COPY (SELECT * FROM read_parquet([{listed}])) TO '{_path(self.done)}' (FORMAT {form})")

    def clear(self) -> None:
        """Take away what is half done."""
        for part in (*self.parts, self.done):
            part.unlink(missing_ok=True)


def _path(path: Path) -> str:
    return os.fspath(path).replace("'", "''")


class _Chunk:
    """Some people as arrays: NaN or -1 where nothing is known."""

    def __init__(self, size: int, seed: int, first: int, knowledge: Knowledge) -> None:
        import numpy as np

        self.np = np
        self.size, self.first, self.knowledge = size, first, knowledge
        self.random = np.random.default_rng([seed, first])
        self.columns: dict[str, Any] = {}
        self.sql: dict[str, str] = {}
        known = cohorts(knowledge)
        weights = np.array([c.n for c in known], dtype=float)
        self.cohorts = known
        self.cohort = self.random.choice(len(known), size=size, p=weights / weights.sum())
        self.kind = np.array([c.kind for c in known])[self.cohort]
        self.severity = self.random.standard_normal(size)
        self.values: dict[str, Numbers] = {}
        self.truth: dict[str, Numbers] = {}

    def arrays(self) -> dict[str, Any]:
        """Every column as an array."""
        self._whose()
        self._measures()
        for finding in self.knowledge.findings.values():
            if not finding.per_level and finding.name not in self.values:
                self.values[finding.name] = self._drawn(finding)
        self._together()
        self.truth = dict(self.values)  # as it is, before anything goes missing
        self._unknown()
        for name, values in self.values.items():
            finding = self.knowledge.findings[name]
            if finding.side:
                self._sides(finding, values)
            else:
                self._give(name, values, finding)
        self._levels()
        return self.columns

    def select(self) -> str:
        """The select list that turns arrays into typed columns."""
        return ", ".join(f"{sql} AS {DUCKDB.column(name)}" for name, sql in self.sql.items())

    # ---- the person

    def _whose(self) -> None:
        np = self.np
        self.columns["number"] = np.arange(self.first + 1, self.first + self.size + 1)
        self.columns["cohort"] = self.cohort.astype("int16")
        self.columns["place"] = self.random.integers(0, len(SITES), self.size).astype("int8")
        self.columns["day"] = self.random.integers(0, 1095, self.size).astype("int32")
        self.sql["id"] = "printf('synthetic-%08d', number)"
        self.sql["as_of"] = "CAST(DATE '2023-01-01' + day AS VARCHAR)"
        self.sql["site"] = _coded("place", SITES)
        self.sql["synthetic"] = _coded("cohort", [f"synthetic, ages after {c.study}" for c in self.cohorts])

    def _measures(self) -> None:
        np = self.np
        means, spreads = (np.array([getattr(c, part) for c in self.cohorts])[self.cohort] for part in ("mean", "sd"))
        # Age and severity hang together a little; the spread of age stays as published.
        latent = 0.15 * self.severity + np.sqrt(1 - 0.15**2) * self.random.standard_normal(self.size)
        self.values["age"] = np.clip(np.round(means + spreads * latent), 18, 100)
        for name, entry in self.knowledge.synthetic_measures.items():
            finding = self.knowledge.findings[name]
            mean, sd = measure_of(name, self.knowledge)
            load = float(entry["loading"])
            latent = load * self.severity + np.sqrt(1 - load**2) * self.random.standard_normal(self.size)
            low = max(float(entry.get("least", -np.inf)), finding.min if finding.min is not None else -np.inf)
            high = finding.max if finding.max is not None else np.inf
            values = np.round(np.clip(mean + sd * latent, low, high), 0 if finding.type == "integer" else 1)
            if "kinds" in entry:
                values = np.where(np.isin(self.kind, entry["kinds"]), values, np.nan)
            self.values[name] = values
        self.values["body_mass_index"] = np.full(self.size, np.nan)  # follows from height and weight

    def _share(self, finding: Finding) -> Numbers:
        np = self.np
        danger = self.knowledge.synthetic_danger
        entry: Mapping[str, Any] = self.knowledge.synthetic_shares.get(finding.name) or (
            danger
            if finding.name in danger["findings"]
            else self.knowledge.synthetic_defaults.get(finding.group, self.knowledge.synthetic_defaults["other"])
        )
        share = np.full(self.size, float(entry["share"]))
        if "kinds" in entry:
            share = np.where(np.isin(self.kind, entry["kinds"]), share, 0.05)
        logit = np.log(share / (1 - share)) + float(entry["slope"]) * self.severity
        drawn: Numbers = np.asarray(1 / (1 + np.exp(-logit)))
        return drawn

    def _drawn(self, finding: Finding) -> Numbers:
        np, random = self.np, self.random
        if finding.type == "boolean":
            return (random.random(self.size) < self._share(finding)).astype(float)
        if finding.choices:
            codes = len(finding.choices)
            picked: Numbers = random.choice(codes, size=self.size, p=self._weights(finding)).astype(float)
            return picked
        low, high = (finding.min or 0.0), min(finding.max or 100.0, (finding.min or 0.0) + 400)
        values = low + (high - low) * random.beta(1.2, 6.0, self.size)
        drawn: Numbers = np.floor(values) if finding.type == "integer" else np.round(values, 1)
        return drawn

    def _weights(self, finding: Finding) -> list[float]:
        given = self.knowledge.synthetic_weights.get(finding.name, {})
        weights = [float(given.get(str(c.code), 1.0)) for c in finding.choices]
        return [w / sum(weights) for w in weights]

    def _together(self) -> None:
        """Answers that belong together: what cannot be right together is left unknown, as nobody entered it."""
        np, v = self.np, self.values
        region = [c.code for c in self.knowledge.findings["main_region"].choices]
        v["main_region"] = np.where(self.kind == "cervical", region.index("cervical"), region.index("lumbar")).astype(
            float
        )
        v["symptom_duration_months"] = np.minimum(v["symptom_duration_months"], (v["age"] - 1) * 12)
        sphincter = np.zeros(self.size, dtype=bool)
        for name in ("saddle_numbness", "urinary_retention", "urinary_incontinence", "bowel_incontinence"):
            sphincter |= v[name] == 1
        v["sphincter_symptom_days"] = np.where(sphincter, v["sphincter_symptom_days"], np.nan)
        untreated = v["procedure_received"] == 0
        v["days_since_procedure"] = np.where(untreated, np.nan, v["days_since_procedure"])
        v["years_since_cancer"] = np.where(v["past_cancer"] == 1, v["years_since_cancer"], np.nan)
        v["pregnant"] = np.where((v["sex"] == 0) & (v["age"] < 50), v["pregnant"], 0)
        for rule in self.knowledge.contradictions.values():
            both = np.ones(self.size, dtype=bool)
            for name, value in rule.both.items():
                finding = self.knowledge.findings[name]
                code: float = (
                    [str(c.code) for c in finding.choices].index(str(value)) if finding.choices else float(value)
                )
                both &= v[name] == code
            last = list(rule.both)[-1]
            v[last] = np.where(both, np.nan, v[last])

    def _unknown(self) -> None:
        np = self.np
        gone = {
            who: self.random.random(self.size) < float(entry["source"])
            for who, entry in self.knowledge.synthetic_missing.items()
        }
        for name in self.values:
            finding = self.knowledge.findings[name]
            if name in ("age", "sex", "main_region"):
                continue
            share = float(self.knowledge.synthetic_missing[finding.who_can_answer]["answers"])
            lost = gone[finding.who_can_answer] | (self.random.random(self.size) < share)
            self.values[name] = np.where(lost, np.nan, self.values[name])

    def _sides(self, finding: Finding, values: Numbers) -> None:
        """Left and right of a finding of the person: mostly alike, sometimes one side not looked at."""
        np = self.np
        other = np.where(self.random.random(self.size) < 0.75, values, self._drawn(finding))
        for side, drawn in (("left", values), ("right", np.where(np.isnan(values), np.nan, other))):
            unseen = self.random.random(self.size) < float(self.knowledge.synthetic_scan["side_unknown"])
            self._give(f"{finding.name}@{side}", np.where(unseen, np.nan, drawn), finding)

    def _give(self, column: str, values: Numbers, finding: Finding) -> None:
        np = self.np
        q = DUCKDB.column(column)
        if finding.type == "boolean" or finding.choices:
            whole = np.where(np.isnan(values), -1, values).astype("int8")
            self.columns[column] = whole
            if finding.type == "boolean":
                self.sql[column] = f"CASE WHEN {q} >= 0 THEN {q} = 1 END"
            else:
                self.sql[column] = _coded(column, [c.code for c in finding.choices])
        else:
            self.columns[column] = values
            kind = "INTEGER" if finding.type == "integer" else "DOUBLE"
            self.sql[column] = f"CAST({q} AS {kind})"

    # ---- levels

    def _levels(self) -> None:
        np = self.np
        scan = self.knowledge.synthetic_scan
        absent = self.random.random(self.size) < float(self.knowledge.synthetic_missing["scan"]["source"])
        cervical = self.kind == "cervical"
        full = ~absent & (self.random.random(self.size) < float(scan["full_report"]))
        self.columns["read"] = np.where(full, np.where(cervical, 1, 0), -1).astype("int8")
        self.sql["levels_read"] = _coded("read", ["lumbar", "cervical"])
        for levels, names, chosen in ((LUMBAR, LUMBAR_FINDINGS, ~cervical), (CERVICAL, CERVICAL_FINDINGS, cervical)):
            for place, level in enumerate(levels):
                named = chosen & ~absent & (self.random.random(self.size) < float(scan["recorded"]))
                # The lower middle levels are the narrow ones.
                narrow = 0.8 * self.severity + 0.6 * self.random.standard_normal(self.size) - 0.4 * abs(place - 3)
                for name in names:
                    self._level_finding(name, level, narrow, named)

    def _level_finding(self, name: str, level: str, narrow: Numbers, named: Any) -> None:
        np = self.np
        finding = self.knowledge.findings[name]
        lost = float(self.knowledge.synthetic_missing["scan"]["answers"])
        sides = ("left", "right") if finding.side else ("",)
        for side in sides:
            values = self._level_values(finding, narrow)
            gap = lost + (float(self.knowledge.synthetic_scan["side_unknown"]) if side else 0.0)
            kept = named & (self.random.random(self.size) > gap)
            column = f"{name}@{level}" + (f"@{side}" if side else "")
            self._give(column, np.where(kept, values, np.nan), finding)

    def _level_values(self, finding: Finding, narrow: Numbers) -> Numbers:
        """A finding of a level that follows from how narrow it is (0 = middling, 1 = one spread narrower); assumed."""
        np = self.np
        noise = 0.5 * self.random.standard_normal(self.size)
        steep = narrow + noise
        if finding.type == "boolean":
            return (steep > 1.2).astype(float)
        if finding.choices:
            count = len(finding.choices)
            grades: Numbers = np.clip(np.floor((steep + 1.2) / 3.2 * count), 0, count - 1)
            return grades
        middle, slope, least = {
            "dural_sac_csa": (115.0, -32.0, 20.0),
            "spondylolisthesis_slip": (-1.5, 2.5, 0.0),
            "dynamic_translation": (0.6, 1.1, 0.0),
            "ligamentum_flavum_thickness": (3.8, 0.7, 1.0),
            "facet_effusion": (0.3, 0.8, 0.0),
            "disc_height_loss_percent": (25.0, 14.0, 0.0),
            "bony_share_percent": (40.0, 12.0, 0.0),
            "cord_csa": (72.0, -11.0, 25.0),
            "canal_ap_diameter": (12.5, -1.6, 5.0),
        }[finding.name]
        high = finding.max if finding.max is not None else np.inf
        drawn: Numbers = np.round(np.clip(middle + slope * steep, least, high), 1)
        return drawn


def _coded(column: str, codes: Any) -> str:
    whens = " ".join(f"WHEN {i} THEN {DUCKDB.literal(code)}" for i, code in enumerate(codes))
    return f"CASE {DUCKDB.column(column)} {whens} END"
