"""What a scan says, put into the case: by hand in words, from a report that the reader read, from a measured label map."""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from django.utils.translation import gettext

from narrows.case import Case
from narrows.case.dictionary import Refused, accept
from narrows.knowledge.levels import LEVELS as EVERY
from narrows.knowledge.levels import LEVELS_OF
from narrows.problem import InputError, NotInstalled, Problem
from narrows.report import words as report_words
from narrows.site.case_file import case_of
from narrows.site.doors import installed
from narrows.site.ground import ground
from narrows.site.languages import in_words
from narrows.site.uploads import kind_of, unpacked_size

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
            value = _value(text, name)
        except Refused as refused:
            problems.append(Problem(refused.problem, name, refused.fix))
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


def _value(text: str, name: str) -> Any:
    finding = ground().findings[name]
    value: Any = text
    if finding.choices:
        value = next((c.code for c in finding.choices if str(c.code) == text), text)
    elif finding.type in ("quantity", "integer"):
        try:
            value = float(text.replace(",", "."))
        except ValueError:
            raise Refused(f"{finding.label}: “{text[:20]}” {gettext('is not a number')}") from None
    accept(value, finding, ground())
    return value


def with_report(raw: dict[str, Any], data: bytes) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The case with what a report states for certain, and notes on what was not taken or does not agree.

    Raises InputError, and NotInstalled when the reader is not there.
    """
    if not installed("radiology"):
        raise NotInstalled(gettext("the reader of reports"), gettext("enter the words by hand"))
    kind = kind_of(data)
    if kind not in ("text", "pdf"):
        raise InputError(Problem(gettext("this is neither text nor PDF"), "file", gettext("paste the words instead")))
    from narrows.options.beside import with_report as beside

    case = case_of(raw)
    with _private(data, "report.pdf" if kind == "pdf" else "report.txt") as path:
        beside(case, str(path), ground())
    return _plain(case, raw), _notes(case)


def with_labels(
    raw: dict[str, Any], files: list[tuple[bytes, str]]
) -> tuple[dict[str, Any], tuple[str, ...], dict[str, tuple[dict[str, Any], ...]]]:
    """The case with what is measured on the label maps of one scan, notes, and the shares of the lost area by level.

    Raises InputError, and NotInstalled when the measurement is not there.
    """
    if not installed("imaging"):
        raise NotInstalled(gettext("the measurement of scans"), gettext("enter the words by hand"))
    from narrows.options.beside import with_scan as beside

    case = case_of(raw)
    with contextlib.ExitStack() as held:
        paths = [str(held.enter_context(_private(data, _label_name(data, name)))) for data, name in files]
        beside(case, paths, ground())
    notes = list(_notes(case))
    if not case.levels:
        notes.append(gettext("No level could be named on this scan, so nothing was taken into the case."))
    return _plain(case, raw), tuple(notes), case.shares


def _label_name(data: bytes, name: str) -> str:
    """A safe name for a label map, which the measurement reads structures from; what is no label map is refused.

    Raises InputError.
    """
    kind = kind_of(data)
    if kind == "gzip":
        unpacked_size(data)
    elif kind != "nifti":
        raise InputError(
            Problem(gettext("this is no NIfTI label map"), "file", gettext("upload a file ending in .nii or .nii.gz"))
        )
    stem = "".join(c for c in Path(name).name.split(".")[0] if c.isalnum() or c in "-_")[:80] or "labels"
    return f"{stem}{'.nii.gz' if kind == 'gzip' else '.nii'}"


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
        plain["saved"] = raw["saved"]
    return dict(json.loads(json.dumps(plain)))


def _notes(case: Case) -> tuple[str, ...]:
    """Notices of the reading, and what it says otherwise than was entered."""
    apart = (f"{d.get('one', '')} {d.get('other', '')}".strip() for d in case.disagreements)
    return tuple(dict.fromkeys([*apart, *case.notices]))
