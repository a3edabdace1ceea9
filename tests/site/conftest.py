"""The website in this process: settings of one machine, visits in a folder of the run."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

os.environ["DJANGO_SETTINGS_MODULE"] = "narrows.site.settings"
os.environ.setdefault("NARROWS_SITE_VISITS", tempfile.mkdtemp(prefix="narrows-visits-"))
os.environ.setdefault("NARROWS_SITE_LIMIT", "0")

import django
from django.test import Client

django.setup()

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def client() -> Client:
    """A visitor on this machine."""
    return Client(SERVER_NAME="localhost")


@pytest.fixture
def visitor() -> Callable[[], Client]:
    """Makes further visitors."""
    return lambda: Client(SERVER_NAME="localhost")


@pytest.fixture
def ruth(client: Client) -> Client:
    """A visitor who loaded Ruth's file."""
    answer = client.post("/spine/load/", {"text": (EXAMPLES / "ruth.toml").read_text(encoding="utf-8")})
    assert answer.status_code == 302, answer.content[:2000]
    return client


@pytest.fixture
def begun(client: Client) -> Client:
    """A visitor who began and said where they live."""
    assert client.post("/spine/", {"country": "GB"}).status_code == 302
    return client


@pytest.fixture(autouse=True)
def _connections() -> Iterator[None]:
    """Connections are closed, so that no warning about them is left."""
    yield
    from django.db import connections

    connections.close_all()
