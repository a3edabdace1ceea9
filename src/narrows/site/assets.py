"""Style, fonts and scripts: served from here under names that hold their hash, compressed once, kept for a year."""

from __future__ import annotations

import gzip
import hashlib
from functools import lru_cache
from importlib.resources import files
from typing import Final, NamedTuple

from narrows.report.html_page import FONTS

FOREVER: Final = "public, max-age=31536000, immutable"
_TYPES: Final = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "woff2": "font/woff2",
                 "svg": "image/svg+xml", "txt": "text/plain; charset=utf-8"}  # fmt: skip


class Asset(NamedTuple):
    """One file as it goes over the wire."""

    name: str  # with its hash
    kind: str
    body: bytes
    packed: bytes  # empty where packing gains nothing
    tag: str


def _asset(plain: str, body: bytes) -> Asset:
    stem, _, ending = plain.rpartition(".")
    tag = hashlib.sha256(body).hexdigest()[:12]
    packed = b"" if ending == "woff2" else gzip.compress(body, 9, mtime=0)
    return Asset(f"{stem}.{tag}.{ending}", _TYPES[ending], body, packed, tag)


@lru_cache(maxsize=1)
def assets() -> dict[str, Asset]:
    """Every file by its plain name: site.css, site.js, htmx.js, mark.svg, the fonts."""
    report, site = files("narrows.report"), files("narrows.site").joinpath("static")
    made = {name: _asset(name, report.joinpath("fonts", name).read_bytes()) for _, _, name in FONTS}
    faces = "".join(
        f'@font-face{{font-family:"{family}";font-weight:{weight};font-style:normal;font-display:optional;'
        f'src:url("{made[name].name}") format("woff2")}}\n'
        for family, weight, name in FONTS
    )
    style = report.joinpath("style.css").read_text(encoding="utf-8")
    own = site.joinpath("site.css").read_text(encoding="utf-8")
    made["site.css"] = _asset("site.css", (faces + style + own).encode())
    for name in ("site.js", "mark.svg"):
        made[name] = _asset(name, site.joinpath(name).read_bytes())
    script = files("django_htmx").joinpath("static", "django_htmx", "htmx-2.min.js").read_bytes()
    made["htmx.js"] = _asset("htmx.js", script)
    return made


@lru_cache(maxsize=1)
def by_hashed_name() -> dict[str, Asset]:
    """The same by the name with its hash."""
    return {asset.name: asset for asset in assets().values()}


def address(plain: str) -> str:
    """Where a file is served."""
    return f"/static/{assets()[plain].name}"
