"""Journeys in a real browser: phone and desktop, with and without scripts, by keyboard, with a danger sign."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

EXAMPLES = Path(__file__).parents[3] / "examples"
Open = Callable[..., Any]
Shot = Callable[[Any, str], None]

pytestmark = pytest.mark.filterwarnings("default")  # the driver's own loop warns on its way out

KINDS = [
    pytest.param({"width": 360, "scripts": True}, id="phone"),
    pytest.param({"width": 360, "scripts": False, "dark": True}, id="phone-without-scripts"),
    pytest.param({"width": 1280, "scripts": True}, id="desktop"),
    pytest.param({"width": 1280, "scripts": False}, id="desktop-without-scripts"),
]


def begin(page: Any, country: str = "GB") -> None:
    """Goes from the first page to the first question."""
    page.goto("/")
    page.locator(".way >> text=My spine").click()
    page.select_option("main #country", country)
    page.click("main button:has-text('Begin')")
    page.wait_for_url("**/spine/questions/1/")


def no_overflow(page: Any) -> None:
    """Nothing runs out of the screen to the side."""
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("kind", KINDS)
def test_only_i_do_not_know(open_page: Open, shot: Shot, kind: dict[str, Any], request: pytest.FixtureRequest) -> None:
    page = open_page(**kind)
    begin(page)
    for number in range(1, 60):
        if "/questions/" not in page.url:
            break
        shot(page, f"{request.node.callspec.id}-question-{number}") if number < 4 else None
        page.click("button[name=rest]")
        page.wait_for_url(lambda url, n=number: f"/questions/{n}/" not in url)
    page.wait_for_url("**/spine/scan/")
    shot(page, f"{request.node.callspec.id}-scan")
    page.click("text=I have none; show the answer")
    page.wait_for_url("**/spine/answer/")
    text = page.inner_text("main")
    assert "we cannot tell yet whether something is urgent" in text
    assert "No danger sign in your answers" not in text
    shot(page, f"{request.node.callspec.id}-answer-unknown")


@pytest.mark.parametrize("kind", KINDS)
def test_a_danger_sign(open_page: Open, shot: Shot, kind: dict[str, Any], request: pytest.FixtureRequest) -> None:
    page = open_page(**kind)
    begin(page, "US")
    page.check("input[name=saddle_numbness][value=true]")
    page.check("input[name=urinary_retention][value=true]")
    page.click("button[name=rest]")
    page.wait_for_url("**/spine/stop/")
    page.wait_for_selector("text=Go to an emergency department today")
    assert "911" in page.inner_text("main")
    shot(page, f"{request.node.callspec.id}-stop")
    page.click("text=An answer was wrong; go back")
    page.wait_for_url("**/spine/questions/1/")
    page.wait_for_selector("input[name=saddle_numbness]")
    assert page.is_checked("input[name=saddle_numbness][value=true]")


@pytest.mark.parametrize("kind", KINDS)
def test_an_offer(open_page: Open, shot: Shot, kind: dict[str, Any], request: pytest.FixtureRequest) -> None:
    page = open_page(**kind)
    page.goto("/")
    shot(page, f"{request.node.callspec.id}-home")
    page.locator(".way.first a").click()
    for name, value in (("reason", "pain"), ("product", "birth-tissue"), ("place", "nerves"), ("deadline", "yes")):
        page.check(f"input[name={name}][value={value}]")
    page.check("input[name=promise][value=no-risk]")
    page.fill("#price", "$ 6,000")
    page.select_option("main #country", "US")
    shot(page, f"{request.node.callspec.id}-injection")
    page.click("text=Show what is known")
    page.wait_for_selector("text=How to step back")
    no_overflow(page)
    shot(page, f"{request.node.callspec.id}-offer")
    assert not page.foreign


def test_the_offer_prints_on_two_sides(open_page: Open, tmp_path: Path) -> None:
    from pypdf import PdfReader

    page = open_page()
    page.goto("/injection/")
    for name, value in (("reason", "walking"), ("product", "stem-cells"), ("place", "nerves"), ("deadline", "yes")):
        page.check(f"input[name={name}][value={value}]")
    for promise in ("works", "no-risk"):
        page.check(f"input[name=promise][value={promise}]")
    page.select_option("main #country", "US")
    page.click("text=Show what is known")
    page.wait_for_selector("text=How to step back")
    page.pdf(path=str(tmp_path / "offer.pdf"), format="A4")
    assert len(PdfReader(tmp_path / "offer.pdf").pages) == 2


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_comes_back_and_tells_its_baseline(
    open_page: Open, shot: Shot, kind: dict[str, Any], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    page = open_page(**kind)
    page.goto("/spine/load/")
    page.set_input_files("#file", EXAMPLES / "ruth.toml")
    page.click("main button:has-text('Load')")
    page.wait_for_url("**/spine/answer/")
    no_overflow(page)
    shot(page, f"{request.node.callspec.id}-answer-ruth")
    page.click("text=Keep in a file")
    page.fill("#product", "cord cells")
    page.click("text=Put today into the file")
    page.wait_for_selector("text=SHA-256")
    shot(page, f"{request.node.callspec.id}-keep")
    with page.expect_download() as held:
        page.click("text=Keep the file (JSON)")
    held.value.save_as(tmp_path / "case.json")
    other = open_page(**kind)
    other.goto("/spine/load/")
    other.set_input_files("#file", tmp_path / "case.json")
    other.click("main button:has-text('Load')")
    other.wait_for_selector("text=its hash agrees")


@pytest.mark.parametrize("kind", KINDS)
def test_comparing(open_page: Open, shot: Shot, kind: dict[str, Any], request: pytest.FixtureRequest) -> None:
    page = open_page(**kind)
    page.goto("/compare/")
    shot(page, f"{request.node.callspec.id}-compare-choose")
    for option in ("watchful-waiting", "decompression", "exosome"):
        page.check(f"input[value={option}]")
    page.check("input[name=value][value=cost]")
    page.click("main button:has-text('Compare')")
    page.wait_for_selector("text=Set against each other")
    no_overflow(page)
    shot(page, f"{request.node.callspec.id}-compare")


def test_by_keyboard_alone(open_page: Open) -> None:
    page = open_page()
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert "offered an injection" in page.evaluate("document.activeElement.textContent")
    outline = page.evaluate("getComputedStyle(document.activeElement.closest('.way')).outlineStyle")
    assert outline == "solid", "where the keyboard stands can be seen"
    page.goto("/spine/")
    page.focus("main button:has-text('Begin')")
    page.keyboard.press("Enter")
    page.wait_for_url("**/spine/questions/1/")
    # Radio buttons by arrow keys, and Enter sends the form.
    page.focus("input[name=saddle_numbness]")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.is_checked("input[name=saddle_numbness][value=unknown]")
    page.focus("button[name=rest]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/spine/questions/2/")
    page.wait_for_function("document.activeElement.tagName === 'H1'")


def test_an_error_is_read_out_and_the_question_is_kept(open_page: Open) -> None:
    page = open_page()
    begin(page)
    page.check("input[name=saddle_numbness][value=false]")
    page.click("main button:has-text('Next')")
    page.wait_for_selector(".errors[role=alert]")
    assert page.is_checked("input[name=saddle_numbness][value=false]")
    page.wait_for_function("document.activeElement.classList.contains('errors')")


def test_the_back_button_and_two_tabs(open_page: Open) -> None:
    page = open_page()
    begin(page)
    page.click("button[name=rest]")
    page.wait_for_url("**/spine/questions/2/")
    other = page.context.new_page()
    other.goto("/spine/questions/1/")
    page.click("button[name=rest]")
    page.wait_for_url("**/spine/questions/3/")
    page.go_back()
    page.wait_for_url("**/spine/questions/2/")
    page.wait_for_selector("button[name=rest]")
    other.check("input[name=saddle_numbness][value=false]")
    other.click("button[name=rest]")
    other.wait_for_url("**/spine/questions/2/")


def test_a_double_press_sends_once(open_page: Open) -> None:
    page = open_page()
    begin(page)
    page.dblclick("button[name=rest]")
    page.wait_for_url("**/spine/questions/2/")
    page.wait_for_timeout(500)
    assert page.url.endswith("/spine/questions/2/")


def test_for_clinicians(open_page: Open, shot: Shot) -> None:
    page = open_page(width=1440)
    page.goto("/clinician/")
    page.fill("#case-text", (EXAMPLES / "ruth.toml").read_text(encoding="utf-8"))
    page.click("main button:has-text('Appraise')")
    page.wait_for_selector("text=Edit the findings")
    shot(page, "desktop-clinician")
    page.click("text=What if …")
    page.select_option("#finding", "spondylolisthesis_slip")
    page.select_option("#level", "L4-L5")
    page.fill("#value", "4")
    page.click("text=Show what would change")
    page.wait_for_selector("text=stands differently")
    shot(page, "desktop-what-if")
