"""Whether the entries of instruments agree with themselves."""

from __future__ import annotations

from collections.abc import Iterable

from narrows.instruments.answers import items_of
from narrows.instruments.levels import scale_of
from narrows.knowledge import Knowledge
from narrows.knowledge.records.instrument import Instrument, InstrumentThreshold
from narrows.problem import Problem


def check(knowledge: Knowledge) -> list[Problem]:
    """Every fault of the instruments' entries, ours and a clinic's, with its place; [] when there is none.

    A score that is not there, a scale that asks for an item that is not there, a table that is too short,
    a threshold that does not say how it is compared.
    """
    return [
        Problem(f"instrument {instrument.id}: {says}", knowledge.place("instruments", instrument.id), fix)
        for instrument in knowledge.instruments.values()
        for says, fix in _faults(instrument)
    ] + [
        Problem(f"wording of an unknown instrument '{name}'", knowledge.place("wordings", name), "name its id")
        for name in knowledge.wordings
        if name not in knowledge.instruments
    ]


def _faults(instrument: Instrument) -> Iterable[tuple[str, str]]:
    if not instrument.scores:
        yield "no score is named", "scores = [{ id = ..., says = ... }]"
        return
    keys = {score.id for score in instrument.scores}
    for name, key in instrument.fills.items():  # that the finding is known is checked with all other references
        if key not in keys:
            yield f"fills {name} from a score '{key}' that it does not have", f"one of {', '.join(keys)}"
    number = instrument.items or len(instrument.levels)
    if instrument.item_values and len(instrument.item_values) != number:
        yield f"item_values for {len(instrument.item_values)} of {number} items", "one list of answers for each item"
        return
    items = items_of(instrument)
    if len({item.key for item in items}) != len(items):
        yield "two items have the same label", "labels tell items apart"
    for scale in instrument.subscales:
        if scale.id not in keys:
            yield f"subscale '{scale.id}' is none of its scores", f"one of {', '.join(keys)}"
        beyond = [n for n in scale.items if isinstance(n, int) and not 1 <= n <= number]
        if beyond:
            yield f"subscale '{scale.id}' asks for item {beyond[0]} of {number}", "items count from 1"
    if instrument.method == "t_table" and items:
        needed = sum(int(item.allowed[-1] - item.allowed[0]) for item in items) + 1
        if len(instrument.t) != needed:
            yield f"the table has {len(instrument.t)} rows, the sum takes {needed} values", "one row for each sum"
    for threshold in instrument.threshold:
        yield from _faults_of(instrument, threshold, keys)


def _faults_of(instrument: Instrument, threshold: InstrumentThreshold, keys: set[str]) -> Iterable[tuple[str, str]]:
    shown = f"threshold {threshold.kind} {threshold.value}"
    for scale in scale_of(instrument, threshold):
        if scale not in keys:
            yield f"{shown} speaks of a score '{scale}' that it does not have", f"one of {', '.join(keys)}"
    at_a_level = threshold.direction == "level" and threshold.basis == "points"
    if at_a_level and threshold.kind in ("cutoff", "pass", "responder") and threshold.test is None:
        yield f"{shown} does not say how it is compared", 'test = "at_least", "above" or "at_most"'
    if threshold.kind == "band" and not (isinstance(threshold.value, tuple) and len(threshold.value) == 2):
        yield f"{shown} is no pair of limits", "value = [low, high]"
    labels = {t.label for t in instrument.threshold if t.kind == "band"}
    if threshold.baseline_band is not None and threshold.baseline_band not in labels:
        yield f"{shown} is for the band '{threshold.baseline_band}', which it does not have", "name one of its bands"
    if threshold.version is not None and threshold.version not in {v.id for v in instrument.versions}:
        yield f"{shown} is for the version '{threshold.version}', which it does not have", "name one of its versions"
