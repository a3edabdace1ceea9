"""Areas, diameters and slips of phantoms against what is exactly known."""

from __future__ import annotations

import numpy as np
import pytest

from narrows.imaging.phantom import GRIDS, Narrowing, Spine

STENOSIS = {"L3-L4": Narrowing(around=0.29, length=12)}


def healthy_mean(result, away_from: str) -> float:
    profile = result.profile
    far = profile.valid & (np.abs(profile.frames.s - result.levels[away_from]["position_mm"]) > 18)
    return float(profile.sections.area[far].mean())


@pytest.mark.parametrize("grid", GRIDS)
@pytest.mark.parametrize("tilt", [0.0, 23.0, 45.0])
def test_area_and_minimum_hold_on_every_grid_and_tilt(measured, grid: str, tilt: float) -> None:
    spine = Spine(tilt=tilt, narrowing=STENOSIS)
    truth = spine.truth("L3-L4")
    areas, minima, diameters = [], [], []
    for shift in ((0.17, 0.31, -0.23), (-0.4, 0.12, 0.36)):
        result = measured(spine, GRIDS[grid], shift=shift)
        level = result.levels["L3-L4"]
        areas.append(healthy_mean(result, "L3-L4") / truth["own_normal"] - 1)
        minima.append(level["area_mm2"] / truth["area"] - 1)
        diameters.append(level["ap_mm"] - truth["ap"])
        low, high = level["area_interval"]
        assert low < level["area_mm2"] < high
    assert abs(np.mean(areas)) <= 0.01
    assert abs(np.mean(minima)) <= 0.05
    if max(GRIDS[grid]) <= 1:
        assert abs(np.mean(diameters)) <= 0.3


@pytest.mark.parametrize("grid", ["1 mm", "0.5 mm", "sagittal 4 x 0.5 x 0.5 mm", "sagittal 3.3 x 0.6 x 0.6 mm"])
@pytest.mark.parametrize(("slip", "tilt"), [(0.0, -10.0), (4.0, 15.0), (9.0, -5.0), (-4.0, 20.0)])
def test_slip_is_measured_and_named_alignment(measured, grid: str, slip: float, tilt: float) -> None:
    spine = Spine(vertebrae=("L1", "L2", "L3", "L4", "L5"), tilt=tilt, slip={"L3-L4": slip})
    level = measured(spine, GRIDS[grid]).levels["L3-L4"]
    assert level["slip_mm"] == pytest.approx(slip, abs=0.5)
    assert level["slip_interval"][0] <= level["slip_mm"] <= level["slip_interval"][1]
    assert level["meyerding_grade"] == (1 if slip >= 3 else 0) + (1 if slip > 8 else 0)
    if level["causes"]:
        assert level["causes"][0]["tissue"] == "alignment"
        assert level["causes"][0]["share"] >= 0.8
    if slip == 9:
        assert level["causes"]


def test_a_tapering_canal_is_its_own_normal(measured) -> None:
    spine = Spine(vertebrae=("L1", "L2", "L3", "L4", "L5"), taper=0.2)
    for name, level in measured(spine).levels.items():
        assert level["area_mm2"] == pytest.approx(spine.truth(name)["area"], rel=0.05)
        assert level["lost_percent"] < 6
        assert level["causes"] == []


def test_a_trefoil_canal_has_its_area(measured) -> None:
    spine = Spine(trefoil=0.1)
    for name, level in measured(spine).levels.items():
        assert level["area_mm2"] == pytest.approx(spine.truth(name)["area"], rel=0.02)


def test_disc_heights_and_curve(measured) -> None:
    result = measured(Spine(vertebrae=("L1", "L2", "L3", "L4", "L5"), bend_radius=200.0, disc_height=9.0))
    for level in result.levels.values():
        assert level["disc_height_mm"]["back_rim"] == pytest.approx(9.0 * 208 / 200, abs=0.8)
        assert level["disc_height_mm"]["front_rim"] > level["disc_height_mm"]["back_rim"]
        assert level["segment_angle_deg"] == pytest.approx(np.degrees(9 / 200), abs=1.5)
    # Upper endplate of L1 to lower endplate of L5: five vertebrae of 36 mm on a circle of 200 mm.
    assert result.curves["lumbar_lordosis"]["degrees"] == pytest.approx(np.degrees(5 * 36 / 200), abs=3)


def test_ends_are_trimmed_and_nothing_else(measured) -> None:
    result = measured(Spine())
    profile = result.as_dict()["profile"]
    assert len({len(values) for values in profile.values()}) == 1
    area = profile["area_mm2"]
    assert area[0] is None
    assert area[-1] is None
    counted = [i for i, a in enumerate(area) if a is not None]
    assert counted == list(range(counted[0], counted[-1] + 1))
    assert profile["position_mm"][counted[0]] <= 12
