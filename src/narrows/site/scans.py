"""What a scan says, put into the case: by hand in words, from a report that the reader read, from a measured label map."""

from __future__ import annotations

import contextlib
import json
import re
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from django.utils.translation import gettext

from narrows.case import Case
from narrows.case.dictionary import Refused
from narrows.knowledge.levels import LEVELS as EVERY
from narrows.knowledge.levels import LEVELS_OF
from narrows.problem import InputError, NotInstalled, Problem
from narrows.report import words as report_words
from narrows.site import unpacking
from narrows.site.case_file import case_of, keep_scan
from narrows.site.doors import installed
from narrows.site.fields import value_of
from narrows.site.ground import ground
from narrows.site.languages import in_words
from narrows.site.uploads import kind_of

#: What a person copies from a report, a row a level: dictionary names.
WORDS: Final = ("lee_central_grade", "schizas_grade", "dural_sac_csa", "foraminal_grade", "spondylolisthesis_slip")
NECK: Final = ("cervical_kang_grade", "spondylolisthesis_slip")
OVERALL: Final = ("lumbar_stenosis_severity", "cervical_stenosis_severity", "imaging_modality")
LEVELS: Final = tuple(EVERY)


class Cell(NamedTuple):
    """One field of a row."""

    name: str
    label: str
    unit: str
    choices: tuple[tuple[str, str], ...]
    lumbar: bool
    cervical: bool


def rows(raw: Mapping[str, Any]) -> tuple[Cell, ...]:
    """The fields that can be filled for a level, then those of the whole scan."""
    findings = ground().findings
    made = []
    for name in dict.fromkeys((*WORDS, *NECK, *OVERALL)):
        finding = findings[name]
        choices = tuple((str(c.code), in_words(c.label)) for c in finding.choices)
        unit = "" if finding.unit in (None, "1") else report_words.unit(finding).strip()
        region = finding.region or "both"
        made.append(Cell(name, in_words(finding.label), unit, choices, region != "cervical", region != "lumbar"))
    return tuple(made)


def held(raw: Mapping[str, Any]) -> list[tuple[str, list[tuple[str, str]]]]:
    """What the case holds of scans, by level and in words."""
    knowledge = ground()
    shown = [
        (level, [(report_words.label(n, knowledge), report_words.value(n, v, knowledge)) for n, v in values.items()])
        for level, values in raw.get("levels", {}).items()
    ]
    whole = [
        (report_words.label(n, knowledge), report_words.value(n, raw["findings"][n], knowledge))
        for n in OVERALL
        if n in raw.get("findings", {})
    ]
    return [*shown, *([("", whole)] if whole else [])]


def with_hand(raw: dict[str, Any], posted: Mapping[str, str]) -> dict[str, Any]:
    """The case with one level, or with what was said of the whole scan.

    Raises InputError with every problem.
    """
    changed: dict[str, Any] = json.loads(json.dumps(raw))
    level = posted.get("level", "")
    problems: list[Problem] = []
    if level and level not in LEVELS:
        problems.append(Problem(gettext("this level does not exist"), "level", gettext("choose one of the list")))
        raise InputError(problems)
    taken: dict[str, Any] = {}
    for name in dict.fromkeys((*WORDS, *NECK, *OVERALL)):
        text = posted.get(name, "").strip()
        finding = ground().findings[name]
        if not text:
            continue
        try:
            value = value_of(text, finding)
        except Refused as refused:
            problems.append(Problem(f"{finding.label}: {refused.problem}", name, refused.fix))
            continue
        if not finding.per_level:
            changed["findings"][name] = value
            changed["missing"].pop(name, None)
        elif not level:
            problems.append(Problem(gettext("no level was chosen"), "level", gettext("choose the level first")))
        elif level not in LEVELS_OF[finding.region or "both"]:
            problems.append(
                Problem(f"{finding.label}: {gettext('this is not read at')} {level}", name, gettext("leave it empty"))
            )
        else:
            taken[name] = value
    if taken:
        changed["levels"].setdefault(level, {}).update(taken)
    if posted.get("all_levels") and level:
        region = "cervical" if level in LEVELS_OF["cervical"] else "lumbar"
        changed["levels_read"] = sorted({*changed.get("levels_read", []), region})
    if problems:
        raise InputError(problems)
    if not taken and not any(posted.get(n) for n in OVERALL):
        raise InputError(Problem(gettext("nothing was entered"), "level", gettext("fill one field, or go on")))
    return changed


def without(raw: dict[str, Any], level: str) -> dict[str, Any]:
    """The case without one level."""
    changed: dict[str, Any] = json.loads(json.dumps(raw))
    changed.get("levels", {}).pop(level, None)
    return changed


