"""A drawing of lines, words and small rasters, written as SVG, and from it as PNG or PDF."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from narrows.problem import NotInstalled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FONT = "Atkinson Hyperlegible Next"
#: Units of a drawing in an inch.
AN_INCH = 100.0
#: Mean width of a letter in parts of the size of the font: enough for a sheet of paper behind words.
_LETTER = 0.5
_PAGE = """#set page(width: {w}pt, height: {h}pt, margin: 0pt)
#image(bytes(sys.inputs.drawing), format: "svg", width: {w}pt)"""


class Drawing:
    """A drawing of a width and height, in hundredths of an inch from its upper left corner."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self._parts: list[str] = []

    def words(
        self,
        x: float,
        y: float,
        text: str,
        size: float = 11.0,
        colour: str = "#222222",
        anchor: str = "start",
        bold: bool = False,
        paper: bool = False,
    ) -> None:
        """Words whose line runs through the middle of their letters; `paper` puts a pale sheet behind them."""
        if paper:
            wide = _LETTER * size * len(text)
            left = x - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
            self.box(left - 2, y - 0.62 * size, wide + 4, 1.24 * size, "white", 0.8)
        weight = ' font-weight="600"' if bold else ""
        self._parts.append(
            f'<text x="{x:.1f}" y="{y + 0.35 * size:.1f}" font-size="{size:g}" fill="{colour}" '
            f'text-anchor="{anchor}"{weight}>{escape(text)}</text>'
        )

    def line(self, points: Floats | Sequence[Sequence[float]], colour: str, width: float = 1.0, dash: str = "") -> None:
        """A line through points (n, 2); it is broken where a point is not a number."""
        path, broken = [], True
        for x, y in points:
            if not (np.isfinite(x) and np.isfinite(y)):
                broken = True
                continue
            path.append(f"{'M' if broken else 'L'}{x:.1f} {y:.1f}")
            broken = False
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        self._parts.append(
            f'<path d="{"".join(path)}" fill="none" stroke="{colour}" stroke-width="{width:g}"{dashes}/>'
        )

    def area(self, points: Iterable[Sequence[float]], colour: str) -> None:
        """A filled polygon."""
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        self._parts.append(f'<path d="M{path}Z" fill="{colour}"/>')

    def box(self, x: float, y: float, width: float, height: float, colour: str, opacity: float = 1.0) -> None:
        """A filled box."""
        clear = f' fill-opacity="{opacity:g}"' if opacity < 1 else ""
        self._parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}"{clear}/>'
        )

    def dot(self, x: float, y: float, radius: float, colour: str) -> None:
        """A filled circle."""
        self._parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" fill="{colour}"/>')

    def hatched(self, x: float, y: float, width: float, height: float) -> None:
        """A box of slanted lines: nothing is measured here."""
        step = 7.0
        for start in np.arange(x - height, x + width, step):
            low, high = max(start, x), min(start + height, x + width)
            if low < high:
                self.line([(low, y + height - (low - start)), (high, y + height - (high - start))], "#BBBBBB", 0.8)

    def raster(self, x: float, y: float, width: float, height: float, pixels: NDArray[np.uint8]) -> None:
        """An image (rows from above, columns, RGBA) stretched into a box."""
        held = base64.b64encode(as_png(pixels)).decode("ascii")
        self._parts.append(
            f'<image x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" preserveAspectRatio="none" '
            f'image-rendering="optimizeSpeed" href="data:image/png;base64,{held}"/>'
        )

    def svg(self) -> str:
        """The drawing as an SVG file."""
        size = f'width="{self.width:g}" height="{self.height:g}" viewBox="0 0 {self.width:g} {self.height:g}"'
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="\'{FONT}\', sans-serif">'
            f'<rect width="100%" height="100%" fill="white"/>{"".join(self._parts)}</svg>'
        )

    def png(self, dpi: float) -> bytes:
        """The drawing as a PNG. Raises NotInstalled without typst."""
        return self._typeset("png", dpi)

    def pdf(self) -> bytes:
        """The drawing as a PDF of one page. Raises NotInstalled without typst."""
        return self._typeset("pdf")

    def _typeset(self, kind: Literal["png", "pdf"], dpi: float | None = None) -> bytes:
        try:
            import typst
        except ImportError as error:
            raise NotInstalled("typst, which makes pictures", "pip install typst") from error
        page = _PAGE.format(w=72 * self.width / AN_INCH, h=72 * self.height / AN_INCH)
        with as_file(files("narrows").joinpath("report", "fonts")) as fonts:  # the fonts of the whole package
            typeset: Any = typst.compile
            made: bytes = typeset(
                page.encode(),
                font_paths=[str(fonts)],
                ignore_system_fonts=True,
                format=kind,
                sys_inputs={"drawing": self.svg()},
                ppi=dpi,
            )
        return made


def as_png(pixels: NDArray[np.uint8]) -> bytes:
    """An image (rows from above, columns, RGBA) as a PNG file (ISO/IEC 15948)."""
    height, width = pixels.shape[:2]
    rows = np.zeros((height, 1 + 4 * width), np.uint8)  # every row begins with its filter: none
    rows[:, 1:] = pixels.reshape(height, -1)

    def chunk(name: bytes, held: bytes) -> bytes:
        return struct.pack(">I", len(held)) + name + held + struct.pack(">I", zlib.crc32(name + held))

    head = struct.pack(">2I5B", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(rows.tobytes(), 6)), chunk(b"IEND", b""))
    )


#: By which corners of a cell lie inside (1 upper left, 2 upper right, 4 lower right, 8 lower left): the sides (0 upper,
#: 1 right, 2 lower, 3 left) that the contour joins.
_JOINED: dict[int, tuple[tuple[int, int], ...]] = {
    1: ((3, 0),), 2: ((0, 1),), 3: ((3, 1),), 4: ((1, 2),), 5: ((3, 0), (1, 2)), 6: ((0, 2),), 7: ((3, 2),),
    8: ((2, 3),), 9: ((2, 0),), 10: ((0, 1), (2, 3)), 11: ((2, 1),), 12: ((1, 3),), 13: ((1, 0),), 14: ((0, 3),),
}  # fmt: skip


def contours(field: NDArray[Any], level: float = 0.5) -> list[Floats]:
    """Closed lines (n, 2: column, row) at which a field crosses a level (marching squares)."""
    field = np.pad(np.asarray(field, dtype=float), 1)
    inside = (field > level).astype(int)
    code = inside[:-1, :-1] + 2 * inside[:-1, 1:] + 4 * inside[1:, 1:] + 8 * inside[1:, :-1]
    beside: dict[tuple[int, int, int], list[tuple[int, int, int]]] = {}
    for row, column in np.argwhere((code > 0) & (code < 15)).tolist():
        sides = ((0, row, column), (1, row, column + 1), (0, row + 1, column), (1, row, column))
        for one, other in _JOINED[int(code[row, column])]:
            beside.setdefault(sides[one], []).append(sides[other])
            beside.setdefault(sides[other], []).append(sides[one])
    found = []
    while beside:
        here = start = next(iter(beside))
        ring = [start]
        while beside[here]:
            following = beside[here].pop()
            beside[following].remove(here)
            ring.append(following)
            here = following
            if here == start:
                break
        for side in ring:
            if side in beside and not beside[side]:
                del beside[side]
        found.append(np.array([_crossing(field, level, side) for side in ring]) - 1.0)
    return found


def _crossing(field: Floats, level: float, side: tuple[int, int, int]) -> tuple[float, float]:
    down, row, column = side
    first, second = field[row, column], field[row + down, column + 1 - down]
    part = float((level - first) / (second - first))
    return (column, row + part) if down else (column + part, row)
