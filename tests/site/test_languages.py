"""Languages: every word of the patient pages has its Spanish, the compiled files hold what the sources hold."""

from __future__ import annotations

import ast
import gettext
import importlib.util
import re
import tomllib
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType

import pytest
from django.test import Client

from narrows.report import language
from narrows.site.checker_words import PATTERNS, WHOLE
from narrows.site.ground import ground

ROOT = Path(__file__).parents[2]
SITE = ROOT / "src" / "narrows" / "site"
CATALOGUE = SITE / "locale" / "es" / "LC_MESSAGES"
REPORT = ROOT / "src" / "narrows" / "report" / "locale" / "es" / "LC_MESSAGES"
PATIENT = (
    "base", "home", "trouble", "question", "injection", "offer", "already", "emergency", "spine_start",
    "spine_questions", "spine_stop", "spine_scan", "spine_answer", "spine_keep", "spine_load", "compare_choose",
    "compare", "page", "page_checked", "options", "option", "claims", "claim", "search", "about",
)  # fmt: skip
_PLAIN = re.compile(r"""\{% translate (?:"(.*?)"|'(.*?)') %\}""")
_BLOCK = re.compile(r"\{% blocktranslate([^%]*)%\}(.*?)\{% endblocktranslate %\}", re.S)
#: Words that no Spanish sentence holds and hardly an English one lacks.
ENGLISH = re.compile(
    r"\b(the|of|is|and|with|for|or|not|you|to|was|are|that|this|by|from|what|how|after|before|people|study|which|"
    r"weeks|months|days|years|against|than|none|found|treatment|pain|injection|risk|cells|walk|walking)\b",
    re.I,
)


