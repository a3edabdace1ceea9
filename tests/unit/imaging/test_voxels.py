"""Labelled voxels as runs: places, boxes and means are those of the plain array, however it lies in memory."""

from __future__ import annotations

from itertools import permutations, product

import numpy as np
import pytest

from narrows.imaging.volume import Volume, labelled_voxels

ORDERS = list(permutations(range(3)))


@pytest.mark.parametrize("order", ORDERS, ids=["".join("rfu"[a] for a in o) for o in ORDERS])
def test_runs_say_what_the_array_says(order: tuple[int, int, int]) -> None:
    random = np.random.default_rng(4)
    coarse = random.integers(0, 4, (5, 4, 6), dtype=np.uint8)
    for flips in product((1, -1), repeat=3):
        stored = np.ascontiguousarray(coarse.repeat(3, axis=2))  # runs of three and more
        data = stored.transpose(order)[tuple(slice(None, None, step) for step in flips)]
        voxels = labelled_voxels(Volume(data, np.eye(4), "here", "map"))
        assert set(voxels.places) == {1, 2, 3}
        for label in (1, 2, 3):
            there = np.argwhere(data == label)
            assert sorted(map(tuple, voxels.of(label).T.tolist())) == sorted(map(tuple, there.tolist()))
            assert voxels.of(label, 10).shape[1] == len(range(0, len(there), len(there) // 10))
            assert voxels.mean(label) == pytest.approx(there.mean(axis=0))
        low, high = voxels.box((1, 3))
        either = np.argwhere((data == 1) | (data == 3))
        assert (low == either.min(axis=0)).all()
        assert (high == either.max(axis=0)).all()


def test_a_label_that_is_absent_has_no_voxels() -> None:
    data = np.zeros((3, 3, 3), np.uint8)
    data[1, 1, 1] = 7
    assert labelled_voxels(Volume(data, np.eye(4), "here", "map")).of(2).shape == (3, 0)
