"""Files of every kind and writers of every scheme give the same measurements."""

from __future__ import annotations

import zlib

import nibabel as nib
import nrrd
import numpy as np
import pytest

from narrows.imaging import Measurement, measure, schemes
from narrows.imaging.phantom import ARCH, BODY, CANAL, DISC, FACET, Narrowing, Spine, in_scheme, voxelised
from narrows.problem import InputError

SPINE = Spine(
    vertebrae=("L1", "L2", "L3", "L4", "L5"),
    tilt=8.0,
    narrowing={"L3-L4": Narrowing(disc=0.5, ligament=0.5, facet_bone=0.3)},
)


def same(result: Measurement, other: Measurement, within: float = 0.005) -> None:
    assert result.levels.keys() == other.levels.keys()
    for name, level in result.levels.items():
        there = other.levels[name]
        assert there["area_mm2"] == pytest.approx(level["area_mm2"], rel=within)
        assert there["own_normal_mm2"] == pytest.approx(level["own_normal_mm2"], rel=within)
        assert [c["tissue"] for c in there["causes"]] == [c["tissue"] for c in level["causes"]]
        for cause, again in zip(level["causes"], there["causes"], strict=True):
            assert again["share"] == pytest.approx(cause["share"], abs=0.005)


@pytest.fixture
def as_is(measured) -> Measurement:
    return measured(SPINE)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
@pytest.mark.parametrize("flips", [(1, 1, 1), (-1, 1, 1), (1, -1, -1)])
def test_axis_order_and_direction_do_not_matter(as_is, painted, saved, known, order, flips) -> None:
    labels, affine = painted(SPINE)
    moved = nib.orientations.apply_orientation(labels, np.array(list(zip(order, flips, strict=True))))
    turn = nib.orientations.inv_ornt_aff(np.array(list(zip(order, flips, strict=True))), labels.shape)
    path = saved(np.ascontiguousarray(moved), affine @ turn)
    same(as_is, measure([path], known, "totalspineseg"))


def test_a_shift_and_a_float_file_do_not_matter(as_is, painted, saved, known) -> None:
    labels, affine = painted(SPINE)
    affine = affine.copy()
    affine[:3, 3] += (113.3, -40.2, 771.9)
    same(as_is, measure([saved(labels.astype(np.float64), affine)], known, "totalspineseg"))


def test_an_oblique_affine_does_not_matter(as_is, painted, saved, known) -> None:
    labels, affine = painted(SPINE)
    angle = np.radians(9)
    turn = np.eye(4)
    turn[1:3, 1:3] = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    same(as_is, measure([saved(labels, turn @ affine)], known, "totalspineseg"), within=0.01)


def test_a_sheared_grid_does_not_matter(known, labels_of, saved) -> None:
    spine = Spine(vertebrae=("L2", "L3", "L4", "L5"), bend_radius=5000.0)
    codes, number, affine = voxelised(spine, (1.0, 1.0, 1.0), (0.2, 0.3, 0.1))
    labels = in_scheme(spine, codes, number, labels_of("totalspineseg"), {}).astype(np.uint8)
    sheared = affine.copy()
    sheared[1, 2] += (
        0.3  # every slice lies 0.3 mm further forward: the canal leans, its cross-section shrinks by the cosine
    )
    result = measure([saved(labels, sheared)], known, "totalspineseg")
    for level in result.levels.values():
        assert level["area_mm2"] == pytest.approx(276.4 * np.cos(np.arctan(0.3)), rel=0.02)


def test_left_and_right_are_swapped_by_a_mirror(known, labels_of, saved) -> None:
    spine = Spine(vertebrae=("L2", "L3", "L4", "L5"), narrowing={"L3-L4": Narrowing(disc=0.6, disc_direction=50.0)})
    codes, number, affine = voxelised(spine, (1.0, 1.0, 1.0), (0.2, 0.3, 0.1))
    labels = in_scheme(spine, codes, number, labels_of("totalspineseg"), {}).astype(np.uint8)
    mirrored = affine.copy()
    mirrored[0] *= -1
    one = measure([saved(labels, affine, "one.nii")], known, "totalspineseg")
    two = measure([saved(labels, mirrored, "two.nii")], known, "totalspineseg")
    same(one, two)
    at = one.profile.at(one.levels["L3-L4"]["position_mm"])
    assert one.profile.sections.centre[at, 0] + one.profile.frames.origin[at, 0] < -0.5
    again = two.profile.at(two.levels["L3-L4"]["position_mm"])
    assert two.profile.sections.centre[again, 0] + two.profile.frames.origin[again, 0] > 0.5


