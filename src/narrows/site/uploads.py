"""Uploads: held in memory up to a limit, then refused; nothing of a visitor's file reaches a disk of ours."""

from __future__ import annotations

import io
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest

from narrows.problem import InputError, Problem

MOST: Final = {"case": 2_000_000, "page": 8_000_000, "report": 8_000_000, "scan": 64_000_000}


class Limited(FileUploadHandler):
    """Keeps one upload in memory and stops reading when it grows beyond the largest that is taken."""

    def new_file(self, *args: Any, **named: Any) -> None:
        """A file begins."""
        super().new_file(*args, **named)
        self._held = io.BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Take a piece."""
        if start + len(raw_data) > settings.LARGEST_UPLOAD:
            raise RequestDataTooBig("the upload is larger than what is taken")
        self._held.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile[bytes]:
        """The file as it came."""
        return SimpleUploadedFile(self.file_name or "upload", self._held.getvalue(), self.content_type or "")


def taken(upload: UploadedFile[bytes] | None, kind: str) -> bytes:
    """The bytes of an upload of one kind; an empty or too large one is refused.

    Raises InputError.
    """
    if upload is None:
        raise InputError(Problem("no file was chosen", "file", "choose a file, or paste the text"))
    limit = MOST[kind]
    if (upload.size or 0) > limit:
        raise InputError(
            Problem(
                f"the file is larger than {limit // 1_000_000} MB", "file", "choose the single file that is asked for"
            )
        )
    data = bytes(upload.read())
    if not data:
        raise InputError(Problem("the file is empty", "file", "choose another file"))
    return data


def text_of(data: bytes) -> str:
    """Text of an upload that must be text: what holds zero bytes or is not UTF-8 is refused.

    Raises InputError.
    """
    if b"\0" in data:
        raise InputError(Problem("this is no text file", "file", "a case file is JSON or TOML text"))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(Problem("the text is not UTF-8", "file", "save the file as UTF-8")) from None


def kind_of(data: bytes) -> str:
    """What a file is by its first bytes, whatever its name says: pdf, gzip, zip, nifti, html, text, binary."""
    head = data[:1024]
    if head.lstrip()[:5] == b"%PDF-":
        return "pdf"
    if head[:2] == b"\x1f\x8b":
        return "gzip"
    if head[:4] == b"PK\x03\x04":
        return "zip"
    if head[:4] in (b"\x5c\x01\x00\x00", b"\x00\x00\x01\x5c") and data[344:347] in (b"n+1", b"ni1"):
        return "nifti"
    if head[:7] == b"NRRD000":
        return "nrrd"
    if head[:64].lower().startswith((b"objecttype", b"ndims")) and b"=" in head[:64]:
        return "metaimage"
    if b"\0" in head and head[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        return "binary"
    low = head.lower()
    return "html" if b"<html" in low or b"<!doctype html" in low or b"<body" in low else "text"


def posted_text(request: HttpRequest) -> str:
    """The text of the case that was uploaded, or else pasted.

    Raises InputError for a file that is too large or no text.
    """
    upload = request.FILES.get("file")
    return text_of(taken(upload, "case")) if upload else request.POST.get("text", "")
