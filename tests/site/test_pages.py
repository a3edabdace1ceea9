"""Every page: it opens, its links lead somewhere, it can be heard, it names its day, its funding and the emergency."""

from __future__ import annotations

import itertools
import re
from html.parser import HTMLParser

import pytest
from django.test import Client

from narrows.site.ground import ground

ADDRESSES = [
    "/", "/emergency/", "/injection/", "/already/", "/spine/", "/spine/load/", "/compare/",
    "/compare/?option=decompression&option=msc-epidural&option=watchful-waiting&value=risk", "/page/", "/clinician/",
    "/options/", "/options/decompression/", "/options/msc-epidural/", "/evidence/",
    "/evidence/decompression/lumbar-spinal-stenosis/", "/studies/sport-2008/", "/claims/", "/claims/eff-percent/",
    "/criteria/", "/criteria/ac-week-1-2/", "/syndromes/", "/syndromes/lumbar-stenosis-claudication/",
    "/instruments/", "/instruments/odi/", "/sources/", "/sources/ces-bmj/", "/glossary/", "/search/",
    "/search/?q=stem+cell", "/about/",
]  # fmt: skip
VOID = {"br", "img", "input", "link", "meta", "hr", "col", "source", "wbr"}


class Read(HTMLParser):
    """What a page is made of: links, ids, headings, fields, and whether its tags close."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.headings: list[int] = []
        self.inline: list[str] = []
        self.fields: list[dict[str, str | None]] = []
        self.labelled: set[str | None] = set()
        self.open: list[str] = []
        self.lang: str | None = None
        self.in_label = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        if tag == "html":
            self.lang = held.get("lang")
        if tag == "a" and held.get("href"):
            self.links.append(str(held["href"]))
        if held.get("id"):
            self.ids.append(str(held["id"]))
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        self.inline += [f"{tag} {name}" for name in held if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and not held.get("src")):
            self.inline.append(tag)
        if tag == "label":
            self.labelled.add(held.get("for"))
            self.in_label += 1
        if tag in ("input", "select", "textarea") and held.get("type") not in ("hidden", "submit"):
            self.fields.append({**held, "inside": "yes" if self.in_label else ""})
        if tag not in VOID and tag not in ("path", "line", "rect", "circle", "use", "polygon"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID and self.open and self.open[-1] == tag:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag == "label":
            self.in_label -= 1
        if tag in ("li", "p"):
            while self.open and self.open[-1] in ("li", "p") and self.open[-1] != tag:
                self.open.pop()
        if self.open and self.open[-1] == tag:
            self.open.pop()


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("language", ["", "/es"])
def test_a_page_opens_and_stands_by_itself(client: Client, address: str, language: str) -> None:
    answer = client.get(language + address)
    assert answer.status_code == 200
    text = answer.content.decode()
    page = Read(text)
    assert page.lang == ("es" if language else "en")
    assert page.headings.count(1) == 1, "one heading names the page"
    assert not page.inline, "nothing inside the page that the policy forbids"
    assert len(page.ids) == len(set(page.ids)), [i for i in page.ids if page.ids.count(i) > 1][:5]
    unlabelled = [
        f for f in page.fields
        if f.get("id") not in page.labelled and not f["inside"] and not f.get("aria-label")
    ]  # fmt: skip
    assert not unlabelled
    assert 'class="alarm"' in text
    assert ("Financiación" if language else "Funding") in text
    assert 'class="skip"' in text
    assert re.search(r'(src|href)="https?://[^"]*\.(js|css|woff2?|png|svg)"', text) is None, "nothing from elsewhere"


@pytest.mark.parametrize("address", ADDRESSES)
def test_headings_do_not_jump(client: Client, address: str) -> None:
    levels = Read(client.get(address).content.decode()).headings
    jumps = [(a, b) for a, b in itertools.pairwise(levels) if b > a + 1]
    assert not jumps


def test_every_link_inside_leads_to_a_page_and_a_place(client: Client) -> None:
    """Walks from the first page to every page, those of all entries among them."""
    seen: dict[str, set[str]] = {}
    wanted: list[tuple[str, str, str]] = []
    waiting = ["/"]
    while waiting:
        address = waiting.pop()
        if address in seen or len(seen) > 2500:
            continue
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        if not answer["Content-Type"].startswith("text/html"):
            seen[address] = set()
            continue
        page = Read(answer.content.decode())
        seen[address] = set(page.ids)
        for link in page.links:
            if link.startswith(("http", "mailto")):
                assert link.startswith(("https://", "http://"))
                continue
            path, _, place = link.partition("#")
            path = path or address
            if path.startswith("/es/") or path == "/es/" or "/spine/" in path:
                continue
            if place:
                wanted.append((address, path, place))
            waiting.append(path)
    knowledge = ground()
    for table, path in (("options", "options"), ("criteria", "criteria"), ("claims", "claims"), ("studies", "studies"),
                        ("sources", "sources"), ("syndromes", "syndromes"), ("instruments", "instruments")):  # fmt: skip
        missed = [k for k in knowledge.table(table) if f"/{path}/{k}/" not in seen]
        assert not missed, f"no way leads to {table} {missed[:5]}"
    lost = [(a, p, place) for a, p, place in wanted if p in seen and place not in seen[p]]
    assert not lost, lost[:10]


def test_pages_that_are_not_there_say_so(client: Client) -> None:
    for address in ("/options/nothing/", "/studies/x/", "/criteria/x/", "/claims/x/", "/sources/x/", "/nowhere/",
                    "/evidence/decompression/nothing/", "/static/site.css", "/instruments/x/", "/syndromes/x/"):  # fmt: skip
        assert client.get(address).status_code == 404, address


def test_search_finds_and_is_not_confused_by_signs(client: Client) -> None:
    found = client.get("/search/", {"q": "exosomes"}).content.decode()
    assert "/options/exosome/" in found
    for query in (
        '"',
        "' OR 1=1 --",
        "a* NEAR/3 (b",
        "título:x",
        "<script>alert(1)</script>",
        "\0",
        "AND OR NOT",
        "ñandú",
    ):
        answer = client.get("/search/", {"q": query})
        assert answer.status_code == 200
        assert "<script>alert" not in answer.content.decode()


def test_every_number_of_harm_on_an_option_page_has_a_source(client: Client) -> None:
    for key, option in ground().options.items():
        text = client.get(f"/options/{key}/").content.decode()
        section = text[text.index('id="harms"') : text.index('id="recovery"')]
        assert section.count("<li>") == len(option.harm), key


def test_tables_are_whole(client: Client) -> None:
    rows = client.get("/evidence/studies.csv").content.decode().strip().splitlines()
    assert len(rows) >= 1 + sum(len(s.result) for s in ground().studies.values())
    answer = client.get("/evidence/decompression/lumbar-spinal-stenosis/outcomes.csv")
    assert answer["Content-Type"].startswith("text/csv")
    assert "prediction_low" in answer.content.decode().splitlines()[0]


def test_a_pooled_difference_is_drawn_with_its_studies_and_its_prediction(client: Client) -> None:
    from narrows.evidence import conditions, outcomes_of

    knowledge = ground()
    pooled = [
        (o, c, row)
        for c in conditions(knowledge)
        for o in knowledge.options
        for row in outcomes_of(o, c, knowledge)
        if row.basis == "pooled"
    ]
    assert pooled
    option, condition, row = pooled[0]
    text = client.get(f"/evidence/{option}/{condition}/").content.decode()
    assert 'role="img"' in text
    assert all(study in text for study in row.studies)


def test_reference_pages_are_kept_and_told_apart(client: Client) -> None:
    first = client.get("/options/decompression/")
    again = client.get("/options/decompression/", HTTP_IF_NONE_MATCH=first["ETag"])
    assert again.status_code == 304
    packed = client.get("/options/decompression/", HTTP_ACCEPT_ENCODING="gzip")
    assert packed["Content-Encoding"] == "gzip"
    assert int(packed["Content-Length"]) == len(packed.content)
    assert "Set-Cookie" not in first
    assert client.get("/es/options/decompression/")["ETag"] != first["ETag"]


def test_the_length_told_is_the_length_sent(client: Client) -> None:
    for address in ("/", "/spine/", "/compare/?option=decompression&option=exosome", "/search/?q=pain", "/nowhere/"):
        for accepted in ("", "gzip"):
            answer = client.get(address, HTTP_ACCEPT_ENCODING=accepted)
            assert int(answer["Content-Length"]) == len(answer.content), address
            assert answer.has_header("Content-Encoding") == bool(accepted)
