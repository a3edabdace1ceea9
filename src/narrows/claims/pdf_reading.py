"""The text layer of a PDF as a page; a scan without text is refused with advice."""

from __future__ import annotations

import io
import logging
import re

from narrows.claims.page import Page
from narrows.claims.text_reading import blocks_of
from narrows.problem import InputError, Problem

MOST_PAGES = 200
FEWEST_LETTERS = 15  # of a page; fewer is a picture


def pdf_page(data: bytes, name: str) -> Page:
    """The page that a PDF's text layer holds.

    Raises InputError when it is damaged, locked, has no text layer, or has more than 200 pages.
    """
    from pypdf import PdfReader  # late: it takes most of a second
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.ERROR)
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise InputError(Problem("the PDF is locked with a password", name, "save an open copy and try again"))
        if len(reader.pages) > MOST_PAGES:
            raise InputError(
                Problem(f"the PDF has {len(reader.pages)} pages", name, f"check at most {MOST_PAGES} pages at a time")
            )
        pages = [page.extract_text() or "" for page in reader.pages]
        facts = {"author": str(reader.metadata.author or "")} if reader.metadata else {}
    except (PyPdfError, ValueError, KeyError, RecursionError, TypeError, AttributeError) as error:
        raise InputError(
            Problem(f"the PDF is damaged ({error})", name, "print it to a new PDF and try again")
        ) from None
    pictures = sum(1 for p in pages if sum(c.isalpha() for c in p) < FEWEST_LETTERS)
    if pictures == len(pages):
        raise InputError(
            Problem(
                "the PDF holds pictures without text, as a scan does",
                name,
                "run text recognition (OCR) on it first, or save the page as text",
            )
        )
    notes = (f"{pictures} of {len(pages)} pages hold no text and were not read",) if pictures else ()
    text = "\n\n".join(_mended(p) for p in pages)
    return Page(text, tuple(blocks_of(text)), "pdf", name, notes, {k: v for k, v in facts.items() if v})


def _mended(text: str) -> str:
    """Words that a line broke are put together again; so are ligatures."""
    for sign, letters in (("ﬁ", "fi"), ("ﬂ", "fl"), ("ﬀ", "ff"), ("ﬃ", "ffi"), ("ﬄ", "ffl"), ("\u00ad", "")):
        text = text.replace(sign, letters)
    return re.sub(r"(?<=[a-z])-\n(?=[a-z])", "", text)
