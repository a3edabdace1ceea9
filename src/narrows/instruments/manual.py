"""The manual of all instruments, written from the knowledge."""

from __future__ import annotations

from collections.abc import Iterable

from narrows.instruments.answers import fields_of, how_to_answer, items_of, shown
from narrows.knowledge import Knowledge, load
from narrows.knowledge.levels import REASONS
from narrows.knowledge.records.instrument import Instrument, InstrumentThreshold

_SHIPS = {
    "yes": "may be shown",
    "no": "not shipped: bring your licensed text",
    "with-permission": "not shipped: needs the owner's permission",
    "non-commercial-only": "not shipped: free for non-commercial use only, which an open licence cannot promise",
}
_KINDS = {
    "mcid": "smallest important difference",
    "mic": "smallest important change",
    "pass": "acceptable state",
    "band": "band",
    "cutoff": "cut-off",
    "sdc": "smallest detectable change",
    "mdc": "smallest detectable change",
    "sem": "standard error of measurement",
    "responder": "responder",
    "deterioration": "worsening",
    "variability": "variability",
}
_DIRECTIONS = {
    "lower_better": "lower is better",
    "higher_better": "higher is better",
    "mixed": "differs by score",
}
_NO_END = 99


def reference(knowledge: Knowledge | None = None) -> str:
    """Every instrument with its answers, scores, rules, thresholds and sources, as Markdown.

    Written from the knowledge (ours when none is given): docs/reference/instruments.md is this text.
    """
    known = load(()) if knowledge is None else knowledge
    lines = [
        "# Instruments",
        "",
        f"Written from the knowledge (version {known.version}) by `narrows.instruments.reference()`; do not edit.",
        "",
        "A missing answer is null or one of these reasons: " + ", ".join(f"`{r}`" for r in REASONS) + ".",
        "Thresholds stand side by side with the people they were found in; none of them is the one.",
        "",
        "| id | instrument | answered by | scores | findings filled |",
        "|---|---|---|---|---|",
    ]
    instruments = sorted(known.instruments.values(), key=lambda i: i.id)
    for instrument in instruments:
        keys = ", ".join(f"`{s.id}`" for s in instrument.scores)
        filled = ", ".join(f"`{name}`" for name in instrument.fills)
        lines.append(
            f"| [`{instrument.id}`](#{instrument.id}) | {_cell(instrument.name)} | {instrument.reporter} | {keys} | {filled} |"
        )
    for instrument in instruments:
        lines.extend(_chapter(instrument))
    lines.extend(_value_sets(known))
    lines.extend(_gaps(known))
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _chapter(instrument: Instrument) -> Iterable[str]:
    yield from ("", f"## {instrument.id}", "", f"**{instrument.name}**", "")
    facts = [
        ("Region", instrument.region),
        ("Answered by", instrument.reporter),
        ("Asks about", instrument.recall),
        ("Direction", _DIRECTIONS[instrument.direction]),
        ("Answers", how_to_answer(instrument)),
        ("Scoring", instrument.algorithm),
        ("Two boxes marked", instrument.two_boxes_rule),
        ("Rounding", instrument.rounding),
        ("Missing items", instrument.missing_rule),
        ("Most missing items by default", _limit(instrument)),
        ("Recovery rate", instrument.recovery_rate),
        ("Safety", instrument.safety_rule),
        ("Not for", instrument.not_for),
        ("Take care", instrument.warning),
        ("Take care", instrument.loinc_warning),
        ("Take care", instrument.not_interchangeable),
        ("Take care", instrument.variants),
        ("Take care", instrument.value_set_warning),
        ("Where the table was read", instrument.provenance),
        ("Note", instrument.note),
        ("Wording", _SHIPS[instrument.text_may_ship]),
        ("Licence", instrument.licence + ("" if instrument.licence_seen else " (no licence statement was read)")),
    ]
    yield from (f"- {name}: {text}" for name, text in facts if text)
    yield from _answers(instrument)
    yield from ("", "| score | what it is | limits | finding |", "|---|---|---|---|")
    for score in instrument.scores:
        limits = f"{score.range[0]:g} to {score.range[-1]:g}" if score.range else ""
        unit = f" {score.unit}" if score.unit else ""
        finding = ", ".join(f"`{name}`" for name, key in instrument.fills.items() if key == score.id)
        yield f"| `{score.id}` | {_cell(score.says)} | {limits}{unit} | {finding} |"
    yield from _thresholds(instrument)
    yield from ("", f"Read on {instrument.read_on}, to be read again by {instrument.review_by}. Sources:")
    yield from (f"- <{source}>" for source in instrument.sources)


