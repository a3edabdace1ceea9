"""What comes out: findings for an appraisal, the table, the picture, many scans."""

from __future__ import annotations

import json
import struct
import zlib
from xml.etree import ElementTree

import duckdb
import nibabel as nib
import numpy as np
import pytest

from narrows.imaging import batch, drawing, findings, foramen, measure, picture, table
from narrows.imaging.phantom import LIGAMENT, Narrowing, Spine
from narrows.imaging.volume import Volume
from narrows.problem import InputError

NARROW = Spine(
    vertebrae=("L1", "L2", "L3", "L4", "L5"),
    narrowing={"L3-L4": Narrowing(disc=0.5, ligament=0.6, facet_bone=0.4)},
    slip={"L4-L5": 6.0},
)


def test_findings_have_the_names_and_limits_of_the_dictionary(measured, known) -> None:
    taken = findings(measured(NARROW))
    assert taken["findings"] == {}
    assert set(taken) == {"levels", "findings", "origins"}
    for level, values in taken["levels"].items():
        for name, value in values.items():
            finding = known.findings[name]
            assert finding.per_level
            assert finding.min <= value <= finding.max
            assert taken["origins"][f"{level} {name}"].startswith("measured from labels.nii")
    assert taken["levels"]["L3-L4"]["dural_sac_csa"] < 160
    assert taken["levels"]["L3-L4"]["canal_reduction_percent"] > 40
    assert taken["levels"]["L4-L5"]["spondylolisthesis_slip"] == pytest.approx(6, abs=0.5)
    assert taken["levels"]["L4-L5"]["meyerding_grade"] == 1


def test_shares_feed_no_finding(measured) -> None:
    taken = findings(measured(NARROW))
    assert not any("bony_share_percent" in values for values in taken["levels"].values())


def test_the_diameter_of_the_sac_is_not_taken_for_that_of_the_canal(measured) -> None:
    taken = findings(measured(NARROW))
    assert not any("canal_ap_diameter" in values for values in taken["levels"].values())


def test_the_answer_is_json_with_the_keys_of_the_contract(measured) -> None:
    answer = json.loads(json.dumps(measured(NARROW).as_dict(), allow_nan=False))
    assert {"scheme", "warnings", "profile", "levels"} <= answer.keys()
    assert set(answer["profile"]) == {"position_mm", "area_mm2", "ap_mm", "rl_mm"}
    keys = {
        "area_mm2",
        "area_interval",
        "ap_mm",
        "rl_mm",
        "own_normal_mm2",
        "lost_mm2",
        "lost_percent",
        "causes",
        "slip_mm",
    }
    for level in answer["levels"].values():
        assert keys <= level.keys()
        for cause in level["causes"]:
            assert {"tissue", "mm2", "share", "evidence"} <= cause.keys()
            assert cause["evidence"] in ("labelled", "by-position")


def test_thresholds_are_those_of_the_criteria(measured, known) -> None:
    level = measured(Spine(half_axes=(6.0, 4.2), narrowing={"L3-L4": Narrowing(around=0.03)})).levels["L3-L4"]
    low, high = level["area_interval"]
    assert low < 75 < high
    assert level["thresholds"]["dsca-below-75"] == "undecided"
    assert level["thresholds"]["dsca-below-70"] in ("no", "undecided")
    for criterion in level["thresholds"]:
        assert "dural_sac_csa" in known.criteria[criterion].when


def test_ligament_thickness_where_it_is_labelled(measured, own_table) -> None:
    with_label = measured(Spine(), tissues={LIGAMENT: 110}, table=own_table).levels["L3-L4"]
    for side in ("left", "right"):
        assert with_label["ligamentum_flavum_mm"][side] == pytest.approx(5.0, abs=0.6)
    without = measured(Spine()).levels["L3-L4"]
    assert without["ligamentum_flavum_mm"] is None
    assert "does not label" in without["not_measurable"]["ligamentum_flavum_mm"]


def test_a_foramen_is_a_closed_hole_in_the_pedicle_zone() -> None:
    step = 0.5
    v, u = np.mgrid[-26:26:step, -24:8:step]
    planes = []
    for half in (4.0, 5.0):
        plane = np.ones(u.shape, np.uint8)
        plane[((u + 7) / half) ** 2 + (v / 8.0) ** 2 < 1] = 0
        plane[(u < -18)] = 0
        planes.append(plane)
    found, other = foramen._holes(np.stack(planes), 2, step)
    assert other is None
    assert found is not None
    assert found["area_mm2"] == pytest.approx(np.pi * 4 * 8, rel=0.05)
    assert found["height_mm"] == pytest.approx(16, abs=0.6)
    open_above = planes[0].copy()
    open_above[(np.abs(u + 7) < 3) & (v > 0)] = 0
    assert foramen._holes(open_above[None], 1, step) == (None, None)


def test_foramina_of_the_lumbar_spine_are_said_to_be_open_or_measured(measured) -> None:
    level = measured(Spine()).levels["L3-L4"]
    assert level["foramen"] is not None or level["not_measurable"]["foramen"]


def test_the_table_says_what_is_needed(measured) -> None:
    text = table.shown(measured(NARROW))
    assert max(map(len, text.splitlines())) <= 80
    for part in ("L3-L4", "own normal", "by position", "not a diagnosis", "decides no standing", "alignment"):
        assert part in " ".join(text.split())


