"""Brings the catalogues of a language up to date: new texts come in empty, texts that are gone go, the rest stays.

    python docs/translate.py es                  # then fill what is empty, and run it again to compile (needs msgfmt)
    python docs/translate.py es --add FILE.json  # take translations from a file of {English: Spanish}

`report` holds the words of the person's pages (every text in a call of said, counted or titled, and the tables of
words below), `knowledge` the texts of the knowledge that patients see (narrows.report.patient_texts).
"""

from __future__ import annotations

import argparse
import ast
import gettext
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "src"))

from narrows import knowledge as ground  # noqa: E402
from narrows.appraisal.answer import DISCLAIMER  # noqa: E402
from narrows.appraisal.severity import SHARE_NOTE  # noqa: E402
from narrows.report import (  # noqa: E402
    expected_outcome,
    key_facts,
    language,
    leaf_words,
    measured_scan,
    option_sheet,
    person_page,
    share_bar,
    words,
)
from narrows.report.patient_texts import evidence_texts, patient_texts  # noqa: E402
from narrows.site import checker_words, comparison_words, scans  # noqa: E402

LOCALE = ROOT / "src" / "narrows" / "report" / "locale"
SOURCES = [*sorted((ROOT / "src/narrows/report").glob("*.py")), *sorted((ROOT / "src/narrows/site").rglob("*.py"))]
CALLS = ("said", "counted", "titled")
#: Tables of words that are looked up by what they hold.
TABLES = (
    [text for text, _ in words.STANDINGS.values()], words.OPERATION_ADVISED[0], words.OPERATION_MEANS,
    words.STANDING_MEANS, words.SYNDROME_STANDING, words.BY, [text for _, text in words.CERTAINTIES.values()],
    words.FAMILIES, words.UNITS, [text for text, _ in words.DANGER_SIGNS], words.WHO_CAN_TELL, words.MONTHS,
    expected_outcome.PLAIN, expected_outcome.COMPARATORS, [text for _, text in key_facts.HOW_MUCH],
    key_facts.NARROWED, key_facts.NO_SHARE_TELLS, leaf_words.WORDS, option_sheet.STATUS,
    [text for text, _ in share_bar.TISSUES.values()], person_page.QUESTION, language.MACHINE, DISCLAIMER, SHARE_NOTE, measured_scan.MAY_BE_CLOSED,
    comparison_words.DIRECTIONS, comparison_words.STUDIED, comparison_words.NOT_STUDIED, checker_words.PATTERNS,
    checker_words.WHOLE, scans.SHOWS,
)  # fmt: skip
#: Words of codes and units that stand in tables of the code with things that are not shown.
CODES = (
    "left", "right", "day", "days", "weeks", "months", "and", "or", "points", "labelled", "by position", "years",
    "minutes", "survey", "court record", "clinic advert", "media", "payer", "trial", "clinic statement", "study",
    "not known", "not stated", "abroad", "absolute", "relative", "red flag", "contraindication", "caution",
    "indication", "diagnosis", "imaging", "severity", "predictor", "aftercare", "Product", "Price", "Promise",
    "mechanism", "red light", "durability", "prp", "epidemiology", "safety", "condition", "candidacy", "cost",
    "stem cell basics", "procedure", "regulation", "other options", "conventional care", "comparison",
    "effectiveness", "groups drawn by lot", "with a comparison", "without a comparison", "none found", "medium", "serious", "moderate", "mild", "not yet reviewed by a clinician",
)  # fmt: skip