def _limit(instrument: Instrument) -> str | None:
    if instrument.method == "scale_means":
        return ", ".join(f"{s.id} {s.max_missing}" for s in instrument.subscales) + " (may be set)"
    if not items_of(instrument) or instrument.items == 1:
        return None
    if instrument.max_missing is None:
        return "all but one of a scale (may be set)"
    return f"{instrument.max_missing} ({'fixed' if instrument.missing_fixed else 'may be set'})"


def _answers(instrument: Instrument) -> Iterable[str]:
    items = items_of(instrument)
    if items:
        yield from ("", "| item | key | answers |", "|---|---|---|")
        labels = {level.item: level.labels for level in instrument.levels}
        for item in items:
            points = labels.get(item.label)
            answers = "; ".join(f"{a:g} {w}" for a, w in zip(item.allowed, points, strict=True)) if points else None
            named = "" if item.key == f"item_{item.number}" else f" {item.label}"
            yield f"| {item.number}{_cell(named)} | `{item.key}` | {answers or shown(item.allowed)} |"
    fields = fields_of(instrument)
    if fields:
        yield from ("", "| by name | what it is | answers |", "|---|---|---|")
        for field in fields:
            limits = f"{field.range[0]:g} to {field.range[-1]:g} {field.unit or ''}".strip() if field.range else ""
            yield f"| `{field.id}` | {_cell(field.says)} | {limits or ', '.join(field.choices)} |"
    if instrument.codes:
        words = ", ".join(f"{word} = {value}" for word, value in instrument.codes.items())
        yield from ("", f"Words for answers: {words}.")
    if instrument.versions:
        yield from ("", "| variant | what it is | |", "|---|---|---|")
        for version in instrument.versions:
            mark = "taken when none is named" if version.default else ""
            yield f"| `{version.id}` | {_cell(version.says)} | {mark or ('' if version.scored else 'kept, not scored')} |"


def _thresholds(instrument: Instrument) -> Iterable[str]:
    if not instrument.threshold:
        yield from ("", "No threshold was read for this instrument.")
        return
    yield from ("", "| what | value | in whom | how it was found | source |", "|---|---|---|---|---|")
    for threshold in instrument.threshold:
        what = _KINDS[threshold.kind]
        if threshold.label:
            what += f": {threshold.label}"
        where = threshold.scale or threshold.site
        if where:
            what += f" (`{where}`)"
        source = f"<{threshold.source}>" if threshold.source.startswith("http") else _cell(threshold.source)
        yield f"| {what} | {_value(threshold)} | {_cell(threshold.population)} | {_cell(threshold.method)} | {source} |"


def _value(threshold: InstrumentThreshold) -> str:
    value = threshold.value
    text = _span(value) if isinstance(value, tuple) else f"{value:g}"
    unit = "% of the first score" if threshold.basis == "relative" else threshold.unit
    if threshold.direction == "level":
        word = {"at_least": "at least ", "above": "above ", "at_most": "at most "}.get(threshold.test or "", "")
        return f"{word}{text} {unit}"
    return f"{text} {unit} {'lower' if threshold.direction == 'decrease' else 'higher'}"


def _span(value: tuple[float, ...]) -> str:
    """Two ends in words; 99 stands for no end in the data of z-scores."""
    low, high = value[0], value[-1]
    if high == _NO_END:
        return f"above {low:g}"
    return f"at most {high:g}" if low == -_NO_END else f"{low:g} to {high:g}"


def _value_sets(knowledge: Knowledge) -> Iterable[str]:
    yield from ("", "## Value sets of the EQ-5D", "", "There is no default: name the set with every index.", "")
    yield from ("| id | for | country | doi |", "|---|---|---|---|")
    for value_set in knowledge.value_sets.values():
        country = value_set.country.replace("_", " ")
        yield f"| `{value_set.id}` | EQ-5D-{value_set.version} | {country} | {value_set.doi} |"


def _gaps(knowledge: Knowledge) -> Iterable[str]:
    gaps = [gap for key, gap in knowledge.gaps.items() if key.startswith("instruments-")]
    yield from ("", "## What could not be read", "")
    yield from (f"- {gap.about}: {gap.detail}" for gap in gaps)
