"""A pool as text for the terminal, at 80 columns."""

from __future__ import annotations

import math
import textwrap
from typing import Any

_WIDTH = 80
_NAMES = {
    "MD": "difference of means",
    "SMD": "standardised difference (Hedges' g)",
    "OR": "odds ratio",
    "RR": "risk ratio",
    "RD": "difference of shares (0 to 1)",
    "MC": "mean change, no comparison",
    "GEN": "as given in the file",
}
_MODELS = {
    "fixed": "common effect, inverse variance",
    "DL": "random effects, DerSimonian-Laird",
    "PM": "random effects, Paule-Mandel",
    "REML": "random effects, REML",
    "MH": "common effect, Mantel-Haenszel",
    "Peto": "common effect, Peto",
}
_INTERVALS = {"wald": "normal (Wald)", "hksj": "Hartung-Knapp-Sidik-Jonkman, t with k − 1"}


def show(answer: dict[str, Any], title: str) -> None:
    """Print the answer of `narrows pool` as a table."""
    print(text(answer, title))


def text(answer: dict[str, Any], title: str) -> str:
    """The answer of `narrows pool` as lines of at most 80 columns."""
    ratio = answer["measure"] in ("OR", "RR")
    unit = f", {answer['unit']}" if answer.get("unit") and answer["measure"] == "MD" else ""
    lines = [
        *textwrap.wrap(title, _WIDTH),
        f"Measure   {_NAMES.get(answer['measure'], answer['measure'])}{unit}",
        f"Model     {_MODELS[answer['model']]}",
        f"Interval  {_INTERVALS[answer['ci']]}",
        "",
        f"{'study':<36}{'value':>9}{'95 % interval':>22}{'weight':>9}",
        "─" * 76,
    ]
    for study in answer["studies"]:
        half = 1.959963984540054 * math.sqrt(study["vi"])
        ends = [study["yi"], study["yi"] - half, study["yi"] + half]
        values = [None if ratio and v > 700 else math.exp(v) if ratio else v for v in ends]
        lines.append(_line(study["study"], values, f"{study['weight']:.1f} %"))
    lines.append("─" * 76)
    lines.append(_line("pooled", [answer["estimate"], answer["ci_low"], answer["ci_high"]], ""))
    if answer["prediction_low"] is not None and answer["k"] > 1:
        span = f"{_number(answer['prediction_low'])} to {_number(answer['prediction_high'])}"
        lines.append(f"{'where a new study may lie (95 %)':<36}{'':>9}{span:>22}")
    lines.append("")
    lines.append(
        f"k {answer['k']}   I² {answer['i2']:.0f} %   tau² {answer['tau2']:.4g}   "
        f"Q {answer['q']:.2f} (df {answer['q_df']}, p {answer['q_p']:.3g})"
    )
    if len(answer["leave_one_out"]) > 1:
        lines += ["", "Without one study at a time"]
        for left in answer["leave_one_out"]:
            lines.append(_line(f"  without {left['without']}", [left["estimate"], left["ci_low"], left["ci_high"]], ""))
    if "certainty" in answer:
        lines += ["", f"Certainty: {answer['certainty']['level']}"]
        for step in answer["certainty"]["steps"]:
            sign = f"{step['steps']:+d}".replace("-", "−") if step["steps"] else " 0"
            lines += textwrap.wrap(f"{sign}  {step['reason']}", _WIDTH, subsequent_indent="    ")
    if answer["left_out"]:
        lines += ["", f"Left out ({len(answer['left_out'])})"]
        for entry in answer["left_out"]:
            lines += textwrap.wrap(f"- {entry['row']}: {entry['why']}", _WIDTH, subsequent_indent="  ")
    if answer["notes"]:
        lines.append("")
        for note in answer["notes"]:
            lines += textwrap.wrap(f"Note: {note}", _WIDTH, subsequent_indent="  ")
    return "\n".join(lines)


def _line(name: str, values: list[float | None], weight: str) -> str:
    label = name if len(name) <= 35 else name[:34] + "…"
    span = f"{_number(values[1])} to {_number(values[2])}"
    return f"{label:<36}{_number(values[0]):>9}{span:>22}{weight:>9}".rstrip()


def _number(value: float | None) -> str:
    if value is None:
        return "no end"
    if value != 0 and (abs(value) >= 1e5 or abs(value) < 5e-4):
        return f"{value:.3g}".replace("-", "−")
    digits = 1 if abs(value) >= 100 else 2 if abs(value) >= 1 else 3
    return f"{value:.{digits}f}".replace("-", "−")
