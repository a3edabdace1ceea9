"""The two small real scans of tests/data/imaging."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from narrows.imaging import findings, measure

REAL = Path(__file__).parents[2] / "data" / "imaging"


@pytest.fixture(scope="module")
def fluid_and_cord(known):
    folder = REAL / "cervical_cord_csf"
    return measure(sorted(folder.glob("*.nii.gz")), known)


@pytest.fixture(scope="module")
def spineps(known):
    folder = REAL / "cervical_c6_mri"
    return measure(sorted(folder.glob("*seg*.nii.gz")), known)


def test_the_dural_sac_of_a_healthy_neck(fluid_and_cord) -> None:
    result = fluid_and_cord
    assert result.scan.scheme == "sct_binary"
    assert result.levels == {}
    profile = result.profile
    inner = profile.valid & (profile.frames.s > 8) & (profile.frames.s < profile.line.length - 8)
    area = profile.sections.area[inner]
    assert area.mean() == pytest.approx(210, rel=0.02)
    assert area.min() == pytest.approx(184, rel=0.03)
    assert profile.sections.ap[inner].mean() == pytest.approx(11.6, abs=0.3)


def test_a_spineps_neck(spineps) -> None:
    assert spineps.scan.scheme == "spineps_subregion"
    assert list(spineps.levels) == ["C5-C6", "C6-C7"]
    assert spineps.levels["C5-C6"]["area_mm2"] == pytest.approx(191, rel=0.08)
    assert spineps.levels["C6-C7"]["area_mm2"] == pytest.approx(166, rel=0.08)
    areas = [a for a in spineps.as_dict()["profile"]["area_mm2"] if a is not None]
    assert np.mean(areas) == pytest.approx(189, rel=0.04)


def test_its_broken_cord_label_is_not_reported_as_a_thin_cord(spineps) -> None:
    assert any("cord label is implausible" in w for w in spineps.warnings)
    for level, taken in findings(spineps)["levels"].items():
        assert "cord_csa" not in taken, level


def test_a_healthy_neck_has_no_cause(spineps) -> None:
    for level in spineps.levels.values():
        assert level["causes"] == []
        assert level["percentile"]["percentile"] > 2.5


def test_bodies_cut_by_the_image_give_no_slip(spineps) -> None:
    for level in spineps.levels.values():
        assert level["slip_mm"] is None
        assert "whole in the image" in level["not_measurable"]["slip_mm"]