@pytest.mark.parametrize("compressed", [False, True])
def test_metaimage(as_is, painted, tmp_path, known, compressed) -> None:
    labels, affine = painted(SPINE)
    lps = np.diag([-1, -1, 1, 1]) @ affine
    spacing = np.linalg.norm(lps[:3, :3], axis=0)
    turn = (lps[:3, :3] / spacing).T.ravel()
    body = labels.tobytes(order="F")
    header = [
        "ObjectType = Image",
        "NDims = 3",
        f"CompressedData = {compressed}",
        f"TransformMatrix = {' '.join(map(str, turn))}",
        f"Offset = {' '.join(map(str, lps[:3, 3]))}",
        f"ElementSpacing = {' '.join(map(str, spacing))}",
        f"DimSize = {' '.join(map(str, labels.shape))}",
        "ElementType = MET_UCHAR",
        "ElementDataFile = LOCAL",
    ]
    path = tmp_path / "labels.mha"
    path.write_bytes(("\n".join(header) + "\n").encode() + (zlib.compress(body) if compressed else body))
    same(as_is, measure([path], known, "totalspineseg"))
    path.write_bytes(path.read_bytes()[:-5000])
    with pytest.raises(InputError, match=r"ends before|damaged"):
        measure([path], known, "totalspineseg")


def test_nrrd(as_is, painted, tmp_path, known) -> None:
    labels, affine = painted(SPINE)
    lps = np.diag([-1, -1, 1, 1]) @ affine
    header = {"space": "left-posterior-superior", "space directions": lps[:3, :3].T, "space origin": lps[:3, 3]}
    path = tmp_path / "labels.nrrd"
    nrrd.write(str(path), labels, header)
    same(as_is, measure([path], known, "totalspineseg"))


# ---- schemes


def pair(spine: Spine, folder, known) -> list:
    """A SPINEPS pair of a phantom."""
    codes, number, affine = voxelised(spine, (1.0, 1.0, 1.0), (0.17, 0.31, -0.23))
    subregion = np.zeros(codes.shape, np.uint8)
    for code, label in ((CANAL, 61), (BODY, 49), (ARCH, 41), (FACET, 45), (DISC, 100)):
        subregion[codes == code] = label
    subregion[(subregion == 61) & (np.indices(codes.shape)[2] % 9 == 0)] = 60  # a scrap of cord
    vertebra = np.zeros(codes.shape, np.uint8)
    for n in range(len(spine.vertebrae)):
        vertebra[(number == n) & np.isin(codes, [BODY, ARCH, FACET])] = 20 + n
        vertebra[(number == n) & (codes == DISC)] = 120 + n
    paths = [folder / "x_seg-spine_msk.nii.gz", folder / "x_seg-vert_msk.nii.gz"]
    for path, labels in zip(paths, (subregion, vertebra), strict=True):
        nib.save(nib.Nifti1Image(labels, affine), path)
    return paths


def test_a_spineps_pair(as_is, tmp_path, known) -> None:
    paths = pair(SPINE, tmp_path, known)
    result = measure(paths, known)
    assert result.scan.scheme == "spineps_subregion"
    same(as_is, result, within=0.01)
    same(result, measure(paths[::-1], known))


@pytest.mark.parametrize(
    ("scheme", "recognised"),
    [
        ("spider", True),
        ("totalsegmentator_total", True),
        ("totalspineseg", False),
        ("totalsegmentator_total_v3", False),
    ],
)
def test_one_spine_in_many_schemes(measured, known, labels_of, saved, scheme, recognised) -> None:
    spine = Spine(vertebrae=("L1", "L2", "L3", "L4", "L5", "S1"), narrowing={"L3-L4": Narrowing(around=0.35)})
    codes, number, affine = voxelised(spine, (1.0, 1.0, 1.0), (0.17, 0.31, -0.23))
    table = labels_of(scheme)
    table.pop("vertebra:S1", None)  # 26 in TotalSegmentator is asked about
    labels = in_scheme(spine, codes, number, table, {}).astype(np.uint8)
    path = saved(labels, affine)
    result = measure([path], known, None if recognised else scheme)
    assert result.scan.scheme == scheme
    assert result.levels["L3-L4"]["area_mm2"] == pytest.approx(spine.truth("L3-L4")["area"], rel=0.05)
    assert result.levels["L4-L5"]["area_mm2"] == pytest.approx(276, rel=0.03)
    if scheme == "spider":
        assert any("from the lowest upward" in w for w in result.warnings)


def test_a_whole_spine_of_totalspineseg_is_not_taken_for_another(known, labels_of, saved) -> None:
    vertebrae = ("C5", "C6", "C7", *(f"T{n}" for n in range(1, 13)), *(f"L{n}" for n in range(1, 6)), "S1")
    spine = Spine(vertebrae=vertebrae, spacing=20.0, bend_radius=900.0, disc_height=6.0)
    codes, number, affine = voxelised(spine, (1.5, 1.5, 1.5))
    labels = in_scheme(spine, codes, number, labels_of("totalspineseg"), {}).astype(np.uint8)
    assert schemes.matching(set(np.unique(labels).tolist()) - {0}, known) == ["totalspineseg", "totalsegmentator_total"]
    assert measure([saved(labels, affine)], known).scan.scheme == "totalspineseg"


