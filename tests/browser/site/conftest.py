"""The website as it is served, and a real browser that walks through it."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = (
    os.environ.get("CHROMIUM")
    or shutil.which("chromium")
    or shutil.which("chromium-browser")
    or shutil.which("google-chrome")
)
SHOTS = Path(os.environ.get("NARROWS_SHOTS", "")) if os.environ.get("NARROWS_SHOTS") else None


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`narrows serve` in a process of its own, on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    source = Path(__file__).parents[3] / "src"
    folder = tmp_path_factory.mktemp("served")
    environment = {
        **os.environ,
        "PYTHONPATH": str(source),
        "NARROWS_SITE_VISITS": str(folder),
        "NARROWS_SITE_LIMIT": "0",
    }
    log = (folder / "log").open("wb")
    server = subprocess.Popen(
        [sys.executable, "-m", "narrows", "serve", "--port", str(port)], env=environment, stdout=log, stderr=log
    )
    base = f"http://127.0.0.1:{port}"
    for _ in range(240):
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"{base}/health/", timeout=5).read()
            break
        assert server.poll() is None, (folder / "log").read_text()
        time.sleep(0.25)
    else:
        raise AssertionError("the website did not open")
    yield base
    server.terminate()
    server.wait(timeout=20)
    log.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A real Chromium."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield found
        found.close()


@pytest.fixture
def open_page(chromium: Any, address: str) -> Iterator[Callable[..., Any]]:
    """Opens pages; whatever the browser complains of fails the test at its end."""
    contexts: list[Any] = []
    complaints: list[str] = []

    def make(*, width: int = 1280, scripts: bool = True, dark: bool = False, **named: Any) -> Any:
        context = chromium.new_context(
            viewport={"width": width, "height": 800 if width > 500 else 740},
            java_script_enabled=scripts,
            color_scheme="dark" if dark else "light",
            base_url=address,
            **named,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(90_000)
        foreign: list[str] = []
        page.on("request", lambda r: foreign.append(r.url) if not r.url.startswith((address, "data:")) else None)
        page.on(
            "console",
            lambda m: complaints.append(m.text) if m.type == "error" and "status of 4" not in m.text else None,
        )
        page.on("pageerror", lambda e: complaints.append(str(e)))
        page.foreign = foreign
        return page

    yield make
    for context in contexts:
        context.close()
    assert not complaints, complaints


@pytest.fixture
def shot() -> Callable[[Any, str], None]:
    """Keeps a picture of a page where NARROWS_SHOTS names a folder, to be looked at."""

    def take(page: Any, name: str) -> None:
        if SHOTS is not None:
            SHOTS.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=str(SHOTS / f"{name}.png"), full_page=True)

    return take
