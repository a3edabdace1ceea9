"""Shares of the lost area against phantoms whose tissues are known."""

from __future__ import annotations

import pytest

from narrows.imaging.phantom import FACET, FAT, GRIDS, LIGAMENT, Narrowing, Spine

LABELLED = {LIGAMENT: 110, FAT: 111, FACET: 112}
MIXES = {
    "all three": Narrowing(disc=0.5, ligament=0.4, facet_bone=0.3),
    "mostly behind": Narrowing(disc=0.3, ligament=0.5, facet_bone=0.5),
    "paracentral disc": Narrowing(disc=0.7, disc_direction=60.0),
    "disc and facets": Narrowing(disc=0.45, ligament=0.2, facet_bone=0.45, disc_direction=115.0),
    "disc and fat": Narrowing(disc=0.5, epidural_fat=0.6),
}
TOLERANCE = {"1 mm": 0.05, "0.5 mm": 0.05, "axial 0.5 x 0.5 x 4 mm": 0.10, "sagittal 4 x 0.5 x 0.5 mm": 0.10}


def shares(level) -> dict[str, float]:
    return {cause["tissue"]: cause["share"] for cause in level["causes"]}


@pytest.mark.parametrize("grid", TOLERANCE)
@pytest.mark.parametrize("mix", MIXES)
def test_shares(measured, own_table, grid: str, mix: str) -> None:
    spine = Spine(tilt=20.0, narrowing={"L3-L4": MIXES[mix]})
    level = measured(spine, GRIDS[grid], tissues=LABELLED, table=own_table).levels["L3-L4"]
    truth = spine.truth("L3-L4")
    lost = sum(truth["lost"].values())
    found = shares(level)
    for tissue, area in truth["lost"].items():
        assert found.get(tissue, 0.0) == pytest.approx(area / lost, abs=TOLERANCE[grid]), tissue
    assert sum(found.values()) == pytest.approx(1.0, abs=0.002)
    assert sum(c["mm2"] for c in level["causes"]) == pytest.approx(level["lost_mm2"], abs=0.3)
    for cause in level["causes"]:
        assert cause["share_interval"][0] <= cause["share"] <= cause["share_interval"][1]
    assert "no study" in level["share_is_not"]


def test_removing_a_label_changes_the_evidence_not_the_total(measured, own_table) -> None:
    spine = Spine(narrowing={"L3-L4": MIXES["mostly behind"]})
    with_label = measured(spine, tissues=LABELLED, table=own_table).levels["L3-L4"]
    without = measured(spine, tissues={FACET: 112}, table=own_table).levels["L3-L4"]
    assert without["lost_mm2"] == pytest.approx(with_label["lost_mm2"], abs=0.1)
    evidence = [{c["tissue"]: c["evidence"] for c in level["causes"]} for level in (with_label, without)]
    assert evidence[0]["ligament"] == "labelled"
    assert evidence[1]["ligament"] == "by-position"
    assert shares(without)["ligament"] == pytest.approx(shares(with_label)["ligament"], abs=0.05)


def test_swapping_tissue_labels_swaps_their_shares(measured, own_table) -> None:
    spine = Spine(narrowing={"L3-L4": Narrowing(disc=0.4, ligament=0.6)})
    as_is = measured(spine, tissues=LABELLED, table=own_table).levels["L3-L4"]
    swapped = measured(spine, tissues={LIGAMENT: 111, FAT: 110, FACET: 112}, table=own_table).levels["L3-L4"]
    assert shares(swapped)["epidural_fat"] == pytest.approx(shares(as_is)["ligament"], abs=0.01)
    assert "ligament" not in shares(swapped)


def test_fat_is_named_only_where_it_is_labelled(measured, own_table) -> None:
    spine = Spine(narrowing={"L3-L4": MIXES["disc and fat"]})
    level = measured(spine, tissues={FACET: 112}, table=own_table).levels["L3-L4"]
    assert "epidural_fat" not in shares(level)
    assert {c["tissue"]: c["evidence"] for c in level["causes"]}["ligament"] == "by-position"


def test_inside_the_healthy_band_nothing_is_named(measured) -> None:
    level = measured(Spine(narrowing={"L3-L4": Narrowing(disc=0.3)})).levels["L3-L4"]
    assert 3 < level["lost_percent"] < level["healthy_band_percent"]
    assert level["causes"] == []
    assert "healthy band" in level["causes_note"]


def test_a_narrow_neighbour_is_not_taken_for_normal(measured) -> None:
    narrow = {"L2-L3": Narrowing(around=0.35, length=60), "L3-L4": Narrowing(disc=0.5, ligament=0.4)}
    spine = Spine(vertebrae=("T12", "L1", "L2", "L3", "L4", "L5"), narrowing=narrow)
    level = measured(spine).levels["L3-L4"]
    assert any("itself narrow" in doubt for doubt in level["doubts"])
    assert level["confidence"] == "low"


def test_after_a_laminectomy_no_cause_is_named(painted, saved, known) -> None:
    from narrows.imaging import measure
    from narrows.imaging.phantom import ARCH, in_scheme, voxelised

    spine = Spine(vertebrae=("L1", "L2", "L3", "L4", "L5"), narrowing={"L3-L4": MIXES["all three"]})
    codes, number, affine = voxelised(spine, (1.0, 1.0, 1.0), (0.1, 0.2, 0.3))
    codes[(codes == ARCH) & (number == 2)] = 0
    codes[(codes == FACET) & (number == 2)] = 0
    table = {"canal": 2, **{f"vertebra:L{n}": 40 + n for n in range(1, 6)}}
    table |= {"disc:L1-L2": 92, "disc:L2-L3": 93, "disc:L3-L4": 94, "disc:L4-L5": 95}
    labels = in_scheme(spine, codes, number, table, {})
    result = measure([saved(labels.astype("uint8"), affine)], known, "totalspineseg")
    assert result.levels["L3-L4"]["causes"] == []
    assert "L3" in result.levels["L3-L4"]["causes_note"]
    assert any("laminectomy" in warning for warning in result.warnings)
