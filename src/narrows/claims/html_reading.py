"""The main content of a web page as a page; menus are left out, disclaimers at the foot are kept."""

from __future__ import annotations

import re
from typing import Any

from narrows.claims.page import Block, Page, Role

_DISCLAIMER = re.compile(
    r"disclaim|not (?:been )?(?:evaluated|approved)|food and drug|\bfda\b|not intended to (?:diagnose|treat)|results? (?:may|will|can) vary|"
    r"medical advice|individual results|investigational|experimental|not a substitute|no guarantee",
    re.IGNORECASE,
)
_SKIPPED = {"script", "style", "noscript", "template", "svg", "iframe", "select", "option", "button", "head", "title"}
_MENUS = {"nav", "menu"}
_BREAKING = {
    "p", "div", "section", "article", "main", "ul", "ol", "table", "tbody", "thead", "tr", "blockquote", "body", "header",
    "footer", "aside", "figure", "figcaption", "form", "details", "summary", "dl", "dt", "dd", "address", "br", "hr", "li",
    "h1", "h2", "h3", "h4", "h5", "h6", "center", "fieldset", "label",
}  # fmt: skip
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6", "summary", "dt", "caption"}
DEEPEST = 200  # levels of nesting that the content finder is trusted with


def html_page(source: str, name: str) -> Page:
    """The page of HTML text: what trafilatura finds to be its content, with what a footer disclaims kept apart."""
    from lxml import etree, html  # type: ignore[import-untyped]

    parser = html.HTMLParser(huge_tree=True, recover=True, remove_comments=True, remove_pis=True)
    without_declaration = re.sub(r"^\s*<\?xml[^>]*\?>", "", source)
    try:
        tree = html.document_fromstring(without_declaration, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return Page("", (), "html", name)
    everything = _pieces(tree)
    notes: list[str] = []
    content: list[tuple[str, Role]] = []
    if _depth(tree) <= DEEPEST and len(source) < 3_000_000:
        content = _main_content(without_declaration)
    else:
        notes.append("the page nests too deeply or is too long for finding its main part; all its text was read")
    whole = sum(len(t) for t, _ in everything)
    if sum(len(t) for t, _ in content) < 0.25 * whole:
        # Pages built of boxes leave the content finder with little: then all text but menus is read, and it is said.
        if content:
            notes.append("the main part could not be told from the rest; all text but menus was read")
        content = everything
    else:
        kept = {_plain(t) for t, _ in content}
        known = " ".join(kept)
        asides = [t for t, _ in everything if len(t) > 30 and _DISCLAIMER.search(t) and _plain(t) not in known]
        if asides:
            notes.append("disclaimers outside the main part are kept at the end")
        content += [(t, "aside") for t in dict.fromkeys(asides)]
    text, blocks = _joined(content)
    return Page(text, blocks, "html", name, tuple(notes), _facts(tree))


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().lower()


def _depth(tree: Any) -> int:
    deepest = level = 0
    from lxml import etree

    for event, _ in etree.iterwalk(tree, events=("start", "end")):
        level += 1 if event == "start" else -1
        deepest = max(deepest, level)
    return deepest


def _pieces(tree: Any) -> list[tuple[str, Role]]:
    """All visible text but menus, block by block, without recursion."""
    from lxml import etree

    pieces: list[tuple[str, Role]] = []
    words: list[str] = []
    role: Role = "prose"
    hidden = 0

    def close(next_role: Role) -> None:
        nonlocal words, role
        text = re.sub(r"\s+", " ", "".join(words)).strip()
        if text:
            pieces.append((text, role))
        words, role = [], next_role

    for event, element in etree.iterwalk(tree, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            if tag in _SKIPPED or tag in _MENUS:
                hidden += 1
            elif tag in _BREAKING and tag not in ("td", "th"):
                close(
                    "heading"
                    if tag in _HEADINGS
                    else "item"
                    if tag in ("li", "dd")
                    else "row"
                    if tag == "tr"
                    else "prose"
                )
            elif tag in ("td", "th") and words:
                words.append(" | ")
            if not hidden and element.text:
                words.append(element.text)
        else:
            if tag in _SKIPPED or tag in _MENUS:
                hidden -= 1
            elif tag in _BREAKING:
                close("prose")
            if not hidden and element.tail:
                words.append(element.tail)
    close("prose")
    return pieces


def _main_content(source: str) -> list[tuple[str, Role]]:
    import trafilatura  # late: it takes most of a second
    from lxml import etree

    found = trafilatura.extract(
        source, output_format="xml", include_tables=True, include_comments=False, favor_recall=True, deduplicate=False
    )
    if not found:
        return []
    content: list[tuple[str, Role]] = []
    for element in etree.fromstring(found.encode()).iter("head", "p", "item", "row", "quote", "code"):
        if element.tag == "row":
            text = " | ".join(" ".join(cell.itertext()).strip() for cell in element.iter("cell"))
        elif element.tag in ("item", "quote") and element.find(".//p") is not None:
            continue  # its paragraphs come by themselves
        elif any(a.tag in ("row", "head", "p") for a in element.iterancestors()):
            continue
        else:
            text = " ".join(element.itertext())
        text = re.sub(r"[ \t\r\f\v]+", " ", text)
        role: Role = {"head": "heading", "item": "item", "row": "row"}.get(str(element.tag), "prose")  # type: ignore[assignment]
        content += [(line.strip(), role) for line in text.split("\n") if line.strip(" |")]
    return content


def _joined(content: list[tuple[str, Role]]) -> tuple[str, tuple[Block, ...]]:
    texts: list[str] = []
    blocks: list[Block] = []
    place = 0
    for text, role in content:
        short_question = role == "prose" and text.endswith("?") and len(text.split()) <= 14
        shown: Role = "heading" if short_question else role
        blocks.append(Block(place, place + len(text), shown, one_sentence=shown in ("heading", "row")))
        texts.append(text)
        place += len(text) + 1
    return "\n".join(texts), tuple(blocks)


def _facts(tree: Any) -> dict[str, str]:
    """What the file says beside its text: author, dates, number of outside links, title."""
    facts: dict[str, str] = {}
    for meta in tree.iter("meta"):
        key = (meta.get("name") or meta.get("property") or "").lower()
        value = (meta.get("content") or "").strip()
        if value and key in ("author", "article:author"):
            facts["author"] = value
        if value and key in ("article:published_time", "article:modified_time", "date", "last-modified", "dc.date"):
            facts["date"] = value[:10]
    if tree.find(".//time") is not None and "date" not in facts:
        facts["date"] = (tree.find(".//time").get("datetime") or "")[:10]
    links = [a.get("href") or "" for a in tree.iter("a")]
    sources = sum(1 for link in links if re.search(r"pubmed|ncbi\.nlm|doi\.org|clinicaltrials\.gov|cochrane", link))
    if sources:
        facts["source links"] = str(sources)
    return {k: v for k, v in facts.items() if v}
