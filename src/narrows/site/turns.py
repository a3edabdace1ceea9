"""How often one address may ask for heavy work: counted for all workers together, in the table beside the visits.

An address is held as a hash that holds for one minute only; the next minute has another, and old ones are deleted.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import time

from django.conf import settings
from django.db import DatabaseError, connection

from narrows.site.visits import made

_log = logging.getLogger("narrows.site")
_TABLE = (
    "CREATE TABLE IF NOT EXISTS narrows_turn (name VARCHAR(64) PRIMARY KEY, minute BIGINT NOT NULL, n INTEGER NOT NULL)"
)
_COUNT = (
    "INSERT INTO narrows_turn (name, minute, n) VALUES (%s, %s, 1) "
    "ON CONFLICT (name) DO UPDATE SET n = narrows_turn.n + 1 RETURNING n"
)


def wait(address: str, now: float | None = None) -> float:
    """Seconds until this address has a turn again; 0 when it has one now, which is taken.

    While the table cannot be reached nobody is made to wait: an error is logged, and what needs the table says so itself.
    """
    if not settings.HEAVY_A_MINUTE:
        return 0.0
    now = time.time() if now is None else now
    minute = int(now // 60)
    name = hmac.new(settings.SECRET_KEY.encode(), f"{minute} {address}".encode(), hashlib.sha256).hexdigest()
    try:
        made(_TABLE)
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, [name, minute])
            taken = int(cursor.fetchone()[0])
            if taken == 1:
                cursor.execute("DELETE FROM narrows_turn WHERE minute < %s", [minute])
    except DatabaseError:
        _log.error("turns cannot be counted")
        return 0.0
    return 0.0 if taken <= settings.HEAVY_A_MINUTE else 60 * (minute + 1) - now
