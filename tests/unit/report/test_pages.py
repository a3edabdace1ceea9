"""The pages: urgency first, nothing calm before it is cleared, harmless whatever a case holds, the same bytes again."""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrows import report
from narrows.appraisal.answer import Appraisal
from narrows.knowledge import Knowledge
from narrows.report import html_page

Person = Callable[..., Appraisal]
PEOPLE = ("ruth", "maria", "harold", "wei", "empty")
VOID = {"meta", "br", "col", "link", "img", "input", "hr"}
SVG = {"path", "line", "rect", "use", "circle"}


class Page(HTMLParser):
    """The tags of a page in order, with a check that they nest."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.headings: list[tuple[int, str]] = []
        self.text: list[str] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "li" and self.open[-1] == "li":  # the end of an item may be left out
            self.open.pop()
        if tag not in VOID:
            self.open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append((int(tag[1]), ""))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag == "ol" and self.open[-1] == "li":
            self.open.pop()
        assert self.open.pop() == tag, f"{tag} closes the wrong element"

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        if self.open and re.fullmatch("h[1-6]", self.open[-1]):
            level, said = self.headings[-1]
            self.headings[-1] = (level, said + data)


@pytest.fixture(scope="module")
def pages(person: Person, knowledge: Knowledge) -> dict[str, str]:
    return {name: report.html(person(name), knowledge) for name in PEOPLE}


@pytest.mark.parametrize("name", PEOPLE)
def test_one_file_without_network_or_script(pages: dict[str, str], name: str) -> None:
    page = Page(pages[name])
    tags = {tag for tag, _ in page.tags}
    assert not tags & {"script", "link", "iframe", "object", "embed", "img", "form"}
    for tag, attributes in page.tags:
        assert not any(key.startswith("on") or key == "src" for key in attributes), tag
        if tag == "a":
            assert re.match(r"https?://|#", attributes["href"] or "")
    assert re.findall(r"url\((?!data:font/woff2)", pages[name]) == []
    assert len(pages[name].encode()) <= 400_000


@pytest.mark.parametrize("name", PEOPLE)
def test_real_headings_ids_and_links(pages: dict[str, str], name: str) -> None:
    page = Page(pages[name])
    ids = [a["id"] for _, a in page.tags if a.get("id")]
    assert len(ids) == len(set(ids))
    for tag, attributes in page.tags:
        if tag == "a" and (attributes["href"] or "").startswith("#"):
            assert (attributes["href"] or "")[1:] in ids, attributes
    levels = [level for level, _ in page.headings]
    assert levels[0] == 1
    assert levels.count(1) == 2  # one page of the person, one of the clinician
    for before, after in itertools.pairwise(levels):
        assert after <= before + 1 or before == 1, page.headings
    for part in ('lang="en"', "<main", "<nav", 'class="skip"'):
        assert part in pages[name]


@pytest.mark.parametrize("name", PEOPLE)
def test_every_picture_has_words_and_every_table_has_heads(pages: dict[str, str], name: str) -> None:
    page = Page(pages[name])
    for tag, attributes in page.tags:
        if tag == "svg" and "viewbox" in attributes:
            assert attributes["role"] == "img"
            assert len(attributes["aria-label"] or "") > 20
        if tag == "th":
            assert attributes["scope"] in ("row", "col")
    assert pages[name].count("<table>") == pages[name].count("<caption>")


def test_an_emergency_stands_above_everything(pages: dict[str, str]) -> None:
    page = Page(pages["harold"])
    assert page.headings[0] == (1, "Go to an emergency department today")
    html = pages["harold"]
    before = html[: html.index('<details class="later">')]
    assert "Which treatments fit" not in before
    assert 'class="option"' not in before
    assert 'role="alert"' in before
    assert "Show this to the staff" in before


@pytest.mark.parametrize("name", ["ruth", "empty"])
def test_open_questions_stand_first(pages: dict[str, str], name: str) -> None:
    html = pages[name]
    assert html.index("we cannot tell yet whether something is urgent") < html.index('class="facts"')
    assert html.index("between your legs, around the genitals") < html.index('class="facts"')


@settings(max_examples=12, deadline=None)
@given(
    complete=st.booleans(),
    urgency=st.sampled_from([None, "soon", "urgent-within-2-weeks", "emergency-same-day"]),
)
def test_nothing_is_called_clear_before_it_is(
    complete: bool, urgency: str | None, person: Person, knowledge: Knowledge
) -> None:
    groups = (
        [] if complete else [{"label": "g", "questions": [{"finding": "fever", "question": "Fever?", "settles": 1}]}]
    )
    answer = person(
        "maria", urgency=urgency, clearance={"complete": complete, "says": "All answered.", "groups": groups}
    )
    html = report.html(answer, knowledge)
    terminal = report.terminal(answer, knowledge)
    calm = complete and urgency is None
    assert ('class="notice good"' in html) is calm
    assert ("✓" in html) is calm
    assert ("No danger sign in your answers" in terminal) is calm
    for text in (html, terminal):
        assert "nothing urgent" not in text.lower()
        assert "not urgent" not in text.lower()


def test_standings_are_said_in_plain_words(pages: dict[str, str]) -> None:
    layer = pages["ruth"][pages["ruth"].index("<main") : pages["ruth"].index('<section id="clinician"')]
    read = re.sub(r"<[^>]+>", " ", layer)
    for said in (
        "usually tried first",
        "worth discussing",
        "cannot say yet",
        "only in a trial",
        "not for this problem",
    ):
        assert said in read
    for code in ("trial-only", "not-indicated", "contraindicated", "undetermined", "very-low"):
        assert code not in read
    assert "No study shows that these shares tell who gains from cells" in read


def test_what_a_case_holds_is_never_markup(pages: dict[str, str], person: Person, knowledge: Knowledge) -> None:
    html = pages["wei"]
    assert "<script" not in html
    assert "<img" not in html
    assert "<b>markup" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    hostile = person("ruth")
    hostile.case["id"] = 'x\x1b[31mred\x07 #set page(fill: red) "</style>'
    hostile.case["findings"]["smoking_status"] = "*#panic()* $x$ <b>"
    hostile.narrowing["L4-L5"].causes[0]["tissue"] = "</svg><script>"
    page = report.html(hostile, knowledge)
    assert "<script" not in page
    assert Page(page).tags
    terminal = report.terminal(hostile, knowledge)
    assert "\x1b" not in terminal
    assert "\x07" not in terminal
    assert report.pdf(hostile, knowledge).startswith(b"%PDF")


def test_letters_that_the_fonts_lack_never_stop_the_pdf(person: Person, knowledge: Knowledge) -> None:
    from pypdf import PdfReader

    strange = person("ruth")
    strange.case["id"] = "王 😀 Αθηνά Łódź \u2603 \u0007"
    first = PdfReader(io.BytesIO(report.pdf(strange, knowledge))).pages[0].extract_text()
    assert "Αθηνά Łódź" in first
    assert "For ? ?" in first
    assert "Letters that the fonts of this PDF lack stand as ?" in " ".join(first.split())
    assert "王 😀" in report.html(strange, knowledge)


def test_links_are_links_of_the_web_alone() -> None:
    from narrows.report.content import Run, link

    for address in ("javascript:alert(1)", 'https://x.y/" onclick="z', "data:text/html,x", "", None):
        assert link("words", address).href == ""
        assert "href" not in html_page._run(Run("words", href=address or ""))
    assert link("words", "https://doi.org/10.1/x").href


@pytest.mark.parametrize("name", PEOPLE)
def test_the_same_answer_gives_the_same_bytes(name: str, person: Person, knowledge: Knowledge) -> None:
    first, second = person(name), person(name)
    assert report.html(first, knowledge) == report.html(second, knowledge)
    assert report.terminal(first, knowledge) == report.terminal(second, knowledge)
    assert report.pdf(first, knowledge) == report.pdf(second, knowledge)


def test_pdf_is_tagged_dated_with_the_case_and_says_the_same(person: Person, knowledge: Knowledge) -> None:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(report.pdf(person("harold"), knowledge)))
    assert reader.metadata is not None
    assert str(reader.metadata.creation_date)[:10] == "2026-11-19"
    assert reader.metadata.title == "harold: Go to an emergency department today"
    catalog = reader.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/Lang"] == "en"
    first = reader.pages[0].extract_text()
    assert "Go to an emergency department today" in first
    assert "Show this to the staff" in first
    assert "Operation to widen" not in first


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("width", [60, 80, 120])
def test_terminal_keeps_its_width_and_needs_no_colour(
    name: str, width: int, person: Person, knowledge: Knowledge
) -> None:
    from rich.cells import cell_len

    text = report.terminal(person(name), knowledge, width=width)
    assert "\x1b" not in text
    body = text[: text.index("For the clinician")]
    assert max(cell_len(row) for row in body.splitlines()) <= width
    assert max(cell_len(row) for row in text.splitlines()) <= max(width, 80)
    assert "\x1b[" in report.terminal(person(name), knowledge, colour=True)


@pytest.mark.parametrize("name", PEOPLE)
def test_summary_pastes_into_a_record_and_reads_in_a_minute(name: str, person: Person, knowledge: Knowledge) -> None:
    text = report.clinician_summary(person(name), knowledge)
    assert max(map(len, text.splitlines())) <= 78
    # 238 words a minute: silent reading of non-fiction (Brysbaert 2019, doi 10.1016/j.jml.2019.104047)
    assert len(text.split()) <= 238
    assert len(text.splitlines()) <= 45
    for what in (
        "Urgency:",
        "Likely:",
        "Levels:",
        "Deficits:",
        "Tried:",
        "Fitness:",
        "Fusion?:",
        "Wants:",
        "Disagrees:",
    ):
        assert f"\n{what}" in text
    assert not re.search(r"[<>*_]{2}|\x1b", text)


def test_summary_says_dates_of_deficits_and_what_is_not_cleared(person: Person, knowledge: Knowledge) -> None:
    text = report.clinician_summary(person("ruth"), knowledge)
    assert "NOT CLEARED" in text
    assert "(2026-10-28)" in text
    assert "none recorded; not the same as none" in report.clinician_summary(person("empty"), knowledge)


def test_importing_the_report_is_light() -> None:
    import subprocess
    import sys

    heavy = ("rich", "typst", "msgspec", "matplotlib", "numpy", "duckdb", "django")
    code = f"import sys, narrows.report; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
