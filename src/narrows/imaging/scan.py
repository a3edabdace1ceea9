"""The files of one scan as one labelled volume whose structures are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from narrows.imaging import doors, file_names, schemes
from narrows.imaging.anatomy import CANAL_KINDS, KINDS, Structure, rank, structure_of
from narrows.imaging.schemes import Scheme
from narrows.imaging.volume import Volume, Voxels, labelled_voxels
from narrows.problem import InputError, Problem, did_you_mean

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from narrows.knowledge import Knowledge


@dataclass(slots=True)
class Scan:
    """One scan: its labelled volume, what each code means, and what was said about it on the way in."""

    volume: Volume
    structures: dict[int, Structure]
    voxels: Voxels
    canal: tuple[int, ...]
    scheme: str
    files: tuple[str, ...]
    soft_canal: NDArray[np.float32] | None = None
    points: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def codes(self, *kinds: str) -> list[int]:
        """Codes of the structures of some kinds that are present."""
        return [code for code, s in self.structures.items() if s.kind in kinds and code in self.voxels.places]

    def position(self, code: int) -> NDArray[np.float64]:
        """Centroid of a structure, patient mm (right, anterior, superior)."""
        return np.asarray(self.volume.affine[:3, :3] @ self.voxels.mean(code) + self.volume.affine[:3, 3])

    def millimetres(self, index: NDArray[Any]) -> NDArray[np.float64]:
        """Patient mm (n, 3) of array indices (3, n)."""
        return np.asarray((self.volume.affine[:3, :3] @ index).T + self.volume.affine[:3, 3])


@dataclass(slots=True)
class _Map:
    volume: Volume
    soft: bool
    voxels: Voxels
    scheme: Scheme | None = None
    structure: Structure | None = None

    @property
    def labels(self) -> set[int]:
        return set(self.voxels.places)

    @property
    def binary(self) -> bool:
        return self.soft or self.labels == {1}

    def heights(self) -> dict[int, float]:
        row = self.volume.affine[2]
        return {label: float(row[:3] @ self.voxels.mean(label) + row[3]) for label in self.labels}


def read(
    paths: Sequence[Path], knowledge: Knowledge, scheme: str | None = None, structures: Sequence[str] = ()
) -> Scan:
    """Read the label files of one scan, find out their scheme, and join them.

    `scheme` names the scheme of the map with many labels; `structures` say what binary masks hold ("canal", or
    "FILE=cord" where there are several). Raises InputError when anything stays unclear.
    """
    files, organs = file_names.of_a_spine(file_names.files(paths), structures)
    maps: list[_Map] = []
    empty: list[str] = []
    for file in files:
        for volume, soft in doors.read(file):
            if len(files) > 1 and not volume.data.any():
                empty.append(file.name)
            else:
                maps.append(_Map(volume, soft, _voxels(volume, soft)))
    if not maps:
        raise InputError(Problem("nothing is labelled in any of the files", ", ".join(empty), "give the segmentation"))
    _same_grid(maps)
    named = _name_binary(maps, structures)
    chosen = schemes.choose(scheme, knowledge) if scheme else None
    _name_many(named, chosen, knowledge)
    joined = _join(named, chosen, tuple(dict.fromkeys(m.volume.source for m in named)))
    organs += len(maps) - len(named)
    if organs:
        joined.warnings.append(f"{organs} masks of other structures were left out")
    telling = [n for n in empty if not file_names.is_vertebra(doors.stem(Path(n)))]
    if telling:
        joined.warnings.append(f"nothing is labelled in {', '.join(telling)}: left out")
    return joined


def _voxels(volume: Volume, soft: bool) -> Voxels:
    if not soft:
        return labelled_voxels(volume)
    hard = (volume.data >= 0.5).view(np.uint8)
    return labelled_voxels(Volume(hard, volume.affine, volume.source, volume.name))


def _same_grid(maps: Sequence[_Map]) -> None:
    first = maps[0].volume
    apart = [m.volume.source for m in maps[1:] if not first.same_grid(m.volume)]
    if apart:
        raise InputError(
            Problem(
                f"not on the grid of {first.source}",
                ", ".join(apart),
                "files of one scan share shape and orientation; resample labels with nearest neighbour",
            )
        )


def _name_binary(maps: Sequence[_Map], structures: Sequence[str]) -> list[_Map]:
    """Give binary masks their structures; return the maps without masks of no interest beside a spine's."""
    said: dict[str, str] = {}
    for entry in structures:
        file, equals, word = entry.rpartition("=")
        said[file if equals else ""] = word
    binary = [m for m in maps if m.binary]
    if "" in said and len(binary) != 1:
        raise InputError(
            Problem(
                f"one structure named for {len(binary)} binary masks",
                "--structure",
                "say --structure FILE=STRUCTURE for each",
            )
        )
    siblings = any(file_names.is_vertebra(m.volume.name) for m in maps)
    problems: list[Problem] = []
    left_out: list[_Map] = []
    for mask in binary:
        name = mask.volume.name
        stated = said.get("") or next((w for f, w in said.items() if f and name in (f, doors.stem(Path(f)))), None)
        if stated is not None:
            try:
                mask.structure = structure_of(stated)
            except KeyError:
                hint = did_you_mean(stated, KINDS) or f"known: {', '.join(KINDS)}"
                problems.append(Problem(f"no structure '{stated}'", "--structure", hint))
            continue
        mask.structure = file_names.structure(name, siblings)
        if mask.structure is None and siblings:
            left_out.append(mask)  # an organ of a whole-body segmentation
        elif mask.structure is None and not file_names.level_map(name):
            problems.append(
                Problem(
                    "a binary mask whose name does not say what it shows",
                    mask.volume.source,
                    "say --structure canal (dural sac), canal_without_cord, bony_canal or cord; "
                    "with several masks --structure FILE=canal",
                )
            )
    if problems:
        raise InputError(problems)
    return [m for m in maps if not any(m is out for out in left_out)]


