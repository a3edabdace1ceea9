"""What a label means: structures of the spine, their levels, and the order in which levels follow one another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

#: Vertebrae from the head down; T13, L6 and L7 are transitional and stand only in some people.
VERTEBRAE: Final = (
    *(f"C{n}" for n in range(1, 8)),
    *(f"T{n}" for n in range(1, 14)),
    *(f"L{n}" for n in range(1, 8)),
    "S1",
)
_RANK: Final = {name: rank for rank, name in enumerate(VERTEBRAE)}
TRANSITIONAL: Final = frozenset({"T13", "L6", "L7"})

#: Every kind of structure that a scheme or a table of labels may name, and how it is called when shown.
KINDS: Final[dict[str, str]] = {
    "canal": "dural sac (canal content, cord included)",
    "canal_without_cord": "dural sac without the cord",
    "bony_canal": "bony canal",
    "cord": "spinal cord",
    "vertebra": "vertebra",
    "partial_vertebra": "vertebra partly in the image",
    "body": "vertebral body",
    "disc": "disc",
    "endplate": "endplate",
    "sacrum": "sacrum",
    "coccyx": "coccyx",
    "arch": "vertebral arch",
    "spinous_process": "spinous process",
    "costal_process_left": "left costal process",
    "costal_process_right": "right costal process",
    "superior_articular_left": "left superior articular process",
    "superior_articular_right": "right superior articular process",
    "inferior_articular_left": "left inferior articular process",
    "inferior_articular_right": "right inferior articular process",
    "dens": "dens",
    "facet": "facet joint",
    "ligamentum_flavum": "ligamentum flavum",
    "epidural_fat": "epidural fat",
    "implant": "implant",
    "level": "height of a vertebra painted on the cord",
    "point": "point at a level",
}
#: Other words that people's tables use for the same structures.
SYNONYMS: Final[dict[str, str]] = {
    "dural_sac": "canal",
    "thecal_sac": "canal",
    "spinal_canal": "canal",
    "csf": "canal_without_cord",
    "spinal_cord": "cord",
    "bone_canal": "bony_canal",
    "ligament": "ligamentum_flavum",
    "ligament_flavum": "ligamentum_flavum",
    "flavum": "ligamentum_flavum",
    "lf": "ligamentum_flavum",
    "fat": "epidural_fat",
    "facets": "facet",
    "facet_joint": "facet",
    "lamina": "arch",
    "posterior_element": "arch",
    "posterior_elements": "arch",
    "intervertebral_disc": "disc",
    "disk": "disc",
    "vertebral_body": "body",
    "metal": "implant",
    "screw": "implant",
}
CANAL_KINDS: Final = ("canal", "canal_without_cord", "cord", "bony_canal")
ARCH_KINDS: Final = (
    "arch",
    "spinous_process",
    "superior_articular_left",
    "superior_articular_right",
    "inferior_articular_left",
    "inferior_articular_right",
    "facet",
)
BONE_KINDS: Final = (
    "vertebra",
    "partial_vertebra",
    "body",
    "endplate",
    "sacrum",
    "costal_process_left",
    "costal_process_right",
    "dens",
    *ARCH_KINDS,
)


@dataclass(frozen=True, slots=True, order=True)
class Structure:
    """A structure, with the vertebra ("L4") or disc ("L4-L5") it belongs to; '' when the scheme does not say."""

    kind: str
    level: str = ""

    @property
    def label(self) -> str:
        """The name to show."""
        name = KINDS.get(self.kind, self.kind)
        return f"{name} {self.level}" if self.level else name


def structure_of(text: str) -> Structure:
    """Read "disc:L4-L5", "vertebra:L4" or "cord"; synonyms are taken. Raises KeyError for an unknown kind."""
    kind, _, level = text.strip().partition(":")
    kind = kind.strip().lower().replace(" ", "_").replace("-", "_")
    kind = SYNONYMS.get(kind, kind)
    if kind not in KINDS:
        raise KeyError(kind)
    return Structure(kind, level.strip())


def rank(level: str) -> float | None:
    """The place of a vertebra or disc from the head down (a disc half a step below its upper vertebra), or None."""
    upper, _, lower = level.partition("-")
    if upper not in _RANK or (lower and lower not in _RANK):
        return None
    return _RANK[upper] + (0.5 if lower else 0.0)


def disc_between(upper: str, lower: str) -> str:
    """The name of the disc between two vertebrae."""
    return f"{upper}-{lower}"


def parts(disc: str) -> tuple[str, str]:
    """The vertebrae above and below a disc level."""
    upper, _, lower = disc.partition("-")
    return upper, lower


def region(level: str) -> str:
    """cervical, thoracic or lumbar: the region whose reference values fit a level; '' when unnamed.

    A junction belongs to the region of its upper vertebra, L5-S1 to the lumbar.
    """
    return {"C": "cervical", "T": "thoracic", "L": "lumbar", "S": "lumbar"}.get(level[:1], "")


def follows(upper: str, lower: str) -> bool:
    """Whether a vertebra can stand directly below another; L6, L7 and T13 may be absent."""
    high, low = rank(upper), rank(lower)
    if high is None or low is None or low <= high:
        return False
    between = VERTEBRAE[int(high) + 1 : int(low)]
    return all(name in TRANSITIONAL for name in between)
