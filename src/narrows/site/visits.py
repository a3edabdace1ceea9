"""Where a visitor's answers stay while they answer: on this server for two hours, then gone.

A case is larger than a cookie may hold. The browser keeps a random name alone; the table keeps the answers under the
hash of that name, signed, so that who reads the table cannot take over a visit. Nothing is migrated: the table is made
when it is first needed.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db import DatabaseError, connection

_MADE: set[tuple[int, str]] = set()
_SWEEP_SECONDS = 300.0
_swept = 0.0


def made(table: str) -> None:
    """Make a table by its statement, once a process and connection."""
    key = (id(connection.settings_dict), table)
    if key in _MADE:
        return
    with connection.cursor() as cursor:
        cursor.execute(table)
    _MADE.add(key)


def _table() -> None:
    made(
        "CREATE TABLE IF NOT EXISTS narrows_visit (name VARCHAR(64) PRIMARY KEY, until BIGINT NOT NULL, held TEXT NOT NULL)"
    )


def sweep(now: float) -> None:
    """Forget every visit whose time is over; at most every five minutes."""
    global _swept
    if now - _swept < _SWEEP_SECONDS:
        return
    _swept = now
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM narrows_visit WHERE until < %s", [int(now)])


class SessionStore(SessionBase):
    """Django's session over one table without migrations."""

    @staticmethod
    def _hashed(key: str | None) -> str:
        return hashlib.sha256((key or "").encode()).hexdigest()

    def load(self) -> dict[str, Any]:
        """What is held under this name; an unknown or an old name holds nothing."""
        _table()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT held FROM narrows_visit WHERE name = %s AND until >= %s",
                [self._hashed(self.session_key), int(time.time())],
            )
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return {}
        return self.decode(row[0])

    def exists(self, session_key: str) -> bool:
        """Whether something is held under a name."""
        _table()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM narrows_visit WHERE name = %s", [self._hashed(session_key)])
            return cursor.fetchone() is not None

    def create(self) -> None:
        """Take a new name that nobody can guess."""
        self._session_key = secrets.token_urlsafe(32)
        self.save(must_create=True)
        self.modified = True

    def save(self, must_create: bool = False) -> None:
        """Keep what this visit holds for its two hours."""
        if self.session_key is None:
            return self.create()
        _table()
        now = time.time()
        held = self.encode(self._get_session(no_load=must_create))  # type: ignore[attr-defined]
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO narrows_visit (name, until, held) VALUES (%s, %s, %s) "
                "ON CONFLICT (name) DO UPDATE SET until = excluded.until, held = excluded.held",
                [self._hashed(self.session_key), int(now) + settings.SESSION_COOKIE_AGE, held],
            )
        sweep(now)
        return None

    def delete(self, session_key: str | None = None) -> None:
        """Forget a visit at once."""
        key = session_key or self.session_key
        if key is None:
            return
        _table()
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM narrows_visit WHERE name = %s", [self._hashed(key)])

    @classmethod
    def clear_expired(cls) -> None:
        """Forget what is over."""
        _table()
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM narrows_visit WHERE until < %s", [int(time.time())])

    def _validate_session_key(self, key: str | None) -> bool:
        return bool(key) and 32 <= len(key or "") <= 64


def ready() -> bool:
    """Whether the place of visits can be reached, for the health page."""
    try:
        _table()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM narrows_visit LIMIT 1")
    except DatabaseError:
        return False
    return True
