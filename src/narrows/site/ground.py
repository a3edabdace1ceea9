"""The knowledge as the pages use it: loaded once, and the addresses of its entries."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext

from narrows.knowledge import Knowledge, load
from narrows.site.languages import in_words

#: Where an entry of a table has its page: attribute of the knowledge to the name of the address.
PAGES = {
    "sources": "source", "studies": "study", "options": "option", "claims": "claim", "criteria": "criterion",
    "instruments": "instrument", "syndromes": "syndrome",
}  # fmt: skip


def ground() -> Knowledge:
    """The knowledge, with the folders that NARROWS_KNOWLEDGE names."""
    return _ground()


@lru_cache(maxsize=1)
def _ground() -> Knowledge:
    return load(None)


class Reference(NamedTuple):
    """A source as it is named on a page."""

    text: str
    href: str
    outside: bool


def reference_of(key: str) -> Reference:
    """A source, study or statement by its id, or an address as it stands."""
    knowledge = ground()
    if key.startswith(("https://", "http://")):
        site = key.partition("://")[2].removeprefix("www.").partition("/")[0]
        return Reference(site, key, True)
    if key in knowledge.sources:
        return Reference(knowledge.sources[key].citation, reverse("source", args=[key]), False)
    if key in knowledge.studies:
        study = knowledge.studies[key]
        return Reference(f"{study.title} ({study.year or 'no year printed'})", reverse("study", args=[key]), False)
    if key in knowledge.recommendations:
        said = knowledge.recommendations[key]
        return Reference(f"{said.issuer} {said.year}", said.url, True)
    if key in knowledge.prices:
        price = knowledge.prices[key]
        year = price.year or gettext("no year printed")
        told = f"{in_words(price.country)}, {year}: {in_words(price.basis.replace('-', ' '))}"
        return Reference(told, price.url or "", True)
    return Reference(key, "", False)


def names_of(*options: str) -> list[str]:
    """Names of options in their order."""
    known = ground().options
    return [known[o].name for o in options if o in known]
