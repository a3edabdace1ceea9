"""Our reading of NIfTI headers against nibabel's, the reference."""

from __future__ import annotations

import nibabel as nib
import numpy as np
import pytest

from narrows.imaging.doors.nifti import load


@pytest.mark.parametrize("form", [nib.Nifti1Image, nib.Nifti2Image])
@pytest.mark.parametrize("kind", ["u1", "i2", "u2", "i4", "f4", "f8"])
@pytest.mark.parametrize("ending", [".nii", ".nii.gz"])
@pytest.mark.parametrize("code", ["sform", "qform"])
def test_same_array_and_affine_as_nibabel(tmp_path, form, kind, ending, code) -> None:
    rng = np.random.default_rng(7)
    data = rng.integers(0, 200, (5, 6, 7)).astype(kind)
    angle = 0.3
    turn = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
    affine = np.eye(4)
    affine[:3, :3] = turn * np.array([0.7, 0.8, -3.0])
    affine[:3, 3] = (3, -70, 12)
    image = form(data, affine)
    if code == "qform":
        image.set_qform(affine, code=1)
        image.set_sform(None, code=0)
    path = tmp_path / f"map{ending}"
    nib.save(image, path)
    ours, place = load(path)
    theirs = nib.load(path)
    np.testing.assert_array_equal(ours, np.asanyarray(theirs.dataobj))
    np.testing.assert_allclose(place, theirs.affine, atol=1e-5)


def test_scaled_and_big_endian_files(tmp_path) -> None:
    data = np.arange(60, dtype=">i2").reshape(3, 4, 5)
    image = nib.Nifti1Image(data, np.eye(4), nib.Nifti1Header(endianness=">"))
    image.header.set_slope_inter(2.0, 1.0)
    path = tmp_path / "scaled.nii"
    nib.save(image, path)
    ours, _ = load(path)
    np.testing.assert_allclose(ours, np.asanyarray(nib.load(path).dataobj))