def test_ambiguous_maps_ask(known, saved, painted, labels_of) -> None:
    labels = np.zeros((30, 30, 40), np.uint8)
    for place, label in enumerate((60, 61, 100, 201)):
        labels[5:20, 5:20, 5 + 5 * place : 10 + 5 * place] = label
    with pytest.raises(InputError, match=r"ambiguous.*spineps_subregion, spider.*--scheme"):
        measure([saved(labels, np.eye(4))], known)
    spine = Spine(vertebrae=("L2", "L3", "L4", "L5", "S1"))
    mine, affine = painted(spine, scheme="totalsegmentator_total")
    assert 26 in mine
    with pytest.raises(InputError, match="label 26 is S1"):
        measure([saved(mine, affine)], known)
    assert measure([saved(mine, affine)], known, "totalsegmentator_total").scan.scheme == "totalsegmentator_total"


def test_binary_masks_say_what_they_are_or_ask(known, painted, saved) -> None:
    labels, affine = painted(Spine())
    mask = (labels == 2).astype(np.uint8)
    with pytest.raises(InputError, match="--structure"):
        measure([saved(mask, affine, "mask.nii")], known)
    named = measure([saved(mask, affine, "sub_label-canal_seg.nii")], known)
    told = measure([saved(mask, affine, "mask.nii")], known, structures=["canal"])
    assert named.scan.scheme == told.scan.scheme == "sct_binary"
    assert named.levels == told.levels == {}
    area = named.as_dict()["profile"]["area_mm2"]
    assert np.mean([a for a in area if a is not None]) == pytest.approx(276.4, rel=0.01)
    bony = measure([saved(mask, affine, "mask.nii")], known, structures=["bony_canal"])
    assert bony.structure == "bony canal"


def test_a_canal_mask_with_levels_painted_on_the_cord(known, saved) -> None:
    spine = Spine(vertebrae=("C3", "C4", "C5", "C6", "C7"), spacing=18.0, bend_radius=300.0, cord=(6.0, 4.0))
    codes, number, affine = voxelised(spine, (0.8, 0.8, 0.8), (0.1, 0.2, 0.3))
    canal = saved(np.isin(codes, [1, 2]).astype(np.uint8), affine, "s_label-canal_seg.nii")
    cord = saved((codes == 2).astype(np.uint8), affine, "s_label-SC_seg.nii")
    painted_levels = saved(np.where(codes == 2, number + 3, 0).astype(np.uint8), affine, "s_seg_labeled.nii")
    result = measure([canal, cord, painted_levels], known)
    assert list(result.levels) == ["C3-C4", "C4-C5", "C5-C6", "C6-C7"]
    assert result.levels["C4-C5"]["cord"]["area_mm2"] == pytest.approx(np.pi * 24, rel=0.05)
    assert result.levels["C4-C5"]["percentile"]["percentile"] > 40


def test_totalsegmentator_files_one_structure_each(known, painted, tmp_path) -> None:
    labels, affine = painted(SPINE)
    for label, name in ((2, "spinal_cord"), (43, "vertebrae_L3"), (44, "vertebrae_L4"), (45, "vertebrae_L5")):
        nib.save(nib.Nifti1Image((labels == label).astype(np.uint8), affine), tmp_path / f"{name}.nii.gz")
    nib.save(nib.Nifti1Image((labels == 41).astype(np.uint8), affine), tmp_path / "liver.nii.gz")
    result = measure([tmp_path], known)
    assert result.scan.scheme == "totalsegmentator_total"
    assert result.structure == "dural sac"
    assert list(result.levels) == ["L3-L4", "L4-L5"]
    assert any("left out" in w for w in result.warnings)


def test_a_soft_mask_is_read_as_parts_of_one(known, painted, saved) -> None:
    from scipy.ndimage import gaussian_filter

    labels, affine = painted(Spine())
    soft = np.clip(gaussian_filter((labels == 2).astype(np.float32), 0.7), 0, 1)
    soft[soft < 0.01] = 0
    result = measure([saved(soft, affine, "canal_seg.nii")], known)
    area = [a for a in result.as_dict()["profile"]["area_mm2"] if a is not None]
    assert np.mean(area) == pytest.approx(276.4, rel=0.015)


def test_files_on_other_grids_are_refused(known, painted, saved) -> None:
    labels, affine = painted(Spine())
    canal = saved((labels == 2).astype(np.uint8), affine, "canal.nii")
    other = saved((labels[:, :, 1:] == 2).astype(np.uint8), affine, "cord.nii")
    with pytest.raises(InputError, match="not on the grid"):
        measure([canal, other], known)


def test_a_table_of_labels_is_checked_as_a_whole(tmp_path) -> None:
    table = tmp_path / "mine.toml"
    table.write_text('canal_from = [9]\n[labels]\n1 = "dsc:L4-L5"\n2 = "disc:L9-L5"\nx = "cord"\n')
    with pytest.raises(InputError) as caught:
        schemes.read_table(table)
    text = str(caught.value)
    for part in ("no structure 'dsc'", "did you mean disc", "no level 'L9-L5'", "whole number", "canal_from"):
        assert part in text


def test_every_scheme_of_the_knowledge_can_be_read(known) -> None:
    assert {"totalspineseg", "spider", "spineps_subregion", "totalsegmentator_total_mr"} <= schemes.of(known).keys()
    for rule in known.table("recognise_rules").values():
        assert rule.then in known.segmentation_schemes
