"""The report as plain lower-case text of the same length, so that every offset stays that of the original."""

from __future__ import annotations

from typing import Final

_SAME_LENGTH: Final = str.maketrans(
    {
        "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2015": "-", "\u2212": "-",
        "\u00ad": "-", "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u00a0": " ", "\u2009": " ",
        "\u202f": " ", "\u200b": " ", "\ufeff": " ", "\r": " ", "\f": "\n", "\v": "\n", "\u2028": "\n",
        "\u2022": "*", "\u25cf": "*", "\u25aa": "*", "\u00b7": "*", "\u2023": "*", "\u25e6": "*", "\u2265": ">",
        "\u2264": "<", "\u00b2": "2", "\x00": " ",
    }
)  # fmt: skip


def plain(text: str) -> str:
    """Lower case, one kind of dash, quote, space and bullet; the length of the text does not change.

    HL7 reports write `~` (or `\\.br\\`) for the end of a line.
    """
    lower = text.lower()
    if len(lower) != len(text):  # a few letters become two in lower case; they stay as they are
        lower = "".join(c if len(c.lower()) != 1 else c.lower() for c in text)
    lower = lower.translate(_SAME_LENGTH)
    if lower.count("~") >= 2:
        lower = lower.replace("~", "\n")
    if "\t" in lower:
        lines = (line.replace("\t", "|" if line.strip().count("\t") >= 2 else " ") for line in lower.split("\n"))
        lower = "\n".join(lines)
    lower = lower.replace("\\.br\\", "\n" + " " * 4)
    return lower.replace("**", "  ").replace("__", "  ")
