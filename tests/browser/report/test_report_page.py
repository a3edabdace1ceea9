"""The page in a browser: a phone of 360 px, twice the zoom, dark, print, keyboard."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from narrows import report
from narrows.appraisal.answer import Appraisal
from narrows.knowledge import Knowledge

Person = Callable[..., Appraisal]
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
    pytest.mark.filterwarnings("default"),  # the driver's own loop warns on its way out
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield found
        found.close()


@pytest.fixture(scope="module")
def written(person: Person, knowledge: Knowledge, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("report")
    pages = {}
    for name in ("ruth", "harold", "wei", "empty"):
        pages[name] = folder / f"{name}.html"
        pages[name].write_text(report.html(person(name), knowledge), encoding="utf-8")
    return pages


@pytest.mark.parametrize("name", ["ruth", "harold", "wei", "empty"])
@pytest.mark.parametrize("width", [360, 640, 1280])  # 640: a screen of 1280 at twice the zoom
def test_nothing_runs_out_of_the_screen(name: str, width: int, browser: Any, written: dict[str, Path]) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(written[name].as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_no_request_leaves_the_page_and_no_error_is_logged(browser: Any, written: dict[str, Path]) -> None:
    page = browser.new_page()
    asked: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("dialog", lambda dialog: errors.append(dialog.message))
    page.goto(written["wei"].as_uri())
    assert [url[:50] for url in asked if not url.startswith(("file:", "data:"))] == []
    assert errors == []
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["ruth", "harold", "wei"])
def test_contrast_is_at_least_4_5(name: str, scheme: str, browser: Any, written: dict[str, Path]) -> None:
    page = browser.new_context(color_scheme=scheme).new_page()
    page.goto(written[name].as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    poor = page.evaluate(
        """() => {
        const rgb = c => c.match(/[\\d.]+/g).map(Number);
        const lum = c => { const [r, g, b] = c.slice(0, 3).map(v => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4 }); return .2126 * r + .7152 * g + .0722 * b };
        const back = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0) return c } return [255, 255, 255] };
        const out = [];
        const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (walk.nextNode()) {
          const n = walk.currentNode, e = n.parentElement;
          if (!n.data.trim() || e.closest('svg') || e.closest('.hear, .skip')) continue;
          const a = lum(rgb(getComputedStyle(e).color)), b = lum(back(e));
          const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
          if (ratio < 4.5) out.push(ratio.toFixed(2) + ' ' + e.className + ' ' + n.data.slice(0, 40));
        }
        return [...new Set(out)].slice(0, 5) }"""
    )
    assert poor == []
    page.close()


def test_text_is_large_and_keyboard_reaches_the_sheets(browser: Any, written: dict[str, Path]) -> None:
    page = browser.new_page()
    page.goto(written["ruth"].as_uri())
    size = page.evaluate("parseFloat(getComputedStyle(document.querySelector('main p:not(.eyebrow)')).fontSize)")
    assert size >= 18
    page.focus("details.option summary")
    page.keyboard.press("Enter")
    assert page.evaluate("document.querySelector('details.option').open")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.tagName") in ("A", "SUMMARY", "PRE")
    page.close()


def test_print_opens_every_sheet(browser: Any, written: dict[str, Path]) -> None:
    page = browser.new_page()
    page.goto(written["ruth"].as_uri())
    page.emulate_media(media="print")
    hidden = page.evaluate(
        "[...document.querySelectorAll('details.option > div')].filter(d => d.getBoundingClientRect().height < 20).length"
    )
    assert hidden == 0
    assert page.evaluate("getComputedStyle(document.querySelector('nav')).display") == "none"
    page.close()
