"""From what a sentence says to rows of the dictionary: finding, level, side, value, status.

The coding is fixed (docs/reading-reports.md): the same words always become the same row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from narrows.radiology import levels as column
from narrows.radiology.phrases import Grade, Mention
from narrows.radiology.spans import Row

FORMS: Final = ("none", "bulge", "protrusion", "extrusion", "sequestration")
WORDS: Final = ("none", "mild", "moderate", "severe")
#: Cervical foramen: mild 1, moderate 1..2, severe 2 (0 to 2). Cervical canal: mild 1, moderate 1..2, severe 2..3.
_CERVICAL_FORAMEN: Final[dict[Grade, Grade]] = {
    (2, 2): (1, 2),
    (2, 3): (1, 2),
    (3, 3): (2, 2),
    (1, 3): (1, 2),
    (0, 2): (0, 1),
}
_KANG: Final[dict[Grade, Grade]] = {(2, 2): (1, 2), (3, 3): (2, 3)}
_DENIED: Final[dict[str, Grade]] = {"plain": (0, 0), "sig": (0, 1), "high": (0, 1), "severe": (0, 2)}
_BOOLEANS: Final = {
    "opll": ("posterior_ligament_ossified", True, "both"),
    "gas": ("intradiscal_gas", True, "lumbar"),
    "cyst": ("synovial_cyst", True, "lumbar"),
    "flow": ("intradural_flow_voids", False, ""),
    "fracture": ("vertebral_fracture", False, ""),
    "tumour": ("spinal_tumour", False, ""),
    "infection": ("spinal_infection_imaging", False, ""),
    "signal": ("cord_t2_signal", False, ""),
}
_SIDED: Final = ("synovial_cyst",)
#: Only these can belong to the past; a disc that is seen again is still there.
_PAST: Final = ("fracture", "tumour", "infection")


def interval(low: float, high: float) -> int | float | str:
    """One number, or two as "low..high"."""
    a, b = (int(x) if float(x).is_integer() else round(x, 2) for x in (low, high))
    return a if a == b else f"{a}..{b}"


def status_of(mention: Mention) -> tuple[str, str]:
    """(status, certainty) of what a sentence says."""
    if mention.denied:
        return "absent", "certain"
    if mention.past and mention.what in _PAST:
        return "historical", "certain"
    if mention.doubted:
        return "possible", mention.doubted
    return "present", "certain"


def rows_of(mention: Mention, region: str, section: str) -> list[Row]:
    """The rows of one mention at each of its levels; none for a level that the dictionary does not hold."""
    code = _CODERS.get(mention.what)
    if code is None:
        return []
    status, certainty = status_of(mention)
    out: list[Row] = []
    where = mention.levels or ("",)
    for level in where:
        at = column.region_of(level) if level else region
        if at == "thoracic" and mention.what not in (
            "fracture",
            "tumour",
            "infection",
            "signal",
            "cord",
            "cauda",
            "surgery",
            "aorta",
            "scoliosis",
            "cobb",
            "flow",
        ):
            continue
        for finding, kept, side, value, told in code(mention, level, at, status):
            row = Row(
                finding,
                kept,
                side,
                value,
                told,
                certainty if told != "possible" or certainty != "certain" else "possible",
                mention.start,
                mention.end,
                section,
            )
            if row not in out:
                out.append(row)
    return out


_Coded = tuple[str, str, str, Any, str]


def _scaled(mention: Mention, status: str, table: dict[Grade, Grade] | None = None) -> Any:
    grade = mention.quality.grade
    if status == "absent":
        grade = _DENIED[mention.denied]
    elif grade is None:
        return ""
    return interval(*(table or {}).get(grade, grade))


def _central(mention: Mention, level: str, region: str, status: str) -> Iterable[_Coded]:
    if not level:
        if not region or region == "thoracic":
            return
        grade = _DENIED[mention.denied] if status == "absent" else mention.quality.grade
        words = "" if grade is None else _named(grade)
        yield f"{region}_stenosis_severity", "", "", words, status
    elif region == "cervical":
        yield "cervical_kang_grade", level, "", _scaled(mention, status, _KANG), status
    else:
        yield "lee_central_grade", level, "", _scaled(mention, status), status


def _named(grade: Grade) -> str:
    low, high = WORDS[grade[0]], WORDS[grade[1]]
    return low if low == high else f"{low}..{high}"


def _foramen(mention: Mention, level: str, region: str, status: str) -> Iterable[_Coded]:
    side = mention.quality.side
    if region == "cervical":
        yield "cervical_foraminal_grade", level, side, _scaled(mention, status, _CERVICAL_FORAMEN), status
    elif region == "lumbar":
        yield "foraminal_grade", level, side, _scaled(mention, status), status


def _recess(mention: Mention, level: str, region: str, status: str) -> Iterable[_Coded]:
    if region == "lumbar":
        yield "lateral_recess_grade", level, mention.quality.side, _scaled(mention, status), status


def _facet(mention: Mention, level: str, region: str, status: str) -> Iterable[_Coded]:
    yield "facet_arthropathy_grade", level, mention.quality.side, _scaled(mention, status), status


def _effusion(mention: Mention, level: str, region: str, status: str) -> Iterable[_Coded]:
    if region == "lumbar":
        yield "facet_effusion", level, mention.quality.side, 0 if status == "absent" else "", status


def _flavum(mention: Mention, level: str, region: str, status: str) -> Iterable[_Coded]:
    yield (
        "ligamentum_flavum_thickness",
        level,
        mention.quality.side,
        interval(*mention.value) if mention.value else "",
        status,
    )


def _disc(mention: Mention, level: str, region: str, status: str) -> Iterable[_Coded]:
    form = str(mention.value)
    value = "protrusion..extrusion" if form == "herniation" else form
    if status == "absent":
        plain = form in ("normal", "bulge") and mention.denied == "plain"
        value = "none" if plain else "none..bulge"
    yield "disc_displacement", level, "", value, status


def _slip(mention: Mention, level: str, region: str, status: str) -> Iterable[_Coded]:
    grade, size = mention.value
    if status == "absent":
        yield "spondylolisthesis_slip", level, "", 0, status
        return
    graded = grade is not None and region == "lumbar"
    if graded:
        yield "meyerding_grade", level, "", interval(*grade), status
    if size is not None or not graded:
        yield "spondylolisthesis_slip", level, "", interval(*size) if size else "", status


def _modic(mention: Mention, level: str, region: str, status: str) -> Iterable[_Coded]:
    value: Any = 0 if status == "absent" else (interval(*mention.value) if mention.value else "")
    yield "modic_type", level, "", value, status


def _root(mention: Mention, level: str, region: str, status: str) -> Iterable[_Coded]:
    touched = mention.value[0] == "touched"
    yield (
        "nerve_root_compressed",
        level,
        mention.quality.side,
        "",
        "possible" if touched and status == "present" else status,
    )


def _cauda(mention: Mention, level: str, region: str, status: str) -> Iterable[_Coded]:
    touched = mention.value[0] == "touched"
    kept = "" if region == "thoracic" else level
    yield "nerve_root_compressed", kept, "", "", "possible" if touched and status == "present" else status


def _cord(mention: Mention, level: str, region: str, status: str) -> Iterable[_Coded]:
    touch, deformed = mention.value
    yield "cord_compression_imaging", "", "", "", "possible" if touch == "touched" and status == "present" else status
    if deformed and level and region == "cervical" and status in ("present", "possible"):
        yield "cervical_kang_grade", level, "", 2, status


def _boolean(mention: Mention, level: str, region: str, status: str) -> Iterable[_Coded]:
    finding, placed, where = _BOOLEANS[mention.what]
    if where == "lumbar" and region != "lumbar":
        return
    yield finding, level if placed else "", mention.quality.side if finding in _SIDED else "", "", status
    if mention.what == "signal" and level and region == "cervical" and status in ("present", "possible"):
        yield "cervical_kang_grade", level, "", 3, status


def _quantity(
    finding: str, placed: bool, region_only: str = ""
) -> Callable[[Mention, str, str, str], Iterable[_Coded]]:
    def code(mention: Mention, level: str, region: str, status: str) -> Iterable[_Coded]:
        if not region_only or region == region_only:
            value: Any = interval(*mention.value) if mention.value else ""
            yield finding, level if placed else "", "", value, status

    return code


def _scoliosis(mention: Mention, level: str, region: str, status: str) -> Iterable[_Coded]:
    yield "scoliosis_cobb", "", "", interval(*mention.value) if mention.value else "", status


def _aorta(mention: Mention, level: str, region: str, status: str) -> Iterable[_Coded]:
    value: Any = ""
    if mention.value:
        low, high, unit = mention.value
        scale = 0.1 if str(unit).startswith("mm") else 1.0
        value = interval(float(low.replace(",", ".")) * scale, float((high or low).replace(",", ".")) * scale)
    yield "aortic_diameter", "", "", value, status


def _surgery(mention: Mention, level: str, region: str, status: str) -> Iterable[_Coded]:
    if region == "lumbar":
        yield "prior_lumbar_surgery", "", "", "", status
        if mention.value and level and status == "present":
            yield "posterior_elements_unsuitable", level, "", "", status


def _schizas(mention: Mention, level: str, region: str, status: str) -> Iterable[_Coded]:
    if region == "lumbar":
        yield "schizas_grade", level, "", mention.value, status


def _sedimentation(mention: Mention, level: str, region: str, status: str) -> Iterable[_Coded]:
    if region == "lumbar":
        yield "sedimentation_sign", level, "", "", status


_CODERS: Final[dict[str, Callable[[Mention, str, str, str], Iterable[_Coded]]]] = {
    "central": _central,
    "foramen": _foramen,
    "recess": _recess,
    "facet": _facet,
    "effusion": _effusion,
    "flavum": _flavum,
    "disc": _disc,
    "slip": _slip,
    "modic": _modic,
    "root": _root,
    "cauda": _cauda,
    "cord": _cord,
    "scoliosis": _scoliosis,
    "cobb": _scoliosis,
    "aorta": _aorta,
    "surgery": _surgery,
    "schizas": _schizas,
    "sedimentation": _sedimentation,
    "canal-ap": _quantity("canal_ap_diameter", True),
    "sac-area": _quantity("dural_sac_csa", True, "lumbar"),
    "pfirrmann": _quantity("pfirrmann_modified", True, "lumbar"),
    **dict.fromkeys(_BOOLEANS, _boolean),
}
