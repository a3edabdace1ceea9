"""Plain words for numbers, conditions and comparators."""

from __future__ import annotations

from narrows.knowledge.store import Knowledge


def condition_name(knowledge: Knowledge, condition: str) -> str:
    """A condition of the studies in plain words."""
    known = knowledge.condition_words.get(condition)
    return known.name if known else condition.replace("-", " ")


def condition_of(syndrome: str, knowledge: Knowledge) -> str | None:
    """The condition whose studies speak of a syndrome; None where there are none."""
    return next((c.id for c in knowledge.condition_words.values() if syndrome in c.syndromes), None)


def option_name(knowledge: Knowledge, option: str) -> str:
    """The name of an option or comparator in plain words."""
    known = knowledge.options.get(option)
    if known is not None:
        return known.name
    return str(knowledge.comparators.get(option, option.replace("-", " ")))


def months_in_words(months: float | None) -> str:
    """A time of follow-up in words."""
    if months is None:
        return "a time not stated"
    return "1 month" if months == 1 else f"{months:g} months"


def value(measure: str, number_: float, unit: str, *, signed: bool = False) -> str:
    """One number in words: shares as percent, ratios plain, scores in their unit."""
    if measure in ("RD", "share", "percent-change"):
        shown = number_ if measure == "percent-change" else 100 * number_
        text = f"{shown:+.1f}" if signed else f"{shown:.1f}"
        return f"{_plain(text)} {'percentage points' if measure == 'RD' else '%'}"
    if measure in ("OR", "RR"):
        return f"{'odds ratio' if measure == 'OR' else 'risk ratio'} {number_:.2f}"
    text = f"{number_:+.2f}" if signed else f"{number_:.2f}"
    return f"{_plain(text)} {'standard deviations' if measure == 'SMD' else unit}".rstrip()


def number(measure: str, estimate: float, low: float | None, high: float | None, unit: str) -> str:
    """An estimate with its interval in words; says when none was printed."""
    text = value(measure, estimate, unit, signed=measure not in ("OR", "RR"))
    if low is None or high is None:
        return f"{text} (no interval printed)"
    return f"{text} (95 % interval {bound(measure, low)} to {bound(measure, high)})"


def bound(measure: str, number_: float) -> str:
    """One end of an interval, without its unit."""
    if measure == "RD":
        return _plain(f"{100 * number_:.1f}")
    return _plain(f"{number_:.2f}")


def _plain(text: str) -> str:
    # "7.80" reads as 7.8, "-4.00" as -4; a minus sign instead of a hyphen
    trimmed = text.rstrip("0").rstrip(".") if "." in text else text
    return trimmed.replace("-", "−") if trimmed not in ("-0", "+0") else "0"
