"""IPDAS: what an aid for a decision must show, read off the rendered page (rows of v4 and v3, PMC5013503, PMC8669108)."""

from __future__ import annotations

import html as markup
import re
from collections.abc import Callable

import pytest

from narrows import report
from narrows.appraisal.answer import Appraisal
from narrows.knowledge import Knowledge

Person = Callable[..., Appraisal]


@pytest.fixture(scope="module")
def page(person: Person, knowledge: Knowledge) -> str:
    whole = report.html(person("ruth"), knowledge)
    return whole[whole.index("<main") : whole.index('<section id="clinician"')]


@pytest.fixture(scope="module")
def sheets(page: str) -> dict[str, str]:
    found = dict(re.findall(r'<details id="option-([a-z-]+)" class="option">(.*?)\n</div></details>', page, re.S))
    assert len(found) == 30
    return found


def text(part: str) -> str:
    return " ".join(markup.unescape(re.sub(r"<[^>]+>", " ", part)).split())


def column(sheet: str, title: str) -> str:
    return sheet.split(f"<h4>{title}</h4>")[1].split("</ul>")[0]


def test_1_1_1_the_condition_is_described_in_sixty_words_with_its_source(page: str) -> None:
    section = page.split('<section id="what-it-is"')[1].split("</section>")[0]
    described = re.findall(r"<p>(.*?)</p>", section, re.S)
    assert described
    for paragraph in described:
        assert len(text(paragraph).split()) >= 60
        assert 'href="#s' in paragraph


def test_1_1_2_the_first_heading_is_a_question_that_names_the_decision(page: str) -> None:
    first = re.search(r"<h1>(.*?)</h1>", page)
    assert first is not None
    assert first[1] == "Which treatment fits me, and what is really known?"


def test_1_1_3_every_option_is_described_and_doing_nothing_is_among_them(sheets: dict[str, str]) -> None:
    assert "watchful-waiting" in sheets
    for name, sheet in sheets.items():
        steps = column(sheet, "What happens")
        assert steps.count("<li>") >= 2, name


def test_1_1_4_and_5_every_option_has_what_it_may_bring_and_what_it_may_harm(sheets: dict[str, str]) -> None:
    for name, sheet in sheets.items():
        assert column(sheet, "What it may bring").count("<li>") >= 1, name
        harms = column(sheet, "What it may harm")
        assert harms.count("<li>") >= 1, name
        assert re.search(r"\d|not known|does not mean|closes off", text(harms)), name


def test_1_2_1_what_it_is_like_in_body_mind_and_life(sheets: dict[str, str]) -> None:
    for name, sheet in sheets.items():
        for side in ("In your body: ", "In your mind: ", "In your life: "):
            said = re.search(rf"<b>{side}</b>(.*?)</li>", sheet)
            assert said is not None, name
            assert text(said[1]), name


def test_2_1_1_benefits_and_harms_stand_in_equal_detail(sheets: dict[str, str]) -> None:
    for name, sheet in sheets.items():
        gains, harms = (text(column(sheet, t)) for t in ("What it may bring", "What it may harm"))
        ratio = len(gains.split()) / len(harms.split())
        assert 0.25 <= ratio <= 4, (name, ratio)  # where little is known of one side, that side stays short
    both = [text(column(s, t)) for s in sheets.values() for t in ("What it may bring", "What it may harm")]
    gains, harms = sum(len(t.split()) for t in both[0::2]), sum(len(t.split()) for t in both[1::2])
    assert 0.5 <= gains / harms <= 2
    for sheet in sheets.values():
        assert sheet.index("What it may bring") < sheet.index("What it may harm")
        assert len(re.findall(r'<ul class="pair">', sheet)) == 2  # the same look for both


def test_2_2_1_figures_have_a_source_one_step_away(page: str, person: Person, knowledge: Knowledge) -> None:
    whole = report.html(person("ruth"), knowledge)
    for number in set(re.findall(r'href="#s(\d+)"', page)):
        row = re.search(rf'<li id="s{number}">(.*?)(?:<li|</ol>)', whole, re.S)
        assert row is not None
        assert "not among the sources" not in row[1], text(row[1])


