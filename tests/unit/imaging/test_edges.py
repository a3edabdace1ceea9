"""Maps that are wrong, incomplete or ambiguous: each has its own clear message, and nothing is skipped in silence."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import label

from narrows.imaging import findings, measure
from narrows.imaging.phantom import BODY, Narrowing, Spine
from narrows.problem import InputError

LUMBAR = Spine(vertebrae=("L1", "L2", "L3", "L4", "L5"))
BLOCK = Spine(vertebrae=LUMBAR.vertebrae, narrowing={"L3-L4": Narrowing(around=1.02)})


def refused(message: str, *arguments, **named) -> None:
    with pytest.raises(InputError, match=message):
        measure(*arguments, **named)


def test_a_canal_in_two_pieces_may_be_a_complete_block(measured) -> None:
    result = measured(BLOCK)
    level = result.levels["L3-L4"]
    assert level["status"] == "possible complete block"
    assert level["area_mm2"] is None
    assert level["causes"] == []
    assert any("POSSIBLE COMPLETE BLOCK" in w and "L3-L4" in w for w in result.warnings)
    assert result.levels["L4-L5"]["area_mm2"] == pytest.approx(276, rel=0.03)
    assert "dural_sac_csa" not in findings(result)["levels"].get("L3-L4", {})


def test_a_canal_that_ends_at_a_disc_may_be_a_complete_block(painted, saved, known) -> None:
    labels, affine = painted(BLOCK)
    pieces, count = label(labels == 2)
    assert count == 2
    longest = int(np.argmax(np.bincount(pieces.ravel())[1:])) + 1
    labels[(labels == 2) & (pieces != longest)] = 0
    result = measure([saved(labels, affine)], known, "totalspineseg")
    assert result.levels["L3-L4"]["status"] == "possible complete block"
    assert result.levels["L4-L5"]["status"] == "not measurable"
    assert any("ENDS" in w and "BLOCK" in w for w in result.warnings)


def test_a_canal_cut_by_the_image_is_no_block(painted, saved, known) -> None:
    labels, affine = painted(LUMBAR)
    top = np.flatnonzero((labels == 95).any(axis=(0, 1))).max()  # L4-L5 stays half in the image
    cut = labels[:, :, top - 3 :].copy()
    moved = affine.copy()
    moved[:3, 3] += affine[:3, 2] * (top - 3)
    level = measure([saved(cut, moved)], known, "totalspineseg").levels["L4-L5"]
    assert level["status"] == "not measurable"
    assert "edge of the image" in level["why"]


def test_a_broken_cord_label_is_refused_and_a_whole_one_measured(measured) -> None:
    neck = {"vertebrae": ("C3", "C4", "C5", "C6", "C7"), "spacing": 19.0, "bend_radius": 250.0, "disc_height": 5.0}
    thin = measured(Spine(**neck, cord=(3.0, 2.0)))
    assert any("implausible" in w for w in thin.warnings)
    assert all(level["cord"] is None for level in thin.levels.values())
    squeezed = Spine(**neck, cord=(6.5, 4.0), narrowing={"C5-C6": Narrowing(around=0.45, length=9)})
    whole = measured(squeezed)
    assert whole.levels["C4-C5"]["cord"]["area_mm2"] == pytest.approx(np.pi * 6.5 * 4, rel=0.05)
    assert whole.levels["C5-C6"]["cord"]["compression_ratio"] == pytest.approx(1 - 1.35 * 0.55, abs=0.08)
    assert whole.levels["C3-C4"]["cord"]["compression_ratio"] < 0.08


def test_nothing_labelled(saved, known) -> None:
    refused("nothing is labelled", [saved(np.zeros((30, 30, 30), np.uint8), np.eye(4))], known)


def test_flat_images_and_series(saved, known) -> None:
    refused("flat image", [saved(np.ones((30, 30), np.uint8), np.eye(4))], known)
    refused("flat image", [saved(np.ones((30, 30, 1), np.uint8), np.eye(4))], known)
    refused("not one volume", [saved(np.ones((9, 9, 9, 3), np.uint8), np.eye(4))], known)


def test_values_that_are_no_labels(saved, known) -> None:
    labels = np.zeros((20, 20, 20), np.float32)
    labels[5:15, 5:15, :] = 2.5
    refused("between labels", [saved(labels, np.eye(4))], known)
    labels[5, 5, 5] = np.nan
    refused("NaN", [saved(labels, np.eye(4))], known)
    refused("negative", [saved(np.full((20, 20, 20), -3, np.int16), np.eye(4))], known)


def test_a_header_without_orientation(painted, tmp_path, known) -> None:
    import nibabel as nib

    labels, affine = painted(Spine())
    image = nib.Nifti1Image(labels, affine)
    image.header["sform_code"] = image.header["qform_code"] = 0
    image.to_filename(tmp_path / "no.nii")
    raw = nib.load(tmp_path / "no.nii")
    if int(raw.header["sform_code"]) != 0:
        raw.header.set_sform(None, 0)
    content = bytearray((tmp_path / "no.nii").read_bytes())
    content[252:256] = b"\0\0\0\0"  # qform_code and sform_code
    (tmp_path / "no.nii").write_bytes(bytes(content))
    refused("how the map lies", [tmp_path / "no.nii"], known, "totalspineseg")


def test_a_file_cut_short(painted, saved, known) -> None:
    path = saved(*painted(Spine()), name="cut.nii.gz")
    path.write_bytes(path.read_bytes()[:-2000])
    refused("not a whole NIfTI", [path], known, "totalspineseg")


def test_files_that_are_not_there_or_of_no_kind(tmp_path, known) -> None:
    refused("no such file", [tmp_path / "none.nii"], known)
    (tmp_path / "labels.txt").write_text("1")
    refused("not a kind of file", [tmp_path / "labels.txt"], known)


def test_voxels_in_metres(painted, saved, known) -> None:
    labels, affine = painted(Spine())
    refused("voxels of", [saved(labels, affine @ np.diag([1e-3, 1e-3, 1e-3, 1]))], known, "totalspineseg")


def test_the_wrong_scheme(painted, saved, known) -> None:
    path = saved(*painted(LUMBAR))
    refused("wrong scheme", [path], known, "spider")
    refused("did you mean totalspineseg", [path], known, "totalspinseg")


def test_levels_out_of_order_are_left_out_and_named(painted, saved, known) -> None:
    labels, affine = painted(LUMBAR)
    swapped = labels.copy()
    swapped[labels == 92], swapped[labels == 95] = 95, 92
    swapped[labels == 42] = 0
    result = measure([saved(swapped, affine)], known, "totalspineseg")
    assert any("out of order" in w and "L1-L2" in w for w in result.warnings)
    assert "L1-L2" not in result.levels
    assert result.levels["L2-L3"]["area_mm2"] == pytest.approx(276, rel=0.03)


def test_a_level_that_nothing_tells_is_said_to_be_missing(painted, saved, known) -> None:
    labels, affine = painted(LUMBAR)
    labels[np.isin(labels, [42, 93])] = 0
    result = measure([saved(labels, affine)], known, "totalspineseg")
    assert "L2-L3" not in result.levels
    assert any("between L2 and L3 is not labelled" in w for w in result.warnings)


def test_a_missing_disc_is_told_by_the_vertebrae(painted, saved, known) -> None:
    labels, affine = painted(LUMBAR)
    labels[labels == 94] = 0
    level = measure([saved(labels, affine)], known, "totalspineseg").levels["L3-L4"]
    assert level["told_by"] == "between the vertebrae"
    assert level["area_mm2"] == pytest.approx(276, rel=0.03)


def test_a_transitional_vertebra_is_said(painted, saved, known) -> None:
    labels, affine = painted(Spine(vertebrae=("L3", "L4", "L5", "L6")))
    result = measure([saved(labels, affine)], known, "totalspineseg")
    assert any("transitional" in w and "L6" in w for w in result.warnings)
    assert "L5-L6" in result.levels


def test_bodies_without_a_canal_cannot_be_measured(painted, saved, known) -> None:
    labels, affine = painted(Spine(arch=False))
    labels[labels == 2] = 0
    refused("no vertebra has a closed ring", [saved(labels, affine)], known, "totalspineseg")


def test_vertebrae_without_a_canal_are_measured_by_their_ring(painted, saved, known) -> None:
    labels, affine = painted(LUMBAR, scheme="spineps_vertebra")
    labels[labels > 100] = 0
    result = measure([saved(labels.astype(np.float64), affine)], known, "spineps_vertebra")
    assert result.structure == "bony ring"
    assert any("no canal is labelled" in w for w in result.warnings)
    bony = 299.6  # the phantom's arch begins at the canal, its bodies 1 mm in front of it
    for name in ("L2", "L3", "L4"):
        assert result.vertebrae[name]["area_mm2"] == pytest.approx(bony, rel=0.03)
    taken = findings(result)["levels"]["L3-L4"]
    assert taken["bony_canal_ap_diameter"] == pytest.approx(17.0, abs=0.6)
    assert "dural_sac_csa" not in taken
    assert "spinal_canal_csa" not in taken


def test_a_cord_alone_is_no_canal(painted, saved, known) -> None:
    labels, affine = painted(Spine())
    path = saved((labels == 2).astype(np.uint8), affine, "sub-1_label-SC_seg.nii")
    refused("neither canal nor vertebrae", [path], known)


def test_an_implant_is_said(measured, own_table) -> None:
    text = own_table.read_text().replace('112 = "facet"', '112 = "implant"')
    own_table.write_text(text)
    result = measured(Spine(), tissues={6: 112}, table=own_table)
    assert any("implant" in w for w in result.warnings)


def test_bodies_alone_in_front_do_not_say_laminectomy(painted, saved, known) -> None:
    labels, affine = painted(Spine(vertebrae=LUMBAR.vertebrae, arch=False), tissues={BODY: 0})
    result = measure([saved(labels, affine)], known, "totalspineseg")
    assert not any("laminectomy" in w for w in result.warnings)
