"""IPDAS over the rendered pages of the website: one check a row that a machine can decide."""

from __future__ import annotations

import html
import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from narrows.report import reading_grade
from narrows.site.ground import ground

_spec = importlib.util.spec_from_file_location("ipdas_rows", Path(__file__).parent / "ipdas_rows.py")
assert _spec is not None
assert _spec.loader is not None
rows: Any = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(rows)

OPTIONS = sorted(ground().options)
COMPARED = "/compare/?option=decompression&option=watchful-waiting&option=msc-epidural"


def page(client: Client, address: str) -> str:
    """The main part of a page."""
    text = client.get(address).content.decode()
    return text[text.index("<main") : text.index("</main>")]


def words(part: str) -> str:
    """The words of a piece of a page."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", part)).split())


def part(text: str, name: str) -> str:
    """One section of a page by its id."""
    found = re.search(rf'<section id="{name}">(.*?)</section>', text, re.S)
    assert found, name
    return found[1]


def heading(text: str) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", text, re.S)
    assert found
    return words(found[1])


def test_1_1_1_conditions_are_described(client: Client) -> None:
    for key in ground().syndromes:
        text = page(client, f"/syndromes/{key}/")
        said = re.search(r'<p class="said">(.*?)</p>', text, re.S)
        assert said
        assert len(words(said[1]).split()) >= 60, key
        assert 'class="sources"' in text, key


def test_1_1_2_the_decision_is_a_question(client: Client) -> None:
    shown = page(client, COMPARED)
    assert heading(shown).endswith("?")
    asked = shown.split("</h1>")[1].split("</p>")[0]  # three names make no heading: they stand right below it
    for name in ("peration to widen the canal", "atch and wait", "tem cells beside the nerves"):
        assert name in asked
    said = {"reason": "pain", "product": "fat", "place": "disc", "deadline": "no"}
    offer = client.post("/injection/", said).content.decode()
    assert heading(offer).endswith("?")


@pytest.mark.parametrize("key", OPTIONS)
def test_1_1_3_to_1_2_1_each_treatment(client: Client, key: str) -> None:
    text = page(client, f"/options/{key}/")
    happens = part(text, "happens")
    assert happens.count("<li>") >= 2  # 1.1.3
    assert len(re.findall(r"<dd>\s*\S", happens)) >= 7  # 1.2.1: body, mind, life with others are filled
    for title in ("For the body", "For the mind", "For your life with others"):
        assert re.search(rf"<dt>{title}</dt><dd>[^<]{{3,}}", happens), (key, title)
    brings = part(text, "brings")
    assert "<li>" in brings or 'class="gap"' in brings  # 1.1.4
    harms = part(text, "harms")
    assert "<li>" in harms  # 1.1.5
    for row in re.findall(r"<li>(.*?)</li>", harms, re.S):
        assert re.search(r"\d|not known|not found|only", words(row)), (key, words(row))
        assert "How sure:" in row  # 2.2.4
    assert '<ul class="pair">' in harms  # 2.1.1: the same list as the benefits have
    assert 'class="gap"' in brings or '<ul class="pair">' in brings
    assert text.index('id="brings"') < text.index('id="harms"')  # 2.1.1: the order does not depend on the option


def test_2_1_1_detail_is_equal_where_both_are_shown_to_decide(client: Client) -> None:
    """On the offer's page, which a person takes along, neither side has more than about twice the words of the other."""
    from narrows.site.offers import words as named

    for product in named()["product"]:
        said = {"reason": "other", "product": product["id"], "place": "nerves", "deadline": "no"}
        text = client.post("/injection/", said).content.decode()
        columns = text.split('<div class="columns">')[1].split("<h2>")[0]
        good, bad = columns.split("<h3>What it may harm</h3>")
        ratio = len(words(good).split()) / max(len(words(bad).split()), 1)
        assert 0.3 <= ratio <= 3.3, (product["id"], ratio)


def test_2_2_1_numbers_have_their_sources(client: Client) -> None:
    for key in OPTIONS:
        text = page(client, f"/options/{key}/")
        brings = part(text, "brings")
        rows_shown = re.findall(r"<li>(.*?)</li>", brings, re.S)
        assert all('class="sources"' in r for r in rows_shown), key


def test_2_2_2_and_2_3_1_date_and_funding_stand_on_every_page(client: Client) -> None:
    for address in ("/", "/options/decompression/", COMPARED, "/injection/", "/emergency/", "/claims/", "/about/"):
        text = words(client.get(address).content.decode())
        assert re.search(r"Published: knowledge read on \d+ \w+ \d{4}", text)
        assert "Funding: none" in text


