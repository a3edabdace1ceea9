"""A clinic's page as it was checked: its text with marks, and what stands beside them."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from typing import Any, Final, NamedTuple

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from narrows.problem import InputError, NotInstalled, Problem
from narrows.site import unpacking
from narrows.site.doors import installed
from narrows.site.ground import ground
from narrows.site.templatetags.narrows import TONES
from narrows.site.uploads import kind_of

LONGEST: Final = 400_000  # letters of a pasted page
_WORST: Final = ("stop", "warn", "accent", "", "good")


class Beside(NamedTuple):
    """What stands beside one marked sentence."""

    number: int
    text: str
    claims: tuple[tuple[Any, str | None, tuple[str, ...]], ...]  # claim, verdict or None, what studies say today
    signs: tuple[Any, ...]


class CheckedPage(NamedTuple):
    """Everything that the page shows."""

    answer: dict[str, Any]
    text: SafeString
    beside: tuple[Beside, ...]
    questions: tuple[str, ...]


@lru_cache(maxsize=1)
def _checker() -> Any:
    from narrows.claims.checking import Checker

    return Checker(ground())


def check(data: bytes, name: str) -> CheckedPage:
    """Check a page: text, HTML or PDF by its first bytes, whatever its name says.

    Raises InputError for what cannot be read, NotInstalled when the checker is not there.
    """
    if not installed("claims"):
        raise NotInstalled(gettext("the page checker"), gettext("see the list of claims"))
    kind = kind_of(data)
    if kind not in ("text", "html", "pdf"):
        raise InputError(
            Problem(gettext("this is neither text nor HTML nor PDF"), "file", gettext("paste the words instead"))
        )
    if kind == "pdf":
        unpacking.pdf(data)
    from narrows.claims.answer import as_data
    from narrows.claims.reading import page_of
    from narrows.options.claim_evidence import with_evidence

    return _shown(as_data(with_evidence(_checker().check(page_of(data, name, kind)))))  # type: ignore[arg-type]


def _shown(answer: dict[str, Any]) -> CheckedPage:
    knowledge, text = ground(), str(answer["text"])
    out: list[str] = []
    beside: list[Beside] = []
    at = 0
    for sentence in answer["sentences"]:
        claims = tuple(
            (
                knowledge.claims[c["claim"]],
                c["verdict"],
                tuple(e["says"] for e in answer["evidence"].get(c["claim"], ()) if c["verdict"]),
            )
            for c in sentence["claims"]
            if c["claim"] in knowledge.claims
        )
        signs = tuple(knowledge.marketing_signs[s] for s in sentence["redflags"] if s in knowledge.marketing_signs)
        if not claims and not signs:
            continue
        number = len(beside) + 1
        tones = [TONES.get(v, "") for _, v, _ in claims if v]
        tone = next((t for t in _WORST if t in tones), "sign") if tones else "sign"
        out.append(escape(text[at : sentence["start"]]))
        out.append(
            f'<mark class="{tone}" id="m{number}">{escape(text[sentence["start"] : sentence["end"]])}'
            f'<sup><a href="#b{number}" aria-label="{escape(gettext("Answer"))} {number}">{number}</a></sup></mark>'
        )
        at = sentence["end"]
        beside.append(Beside(number, sentence["text"], claims, signs))
    out.append(escape(text[at:]))
    asked = dict.fromkeys(c.what_to_ask for b in beside for c, _, _ in b.claims if c.verdict != "supported")
    return CheckedPage(answer, SafeString("".join(out)), tuple(beside), tuple(asked)[:12])
