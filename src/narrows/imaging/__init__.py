"""Scans: from a label map to the canal's profile, its levels, and what narrows it.

`measure(paths, knowledge)` reads the label files of one scan and measures them; `findings(result)` gives what an
appraisal can take up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from narrows.imaging.case_fragment import findings
    from narrows.imaging.measuring import measure
    from narrows.imaging.result import Measurement

__all__ = ["Measurement", "findings", "measure"]


def __getattr__(name: str) -> Any:
    # numpy is imported only when something is measured.
    if name == "measure":
        from narrows.imaging.measuring import measure

        return measure
    if name == "findings":
        from narrows.imaging.case_fragment import findings

        return findings
    if name == "Measurement":
        from narrows.imaging.result import Measurement

        return Measurement
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
