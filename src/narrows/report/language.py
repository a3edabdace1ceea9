"""The language in which a person's page is worded: English as written, or what the catalogues hold for it.

Two catalogues stand in `locale/<language>/LC_MESSAGES`: `report` for the words of the pages, `knowledge` for the texts
of the knowledge that a patient sees (`patient_texts` lists them). The English text is the key: a text that was changed
has no translation, is shown in English, and the tests name it. The answer itself stays English; only the pages of a
person are worded anew.
"""

from __future__ import annotations

import gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from importlib.resources import files
from typing import Final

#: Languages of the person's pages beside English, by their own name.
LANGUAGES: Final = {"en": "English", "es": "Español"}
#: Stands on every page in another language than English.
MACHINE: Final = "Translated with the help of a machine; not yet reviewed by a person."
_spoken: ContextVar[str] = ContextVar("narrows_language", default="en")


def spoken() -> str:
    """The language that is being worded in now."""
    return _spoken.get()


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Word everything inside in this language; one that is not in LANGUAGES is English."""
    token = _spoken.set(language if language in LANGUAGES else "en")
    try:
        yield
    finally:
        _spoken.reset(token)


def said(text: str, /, **values: object) -> str:
    """A text in the language of the page, with its {places} filled; without a translation in English."""
    found = catalogue(_spoken.get()).gettext(text) if text else ""
    return found.format(**values) if values else found


def counted(one: str, many: str, n: int, /, **values: object) -> str:
    """The same for words that depend on a number, which stands at {n}."""
    return catalogue(_spoken.get()).ngettext(one, many, n).format(n=n, **values)


def translated(text: str) -> bool:
    """Whether a text has its words in the language of the page."""
    return _spoken.get() == "en" or not text or catalogue(_spoken.get()).gettext(text) != text


@lru_cache(maxsize=4)
def catalogue(language: str) -> gettext.NullTranslations:
    """Both catalogues of a language as one; for English the texts as they are."""
    if language == "en":
        return gettext.NullTranslations()
    folder = files("narrows.report").joinpath("locale", language, "LC_MESSAGES")
    found: list[gettext.GNUTranslations] = []
    for domain in ("knowledge", "report"):
        with folder.joinpath(f"{domain}.mo").open("rb") as file:
            found.append(gettext.GNUTranslations(file))
    found[0].add_fallback(found[1])
    return found[0]
