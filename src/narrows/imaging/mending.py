"""Specks and holes of a canal's label, as segmenters leave them: found cheaply, mended, and said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from narrows.problem import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

#: A piece smaller than this part of the whole label is a speck. A canal that is pinched off leaves larger pieces.
SPECK = 0.01
#: From this part of the label on, filled holes are a structure that was not labelled.
LARGE_HOLES = 0.1


def mended(
    part: NDArray[np.uint8], free: Callable[[], NDArray[np.bool_]], kinds: frozenset[str] = frozenset()
) -> tuple[NDArray[np.uint8], tuple[str, ...]]:
    """The label without specks and with its holes filled, and what is to be said of it.

    part: parts of 255 (right, front, up) with empty voxels around; `free`: gives the voxels that no structure holds. A
    hole is what the label encloses in one slice; only free voxels of it are filled. `kinds`: what was drawn by itself
    in masks. Of fluid and cord, both drawn, the union is left as it was drawn; large holes of fluid without a cord
    raise InputError.
    """
    rises = ((part[:, 1:] > 0) & (part[:, :-1] == 0)).sum(axis=1, dtype=np.uint8)  # (right, up)
    shadow = rises > 0
    beside = (shadow[1:] & ~shadow[:-1]).sum(axis=0, dtype=np.uint8)  # (up)
    twice = (rises > 1).any(axis=0)
    slices = np.flatnonzero(beside)
    broken = bool(slices.size) and slices[-1] - slices[0] + 1 > slices.size
    if not (broken or twice.any() or (beside > 1).any()):
        return part, ()
    part, said = _without_specks(part)
    filled = _filled(part, free(), np.flatnonzero(twice), kinds)
    return part, (*said, *filled)


def _without_specks(part: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], tuple[str, ...]]:
    from scipy.ndimage import label

    pieces, _ = label(part > 0, np.ones((3, 3, 3), bool))
    sizes = np.bincount(pieces.ravel())
    sizes[0] = 0
    speck = sizes < SPECK * sizes.sum()
    speck[0] = False
    if not speck.any():
        return part, ()
    number, voxels = int(speck.sum()), int(sizes[speck].sum())
    many = f"{number} specks" if number > 1 else "a speck"
    return (
        np.where(speck[pieces], np.uint8(0), part),
        (f"{many} of the canal's label apart from the canal ({voxels} voxels in all) left out",),
    )


def _filled(
    part: NDArray[np.uint8], free: NDArray[np.bool_], where: NDArray[np.intp], kinds: frozenset[str]
) -> tuple[str, ...]:
    """Fill the holes of some slices in place."""
    from scipy.ndimage import label

    if where.size == 0:
        return ()
    empty = part[:, :, where] == 0
    flat = np.zeros((3, 3, 3), bool)
    flat[:, 1, 1] = flat[1, :, 1] = True
    areas, count = label(empty, flat)
    enclosed = np.ones(count + 1, bool)
    for edge in (areas[0], areas[-1], areas[:, 0], areas[:, -1]):
        enclosed[edge] = False
    enclosed[0] = False
    holes = enclosed[areas] & free[:, :, where]
    number = int(np.count_nonzero(holes))
    if number == 0:
        return ()
    before = float(part.sum(dtype=np.int64)) / 255
    large = number >= LARGE_HOLES * before
    if large and kinds == {"canal_without_cord"}:
        raise InputError(
            Problem(
                f"the canal without the cord is labelled, and no cord: a hole of {100 * number / before:.0f} % of it, which "
                "cannot be told from what narrows the canal where the cord touches its wall",
                "the canal's label",
                "add the cord mask of the same scan",
            )
        )
    if kinds > {"canal_without_cord"}:
        return (
            f"holes between the masks of fluid and cord ({number} voxels, {100 * number / before:.1f} %) are not counted",
        )
    seen = part[:, :, where]
    seen[holes] = 255
    part[:, :, where] = seen
    words = f"holes in the canal's label were filled ({number} voxels, {100 * number / before:.1f} % of it)"
    return (f"{words}: where the label does not surround them, the areas are too small" if large else words,)
