"""Work done once per content: bytes kept under a key, rebuilt whenever they are missing, stale or damaged."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

KEEP = 6  # how many older versions of one name stay; a clinic may switch between folders


def folder() -> Path:
    """Where the cache lives: NARROWS_CACHE, else the user's cache folder."""
    named = os.environ.get("NARROWS_CACHE")
    if named:
        return Path(named)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "narrows"


def remembered(name: str, key: str, make: Callable[[], bytes]) -> bytes:
    """The bytes that `make` gives for a key, from the cache when they are there and whole."""
    path = folder() / f"{name}-{key[:32]}.bin"
    try:
        stored = path.read_bytes()
    except OSError:
        stored = b""
    if len(stored) > 32 and hashlib.sha256(stored[32:]).digest() == stored[:32]:
        return stored[32:]
    made = make()
    _store(path, name, made)
    return made


def forget(name: str, key: str) -> None:
    """Drop what is kept under a key, so that the next call makes it anew."""
    with contextlib.suppress(OSError):
        (folder() / f"{name}-{key[:32]}.bin").unlink()


def _store(path: Path, name: str, made: bytes) -> None:
    # A cache that cannot be written costs time, never an answer: a read-only home is a normal place to run.
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{name}-")
        with os.fdopen(handle, "wb") as file:
            file.write(hashlib.sha256(made).digest() + made)
        os.replace(temporary, path)
        older = sorted(path.parent.glob(f"{name}-*.bin"), key=lambda p: p.stat().st_mtime, reverse=True)
        for stale in older[KEEP:]:
            stale.unlink()
