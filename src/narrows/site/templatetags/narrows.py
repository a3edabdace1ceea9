"""What templates need to show entries of the knowledge: addresses, words for codes, sources with links."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from narrows.report import option_sheet, words
from narrows.report.source_list import NOT_FOUND
from narrows.site import assets
from narrows.site.checker_words import in_page_words
from narrows.site.ground import ground, reference_of
from narrows.site.languages import in_words

register = template.Library()

TONES = {
    "supported": "good", "partly-supported": "accent", "unsupported": "warn", "contradicted": "stop",
    "misleading": "stop", "opinion": "", "indicated": "good", "possible": "accent", "trial-only": "warn",
    "contraindicated": "stop", "undetermined": "ask", "waits": "ask", "not-indicated": "",
    "high": "stop", "moderate": "warn", "low": "", "promotional": "stop", "mixed": "warn", "balanced": "good",
}  # fmt: skip


HOW_STUDIED = {
    "randomised": "groups drawn by lot", "controlled": "with a comparison", "single-arm": "without a comparison",
    "none-found": "none found",
}  # fmt: skip


@register.simple_tag
def asset(name: str) -> str:
    """The address of a style, font or script."""
    return assets.address(name)


@register.filter
def plain(code: object) -> str:
    """A code of the knowledge as words: 'none-found' as 'none found'."""
    return str(code).replace("-", " ").replace("_", " ")


@register.filter
def tone(code: object) -> str:
    """The tone of a chip for a verdict, a standing or a severity."""
    return TONES.get(str(code), "")


@register.filter
def said(text: object) -> str:
    """Words of the knowledge in the language of the page, where they were translated."""
    return in_words(str(text)) if text else ""


@register.filter
def told(text: object) -> SafeString:
    """The same for the text of a page: what was not translated is marked as English, so that it is read out as such."""
    return _marked(str(text or ""), in_words(str(text or "")))


def _marked(text: str, translated: str) -> SafeString:
    if text and translated == text and (get_language() or "en") != "en":
        return format_html('<span lang="en">{}</span>', text)
    return format_html("{}", translated)


@register.filter
def checked(text: object) -> SafeString:
    """What the page checker says, in the language of the page; what was not translated is marked as English."""
    return _marked(str(text or ""), in_page_words(str(text or "")))


@register.filter
def day(value: object) -> str:
    """A date in words."""
    return words.date(str(value))


@register.filter
def sources(ids: Any) -> SafeString:
    """Sources as links, after a small 'Source:'; titles stay in the language of the source."""
    keys = [ids] if isinstance(ids, str) else [i for i in ids or () if i]
    made = []
    for key in dict.fromkeys(keys):
        found = reference_of(key)
        if found.href:
            extra = SafeString(' rel="noreferrer noopener"' if found.outside else "")
            made.append((format_html('<a href="{}"{}>{}</a>', found.href, extra, found.text),))
        elif key != NOT_FOUND:
            made.append((format_html("{}", found.text),))
    if not made:
        return SafeString("")
    return format_html(
        '<span class="sources">{}: <span{}>{}</span></span>',
        gettext("Source"),
        SafeString(' lang="en"' if (get_language() or "en") != "en" else ""),
        format_html_join(SafeString("; "), "{}", made),
    )


@register.filter
def status_in_words(code: object) -> str:
    """A legal status in plain words."""
    return in_words(option_sheet.STATUS.get(str(code), str(code).replace("-", " ")))


@register.filter
def how_sure(code: object) -> str:
    """How sure a number is, in the words of the report."""
    known = words.CERTAINTIES.get(str(code))
    return in_words(known[1] if known else str(code).replace("-", " "))


@register.filter
def how_studied(code: object) -> str:
    """How well a treatment was studied, in a few plain words."""
    return in_words(HOW_STUDIED[str(code)])


@register.filter
def rate(harm: Any) -> str:
    """The rate of a harm with one denominator."""
    import msgspec

    return option_sheet.rate_words(msgspec.to_builtins(harm))


@register.filter
def span_of_days(row: Any) -> str:
    """From which day to which, in plain words."""
    if row.from_days is None and row.to_days is None:
        return in_words(str(row.days or "not found"))
    return words.days(row.from_days, row.to_days)


@register.filter
def option_name(key: str) -> str:
    """The name of an option, or its id as words."""
    entry = ground().options.get(key)
    return in_words(entry.name) if entry else words.sentence(key.replace("-", " ")).rstrip(".")


@register.filter
def get(held: Any, key: Any) -> Any:
    """A value of a mapping by its key."""
    return held.get(key, "")


@register.filter
def months(count: Any) -> str:
    """A length of time in plain words."""
    return words.months(float(count)) if count is not None else ""


@register.filter
def number(value: Any, digits: int = 2) -> str:
    """A number without needless digits, with a true minus."""
    return words.number(float(value), digits) if value is not None else ""
