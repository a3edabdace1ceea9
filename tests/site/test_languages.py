"""Languages: every word of the patient pages has its Spanish, the compiled file holds what the source holds."""

from __future__ import annotations

import gettext
import re
import tomllib
from pathlib import Path

from django.test import Client

from narrows.site.ground import ground

SITE = Path(__file__).parents[2] / "src" / "narrows" / "site"
CATALOGUE = SITE / "locale" / "es" / "LC_MESSAGES"
PATIENT = (
    "base", "home", "trouble", "question", "injection", "offer", "already", "emergency", "spine_start",
    "spine_questions", "spine_stop", "spine_scan", "spine_answer", "spine_keep", "spine_load", "compare_choose",
    "compare", "page", "page_checked", "options", "search",
)  # fmt: skip
_PLAIN = re.compile(r"""\{% translate (?:"(.*?)"|'(.*?)') %\}""")
_BLOCK = re.compile(r"\{% blocktranslate([^%]*)%\}(.*?)\{% endblocktranslate %\}", re.S)


def spanish() -> dict[object, str]:
    """The compiled catalogue."""
    with (CATALOGUE / "django.mo").open("rb") as file:
        return dict(gettext.GNUTranslations(file)._catalog)  # type: ignore[attr-defined]


def wanted() -> set[str]:
    """Every text that the patient pages show."""
    found: set[str] = set()
    for name in PATIENT:
        text = (SITE / "templates" / f"{name}.html").read_text(encoding="utf-8")
        found |= {a or b for a, b in _PLAIN.findall(text)}
        for options, body in _BLOCK.findall(text):
            whole = re.sub(r"\s*\n\s*", " ", body.strip()) if "trimmed" in options else body
            first = whole.split("{% plural %}")[0]
            found.add(re.sub(r"\{\{\s*(\w+)\s*\}\}", r"%(\1)s", first.replace("%", "%%")))
    offers = tomllib.loads((SITE / "data" / "offers.toml").read_text(encoding="utf-8"))
    found |= {row[k] for rows in offers.values() for row in rows for k in ("label", "answer") if k in row}
    knowledge = ground()
    found |= {g.label for g in knowledge.question_groups.values()}
    for finding in knowledge.findings.values():
        if finding.who_can_answer == "patient":
            found.add(finding.question or f"{finding.label}?")
            found |= {c.label for c in finding.choices}
    return found


def test_every_text_of_the_patient_pages_has_its_spanish() -> None:
    held = spanish()
    missing = sorted(t for t in wanted() if not held.get(t) and not held.get((t, 0)))
    assert not missing, missing[:20]


def test_the_compiled_file_holds_what_the_source_holds() -> None:
    source = (CATALOGUE / "django.po").read_text(encoding="utf-8")
    pairs = re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', source, re.M)
    held = spanish()
    assert len(pairs) > 500
    plain = [(a.replace('\\"', '"'), b.replace('\\"', '"')) for a, b in pairs]
    assert not [a for a, b in plain if held.get(a) != b][:5]


def test_what_is_filled_in_stands_in_both() -> None:
    wrong = [
        a for a, b in spanish().items()
        if isinstance(a, str) and sorted(re.findall(r"%\((\w+)\)s", a)) != sorted(re.findall(r"%\((\w+)\)s", b))
    ]  # fmt: skip
    assert not wrong


def test_spanish_pages_are_spanish_and_say_that_a_machine_helped(client: Client) -> None:
    text = client.get("/es/").content.decode()
    assert '<html lang="es">' in text
    assert "Me ofrecieron una inyección" in text
    assert "traducido con ayuda de una máquina" in text
    client.post("/es/spine/", {"country": "ES"})
    screen = client.get("/es/spine/questions/1/").content.decode()
    assert "No lo sé" in screen
    assert "Prefiero no decirlo" in screen
    assert "Do you" not in screen.split("<main")[1]
    assert "Financiación" in text


def test_what_is_not_translated_is_marked_as_english(client: Client) -> None:
    said = {"reason": "walking", "product": "exosomes", "place": "unsure", "deadline": "no"}
    text = client.post("/es/injection/", said).content.decode()
    assert "Querer volver a andar" in text
    assert '<span lang="en">' in text
    answer = client.post("/es/spine/load/", {"text": "[findings]\nage = 70"})
    assert answer["Location"] == "/es/spine/answer/"
    page = client.get("/es/spine/answer/").content.decode()
    assert "aún no está traducida" in page
    assert '<div lang="en">' in page
