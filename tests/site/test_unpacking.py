"""Files that were made to burst: everything that the website unpacks is counted first."""

from __future__ import annotations

import bz2
import gzip
import io
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from narrows.problem import InputError
from narrows.site import unpacking, uploads

NOTHING = b"\0" * 1_000_000


@pytest.fixture(autouse=True)
def _low_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small bombs for a quick test."""
    monkeypatch.setattr(unpacking, "MOST_VOXELS", 5_000_000)
    monkeypatch.setattr(unpacking, "MOST_OF_A_PAPER", 5_000_000)


def packed(million: int, kind: str = "gzip") -> bytes:
    """So many million zero bytes, packed."""
    if kind == "gzip":
        held = io.BytesIO()
        with gzip.GzipFile(fileobj=held, mode="wb") as out:
            for _ in range(million):
                out.write(NOTHING)
        return held.getvalue()
    if kind == "bzip2":
        return bz2.compress(NOTHING * million)
    made = zlib.compressobj(9)
    return b"".join([*(made.compress(NOTHING) for _ in range(million)), made.flush()])


def metaimage(voxels: bytes, size: str = "10 10 10", more: str = "CompressedData = True") -> bytes:
    """A MetaImage with this body."""
    head = (
        f"ObjectType = Image\nNDims = 3\nDimSize = {size}\nElementType = MET_UCHAR\n{more}\nElementDataFile = LOCAL\n"
    )
    return head.encode() + voxels


def nrrd(voxels: bytes, sizes: str = "10 10 10", encoding: str = "gzip", more: str = "") -> bytes:
    """An NRRD with this body."""
    head = f"NRRD0004\n# made here\ntype: unsigned char\ndimension: 3\nsizes: {sizes}\nencoding: {encoding}\n{more}\n"
    return head.encode() + voxels


def paper(stream: bytes, times: int = 1) -> bytes:
    """The streams of a PDF."""
    return b"%PDF-1.7\n" + b"1 0 obj <</Filter /FlateDecode>> stream\n%b\nendstream endobj\n" % stream * times


@pytest.mark.parametrize("kind", ["gzip", "zlib", "bzip2"])
def test_packed_bytes_are_counted_and_stopped(kind: str) -> None:
    held = packed(4, kind)
    assert unpacking.counted(held, 6_000_000, kind=kind) == 4_000_000
    with pytest.raises(InputError, match="unpacks to more"):
        unpacking.counted(held, 2_000_000, kind=kind)
    with pytest.raises(InputError, match="damaged"):
        unpacking.counted(held[: len(held) // 2], 6_000_000, kind=kind)


def test_several_members_of_a_gzip_file_are_counted_together() -> None:
    with pytest.raises(InputError, match="unpacks to more"):
        unpacking.counted(packed(1) * 5, 4_000_000)


def test_voxels_of_a_metaimage_are_counted() -> None:
    assert unpacking.metaimage(metaimage(zlib.compress(b"\0" * 1000))) == 1000
    for wrong in (metaimage(packed(6, "zlib")), metaimage(b"", "100000 100000 100000", "")):
        with pytest.raises(InputError, match="unpacks to more"):
            unpacking.metaimage(wrong)
    elsewhere = metaimage(b"").replace(b"LOCAL", b"/etc/passwd")
    with pytest.raises(InputError, match="another file"):
        unpacking.metaimage(elsewhere)
    for damaged in (b"ObjectType = Image\n", metaimage(b"", "ten"), metaimage(b"", "-1 -1 5"), metaimage(b"")):
        with pytest.raises(InputError, match="damaged"):
            unpacking.metaimage(damaged)


def test_voxels_of_an_nrrd_are_counted() -> None:
    assert unpacking.nrrd(nrrd(gzip.compress(b"\0" * 1000))) == 1000
    assert unpacking.nrrd(nrrd(bz2.compress(b"\0" * 1000), encoding="bzip2")) == 1000
    for wrong in (nrrd(packed(6)), nrrd(b"", "100000 100000 100000", "raw")):
        with pytest.raises(InputError, match="unpacks to more"):
            unpacking.nrrd(wrong)
    for more in ("data file: /etc/passwd", "datafile: LIST"):
        with pytest.raises(InputError, match="another file"):
            unpacking.nrrd(nrrd(b"", more=f"{more}\n"))
    with pytest.raises(InputError, match="are not taken"):
        unpacking.nrrd(nrrd(b"", encoding="hex"))


def test_streams_of_a_pdf_are_counted_also_when_packed_twice() -> None:
    assert unpacking.pdf(paper(zlib.compress(b"BT (words) Tj ET"))) == 16
    for wrong in (paper(packed(6, "zlib")), paper(packed(2, "zlib"), 3), paper(zlib.compress(packed(6, "zlib")))):
        with pytest.raises(InputError, match="unpacks to more"):
            unpacking.pdf(wrong)


def test_a_pdf_of_many_small_streams_is_counted_to_its_end() -> None:
    assert unpacking.pdf(b"%PDF-1.7\n" + b"stream\n%b endstream" % zlib.compress(b"a") * 50_000) == 50_000
    assert unpacking.pdf(b"%PDF-1.7\n" + b"stream\n" * 500_000) == 0
    assert unpacking.pdf(b"%PDF-1.7\n" + b"stream\nx\x9c endstream" * 50_000) == 0


def test_what_bursts_is_refused_on_the_pages(begun: Client) -> None:
    scans = {"a.nii.gz": packed(6), "a.mha": metaimage(packed(6, "zlib")), "a.nrrd": nrrd(packed(6))}
    for name, body in scans.items():
        answer = begun.post("/spine/scan/", {"what": "labels", "file": SimpleUploadedFile(name, body)})
        assert answer.status_code == 422
        assert "unpacks to more" in answer.content.decode(), name
    bomb = paper(packed(6, "zlib"))
    for address, said in (("/page/", {}), ("/spine/scan/", {"what": "report"})):
        answer = begun.post(address, said | {"file": SimpleUploadedFile("a.pdf", bomb)})
        assert answer.status_code == 422
        assert "unpacks to more" in answer.content.decode(), address


def test_kinds_that_are_not_taken_are_named_so(begun: Client) -> None:
    word = b"PK\x03\x04" + b"\0" * 500
    dicom = b"\0" * 128 + b"DICM" + b"\0" * 500
    for body in (word, dicom):
        assert uploads.kind_of(body) in ("zip", "binary")
        for what in ("labels", "report"):
            answer = begun.post("/spine/scan/", {"what": what, "file": SimpleUploadedFile("a.nii.gz", body)})
            assert answer.status_code == 422
        assert begun.post("/page/", {"file": SimpleUploadedFile("a.docx", body)}).status_code == 422
