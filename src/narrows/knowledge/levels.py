"""Levels and regions of the spine, and the reasons why a value is missing."""

from __future__ import annotations

from typing import Final, Literal, get_args

CERVICAL: Final = ("C2-C3", "C3-C4", "C4-C5", "C5-C6", "C6-C7", "C7-T1")
LUMBAR: Final = ("L1-L2", "L2-L3", "L3-L4", "L4-L5", "L5-S1")
LEVELS_OF: Final[dict[str, tuple[str, ...]]] = {
    "cervical": CERVICAL,
    "lumbar": LUMBAR,
    "both": CERVICAL + LUMBAR,
}
LEVELS: Final = CERVICAL + LUMBAR

Reason = Literal["not_asked", "refused", "unknown", "not_applicable", "lost", "died"]
REASONS: Final[tuple[str, ...]] = get_args(Reason)