def of_the_code() -> Iterator[tuple[str, str]]:
    """Texts of the pages: (one, many), many empty where there is one form."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
                held = [a.value for a in node.args[:2] if isinstance(a, ast.Constant) and isinstance(a.value, str)]
                if held:
                    yield held[0], held[1] if node.func.id == "counted" and len(held) > 1 else ""
    for table in TABLES:
        yield from ((text, "") for text in _strings(table))
    yield from ((text, "") for text in CODES)


def _strings(held: object) -> Iterator[str]:
    if isinstance(held, str):
        if any(c.isalpha() for c in held):
            yield held
    elif isinstance(held, dict):
        for value in held.values():
            yield from _strings(value)
    elif isinstance(held, tuple | list):
        for value in held:
            yield from _strings(value)


def texts(domain: str) -> dict[str, tuple[str, str]]:
    """Every text of a domain: its plural ("" for none) and where it comes from."""
    knowledge = ground.load(None)
    known = {t.text: ("", f"{t.table} {t.key} {t.field}") for t in patient_texts(knowledge)}
    if domain == "knowledge":
        return known
    found: dict[str, tuple[str, str]] = {}
    for one, many in of_the_code():
        if one not in known and (many or one not in found):
            found[one] = (many, "")
    for text in evidence_texts(knowledge):
        if text not in known:
            found.setdefault(text, ("", "evidence"))
    return found


def held_in(language_code: str, domain: str) -> dict[object, str]:
    """What is translated so far; plural forms under (text, number)."""
    path = LOCALE / language_code / "LC_MESSAGES" / f"{domain}.po"
    if not path.exists():
        return {}
    compiled = path.with_suffix(".mo")
    subprocess.run(["msgfmt", "--check", "-o", str(compiled), str(path)], check=True)  # what was filled in by hand
    with compiled.open("rb") as file:
        return dict(gettext.GNUTranslations(file)._catalog)  # type: ignore[attr-defined]


def written(language_code: str, domain: str, added: dict[str, str]) -> int:
    """Write and compile one catalogue; the number of texts that are still empty."""
    held: dict[object, str] = {}
    for each in ("knowledge", "report"):  # a text that moved from one to the other keeps its words
        held |= {k: v for k, v in held_in(language_code, each).items() if v}
    held |= added
    path = LOCALE / language_code / "LC_MESSAGES" / f"{domain}.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [HEAD.format(language=language_code)]
    empty = 0
    for text, (many, where) in texts(domain).items():
        lines.append("")
        if where:
            lines.append(f"#. {where}")
        if many:
            forms = [str(held.get((text, n), "")) for n in (0, 1)]
            lines += [f"msgid {_quoted(text)}", f"msgid_plural {_quoted(many)}"]
            lines += [f"msgstr[{n}] {_quoted(form)}" for n, form in enumerate(forms)]
            empty += not all(forms)
        else:
            lines += [f"msgid {_quoted(text)}", f"msgstr {_quoted(str(held.get(text, '')))}"]
            empty += not held.get(text)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    subprocess.run(["msgfmt", "--check", "-o", str(path.with_suffix(".mo")), str(path)], check=True)
    return empty


HEAD = """# Machine-assisted; not yet reviewed by a person. Every page in this language says so.
msgid ""
msgstr ""
"Project-Id-Version: narrows\\n"
"PO-Revision-Date: 2026-11-20\\n"
"Last-Translator: machine-assisted\\n"
"Language-Team: narrows\\n"
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n\""""


def _quoted(text: str) -> str:
    return '"' + re.sub(r'(["\\])', r"\\\1", text).replace("\n", "\\n") + '"'


def main() -> int:
    """Bring the catalogues of one language up to date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("language")
    parser.add_argument("--add", action="append", default=[], metavar="FILE.json")
    given = parser.parse_args()
    added: dict[str, str] = {}
    for name in given.add:
        for text, words_of in json.loads(Path(name).read_text(encoding="utf-8")).items():
            if isinstance(words_of, list):  # one and many
                added |= {(text, n): form for n, form in enumerate(words_of)}  # type: ignore[dict-item,misc]
            else:
                added[text] = words_of
    # Both are read before either is written.
    for domain in ("knowledge", "report"):
        print(f"{domain}: {written(given.language, domain, added)} empty")
    return 0


if __name__ == "__main__":
    sys.exit(main())
