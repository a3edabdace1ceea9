"""A score, a change and a sheet of questions as plain text for the terminal, 80 columns wide."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterable, Sequence

from narrows.instruments.answers import fields_of, how_to_answer, items_of, shown
from narrows.instruments.difference import Change
from narrows.instruments.scoring import Score
from narrows.knowledge import Knowledge
from narrows.knowledge.records.instrument import Instrument

_WIDEST = 80
_TESTS = {"at_least": "at least", "above": "above", "at_most": "at most", "not-stated": "near"}


def _width() -> int:
    return max(40, min(shutil.get_terminal_size((_WIDEST, 24)).columns, _WIDEST))


def _wrapped(text: str, indent: str = "", hang: str | None = None) -> list[str]:
    rest = indent if hang is None else hang
    return textwrap.wrap(text, _width(), initial_indent=indent, subsequent_indent=rest, break_long_words=False) or [""]


def _part(title: str, texts: Iterable[str]) -> list[str]:
    """A titled list; nothing at all when there is nothing to list."""
    lines = [line for text in texts for line in _wrapped(text, "  - ", "    ")]
    return ["", title, *lines] if lines else []


def number(value: float) -> str:
    """A score for the eye: two decimals at most, three where everything happens below 2."""
    return f"{value:.{3 if abs(value) < 2 else 2}f}".rstrip("0").rstrip(".")


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    widths[-1] = 0
    lines = []
    for row in rows:
        start = "  " + "  ".join(cell.ljust(w) for cell, w in zip(row[:-1], widths, strict=False)) + "  "
        lines.extend(_wrapped(row[-1], start, " " * len(start)) if row[-1] else [start.rstrip()])
    return lines


def score_page(score: Score, instrument: Instrument) -> str:
    """Scores with their bands and limits, what could not be scored, thresholds with their people, findings, notes."""
    lines = _wrapped(f"{instrument.name} ({instrument.id}{', ' + score.variant if score.variant else ''})")
    if score.safety:
        lines += ["", *(line for text in score.safety for line in _wrapped(f"SAFETY: {text}"))]
    rows = [("score", "value", "limits", "reads as")]
    for spec in instrument.scores:
        limits = f"{spec.range[0]:g}-{spec.range[-1]:g}" if spec.range else ""
        if spec.id in score.scores:
            unit = f" {spec.unit}" if spec.unit else ""
            value = number(score.scores[spec.id]) + unit
            rows.append((spec.id, value, limits, score.bands.get(spec.id, "")))
        elif spec.id in score.not_scored:
            rows.append((spec.id, "not scored", limits, score.not_scored[spec.id]))
    lines += ["", *_table(rows)]
    others = {key: band for key, band in score.bands.items() if key not in {s.id for s in instrument.scores}}
    lines += [f"  {key}: {band}" for key, band in others.items()]
    lines += _part("Without an answer", (f"{gap.item}: {gap.reason}" for gap in score.missing))
    lines += _part(
        "Against published levels",
        (
            f"{t.scale} {_TESTS[t.test]} {t.value:g} {t.unit}: {t.met.upper()}. {t.kind}, {t.population}; {t.method}."
            for t in score.thresholds
        ),
    )
    lines += _part("Findings filled", (f"{name} = {number(value)}" for name, value in score.fills.items()))
    above = {*score.safety, *(f"{key} is not scored: {why}" for key, why in score.not_scored.items())}
    lines += _part("Notes", (note for note in score.notes if note not in above))
    return "\n".join(lines) + "\n"


def change_page(change: Change) -> str:
    """The change against every definition, and against measurement error, score by score."""
    scales = (*change.difference, *(d.scale for d in change.definitions), *(e.scale for e in change.errors))
    order = {scale: place for place, scale in reversed(list(enumerate(scales)))}
    rows = [("change", "before", "after", "difference")]
    for key, amount in change.difference.items():
        beyond = {
            "yes": "beyond measurement error",
            "no": "within measurement error",
            "undecided": "beyond one published measurement error, within another",
            "unknown": "measurement error not known",
        }[change.beyond_error[key]]
        rows.append(
            (
                key,
                number(change.before[key]),
                number(change.after[key]),
                f"{amount:+.4g} ({change.trend[key]}; {beyond})",
            )
        )
    lines = ["", *_table(rows)]
    lines += [f"  {key}: {number(value)} %" for key, value in change.measures.items()]
    lines += _part(
        "Definitions side by side",
        (
            f"{d.scale} {d.says}: {d.met.upper()} ({d.because}). {d.kind}, {d.population}; {d.method}."
            + (" The change it asks for is within measurement error." if d.within_error else "")
            for d in sorted(change.definitions, key=lambda d: order[d.scale])
        ),
    )
    lines += _part(
        "Measurement error of one person",
        (
            f"{e.scale} more than {number(e.value)}{' (computed from the standard error)' if e.derived else ''}:"
            f" {'beyond' if e.beyond else 'within'}. {e.population}; {e.method}."
            for e in sorted(change.errors, key=lambda e: order[e.scale])
        ),
    )
    lines += _part("Notes", change.notes)
    return "\n".join(lines) + "\n"


def sheet_page(instrument: Instrument, knowledge: Knowledge) -> str:
    """What an instrument asks: the user's licensed wording where a folder of theirs brings it, else labels of ours."""
    lines = _wrapped(f"{instrument.name} ({instrument.id})")
    lines += _wrapped(how_to_answer(instrument), "  ")
    wording = knowledge.wordings.get(instrument.id)
    items = items_of(instrument)
    texts = wording.items if wording is not None and len(wording.items) == len(items) else ()
    if items:
        label = texts or tuple("" if i.label == f"item {i.number}" else i.label for i in items)
        rows = [
            (str(i.number), f"{text}: {shown(i.allowed)}" if text else shown(i.allowed))
            for i, text in zip(items, label, strict=True)
        ]
        lines += ["", *_table(rows)]
    fields = fields_of(instrument)
    if fields:
        lines += ["", *_table([(f.id, f.says) for f in fields])]
    if wording is not None and not texts:
        lines += _part("Notes", [f"the wording of your folder has {len(wording.items)} texts, not {len(items)}"])
    may = instrument.text_may_ship
    if wording is None and may != "yes":
        lines += _part(
            "Wording",
            [
                f"not shipped ({instrument.licence}); labels are ours. docs/instruments.md shows how to add your licensed text."
            ],
        )
    return "\n".join(lines) + "\n"


def list_page(knowledge: Knowledge) -> str:
    """All instruments, one a line."""
    lines = ["narrows score INSTRUMENT ANSWERS", ""]
    lines += _table([(i.id, i.name) for i in sorted(knowledge.instruments.values(), key=lambda i: i.id)])
    return "\n".join(lines) + "\n"
