"""Maps as segmenters leave them: specks, holes, doubled discs, a part of the spine, a hundred files of a whole body."""

from __future__ import annotations

import nibabel as nib
import numpy as np
import pytest

from narrows.imaging import measure
from narrows.imaging.phantom import CANAL, CORD, Narrowing, Spine, voxelised
from narrows.problem import InputError

LUMBAR = Spine(("L1", "L2", "L3", "L4", "L5"), tilt=12.0, narrowing={"L4-L5": Narrowing(disc=0.5, ligament=0.5)})
NECK = Spine(
    ("C2", "C3", "C4", "C5", "C6", "C7", "T1"), 18.0, (10.0, 7.0), 300.0, cord=(6.0, 4.0), disc_height=5.0,
    narrowing={"C5-C6": Narrowing(disc=0.6, length=8.0)},
)  # fmt: skip


@pytest.fixture(scope="module")
def clean(known, tmp_path_factory, labels_of):
    """The lumbar phantom's labels, affine and levels."""
    from narrows.imaging.phantom import in_scheme

    codes, number, affine = voxelised(LUMBAR, (1.0, 1.0, 1.0), (0.2, 0.3, 0.1))
    labels = in_scheme(LUMBAR, codes, number, labels_of("totalspineseg"), {}).astype(np.uint8)
    path = tmp_path_factory.mktemp("clean") / "labels.nii"
    nib.save(nib.Nifti1Image(labels, affine), path)
    return labels, affine, measure([path], known, "totalspineseg").levels


def same_areas(levels, others, within: float = 1.0) -> None:
    assert list(levels) == list(others)
    for name, level in levels.items():
        assert level["area_mm2"] == pytest.approx(others[name]["area_mm2"], abs=within), name


def test_specks_of_the_canal_are_left_out_and_said(clean, saved, known) -> None:
    labels, affine, levels = clean
    dirty = labels.copy()
    dirty[2:8, 2:8, 4:10] = 2  # below the canal: no gap, no block
    dirty[8:12, 80:84, 100:104] = 2  # beside it, inside a body
    result = measure([saved(dirty, affine)], known)
    same_areas(levels, result.levels)
    assert any("2 specks" in w for w in result.warnings)
    assert not any("block" in w.lower() for w in result.warnings)


def test_holes_of_the_canal_are_filled_and_said(clean, saved, known) -> None:
    labels, affine, levels = clean
    dirty = labels.copy()
    inside = np.argwhere(labels == 2)
    for place in inside[:: len(inside) // 60]:
        box = tuple(slice(p - 1, p + 2) for p in place)
        if (labels[tuple(slice(p - 2, p + 3) for p in place)] == 2).all():
            dirty[box] = 0
    result = measure([saved(dirty, affine)], known)
    assert any("holes" in w for w in result.warnings)
    same_areas(levels, result.levels)


def test_what_stands_in_a_hole_is_not_filled(clean, saved, known) -> None:
    labels, affine, _ = clean
    dirty = labels.copy()
    middle = np.argwhere(labels == 2).mean(axis=0).astype(int)
    z = middle[2]
    y = int(np.argwhere(labels[:, :, z] == 2)[:, 1].mean())
    dirty[middle[0] - 2 : middle[0] + 3, y - 2 : y + 3, z - 12 : z + 13] = 94  # a piece of disc in the canal
    result = measure([saved(dirty, affine)], known)
    profile = result.profile
    assert profile is not None
    near = np.abs(profile.frames.origin[:, 2] - (affine[2, 3] + z)) < 5
    assert profile.sections.area[near].max() < 262


def test_a_canal_without_its_cord_is_refused_not_taken_for_narrow(tmp_path, known) -> None:
    codes, _, affine = voxelised(NECK, (0.8, 0.8, 0.8), (0.2, 0.1, 0.3))
    paths = []
    for name, code in (("sub-01_csfseg.nii.gz", CANAL), ("sub-01_label-SC_seg.nii.gz", CORD)):
        nib.save(nib.Nifti1Image((codes == code).astype(np.uint8), affine), tmp_path / name)
        paths.append(tmp_path / name)
    with pytest.raises(InputError, match="add the cord mask"):
        measure(paths[:1], known)
    both = measure(paths, known)
    assert both.profile is not None
    assert np.median(both.profile.sections.area[both.profile.valid]) == pytest.approx(220, rel=0.02)


def test_a_disc_labelled_in_two_places_tells_no_wrong_level(clean, saved, known) -> None:
    labels, affine, levels = clean
    twice = labels.copy()
    twice[twice == 95] = 94
    result = measure([saved(twice, affine)], known, "totalspineseg")
    same_areas(levels, result.levels)
    assert result.levels["L4-L5"]["told_by"] == "between the vertebrae"
    assert any("L3-L4 lies in several places" in w for w in result.warnings)
    piece = labels.copy()
    piece[(piece == 92) & (np.indices(piece.shape)[0] < 15)] = 95
    result = measure([saved(piece, affine)], known, "totalspineseg")
    same_areas(levels, result.levels)
    assert any("L4-L5 lie far from it" in w for w in result.warnings)


def test_parts_of_a_spine_are_recognised_where_one_table_alone_explains_them(painted, saved, known) -> None:
    for spine, scheme, name in (
        (NECK, "totalspineseg", "neck.nii"),
        (LUMBAR, "totalspineseg", "lumbar.nii"),
        (LUMBAR, "spider", "spider.nii"),
    ):
        labels, affine = painted(spine, scheme=scheme)
        assert measure([saved(labels, affine, name)], known).scan.scheme == scheme
    labels, affine = painted(LUMBAR, scheme="totalsegmentator_total")
    labels[labels == 79] = 0
    with pytest.raises(InputError, match="--scheme"):  # versions 1, 2 and 3 explain them alike
        measure([saved(labels, affine, "bones.nii")], known)


def test_a_whole_body_of_files_is_read_for_its_spine(tmp_path, painted, known) -> None:
    labels, affine = painted(LUMBAR, (1.5, 1.5, 1.5), scheme="totalsegmentator_total")
    names = {79: "spinal_cord", **{27 + i: f"vertebrae_L{5 - i}" for i in range(5)}}
    for code, name in names.items():
        nib.save(nib.Nifti1Image((labels == code).astype(np.uint8), affine), tmp_path / f"{name}.nii.gz")
    for name in ("vertebrae_T12", "sacrum"):
        nib.save(nib.Nifti1Image(np.zeros_like(labels), affine), tmp_path / f"{name}.nii.gz")
    (tmp_path / "liver.nii.gz").write_bytes(b"never read")
    result = measure([tmp_path], known)
    assert result.scan.scheme == "totalsegmentator_total"
    assert list(result.levels) == ["L1-L2", "L2-L3", "L3-L4", "L4-L5"]
    assert "1 masks of other structures were left out" in result.warnings
    assert any("sacrum" in w and "nothing is labelled" in w for w in result.warnings)
