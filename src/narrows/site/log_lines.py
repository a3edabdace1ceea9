"""Log lines as JSON, one a line: time, path without its query, status, duration. Never a form, an address or a name."""

from __future__ import annotations

import json
import logging
import time


class JsonLine(logging.Formatter):
    """One line of JSON; an error brings its place in our code, not the values that were in it."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, object] = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
            "level": record.levelname,
            "what": record.msg if record.name == "narrows.site" else record.name,
        }
        for name in ("path", "status", "milliseconds", "method"):
            if hasattr(record, name):
                line[name] = getattr(record, name)
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            place = record.exc_info[2]
            while place is not None and place.tb_next is not None:
                place = place.tb_next
            if place is not None:
                line["at"] = f"{place.tb_frame.f_code.co_filename.rpartition('narrows/')[2]}:{place.tb_lineno}"
        return json.dumps(line, ensure_ascii=False)
