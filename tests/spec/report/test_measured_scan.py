"""A scan measured beside a case stands in its report: picture, words, numbers, and a possible block loudly."""

from __future__ import annotations

import base64
import json
import re
from html import unescape
from io import BytesIO
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
from pypdf import PdfReader

from narrows import knowledge as ground
from narrows.cli import main
from narrows.imaging import schemes
from narrows.imaging.phantom import Narrowing, Spine, in_scheme, voxelised

SPINE = Spine(("L1", "L2", "L3", "L4", "L5", "S1"), 35.0, narrowing={"L3-L4": Narrowing(disc=0.5, ligament=0.6)})


def written(folder: Path, spine: Spine, blocked: str = "") -> Path:
    """A phantom as a map of TotalSpineSeg's labels; around the disc `blocked` no canal (labels 1, 2) is."""
    table = {
        s.kind + (f":{s.level}" if s.level else ""): label
        for label, s in schemes.of(ground.load([]))["totalspineseg"].structures.items()
    }
    codes, number, affine = voxelised(spine, (1.0, 1.0, 1.0), (0.2, 0.3, 0.1))
    labels = in_scheme(spine, codes, number, table, {}).astype(np.uint8)
    if blocked:
        middle = int(np.argwhere(labels == table[f"disc:{blocked}"])[:, 2].mean())
        slab = labels[:, :, middle - 5 : middle + 6]
        slab[np.isin(slab, [1, 2])] = 0
    path = folder / "labels.nii.gz"
    nib.save(nib.Nifti1Image(labels, affine), path)
    return path


@pytest.fixture
def case(tmp_path: Path) -> Path:
    path = tmp_path / "case.toml"
    path.write_text('id = "ruth"\nas_of = 2026-01-15\n[findings]\nage = 70\n', encoding="utf-8")
    return path


def reports(case: Path, scan: Path, capsys: pytest.CaptureFixture[str]) -> tuple[str, str, str]:
    """HTML, the text of the PDF, and the answer as it was printed."""
    page, paper = case.with_suffix(".html"), case.with_suffix(".pdf")
    told = ["appraise", str(case), "--scan", str(scan), "--html", str(page), "--pdf", str(paper), "--json"]
    assert main(told) == 0
    read = PdfReader(BytesIO(paper.read_bytes()))
    text = " ".join(" ".join(p.extract_text() for p in read.pages).split())
    return page.read_text(encoding="utf-8"), text, capsys.readouterr().out


def test_the_picture_stands_in_both_reports_with_its_words_and_numbers(
    case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page, paper, answer = reports(case, written(tmp_path, SPINE), capsys)
    section = page[page.index('<section id="measured-scan"') :]
    section = section[: section.index("</section>")]
    (picture,) = re.findall(r'href="data:image/png;base64,([^"]+)"', section)
    assert base64.b64decode(picture, validate=True).startswith(b"\x89PNG")
    (alt,) = re.findall(r'role="img" aria-label="([^"]+)"', section)
    assert "Narrowest measured at L3-L4" in alt
    assert "own normal" in unescape(alt)
    level = json.loads(answer)["narrowing"]["L3-L4"]
    for text in (section, paper):
        assert "This is geometry" in text
        assert "predict who benefits from an injection of cells" in text
        for cause in level["causes"]:
            assert f"{100 * cause['share']:.0f} %" in text
    assert "The canal may be closed" not in page
    assert picture[:60] not in answer
    assert "scans" not in json.loads(answer)["case"]


def test_a_possible_block_is_loud_on_both_layers(
    case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page, paper, _ = reports(case, written(tmp_path, SPINE, blocked="L4-L5"), capsys)
    assert page.count('<div class="notice stop" role="alert">') >= 2
    for text in (unescape(page), paper):
        assert "The canal may be closed at one place" in text
        assert "Possible complete block of the canal on the scan" in text
        assert "L4-L5: the canal label is missing here" in text
    assert "POSSIBLE COMPLETE BLOCK at L4-L5" in page
    table = page[page.index("The numbers as a table", page.index('id="measured-scan"')) :]
    assert "<b>L4-L5</b></th><td><b>POSSIBLE COMPLETE BLOCK</b>" in table


def test_in_an_emergency_a_possible_block_follows_it_on_the_page_and_in_the_terminal(
    case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scan = written(tmp_path, SPINE, blocked="L4-L5")
    calm = ["appraise", str(case), "--scan", str(scan)]
    assert main(calm) == 0
    told = capsys.readouterr().out
    assert told.index("THE CANAL MAY BE CLOSED AT ONE PLACE") < told.index("What is known")
    assert told.count("L4-L5: the canal label is missing here") == 1
    with case.open("a", encoding="utf-8") as file:
        file.write("urinary_retention = true\nsaddle_numbness = true\n")
    page = case.with_suffix(".html")
    assert main([*calm, "--html", str(page)]) == 0
    assert main(calm) == 0
    told = capsys.readouterr().out
    assert "GO TO AN EMERGENCY DEPARTMENT TODAY" in told
    emergency, block = told.index("GO TO AN EMERGENCY"), told.index("THE CANAL MAY BE CLOSED AT ONE PLACE")
    assert emergency < block < told.index("Treatments: for later")
    assert "Tell the doctors there" in " ".join(told.replace("│", " ").replace("┃", " ").split())
    shown = unescape(page.read_text(encoding="utf-8"))
    assert "The canal may be closed at one place" in shown


def test_tissues_stand_in_words_on_every_page(case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spine = Spine(SPINE.vertebrae, 20.0, narrowing={"L3-L4": Narrowing(disc=0.4, ligament=0.5, facet_bone=0.6)})
    page, paper, answer = reports(case, written(tmp_path, spine), capsys)
    assert any(c["tissue"] == "facet_bone" for c in json.loads(answer)["narrowing"]["L3-L4"]["causes"])
    for text in (page, paper):
        assert "facet_bone" not in text
        assert "joints and bone" in text
