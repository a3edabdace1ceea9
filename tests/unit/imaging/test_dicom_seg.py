"""DICOM segmentations: binary, labelmap, fractional and overlapping segments."""

from __future__ import annotations

import sys
import warnings

import numpy as np
import pytest

from narrows.imaging import measure
from narrows.imaging.phantom import Spine
from narrows.problem import InputError, NotInstalled

hd = pytest.importorskip("highdicom", reason="the extra narrows[dicom] is not installed")
pydicom = pytest.importorskip("pydicom", reason="the extra narrows[dicom] is not installed")

SPINE = Spine(vertebrae=("L3", "L4", "L5"), bend_radius=400.0)
NAMES = {2: "Spinal canal", 43: "Vertebra L3", 44: "Vertebra L4", 45: "Vertebra L5", 94: "Disc L3-L4", 95: "Disc L4-L5"}


def series(shape: tuple[int, int, int], affine) -> list:
    """Empty CT slices of a grid (columns right to left, rows front to back)."""
    uid = pydicom.uid.generate_uid
    study, group, frame = uid(), uid(), uid()
    spacing = np.linalg.norm(affine[:3, :3], axis=0)
    slices = []
    for k in range(shape[2]):
        one = pydicom.Dataset()
        one.file_meta = pydicom.dataset.FileMetaDataset()
        one.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
        one.SOPClassUID, one.SOPInstanceUID = pydicom.uid.CTImageStorage, uid()
        one.StudyInstanceUID, one.SeriesInstanceUID, one.FrameOfReferenceUID = study, group, frame
        one.PatientID = one.PatientName = one.StudyID = one.AccessionNumber = "phantom"
        one.PatientBirthDate = one.PatientSex = one.StudyDate = one.StudyTime = one.ReferringPhysicianName = ""
        one.Modality, one.InstanceNumber, one.SeriesNumber = "CT", k + 1, 1
        one.Rows, one.Columns = shape[1], shape[0]
        corner = np.diag([-1, -1, 1, 1]) @ affine @ [shape[0] - 1, shape[1] - 1, k, 1]
        one.ImagePositionPatient = [float(v) for v in corner[:3]]
        one.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
        one.PixelSpacing = [float(spacing[1]), float(spacing[0])]
        one.SliceThickness = float(spacing[2])
        slices.append(one)
    return slices


def written(path, labels, affine, kind: str, names: dict[int, str], stacked: bool = False):
    """A segmentation object of a label map; `stacked`: one channel a segment, of which the last covers the first."""
    turned = labels[::-1, ::-1].transpose(2, 1, 0)
    numbers = list(names)
    if stacked or kind == "FRACTIONAL":
        pixels = np.stack([turned == n for n in numbers], axis=-1).astype(
            np.float32 if kind == "FRACTIONAL" else np.uint8
        )
        if stacked:
            pixels[..., -1] = np.maximum(pixels[..., -1], pixels[..., 0])
    else:
        pixels = np.zeros(turned.shape, np.uint8)
        for i, n in enumerate(numbers):
            pixels[turned == n] = i + 1
    code = hd.sr.CodedConcept("123037004", "SCT", "Body structure")
    segments = [
        hd.seg.SegmentDescription(
            i + 1, name, code, code, "AUTOMATIC",
            algorithm_identification=hd.AlgorithmIdentificationSequence("phantom", code, "1"),
        )
        for i, name in enumerate(names.values())
    ]  # fmt: skip
    seg = hd.seg.Segmentation(
        series(labels.shape, affine), pixels, kind, segments, pydicom.uid.generate_uid(), 2, pydicom.uid.generate_uid(), 1,
        "narrows", "phantom", "1", "1",
    )  # fmt: skip
    seg.save_as(path)
    return path


@pytest.fixture
def phantom(painted):
    labels, affine = painted(SPINE, (1.0, 1.0, 1.5))
    return labels, affine


@pytest.mark.parametrize("kind", ["BINARY", "LABELMAP", "FRACTIONAL"])
def test_kinds_of_segmentation(phantom, saved, tmp_path, known, kind: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydicom warns about our bare slices, not about the object
        path = written(tmp_path / "seg.dcm", *phantom, kind, NAMES)
    plain = measure([saved(*phantom)], known, "totalspineseg")
    result = measure([path], known)
    assert list(result.levels) == ["L3-L4", "L4-L5"]
    for name, level in result.levels.items():
        assert level["area_mm2"] == pytest.approx(plain.levels[name]["area_mm2"], rel=0.005)


def test_overlapping_segments_are_read_one_by_one(phantom, tmp_path, known) -> None:
    names = {**NAMES, 41: "Everything"}
    names.pop(41)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path = written(tmp_path / "seg.dcm", *phantom, "BINARY", {**names, 1: "Spinal canal wide"}, stacked=True)
    result = measure([path], known)
    assert result.levels["L3-L4"]["area_mm2"] == pytest.approx(276, rel=0.03)


def test_another_dicom_file_is_refused(tmp_path, known) -> None:
    path = tmp_path / "image.dcm"
    path.write_bytes(b"\0" * 128 + b"DICM" + b"\0" * 64)
    with pytest.raises(InputError, match="not a DICOM segmentation"):
        measure([path], known)


def test_without_the_extra_it_says_what_to_install(tmp_path, known, monkeypatch) -> None:
    path = tmp_path / "seg.dcm"
    path.write_bytes(b"\0" * 128 + b"DICM")
    monkeypatch.setitem(sys.modules, "highdicom", None)
    with pytest.raises(NotInstalled, match=r"highdicom.*not installed"):
        measure([path], known)