def test_2_2_2_and_3_the_page_says_its_date_and_when_it_is_read_again(page: str) -> None:
    about = text(page.split('<section id="about"')[1])
    assert re.search(r"last read on \d+ \w+ \d{4}", about)
    assert re.search(r"due to be read again by \d+ \w+ \d{4}", about)
    assert "from what was known on 12 November 2026" in text(page)


def test_2_2_4_every_difference_has_its_limits_or_says_that_none_were_printed(sheets: dict[str, str]) -> None:
    seen = 0
    for sheet in sheets.values():
        for item in re.findall(r"<li>(.*?)</li>", column(sheet, "What it may bring"), re.S):
            if re.search(r"(better|worse) than with", text(item)):
                seen += 1
                assert re.search(r"The truth may lie between|No limits were printed", text(item))
    assert seen >= 4


def test_2_3_1_funding_is_stated(page: str) -> None:
    assert "Funding: none." in text(page)


def test_q1_the_course_without_treatment_is_given_with_its_time(page: str) -> None:
    section = text(page.split('<section id="what-it-is"')[1].split("</section>")[0])
    assert "How it goes if you do nothing for now 3 years and 4 months: Of 100 people" in section


def test_q2_options_stand_side_by_side_with_waiting(page: str) -> None:
    section = page.split('<section id="side-by-side"')[1].split("</section>")[0]
    heads = re.findall(r'<th scope="col">(.*?)</th>', section)
    assert 3 <= len(heads) <= 5
    assert "Watch and wait" in heads
    rows = re.findall(r'<th scope="row"><b>(.*?)</b></th>', section)
    assert {"What it may bring", "What it may harm", "How sure"} <= set(rows)
    assert "must not be set against each other" in text(section)


def test_q3_to_q5_each_option_has_a_number_or_says_that_there_is_none(sheets: dict[str, str]) -> None:
    for name, sheet in sheets.items():
        said = text(column(sheet, "What it may bring"))
        assert re.search(r"than with|against|None shown in a fair study", said), name


def test_q6_and_q7_one_denominator_and_a_warning_where_times_differ(page: str, sheets: dict[str, str]) -> None:
    for name, sheet in sheets.items():
        for per in re.findall(r"\d in ([\d,]+)", text(column(sheet, "What it may harm"))):
            assert per in ("100", "1,000,000"), (name, per)
    assert "Each figure names its own time" in page


def test_q8_counted_people_are_shown_as_picture_words_and_table(page: str) -> None:
    section = page.split('<section id="of-100"')[1].split("</section>")[0]
    assert section.count('<svg class="people"') == 2  # both arms of one comparison
    assert "63 of 100 had clearly milder symptoms (48 to 76)" in text(section)
    assert "27 of 43" in text(section)
    assert "cannot tell what happens to you" in text(section)
    assert "people like you" not in page.lower()


def test_q9_and_q11_asks_what_matters_and_gives_questions_to_take_along(page: str) -> None:
    assert '<section id="what-matters"' in page
    assert page.split('<section id="ask"')[1].count("<li>") >= 6


@pytest.mark.parametrize("name", ["ruth", "maria", "harold", "wei", "empty"])
def test_q21_reads_at_grade_8_or_below_and_says_so(name: str, person: Person, knowledge: Knowledge) -> None:
    found = re.search(r"school grade ([\d.]+)", report.html(person(name), knowledge))
    assert found is not None
    assert 0 < float(found[1]) <= 8


def test_what_nobody_studied_gets_no_dots_and_says_what_would_settle_it(sheets: dict[str, str]) -> None:
    for name in ("msc-epidural", "exosome", "prp-epidural", "msc-iv"):
        summary = sheets[name].split("</summary>")[0]
        assert "dots" not in summary
        assert "not studied in stenosis" in text(summary)
        assert "A fair study of people with stenosis" in text(column(sheets[name], "What would settle this"))
