"""Height and area of the foramina of the lumbar spine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from narrows.imaging.alignment import Walls
    from narrows.imaging.scan import Scan
    from narrows.imaging.vertebrae import Vertebra


def measured(
    scan: Scan, bones: dict[str, Vertebra], walls: dict[str, Walls | None], level: str
) -> tuple[dict[str, Any] | None, str]:
    return None, "x"
