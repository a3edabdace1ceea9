"""The case of a visit: begun, answered, kept as a file with a dated and hashed baseline, loaded again."""

from __future__ import annotations

import datetime
import hashlib
import json
from typing import Any, Final, NamedTuple

import msgspec
from django.http import HttpRequest

from narrows.case import Case
from narrows.case.derive import derive
from narrows.case.entry import Entry
from narrows.problem import InputError, Problem
from narrows.site.ground import ground

HELD: Final = "case"
EMPTY: Final[dict[str, Any]] = {"findings": {}, "missing": {}, "levels": {}, "levels_read": [], "answers": {}}
#: Findings that are true before a treatment and tell afterwards whether it did anything.
BASELINE: Final = (
    "walking_distance", "leg_pain_nrs", "back_pain_nrs", "neck_pain_nrs", "oswestry_index", "standing_time",
)  # fmt: skip


class Baseline(NamedTuple):
    """What was true on a day, with the hash that shows whether it was changed since."""

    taken_on: str
    facts: dict[str, Any]
    sha256: str


class Measured(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is kept of scans: finding (or "level finding") to its value then and where it came from; shares by level."""

    origins: dict[str, tuple[Any, str]]
    shares: dict[str, tuple[dict[str, str | float | int | bool | tuple[float, ...] | None], ...]]


def begun(request: HttpRequest) -> dict[str, Any] | None:
    """The raw case of this visit, or None when none was begun."""
    held = request.session.get(HELD)
    return held if isinstance(held, dict) else None


def begin(request: HttpRequest, **findings: Any) -> dict[str, Any]:
    """Begin a case of today."""
    raw: dict[str, Any] = json.loads(json.dumps(EMPTY))
    raw["id"] = "you"
    raw["as_of"] = datetime.date.today().isoformat()  # noqa: DTZ011 - the day where the server stands
    raw["findings"].update({k: v for k, v in findings.items() if v not in (None, "")})
    request.session.flush()
    request.session[HELD] = raw
    request.session["screens"] = []
    request.session["told"] = []
    return raw


def hold(request: HttpRequest, raw: dict[str, Any]) -> None:
    """Keep a changed case for this visit."""
    request.session[HELD] = raw
    request.session.modified = True


def forget(request: HttpRequest) -> None:
    """Forget everything of this visit at once."""
    request.session.flush()


def case_of(raw: dict[str, Any]) -> Case:
    """The case that a raw mapping describes, checked as a whole, with what is worked out from it.

    Raises InputError with every problem.
    """
    knowledge = ground()

    def place(path: str) -> str:
        return path

    case = Entry(knowledge, place).take(raw)
    derive(case, knowledge, place)
    scan = measured_scan_of(raw)
    case.origins.update({key: origin for key, (_, origin) in scan.origins.items()})
    case.shares.update(scan.shares)
    return case


def measured_scan_of(raw: dict[str, Any]) -> Measured:
    """What the case keeps of its scans beside the findings; what was entered otherwise since then has no origin there.

    Raises InputError when it is not as this website wrote it.
    """
    text = (raw.get("saved") or {}).get("scan")
    if text is None:
        return Measured({}, {})
    try:
        held = msgspec.json.decode(text, type=Measured)
    except (msgspec.DecodeError, RecursionError):
        told = "what the file holds of a scan was changed"
        raise InputError(Problem(told, "saved.scan", "leave it out, or measure the scan again")) from None
    now = _values(raw)
    origins = {key: row for key, row in held.origins.items() if key in now and now[key] == row[0]}
    return Measured(origins, {level: rows for level, rows in held.shares.items() if level in raw.get("levels", {})})


def keep_scan(raw: dict[str, Any], case: Case) -> None:
    """Put into the raw case what a report or a measured scan told of its numbers, beside what was there."""
    held, now = measured_scan_of(raw), _values(raw)
    new = {key: (now[key], origin) for key, origin in case.origins.items() if key in now and origin}
    whole = Measured({**held.origins, **new}, {**held.shares, **case.shares})
    if whole.origins or whole.shares:
        raw.setdefault("saved", {})["scan"] = msgspec.json.encode(whole).decode()


def _values(raw: dict[str, Any]) -> dict[str, Any]:
    """Every value by its name, those of levels by level and name."""
    found = dict(raw.get("findings", {}))
    for level, values in raw.get("levels", {}).items():
        found |= {f"{level} {name}": value for name, value in values.items()}
    return found


def with_answers(raw: dict[str, Any], values: dict[str, Any], missing: dict[str, str]) -> dict[str, Any]:
    """A copy of a raw case with answers put in; a value takes the place of a reason and the other way round."""
    changed: dict[str, Any] = json.loads(json.dumps(raw))
    for name, value in values.items():
        changed["findings"][name] = value
        changed["missing"].pop(name, None)
    for name, reason in missing.items():
        changed["missing"][name] = reason
        changed["findings"].pop(name, None)
    return changed


def baseline_of(raw: dict[str, Any]) -> Baseline | None:
    """The baseline that a case holds, or None."""
    try:
        held = json.loads((raw.get("saved") or {}).get("baseline") or "null")
    except (TypeError, ValueError, RecursionError):
        return None
    if not isinstance(held, dict) or not isinstance(held.get("facts"), dict):
        return None
    return Baseline(str(held.get("taken_on", "")), dict(held["facts"]), str(held.get("sha256", "")))


def baseline_hash(taken_on: str, facts: dict[str, Any]) -> str:
    """SHA-256 over the day and the facts as JSON with sorted keys and no spaces."""
    text = json.dumps({"taken_on": taken_on, "facts": facts}, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def unchanged(baseline: Baseline) -> bool:
    """Whether a baseline still is what was written on its day."""
    return baseline_hash(baseline.taken_on, baseline.facts) == baseline.sha256


def taken_now(raw: dict[str, Any], offer: dict[str, str]) -> str:
    """The baseline of this day as JSON text: what was recorded of walking, pain and function, and the offer."""
    facts: dict[str, Any] = {n: raw["findings"][n] for n in BASELINE if n in raw["findings"]}
    facts.update({f"offer_{name}": text for name, text in offer.items() if text})
    day = str(raw["as_of"])
    held = {"taken_on": day, "facts": facts, "sha256": baseline_hash(day, facts)}
    return json.dumps(held, ensure_ascii=False)


def to_keep(raw: dict[str, Any]) -> dict[str, Any]:
    """The case as it is kept in a file: with what it was judged by, and its baseline."""
    from narrows.appraisal import appraise
    from narrows.appraisal.changes import to_save

    knowledge = ground()
    case = case_of(raw)
    kept = to_save(case, appraise(case, knowledge).criteria, knowledge)
    for name in ("baseline", "scan"):
        held = (raw.get("saved") or {}).get(name)
        if held:
            kept["saved"][name] = held
    return kept


def loaded(text: str) -> dict[str, Any]:
    """The raw case of a file's text, JSON or TOML; nothing is half taken.

    Raises InputError with every problem.
    """
    raw = _read(text)
    if isinstance(raw, list):
        raise InputError(Problem("the file holds several people", "file", "load the file of one person"))
    if not isinstance(raw, dict):
        raise InputError(Problem("this is no case", "file", "load a file that this website wrote"))
    raw = dict(json.loads(json.dumps(raw, default=str)))
    case_of(raw)
    if "as_of" not in raw:
        raw["as_of"] = datetime.date.today().isoformat()  # noqa: DTZ011
    for name, empty in EMPTY.items():
        raw.setdefault(name, json.loads(json.dumps(empty)))
    return raw


def _read(text: str) -> Any:
    """What JSON or TOML text holds; a text that begins with a bracket may be either.

    Raises InputError.
    """
    import tomllib

    first = text.lstrip()[:1]
    try:
        if first == "{":
            return json.loads(text)
        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError:
            if first != "[":
                raise
            return json.loads(text)
    except (json.JSONDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(
            Problem(f"this is neither JSON nor TOML: {error}", "file", "load a file that this website wrote")
        ) from None


def as_toml(kept: dict[str, Any]) -> str:
    """A kept case as TOML, for those who read it in an editor."""
    lines = [f"{name} = {_toml(kept[name])}" for name in ("id", "as_of", "levels_read") if name in kept]

    def table(path: str, values: dict[str, Any]) -> None:
        plain = {k: v for k, v in values.items() if not (isinstance(v, dict) and path.startswith("saved"))}
        lines.extend(["", f"[{path}]"])
        lines.extend(f"{_key(k)} = {_toml(v)}" for k, v in plain.items())
        for name, held in values.items():
            if name not in plain:
                table(f"{path}.{_key(name)}", held)

    for name in ("findings", "missing"):
        if kept.get(name):
            table(name, kept[name])
    for level, values in kept.get("levels", {}).items():
        table(f"levels.{_key(level)}", values)
    for instrument, values in kept.get("answers", {}).items():
        table(f"answers.{_key(instrument)}", values if isinstance(values, dict) else {"items": values})
    if kept.get("saved"):
        table("saved", kept["saved"])
    return "\n".join(lines) + "\n"


def _key(name: str) -> str:
    return name if name.replace("_", "").replace("-", "").isalnum() and name.isascii() else json.dumps(name)


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(k)} = {_toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(v) for v in value) + "]"
    return json.dumps(value, ensure_ascii=False)