def test_the_picture(measured, tmp_path) -> None:
    result = measured(NARROW)
    grey = Volume(result.scan.volume.data.astype(np.float32) * 10, result.scan.volume.affine, "image", "image")
    assert picture.png(result, grey, dpi=50)[:4] == b"\x89PNG"
    picture.save(result, tmp_path / "picture.svg")
    drawn = ElementTree.parse(tmp_path / "picture.svg")
    said = [t.text or "" for t in drawn.iter("{http://www.w3.org/2000/svg}text")]
    for part in ("L3-L4", "own normal", "Narrowest: L3-L4", "10 mm", "not a diagnosis"):
        assert any(part in text for text in said), part
    picture.save(result, tmp_path / "picture.pdf")
    assert (tmp_path / "picture.pdf").read_bytes()[:4] == b"%PDF"


def test_a_raster_is_a_png_that_others_read() -> None:
    pixels = np.random.default_rng(3).integers(0, 256, (5, 7, 4), np.uint8)
    held = drawing.as_png(pixels)
    size = struct.unpack(">II", held[16:24])
    assert size == (7, 5)
    begin = held.index(b"IDAT")
    rows = np.frombuffer(zlib.decompress(held[begin + 4 :]), np.uint8).reshape(5, 29)
    assert (rows[:, 0] == 0).all()
    assert np.array_equal(rows[:, 1:].reshape(5, 7, 4), pixels)


def test_contours_run_where_the_field_crosses_the_level() -> None:
    y, x = np.mgrid[-12:12.5:0.5, -15:15.5:0.5]
    field = np.clip(6.5 - np.hypot(x, y), 0, 1) + np.clip(1.5 - np.hypot(x - 10, y - 8), 0, 1)
    large, small = sorted(drawing.contours(field), key=len, reverse=True)
    for ring, centre, radius in ((large, (0, 0), 6.0), (small, (10, 8), 1.0)):
        points = ring * 0.5 + (-15, -12) - centre
        assert np.hypot(*points.T) == pytest.approx(np.full(len(ring), radius), abs=0.15)
        assert np.array_equal(ring[0], ring[-1])


def test_the_picture_of_a_block_shows_the_gap(measured) -> None:
    result = measured(Spine(vertebrae=NARROW.vertebrae, narrowing={"L3-L4": Narrowing(around=1.02)}))
    drawn = picture.drawn(result).svg()
    assert "no canal labelled" in drawn
    assert "L3-L4: possible complete block" in drawn
    assert "POSSIBLE COMPLETE BLOCK: look at the images" in drawn


def folder_of(tmp_path, painted):
    folder = tmp_path / "scans"
    folder.mkdir()
    for name in ("ann", "bob"):
        labels, affine = painted(Spine(vertebrae=("L3", "L4", "L5", "S1")))
        labels[labels == 41] = 0
        nib.save(nib.Nifti1Image(labels, affine), folder / f"{name}.nii.gz")
    (folder / "bad.nii.gz").write_bytes(b"no scan")
    return folder


def test_many_scans_one_bad_file_does_not_stop_the_rest(tmp_path, painted) -> None:
    folder, out = folder_of(tmp_path, painted), tmp_path / "out" / "all.parquet"
    summary = batch.run(folder, out, scheme="totalspineseg", folders=[], jobs=1)
    assert (summary.measured, summary.kept, list(summary.refused)) == (2, 0, ["bad"])
    rows = duckdb.sql(f"SELECT scan, level, status, area_mm2, error FROM '{out}' ORDER BY scan, level").fetchall()
    assert [r[:2] for r in rows if r[0] == "ann"] == [("ann", "L3-L4"), ("ann", "L4-L5"), ("ann", "L5-S1")]
    assert next(r for r in rows if r[0] == "bad")[2] == "refused"
    assert not out.with_name("all.parquet.part").exists()


def test_a_stopped_batch_goes_on_where_it_stopped(tmp_path, painted) -> None:
    folder, out = folder_of(tmp_path, painted), tmp_path / "all.parquet"
    (folder / "bad.nii.gz").unlink()
    row = dict.fromkeys(c for c, _ in batch.COLUMNS) | {"scan": "ann", "level": "L3-L4", "status": "measured"}
    kept = json.dumps({"scan": "ann", "rows": [row]})
    (tmp_path / "all.parquet.part").write_text(kept + "\n" + '{"scan": "bob", "ro', encoding="utf-8")
    first = batch.run(folder, out, scheme="totalspineseg", folders=[], jobs=1)
    assert (first.measured, first.kept) == (1, 1)
    again = batch.run(folder, out, scheme="totalspineseg", folders=[], jobs=1)
    assert (again.measured, again.kept) == (0, 2)


def test_two_processes_give_what_one_gives(tmp_path, painted) -> None:
    folder = folder_of(tmp_path, painted)
    for jobs in (1, 2):
        batch.run(folder, tmp_path / f"{jobs}.parquet", scheme="totalspineseg", folders=[], jobs=jobs)
    one, two = (duckdb.sql(f"SELECT * FROM '{tmp_path}/{j}.parquet' ORDER BY scan, level").fetchall() for j in (1, 2))
    assert one == two


def test_an_empty_folder_is_said(tmp_path) -> None:
    with pytest.raises(InputError, match="no scans"):
        batch.run(tmp_path, tmp_path / "x.parquet")


def test_the_same_answer_twice(painted, saved, known) -> None:
    path = saved(*painted(NARROW))
    answers = [json.dumps(measure([path], known, "totalspineseg").as_dict()) for _ in range(2)]
    assert answers[0] == answers[1]