def with_report(raw: dict[str, Any], data: bytes) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The case with what a report states for certain, and notes on what was not taken or does not agree.

    Raises InputError, and NotInstalled when the reader is not there.
    """
    if not installed("radiology"):
        raise NotInstalled(gettext("the reader of reports"), gettext("enter the words by hand"))
    kind = kind_of(data)
    if kind not in ("text", "pdf"):
        raise InputError(Problem(gettext("this is neither text nor PDF"), "file", gettext("paste the words instead")))
    if kind == "pdf":
        unpacking.pdf(data)
    from narrows.options.beside import with_report as beside

    case = case_of(raw)
    with _private(data, "report.pdf" if kind == "pdf" else "report.txt") as path:
        beside(case, str(path), ground())
    return _plain(case, raw), _notes(case)


def with_labels(
    raw: dict[str, Any], files: list[tuple[bytes, str]], program: str = "", shows: str = ""
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The case with what is measured on the label maps of one scan, and notes; it keeps the shares of the lost area.

    `program`: id of the label scheme, `shows`: what a map of one structure shows, where the files do not tell. Raises
    Unclear when they do not and nobody said so, InputError, and NotInstalled when the measurement is not there.
    """
    if not installed("imaging"):
        raise NotInstalled(gettext("the measurement of scans"), gettext("enter the words by hand"))
    from narrows.options.beside import with_scan as beside

    if program and program not in dict(programs()):
        raise InputError(
            Problem(gettext("this program is not known here"), "scheme", gettext("choose one of the list"))
        )
    if shows and shows not in SHOWS:
        raise InputError(
            Problem(gettext("this is nothing that a map can show"), "shows", gettext("choose one of the list"))
        )
    case = case_of(raw)
    if not _MEASURING.acquire(timeout=_PATIENCE):
        raise InputError(Problem(gettext("another scan is being measured"), "file", gettext("try again in a minute")))
    try:
        with contextlib.ExitStack() as held:
            paths = [str(held.enter_context(_private(data, _label_name(data, name)))) for data, name in files]
            beside(case, paths, ground(), scheme=program or None, structures=[shows] if shows else [])
    except InputError as error:
        raise _unclear(error) or error from None
    finally:
        _MEASURING.release()
    notes = list(_notes(case))
    if not case.levels:
        notes.append(gettext("No level could be named on this scan, so nothing was taken into the case."))
    return _plain(case, raw), tuple(notes)


#: What a map of one structure can show, for people to choose from.
SHOWS: Final = {
    "canal": "the sac with the nerves (dural sac)",
    "canal_without_cord": "the sac without the spinal cord",
    "bony_canal": "the bony canal",
    "cord": "the spinal cord",
}
_MEASURING: Final = threading.Semaphore(1)  # a scan takes hundreds of megabytes: one at a time in a process
_PATIENCE: Final = 20.0  # seconds to wait for one's turn


class Unclear(InputError):
    """The files do not tell which program made them, or what they show; `choices` are those that are left."""

    def __init__(self, field: str, choices: tuple[tuple[str, str], ...], problem: Problem) -> None:
        super().__init__(problem)
        self.field = field
        self.choices = choices


def programs() -> tuple[tuple[str, str], ...]:
    """Every program whose label maps can be read: id of its scheme, and its name."""
    from narrows.imaging import schemes

    return tuple((s.id, s.title) for s in schemes.of(ground()).values())


def _unclear(error: InputError) -> Unclear | None:
    """The question that a refusal of the measurement leaves to the person, in place of the switch of the command."""
    asked = " ".join(p.fix for p in error.problems)
    if "--structure" in asked:
        problem = Problem(
            gettext("the file does not tell what it shows"), "shows", gettext("choose it below, and the file again")
        )
        return Unclear("shows", tuple(SHOWS.items()), problem)
    if "--scheme" not in asked:
        return None
    named = set(re.findall(r"--scheme ([a-z0-9_]+)", asked))
    left = tuple((key, title) for key, title in programs() if key in named) or programs()
    problem = Problem(
        gettext("the numbers in this map could come from more than one program")
        if named
        else gettext("no program was recognised by the numbers in this map"),
        "scheme",
        gettext("choose below which program made it, and choose the file again"),
    )
    return Unclear("scheme", left, problem)


def _label_name(data: bytes, name: str) -> str:
    """A safe name for a label map, which the measurement reads structures from; what is no label map is refused.

    Raises InputError.
    """
    kind = kind_of(data)
    if kind not in _LABELS:
        raise InputError(
            Problem(gettext("this is no label map"), "file", gettext("upload a .nii, .nii.gz, .mha or .nrrd file"))
        )
    ending, check = _LABELS[kind]
    if check is not None:
        check(data)
    stem = "".join(c for c in Path(name).name.split(".")[0] if c.isalnum() or c in "-_")[:80] or "labels"
    return f"{stem}{ending}"


def _gzip(data: bytes) -> int:
    return unpacking.counted(data, unpacking.MOST_VOXELS)


#: Kinds of files that hold label maps: their ending, and what counts how large they are unpacked.
_LABELS: Final[dict[str, tuple[str, Callable[[bytes], int] | None]]] = {
    "gzip": (".nii.gz", _gzip),
    "nifti": (".nii", None),
    "metaimage": (".mha", unpacking.metaimage),
    "nrrd": (".nrrd", unpacking.nrrd),
}


@contextlib.contextmanager
def _private(data: bytes, name: str) -> Iterator[Path]:
    """The bytes as a file in a private folder that goes at once."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        yield path


def _plain(case: Case, raw: dict[str, Any]) -> dict[str, Any]:
    """A case as raw data again, without what is worked out anew each time."""
    plain = case.as_dict()
    for name in plain.pop("derived"):
        plain["findings"].pop(name, None)
    plain.pop("origins")
    if raw.get("saved"):
        plain["saved"] = dict(raw["saved"])
    keep_scan(plain, case)
    return dict(json.loads(json.dumps(plain)))


def _notes(case: Case) -> tuple[str, ...]:
    """Notices of the reading, and what it says otherwise than was entered."""
    apart = (f"{d.get('one', '')} {d.get('other', '')}".strip() for d in case.disagreements)
    return tuple(dict.fromkeys([*apart, *case.notices]))
