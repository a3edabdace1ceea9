"""The manual of `narrows measure`, executable."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from narrows.cli import main

REAL = Path(__file__).parents[2] / "data" / "imaging"
NECK = [str(p) for p in sorted((REAL / "cervical_cord_csf").glob("*.nii.gz"))]
SPINEPS = [str(p) for p in sorted((REAL / "cervical_c6_mri").glob("*seg*.nii.gz"))]


def test_two_masks_of_one_scan_are_joined_to_the_dural_sac(capsys) -> None:
    assert main(["measure", *NECK, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["scheme"] == "sct_binary"
    assert answer["structure"] == "dural sac"
    assert answer["levels"] == {}
    counted = [a for a in answer["profile"]["area_mm2"] if a is not None]
    assert 200 < sum(counted) / len(counted) < 220


def test_levels_of_a_spineps_pair_as_a_table(capsys) -> None:
    assert main(["measure", *SPINEPS]) == 0
    out = capsys.readouterr().out
    assert "C5-C6" in out
    assert "cord label is implausible" in " ".join(out.split())


def test_with_a_picture_over_the_scan(capsys, tmp_path) -> None:
    image = REAL / "cervical_c6_mri" / "sub-mri_label-6_T2w.nii.gz"
    picture = tmp_path / "neck.png"
    assert main(["measure", *SPINEPS, "--image", str(image), "--picture", str(picture)]) == 0
    assert picture.read_bytes()[:4] == b"\x89PNG"


def test_a_folder_of_scans_into_a_table(capsys, tmp_path) -> None:
    out = tmp_path / "all.parquet"
    assert main(["measure", str(REAL), "--out", str(out), "--jobs", "1", "--json"]) == 0
    summary = json.loads(capsys.readouterr().out)
    assert summary["measured"] == 2
    assert summary["refused"] == {}
    assert out.exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([NECK[0], "--structure", "crd"], "did you mean cord"),
        (["none.nii.gz"], "no such file"),
        ([*SPINEPS, "--scheme", "spinps"], "no label scheme"),
        ([*SPINEPS, "--picture", "x.bmp"], ".png"),
        ([*SPINEPS, "--image", "x.nii"], "only for the picture"),
        ([*SPINEPS, "--out", "x.parquet"], "one folder"),
    ],
)
def test_what_is_wrong_is_said_with_what_would_mend_it(capsys, arguments, says) -> None:
    assert main(["measure", *arguments, "--json"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert says in captured.err