def _name_many(maps: Sequence[_Map], chosen: Scheme | None, knowledge: Knowledge) -> None:
    many = [m for m in maps if m.structure is None]
    known = schemes.of(knowledge)
    if chosen and not many:
        return
    rest: list[_Map] = []
    for one in many:
        level_map = file_names.level_map(one.volume.name)
        if level_map and (chosen is None or len(many) > 1 or chosen.id == level_map):
            one.scheme = known[level_map]
        else:
            rest.append(one)
    fitting = [m for m in rest if chosen is not None and m.labels & set(chosen.structures)]
    if chosen is not None and rest:
        if not fitting:
            raise InputError(
                Problem(
                    f"none of the labels belongs to the scheme {chosen.id}", rest[0].volume.source, "name its scheme"
                )
            )
        # Of a SPINEPS pair the subregion map is the one that the named scheme explains in full.
        best = max(fitting, key=lambda m: len(chosen.known(m.labels)) / len(m.labels))
        strange = best.labels - set(chosen.structures)
        if 2 * len(strange) > len(best.labels) and not chosen.id.startswith("totalsegmentator_total"):
            raise InputError(
                Problem(
                    f"wrong scheme: {len(strange)} of the {len(best.labels)} labels are not in the table of {chosen.id}",
                    best.volume.source,
                    "name the scheme of the map, or leave --scheme out to have it recognised",
                )
            )
        best.scheme = chosen
        rest = [m for m in rest if m is not best]
    partner = known.get("spineps_vertebra")
    pair = [m for m in rest if "spineps_subregion" in schemes.matching(m.labels, knowledge)]
    subregion = [m for m in many if m.scheme is not None and m.scheme.id == "spineps_subregion"] or pair
    for one in rest:
        instances = partner is not None and one.labels <= set(partner.structures) and not any(one is m for m in pair)
        if subregion and instances:
            one.scheme = partner
        else:
            one.scheme = schemes.recognise(one.labels, one.heights(), one.volume.source, knowledge)


def _join(maps: Sequence[_Map], chosen: Scheme | None, files: tuple[str, ...]) -> Scan:
    warnings: list[str] = []
    points: dict[str, NDArray[np.float64]] = {}
    tissue = []
    for one in maps:
        if one.scheme is not None:
            _check_scheme(one, warnings)
            _take_points(one, points)
        if one.scheme is None or any(s.kind not in ("point", "level") for s in one.scheme.structures.values()):
            tissue.append(one)
    if not tissue:
        raise InputError(
            Problem(
                "only points of levels: no canal and no bone to measure", maps[0].volume.source, "add the canal mask"
            )
        )
    scheme = _scheme_id(tissue, chosen)
    soft = None
    if len(tissue) == 1 and tissue[0].scheme is not None:
        only = tissue[0]
        volume, voxels = only.volume, only.voxels
        structures = {k: s for k, s in tissue[0].scheme.structures.items() if k in voxels.places}
        canal = tuple(c for c in tissue[0].scheme.canal_from if c in voxels.places)
    else:
        volume, structures, voxels = _merged(tissue)
        canal = tuple(code for code, s in structures.items() if s.kind in CANAL_KINDS and code in voxels.places)
        soft = _soft_canal(tissue)
    bony = [c for c in canal if structures[c].kind == "bony_canal"]
    if bony and len(bony) < len(canal):
        canal = tuple(c for c in canal if c not in bony)
        warnings.append("both the bony canal and the dural sac are labelled: the dural sac is measured")
    if canal and all(structures[c].kind == "cord" for c in canal):
        warnings.append(
            "only the spinal cord is labelled: the cord alone says nothing of the canal around it, so it is not measured as canal"
        )
        canal = ()
    return Scan(volume, structures, voxels, canal, scheme, files, soft, points, warnings)


