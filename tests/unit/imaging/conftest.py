"""Phantoms written as files, and the knowledge they are measured with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import pytest

from narrows import knowledge
from narrows.imaging import Measurement, measure, schemes
from narrows.imaging.phantom import Spine, in_scheme, voxelised

REAL = Path(__file__).parents[2] / "data" / "imaging"


@pytest.fixture(scope="session")
def known() -> knowledge.Knowledge:
    return knowledge.load([])


@pytest.fixture(scope="session")
def labels_of(known: knowledge.Knowledge) -> Callable[[str], dict[str, int]]:
    """A scheme's table the other way round: "disc:L4-L5" to its number."""

    def table(scheme: str) -> dict[str, int]:
        structures = schemes.of(known)[scheme].structures
        return {s.kind + (f":{s.level}" if s.level else ""): label for label, s in structures.items()}

    return table


@pytest.fixture
def own_table(tmp_path: Path, labels_of: Callable[[str], dict[str, int]]) -> Path:
    """A user's own table: TotalSpineSeg's numbers, with ligament, fat and facets beside them."""
    rows = [f'{label} = "{name}"' for name, label in labels_of("totalspineseg").items()]
    rows += ['110 = "ligamentum_flavum"', '111 = "epidural_fat"', '112 = "facet"']
    path = tmp_path / "own.toml"
    path.write_text("\n".join(['title = "own"', "canal_from = [1, 2]", "[labels]", *rows]) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def painted(labels_of: Callable[[str], dict[str, int]]) -> Callable[..., tuple[Any, Any]]:
    """A phantom as array and affine."""

    def paint(
        spine: Spine,
        edges: tuple[float, float, float] = (1.0, 1.0, 1.0),
        shift: tuple[float, float, float] = (0.17, 0.31, -0.23),
        tissues: dict[int, int] | None = None,
        scheme: str = "totalspineseg",
    ) -> tuple[Any, Any]:
        codes, number, affine = voxelised(spine, edges, shift)
        labels = in_scheme(spine, codes, number, labels_of(scheme), tissues or {})
        return labels.astype(np.uint8 if labels.max() < 256 else np.uint16), affine

    return paint


@pytest.fixture
def saved(tmp_path: Path) -> Callable[..., Path]:
    """Write an array as NIfTI; the path."""

    def save(labels: Any, affine: Any, name: str = "labels.nii") -> Path:
        path = tmp_path / name
        nib.save(nib.Nifti1Image(labels, affine), path)
        return path

    return save


@pytest.fixture
def measured(
    painted: Callable[..., tuple[Any, Any]], saved: Callable[..., Path], known: knowledge.Knowledge
) -> Callable[..., Measurement]:
    """A phantom, written and measured."""

    def run(spine: Spine, edges: tuple[float, float, float] = (1.0, 1.0, 1.0), **how: Any) -> Measurement:
        scheme = how.pop("table", "totalspineseg")
        labels, affine = painted(spine, edges, **how)
        return measure([saved(labels, affine)], known, str(scheme))

    return run
