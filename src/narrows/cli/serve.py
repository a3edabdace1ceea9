"""`narrows serve`: the website on this machine, or for others when somebody answers for it."""

from __future__ import annotations

import argparse
import importlib.util
import os
import sys
from typing import Any

from narrows.problem import InputError, NotInstalled, Problem

PROFILES = ("library", "clinician", "full")
LOCAL = ("127.0.0.1", "localhost", "::1")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where it listens, what it offers, who answers for it."""
    parser.add_argument(
        "--host", default="127.0.0.1", metavar="H", help="address to listen on (default 127.0.0.1, this machine)"
    )
    parser.add_argument("--port", type=int, default=8000, metavar="P", help="port (default 8000; 0 takes a free one)")
    parser.add_argument(
        "--profile",
        choices=PROFILES,
        help="library computes nothing from a person's data; clinician is for professionals; full is everything",
    )
    parser.add_argument("--answerable", metavar="NAME", help="who answers for this installation, shown on every page")
    parser.add_argument(
        "--name", action="append", default=[], metavar="HOST", help="a host name under which others reach it"
    )
    parser.add_argument("--workers", type=int, default=1, metavar="N", help="processes (default 1)")


def run(arguments: argparse.Namespace) -> int:
    """Serve until interrupted."""
    _settle(arguments)
    if importlib.util.find_spec("gunicorn") is None or importlib.util.find_spec("django") is None:
        raise NotInstalled("Django or gunicorn, which serve the website,", "pip install narrows")
    from gunicorn.app.base import BaseApplication

    host, port = arguments.host, arguments.port
    options: dict[str, Any] = {
        "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "workers": arguments.workers,
        "worker_class": "gthread",
        "threads": 8,
        "preload_app": True,
        "accesslog": None,
        "loglevel": "warning",
        "limit_request_line": 4094,
        "limit_request_fields": 60,
        "keepalive": 15,
        "timeout": 60,
        "graceful_timeout": 5,
        "worker_tmp_dir": "/dev/shm" if os.path.isdir("/dev/shm") else None,
        "when_ready": _ready,
    }

    class Site(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            for name, value in options.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            from narrows.site.wsgi import application

            return application

    Site().run()
    return 0


def _settle(arguments: argparse.Namespace) -> None:
    """Put the arguments where the settings read them; refuse to listen for others without a name."""
    beyond = arguments.host not in LOCAL
    if beyond and (not arguments.profile or not arguments.answerable):
        raise InputError(
            Problem(
                f"{arguments.host} can be reached by others",
                "--host",
                "choose --profile library, clinician or full, and say with --answerable NAME who answers for it "
                "(see docs/intended-use.md)",
            )
        )
    if not 0 <= arguments.port <= 65535:
        raise InputError(Problem(f"{arguments.port} is no port", "--port", "0 to 65535"))
    if arguments.workers < 1:
        raise InputError(Problem("at least one process is needed", "--workers", "1 or more"))
    if beyond or arguments.name:
        names = [*arguments.name, *([] if arguments.host in ("0.0.0.0", "::") else [arguments.host])]
        os.environ.setdefault("NARROWS_SITE_HOSTS", ",".join(names) or "*")
    os.environ["NARROWS_SITE_PROFILE"] = arguments.profile or os.environ.get("NARROWS_SITE_PROFILE", "full")
    if arguments.answerable:
        os.environ["NARROWS_SITE_ANSWERABLE"] = arguments.answerable
    if not beyond:
        os.environ.pop("NARROWS_SITE_TLS", None)  # alone on this machine it answers plain HTTP
        os.environ.setdefault("NARROWS_SITE_LIMIT", "600")
    if arguments.knowledge:
        os.environ["NARROWS_KNOWLEDGE"] = os.pathsep.join(arguments.knowledge)
    import secrets

    os.environ.setdefault("NARROWS_SITE_SECRET", secrets.token_urlsafe(64))
    os.environ["DJANGO_SETTINGS_MODULE"] = "narrows.site.settings"


def _ready(server: Any) -> None:
    """Say where it is, once it listens."""
    for listener in server.LISTENERS:
        print(f"narrows is open at {listener}  (stop with Ctrl-C)", file=sys.stderr, flush=True)
