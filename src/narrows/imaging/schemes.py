"""Label schemes: their tables from the knowledge, a user's own table, and which scheme a map follows."""

from __future__ import annotations

import itertools
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from narrows.imaging.anatomy import CANAL_KINDS, KINDS, Structure, rank, structure_of
from narrows.problem import InputError, Problem, did_you_mean

if TYPE_CHECKING:
    from narrows.knowledge import Knowledge

#: TotalSegmentator's label that is S1 in version 2 and L6 in version 3.
_S1_OR_L6 = 26


@dataclass(frozen=True, slots=True)
class Scheme:
    """A writer's table: label to structure, and the labels whose union is the canal."""

    id: str
    title: str
    structures: dict[int, Structure]
    canal_from: tuple[int, ...]
    numbered_from_below: bool = False

    def known(self, labels: Iterable[int]) -> set[int]:
        """Those of the labels that the table names."""
        return {label for label in labels if label in self.structures}


@lru_cache(maxsize=4)
def of(knowledge: Knowledge) -> dict[str, Scheme]:
    """Every scheme of the knowledge that has a table of labels, by id."""
    return {name: _scheme(name, table) for name, table in knowledge.segmentation_schemes.items() if "labels" in table}


def _scheme(name: str, table: Mapping[str, Any]) -> Scheme:
    structures = {int(label): structure_of(text) for label, text in table["labels"].items()}
    offset = table.get("endplate_offset")
    if offset:
        vertebrae = {label: s for label, s in structures.items() if s.kind in ("vertebra", "sacrum")}
        structures |= {label + offset: Structure("endplate", s.level) for label, s in vertebrae.items()}
    named = tuple(int(label) for label in table.get("canal_from", ()))
    canal = named or tuple(label for label, s in structures.items() if s.kind in CANAL_KINDS)
    return Scheme(
        name, str(table.get("title", name)), structures, canal, "from below" in str(table.get("numbering", ""))
    )


def read_table(path: Path) -> Scheme:
    """A user's own table of labels: TOML with `[labels]` (label = "structure" or "structure:level"), optional `title`
    and `canal_from`.

    Raises InputError with every entry that cannot be read.
    """
    where = str(path)
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(Problem(f"cannot read the table of labels: {error}", where, "see docs/measure.md")) from error
    labels = table.get("labels")
    if not isinstance(labels, dict) or not labels:
        raise InputError(Problem("no [labels] in the table", where, 'write [labels] and below it 7 = "disc:L4-L5"'))
    problems = []
    for label, text in labels.items():
        field = f"{where}, labels.{label}"
        if not label.isdigit() or not 0 < int(label) < 65536:
            problems.append(Problem("a label is a whole number from 1 to 65535", field, "write the number of the map"))
        try:
            structure = structure_of(str(text))
        except KeyError as error:
            known = did_you_mean(str(error.args[0]), KINDS) or f"known: {', '.join(KINDS)}"
            problems.append(Problem(f"no structure '{error.args[0]}'", field, known))
        else:
            if structure.level and rank(structure.level) is None:
                problems.append(Problem(f"no level '{structure.level}'", field, "write L4 or L4-L5"))
    canal = table.get("canal_from", [])
    unnamed = [c for c in canal if str(c) not in labels] if isinstance(canal, list) else [canal]
    if unnamed:
        problems.append(Problem(f"canal_from names labels without an entry: {unnamed}", where, "add them to [labels]"))
    unknown = set(table) - {"labels", "title", "canal_from"}
    if unknown:
        problems.append(
            Problem(f"unknown keys: {', '.join(sorted(unknown))}", where, "known: title, canal_from, labels")
        )
    if problems:
        raise InputError(problems)
    return _scheme(path.stem, table)


def choose(name: str, knowledge: Knowledge) -> Scheme:
    """The scheme that a user names: an id of the knowledge, or a file with an own table. Raises InputError."""
    known = of(knowledge)
    if name in known:
        return known[name]
    if name.endswith(".toml"):
        return read_table(Path(name))
    raise InputError(
        Problem(
            f"no label scheme '{name}'",
            "--scheme",
            did_you_mean(name, known) or f"known: {', '.join(known)}, or a .toml file with your own table",
        )
    )


def matching(labels: set[int], knowledge: Knowledge) -> list[str]:
    """Ids of the schemes whose rows of recognition fit the labels of a map (0 left out), in the order of the rows."""
    found = []
    for rule in knowledge.table("recognise_rules").values():
        needed: Any = rule
        if needed.only_labels:
            fits = labels | {0} == set(needed.only_labels)
        else:
            fits = set(needed.if_labels_present) <= labels
            fits = fits and (not needed.and_any_of or bool(labels & set(needed.and_any_of)))
        if fits and needed.then not in found:
            found.append(needed.then)
    return found


def recognise(labels: set[int], heights: Mapping[int, float], source: str, knowledge: Knowledge) -> Scheme:
    """The one scheme that a map follows.

    `heights` is the mean height (mm, upward) of each label. Where two rows fit, a scheme is taken only when it alone
    names every label of the map and its levels then stand in order down the body; so is the only scheme that does so
    where no row fits, as in maps of a part of the spine. A TotalSegmentator map with label 26 is asked about, because 26 is S1 in version 2 and L6 in version 3. Raises InputError that lists the candidates.
    """
    known = of(knowledge)
    fitting = matching(labels, knowledge)
    if len(fitting) > 1:
        complete = [f for f in fitting if f in known and labels <= set(known[f].structures)]
        if len(complete) == 1 and in_order(known[complete[0]], heights):
            fitting = complete
    shown = ", ".join(map(str, sorted(labels)[:12])) + (" …" if len(labels) > 12 else "")
    if len(fitting) == 1 and fitting[0] == "totalsegmentator_total" and _S1_OR_L6 in labels:
        raise InputError(
            Problem(
                "ambiguous: label 26 is S1 in TotalSegmentator 2 and L6 in version 3, and nothing in the map tells which",
                source,
                "say --scheme totalsegmentator_total (version 2) or --scheme totalsegmentator_total_v3",
            )
        )
    if len(fitting) == 1:
        return known[fitting[0]]
    if fitting:
        raise InputError(
            Problem(
                f"ambiguous: these labels fit more than one scheme ({', '.join(fitting)}): {shown}",
                source,
                f"say --scheme {' or --scheme '.join(fitting)}",
            )
        )
    explaining = [s.id for s in known.values() if labels <= set(s.structures)]
    if len(explaining) == 1 and in_order(known[explaining[0]], heights):
        return known[explaining[0]]
    hint = f"every label would fit {', '.join(explaining)}; " if explaining else ""
    raise InputError(
        Problem(
            f"no label scheme is recognised for the labels {shown}",
            source,
            f"{hint}say --scheme ID, or --scheme TABLE.toml with your own table; known: {', '.join(known)}",
        )
    )


def in_order(scheme: Scheme, heights: Mapping[int, float]) -> bool:
    """Whether the levels of a map, read by a scheme, stand strictly one below the other (at least four of them)."""
    levels = []
    for label, height in heights.items():
        structure = scheme.structures.get(label)
        place = rank(structure.level) if structure else None
        if place is not None and structure and structure.kind in ("vertebra", "disc", "partial_vertebra"):
            levels.append((place, height))
    levels.sort()
    return len(levels) >= 4 and all(low < high for (_, high), (_, low) in itertools.pairwise(levels))
