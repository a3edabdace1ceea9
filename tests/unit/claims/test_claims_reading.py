"""Text, Markdown, HTML and PDF become blocks and sentences with their places."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrows.claims.reading import page_of
from narrows.claims.sentences import sentences_of, split_points
from narrows.claims.text_reading import blocks_of

HTML = """<!doctype html><html lang="en"><head><title>Spine</title><meta name="author" content="Dr. A. Reed"></head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/prices">Menu of prices</a></li></ul></nav>
<main><h1>Stem cells for stenosis</h1><p>Our treatment helps many people with a narrow canal to walk further again.</p>
<h2>Is it safe?</h2><p>Yes, there are hardly any side effects, and most patients go home on the same day.</p>
<ul><li>No downtime for our patients</li><li>FDA registered laboratory</li></ul>
<table><tr><th>Package</th><th>Price</th></tr><tr><td>Spine</td><td>$7,900</td></tr></table></main>
<footer><p>These statements have not been evaluated by the Food and Drug Administration.</p></footer></body></html>"""


def test_html_keeps_the_content_and_the_disclaimer_and_leaves_the_menu() -> None:
    page = page_of(HTML.encode(), "page.html")
    roles = {s.text: (s.role, s.heading) for s in sentences_of(page)}
    assert "Menu of prices" not in page.text
    assert roles["These statements have not been evaluated by the Food and Drug Administration."][0] == "aside"
    assert roles["FDA registered laboratory"][0] == "item"
    assert roles["Spine | $7,900"][0] == "row"
    assert (
        roles["Yes, there are hardly any side effects, and most patients go home on the same day."][1] == "Is it safe?"
    )
    assert page.facts["author"] == "Dr. A. Reed"


def test_html_offsets_point_into_the_text_that_was_read() -> None:
    page = page_of(HTML.encode(), "page.html")
    for sentence in sentences_of(page):
        assert page.text[sentence.start : sentence.end] == sentence.text


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Dr. Lee treats stenosis. He uses cells.", 2),
        ("It costs approx. 5,000 dollars, i.e. a lot.", 1),
        ("Improved (p < 0.05). Patients were older.", 2),
        ("Chen et al. reported pain relief.", 1),
        ("Is it safe? Yes! Very.", 3),
        ("Results at L4.5 were good", 1),
        ("Pain fell.[12] Function rose.", 2),
    ],
)
def test_where_a_sentence_ends(text: str, count: int) -> None:
    assert len(split_points(text)) == count


def test_wrapped_lines_are_one_sentence() -> None:
    text = (
        "The ligament at the back of the canal can double in\nthickness under years of strain.\n\nNext paragraph here."
    )
    page = page_of(text.encode(), "page.txt", "text")
    shown = [s.text for s in sentences_of(page)]
    assert shown[0] == "The ligament at the back of the canal can double in thickness under years of strain."


def test_markdown_headings_items_and_rows() -> None:
    text = "## Risks\n\n- infection\n- bleeding\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
    page = page_of(text.encode(), "page.md", "markdown")
    assert [(s.role, s.text) for s in sentences_of(page)] == [
        ("heading", "Risks"),
        ("item", "infection"),
        ("item", "bleeding"),
        ("row", "| a | b |"),
        ("row", "| 1 | 2 |"),
    ]


def test_long_items_stay_apart_in_a_text_with_a_paragraph_to_a_line() -> None:
    items = [
        "Pain and numbness that travel from the lower back to both of your legs",
        "Weakness in a foot that makes you stumble when you climb the stairs",
    ]
    text = "Signs of stenosis\n" + "\n".join(items) + "\n" + "The canal is narrow and the nerves have little room. " * 5
    page = page_of(text.encode(), "page.txt", "text")
    assert set(items) <= {s.text for s in sentences_of(page)}


def test_a_list_that_lost_its_bullets() -> None:
    text = (
        "Stem cells for stenosis\n\nSymptoms include:\n\nNumbness in the legs\nWeakness in a foot\n\nTreatment\n\n"
        "Surgery removes the bone that presses on the nerve, and the nerves have room again.\n"
    )
    page = page_of(text.encode(), "page.txt", "text")
    roles = {s.text: s.role for s in sentences_of(page)}
    assert roles["Stem cells for stenosis"] == "heading"
    assert roles["Numbness in the legs"] == "item"
    assert roles["Weakness in a foot"] in ("item", "prose")
    assert roles["Treatment"] == "heading"


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=300))
def test_any_text_gives_ordered_blocks_inside_it(text: str) -> None:
    for markdown in (False, True):
        blocks = blocks_of(text, markdown=markdown)
        place = 0
        for block in blocks:
            assert place <= block.start <= block.end <= len(text)
            place = block.end


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["<p>", "</div>", "<li>", "pain ", "<table><tr><td>", "&amp;", "<h2>", "</p>", "<script>x", "\n"]
        ),
        max_size=40,
    )
)
def test_broken_html_never_breaks_the_reader(pieces: list[str]) -> None:
    from narrows.claims.html_reading import html_page

    page = html_page("<html><body>" + "".join(pieces), "page.html")
    for block in page.blocks:
        assert 0 <= block.start <= block.end <= len(page.text)