@pytest.fixture(scope="module")
def translate() -> ModuleType:
    """The script that keeps the catalogues."""
    spec = importlib.util.spec_from_file_location("translate", ROOT / "docs" / "translate.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def compiled(path: Path) -> dict[object, str]:
    """A compiled catalogue."""
    with path.open("rb") as file:
        return dict(gettext.GNUTranslations(file)._catalog)  # type: ignore[attr-defined]


def spanish() -> dict[object, str]:
    """The compiled catalogue of the templates."""
    return compiled(CATALOGUE / "django.mo")


def wanted() -> set[str]:
    """Every text that stands in the patient pages' templates and in the offer's questions."""
    found: set[str] = set()
    for name in PATIENT:
        text = (SITE / "templates" / f"{name}.html").read_text(encoding="utf-8")
        found |= {a or b for a, b in _PLAIN.findall(text)}
        for options, body in _BLOCK.findall(text):
            whole = re.sub(r"\s*\n\s*", " ", body.strip()) if "trimmed" in options else body
            first = whole.split("{% plural %}")[0]
            found.add(re.sub(r"\{\{\s*(\w+)\s*\}\}", r"%(\1)s", first.replace("%", "%%")))
    for path in SITE.rglob("*.py"):
        found |= set(re.findall(r'\bgettext\(\s*"([^"\\]+)"', path.read_text(encoding="utf-8")))
    offers = tomllib.loads((SITE / "data" / "offers.toml").read_text(encoding="utf-8"))
    return found | {row[k] for rows in offers.values() for row in rows for k in ("label", "answer") if k in row}


def test_every_text_of_the_patient_pages_has_its_spanish() -> None:
    held = spanish() | compiled(REPORT / "knowledge.mo")
    missing = sorted(t for t in wanted() if not held.get(t) and not held.get((t, 0)))
    assert not missing, missing[:20]


@pytest.mark.parametrize("domain", ["knowledge", "report"])
def test_every_text_that_a_patient_sees_has_its_spanish_and_no_other_is_kept(
    domain: str, translate: ModuleType
) -> None:
    held = compiled(REPORT / f"{domain}.mo")
    texts = translate.texts(domain)
    missing = [t for t, (many, _) in texts.items() if not (held.get((t, 0)) if many else held.get(t))]
    assert not missing, f"{len(missing)} without Spanish, run docs/translate.py: {missing[:5]}"
    kept = {k if isinstance(k, str) else k[0] for k in held} - {""}  # type: ignore[index]
    assert kept == set(texts)


@pytest.mark.parametrize("domain", ["knowledge", "report"])
def test_figures_and_places_are_those_of_the_english(domain: str) -> None:
    wrong = []
    for key, words in compiled(REPORT / f"{domain}.mo").items():
        if not key or not isinstance(key, str):
            continue
        figures = [sorted(re.findall(r"\d+(?:[.,]\d+)*", text)) for text in (key, words)]
        places = [sorted(set(re.findall(r"\{\w+\}", text))) for text in (key, words)]
        if figures[0] != figures[1] or places[0] != places[1]:
            wrong.append((key, words))
    assert not wrong, f"{len(wrong)}: {wrong[:5]}"


@pytest.mark.parametrize("path", [CATALOGUE / "django", REPORT / "knowledge", REPORT / "report"], ids=lambda p: p.name)
def test_the_compiled_file_holds_what_the_source_holds(path: Path) -> None:
    source = path.with_suffix(".po").read_text(encoding="utf-8")
    pairs = re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', source, re.M)
    held = compiled(path.with_suffix(".mo"))
    assert len(pairs) > 300
    plain = [tuple(ast.literal_eval(f'"{text}"') for text in pair) for pair in pairs]
    assert not [a for a, b in plain if held.get(a) != b][:5]


def test_what_is_filled_in_stands_in_both() -> None:
    wrong = [
        a for a, b in spanish().items()
        if isinstance(a, str) and sorted(re.findall(r"%\((\w+)\)s", a)) != sorted(re.findall(r"%\((\w+)\)s", b))
    ]  # fmt: skip
    assert not wrong


def test_the_words_of_the_page_checker_are_still_those_that_it_writes() -> None:
    folder = ROOT / "src" / "narrows" / "claims"
    source = "\n".join(p.read_text(encoding="utf-8") for p in sorted(folder.glob("*.py")))
    joined = re.sub(r'"\s*\n\s*"', "", source)
    assert not [text for text in WHOLE if text not in joined]
    for pattern in PATTERNS:
        assert max(re.split(r"\{\w+\}", pattern), key=len).strip() in joined, pattern


class Shown(HTMLParser):
    """The words of a page that are not marked as English."""

    VOID = frozenset({"meta", "link", "br", "input", "img", "col", "hr"})
    SILENT = frozenset({"script", "style", "defs"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element, and its names that are read out."""
        held = dict(attrs)
        english = self.open[-1][1] if self.open else False
        if held.get("lang"):
            english = held["lang"] == "en"
        if not english:
            self.words += [held[k] or "" for k in ("aria-label", "alt", "placeholder", "data-head") if held.get(k)]
        if tag not in self.VOID:
            self.open.append((tag, english))

    def handle_endtag(self, tag: str) -> None:
        """The end of an element."""
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        """Words."""
        if self.open and not self.open[-1][1] and self.open[-1][0] not in self.SILENT and data.strip():
            self.words.append(data.strip())


def english_in(html: str) -> Iterator[str]:
    """What a Spanish page says in English without marking it so; names of institutions are names."""
    reader = Shown()
    reader.feed(html)
    names = sorted({r.issuer for r in ground().recommendations.values()}, key=len, reverse=True)
    for text in reader.words:
        for name in names:
            text = text.replace(name, "")
        if ENGLISH.search(text):
            yield text[:160]


PLAIN_PAGES = (
    "/es/", "/es/injection/", "/es/already/", "/es/emergency/", "/es/spine/", "/es/spine/load/", "/es/compare/",
    "/es/page/", "/es/options/", "/es/options/msc-epidural/", "/es/options/decompression/", "/es/claims/",
    "/es/claims/eff-percent/", "/es/about/", "/es/search/", "/es/no-such-page/",
)  # fmt: skip


@pytest.mark.parametrize("address", PLAIN_PAGES)
def test_a_spanish_page_says_nothing_in_english(address: str, client: Client) -> None:
    assert list(english_in(client.get(address).content.decode())) == []


@pytest.mark.parametrize("product", ["stem-cells", "exosomes", "platelets", "steroid"])
def test_a_spanish_offer_says_nothing_in_english(product: str, client: Client) -> None:
    said = {"reason": "walking", "product": product, "place": "nerves", "deadline": "yes", "country": "US"}
    page = client.post("/es/injection/", said | {"promise": ["regrow", "safe", "percent"], "price": "6000"})
    assert list(english_in(page.content.decode())) == []


@pytest.mark.parametrize("name", ["ruth", "arthur", "george", "almost-empty"])
def test_a_spanish_answer_says_nothing_in_english(name: str, client: Client) -> None:
    text = (ROOT / "examples" / f"{name}.toml").read_text(encoding="utf-8")
    assert client.post("/es/spine/load/", {"text": text}).status_code == 302
    for part in ("answer", "keep", "scan", "questions/1"):
        page = client.get(f"/es/spine/{part}/", follow=True)
        assert list(english_in(page.content.decode())) == [], part
    compared = {"option": ["decompression", "msc-epidural", "exercise-physiotherapy"], "whom": "me"}
    assert list(english_in(client.post("/es/compare/", compared).content.decode())) == []
    paper = client.get("/es/spine/answer.pdf")
    assert paper["Content-Type"] == "application/pdf"


def test_a_spanish_checked_page_says_nothing_in_english(client: Client) -> None:
    words = (
        "Our stem cells regrow cartilage in 95% of patients. FDA approved. No risk at all. Book today, limited offer."
    )
    assert list(english_in(client.post("/es/page/", {"text": words}).content.decode())) == []


def test_an_english_text_without_spanish_is_seen(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "catalogue", lambda _: gettext.NullTranslations())
    page = client.post("/es/compare/", {"option": ["decompression", "watchful-waiting"]}).content.decode()
    assert len(list(english_in(page))) > 10


def test_spanish_pages_are_spanish_and_say_that_a_machine_helped(client: Client) -> None:
    text = client.get("/es/").content.decode()
    assert '<html lang="es">' in text
    assert "Me ofrecieron una inyección" in text
    assert "traducido con ayuda de una máquina" in text
    client.post("/es/spine/", {"country": "ES"})
    screen = client.get("/es/spine/questions/1/").content.decode()
    assert "No lo sé" in screen
    assert "Prefiero no decirlo" in screen
    assert "Financiación" in text


def test_the_clinicians_pages_stay_english_and_say_so(client: Client) -> None:
    text = (ROOT / "examples" / "ruth.toml").read_text(encoding="utf-8")
    client.post("/es/spine/load/", {"text": text})
    page = client.get("/es/spine/clinician/").content.decode()
    assert '<div class="layer clinician" lang="en">' in page
    assert "Summary for one minute" in page