def test_2_2_3_update_policy(client: Client) -> None:
    assert "Update policy" in page(client, "/about/")
    for key in OPTIONS:
        assert "due again by" in page(client, f"/options/{key}/")


def test_2_2_4_no_difference_without_interval_or_certainty(client: Client) -> None:
    text = page(client, COMPARED)
    for cell in re.findall(r"<td data-head[^>]*>(.*?)</td>", text, re.S):
        if re.search(r"\d of 100|95 %", words(cell)):
            assert "How sure:" in cell, words(cell)


def test_q1_natural_course(client: Client) -> None:
    with_course = [k for k, s in ground().syndromes.items() if s.natural_course]
    assert with_course
    for key in with_course:
        assert "How it goes without treatment" in page(client, f"/syndromes/{key}/")


def test_q2_q6_q7_q8_comparison(client: Client) -> None:
    text = page(client, COMPARED)
    head = re.search(r"<thead>(.*?)</thead>", text, re.S)
    assert head
    assert head[1].count('scope="col"') == 4
    said = words(text)
    assert "All outcomes at about 1 year, all rates of 100 people" in said
    pictures = re.findall(r'<svg class="tally"[^>]*aria-label="([^"]+)"', text)
    assert pictures
    assert all("of 100 people" in p for p in pictures)
    assert 'id="one"' in text
    assert "not found" in said or "no controlled study" in said  # a gap is said, not left empty
    assert not re.search(r"<td[^>]*>\s*</td>", text)


def test_q3_q4_every_treatment_tells_rates_or_that_none_was_found(client: Client) -> None:
    for key, option in ground().options.items():
        harms = words(part(page(client, f"/options/{key}/"), "harms"))
        for harm in option.harm:
            assert harm.population.split()[0] in harms, key


def test_q9_values_come_first_and_can_be_skipped(client: Client) -> None:
    text = page(client, "/compare/")
    assert text.index("What matters most to you?") < text.index('name="option"')
    assert "recorded as skipped" in page(client, COMPARED)
    ordered = page(client, COMPARED + "&value=cost")
    assert ordered.index(">Practical") < ordered.index(">Harms")
    assert set(re.findall(r'<th scope="row">(.*?)</th>', ordered)) == set(
        re.findall(r'<th scope="row">(.*?)</th>', page(client, COMPARED))
    ), "what matters orders the rows and hides none"


def test_q10_steps_mark_the_present_one(client: Client) -> None:
    client.post("/spine/", {"country": "GB"})
    for address in ("/compare/", COMPARED, "/spine/questions/1/", "/spine/scan/"):
        assert 'aria-current="step"' in page(client, address)


def test_q11_questions_to_take_along(client: Client) -> None:
    for key in OPTIONS:
        assert part(page(client, f"/options/{key}/"), "ask").count("<li>") >= 3
    assert 'class="ask"' in page(client, COMPARED)


def test_q18_q20_method_and_makers(client: Client) -> None:
    text = page(client, "/about/")
    assert "How evidence was chosen" in text
    assert "Who made it" in text


def test_q19_certainty_with_its_reasons(client: Client) -> None:
    text = page(client, "/evidence/decompression/lumbar-spinal-stenosis/")
    assert text.count("How sure:") >= 5
    assert "risk of bias" in text


def test_q21_what_is_written_here_reads_at_grade_eight_or_less(client: Client) -> None:
    client.post("/spine/", {"country": "GB"})
    for address in ("/", "/injection/", "/spine/", "/spine/questions/1/", "/spine/keep/", "/spine/load/", "/compare/",
                    "/page/", "/spine/scan/"):  # fmt: skip
        text = page(client, address)
        said = [words(p) for p in re.findall(r"<(?:p|li|legend)\b[^>]*>(.*?)</(?:p|li|legend)>", text, re.S)]
        prose = [s for s in said if len(s.split()) > 4]
        assert reading_grade.grade(prose) <= 8.0, (address, reading_grade.grade(prose))


def test_the_sheet_stands_as_written_and_names_what_needs_people() -> None:
    written = Path(__file__).parents[2] / "docs" / "ipdas.md"
    assert written.read_text(encoding="utf-8") == rows.sheet()
    needed = [r for r in rows.ROWS if r.group in ("qualifying", "certifying")]
    assert len(needed) == 12
    assert all(r.how == "page" for r in needed)
    assert "none of those was done" in rows.sheet()
