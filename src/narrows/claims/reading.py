"""From a file, or bytes, to a page: what kind it is, which encoding, and a clear refusal of what cannot be read."""

from __future__ import annotations

import sys
from pathlib import Path

from narrows.claims.page import Kind, Page
from narrows.problem import InputError, Problem

LARGEST = 10_000_000  # bytes; a page of 2,000 words has about 13,000
LARGEST_TEXT = 600_000  # characters of text left after the mark-up is gone; about a hundred thousand words
SUFFIXES: dict[str, Kind] = {
    ".txt": "text",
    ".text": "text",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".pdf": "pdf",
    ".md": "markdown",
    ".markdown": "markdown",
}


def read_page(path: str) -> Page:
    """The page of a file, or of standard input when the path is '-'.

    Raises InputError when the file is missing, empty, too large, binary, a scan without text, or not in English.
    """
    if path == "-":
        return page_of(sys.stdin.buffer.read(LARGEST + 1), "standard input")
    file = Path(path)
    if file.is_dir():
        raise InputError(Problem("is a folder", path, "name a page, or check the folder with --csv or --json"))
    try:
        size = file.stat().st_size
        if size > LARGEST:
            raise InputError(_too_large(path, size))
        data = file.read_bytes()
    except OSError as error:
        raise InputError(
            Problem(error.strerror or "cannot be read", path, "check the name and that you may read it")
        ) from None
    return page_of(data, path, SUFFIXES.get(file.suffix.lower()))


def page_of(data: bytes, name: str, kind: Kind | None = None) -> Page:
    """The page that bytes hold; the kind is recognised from the first bytes when it is not named.

    Raises InputError as read_page does.
    """
    if len(data) > LARGEST:
        raise InputError(_too_large(name, len(data)))
    if not data.strip():
        raise InputError(Problem("the page is empty", name, "save the page with its text and try again"))
    kind = _recognised(data, kind)
    if kind == "pdf":
        from narrows.claims.pdf_reading import pdf_page

        page = pdf_page(data, name)
    else:
        text = decoded(data, name)
        if kind == "html":
            from narrows.claims.html_reading import html_page

            page = html_page(text, name)
        else:
            from narrows.claims.text_reading import text_page

            page = text_page(text, name, kind)
    if not page.text.strip():
        raise InputError(Problem("no text was found on the page", name, "save the page as text and try again"))
    if len(page.text) > LARGEST_TEXT:
        raise InputError(
            Problem(f"holds {len(page.text):,} characters of text", name, "check it in parts: one page, one file")
        )
    _refuse_other_languages(page)
    return page


def decoded(data: bytes, name: str) -> str:
    """The text of bytes: by the mark at its start, as UTF-8, or by what charset-normalizer makes of it.

    Raises InputError when the bytes are no text.
    """
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            try:
                return data[3:].decode("utf-8") if encoding == "utf-8" else data.decode(encoding)
            except UnicodeDecodeError:
                break
    if b"\x00" in data[:4096]:
        raise InputError(Problem("is a binary file", name, "give the page as text, HTML, Markdown or PDF"))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    from charset_normalizer import from_bytes  # late: most pages are UTF-8

    best = from_bytes(data[:200_000]).best()
    if best is None or _unreadable(data.decode(best.encoding, errors="replace")):
        raise InputError(Problem("is in no encoding that we know", name, "save it as UTF-8 and try again"))
    return data.decode(best.encoding, errors="replace")


def _unreadable(text: str) -> bool:
    sample = text[:20_000]
    odd = sum(1 for c in sample if c == "�" or (ord(c) < 32 and c not in "\t\r\n\f"))
    return odd > len(sample) * 0.02


def _recognised(data: bytes, kind: Kind | None) -> Kind:
    start = data[:1024].lstrip().lower()
    if start.startswith(b"%pdf"):
        return "pdf"
    if kind == "pdf":
        return "text"  # named .pdf but no PDF: the text reader says what it is
    if kind in (None, "text") and (start.startswith((b"<!doctype html", b"<html")) or b"<body" in start):
        return "html"
    return kind or "text"


def _too_large(name: str, size: int) -> Problem:
    return Problem(
        f"has {size / 1e6:.0f} MB; a page has at most {LARGEST / 1e6:.0f}", name, "save the text of the page alone"
    )


# The most frequent words of a language, enough to tell which one a page of fifty words is in.
_COMMON = {
    "English": "the of and to in is a that for with are this be or from your can as it not by may have has you",
    "Spanish": "el la de que y en los las un una para con por se su del es al como más",
    "German": "der die das und ist nicht mit ein eine den von zu auf für sich im auch bei des dem",
    "French": "le la les de et des un une est que pour dans avec sur au par plus ne pas vous",
    "Portuguese": "o a os as de que e do da em um uma para com não por se mais dos na",
    "Italian": "il la di che e un una per con non sono del della dei le gli al è si nel",
    "Dutch": "de het een en van is dat op te in niet met voor zijn aan er ook bij uw om",
    "Turkish": "ve bir bu ile için olarak da de en çok daha olan gibi sonra kadar veya ancak tedavi hasta ağrı",
}


def language_of(text: str) -> str:
    """The language a text is in, by its commonest words; 'unknown' where too little can be told."""
    words = [w for w in text.lower().split() if w.isalpha()]
    if len(words) < 25:
        return "unknown"
    shares = {name: sum(w in set(common.split()) for w in words) / len(words) for name, common in _COMMON.items()}
    best = max(shares, key=lambda name: shares[name])
    if shares[best] >= 0.12:
        return best
    return "unknown" if shares["English"] >= 0.06 else "another language"


def _refuse_other_languages(page: Page) -> None:
    sample = page.text[:60_000]
    letters = [c for c in sample if c.isalpha()]
    latin = sum(1 for c in letters if c < "ɐ")
    language = "another script" if letters and latin < 0.5 * len(letters) else language_of(sample)
    if language not in ("English", "unknown"):
        raise InputError(
            Problem(
                f"the page seems to be in {language}; only English pages can be checked",
                page.name,
                "check an English version; a translation by machine may change what is claimed",
            )
        )