def _scheme_id(tissue: Sequence[_Map], chosen: Scheme | None) -> str:
    named = [m.scheme.id for m in tissue if m.scheme is not None]
    if "spineps_subregion" in named:
        return "spineps_subregion"
    if named:
        return named[0]
    if any(file_names.is_vertebra(m.volume.name) for m in tissue):
        return "totalsegmentator_total"
    return chosen.id if chosen is not None and chosen.id == "totalsegmentator_total" else "sct_binary"


def _check_scheme(one: _Map, warnings: list[str]) -> None:
    scheme = one.scheme
    if scheme is None:
        return
    unknown = sorted(one.labels - set(scheme.structures))
    if unknown:
        shown = ", ".join(map(str, unknown[:8])) + (" …" if len(unknown) > 8 else "")
        warnings.append(f"{Path(one.volume.source).name}: labels that {scheme.id} does not name were left out: {shown}")
    if scheme.numbered_from_below:
        warnings.append(
            f"{scheme.id} counts vertebrae from the lowest upward: with six lumbar vertebrae, or a cut-off lowest one, "
            "every name of a level is one off"
        )


def _take_points(one: _Map, points: dict[str, NDArray[np.float64]]) -> None:
    scheme = one.scheme
    if scheme is None:
        return
    for label in one.labels & set(scheme.structures):
        structure = scheme.structures[label]
        if structure.kind in ("point", "level") and rank(structure.level) is not None:
            mean = one.voxels.mean(label)
            points[structure.level] = one.volume.affine[:3, :3] @ mean + one.volume.affine[:3, 3]


def _merged(tissue: Sequence[_Map]) -> tuple[Volume, dict[int, Structure], Voxels]:
    """One map of codes from several: later files win, a named mask over a map of many labels."""
    first = tissue[0].volume
    codes: dict[Structure, int] = {}
    merged = np.zeros(first.data.shape, np.uint16)
    subregion = next((m for m in tissue if m.scheme and m.scheme.id == "spineps_subregion"), None)
    instances = next((m for m in tissue if m.scheme and m.scheme.id == "spineps_vertebra"), None)
    ordered = sorted(
        tissue, key=lambda m: (m.structure is not None, m.structure == Structure("cord"), m is not instances)
    )
    for one in ordered:
        for label in sorted(one.labels):
            structure = one.structure or (one.scheme.structures.get(label) if one.scheme else None)
            if structure is None:
                continue
            index = one.voxels.of(label)
            if one is subregion and instances is not None:
                _paint_by_instance(merged, codes, structure, index, instances)
            else:
                merged[tuple(index)] = codes.setdefault(structure, len(codes) + 1)
    volume = Volume(merged, first.affine, first.source, first.name)
    return volume, {code: s for s, code in codes.items()}, labelled_voxels(volume)


def _paint_by_instance(
    merged: NDArray[np.uint16],
    codes: dict[Structure, int],
    structure: Structure,
    index: NDArray[np.int32],
    instances: _Map,
) -> None:
    """Give each voxel of a substructure the level that the map of instances has there."""
    there = instances.volume.data[tuple(index)]
    table = instances.scheme.structures if instances.scheme else {}
    for value in np.unique(there):
        owner = table.get(int(value))
        level = owner.level if owner is not None and structure.kind not in CANAL_KINDS else ""
        fits = owner is None or (owner.kind == "disc") == (structure.kind == "disc")
        joined = Structure(structure.kind, level if fits else "")
        merged[tuple(index[:, there == value])] = codes.setdefault(joined, len(codes) + 1)


def _soft_canal(tissue: Sequence[_Map]) -> NDArray[np.float32] | None:
    """The union of the canal's masks as parts of one (0 to 1), when one of them is soft."""
    canal = [m for m in tissue if m.structure is not None and m.structure.kind in CANAL_KINDS]
    if not any(m.soft for m in canal):
        return None
    total = np.zeros(canal[0].volume.data.shape, np.float32)
    for mask in canal:
        # A cord inside a canal counts once; fluid and cord side by side add up.
        whole = any(m.structure == Structure("canal") for m in canal)
        if whole:
            np.maximum(total, mask.volume.data, out=total)
        else:
            np.minimum(total + mask.volume.data, 1.0, out=total)
    return total
